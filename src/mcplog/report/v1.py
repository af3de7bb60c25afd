"""ReportV1: what every output format prints. Frozen; what is in it changes only under a new number.

Plain texts, numbers and lists, apart from the types of `model`, so that a change inside mcplog cannot change what
other programs read. Every text is inert (`inert.py`): one line without control, bidirectional or invisible characters.
Instants are `2026-11-25T08:20:00.000Z`, lines 1-based inclusive, bytes 0-based half-open, null means *not known*.
A finding stands once: causes in `findings`, what they explain in `consequences`, other explanations in `rivals`.

Structs of msgspec and not dataclasses: defining one costs 0.02 ms instead of 1 ms, and there are sixteen.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct

SCHEMA_VERSION: Final = 1

# The words of version 1. A test holds them equal to the vocabularies they come from.
VerdictWord = Annotated[str, Meta(extra_json_schema={"enum": ["incident", "healthy", "inconclusive", "no-evidence"]})]
CertaintyWord = Annotated[str, Meta(extra_json_schema={"enum": ["confirmed", "possible"]})]
SeverityWord = Annotated[str, Meta(extra_json_schema={"enum": ["informational", "low", "medium", "high", "critical"]})]
PartyWord = Annotated[
    str,
    Meta(
        extra_json_schema={
            "enum": [
                "client",
                "mcp-server",
                "authorization-server",
                "user-machine",
                "network",
                "user",
                "none",
                "unknown",
            ]
        }
    ),
]
StateWord = Annotated[str, Meta(extra_json_schema={"enum": ["working", "broken", "unknown"]})]
TruthWord = Annotated[str, Meta(extra_json_schema={"enum": ["true", "false", "unknown"]})]
RungStateWord = Annotated[str, Meta(extra_json_schema={"enum": ["reached", "failed", "not-seen", "not-applicable"]})]
RoleWord = Annotated[str, Meta(extra_json_schema={"enum": ["primary", "further", "consequence", "rival"]})]
BaselineWord = Annotated[str, Meta(extra_json_schema={"enum": ["", "new", "updated", "unchanged", "absent"]})]
Instant = Annotated[str, Meta(description="UTC, with milliseconds: 2026-11-25T08:20:00.000Z")]


class ToolV1(Struct, frozen=True, kw_only=True):
    """What made the report."""

    name: str
    version: str


class PlaceV1(Struct, frozen=True, kw_only=True):
    """Where something stands in the input.

    Attributes:
        file: The document as the user knows it: a path, `archive.zip!member`.
        line: First line.
        line_to: Last line.
        byte_from: First byte; null when it was not computed.
        byte_to: One past the last byte; null when it was not computed.
    """

    file: str
    line: int
    line_to: int
    byte_from: int | None = None
    byte_to: int | None = None


class EvidenceV1(Struct, frozen=True, kw_only=True):
    """One line or one store fact that proves something.

    Attributes:
        file: As in a place.
        line: First line.
        line_to: Last line.
        byte_from: First byte.
        byte_to: One past the last byte.
        event_at: When; null when no clock tells.
        kind: Event kind, or `credential-state`.
        excerpt: The text without secrets.
        role: `primary` for the line the verdict hangs on, `related` for the rest.
        step: The step of the rule it satisfies.
        also_at: The second place of the same happening; null when there is one place.
    """

    file: str
    line: int
    line_to: int
    byte_from: int | None
    byte_to: int | None
    event_at: Instant | None
    kind: str
    excerpt: str
    role: str
    step: str
    also_at: PlaceV1 | None


class ClauseV1(Struct, frozen=True, kw_only=True):
    """One clause of a rule.

    Attributes:
        clause: As written in the rule.
        truth: True, false, or unknown where evidence is hidden or missing.
        note: What was looked at, in words; for an absence its window and its coverage.
        settled_by: What evidence would make an unknown clause known.
        evidence: What it rests on.
    """

    clause: str
    truth: TruthWord
    note: str
    settled_by: str
    evidence: tuple[EvidenceV1, ...]


class FindingV1(Struct, frozen=True, kw_only=True):
    """One rule's verdict on one server.

    Attributes:
        rule: Id of the rule, the kind of incident.
        title: The rule's title.
        server: The server; empty when the log names none.
        case_id: The case the documents belong to.
        verdict: Confirmed when every clause is proven, else possible.
        severity: Of the rule.
        responsible: Who has to act.
        role: Primary cause of its server, further incident of its own, consequence, or rival explanation.
        primary: True for the primary cause of its server.
        cause: One sentence with the values of this case.
        remedy: What to do, by party.
        next_observation: What would settle it.
        clauses: The proof.
        evidence: Primary line first.
        occurrences: How often it was seen.
        first_at: First time.
        last_at: Last time.
        rivals: Rules that explain the same lines otherwise.
        references: Standards and public reports.
        signature: Equal for two reports of one fault.
        suppressed: Until when and why it does not count for the exit code; empty when it does.
        baseline: Against the report of `--baseline`: new, updated, unchanged, absent; empty without one.
    """

    rule: str
    title: str
    server: str
    case_id: int
    verdict: CertaintyWord
    severity: SeverityWord
    responsible: tuple[PartyWord, ...]
    role: RoleWord
    primary: bool
    cause: str
    remedy: Mapping[str, str]
    next_observation: str
    clauses: tuple[ClauseV1, ...]
    evidence: tuple[EvidenceV1, ...]
    occurrences: int
    first_at: Instant | None
    last_at: Instant | None
    rivals: tuple[str, ...]
    references: tuple[str, ...]
    signature: str
    suppressed: str = ""
    baseline: BaselineWord = ""


class RungV1(Struct, frozen=True, kw_only=True):
    """One rung of the ladder of a sign-in and its use."""

    rung: str
    state: RungStateWord
    responsible: PartyWord
    place: PlaceV1 | None
    note: str


class RedHerringV1(Struct, frozen=True, kw_only=True):
    """A line that looks guilty and is not."""

    place: PlaceV1
    excerpt: str
    reason: str
    count: int


class MomentV1(Struct, frozen=True, kw_only=True):
    """One row of the decisive minute, in the lane `log` or `store`."""

    event_at: Instant | None
    lane: str
    text: str
    place: PlaceV1
    decisive: bool


class HeldV1(Struct, frozen=True, kw_only=True):
    """What the store held at one moment: fingerprints and times, never a token.

    Attributes:
        moment: Why this moment is shown.
        event_at: When.
        known: False when no evidence tells what was held.
        facts: Name and value.
        place: The snapshot it was read from; null when it comes from the log.
    """

    moment: str
    event_at: Instant | None
    known: bool
    facts: Mapping[str, str]
    place: PlaceV1 | None


class ServerV1(Struct, frozen=True, kw_only=True):
    """What is the matter with one server. Its findings stand at the top of the report, by its name.

    Attributes:
        server: Its name; empty when the log names none.
        case_id: The case.
        source: Where the logs of its case lie: the folder they share, or the file.
        verdict: On this server.
        summary: One sentence.
        final_state: How it stood when the evidence ends.
        client_versions: Versions that the logs name.
        ladder: The rungs in order.
        first_rung_not_reached: Null when all were.
        moments: The decisive minute.
        credentials: What the store held.
        unknown: What the evidence does not show.
        collect: What to collect to settle it.
        red_herrings: Lines to ignore.
        known_issues: Public reports that fit.
    """

    server: str
    case_id: int
    source: str
    verdict: VerdictWord
    summary: str
    final_state: StateWord
    client_versions: tuple[str, ...]
    ladder: tuple[RungV1, ...]
    first_rung_not_reached: RungV1 | None
    moments: tuple[MomentV1, ...]
    credentials: tuple[HeldV1, ...]
    unknown: tuple[str, ...]
    collect: tuple[str, ...]
    red_herrings: tuple[RedHerringV1, ...]
    known_issues: tuple[str, ...]


class ProblemV1(Struct, frozen=True, kw_only=True):
    """An input, or a part of one, that could not be used."""

    file: str
    line: int | None
    what: str
    hint: str


class CountsV1(Struct, frozen=True, kw_only=True):
    """What was read."""

    documents: int
    lines: int
    bytes: int
    entries: int
    events: int
    unrecognised: int
    stores: int
    snapshots: int


class ReportV1(Struct, frozen=True, kw_only=True):
    """The result of one run.

    Attributes:
        schema: Version of this form.
        tool: What made it.
        verdict: On all servers together.
        findings: Primary and further incidents of every server, worst first.
        consequences: What those explain.
        rivals: What would explain the same lines otherwise.
        servers: One a server, worst first.
        counts: What was read.
        problems: What could not be used.
        notes: How the inputs were chosen.
        stores: Credential stores that were joined; empty when none was.
        resolved: Findings of the report of `--baseline` that are not there any more.
    """

    schema: int
    tool: ToolV1
    verdict: VerdictWord
    findings: tuple[FindingV1, ...]
    consequences: tuple[FindingV1, ...]
    rivals: tuple[FindingV1, ...]
    servers: tuple[ServerV1, ...]
    counts: CountsV1
    problems: tuple[ProblemV1, ...]
    notes: tuple[str, ...]
    stores: tuple[str, ...]
    resolved: tuple[FindingV1, ...] = ()


_Lines = Annotated[str, Meta(pattern="^([1-9][0-9]*)?$")]


class RowV1(Struct, frozen=True, kw_only=True):
    """A row of the CSV report: a finding, or a server without any, which has a name, verdict, cause and case.

    Cells are texts as a CSV reader gives them. Several values in one are joined by `; `; an apostrophe stands before a
    text that a spreadsheet would run.

    Attributes:
        server: The server; empty when the log names none.
        rule: Id of the rule; empty for a server without a finding.
        title: The rule's title.
        verdict: Certainty of the finding; for a server without one its verdict.
        severity: Of the rule.
        responsible: Who has to act.
        role: Primary cause, further incident, consequence or rival explanation.
        cause: One sentence with the values of this case.
        remedy: What to do, by party.
        next_observation: What would settle it.
        file: Where the primary line stands.
        line: Its number.
        also_file: The second place of the same happening.
        also_line: Its number.
        excerpt: The primary line, without secrets.
        occurrences: How often it was seen.
        first_at: First time, UTC.
        last_at: Last time, UTC.
        unknown_clauses: Clauses that the evidence does not settle.
        rivals: Rules that explain the same lines otherwise.
        references: Standards and public reports.
        signature: Equal for two reports of one fault.
        case_id: The case.
    """

    server: str
    rule: str
    title: str
    verdict: Annotated[
        str,
        Meta(
            extra_json_schema={
                "enum": ["confirmed", "possible", "incident", "healthy", "inconclusive", "no-evidence"],
            }
        ),
    ]
    severity: Annotated[
        str, Meta(extra_json_schema={"enum": ["", "informational", "low", "medium", "high", "critical"]})
    ]
    responsible: str
    role: Annotated[str, Meta(extra_json_schema={"enum": ["", "primary", "further", "consequence", "rival"]})]
    cause: str
    remedy: str
    next_observation: str
    file: str
    line: _Lines
    also_file: str
    also_line: _Lines
    excerpt: str
    occurrences: _Lines
    first_at: str
    last_at: str
    unknown_clauses: str
    rivals: str
    references: str
    signature: str
    case_id: Annotated[str, Meta(pattern="^[0-9]+$")]
