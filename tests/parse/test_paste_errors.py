"""Errors whose text people copied alone: in titles, sentences, screens that lost their shape, over several lines."""

import pytest

from mcplog.parse.entries import Parsed, read_entries
from mcplog.parse.messages import recognises
from mcplog.parse.paste_told import begins_error, begins_sentence, errors_in
from tests.parse.documents_of import document, told
from tests.parse.samples import Sample, quoted_samples

NO_REGISTRATION = "does not support dynamic client registration"
MISMATCH = "SDK auth failed: Protected resource https://a.example/mcp does not match expected https://b.example/mcp"
CLOSED = "MCP error -32000: Connection closed"
NOT_JSON = "HTTP 404: Invalid OAuth error response: SyntaxError: bad. Raw body: Nothing here"
TIMED_OUT = 'Connection failed: Connection to MCP server "kiln" timed out after 30000ms'
SCREEN = "Kiln MCP Server\n\nStatus: ✘ failed\nAuth: ✘ not authenticated\n"


def read(text: str) -> Parsed:
    return read_entries(
        [document(text, name="issue.md")], known_servers={0: frozenset()}, looks_like_message=recognises
    )


def messages(text: str) -> list[str]:
    return [str(message) for (message,) in told(read(text), "message")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"# Sign-in fails: Incompatible auth server: {NO_REGISTRATION} since May\n", None),
        (f"# It says it {NO_REGISTRATION}\n", NO_REGISTRATION),
        (
            f"> │ Error: Incompatible auth server: {NO_REGISTRATION}\n",
            f"Error: Incompatible auth server: {NO_REGISTRATION}",
        ),
        (f"Always get: {CLOSED}.\n", CLOSED),
        (f"XF [McpError]: {CLOSED}\n\nin (cli.js:1)\n", CLOSED),
        ("Token exchange failed: HTTP 400 occurs now and then\n", "Token exchange failed: HTTP 400"),
        (f"It shows\n\n> {NOT_JSON}\n", NOT_JSON),
        ("It reports `CONNECTION_CLOSED` for it\n", "CONNECTION_CLOSED"),
        (
            "报错 Reconnected to kiln, but fetching tools failed: Invalid result\n",
            "Reconnected to kiln, but fetching tools failed: Invalid result",
        ),
        (
            "```\nReconnected to hosted Kiln, but fetching tools failed: Streamable HTTP error: {}\n```\n",
            "Reconnected to hosted Kiln, but fetching tools failed: Streamable HTTP error: {}",
        ),
        ("It dies with `spawn npx ENOENT` here\n", "spawn npx ENOENT"),
        ("It dies with spawn EACCES here\n", "spawn EACCES"),
        ("It dies with spawn Unknown system error -8 here\n", "spawn Unknown system error -8"),
        (
            "'uvx' is not recognized as an internal or external command\n",
            "'uvx' is not recognized as an internal or external command",
        ),
    ],
)
def test_the_text_of_an_error_is_found_where_it_stands(text: str, message: str | None) -> None:
    assert messages(text) == [message or f"Incompatible auth server: {NO_REGISTRATION}"]


@pytest.mark.parametrize(
    "text",
    [
        f'If you see "{CLOSED}", install it anew.\n',
        f"There is no `{CLOSED}` here.\n",
        "It says spawn git ENOENT.\n",
        "[4711] Received error: Error POSTing to endpoint (HTTP 404): Missing sessionId\n",
    ],
)
def test_an_error_that_was_not_seen_or_is_got_over_or_is_another_programs_is_none(text: str) -> None:
    assert messages(text) == []


@pytest.mark.parametrize("head", ["[info] [kiln]", "[kiln] [info]"])
def test_what_a_server_prints_between_lines_of_another_host_is_its_own(head: str) -> None:
    at = "2026-08-05T19:57:20.690Z"
    text = (
        f"{at} {head} Initializing server...\n"
        "'uvx' is not recognized as an internal or external command\n"
        f"{at} {head} Server transport closed\n"
        f"{at} {head.replace('info', 'error')} spawn npx ENOENT\n"
    )

    assert told(read(text), "server", "message")[1:] == [
        ("kiln", "'uvx' is not recognized as an internal or external command"),
        ("kiln", "Server transport closed"),
        ("kiln", "spawn npx ENOENT"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        (
            "```\nSDK auth failed: Protected resource\nhttps://a.example/mcp\n"
            "does not match expected https://b.example/mcp\n```\n"
        ),
        (
            "│ SDK auth failed: Protected resource https://a.example/mcp       │\n"
            "│ does not match expected https://b.example/mcp                   │\n"
        ),
    ],
)
def test_an_error_that_was_broken_into_lines_is_put_together(text: str) -> None:
    assert messages(text) == [MISMATCH]


def test_what_stands_behind_the_colon_of_an_error_belongs_to_it() -> None:
    text = "```\nHTTP 403: Invalid OAuth error response:\nSyntaxError: Unexpected token\n```\n"

    assert messages(text) == ["HTTP 403: Invalid OAuth error response: SyntaxError: Unexpected token"]


@pytest.mark.parametrize("before", ["There was no", "It ends without", "I never saw any"])
def test_an_error_that_was_not_seen_is_none(before: str) -> None:
    assert messages(f"{before} {CLOSED} today\n") == []


def test_prose_below_an_error_does_not_belong_to_it() -> None:
    assert messages(f"Error: {CLOSED}\nWhat do I do now?\n") == [f"Error: {CLOSED}"]


@pytest.mark.parametrize(
    "text",
    [
        '```\n"error": "Connection failed: Connection to MCP server \\"kiln\\" timed out after\n     30000ms"\n```\n',
        '```\n"error": "Connection failed: Connection to MCP server \\"kiln\\" timed out after 30000ms",\n```\n',
    ],
)
def test_the_member_of_a_record_is_read_without_its_object(text: str) -> None:
    parsed = read(text)

    assert told(parsed) == [("kiln", TIMED_OUT)]


def test_a_list_of_what_is_wrong_is_one_error_with_its_lines() -> None:
    text = "```\nError: [\n  {\n    path: ['logo_uri'],\n  },\n]\n```\n"

    assert messages(text) == ["Error: [\n  {\n    path: ['logo_uri'],\n  },\n]"]


def test_a_list_of_anything_else_is_no_error() -> None:
    assert messages("```\nError: [\n  1,\n]\n```\n") == []


def test_a_box_whose_line_ends_were_lost_is_read_row_by_row() -> None:
    parsed = read("Kiln MCP Server ││ Status: ✘ failed   ││ URL: https://kiln.example/mcp │\n")

    assert told(parsed) == [
        ("Kiln", "Kiln MCP Server"),
        ("Kiln", "Status: ✘ failed"),
        ("Kiln", "URL: https://kiln.example/mcp"),
    ]


@pytest.mark.parametrize("name", ["Server: **Kiln", "**Tool name:** Kiln", "Kiln"])
def test_a_heading_names_the_server_behind_its_label(name: str) -> None:
    assert told(read(SCREEN.replace("Kiln", name)), "server") == [("Kiln",)] * 3


def test_a_title_that_tells_an_error_is_no_heading_of_a_screen() -> None:
    parsed = read(f"# {CLOSED} in Kiln MCP Server\n\nStatus: ✘ failed\n")

    assert told(parsed) == [(None, CLOSED), (None, "Status: ✘ failed")]


@pytest.mark.parametrize("name", ["<server>", "[server-name]", "{name}", "undefined"])
def test_a_placeholder_is_no_name(name: str) -> None:
    assert told(read(f'It says\n\n[DEBUG] MCP server "{name}": Saving tokens\n')) == [(None, "Saving tokens")]


def test_a_sentence_that_leads_in_a_command_names_its_server() -> None:
    parsed = read("`claude mcp get kiln` shows:\n\n    Scope: User config\n    Status: ✘ failed\n")

    assert told(parsed) == [("kiln", "Status: ✘ failed")]


@pytest.mark.parametrize("words", ['MCP server "kiln" connection', 'Connection to MCP server "kiln"'])
def test_a_timeout_that_names_its_server_is_an_error_of_it(words: str) -> None:
    assert told(read(f"It says\n\n{words} timed out after 30000ms\n")) == [("kiln", f"{words} timed out after 30000ms")]


def test_a_row_of_the_list_that_was_broken_before_its_state_is_put_together() -> None:
    parsed = read("```\nkiln: npx kiln --root …\n  - ✗ Failed to connect — -32000: it broke\n```\n")

    assert told(parsed) == [("kiln", "kiln: npx kiln --root … - ✗ Failed to connect — -32000: it broke")]


def test_a_state_below_prose_is_no_row() -> None:
    assert told(read("This is it\n  - ✗ Failed to connect\n"), "server") in ([], [(None,)])


def test_a_state_behind_a_sign_is_no_row_of_the_list() -> None:
    assert told(read("The screen says `✘ failed`.\n"), "server") in ([], [(None,)])


@pytest.mark.parametrize("sample", [one for one in quoted_samples() if one.meaning == "failed"], ids=str)
def test_a_text_that_failed_is_found_from_end_to_end(sample: Sample) -> None:
    lead = "It says "

    assert errors_in(f"{lead}{sample.text}") == [(len(lead), len(lead) + len(sample.text))]
    assert begins_error(sample.text)


@pytest.mark.parametrize("sample", [one for one in quoted_samples() if one.meaning == "said"], ids=str)
def test_what_the_client_said_begins_a_sentence(sample: Sample) -> None:
    assert begins_sentence(sample.text)


def test_a_program_that_is_no_server_is_no_error_of_one() -> None:
    assert not errors_in("A hook fails with spawn git ENOENT")


@pytest.mark.parametrize("sample", quoted_samples(), ids=str)
def test_what_a_sentence_quotes_is_a_message(sample: Sample) -> None:
    assert recognises(sample.text)


def test_a_message_that_begins_like_a_quoted_error_is_read_to_its_end() -> None:
    closed = "Server transport closed unexpectedly, this is likely due to the process exiting early."

    assert messages(f"```\nServer started and connected successfully\n{closed}\n```\n")[-1] == closed.rstrip(".")


NO_SESSION_ID = "Error POSTing to endpoint (HTTP 400): Bad Request: No valid session ID provided"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"```\n{NO_SESSION_ID}\n```\n", [NO_SESSION_ID]),
        (f"```\nFailed to connect: initialize failed: {NO_SESSION_ID}\n```\n", []),
        (f"The first `initialize` gets `{NO_SESSION_ID}` at once.\n", []),
        (f"The second call gets `{NO_SESSION_ID}` at once.\n", [NO_SESSION_ID]),
    ],
)
def test_the_request_that_begins_a_session_loses_none(text: str, found: list[str]) -> None:
    assert messages(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```\nSession not found\n```\n", ["Session not found"]),
        ("```\nError: Session not found\n```\n", ["Error: Session not found"]),
        ("The answer `Session not found` is what the specification names.\n", []),
        ("It says session expired or does not exist all day.\n", ["session expired or does not exist"]),
        ("The server must answer with `session expired or does not exist` then.\n", []),
    ],
)
def test_words_of_a_lost_session_count_where_they_are_shown(text: str, found: list[str]) -> None:
    assert messages(text) == found
