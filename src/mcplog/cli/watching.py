"""How `mcplog watch` shows what it sees: a board that is drawn anew, or a line for each change."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcplog.cli.exit_codes import exit_code
from mcplog.cli.machine import this_machine
from mcplog.cli.output import write
from mcplog.cli.terminal import page_for
from mcplog.errors import NoInputError, UsageError
from mcplog.live.keeping import Keeper
from mcplog.model.board import Board, News
from mcplog.report.board import board_text, news_json, news_text
from mcplog.sources.client_places import Machine

if TYPE_CHECKING:
    from mcplog.live.following import Look
    from mcplog.live.session import Show

_OFTEN: Final = (700, 10, 10)


def watch_folder(config: Path | None, *, form: str | None, for_s: float | None, fail_on: str | None) -> int:
    """Watch a configuration folder until it is interrupted.

    Args:
        config: The folder; null for that of this machine.
        form: board, lines or jsonl; null for what suits the output.
        for_s: Seconds after which to end; null: never.
        fail_on: Lowest severity that fails; null when nothing is to fail.

    Returns:
        The exit code of the last look.

    Raises:
        UsageError: The extra is not installed.
        NoInputError: There is no such folder.
    """
    if find_spec("watchfiles") is None:
        raise UsageError("`mcplog watch` needs watchfiles", hint="Install it with: pip install 'mcplog[watch]'")
    gc.set_threshold(*_OFTEN)  # `main` has it done seldom, which a process of hours cannot afford
    machine = this_machine()
    folder = config or machine.configuration_folder()
    if not folder.is_dir():
        raise NoInputError("there is no such folder", place=str(folder), hint="Name the client's configuration folder.")
    with Keeper(folder, machine.history_file()) as keeper:
        last = _watched(keeper, machine, folder, form or ("board" if sys.stdout.isatty() else "lines"), for_s)
    if fail_on is None or last.analysis is None:
        return 0
    return exit_code((finding.severity for finding in last.analysis.findings), fail_on)


def _watched(keeper: Keeper, machine: Machine, folder: Path, form: str, for_s: float | None) -> "Look":
    """Load what judges, which takes far longer than to look at a store, and watch while `keeper` keeps."""
    from mcplog.live.following import Follower
    from mcplog.live.session import Watch
    from mcplog.pipeline import all_rules

    follower = Follower(machine=machine, folder=folder, rules=all_rules())
    with _shown(form) as show:
        return Watch(follower, keeper, show).run(for_s=for_s)


@contextmanager
def _shown(form: str) -> "Iterator[Show]":
    if form != "board":
        yield _json_lines if form == "jsonl" else _lines
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(Text(), console=Console(), auto_refresh=False, vertical_overflow="crop") as live:

        def draw(board: Board, _: Sequence[News]) -> None:
            live.update(Text.from_ansi(board_text(board, page_for())), refresh=True)

        yield draw


def _lines(_: Board, news: Sequence[News]) -> None:
    page = page_for()
    for one in news:
        write(news_text(one, page))


def _json_lines(_: Board, news: Sequence[News]) -> None:
    for one in news:
        write(news_json(one))
