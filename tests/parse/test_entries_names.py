"""Server names, which are written raw: what a line alone tells, and what other lines, folders and the store add."""

import pytest

from mcplog.parse.server_names import Names, mangle, split_server
from tests.parse.documents_of import UTC, debug_file, read, server_log, told

RECORD = '{"debug":"Returning tokens"}\n'


@pytest.mark.parametrize(
    "name",
    [
        'q"uote',
        "a: b",
        "back\\slash",
        "br[ack]et",
        "plugin:my-plugin:x",
        "claude.ai Drive",
        "11",
        "сервер-日本",
        'x" y',
    ],
)
def test_every_name_is_read_from_the_colon_form(name: str) -> None:
    assert told(read(debug_file(f'{UTC} [DEBUG] MCP server "{name}": Returning tokens\n'))) == [
        (name, "Returning tokens")
    ]


@pytest.mark.parametrize("name", ['q"uote', 'x" y', "a: b"])
def test_the_error_form_takes_the_name_that_another_line_has_shown(name: str) -> None:
    text = f'{UTC} [DEBUG] MCP server "{name}": Saving tokens\n{UTC} [ERROR] MCP server "{name}" lower case "x" y\n'

    assert told(read(debug_file(text))) == [(name, "Saving tokens"), (name, 'lower case "x" y')]


def test_a_name_with_a_line_end_is_put_together() -> None:
    text = (
        f'{UTC} [DEBUG] MCP server "new\nline": Token expired without refresh token\n'
        f'{UTC} [ERROR] MCP server "new\nline" Error: Unauthorized\n'
    )

    assert told(read(debug_file(text)), "server", "message", "line_from", "line_to") == [
        ("new\nline", "Token expired without refresh token", 1, 2),
        ("new\nline", "Error: Unauthorized", 3, 4),
    ]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ('MCP server "x" Connection failed: Connection to MCP server "x" timed out', "x"),
        ('MCP server "x" i1A: the description', "x"),
        ('MCP server "x" GWA', "x"),
        ('MCP server "q" uote" Error: no', 'q" uote'),
        ('MCP server "x" [ {"code": 1} ]', "x"),
    ],
)
def test_without_knowledge_the_error_form_ends_where_a_message_can_begin(text: str, split: str) -> None:
    found = split_server(text, Names(), is_error=True)

    assert found is not None
    assert found[0] == split


def test_an_empty_text_behind_the_name_is_an_empty_message() -> None:
    assert split_server('MCP server "x": ', Names(), is_error=False) == ("x", "")
    assert split_server('MCP server "x":', Names(), is_error=False) == ("x", "")


@pytest.mark.parametrize(
    ("name", "folder"),
    [("a: b", "a--b"), ("my_server", "my-server"), ("plugin:a:b", "plugin-a-b"), ("сервер-日本", "---------")],
)
def test_a_folder_writes_a_hyphen_for_everything_but_letters_and_digits(name: str, folder: str) -> None:
    assert mangle(name) == folder


def test_a_folder_is_led_back_to_the_one_known_name() -> None:
    seen = debug_file(f'{UTC} [DEBUG] MCP server "a: b": Returning tokens\n', id_=0)

    parsed = read(seen, server_log(RECORD, "a--b", id_=1), server_log(RECORD, "my-own", id_=2), known=["my own"])

    assert told(parsed, "document_id", "server") == [(0, "a: b"), (1, "a: b"), (2, "my own")]


def test_a_folder_that_two_names_share_keeps_its_own_name() -> None:
    parsed = read(server_log(RECORD, "x-2"), known=["x_2", "x 2"])

    assert told(parsed, "server") == [("x-2",)]


def test_names_of_one_case_are_not_known_in_another() -> None:
    seen = debug_file(f'{UTC} [DEBUG] MCP server "x_2": Returning tokens\n', id_=0, case_id=0)

    parsed = read(seen, server_log(RECORD, "x-2", id_=1, case_id=1))

    assert told(parsed, "server") == [("x_2",), ("x-2",)]
