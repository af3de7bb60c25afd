"""An absence is not proven where a line in its window has a wording that nobody knows."""

from collections.abc import Mapping

import pytest

from mcplog.model.finding import Finding
from mcplog.model.vocabulary import Truth
from mcplog.rules.evaluate import evaluate
from tests.rules.given import documents, facts, row, rule

SAVED = row("token_saved", 10)
REFUSED = row("attempt_ended", 20)
BETWEEN = "sequence by server [token_saved] ![refresh_started] [attempt_ended]"
BEHIND = "sequence by server with maxspan=1m [token_saved] [attempt_ended] ![refresh_started]"
BEFORE = "sequence by server with maxspan=1m ![refresh_started] [token_saved] [attempt_ended]"
UNTIL = "sequence by server [token_saved] [attempt_ended] until [refresh_started]"
OF_A_PROCESS = "sequence by server, process_id [token_saved] ![refresh_started] [attempt_ended]"
END = row("evidence_ended", 600)


def found(query: str, *rows: Mapping[str, object]) -> Finding:
    (finding,) = evaluate([rule(query)], facts(*rows), documents=documents("a.log"))
    return finding


def unread(second: float | None, **values: object) -> dict[str, object]:
    return row("unrecognised", second, **values)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param(BETWEEN, (SAVED, unread(15), REFUSED), id="between two rows"),
        pytest.param(UNTIL, (SAVED, unread(15), REFUSED), id="before what ends a search"),
        pytest.param(BEHIND, (SAVED, REFUSED, unread(30), END), id="behind the last row"),
        pytest.param(BEHIND, (SAVED, REFUSED, unread(None), END), id="behind it, at a time that is not known"),
        pytest.param(BEFORE, (row("connecting", -100), unread(5), SAVED, REFUSED), id="before the first row"),
        pytest.param(OF_A_PROCESS, (
            {**SAVED, "process_id": 1}, unread(15, process_id=1), {**REFUSED, "process_id": 1}
        ), id="of the same process"),
    ],
)  # fmt: skip
def test_a_line_of_unknown_wording_may_be_what_is_missing(query: str, rows: tuple[Mapping[str, object], ...]) -> None:
    finding = found(query, *rows)
    line = next(number for number, one in enumerate(rows, start=1) if one["kind"] == "unrecognised")
    absence = next(clause for clause in finding.clauses if clause.is_absence)
    assert finding.certainty == "possible"
    assert absence.truth is Truth.UNKNOWN
    assert absence.settled_by == f"what a.log:{line} means: no known wording matches it"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param(BETWEEN, (SAVED, unread(15, server="another"), REFUSED), id="of another server"),
        pytest.param(BETWEEN, (SAVED, unread(15, server=None), REFUSED), id="of no server"),
        pytest.param(BETWEEN, (unread(5), SAVED, REFUSED, unread(30)), id="outside"),
        pytest.param(UNTIL, (unread(5), SAVED, REFUSED, unread(30)), id="outside a search that ends"),
        pytest.param(BEHIND, (SAVED, REFUSED, unread(90), END), id="later than the span"),
        pytest.param(BEFORE, (row("connecting", -100), unread(-60), SAVED, REFUSED), id="earlier than the span"),
        pytest.param(OF_A_PROCESS, (
            {**SAVED, "process_id": 1}, unread(15, process_id=2), {**REFUSED, "process_id": 1}
        ), id="of another process"),
    ],
)  # fmt: skip
def test_other_lines_of_unknown_wording_hide_nothing(query: str, rows: tuple[Mapping[str, object], ...]) -> None:
    finding = found(query, *rows)
    assert finding.certainty == "confirmed"
    assert all(clause.truth is Truth.TRUE for clause in finding.clauses)


def test_a_line_of_unknown_wording_is_no_event_that_a_rule_wants_to_see() -> None:
    query = rule("sequence by server [token_saved] [refresh_started] [attempt_ended]")
    assert not evaluate([query], facts(SAVED, unread(15), REFUSED), documents=documents("a.log"))
