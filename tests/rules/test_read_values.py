"""read_values: what a condition read beside what its line shows."""

import pytest

from mcplog.rules import evaluate
from mcplog.rules.read_values import read_values
from tests.rules.given import documents, facts, row, rule

QUERY = """sequence by server with maxspan=10s
  [token_saved where after_auth] as a
  ![refresh_failed]
  [connected where http_status == 401 and marked_at < a.event_at and process_id != a.process_id] as b"""
Row = dict[str, object]
MARKED = {"marked_at": row("connected", -5)["event_at"]}


def saved(**values: object) -> Row:
    return row("token_saved", 0, **{"after_auth": True, "process_id": 1, **values})


def refused(**values: object) -> Row:
    return row("connected", 5, **{"http_status": 401, "process_id": 2, **MARKED, **values})


def read(query: str, *rows: Row) -> tuple[str, ...]:
    made, held = rule(query), facts(*rows)
    (found,) = evaluate([made], held, documents=documents())

    return read_values(made, held, found)


def test_each_clause_tells_the_values_of_its_row_and_of_those_that_it_names() -> None:
    first, absence, last, span = read(QUERY, saved(), refused())

    assert (first, absence, span) == ("after auth is yes", "", "")
    assert last.split("; ") == [
        "http status is 401",
        f"marked at is {MARKED['marked_at']:%Y-%m-%d %H:%M:%S}.000",
        "process id is 2",
        f"event at of a is {saved()['event_at']:%Y-%m-%d %H:%M:%S}.000",
        "process id of a is 1",
    ]


@pytest.mark.parametrize(
    ("query", "rows", "told"),
    [
        ("any by server [connected] as b", [refused()], ("",)),
        ("any by server [connected where tool is unknown] as b", [refused()], ("tool is unknown",)),
    ],
    ids=["no condition", "nothing known"],
)
def test_what_is_not_asked_or_not_known(query: str, rows: list[Row], told: tuple[str, ...]) -> None:
    assert read(query, *rows) == told


def test_of_a_row_that_was_lost_in_a_gap_nothing_is_told() -> None:
    query = "sequence by server [token_saved where after_auth] [connected where tool is unknown]"

    assert read(query, row("coverage_gap", 1, server=None), refused()) == ("", "tool is unknown")


def test_clauses_about_the_finding_as_a_whole_have_nothing_to_tell() -> None:
    told = read("any by server [connected where tool is unknown] as b", refused(confidence="pasted"))

    assert told == ("tool is unknown", "")
