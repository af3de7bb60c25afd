"""A debug file of which somebody kept some lines is a copy: nothing in it proves that something is missing."""

import pytest

from tests.parse.documents_of import debug_file, read, told

STAMP = "2026-03-01T08:00:00.338Z"


def log(*lines: str) -> str:
    return "".join(f"{STAMP} [DEBUG] {line}\n" for line in lines)


BEGINS, OTHER = "MDM settings load completed in 1ms", "Stream started - received first chunk"
CONNECTS = 'MCP server "s": Initializing HTTP transport to https://s.example/mcp'
SAVES = 'MCP server "s": Saving tokens'


@pytest.mark.parametrize(
    ("lines", "confidence"),
    [
        pytest.param((SAVES, SAVES), "pasted", id="lines with a word"),
        pytest.param((OTHER, SAVES, SAVES), "pasted", id="and a few others"),
        pytest.param((BEGINS, SAVES, SAVES), "recorded", id="its start is there"),
        pytest.param((CONNECTS, SAVES), "recorded", id="written without --debug: all about the server"),
        pytest.param((OTHER, OTHER, OTHER, SAVES), "recorded", id="cut off in front"),
    ],
)
def test_what_holds_little_but_mcp_and_no_connection_is_a_copy(lines: tuple[str, ...], confidence: str) -> None:
    assert set(told(read(debug_file(log(*lines))), "confidence")) == {(confidence,)}


def test_one_server_without_its_connection_makes_it_a_copy() -> None:
    parsed = read(debug_file(log(CONNECTS, SAVES, SAVES.replace('"s"', '"t"'))))

    assert set(told(parsed, "confidence")) == {("pasted",)}
