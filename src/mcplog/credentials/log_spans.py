"""What a log alone shows of a server's credentials. Unknown stays unknown: a log without a word proves nothing."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from mcplog.credentials.marks import (
    ABSENT,
    CLEARED,
    NO_REFRESH_TOKEN,
    READ,
    SAME_EXPIRY_MS,
    SAVE,
    TOKENS_CLEARED,
    Mark,
)
from mcplog.credentials.span import Span

EXACT: Final = 0


def log_spans(marks: Iterable[Mark]) -> list[Span]:
    """Return what each mark in turn makes of the store.

    Args:
        marks: Marks of one server, in time.

    Returns:
        One span for each change, in time. A mark that fits the span before it adds what it knows to that span: the
        store has not changed in between as far as the log shows.
    """
    spans: list[Span] = []
    for mark in marks:
        last = spans[-1] if spans else None
        if len(spans) > 1 and _is_from_memory(mark, last=spans[-1], before=spans[-2]):
            continue
        if last is not None and _fits(mark, last):
            spans[-1] = _with_more(last, mark)
        else:
            spans.append(from_mark(mark, last))
    return spans


def in_time(spans: Sequence[Span]) -> list[Span]:
    """Keep the spans that last for a moment at least.

    Args:
        spans: In order; those without a begin come first.

    Returns:
        The spans with one begin each. Of those whose begin is unknown only the last is kept: nothing tells when the
        others were held.
    """
    kept: list[Span] = []
    for span in spans:
        if kept and kept[-1].valid_from == span.valid_from:
            kept[-1] = span
        else:
            kept.append(span)
    return kept


def same_expiry(left: int | None, right: int | None) -> bool:
    """Say whether two expiries are one, as far as a log can tell."""
    return left is not None and right is not None and abs(left - right) <= SAME_EXPIRY_MS


def _is_from_memory(mark: Mark, *, last: Span, before: Span) -> bool:
    """Say whether a process goes on with the token it read before another one replaced it in the store."""
    return mark.word == READ and same_expiry(mark.expires_at, before.expires_at) and not _fits(mark, last)


def _fits(mark: Mark, span: Span) -> bool:
    if mark.word in (CLEARED, TOKENS_CLEARED):
        return (
            span.has_access is False
            and span.has_refresh is False
            and span.entry in (None, mark.word != CLEARED or mark.keeps_entry)
        )
    if mark.word == ABSENT:
        return span.has_access is False
    if mark.word == NO_REFRESH_TOKEN:
        return span.has_refresh is not True
    if span.has_access is not True or {mark.has_refresh_token, span.has_refresh} == {True, False}:
        return False
    if mark.word == SAVE:
        return same_expiry(mark.expires_at, span.expires_at)
    return mark.expires_at is None or span.expires_at is None or same_expiry(mark.expires_at, span.expires_at)


def _with_more(span: Span, mark: Mark) -> Span:
    if mark.word == NO_REFRESH_TOKEN:
        return replace(span, has_refresh=False)
    if mark.word not in (SAVE, READ):
        return span
    refresh = span.has_refresh if mark.has_refresh_token is None else mark.has_refresh_token
    return replace(span, has_refresh=refresh, expires_at=span.expires_at or mark.expires_at)


def from_mark(mark: Mark, last: Span | None = None) -> Span:
    """Return the state that a mark begins.

    Args:
        mark: The mark.
        last: The state before it, as far as it is known.
    """
    if mark.word in (SAVE, READ):
        return Span(
            valid_from=mark.at,
            uncertainty=EXACT if mark.word == SAVE else None,
            entry=True,
            has_access=True,
            has_refresh=mark.has_refresh_token,
            expires_at=mark.expires_at,
        )
    if mark.word in (CLEARED, TOKENS_CLEARED):
        entry = mark.word != CLEARED or mark.keeps_entry
        return Span(valid_from=mark.at, uncertainty=EXACT, entry=entry, has_access=False, has_refresh=False)
    if mark.word == ABSENT:
        return Span(valid_from=mark.at, has_access=False)
    known = last if last is not None and last.has_refresh is None else Span(valid_from=None)
    return replace(known, valid_from=mark.at, uncertainty=None, has_refresh=False)
