"""What people report, as events: its place, its server, and no secret in it."""

import polars as pl
import pytest

from mcplog.model.document import Document, Memory
from mcplog.model.frames import EVENTS
from mcplog.parse import read_entries, read_events, recognises
from mcplog.parse.reported import Reported, read_reported

SCREEN = "Authentication successful, but server reconnection failed."
LINE = '[DEBUG] MCP server "notes": Returning tokens'
CURL = (
    '```sh\ncurl -X POST https://mcp.example/mcp -H "Authorization: Bearer at-secret-0123456789abcdef" '
    '-d \'{"jsonrpc":"2.0","method":"initialize","params":{"protocolVersion":"x"}}\'\n```\n'
)
RESULT = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}'


def pasted(*texts: str | bytes, cases: tuple[int, ...] = ()) -> list[Document]:
    return [
        Document(
            document_id=number,
            origin=f"comment {number}",
            content=Memory(text if isinstance(text, bytes) else text.encode()),
            case_id=cases[number] if cases else 0,
            is_pasted=True,
        )
        for number, text in enumerate(texts)
    ]


def reported(documents: list[Document]) -> Reported:
    parsed = read_entries(documents, looks_like_message=recognises)
    return read_reported(documents, parsed, read_events(parsed.entries, key=b"k" * 32))


def facts(*texts: str | bytes, cases: tuple[int, ...] = ()) -> list[tuple[object, ...]]:
    return reported(pasted(*texts, cases=cases)).facts.select("kind", "server", "line_from", "line_to").rows()


def test_a_fact_has_its_place_its_words_and_the_lowest_confidence() -> None:
    text = f"Hällo.\n\nRestarting\nhelps.\n\n{LINE}\n"

    found = reported(pasted(text)).facts

    assert found.schema == EVENTS
    assert found.select("kind", "server", "confidence", "time_basis", "line_from", "line_to", "excerpt").rows() == [
        ("restart_cures_reported", "notes", "prose", "order", 3, 4, "told: Restarting helps.")
    ]
    start, stop = found.select("byte_from", "byte_to").row(0)
    assert text.encode()[start:stop] == b"Restarting\nhelps."


def test_a_heading_is_shown_without_its_marks() -> None:
    text = "# **MCP:** the endpoint returns 405, as it was configured as SSE\n"

    assert reported(pasted(text)).facts["excerpt"].to_list() == [
        "told: MCP: the endpoint returns 405, as it was configured as SSE"
    ]


def test_places_in_utf16_are_those_of_the_original() -> None:
    text = f"Hällo 😀.\n\nRestarting helps.\n\n{LINE}\n"
    data = text.encode("utf-16")

    found = reported(pasted(data)).facts

    start, stop = found.select("byte_from", "byte_to").row(0)
    assert data[start:stop].decode("utf-16-le") == "Restarting helps."


# --- requests by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (f"```json\n{RESULT}\n```", "request_by_hand_worked_reported"),
        ("< HTTP/2 200\n< content-type: application/json", "request_by_hand_worked_reported"),
        ("200", "request_by_hand_worked_reported"),
        ("HTTP/1.1 401 Unauthorized", "request_by_hand_refused_reported"),
        ('{"error":"invalid_token"}', "request_by_hand_refused_reported"),
        ("HTTP/2 403", "request_by_hand_refused_reported"),
        (f"HTTP/2 401\n{RESULT}", "request_by_hand_refused_reported"),
        ("and nothing came back", None),
        (f"{LINE}\n{RESULT}", None),
        (f"# And then\n{RESULT}", None),
    ],
)
def test_the_answer_says_how_a_request_by_hand_went(answer: str, kind: str | None) -> None:
    found = [row[0] for row in facts(f"{LINE}\n\n{CURL}\n{answer}\n")]

    assert [one for one in found if str(one).startswith("request_by_hand")] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "command",
    [
        CURL.replace("Authorization: Bearer", "X-Key:"),
        CURL.replace("https://mcp.example/mcp", "https://mcp.example/token").replace("jsonrpc", "x"),
        CURL.replace("-d", "-d grant_type=refresh_token -d"),
    ],
)
def test_a_request_without_a_token_or_to_another_endpoint_says_nothing(command: str) -> None:
    assert facts(f"{LINE}\n\n{command}\n{RESULT}\n") == []


def test_a_request_keeps_no_token_and_is_no_unknown_message_any_more() -> None:
    read = reported(pasted(f"{LINE}\n\n{CURL.strip('`sh')}\n{RESULT}\n"))

    assert "at-secret" not in str(read.facts.to_dicts())
    assert read.facts["url"].to_list() == ["https://mcp.example/mcp"]
    assert read.rows.select("kind", "server", "line_from").rows() == [("token_returned", "notes", 1)]


# --- whose server -----------------------------------------------------------------------------------------------------


def servers(read: Reported) -> list[tuple[object, ...]]:
    return read.rows.select("kind", "server").rows()


def test_what_is_pasted_without_a_name_is_about_the_one_server_that_the_case_names() -> None:
    assert servers(reported(pasted(SCREEN, LINE))) == [
        ("reconnection_after_sign_in_failed", "notes"),
        ("token_returned", "notes"),
    ]


def test_a_case_does_not_lend_its_server_to_another() -> None:
    assert servers(reported(pasted(SCREEN, LINE, cases=(0, 1)))) == [
        ("reconnection_after_sign_in_failed", ""),
        ("token_returned", "notes"),
    ]


def test_of_several_servers_nothing_without_a_name_is_about_any() -> None:
    other = LINE.replace("notes", "other")

    read = reported(pasted(SCREEN, f"{LINE}\n{other}\n\nRestarting helps. For other a restart fixes it."))

    assert servers(read)[0] == ("reconnection_after_sign_in_failed", None)
    assert read.facts["server"].to_list() == [None, "other"]


RECORD = '{"debug":"Connection failed after 14ms: spawn npx ENOENT","timestamp":"2026-05-12T16:20:33.032Z"}'
TWO = f'{LINE}\n[DEBUG] MCP server "plugin:kit:maps": Returning tokens\n\n'


def beside_two(text: str) -> list[str | None]:
    """Return the server of each event but for the two lines of TWO."""
    return reported(pasted(f"{TWO}{text}")).rows["server"].to_list()[2:]


def test_a_block_below_the_folder_of_a_servers_logs_is_about_that_server() -> None:
    named = f"In `~/.cache/claude-cli-nodejs/-home-a/mcp-logs-plugin-kit-maps/`:\n\n```\n{RECORD}\n```\n"

    assert beside_two(named) == ["plugin:kit:maps"]
    assert beside_two(f"{named}\nAnd\n\n```\n{RECORD}\n```\n") == ["plugin:kit:maps", ""]


@pytest.mark.parametrize(
    "text",
    [
        f"In mcp-logs-others:\n\n```\n{RECORD}\n```\n",
        f"In mcp-logs-notes it is empty.\nAnd\nthen\nthere is this:\n\n```\n{RECORD}\n```\n",
        f"```\n{RECORD}\n```\n\nThat is from mcp-logs-notes\n",
    ],
    ids=["of no server here", "far above", "below"],
)
def test_another_folder_says_nothing_of_a_block(text: str) -> None:
    assert beside_two(text) == [""]


def test_where_no_text_names_a_server_the_only_one_of_the_store_is_meant() -> None:
    documents = pasted(SCREEN)
    parsed = read_entries(documents, looks_like_message=recognises)
    table = read_events(parsed.entries, key=b"k" * 32)
    one, two = ({0: frozenset(names)} for names in (["vault"], ["vault", "notes"]))

    assert read_reported(documents, parsed, table, one).rows["server"].to_list() == ["vault"]
    assert read_reported(documents, parsed, table, two).rows["server"].to_list() == [""]


def test_a_nameless_failure_is_about_the_server_that_alone_is_not_connected() -> None:
    ailing, well = (f"{name}: https://{name}.example/mcp (HTTP) - " for name in ("vault", "notes"))
    screen = f"```\n{ailing}✗ Failed to connect\n{well}✓ Connected\n```\n"

    assert reported(pasted(f"{screen}\n{SCREEN}\n")).rows["server"].to_list() == ["vault", "notes", "vault"]


def test_where_several_may_be_meant_a_nameless_failure_is_about_the_server_without_a_name() -> None:
    failure = "SDK auth failed: self signed certificate in certificate chain"

    assert beside_two(failure) == [""]
    assert beside_two("Auth: not authenticated") == [None]


def test_the_heading_of_a_screen_is_the_server_that_other_lines_name_without_its_capital() -> None:
    screen = "```\nNotes MCP Server\n\nStatus: ✘ failed\n```\n"

    assert beside_two(screen) == ["notes", "notes"]
    assert reported(pasted(screen)).rows["server"].to_list() == ["Notes", "Notes"]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        (f"Our server `vault` fails:\n\n{SCREEN}", "vault"),
        (f"The `vault` MCP server fails:\n\n{SCREEN}", "vault"),
        (
            f"```\nclaude mcp add \\\n  --callback-port 80 \\\n  vault https://v.example/mcp\n```\n{SCREEN}",
            "vault",
        ),
        (f"`claude mcp add-json vault '{{}}'`\n\n{SCREEN}", "vault"),
        (f"`claude mcp add --transport http -H 'X: y' vault https://v.example/mcp`\n\n{SCREEN}", "vault"),
        (f"Our `a b` server and the flag `--debug` of the server:\n\n{SCREEN}", ""),
        (f"Our server `vault` and the server `safe`:\n\n{SCREEN}", ""),
        (f"I ran `npm install`.\n\n{SCREEN}", ""),
        (f'Our server `safe` says that MCP server "vault" is gone.\n\n{SCREEN}', "vault"),
        (f'A call to MCP server "<name>" fails.\n\n{SCREEN}', ""),
        (f"Add it by `claude mcp add --transport http vault https://v.example/mcp`.\n\n{SCREEN}", "vault"),
        (f"`claude mcp add` fails here.\n\n{SCREEN}", ""),
        (f"I ran `claude mcp add --transport http <server> <url>`.\n\n{SCREEN}", ""),
        (f"The MCP server `v.example` is at https://v.example/mcp.\n\n{SCREEN}", ""),
        (f"Our plugin:tools:vault fails, and `safe` is another server.\n\n{SCREEN}", "plugin:tools:vault"),
        (f"Our plugin:<name>:<server> fails.\n\n{SCREEN}", ""),
        (f"I ran `claude mcp login vault` for the server `safe`.\n\n{SCREEN}", "vault"),
        (f"I know that claude mcp login is of no use.\n\n{SCREEN}", ""),
        (f'```json\n"vault": {{\n  "type": "http",\n  "headers": {{\n```\n{SCREEN}', "vault"),
        (f'```json\n"vault": {{\n  "size": 1,\n```\n{SCREEN}', ""),
        (f"I called mcp__vault__search, mcp__claude_ai_Mail__send and mcp__plugin_a_b__find.\n\n{SCREEN}", "vault"),
        (SCREEN, ""),
    ],
)
def test_a_case_that_names_no_server_in_a_log_is_about_the_one_that_is_told(text: str, server: str) -> None:
    assert servers(reported(pasted(text))) == [("reconnection_after_sign_in_failed", server)]


def test_words_alone_are_about_no_server() -> None:
    assert facts("Same here, Claude Code 2.0.75, restarting fixes it.") == [
        ("version_reported", None, 1, 1),
        ("restart_cures_reported", None, 1, 1),
    ]


def test_a_fault_is_about_a_server_even_when_nobody_names_it() -> None:
    text = "The sign-in at our MCP server answers invalid_scope."

    assert facts(text) == [("scope_rejected_reported", "", 1, 1)]
    assert facts(f"{text}\n\n{LINE}\n{LINE.replace('notes', 'other')}") == [("scope_rejected_reported", "", 1, 1)]
    assert facts(f"{text}\n\n{LINE}") == [("scope_rejected_reported", "notes", 1, 1)]


def test_lines_about_the_client_are_about_no_server() -> None:
    text = f"{SCREEN}\n\n[DEBUG] attribution header x-anthropic-billing-header: cc_version=2.0.75.abc; x\n"

    assert ("client_version_told", None) in servers(reported(pasted(text)))


def test_a_comment_is_never_a_file_of_the_client_whatever_it_looks_like() -> None:
    log = "".join(f'2026-11-25T00:36:{n:02}.000Z [DEBUG] MCP server "notes": Returning tokens\n' for n in range(50))
    record = '{"debug":"Returning tokens","timestamp":"2026-11-25T00:36:05.608Z","sessionId":"s","cwd":"/"}\n'

    parsed = read_entries(pasted(log, record * 5), looks_like_message=recognises)

    assert set(parsed.entries["confidence"]) == {"pasted"}
    assert parsed.documents["format"].to_list() == ["paste", "paste"]


# --- answers alone ----------------------------------------------------------------------------------------------------

ANSWER = '```json\n{"error":"invalid_scope","error_description":"The scope notes is unknown"}\n```'


def test_an_answer_that_is_shown_alone_is_a_quote() -> None:
    assert facts(f"The page of our MCP server says:\n\n{ANSWER}\n") == [("scope_rejected_reported", "", 4, 4)]


def test_an_answer_beside_a_log_is_left_to_the_rules() -> None:
    assert facts(f"The page of our MCP server says:\n\n{ANSWER}\n\n{LINE}\n") == []


CHANGE = "# fix(auth): say what to do\n\n## Changes\n\n"
ERROR = "Incompatible auth server: does not support dynamic client registration"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"It fails:\n\n- `{ERROR}`\n", 1),
        (f"{CHANGE}- `{ERROR}` has a hint now\n", 0),
        (f"{CHANGE}- `{ERROR}`\n", 0),
        (f"{CHANGE}```\n{ERROR}\n```\n", 0),
        (f"{CHANGE}{LINE}\n", 1),
        (f"{CHANGE}```\n{LINE}\n```\n", 1),
    ],
)
def test_what_a_text_about_a_change_names_is_no_message_but_lines_of_a_log_are(text: str, count: int) -> None:
    assert reported(pasted(text)).rows.filter(pl.col("kind") != "unrecognised").height == count


@pytest.mark.parametrize(
    ("texts", "cases", "found"),
    [
        (("I want to know more about MCP.",), (0,), [("mcp_reported", "", 1, 1)]),
        (("So do I.\n\nWhat does `vault`, an MCP server, do?",), (0,), [("mcp_reported", "", 3, 3)]),
        (("All about MCP", "MCP again"), (0, 0), [("mcp_reported", "", 1, 1)]),
        (("All about MCP", "MCP again"), (0, 1), [("mcp_reported", "", 1, 1), ("mcp_reported", "", 1, 1)]),
        (("All about MCP", LINE), (0, 0), []),
        (("All about something else.",), (0,), []),
    ],
)
def test_a_text_that_only_speaks_of_servers_is_about_one(
    texts: tuple[str, ...], cases: tuple[int, ...], found: list[tuple[object, ...]]
) -> None:
    assert facts(*texts, cases=cases) == found
