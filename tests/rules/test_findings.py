"""What a finding says: its evidence and places, its sentences, what would settle it, how often it was seen."""

from datetime import datetime

import pytest

from mcplog.model.finding import Finding
from mcplog.model.place import Place
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty, Party, Severity, Truth
from mcplog.rules import evaluate
from mcplog.rules.evaluate import IN_STORE
from mcplog.rules.findings import WITH_TIMES
from tests.rules.given import at, documents, facts, gap, row, rule

Row = dict[str, object]


def findings(made: CompiledRule, *rows: Row) -> list[Finding]:
    return list(evaluate([made], facts(*rows), documents=documents("a.log", "b.log")))


def only(made: CompiledRule, *rows: Row) -> Finding:
    (found,) = findings(made, *rows)
    return found


def unknown(found: Finding) -> list[tuple[str, str]]:
    return [(item.clause, item.settled_by) for item in found.clauses if item.truth is Truth.UNKNOWN]


HELD = 'credential at refused where held_token_is == "valid" and held_left_ms > 1m'
PAIR = rule(f"sequence by server [token_saved] as saved [connected] as refused\n{HELD}")
VALID = {"held_token_is": "valid", "held_left_ms": 90_000}


def test_evidence_stands_in_order_with_the_anchor_first() -> None:
    held = {**VALID, "state_origin": "store.json", "state_line": 4}
    found = only(
        PAIR,
        row("token_saved", 1),
        row("connected", 5, document_id=1, other_document_id=0, other_line=9, **held),
    )

    assert [(item.role, item.kind, str(item.place), item.step, item.excerpt) for item in found.evidence] == [
        ("primary", "connected", "b.log:2", "refused", "line 2"),
        ("related", "token_saved", "a.log:1", "saved", "line 1"),
        ("related", "credential-state", "store.json:4", "refused", "held: token is valid, left 1m 30s"),
    ]
    assert found.evidence[0].also_at == Place(document_id=0, origin="a.log", line_from=9, line_to=9)


def test_a_state_that_no_snapshot_tells_stands_where_its_event_does() -> None:
    found = only(PAIR, row("token_saved", 1), row("connected", 5, **VALID))

    assert [str(item.place) for item in found.evidence if item.kind == "credential-state"] == ["a.log:2"]


def test_clauses_name_what_they_rest_on() -> None:
    found = only(PAIR, row("token_saved", 1), row("connected", 5, **VALID))

    assert [(item.clause, item.truth, [line.kind for line in item.evidence]) for item in found.clauses] == [
        ("[token_saved] as saved", Truth.TRUE, ["token_saved"]),
        ("[connected] as refused", Truth.TRUE, ["connected"]),
        (HELD, Truth.TRUE, ["credential-state"]),
    ]


def test_sentences_are_filled_for_people() -> None:
    times = "{a.event_at}, {a.place}, {a.held_left_ms}, {a.expires_in_s}"
    cause = f"{times}, {{a.tool}}, {{a.after_auth}}, {{a.scope}}, {{server}} {{{{x}}}}"
    made = rule("sequence by server [token_saved] as a [connected]", cause=cause)
    found = only(
        made,
        row("token_saved", 1, held_left_ms=-3_723_000, expires_in_s=3_600, after_auth=True, scope=["x", "y"]),
        row("connected", 5),
    )

    assert found.cause == "2026-11-25T12:00:01Z, a.log:1, -1h 2m, 1h, unknown, yes, x y, s {x}"


def test_a_row_that_is_lost_has_a_time_that_is_not_known() -> None:
    made = rule("sequence by server [token_saved] as a [connected] as b", cause="{a.event_at} {b.line_from}")

    assert only(made, gap(2), row("connected", 5)).cause == "a time that is not known 2"


def test_what_the_rule_says_is_on_the_finding() -> None:
    found = only(
        rule("[connected]", more='rivals = ["b-rule"]\nreferences = ["RFC 6749 §6"]'), row("connected", 5, order=40)
    )

    assert (found.rule_id, found.server, found.certainty, found.severity) == (
        "a-rule",
        "s",
        Certainty.CONFIRMED,
        Severity.HIGH,
    )
    assert (found.title, found.next_observation, found.remedy) == (
        "A fault",
        "Look again.",
        {Party.CLIENT: "Repair it."},
    )
    assert (found.rivals, found.references, found.case_id, found.order) == (("b-rule",), ("RFC 6749 §6",), 0, 40)


def test_the_earliest_anchor_is_reported_and_all_are_counted() -> None:
    found = only(
        rule("sequence by server [token_saved] as a [connected] as b", cause="{a.line_from} {b.line_from}"),
        row("token_saved", 0),
        row("token_saved", 1),
        row("connected", 5),
        row("connected", 7),
        row("connected", 9),
    )

    assert (found.cause, found.occurrences, found.first_at, found.last_at) == ("2 3", 3, at(5), at(9))


def test_the_rows_that_are_shown_are_those_of_a_binding() -> None:
    """The latest row before the anchor is too early in time, as stamps go back here."""
    made = rule("sequence by server with maxspan=5s [token_saved] as a [connected] as b", cause="{a.line_from}")
    found = only(made, row("token_saved", 9), row("token_saved", 0), row("connected", 12))

    assert (found.certainty, found.cause) == (Certainty.CONFIRMED, "1")


def test_confirmed_anchors_come_before_earlier_possible_ones() -> None:
    found = only(
        rule("sequence by server [token_saved where http_status == 401] as a [connected] as b", cause="{b.line_from}"),
        row("token_saved", 0),
        row("connected", 1),
        row("token_saved", 2, http_status=401),
        row("connected", 3),
        row("connected", 4),
    )

    assert (found.certainty, found.cause, found.occurrences, found.first_at) == (Certainty.CONFIRMED, "4", 2, at(3))


def test_each_case_and_server_has_its_own_finding_in_order() -> None:
    found = findings(
        rule("[connected]"),
        row("connected", 0, server="t", case_id=1),
        row("connected", 1, server="t"),
        row("connected", 2, server=None),
        row("connected", 3),
        row("connected", 4),
    )

    assert [(item.case_id, item.server, item.occurrences) for item in found] == [
        (0, "", 1),
        (0, "s", 2),
        (0, "t", 1),
        (1, "t", 1),
    ]


def test_a_signature_forgets_names_times_and_codes() -> None:
    made = rule("sequence by server [token_saved] [connected]")
    first = only(made, row("token_saved", 0), row("connected", 1))
    same = only(made, row("token_saved", 50, server="t"), row("connected", 99, server="t", tool="x", failure="dns"))

    assert first.signature == same.signature


def earlier(kind: str, **values: object) -> Row:
    return row(kind, 0, **values)


@pytest.mark.parametrize(
    ("query", "rows", "expected"),
    [
        (
            "sequence by server [token_saved] as a [connected]",
            [gap(1, reason="starts-late"), row("connected", 5)],
            [("[token_saved] as a", "the log before a.log:1")],
        ),
        (
            "sequence by server [token_saved] as a [connected]",
            [gap(1, reason="cut"), row("connected", 5)],
            [("[token_saved] as a", "a log without the gap at a.log:1")],
        ),
        (
            "sequence by server [token_saved] as a [connected]",
            [gap(1, reason="unexplained-write", document_id=None, state_origin="store.json"), row("connected", 5)],
            [("[token_saved] as a", "the log of the process that changed the store at 2026-11-25T12:00:01Z")],
        ),
        (
            'sequence by server [token_saved where http_status == 401 and tool == "x"] as a [connected]',
            [earlier("token_saved", tool="x"), row("connected", 5)],
            [('[token_saved where http_status == 401 and tool == "x"] as a', "what `http_status` was at a.log:1")],
        ),
        (
            "sequence by server [token_saved where tool == b.tool] as a [connected] as b",
            [earlier("token_saved", tool="x"), row("connected", 5)],
            [("[token_saved where tool == b.tool] as a", "what `tool` was at a.log:2")],
        ),
        (
            "sequence by server [token_saved] ![refresh_failed where http_status == 400] [connected]",
            [earlier("token_saved"), row("refresh_failed", 1), row("connected", 5)],
            [("![refresh_failed where http_status == 400]", "what `http_status` was at a.log:2")],
        ),
        (
            "sequence by server [token_saved] as a ![refresh_failed where tool == a.tool] [connected]",
            [earlier("token_saved"), row("refresh_failed", 1, tool="x"), row("connected", 5)],
            [("![refresh_failed where tool == a.tool]", "what `tool` was at a.log:1")],
        ),
        (
            "sequence by server [token_saved] [connected] until [process_ended]",
            [earlier("token_saved"), gap(1, reason="rotated"), row("connected", 5)],
            [("until [process_ended]", "the older log file that ends where a.log:2 begins")],
        ),
        (
            "sequence by server with maxspan=10s [token_saved] [connected]",
            [row("token_saved"), row("connected", 5)],
            [("with maxspan=10s", "the time of a.log:1")],
        ),
        (
            "sequence by server with maxspan=10s ![token_saved] [connected]",
            [gap(1, reason="ends-early"), row("connected", 5)],
            [("![token_saved]", "the log after a.log:1")],
        ),
        (
            "sequence by server with maxspan=10s [connected] ![token_saved]",
            [row("connected", 5)],
            [("![token_saved]", "a log that goes on until 2026-11-25T12:00:15Z")],
        ),
        (
            "sequence by server with maxspan=10s [connected] ![token_saved]",
            [row("connected", 5), gap(7), row("tool_called", 30)],
            [("![token_saved]", "a log without the gap at a.log:2")],
        ),
        (
            "sequence by server with maxspan=10s [connected] ![token_saved]",
            [row("connected")],
            [("![token_saved]", "the time of a.log:1")],
        ),
        (
            'any by server [connected] as a\ncredential at a where held_token_is == "valid"',
            [row("connected", 5)],
            [('credential at a where held_token_is == "valid"', "a snapshot of the store at 2026-11-25T12:00:05Z")],
        ),
        (
            'any by server [connected] as a\ncredential at a where held_token_is == "valid"',
            [row("connected")],
            [('credential at a where held_token_is == "valid"', "a snapshot of the store at a.log:1")],
        ),
    ],
)
def test_what_would_settle_an_unknown_clause(query: str, rows: list[Row], expected: list[tuple[str, str]]) -> None:
    assert unknown(only(rule(query), *rows)) == expected


def test_another_pattern_speaks_for_itself() -> None:
    more = """
[[also]]
query = "[tool_failed] as b"
at_most = "possible"
cause = "{b.tool} failed"
next_observation = "Ask."
"""
    found = only(rule("[connected]", tables=more), row("tool_failed", 1, tool="x"))

    assert (found.certainty, found.cause, found.next_observation) == (Certainty.POSSIBLE, "x failed", "Ask.")
    assert unknown(found) == [("these lines alone prove it", "Ask.")]


def test_the_surest_pattern_counts_and_of_equals_the_first() -> None:
    more = 'also = [{query = "[tool_failed]", cause = "second"}, {query = "[connected]", cause = "third"}]'
    made = rule('[connected] as a\ncredential at a where held_token_is == "valid"', cause="first", more=more)
    unsure = only(made, row("connected", 1))
    sure = only(made, row("connected", 1, **VALID), row("tool_failed", 2))

    assert (unsure.certainty, unsure.cause) == (Certainty.CONFIRMED, "third")
    assert (sure.certainty, sure.cause) == (Certainty.CONFIRMED, "first")


def test_a_pattern_that_prevails_stands_before_surer_ones_of_its_own_server_alone() -> None:
    more = """
[[also]]
query = "sequence by server [restart_cures_reported] required [connected]"
at_most = "possible"
prevails = true
responsible = "user"
cause = "told"
"""
    made = rule("[connected]", cause="seen", tables=more)

    found = findings(made, row("restart_cures_reported"), row("connected", 1), row("connected", 2, server="t"))

    assert [(item.server, item.certainty, item.cause, item.responsible) for item in found] == [
        ("s", Certainty.POSSIBLE, "told", (Party.USER,)),
        ("t", Certainty.CONFIRMED, "seen", (Party.CLIENT,)),
    ]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([], [("confirmed", "true")]),
        ([row("tool_completed", 9)], []),
        ([row("tool_completed", 9, server="t")], [("confirmed", "true")]),
        ([row("tool_completed", 9, case_id=1)], [("confirmed", "true")]),
    ],
)
def test_an_exonerating_query_clears_the_same_server(later: list[Row], expected: list[tuple[str, str]]) -> None:
    made = rule("[connected]", more='exonerating = ["[tool_completed]"]')

    assert [
        (item.certainty, item.clauses[-1].truth) for item in findings(made, row("connected", 1), *later)
    ] == expected


OPEN = 'any by server [tool_completed] as a credential at a where held_token_is == "valid"'


def test_an_exonerating_query_that_is_open_leaves_it_open() -> None:
    made = rule("[connected]", more=f"exonerating = ['{OPEN}']")
    found = only(made, row("connected", 1), row("tool_completed", 2))

    assert found.certainty is Certainty.POSSIBLE
    assert unknown(found) == [
        (
            f"never: {OPEN}",
            "evidence that shows whether this took place",
        )
    ]


LOST = '[store_changed where reason == "save-not-stored"]'


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("connected", 1, held_condition="ok")], ("confirmed", "true", "")),
        ([row("connected", 1)], ("possible", "unknown", IN_STORE)),
        ([row("connected", held_condition="ok")], ("possible", "unknown", IN_STORE)),
        ([row("connected", 1), row("connected", 1, case_id=1, held_condition="ok")], ("possible", "unknown", IN_STORE)),
    ],
    ids=["store read", "no store", "no times", "store of another case"],
)
def test_what_only_a_store_would_show_is_not_known_without_one(rows: list[Row], expected: tuple[str, str, str]) -> None:
    found = findings(rule("[connected]", more=f"exonerating = ['{LOST}']"), *rows)[0]

    assert (found.certainty, found.clauses[-1].truth, found.clauses[-1].settled_by) == expected


def test_no_facts_no_findings() -> None:
    assert findings(rule("[connected]")) == []


def test_the_moment_of_a_finding_is_an_instant() -> None:
    assert isinstance(only(rule("[connected]"), row("connected", 5)).first_at, datetime)


def unordered(query: str, *rows: Row) -> Finding:
    made = rule(query)
    (found,) = evaluate([made], facts(*rows), documents=documents("a.log", "b.log"), unordered=frozenset({(0, "s")}))
    return found


def test_what_rests_on_the_order_of_logs_that_nobody_knows_is_possible() -> None:
    rows = row("token_saved", 1), row("connected", 2, document_id=1)
    found = unordered("sequence by server [token_saved] ![tokens_cleared] [connected]", *rows)

    assert found.certainty is Certainty.POSSIBLE
    assert unknown(found) == [("![tokens_cleared]", WITH_TIMES), ("the logs were written in this order", WITH_TIMES)]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("sequence by server [token_saved] [connected]", (row("token_saved", 1), row("connected", 2))),
        (
            "sequence by server, process_id [token_saved] ![tokens_cleared] [connected]",
            (row("token_saved", 1, process_id=1), row("connected", 2, process_id=1)),
        ),
        ("any by server [connected]", (row("connected", 2, document_id=1),)),
    ],
    ids=["within one log", "by process", "one line"],
)
def test_what_one_log_tells_alone_needs_no_order_of_several(query: str, rows: tuple[Row, ...]) -> None:
    assert unordered(query, *rows).certainty is Certainty.CONFIRMED


def test_what_one_log_does_not_tell_another_may() -> None:
    rows = row("token_saved", 1), row("connected", 2)

    assert unordered("sequence by server [token_saved] ![tokens_cleared] [connected]", *rows).certainty is (
        Certainty.POSSIBLE
    )
