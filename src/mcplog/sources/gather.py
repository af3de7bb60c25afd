"""Find what the user means by a path, and what belongs to it.

    a file                   that file; under a configuration folder also its store, marker and per-server logs
    latest                   the newest debug log of the client's configuration folder
    a folder                 a debug folder, a configuration folder, a recording, a case, loose logs
    -                        standard input
    nothing                  the newest debug log of this machine, with what belongs to it

Each path is a case of its own, except that files of one configuration folder are one case, and that everything is one
case when the user names the store. What belongs together is found by its place or by the session id it names; a log
from anywhere else is never joined to this machine's store.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from mcplog.errors import NoInputError
from mcplog.model.document import Document, Problem, StoreDump
from mcplog.sources.case import Case, case_of_folder, case_of_stdin, merged
from mcplog.sources.file_content import FileContent
from mcplog.sources.inputs import Inputs
from mcplog.sources.machine import Machine
from mcplog.sources.named_file import case_of_file
from mcplog.sources.newest import newest_case
from mcplog.sources.printable import printable
from mcplog.sources.store_dumps import store_dumps
from mcplog.sources.stores_named import stores_named


def gather(
    paths: Sequence[str | Path],
    *,
    credentials: Sequence[str | Path] = (),
    environment: Mapping[str, str],
    home: Path,
    stdin: BinaryIO | None,
) -> Inputs:
    """Find the logs and stores to analyse.

    Args:
        paths: What the user named; empty: the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them that the user named; they replace those found.
        environment: The environment's variables, for the client's folders.
        home: The home folder.
        stdin: Where `-` is read from; null: nowhere.

    Returns:
        What was found. A path that cannot be used costs itself alone and is told in `problems`.

    Raises:
        NoInputError: Nothing usable was found; says why, and what to do.
    """
