"""Say whether the client of a log has, had or has lost the faults that are known behind a finding."""

from collections.abc import Sequence
from typing import Final

from mcplog.knowledge.known_issues import UNKNOWN, IssueRange, KnownIssue, version_key

HAS: Final = 0
MAY_HAVE: Final = 1
NOT_KNOWN: Final = 2
FIXED: Final = 3
OLDER: Final = 4


def matching(rule_id: str, client_versions: Sequence[str], issues: Sequence[KnownIssue]) -> tuple[str, ...]:
    """Return the known issues behind a rule, each as one line.

    Args:
        rule_id: The rule of the finding.
        client_versions: Versions that the logs name.
        issues: The known issues; those of other rules are left out.

    Returns:
        Lines such as `Sessions race one refresh token (anthropics/claude-code#85236): 2.1.90 has it, fixed in 2.1.118`,
        what this client has first, what it never had last.
    """
    told = [_told(issue, client_versions) for issue in issues if rule_id in issue.rules]
    return tuple(line for _, line in sorted(told, key=lambda pair: pair[0]))


def _told(issue: KnownIssue, versions: Sequence[str]) -> tuple[int, str]:
    """Return how near the issue is to this client, and its line."""
    known = [(version, key) for version in versions if (key := version_key(version)) is not None]
    said = [_said(issue, version, key) for version, key in known] or [(NOT_KNOWN, _without_version(issue))]
    references = ", ".join(issue.references)
    return min(rank for rank, _ in said), f"{issue.title} ({references}): {'; '.join(text for _, text in said)}"


def _said(issue: KnownIssue, version: str, key: tuple[int, ...]) -> tuple[int, str]:
    """Return where one version stands, and the words for it."""
    for stretch in issue.ranges:
        if _is_in(key, stretch):
            end = _end(stretch, issue)
            if stretch.since == UNKNOWN:
                return MAY_HAVE, f"{version} has it unless it is older than the fault, {end}"
            return HAS, f"{version} has it, {end}"
    if any(stretch.until == UNKNOWN for stretch in issue.ranges):
        return NOT_KNOWN, f"fixed at some time; not known for {version}"
    fixes = [stretch.until for stretch in issue.ranges if stretch.until and _is_past(key, stretch)]
    if fixes:
        return FIXED, f"fixed in {fixes[-1]}, so {version} does not have it"
    return OLDER, f"came with {issue.ranges[0].since}, {version} is older"


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
    ends = [_end(stretch, issue) for stretch in issue.ranges if stretch.until != UNKNOWN]
    return f"{' and '.join(dict.fromkeys(ends)) or 'fixed at some time'}; the log names no client version"
