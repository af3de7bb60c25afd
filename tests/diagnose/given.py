"""The smallest evidence for a diagnosis: rows of FACTS, DOCUMENTS and STATES from literal values, and a finding."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from mcplog.diagnose.lines import Lines, lines_of
from mcplog.model.facts import Facts
from mcplog.model.finding import ClauseResult, Evidence, Finding
from mcplog.model.frames import DOCUMENTS, FACTS, GAPS, STATES
from mcplog.model.place import Place
from mcplog.model.vocabulary import Certainty, Party, Severity

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
ORIGINS = {0: "a.txt", 1: "b.txt"}
Values = Mapping[str, object]


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def row(kind: str, second: float | None = None, /, *excerpt: str, **values: object) -> dict[str, object]:
    """A row of FACTS; what is not named is null."""
    told: dict[str, object] = {"kind": kind, "event_at": None if second is None else at(second), **values}
    return {**told, "excerpt": excerpt[0]} if excerpt else told


def of_store(kind: str, second: float | None = None, /, **values: object) -> dict[str, object]:
    """A row that comes from the store: it stands in no document."""
    return row(kind, second, **{"document_id": None, "line_from": None, "line_to": None, "excerpt": None, **values})


def facts(*rows: Values) -> pl.DataFrame:
    """FACTS in the order given: one case, one process, one document and one server unless a row says otherwise."""
    usual = {"case_id": 0, "document_id": 0, "server": "s", "process_id": 1, "confidence": "recorded"}
    table = [
        {
            **usual,
            "order": number,
            "line_from": number + 1,
            "line_to": number + 1,
            "excerpt": f"line {number + 1}",
            **values,
        }
        for number, values in enumerate(rows)
    ]
    return pl.DataFrame(table, schema=FACTS)


def lines(told: pl.DataFrame) -> Lines:
    """The same facts as the rows of their one server."""
    return lines_of(Facts(rows=told), [(0, "s")])


def documents(*rows: Values) -> pl.DataFrame:
    usual = {"case_id": 0, "origin": "a.txt", "format": "debug-file"}
    table = [{**usual, "document_id": number, **values} for number, values in enumerate(rows or ({},))]
    return pl.DataFrame(table, schema=DOCUMENTS)


def gaps(*rows: Values) -> pl.DataFrame:
    return pl.DataFrame([{"document_id": 0, **values} for values in rows], schema=GAPS)


def states(*rows: Values) -> pl.DataFrame:
    usual = {"case_id": 0, "server": "s", "credential_key": "0:s|aa", "store_id": 0}
    return pl.DataFrame([{**usual, **values} for values in rows], schema=STATES)


def line(number: int) -> Place:
    return Place(document_id=0, origin="a.txt", line_from=number, line_to=number)


def finding(order: int, *, clauses: tuple[ClauseResult, ...] = (), kind: str = "attempt_ended") -> Finding:
    """A finding that hangs on the row at `order`, whose line is the next number."""
    primary = Evidence(place=line(order + 1), kind=kind, event_at=None, excerpt=f"line {order + 1}", role="primary")
    return Finding(
        rule_id="a-rule",
        server="s",
        certainty=Certainty.CONFIRMED,
        severity=Severity.HIGH,
        responsible=(Party.CLIENT,),
        title="A fault",
        cause="Something.",
        evidence=(primary,),
        clauses=clauses,
        order=order,
    )
