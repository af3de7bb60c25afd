"""Files behind URLs: listed, grouped and read as those of a folder are. The memory file system stands for `s3://`."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from mcplog.errors import UsageError
from mcplog.sources.remote import HELD_BYTES, RemoteContent, found_remotely, listed_remotely
from mcplog.sources.unit_cases import cases_of_unit
from mcplog.sources.units import units_of
from tests.sources.archives import zipped
from tests.sources.trees import LOG, STORE

FILES = {
    "dump/1/a.txt": LOG,
    "dump/1/deep/b.txt": LOG,
    "dump/2/.credentials.json": STORE,
    "dump/2/c.txt": LOG,
    "dump/d.zip": zipped({"x.txt": LOG}),
    "dump/long.txt": LOG + b"x" * HELD_BYTES,
}


@pytest.fixture(autouse=True)
def stored() -> Iterator[None]:
    """The files, in memory."""
    system = fsspec.filesystem("memory")
    for name, content in FILES.items():
        system.pipe(f"/{name}", content)
    yield
    system.rm("/dump", recursive=True)


def test_a_url_is_grouped_as_a_folder_is() -> None:
    assert [(unit.name, [file.path for file in unit.files]) for unit in units_of(["memory://dump"])] == [
        ("d.zip", []),
        ("long.txt", []),
        ("1", ["a.txt", "deep/b.txt"]),
        ("2", [".credentials.json", "c.txt"]),
    ]


def test_its_units_are_opened_as_those_of_a_folder_are() -> None:
    opened = [case for unit in units_of(["memory://dump"]) for case in cases_of_unit(unit)]

    assert [([log.origin for log in case.logs], len(case.stores)) for case in opened] == [
        (["memory://dump/d.zip!x.txt"], 0),
        (["memory://dump/long.txt"], 0),
        (["memory://dump/1/a.txt", "memory://dump/1/deep/b.txt"], 0),
        (["memory://dump/2/c.txt"], 1),
    ]
    assert [case.problems for case in opened] == [(), (), (), ()]


def test_a_long_file_is_read_by_range() -> None:
    content = RemoteContent("memory://dump/long.txt", len(FILES["dump/long.txt"]))

    assert content.slice(0, len(LOG)) == LOG
    assert content.slice(5, 5) == b""
    assert b"".join(content.blocks(300_000)) == FILES["dump/long.txt"]


def test_a_file_that_is_named_is_one_unit() -> None:
    place, listing, is_folder = listed_remotely("memory://dump/1/a.txt")

    assert (place, [file.size for file in listing.files], is_folder) == ("memory://dump/1/a.txt", [len(LOG)], False)
    assert [len(case.logs) for unit in units_of(["memory://dump/1/a.txt"]) for case in cases_of_unit(unit)] == [1]


@pytest.mark.parametrize("url", ["memory://nothing", "file:///nothing/at/all"])
def test_a_url_that_leads_nowhere_is_told(url: str) -> None:
    (unit,) = units_of([url])

    assert [problem.what for problem in unit.problems] == ["holds no file"]


def test_a_protocol_that_nothing_reads_is_a_mistake_of_the_command_line() -> None:
    with pytest.raises(UsageError, match="protocol"):
        units_of(["nobody-knows://x"])


def test_a_file_that_is_gone_is_told() -> None:
    found = found_remotely("memory://dump/gone.txt", "memory://dump/gone.txt", 10)

    assert getattr(found, "what", "") == "cannot be read any more"
    assert Path("memory:/dump").exists() is False
