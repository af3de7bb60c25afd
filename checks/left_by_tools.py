"""The debug files of a recording as the tools of those who hand them in leave them; the stores stay beside them."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from checks.recording import FOLDERS, MARKER, Recording

COLUMNS: Final = 80
WIDE_COLUMNS: Final = 120
AROUND: Final = 2  # lines that grep -C shows


@dataclass(frozen=True, slots=True)
class Log:
    """One debug file.

    Attributes:
        name: Of the file.
        lines: Of it, without their ends.
    """

    name: str
    lines: tuple[str, ...]


Line = Callable[[int, str], str]
Form = Callable[[list[Log]], dict[str, str]]


def left(recording: Recording, form: str) -> Recording | None:
    """Return `recording` with its debug files as they come out of a `form` of FORMS; null when it has none."""
    logs = list(_logs(recording))
    if not logs:
        return None
    files = {name: text.encode("utf-8", "surrogateescape") for name, text in FORMS[form](logs).items()}
    stores = {name: content for name, content in recording.files.items() if name.startswith((FOLDERS[1], MARKER))}
    return replace(recording, files={**files, **stores})


def _logs(recording: Recording) -> Iterator[Log]:
    """Yield the debug files, the one that was written last at the end."""
    names = [name for name in recording.files if name.startswith("debug/") or name.endswith("/debug.txt")]
    for name in sorted(names, key=lambda name: recording.written_ns.get(name, 0)):
        text = recording.files[name].decode("utf-8", "surrogateescape")
        if name.endswith(".txt") and text.strip():
            yield Log(name.rpartition("/")[2], tuple(text.removesuffix("\n").split("\n")))


def _each(form: Callable[[Log], str]) -> Form:
    return lambda logs: {f"log-{number}.txt": form(log) for number, log in enumerate(logs, 1)}


def _lines(line: Line) -> Form:
    return _each(lambda log: _text(line(number, text) for number, text in enumerate(log.lines, 1)))


def _found(line: Callable[[str, int, str], str]) -> Form:
    """Return the lines about MCP of all files in one, as a search through a folder prints them."""
    return lambda logs: {
        "found.txt": _text(
            line(log.name, number, text)
            for log in logs
            for number, text in enumerate(log.lines, 1)
            if "mcp" in text.lower()
        )
    }


def _text(lines: Iterator[str] | list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _around(log: Log) -> str:
    """Return what `grep -n -C 2` shows of a file."""
    hits = {number for number, text in enumerate(log.lines) if "mcp" in text.lower()}
    shown = {near for hit in hits for near in range(hit - AROUND, hit + AROUND + 1) if 0 <= near < len(log.lines)}
    rows: list[str] = []
    for number in sorted(shown):
        if rows and number - 1 not in shown:
            rows.append("--")
        rows.append(f"{number + 1}{':' if number in hits else '-'}{log.lines[number]}")
    return _text(rows)


def _clock(number: int) -> str:
    """Return a time of a tool's own, which says nothing of when a line was written."""
    return f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"


def _coloured(text: str) -> str:
    return re.sub("(?i)mcp|token", lambda found: f"\x1b[01;31m\x1b[K{found[0]}\x1b[m\x1b[K", text)


def _broken(width: int) -> Callable[[Log], str]:
    return lambda log: _text([text[at : at + width] for text in log.lines for at in range(0, max(len(text), 1), width)])


def _set(text: str) -> str:
    """Return `text` as a word processor sets its quotes."""
    opened = re.sub(r'(^|[\s(\[{=:])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}", text)
    return opened.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}").replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def _table(log: Log) -> str:
    written = io.StringIO()
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerows([("number", "message"), *enumerate(log.lines)])
    return written.getvalue()


def _container(number: int, text: str) -> str:
    return json.dumps({"log": f"{text}\n", "stream": "stderr", "time": f"2026-11-27T{_clock(number)}.000000001Z"})


def _chat(log: Log) -> str:
    return json.dumps({"messages": [{"type": "message", "text": f"```{_text(list(log.lines))}```"}]}, indent=1)


FORMS: Final[Mapping[str, Form]] = {
    "grep -n": _lines(lambda number, text: f"{number}:{text}"),
    "grep -rn": _found(lambda name, number, text: f"debug/{name}:{number}:{text}"),
    "grep -rn --color": _found(
        lambda name, number, text: (
            f"\x1b[35m\x1b[K{name}\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K{number}:{_coloured(text)}"
        )
    ),
    "grep -n -C 2": _each(_around),
    "findstr": _found(lambda name, number, text: f"C:\\Users\\u\\debug\\{name}:{number}:{text}"),
    "cat -n": _lines(lambda number, text: f"{number:6d}\t{text}"),
    "an editor's numbers": _lines(lambda number, text: f"{number:5d} {text}"),
    "a frame around numbers": _lines(lambda number, text: f"{number:4d}   │ {text}"),
    "docker logs -t": _lines(lambda number, text: f"2026-11-27T{_clock(number)}.000000123Z stderr F {text}"),
    "docker compose": _lines(lambda _, text: f"client-1  | {text}"),
    "docker's files": _lines(_container),
    "journalctl": _lines(lambda number, text: f"Nov 27 {_clock(number)} host client[4711]: {text}"),
    "a job of CI": _lines(lambda number, text: f"test\tRun it\t2026-11-27T{_clock(number)}.0000001Z client: {text}"),
    "diff": _lines(lambda _, text: f"+{text}"),
    "a tag": _lines(lambda _, text: f"[client] {text}"),
    "a viewer's export": _lines(lambda number, text: json.dumps({"at": number, "level": "info", "message": text})),
    "an array of lines": _each(lambda log: json.dumps(log.lines, indent=2)),
    "a chat's export": _each(_chat),
    "a table": _each(_table),
    "escaped for a page": _lines(lambda _, text: html.escape(text)),
    "set quotes": _lines(lambda _, text: _set(text)),
    "hard blanks": _lines(lambda _, text: text.replace(" ", "\N{NO-BREAK SPACE}")),
    "broken at 80": _each(_broken(COLUMNS)),
    "broken at 120": _each(_broken(WIDE_COLUMNS)),
    "newest line first": _each(lambda log: _text(list(reversed(log.lines)))),
    "one file, joined": lambda logs: {"all.txt": _text([text for log in logs for text in log.lines])},
    "no ends but CRLF": _each(lambda log: "".join(f"{text}\r\n" for text in log.lines)),
}
