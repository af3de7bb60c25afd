"""Small logs and stores as frames: what the tests of this room are given."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from mcplog.correlate import Logs, Stores
from mcplog.model.frames import DOCUMENTS, EVENT_ROWS, GAPS, MARKERS, MESSAGES, STATES, STORE_CHANGES, empty

Line = tuple[float | None, str, Mapping[str, object]]


def at(second: float | None) -> datetime | None:
    return None if second is None else datetime(2026, 11, 25, 12, tzinfo=UTC) + timedelta(seconds=second)


def line(second: float | None, kind: str, **fields: object) -> Line:
    return second, kind, fields


def frame(rows: Sequence[Mapping[str, object]], schema: pl.Schema) -> pl.DataFrame:
    """Return `rows` with every column of `schema`; what a row does not name is null."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def logs(*documents: tuple[str, Sequence[Line]], gaps: Sequence[Mapping[str, object]] = (), **about: object) -> Logs:
    """Return one document for each (session, lines); `about` overrides columns of all documents."""
    rows: list[dict[str, object]] = []
    messages: list[dict[str, object]] = []
    known: list[dict[str, object]] = []
    for document_id, (session, lines) in enumerate(documents):
        known.append(
            {"document_id": document_id, "case_id": 0, "origin": f"{session}.txt", "format": "debug-file"}
            | {"session_id": session, "starts_late": False, "ends_early": False, "line_count": len(lines)}
            | {"covers_from": at(lines[0][0]), "covers_to": at(lines[-1][0])}
            | about
        )
        for number, (second, kind, fields) in enumerate(lines, 1):
            server = fields.get("server", "notes")
            placed = {"document_id": document_id, "entry_id": number, "line_from": number, "line_to": number}
            told = {"event_at": at(second), "time_basis": "order" if second is None else "recorded", "level": "debug"}
            rows.append(
                placed
                | told
                | {"confidence": fields.get("confidence", "recorded"), "server": server, "kind": kind}
                | {"message_id": len(messages)}
            )
            messages.append(
                {"message_id": len(messages), "excerpt": kind, **{k: v for k, v in fields.items() if k != "server"}}
            )
    return Logs(
        rows=frame(rows, EVENT_ROWS),
        messages=frame(messages, MESSAGES),
        documents=frame(known, DOCUMENTS),
        gaps=frame(gaps, GAPS),
    )


def stores(*states: Mapping[str, object], changes: Sequence[Mapping[str, object]] = ()) -> Stores:
    given = [
        {"store_id": 0, "case_id": 0, "credential_key": "0:notes|1", "server": "notes", **state} for state in states
    ]
    return Stores(states=frame(given, STATES), changes=frame(changes, STORE_CHANGES), markers=empty(MARKERS))
