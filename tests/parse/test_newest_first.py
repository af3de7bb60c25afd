"""A log whose newest line comes first is read from its oldest one on."""

import pytest

from mcplog.parse.first_looks import goes_back, may_be_newest_first
from tests.parse.documents_of import SESSION, cited, document, read, told

COLUMNS = ("event_at", "level", "server", "message")
LINES = (
    "2026-11-25T00:36:43.100Z [DEBUG] MDM settings load completed in 1ms",
    '2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": Initializing HTTP transport to https://mcp.example/mcp',
    '2026-11-25T00:36:43.902Z [ERROR] MCP server "s" Server stderr: Traceback',
    '  File "x.py", line 1',
    "  end",
    '2026-11-25T00:36:44.100Z [DEBUG] MCP server "s": Saving tokens',
    '2026-11-25T00:36:44.901Z [DEBUG] MCP server "s": HTTP Connection failed after 4ms: Unauthorized',
)
BARE = ("[DEBUG] Watching for changes in setting files /home/u/.claude/settings.json...", *(x[25:] for x in LINES[1:3]))


def turned(lines: tuple[str, ...], *, end: str = "\n") -> str:
    return "".join(f"{line}{end}" for line in reversed(lines))


@pytest.mark.parametrize("lines", [LINES, (*LINES, "  the message goes on"), BARE])
@pytest.mark.parametrize("name", ["log.txt", f"{SESSION}.txt"])
def test_it_tells_the_same_but_as_a_paste(lines: tuple[str, ...], name: str) -> None:
    source = document(turned(lines), name=name)
    parsed = read(source)

    assert told(parsed, *COLUMNS) == told(read(document("\n".join(lines) + "\n", name=name)), *COLUMNS)
    assert {told_by for (told_by,) in told(parsed, "confidence")} == {"pasted"}


def test_each_entry_is_cited_where_it_stands() -> None:
    source = document(turned(LINES))
    parsed = read(source)

    assert told(parsed, "line_from", "line_to") == [(6, 6), (3, 5), (2, 2), (1, 1)]
    assert cited(parsed, source)[1] == turned(LINES[2:5]).rstrip("\n").encode()
    assert cited(parsed, source)[3] == LINES[-1].encode()


def test_runs_that_follow_one_another_stay_apart() -> None:
    first, second = (f"debug/{name}.txt" for name in (SESSION, "99999999-2222-4333-8444-555555555555"))
    later = tuple(line.replace("T00:", "T01:") for line in LINES)
    text = turned((*(f"{first}:{line}" for line in LINES), *(f"{second}:{line}" for line in later)))
    parsed = read(document(text))

    assert [len(set(row)) for row in (told(parsed, "session_id")[:4], told(parsed, "session_id")[4:])] == [1, 1]
    assert parsed.gaps.select("line_from", "reason").rows() == [(len(LINES), "another-run")]


@pytest.mark.parametrize(
    "lines",
    [
        LINES,
        LINES[:2],
        (LINES[6], LINES[5]),  # two steps may be chance
        (*LINES[5:], *LINES[:5]),  # two parts, the later one first
        BARE,
        (*BARE, *BARE),
    ],
)
def test_what_stands_in_its_order_is_left_so(lines: tuple[str, ...]) -> None:
    parsed = read(document("\n".join(lines) + "\n", name=f"{SESSION}.txt"))

    assert parsed.entries["line_from"].is_sorted()


def test_two_lines_are_enough_to_look_closer() -> None:
    text = turned(LINES).encode()

    assert may_be_newest_first(text[:200], text[-200:])
    assert not may_be_newest_first("\n".join(LINES).encode(), LINES[-1].encode())
    assert not may_be_newest_first(b"", b"")
    assert goes_back(list(reversed(LINES)))
    assert not goes_back(LINES)
