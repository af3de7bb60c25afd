"""What is warned of before it fails: the boundary first, then the near miss."""

from datetime import UTC, datetime, timedelta

import pytest

from mcplog.live.warnings import Holding, Marker, Situation, next_moment, warnings
from mcplog.model.board import Alarm
from mcplog.model.vocabulary import StoreCondition

NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def held(**changes: object) -> Holding:
    facts: dict[str, object] = {
        "server": "notes",
        "has_entry": True,
        "has_access_token": True,
        "has_refresh_token": True,
        "expires_at": NOW + seconds(60),
        "saved_at": NOW - seconds(3600),
        "had_entry": True,
    }
    return Holding(**(facts | changes))  # type: ignore[arg-type]  # each value has the type of its field


def alarms(**facts: object) -> list[tuple[Alarm, str]]:
    situation = Situation(**({"condition": StoreCondition.OK} | facts))  # type: ignore[arg-type]  # as above
    return [(one.alarm, one.server) for one in warnings(situation, now=NOW)]


SHARED = [(Alarm.SHARED_TOKEN_EXPIRES, "notes")]


@pytest.mark.parametrize(
    ("left_s", "processes", "expected"),
    [(90, 2, SHARED), (90.001, 2, []), (0.001, 2, SHARED), (0, 2, []), (-5, 2, []), (90, 1, []), (90, 3, SHARED)],
)
def test_a_token_that_several_processes_share_is_warned_of_ninety_seconds_before(
    left_s: float, processes: int, expected: list[tuple[Alarm, str]]
) -> None:
    holding = held(expires_at=NOW + seconds(left_s))

    assert alarms(holdings=[holding], processes={"notes": processes, "other": 9}) == expected


def test_whether_it_rotates_is_said_only_when_it_was_seen() -> None:
    texts = [
        warnings(Situation(holdings=[held(rotates=rotates)], processes={"notes": 2}), now=NOW)[0].text
        for rotates in (True, False)
    ]

    assert ["whether it rotates was not seen" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    "changes",
    [{"expires_at": None}, {"has_access_token": False}, {"has_access_token": None}, {"has_refresh_token": None}],
)
def test_what_is_not_known_warns_of_nothing(changes: dict[str, object]) -> None:
    assert alarms(holdings=[held(**changes)], processes={"notes": 2}) == []


def test_a_token_without_refresh_token_is_warned_of_whoever_holds_it() -> None:
    assert alarms(holdings=[held(has_refresh_token=False)]) == [(Alarm.TOKEN_EXPIRES, "notes")]


LOST = {"has_entry": False, "has_access_token": None, "expires_at": None}


def test_a_store_that_lost_all_its_entries_is_warned_of_with_their_names() -> None:
    situation = Situation(condition=StoreCondition.OK, holdings=[held(**LOST), held(server="mail", **LOST)])
    (warned,) = warnings(situation, now=NOW)

    assert warned.alarm is Alarm.SECTION_LOST
    assert "(mail, notes)" in warned.text


@pytest.mark.parametrize(
    "facts",
    [
        {"holdings": [held(**LOST), held(server="mail", expires_at=None)]},
        {"holdings": [held(**LOST)], "condition": StoreCondition.ABSENT},
        {"holdings": [held(**LOST)], "condition": StoreCondition.EMPTY},
        {"holdings": [held(**LOST | {"has_entry": None})]},
        {"holdings": [held(**LOST | {"had_entry": False})]},
        {"holdings": []},
    ],
    ids=["one entry is left", "the file is gone", "the file is empty", "unknown", "never held", "nothing known"],
)
def test_a_store_that_lost_less_is_not(facts: dict[str, object]) -> None:
    assert alarms(**facts) == []


def test_a_damaged_store_is_warned_of() -> None:
    assert alarms(condition=StoreCondition.DAMAGED) == [(Alarm.STORE_DAMAGED, "")]


HIDES = [(Alarm.MARKER_HIDES_TOKENS, "notes")]


@pytest.mark.parametrize(
    ("saved_s", "marked_s", "lifetime_s", "expires_s", "expected"),
    [
        (-10, -20, None, 3600, HIDES),
        (-20, -10, None, 3600, []),  # the server refused these very tokens
        (-10, -899, None, 3600, HIDES),
        (-10, -900, None, 3600, []),  # over after fifteen minutes
        (-10, -80, 90, 3600, HIDES),
        (-10, -90, 90, 3600, []),
        (-10, -20, None, 0, []),  # they are not good any more
        (-10, 20, None, 3600, []),  # a clock that is wrong proves nothing
    ],
)
def test_a_marker_that_is_older_than_good_tokens_hides_them(
    saved_s: float, marked_s: float, lifetime_s: float | None, expires_s: float, expected: list[tuple[Alarm, str]]
) -> None:
    holding = held(saved_at=NOW + seconds(saved_s), expires_at=NOW + seconds(expires_s))
    lifetime = None if lifetime_s is None else seconds(lifetime_s)
    marker = Marker(server="notes", marked_at=NOW + seconds(marked_s), lifetime=lifetime)

    assert alarms(holdings=[holding], markers=[marker]) == expected


def test_the_next_moment_is_when_a_warning_begins_or_ends() -> None:
    holding = held(expires_at=NOW + seconds(100))
    marker = Marker(server="notes", marked_at=NOW, lifetime=seconds(50))

    def moments(now: datetime) -> datetime | None:
        return next_moment(Situation(holdings=[holding], markers=[marker]), now=now)

    assert [moments(NOW + seconds(at)) for at in (0, 10, 50, 100)] == [
        NOW + seconds(10),
        NOW + seconds(50),
        NOW + seconds(100),
        None,
    ]
