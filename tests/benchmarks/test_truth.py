"""The whole flow against the generator's truth: every line of an invented log becomes the event it was written as."""

from collections import Counter

import pytest

from benchmarks.log import write_lines
from benchmarks.session import Session
from mcplog.model.document import Document, Memory
from mcplog.model.event_kinds import EVENT_KINDS
from mcplog.pipeline import run

UNCHECKED = "other"  # lines whose kind the generator does not name


@pytest.mark.parametrize(("seed", "share"), [(1, 0.05), (2, 0.55), (3, 1.0)])
def test_events_by_server_and_kind_are_those_that_were_written(seed: int, share: float) -> None:
    session = Session(seed=seed, servers=12, share=share)
    log = "".join(write_lines(session, 8_000))
    checked = {kind for tally in session.tallies.values() for kind in tally.kinds} - {UNCHECKED}

    document = Document(document_id=0, origin="log.txt", name="log.txt", content=Memory(log.encode()))
    events = run([document], (), (), key=bytes(32)).events.select("server", "kind").rows()

    written = Counter(
        {
            (name, kind): count
            for name, tally in session.tallies.items()
            for kind, count in tally.kinds.items()
            if kind != UNCHECKED
        }
    )

    assert checked <= set(EVENT_KINDS)
    assert Counter(event for event in events if event[1] in checked) == written
