"""Follow the logs and the store of one configuration folder: look again, and say how everything stands.

Nothing is carried over from one look to the next but the rules: a look is what `analyze` says of the same files at that
moment. So a watch that was killed and started again, or came late, says the same as one that was there from the start.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from msgspec.structs import replace

from mcplog.errors import InputError, NoInputError
from mcplog.live.situation import situation_of
from mcplog.live.standing import standings_of
from mcplog.live.warnings import Situation, warnings
from mcplog.model.board import Board
from mcplog.model.finding import Analysis
from mcplog.model.rule import CompiledRule
from mcplog.model.veiled import Veiled
from mcplog.pipeline import KEY_BYTES, run, with_history
from mcplog.sources import Inputs, changes_while_reading, gather_here
from mcplog.sources.client_places import DEBUG_FOLDER, Machine
from mcplog.sources.session_logs import session_of

TOGETHER: Final = timedelta(hours=1)  # processes whose logs were written within this time may hold the same tokens


class Look(Veiled, frozen=True, kw_only=True):
    """What was seen at one moment.

    Attributes:
        board: How everything stands.
        situation: What warnings are told from; they change with time alone.
        analysis: What `analyze` says of the same files; null when there is nothing to read yet.
        is_torn: A file was cut or replaced while it was read: look again.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("analysis",)

    board: Board
    situation: Situation = Situation()
    analysis: Analysis | None = None
    is_torn: bool = False


class Follower(Veiled, frozen=True, kw_only=True):
    """Looks at one configuration folder.

    Attributes:
        machine: For the folders of the client.
        folder: The configuration folder.
        rules: The rules to run.
        key: Key of the fingerprints; null for that of the history.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("key", "rules")

    machine: Machine
    folder: Path
    rules: tuple[CompiledRule, ...]
    key: bytes | None = None

    def paths(self) -> list[Path]:
        """Return the logs that are followed: the newest debug log and those written up to an hour before it.

        Where there is no debug log, what `analyze` reads of the folder is followed.
        """
        logs = recent_logs(self.folder / DEBUG_FOLDER)
        if logs:
            return logs
        is_own = self.folder.resolve() == self.machine.configuration_folder().resolve()
        return [] if is_own else [self.folder]

    def look(self, now: datetime) -> Look:
        """Return how everything stands at the moment `now`."""
        try:
            inputs, own_key = with_history(gather_here(self.paths()), self.key)
            key = self.key or own_key or secrets.token_bytes(KEY_BYTES)
            analysis = self._analysis(inputs, key)
        except (NoInputError, InputError) as fault:
            return Look(board=Board(at=now, problems=(f"{fault.place}: {fault.message}",)))
        situation = situation_of(inputs.dumps, analysis, key=key)
        board = Board(
            at=now,
            verdict=analysis.verdict,
            standings=standings_of(analysis, situation),
            warnings=warnings(situation, now=now),
            logs=len(inputs.documents),
            problems=tuple(f"{problem.origin}: {problem.what}" for problem in analysis.problems),
        )
        is_torn = bool(changes_while_reading(inputs))
        return Look(board=board, situation=situation, analysis=analysis, is_torn=is_torn)

    def _analysis(self, inputs: Inputs, key: bytes) -> Analysis:
        return run(
            inputs.documents,
            inputs.dumps,
            self.rules,
            key=key,
            problems=inputs.problems,
            notes=inputs.notes,
            case_names=inputs.case_names,
        )


def at_moment(look: Look, now: datetime) -> Look:
    """Return the same `look` at a later moment `now`: the warnings are those of then."""
    return replace(look, board=replace(look.board, at=now, warnings=warnings(look.situation, now=now)))


def recent_logs(folder: Path) -> list[Path]:
    """Return the newest debug log in a `folder` and those written up to an hour before it, by name."""
    written: list[tuple[float, Path]] = []
    for path in _files(folder):
        try:
            written.append((path.stat().st_mtime, path))
        except OSError:
            continue
    newest = max((at for at, _ in written), default=0.0)
    return sorted(path for at, path in written if at >= newest - TOGETHER.total_seconds())


def _files(folder: Path) -> Sequence[Path]:
    try:
        return [path for path in folder.iterdir() if session_of(path.name) is not None and path.is_file()]
    except OSError:
        return []


def utc_now() -> datetime:
    """Return the moment, in milliseconds as all instants here are."""
    now = datetime.now(UTC)  # noqa: TID251 - a watch is about now
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
