"""Per-server logs: objects one a line, arrays, and what is left of them when they are damaged."""

import json
from datetime import UTC as ZONE
from datetime import datetime

import pytest

from tests.parse.documents_of import cited, read, server_log, told

AT = "2026-11-25T00:53:03.511Z"
RECORD = f'{{"debug":"Returning tokens","timestamp":"{AT}","sessionId":"s1","cwd":"/home"}}'
FAILED = f'{{"error":"Error: no\\n    at x","timestamp":"{AT}","sessionId":"s1","cwd":"/home"}}'
ARRAY = f"""[
  {{
    "debug": "Returning tokens",
    "timestamp": "{AT}",
    "sessionId": "s1",
    "cwd": "C:\\\\Users\\\\dev"
  }},
  {{
    "error": "Connection failed: ÿ",
    "timestamp": "{AT}"
  }}
]"""


def test_a_record_has_level_instant_session_message_and_place() -> None:
    source = server_log(f"{RECORD}\n{FAILED}\n", "x")

    parsed = read(source)

    assert told(parsed, "server", "level", "event_at", "time_basis", "session_id", "message", "line_from") == [
        ("x", "debug", datetime(2026, 11, 25, 0, 53, 3, 511_000, tzinfo=ZONE), "recorded", "s1", "Returning tokens", 1),
        (
            "x",
            "error",
            datetime(2026, 11, 25, 0, 53, 3, 511_000, tzinfo=ZONE),
            "recorded",
            "s1",
            "Error: no\n    at x",
            2,
        ),
    ]
    assert cited(parsed, source) == [RECORD.encode(), FAILED.encode()]


def test_keys_may_be_missing_and_stamps_masked() -> None:
    parsed = read(server_log('{"debug":"a"}\n{"debug":"b","timestamp":"2025-06-XXTXX:XX:XX.XXXZ"}\n', "x"))

    assert told(parsed, "event_at", "time_basis", "session_id") == [(None, "order", None), (None, "masked", None)]


def test_an_array_is_read_with_the_place_of_each_record() -> None:
    source = server_log(ARRAY, "x", name="x.txt")

    parsed = read(source)

    assert told(parsed, "line_from", "line_to", "message") == [
        (2, 7, "Returning tokens"),
        (8, 11, "Connection failed: ÿ"),
    ]
    assert [data[:1] + data[-1:] for data in cited(parsed, source)] == [b"{}", b"{}"]
    assert parsed.documents.select("format", "ends_early", "server_folder").row(0) == ("server-log-array", False, "x")


@pytest.mark.parametrize("cut", range(60, len(ARRAY) - 1, 7))
def test_an_array_that_breaks_off_keeps_what_is_whole_and_says_that_it_was_cut(cut: int) -> None:
    parsed = read(server_log(ARRAY[:cut], "x", name="x.txt"))

    assert told(parsed, "message")[0] == ("Returning tokens",)
    assert parsed.documents.item(0, "ends_early") is True


def test_objects_that_a_tool_printed_one_after_the_other_are_read_as_an_array_is() -> None:
    printed = "\n".join(json.dumps(json.loads(record), indent=2) for record in (RECORD, FAILED))
    whole, cut = (read(server_log(text, "x")) for text in (printed, printed[:-30]))

    assert told(whole, "line_from", "line_to", "message") == [
        (1, 6, "Returning tokens"),
        (7, 12, "Error: no\n    at x"),
    ]
    assert told(cut, "message") == told(whole, "message")
    assert [parsed.documents.item(0, "ends_early") for parsed in (whole, cut)] == [False, True]


def test_a_line_that_is_no_object_is_a_gap_between_two_entries() -> None:
    parsed = read(server_log(f"{RECORD}\nnot json\n{FAILED}\n", "x"))

    assert told(parsed, "line_from") == [(1,), (3,)]
    assert parsed.gaps.rows() == [(0, 2, 2, len(RECORD) + 1, len(RECORD) + 9, "cut")]
    assert parsed.documents.item(0, "ends_early") is False


def test_a_torn_last_line_gives_what_is_whole_of_it() -> None:
    parsed = read(server_log(f'{RECORD}\n{{"debug":"Saving tokens","timest', "x"))

    assert told(parsed, "message", "time_basis") == [("Returning tokens", "recorded"), ("Saving tokens", "order")]
    assert parsed.documents.item(0, "ends_early") is True


def test_records_that_lost_their_line_end_are_told_apart() -> None:
    source = server_log(f"{RECORD}{FAILED}\n", "x")

    assert cited(read(source), source) == [RECORD.encode(), FAILED.encode()]


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    source = server_log(b'{"debug":"a\xffb","sessionId":"s"}\n', "x")

    assert told(read(source), "message") == [("a\ufffdb",)]


def test_a_user_agent_tells_the_client_version() -> None:
    parsed = read(
        server_log('{"debug":"HTTP transport options: {\\"User-Agent\\":\\"claude-code/2.1.90 (cli)\\"}"}\n', "x")
    )

    assert parsed.documents.item(0, "client_version") == "2.1.90"


@pytest.mark.parametrize(
    ("message", "late"), [("Initializing HTTP transport to https://x", False), ("Calling MCP tool: y", True)]
)
def test_a_log_starts_late_when_its_first_record_does_not_begin_a_connection(message: str, late: bool) -> None:  # noqa: FBT001 - a case
    assert read(server_log(f'{{"debug":"{message}"}}\n', "x")).documents.item(0, "starts_late") is late


def test_nested_brackets_without_end_are_no_danger() -> None:
    parsed = read(server_log('{"debug":' + "[" * 100_000 + "\n" + RECORD + "\n", "x"))

    assert told(parsed, "message") == [("Returning tokens",)]
