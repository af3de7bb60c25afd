"""store_changes: what a snapshot changed against the one before it."""

import polars as pl
import pytest

from mcplog.credentials import store_changes
from mcplog.model.document import StoreDump
from mcplog.model.frames import EVENTS, STORE_CHANGES, empty
from tests.credentials.stores import NAME, at, dump, entry, events, reading, saved, store

NO_EVENTS = empty(EVENTS)
FULL = store({NAME: entry()})
STUB = store({NAME: entry("", refresh=None, expires=None)})
SIGNED_OUT = FULL
SIGNED_IN = FULL[:-1] + b',"claudeAiOauth":{"accessToken":"account-1"}}'
BARE = store({NAME: {"serverName": "figma", "accessToken": ""}})


def words(*contents: bytes) -> list[tuple[float, str]]:
    """The changes of snapshots ten seconds apart."""
    found = store_changes(reading(*(dump(content, 10 * n) for n, content in enumerate(contents))), NO_EVENTS)
    return [((moment - at(0)).total_seconds(), word) for moment, word in found.select("changed_at", "change").rows()]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (FULL, FULL, []),
        (
            store({}),
            FULL,
            ["entry-added", "access-token-added", "refresh-token-added", "client-added"],
        ),
        (store({}), STUB, ["entry-added", "client-added", "registration-only"]),
        (BARE, STUB, ["client-added", "registration-only"]),
        (FULL, store({}), ["entry-removed", "section-removed"]),
        (FULL, b"{}", ["entry-removed", "section-removed"]),
        (FULL, b'{"mcpOAuth":{"other|0123456789abcdef":{}}}', ["entry-removed", "entry-added"]),
        (FULL, STUB, ["access-token-removed", "refresh-token-removed", "registration-only"]),
        (STUB, FULL, ["access-token-added", "refresh-token-added"]),
        (FULL, store({NAME: entry("at-2", "rt-2", 7200)}), ["access-token-changed", "refresh-token-changed"]),
        (FULL, store({NAME: entry("at-2", "rt-1", 7200)}), ["access-token-changed"]),
        (FULL, store({NAME: entry(refresh=None)}), ["refresh-token-removed"]),
        (FULL, store({NAME: entry(clientId="client-2")}), ["client-changed"]),
        (FULL, store({NAME: entry() | {"clientId": ""}}), ["client-removed"]),
        (FULL, store({NAME: entry(expires=0)}), ["expiry-edited"]),
        (FULL, store({NAME: entry(scope="read")}), ["scope-changed"]),
        (FULL, store({NAME: entry("[REDACTED]", "***")}), []),
        (FULL, store({NAME: entry(redirectUri="http://localhost:1/")}), []),
        (SIGNED_IN, SIGNED_OUT, ["account-removed"]),
        (SIGNED_IN, b'{"mcpOAuth":{}}', ["entry-removed", "account-removed", "section-removed"]),
        (SIGNED_IN, SIGNED_IN.replace(b"account-1", b"account-2"), []),
        (SIGNED_OUT, SIGNED_IN, []),
    ],
)
def test_each_change_has_its_word(before: bytes, after: bytes, changes: list[str]) -> None:
    assert [word for _, word in words(before, after)] == changes


def test_the_first_snapshot_changes_nothing() -> None:
    assert words(FULL) == []


def test_a_store_that_is_damaged_from_the_first_is_told() -> None:
    assert words(b"[]", b"[]") == [(0, "store-damaged")]


def test_a_damaged_store_is_told_once_and_its_entries_are_compared_across_it() -> None:
    assert words(FULL, b"{", b"null", FULL, STUB) == [
        (10, "store-damaged"),
        (30, "store-repaired"),
        (40, "access-token-removed"),
        (40, "refresh-token-removed"),
        (40, "registration-only"),
    ]


def test_tokens_that_were_overwritten_after_damage_are_told_as_removed() -> None:
    assert words(FULL, b"{", STUB) == [
        (10, "store-damaged"),
        (20, "access-token-removed"),
        (20, "refresh-token-removed"),
        (20, "registration-only"),
        (20, "store-repaired"),
    ]


def test_parts_that_are_gone_when_a_store_can_be_read_again_are_told() -> None:
    assert words(SIGNED_IN, b"{", b"null", b'{"other":1}', b'{"other":2}') == [
        (10, "store-damaged"),
        (30, "entry-removed"),
        (30, "store-repaired"),
        (30, "section-removed"),
    ]


def test_an_empty_file_is_told_when_it_lasts() -> None:
    assert words(FULL, b"", FULL) == [(10, "store-emptied"), (20, "store-repaired")]


def test_an_empty_file_during_a_write_is_no_change() -> None:
    found = store_changes(reading(dump(FULL, 0), dump(b"", 1), dump(FULL, 1.1)), NO_EVENTS)

    assert found.equals(pl.DataFrame(schema=STORE_CHANGES))


def test_a_store_that_goes_away_and_comes_back() -> None:
    gone = dump(b"", 10, absent=True)

    found = store_changes(reading(dump(FULL, 0), gone, dump(FULL, 60)), NO_EVENTS)

    assert found["change"].to_list() == ["store-removed", "store-repaired"]


def test_a_row_says_where_the_change_can_be_seen() -> None:
    changed = reading(dump(FULL, 0), dump(store({NAME: entry("at-2")}), 5))

    assert store_changes(changed, NO_EVENTS).row(0) == (
        0,
        0,
        f"0:{NAME}",
        "figma",
        at(5),
        "access-token-changed",
        "credentials-5.json",
        1,
    )


def test_a_change_of_the_whole_store_names_no_entry() -> None:
    found = store_changes(reading(dump(FULL, 0), dump(b"[]", 5)), NO_EVENTS)

    assert found.row(0) == (0, 0, None, None, at(5), "store-damaged", "credentials-5.json", None)


def test_a_save_that_never_arrived_is_a_change_that_did_not_happen() -> None:
    live = dump(FULL, 0, current=True)

    found = store_changes(reading(live), events(*saved(10, 60)))

    assert found.row(0) == (0, 0, f"0:{NAME}", "figma", at(10), "save-not-stored", None, None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_snapshots_without_a_time_are_dated_by_the_log(order: tuple[int, int]) -> None:
    told = events((8, "token_absent", {}))
    undated: list[StoreDump] = [dump(FULL, None), dump(store({}), None)]

    found = store_changes(reading(*(undated[place] for place in order)), told)

    assert (order, found.select("changed_at", "change").rows()) in [
        ((0, 1), [(at(8), "entry-removed"), (at(8), "section-removed")]),
        (
            (1, 0),
            [
                (None, "entry-added"),
                (None, "access-token-added"),
                (None, "refresh-token-added"),
                (None, "client-added"),
            ],
        ),
    ]
