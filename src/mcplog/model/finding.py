"""What the rules found and what it comes to, as frozen values."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

import polars as pl
from msgspec import Struct, field

from mcplog.model.document import Problem
from mcplog.model.facts import Facts
from mcplog.model.frames import FINDINGS
from mcplog.model.place import Place
from mcplog.model.veiled import Veiled
from mcplog.model.vocabulary import Certainty, FinalState, Party, Rung, RungState, Severity, Truth, Verdict


class Evidence(Struct, frozen=True, kw_only=True):
    """One line or one store fact that a clause rests on.

    Attributes:
        place: Where it stands; a store fact stands in its snapshot.
        kind: Event kind, or `credential-state`.
        event_at: When; null when no clock tells.
        excerpt: The text, redacted; for a store fact one sentence on what was held.
        role: `primary` for the anchor, `related` for the rest.
        step: Alias or number of the rule's step it satisfies.
        also_at: The second place of the same happening (debug file and per-server log).
    """

    place: Place
    kind: str
    event_at: datetime | None
    excerpt: str
    role: str
    step: str = ""
    also_at: Place | None = None


class ClauseResult(Struct, frozen=True, kw_only=True):
    """How one clause of a rule came out for one binding.

    Attributes:
        clause: The clause as written in the rule.
        truth: Its Kleene truth.
        settled_by: What evidence would make an unknown clause known; of a failed clause of a near miss what was seen
            instead; else empty.
        note: In words for a reader what was looked at; for an absence its window and whether the log covers it ("no
            refresh between 08:20:00 and 08:31:12; the log covers all of it"). Empty when the evidence says it all.
        evidence: What it rests on.
        is_absence: It says that something did not happen, which a copy of some lines never shows.
    """

    clause: str
    truth: Truth
    settled_by: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    is_absence: bool = False


class Finding(Struct, frozen=True, kw_only=True):
    """One rule's verdict on one subject. Cannot exist without a primary evidence.

    Attributes:
        rule_id: The rule.
        server: The server it is about; empty when the entries name none.
        certainty: Confirmed or possible.
        severity: Of the rule.
        responsible: The parties that have to act; the first one first.
        title: The rule's title.
        cause: The rule's sentence with the binding's values filled in.
        next_observation: What would settle or separate it.
        remedy: Per party.
        clauses: Every clause with its truth.
        evidence: Primary first, then related, in order.
        occurrences: How many anchors matched.
        first_at: Of the first matching anchor.
        last_at: Of the last matching anchor.
        case_id: The case.
        order: Position of the bound anchor in the stream; ranks what came first.
        rivals: Rules that explain the same events otherwise.
        supersedes: Rules that say less about the same events.
        references: RFC sections, specification sections, public reports.
        suppressed: Until when and why it does not count; empty when it does.
        signature: Kind of fault and who has to act (`model/signature.py`); equal for two reports of one fault.
    """

    rule_id: str
    server: str
    certainty: Certainty
    severity: Severity
    responsible: tuple[Party, ...]
    title: str
    cause: str
    next_observation: str = ""
    remedy: Mapping[Party, str] = field(default_factory=dict)
    clauses: tuple[ClauseResult, ...] = ()
    evidence: tuple[Evidence, ...]
    occurrences: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    case_id: int = 0
    order: int = 0
    rivals: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    signature: str = ""
    suppressed: str = ""

    def __post_init__(self) -> None:
        """Refuse a finding that no line supports."""
        if not any(item.role == "primary" for item in self.evidence):
            raise ValueError(f"{self.rule_id}: a finding needs a primary evidence")


class NearMiss(Struct, frozen=True, kw_only=True):
    """How near a rule came to a server, and what kept it from being found.

    Attributes:
        rule_id: The rule.
        server: The server.
        certainty: What was found; null when nothing was, which is what this is about.
        failed: The clauses that have to fail for nothing to be found, with the lines they fail on.
        met: The other clauses, with what they rest on in the nearest binding.
    """

    rule_id: str
    server: str
    certainty: Certainty | None = None
    failed: tuple[ClauseResult, ...] = ()
    met: tuple[ClauseResult, ...] = ()


class LadderRung(Struct, frozen=True, kw_only=True):
    """How far one rung was seen to be climbed, and who has to act where it was not."""

    rung: Rung
    state: RungState
    responsible: Party
    place: Place | None = None
    note: str = ""


class RedHerring(Struct, frozen=True, kw_only=True):
    """A line that looks guilty and is not."""

    place: Place
    excerpt: str
    reason: str
    count: int = 1


class Moment(Struct, frozen=True, kw_only=True):
    """One row of the decisive minute: an event or a change of what the store held."""

    event_at: datetime | None
    lane: str  # "log" or "store"
    text: str
    place: Place
    decisive: bool = False


class HeldCredential(Struct, frozen=True, kw_only=True):
    """What the store held at one moment, ready to print: facts and fingerprints, never tokens."""

    moment: str  # why this moment is shown: "when refused", "at the end"
    event_at: datetime | None
    known: bool
    facts: tuple[tuple[str, str], ...] = ()
    place: Place | None = None


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What is the matter with one server.

    Attributes:
        server: Its name; empty when the entries name none.
        case_id: The case.
        verdict: Incident, healthy, inconclusive or no-evidence.
        final_state: How it stood when the evidence ends.
        primary: The cause; null unless the verdict is incident.
        further: Further incidents of their own, not explained by the primary one.
        consequences: Findings that the primary one explains.
        rivals: Findings that explain the same events otherwise.
        ladder: The rungs in order.
        first_rung_not_reached: The lowest rung that failed or was not seen while a later one is needed; null when none.
        red_herrings: Lines to ignore, with the reason.
        unknown: What the evidence does not show, one sentence each.
        collect: What to collect to settle it, one sentence each.
        moments: The decisive minute.
        credentials: What the store held at the decisive moment and at the end.
        known_issues: Public reports that fit the rule and the client version, one line each.
        client_versions: Versions the logs name, sorted.
        summary: One sentence for the head of the report.
    """

    server: str
    verdict: Verdict
    case_id: int = 0
    final_state: FinalState = FinalState.UNKNOWN
    primary: Finding | None = None
    further: tuple[Finding, ...] = ()
    consequences: tuple[Finding, ...] = ()
    rivals: tuple[Finding, ...] = ()
    ladder: tuple[LadderRung, ...] = ()
    first_rung_not_reached: LadderRung | None = None
    red_herrings: tuple[RedHerring, ...] = ()
    unknown: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    credentials: tuple[HeldCredential, ...] = ()
    known_issues: tuple[str, ...] = ()
    client_versions: tuple[str, ...] = ()
    summary: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding: primary, further, consequences, rivals."""
        head = (self.primary,) if self.primary else ()
        return (*head, *self.further, *self.consequences, *self.rivals)


def findings_frame(diagnoses: Iterable[Diagnosis]) -> pl.DataFrame:
    """Return FINDINGS of `diagnoses`, in their order."""
    return pl.DataFrame(list(_finding_rows(diagnoses)), schema=FINDINGS, orient="row")


def _finding_rows(diagnoses: Iterable[Diagnosis]) -> Iterator[tuple[Any, ...]]:
    for one in diagnoses:
        roles = (("primary", (one.primary,) if one.primary else ()), ("further", one.further))
        for role, findings in (*roles, ("consequence", one.consequences), ("rival", one.rivals)):
            for found in findings:
                place = next(item.place for item in found.evidence if item.role == "primary")
                yield (
                    found.case_id,
                    found.server,
                    found.rule_id,
                    role,
                    str(found.certainty),
                    str(found.severity),
                    [str(party) for party in found.responsible],
                    found.title,
                    found.cause,
                    found.occurrences,
                    found.first_at,
                    found.last_at,
                    place.origin,
                    place.line_from,
                )


def analysis_html(verdict: Verdict, diagnoses: Iterable[Diagnosis]) -> str:
    """Return what was found as an HTML table: the `verdict` over all servers, and a row for each of `diagnoses`."""
    head = "".join(f"<th>{name}</th>" for name in ("server", "verdict", "what", "rule", "who acts"))
    rows = "".join(f"<tr>{''.join(f'<td>{_html(text)}</td>' for text in _told(one))}</tr>" for one in diagnoses)
    return f"<table><caption>{_html(str(verdict))}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _told(one: Diagnosis) -> tuple[str, ...]:
    primary = one.primary
    if primary is None:
        return one.server, str(one.verdict), one.summary, "", ""
    rule = f"{primary.rule_id}, {primary.certainty}"
    return one.server, str(one.verdict), primary.title, rule, ", ".join(map(str, primary.responsible))


def _html(text: str) -> str:
    from html import escape  # noqa: PLC0415 - few runs are in a notebook

    return escape("".join(sign if sign.isprintable() else "\ufffd" for sign in text))


class Counts(Struct, frozen=True, kw_only=True):
    """What was read, for the foot of the report."""

    documents: int = 0
    lines: int = 0
    bytes: int = 0
    entries: int = 0
    events: int = 0
    unrecognised: int = 0
    stores: int = 0
    snapshots: int = 0


class Analysis(Veiled, frozen=True, kw_only=True):
    """The result of one run. A notebook shows it as a table; `repr` leaves the frames out.

    Attributes:
        verdict: Incident if any server has one; else inconclusive if any is; else healthy if any is; else no-evidence.
        diagnoses: One per server and case.
        counts: What was read.
        problems: Inputs or parts that could not be used.
        stores: Origins of the stores that were joined; empty when none was.
        notes: Sentences on how the inputs were chosen ("the link target is gone, took the newest log").
        documents: DOCUMENTS.
        gaps: GAPS.
        facts: FACTS: every event with its context and the credential state as of its moment, kept narrow.
        credential_states: STATES.
        case_names: How the cases are called, by number; an empty one is called after the place of its logs.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("documents", "gaps", "facts", "credential_states")

    verdict: Verdict
    diagnoses: tuple[Diagnosis, ...]
    counts: Counts
    problems: tuple[Problem, ...]
    stores: tuple[str, ...]
    notes: tuple[str, ...]
    documents: pl.DataFrame
    gaps: pl.DataFrame
    facts: Facts
    credential_states: pl.DataFrame
    case_names: tuple[str, ...] = ()

    @property
    def events(self) -> pl.DataFrame:
        """FACTS as one frame, made anew each time; `facts.frame(names)` makes a few columns for less."""
        return self.facts.frame()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every diagnosis."""
        return tuple(finding for diagnosis in self.diagnoses for finding in diagnosis.findings)

    @property
    def findings_frame(self) -> pl.DataFrame:
        """FINDINGS: a row a finding, in the order of the report."""
        return findings_frame(self.diagnoses)

    def _repr_html_(self) -> str:
        """Return a table of the servers for a notebook; nothing of a log acts in it."""
        return analysis_html(self.verdict, self.diagnoses)
