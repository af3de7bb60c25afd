"""Run queries on the facts: for each case and server the best anchor, its binding and the truth of every clause."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.rule import Query
from mcplog.rules.candidates import Candidates, find_candidates
from mcplog.rules.chains import climb
from mcplog.rules.clauses import Judge, clauses_of
from mcplog.rules.ground import Ground
from mcplog.rules.joint import Bound, Said, joint_conditions
from mcplog.rules.line import Line, lay_in_line
from mcplog.rules.narrowing import narrowed
from mcplog.rules.outline import Outline
from mcplog.rules.roles import Role, Voice
from mcplog.rules.search import MOST_STEPS, Found, Search
from mcplog.rules.strands import Steps, Strands, resting, strands_of
from mcplog.rules.thinning import thinned

MOST_ENTRIES: Final = 100_000  # of one line, but for a query that has more: the working memory of a line is so bounded
# Number of the query and of the voice, whether it is sure, the first row and the last, the first one's entry, how many.
Span = tuple[int, int, bool, int, int, int, int]


class Hit(Struct, frozen=True):
    """A query is found on one case and server.

    Attributes:
        query: Number of the query.
        voice: Number of the query and level in the line.
        case_id: The case.
        server: The server; empty for events that name none.
        sure: Every clause is true, else some are unknown.
        row: Number of the earliest anchor that is as sure as that, in FACTS.
        last: Number of the latest such anchor.
        entry: The earliest anchor's number in the line.
        occurrences: How many such anchors there are.
        found: The binding, where it had to be known to find the anchor.
        part: Number of the line.
    """

    query: int
    voice: int
    case_id: int
    server: str
    sure: bool
    row: int
    last: int
    entry: int
    occurrences: int
    found: Found | None = None
    part: int = 0


class Match(Struct, frozen=True, kw_only=True):
    """What a Hit rests on.

    Attributes:
        hit: Case, server and anchor.
        plan: The query.
        bound: Row of the log or gap for each row of the sequence.
        truths: The truth of each clause, in the order of `clauses_of`.
        cut: Candidates were left out.
        judge: Knows what is in the way.
    """

    hit: Hit
    plan: Outline
    bound: Bound
    truths: tuple[bool | None, ...]
    judge: Judge
    cut: bool = False


class Part(Struct, frozen=True):
    """What was found of the queries that were looked at together.

    Attributes:
        voices: The queries and levels.
        roles: The roles of their entries.
        entries: Those that what was found can rest on: most of a line is of no use any more.
        runs_forward: No moment is before that of an earlier row.
    """

    voices: Sequence[Voice]
    roles: Sequence[Role]
    entries: pl.DataFrame
    runs_forward: bool

    def bind(self, hits: Sequence[Hit], ground: Ground) -> list[Match]:
        """Return what each of some `hits` in this line rests on."""
        entries = _resting(self.entries, hits, self.voices)
        strands = strands_of(entries, self.roles, runs_forward=self.runs_forward)
        steps = Steps(MOST_STEPS)
        voices = {hit.voice: self.voices[hit.voice] for hit in hits}
        judges = {number: _judge(voice, strands, ground, steps) for number, voice in voices.items()}
        return [_match(hit, judges[hit.voice], is_open=voices[hit.voice].is_open) for hit in hits]


class Matches(Struct, frozen=True, kw_only=True):
    """What some queries find.

    Attributes:
        hits: One a query, case and server.
        ground: The facts.
        parts: The queries that can be found, in portions.
    """

    hits: Sequence[Hit]
    ground: Ground
    parts: Sequence[Part]

    def bind(self, hits: Sequence[Hit]) -> list[Match]:
        """Return what each of some `hits` rests on."""
        by_part: dict[int, list[Hit]] = defaultdict(list)
        for hit in hits:
            by_part[hit.part].append(hit)
        bound = {number: iter(self.parts[number].bind(own, self.ground)) for number, own in by_part.items()}
        return [next(bound[hit.part]) for hit in hits]


def find_matches(queries: Sequence[Query], ground: Ground) -> Matches:
    """Return what queries find.

    Args:
        queries: The queries.
        ground: The facts.
    """
    narrow = (narrowed(own, ground) for own in find_candidates(queries, ground))
    found = [thin for own in narrow if own and (thin := thinned(own, ground))]
    parts: list[Part] = []
    hits: list[Hit] = []
    for number, portion in enumerate(_portions(found)):
        part, own = _looked_at(portion, ground)
        parts.append(part)
        hits += (replace(hit, part=number) for hit in own)
    return Matches(hits=hits, ground=ground, parts=parts)


def _looked_at(portion: Sequence[Candidates], ground: Ground) -> tuple[Part, list[Hit]]:
    line = lay_in_line(portion, ground)
    climbed = climb(line)
    hits = _hits(line, climbed, ground)
    entries = _resting(climbed, hits, line.voices)
    return Part(line.voices, line.roles, entries, line.runs_forward), hits


def _resting(entries: pl.DataFrame, hits: Iterable[Hit], voices: Sequence[Voice]) -> pl.DataFrame:
    """Return the entries that the hits whose binding is not known yet can rest on."""
    asked = [hit for hit in hits if hit.found is None]
    whole = [bool(voices[hit.voice].own.plan.trailing) for hit in asked]
    return resting(entries, [hit.entry for hit in asked], whole=whole)


def _portions(found: Iterable[Candidates]) -> Iterator[list[Candidates]]:
    """Yield the queries in portions that have not too many entries."""
    portion: list[Candidates] = []
    entries = 0
    for own in found:
        size = sum(map(len, (*own.atoms, *own.missing.values())))
        if portion and entries + size > MOST_ENTRIES:
            yield portion
            portion, entries = [], 0
        portion.append(own)
        entries += size
    if portion:
        yield portion


def _match(hit: Hit, judge: Judge, *, is_open: bool) -> Match:
    plan, found = judge.plan, hit.found
    if found:
        rows = [found.judge.strands.spot(entry) for entry in found.bound]
        found.judge.steps.left = MOST_STEPS
        return Match(hit=hit, plan=plan, bound=rows, truths=found.judge.truths(rows), cut=found.cut, judge=found.judge)
    bound = judge.strands.bind(judge.strands.number(hit.entry))
    truths = judge.truths(bound) if is_open else (True,) * len(judge.clauses)
    return Match(hit=hit, plan=plan, bound=bound, truths=truths, judge=judge)


def _judge(
    voice: Voice, strands: Strands, ground: Ground, steps: Steps, joint: Mapping[int, Said] | None = None
) -> Judge:
    plan = voice.own.plan
    return Judge(plan=plan, ground=ground, strands=strands, joint=joint or {}, clauses=clauses_of(plan), steps=steps)


def _hits(line: Line, climbed: pl.DataFrame, ground: Ground) -> list[Hit]:
    entries = climbed["anchor"].arg_true()
    if entries.is_empty():
        return []
    rows = (climbed["spot"][entries] // 2).cast(pl.UInt32)
    voices = pl.Series(line.voice_of, dtype=pl.Int64)[climbed["role"][entries]]
    anchors = pl.DataFrame({"voice": voices, "subject": ground.subjects(rows), "entry": entries, "row": rows})
    jointly = pl.Series([voice.own.plan.has_references for voice in line.voices], dtype=pl.Boolean)[voices]
    if not jointly.any():
        return _plain_hits(anchors, line, ground)
    return [
        *_plain_hits(anchors.filter(~jointly), line, ground),
        *_joint_hits(anchors.filter(jointly), line, climbed, ground),
    ]


def _plain_hits(anchors: pl.DataFrame, line: Line, ground: Ground) -> list[Hit]:
    """Return the earliest of the surest anchors of each query and subject; a query's level TRUE comes before OPEN."""
    row = pl.col("row")
    spans = anchors.group_by("voice", "subject").agg(
        row.min(), last=row.max(), entry=pl.col("entry").get(row.arg_min()), occurrences=pl.len()
    )
    surest: dict[tuple[int, int], Span] = {}
    for number, subject, first, last, entry, occurrences in spans.sort("voice").iter_rows():
        voice = line.voices[number]
        span = (voice.own.number, number, not voice.is_open, first, last, entry, occurrences)
        surest.setdefault((voice.own.number, subject), span)
    return _with_subject(list(surest.values()), ground)


def _with_subject(spans: Sequence[Span], ground: Ground) -> list[Hit]:
    who = ground.facts.frame(("case_id", "server"), pl.Series([row for _, _, _, row, *_ in spans], dtype=pl.UInt32))
    subjects = zip(who["case_id"].to_list(), who["server"].to_list(), strict=True)
    return [
        Hit(query, voice, case, server or "", sure, row, last, entry, occurrences)
        for (query, voice, sure, row, last, entry, occurrences), (case, server) in zip(spans, subjects, strict=True)
    ]


def _joint_hits(anchors: pl.DataFrame, line: Line, climbed: pl.DataFrame, ground: Ground) -> list[Hit]:
    """Return the same for queries in which the binding decides which anchors there are."""
    by_voice: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, *anchor in anchors.iter_rows():
        by_voice[number].append(tuple(anchor))
    by_subject: dict[tuple[int, int], list[tuple[int, int, Found]]] = defaultdict(list)
    for number, own in by_voice.items():
        voice = line.voices[number]
        entries = [entry for _, entry, _ in own]
        rows = resting(climbed, entries, whole=[bool(voice.own.plan.trailing)] * len(entries))
        strands = strands_of(rows, line.roles, runs_forward=line.runs_forward)
        judge = _judge(voice, strands, ground, Steps(0), joint_conditions(voice.own.plan, strands.rows(), ground))
        found = Search(judge).best([strands.number(entry) for entry in entries])
        for (subject, entry, row), best in zip(own, found, strict=True):
            if best:
                by_subject[number, subject].append((row, entry, best))
    return _best_of(by_subject, line, ground)


def _best_of(
    by_subject: Mapping[tuple[int, int], Sequence[tuple[int, int, Found]]], line: Line, ground: Ground
) -> list[Hit]:
    spans: list[Span] = []
    chosen: list[Found] = []
    for (voice, _), found in by_subject.items():
        best = sorted((one for one in found if one[2].sure), key=_by_row) or sorted(found, key=_by_row)
        row, entry, binding = best[0]
        spans.append((line.voices[voice].own.number, voice, binding.sure, row, best[-1][0], entry, len(best)))
        chosen.append(binding)
    return [replace(hit, found=binding) for hit, binding in zip(_with_subject(spans, ground), chosen, strict=True)]


def _by_row(found: tuple[int, int, Found]) -> int:
    return found[0]
