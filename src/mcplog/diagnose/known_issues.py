"""Say which of the faults that are known behind a finding the client of a log has, or may have."""

from collections.abc import Sequence
from typing import Final

from mcplog.knowledge.known_issues import UNKNOWN, IssueRange, KnownIssue, version_key

HAS: Final = 0
MAY_HAVE: Final = 1
NOT_KNOWN: Final = 2
FIXED: Final = 3
OLDER: Final = 4


def matching(rule_id: str, client_versions: Sequence[str], issues: Sequence[KnownIssue]) -> tuple[str, ...]:
    """Return the known issues behind a rule that this client has or may have, each as one line.

    Args:
        rule_id: The rule of the finding.
        client_versions: Versions that the logs name.
        issues: The known issues; those of other rules are left out, and so are those that every client of the logs is
            too new or too old for.

    Returns:
        Lines such as `Sessions race one refresh token (anthropics/claude-code#85236): in 2.1.90, fixed in 2.1.118`;
        what this client has comes first.
    """
    told = [_told(issue, client_versions) for issue in issues if rule_id in issue.rules]
    return tuple(line for rank, line in sorted(told, key=lambda pair: pair[0]) if rank <= NOT_KNOWN)


def _told(issue: KnownIssue, versions: Sequence[str]) -> tuple[int, str]:
    """Return how near the issue is to this client, and its line."""
    said: dict[tuple[int, str], list[str]] = {}
    for version in versions:
        key = version_key(version)
        if key is not None:
            said.setdefault(_said(issue, key), []).append(version)
    texts = [text.format(", ".join(named)) for (_, text), named in said.items()]
    nearest = min((rank for rank, _ in said), default=NOT_KNOWN)
    return nearest, f"{issue.title} ({', '.join(issue.references)}): {'; '.join(texts) or _without_version(issue)}"


def _said(issue: KnownIssue, key: tuple[int, ...]) -> tuple[int, str]:
    """Return where one version stands, and the words for it with a place for its name."""
    stretch = next((one for one in issue.ranges if _is_in(key, one)), None)
    if stretch is not None and not stretch.until and key > (version_key(issue.seen) or ()):
        return NOT_KNOWN, f"{_end(stretch, issue)}, not known for {{}}"
    if stretch is not None and stretch.since == UNKNOWN:
        return MAY_HAVE, f"perhaps in {{}}, {_end(stretch, issue)}"
    if stretch is not None:
        return HAS, f"in {{}}, {_end(stretch, issue)}"
    if any(one.until == UNKNOWN for one in issue.ranges):
        return NOT_KNOWN, "fixed at some time, not known for {}"
    fixes = [one.until for one in issue.ranges if _is_past(key, one)]
    if fixes:
        return FIXED, f"not in {{}}, fixed in {fixes[-1]}"
    return OLDER, f"not yet in {{}}, came with {issue.ranges[0].since}"


def _is_in(key: tuple[int, ...], stretch: IssueRange) -> bool:
    since, until = version_key(stretch.since), version_key(stretch.until) if stretch.until else None
    if stretch.until == UNKNOWN:
        return False
    return (since is None or key >= since) and (until is None or key < until)


def _is_past(key: tuple[int, ...], stretch: IssueRange) -> bool:
    until = version_key(stretch.until)
    return until is not None and key >= until


def _end(stretch: IssueRange, issue: KnownIssue) -> str:
    if stretch.until:
        return f"fixed in {stretch.until}"
    return f"open when last seen ({issue.seen})" if issue.seen else "open when last seen"


def _without_version(issue: KnownIssue) -> str:
    fixes = [one.until for one in issue.ranges if one.until not in ("", UNKNOWN)]
    told = [f"fixed in {', '.join(fixes)}"] if fixes else []
    told += [_end(one, issue) for one in issue.ranges if not one.until]
    return "; ".join(told) or "fixed at some time"
