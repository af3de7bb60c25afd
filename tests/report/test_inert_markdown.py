"""markdown: words from a log in Markdown that mention nobody, link nothing and begin nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mcplog.report.inert_markdown import markdown, markdown_cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The server answers 401, twice.", "The server answers 401, twice."),
        ("ask @admin.", "ask `@admin`."),
        ("see #42 and GH-42 and o/n#7", "see `#42` and `GH-42` and `o/n#7`"),
        ("at https://x.test/a?b=1: no", "at `https://x.test/a?b=1`: no"),
        ("www.x.test", "`www.x.test`"),
        ("commit 3f9a01c2", "commit `3f9a01c2`"),
        ("See `rejected-after-auth`: log why", "See `rejected-after-auth`: log why"),
        ("a`b ``", "``a`b`` ``` `` ```"),
        ("<!-- x --> [y](z) **b**", "`<!--` x `-->` `[y](z`) `**b**`"),
        ("1. one - two", "`1`. one `-` two"),
        ("(RFC 6749)", "(RFC 6749)"),
        ("(x@y)", "(`x@y`)"),
        ("two\nlines", "`two\\nlines`"),
        ("", ""),
    ],
)
def test_a_word_that_could_do_anything_is_code(text: str, shown: str) -> None:
    assert markdown(text) == shown


def test_a_cell_of_a_table_ends_where_it_should() -> None:
    assert markdown_cell("a | b") == "a `\\|` b"


def outside_code(text: str) -> str:
    """What a reader of Markdown sees that is no code."""
    inline = [token for token in MarkdownIt().parse(text) if token.type == "inline"]
    return "".join(child.content for token in inline for child in token.children or () if child.type != "code_inline")


@given(st.text(alphabet=st.sampled_from("ab1@#`<>[]()*_|:/\\.w~!-+ \n\u202e"), max_size=40))
def test_nothing_active_stands_outside_of_code(text: str) -> None:
    shown = markdown(text)

    assert not set(outside_code(shown)) & set("@#<>[]*_|\\~`\n")
    assert "://" not in outside_code(shown)
    assert {token.type for token in MarkdownIt().parse(shown)} <= {"paragraph_open", "inline", "paragraph_close"}
