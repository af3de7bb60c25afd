"""Suppression files: what stands in them, and every fault told with its place."""

from datetime import date
from pathlib import Path

import pytest

from mcplog.errors import InputError, McplogError, UsageError
from mcplog.model.suppression import Suppression
from mcplog.sources.suppression_file import read_suppressions

GOOD = '[[suppress]]\nrule = "a-rule"\nserver = "notes"\nreason = "ticket 4711"\nuntil = 2026-12-31\n'


def read(folder: Path, text: str) -> tuple[Suppression, ...]:
    file = folder / "s.toml"
    file.write_text(text, "utf-8")
    return read_suppressions(file, ["a-rule"])


def test_an_entry_has_a_rule_a_reason_a_day_and_perhaps_a_server(tmp_path: Path) -> None:
    entries = read(tmp_path, GOOD + GOOD.replace('server = "notes"\n', ""))

    assert [(one.rule, one.server, one.reason, one.until) for one in entries] == [
        ("a-rule", "notes", "ticket 4711", date(2026, 12, 31)),
        ("a-rule", "", "ticket 4711", date(2026, 12, 31)),
    ]
    assert entries[1].place == f"{tmp_path / 's.toml'}: entry 2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suppress = ", "is no TOML: Invalid value (at end of document)"),
        ("", "Object missing required field `suppress`"),
        (GOOD.replace("until = 2026-12-31\n", ""), "Object missing required field `until`: `suppress[0]`"),
        (GOOD.replace("2026-12-31", '"soon"'), "Invalid RFC3339 encoded date: `suppress[0].until`"),
        (GOOD.replace("ticket 4711", ""), "Expected `str` of length >= 1: `suppress[0].reason`"),
        (GOOD + 'who = "me"\n', "Object contains unknown field `who`: `suppress[0]`"),
        (GOOD.replace("a-rule", "no-rule"), "there is no rule 'no-rule'"),
    ],
)
def test_a_fault_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)

    assert caught.value.message == said
    assert caught.value.hint


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(McplogError) as caught:
        read_suppressions(tmp_path / "none.toml", [])

    assert isinstance(caught.value, InputError)
