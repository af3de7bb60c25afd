"""What a condition says of one row: each operator, true, false and unknown."""

from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.rules.conditions import condition, pattern
from mcplog.rules.wording import wording
from tests.rules.given import at, facts, row, rule

Value = bool | None


def truths(text: str, *values: Mapping[str, object]) -> list[Value]:
    where = rule(f"[connected where {text}]").query.steps[0].where
    assert where is not None
    return condition(where, facts(*({**row("connected"), **item} for item in values))).to_list()


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("http_status == 401", [401, 500, None], [True, False, None]),
        ("http_status != 401", [401, 500, None], [False, True, None]),
        ("http_status < 401", [400, 401, None], [True, False, None]),
        ("http_status <= 401", [401, 402, None], [True, False, None]),
        ("http_status > 401", [402, 401, None], [True, False, None]),
        ("http_status >= 401", [401, 400, None], [True, False, None]),
        ("http_status > -1", [0, 1, None], [True, True, None]),
        ("http_status in (401, 403)", [401, 404, None], [True, False, None]),
        ("http_status not in (401, 403)", [401, 404, None], [False, True, None]),
        ("http_status in (1, 2, 3, 4, 5, 6, 7, 8, 9)", [9, 10, None], [True, False, None]),
        ("http_status is known", [401, None], [True, False]),
        ("http_status is unknown", [401, None], [False, True]),
        ("http_status - 400 == 1", [401, 402, None], [True, False, None]),
    ],
)
def test_numbers(text: str, values: list[int | None], expected: list[Value]) -> None:
    assert truths(text, *({"http_status": value} for value in values)) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('tool == "Ab"', ["Ab", "ab", None], [True, False, None]),
        ('tool like "a*"', ["Ab", "ba", "a\nb", None], [True, False, True, None]),
        ('tool not like "a?"', ["Ab", "abc", None], [False, True, None]),
        ('tool like ("a.c", "*x")', ["a.c", "abc", "yx"], [True, False, True]),
        ('tool in ("a", "b")', ["a", "c", None], [True, False, None]),
        ('tool in ("1", "2", "3", "4", "5", "6", "7", "8", "9")', ["9", "x", None], [True, False, None]),
        ('tool == "a\\"b\\\\c"', ['a"b\\c', "a"], [True, False]),
    ],
)
def test_texts(text: str, values: list[str | None], expected: list[Value]) -> None:
    assert truths(text, *({"tool": value} for value in values)) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('held_token_is == "valid"', ["valid", "expired", "unknown", None], [True, False, None, None]),
        ("held_token_is is unknown", ["valid", "unknown", None], [False, True, True]),
        ('held_token_is like "ex*"', ["valid", "expired", "unknown"], [False, True, None]),
        ('held_token_is in ("valid", "never")', ["never", "expired", "unknown"], [True, False, None]),
    ],
)
def test_the_word_unknown_is_unknown(text: str, values: list[str | None], expected: list[Value]) -> None:
    assert truths(text, *({"held_token_is": value} for value in values)) == expected


def test_lists() -> None:
    values: list[dict[str, object]] = [
        {"scope": ["a", "b"], "tool": "b"},
        {"scope": [], "tool": "b"},
        {"scope": None, "tool": "b"},
        {"scope": ["a"], "tool": None},
    ]

    assert truths('scope has "a"', *values) == [True, False, None, True]
    assert truths('scope not has "a"', *values) == [False, True, None, False]
    assert truths("scope has tool", *values) == [True, False, None, None]


def test_instants_and_durations() -> None:
    values: list[dict[str, object]] = [
        {"event_at": at(0), "held_expires_at": at(30), "held_left_ms": 30_000, "expires_in_s": 30},
        {"event_at": at(0), "held_expires_at": at(31), "held_left_ms": 31_000, "expires_in_s": 31},
        {},
    ]

    assert truths("held_expires_at - event_at <= 30s", *values) == [True, False, None]
    assert truths("held_expires_at <= event_at + 30s", *values) == [True, False, None]
    assert truths("event_at >= held_expires_at - 30s", *values) == [True, False, None]
    assert truths("held_left_ms <= 30s", *values) == [True, False, None]
    assert truths("held_left_ms <= 30000", *values) == [True, False, None]
    assert truths("expires_in_s <= 30s", *values) == [True, False, None]
    assert truths("expires_in_s <= 30", *values) == [True, False, None]
    assert truths("expires_in_s + 1 <= 31s", *values) == [True, False, None]
    assert truths("expires_in_s <= held_left_ms", *values) == [True, True, None]
    assert truths("held_expires_at - event_at <= expires_in_s + 0s", *values) == [True, True, None]


def test_columns_are_compared_whatever_their_types() -> None:
    values: list[dict[str, object]] = [
        {"level": "info", "tool": "info"},
        {"level": "info", "tool": "x"},
        {"level": "info"},
    ]

    assert truths("level == tool", *values) == [True, False, None]


WORDS = {True: "true", False: "false", None: "after_auth"}
kleene = st.sampled_from([True, False, None])


@given(left=kleene, right=kleene)
def test_logic_is_kleenes(left: Value, right: Value) -> None:
    smaller = {True: 2, None: 1, False: 0}
    word = {number: truth for truth, number in smaller.items()}

    assert truths(f"{WORDS[left]} and {WORDS[right]}", {}) == [word[min(smaller[left], smaller[right])]]
    assert truths(f"{WORDS[left]} or {WORDS[right]}", {}) == [word[max(smaller[left], smaller[right])]]
    assert truths(f"not {WORDS[left]}", {}) == [word[2 - smaller[left]]]


@given(text=st.text(max_size=8))
def test_a_pattern_without_wildcards_matches_itself_alone(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    told = pl.DataFrame({"text": [plain, f"{plain}x", f"x{plain}"]}).select(
        pl.col("text").str.contains(pattern([plain]))
    )

    assert told["text"].to_list() == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        'http_status in (401, 403) and (tool == "x" or scope has "y")',
        "not (after_auth or http_status - 1 < -5)",
        'tool like ("a*", "b") and event_at is known',
        "true or false and tool is unknown",
    ],
)
def test_a_condition_is_worded_so_that_it_reads_the_same(text: str) -> None:
    where = rule(f"[connected where {text}]").query.steps[0].where
    assert where is not None

    again = rule(f"[connected where {wording(where)}]").query.steps[0].where

    assert again == where
