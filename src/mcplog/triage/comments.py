"""A suggested comment for each issue: the cause, who has to act, what is missing. Text that does nothing by itself."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from msgspec import Struct

from mcplog.report.inert_markdown import markdown
from mcplog.triage.clusters import Cluster
from mcplog.triage.rows import CaseRow, Row

LONGEST_NAME: Final = 100
PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
WHO: Final = {
    "client": "the client (Claude Code)",
    "mcp-server": "the MCP server",
    "authorization-server": "the authorization server",
    "user-machine": "the user's machine",
    "network": "the network between client and server",
    "user": "the user",
    "none": "nobody",
    "unknown": "not decided by these logs",
}
FOOT: Final = "*Suggested by mcplog from the attached logs; a person should read it before it is sent.*\n"


class Comment(Struct, frozen=True, kw_only=True):
    """One comment.

    Attributes:
        issue: The issue it is for, or the case where no issue is known.
        text: Markdown, inert.
    """

    issue: str
    text: str

    @property
    def file_name(self) -> str:
        """A name for its file that leads nowhere: letters, digits, `.`, `_` and `-` only."""
        plain = "".join(char if char in PLAIN else "-" for char in self.issue).strip(".-")[-LONGEST_NAME:]
        return f"{plain or 'case'}.md"


def comments_of(rows: Iterable[Row], clusters: Mapping[str, Cluster]) -> Iterator[Comment]:
    """Yield a comment for each issue, and for each case that is of none.

    Args:
        rows: Of a journal, in order: the cases of one issue stand together.
        clusters: By signature, to say how many others report the same.
    """
    cases = (row for row in rows if isinstance(row, CaseRow))
    for issue, of_issue in groupby(cases, key=lambda case: case.issue or case.case):
        parts = list(of_issue)
        heads = len(parts) > 1
        text = "\n".join(_of_case(case, clusters, named=heads) for case in parts)
        yield Comment(issue=issue, text=f"{text}\n{FOOT}")


def _of_case(case: CaseRow, clusters: Mapping[str, Cluster], *, named: bool) -> str:
    head = f"**{markdown(case.case)}**\n\n" if named else ""
    body = _incident(case, clusters) if case.signature else _undecided(case)
    return head + "".join(body)


def _incident(case: CaseRow, clusters: Mapping[str, Cluster]) -> Iterator[str]:
    sure = "" if case.certainty == "confirmed" else " (possible, not proven)"
    about = f" Server {markdown(case.server)}." if case.server else ""
    yield f"**{markdown(case.title)}**{sure}.{about}\n\n{markdown(case.cause)}\n\n"
    yield f"- Who has to act: {_who(case)}.\n"
    for remedy in case.remedy:
        party, _, what = remedy.partition(": ")
        yield f"- For {WHO[party]}: {markdown(what)}\n"
    if case.file:
        name = case.file.rpartition("/")[2]
        yield f"- Where it shows: {markdown(f'{name}:{case.line}')}\n"
    for told in case.known_issues:
        yield f"- Known: {markdown(told)}\n"
    others = len(clusters[case.signature].cases) - 1 if case.signature in clusters else 0
    if others:
        yield f"- {others:,} other {'case has' if others == 1 else 'cases have'} the signature "
        yield f"{markdown(case.signature)}.\n"
    yield from _missing(case)


def _undecided(case: CaseRow) -> Iterator[str]:
    if case.verdict == "healthy":
        yield "The logs show a working connection and no fault.\n"
        return
    yield "The logs do not show what went wrong.\n\n"
    yield from (f"- Not known: {markdown(sentence)}\n" for sentence in case.unknown)
    yield from _missing(case)


def _missing(case: CaseRow) -> Iterator[str]:
    if case.collect and case.certainty != "confirmed":
        yield "\nTo settle it, please add:\n\n"
        yield from (f"- {markdown(sentence)}\n" for sentence in case.collect)


def _who(case: CaseRow) -> str:
    return " or ".join(WHO[party] for party in case.responsible) or WHO["unknown"]
