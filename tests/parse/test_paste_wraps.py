"""Lines that were wrapped off an entry are put back, whatever they begin with; what begins something is left alone."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.entries import read_entries
from mcplog.parse.messages import read_events, recognises
from mcplog.parse.paste_lines import lines_of
from mcplog.parse.paste_reader import PasteReader
from mcplog.parse.paste_wraps import is_full, wrap_width
from tests.parse.documents_of import UTC, document, told
from tests.parse.entries_of import KEY

HEAD = f'{UTC} [DEBUG] MCP server "s": '
MESSAGES = (
    "HTTP Connection failed after 1312ms: Streamable HTTP error: Server returned 401 after successful authentication",
    'Connection failed: MCP server "s" connection timed out after 30000ms',
    "Token refresh failed with invalid_grant: The refresh token was Already Used by someone else and is gone",
    "Connection failed: Streamable HTTP error: Error POSTing to endpoint: Unauthorized is what it says",
    "The server rejected the stored access token and no refresh token is stored; connecting again without a token",
    "Saving tokens",
    "Returning tokens",
)


def wrapped(messages: tuple[str, ...], width: int) -> str:
    lines = [f"{HEAD}{message}" for message in messages]
    return "It fails:\n\n" + "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines
    )


def messages_of(text: str) -> list[object]:
    return [message for (message,) in told(read_entries([document(text, name="issue.md")]), "message")]


@pytest.mark.parametrize("width", [72, 80, 100, 120])
def test_a_wrapped_log_reads_as_it_was(width: int) -> None:
    assert messages_of(wrapped(MESSAGES, width)) == list(MESSAGES)


@given(order=st.permutations(MESSAGES * 2), width=st.integers(72, 110))
def test_so_it_does_in_any_order(order: list[str], width: int) -> None:
    assert messages_of(wrapped(tuple(order), width)) == order


def test_an_entry_that_begins_in_the_middle_of_a_line_ends_what_was_wrapped_off() -> None:
    joined = " ".join(f"{HEAD}{message}" for message in MESSAGES)
    text = textwrap.fill(joined, 90, break_long_words=False, break_on_hyphens=False)

    read = read_entries([document(f"It fails:\n\n{text}\n", name="issue.md")])

    assert told(read, "message", "confidence", "time_basis") == [(one, "pasted", "recorded") for one in MESSAGES]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}Saving tokens\nWhat I saw then was strange, and I do not know what to make of it at all, do you?\n",
        f"{HEAD}{MESSAGES[0]}\nReturning tokens\n",
        "short\nlines\nonly\n",
        f"{'x' * 300} y\nz\n",
    ],
)
def test_a_paste_that_nobody_wrapped_has_no_width(text: str) -> None:
    lines = list(lines_of(text))
    reader = PasteReader(text=text, lines=lines, looks_like=recognises)
    reader.read()

    assert reader.width == 0


def test_a_line_is_full_when_the_next_word_would_not_have_fitted() -> None:
    first, second, third = lines_of("aaaa bbbb\ncc dd\nee\n")

    assert is_full(first, second, 11)
    assert not is_full(first, second, 12)
    assert not is_full(first, third, 9)
    assert not is_full(first, second, 0)


def test_a_width_needs_a_few_full_lines_that_go_on() -> None:
    block = f"{'word ' * 13}end\nover\n"

    assert wrap_width(list(lines_of(block * 2)), lambda _: False) == 0
    assert wrap_width(list(lines_of(block * 3)), lambda _: False) == 68
    assert wrap_width(list(lines_of(block * 3)), lambda line: line.text == "over") == 0


def test_a_line_that_shows_a_header_is_no_configuration() -> None:
    line = f'{HEAD}HTTP transport options: {{"headers":{{"Authorization":"[REDACTED]"}}}}'
    entries = read_entries([document(f"x\n\n{line}\n", name="issue.md")], looks_like_message=recognises).entries

    assert read_events(entries, key=KEY).rows.select("kind", "server").rows() == [("http_transport_options", "s")]
