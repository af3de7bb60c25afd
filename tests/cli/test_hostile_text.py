"""Nothing that a log, a store or a name holds acts on a terminal, whatever command prints it and in whatever format."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from mcplog.cli.app import main
from mcplog.cli.formats import format_names

ACTS = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eevil\u2066\u200b\ufeff\u2028\x7f\x08"
SESSION = "5094798b-6617-4134-9a5a-5f93f56bee6c"
MESSAGES = (
    "Initializing HTTP transport to https://mcp.example/{}",
    "Server URL: https://{}.example/mcp",
    "Saving tokens",
    "Token refresh failed: {}",
    'HTTP Connection failed after 9ms: Error POSTing to endpoint (HTTP 401): {{"error":"{}","error_description":"{}"}}',
    "Server stderr: {}",
    "Calling MCP tool: {}",
    "Tool 'a{}' failed after 1s: {}",
    "Fetched OAuth metadata with scope: {} b",
    "Something about OAuth that is new: {}",
    "Connection failed: Unauthorized",
    "Authentication required for HTTP server",
)
COMMANDS = (
    *(("analyze", "--format", name) for name in format_names()),
    ("explain", "rejected-after-auth"),
    ("why-not", "refresh-race"),
    ("timeline",),
    ("grammar", "coverage"),
    ("triage",),
    ("redact", "--dry-run"),
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a folder of the client with characters that act in every field."""
    top = tmp_path_factory.mktemp("hostile")
    server = f"no{ACTS}tes"
    messages = [message.replace("{{", "{").replace("}}", "}").replace("{}", ACTS) for message in MESSAGES]
    lines = [f'[DEBUG] MCP server "{server}": {message}' for message in messages]
    lines += [f'[ERROR] MCP server "{server}" {message}' for message in messages]
    log = "".join(f"2026-11-25T08:20:{n:02}.000Z {line}\n" for n, line in enumerate(lines))
    records = ({"debug": message, "timestamp": "2026-11-25T08:20:01.000Z", "cwd": ACTS} for message in messages)
    entry = {
        "serverName": server,
        "serverUrl": f"https://mcp.example/{ACTS}",
        "accessToken": f"a{ACTS}",
        "scope": f"x {ACTS}",
        "issuer": ACTS,
        "expiresAt": ACTS,
    }
    files = {
        f"debug/{SESSION}.txt": log,
        "mcp-logs-no/2026-11-25T08-20-00-000Z.jsonl": "".join(json.dumps(record) + "\n" for record in records),
        ".credentials.json": json.dumps({"mcpOAuth": {f"{server}|0123456789abcdef": entry, ACTS: ACTS}}),
        "mcp-needs-auth-cache.json": json.dumps({server: {"timestamp": ACTS}}),
        "b\x1b[2J\u202e.txt": f"\x1b[31m[DEBUG] MCP server {ACTS}\n",
    }
    for name, content in files.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(content, "utf-8")
    return top


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_a_character_that_acts(
    words: tuple[str, ...], hostile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mcplog", *words, str(hostile)])
    main()
    out, err = capsys.readouterr()

    acting = {char for char in (out + err) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}

    assert out + err
    assert acting <= {"\n", "\t"}


def test_an_error_prints_no_character_that_acts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["analyze", ACTS.replace("\x00", "")], ["explain", ACTS], ["analyze", f"--{ACTS}"], [ACTS]):
        monkeypatch.setattr(sys, "argv", ["mcplog", *words])
        main()
        out, err = capsys.readouterr()

        assert all(line.isprintable() for line in (out + err).splitlines()), words
