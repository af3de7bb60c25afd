"""The rows of a triage: what its JSON lines hold and its tables print. Version 1; names and meanings stay.

    {"type":"triage", …}     once, first: what was asked for
    {"type":"case", …}       a case: what is the matter, and what it shares with others
    {"type":"finding", …}    a finding, behind its case
    {"type":"problem", …}    an input, or a part of one, that could not be used
    {"type":"done", …}       everything before it is complete, so that a run can be resumed

Texts are inert (`report/inert.py`). Tokens are `RT#1`, `RT#2`: numbered within their case, so that a row says the same
under every key and in every run. Instants are `2026-11-25T08:20:00.000Z`; an empty text and an empty list mean that
there is nothing to say, null that it is not known.
"""

from typing import Final

from msgspec import Struct

from mcplog.report.v1 import CertaintyWord, Instant, PartyWord, RoleWord, SeverityWord, StateWord, VerdictWord

SCHEMA_VERSION: Final = 1


class HeadRow(Struct, frozen=True, kw_only=True, tag_field="type", tag="triage"):
    """What was asked for; a run is resumed only when this is the same.

    Attributes:
        schema: Version of these rows.
        tool: Name and version of what made them.
        per: `finding`, or `case` where findings are left out.
        units: How many units of work there are.
        asked: Digest over the units and over what changes the rows.
    """

    schema: int = SCHEMA_VERSION
    tool: str
    per: str
    units: int
    asked: str


class CaseRow(Struct, frozen=True, kw_only=True, tag_field="type", tag="case"):
    """One case.

    Attributes:
        case: What it is called: unique in a run unless two inputs have the same name.
        source: Where its logs lie.
        issue: The issue it was reported in, `owner/name#42`; empty where there is none.
        verdict: On all its servers together.
        signature: What it is compared by; empty without an incident.
        signatures: Those of all its incidents, that one first.
        rule: Kind of the incident that sets it apart; empty without one. The next eight are of this incident.
        title: Title of the rule.
        certainty: Confirmed or possible; null without an incident.
        severity: Of the rule; null without an incident.
        responsible: Who has to act.
        server: The server it is about; without an incident the one looked at first.
        cause: One sentence.
        remedy: What each responsible party has to do.
        file: Where the line stands that it hangs on; empty without one.
        line: Its number; null without one.
        excerpt: The line, without secrets.
        servers: All servers of the case.
        final_state: How the first of them stood at the end.
        rung: The first rung of the ladder that was not reached; empty when all were or none was looked at.
        client_versions: Versions that the logs name.
        providers: Known providers behind the URLs in the logs.
        oauth_errors: Error codes of RFC 6749 and RFC 7591 in the logs.
        http_statuses: Statuses that servers refused with.
        first_at: When the incident was first seen.
        last_at: When it was last seen.
        unknown: What the evidence does not show.
        collect: What to collect to settle it.
        known_issues: Public reports that fit.
        documents: How many logs it has.
        lines: Their lines.
        bytes: Their bytes.
        stores: How many snapshots of stores were joined.
        problems: How many of its inputs could not be used, wholly or in part.
    """

    case: str
    source: str
    issue: str = ""
    verdict: VerdictWord
    signature: str = ""
    signatures: tuple[str, ...] = ()
    rule: str = ""
    title: str = ""
    certainty: CertaintyWord | None = None
    severity: SeverityWord | None = None
    responsible: tuple[PartyWord, ...] = ()
    server: str = ""
    cause: str = ""
    remedy: tuple[str, ...] = ()
    file: str = ""
    line: int | None = None
    excerpt: str = ""
    servers: tuple[str, ...] = ()
    final_state: StateWord = "unknown"
    rung: str = ""
    client_versions: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    oauth_errors: tuple[str, ...] = ()
    http_statuses: tuple[int, ...] = ()
    first_at: Instant | None = None
    last_at: Instant | None = None
    unknown: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    known_issues: tuple[str, ...] = ()
    documents: int = 0
    lines: int = 0
    bytes: int = 0
    stores: int = 0
    problems: int = 0


class FindingRow(Struct, frozen=True, kw_only=True, tag_field="type", tag="finding"):
    """One finding of a case. Names and meanings are those of the CSV of `mcplog analyze`.

    Attributes:
        case: The case.
        source: Where its logs lie.
        server: The server.
        rule: The kind.
        title: The rule's title.
        verdict: Confirmed or possible.
        severity: Of the rule.
        responsible: Who has to act.
        role: Primary, further, consequence or rival.
        signature: Equal for two reports of one fault.
        cause: One sentence.
        next_observation: What would settle it.
        file: Of the primary evidence.
        line: Of the primary evidence.
        excerpt: Of the primary evidence.
        occurrences: How often it was seen.
        first_at: First time.
        last_at: Last time.
        unknown_clauses: What is not proven.
        client_versions: Versions that the logs of its server name.
    """

    case: str
    source: str
    server: str
    rule: str
    title: str
    verdict: CertaintyWord
    severity: SeverityWord
    responsible: tuple[PartyWord, ...]
    role: RoleWord
    signature: str
    cause: str
    next_observation: str
    file: str
    line: int
    excerpt: str
    occurrences: int
    first_at: Instant | None
    last_at: Instant | None
    unknown_clauses: tuple[str, ...]
    client_versions: tuple[str, ...]


class ProblemRow(Struct, frozen=True, kw_only=True, tag_field="type", tag="problem"):
    """One input that could not be used, wholly or in part.

    Attributes:
        case: The case it would have been of, or is.
        file: The input.
        line: First line concerned; null where it is all of it.
        what: What is wrong.
        hint: What to do.
    """

    case: str
    file: str
    line: int | None = None
    what: str
    hint: str = ""


class DoneRow(Struct, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """A mark: the rows of the first `units` units stand above it."""

    units: int


Row = HeadRow | CaseRow | FindingRow | ProblemRow | DoneRow
