"""Threads are spared for small inputs only, and never against what the user asked for."""

from pathlib import Path

import pytest

from mcplog.cli.threads import THREADS, spare_threads


@pytest.mark.parametrize(
    ("sizes", "threads"),
    [([10], "1"), ([10, 4 * 1024 * 1024 - 10], "1"), ([10, 4 * 1024 * 1024], None), ([0], None), ([], None)],
)
def test_one_thread_is_enough_for_a_few_megabytes(sizes: list[int], threads: str | None, tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(b"x" * size)
    environment: dict[str, str] = {}

    spare_threads(paths, environment)

    assert environment.get(THREADS) == threads


def test_the_files_of_a_folder_count_and_very_many_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "log.txt").write_bytes(b"x")
    few: dict[str, str] = {}
    spare_threads([tmp_path], few)
    for number in range(300):
        (tmp_path / str(number)).write_bytes(b"x")
    many: dict[str, str] = {}
    spare_threads([tmp_path], many)

    assert (few, many) == ({THREADS: "1"}, {})


@pytest.mark.parametrize("word", ["-", "latest", "no/such/file"])
def test_what_cannot_be_looked_at_may_be_large(word: str) -> None:
    environment: dict[str, str] = {}

    spare_threads([word], environment)

    assert environment == {}


def test_what_the_user_asked_for_stays(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(b"x")
    environment = {THREADS: "2"}

    spare_threads([tmp_path / "log.txt"], environment)

    assert environment == {THREADS: "2"}
