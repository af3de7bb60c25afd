"""A flood of texts that nobody knows is counted, costs little, and hides nothing of what is known."""

import polars as pl
import pytest

from mcplog.parse.floods import MANY_ENTRIES, MOST_UNKNOWN, NOT_SHOWN, without_flood
from mcplog.parse.messages import EventTable, read_events
from tests.parse.entries_of import KEY, entries_of

FLOOD = [f"nothing that is known {number}" for number in range(MANY_ENTRIES + 1)]


@pytest.fixture(scope="module")
def table() -> EventTable:
    """Return a flood about two servers in turn, and a known line behind it."""
    entries = entries_of([*FLOOD, "Saving tokens"])
    of_other = pl.int_range(pl.len()) % 2 == 1
    return read_events(
        entries.with_columns(server=pl.when(of_other).then(pl.lit("notes")).otherwise("server")), key=KEY
    )


def test_very_many_unknown_texts_are_counted_and_not_kept(table: EventTable) -> None:
    """Texts that are all different must not be compared, redacted and held to no use."""
    assert table.rows.height == len(FLOOD) + 1
    assert table.rows["kind"].value_counts(sort=True).rows() == [("unrecognised", len(FLOOD)), ("token_saved", 1)]
    assert table.messages.height == MOST_UNKNOWN + 2
    assert table.messages["excerpt"][MOST_UNKNOWN] == NOT_SHOWN


def test_of_the_texts_that_are_not_shown_the_first_and_the_last_of_each_server_stay(table: EventTable) -> None:
    kept = without_flood(table.rows, table.messages)

    rows = kept.filter(pl.col("entry_id") >= MOST_UNKNOWN).select("server", "entry_id").rows()
    last = len(FLOOD) - 1
    assert rows == [
        ("tracker", MOST_UNKNOWN),
        ("notes", MOST_UNKNOWN + 1),
        ("notes", last - 1),
        ("tracker", last),
        ("notes", last + 1),
    ]
    assert kept["kind"][-1] == "token_saved"
    assert kept["entry_id"].head(MOST_UNKNOWN).to_list() == list(range(MOST_UNKNOWN))


def test_where_there_is_no_flood_all_events_stay() -> None:
    known = read_events(entries_of(["Saving tokens"] * (MANY_ENTRIES + 1)), key=KEY)
    few = read_events(entries_of(FLOOD[:10]), key=KEY)

    assert without_flood(known.rows, known.messages).height == known.rows.height
    assert without_flood(few.rows, few.messages).height == few.rows.height
