"""Lines of Claude Desktop, which people paste where they report servers: two orders of name and level, words behind."""

import pytest

from mcplog.parse.entries import read_entries
from mcplog.parse.messages import recognises
from mcplog.parse.paste_starts import hosted_at, without_metadata
from tests.parse.documents_of import document, told

STAMP = "2026-03-01T08:00:00.338Z"
ENDED = (
    "Server transport closed unexpectedly, this is likely due to the process exiting early. If you are developing this "
    "MCP server you can add output to stderr and it will appear in this log."
)
GUIDANCE = (
    "Server disconnected. For troubleshooting guidance, please visit our [debugging documentation](https://a.example)"
)


def read(text: str, name: str = "issue.md") -> list[tuple[object, ...]]:
    parsed = read_entries([document(text, name=name)], known_servers={0: frozenset()}, looks_like_message=recognises)
    return told(parsed, "server", "level", "message")


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (f"{STAMP} [notes] [info] {ENDED}", ("notes", "info", ENDED)),
        (f"{STAMP} [info] [notes] {ENDED}", ("notes", "info", ENDED)),
        (f"{STAMP} [notes] [info] {ENDED} {{ metadata: undefined }}", ("notes", "info", ENDED)),
        (
            f"{STAMP} [Notes (Local)] [error] {GUIDANCE} {{ metadata: {{ context: 'connection', stack: undefined }} }}",
            ("Notes (Local)", "error", GUIDANCE),
        ),
        (
            f'{STAMP} [error] [notes] spawn uvx ENOENT {{"context":"connection","stack":"Error: spawn uvx ENOENT"}}',
            ("notes", "error", "spawn uvx ENOENT"),
        ),
        (f"{STAMP} [info] Attempting to connect to MCP server notes...", (None, "info", None)),
    ],
)
@pytest.mark.parametrize("name", ["issue.md", "mcp-server-notes.log"])
def test_a_line_names_its_server_and_what_is_behind_its_text_is_no_part_of_it(
    line: str, row: tuple[object, ...], name: str
) -> None:
    server, level, message = row

    assert read(f"{line}\n", name) == [(server, level, message or line.partition("] ")[2])]


def test_an_object_over_many_lines_behind_a_text_hides_no_later_line() -> None:
    text = (
        f"{STAMP} [notes] [info] Using MCP server command: notes-mcp with args and path: {{\n"
        "  metadata: {\n    args: [ [length]: 0 ],\n  }\n} %o\n"
        f"{STAMP} [notes] [info] {ENDED}\n"
    )

    assert [message for _, _, message in read(text)][-1] == ENDED


@pytest.mark.parametrize(
    "text",
    [
        "[notes] [verbose] Started",
        "[notes] Started",
        "[] [info] Started",
        f"[{'n' * 300}] [info] Started",
        "[info] Started",
    ],
)
def test_what_is_no_line_of_another_host_is_left_whole(text: str) -> None:
    assert hosted_at(text, 0)[:2] == (0, None)


def test_only_what_a_host_appends_is_taken_off() -> None:
    assert (
        without_metadata('Message from client: {"method":"initialize"}')
        == 'Message from client: {"method":"initialize"}'
    )
    assert without_metadata("{ metadata: undefined }") == "{ metadata: undefined }"


EDITOR = "2026-03-02 10:11:02.101"


def test_vs_code_names_a_server_where_it_starts_it_and_means_it_until_it_starts_another() -> None:
    text = "".join(
        f"{EDITOR} [info] {said}\n"
        for said in (
            "Starting server quill pad",
            "Connection state: Starting",
            "Starting server from LocalProcess extension host",
            "Connection state: Running",
            "Discovered 3 tools",
            "Starting server inkwell",
            "Connection state: Starting",
            "Connection state: Error spawn uv ENOENT",
        )
    )

    assert [(server, message) for server, _, message in read(text)] == [
        ("quill pad", "Connection state: Starting"),
        ("quill pad", "Connection state: Running"),
        ("quill pad", "Discovered 3 tools"),
        ("inkwell", "Connection state: Starting"),
        ("inkwell", "Connection state: Error spawn uv ENOENT"),
    ]


def test_a_program_that_says_that_it_starts_a_server_names_none() -> None:
    text = f"{EDITOR} [info] Starting server on port 8123\n{EDITOR} [info] Discovered 3 tools\n"

    assert read(text) == [(None, "info", "Discovered 3 tools")]


@pytest.mark.parametrize(
    "line",
    [
        f"{EDITOR} [warning] [server stderr] docker: command not found",
        f'{EDITOR} [debug] [editor -> server] {{"jsonrpc":"2.0","id":1,"method":"initialize"}}',
    ],
)
def test_whose_words_vs_code_shows_is_no_server(line: str) -> None:
    assert {server for server, _, _ in read(f"{line}\n")} <= {None}


CANCELLED = '{"requestId":0,"reason":"Error: MCP error -32001: Request timed out"}'


@pytest.mark.parametrize(
    "text",
    [CANCELLED, f"{CANCELLED}}}", f"`{CANCELLED}}}\n`", f"`{CANCELLED}`"],
    ids=["whole", "cut", "marked", "code"],
)
def test_what_claude_desktop_cancelled_is_read_without_the_line_around_it(text: str) -> None:
    assert [message for _, _, message in read(f"It ends with\n\n{text}\n")] == [CANCELLED]
