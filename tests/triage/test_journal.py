"""Journal: what is done stays done, and a run goes on behind its last mark."""

from pathlib import Path

import pytest

from mcplog.errors import UsageError
from mcplog.triage import work
from mcplog.triage.batches import PROGRAM_BYTES
from mcplog.triage.journal import Journal, rows_of
from mcplog.triage.rows import DoneRow, HeadRow
from tests.triage.dumps import cases, healthy, refused, written
from tests.triage.dumps import rows_of as triaged

HEAD = HeadRow(tool="mcplog 1", per="finding", units=4, asked="0")
SMALL = PROGRAM_BYTES  # the least memory there is: a few cases make a batch


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A folder of cases of which each fills a batch."""
    padding = "2026-03-03T07:40:00.000Z [DEBUG] Stream started - received first chunk\n" * 40_000
    files = {f"{number}/a.txt": (refused, healthy)[number % 2]() + padding for number in range(4)}
    return written(tmp_path / "dump", dict(files))


def test_a_run_that_was_killed_goes_on_and_ends_in_the_same_bytes(dump: Path, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    triaged(dump, memory_bytes=SMALL, journal=whole)
    lines = whole.read_bytes().splitlines(keepends=True)
    marks = [number for number, line in enumerate(lines) if line.startswith(b'{"type":"done"')]

    assert len(marks) > 1
    for stop in (marks[0] + 1, marks[0] + 2, len(lines)):
        for torn in (b"", lines[marks[0] + 1][:40], b"\xff"):
            cut.write_bytes(b"".join(lines[:stop]) + torn)
            triaged(dump, memory_bytes=SMALL, journal=cut, resume=True)

            assert cut.read_bytes() == whole.read_bytes()


def test_what_is_done_is_not_done_again(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = tmp_path / "a.jsonl"
    triaged(dump, journal=journal)
    monkeypatch.setattr(work, "judge", None)

    assert len(cases(triaged(dump, journal=journal, resume=True))) == 4


def test_a_journal_of_another_run_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    Journal.begun(path, HEAD).close()

    with pytest.raises(UsageError, match="was made from other inputs"):
        Journal.begun(path, HeadRow(tool="mcplog 1", per="finding", units=5, asked="1"), resume=True)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")

    with pytest.raises(UsageError, match="exists"):
        Journal.begun(path, HEAD)
    with pytest.raises(UsageError, match="was made from other inputs"):
        Journal.begun(path, HEAD, resume=True)
    assert path.read_text() == "mine"


def test_a_run_that_was_killed_before_its_first_line_was_whole_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"type":"triage","sch')
    Journal.begun(path, HEAD, resume=True).close()

    assert list(rows_of(path)) == [HEAD]


def test_a_torn_line_and_a_row_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    Journal.begun(path, HEAD).close()
    with path.open("ab") as file:
        file.write(b'{"type":"later","x":1}\n{"type":"done","units":1}\n{"type":"don')

    assert list(rows_of(path)) == [HEAD, DoneRow(units=1)]


def test_a_file_of_another_kind_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")

    for name in ("a.json", "none"):
        with pytest.raises(UsageError):
            list(rows_of(tmp_path / name))


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        Journal.begun(tmp_path / "none" / "a.jsonl", HEAD)
