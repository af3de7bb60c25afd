"""Where processes begin and end, and where the evidence of each server ends."""

from typing import Final

import polars as pl

from mcplog.correlate.derived import ACTOR, NAME, Derived
from mcplog.model.facts import Facts, of_kind
from mcplog.model.frames import constant, kept, taken

PLACE: Final = ("document_id", "line_from", "line_to")
FIRST: Final = ("case_id", "process_id", *PLACE, "event_at", "version_id")
LAST: Final = ("case_id", "process_id", NAME, "actor_id", *PLACE, "order")


def beginnings(events: pl.DataFrame, late: pl.Series) -> Derived:
    """Return a `process_started` row for each process whose first lines are there.

    Args:
        events: EVENTS' rows, in order.
        late: The processes whose logs begin after they did.
    """
    first = events["process_id"].arg_unique()
    process = events["process_id"][first]
    is_there = constant(value=True, dtype=pl.Boolean(), height=len(first) + 1).scatter(late, values=False)
    first = first.filter(is_there[process])
    return Derived(events[FIRST][first].hstack([events["order"][first] - 1, of_kind("process_started", len(first))]))


def endings(events: Facts, derived: pl.DataFrame, covered: pl.DataFrame) -> Derived:
    """Return `process_ended` rows for each process and each of its servers, `evidence_ended` for each server of a case.

    Args:
        events: EVENTS, in order, with what the actors are.
        derived: Rows derived from them, with a process.
        covered: `document_id` and `covers_to` of documents that hold one process.
    """
    if events.rows.is_empty():
        return Derived(derived[LAST].clear())
    known = pl.concat([events.rows[LAST][events.shared[ACTOR]["row"]], derived[LAST]])
    last = taken(known, _last(known["order"], of=known["actor_id"]))
    of_process = taken(last, _last(last["order"], of=last["process_id"])[1:])  # processes are numbered from 1
    case, order, at = of_process["case_id"], of_process["order"] + 5, _until(events.rows, covered)
    processes = of_process[["case_id", "process_id", *PLACE]].hstack([order, at])
    named = kept(last, last[NAME].is_not_null())
    own = named["process_id"] - 1
    of_servers = named[["case_id", "process_id", NAME, "actor_id", *PLACE]].hstack([order[own], at[own]])
    over = [order[_last(order, of=case)][named["case_id"]] + 1, at[_last(at, of=case)][named["case_id"]]]
    servers = named[["case_id", NAME, "actor_id", *PLACE]].hstack(over)
    if len(of_process) > 1:
        servers = _once_a_case(servers, named["order"])
    parts = ((processes, "process_ended"), (of_servers, "process_ended"), (servers, "evidence_ended"))
    told = (part.hstack([of_kind(kind, len(part))]) for part, kind in parts)
    return Derived(pl.concat(told, how="diagonal"))


def _last(by: pl.Series, *, of: pl.Series) -> pl.Series:
    """Return, by the numbers that rows have in `of`, which row of each number is the last `by` another column."""
    turn = by.arg_sort()
    most = of.max()
    return constant(0, pl.UInt32(), 1 + (most if isinstance(most, int) else 0)).scatter(of[turn], turn)


def _once_a_case(servers: pl.DataFrame, order: pl.Series) -> pl.DataFrame:
    """Return one row for each server of a case, where it has one in several processes: at the place of the last."""
    names = ("case_id", NAME)
    firsts = servers.unique(names, keep="first", maintain_order=True)
    if len(firsts) == len(servers):
        return servers
    lasts = servers[[*names, *PLACE]][order.arg_sort()].unique(names, keep="last")
    return firsts.drop(PLACE).join(lasts, on=names, how="left", maintain_order="left")


def _until(rows: pl.DataFrame, covered: pl.DataFrame) -> pl.Series:
    """Return for each process `event_at`, up to which its lines or what is known of its documents tell of it."""
    both = ("process_id", "document_id")
    if all(rows[name].min() == rows[name].max() for name in both):  # no need to look for groups
        spans = rows.select_seq(pl.col(both).first(), pl.col("event_at").max())
    else:
        spans = rows.group_by(both).agg(pl.col("event_at").max())
    until = spans.hstack([covered["covers_to"][spans["document_id"]]])  # the row of DOCUMENTS
    until = until.select_seq("process_id", pl.max_horizontal("event_at", "covers_to"))
    return until["event_at"][_last(until["event_at"], of=until["process_id"])[1:]]
