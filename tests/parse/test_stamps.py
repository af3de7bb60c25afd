"""Instants of stamps: one by one and in columns, the same."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.stamps import MINUTE, SECOND, clock_ms, read_stamps, stamp_ms


def column(text: str) -> int | None:
    line = pl.Series([text])
    value = read_stamps(line.str.head(MINUTE), line.str.slice(MINUTE, SECOND))[0].item()
    return None if value is None else round(value.timestamp() * 1000)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - drawn without zone, then put in UTC
def test_every_moment_is_led_back_from_its_stamp(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    stamp = whole.strftime("%Y-%m-%dT%H:%M:%S.") + f"{whole.microsecond // 1000:03d}Z"

    assert stamp_ms(f"{stamp} [DEBUG] x") == round(whole.timestamp() * 1000) == column(f"{stamp} [DEBUG] x")


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:60:00.000Z",
        "2026-01-01T00:00:60.000Z",
        "0000-01-01T00:00:00.000Z",
    ],
)
def test_a_moment_that_does_not_exist_is_none(stamp: str) -> None:
    assert stamp_ms(stamp) is None
    assert column(stamp) is None


@pytest.mark.parametrize("text", ["", "[DEBUG] x", "2025-06-XXTXX:XX:XX.XXXZ", "٢٠٢٦-01-01T00:00:00.000Z"])
def test_another_shape_is_no_stamp(text: str) -> None:
    assert stamp_ms(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:01Z", 1000),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.123456Z", 123),
        ("1970-01-01T00:00:00", None),
        ("yesterday at noon, as it were", None),
    ],
)
def test_stamps_of_other_tools_need_a_zone(text: str, expected: int | None) -> None:
    assert clock_ms(text) == expected
