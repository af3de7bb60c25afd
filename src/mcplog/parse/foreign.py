"""Logs of other clients: what an adapter says of lines becomes entries with exact places.

An adapter may be anybody's code, so nothing of what it gives is believed: lines outside of the log, lines that go back
and what is no entry are left out, and a fault ends the reading with what was read so far and a gap for the rest.
What it gives counts as pasted: rules know Claude Code, and what another client means by a word proves nothing.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from mcplog.model.document import Document
from mcplog.model.foreign import Adapter, ForeignEntry
from mcplog.model.vocabulary import Confidence, GapReason, Level, TimeBasis
from mcplog.parse.formats import Form
from mcplog.parse.paste import PASTE_BYTES, Pasted
from mcplog.parse.places import Hole, Row
from mcplog.parse.server_log import clean

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_foreign(document: Document, form: Form, adapter: Adapter) -> Pasted:
    """Read a log of another client.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: How many bytes to skip at the beginning.
        adapter: Knows its form.
    """
    data = document.content.slice(form.skip, min(document.content.size, form.skip + PASTE_BYTES))
    lines = data.split(b"\n")
    starts = [form.skip]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    rows: list[Row] = []
    holes: tuple[Hole, ...] = ()
    try:
        # Only "\n" ends a line here, as in every place that is told.
        for entry in adapter.entries("\n".join(_text(line) for line in lines)):
            rows += _row(entry, document.document_id, starts, rows[-1].line_to if rows else 0)
    except Exception:  # noqa: BLE001 - somebody else's code; what it did not read is told as a gap
        holes = (_rest(document, starts, rows),)
    return Pasted(rows=tuple(rows), holes=holes, line_count=len(lines) - (not lines[-1]), client_version=None)


def _text(line: bytes) -> str:
    return " ".join(line.decode("utf-8", "replace").splitlines())


def _row(entry: ForeignEntry, document_id: int, starts: list[int], reached: int) -> Iterator[Row]:
    first, last = entry.line, entry.line if entry.line_to is None else entry.line_to
    if not reached < first <= last < len(starts):
        return
    at_ms = None if entry.at is None else _ms(entry.at)
    yield Row(
        document_id=document_id,
        line_from=first,
        line_to=last,
        byte_from=starts[first - 1],
        byte_to=starts[last] - 1,
        at_ms=at_ms,
        basis=TimeBasis.ORDER if at_ms is None else TimeBasis.RECORDED,
        level=Level(entry.level),
        confidence=Confidence.PASTED,
        server=None if entry.server is None else clean(str(entry.server)),
        message=clean(str(entry.message)),
    )


def _ms(at: datetime) -> int:
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - EPOCH) // timedelta(milliseconds=1)


def _rest(document: Document, starts: list[int], rows: list[Row]) -> Hole:
    line = rows[-1].line_to if rows else 1
    return Hole(
        document_id=document.document_id,
        line_from=line,
        line_to=max(line, len(starts) - 1),
        byte_from=starts[line - 1],
        byte_to=document.content.size,
        reason=GapReason.LIMIT,
    )
