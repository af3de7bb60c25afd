"""The table of known issues: faults of the client that public reports or its change log tell of, by version."""

from collections.abc import Sequence
from typing import Final

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text

NAME: Final = "known_issues.toml"
UNKNOWN: Final = "?"


class IssueRange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of client versions that have the fault.

    Attributes:
        since: First version that has it; `?` where it is not known.
        until: First version that no longer has it; empty: still open when last seen; `?`: gone, not known since when.
    """

    since: str
    until: str


class KnownIssue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault.

    Attributes:
        id: Its name.
        title: What goes wrong, one clause.
        rules: Rules whose findings it may be behind.
        ranges: Where it is in; several where it came back, or where fixes covered a part each.
        references: Public reports or the change log's version.
        source: Where this is from.
        seen: Last version that was seen with it; empty where a fix is known.
    """

    id: str
    title: str
    rules: tuple[str, ...]
    ranges: tuple[IssueRange, ...]
    references: tuple[str, ...]
    source: str
    seen: str = ""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    issue: tuple[KnownIssue, ...] = ()


def load_known_issues(rules: Sequence[str] | None = None) -> tuple[KnownIssue, ...]:
    """Return the known issues that ship with mcplog.

    Args:
        rules: Only those of these rules; null gives all.

    Raises:
        KnowledgeError: What was read of the table is damaged.
    """
    return parse_known_issues(table_text(NAME), rules)


def parse_known_issues(text: str, rules: Sequence[str] | None = None) -> tuple[KnownIssue, ...]:
    """Return the known issues in `text`.

    Args:
        text: TOML.
        rules: Only those of these rules; null gives all, and checks them all.

    Raises:
        KnowledgeError: It is no such table, names an id twice, or a version that is none.
    """
    told = parse_table(text, _Table, name=NAME).issue
    issues = tuple(issue for issue in told if rules is None or not set(rules).isdisjoint(issue.rules))
    refuse_duplicates((issue.id for issue in issues), name=NAME)
    faults = [f"{issue.id}: {fault}" for issue in issues for fault in _faults(issue)]
    if faults:
        raise KnowledgeError("; ".join(faults), place=NAME)
    return issues


def version_key(version: str) -> tuple[int, ...] | None:
    """Return a client version as numbers that can be compared; null when `version` is none."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return tuple(int(part) for part in parts)


def _faults(issue: KnownIssue) -> list[str]:
    versions = [(one.since, UNKNOWN) for one in issue.ranges]
    versions += [(one.until, "") for one in issue.ranges if one.until != UNKNOWN]
    faults = [f"no version: {word}" for word, open_word in versions if word != open_word and version_key(word) is None]
    if issue.seen and version_key(issue.seen) is None:
        faults.append(f"no version: {issue.seen}")
    return faults + [f"{what} are missing" for what in ("rules", "ranges", "references") if not getattr(issue, what)]
