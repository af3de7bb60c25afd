r"""Find the lines of debug files that may matter, with their places: most lines do not.

    2026-11-25T00:36:43.902Z [ERROR] MCP server "figma" Server stderr: starting    a message with line ends goes on
      ready                                                                        in raw lines (up to 2.1.232)
    2026-11-25T00:36:43.902Z [ERROR] "MCP server \"figma\" Server stderr: a\nb"    or is one JSON string (from 2.1.331)
    [... 120 lines omitted ...]                                                    somebody left something out here

How: chunks of bytes (`debug_chunks.py`) → lines (polars) → a literal filter in the frame → the whole text of those that
go on. Which of them are records is told of many chunks at once (`debug_file.py`).

May import: model. Touches: nothing.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.frames import constant
from mcplog.model.vocabulary import GapReason
from mcplog.parse.debug_chunks import MESSAGE_BYTES, Chunk, Piece
from mcplog.parse.formats import Form, starts_record, without_ansi
from mcplog.parse.omissions import is_omission
from mcplog.parse.places import Hole
from mcplog.parse.run_starts import RUN_STARTS

KEYCHAIN: Final = "security: unknown"
MARK_WORDS: Final = r"\.\.\.|…|omitted|truncated|snip"
INIT, WATCHING = map(pl.escape_regex, RUN_STARTS)  # the second has a mark, too
NEEDLE: Final = f"MCP|mcp|cc_version=|{KEYCHAIN}|{INIT}|{MARK_WORDS}"
FEW_BYTES: Final = 256 * 1024
MARK_BYTES: Final = 64
DIGITS: Final = str.maketrans("", "", "0123456789")
ANSI: Final = r"\x1b\[[0-9;:<=>? ]*[A-Za-z]"
STAMP: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z "
LEVEL: Final = r"\[(?:DEBUG|ERROR|INFO|WARN)\] "
SUBJECT: Final = (
    r'(?:MCP server "|"MCP server \\"|"?\[MCP\] |"?\[claudeai-mcp\] |"?mcp_[^ ]+ tool error \(|mcp runtime arm'
    r"|\[STARTUP\] [^:]*MCP configs|[0-9]+ setup issues?: MCP|\[Stall\] tool_dispatch_[a-z]+ tool=mcp_)"
)
OF_KEYCHAIN: Final = rf'"?(?:[^"]{{0,80}}: )?{KEYCHAIN} command \\?"'  # a subject, too: apart, as it is rare and dear

LINES: Final = pl.Schema(
    {
        "document_id": pl.UInt32(),
        "line_from": pl.UInt32(),
        "line_to": pl.UInt32(),
        "byte_from": pl.UInt64(),
        "byte_to": pl.UInt64(),
        "text": pl.String(),
    }
)


class Likely(Struct, frozen=True, kw_only=True):
    """What of one chunk may matter.

    Attributes:
        lines: LINES that hold a needle, in order; a record with its continuation lines. The texts are views of the
            chunk, and keep all of it alive.
        size: Bytes of the lines.
        line_counts: How many lines of each document the chunk has up to its limit.
        holes: Lines with bytes that are not UTF-8, parts of texts that were left out for their length.
    """

    lines: pl.DataFrame
    size: int
    line_counts: dict[int, int]
    holes: tuple[Hole, ...] = ()


def likely_lines(chunk: Chunk) -> Likely:
    """Return the lines of `chunk` that may be about MCP or OAuth, name a version, mark an omission or begin a run."""
    hits, chunk, bad = _hits(chunk)
    if bad or hits.get_column("goes_on").any():
        hits = _with_exact_texts(chunk, hits, bad)
    holes: list[Hole] = []
    if bad or chunk.is_beginning or hits.get_column("is_long").any():
        records = hits.filter(are_records(hits.get_column("text"), chunk.form))
        holes += _undecodable(chunk, bad, records)
        if chunk.is_beginning:
            holes += _beginning(chunk, records)
        else:
            hits, too_long = _capped(hits, records)
            holes += too_long
    return Likely(
        lines=pl.DataFrame([hits.get_column(name) for name in LINES]),
        size=int(hits.get_column("size").sum()),
        line_counts={piece.document_id: piece.line_count for piece in chunk.pieces},
        holes=tuple(holes),
    )


def record_start(form: Form) -> str:
    """Return the expression of what a record of a debug file begins with, up to the text behind its level."""
    return f"^{STAMP}{LEVEL}" if form.stamped else f"^(?:{STAMP})?{LEVEL}"


def are_records(texts: pl.Series, form: Form) -> pl.Series:
    """Return which texts are records about MCP or OAuth; of few texts, since it is dear."""
    return texts.str.contains(f"{record_start(form)}(?:{SUBJECT}|{OF_KEYCHAIN})")


def is_mark(line: str) -> bool:
    """Return whether a whole line of a debug file says that something was left out; an indented one does not."""
    return len(line.encode()) <= MARK_BYTES and not line[:1].isspace() and is_omission(line.translate(DIGITS))


def _hits(chunk: Chunk) -> tuple[pl.DataFrame, Chunk, dict[int, tuple[int, bytes]]]:
    """Return the likely lines, the chunk with its lines counted, and those that are not UTF-8, with their begins.

    polars refuses bytes that are not UTF-8: each of them becomes one `?` here, so that lengths stay true.
    """
    try:
        return *_filtered(chunk.data, chunk), {}
    except (pl.exceptions.ComputeError, UnicodeDecodeError):
        readable = chunk.data.decode("utf-8", "surrogateescape").encode("utf-8", "replace")
        hits, chunk = _filtered(readable, chunk)
    bad, at = {}, 0
    for row, line in enumerate(chunk.data[: chunk.limit].split(b"\n")):
        if not line.isascii() and not _is_utf8(line):
            bad[row] = (at, line)
        at += len(line) + 1
    return hits, chunk, bad


def _filtered(data: bytes, chunk: Chunk) -> tuple[pl.DataFrame, Chunk]:
    """Return LINES that hold a needle, with what else is known of each, and the chunk with its lines counted.

    `row` and `end` (behind its line end) in the chunk, `size`, `goes_on` (the next line begins no record), `is_long`.
    """
    read, has_cr = _looked_at(data, chunk.form)
    row, size, end, is_likely, lines = read.get_columns()
    is_within = end <= chunk.limit
    is_likely &= is_within
    chunk = _counted(chunk, end, int(is_within.sum()))
    goes_on = _goes_on(is_likely, lines, chunk.form)
    row, size, end, text = (column.filter(is_likely) for column in (row, size, end, lines))
    text_end = end - 1
    if has_cr:
        text_end -= text.str.ends_with("\r").cast(pl.UInt32)
        text = text.str.strip_suffix("\r")
    places = _places(row, end - 1 - size, text_end, chunk.pieces)
    hits = {**places, "row": row, "size": size, "end": end, "text": text, "goes_on": goes_on}
    hits["is_long"] = size > MESSAGE_BYTES
    return pl.DataFrame([column.alias(name) for name, column in hits.items()]), chunk


def _counted(chunk: Chunk, end: pl.Series, line_count: int) -> Chunk:
    """Return `chunk` with the lines of its pieces counted; `end` is the byte behind each of its lines."""
    begins = pl.Series([piece.chunk_from for piece in chunk.pieces], dtype=pl.UInt32)
    firsts = end.search_sorted(begins, side="right").to_list() if len(begins) > 1 else [0]
    told = zip(chunk.pieces, firsts, [*firsts[1:], line_count], strict=True)
    pieces = (replace(piece, row_from=first, line_count=stop - first) for piece, first, stop in told)
    return replace(chunk, pieces=tuple(pieces))


def _looked_at(data: bytes, form: Form) -> tuple[pl.DataFrame, bool]:
    """Return `row`, `size` and `end` in bytes, `is_likely` and `text` of each line; whether lines end in CRLF.

    polars drops one CR before each LF, so where there is one, all are doubled.
    """
    line = pl.col("line")
    shown = line.str.replace_all(ANSI, "") if form.ansi else line
    asked = {
        "row": pl.int_range(pl.len(), dtype=pl.UInt32),
        "size": line.str.len_bytes(),
        "end": (line.str.len_bytes() + 1).cum_sum(),
        "is_likely": shown.str.contains(NEEDLE),
        "text": shown,
    }
    read = _lines(data).select_seq(**asked)
    has_cr = read.height > 0 and read.item(-1, "end") != len(data) + (not data.endswith(b"\n"))
    return (_lines(data.replace(b"\r\n", b"\r\r\n")).select_seq(**asked) if has_cr else read), has_cr


def _lines(data: bytes) -> pl.DataFrame:
    """Return the lines of `data`, which end in LF, as `line`; one CR before each LF is left out.

    To split few of them in Python takes a tenth of the time that the reader of polars takes to begin.
    """
    if len(data) > FEW_BYTES or not data.endswith(b"\n"):
        return pl.read_lines(data)
    text = data.decode("utf-8")
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    return pl.DataFrame({"line": pl.Series(lines[:-1], dtype=pl.String)})


def _places(row: pl.Series, begin: pl.Series, end: pl.Series, pieces: Sequence[Piece]) -> dict[str, pl.Series]:
    """Return the places of lines in their documents, as LINES have them.

    Args:
        row: Which lines of the chunk they are.
        begin: Where their text begins in the chunk, in bytes.
        end: Where it ends.
        pieces: Of the chunk.
    """
    document_ids = [piece.document_id for piece in pieces]
    lines = [piece.line_from - piece.row_from for piece in pieces]
    shifts = [piece.byte_from - piece.chunk_from for piece in pieces]
    line: pl.Series | int
    shift: pl.Series | int
    if len(pieces) == 1:
        document_id, line, shift = constant(document_ids[0], LINES["document_id"], len(row)), lines[0], shifts[0]
    else:
        firsts = pl.Series([piece.row_from for piece in pieces], dtype=pl.UInt32)
        piece = firsts.search_sorted(row, side="right") - 1
        document_id, line, shift = (
            pl.Series(values, dtype=pl.Int64).gather(piece) for values in (document_ids, lines, shifts)
        )
    number = (row.cast(pl.Int64) + line).cast(pl.UInt32)
    return {
        "document_id": document_id.cast(pl.UInt32),
        "line_from": number,
        "line_to": number,
        "byte_from": (begin.cast(pl.Int64) + shift).cast(pl.UInt64),
        "byte_to": (end.cast(pl.Int64) + shift).cast(pl.UInt64),
    }


def _goes_on(is_likely: pl.Series, lines: pl.Series, form: Form) -> pl.Series:
    """Return for each likely line whether another one stands behind it that begins no record."""
    behind = lines.slice(1).filter(is_likely.head(len(lines) - 1))
    nothing_behind = constant(value=False, dtype=pl.Boolean(), height=int(is_likely.sum()) - len(behind))
    return (~behind.str.contains(record_start(form))).append(nothing_behind)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_exact_texts(chunk: Chunk, hits: pl.DataFrame, bad: dict[int, tuple[int, bytes]]) -> pl.DataFrame:
    """Return `hits` with the whole text and the true end of records that go on in further lines or are not UTF-8."""
    found = []
    in_doubt = hits.get_column("goes_on")
    if bad:
        in_doubt |= hits.get_column("row").is_in(list(bad))
    doubtful = in_doubt.arg_true()
    doubtful = doubtful.filter(are_records(hits.get_column("text").gather(doubtful), chunk.form))
    places = hits.select("row", "byte_from", "end")[doubtful].iter_rows()
    for at, (row, byte_from, end) in zip(doubtful, places, strict=True):
        piece = _piece_of(chunk, row)
        begin = byte_from - piece.byte_from + piece.chunk_from
        last, stop = _last_line(chunk, row, end, piece)
        if last > row or row in bad:
            stop -= 1 + chunk.data.startswith(b"\r", stop - 2)
            text = _text(chunk, begin, stop)
            line_to = last + piece.line_from - piece.row_from
            found.append((at, line_to, stop + piece.byte_from - piece.chunk_from, text, len(text) > MESSAGE_BYTES // 4))
    if not found:
        return hits
    at, *exact = zip(*found, strict=True)
    columns = [hits[name].clone() for name in ("line_to", "byte_to", "text", "is_long")]
    told = zip(columns, exact, strict=True)
    return hits.with_columns(column.scatter(at, pl.Series(values, dtype=column.dtype)) for column, values in told)


def _piece_of(chunk: Chunk, row: int) -> Piece:
    return chunk.pieces[bisect_right(chunk.pieces, row, key=lambda piece: piece.row_from) - 1]


def _last_line(chunk: Chunk, row: int, end: int, piece: Piece) -> tuple[int, int]:
    """Return the last row of a record and the byte behind it; blank lines at its end are not part of it."""
    limit = min(piece.chunk_from + piece.byte_to - piece.byte_from, len(chunk.data))
    last, stop, at = row, end, end
    while at < limit:
        row += 1
        line_end = chunk.data.find(b"\n", at)
        # Escape sequences may stand anywhere in a record's head, and there may be many.
        line = without_ansi(chunk.data[at:line_end])[:64] if chunk.form.ansi else chunk.data[at : at + 64]
        if starts_record(line, stamped=chunk.form.stamped):
            break
        if line_end - at <= MARK_BYTES and is_mark(chunk.data[at:line_end].decode("utf-8", "replace").rstrip("\r")):
            break
        if chunk.data[at:line_end].strip():
            last, stop = row, line_end + 1
        at = line_end + 1
    return last, stop


def _text(chunk: Chunk, begin: int, stop: int) -> str:
    data = chunk.data[begin : min(stop, begin + 2 * MESSAGE_BYTES)]
    if chunk.form.ansi:
        data = without_ansi(data)
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _capped(hits: pl.DataFrame, records: pl.DataFrame) -> tuple[pl.DataFrame, list[Hole]]:
    """Cut texts of records that are too long; say what was left out."""
    long = records.filter("is_long").select("row", "document_id", "line_to", "byte_from", "byte_to", "text")
    texts, holes = {}, []
    for row, document_id, line_to, byte_from, byte_to, text in long.iter_rows():
        data = text.encode()
        kept = data[:MESSAGE_BYTES]
        if len(kept) == len(data):
            continue
        texts[row] = kept.decode("utf-8", "ignore")
        holes.append(
            Hole(
                document_id=document_id,
                line_from=line_to,
                line_to=line_to,
                byte_from=min(byte_from + len(kept), byte_to),
                byte_to=byte_to,
                reason=GapReason.TOO_LONG,
                hides=False,
            )
        )
    if not texts:
        return hits, holes
    at = hits.get_column("row").search_sorted(pl.Series(list(texts), dtype=pl.UInt32))
    short = hits.get_column("text").clone().scatter(at, pl.Series(list(texts.values()), dtype=pl.String))
    return hits.with_columns(short), holes


def _beginning(chunk: Chunk, records: pl.DataFrame) -> tuple[Hole, ...]:
    """Return the rest of a line that is only begun, unless it is a record about something else."""
    piece = chunk.pieces[0]
    begins = starts_record(chunk.data[:64], stamped=chunk.form.stamped)
    if begins and not records.height:
        return ()
    rest = Hole(
        document_id=piece.document_id,
        line_from=piece.line_from,
        line_to=piece.line_from,
        byte_from=piece.byte_from + (len(chunk.data) - 1 if records.height else 0),
        byte_to=piece.byte_to,
        reason=GapReason.TOO_LONG,
        hides=not begins,
    )
    return (rest,)


def _undecodable(chunk: Chunk, bad: dict[int, tuple[int, bytes]], records: pl.DataFrame) -> tuple[Hole, ...]:
    """Return the lines that are not UTF-8; one that is not a readable record may hide an entry."""
    if not bad:
        return ()
    lengths = records.select("row", length=pl.col("line_to") - pl.col("line_from") + 1).iter_rows()
    read = {row + at for row, length in lengths for at in range(length)}
    holes = []
    for row, (begin, line) in bad.items():
        piece = _piece_of(chunk, row)
        start = begin + piece.byte_from - piece.chunk_from
        holes.append(
            Hole(
                document_id=piece.document_id,
                line_from=row + piece.line_from - piece.row_from,
                line_to=row + piece.line_from - piece.row_from,
                byte_from=start,
                byte_to=start + len(line),
                reason=GapReason.UNDECODABLE,
                hides=row not in read and not _is_readable_record(line, chunk.form),
            )
        )
    return tuple(holes)


def _is_readable_record(line: bytes, form: Form) -> bool:
    return starts_record(line[:64], stamped=form.stamped) and _is_utf8(line[:64].rsplit(b" ", 1)[0])
