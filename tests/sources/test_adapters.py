"""Logs of other clients: known by their first lines, read by their adapter, and never taken for one of ours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import mcplog
from mcplog.model.foreign import ForeignEntry
from mcplog.sources.adapters import adapter_for
from mcplog.sources.foreign.mcp_remote import ADAPTER
from mcplog.sources.recognise import FileKind, kind_of

BRIDGE = """\
[4711] Using automatically selected callback port: 5598
[4711] [4711] Connecting to remote server: https://mcp.example/sse
[4711] Using transport strategy: http-first
Please authorize this client by visiting:
https://mcp.example/authorize?state=x

[2026-01-14T08:26:10.047Z][4711] Reading OAuth tokens
[4711] Authorization error: fetch failed
"""


class Odd:
    """An adapter of another package, with faults of every kind."""

    name = "odd"

    def recognises(self, head: str) -> bool:
        """Know what begins with a word of its own."""
        if head.startswith("fail"):
            raise RuntimeError
        return head.startswith("odd")

    def entries(self, text: str) -> Iterator[ForeignEntry]:
        """Give good and impossible entries, then fail."""
        yield ForeignEntry(line=2, message="Saving tokens", server="notes", at=datetime(2026, 1, 1, tzinfo=UTC))
        yield ForeignEntry(line=1, message="Saving tokens")  # goes back
        yield ForeignEntry(line=99, message="Saving tokens")  # is not there
        if "boom" in text:
            raise RuntimeError


@pytest.fixture(name="odd")
def _odd(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint(name="broken", value="nowhere:ADAPTER", group="mcplog.adapters"),
        EntryPoint(name="odd", value=f"{__name__}:ODD", group="mcplog.adapters"),
    ]
    monkeypatch.setattr("mcplog.sources.adapters.entry_points", lambda **_: points)
    monkeypatch.setattr(EntryPoint, "load", lambda point: _load(point.name))


def _load(name: str) -> Odd:
    if name == "broken":
        raise ImportError
    return Odd()


def test_the_stack_of_an_error_of_a_bridge_belongs_to_it() -> None:
    text = "[4711] Connection error: ServerError\n    at a (b.js:1:2)\n\tat c (d.js:3:4)\n  errorUri: undefined\n"

    assert [(entry.line, entry.line_to, entry.message) for entry in ADAPTER.entries(text)] == [
        (1, 3, "[4711] Connection error: ServerError\n    at a (b.js:1:2)\n\tat c (d.js:3:4)")
    ]


def test_a_bridge_log_is_read_with_its_server_and_its_moments() -> None:
    entries = list(ADAPTER.entries(BRIDGE))

    assert {entry.server for entry in entries} == {"mcp.example"}
    assert [(entry.line, entry.message) for entry in entries][1:4] == [
        (2, "[4711] Connecting to remote server: https://mcp.example/sse"),
        (3, "[4711] Using transport strategy: http-first"),
        (7, "[4711] Reading OAuth tokens"),
    ]
    assert [entry.at for entry in entries if entry.at] == [datetime(2026, 1, 14, 8, 26, 10, 47_000, tzinfo=UTC)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2]",
        "[4711] hello\n[4711] world\n",
        "Using transport strategy: x\n",
        "[4711] Reading OAuth tokens",
        f"# An issue\n\n{BRIDGE}",
    ],
)
def test_what_merely_looks_like_one_is_none(text: str) -> None:
    assert not ADAPTER.recognises(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BRIDGE, FileKind.TEXT),
        ("[2026-01-14T08:26:10.047Z][6801] Initializing\n", FileKind.TEXT),
        ("[37911]", FileKind.OTHER),
        ("[1, 2, 3]", FileKind.OTHER),
        ('[{"debug":"x","timestamp":"2026-01-14T08:26:10.047Z"}]', FileKind.SERVER_LOG),
    ],
)
def test_numbers_in_brackets_are_no_json_when_words_follow(text: str, kind: FileKind) -> None:
    assert kind_of("a.log", text.encode(), len(text)) is kind


def test_a_bridge_log_is_analysed_with_exact_places(tmp_path: Path) -> None:
    log = tmp_path / "bridge.log"
    log.write_text(BRIDGE)
    analysis = mcplog.analyze(log)
    rows = analysis.events.filter(kind="bridge_sign_in_failed").select("server", "line_from", "byte_from", "byte_to")
    start = BRIDGE.index("[4711] Authorization error")

    assert rows.rows() == [("mcp.example", 8, start, len(BRIDGE) - 1)]
    assert set(analysis.events["confidence"].drop_nulls().to_list()) <= {"pasted", "prose"}


def test_a_log_of_ours_asks_no_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("mcplog.sources.adapters.adapter_for")
    log = tmp_path / "a.txt"
    log.write_text('2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Returning tokens\n')

    assert mcplog.analyze(log).counts.events == 1


@pytest.mark.usefixtures("odd")
def test_adapters_of_packages_are_found_and_a_broken_one_costs_nothing() -> None:
    found = adapter_for(b"odd log\n")

    assert found is not None
    assert found.name == "odd"
    assert adapter_for(b"fail") is None
    assert adapter_for(b"something else") is None


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize(("text", "reasons"), [("odd\nx\n", []), ("odd\nx\nboom\n", ["limit"])])
def test_nothing_that_an_adapter_gives_is_believed(text: str, reasons: list[str], tmp_path: Path) -> None:
    log = tmp_path / "odd.txt"
    log.write_text(text)
    analysis = mcplog.analyze(log)
    saved = analysis.events.filter(kind="token_saved")

    assert saved.select("server", "line_from").rows() == [("notes", 2)]
    assert [reason for reason in analysis.gaps["reason"].to_list() if reason == "limit"] == reasons
