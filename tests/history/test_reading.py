"""What a history remembers, under the key that it was made with."""

from pathlib import Path

import pytest

from mcplog.errors import InputError
from mcplog.history import History, key_check, new_key, remembered
from mcplog.history.database import Row
from mcplog.history.reading import Remembered
from tests.history.test_database import STORE, row


def filled(folder: Path, *check_words: str) -> Path:
    path = folder / "history.db"
    with History.opened(path) as history:
        for second, word in enumerate(check_words):
            plain = row(second)
            history.add(
                STORE,
                Row(
                    observed_at_ms=plain.observed_at_ms,
                    absent=False,
                    facts=plain.facts,
                    record=plain.record,
                    key_check=word,
                ),
            )
    return path


def read(path: Path, key: bytes | None = None, store_id: int | None = None) -> Remembered:
    return remembered(path, store=STORE, key=key, case_id=3, store_id=store_id, free_id=7)


def test_each_snapshot_is_a_record_of_the_case_and_the_store(tmp_path: Path) -> None:
    path = filled(tmp_path, key_check(new_key(tmp_path)))
    (dump,) = read(path, store_id=5).dumps

    assert (dump.store_id, dump.case_id, dump.taken_at_ms, dump.is_recorded, dump.is_current) == (5, 3, 0, True, False)
    assert dump.origin == "snapshot 1 of the history"


def test_without_a_store_in_the_run_it_gets_a_number_of_its_own(tmp_path: Path) -> None:
    path = filled(tmp_path, key_check(new_key(tmp_path)))

    assert [dump.store_id for dump in read(path).dumps] == [7]


def test_rows_of_another_key_are_left_out_and_counted(tmp_path: Path) -> None:
    word = key_check(new_key(tmp_path))
    found = read(filled(tmp_path, word, "another", word))

    assert [dump.origin for dump in found.dumps] == ["snapshot 1 of the history", "snapshot 3 of the history"]
    assert found.notes == (
        "History of `mcplog snapshot`: 2 snapshots from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:02.000Z.",
        "1 snapshot of the history is left out: its fingerprints were made with another key.",
    )


def test_a_key_of_the_user_leaves_out_what_was_made_with_another(tmp_path: Path) -> None:
    found = read(filled(tmp_path, key_check(new_key(tmp_path))), key=bytes(32))

    assert found.dumps == ()


def test_without_its_key_nothing_can_be_compared(tmp_path: Path) -> None:
    path = filled(tmp_path, "word")

    with pytest.raises(InputError, match="does not lie beside it"):
        read(path)
