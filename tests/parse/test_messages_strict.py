"""read_events_strictly: lark alone gives the same table; and what does not fit is explained."""

import pytest

from mcplog.parse.message_grammar import Refusal
from mcplog.parse.messages import read_events
from mcplog.parse.strict_messages import explain_unrecognised, read_events_strictly
from tests.parse.entries_of import KEY, entries_of
from tests.parse.samples import detail_samples, message_samples


def test_lark_alone_gives_the_same_events() -> None:
    details = [f"Connection failed: {sample.text}" for sample in detail_samples()]
    entries = entries_of([*(sample.text for sample in message_samples()), *details, "nothing known"], level="error")

    by_table, by_lark = read_events(entries, key=KEY), read_events_strictly(entries, key=KEY)

    assert by_lark.rows.equals(by_table.rows)
    assert by_lark.messages.equals(by_table.messages)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Saving tokens", None),
        ("Token length: many", Refusal(column=15, read="Token length: ", expected=("NUMBER",))),
        ("Reconnect attempt 3", Refusal(column=20, read="Reconnect attempt 3", expected=(" did not connect (", "/"))),
    ],
)
def test_a_refused_text_is_explained(text: str, refusal: Refusal | None) -> None:
    assert explain_unrecognised(text) == refusal
