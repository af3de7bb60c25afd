"""Every shape in which lines of the client are met, by the number that research gave it: L1 to L33.

Each gives the events it holds, on their lines, with how they came to us and what their clock is. What only concerns
names of files and folders (L28, L29) stands in `tests/sources` too.
"""

from datetime import UTC, datetime

import pytest

from mcplog.model.document import Document, Memory
from mcplog.parse.accounting import accounting
from mcplog.parse.entries import read_entries
from mcplog.parse.messages import read_events, recognises
from tests.parse.documents_of import debug_file, server_log

KEY = b"k" * 32
HTTP = "Initializing HTTP transport to https://a.example/mcp"
SAVED = '[DEBUG] MCP server "s": Saving tokens'
STAMP = "2026-08-05T19:57:20.690Z"
OPENED, SAVING = "http_transport_initializing", "token_saved"
POINTER = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
RECORDED, PASTED, PROSE = "recorded", "pasted", "prose"

Told = tuple[str, str | None, int, int]


def issue(text: str | bytes) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return Document(document_id=0, origin="issue", content=Memory(data), name="issue.md", is_pasted=True)


def told(one: Document, *columns: str) -> list[tuple[object, ...]]:
    """Return what the events of a document say; kind, server and lines when no column is chosen."""
    parsed = read_entries([one], looks_like_message=recognises)
    table = read_events(parsed.entries, key=KEY)
    joined = table.rows.join(table.messages, on="message_id", how="left", maintain_order="left")
    whole = accounting(one, looks_like_message=recognises)

    assert (whole.counted_twice, whole.outside, whole.entries + whole.gaps + whole.other) == (0, 0, whole.size)

    return joined.select(*(columns or ("kind", "server", "line_from", "line_to"))).rows()


SHAPES: list[tuple[str, Document, list[Told]]] = [
    ("L1 debug file", debug_file(f"{STAMP} {SAVED}\n"), [(SAVING, "s", 1, 1)]),
    ("L2 terminal without stamp", issue(f"It fails:\n\n{SAVED}\n"), [(SAVING, "s", 3, 3)]),
    (
        "L3 neither stamp nor level",
        issue('MCP server "s": Has refresh token: false\n'),
        [("refresh_token_told", "s", 1, 1)],
    ),
    (
        "L4 no server either",
        issue(f"{SAVED}\n\nToken expires in -889s, attempting proactive refresh\n"),
        [(SAVING, "s", 1, 1), ("proactive_refresh_attempted", "s", 3, 3)],
    ),
    (
        "L5 a clock's time alone",
        issue("12:01:37.827  Acquiring refresh lock (attempt 1)\n12:01:37.830  Acquired refresh lock\n"),
        [("refresh_lock_requested", None, 1, 1), ("refresh_lock_acquired", None, 2, 2)],
    ),
    (
        "L6 annotation behind the text",
        issue(
            "Acquired refresh lock          <- 3ms, no coordination\n"
            'MCP server "s": Has refresh token: false                # < ----- this\n'
            '[DEBUG] MCP server "s": STDIO connection dropped after 4s uptime ❌\n'
        ),
        [
            ("refresh_lock_acquired", "s", 1, 1),
            ("refresh_token_told", "s", 2, 2),
            ("connection_dropped", "s", 3, 3),
        ],
    ),
    (
        "L7 many entries on one line and prose between",
        issue(
            f'see [DEBUG] MCP server "s": {HTTP} [DEBUG] MCP server "s": Returning tokens '
            f'[ERROR] MCP server "s" Connection failed: Unauthorized\nThat was attempt one\n{SAVED} {SAVED}\n'
        ),
        [
            (OPENED, "s", 1, 1),
            ("token_returned", "s", 1, 1),
            ("connection_failed", "s", 1, 1),
            (SAVING, "s", 3, 3),
            (SAVING, "s", 3, 3),
        ],
    ),
    (
        "L8 lazy quote",
        issue(f'> [DEBUG] MCP server "s": Cleared stored tokens\n{SAVED}\n'),
        [("tokens_cleared", "s", 1, 1), (SAVING, "s", 2, 2)],
    ),
    (
        "L9 emphasis that straddles lines",
        issue(f'_**[DEBUG] MCP server "s": {HTTP}\n{SAVED}**_\n\n```\n**{SAVED}\n{SAVED}**\n```\n'),
        [(OPENED, "s", 1, 1), (SAVING, "s", 2, 2), (SAVING, "s", 5, 5), (SAVING, "s", 6, 6)],
    ),
    (
        "L10 fence of any language",
        issue("".join(f"```{word}\n{SAVED}\n```\n\n" for word in ("shell", "text", "node", "json", ""))),
        [(SAVING, "s", line, line) for line in (2, 6, 10, 14, 18)],
    ),
    (
        "L11 list item with quotes",
        issue('My notes:\n\n  - "HTTP Connection failed after 16ms: Unauthorized"\n'),
        [("http_connection_failed", None, 3, 3)],
    ),
    (
        "L12 indented",
        issue(f"<details>\n\n  {STAMP} {SAVED}\n    {STAMP} {SAVED}\n</details>\n"),
        [(SAVING, "s", 3, 3), (SAVING, "s", 4, 4)],
    ),
    (
        "L13 lines that go on, with foreign stamps",
        debug_file(
            f'{STAMP} [ERROR] MCP server "s" Server stderr: [x] booting\n  [x] ready\n  18:44:16 x - stdin end\n'
            f"{STAMP} {SAVED}\n"
        ),
        [("server_stderr", "s", 1, 3), (SAVING, "s", 4, 4)],
    ),
    (
        "L13 the same, pasted",
        issue(
            f'  {STAMP} [ERROR] MCP server "s" Server stderr: [x] booting\n  [x] ready\n  18:44:16 x - stdin end\n'
            f"  {STAMP} {SAVED}\n"
        ),
        [("server_stderr", "s", 1, 3), (SAVING, "s", 4, 4)],
    ),
    (
        "L14 message as a JSON string",
        debug_file(f'{STAMP} [ERROR] "MCP server \\"s\\" Server stderr: \'x\' is not recognized\\nstdin end"\n'),
        [("server_stderr", "s", 1, 1)],
    ),
    (
        "L15 one record a line",
        server_log(f'{{"debug":"Saving tokens","timestamp":"{STAMP}","sessionId":"a","cwd":"/"}}\n', "s"),
        [(SAVING, "s", 1, 1)],
    ),
    (
        "L16 array of records",
        server_log(
            f'[\n  {{\n    "error": "Connection failed: Unauthorized",\n    "timestamp": "{STAMP}"\n  }},\n'
            f'  {{\n    "debug": "Saving tokens",\n    "timestamp": "{STAMP}"\n  }}\n]\n',
            "s",
            name="x.txt",
        ),
        [("connection_failed", "s", 2, 5), (SAVING, "s", 6, 9)],
    ),
    (
        "L17 records without keys, with masked stamps",
        server_log(
            '{"debug":"Saving tokens","timestamp":"2025-06-XXTXX:XX:XX.XXXZ"}\n{"debug":"Returning tokens"}\n', "s"
        ),
        [(SAVING, "s", 1, 1), ("token_returned", "s", 2, 2)],
    ),
    (
        "L18 escaped JSON in JSON",
        issue(
            '```json\n{"debug":"Environment: {\\"HTTP_PROXY\\":\\"not set\\",\\"HTTPS_PROXY\\":\\"not set\\"}"}\n'
            '{"error":"Connection failed: Connection to MCP server \\"s\\" timed out after 5ms","timestamp":"x"}\n```\n'
        ),
        [("environment_told", "s", 2, 2), ("connection_failed", "s", 3, 3)],
    ),
    (
        "L19 boxes and blocks of the screen",
        issue(
            "╭────────────────────────────╮\n│ Tracker MCP Server         │\n│                            │\n"
            "│ Status: ✘ failed           │\n╰────────────────────────────╯\n\n"
            "⏺ notes - search (MCP)(query: 1)\n  ⎿  Error: Unauthorized\n"
        ),
        [
            ("server_screen_shown", "Tracker", 2, 2),
            ("server_status_told", "Tracker", 4, 4),
            ("connection_error_thrown", "notes", 8, 8),
        ],
    ),
    (
        "L19 the list of /mcp, numbered and in columns",
        issue(
            "│ Manage MCP servers                            │\n│                                               │\n"
            f"│ {POINTER} 1. x:y       △ disconnected · Enter to login │\n"
            "│   2. tracker   ✘ failed · Enter to view details │\n│ ↓ 3. my notes  ◯ connecting...                │\n"
        ),
        [("server_listed", "x:y", 3, 3), ("server_listed", "tracker", 4, 4), ("server_listed", "my notes", 5, 5)],
    ),
    (
        "L19 the list of /mcp, with dots; the capital of a server's own screen is not its name",
        issue(
            "  Manage MCP servers\n  2 servers\n\n    Local MCPs (~/.claude.json [project: ~/work])\n"
            f"  {POINTER} tracker · ✔ connected · 3 tools\n    plugin:a:b · △ needs authentication\n\n"
            "Tracker MCP Server\n\nStatus: ✔ connected\nTools: 3 tools\n"
        ),
        [
            ("server_listed", "tracker", 5, 5),
            ("server_listed", "plugin:a:b", 6, 6),
            ("server_screen_shown", "tracker", 8, 8),
            ("server_status_told", "tracker", 10, 10),
            ("screen_capabilities_told", "tracker", 11, 11),
        ],
    ),
    (
        "L19 the list of /mcp, the sign first; a notice and prose look like its rows",
        issue(
            "⚠ 2 MCP servers need authentication · run /mcp\n\n  MCP servers\n  3 servers\n\n"
            f"  {POINTER} ⚠ my tracker   needs sign-in\n    ✔ notes        1 tool\n    ✘ mail\n\n"
            "  Enter to view · Esc to close\n"
            "⚠ 1 MCP server needs authentication · run /mcp\n"
        ),
        [
            ("servers_need_auth_told", None, 1, 1),
            ("server_listed", "my tracker", 6, 6),
            ("server_listed", "notes", 7, 7),
            ("server_listed", "mail", 8, 8),
            ("servers_need_auth_told", None, 11, 11),
        ],
    ),
    (
        "L19 rows of prose, which have no list around them",
        issue("Things that I tried:\n\n✔ restart   no change\n✘ curl\nnote: this · ✔ works\nGood thing  ✔ seen\n"),
        [],
    ),
    (
        "L19 a server's screen whose heading stands in two lines",
        issue(
            "  tracker\n  MCP server\n\n  Status:           ⚠ needs sign-in\n  Auth:             ◯ not authenticated\n"
            "  URL:              https://a.example/mcp\n\n  ✘ SDK auth failed: HTTP 500 trying to load\n"
        ),
        [
            ("server_screen_shown", "tracker", 1, 2),
            ("server_status_told", "tracker", 4, 4),
            ("auth_status_told", "tracker", 5, 5),
            ("config_url_told", "tracker", 6, 6),
            ("sign_in_failed", "tracker", 8, 8),
        ],
    ),
    (
        "L19 what the screen answers",
        issue(
            "  ⎿  Signed in and connected to my.tracker.\n  ⎿  Authentication successful. Reconnected to notes.\n"
            "  ⎿  Reconnected to notes.\n  ⎿  Authentication cleared for notes.\n\n"
            "Reconnected to the network by hand.\n"
        ),
        [
            ("signed_in_told", "my.tracker", 1, 1),
            ("signed_in_told", "notes", 2, 2),
            ("reconnected_told", "notes", 3, 3),
            ("signed_out_told", "notes", 4, 4),
        ],
    ),
    (
        "L19 output of the command for one server, and results of several lines",
        issue(
            "notes:\n  Scope: User config\n  Status: ! Needs authentication\n  URL: https://a.example/mcp\n\n"
            '● notes - search (MCP)(query: "x")\n  ⎿ {\n      "isError": true,\n      "content": []\n    }\n\n'
            '```json\n{\n  "jsonrpc": "2.0",\n  "error": {"code": -32001, "message": "Session not found"}\n}\n```\n'
        ),
        [
            ("server_status_told", "notes", 3, 3),
            ("config_url_told", "notes", 4, 4),
            ("tool_result_told", "notes", 7, 10),
            ("answer_pasted", "notes", 13, 16),
        ],
    ),
    (
        "L19 an answer that was wrapped off its message",
        issue(
            "⏺ notes - search (MCP)\n  ⎿  Error: Streamable HTTP error: Error POSTing to endpoint:\n"
            '     {"jsonrpc":"2.0","error":{"code":-32600,"message":"Session not found"}}\n'
        ),
        [("connection_error_thrown", "notes", 2, 3)],
    ),
    (
        "L20 glyphs of every version",
        issue("".join(f"s: https://a.example/mcp (HTTP) - {glyph} Failed to connect\n" for glyph in "✗✘\u00d7!✔")),
        [("server_listed", "s", line, line) for line in range(1, 6)],
    ),
    (
        "L21 wrapped at the terminal's width",
        issue(
            "Authentication successful, but server reconnection failed. You may need to\n"
            "  manually restart Claude Code for the changes to take effect.\n"
        ),
        [("reconnection_after_sign_in_failed", None, 1, 2)],
    ),
    (
        "L21 an address wrapped in the middle of a word",
        issue(
            "If your browser doesn't open automatically, copy this URL manually (c to copy)\n"
            "https://as.example/authorize?response_type=code&client_id=app&redirect_ur\n"
            "i=http%3A%2F%2Flocalhost%3A5507%2Fcallback&scope=mcp%3Aread\n"
        ),
        [("authorization_url_opened", None, 2, 3)],
    ),
    (
        "L22 padding behind the name",
        issue('[DEBUG] MCP server "plugin:a:a":         Starting connection with timeout of 30000ms\n'),
        [("connection_starting", "plugin:a:a", 1, 1)],
    ),
    (
        "L23 truncation",
        issue(
            f'{SAVED}\n.....[omitted]\n[DEBUG] MCP server "s": Connection established with capabilities: '
            '{"hasTools":true,...}\n[DEBUG] MCP server "s": Initializing HTTP transport to https://longb.....\n'
        ),
        [(SAVING, "s", 1, 1), ("capabilities_received", "s", 3, 3), (OPENED, "s", 4, 4)],
    ),
    (
        "L24 redaction",
        issue(
            '[DEBUG] MCP server "s": Has refresh token: [REDACTED]\n'
            '[DEBUG] MCP server "s": Authorization URL: https://a/authorize?state=%5BREDACTED%5D&client_id=<hash>\n'
            '[DEBUG] MCP server "s": Initializing HTTP transport to https://<LAN-IP>/mcp\n'
            '[DEBUG] MCP server "s": Token length: ***\n'
        ),
        [
            ("refresh_token_told", "s", 1, 1),
            ("authorization_url_built", "s", 2, 2),
            (OPENED, "s", 3, 3),
            ("unrecognised", "s", 4, 4),
        ],
    ),
    (
        "L25 several clocks in one paste",
        issue(
            f"{STAMP} {SAVED}\n2025-12-01 10:11:12.345 [info] MCP Server running on port 25901 (localhost only)\n"
            f"{STAMP} [notes] [info] Era probe verdict: legacy (answered initialize) {{ metadata: undefined }}\n"
            f"[{STAMP}][4711] Reading OAuth tokens\n"
        ),
        [
            (SAVING, "s", 1, 1),
            ("ide_server_listening", None, 2, 2),
            ("era_probe_told", "notes", 3, 3),
            ("bridge_tokens_read", None, 4, 4),
        ],
    ),
    (
        "L26 CRLF and paths of Windows",
        issue(f'{SAVED}\r\n[ERROR] MCP server "s" Connection failed: spawn C:\\\\Users\\\\x\\\\a.cmd ENOENT\r\n'),
        [(SAVING, "s", 1, 1), ("connection_failed", "s", 2, 2)],
    ),
    ("L26 UTF-16", issue(f"It fails\r\n\r\n{SAVED}\r\n".encode("utf-16")), [(SAVING, "s", 3, 3)]),
    ("L26 UTF-16 debug file", debug_file(f"{STAMP} {SAVED}\r\n".encode("utf-16-le")), [(SAVING, "s", 1, 1)]),
    (
        "L27 output in other alphabets, bad bytes",
        debug_file(
            f"{STAMP} [ERROR] MCP server \"s\" Server stderr: 'x' は、内部コマンドとして認識されていません。\n".encode()
            + f'{STAMP} [ERROR] MCP server "s" Server stderr: \x82\xcd\n'.encode("latin-1")
            + f"{STAMP} {SAVED}\n".encode()
        ),
        [("server_stderr", "s", 1, 1), ("server_stderr", "s", 2, 2), (SAVING, "s", 3, 3)],
    ),
    (
        "L28 a folder names its server",
        server_log(f'{{"debug":"Saving tokens","timestamp":"{STAMP}"}}\n', "plugin-a-b"),
        [(SAVING, "plugin-a-b", 1, 1)],
    ),
    (
        "L29 a file is named after its start",
        server_log('{"debug":"Saving tokens"}\n', "s", name="2026-08-16T19-43-29-534Z.jsonl"),
        [(SAVING, "s", 1, 1)],
    ),
    (
        "L30 a line of a megabyte",
        debug_file(f'{STAMP} [DEBUG] MCP server "s": Calling MCP tool: {"A" * 1_000_000}\n{STAMP} {SAVED}\n'),
        [("tool_called", "s", 1, 1), (SAVING, "s", 2, 2)],
    ),
    (
        "L31 stacks of both runtimes",
        issue(
            '[DEBUG] MCP server "s": Error stack: Error: Unauthorized\n    at x (file:///opt/cli.js:1207:25433)\n'
            '[DEBUG] MCP server "s": Error stack: Error: Unauthorized\n    at x (/$bunfs/root/claude:1:2)\n'
        ),
        [("connection_error_detailed", "s", 1, 2), ("connection_error_detailed", "s", 3, 4)],
    ),
    (
        "L32 an echo of credentials",
        issue('[ERROR] MCP server "s" Server stderr: security: unknown command "6161616161616161616161616161616161"\n'),
        [("server_stderr", "s", 1, 1)],
    ),
    (
        "L33 prose that names a message",
        issue('I looked, and the logs show "Auth result: AUTHORIZED" every time.\n'),
        [("sign_in_authorized", None, 1, 1)],
    ),
]


@pytest.mark.parametrize(("one", "expected"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
def test_a_shape_gives_its_events_on_their_lines(one: Document, expected: list[Told]) -> None:
    assert told(one) == expected


def test_no_shape_is_without_a_test() -> None:
    assert sorted({int(name[1:3]) for name, _, _ in SHAPES}) == list(range(1, 34))


@pytest.mark.parametrize(
    ("one", "confidence"),
    [
        (debug_file(f"{STAMP} [DEBUG] MDM settings load completed in 1ms\n{STAMP} {SAVED}\n"), RECORDED),
        (debug_file(f"{STAMP} {SAVED}\n"), PASTED),
        (server_log('{"debug":"Saving tokens"}\n', "s"), RECORDED),
        (issue(f"```\n{SAVED}\n```\n"), PASTED),
        (issue(f"> {SAVED}\n"), PASTED),
        (issue("Saving tokens\n"), PASTED),
        (issue('It says "Auth result: AUTHORIZED" again.\n'), PROSE),
        (issue(f"It then prints {SAVED}\n"), PROSE),
    ],
)
def test_how_an_event_came_to_us_is_told(one: Document, confidence: str) -> None:
    assert told(one, "confidence") == [(confidence,)]


@pytest.mark.parametrize(
    ("stamp", "basis"),
    [
        (f"{STAMP} ", "recorded"),
        ("2026-08-XXTXX:XX:XX.XXXZ ", "masked"),
        ("12:01:37.827  ", "time-only"),
        ("2026-08-05 12:01:37.827 ", "time-only"),
        ("2026-08-05 12:01:37,827 +0200 ", "recorded"),
        ("2026-08-05 12:01:37 -05:00 ", "recorded"),
        ("12:01:37 -05:00 ", "order"),
        ("", "order"),
    ],
)
def test_what_a_stamp_is_worth_is_told(stamp: str, basis: str) -> None:
    assert told(issue(f"x\n\n{stamp}{SAVED}\n"), "time_basis") == [(basis,)]


def test_a_time_with_its_zone_is_told_in_utc() -> None:
    text = f"x\n\n2026-08-05 01:37:02,827 +02:00 {SAVED}\n"

    assert told(issue(text), "event_at") == [(datetime(2026, 8, 4, 23, 37, 2, 827_000, tzinfo=UTC),)]


def test_nothing_hidden_is_taken_for_false() -> None:
    assert told(issue('MCP server "s": Has refresh token: [REDACTED]\n'), "has_refresh_token") == [(None,)]


def test_an_echo_of_credentials_is_redacted() -> None:
    ((excerpt,),) = told(
        issue(f'[ERROR] MCP server "s" Server stderr: security: unknown command "{"61" * 32}"\n'), "excerpt"
    )

    assert "6161" not in str(excerpt)


@pytest.mark.parametrize(
    "text",
    [
        "Writing to temp file: /home/user/.claude.json.tmp.4711",
        "Preserving file permissions: 100600",
        "Temp file written successfully, size: 4711 bytes",
        "Applied original permissions to temp file",
        "Renaming /home/user/.claude.json.tmp to /home/user/.claude.json",
        "File /home/user/.claude.json written atomically",
        "AutoUpdaterWrapper: Installation type: npm-global",
        "LSP Diagnostics: getLSPDiagnosticAttachments called",
        "Hooks: Found 0 total hooks in registry",
        "Watching for changes in setting files /home/user/.claude",
        "[API REQUEST] /v1/messages",
        "[SLOW OPERATION DETECTED] execSyncWithDefaults_DEPRECATED (36.4ms): git",
        "[3P telemetry] Event dropped (no event logger initialized): x",
        "[init] configureGlobalMTLS starting",
        '"Error: Error: x"',
    ],
)
def test_what_surrounds_the_lines_makes_no_noise(text: str) -> None:
    log = f"{STAMP} [DEBUG] {text}\n{STAMP} {SAVED}\n{STAMP} [DEBUG] {text}\n"

    assert told(debug_file(log)) == [(SAVING, "s", 2, 2)]
    assert told(issue(f"Here:\n\n```\n{log}```\n")) == [(SAVING, "s", 5, 5)]
