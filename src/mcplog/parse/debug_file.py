r"""Find the records about MCP in debug files of every client generation, quickly: most of their lines are not.

    [DEBUG] MCP server "figma": Returning tokens                                   up to 2.0.31, no stamp
    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens          from 2.0.75 on

How: lines that may matter (`debug_lines.py`) → what begins as a record does → `records.py` splits it. What is no record
may name a version of the client, mark an omission or begin a run.

May import: model. Touches: nothing.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.vocabulary import GapReason
from mcplog.parse.debug_lines import (
    INIT,
    KEYCHAIN,
    LINES,
    MARK_BYTES,
    MARK_WORDS,
    OF_KEYCHAIN,
    SUBJECT,
    WATCHING,
    is_mark,
    record_start,
)
from mcplog.parse.formats import Form, starts_record
from mcplog.parse.heads import HEADS, heads_of
from mcplog.parse.places import Hole
from mcplog.parse.run_starts import WATCHED, RunStart, rank_of

RUN_WORDS: Final = rf"{INIT}$|{WATCHING}.*{pl.escape_regex(WATCHED)}$"
TELLING: Final = f"{RUN_WORDS}|cc_version=|{KEYCHAIN}"
MOST_MARKS: Final = 10_000  # of one batch: a file that is full of dots is no log with gaps
VERSION_MARKS: Final = ("cc_version=", "claude-code/")

RECORDS: Final = pl.Schema({**LINES, **HEADS})


class Found(Struct, frozen=True, kw_only=True):
    """What lines tell.

    Attributes:
        records: RECORDS: what is about MCP, each from its stamp or level on, continuation lines included; in order.
        versions: Client versions named, by document.
        holes: Marks of omission.
        starts: Lines that a run of the client says when it starts.
    """

    records: pl.DataFrame
    versions: dict[int, str]
    holes: tuple[Hole, ...] = ()
    starts: tuple[RunStart, ...] = ()


def find_records(lines: pl.DataFrame, form: Form, versions: Mapping[int, str]) -> Found:
    """Return the records about MCP or OAuth among lines that may be some.

    Args:
        lines: LINES.
        form: Of the documents that they are of.
        versions: Client versions known so far, by document.
    """
    text = lines.get_column("text")
    heads = heads_of(text, stamped=form.stamped)
    is_record, may_tell = _sorted_out(text, heads.get_column("is_usual"), form)
    records = lines.hstack(heads)
    others = lines.clear()
    if not is_record.all():
        records, others = records.filter(is_record), lines.filter(may_tell)
    return Found(
        records=records,
        versions=_versions(lines, is_record | may_tell, versions),
        holes=_omissions(others),
        starts=_run_starts(others, form),
    )


def _sorted_out(line: pl.Series, is_usual: pl.Series, form: Form) -> tuple[pl.Series, pl.Series]:
    """Return which lines are records about MCP, and which others may tell something.

    Most are records of the usual kind, so the other questions are asked of few.
    """
    if is_usual.all():
        return is_usual, ~is_usual
    start = record_start(form)
    odd, texts = (~is_usual).arg_true(), line.filter(~is_usual)
    text = pl.col("text")
    is_marked = (text.str.len_bytes() <= MARK_BYTES) & text.str.contains(MARK_WORDS)
    is_record, may_tell = (
        texts.to_frame("text")
        .select_seq(text.str.contains(start + SUBJECT), may_tell=is_marked | text.str.contains(TELLING))
        .get_columns()
    )
    may_tell &= ~is_record
    if any(KEYCHAIN in told for told in texts.filter(may_tell)):
        is_record |= may_tell & texts.str.contains(start + OF_KEYCHAIN)
        may_tell &= ~is_record
    return is_usual.clone().scatter(odd, is_record), (~is_usual).scatter(odd, may_tell)


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


def _versions(lines: pl.DataFrame, matters: pl.Series, known: Mapping[int, str]) -> dict[int, str]:
    """Return the client version that each document names first, of those whose version is not known."""
    text, owner = lines.get_column("text"), lines.get_column("document_id")
    unknown = set(owner.unique()) - known.keys()
    if not unknown:
        return {}
    naming = (matters & reduce(or_, (text.str.contains(mark, literal=True) for mark in VERSION_MARKS))).arg_true()
    first: dict[int, str] = {}
    for document_id, told in zip(owner.gather(naming), text.gather(naming), strict=True):
        if document_id not in known and document_id not in first and (version := _version_in(told)) is not None:
            first[document_id] = version
            if len(first) == len(unknown):
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
