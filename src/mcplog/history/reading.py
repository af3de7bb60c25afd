"""What a history remembers of a store, as dumps that are read like any other."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from mcplog.errors import InputError
from mcplog.history.database import ROW_LIMIT, Kept, rows_of
from mcplog.history.key import key_check, key_of
from mcplog.model.document import StoreDump
from mcplog.model.veiled import Veiled

ONE_LEFT_OUT: Final = "1 snapshot of the history is left out: its"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Remembered(Veiled, frozen=True, kw_only=True):
    """What a history remembers.

    Attributes:
        dumps: Records, each store's in time.
        key: The key of their fingerprints: what they are compared with has to be read under it.
        notes: What the user should know: what is used, and how many rows were made with another key.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("dumps", "key")

    dumps: tuple[StoreDump, ...]
    key: bytes
    notes: tuple[str, ...] = ()


def remembered(
    path: Path, *, store: str | None, key: bytes | None, case_id: int, store_id: int | None, free_id: int
) -> Remembered:
    """Return what a history remembers of one store, or of all.

    Args:
        path: The history.
        store: Path of the store; null for all.
        key: The run's key, when the user chose one; null for the one beside the history.
        case_id: The case that the snapshots belong to.
        store_id: Number of the store that they are snapshots of; null: each has a number of its own.
        free_id: The first number that no store of the run has.

    Raises:
        InputError: It cannot be read, or the key of its fingerprints is not there.
    """
    rows = rows_of(path, store)
    if not rows:
        return Remembered(dumps=(), key=key or b"")
    chosen = key or key_of(path.parent)
    if chosen is None:
        hint = "Copy the key with it, or name the key with --fingerprint-key."
        raise InputError("the key of its fingerprints does not lie beside it", place=str(path), hint=hint)
    of_key = [kept for kept in rows if kept.row.key_check == key_check(chosen)]
    numbers = {name: free_id + at for at, name in enumerate(dict.fromkeys(kept.store for kept in rows))}
    dumps = (_dump(kept, case_id, numbers[kept.store] if store_id is None else store_id) for kept in of_key)
    return Remembered(dumps=tuple(dumps), key=chosen, notes=tuple(_notes(of_key, len(rows) - len(of_key))))


def _notes(used: Sequence[Kept], left_out: int) -> Iterator[str]:
    if used:
        count = f"{len(used)} snapshot{'s' if used[1:] else ''}"
        since, until = (_instant(of(kept.taken_at_ms for kept in used)) for of in (min, max))
        stretch = f"from {since} to {until}" if used[1:] else f"of {since}"
        only = f"; it has more, only the newest {ROW_LIMIT} are read" if len(used) + left_out >= ROW_LIMIT else ""
        yield f"History of `mcplog snapshot`: {count} {stretch}{only}."
    if left_out:
        which = f"{left_out} snapshots of the history are left out: their" if left_out > 1 else ONE_LEFT_OUT
        yield f"{which} fingerprints were made with another key."


def _instant(at_ms: int) -> str:
    """Return a moment as logs write it."""
    return (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dump(kept: Kept, case_id: int, store_id: int) -> StoreDump:
    return StoreDump(
        store_id=store_id,
        origin=f"snapshot {kept.snapshot_id} of the history",
        content=kept.row.record,
        taken_at_ms=kept.taken_at_ms,
        case_id=case_id,
        time_is_from_name=True,
        is_recorded=True,
    )
