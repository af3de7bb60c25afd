"""why_not: the nearest miss names the clause that fails and the line it fails on."""

import pytest

from mcplog.model.vocabulary import Certainty
from mcplog.rules.near_miss import why_not
from tests.rules.given import documents, facts, row, rule

QUERY = """sequence by server, process_id with maxspan=10s
  [token_saved where after_auth] as a
  ![refresh_failed]
  [connected where http_status == 401 and tool is unknown] as b
credential at b where held_token_is == "valid"
until [tokens_cleared]"""
Row = dict[str, object]


def saved(second: float = 0, **values: object) -> Row:
    return row("token_saved", second, **{"after_auth": True, "process_id": 1, **values})


def other(kind: str, second: float) -> Row:
    return row(kind, second, process_id=1)


def refused(second: float = 5, **values: object) -> Row:
    return row("connected", second, **{"http_status": 401, "held_token_is": "valid", "process_id": 1, **values})


@pytest.mark.parametrize(
    ("rows", "failed"),
    [
        ([saved(), other("refresh_failed", 3), refused()], [("![refresh_failed]", "refresh_failed at a.log:2")]),
        ([saved(), refused(20)], [("with maxspan=10s", "it took 20s")]),
        ([saved(), refused(http_status=500)], [("http_status == 401", "http_status is 500 at a.log:2")]),
        ([saved(), refused(tool="x")], [("tool is unknown", "tool is x at a.log:2")]),
        (
            [saved(), {**refused(), "held_token_is": "expired"}],
            [('credential at b where held_token_is == "valid"', "held_token_is is expired at a.log:2")],
        ),
        ([saved(), other("tokens_cleared", 2), refused()], [("until [tokens_cleared]", "tokens_cleared at a.log:2")]),
        (
            [saved(), refused(process_id=2)],
            [("by process_id", "process_id is 1 at a.log:1; process_id is 2 at a.log:2")],
        ),
        ([refused()], [("[token_saved where after_auth] as a", "no such event before it")]),
        (
            [saved(after_auth=False), refused(http_status=500)],
            [("after_auth", "after_auth is no at a.log:1"), ("http_status == 401", "http_status is 500 at a.log:2")],
        ),
        (
            [saved()],
            [("[connected where http_status == 401 and tool is unknown] as b", "no such event of this server")],
        ),
        (
            [saved(), refused(server="t")],
            [("[connected where http_status == 401 and tool is unknown] as b", "no such event of this server")],
        ),
    ],
)
def test_the_clause_that_fails_is_named_with_its_line(rows: list[Row], failed: list[tuple[str, str]]) -> None:
    miss = why_not(rule(QUERY), facts(*rows), documents=documents(), server="s")

    assert miss.certainty is None
    assert [(clause.clause, clause.settled_by) for clause in miss.failed] == failed


def test_a_rule_that_is_found_has_no_miss() -> None:
    miss = why_not(rule(QUERY), facts(saved(), refused()), documents=documents(), server="s")

    assert (miss.certainty, miss.failed) == (Certainty.CONFIRMED, ())


def test_the_nearest_of_several_patterns_is_told() -> None:
    made = rule(QUERY, more="also = [{query = '[connected where http_status == 500] as b'}]")
    miss = why_not(made, facts(other("refresh_failed", 1), refused(http_status=403)), documents=documents(), server="s")

    assert [clause.clause for clause in miss.failed] == ["http_status == 500"]


def test_an_event_that_had_to_be_missing_behind_the_anchor() -> None:
    made = rule("sequence by server with maxspan=10s [connected] ![refresh_failed where http_status in (401, 403)]")
    rows = [row("connected", 0), row("refresh_failed", 4, http_status=401), row("tool_called", 30)]

    miss = why_not(made, facts(*rows), documents=documents(), server="s")

    assert [(clause.clause, clause.settled_by) for clause in miss.failed] == [
        ("![refresh_failed where http_status in (401, 403)]", "refresh_failed at a.log:2")
    ]


def test_only_one_case_is_looked_at_when_it_is_named() -> None:
    rows = [saved(), refused(), {**refused(), "case_id": 1}]

    miss = why_not(rule(QUERY), facts(*rows), documents=documents(), server="s", case_id=1)

    assert [clause.settled_by for clause in miss.failed] == ["no such event before it"]


def test_what_is_there_does_not_name_the_part_that_fails() -> None:
    rows = [saved(), refused(http_status=500)]

    miss = why_not(rule(QUERY), facts(*rows), documents=documents(), server="s")

    assert [clause.clause for clause in miss.met] == [
        "[token_saved where after_auth] as a",
        "![refresh_failed]",
        "[connected where tool is unknown] as b",
        "with maxspan=10s",
        'credential at b where held_token_is == "valid"',
        "until [tokens_cleared]",
    ]
