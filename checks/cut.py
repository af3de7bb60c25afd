"""Recordings with a part of their evidence gone: halves of logs, a stretch in the middle, a process, a store.

The debug log and the per-server logs of one process tell the same; they are cut at the same moment. Documents that
share a process are one group (the oldest client writes one debug file for all processes, so there everything is one
group).
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final, Self

import polars as pl

from checks.recording import FOLDERS, MARKER, Recording, file_of
from mcplog.model.finding import Analysis, ClauseResult, Evidence, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.sources.printable import printable

MARK: Final = b"[...]\n"
STRETCH: Final = 4  # a quarter of the events
FEWEST: Final = 8  # events of a log that can be cut in the middle
MISSING: Final = "!"
SELECTED: Final = (b"token", b"refresh", b"auth|401|error", b"error|fail", b"connect|fail", b"mcp server")
OF_ONE_PROCESS: Final = frozenset(("process_id", "attempt_id", "flow_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Where the events of a recording stand.

    Attributes:
        names: The file of each document.
        places: `document_id`, `line`, `order`, `server`, `event_at`, `group`: one row for each place of each event.
    """

    names: dict[int, str]
    places: pl.DataFrame

    @classmethod
    def of(cls, recording: Recording, analysis: Analysis) -> Self:
        """Return the logs of `recording`, whose `analysis` tells the places."""
        documents = analysis.documents.select("document_id", "origin").iter_rows()
        names = {document_id: file_of(recording, origin) for document_id, origin in documents}
        read = analysis.events.filter(pl.col("byte_to") > pl.col("byte_from"))
        what = ("order", "process_id", "server", "event_at")
        first = read.select("document_id", *what, line="line_from")
        second = read.select(*what, document_id="other_document_id", line="other_line")
        places = pl.concat([first, second.select(first.columns)]).drop_nulls(["document_id", "line", "process_id"])
        places = places.unique().sort("document_id", "line", "order", "process_id", "server", "event_at")
        return cls(names=names, places=places.join(_groups(places), on="document_id").drop("process_id"))

    @property
    def groups(self) -> list[int]:
        """The groups, that with the most events first."""
        return self.places.group_by("group").len().sort("len", "group", descending=[True, False])["group"].to_list()

    def of_group(self, group: int) -> pl.DataFrame:
        """Return the places of one group."""
        return self.places.filter(pl.col("group") == group)


def _groups(places: pl.DataFrame) -> pl.DataFrame:
    """Return the group of each document: the smallest document that it is joined to by processes."""
    group = {document: document for document in places["document_id"].unique().sort()}
    by_process = places.group_by("process_id").agg(pl.col("document_id").unique().sort()).sort("process_id")
    for documents in by_process["document_id"].to_list():
        joined = {group[document] for document in documents}
        group = {document: min(joined) if of in joined else of for document, of in group.items()}
    return pl.DataFrame(
        {"document_id": list(group), "group": list(group.values())}, schema_overrides={"document_id": pl.UInt32}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of lines that is gone from one document.

    Attributes:
        name: The file.
        line: The first line that is gone; the mark stands there.
        servers: Whose events are gone.
        first_at: When the first of them was logged; null when that is not known.
        last_at: When the last of them was.
    """

    name: str
    line: int
    servers: frozenset[str]
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A recording with something gone.

    Attributes:
        variant: What is gone.
        recording: What is left.
        gaps: The stretches that are gone from the middle of documents.
    """

    variant: str
    recording: Recording
    gaps: tuple[Gap, ...] = ()


def cuts_of(recording: Recording, analysis: Analysis) -> Iterator[Cut]:
    """Yield `recording` cut in every way that it can be; `analysis` tells where its events stand."""
    logs = Logs.of(recording, analysis)
    yield Cut(variant="first half gone", recording=_half(recording, logs, keep_first=False))
    yield Cut(variant="last half gone", recording=_half(recording, logs, keep_first=True))
    if logs.groups[1:]:
        for group in (logs.groups[0], logs.groups[-1]):
            gone = {logs.names[document] for document in logs.of_group(group)["document_id"].unique()}
            yield Cut(variant="process gone", recording=_without(recording, gone))
    for variant, start in (("server logs gone", "cache-"), ("debug logs gone", ("debug", "local-state"))):
        yield Cut(variant=variant, recording=_without(recording, {n for n in recording.files if n.startswith(start)}))
    stores = {name for name in recording.files if name.startswith((FOLDERS[1], MARKER))}
    yield Cut(variant="store gone", recording=_without(recording, stores))
    yield from gaps_of(recording, analysis)


def selections_of(recording: Recording, *, of: str = "") -> Iterator[Cut]:
    """Yield `recording` with those lines of its debug files alone that hold a word, as `grep -i` keeps them.

    Args:
        recording: The recording.
        of: What it is, for the names of the variants.
    """
    for words in SELECTED:
        kept = re.compile(words, re.IGNORECASE)
        files = {
            name: b"".join(line + b"\n" for line in content.split(b"\n") if kept.search(line))
            if name.startswith("debug/")
            else content
            for name, content in recording.files.items()
        }
        yield Cut(variant=f"{of}lines with {words.decode()}", recording=replace(recording, files=files))


def gaps_of(recording: Recording, analysis: Analysis, *, of: str = "") -> Iterator[Cut]:
    """Yield `recording` with a stretch gone from the middle of its logs, and a mark in its place.

    Args:
        recording: The recording.
        analysis: What was read of it: where its events stand, and where something is certain to be missing.
        of: What the recording is, for the names of the variants.
    """
    logs = Logs.of(recording, analysis)
    dice = random.Random(recording.name)
    for group in logs.groups[:1]:
        orders = logs.of_group(group)["order"].unique().sort().to_list()
        if len(orders) >= FEWEST:
            start = dice.randrange(len(orders) // STRETCH, len(orders) // 2)
            yield _gap(recording, logs, group, orders[start : start + len(orders) // STRETCH], f"{of}stretch gone")
    yield from _windows(recording, analysis, logs, of)


def _without(recording: Recording, gone: set[str]) -> Recording:
    return replace(recording, files={name: text for name, text in recording.files.items() if name not in gone})


def _half(recording: Recording, logs: Logs, *, keep_first: bool) -> Recording:
    files = dict(recording.files)
    for group in logs.groups:
        places = logs.of_group(group)
        middle = places["order"].unique().sort().to_list()[places["order"].n_unique() // 2]
        for document in places["document_id"].unique():
            name = logs.names[document]
            behind = places.filter((pl.col("document_id") == document) & (pl.col("order") >= middle))["line"]
            lines = files.pop(name).splitlines(keepends=True)
            at = int(str(behind.min())) - 1 if len(behind) else len(lines)
            kept = lines[:at] if keep_first else lines[at:]
            if kept and not keep_first and at and lines[0].strip() == b"[":
                kept = [lines[0], *kept]
            if kept:
                files[name] = b"".join(kept)
    return replace(recording, files=files)


def _gap(recording: Recording, logs: Logs, group: int, orders: list[int], variant: str) -> Cut:
    """Return `recording` without the events of a `group` that have these `orders`, which follow one another."""
    files, gaps = dict(recording.files), []
    places = logs.of_group(group).with_columns(gone=pl.col("order").is_between(orders[0], orders[-1]))
    for (document,), of in places.partition_by("document_id", as_dict=True).items():
        lost = of.filter("gone")
        gone = lost["line"].sort().to_list()
        if not gone:
            continue
        name = logs.names[int(str(document))]
        kept = of.filter(~pl.col("gone"))["line"].sort().to_list()
        lines = files[name].splitlines(keepends=True)
        # Where the order of the stream is not that of the lines, what is kept between stays.
        stop = next((line for line in kept if line > gone[0]), len(lines) + 1)
        end = b"" if lines[0].strip() != b"[" else lines[-1] if stop > len(lines) else b""
        files[name] = b"".join([*lines[: gone[0] - 1], MARK, *lines[stop - 1 :], end])
        first_at, last_at = lost["event_at"].min(), lost["event_at"].max()
        gaps.append(
            Gap(
                name=name,
                line=gone[0],
                servers=frozenset(lost["server"].drop_nulls()),
                first_at=first_at if isinstance(first_at, datetime) else None,
                last_at=last_at if isinstance(last_at, datetime) else None,
            )
        )
    return Cut(variant=variant, recording=replace(recording, files=files), gaps=tuple(gaps))


def _windows(recording: Recording, analysis: Analysis, logs: Logs, of: str) -> Iterator[Cut]:
    """Yield a cut for each certain absence between two events: one stretch between them is gone."""
    for finding in analysis.findings:
        if finding.certainty is not Certainty.CONFIRMED:
            continue
        for before, after in absences_of(finding):
            orders = _orders_between(logs, finding.server, before, after)
            if orders is not None:
                group, between = orders
                yield _gap(recording, logs, group, between, f"{of}inside {finding.rule_id}")


def absences_of(finding: Finding) -> list[tuple[Evidence, Evidence]]:
    """Return for each missing event of `finding` that is held to be missing the lines before and behind its window."""
    found: list[tuple[Evidence, Evidence]] = []
    steps: list[ClauseResult] = [clause for clause in finding.clauses if clause.clause.startswith((MISSING, "["))]
    for at, clause in enumerate(steps):
        if not clause.clause.startswith(MISSING) or clause.truth is not Truth.TRUE:
            continue
        before = next((step for step in reversed(steps[:at]) if step.evidence), None)
        after = next((step for step in steps[at + 1 :] if step.evidence), None)
        if before and after:
            found.append((before.evidence[-1], after.evidence[0]))
    return found


def _orders_between(logs: Logs, server: str, before: Evidence, after: Evidence) -> tuple[int, list[int]] | None:
    """Return a group and orders of one server's events between two lines, which follow one another; null for none."""
    first, last = _order_of(logs, before), _order_of(logs, after)
    if first is None or last is None:
        return None
    inside = logs.places.filter(pl.col("order").is_between(first + 1, last - 1) & (pl.col("server") == server))
    groups = inside.group_by("group").len().sort("len", "group", descending=[True, False])["group"].to_list()
    for group in groups[:1]:
        orders = inside.filter(pl.col("group") == group)["order"].unique().sort().to_list()
        known = set(logs.of_group(group)["order"])
        runs = [orders[:1]]
        for one, following in pairwise(orders):
            if any(one < order < following for order in known):
                runs.append([])
            runs[-1].append(following)
        return group, max(runs, key=len)
    return None


def _order_of(logs: Logs, line: Evidence) -> int | None:
    at = logs.places.filter(
        (pl.col("document_id") == line.place.document_id) & (pl.col("line") == line.place.line_from)
    )["order"]
    return int(at[0]) if len(at) else None


def spans_gap(finding: Finding, cut: Cut, rules: Mapping[str, CompiledRule]) -> bool:
    """Return whether `finding` is certain that something is missing where a gap of `cut` may hide it.

    Args:
        finding: Of one of the `rules`.
        cut: What the finding was made from.
        rules: By id; rules about one process are not concerned by a gap in the log of another one.
    """
    if finding.certainty is not Certainty.CONFIRMED:
        return False
    rule = rules.get(finding.rule_id)
    keys = {key for pattern in (rule.patterns if rule else ()) for key in pattern.query.keys}
    return any(
        finding.server in gap.servers and _is_between(gap, before, after, anywhere=not keys & OF_ONE_PROCESS)
        for before, after in absences_of(finding)
        for gap in cut.gaps
    )


def _is_between(gap: Gap, before: Evidence, after: Evidence, *, anywhere: bool) -> bool:
    """Return whether a gap lies between two lines, by place where it can be told by place, else by time."""
    behind, ahead = (line.place.origin.endswith(f"/{printable(gap.name)}") for line in (before, after))
    if behind or ahead:
        is_behind = not behind or before.place.line_to < gap.line
        return is_behind and (not ahead or gap.line < after.place.line_from)
    if not anywhere or not (gap.first_at and gap.last_at and before.event_at and after.event_at):
        return False
    return before.event_at < gap.first_at and gap.last_at < after.event_at
