"""Keep what a store holds: look, turn it into a record, add it to the history."""

from pathlib import Path

from msgspec import Struct

from mcplog.credentials.records import record_of
from mcplog.history import History, Row, key_check, new_key
from mcplog.sources.store_look import Seen


class Recorder(Struct, frozen=True, kw_only=True):
    """Keeps snapshots of stores in one history.

    Attributes:
        history: Where they are kept.
        key: Key of their fingerprints.
    """

    history: History
    key: bytes

    def keep(self, store: str, seen: Seen) -> int | None:
        """Keep what was seen of a store.

        Args:
            store: Its path, as the history knows it.
            seen: What was seen.

        Returns:
            Number of the snapshot; null when the history has it already.

        Raises:
            InputError: The history cannot be written.
        """
        row = Row(
            observed_at_ms=seen.seen_at_ms,
            absent=seen.dump.absent,
            facts=seen.facts,
            record=record_of(seen.dump, key=self.key),
            key_check=key_check(self.key),
        )
        return self.history.add(store, row)


def recorder(path: Path) -> Recorder:
    """Return a recorder for the history at `path`, which is made where there is none; its key lies beside it.

    Raises:
        InputError: It cannot be used.
    """
    history = History.opened(path)
    return Recorder(history=history, key=new_key(path.parent))
