"""What a tool put around the lines of a log is taken off; each entry is cited where it stands in what was handed in."""

import html
import json
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.entries import Parsed
from mcplog.parse.strict_entries import read_entries_strictly
from tests.parse.documents_of import SESSION, cited, document, read, told

OTHER = "99999999-2222-4333-8444-555555555555"
COLUMNS = ("event_at", "level", "server", "message")
LINES = (
    "2026-11-25T00:36:43.100Z [DEBUG] MDM settings load completed in 1ms",
    '2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": Initializing HTTP transport to https://mcp.example/mcp',
    '2026-11-25T00:36:43.902Z [ERROR] MCP server "s" Server stderr: Traceback',
    '  File "x.py", line 1',
    "",
    "  é end",
    '2026-11-25T00:36:44.100Z [DEBUG] MCP server "s": Saving tokens',
    "2026-11-25T00:36:44.200Z [DEBUG] Stream started - received first chunk",
    '2026-11-25T00:36:44.901Z [DEBUG] MCP server "s": HTTP Connection failed after 4ms: Unauthorized',
)
ENDS = [b"mcp", b"end", b"tokens", b"Unauthorized"]
PREFIXES = {
    "grep -n": "{n}:",
    "grep -n around": "{n}-",
    "grep -rn": f"/home/u/.claude/debug/{SESSION}.txt:{{n}}:",
    "findstr": "C:\\Users\\u\\debug\\a b.txt:{n}:",
    "cat -n": "{n:6d}\t",
    "an editor": "{n:4d} ",
    "bat": "{n:4d}   │ ",
    "compose": "svc-1  | ",
    "docker logs -t": "2026-11-25T00:37:00.{n:09d}Z ",
    "journalctl": "Nov 25 01:36:{n:02d} host claude[4711]: ",
    "syslog": "<14>1 2026-11-25T00:36:43.901000Z host claude 4711 - - ",
    "a tag": "[claude] ",
    "mcp in the name": "mcp-client-1 | ",
    "diff": "+",
    "a job": "test\tRun the client\t2026-11-25T00:36:43.9012345Z ",
}


def prefixed(prefix: str, lines: tuple[str, ...] = LINES) -> str:
    return "".join(f"{prefix.format(n=number)}{line}".rstrip(" ") + "\n" for number, line in enumerate(lines, 7))


def ends(texts: list[bytes]) -> list[bytes]:
    """Return the letters that each text ends with; what stands in a string of JSON may be cited with its line end."""
    words = (text.rstrip(b"\r").removesuffix(b"\\n").split(b" ")[-1] for text in texts)
    return [word.rpartition(b"/")[2] for word in words]


def plain(lines: tuple[str, ...] = LINES) -> Parsed:
    return read(document("\n".join(lines) + "\n"))


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_before_each_line_is_taken_off(prefix: str, end: str) -> None:
    source = document(prefixed(prefix).replace("\n", end))
    parsed = read(source)

    assert told(parsed, *COLUMNS, "line_from", "line_to") == told(plain(), *COLUMNS, "line_from", "line_to")
    assert parsed.documents["format"].to_list() == ["debug-file"]
    assert ends(cited(parsed, source)) == ENDS


def test_lark_reads_what_is_left_as_well() -> None:
    source = document(prefixed("{n}:"))

    assert read_entries_strictly([source]).entries.equals(read(source).entries)


@pytest.mark.parametrize("prefix", ["> ", "- ", "* ", "    ", "│ ", "| {n} | ", "**", "`"])
def test_what_markdown_and_people_put_there_is_left_to_the_reader_of_pastes(prefix: str) -> None:
    assert read(document(prefixed(prefix))).documents["format"].to_list() == ["paste"]


@pytest.mark.parametrize(
    "line",
    [
        "[{at}] [DEBUG] MCP server",
        "2026-11-25 01:36:43,901 +01:00 [DEBUG] MCP server",
        "00:36:43.901 [DEBUG] MCP server",
        "XXXX-XX-XXT00:36:43.901Z [DEBUG] MCP server",
    ],
)
def test_the_time_of_a_record_is_none_of_a_tool(line: str) -> None:
    text = "".join(f'{line.format(at=LINES[0][:24])} "s": Saving tokens\n' for _ in range(9))

    assert read(document(text)).documents["format"].to_list() == ["paste"]


def test_words_that_stand_once_before_a_record_are_nobodys_tool() -> None:
    text = f"I saw {LINES[1]}\nand then {LINES[6]}\nbut later {LINES[8]}\n"

    assert set(told(read(document(text)), "confidence")) == {("prose",)}


@pytest.mark.parametrize(("heading", "prefix"), [("", "debug/{name}.txt:"), ("debug/{name}.txt\n", "{n}:")])
def test_lines_of_several_files_are_of_several_runs_and_sessions(heading: str, prefix: str) -> None:
    shown = [(name, prefixed(prefix.replace("{name}", name))) for name in (SESSION, OTHER)]
    parsed = read(document("".join(heading.format(name=name) + text for name, text in shown)))

    first = len(LINES) + 1 + heading.count("\n")
    assert parsed.gaps.select("line_from", "reason").rows() == [(first, "another-run")]
    assert told(parsed, "session_id") == [(SESSION,)] * 4 + [(OTHER,)] * 4


def test_a_gap_is_told_at_the_line_of_what_was_handed_in() -> None:
    lines = [json.dumps({"message": line}) for line in (*LINES[:3], "[...]", *LINES[3:])]
    parsed = read(document("[\n" + ",\n".join(lines) + "\n]\n"))

    assert [problem.line for problem in parsed.problems] == [5]


EXPORTS: dict[str, Callable[[str], str]] = {
    "container": lambda line: json.dumps({"log": f"{line}\n", "stream": "stderr", "time": LINES[0][:24]}),
    "viewer": lambda line: json.dumps({"level": "info", "message": line, "labels": ["a", "b"]}),
    "not ASCII": lambda line: json.dumps({"host": "é", "message": line}, ensure_ascii=False),
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_strings_of_an_export_are_lines(export: Callable[[str], str]) -> None:
    source = document("".join(f"{export(line)}\n" for line in LINES))
    parsed = read(source)

    assert told(parsed, *COLUMNS, "line_from", "line_to") == told(plain(), *COLUMNS, "line_from", "line_to")
    assert ends(cited(parsed, source)) == ENDS


@pytest.mark.parametrize("value", [list(LINES), {"data": [["1795566961661000000", line] for line in LINES]}])
def test_an_array_of_lines_is_a_log(value: object) -> None:
    for indent in (None, 2):
        assert told(read(document(json.dumps(value, indent=indent))), *COLUMNS) == told(plain(), *COLUMNS)


@pytest.mark.parametrize("text", ["{text}", "```{text}```", "```\n{text}\n```"])
def test_a_log_that_is_one_string_keeps_a_place_for_each_line(text: str) -> None:
    source = document(json.dumps({"type": "message", "text": text.format(text="\n".join(LINES))}))
    parsed = read(source)

    assert told(parsed, *COLUMNS) == told(plain(), *COLUMNS)
    assert cited(parsed, source)[-1].endswith(b"Unauthorized")
    assert len(set(told(parsed, "byte_from", "byte_to"))) == 4


@pytest.mark.parametrize("end", ["\\u000a", "\\u000A", "\n"])
def test_a_line_end_in_a_string_may_be_spelled_otherwise(end: str) -> None:
    source = document(json.dumps({"type": "message", "text": "\n".join(LINES)}).replace("\\n", end))
    parsed = read(source)

    assert told(parsed, *COLUMNS) == told(plain(), *COLUMNS)
    assert len(set(told(parsed, "byte_from", "byte_to"))) == 4


def test_a_line_that_a_container_cut_in_two_is_joined() -> None:
    parts = [f"{LINES[1]}\n", LINES[6][:60], f"{LINES[6][60:]}\n", f"{LINES[8]}\n"]
    text = "".join(json.dumps({"log": part}) + "\n" for part in parts)

    assert told(read(document(text)), *COLUMNS) == told(plain((LINES[1], LINES[6], LINES[8])), *COLUMNS)


@pytest.mark.parametrize("fields", ['"{line}"', '2026-11-25,"{line}"', '"{line}",info', '7;"{line}";x'])
def test_fields_of_a_table_are_lines(fields: str) -> None:
    rows = ["time,message", *(fields.format(line=line.replace('"', '""')) for line in LINES)]

    assert told(read(document("\n".join(rows) + "\n")), *COLUMNS) == told(plain(), *COLUMNS)


MADE: dict[str, Callable[[str], str]] = {
    "HTML": html.escape,
    "set": lambda text: text.replace(' "', " “").replace('"', "”"),
    "hard blanks": lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"),
    "colours": lambda text: text.replace("MCP", "\x1b[01;31m\x1b[KMCP\x1b[m\x1b[K"),
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("prefix", ["", "{n}:"])
def test_characters_are_put_back(made: Callable[[str], str], prefix: str) -> None:
    source = document(made(prefixed(prefix)))
    parsed = read(source)

    assert told(parsed, *COLUMNS, "line_from", "line_to") == told(plain(), *COLUMNS, "line_from", "line_to")
    assert all(b"server" in text for text in cited(parsed, source))


@given(text=st.text(alphabet='{}[]",:\\n \n[DEBUG] MCPserver"é\r', max_size=300), is_json=st.booleans())
def test_no_text_is_too_odd(text: str, *, is_json: bool) -> None:
    source = document(('{"a":"' if is_json else "") + text + "".join(f"\n7:{line}" for line in LINES))
    parsed = read(source)
    size = source.content.size

    assert parsed.entries.select(pl.col("byte_to").max().fill_null(0)).item() <= size
    assert (parsed.entries["byte_from"] <= parsed.entries["byte_to"]).all()
