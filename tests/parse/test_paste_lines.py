"""Which lines of a paste are code: as CommonMark has it, where people write CommonMark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mcplog.parse.paste_lines import lines_of

MARKDOWN = MarkdownIt("commonmark")
LONG = f"```{'a' * 90}```"  # code within a line
PIECES = ("```", "````", "~~~", "~~~~", "```text", "```shell x", "``` `", "```a`b", LONG, "  ```", "   ~~~", "text", "")
QUOTED = ("> ```", "> ~~~", "> text", "> ```text", ">")


def code_of(text: str) -> list[int]:
    """The lines that belong to fenced blocks, empty ones apart, as mcplog has it."""
    return [line.number for line in lines_of(text) if (line.is_fence or line.is_fenced) and line.text.strip("> ")]


def code_of_markdown(text: str) -> list[int]:
    lines = text.split("\n")
    ranges = [token.map for token in MARKDOWN.parse(text) if token.type == "fence" and token.map]
    numbers = sorted({number for first, last in ranges for number in range(first, last)})
    return [number + 1 for number in numbers if lines[number].strip("> ")]


@given(lines=st.lists(st.sampled_from(PIECES + QUOTED), max_size=8))
def test_fences_are_where_a_markdown_parser_finds_them(lines: list[str]) -> None:
    text = "\n".join([*lines, ""])

    assert code_of(text) == code_of_markdown(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- ```\n  a\n  ```\nb\n", [1, 2, 3]),
        ("1. ```text\na\n```\nb\n", [1, 2, 3]),
        ("    ```\n    a\n    ```\nb\n", [1, 2, 3]),
        (">> ```\n>> a\nb\n", [1, 2]),
    ],
    ids=["in a list", "in a list, not indented", "indented like code", "in a quote of a quote"],
)
def test_lists_and_indentation_may_be_sloppy(text: str, code: list[int]) -> None:
    """A parser loses these fences, and with them that the lines are code; the people who pasted them meant it."""
    assert code_of(text) == code


@pytest.mark.parametrize("text", ["```a b```", "``a b``", "`a b`", LONG])
def test_code_within_a_line_loses_its_marks(text: str) -> None:
    assert [line.text for line in lines_of(f"{text}\n")] == [text.strip("`")]
