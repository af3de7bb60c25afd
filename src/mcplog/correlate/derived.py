"""Rows that are said about several events or about the store, on their way into the stream."""

from collections.abc import Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.facts import Facts
from mcplog.model.frames import FIELDS

SAYS: Final = (*FIELDS, "excerpt")  # what a row says, as columns of MESSAGES
STEP: Final = 8  # from one event to the next in `order`: room for the rows that are derived from the first
AFTER: Final = 2  # derived rows stand this many steps behind the row they follow
# Pointers of the rows to what they share with others.
MESSAGE: Final = "message_id"  # what a row says
ACTOR: Final = "actor_id"  # a server in a process, until the store entry of each is known
NAME: Final = "name_id"  # of a server
URL: Final = "url_id"  # the message that last named the server's URL
VERSION: Final = "version_id"
CREDENTIAL: Final = "credential_id"
STATE: Final = "state_id"
MARKER: Final = "marker_id"
LONGEST: Final = 2**40  # `order` of a case stays below


class Derived(Struct, frozen=True):
    """Rows of one sort.

    Attributes:
        rows: Columns of EVENTS' rows, `case_id` and `order` among them; what is not there is null. They may call a
            server by its `server` where they have no pointer to its name.
        says: Columns of MESSAGES, a row for each of `rows`; null: they point to messages of the log, or say nothing.
    """

    rows: pl.DataFrame
    says: pl.DataFrame | None = None


def with_derived(events: Facts, parts: Sequence[Derived]) -> Facts:
    """Return events and derived rows as one stream.

    Args:
        events: EVENTS or FACTS in order.
        parts: The derived rows.

    Returns:
        The rows by case and `order`, of equal order in the order of the parts, with one table of messages.
    """
    rows, says = [events.rows], [events.shared[MESSAGE]]
    height, names = says[0].height, events.shared[NAME]["server"]
    for part in parts:
        own = part.rows
        if "server" in own.columns:
            own, names = _pointing(own, names)
        if part.says is not None and not own.is_empty():
            numbers = pl.int_range(height, height + own.height, dtype=pl.UInt32, eager=True)
            own = own.with_columns(numbers.alias(MESSAGE))
            says.append(part.says)
            height += own.height
        rows.append(own)
    place = pl.col("case_id").cast(pl.Int64) * LONGEST + pl.col("order")
    return Facts(
        rows=pl.concat(rows, how="diagonal").sort(place, nulls_last=True, maintain_order=True),
        shared={
            **events.shared,
            MESSAGE: pl.concat(says, how="diagonal").rechunk(),
            NAME: names.to_frame(),
        },
    )


def _pointing(rows: pl.DataFrame, names: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Return few rows with pointers to the names of their servers, and the names with those that are new."""
    own = rows["server"].to_list()
    has_servers = rows["server"].null_count() < len(own)
    known = {name: number for number, name in enumerate(names.to_list())} if has_servers else {}
    new = [name for name in dict.fromkeys(own) if name is not None and name not in known]
    known |= {name: len(known) + number for number, name in enumerate(new)}
    pointers = pl.Series(NAME, [known.get(name) for name in own], dtype=pl.UInt32)
    told = rows.drop("server").with_columns(pointers)
    return told, names.append(pl.Series("server", new, dtype=pl.String)) if new else names
