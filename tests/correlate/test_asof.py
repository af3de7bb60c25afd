"""state_as_of: the state at the moment of the event, never the one before or after it."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.correlate.asof import held_states, last_not_later, state_as_of
from mcplog.model.frames import INSTANT, STATES
from mcplog.model.vocabulary import Confidence
from tests.correlate.given import at, frame

EVENT = pl.Schema({"event_at": INSTANT, "credential_key": pl.String(), "confidence": pl.Enum(Confidence)})
KEYS = pl.Series(["a", "b", "figma"])


def events(*rows: tuple[str, int | None], confidence: Confidence = Confidence.RECORDED) -> pl.DataFrame:
    return pl.DataFrame([(at(second), key, confidence) for key, second in rows], schema=EVENT, orient="row")


def states(*rows: tuple[str, int, int | None, str]) -> pl.DataFrame:
    named = ("credential_key", "valid_from", "valid_to", "held_access_token")
    return frame(
        [
            dict(zip(named, (key, at(start), None if end is None else at(end), token), strict=True))
            | {"held_has_access_token": True, "held_expires_at": at(start + 60)}
            for key, start, end, token in rows
        ],
        STATES,
    )


def as_of(seen: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return what is found for each event, with the token of the state it points to."""
    held = held_states(known, KEYS)
    numbers = pl.DataFrame({"credential_key": KEYS}).with_row_index("credential_id")
    found = state_as_of(seen.join(numbers, on="credential_key", how="left", maintain_order="left"), held)
    tokens = held.with_row_index("state_id").select("state_id", "held_access_token")
    return found.join(tokens, on="state_id", how="left", maintain_order="left")


@pytest.mark.parametrize(
    ("second", "token", "age_ms"),
    [(-1, None, None), (0, "AT#1", 0), (9, "AT#1", 9_000), (10, "AT#2", 0), (99, "AT#2", 89_000), (None, None, None)],
)
def test_a_state_holds_from_its_start_up_to_but_not_at_its_end(
    second: int | None, token: str | None, age_ms: int | None
) -> None:
    held = states(("figma", 0, 10, "AT#1"), ("figma", 10, None, "AT#2"))

    facts = as_of(events(("figma", second)), held)

    assert facts.select("held_access_token", "state_age_ms").rows() == [(token, age_ms)]


def test_a_wiped_credential_leaves_nothing_behind() -> None:
    """Near miss: the last state is over, so the event must not inherit it."""
    facts = as_of(events(("figma", 11)), states(("figma", 0, 10, "AT#1")))

    assert facts.select("held_access_token", "state_id", "state_age_ms").row(0) == (None, None, None)


@pytest.mark.parametrize(
    ("second", "verdict"),
    [(-1, None), (5, "never"), (15, "valid"), (75, "expired"), (101, "wiped")],
)
def test_the_held_token_is_judged_by_the_clients_clock(second: int, verdict: str | None) -> None:
    common = {"credential_key": "figma"}
    held = frame(
        [
            common | {"valid_from": at(0), "valid_to": at(10), "held_has_access_token": False},
            common
            | {"valid_from": at(10), "valid_to": at(100), "held_has_access_token": True, "held_expires_at": at(70)},
            common | {"valid_from": at(100), "held_has_access_token": False},
        ],
        STATES,
    )

    facts = as_of(events(("figma", second)), held)

    assert facts["held_token_is"].to_list() == [verdict]


LONE = {"credential_key": "figma", "held_has_access_token": True, "held_expires_at": at(70)}


@pytest.mark.parametrize("begin", [None, 0])
@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ({}, None),
        ({"held_has_access_token": False}, "never"),
        ({"held_expires_at": None, "held_expires_is_zero": True}, "expired"),
        ({"held_has_access_token": None}, None),
    ],
    ids=["a token", "no token", "expiry zero", "not shown"],
)
def test_a_pasted_line_without_a_time_is_joined_to_the_one_state_shown_beside_it(
    state: dict[str, object], verdict: str | None, begin: int | None
) -> None:
    held = frame([{**LONE, **state, "valid_from": None if begin is None else at(begin)}], STATES)

    facts = as_of(events(("figma", None), ("figma", -9), confidence=Confidence.PASTED), held)

    assert facts.select("state_id", "state_age_ms", "held_left_ms", "held_token_is").rows() == [
        (0, None, None, verdict),
        (None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("confidence", "begins"),
    [(Confidence.RECORDED, (None,)), (Confidence.PASTED, (None, 5)), (Confidence.PROSE, (3, 5))],
    ids=["recorded", "one undated", "both dated"],
)
def test_without_a_time_nothing_is_known_of_a_recorded_line_or_where_the_state_changed(
    confidence: Confidence, begins: tuple[int | None, ...]
) -> None:
    held = frame([{**LONE, "valid_from": None if begin is None else at(begin)} for begin in begins], STATES)

    assert as_of(events(("figma", None), confidence=confidence), held)["state_id"].to_list() == [None]


@given(
    seen=st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(-5, 50)), max_size=20),
    spans=st.dictionaries(st.tuples(st.sampled_from("ab"), st.integers(0, 4)), st.integers(1, 10), max_size=10),
)
def test_it_agrees_with_brute_force_in_any_row_order(
    seen: list[tuple[str, int | None]], spans: dict[tuple[str, int], int]
) -> None:
    held = [(key, 10 * slot, 10 * slot + length, f"AT#{key}{slot}") for (key, slot), length in spans.items()]

    facts = as_of(events(*seen), states(*held))

    assert facts["held_access_token"].to_list() == [
        next((token for k, a, b, token in held if k == key and s is not None and a <= s < b), None) for key, s in seen
    ]


KEYED = st.tuples(st.integers(0, 3), st.integers(0, 9))
ASKED = st.tuples(st.none() | st.integers(0, 3), st.none() | st.integers(-1, 10))


@given(st.lists(ASKED, max_size=12), st.lists(KEYED, max_size=12).map(sorted))
def test_the_last_that_is_not_later_is_that_of_a_look_at_each(
    asked: list[tuple[int | None, int | None]], known: list[tuple[int, int]]
) -> None:
    def columns(rows: list[tuple[int | None, int | None]] | list[tuple[int, int]]) -> tuple[pl.Series, pl.Series]:
        moments = [None if row[1] is None else at(row[1]) for row in rows]
        return pl.Series([row[0] for row in rows], dtype=pl.UInt32), pl.Series(moments, dtype=INSTANT)

    found = last_not_later(columns(asked), columns(known))

    assert found.to_list() == [
        max(
            (n for n, (own, moment) in enumerate(known) if asked_at is not None and own == key and moment <= asked_at),
            default=None,
        )
        for key, asked_at in asked
    ]
