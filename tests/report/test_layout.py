"""wrapped, clipped, plain: every line keeps to its cells, and no character gets lost."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mcplog.report.layout import MAX_WIDTH, MIN_WIDTH, Ink, Line, Page, cells, clipped, plain, wrapped

INDENT: Line = (("  ", Ink.PLAIN),)
WORDS = st.text(st.sampled_from("ab /\\.日é-"), max_size=120)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_a_paragraph_breaks_at_blanks_and_hangs() -> None:
    lines = wrapped([("the quick brown fox jumps", Ink.PLAIN)], 14, first=(("- ", Ink.FAINT),), rest=INDENT)

    assert texts(lines) == ["- the quick", "  brown fox", "  jumps"]


def test_a_word_that_runs_over_spans_keeps_its_inks() -> None:
    assert wrapped([("not", Ink.BAD), (": known", Ink.PLAIN)], 40) == [(("not", Ink.BAD), (": known", Ink.PLAIN))]


def test_a_long_path_breaks_after_a_slash() -> None:
    assert texts(wrapped([("/home/dev/.claude/debug/latest.txt:12", Ink.PLAIN)], 26)) == [
        "/home/dev/.claude/debug/",
        "latest.txt:12",
    ]


def test_a_wide_character_takes_two_cells() -> None:
    assert texts(wrapped([("日本日本日本", Ink.PLAIN)], 8)) == ["日本日本", "日本"]


def test_no_text_is_one_empty_line() -> None:
    assert texts(wrapped([("", Ink.PLAIN)], 20, first=INDENT)) == ["  "]


@given(WORDS, st.integers(10, 60))
def test_no_line_is_wider_than_asked_and_nothing_but_blanks_is_lost(text: str, width: int) -> None:
    lines = wrapped([(text, Ink.PLAIN)], width, first=INDENT, rest=INDENT)

    assert max(map(cells, lines)) <= width
    assert "".join(texts(lines)).replace(" ", "") == text.replace(" ", "")


@given(WORDS, st.integers(8, 40))
def test_a_clipped_text_fits_and_keeps_both_ends(text: str, width: int) -> None:
    shown = clipped(text, width, "...")

    assert cell_len(shown) <= width
    assert shown == text or ("..." in shown and shown[0] == text[0] and shown[-1] == text[-1])


def test_plain_drops_blanks_at_the_end_of_a_line() -> None:
    assert plain([(("a  ", Ink.BAD),), (), (("b", Ink.PLAIN),)]) == "a\n\nb\n"


def test_a_page_keeps_to_readable_widths() -> None:
    assert [Page(width=width).columns for width in (1, 80, 1000)] == [MIN_WIDTH, 80, MAX_WIDTH]


def test_a_text_enters_a_line_inert() -> None:
    assert Page().span("\x1b[1m[bold]") == (r"\x1b[1m[bold]", Ink.PLAIN)
    assert Page(ascii_only=True).span("日") == (r"\u65e5", Ink.PLAIN)
