"""The lines about MCP of a recording's debug logs, as people paste them into an issue; the stores stay beside it.

Each run is a part of its own under a heading, in the order of time. The issue names the client's version, as issue
forms ask for it.
"""

import textwrap
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from checks.recording import FOLDERS, MARKER, Recording, file_of
from mcplog.model.finding import Analysis
from mcplog.model.vocabulary import DocumentFormat

Run = list[str]
Form = Callable[[Run], str]

ISSUE: Final = "issue.md"
COLUMNS: Final = 80


def _fence(run: Run) -> str:
    return "```text\n" + "\n".join(run) + "\n```"


def _two_fences(run: Run) -> str:
    half = (len(run) + 1) // 2
    return (
        f"{_fence(run[:half])}\n\nAnd it goes on like this:\n\n{_fence(run[half:])}" if half < len(run) else _fence(run)
    )


def _quote(run: Run) -> str:
    return "\n".join(f"> {line}" for entry in run for line in entry.splitlines())


def _lazy_quote(run: Run) -> str:
    return "> " + "\n".join(run)


def _list(run: Run) -> str:
    return "\n".join("- " + "\n  ".join(entry.splitlines()) for entry in run)


def _joined(run: Run) -> str:
    return " ".join(" ".join(entry.splitlines()) for entry in run)


def _emphasis(run: Run) -> str:
    """Return pairs of entries in bold italics that straddles the line end, every third one alone in bold."""
    parts = [f"_**{run[at]}\n{run[at + 1]}**_\n**{run[at + 2]}**" for at in range(0, len(run) - 2, 3)]
    return "\n".join([*parts, *run[len(run) // 3 * 3 :]])


def _wrapped(run: Run) -> str:
    lines = [line for entry in run for line in entry.splitlines()]
    return "\n".join(
        textwrap.fill(line, COLUMNS, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
        for line in lines
    )


def _details(run: Run) -> str:
    return f"<details>\n<summary>debug log</summary>\n\n{_fence(run)}\n\n</details>"


FORMS: Final[Mapping[str, Form]] = {
    "fence": _fence,
    "in two fences": _two_fences,
    "quote": _quote,
    "lazy quote": _lazy_quote,
    "list": _list,
    "joined": _joined,
    "emphasis": _emphasis,
    "wrapped at 80": _wrapped,
    "details": _details,
}


def runs_of(recording: Recording, analysis: Analysis) -> list[Run]:
    """Return the entries about MCP of each debug log, the runs in the order of time.

    Args:
        recording: The recording.
        analysis: What was read of it.
    """
    logs = analysis.documents.filter(pl.col("format") == DocumentFormat.DEBUG_FILE)
    events = analysis.events.filter(pl.col("byte_to") > pl.col("byte_from"))
    begun = events.group_by("document_id").agg(pl.col("event_at").min().alias("begun"), pl.len())
    found = []
    for document_id, origin in (
        logs.join(begun, on="document_id").sort("begun", "document_id").select("document_id", "origin").iter_rows()
    ):
        content = recording.files[file_of(recording, origin)]
        places = (
            events.filter(pl.col("document_id") == document_id)
            .select("byte_from", "byte_to")
            .unique()
            .sort("byte_from")
        )
        found.append(
            [content[start:stop].decode("utf-8", "replace").rstrip("\n") for start, stop in places.iter_rows()]
        )
    return [run for run in found if run]


def pasted(recording: Recording, runs: list[Run], form: Form, version: str | None) -> Recording:
    """Return the issue that tells of `recording`.

    Args:
        recording: The recording; its stores stay.
        runs: What is pasted.
        form: How a run is pasted.
        version: Of the client; null where it is not known.
    """
    head = f"### Claude Code Version\n\n{version}\n\n" if version else ""
    parts = [f"### Run {number}\n\n{form(run)}" for number, run in enumerate(runs, 1)]
    text = (
        f"{head}### What happened\n\nThe server does not work as it should. This is what is logged.\n\n"
        + "\n\n".join(parts)
    )
    stores = {name: content for name, content in recording.files.items() if name.startswith((FOLDERS[1], MARKER))}
    return Recording(
        name=recording.name, files={ISSUE: f"{text}\n".encode(), **stores}, written_ns=recording.written_ns
    )


def debug_logs_alone(recording: Recording) -> Recording:
    """Return `recording` without its per-server logs."""
    files = {name: content for name, content in recording.files.items() if not name.startswith("cache-")}
    return Recording(name=recording.name, files=files, written_ns=recording.written_ns)
