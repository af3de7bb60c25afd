"""parts_of_page: what a browser shows of an issue, as Markdown, comment by comment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.sources.page_text import Part, parts_of_page

ISSUE = """<!DOCTYPE html><html><head><title>x</title><style>p {}</style></head><body>
<div><a class="author Link" href="/ada">ada</a> opened
<td class="d-block comment-body markdown-body"><p>It fails &amp; says:</p>
<div class="highlight"><pre class="notranslate"><code>[DEBUG] MCP server "s": Saving tokens
  [ERROR] &lt;x&gt;
</code></pre></div><ul><li>one <code>two</code></li><li>three</li></ul>
<blockquote><p>said <strong>it</strong></p></blockquote>
<p>see <a href="https://host.example/files/1/debug.txt">debug.txt</a></p></td></div>
<div><a class="author" href="/bob">bob</a>
<div class="comment-body markdown-body"><p>me too<br>restart<div>helps</div></p></div></div>
<p>footer</p></body></html>"""


def test_an_issue_has_a_part_for_each_comment_with_who_wrote_it() -> None:
    first, second = parts_of_page(ISSUE)

    assert first == Part(
        author="ada",
        text='It fails & says:\n\n```\n[DEBUG] MCP server "s": Saving tokens\n  [ERROR] <x>\n```\n'
        "- one `two`\n- three\n\n> said it\n>\nsee [debug.txt](https://host.example/files/1/debug.txt)\n",
    )
    assert second == Part(author="bob", text="me too\nrestart\nhelps\n")


def test_another_page_is_one_part() -> None:
    page = "<html><body><h2>T</h2>a<p>b &lt; c</p><script>if (x<y) {}</script><!-- <p>no</p> --><pre>l1\n  l2</pre>d"

    assert parts_of_page(page) == [Part(author=None, text="## T\na\n\nb < c\n\n```\nl1\n  l2\n```\nd\n")]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a < b <3 <", "a < b <3 <\n"),
        ("<p title='a>b'>c", "c\n"),
        ('<p title="a>c', "c\n"),
        ("<p title='a>c>d", "c>d\n"),
        ("a<!-- b", "a\n"),
        ("a<!doctype b>c<?php d?>e", "ace\n"),
        ("&lt;b&gt; &#65; &bogus; &amp;lt;", "<b> A &bogus; &lt;\n"),
        ("", "\n"),
        ("<code>a</code>b", "`a`b\n"),
        ("</pre></blockquote></div>a", "a\n"),
    ],
)
def test_broken_pages_give_what_can_be_read(page: str, text: str) -> None:
    assert parts_of_page(page) == [Part(author=None, text=text)]


@given(st.text(st.sampled_from("<>/!-?\"'= \naprecodbltq&;x"), max_size=300))
def test_any_page_is_read(page: str) -> None:
    assert all(part.text.endswith("\n") for part in parts_of_page(page))


@pytest.mark.parametrize("piece", ["<", "<a ", '<a "', "<a '>", "<!--", "<p>", "&", "<blockquote>", "a<x>", "<pre>\n"])
def test_twice_the_page_takes_twice_the_steps(piece: str) -> None:
    """A parser that goes back takes minutes for this; the time limit of a test is the assert."""
    assert parts_of_page(piece * 100_000)
