"""unordered_servers: which servers have lines in logs that nobody can put in order."""

import polars as pl
import pytest

from mcplog.correlate.unordered import unordered_servers
from mcplog.model.facts import Facts
from mcplog.model.frames import DOCUMENTS, FACTS
from tests.correlate.given import at, frame

Told = tuple[int, str, float | None]  # document, server, second


def found(documents: list[tuple[str, float | None]], *rows: Told) -> frozenset[tuple[int, str]]:
    table = frame(
        [
            {"document_id": number, "case_id": 0, "format": form, "covers_from": at(second)}
            for number, (form, second) in enumerate(documents)
        ],
        DOCUMENTS,
    )
    facts = frame(
        [
            {"case_id": 0, "document_id": document, "server": server, "kind": "token_saved", "event_at": at(second)}
            for document, server, second in rows
        ],
        FACTS,
    )
    return unordered_servers(Facts(rows=facts), table)


@pytest.mark.parametrize(
    ("documents", "rows", "servers"),
    [
        pytest.param([("debug-file", None)], [(0, "s", None)], set(), id="one log has its own order"),
        pytest.param([("debug-file", None)] * 2, [(0, "s", None), (1, "s", None)], {"s"}, id="two without times"),
        pytest.param([("debug-file", None)] * 2, [(0, "s", None), (1, "t", None)], set(), id="each in one of them"),
        pytest.param(
            [("debug-file", None), ("debug-file", 1)], [(0, "s", None), (1, "s", 2), (1, "t", 3)], {"s"}, id="one dated"
        ),
        pytest.param([("debug-file", 0), ("debug-file", 1)], [(0, "s", 0), (1, "s", 2)], set(), id="both dated"),
        pytest.param(
            [("debug-file", None), ("server-log-array", 1)],
            [(0, "s", 2), (1, "s", 3)],
            set(),
            id="its lines have their times from another log",
        ),
        pytest.param([("paste", None)] * 2, [(0, "s", None), (1, "s", None)], set(), id="pastes stand in their order"),
    ],
)
def test_a_server_is_unordered_whose_lines_stand_in_a_log_without_times_and_in_another(
    documents: list[tuple[str, float | None]], rows: list[Told], servers: set[str]
) -> None:
    assert found(documents, *rows) == {(0, server) for server in servers}


def test_rows_without_a_server_or_a_log_say_nothing() -> None:
    rows = frame(
        [{"case_id": 0, "document_id": 0, "kind": "token_saved"}, {"case_id": 0, "server": "s", "kind": "token_saved"}],
        FACTS,
    )
    table = frame([{"document_id": number, "case_id": 0, "format": "debug-file"} for number in (0, 1)], DOCUMENTS)

    assert unordered_servers(Facts(rows=rows), table) == frozenset()
    assert unordered_servers(Facts(rows=pl.DataFrame(schema=FACTS)), table.clear()) == frozenset()
