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


WHOLE = (
    CONNECTS,
    'MCP server "s": No token data found',
    'MCP server "s": Starting connection with timeout of 30000ms',
    OTHER,
    'MCP server "s": Testing basic HTTP connectivity to https://s.example/mcp',
    "Writing to temp file: /home/user/.claude.json.tmp",
    'MCP server "s": Successfully connected (transport: http) in 100ms',
    "Hooks: Found 0 total hooks in registry",
    'MCP server "s": Calling MCP tool: search',
    "High write ratio: blit: full 12.3 ms",
    'MCP server "s": Connection failed after 20ms: fetch failed',
    OTHER,
    'MCP server "s": HTTP connection dropped after 3s uptime',
)


def looked_for(*words: str) -> tuple[str, ...]:
    """What is left of the lines when they are looked through for `words`."""
    return tuple(line for line in WHOLE if any(word in line.lower() for word in words))


@pytest.mark.parametrize(
    ("lines", "confidence"),
    [
        pytest.param(looked_for("connect", "fail"), "pasted", id="two words, one of them in every connection"),
        pytest.param((BEGINS, *looked_for("connect", "fail")), "recorded", id="behind the start of a process"),
        pytest.param(WHOLE, "recorded", id="all lines"),
        pytest.param(looked_for("mcp server"), "recorded", id="all lines about servers"),
        pytest.param(WHOLE[2:5], "recorded", id="few lines have few words"),
    ],
)
def test_lines_that_share_few_words_were_looked_for_by_them(lines: tuple[str, ...], confidence: str) -> None:
    assert set(told(read(debug_file(log(*lines))), "confidence")) == {(confidence,)}
