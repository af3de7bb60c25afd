"""Which kind of text a document is: its bytes decide, its name and folder only help."""

import pytest

from mcplog.parse.formats import encoding_of, form_of, session_of, without_ansi
from tests.parse.documents_of import SESSION, UTC, document

NOISE = f"{UTC} [DEBUG] Stream started - received first chunk\n"
TOKENS = f'{UTC} [DEBUG] MCP server "figma": Returning tokens\n'
BARE = '[DEBUG] MCP server "figma": Returning tokens\n'


def form(text: str | bytes, *, name: str = "log.txt", folder: str = "") -> tuple[str, bool]:
    source = document(text, name=name, folder=folder)
    found = form_of(source, source.content.slice(0, 65536))
    return found.format.value, found.stamped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NOISE * 3 + TOKENS, ("debug-file", True)),
        (BARE * 3, ("debug-file", False)),
        (NOISE * 40 + TOKENS, ("debug-file", True)),
        (TOKENS + "  a deeper line\n" + NOISE, ("debug-file", True)),
        ("the end of a record\n" + NOISE * 120, ("debug-file", True)),
        ('{"debug":"x"}\n', ("server-log-lines", False)),
        ('{"error":"x","timestamp":"t"}\n{"debug":"y"}\n', ("server-log-lines", False)),
        ('[\n  {\n    "debug": "x"\n  }\n]', ("server-log-array", False)),
        ("[]", ("server-log-array", False)),
        ('{ "debug" : "x" , "timestamp" : "t" }\n', ("server-log-lines", False)),
        ('{\n  "debug": "x",\n  "timestamp": "t",\n  "sessionId": "s"\n}\n', ("server-log-array", False)),
        ('{\n  "error": "invalid_grant",\n  "timestamp": "t"\n}\n', ("paste", False)),
        ('{\n  "mcpServers": {}\n}\n', ("paste", False)),
        ("", ("empty", False)),
        (" \r\n\n", ("empty", False)),
        (" " + "\r\n" * 500 + "x", ("paste", False)),
        (" " + "\r\n" * 500 + NOISE * 3 + TOKENS, ("debug-file", True)),
        ("It does not work.\n\n" + TOKENS, ("paste", False)),
        ("It does not work.\n\n" + TOKENS * 120, ("paste", False)),
        ("### Log\n```text\n" + TOKENS * 120 + "```\n", ("paste", False)),
        (TOKENS + "Any idea what this is about?\n", ("paste", False)),
        (TOKENS * 3 + "\n> /mcp\n  ⎿  Connected\n", ("paste", False)),
        ("  " + TOKENS, ("paste", False)),
        ("> " + BARE, ("paste", False)),
        (BARE[:-1] + "    # < ---- this\n", ("paste", False)),
        (BARE[:-1] + " " + BARE, ("paste", False)),
        ("```\n" + BARE + "```\n", ("paste", False)),
        ('{"mcpServers":{}}', ("paste", False)),
    ],
)
def test_the_bytes_decide(text: str, expected: tuple[str, bool]) -> None:
    assert form(text) == expected


def test_a_file_where_the_client_writes_its_debug_files_may_hold_markdown() -> None:
    text = TOKENS + "```\nAny idea what this is about?\n```\n" + NOISE

    assert form(text) == ("paste", False)
    assert form(text, name=f"{SESSION}.txt") == ("debug-file", True)
    assert form(text, folder="debug-logs") == ("debug-file", True)


def test_a_file_where_the_client_writes_its_per_server_logs_needs_no_other_key() -> None:
    text = '{\n  "error": "Connection failed: x",\n  "timestamp": "t"\n}\n'

    assert form(text, folder="mcp-logs-notes") == ("server-log-array", False)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xef\xbb\xbfx", ("utf-8-sig", 3)),
        ("\ufeffab".encode("utf-16-le"), ("utf-16-le", 2)),
        ("\ufeffab".encode("utf-16-be"), ("utf-16-be", 2)),
        ("[DEBUG] x".encode("utf-16-le"), ("utf-16-le", 0)),
        ("[DEBUG] x".encode("utf-16-be"), ("utf-16-be", 0)),
        (b"plain", ("utf-8", 0)),
        (b"", ("utf-8", 0)),
        (b"one \0 NUL in a line of text", ("utf-8", 0)),
        (bytes(range(256)) * 4, ("binary", 0)),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0", ("binary", 0)),
    ],
)
def test_the_encoding_is_told_by_a_mark_or_by_where_the_nuls_are(head: bytes, expected: tuple[str, int]) -> None:
    assert encoding_of(head) == expected


def test_only_a_uuid_is_a_session() -> None:
    assert [session_of(name) for name in (f"{SESSION}.txt", "latest", "log.txt", f"{SESSION}x.txt")] == [
        SESSION,
        None,
        None,
        None,
    ]


def test_escape_sequences_are_taken_out() -> None:
    assert without_ansi(b"a\x1b[2mb\x1b[0;31mc\x1b[?25hd") == b"abcd"
