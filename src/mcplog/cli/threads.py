"""How many threads polars may use: one for a small input, since to wake a second one would cost more than it does.

Polars asks the environment once, when it is loaded; so this comes before anything that loads it.
"""

import os
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Final

THREADS: Final = "POLARS_MAX_THREADS"
_SMALL_BYTES: Final = 4 * 1024 * 1024
_FEW_FILES: Final = 200


def spare_threads(paths: Iterable[str | Path], environment: MutableMapping[str, str] = os.environ) -> None:
    """Let polars use one thread when what the user names is small; what the user asked for stays.

    Args:
        paths: Files and folders; anything else counts as large.
        environment: Where polars looks.
    """
    if THREADS not in environment and _are_small(paths):
        environment[THREADS] = "1"


def _are_small(paths: Iterable[str | Path]) -> bool:
    total = 0
    for number, size in enumerate(size for path in paths for size in _sizes(Path(path))):
        total += size
        if total > _SMALL_BYTES or number >= _FEW_FILES:
            return False
    return total > 0


def _sizes(path: Path) -> Iterator[int]:
    """Yield the sizes of the files that `path` is or holds; of what cannot be looked at, one that is not small."""
    try:
        if not path.is_dir():
            yield path.stat().st_size or _SMALL_BYTES + 1
            return
        for folder, _, names in os.walk(path):
            for name in names:
                yield os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - of many files, and quickly
    except OSError:
        yield _SMALL_BYTES + 1
