"""Find the history that belongs to a case: by the place of its store, as the store itself is found."""

from collections.abc import Sequence
from pathlib import Path

from mcplog.model.document import StoreDump
from mcplog.sources.case import Case
from mcplog.sources.client_places import Machine, store_path
from mcplog.sources.inputs import HistoryOf


def histories_of(case: Case, dumps: Sequence[StoreDump], case_id: int, machine: Machine | None) -> list[HistoryOf]:
    """Return the histories that the user named, else what this machine has kept of the case's store.

    Args:
        case: The case.
        dumps: Its stores.
        case_id: Its number.
        machine: For the history and the configuration folders; null: the user named the stores.
    """
    if machine is None:
        return [HistoryOf(path=path, store=None, case_id=case_id, store_id=None) for path in case.histories]
    folder = Path(case.place)
    if case.is_empty or not machine.history_file().is_file() or not machine.is_configuration(folder):
        return []
    current = next((dump.store_id for dump in dumps if dump.is_current), None)
    return [HistoryOf(path=machine.history_file(), store=store_path(folder), case_id=case_id, store_id=current)]
