"""Merge the snapshots of one entry with the marks of its server's log into spans that do not overlap."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.credentials.entry import SAME_CLOCK_MS
from mcplog.credentials.log_spans import EXACT, from_mark, in_time, log_spans, same_expiry
from mcplog.credentials.marks import (
    ABSENT,
    READ,
    REMOVALS,
    SAME_EXPIRY_MS,
    SAVE,
    WRITE_BEGINS_MS,
    WRITE_ENDS_MS,
    Mark,
    Marks,
    ToldExpiries,
)
from mcplog.credentials.span import Run, Span
from mcplog.model.vocabulary import StateSource

AFTERWARDS_MS: Final = 1


class Merged(Struct, frozen=True, kw_only=True):
    """The history of one entry.

    Attributes:
        spans: Its states, in time, each with a begin of its own but the first, which may have none.
        dated: The span of each run, in order.
        lost_saves: The saves that no snapshot shows though a later one should.
    """

    spans: list[Span]
    dated: list[Span]
    lost_saves: list[Mark]


def merge(runs: Sequence[Run], marks: Marks, *, is_only_entry: bool) -> Merged:
    """Merge runs and marks.

    Args:
        runs: The runs of one entry, in order; not empty.
        marks: The marks of its server.
        is_only_entry: No other entry of the case has this server's name. When one has, a mark belongs to this entry
            only where the expiry says so.
    """
    dated = _dated(runs, marks, with_expiry=not is_only_entry)
    first = next((span.valid_from for span in dated if span.valid_from is not None), None)
    if not is_only_entry or first is None:
        return Merged(spans=in_time(dated), dated=dated, lost_saves=[])
    before = log_spans(marks.before(first))
    between, lost = _unseen(runs, dated, [mark for mark in marks.writes if mark.at >= first])
    spans = sorted([*before, *dated, *between], key=_begin)
    return Merged(spans=in_time(spans), dated=dated, lost_saves=lost)


def _begin(span: Span) -> int:
    return -1 if span.valid_from is None else span.valid_from


def _dated(runs: Sequence[Run], marks: Marks, *, with_expiry: bool) -> list[Span]:
    """Return a span for each run, each beginning after the one before it."""
    spans: list[Span] = []
    last: Run | None = None
    for number, run in enumerate(runs):
        begin = spans[-1].valid_from if spans else None
        since = begin if last is None or last.last.at is None else last.last.at
        mark = _first_told(run, last, since, marks.told)
        if mark is None and number == len(runs) - 1 and run.has_access is False and not run.is_time_sure:
            mark = _last_removal(marks.newest_first(with_expiry=with_expiry), since)
        span = _span_of_run(run, last, mark, marks.told)
        if begin is not None and (span.valid_from is None or span.valid_from < begin):
            span = replace(span, valid_from=begin + AFTERWARDS_MS, uncertainty=None)
        spans.append(span)
        last = run
    return spans


def _first_told(run: Run, last: Run | None, since: int | None, told: ToldExpiries) -> Mark | None:
    """Return the first mark that tells this run's expiry, after the run before it was seen for the last time."""
    _, expires_at = run.token_and_expiry
    if not run.has_access or expires_at is None:
        return None
    if last is not None and last.token_and_expiry == run.token_and_expiry:
        return None
    return told.first(expires_at, since)


def _last_removal(newest_first: Iterable[Mark], since: int | None) -> Mark | None:
    """Return the mark after which no token was there to the end of the log."""
    removal: Mark | None = None
    for mark in newest_first:
        if mark.word in (SAVE, READ) or (since is not None and mark.at <= since):
            break
        if mark.word in (ABSENT, *REMOVALS):
            removal = mark
    return removal


def _span_of_run(run: Run, last: Run | None, mark: Mark | None, told: ToldExpiries) -> Span:
    """Return a run's span: from the mark that tells of it first, else its token's issue, else the time of its file."""
    valid_from = run.first.at
    # Every later write changes the file's time.
    issued_at = run.entry.issued_at if last is None and run.entry is not None else None
    if mark is not None and (valid_from is None or mark.at <= valid_from or _is_saved_later(mark, run, valid_from)):
        valid_from = mark.at
        sources: tuple[StateSource, ...] = (StateSource.SNAPSHOT, StateSource.LOG)
        since = None if last is None else last.last.at
        uncertainty = EXACT if mark.word == SAVE else None if since is None else valid_from - since
    elif issued_at is not None and (valid_from is None or issued_at < valid_from):
        valid_from, uncertainty, sources = issued_at, None, (StateSource.SNAPSHOT, StateSource.JWT)
    else:
        is_from_name = run.first.dump.time_is_from_name or valid_from is None
        sources = (StateSource.SNAPSHOT,) if is_from_name else (StateSource.SNAPSHOT, StateSource.MTIME)
        uncertainty = None if valid_from is None or run.before_at is None else valid_from - run.before_at
    save = told.save_near(run.token_and_expiry[1], valid_from)
    if save is not None and valid_from is not None and StateSource.LOG not in sources:
        sources, uncertainty = (*sources, StateSource.LOG), abs(valid_from - save)
    return Span(
        valid_from=valid_from,
        uncertainty=uncertainty,
        sources=sources,
        run=run,
        clock_ahead=_clock_ahead(run, last, valid_from, is_saved=save is not None),
    )


def _is_saved_later(mark: Mark, run: Run, written_at: int) -> bool:
    """Return whether the log saves what a file holds after the time of the file, which is then that of no write."""
    return mark.word == SAVE and not run.first.dump.time_is_from_name and mark.at > written_at + SAME_CLOCK_MS


def _clock_ahead(run: Run, last: Run | None, valid_from: int | None, *, is_saved: bool) -> int | None:
    """Return issue or not-before moment minus the moment of the save.

    A file's time may be later than the save of this entry, so without a save in the log, or another content right
    before, only a positive value proves anything.
    """
    if run.entry is None or valid_from is None or (last is not None and _same_token(run, last)):
        return None
    claimed = [at for at in (run.entry.jwt_issued_at, run.entry.jwt_not_before_at) if at is not None]
    if not claimed:
        return None
    ahead = max(claimed) - valid_from
    is_known = is_saved or (last is not None and last.has_access is not None and run.first.dump.time_is_from_name)
    return ahead if is_known or ahead > EXACT else None


def _same_token(run: Run, last: Run) -> bool:
    return run.token_and_expiry[0] == last.token_and_expiry[0]


def _unseen(runs: Sequence[Run], dated: Sequence[Span], telling: Sequence[Mark]) -> tuple[list[Span], list[Mark]]:
    """Return spans for the writes between two snapshots, and the saves that left no trace where they should."""
    begins = [_begin(span) for span in dated]
    has_access = [run.has_access for run in runs]
    seen_until = [run.last.at if run.is_time_sure else None for run in runs]
    shown = sorted(expiry for run in runs if run.has_access and (expiry := run.token_and_expiry[1]) is not None)
    loose = [mark for mark in telling if _is_loose(mark, has_access, begins, shown)]
    is_complete = runs[-1].last.dump.is_current or _is_dense(runs[-1], telling, loose)
    spans: list[Span] = []
    lost: list[Mark] = []
    for mark in loose:
        number = bisect_right(begins, mark.at) - 1
        is_last = number == len(runs) - 1
        latest = spans[-1] if spans and _begin(spans[-1]) >= begins[number] else None
        if mark.word != SAVE and (has_access[number] if latest is None else latest.has_access) is False:
            continue
        seen = seen_until[number]  # a snapshot after the mark still holds the content from before it
        if (seen is not None and mark.at < seen) or (is_last and is_complete):
            lost += [mark] if mark.word == SAVE and not (lost and _is_same_save(lost[-1], mark)) else []
        elif is_last:
            spans.append(Span(valid_from=mark.at, uncertainty=EXACT))
        else:
            spans.append(from_mark(mark))
    return spans, lost


def _is_same_save(one: Mark, two: Mark) -> bool:
    """Say whether two documents tell of one save: a debug file and a per-server log, milliseconds apart."""
    return two.at - one.at <= SAME_EXPIRY_MS and same_expiry(one.expires_at, two.expires_at)


def _is_dense(last: Run, marks: Sequence[Mark], loose: Sequence[Mark]) -> bool:
    """Say whether the snapshots caught every save that the log tells of, so that they may be taken for complete."""
    until = last.last.at
    if not last.last.dump.time_is_from_name or until is None:
        return False
    missed = any(mark.word == SAVE and mark.at < until for mark in loose)
    return not missed and sum(mark.word == SAVE for mark in marks) > sum(mark.word == SAVE for mark in loose)


def _is_loose(mark: Mark, has_access: Sequence[bool | None], begins: Sequence[int], shown: Sequence[int]) -> bool:
    """Say whether a save or a removal is shown by no snapshot."""
    if mark.expires_at is not None:
        at = bisect_left(shown, mark.expires_at - SAME_EXPIRY_MS)
        return at == len(shown) or shown[at] > mark.expires_at + SAME_EXPIRY_MS
    near = slice(bisect_left(begins, mark.at - WRITE_BEGINS_MS), bisect_right(begins, mark.at + WRITE_ENDS_MS))
    return (mark.word == SAVE) not in has_access[near]
