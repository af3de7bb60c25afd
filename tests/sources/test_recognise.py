"""kind_of: bytes decide what a file is, the name only where they cannot."""

import pytest

from mcplog.sources.recognise import FileKind, kind_of
from tests.sources.trees import LOG, MARKER, STORE, record

ARRAY = b"[\n  {\n    " + record().strip()[1:] + b"\n]\n"
REQUESTS = b'{"n": 1, "ts": "2026-11-25T00:35:56.185Z", "kind": "request", "path": "/mcp"}\n'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", LOG, FileKind.LOG),
        ("a.txt", b"[DEBUG] Watching for changes\n", FileKind.LOG),
        ("a.txt", b"\n\n  at last:\n" + LOG, FileKind.LOG),
        ("a.txt", b"\xef\xbb\xbf" + LOG, FileKind.LOG),
        ("a.txt", LOG.decode().encode("utf-16"), FileKind.LOG),
        ("a.txt", LOG.decode().encode("utf-16-le"), FileKind.LOG),
        ("a.txt", LOG + b"\x00\x01\x02" * 500, FileKind.LOG),
        ("a.txt", b"[ERROR] {\n", FileKind.LOG),
        ("a.md", b"It fails.\n\n> " + LOG, FileKind.PASTE),
        ("a.md", b"line\n" * 30 + LOG, FileKind.PASTE),
        ("a.md", b"It fails: `MCP server needs authentication`.\n", FileKind.TEXT),
        ("a.jsonl", record(), FileKind.SERVER_LOG),
        ("a.txt", ARRAY, FileKind.SERVER_LOG),
        ("a.jsonl", b'{"timestamp": "x", "error": "y"}\n', FileKind.SERVER_LOG),
        ("a.jsonl", b'{"debug":"' + b"x" * 100_000, FileKind.SERVER_LOG),
        ("server.jsonl", REQUESTS, FileKind.OTHER),
        ("package.json", b'{"name": "x"}', FileKind.OTHER),
        ("list.json", b"[1, 2]", FileKind.OTHER),
        ("broken.json", b'{\n"a": 1,\n  "b": [\n1,\n', FileKind.OTHER),
        ("desktop.log", b'{"method":"initialize"}\n2025-06-04T10:37:33.472Z [w] [info] a\nTraceback\n', FileKind.TEXT),
        ("a.jsonl", b'{"log":"[DEBUG] MCP server \\"s\\": Saving tokens\\n","stream":"stderr"}\n', FileKind.PASTE),
        ("a.json", b'{"text":"[DEBUG] MCP server \\"s\\": Saving tokens"}', FileKind.PASTE),
        ("a.json", b'["[DEBUG] MCP server \\"s\\": Saving tokens"]', FileKind.PASTE),
        ("a.json", b'{"text":"[DEBUG] MCP server \\"s\\": Saving tokens", "mcpOAuth":{}}', FileKind.STORE),
        ("a.rtf", b"{\\rtf1\\ansi\n" + LOG, FileKind.RICH_TEXT),
        ("labels.toml", b'title = "[DEBUG] x"\n', FileKind.OTHER),
        (".credentials.json", STORE, FileKind.STORE),
        ("whatever.json", STORE, FileKind.STORE),
        ("whatever.json", STORE[:40], FileKind.STORE),
        ("whatever.json", b'{"claudeAiOauth":{}}', FileKind.STORE),
        ("whatever.json", b'{"figma|0":{"serverName":"figma"}}', FileKind.STORE),
        (".credentials.json", b"", FileKind.STORE),
        (".credentials.json", b"not json", FileKind.STORE),
        (".credentials.json", b"[]", FileKind.STORE),
        (".credentials.json", b"{}", FileKind.STORE),
        (".credentials.json", b"\x00\x00\x00\x00\x00", FileKind.STORE),
        ("credentials-1.json", b"{", FileKind.STORE),
        ("credentials.json.bak", b"{", FileKind.STORE),
        ("store.json", b'{"theme":"dark"}', FileKind.OTHER),
        ("credentials-02.absent", b"", FileKind.ABSENT_STORE),
        ("mcp-needs-auth-cache.json", b"{}", FileKind.MARKER),
        ("mcp-needs-auth-cache.json", b"", FileKind.MARKER),
        ("copy.json", MARKER, FileKind.MARKER),
        ("latest.link", b"/home/user/.claude/debug/x.txt\n", FileKind.LINK),
        ("a.txt", b"", FileKind.EMPTY),
        ("a.zip", b"PK\x03\x04\x00\x00", FileKind.ARCHIVE),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", FileKind.BINARY),
        ("a.bin", bytes(range(1, 9)) * 50, FileKind.BINARY),
    ],
)
def test_a_file_is_what_its_bytes_say(name: str, content: bytes, kind: FileKind) -> None:
    assert kind_of(name, content, len(content)) is kind
