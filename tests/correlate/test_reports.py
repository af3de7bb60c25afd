"""with_reports: what people say stands before what their logs show, and belongs to no process."""

from mcplog.correlate import build_facts, order_stream
from mcplog.correlate.reports import with_reports
from mcplog.model.frames import DOCUMENTS, EVENTS, FACTS
from tests.correlate.given import frame, line, logs, stores


def test_reports_are_the_first_facts_of_their_case_and_have_no_process() -> None:
    given = logs(("a", [line(0, "token_saved"), line(1, "connected")]), ("b", [line(2, "token_saved")]))
    documents = given.documents.with_columns(case_id=given.documents["document_id"])
    built = build_facts(order_stream(given), given, stores())
    facts = built.frame()
    told = [
        {"document_id": 0, "entry_id": 0, "kind": "restart_cures_reported", "server": "notes", "confidence": "prose"},
        {"document_id": 0, "entry_id": 1, "kind": "version_reported", "version": "2.0.75", "confidence": "prose"},
    ]

    both = with_reports(built, frame(told, EVENTS), documents).frame()

    assert both.schema == FACTS
    assert both["order"].to_list() == list(range(len(facts) + 2))
    assert both.head(2).select("kind", "server", "process_id", "attempt_id", "client_version", "case_id").rows() == [
        ("restart_cures_reported", "notes", None, None, None, 0),
        ("version_reported", None, None, None, "2.0.75", 0),
    ]
    assert both[2:].drop("order").equals(facts.drop("order"))


def test_what_is_told_of_a_server_without_a_name_is_not_told_of_the_first_one() -> None:
    given = logs(("a", [line(0, "token_saved"), line(1, "connected")]))
    documents = given.documents.with_columns(case_id=given.documents["document_id"])
    told = [{"document_id": 0, "entry_id": 0, "kind": "restart_cures_reported", "server": "", "confidence": "prose"}]

    both = with_reports(build_facts(order_stream(given), given, stores()), frame(told, EVENTS), documents).frame()

    assert both["server"][0] == ""
    assert both["server"].drop_nulls().n_unique() == 2


def test_a_case_may_have_nothing_but_reports() -> None:
    documents = frame([{"document_id": 0, "case_id": 3}], DOCUMENTS)
    told = [{"document_id": 0, "entry_id": 0, "kind": "restart_cures_reported", "confidence": "prose"}]

    nothing = logs()
    built = build_facts(order_stream(nothing), nothing, stores())

    both = with_reports(built, frame(told, EVENTS), documents).frame()

    assert both.select("case_id", "order", "kind").rows() == [(3, 0, "restart_cures_reported")]
