"""Nothing is lost: every byte of any document is an entry's, a gap's or counted, and nothing makes the reader fail."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcplog.errors import InputError
from mcplog.model.document import Document, Memory
from mcplog.parse.accounting import Account, accounting
from mcplog.parse.entries import read_entries
from tests.parse.documents_of import SESSION, UTC, debug_file, document, read, told

PIECES = (
    f"{UTC} [DEBUG] ",
    "[ERROR] ",
    'MCP server "s": Saving tokens',
    'MCP server "q"uote" Error: no',
    '"MCP server \\"s\\": a\\nb"',
    '{"debug":"Saving tokens","timestamp":"2026-11-25T00:53:03.511Z"}',
    '[\n  {\n    "error": "x"\n  },\n',
    "\n",
    "\r\n",
    "```\n",
    "> ",
    "**",
    "│ Status: ✘ failed │\n",
    "Corp MCP Server\n",
    "curl https://x\n",
    "⏺ s - t (MCP)\n  ⎿  Error: x\n",
    "...\n",
    "`Saving tokens`",
    "prose, and more prose ",
    "\0",
    "é🦊",
    "\x1b[2m",
)
NAMES = st.sampled_from(["log.txt", f"{SESSION}.txt", "x.jsonl", "issue.md"])
FOLDERS = st.sampled_from(["", "debug", "mcp-logs-s"])
SPLICED = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def is_sound(account: Account) -> bool:
    whole = account.entries + account.gaps + account.other == account.size
    return whole and account.other >= 0 and account.counted_twice == 0 and account.outside == 0


def looks_like_message(text: str) -> bool:
    return text.startswith("Saving")


@pytest.mark.parametrize(
    "data",
    [
        b'a \x80 MCP server "\xc3s": Saving tokens \xff\n',
        b'{"debug":"Saving \\ud800 tokens","timestamp":"2026-11-25T00:53:03.511Z","sessionId":"\\ud800"}\n',
        b'[DEBUG] "MCP server \\"a\\ud800\\": Saving \\ud83d\\ude00 tokens"\n',
    ],
)
def test_half_characters_from_bytes_and_from_json_do_not_stop_a_reader(data: bytes) -> None:
    names = ("log.txt", f"{SESSION}.txt", "issue.md")

    assert [is_sound(accounting(document(data, name=name))) for name in names] == [True] * len(names)


def test_an_account_names_every_byte() -> None:
    entry, other = f'{UTC} [DEBUG] MCP server "s": Saving tokens', f"{UTC} [DEBUG] x"

    assert accounting(debug_file(f"{entry}\n{other}\n")) == Account(
        entries=len(entry),
        gaps=0,
        other=len(other) + 2,
        size=len(entry) + len(other) + 2,
        counted_twice=0,
        outside=0,
    )


STAMP = "2026-11-25T00:36:43.901Z"


@given(data=st.binary(max_size=400), name=NAMES, folder=FOLDERS)
def test_any_bytes_are_accounted_for(data: bytes, name: str, folder: str) -> None:
    account = accounting(document(data, name=name, folder=folder), looks_like_message=looks_like_message)

    assert is_sound(account)


@given(text=SPLICED, name=NAMES, folder=FOLDERS, cut=st.integers(0, 200), bad=st.integers(0, 200))
def test_spliced_and_cut_logs_are_accounted_for(text: str, name: str, folder: str, cut: int, bad: int) -> None:
    data = text.encode()[cut // 2 :]
    data = data[:bad] + b"\xff" + data[bad:] if bad % 2 else data

    account = accounting(document(data, name=name, folder=folder), looks_like_message=looks_like_message)

    assert is_sound(account)


STRINGS = (
    "[DEBUG] ",
    'MCP server \\"s\\": Saving tokens',
    "cc_version=2.1.1",
    "\\n",
    "\n",
    "\\u000a",
    "\\ud800",
    "\\\\",
    "...",
    "```",
    '"',
    '","a":"',
    "é",
    "\udcff",
    "\udcc3",
)


@given(pieces=st.lists(st.sampled_from(STRINGS), max_size=30))
@example(pieces=["\\ud800", "[DEBUG] "])
@example(pieces=["\udcff\udcff", "[DEBUG] ", "cc_version=2.1.1"])
@example(pieces=["x", "\n", "[DEBUG] ", "cc_version=2.1.1"])
@example(pieces=["...", "\\u000a", "[DEBUG] ", "cc_version=2.1.1", '"'])
def test_the_strings_of_an_odd_export_are_accounted_for(pieces: list[str]) -> None:
    data = f'{{"a":"{"".join(pieces)}"'.encode("utf-8", "surrogateescape")

    assert is_sound(accounting(document(data, name="x.jsonl")))


@given(text=SPLICED, encoding=st.sampled_from(["utf-16-le", "utf-16-be", "utf-8-sig"]))
@example(text=f'{STAMP} [DEBUG] \x1b[2m{STAMP} [DEBUG] MCP server "s": Saving tokens', encoding="utf-16-le")
def test_other_encodings_give_the_same_entries_and_sound_places(text: str, encoding: str) -> None:
    marked = text if encoding == "utf-8-sig" else "\ufeff" + text
    source = document(marked.encode(encoding), name="issue.md")

    assert told(read(source)) == told(read(document(text, name="issue.md")))
    assert is_sound(accounting(source))


@given(texts=st.lists(SPLICED, min_size=2, max_size=5))
@example(texts=["", '\x1b[2m[\n  {\n    "error": "x"\n  },\n`Saving tokens`' + STAMP + " [DEBUG] "])
def test_documents_read_together_give_what_each_gives_alone(texts: list[str]) -> None:
    sources = [debug_file(text, id_=n, case_id=n) for n, text in enumerate(texts)]

    together = read(*sources)

    assert told(together, "document_id", "line_from", "line_to", "byte_from", "byte_to", "server", "message") == [
        (n, *row)
        for n, text in enumerate(texts)
        for row in told(read(debug_file(text)), "line_from", "line_to", "byte_from", "byte_to", "server", "message")
    ]


@pytest.mark.parametrize("name", [f"{SESSION}.txt", "x.jsonl", "issue.md"])
def test_a_document_that_is_no_text_is_told_and_costs_only_itself(name: str) -> None:
    picture = bytes(range(256)) * 10
    good = document('[DEBUG] MCP server "s": Saving tokens\n', id_=1)

    parsed = read(document(picture, name=name), good)

    assert parsed.gaps.rows() == [(0, 1, 1, 0, len(picture), "undecodable")]
    assert told(parsed) == [("s", "Saving tokens")]
    assert len(parsed.problems) == 1


class Unreadable(Memory, frozen=True):
    """Content that cannot be read any more."""

    def slice(self, start: int, stop: int) -> bytes:
        """Raise: the file is gone."""
        raise InputError(f"bytes {start} to {stop} cannot be read", hint="Try again.")


def test_a_document_that_cannot_be_read_costs_only_itself() -> None:
    gone = Document(document_id=0, origin="gone.txt", content=Unreadable(b"x" * 10))
    good = document('[DEBUG] MCP server "s": Saving tokens\n', id_=1)

    parsed = read_entries([gone, good])

    assert parsed.gaps.select("document_id", "byte_from", "byte_to", "reason").rows() == [(0, 0, 10, "limit")]
    assert [problem.hint for problem in parsed.problems][:1] == ["Try again."]
    assert told(parsed) == [("s", "Saving tokens")]
    assert parsed.documents.height == 2
