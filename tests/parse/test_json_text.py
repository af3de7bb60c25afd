"""JSON inside messages never holds what no frame can."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.json_text import decoded
from mcplog.parse.messages import read_events
from tests.parse.entries_of import KEY, entries_of

HALF = "Account s\\ud800uspended"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES)
def test_whole_characters_stay_what_they_are(value: object) -> None:
    assert decoded(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f'{{"a":["{HALF}"]}}', {"a": ["Account s\ufffduspended"]}),
        ('"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        ('"\\uDE00"', "\ufffd"),
    ],
)
def test_half_a_character_is_replaced(text: str, value: object) -> None:
    assert decoded(text) == value


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decoded(text)


@pytest.mark.parametrize(
    "message",
    [
        f'Connection failed: Error POSTing to endpoint (HTTP 403): {{"error":"forbidden","message":"{HALF}"}}',
        f'HTTP Connection error: {{"url":"https://a.example","error":"{HALF}"}}',
        f'tool result: {{"isError":true,"content":[{{"type":"text","text":"{HALF}"}}]}}',
        f'HTTP transport options: {{"url":"https://a.example/{HALF}","headers":{{"User-Agent":"claude-code/{HALF}"}}}}',
    ],
)
def test_a_message_with_half_a_character_is_read(message: str) -> None:
    assert read_events(entries_of([message]), key=KEY).rows.height == 1
