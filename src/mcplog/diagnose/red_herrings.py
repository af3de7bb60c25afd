"""Name the lines that look guilty and are not, where the circumstances make them harmless, and say why.

Which lines, under which circumstance and why is data (`knowledge/red_herrings.toml`); what a circumstance is stands
here. Where the evidence does not show the circumstance, the line is not called harmless.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl
from msgspec import Struct

from mcplog.diagnose.fact_rows import FactRow, columns_of, fact_rows, first_line, matches, place_of
from mcplog.diagnose.lines import Lines
from mcplog.knowledge.red_herrings import RedHerringRow, RedHerringTable
from mcplog.model.facts import is_kind
from mcplog.model.finding import RedHerring
from mcplog.model.frames import constant
from mcplog.model.vocabulary import HeldTokenIs

TIME_LEFT_MS: Final = 300_000
SCOPE_FAILURES: Final = ("insufficient-scope", "forbidden-after-upscoping")
GOT_TOKENS: Final = ("refresh_observed", "sign_in_saved", "refresh_by_other_process", "refresh_finished")
FAILED: Final = (
    "tool_failed",
    "tool_call_refused",
    "list_failed",
    "refresh_failed",
    "terminal_error_counted",
    "reconnection_failed",
)
REFUSING: Final = (*FAILED, "attempt_ended", "step_up_marked")  # what may name a scope
# Lines that show a token.
TOKEN_KINDS: Final = ("token_saved", "token_returned", "sign_in_saved", "token_revoked", "refresh_observed")
COLUMNS: Final = (
    "kind",
    "process_id",
    "attempt_id",
    "flow_id",
    "failure",
    "reason",
    "oauth_error",
    "held_token_is",
    "held_left_ms",
)
OF_PROCESS: Final = ("who", "process_id")
OF_ATTEMPT: Final = ("who", "attempt_id")
Seen = tuple[int, int, RedHerringRow]  # the first harmless row, how many there are, what they are


def spot(
    lines: Lines, origins: Mapping[int, str], table: RedHerringTable, *, limit: int = 8
) -> list[tuple[RedHerring, ...]]:
    """Return the lines that look guilty and are not.

    Args:
        lines: The rows of the servers.
        origins: Document names by id.
        table: The red herrings, the most misleading first.
        limit: How many to return of a server at most.

    Returns:
        For each server, by position, one for each entry of `table` that was seen: its first harmless line, how often.
    """
    seen: list[list[Seen]] = [[] for _ in lines.servers]
    for who, found in _harmless(lines, table):
        if len(seen[who]) < limit:
            seen[who].append(found)
    quoted = fact_rows(lines.facts, (row for found in seen for row, _, _ in found))
    return [
        tuple(_named(quoted[row], count, entry, origins) for row, count, entry in sorted(found, key=lambda one: one[0]))
        for found in seen
    ]


def _named(row: FactRow, count: int, entry: RedHerringRow, origins: Mapping[int, str]) -> RedHerring:
    return RedHerring(
        place=place_of(row, origins),
        excerpt=first_line(row) or row.kind.replace("_", " "),
        reason=entry.reason,
        count=count,
    )


def _harmless(lines: Lines, table: RedHerringTable) -> list[tuple[int, Seen]]:
    """Return what was seen on which server, in the order of the table."""
    suspects, meant = _suspects(lines, table)
    if not meant:
        return []
    around = _around(lines, suspects, {entry.harmless_when for entry, _ in meant}, table)
    is_meant = [pl.col("sort").is_in(sorts) & pl.col(entry.harmless_when) for entry, sorts in meant]
    told = around.group_by("who").agg(
        *(pl.col("row").filter(so).min().alias(f"first {number}") for number, so in enumerate(is_meant)),
        *(so.sum().alias(f"count {number}") for number, so in enumerate(is_meant)),
    )
    return [
        (of_server["who"], (of_server[f"first {number}"], of_server[f"count {number}"], entry))
        for number, (entry, _) in enumerate(meant)
        for of_server in told.to_dicts()
        if of_server[f"count {number}"]
    ]


def _suspects(lines: Lines, table: RedHerringTable) -> tuple[pl.DataFrame, list[tuple[RedHerringRow, list[int]]]]:
    """Return the lines that entries of the table speak of, with `sort`, and those entries with their sorts."""
    there = lines.facts.rows_by_kind().keys()
    entries = [entry for entry in table.herring if not there.isdisjoint(_kinds(entry))]
    at = lines.of_kinds(set().union(*map(_kinds, entries)))
    columns = {name for entry in entries for pattern in entry.lines for name in columns_of(pattern)}
    rows, sorts = lines.sorts(["kind", *sorted(columns - {"kind"})], at)
    fitting = ((entry, [sort["sort"] for sort in sorts if _fits(sort, entry)]) for entry in entries)
    meant = [(entry, own) for entry, own in fitting if own]
    is_meant = pl.col("sort").is_in(list({sort for _, own in meant for sort in own}))
    return rows.filter(is_meant), meant


def _around(lines: Lines, suspects: pl.DataFrame, words: Collection[str], table: RedHerringTable) -> pl.DataFrame:
    """Return the suspects and what is asked around them, with a truth for each circumstance."""
    told = [CIRCUMSTANCE[word] for word in words]
    kinds = {kind for one in told for kind in one.kinds}
    if any(one.asks_all for one in told):
        kinds.update(*map(_kinds, table.herring))
    sort_of = constant(None, pl.UInt32(), len(lines.who))
    sort_of = sort_of.scatter(suspects["row"], suspects["sort"]).alias("sort")
    at = lines.at(pl.concat([lines.facts.rows_of(kinds), suspects["row"]]).unique().sort())
    rows = lines.told(COLUMNS, at).hstack([sort_of[at["row"]]])
    if any(one.asks_tokens for one in told):
        shown = lines.of_kinds(TOKEN_KINDS)
        first = shown["who"].arg_unique()
        first_of = constant(None, pl.UInt32(), len(lines.servers)).scatter(shown["who"][first], shown["row"][first])
        rows = rows.hstack([first_of[rows["who"]].alias("first_token")])
    return rows.with_columns(CIRCUMSTANCE[word].holds().fill_null(value=False).alias(word) for word in words)


def _kinds(entry: RedHerringRow) -> set[str]:
    return {kind for pattern in entry.lines for kind in pattern.kinds}


def _fits(values: Mapping[str, Any], entry: RedHerringRow) -> bool:
    return any(values["kind"] in pattern.kinds and matches(values, pattern) for pattern in entry.lines)


def _got_tokens() -> pl.Expr:
    return is_kind(GOT_TOKENS)


def _connected() -> pl.Expr:
    return (pl.col("kind") == "attempt_ended") & (pl.col("reason") == "connected")


def _failed() -> pl.Expr:
    is_good = pl.col("reason").is_in(["open", "connected"]).fill_null(value=False)
    return is_kind(FAILED) | ((pl.col("kind") == "attempt_ended") & ~is_good)


def _authorized() -> pl.Expr:
    return (pl.col("kind") == "flow_ended") & (pl.col("reason") == "authorized")


def _scope_refused() -> pl.Expr:
    named = pl.col("failure").is_in(SCOPE_FAILURES) | (pl.col("oauth_error") == "insufficient_scope")
    return (pl.col("kind") == "step_up_marked") | named.fill_null(value=False)


def _last(what: pl.Expr, group: Iterable[str] = OF_PROCESS) -> pl.Expr:
    """Return the last row of the group that is so; null where none is."""
    return pl.when(what).then("row").max().over(group)


def _before(what: pl.Expr) -> pl.Expr:
    """Return the row of the same process that was so last before this one."""
    return pl.when(what).then("row").shift(1).forward_fill().over(OF_PROCESS)


def _after(what: pl.Expr) -> pl.Expr:
    """Return the row of the same process that is so first after this one."""
    return pl.when(what).then("row").shift(-1).backward_fill().over(OF_PROCESS)


def _no_sign_in_so_far() -> pl.Expr:
    seen = (pl.col("first_token") < pl.col("row")).fill_null(value=False)
    held = pl.col("held_token_is")
    return ~seen & (held.is_null() | (held == HeldTokenIs.NEVER))


def _connected_before() -> pl.Expr:
    return pl.col("attempt_id").is_not_null() & (_last(_connected(), OF_ATTEMPT) < pl.col("row"))


def _quiet_end() -> pl.Expr:
    return _connected_before() & ~(_last(_failed()) > pl.col("row")).fill_null(value=False)


def _refused_before() -> pl.Expr:
    first = pl.when(pl.col("kind") == "refresh_failed").then("row").min().over(OF_PROCESS)
    return first < pl.col("row")


def _call_works_after() -> pl.Expr:
    answered, got = _after(pl.col("kind") == "tool_completed"), _after(_got_tokens())
    return answered.is_not_null() & (got.is_null() | (got > answered))


def _own_refresh_open() -> pl.Expr:
    begun = _before(pl.col("kind") == "refresh_started")
    ended = _before(_got_tokens() | (pl.col("kind") == "refresh_failed"))
    return begun.is_not_null() & (ended.is_null() | (ended < begun))


def _has_time_left() -> pl.Expr:
    return (pl.col("held_token_is") == HeldTokenIs.VALID) & (pl.col("held_left_ms") > TIME_LEFT_MS)


def _in_attempt(what: pl.Expr) -> pl.Expr:
    return pl.col("attempt_id").is_in(pl.col("attempt_id").filter(what).unique().implode())


class Circumstance(Struct, frozen=True):
    """What makes a line harmless.

    Attributes:
        holds: Gives the truth of each row.
        kinds: Of the lines that it asks for, beside the line itself.
        asks_all: It asks for all lines of the table too.
        asks_tokens: It asks for the first line that shows a token.
    """

    holds: Callable[[], pl.Expr]
    kinds: Sequence[str] = ()
    asks_all: bool = False
    asks_tokens: bool = False


# One for each word of `knowledge/red_herrings.py`.
CIRCUMSTANCE: Final[Mapping[str, Circumstance]] = {
    "always": Circumstance(lambda: pl.lit(value=True)),
    "no-sign-in-so-far": Circumstance(_no_sign_in_so_far, asks_tokens=True),
    "part-of-sign-in": Circumstance(lambda: pl.col("flow_id").is_not_null()),
    "signed-in-later": Circumstance(lambda: _last(_authorized()) > pl.col("row"), ("flow_ended",)),
    "connected-in-attempt": Circumstance(lambda: _in_attempt(_connected()), ("attempt_ended",)),
    "connected-before": Circumstance(_connected_before, ("attempt_ended",)),
    "connected-later": Circumstance(lambda: _last(_connected(), ["who"]) > pl.col("row"), ("attempt_ended",)),
    "quiet-end": Circumstance(_quiet_end, ("attempt_ended", *FAILED)),
    "refreshed-later": Circumstance(lambda: _last(_got_tokens()) > pl.col("row"), GOT_TOKENS),
    "refresh-refused-before": Circumstance(_refused_before, ("refresh_failed",)),
    "token-had-time-left": Circumstance(_has_time_left),
    "refusal-named-otherwise": Circumstance(lambda: _in_attempt(_scope_refused()), REFUSING, asks_all=True),
    "no-scope-refusal": Circumstance(lambda: ~_scope_refused().any().over("who"), REFUSING, asks_all=True),
    "call-works-after": Circumstance(_call_works_after, ("tool_completed", *GOT_TOKENS)),
    "own-refresh-open": Circumstance(_own_refresh_open, ("refresh_started", "refresh_failed", *GOT_TOKENS)),
}
