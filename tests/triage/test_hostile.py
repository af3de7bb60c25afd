"""A folder of hostile inputs: all other cases complete, each hostile one is told in one row."""

import os
from pathlib import Path

import pytest

from mcplog.sources import found as found_module
from tests.sources.archives import zipped
from tests.triage.dumps import cases, healthy, problems, refused, rows_of, written

SPARSE_BYTES = 2 * 1024**3
BOMB_BYTES = 128 * 1024**2
TOLD = [
    ("around", "is a link to a folder that is read already"),
    (
        "bomb.zip",
        (
            "a.txt: unpacks to more than 250 times its size, the rest is not read; "
            "a.txt: 1 line was too long to be read whole"
        ),
    ),
    ("cut.zip", "is a zip archive without its directory: it is cut or damaged"),
    ("itself", "is a link that leads nowhere"),
    ("locked.txt", "may not be read"),
    ("names.zip", "../../outside.txt: has a name that leads out of the archive"),
    ("sparse.txt", "is a binary file, not a log"),
]


def test_each_hostile_input_is_one_row_and_costs_no_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = refused().encode()
    whole = zipped({"a.txt": log + b"x" * 4096})
    folder = written(
        tmp_path,
        {
            "1/a.txt": log,
            "2/a.txt": healthy(),
            "bomb.zip": zipped({"a.txt": log + b"x" * BOMB_BYTES}),
            "cut.zip": whole[: len(whole) // 2],
            "locked.txt": log,
            "names.zip": zipped({"../../outside.txt": log}),
        },
    )
    (folder / "around").symlink_to(folder)
    (folder / "itself").symlink_to(folder / "itself")
    with (folder / "sparse.txt").open("wb") as file:
        os.truncate(file.fileno(), SPARSE_BYTES)
    opened = found_module.opened

    def guarded(path: Path) -> object:
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path)

    monkeypatch.setattr(found_module, "opened", guarded)
    rows = rows_of(folder)

    assert [(case.case, case.verdict) for case in cases(rows)] == [
        ("bomb.zip", "incident"),  # what stands before the bomb is a log
        ("1", "incident"),
        ("2", "healthy"),
    ]
    assert sorted((Path(row.file).name, row.what) for row in problems(rows)) == TOLD
    assert not (tmp_path.parent / "outside.txt").exists()
