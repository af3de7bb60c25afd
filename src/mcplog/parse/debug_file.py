"""Find the records about MCP in debug files of every client generation, quickly: most of their lines are not.

    [DEBUG] MCP server "figma": Returning tokens                                   up to 2.0.31, no stamp
    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens          from 2.0.75 on
    2026-11-25T00:36:43.902Z [ERROR] MCP server "figma" Server stderr: starting    a message with line ends goes on
      ready                                                                        in raw lines (up to 2.1.232)
    2026-11-25T00:36:43.902Z [ERROR] "MCP server \\"figma\\" Server stderr: a\\nb"  or is one JSON string (from 2.1.331)

How: cut the bytes where a record begins → lines (polars) → a literal filter in the frame → copy the survivors.
Many small documents are joined into one chunk with their boundaries. `records.py` splits what is found here.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from mcplog.model.document import Document
from mcplog.parse.formats import Form, starts_record

BLOCK_BYTES: Final = 6 * 1024 * 1024
SMALL_BYTES: Final = BLOCK_BYTES // 2
MESSAGE_BYTES: Final = 64 * 1024
MESSAGE_LINES: Final = 2000
SEARCH_BYTES: Final = 256 * 1024
FEW_RECORDS: Final = 100

NEEDLE: Final = "MCP|mcp|cc_version="
ANSI: Final = r"\x1b\[[0-9;:<=>? ]*[A-Za-z]"
STAMP: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z "
LEVEL: Final = r"\[(?:DEBUG|ERROR|INFO|WARN)\] "
SUBJECT: Final = (
    r'(?:MCP server "|"MCP server \\"|"?\[MCP\] |"?\[claudeai-mcp\] |"?mcp_[^ ]+ tool error \(|mcp runtime arm'
    r"|\[STARTUP\] [^:]*MCP configs|[0-9]+ setup issues?: MCP|\[Stall\] tool_dispatch_[a-z]+ tool=mcp_)"
)
VERSION: Final = r"(?:cc_version=|claude-code/)([0-9]+\.[0-9]+\.[0-9]+)"

RECORDS: Final = pl.Schema(
    {
        "document_id": pl.UInt32(),
        "line_from": pl.UInt32(),
        "line_to": pl.UInt32(),
        "byte_from": pl.UInt64(),
        "byte_to": pl.UInt64(),
        "text": pl.String(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one document inside a chunk.

    Attributes:
        document_id: The document.
        chunk_from: Where it begins in the chunk's bytes.
        row_from: Its first line among the chunk's lines, 0-based.
        byte_from: Where it begins in the document.
        line_from: Its first line's number in the document, 1-based.
        byte_to: Where the document's part ends; what was added behind it is not the document's.
    """

    document_id: int
    chunk_from: int
    row_from: int
    byte_from: int
    line_from: int
    byte_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Bytes that end at a record's start or a document's end, with what is needed to place their lines.

    Attributes:
        data: Lines that end in LF; the last ones may belong to the next chunk.
        rows: How many of its lines count.
        pieces: In order.
        form: Shared by all pieces.
        is_beginning: The chunk holds the beginning of one line that is too long to be held.
    """

    data: bytes = field(repr=False)
    rows: int
    pieces: tuple[Piece, ...]
    form: Form
    is_beginning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Bytes of a document that were not read as they are.

    Attributes:
        document_id: The document.
        line: 1-based.
        byte_from: First byte.
        byte_to: One past the last byte.
        hides: An entry could have stood there.
    """

    document_id: int
    line: int
    byte_from: int
    byte_to: int
    hides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one chunk holds.

    Attributes:
        records: RECORDS: what is about MCP, each from its stamp or level on, continuation lines included; in order.
        versions: Client versions named, by document.
        undecodable: Lines with bytes that are not UTF-8.
        too_long: The part of a record's text that was left out.
    """

    records: pl.DataFrame
    versions: dict[int, str]
    undecodable: tuple[Stretch, ...] = ()
    too_long: tuple[Stretch, ...] = ()


def chunks_of_large(document: Document, form: Form) -> Iterator[Chunk]:
    """Yield a document in chunks of about `BLOCK_BYTES`, cut where a record begins.

    A line that is longer than a chunk is represented by its beginning.
    """
    position, line, size = form.skip, 1, document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        if not data:
            return
        cut = len(data) if position + len(data) >= size else _cut(data, form)
        if cut == 0:
            stop = _line_end(document, position + len(data))
            piece = _piece(document, position, line, stop)
            beginning = data[:MESSAGE_BYTES].rstrip(b"\n") + b"\n"
            yield Chunk(data=beginning, rows=1, pieces=(piece,), form=form, is_beginning=True)
            position, line = stop + 1, line + 1
            continue
        rows = data.count(b"\n", 0, cut) + (not data.endswith(b"\n", 0, cut))
        piece = _piece(document, position, line, position + cut)
        yield Chunk(data=_splittable(data, cut), rows=rows, pieces=(piece,), form=form)
        position, line = position + cut, line + rows


def join_small(parts: Sequence[tuple[Document, bytes]], form: Form) -> Chunk:
    """Return one chunk of whole small documents; each keeps its own lines and places.

    Args:
        parts: Documents and all their bytes.
        form: Of each of them.
    """
    pieces, datas, at, row = [], [], 0, 0
    for document, whole in parts:
        data = whole[form.skip :] if form.skip else whole
        if not data.endswith(b"\n"):
            data += b"\n"
        pieces.append(
            Piece(
                document_id=document.document_id,
                chunk_from=at,
                row_from=row,
                byte_from=form.skip,
                line_from=1,
                byte_to=len(whole),
            )
        )
        datas.append(data)
        at += len(data)
        row += data.count(b"\n")
    return Chunk(data=b"".join(datas), rows=row, pieces=tuple(pieces), form=form)


def find_records(chunk: Chunk) -> Found:
    """Return the records of `chunk` that are about MCP or OAuth."""
    frame, bad = _lines(chunk)
    lines, sizes = frame.get_column("line"), frame.get_column("size")
    hits = frame.get_column("hit").arg_true()
    hits = hits.filter(hits < chunk.rows)
    texts = lines.gather(hits)
    rows = hits.filter(texts.str.contains(f"^{_start(chunk.form)}{SUBJECT}"))
    ends = sizes.cum_sum()
    records, too_long = _placed(chunk, lines, ends - sizes, ends, rows)
    return Found(
        records=records,
        versions=_versions(chunk, texts, hits),
        undecodable=_undecodable(chunk, bad, ends, rows),
        too_long=too_long,
    )


def _piece(document: Document, position: int, line: int, stop: int) -> Piece:
    return Piece(
        document_id=document.document_id, chunk_from=0, row_from=0, byte_from=position, line_from=line, byte_to=stop
    )


def _cut(data: bytes, form: Form) -> int:
    """Return where the last record of `data` begins, else where its last line does; 0 when it has one line only."""
    last = at = data.rfind(b"\n") + 1
    while at > 0 and len(data) - at < SEARCH_BYTES:
        if starts_record(data[at : at + 64], stamped=form.stamped):
            return at
        at = data.rfind(b"\n", 0, at - 1) + 1
    return last


def _splittable(data: bytes, cut: int) -> bytes:
    """Return `data`, its end made safe: polars must find a line end behind the last line and no half character."""
    if cut == len(data):
        return data if data.endswith(b"\n") else data + b"\n"
    return data[:cut] if data[-1] & 0x80 else data


def _line_end(document: Document, position: int) -> int:
    size = document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        at = data.find(b"\n")
        if at >= 0 or not data:
            return position + max(at, 0)
        position += len(data)
    return size


def _start(form: Form) -> str:
    return f"{STAMP}{LEVEL}" if form.stamped else f"(?:{STAMP})?{LEVEL}"


def _lines(chunk: Chunk) -> tuple[pl.DataFrame, dict[int, bytes]]:
    """Return `line`, `hit` and `size` (bytes with the line end) of each line, and the lines that are not UTF-8.

    polars drops the CR of a CRLF and refuses bytes that are not UTF-8: each CR is doubled, and each bad byte becomes
    one `?` while lines are measured and filtered, so that places stay true; then the bad lines get U+FFFD.
    """
    data = chunk.data
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\r\r\n")
    bad: dict[int, bytes] = {}
    try:
        frame = _split(data)
    except pl.exceptions.ComputeError:
        bad = {row: line for row, line in enumerate(chunk.data.split(b"\n")) if not _is_utf8(line)}
        frame = _split(data.decode("utf-8", "surrogateescape").encode("utf-8", "replace"))
        mended = [line.decode("utf-8", "replace") for line in bad.values()]
        frame = frame.with_columns(frame.get_column("line").scatter(list(bad), mended))
    if chunk.form.ansi:
        frame = frame.with_columns(pl.col("line").str.replace_all(ANSI, ""))
    return frame, bad


def _split(data: bytes) -> pl.DataFrame:
    line = pl.col("line")
    return pl.scan_lines(data).select(line, hit=line.str.contains(NEEDLE), size=line.str.len_bytes() + 1).collect()


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _placed(
    chunk: Chunk, lines: pl.Series, begins: pl.Series, ends: pl.Series, rows: pl.Series
) -> tuple[pl.DataFrame, tuple[Stretch, ...]]:
    """Return RECORDS that begin at `rows`, and what was too long to be kept."""
    last = _last_rows(chunk, lines, rows)
    texts = lines.gather(rows) + ""  # a copy: a filtered column would keep the whole chunk alive
    many = (last > rows).arg_true()
    if len(many):
        texts = texts.scatter(many, _joined(lines, rows.gather(many), last.gather(many)))
    byte_to = ends.gather(last) - 1 - texts.str.ends_with("\r").cast(pl.UInt32)
    shifts = _shifts(chunk, rows).with_columns(first=rows, last=last, begin=begins.gather(rows), end=byte_to, text=texts)
    records = shifts.select(
        "document_id",
        line_from=(pl.col("first") + pl.col("line_shift")).cast(pl.UInt32),
        line_to=(pl.col("last") + pl.col("line_shift")).cast(pl.UInt32),
        byte_from=(pl.col("begin") + pl.col("byte_shift")).cast(pl.UInt64),
        byte_to=(pl.col("end") + pl.col("byte_shift")).cast(pl.UInt64),
        text=pl.col("text").str.strip_suffix("\r"),
    )
    return _capped(chunk, records)


def _last_rows(chunk: Chunk, lines: pl.Series, rows: pl.Series) -> pl.Series:
    """Return the last line of each record that begins at `rows`; blank lines at its end are not part of it."""
    start = f"^{_start(chunk.form)}"
    following = rows + 1
    inside = following < chunk.rows
    is_start = lines.gather(following.clip(upper_bound=max(len(lines) - 1, 0))).str.contains(start)
    going_on = (inside & ~is_start).arg_true()
    if not len(going_on):
        return rows
    limits = [*(piece.row_from for piece in chunk.pieces[1:]), chunk.rows]
    first = rows.gather(going_on)
    bounds = pl.Series(limits, dtype=pl.UInt32)
    stops = bounds.gather(bounds.search_sorted(first, side="right"))
    if len(going_on) > FEW_RECORDS:
        starts = lines.str.contains(start).arg_true().append(pl.Series([chunk.rows], dtype=pl.UInt32))
        stops = pl.select(pl.min_horizontal(stops, starts.gather(starts.search_sorted(first + 1)))).to_series()
        until = stops.to_list()
    else:
        until = [_stop(lines, at + 1, stop, start) for at, stop in zip(first, stops, strict=True)]
    ends = [_without_blank_end(lines, at, stop) for at, stop in zip(first, until, strict=True)]
    return rows.scatter(going_on, pl.Series(ends, dtype=pl.UInt32))


def _stop(lines: pl.Series, at: int, stop: int, start: str) -> int:
    """Return the first row from `at` on that begins a record, at most `stop`."""
    step = 16
    while at < stop:
        found = lines.slice(at, min(step, stop - at)).str.contains(start).arg_true()
        if len(found):
            return at + int(found[0])
        at, step = at + step, step * 4
    return stop


def _without_blank_end(lines: pl.Series, first: int, stop: int) -> int:
    last = stop - 1
    while last > first and not lines[last].strip():
        last -= 1
    return last


def _joined(lines: pl.Series, first: pl.Series, last: pl.Series) -> list[str]:
    return [
        "\n".join(lines.slice(at, min(until - at + 1, MESSAGE_LINES)).str.strip_suffix("\r").to_list())
        + ("\r" if str(lines[until]).endswith("\r") else "")
        for at, until in zip(first, last, strict=True)
    ]


def _shifts(chunk: Chunk, rows: pl.Series) -> pl.DataFrame:
    """Return for each row its document and what to add to rows and chunk bytes to get lines and document bytes."""
    documents = [piece.document_id for piece in chunk.pieces]
    line_shifts = [piece.line_from - piece.row_from for piece in chunk.pieces]
    byte_shifts = [piece.byte_from - piece.chunk_from for piece in chunk.pieces]
    if len(documents) == 1:
        return pl.select(
            document_id=pl.repeat(documents[0], len(rows), dtype=pl.UInt32),
            line_shift=pl.repeat(line_shifts[0], len(rows), dtype=pl.Int64),
            byte_shift=pl.repeat(byte_shifts[0], len(rows), dtype=pl.Int64),
        )
    pieces = pl.DataFrame(
        {"document_id": documents, "line_shift": line_shifts, "byte_shift": byte_shifts},
        schema={"document_id": pl.UInt32, "line_shift": pl.Int64, "byte_shift": pl.Int64},
    )
    firsts = pl.Series([piece.row_from for piece in chunk.pieces], dtype=pl.UInt32)
    return pieces[firsts.search_sorted(rows, side="right") - 1]


def _capped(chunk: Chunk, records: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Stretch, ...]]:
    """Cut texts that are too long; say what was left out."""
    sizes = records.get_column("text").str.len_bytes()
    long = (sizes > MESSAGE_BYTES).arg_true().to_list()
    if chunk.is_beginning:
        return _beginning(chunk, records)
    if not long:
        return records, ()
    rows = records[long]
    texts = [text.encode()[:MESSAGE_BYTES].decode("utf-8", "ignore") for text in rows.get_column("text")]
    kept = [start + len(text.encode()) for start, text in zip(rows.get_column("byte_from"), texts, strict=True)]
    left_out = tuple(
        Stretch(document_id=row[0], line=row[2], byte_from=start, byte_to=row[4])
        for row, start in zip(rows.rows(), kept, strict=True)
        if start < row[4]
    )
    byte_to = records.get_column("byte_to").scatter(long, [min(a, b) for a, b in zip(kept, rows.get_column("byte_to"), strict=True)])
    return records.with_columns(byte_to, records.get_column("text").scatter(long, texts)), left_out


def _beginning(chunk: Chunk, records: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Stretch, ...]]:
    """Return the record of a line that is only begun; its rest, and a line that begins no record, are told."""
    piece = chunk.pieces[0]
    begins = starts_record(chunk.data[:64], stamped=chunk.form.stamped)
    if begins and not records.height:
        return records, ()
    kept = piece.byte_from + (len(chunk.data) - 1 if records.height else 0)
    rest = Stretch(
        document_id=piece.document_id, line=piece.line_from, byte_from=kept, byte_to=piece.byte_to, hides=not begins
    )
    return records.with_columns(byte_to=pl.lit(kept, dtype=pl.UInt64)), (rest,)


def _versions(chunk: Chunk, texts: pl.Series, hits: pl.Series) -> dict[int, str]:
    """Return the client version that each document named last."""
    naming = texts.str.contains("cc_version=|claude-code/[0-9]").arg_true()
    if len(chunk.pieces) == 1:
        naming = naming.tail(1)
    if not len(naming):
        return {}
    found = texts.gather(naming).str.extract(VERSION)
    owners = _shifts(chunk, hits.gather(naming)).get_column("document_id")
    return {owner: version for owner, version in zip(owners, found, strict=True) if version is not None}


def _undecodable(chunk: Chunk, bad: dict[int, bytes], ends: pl.Series, rows: pl.Series) -> tuple[Stretch, ...]:
    """Return the lines that are not UTF-8; one that is not a readable record may hide an entry."""
    if not bad:
        return ()
    mine = [row for row in bad if row < chunk.rows]
    read = set(rows.to_list())
    places = _shifts(chunk, pl.Series(mine, dtype=pl.UInt32)).with_columns(
        row=pl.Series(mine, dtype=pl.UInt32), end=ends.gather(mine)
    )
    return tuple(
        Stretch(
            document_id=document_id,
            line=row + line_shift,
            byte_from=end + byte_shift - 1 - len(bad[row]),
            byte_to=end + byte_shift - 1,
            hides=row not in read and not _is_readable_record(bad[row], chunk.form),
        )
        for document_id, line_shift, byte_shift, row, end in places.rows()
    )


def _is_readable_record(line: bytes, form: Form) -> bool:
    return starts_record(line[:64], stamped=form.stamped) and _is_utf8(line[:64].rsplit(b" ", 1)[0])
