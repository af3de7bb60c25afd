"""What `mcplog triage` does: inputs to an engine to a journal, then what was asked for from the journal."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from msgspec import Struct

from mcplog import __version__
from mcplog.cli.faults import INTERRUPTED
from mcplog.cli.output import refuse_to_overwrite, write, write_parts
from mcplog.cli.terminal import page_for
from mcplog.errors import NoInputError, UsageError
from mcplog.pipeline import KEY_BYTES
from mcplog.sources.units import STDIN, Grouping, Unit, units_of
from mcplog.triage.baseline import Baseline, compared
from mcplog.triage.comments import comments_of
from mcplog.triage.engines import Engine
from mcplog.triage.engines.in_process import InProcess
from mcplog.triage.journal import Journal, rows_of
from mcplog.triage.markdown_report import markdown_lines
from mcplog.triage.memory import peak_bytes
from mcplog.triage.running import Progress, Ran, head_of, triage
from mcplog.triage.screen import screen, stats
from mcplog.triage.summary import Summary, summary_of
from mcplog.triage.table import csv_lines
from mcplog.triage.work import Setting

EVERY_S: Final = 0.2
NO_INPUT: Final = 3
MINUTE_S: Final = 60
MUCH_BYTES: Final = 64 * 1024 * 1024  # from here on processes take less time than to start them does


class Asked(Struct, frozen=True, kw_only=True):
    """The options of the command, under their names."""

    paths: list[str]
    jsonl: Path | None
    csv: Path | None
    markdown: Path | None
    html: Path | None
    comments: Path | None
    per_case: bool
    grouping: str
    baseline: Path | None
    resume: bool
    engine: str
    workers: int | None
    scheduler: str | None
    memory_bytes: int
    stats: bool
    rules: tuple[str, ...]
    width: int | None


class Stop:
    """Whether Ctrl-C was pressed: once is a wish to stop, twice an order."""

    def __init__(self) -> None:
        """Begin without a wish."""
        self.wished = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Note the wish; the second one ends the process through KeyboardInterrupt."""
        del number, frame
        if self.wished:
            raise KeyboardInterrupt
        self.wished = True
        sys.stderr.write("\nmcplog: stopping; what is done is written. Ctrl-C again stops at once.\n")


def run_triage(asked: Asked) -> int:
    """Do what is `asked` and return the exit code.

    Raises:
        UsageError: The options contradict each other, or a file cannot be written.
        NoInputError: Nothing was named, or nothing of it can be used.
    """
    _check(asked)
    began = time.monotonic()
    piped = sys.stdin.buffer.read() if STDIN in asked.paths else b""
    units = units_of(asked.paths, piped=piped, grouping=Grouping(asked.grouping))
    listing_s = time.monotonic() - began
    setting = Setting(key=secrets.token_bytes(KEY_BYTES), rules=asked.rules, with_findings=not asked.per_case)
    head = head_of(units, setting, tool=f"mcplog {__version__}")
    journal = Journal.begun(asked.jsonl, head, resume=asked.resume)
    try:
        with _stopping() as stop:
            ran = _run(units, setting, journal, asked, stop)
            written = time.monotonic()
            summary = _written(journal, asked, ran)
    finally:
        journal.close()
    if asked.stats:
        took = time.monotonic() - written
        sys.stderr.write(
            stats(ran, listing_s=listing_s, writing_s=took, peak_bytes=peak_bytes(), page=page_for(Path("-")))
        )
    if stop.wished:
        return INTERRUPTED
    return 0 if summary.cases else NO_INPUT


def _check(asked: Asked) -> None:
    if not asked.paths:
        raise NoInputError("nothing to triage was named", hint="Name a folder, an archive or an export of issues.")
    if asked.resume and asked.jsonl is None:
        raise UsageError("--resume needs --jsonl", hint="Name the file that the run that was stopped wrote.")
    if asked.engine == "dask" and not asked.scheduler:
        raise UsageError("--engine dask needs --scheduler", hint="Start one with `dask scheduler`.")
    for output in (asked.jsonl, asked.csv, asked.markdown, asked.html):
        refuse_to_overwrite([*asked.paths, *([asked.baseline] if asked.baseline else [])], output)


def _engine(asked: Asked, size: int) -> Engine:
    """Return the engine that is `asked` for; for inputs of `size` bytes the one that is done first."""
    workers = asked.workers or os.cpu_count() or 1
    if asked.engine == "processes" or (asked.engine == "auto" and workers > 1 and size > MUCH_BYTES):
        from mcplog.triage.engines.processes import Processes

        return Processes(workers)
    if asked.engine == "dask" and asked.scheduler:
        from mcplog.triage.engines.distributed import Distributed

        return Distributed(asked.scheduler)
    return InProcess()


def _run(units: list[Unit], setting: Setting, journal: Journal, asked: Asked, stop: Stop) -> Ran:
    engine = _engine(asked, sum(unit.size for unit in units[journal.units_done :]))
    shown = Shown() if sys.stderr.isatty() else None
    try:
        return triage(
            units,
            setting,
            journal,
            engine,
            memory_bytes=asked.memory_bytes,
            told=shown or (lambda _: None),
            is_stopped=lambda: stop.wished,
        )
    finally:
        if shown:
            shown.clear()
        engine.close()


def _written(journal: Journal, asked: Asked, ran: Ran) -> Summary:
    """Write what was asked for, and the summary to standard output."""
    summary = summary_of(journal.rows())
    baseline: Baseline | None = None
    if asked.baseline is not None:
        baseline = compared(rows_of(asked.baseline), journal.rows())
    if asked.csv is not None:
        write_parts(csv_lines(journal.rows(), per_case=asked.per_case), asked.csv)
    if asked.markdown is not None:
        write_parts(markdown_lines(summary, baseline), asked.markdown)
    if asked.html is not None:
        from mcplog.triage.html_report import html_page  # loads a template engine

        write(html_page(summary, journal.rows(), baseline, tool=f"mcplog {__version__}"), asked.html)
    if asked.comments is not None:
        _write_comments(journal, summary, asked.comments)
    write(screen(summary, ran, baseline, page_for(None, asked.width)))
    return summary


def _write_comments(journal: Journal, summary: Summary, folder: Path) -> None:
    """Write one file an issue; issues whose names make one file name have a number behind it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"cannot be made: {fault.strerror}", place=str(folder)) from fault
    used: dict[str, int] = {}
    for comment in comments_of(journal.rows(), summary.clusters):
        name = comment.file_name
        number = used[name] = used.get(name, 0) + 1
        write_parts([comment.text], folder / (name if number == 1 else f"{name.removesuffix('.md')}.{number}.md"))


@contextmanager
def _stopping() -> Iterator[Stop]:
    """Make Ctrl-C a wish to stop for as long as the work lasts."""
    stop = Stop()
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class Shown:
    """The line that shows how far the work is, rewritten in place on a terminal."""

    def __init__(self) -> None:
        """Begin without a line."""
        self._last = 0.0
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show `progress`, a few times a second at most."""
        now = time.monotonic()
        if now - self._last < EVERY_S and progress.units_done < progress.units:
            return
        self._last = now
        rate = progress.units_done / max(progress.seconds, 0.001)
        left = progress.seconds_left
        ends = "" if left is None else f", {_duration(left)} left"
        text = f"{progress.units_done:,} of {progress.units:,} inputs, {rate:,.0f}/s{ends}"
        sys.stderr.write(f"\r{text:<{self._width}}")
        sys.stderr.flush()
        self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < MINUTE_S else f"{whole // MINUTE_S} min {whole % MINUTE_S} s"
