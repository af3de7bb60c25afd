"""What the HTML report shows of each server, chosen and put in order; the templates only write it down."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from mcplog.report.clause_words import sentences, tells_something
from mcplog.report.context import ContextLine, Contexts
from mcplog.report.drawing import Drawing, drawing_of
from mcplog.report.scene import Scenes
from mcplog.report.v1 import ClauseV1, EvidenceV1, FindingV1, HeldV1, ReportV1, RungV1, ServerV1
from mcplog.report.wording import FINAL_STATES, RUNGS, UNNAMED, Places, by_party, either

MOST_SERVERS: Final = 40  # told at length; of more, each has its row in the table
FOLDED_FROM: Final = 3  # servers; of more, all but verdict and who acts is folded away
MOST_DRAWN: Final = 8  # servers with lanes

WORDS: Final = {
    "incident": "Incident",
    "healthy": "Healthy",
    "inconclusive": "Inconclusive",
    "no-evidence": "No evidence",
}


class Line(Struct, frozen=True, kw_only=True):
    """A line of a proof with what stands around it."""

    item: EvidenceV1
    where: str
    also: str
    context: tuple[ContextLine, ...]


class Clause(Struct, frozen=True, kw_only=True):
    """A clause of a proof: a sentence on it, empty where its lines say it all."""

    clause: ClauseV1
    said: str
    lines: tuple[Line, ...]


class Held(Struct, frozen=True, kw_only=True):
    """What was held at several moments: a row a fact, a cell a moment, null where that moment does not name it."""

    moments: tuple[HeldV1, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]


class Block(Struct, frozen=True, kw_only=True):
    """All that is said of one server."""

    anchor: str
    name: str
    server: ServerV1
    word: str
    headline: str
    state: str
    primary: FindingV1 | None
    further: tuple[FindingV1, ...]
    consequences: tuple[FindingV1, ...]
    rivals: tuple[FindingV1, ...]
    responsible: str
    remedies: tuple[tuple[str, str], ...]
    proof: tuple[Clause, ...]
    held: Held
    rungs: tuple[tuple[str, RungV1], ...]
    drawing: Drawing | None


def blocks_of(report: ReportV1, say: Places, scenes: Scenes, contexts: Contexts) -> tuple[Block, ...]:
    """Return the servers that are told at length, worst first.

    Args:
        report: What was found.
        say: How places are said.
        scenes: Lanes by case and server; may lack some or all.
        contexts: Lines around the lines of proofs; may lack some or all.
    """
    about: dict[tuple[int, str], dict[str, list[FindingV1]]] = {}
    for found in (*report.findings, *report.consequences, *report.rivals):
        about.setdefault((found.case_id, found.server), {}).setdefault(found.role, []).append(found)
    return tuple(
        _block(
            server,
            number,
            about.get((server.case_id, server.server), {}),
            say,
            scenes,
            contexts,
        )
        for number, server in enumerate(report.servers[:MOST_SERVERS], 1)
    )


def _block(
    server: ServerV1,
    number: int,
    found: Mapping[str, Sequence[FindingV1]],
    say: Places,
    scenes: Scenes,
    contexts: Contexts,
) -> Block:
    primary = next(iter(found.get("primary", ())), None)
    scene = scenes.get((server.case_id, server.server))
    return Block(
        anchor=f"s{number}",
        name=server.server or UNNAMED,
        server=server,
        word=WORDS[server.verdict],
        headline=primary.title if primary else server.summary,
        state=FINAL_STATES[server.final_state],
        primary=primary,
        further=tuple(found.get("further", ())),
        consequences=tuple(found.get("consequence", ())),
        rivals=tuple(found.get("rival", ())),
        responsible=either(primary.responsible) if primary else "",
        remedies=tuple(by_party(primary.remedy, primary.responsible)) if primary else (),
        proof=proof_of(primary, say, contexts) if primary else (),
        held=_held(server.credentials),
        rungs=tuple((RUNGS.get(rung.rung, rung.rung), rung) for rung in server.ladder),
        drawing=drawing_of(scene) if scene and scene.lanes else None,
    )


def proof_of(finding: FindingV1, say: Places, contexts: Contexts) -> tuple[Clause, ...]:
    """Return the clauses of a `finding` that tell something, with their lines.

    Args:
        finding: What is proven.
        say: How places are said.
        contexts: Lines around its lines.
    """
    if not finding.clauses:
        bare = ClauseV1(clause="", truth="true", note="", settled_by="", evidence=finding.evidence)
        return (Clause(clause=bare, said="", lines=_lines(bare, say, contexts)),)
    told = zip(finding.clauses, sentences(finding.clauses), strict=True)
    return tuple(
        Clause(clause=clause, said=said, lines=_lines(clause, say, contexts))
        for clause, said in told
        if tells_something(clause)
    )


def _lines(clause: ClauseV1, say: Places, contexts: Contexts) -> tuple[Line, ...]:
    return tuple(
        Line(
            item=item,
            where=say.said(item),
            also=say.said(item.also_at) if item.also_at else "",
            context=contexts.get((item.file, item.line), ()),
        )
        for item in clause.evidence
    )


def _held(states: Sequence[HeldV1]) -> Held:
    names = dict.fromkeys(name for state in states for name in state.facts)
    return Held(
        moments=tuple(states),
        rows=tuple((name, tuple(state.facts.get(name) for state in states)) for name in names),
    )
