"""Where things lie in a bundle, so that they are found there as they were found here.

    debug/<session>.txt                                  a debug log
    mcp-logs-<server>/2026-11-25T00-36-34-525Z.jsonl     a per-server log
    logs/log-1.md                                        any other log, a paste
    credentials/credentials-01-1795567001529.json        a snapshot of a store, with its time
    credentials/store-01.json                            one without a time
    .credentials.json, mcp-needs-auth-cache.json         what the client keeps
    case-2/…                                             where several cases were given

Only names of the client's own making are kept.
"""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Final

from mcplog.model.document import Document, StoreDump
from mcplog.parse.formats import FOLDER_START, session_of
from mcplog.sources.client_places import MARKER_NAME, STORE_NAME
from mcplog.sources.snapshot_names import time_in_name

DEBUG_FOLDERS: Final = ("debug", "debug-logs")
ENDINGS: Final = (".txt", ".log", ".md", ".markdown", ".json", ".jsonl")
STATEMENTS: Final = ("issue", "comment", "report", "body")


class Layout:
    """Gives each input a name in the bundle; no two the same.

    Args:
        case_count: How many cases there are.
        folder_of: Gives the new name of a per-server log's folder, without `mcp-logs-`.
    """

    def __init__(self, case_count: int, folder_of: Callable[[str], str]) -> None:
        self._case_count = case_count
        self._folder_of = folder_of
        self._taken: set[str] = set()

    def of_log(self, document: Document) -> str:
        """Return the name of a log."""
        ending = PurePosixPath(document.name).suffix.lower()
        ending = ending if ending in ENDINGS else ".md" if document.is_pasted else ".txt"
        name = document.name.lower()
        if document.folder.startswith(FOLDER_START):
            folder = FOLDER_START + self._folder_of(document.folder.removeprefix(FOLDER_START))
            stem = document.name.removesuffix(ending) if time_in_name(document.name) is not None else "log"
        elif document.folder in DEBUG_FOLDERS or session_of(document.name):
            folder = document.folder if document.folder in DEBUG_FOLDERS else "debug"
            stem = session_of(document.name) or "debug"
        else:
            is_statement = document.is_pasted or (name.startswith(STATEMENTS) and ending == ".md")
            folder, stem = "logs", "issue" if is_statement else "log"
        return self._free(document.case_id, folder, stem, ending)

    def of_store(self, dump: StoreDump, number: int, *, is_only: bool) -> str:
        """Return the name of a store, a snapshot or a marker.

        Args:
            dump: What it is.
            number: Its place among the snapshots of its store, from 1.
            is_only: There is no other store in its case.
        """
        folder = "" if is_only else f"store-{dump.store_id}"
        if dump.is_marker:
            return self._named(dump.case_id, folder, MARKER_NAME)
        if dump.is_current:
            return self._named(dump.case_id, folder, STORE_NAME)
        has_time = dump.time_is_from_name and dump.taken_at_ms is not None
        stem = f"credentials-{number:02}-{dump.taken_at_ms}" if has_time else f"store-{number:02}"
        ending = ".json.absent" if dump.absent else ".json"
        return self._free(dump.case_id, f"{folder}/credentials".lstrip("/"), stem, ending)

    def cases(self) -> Iterable[str]:
        """Return the folders of the cases, `.` for a single one."""
        return [f"case-{number + 1}" for number in range(self._case_count)] if self._case_count > 1 else ["."]

    def _named(self, case_id: int, folder: str, name: str) -> str:
        path = "/".join(part for part in (self._case(case_id), folder, name) if part)
        self._taken.add(path)
        return path

    def _free(self, case_id: int, folder: str, stem: str, ending: str) -> str:
        for number in range(1, len(self._taken) + 2):
            numbered = stem if number == 1 and stem not in ("log", "issue") else f"{stem}-{number}"
            where = folder if number == 1 or stem in ("log", "issue", "debug") else f"{number}/{folder}"
            name = numbered if stem in ("log", "issue", "debug") else stem
            path = "/".join(part for part in (self._case(case_id), where, f"{name}{ending}") if part)
            if path not in self._taken:
                self._taken.add(path)
                return path
        raise AssertionError  # pragma: no cover - more names are tried than are taken

    def _case(self, case_id: int) -> str:
        return f"case-{case_id + 1}" if self._case_count > 1 else ""
