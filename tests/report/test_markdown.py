"""Markdown for an issue: what a log says is code or plain words, and nothing of it acts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mcplog.report.formats.markdown import render
from mcplog.report.inert import inert
from mcplog.report.inert_markdown import block, code, markdown, markdown_cell
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from tests.report.analyses import many, refused
from tests.report.poisoned import SCRIPTS, poisoned

MARKS = (
    "@octocat",
    "(@octocat)",
    "@org/team",
    "#1",
    "GH-12",
    "octocat/repo#7",
    "octocat@0123abc",
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "deadbeef",
    "https://evil.example/x",
    "www.evil.example",
    "evil.example",
    "someone@evil.example",
    "mailto:someone@evil.example",
    "[text](https://evil.example)",
    "![picture](https://evil.example/x.png)",
    "[text][1]",
    "<https://evil.example>",
    ":shipit:",
    "$x$ $$y$$",
    "**bold** __bold__ ~~gone~~ _it_",
    "` `` ``` ````",
    "```\nfence",
    "~~~",
    "# head",
    "1. one",
    "2) two",
    "- dash",
    "+ plus",
    "> quote",
    "===",
    "---",
    "| a | b |",
    "- [ ] task",
    "\\`x\\`",
    "&lt;b&gt; &#64;x",
    "</details></summary>",
    "[^1]: note",
    "    indented",
    "tab\there",
)
READER = MarkdownIt("gfm-like", {"linkify": False})
OURS = {"<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>"}


def tokens(text: str) -> list[Token]:
    found = READER.parse(text)
    return [*found, *(child for token in found for child in token.children or ())]


def words_in_sight(text: str) -> str:
    """Return what is neither code nor our own folding."""
    return " ".join(token.content for token in tokens(text) if token.type == "text")


def html_of(text: str) -> list[str]:
    blocks = [token.content for token in tokens(text) if token.type in ("html_block", "html_inline")]
    return re.findall(r"<[^>]*>", " ".join(blocks))


@pytest.mark.parametrize("text", [*MARKS, *SCRIPTS])
def test_nothing_that_a_log_says_becomes_more_than_text(text: str) -> None:
    hostile = render(poisoned(report_v1(refused(), tool_version="1"), f" {text} x"), Page())
    kinds = {token.type for token in tokens(hostile)}

    assert kinds & {"link_open", "image", "table_open", "heading_open"} <= {"heading_open"}
    assert set(html_of(hostile)) <= OURS
    assert re.findall(r"[@#<>$~|\\\[\]_*`/]", words_in_sight(hostile)) == []
    assert (
        re.findall(r"\b(?:GH-\d+|[0-9a-f]{7,}|www\.|[a-z]+\.example)\b", words_in_sight(hostile), re.IGNORECASE) == []
    )


@pytest.mark.parametrize("text", [*MARKS, *SCRIPTS])
def test_the_shape_of_the_page_does_not_depend_on_what_a_log_says(text: str) -> None:
    report = report_v1(refused(), tool_version="1")
    shapes = []
    for said in ("x", text):
        found = READER.parse(render(poisoned(report, f" {said}".replace("\n", "\\n").replace("\t", "\\t")), Page()))
        shapes.append([token.type for token in found])

    assert shapes[0] == shapes[1]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("`@#._ ab1"), min_size=1))
def test_a_text_reads_as_it_was(text: str) -> None:
    (paragraph,) = [token for token in READER.parse(f"x {markdown(text)}") if token.type == "inline"]
    read = "".join(child.content for child in paragraph.children or () if child.type in ("text", "code_inline"))

    assert "".join(read.split()).replace("`", "") == "".join(f"x {inert(text)}".split()).replace("`", "")
    assert {child.type for child in paragraph.children or ()} <= {"text", "code_inline"}


@given(st.text(st.sampled_from("`a \\"), min_size=1))
def test_a_code_span_holds_any_backticks(text: str) -> None:
    spans = [token for token in tokens(f"x {code(text)} y") if token.type == "code_inline"]

    assert [span.content.strip() for span in spans] == ([text.strip()] if text.strip() else [])


@given(st.lists(st.text(st.sampled_from("`~a> "), max_size=12), min_size=1))
def test_no_line_ends_a_code_block(lines: list[str]) -> None:
    found = READER.parse(f"{block(lines)}\nafter")

    assert [token.type for token in found] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert found[0].content.split("\n")[:-1] == lines


def test_plain_sentences_stay_plain_and_names_become_code() -> None:
    assert markdown("The server https://notes.example/mcp answered 401 to AT#3f9a01c2, twice (2.0.75).") == (
        "The server `https://notes.example/mcp` answered 401 to `AT#3f9a01c2`, twice (2.0.75)."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ask for `aud` and `iss`.", "Ask for `aud` and `iss`."),
        ("Run `claude mcp list`, then (`/mcp`).", "Run `claude mcp list`, then (`/mcp`)."),
        ("one ` alone", "one `` ` `` alone"),
        ("a@b`c`d@e", "`a@b` `c` `d@e`"),
        ("`@x`s", "`@x`s"),
    ],
)
def test_code_of_a_sentence_stays_code(text: str, told: str) -> None:
    assert markdown(text) == told


def test_a_cell_has_no_border_of_its_own() -> None:
    assert markdown_cell("a|b c") == "`a\\|b` c"


def test_the_verdict_is_in_sight_and_the_proof_is_folded() -> None:
    text = render(report_v1(refused(), tool_version="1"), Page())
    head, _, folded = text.partition("<details>")

    assert "### `notes`: " in head
    assert "**confirmed**" in head
    assert "- MCP server: " in head
    assert folded.startswith("<summary>Proof: 4 clauses</summary>\n\n- ✔ ")
    assert text.count("<details>") == text.count("</details>") == 7


def test_every_server_is_told() -> None:
    heads = re.findall("^### .*", render(report_v1(many(), tool_version="1"), Page()), re.MULTILINE)

    assert [head.split("`")[1] for head in heads] == ["notes", "tracker", "design", "wiki"]
