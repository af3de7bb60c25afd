r"""Find the records about MCP in debug files of every client generation, quickly: most of their lines are not.

    [DEBUG] MCP server "figma": Returning tokens                                   up to 2.0.31, no stamp
    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens          from 2.0.75 on
    2026-11-25T00:36:43.902Z [ERROR] MCP server "figma" Server stderr: starting    a message with line ends goes on
      ready                                                                        in raw lines (up to 2.1.232)
    2026-11-25T00:36:43.902Z [ERROR] "MCP server \"figma\" Server stderr: a\nb"    or is one JSON string (from 2.1.331)
    [... 120 lines omitted ...]                                                    somebody left something out here

How: chunks of bytes (`debug_chunks.py`) → lines (polars) → a literal filter in the frame → copy the survivors.
`records.py` splits what is found here.

May import: model. Touches: nothing.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.frames import constant
from mcplog.model.vocabulary import GapReason
from mcplog.parse.debug_chunks import MESSAGE_BYTES, Chunk, Piece
from mcplog.parse.formats import Form, starts_record, without_ansi
from mcplog.parse.omissions import is_omission
from mcplog.parse.places import Hole
from mcplog.parse.run_starts import RUN_STARTS, WATCHED, RunStart, rank_of

MARK_WORDS: Final = r"\.\.\.|…|omitted|truncated|snip"
INIT, WATCHING = map(pl.escape_regex, RUN_STARTS)
RUN_WORDS: Final = rf"{INIT}$|{WATCHING}.*{pl.escape_regex(WATCHED)}$"  # the second has a mark, too
KEYCHAIN: Final = "security: unknown"
NEEDLE: Final = f"MCP|mcp|cc_version=|{KEYCHAIN}|{INIT}|{MARK_WORDS}"
TELLING: Final = f"{RUN_WORDS}|cc_version=|{KEYCHAIN}"
FEW_BYTES: Final = 256 * 1024
MARK_BYTES: Final = 64
MOST_MARKS: Final = 10_000  # of one chunk: a file that is full of dots is no log with gaps
DIGITS: Final = str.maketrans("", "", "0123456789")
ANSI: Final = r"\x1b\[[0-9;:<=>? ]*[A-Za-z]"
STAMP: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z "
LEVEL: Final = r"\[(?:DEBUG|ERROR|INFO|WARN)\] "
SUBJECT: Final = (
    r'(?:MCP server "|"MCP server \\"|"?\[MCP\] |"?\[claudeai-mcp\] |"?mcp_[^ ]+ tool error \(|mcp runtime arm'
    r"|\[STARTUP\] [^:]*MCP configs|[0-9]+ setup issues?: MCP|\[Stall\] tool_dispatch_[a-z]+ tool=mcp_)"
)
OF_KEYCHAIN: Final = rf'"?(?:[^"]{{0,80}}: )?{KEYCHAIN} command \\?"'  # a subject, too: apart, as it is rare and dear
VERSION_MARKS: Final = ("cc_version=", "claude-code/")

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


class Found(Struct, frozen=True, kw_only=True):
    """What one chunk holds.

    Attributes:
        records: RECORDS: what is about MCP, each from its stamp or level on, continuation lines included; in order.
        line_count: How many lines the chunk has up to its limit.
        versions: Client versions named, by document.
        holes: Lines with bytes that are not UTF-8, parts of texts that were left out for their length, marks of
            omission.
        starts: Lines that a run of the client says when it starts.
    """

    records: pl.DataFrame
    line_count: int
    versions: dict[int, str]
    holes: tuple[Hole, ...] = ()
    starts: tuple[RunStart, ...] = ()


def find_records(chunk: Chunk, versions: Mapping[int, str]) -> Found:
    """Return the records of `chunk` that are about MCP or OAuth.

    Args:
        chunk: Of one or many documents.
        versions: Client versions known so far, by document; only others are looked for.
    """
    hits, bad = _hits(chunk)
    if bad or hits.get_column("goes_on").any():
        hits = _with_exact_texts(chunk, hits, bad)
    is_record = hits.get_column("is_record")
    records, others = (hits, hits.clear()) if is_record.all() else (hits.filter(is_record), hits.filter(~is_record))
    too_long: tuple[Hole, ...] = ()
    if chunk.is_beginning:
        too_long = _beginning(chunk, records)
    elif records.get_column("is_long").any():
        records, too_long = _capped(records)
    return Found(
        records=pl.DataFrame([records[name] for name in RECORDS]),
        line_count=_line_count(chunk, hits),
        versions=_versions(chunk, hits, versions),
        holes=(*_undecodable(chunk, bad, records), *too_long, *_omissions(others)),
        starts=_run_starts(others, chunk.form),
    )


def _start(form: Form) -> str:
    return f"{STAMP}{LEVEL}" if form.stamped else f"(?:{STAMP})?{LEVEL}"


def _hits(chunk: Chunk) -> tuple[pl.DataFrame, dict[int, tuple[int, bytes]]]:
    """Return the lines that may matter, and of all lines those that are not UTF-8 with where they begin.

    polars drops the CR of a CRLF and refuses bytes that are not UTF-8: each CR is doubled and each bad byte becomes one
    `?` here, so that lengths stay true.
    """
    data = chunk.data
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\r\r\n")
    try:
        return _filtered(data, chunk), {}
    except (pl.exceptions.ComputeError, UnicodeDecodeError):
        frame = _filtered(data.decode("utf-8", "surrogateescape").encode("utf-8", "replace"), chunk)
    bad, at = {}, 0
    for row, line in enumerate(chunk.data[: chunk.limit].split(b"\n")):
        if not line.isascii() and not _is_utf8(line):
            bad[row] = (at, line)
        at += len(line) + 1
    return frame, bad


def _filtered(data: bytes, chunk: Chunk) -> pl.DataFrame:
    """Return RECORDS of the lines that may matter, with what else is known of each.

    `row` and `end` (behind its line end) in the chunk, `is_record` (about MCP; else it may name a version, mark an
    omission or begin a run), `goes_on` (it is a record, and the next line begins none), `is_long`.
    """
    line = pl.col("line")
    shown = line.str.replace_all(ANSI, "") if chunk.form.ansi else line
    told = {"size": line.str.len_bytes(), "end": (line.str.len_bytes() + 1).cum_sum()}
    read = _lines(data).select_seq(**told, is_likely=shown.str.contains(NEEDLE), text=shown)
    size, end, is_likely, lines = read.get_columns()
    # A copy: a filtered column would keep the whole chunk alive, and lines that lie together are read faster.
    likely = {"end": end.filter(is_likely), "size": size.filter(is_likely), "text": lines.filter(is_likely) + ""}
    likely["row"] = is_likely.arg_true()
    count = int((likely["end"] <= chunk.limit).sum())
    if count < len(likely["row"]):
        likely = {name: column.head(count) for name, column in likely.items()}
    is_crlf = _none(len(likely["row"]))
    if b"\r" in data:
        is_crlf, likely["text"] = likely["text"].str.ends_with("\r"), likely["text"].str.strip_suffix("\r")
    likely["is_crlf"] = is_crlf
    start = f"^{_start(chunk.form)}"
    is_record, matters = _sorted_out(likely["text"], start)
    hits = likely | {"is_record": is_record, "goes_on": _goes_on(likely["row"], is_record, lines, start)}
    if not matters.all():
        hits = {name: column.filter(matters) for name, column in hits.items()}
    return pl.DataFrame(_placed(hits, chunk.pieces) | hits)


def _lines(data: bytes) -> pl.DataFrame:
    """Return the lines of `data`, which end in LF, as `line`; one CR before each LF is left out.

    To split few of them in Python takes a tenth of the time that the reader of polars takes to begin.
    """
    if len(data) > FEW_BYTES or not data.endswith(b"\n"):
        return pl.read_lines(data)
    text = data.decode("utf-8")
    lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
    return pl.DataFrame({"line": pl.Series(lines[:-1], dtype=pl.String)})


def _placed(hits: Mapping[str, pl.Series], pieces: Sequence[Piece]) -> dict[str, pl.Series]:
    """Return the places of hits in their documents."""
    row, size = hits["row"], hits["size"]
    line = row.cast(pl.Int64) + _by_piece([piece.line_from - piece.row_from for piece in pieces], pieces, row)
    end = hits["end"].cast(pl.Int64) + _by_piece([piece.byte_from - piece.chunk_from for piece in pieces], pieces, row)
    number, text_end = line.cast(pl.UInt32), end - 1
    return {
        "document_id": _by_piece([piece.document_id for piece in pieces], pieces, row).cast(pl.UInt32),
        "line_from": number,
        "line_to": number,
        "byte_from": (text_end - size).cast(pl.UInt64),
        "byte_to": (text_end - hits["is_crlf"].cast(pl.UInt32)).cast(pl.UInt64),
        "is_long": size > MESSAGE_BYTES,
    }


def _sorted_out(line: pl.Series, start: str) -> tuple[pl.Series, pl.Series]:
    """Return which lines are records about MCP, and which matter. Most are, so the other questions are asked of few.

    Args:
        line: Lines that hold a needle.
        start: Expression of a record's start.
    """
    is_record = line.str.contains(start + SUBJECT)
    if is_record.all():
        return is_record, is_record
    others, other = (~is_record).arg_true(), line.filter(~is_record)
    text = pl.col("text")
    is_marked = (text.str.len_bytes() <= MARK_BYTES) & text.str.contains(MARK_WORDS)
    may_tell = other.to_frame("text").select_seq(is_marked | text.str.contains(TELLING)).to_series()
    telling, texts = others.filter(may_tell), other.filter(may_tell)
    matters = is_record.clone().scatter(telling, values=True)
    if any(KEYCHAIN in text for text in texts):
        is_record = is_record.clone().scatter(telling, texts.str.contains(start + OF_KEYCHAIN))
    return is_record, matters


def _goes_on(row: pl.Series, is_record: pl.Series, lines: pl.Series, start: str) -> pl.Series:
    """Return which lines are records and go on in the next line: it begins none.

    Args:
        row: The number of each line among all lines.
        is_record: Whether it is a record; the line behind a record is mostly one about something else.
        lines: All lines.
        start: Expression of a record's start.
    """
    records = row.filter(is_record)
    behind = records.head(len(records) - (len(records) > 0 and records[-1] + 1 == len(lines))) + 1
    is_behind = _none(len(lines)).scatter(behind, values=True).scatter(records, values=False)
    begins = lines.filter(is_behind).str.contains(start)
    goes_on = _none(len(row))
    if begins.all():
        return goes_on
    return goes_on.scatter(row.search_sorted(is_behind.arg_true().filter(~begins) - 1), values=True)


def _none(height: int) -> pl.Series:
    return constant(value=False, dtype=pl.Boolean(), height=height)


def _by_piece(values: Sequence[int], pieces: Sequence[Piece], row: pl.Series) -> pl.Series:
    """Return for each row the value that belongs to the piece it lies in, as i64."""
    of_pieces = pl.Series(values, dtype=pl.Int64)
    if len(pieces) == 1:
        return of_pieces.new_from_index(0, len(row))
    firsts = pl.Series([piece.row_from for piece in pieces], dtype=pl.UInt32)
    return of_pieces.gather(firsts.search_sorted(row, side="right") - 1)


def _omissions(others: pl.DataFrame) -> tuple[Hole, ...]:
    """Return the lines that say that something was left out, of hits that are no records."""
    if not others.height:
        return ()
    marks = others.select("document_id", "line_from", "byte_from", "byte_to", "text").head(MOST_MARKS)
    return tuple(
        Hole(
            document_id=document_id,
            line_from=line,
            line_to=line,
            byte_from=byte_from,
            byte_to=byte_to,
            reason=GapReason.CUT,
        )
        for document_id, line, byte_from, byte_to, text in marks.iter_rows()
        if is_mark(text)
    )


def _run_starts(others: pl.DataFrame, form: Form) -> tuple[RunStart, ...]:
    """Return the lines that a run of the client says when it starts, of hits that are no records."""
    if not others.height:
        return ()
    told = others.select("document_id", "line_from", "byte_from", "text").iter_rows()
    return tuple(
        RunStart(document_id, line, byte, rank)
        for document_id, line, byte, text in told
        if (rank := run_rank(text, form)) is not None
    )


def run_rank(line: str, form: Form) -> int | None:
    """Return which of the lines that a run says when it starts a whole `line` is; null when it is none."""
    return rank_of(line.partition("] ")[2]) if starts_record(line.encode()[:64], stamped=form.stamped) else None


def is_mark(line: str) -> bool:
    """Return whether a whole line of a debug file says that something was left out; an indented one does not."""
    return len(line.encode()) <= MARK_BYTES and not line[:1].isspace() and is_omission(line.translate(DIGITS))


def _line_count(chunk: Chunk, hits: pl.DataFrame) -> int:
    """Return how many lines the chunk has; what lies before the last hit need not be counted."""
    row, end = (hits.item(-1, "row"), hits.item(-1, "end")) if hits.height else (-1, 0)
    return int(row) + 1 + chunk.data.count(b"\n", end, chunk.limit)


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
    doubtful = (hits.get_column("is_record") & in_doubt).arg_true()
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


def _capped(records: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Hole, ...]]:
    """Cut texts that are too long; say what was left out."""
    long = records.filter("is_long").select("document_id", "line_to", "byte_from", "byte_to", "text")
    texts = {}
    holes = []
    for document_id, line_to, byte_from, byte_to, text in long.iter_rows():
        data = text.encode()
        kept = data[:MESSAGE_BYTES]
        if len(kept) == len(data):
            continue
        texts[(document_id, byte_from)] = kept.decode("utf-8", "ignore")
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
    keys = records.select("document_id", "byte_from", "text").iter_rows()
    short = pl.Series([texts.get((document_id, start), text) for document_id, start, text in keys], dtype=pl.String)
    return records.with_columns(text=short), tuple(holes)


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


def _versions(chunk: Chunk, hits: pl.DataFrame, known: Mapping[int, str]) -> dict[int, str]:
    """Return the client version that each document names first, of those whose version is not known."""
    if all(piece.document_id in known for piece in chunk.pieces):
        return {}
    text, owner = hits["text"], hits["document_id"]
    naming = reduce(or_, (text.str.contains(mark, literal=True) for mark in VERSION_MARKS)).arg_true()
    first: dict[int, str] = {}
    for document_id, told in zip(owner.gather(naming), text.gather(naming), strict=True):
        if document_id not in known and document_id not in first and (version := _version_in(told)) is not None:
            first[document_id] = version
            if len(first) == len(chunk.pieces):
                break
    return first


def _version_in(text: str) -> str | None:
    """Return the first version of three numbers that stands behind a mark; null when none does."""
    mark, other = VERSION_MARKS
    for rest in text.replace(other, mark).split(mark)[1:]:
        numbers = rest[: len(rest) - len(rest.lstrip("0123456789."))].split(".")[:3]
        if len(numbers) == 3 and all(numbers):  # noqa: PLR2004 - major.minor.patch
            return ".".join(numbers)
    return None


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
