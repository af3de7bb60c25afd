"""What has changed since another triage: cases that are new, gone, or no longer what they were."""

from collections.abc import Iterable

from msgspec import Struct

from mcplog.triage.rows import CaseRow, Row


class Change(Struct, frozen=True, kw_only=True):
    """One case that differs.

    Attributes:
        case: Its name.
        before: What it was then: signature, or verdict where it has none; empty for a new case.
        now: What it is now; empty for a case that is gone.
    """

    case: str
    before: str
    now: str


class Baseline(Struct, frozen=True, kw_only=True):
    """The difference between two triages: cases in the order of their names.

    Attributes:
        new: Cases that only the later one has.
        gone: Cases that only the earlier one has.
        changed: Cases of both with another signature or verdict.
        same: How many are as they were.
    """

    new: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0


def compared(before: Iterable[Row], now: Iterable[Row]) -> Baseline:
    """Return what has changed.

    Args:
        before: Rows of the earlier triage.
        now: Rows of the later one.
    """
    old, new = _states(before), _states(now)
    both = sorted(old.keys() & new.keys())
    changed = [Change(case=case[0], before=old[case], now=new[case]) for case in both if old[case] != new[case]]
    return Baseline(
        new=tuple(Change(case=case[0], before="", now=new[case]) for case in sorted(new.keys() - old.keys())),
        gone=tuple(Change(case=case[0], before=old[case], now="") for case in sorted(old.keys() - new.keys())),
        changed=tuple(changed),
        same=len(both) - len(changed),
    )


def _states(rows: Iterable[Row]) -> dict[tuple[str, int], str]:
    """Return what each case is, by its name and, where several have one name, its number among them."""
    found: dict[tuple[str, int], str] = {}
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, CaseRow):
            number = seen[row.case] = seen.get(row.case, -1) + 1
            found[row.case, number] = row.signature or row.verdict
    return found
