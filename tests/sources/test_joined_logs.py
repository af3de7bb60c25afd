"""Logs that were joined into one stream are taken apart where another process begins, and keep their places."""

import io
from pathlib import Path

import pytest

from mcplog.pipeline import all_rules, run
from mcplog.sources import gather
from mcplog.sources.joined_logs import parts_of

STAMP = "2026-03-04T09:00:{:02d}.000Z [DEBUG] "
FIRST = ("MDM settings load completed in 1ms", 'MCP server "notes": Starting connection with timeout of 30000ms')
SAVED = 'MCP server "notes": Saving tokens'
ABSENT = 'MCP server "notes": No token data found'


def log(second: int, *texts: str) -> bytes:
    return "".join(f"{STAMP.format(second + number)}{text}\n" for number, text in enumerate(texts)).encode()


@pytest.mark.parametrize("text", [b"", b"no log", log(0, *FIRST, SAVED)])
def test_one_log_is_left_as_it_is(text: bytes) -> None:
    assert list(parts_of(text)) == [text]


def test_a_second_process_begins_where_its_first_line_comes_again() -> None:
    one, other = log(0, *FIRST, SAVED), log(5, *FIRST, ABSENT)

    first, second = parts_of(one + other)

    assert first == one
    assert second.strip(b" \n") == other.strip()
    assert (len(second), second.count(b"\n")) == (len(one + other), (one + other).count(b"\n"))


def test_several_first_lines_of_one_process_are_one_process() -> None:
    text = log(0, "[init] configureGlobalMTLS starting", *FIRST, "Watching for changes in setting files /x...", SAVED)

    assert len(list(parts_of(text))) == 1
    assert len(list(parts_of(text + text + text))) == 3


def test_a_save_in_one_process_is_not_lost_in_another() -> None:
    stream = io.BytesIO(log(0, *FIRST, SAVED) + log(5, *FIRST, ABSENT))
    inputs = gather(["-"], environment={}, home=Path("nobody's home"), stdin=stream)

    analysis = run(inputs.documents, inputs.dumps, all_rules(), key=b"k" * 32)
    absent = analysis.events.filter(analysis.events["kind"].cast(str) == "token_absent").row(0, named=True)

    assert "tokens-lost-after-save" not in {finding.rule_id for finding in analysis.findings}
    assert (absent["line_from"], analysis.documents.height) == (6, 2)
