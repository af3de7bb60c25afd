"""write: standard output or a whole file, never half of one."""

import os
import sys
from pathlib import Path

import pytest

from mcplog.cli.output import refuse_to_overwrite, write
from mcplog.errors import UsageError


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write("report ✔\n", tmp_path / "report.txt")

    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("report.txt", "report ✔\n")]


def test_a_file_that_is_there_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    target.chmod(0o640)

    write("new", target)

    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()

    write("new", tmp_path / "report.txt")

    assert (tmp_path / "report.txt").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")

    write("new", tmp_path / "link.txt")

    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_when_it_fails_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match=r"cannot be written: No space left on device"):
        write("new", target)

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.txt", "old")]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        write("new", tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be written: No such file or directory"):
        write("new", tmp_path / "no" / "report.txt")


def test_a_device_is_written_to_and_not_replaced() -> None:
    write("gone", Path(os.devnull))

    assert not Path(os.devnull).is_file()


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write("text\n", Path("-"))

    assert capsys.readouterr().out == "text\n"


def test_an_input_is_not_overwritten(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("evidence")
    (tmp_path / "same.log").symlink_to(log)

    with pytest.raises(UsageError, match="is an input"):
        refuse_to_overwrite([tmp_path, log], tmp_path / "same.log")
    refuse_to_overwrite([log], tmp_path / "other.log")

    assert log.read_text() == "evidence"


def test_a_stream_that_cannot_show_a_character_gets_its_escape(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with open(1, "w", encoding="latin-1", closefd=False) as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        write("é ✔\n")

    assert capfdbinary.readouterr().out == b"\xe9 \\u2714\n"
