"""credential_timeline: what was held from when to when, and since when it can be known."""

from datetime import datetime
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.credentials import credential_timeline, read_stores, store_changes
from mcplog.model.document import StoreDump
from mcplog.model.frames import DOCUMENTS, EVENTS, STATES, empty
from tests.credentials.stores import (
    KEY,
    NAME,
    URL,
    access,
    at,
    dump,
    entry,
    events,
    jwt,
    ms,
    reading,
    returned,
    saved,
    store,
)

NO_EVENTS = empty(EVENTS)
COLUMNS = ("valid_from", "valid_to", "source", "held_has_access_token", "held_access_token")
Row = tuple[datetime | None, datetime | None, list[str], bool | None, str | None]


def held(entries: str = "at-1", **more: object) -> bytes:
    return store({NAME: entry(entries, **more)})  # type: ignore[arg-type]  # fields of an entry


def states(told: pl.DataFrame, *dumps: StoreDump) -> list[Row]:
    return credential_timeline(reading(*dumps), told).select(COLUMNS).rows()


# --- snapshots alone ----------------------------------------------------------------------------------------------


def test_a_state_lasts_from_its_snapshot_to_the_next_different_one() -> None:
    found = states(NO_EVENTS, dump(held("at-1"), 0), dump(held("at-1"), 5), dump(held("at-2"), 9))

    assert found == [
        (at(0), at(9), ["snapshot"], True, access("at-1")),
        (at(9), None, ["snapshot"], True, access("at-2")),
    ]


def test_all_columns_of_a_state_have_their_value() -> None:
    row = credential_timeline(reading(dump(b"{}", 0), dump(held(), 4)), NO_EVENTS).row(1, named=True)

    assert {name: value for name, value in row.items() if value is not None} == {
        "store_id": 0,
        "case_id": 0,
        "credential_key": f"0:{NAME}",
        "server": "figma",
        "valid_from": at(4),
        "uncertainty_ms": 4000,
        "source": ["snapshot"],
        "held_condition": "ok",
        "held_entry": True,
        "held_server_url": URL,
        "held_access_token": access("at-1"),
        "held_has_access_token": True,
        "held_refresh_token": row["held_refresh_token"],
        "held_has_refresh_token": True,
        "held_client_id": row["held_client_id"],
        "held_has_client_id": True,
        "held_has_client_secret": False,
        "held_has_redirect_uri": False,
        "held_scope": [],
        "held_step_up_scope": [],
        "held_expires_at": at(3600),
        "held_expires_is_zero": False,
        "held_token_shape": "opaque",
        "held_foreign_values": "none",
        "origin": "credentials-4.json",
        "line_from": 1,
    }


def test_an_entry_that_vanishes_is_known_to_hold_nothing() -> None:
    row = credential_timeline(reading(dump(held(), 0), dump(store({}), 5)), NO_EVENTS).row(1, named=True)

    assert {name: row[name] for name in row if row[name] in (False, "none", "ok")} == {
        "store_id": 0,
        "case_id": 0,
        "held_condition": "ok",
        "held_entry": False,
        "held_has_access_token": False,
        "held_has_refresh_token": False,
        "held_has_client_id": False,
        "held_has_client_secret": False,
        "held_has_redirect_uri": False,
        "held_token_shape": "none",
    }


def test_nothing_is_known_of_an_entry_while_the_store_is_damaged() -> None:
    row = credential_timeline(reading(dump(held(), 0), dump(b"[]", 5)), NO_EVENTS).row(1, named=True)

    assert {name for name in row if name.startswith("held_") and row[name] is not None} == {"held_condition"}


def test_a_snapshot_before_the_entry_says_that_it_was_not_there_yet() -> None:
    found = credential_timeline(reading(dump(b"{}", 0), dump(held(), 5)), NO_EVENTS)

    assert found.select("valid_from", "held_entry").rows() == [(at(0), False), (at(5), True)]


def test_of_two_snapshots_of_one_moment_the_later_holds() -> None:
    assert states(NO_EVENTS, dump(held("at-1"), 5), dump(held("at-2"), 5)) == [
        (at(5), None, ["snapshot"], True, access("at-2"))
    ]


def test_a_lone_file_holds_since_its_own_time_when_nothing_else_is_known() -> None:
    live = dump(held(), 7, current=True)

    assert states(NO_EVENTS, live) == [(at(7), None, ["snapshot", "mtime"], True, access("at-1"))]


def test_a_lone_file_without_a_time_has_no_begin() -> None:
    assert states(NO_EVENTS, dump(held(), None)) == [(None, None, ["snapshot"], True, access("at-1"))]


def test_stores_of_one_run_are_not_mixed() -> None:
    one, two = dump(held("at-1"), 0), dump(held("at-2"), 5, store_id=1)

    found = credential_timeline(reading(one, two), NO_EVENTS)

    assert found.select("credential_key", "valid_from", "valid_to").rows() == [
        (f"0:{NAME}", at(0), None),
        (f"1:{NAME}", at(5), None),
    ]


# --- a log that extends a store -----------------------------------------------------------------------------------


def test_a_lone_file_holds_since_the_save_that_its_expiry_names() -> None:
    told = events(*saved(10, 3600), *saved(20, 3600), *saved(30, 3600))

    found = states(told, dump(held(expires=3620.0), 99, current=True))

    assert found == [
        (at(10), at(20), ["log"], True, None),
        (at(20), None, ["snapshot", "log"], True, access("at-1")),
    ]


def test_a_lone_file_holds_at_least_since_the_read_that_its_expiry_names() -> None:
    told = events(*returned(10, 3589))

    found = credential_timeline(reading(dump(held(), None)), told)

    assert found.select("valid_from", "uncertainty_ms", "source").rows() == [(at(10), None, ["snapshot", "log"])]


def test_a_file_that_is_older_than_the_save_of_its_tokens_has_another_time_than_its_own() -> None:
    told = events(*saved(3600, 3600))
    copied, named = (dump(held(expires=7200.0), 0, current=current) for current in (True, False))

    assert states(told, copied) == [(at(3600), None, ["snapshot", "log"], True, access("at-1"))]
    assert states(told, named) == [(at(0), None, ["snapshot"], True, access("at-1"))]


def test_a_read_after_the_time_of_a_file_says_nothing_about_that_time() -> None:
    told = events(*returned(3600, 3600))

    assert states(told, dump(held(expires=7200.0), 0, current=True))[0][0] == at(0)


def test_a_lone_file_holds_since_its_token_says_it_was_issued() -> None:
    lifetime = {"iat": ms(5) // 1000, "exp": ms(3605) // 1000}
    live = dump(held(jwt(lifetime), expires=3605.5), 9999, current=True)

    found = credential_timeline(reading(live), NO_EVENTS)

    assert found.select("valid_from", "uncertainty_ms", "source").rows() == [(at(5.5), None, ["snapshot", "jwt"])]


@pytest.mark.parametrize("expires", [5.0, 3000.0, 4500.0])
def test_a_lone_file_whose_expiry_its_token_contradicts_is_not_dated_by_it(expires: float) -> None:
    lifetime = {"iat": ms(5) // 1000, "exp": ms(3605) // 1000}

    assert states(NO_EVENTS, dump(held(jwt(lifetime), expires=expires), 9999, current=True))[0][0] == at(9999)


@pytest.mark.parametrize("claims", [{"iat": 9, "exp": 9}, {"iat": 9, "exp": 8}, {"iat": 9}, {"exp": 9}, {}])
def test_a_token_without_a_lifetime_dates_nothing(claims: dict[str, int]) -> None:
    assert states(NO_EVENTS, dump(held(jwt(claims)), 50, current=True))[0][0] == at(50)


def test_a_file_whose_token_no_line_names_keeps_its_own_time() -> None:
    told = events(*returned(10, 60))

    assert states(told, dump(held(), 99, current=True)) == [
        (at(10), at(99), ["log"], True, None),
        (at(99), None, ["snapshot", "mtime"], True, access("at-1")),
    ]


def test_a_save_dates_the_snapshot_that_follows_within_its_sampling() -> None:
    told = events(*saved(10, 3600))

    found = credential_timeline(reading(dump(b"{}", 0), dump(held(expires=3610.0), 60)), told)

    assert found.select("valid_from", "uncertainty_ms", "source").rows()[1] == (at(10), 0, ["snapshot", "log"])


def test_a_save_between_two_snapshots_that_neither_shows_is_a_state_of_its_own() -> None:
    told = events(*saved(10, 60, refresh=False))
    dumps = (dump(held("at-1"), 0), dump(held("at-3", expires=9999.0), 50))

    found = credential_timeline(reading(*dumps), told)

    assert found.select(*COLUMNS, "held_has_refresh_token", "held_expires_at").rows() == [
        (at(0), at(10), ["snapshot"], True, access("at-1"), True, at(3600)),
        (at(10), at(50), ["log"], True, None, False, at(70)),
        (at(50), None, ["snapshot"], True, access("at-3"), True, at(9999)),
    ]


def test_a_removal_between_two_snapshots_is_a_state_of_its_own() -> None:
    told = events((10, "tokens_cleared", {}))

    found = states(told, dump(held("at-1"), 0), dump(held("at-2"), 50))

    assert found == [
        (at(0), at(10), ["snapshot"], True, access("at-1")),
        (at(10), at(50), ["log"], False, None),
        (at(50), None, ["snapshot"], True, access("at-2")),
    ]


@pytest.mark.parametrize("lag", [-0.05, 0, 0.5, 1.9])
def test_a_removal_that_a_snapshot_shows_is_no_second_state(lag: float) -> None:
    told = events((10, "tokens_cleared", {}))

    found = states(told, dump(held("at-1"), 0), dump(store({}), 10 + lag))

    assert [(begin, has) for begin, _, _, has, _ in found] == [(at(0), True), (at(10 + lag), False)]


def test_a_save_that_the_file_of_the_client_does_not_show_was_lost() -> None:
    told = events(*saved(10, 60))

    assert states(told, dump(held("at-1"), 0, current=True)) == [
        (at(0), None, ["snapshot", "mtime"], True, access("at-1"))
    ]


def test_a_lost_save_that_two_documents_tell_is_lost_once() -> None:
    told = events(*saved(10, 60), *saved(10.002, 60), *saved(20, 60))

    found = store_changes(reading(dump(held("at-1"), 0, current=True)), told)

    assert found.select("changed_at", "change").rows() == [(at(10), "save-not-stored"), (at(20), "save-not-stored")]


def test_a_save_after_the_last_of_some_copies_leaves_the_store_unknown() -> None:
    told = events(*saved(10, 60))

    assert states(told, dump(held("at-1"), 0)) == [
        (at(0), at(10), ["snapshot"], True, access("at-1")),
        (at(10), None, ["log"], None, None),
    ]


def test_a_save_after_copies_that_caught_every_save_before_was_lost() -> None:
    told = events(*saved(5, 3600), *saved(10, 60))

    found = states(told, dump(b"{}", 0), dump(held(expires=3605.0), 5))

    assert [begin for begin, *_ in found] == [at(0), at(5)]


def test_a_file_without_token_is_dated_by_the_removal_that_lasted() -> None:
    told = events((1, "token_absent", {}), *saved(5), (9, "refused_tokens_cleared", {}), (12, "token_absent", {}))

    found = states(told, dump(held("", refresh=None, expires=None), None))

    assert [(begin, has) for begin, _, _, has, _ in found] == [(at(1), False), (at(5), True), (at(9), False)]


def test_two_undated_snapshots_are_told_apart_by_the_log() -> None:
    told = events((8, "token_absent", {}))

    found = states(told, dump(held("at-1"), None), dump(store({}), None))

    assert found == [
        (None, at(8), ["snapshot"], True, access("at-1")),
        (at(8), None, ["snapshot", "log"], False, None),
    ]


def test_of_undated_snapshots_that_no_log_dates_the_last_is_what_is_known() -> None:
    assert states(NO_EVENTS, dump(held("at-1"), None), dump(held("at-2"), None)) == [
        (None, None, ["snapshot"], True, access("at-2"))
    ]


def test_an_undated_snapshot_after_a_dated_one_is_later_and_no_more() -> None:
    found = credential_timeline(reading(dump(held("at-1"), 5), dump(held("at-2"), None)), NO_EVENTS)

    assert found.select("valid_from", "valid_to", "uncertainty_ms").rows() == [
        (at(5), at(5.001), None),
        (at(5.001), None, None),
    ]


def test_a_name_with_two_entries_gets_only_what_an_expiry_names() -> None:
    two = store({NAME: entry("at-1", expires=3610.0), "figma|fedcba9876543210": entry("at-2", expires=99.0)})
    told = events(*saved(10, 3600), (20, "tokens_cleared", {}))

    found = credential_timeline(reading(dump(two, 60, current=True)), told)

    assert found.select("credential_key", "valid_from", "valid_to").rows() == [
        (f"0:{NAME}", at(10), None),
        ("0:figma|fedcba9876543210", at(60), None),
    ]


def test_names_that_differ_by_case_get_nothing_from_each_other() -> None:
    told = events(*saved(10, 3600), server="Figma")

    assert states(told, dump(held(expires=3610.0), 60, current=True)) == [
        (at(60), None, ["snapshot", "mtime"], True, access("at-1")),
        (at(10), None, ["log"], True, None),
    ]


def test_a_log_of_another_case_tells_nothing() -> None:
    documents = pl.DataFrame([{"document_id": 0, "case_id": 1}], schema=DOCUMENTS)
    told = events(*saved(10, 3600))

    found = credential_timeline(reading(dump(held(expires=3610.0), 60)), told, documents)

    assert found.select("case_id", "credential_key", "valid_from").rows() == [
        (0, f"0:{NAME}", at(60)),
        (1, "log:1:figma", at(10)),
    ]


# --- a log alone --------------------------------------------------------------------------------------------------


def log_states(*rows: tuple[float | None, str, dict[str, object]]) -> list[tuple[object, ...]]:
    names = (
        "valid_from",
        "held_entry",
        "held_has_access_token",
        "held_has_refresh_token",
        "held_expires_at",
        "uncertainty_ms",
    )
    found = credential_timeline(reading(), events(*rows))
    assert found["source"].to_list() == [["log"]] * found.height
    assert found["store_id"].null_count() == found.height
    return found.select(names).rows()


def test_a_log_without_a_word_of_tokens_gives_no_state() -> None:
    assert log_states((1, "connected", {})) == []


def test_a_save_tells_what_it_tells() -> None:
    assert log_states(*saved(1, 60)) == [(at(1), True, True, True, at(61), 0)]


def test_hidden_is_unknown_and_a_later_line_may_tell_it() -> None:
    assert log_states(*saved(1, 60, refresh=None)) == [(at(1), True, True, None, at(61), 0)]
    assert log_states(*saved(1, 60, refresh=None), *returned(2, 59)) == [(at(1), True, True, True, at(61), 0)]


def test_the_same_save_told_by_two_documents_is_one_state() -> None:
    assert log_states(*saved(1, 60), *saved(1.002, 60)) == [(at(1), True, True, True, at(61), 0)]


def test_a_read_of_another_token_is_a_state_that_began_at_an_unknown_moment_before() -> None:
    assert log_states(*saved(1, 60), *returned(30, 3600)) == [
        (at(1), True, True, True, at(61), 0),
        (at(30), True, True, True, at(3630), None),
    ]


def test_a_process_that_goes_on_with_the_old_token_changes_nothing() -> None:
    assert log_states(*returned(1, -60), *saved(2, 60), *returned(3, -62)) == [
        (at(1), True, True, True, at(-59), None),
        (at(2), True, True, True, at(62), 0),
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "entry_left"),
    [
        ("tokens_cleared", {}, False),
        ("tokens_cleared", {"reason": "preserved-client-registration"}, True),
        ("credentials_invalidated", {"reason": "all"}, False),
        ("credentials_invalidated", {"reason": "tokens"}, True),
        ("refused_tokens_cleared", {}, True),
    ],
)
def test_a_removal_leaves_no_token(kind: str, fields: dict[str, object], *, entry_left: bool) -> None:
    assert log_states(*saved(1, 60), (5, kind, fields))[1] == (at(5), entry_left, False, False, None, 0)


def test_a_removal_told_twice_is_one_state() -> None:
    rows = log_states((5, "refused_tokens_cleared", {}), (5.1, "credentials_invalidated", {"reason": "tokens"}))

    assert rows == [(at(5), True, False, False, None, 0)]


def test_no_token_found_says_nothing_of_a_refresh_token() -> None:
    assert log_states((1, "token_absent", {"reason": "access-token"})) == [(at(1), None, False, None, None, None)]


def test_expired_without_refresh_token_says_nothing_of_an_access_token() -> None:
    assert log_states((1, "token_expired_without_refresh_token", {})) == [(at(1), None, None, False, None, None)]


def test_a_refresh_token_that_is_gone_is_a_new_state() -> None:
    rows = log_states(*saved(1, 60), (99, "token_expired_without_refresh_token", {}))

    assert rows[1] == (at(99), None, None, False, None, None)


def test_events_without_a_time_give_no_state() -> None:
    assert log_states((None, "token_saved", {}), (None, "expiry_told", {"expires_in_s": 60})) == []


# --- clocks -------------------------------------------------------------------------------------------------------


def ahead(told: pl.DataFrame, *dumps: StoreDump) -> list[int | None]:
    return credential_timeline(reading(*dumps), told)["held_jwt_clock_ahead_ms"].to_list()


def token(second: float, **claims: int) -> str:
    return jwt({"iat": ms(second) // 1000, **claims})


def test_the_clock_of_the_token_is_compared_with_the_save() -> None:
    told = events(*saved(10, 3600))
    live = dump(held(token(610), expires=3610.0), 99, current=True)

    assert ahead(told, live) == [600_000]


def test_the_later_of_issue_and_not_before_counts() -> None:
    told = events(*saved(10, 3600))

    assert ahead(told, dump(held(token(10, nbf=ms(70) // 1000), expires=3610.0), 99, current=True)) == [60_000]


def test_a_token_from_before_the_file_proves_nothing_by_itself() -> None:
    assert ahead(NO_EVENTS, dump(held(token(0)), 500, current=True)) == [None]
    assert ahead(NO_EVENTS, dump(held(token(560)), 500, current=True)) == [60_000]


def test_between_two_snapshots_the_file_time_is_the_moment_of_the_save() -> None:
    assert ahead(NO_EVENTS, dump(b"{}", 0), dump(held(token(9)), 10)) == [None, -1_000]


def test_an_edit_of_other_fields_is_no_new_save() -> None:
    one, two = held(token(9)), held(token(9), expires=1.0)

    assert ahead(NO_EVENTS, dump(b"{}", 0), dump(one, 10), dump(two, 99)) == [None, -1_000, None]


def test_opaque_tokens_have_no_clock() -> None:
    assert ahead(NO_EVENTS, dump(b"{}", 0), dump(held(), 10)) == [None, None]


# --- properties ---------------------------------------------------------------------------------------------------

SECONDS = st.integers(0, 40)
CONTENTS = st.sampled_from(
    [b"", b"{}", b"[]", b"{", store({}), held("at-1"), held("at-2", expires=99.0), held("", refresh=None, expires=None)]
)
DUMPS = st.lists(
    st.builds(
        lambda content, second, store_id, current: dump(content, second, store_id=store_id, current=current),
        CONTENTS,
        SECONDS | st.none(),
        st.integers(0, 1),
        st.booleans(),
    ),
    max_size=8,
)
KINDS = (
    "token_saved",
    "token_returned",
    "refresh_token_told",
    "expiry_told",
    "token_expiry_saved",
    "token_absent",
    "tokens_cleared",
    "credentials_invalidated",
    "refused_tokens_cleared",
    "proactive_refresh_attempted",
    "token_expired_without_refresh_token",
)
FIELDS = st.fixed_dictionaries(
    {
        "expires_in_s": st.sampled_from([None, 59, 99, 3600, -5]),
        "has_refresh_token": st.sampled_from([None, True, False]),
        "reason": st.sampled_from([None, "all", "tokens", "client"]),
    }
)
ROWS = st.lists(st.tuples(SECONDS | st.none(), st.sampled_from(KINDS), FIELDS), max_size=12)


@given(dumps=DUMPS, rows=ROWS)
def test_states_of_one_key_never_overlap_and_cover_no_moment_twice(
    dumps: list[StoreDump], rows: list[tuple[float | None, str, dict[str, object]]]
) -> None:
    found = credential_timeline(read_stores(dumps, key=KEY), events(*rows))

    assert found.schema == STATES
    for _, of_key in found.group_by("credential_key", maintain_order=True):
        begins, ends = of_key["valid_from"].to_list(), of_key["valid_to"].to_list()
        assert None not in begins[1:]
        assert ends == [*begins[1:], None]
        assert all(earlier is None or earlier < later for earlier, later in pairwise(begins))


@given(dumps=DUMPS, rows=ROWS)
def test_what_a_log_alone_tells_is_never_a_token_or_a_condition(
    dumps: list[StoreDump], rows: list[tuple[float | None, str, dict[str, object]]]
) -> None:
    found = credential_timeline(read_stores(dumps, key=KEY), events(*rows))
    alone = found.filter(~pl.col("source").list.contains("snapshot"))

    assert (
        alone.select("held_access_token", "held_refresh_token", "held_condition", "origin").null_count().row(0)
        == (alone.height,) * 4
    )


@given(dumps=DUMPS, rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_events_in_the_frame_does_not_matter(
    dumps: list[StoreDump], rows: list[tuple[float | None, str, dict[str, object]]], order: object
) -> None:
    told = events(*rows)
    shuffled = told.sample(fraction=1, shuffle=True, seed=order.randint(0, 9)) if told.height else told  # type: ignore[attr-defined]  # hypothesis' Random

    one = credential_timeline(read_stores(dumps, key=KEY), told)
    two = credential_timeline(read_stores(dumps, key=KEY), shuffled)

    assert one.equals(two)
