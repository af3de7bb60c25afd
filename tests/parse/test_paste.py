"""Pastes: every shape in which people show a log, a screen or a message, and what they write around it."""

import pytest

from mcplog.model.document import Document
from mcplog.parse.entries import Parsed, read_entries
from mcplog.parse.messages import recognises
from tests.parse.documents_of import UTC, cited, document, told

MESSAGES = (
    "Saving tokens",
    "Returning tokens",
    "Acquired refresh lock",
    "Auth result: AUTHORIZED",
    "Starting connection with timeout of 30000ms",
    "HTTP Connection failed after 16ms: Unauthorized",
    "MCP Server running on port 25901 (localhost only)",
)
TOKENS = '[DEBUG] MCP server "s": Saving tokens'
PASTED = ("s", "Saving tokens")


def looks_like_message(text: str) -> bool:
    return text in MESSAGES


def paste(text: str | bytes) -> Document:
    return document(text, name="issue.md")


def read(text: str | bytes, *known: str) -> Parsed:
    return read_entries([paste(text)], known_servers={0: frozenset(known)}, looks_like_message=looks_like_message)


@pytest.mark.parametrize(
    "text",
    [
        f"It fails.\n\n{TOKENS}\n",
        f"> {TOKENS}\nprose\n",
        f">> {TOKENS}\n",
        f"_**{TOKENS}**_\n",
        f"**{TOKENS}\n**\n",
        f"```shell\n{TOKENS}\n```\n",
        f"```node\n**{TOKENS}**\n```\n",
        f"~~~\n{TOKENS}\n~~~\n",
        f"  - `{TOKENS}`\n",
        f'* "{TOKENS}",\n',
        f"1. {TOKENS}\n",
        f"    {TOKENS}\n",
        f"<details>\n\n{TOKENS}\n</details>\n",
        f"text\n{TOKENS}                # < ----------- this\n",
        f"text\n{TOKENS}          <- 3ms, no coordination\n",
        f"text\n{TOKENS} ❌\n",
        f"│ {TOKENS}      │\n",
        f"text\r\n{TOKENS}\r\n",
        'x\n[DEBUG] MCP server "s":         Saving tokens\n',
        f"see\n{TOKENS}\n\nThen I gave up.\n",
        '> [DEBUG] "MCP server \\"s\\": Saving tokens"\n',
        'log: "[DEBUG] MCP server \\"s\\": Saving tokens\\n"\n',
        f"It fails. \\\n\\\n{TOKENS}\\\n",
        f"\\`\\`\\`json\n{TOKENS}\n\\`\\`\\`\n",
    ],
)
def test_whatever_surrounds_an_entry_is_taken_off(text: str) -> None:
    assert told(read(text)) == [PASTED]


def test_entries_joined_on_one_line_are_told_apart_and_placed() -> None:
    text = f'And then\n\n{TOKENS} [ERROR] MCP server "s" Error: no MCP server "s": Returning tokens\n'

    parsed = read(text)

    assert told(parsed) == [PASTED, ("s", "Error: no"), ("s", "Returning tokens")]
    assert cited(parsed, paste(text)) == [
        TOKENS.encode(),
        b'[ERROR] MCP server "s" Error: no',
        b'MCP server "s": Returning tokens',
    ]


def test_a_server_named_inside_a_message_begins_no_entry() -> None:
    text = f'x\n{UTC} [ERROR] MCP server "s" Connection failed: Connection to MCP server "s" timed out\n'

    assert told(read(text)) == [("s", 'Connection failed: Connection to MCP server "s" timed out')]


def test_other_records_end_an_entry_and_are_none() -> None:
    assert told(read(f"x\n{TOKENS} [DEBUG] Writing to temp file: /x\n")) == [PASTED]


@pytest.mark.parametrize(
    ("stamp", "basis"),
    [
        (f"{UTC} ", "recorded"),
        ("2026-11-25T00:36:43Z ", "recorded"),
        ("12:01:37.827  ", "time-only"),
        ("12:01:37 ", "time-only"),
        ("2025-12-17 09:42:05.118 ", "time-only"),
        ("2025-06-XXTXX:XX:XX.XXXZ ", "masked"),
        ("", "order"),
    ],
)
def test_every_clock_is_known_for_what_it_is(stamp: str, basis: str) -> None:
    parsed = read(f"x\n{stamp}{TOKENS}\n")

    assert told(parsed, "server", "time_basis", "byte_from") == [("s", basis, 2)]
    assert parsed.entries["event_at"].is_not_null().to_list() == [basis == "recorded"]


def test_a_line_without_level_and_one_without_server() -> None:
    text = 'MCP server "s": Returning tokens\n12:01:37.827  Acquired refresh lock\n- "Saving tokens"\nnothing\n'

    assert told(read(text), "server", "level", "time_basis", "message") == [
        ("s", "none", "order", "Returning tokens"),
        ("s", "none", "time-only", "Acquired refresh lock"),
        ("s", "none", "order", "Saving tokens"),
    ]


def test_where_two_servers_are_named_a_message_alone_is_given_to_none() -> None:
    text = 'MCP server "s": Returning tokens\nMCP server "t": Returning tokens\nSaving tokens\n'

    assert told(read(text), "server") == [("s",), ("t",), (None,)]


def test_output_of_a_local_server_goes_on_with_its_own_stamps_and_levels() -> None:
    text = (
        f'  {UTC} [ERROR] MCP server "s" Server stderr: [x] booting\n  [x] ready\n  18:44:16 x - stdin end\n'
        f'[WARN]  socket: no pong\n  {UTC} [DEBUG] MCP server "s": Returning tokens\n'
    )

    assert told(read(text), "message", "line_from", "line_to") == [
        ("Server stderr: [x] booting\n[x] ready\n18:44:16 x - stdin end\n[WARN]  socket: no pong", 1, 4),
        ("Returning tokens", 5, 5),
    ]


def test_a_wrapped_line_is_put_together_and_a_stack_keeps_its_lines() -> None:
    text = (
        '[DEBUG] MCP server "s": HTTP Connection failed after 16ms: Streamable HTTP error: Server\n'
        "returned 401 after successful authentication\n\n"
        '[ERROR] MCP server "s" Error: no\n    at x (y:1:2)\n'
    )

    assert read(text).entries["message"].to_list() == [
        "HTTP Connection failed after 16ms: Streamable HTTP error: Server returned 401 after successful authentication",
        "Error: no\nat x (y:1:2)",
    ]


def test_a_servers_screen_names_the_server_in_its_heading() -> None:
    text = (
        "```\n╭──────────────────────────────╮\n│ Plugin:a:b MCP Server        │\n│                              │\n"
        "│ Status: ✘ failed             │\n│ Auth: ✘ not authenticated    │\n"
        "│ Error: SDK auth failed: does │\n│ not work                     │\n╰──────────────────────────────╯\n```\n"
    )

    parsed = read(text)

    assert told(parsed, "server", "message", "line_from", "line_to", "confidence") == [
        ("plugin:a:b", "Plugin:a:b MCP Server", 3, 3, "pasted"),
        ("plugin:a:b", "Status: ✘ failed", 5, 5, "pasted"),
        ("plugin:a:b", "Auth: ✘ not authenticated", 6, 6, "pasted"),
        ("plugin:a:b", "Error: SDK auth failed: does not work", 7, 8, "pasted"),
    ]


def test_a_heading_with_a_capital_means_the_known_name() -> None:
    assert told(read("Corp MCP Server\n\nStatus: ✘ failed\n", "corp"), "server") == [("corp",), ("corp",)]


def test_a_name_with_a_line_end_is_known_in_a_joined_line_unless_another_is_written_so() -> None:
    text = '> [DEBUG] MCP server "new line": Saving tokens\n'

    assert told(read(text, "new\nline"), "server") == [("new\nline",)]
    assert told(read(text, "new\nline", "new line"), "server") == [("new line",)]
    assert told(read(text, "new\nline", "new\r\nline"), "server") == [("new line",)]


def test_a_row_of_the_list_and_a_command_name_their_server() -> None:
    text = (
        "$ claude mcp login t\nError: SDK auth failed: no\n$ claude mcp list\n"
        "plugin:a:b: https://x.example/mcp (HTTP) - ! Needs authentication\n"
    )

    assert told(read(text)) == [
        ("t", "Error: SDK auth failed: no"),
        ("plugin:a:b", "plugin:a:b: https://x.example/mcp (HTTP) - ! Needs authentication"),
    ]


def test_a_row_of_the_list_may_stand_in_a_shell_comment_and_a_heading_of_a_screen_in_a_heading() -> None:
    row = "tracker: https://tracker.example/mcp (HTTP) - ✘ Failed to connect"
    screen = "# Tracker MCP Server\n\nStatus: ✘ failed\n"

    assert told(read(f"```bash\nclaude mcp list\n# {row}\n```\n")) == [("tracker", row)]
    assert told(read(screen))[1] == ("Tracker", "Status: ✘ failed")
    assert told(read(screen.replace("Tracker", "Error Claude.ai Tracker")))[1][0] == "Claude.ai Tracker"


def test_a_sentence_that_names_a_server_is_not_about_the_only_other_one() -> None:
    text = '[DEBUG] MCP server "ledger": Returning tokens\n\nSuccessfully reconnected to tracker\n'

    assert told(read(text))[-1] == (None, "Successfully reconnected to tracker")


def test_a_configuration_over_many_lines_is_one_message() -> None:
    text = '{\n  "theme": "dark",\n  "mcpServers": {\n    "tracker": {"type": "http"}\n  }\n}\n'

    assert told(read(text)) == [("tracker", '{"mcpServers": {"tracker": {"type": "http"}}, "theme": "dark"}')]


def test_the_result_of_a_tool_belongs_to_the_server_of_its_call() -> None:
    text = '⏺ s - get (MCP)\n  ⎿  Error: Error POSTing to endpoint:\n     {"error":{"message":"Session not found"}}\n'

    assert told(read(text)) == [("s", 'Error: Error POSTing to endpoint: {"error":{"message":"Session not found"}}')]


def test_a_result_that_tells_a_refusal_is_one_of_the_tool() -> None:
    text = '⏺ notes - find (MCP)(query: "x")\n  ⎿  %s\n'

    assert told(read(text % "Unauthorized. Check your key.")) == [
        ("notes", "tool result: Unauthorized. Check your key."),
    ]
    assert told(read(text % "Nothing was found.")) == [("notes", "Nothing was found.")]


@pytest.mark.parametrize("shown", ["⎿  %s\n", "> ⎿  %s\n", "`⎿  %s`\n", "⎿  `%s`\n"])
def test_a_refusal_in_json_is_the_result_of_a_tool_whose_call_is_not_shown(shown: str) -> None:
    refusal = r'Error: {"error":true,"message":"Authentication failed: {\"code\":401}"}'

    assert told(read(shown % refusal)) == [(None, f"tool result: {refusal}")]
    assert told(read("⏺ Bash(curl https://a.example)\n" + shown % refusal)) == []
    assert told(read(shown % 'Error: {"message":"3 rows"}')) == []


def test_an_object_with_an_error_alone_is_a_record_where_the_client_words_it_so() -> None:
    record = '# It fails\n\n```\n{"error":"Connection failed: SSE error: Non-200 status code (405)"}\n```\n'
    answer = '# It fails\n\n```\n{"error":"Connection is gone"}\n```\n'
    both = [document(one, name="issue.md") for one in (record, answer)]

    assert [read_entries([one], looks_like_message=recognises).entries["message"].to_list() for one in both] == [
        ["Connection failed: SSE error: Non-200 status code (405)"],
        ['{"error":"Connection is gone"}'],
    ]


def test_records_of_a_per_server_log_are_read_inside_a_paste() -> None:
    text = (
        f'Log:\n```json\n{{"debug":"Saving tokens","timestamp":"{UTC}","sessionId":"s1"}}\n```\n'
        f'```\n[\n  {{\n    "error": "Connection failed: x",\n    "timestamp": "{UTC}"\n  }}\n]\n```\n'
    )

    assert told(read(text), "message", "level", "time_basis", "session_id", "line_from", "line_to") == [
        ("Saving tokens", "debug", "recorded", "s1", 3, 3),
        ("Connection failed: x", "error", "recorded", None, 7, 10),
    ]


@pytest.mark.parametrize("number", ["9" * 5_000, "[" * 5_000], ids=["digits", "depth"])
def test_an_object_that_nobody_can_read_costs_itself_alone(number: str) -> None:
    parsed = read(f'Look:\n{{"debug":{number}}}\n{{"debug":\n{number}}}\n{TOKENS}')

    assert parsed.entries["message"].to_list() == ["Saving tokens"]


def test_a_configuration_a_request_by_hand_an_answer_and_a_link_are_shown() -> None:
    text = (
        '```json\n{ "mcpServers": { "s": { "url": "https://x" } } }\n```\n\n'
        'curl https://x\n-H "Authorization: Bearer $T" Returns: {"result":{}}\n\n'
        '```\n{"message":"Unrecognized client_id"}\nhttps://x/authorize?response_type=code&client_id=1\n```\n'
    )

    assert told(read(text), "confidence", "line_from", "line_to") == [
        ("pasted", 2, 2),
        ("prose", 5, 6),
        ("pasted", 9, 9),
        ("pasted", 10, 10),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('The log shows "Auth result: AUTHORIZED" and then nothing.', "Auth result: AUTHORIZED"),
        ("The log shows `Auth result: AUTHORIZED` and then nothing.", "Auth result: AUTHORIZED"),
        ("All it says is `2026-03-02 10:00:01 [error] Auth result: AUTHORIZED`, no more.", "Auth result: AUTHORIZED"),
        ("All it says is `[error] Auth result: AUTHORIZED`, no more.", "Auth result: AUTHORIZED"),
        (f"It says `{TOKENS}` and then nothing.", "Saving tokens"),
        (
            "It says Authentication successful, but server reconnection failed.",
            "Authentication successful, but server reconnection failed.",
        ),
        ("`/mcp` shows `s · ✔ connected`.", "s · ✔ connected"),
        (f"I see that {TOKENS}", "Saving tokens"),
        ("/mcp shows: Status: △ needs authentication, and no tools.", "Status: △ needs authentication"),
        (
            "It works for a bit, then I get: Error: Error POSTing to endpoint (HTTP 404): {}",
            "Error: Error POSTing to endpoint (HTTP 404): {}",
        ),
        ("All calls fail with `Streamable HTTP error: no`", "Streamable HTTP error: no"),
    ],
)
def test_what_is_told_in_a_sentence_is_prose(text: str, message: str) -> None:
    assert told(read(text), "message", "confidence") == [(message, "prose")]


def test_each_sentence_of_the_client_in_a_line_is_told() -> None:
    text = (
        "It says Authorization with the MCP server failed. Later: /mcp   ⎿  Tried reconnecting to s, but the "
        "connection failed: -32429 at https://x\n"
    )

    assert told(read(text), "message") == [
        ("Authorization with the MCP server failed. Later: /mcp",),
        ("Tried reconnecting to s, but the connection failed: -32429 at https://x",),
    ]


def test_a_row_of_the_list_is_found_behind_the_words_that_lead_to_it() -> None:
    text = "- claude mcp list output: corp-notes: http://localhost:1/mcp (HTTP) - ✓ Connected\n"

    assert told(read(text), "server") == [("corp-notes",)]


def test_a_mark_of_omission_between_entries_is_a_gap() -> None:
    parsed = read(f"x\n{TOKENS}\n[...]\n{TOKENS}\n...\n")

    assert parsed.gaps.select("line_from", "line_to", "reason").rows() == [(3, 3, "cut")]


@pytest.mark.parametrize("text", ["No log here.", "## MCP Server\n\nI use a GitHub MCP Server.", "a: b - c", "x · y"])
def test_prose_alone_holds_no_entry(text: str) -> None:
    assert told(read(text)) == []


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('[DEBUG] MCP server "s": {"User-Agent":"claude-code/2.0.75"} Version 1.0.1\n> x', "2.0.75"),
        ("Claude Code v2.1.30 on Linux\n", "2.1.30"),
        ("### Version\n\nVersion: 2.1.145, macOS\n", "2.1.145"),
        ("Version 11.2.3 of the server\n", None),
        ("Version 1.21459.0, as the desktop program counts\n", None),
        ("- Editor Version: 1.105.1\n- Claude CLI version: 1.0.44\n", "1.0.44"),
        ("box version: v1.0.25\nClaude Code v2.1.110\n", "2.1.110"),
        ("$ claude --version\n2.1.90 (Claude Code)\n", "2.1.90"),
        ("A Claude Code plugin, v1.0.3, is there.\n", None),
        ('"serverInfo": {"name": "notes", "version": "1.0.0"}\n', None),
        ("| Plugin version | 1.0.7 |\n", None),
        ("Nothing\n", None),
    ],
)
def test_a_paste_tells_its_client_version(text: str, version: str | None) -> None:
    assert read(text).documents.item(0, "client_version") == version


def test_bad_bytes_and_other_alphabets_leave_places_true() -> None:
    data = "日本\n> ".encode() + b"\xff" + TOKENS.encode() + "\n日本\n".encode()

    parsed = read(data)

    assert cited(parsed, paste(data)) == [TOKENS.encode()]


def test_of_a_huge_text_the_lines_near_telling_words_are_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "nothing to see\n" * 40 + f"{TOKENS}\n\nit ends\n" + "nothing to see\n" * 40 + f"{TOKENS}\n"
    whole = read(text)
    monkeypatch.setattr("mcplog.parse.paste_lines.HUGE_CHARS", 100)

    assert read(text).entries.equals(whole.entries)
    assert read(text).documents.equals(whole.documents)
    assert told(whole, "line_from") == [(41,), (84,)]


def test_thousands_of_entries_on_one_line_are_read_one_by_one() -> None:
    """What each asks of the line is found once; else a line of a megabyte would take minutes."""
    line = " ".join([TOKENS, 'MCP server "s": Returning tokens'] * 5_000)

    assert told(read(f"see\n{line}\n")) == [PASTED, ("s", "Returning tokens")] * 5_000
