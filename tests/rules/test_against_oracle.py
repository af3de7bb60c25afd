"""evaluate agrees with brute force on every small stream and query."""

from collections.abc import Mapping

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.rules import evaluate
from tests.rules.given import at, documents, facts, rule
from tests.rules.oracle import verdicts

KINDS = {"A": "token_saved", "B": "connected", "M": "refresh_failed", "U": "tokens_cleared", "G": "coverage_gap"}
MORE = 2 * settings().max_examples
BOTH = (True, False)
STEPS = (KINDS["A"], KINDS["B"])
ENDS = (KINDS["M"], KINDS["U"])
REASONS = ("cut", "starts-late", "unexplained-write")


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([*values, None])


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from([*KINDS.values(), *STEPS, *STEPS, "process_ended", "coverage_gap"]))
    second = draw(st.sampled_from([None, *range(13), 3.001, 4.001, 9.001]))
    return {
        "kind": kind,
        "event_at": None if second is None else at(second),
        "server": draw(st.sampled_from(["s", "s", "s", "t", None])),
        "process_id": draw(maybe(1, 1, 2)),
        "document_id": draw(maybe(0, 0, 1)),
        "case_id": draw(st.sampled_from([0, 0, 0, 1])),
        "http_status": draw(maybe(401, 500)),
        "after_auth": draw(maybe(*BOTH)),
        "held_token_is": draw(maybe("valid", "expired", "unknown")),
        "reason": draw(st.sampled_from(REASONS)) if kind == "coverage_gap" else None,
    }


ALONE = (
    "",
    "",
    "",
    "",
    "",
    "",
    " where http_status == 401",
    " where after_auth",
    " where not after_auth or http_status == 500",
)
JOINT = (
    " where process_id == {}.process_id",
    " where process_id != {}.process_id",
    " where http_status == 401 and process_id == {}.process_id",
    " where event_at - {}.event_at <= 3s",
    " where {}.after_auth is unknown",
    " where http_status in (401, 7) or http_status < {}.http_status",
)


@st.composite
def brackets(draw: st.DrawFn, aliases: list[str], own: str = "", *, often: tuple[str, ...] = ENDS) -> str:
    kinds = draw(st.lists(st.sampled_from((*often, *often, *KINDS.values())), min_size=1, max_size=2, unique=True))
    others = [alias for alias in aliases if alias != own]
    conditions = [*ALONE, *(JOINT if others else ())]
    condition = draw(st.sampled_from(conditions)).replace("{}", draw(st.sampled_from(others)) if others else "")
    return f"[{' or '.join(kinds)}{condition}]"


@st.composite
def queries(draw: st.DrawFn, *, joint: bool) -> str:
    count = draw(st.integers(1, 3))
    names = [f"s{number}" for number in range(count)]
    aliases = names if joint else []
    keys = draw(st.sampled_from(["", " by server", " by server, process_id"]))
    missing_last = draw(st.integers(0, 3)) == 0
    parts: list[str] = []
    runs = 1
    for name in names:
        if draw(st.integers(0, 2)) == 0:
            parts.append("!" + draw(brackets(aliases)))
        run = draw(st.sampled_from([1, 1, 1, 2]))
        runs += run - 1
        mark = draw(st.sampled_from(["", "", " required"]))
        parts.append(
            draw(brackets(aliases, name, often=STEPS)) + f" as {name}" + (f" with runs={run}" if run > 1 else "") + mark
        )
    if missing_last:
        parts.append("!" + draw(brackets(aliases)))
    edges = missing_last or parts[0].startswith("!")
    may_span = count + runs > 2 or edges
    spans = [f" with maxspan={draw(st.sampled_from([1, 4, 9]))}s"]
    span = spans[0] if missing_last or (may_span and draw(st.booleans())) else ""
    tail = ""
    if draw(st.integers(0, 3)) == 0:
        tail += f'\ncredential at {draw(st.sampled_from(names))} where held_token_is == "valid"'
    if count + runs > 2 and draw(st.integers(0, 3)) == 0:
        tail += f"\nuntil {draw(brackets(aliases))}"
    return f"sequence{keys}{span}\n" + "\n".join(parts) + tail


def check(the_rule: CompiledRule, table: pl.DataFrame) -> None:
    findings = evaluate([the_rule], table, documents=documents("a.log", "b.log"))
    told = {(item.case_id, item.server): (str(item.certainty), item.occurrences, item.order) for item in findings}

    assert told == verdicts(the_rule.query, table)
    for finding in findings:
        truths = [clause.truth for clause in finding.clauses]
        assert Truth.FALSE not in truths
        assert (Truth.UNKNOWN in truths) == (finding.certainty is Certainty.POSSIBLE)
        assert [bool(clause.settled_by) for clause in finding.clauses] == [item is Truth.UNKNOWN for item in truths]


def table_of(stream: list[Mapping[str, object]]) -> pl.DataFrame:
    return facts(*stream)


@settings(max_examples=MORE, deadline=None)
@given(query=queries(joint=False), stream=st.lists(rows(), min_size=2, max_size=9))
def test_queries_without_references(query: str, stream: list[Mapping[str, object]]) -> None:
    check(rule(query), table_of(stream))


@settings(max_examples=MORE, deadline=None)
@given(query=queries(joint=True), stream=st.lists(rows(), min_size=2, max_size=8))
def test_queries_with_references(query: str, stream: list[Mapping[str, object]]) -> None:
    check(rule(query), table_of(stream))
