"""What JSON objects show of calls of tools, alone and in a paste."""

import pytest

from mcplog.parse.entries import read_entries
from mcplog.parse.messages import recognises
from mcplog.parse.shown_objects import called_server, tool_result
from tests.parse.documents_of import document, told


def read(text: str) -> list[tuple[object, ...]]:
    one = document(text, name="issue.md")
    return told(read_entries([one], known_servers={0: frozenset()}, looks_like_message=recognises))


@pytest.mark.parametrize(
    ("value", "server"),
    [
        ({"type": "agent.mcp_tool_use", "mcp_server_name": "notes"}, "notes"),
        ({"type": "mcp_tool_use", "server_name": "notes"}, "notes"),
        ({"type": "mcp_tool_use", "server_name": 7}, None),
        ({"type": "tool_use", "server_name": "notes"}, None),
    ],
)
def test_a_call_names_its_server(value: dict[str, object], server: str | None) -> None:
    assert called_server(value) == server


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"type": "agent.mcp_tool_result", "is_error": True, "content": "no"},
            'tool result: {"isError": true, "content": "no"}',
        ),
        ({"type": "mcp_tool_result", "is_error": "yes"}, 'tool result: {"isError": false, "content": null}'),
        ({"type": "tool_result", "is_error": True}, None),
    ],
)
def test_a_result_is_an_entry(value: dict[str, object], message: str | None) -> None:
    assert tool_result(value) == message


def test_a_result_belongs_to_the_server_of_the_call_before_it() -> None:
    text = (
        '{\n  "type": "agent.mcp_tool_use",\n  "mcp_server_name": "notes"\n}\n\n'
        '{\n  "type": "agent.mcp_tool_result",\n  "is_error": true,\n  "content": []\n}\n'
    )

    assert read(text) == [("notes", 'tool result: {"isError": true, "content": []}')]
