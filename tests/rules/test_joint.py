"""Conditions that compare two rows: one binding at a time gives what columns of bindings give."""

from collections.abc import Mapping

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.facts import Facts
from mcplog.model.rule import Query
from mcplog.rules.conditions import condition
from mcplog.rules.ground import lay_out
from mcplog.rules.joint import joint_conditions
from mcplog.rules.outline import outline
from tests.rules.given import at, facts, row, rule

KINDS = ("token_saved", "connected")
PARTS = (
    "http_status == a.http_status",
    "http_status != a.http_status",
    "http_status < a.http_status",
    "http_status <= a.http_status",
    "http_status > a.http_status",
    "http_status >= a.http_status",
    "http_status - a.http_status == 1",
    "http_status + a.http_status in (2, 3)",
    "event_at - a.event_at <= 3s",
    "event_at > a.event_at + 2s",
    "expires_in_s > a.duration_ms",
    "a.tool is known",
    "a.tool is unknown",
    'a.tool like "b*"',
    "tool == a.tool",
    "scope has a.tool",
    "a.after_auth",
    "not a.after_auth and after_auth",
    "held_token_is == a.held_token_is",
    "http_status == 1 or a.http_status == 2 and tool == a.tool",
    "not (a.after_auth or http_status == a.http_status)",
    "true and a.http_status == 1",
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    second = draw(st.sampled_from([None, 0, 2, 3, 5]))
    return {
        "event_at": None if second is None else at(second),
        "http_status": draw(st.sampled_from([None, 1, 2])),
        "expires_in_s": draw(st.sampled_from([None, 1, 2])),
        "duration_ms": draw(st.sampled_from([None, 1_000, 2_000])),
        "tool": draw(st.sampled_from([None, "a", "b"])),
        "scope": draw(st.sampled_from([None, [], ["a"], ["a", "b"]])),
        "after_auth": draw(st.sampled_from([None, True, False])),
        "held_token_is": draw(st.sampled_from([None, "valid", "expired", "unknown"])),
    }


def query_of(part: str) -> Query:
    return rule(f"sequence [token_saved] as a [connected where {part}]").query


def one_by_one(query: Query, table: pl.DataFrame, *, lost: bool) -> bool | None:
    plan, ground = outline(query), lay_out(Facts(rows=table), KINDS)
    said = joint_conditions(plan, [None if lost else 0, 1], ground)[id(plan.joint[1])]
    found: bool | None = said([0, 1], 1)
    return found


@given(part=st.sampled_from(PARTS), first=rows(), second=rows())
def test_as_on_columns(part: str, first: Mapping[str, object], second: Mapping[str, object]) -> None:
    query, table = query_of(part), facts({**row("token_saved"), **first}, {**row("connected"), **second})
    where = outline(query).joint[1]
    side = table[1].hstack(table[0].rename({name: f"a.{name}" for name in table.columns}))

    assert one_by_one(query, table, lost=False) == condition(where, side)[0]


@given(part=st.sampled_from([part for part in PARTS if " or " not in part and " and " not in part]), second=rows())
def test_what_a_lost_row_says_is_not_known(part: str, second: Mapping[str, object]) -> None:
    """Not even whether it was known."""
    table = facts(row("coverage_gap"), {**row("connected"), **second})

    assert one_by_one(query_of(part), table, lost=True) is None
