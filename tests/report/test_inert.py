"""inert and guarded_cell: nothing that came out of a log acts on a terminal or a spreadsheet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.report.inert import guarded_cell, inert

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
HOSTILE = "\x1b[2J\x1b]0;owned\x07 \r\n\t\x9b31m \u202eevil\u2066\u200b\ufeff\ufe0f\U000e0041\u2028"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Saving tokens", "Saving tokens"),
        ("сервер-日本 ✔", "сервер-日本 ✔"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("\u202egpj.exe\u2066", r"\u202egpj.exe\u2066"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("\udc80", r"\udc80"),
        ("\u0301first", r"\u0301first"),
        ("e\u0301", "e\u0301"),
        (r"C:\new\x1b", r"C:\new\x1b"),
        ("", ""),
    ],
)
def test_what_acts_is_written_as_its_escape_and_the_rest_stays(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_a_page_of_ascii_gets_the_nearest_ascii() -> None:
    assert inert("§4 — “x” … 日", ascii_only=True) == r'section 4 - "x" ... \u65e5'


@given(ANY_TEXT)
def test_no_text_keeps_a_character_that_acts_hides_or_reorders(text: str) -> None:
    shown = inert(text)

    assert shown.isprintable()
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
    assert inert(shown) == shown


@given(ANY_TEXT)
def test_ascii_only_means_printable_ascii(text: str) -> None:
    shown = inert(text, ascii_only=True)

    assert shown.isascii()
    assert shown.isprintable() or not shown


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "   =cmd", "\u00a0=1", "\uff1d1", " \t@x"]
)
def test_a_cell_that_would_be_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    assert guarded_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Saving tokens", "a=b", "2026-11-25T08:20:00.000Z", "'=1", HOSTILE])
def test_any_other_cell_stays(text: str) -> None:
    assert guarded_cell(text) == text


@given(ANY_TEXT)
def test_no_cell_starts_a_formula_after_its_blanks(text: str) -> None:
    assert not guarded_cell(text).strip(" \u00a0\u3000").startswith(("=", "+", "-", "@", "\t", "\r"))
