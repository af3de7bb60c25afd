"""The key of a history: one for all processes, for the owner's eyes, and never taken from something else."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcplog.errors import InputError
from mcplog.history.key import KEY_NAME, key_check, key_of, new_key


def test_there_is_none_before_one_is_made(tmp_path: Path) -> None:
    assert key_of(tmp_path) is None


def test_everybody_who_makes_one_at_once_gets_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: new_key(tmp_path), range(32)))

    assert keys == {key_of(tmp_path)}
    assert [item.name for item in tmp_path.iterdir()] == [KEY_NAME]
    assert stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "é"])
def test_a_damaged_one_is_told_and_never_replaced(text: str, tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_text(text, "utf-8")

    with pytest.raises(InputError):
        new_key(tmp_path)
    assert (tmp_path / KEY_NAME).read_text("utf-8") == text


def test_its_check_word_does_not_show_it() -> None:
    key = bytes(range(32))

    assert key_check(key) == key_check(bytes(range(32))) != key_check(bytes(32))
    assert key_check(key) not in key.hex()
