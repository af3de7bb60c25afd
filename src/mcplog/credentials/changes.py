"""What each snapshot changed against the one before it, one word at a time."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcplog.credentials.entry import Entry, Taken
from mcplog.credentials.span import Run, Span
from mcplog.model.vocabulary import StoreChange, StoreCondition

NOTHING: Final = Entry(
    server=None, has_access_token=False, has_refresh_token=False, has_client_id=False, has_client_secret=False
)
TURNED: Final = {
    StoreCondition.EMPTY: StoreChange.STORE_EMPTIED,
    StoreCondition.DAMAGED: StoreChange.STORE_DAMAGED,
    StoreCondition.ABSENT: StoreChange.STORE_REMOVED,
    StoreCondition.OK: StoreChange.STORE_REPAIRED,
}


def entry_changes(
    runs: Sequence[Run], dated: Sequence[Span], first: Taken
) -> Iterator[tuple[Run, int | None, StoreChange]]:
    """Yield what changed in one entry. A store that cannot be read is passed over: it is told for the store as a whole.

    Args:
        runs: Its runs, in order.
        dated: The span of each run.
        first: The store's first snapshot, which is what it is: nothing changed to it.

    Yields:
        The later run, the moment in epoch milliseconds (null: not known), the word.
    """
    before: Entry | None = None
    for run, span in zip(runs, dated, strict=True):
        if run.condition is not StoreCondition.OK:
            continue
        at = span.valid_from if run.first.at is None else run.first.at
        if run.first is not first:
            yield from ((run, at, word) for word in _words(before, run.entry))
        before = run.entry


def store_turns(store: Sequence[Taken]) -> Iterator[tuple[Taken, StoreChange]]:
    """Yield what changed in a store as a whole: its condition, or a part that is gone from a file that is JSON.

    Args:
        store: Its settled snapshots, in order.
    """
    if store and store[0].snapshot.condition is StoreCondition.DAMAGED:
        yield store[0], StoreChange.STORE_DAMAGED
    before: StoreCondition | None = None
    read: Taken | None = None
    for taken in store:
        condition = taken.snapshot.condition
        if before not in (None, condition):
            yield taken, TURNED[condition]
        before = condition
        if condition is not StoreCondition.OK:
            continue
        if read is not None:
            for word in _parts_removed(read, taken):
                yield taken, word
        read = taken


def _parts_removed(before: Taken, after: Taken) -> Iterator[StoreChange]:
    """Yield the parts that the last snapshot that could be read had, and this one has not."""
    if before.snapshot.has_account and after.snapshot.has_account is False:
        yield StoreChange.ACCOUNT_REMOVED
    if before.entries and not after.entries:
        yield StoreChange.SECTION_REMOVED


def _words(before: Entry | None, after: Entry | None) -> Iterator[StoreChange]:
    if after is None:
        yield from () if before is None else (StoreChange.ENTRY_REMOVED,)
        return
    if before is None:
        yield StoreChange.ENTRY_ADDED
    was = before or NOTHING
    yield from _secret_words(was, after)
    if _is_registration(after) and not _is_registration(was):
        yield StoreChange.REGISTRATION_ONLY
    if (
        was.access_token is not None
        and was.access_token == after.access_token
        and _differ(was.expires_at, after.expires_at)
    ):
        yield StoreChange.EXPIRY_EDITED
    if was.has_access_token and after.has_access_token and _differ(was.scope, after.scope):
        yield StoreChange.SCOPE_CHANGED
        if set(was.scope or ()) - set(after.scope or ()):
            yield StoreChange.SCOPE_NARROWED


def _secret_words(was: Entry, now: Entry) -> Iterator[StoreChange]:
    kinds = (
        (was.has_access_token, now.has_access_token, was.access_token, now.access_token, "access-token"),
        (was.has_refresh_token, now.has_refresh_token, was.refresh_token, now.refresh_token, "refresh-token"),
        (was.has_client_id, now.has_client_id, was.client_id, now.client_id, "client"),
    )
    for had, has, old, new, name in kinds:
        if had is False and has:
            yield StoreChange(f"{name}-added")
        elif had and has is False:
            yield StoreChange(f"{name}-removed")
        elif _differ(old, new):
            yield StoreChange(f"{name}-changed")


def _is_registration(entry: Entry) -> bool:
    return bool(entry.has_client_id) and entry.has_access_token is False


def _differ(old: object, new: object) -> bool:
    """Say whether both are known and not the same."""
    return old is not None and new is not None and old != new
