"""entry.lark is the definition: the quick reader and lark agree on real lines and on what is made of them."""

import random

import polars as pl
import pytest
from lark import Lark, Token, UnexpectedInput

from mcplog.knowledge.resources import grammar
from mcplog.parse.paste_starts import starts_in
from mcplog.parse.strict_entries import STARTS, read_entries_strictly
from tests.parse.documents_of import UTC, debug_file, read

RECORDED = (
    "[DEBUG] MDM settings load completed in 1ms",
    '[DEBUG] MCP server "s": Initializing HTTP transport to https://mcp.example/mcp',
    '[DEBUG] MCP server "s": Environment: {"NODE_OPTIONS":"not set","HTTP_PROXY":"not set"}',
    '[DEBUG] MCP server "a: b": Has refresh token: [REDACTED]',
    '[DEBUG] MCP server "q"uote": Saving tokens',
    '[DEBUG] MCP server "back\\slash": No token data found',
    '[DEBUG] MCP server "сервер-日本": Returning tokens',
    '[DEBUG] MCP server "new\nline": Token expired without refresh token',
    '[DEBUG] MCP server "s": Token refresh failed: ',
    '[DEBUG] MCP server "s": ERROR: No scopes stored to add to token request!',
    '[DEBUG] MCP server "s": HTTP Connection failed after 4ms: Unauthorized (code: none, errno: none)',
    '[ERROR] MCP server "s" Connection failed: Connection to MCP server "s" timed out after 30000ms',
    '[ERROR] MCP server "q"uote" Error: Unauthorized',
    '[ERROR] MCP server "new\nline" GWA',
    '[ERROR] MCP server "s" i1A: the "quoted" description',
    '[ERROR] MCP server "s" Server stderr: Traceback\n  File "x.py", line 1\n\n[INFO] ready\nend',
    '[ERROR] "MCP server \\"s\\" Server stderr: a\\n  b \\"c\\" d"',
    '[DEBUG] "MCP server \\"new\\nline\\": Using loopback address: localhost"',
    '[DEBUG] "MCP server \\"broken',
    '[DEBUG] MCP server "cut',
    '[DEBUG] MCP server "": nobody',
    '[DEBUG] [MCP] Server "back\\slash" connected with subscribe=false',
    "[DEBUG] [MCP] --mcp-config servers running fully async (nonblocking)",
    "[DEBUG] [claudeai-mcp] Disabled: API-key auth precedence active",
    "[DEBUG] mcp__s__echo tool error (35ms): fetch failed",
    "[DEBUG] mcp_tool tool error (5ms): code=tool_mcp_auth_error type=McpAuthError errorChars=12",
    "[DEBUG] mcp runtime arm: v2 (source: default)",
    "[DEBUG] [STARTUP] MCP configs resolved in 4ms (awaited at +5ms)",
    "[INFO] 1 setup issue: MCP (run /mcp for details)",
    "[INFO] [Stall] tool_dispatch_end tool=mcp__s__echo toolUseId=toolu_1 outcome=ok durationMs=38",
    "[WARN] [NP telemetry] Event dropped (no event logger initialized): mcp_server_connection",
    '[DEBUG] Tool result: MCP server "s": Returning tokens',
)
PIECES = ('"', '": ', '" ', "\\", "\n", "\r\n", ": ", "MCP server ", "[DEBUG] ", "[ERROR] ", "x", "É", "\0", "\x1b[2m")


def difference(text: str) -> list[tuple[object, ...]]:
    source = debug_file(text)
    quick, strict = read(source).entries, read_entries_strictly([source]).entries
    return pl.concat([quick, strict]).unique(keep="none").rows()


@pytest.mark.parametrize("stamp", ["", f"{UTC} "])
def test_lark_reads_every_recorded_shape_as_the_quick_reader_does(stamp: str) -> None:
    text = "".join(f"{stamp}{line}\n" for line in RECORDED)

    assert difference(text) == []
    assert read(debug_file(text)).entries.height > 20


@pytest.mark.parametrize("stamp", ["", f"{UTC} "])
@pytest.mark.parametrize("seed", range(8))
def test_lark_and_the_quick_reader_agree_on_what_chance_makes_of_them(stamp: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    lines = [f"{stamp}{mutant(chance, chance.choice(RECORDED))}" for _ in range(150)]

    assert difference(f"{stamp}[DEBUG] first\n" + "\n".join(lines) + "\n") == []


def mutant(chance: random.Random, line: str) -> str:
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(line))
        match chance.randrange(4):
            case 0:
                line = line[:at] + chance.choice(PIECES) + line[at:]
            case 1:
                line = line[:at] + line[at + chance.randrange(1, 4) :] or "x"
            case 2:
                line = line[:at] + line[at // 2 :]
            case _:
                line = line[: max(at, 1)]
    return line


@pytest.fixture(scope="module")
def lark() -> Lark:
    return Lark(grammar("entry.lark"), parser="lalr", lexer="contextual", start=list(STARTS))


@pytest.mark.parametrize(
    ("line", "level", "stamp"),
    [
        ('[DEBUG] MCP server "s": x', "[DEBUG]", None),
        (f'{UTC} [DEBUG] MCP server "s": x', "[DEBUG]", UTC),
        ('12:01:37.827  [DEBUG] MCP server "s": x', "[DEBUG]", "12:01:37.827"),
        ('2025-06-XXTXX:XX:XX.XXXZ [ERROR] MCP server "s" x', "[ERROR]", "2025-06-XXTXX:XX:XX.XXXZ"),
        ('2025-12-17 09:42:05.118 [info] MCP server "s": x', "[info]", "2025-12-17 09:42:05.118"),
        ('2025-12-17 09:42:05,118 +01:00 [DEBUG] MCP server "s": x', "[DEBUG]", "2025-12-17 09:42:05,118 +01:00"),
        ('**[DEBUG] MCP server "s": x', "[DEBUG]", None),
        ('MCP server "s": x', None, None),
        ('(`MCP server "s": x', None, None),
    ],
)
def test_the_grammar_and_the_reader_of_pastes_find_the_same_start(
    lark: Lark, line: str, level: str | None, stamp: str | None
) -> None:
    children = lark.parse(line, start="pasted").children
    tokens = {token.type: str(token) for token in children if isinstance(token, Token)}
    start = starts_in(line)[0]

    assert (tokens.get("LEVEL_TOLD"), tokens.get("STAMP_TOLD")) == (level, stamp)
    assert line[start.text_at :] == tokens.get("SUBJECT", tokens.get("SUBJECT_ALONE"))
    assert line[start.at :].startswith(stamp or level or "MCP")


@pytest.mark.parametrize("line", ["It says nothing.", "[DEBUG] Writing to temp file", "[x] MCP server x"])
def test_the_grammar_of_pastes_takes_nothing_else(lark: Lark, line: str) -> None:
    with pytest.raises(UnexpectedInput):
        lark.parse(line, start="pasted")


@pytest.mark.parametrize("text", ['{"debug":"a\\nb","timestamp":"t","n":-1.5e3}', '{ "a" : [1, true, {"b": null}] }'])
def test_the_grammar_knows_the_objects_of_per_server_logs(lark: Lark, text: str) -> None:
    assert lark.parse(text, start="object").data == "object"
