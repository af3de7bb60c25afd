"""Which client wrote a document, and what tells it.

    user-agent   {"User-Agent":"claude-code/2.1.331"}               exact
    attribution  cc_version=2.1.331.abc                             exact
    runtime      Node version: v26.12.1                             what a recorded version brings along; proves nothing
    wording      Successfully connected (transport: http) in 19ms   later than 2.1.30

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from mcplog.knowledge.client_wordings import client_wordings
from mcplog.knowledge.known_issues import version_key
from mcplog.model.client_version import ClientVersion, VersionEvidence, band_words
from mcplog.model.document import Problem
from mcplog.parse.messages import UNKNOWN, EventTable

EXACT: Final = {"http_transport_options": "user-agent", "client_version_told": "attribution"}
RUNTIME: Final = "runtime_told"
FEW_UNKNOWN: Final = 3
MOST_NAMELESS: Final = 50
MOST_NOTES: Final = 3
UNKNOWN_SHARE: Final = 0.02
LOWEST: Final = (0,)
HINT: Final = (
    "`mcplog grammar coverage` lists what is not understood, `mcplog grammar propose` drafts it for the grammar."
)


def client_versions(table: EventTable) -> list[ClientVersion]:
    """Return what the events tell of the client of each document that tells anything.

    Args:
        table: The events of a run.
    """
    lines: dict[int, list[VersionEvidence]] = {}
    for document_id, line, kind, version, excerpt in _first_lines(table).iter_rows():
        evidence = _evidence(kind, line, version, excerpt)
        if evidence is not None:
            lines.setdefault(document_id, []).append(evidence)
    return [_client(document_id, evidence) for document_id, evidence in lines.items()]


def wording_notes(table: EventTable, documents: pl.DataFrame) -> tuple[str, ...]:
    """Return what the wording tells of the client where no line of a case names its version; a few notes at most.

    Args:
        table: The events of a run.
        documents: DOCUMENTS of the same run.
    """
    if not documents["client_version"].null_count():
        return ()
    nameless = documents.filter(pl.col("client_version").is_null().all().over("case_id"))
    if nameless.is_empty() or nameless.height > MOST_NAMELESS:
        return ()
    origins = dict(nameless.select("document_id", "origin").iter_rows())
    told = [(origins[one.document_id], one) for one in client_versions(table) if one.document_id in origins]
    return tuple(
        f"No line of {origin} names the client's version; by its wording it is {band}."
        for origin, one in told
        if not one.contradicts and (band := band_words(one.after, one.before))
    )[:MOST_NOTES]


def newer_wording(rows: pl.DataFrame, documents: pl.DataFrame) -> tuple[Problem, ...]:
    """Return warnings about clients whose wording the grammar may not know.

    Args:
        rows: EVENT_ROWS.
        documents: DOCUMENTS of the same run.

    Returns:
        One for each version that is newer than the grammar, and one for documents of other clients in which more than a
        few lines about MCP are not understood.
    """
    newest = client_wordings().newest
    versions = set(documents["client_version"].to_list()) - {None}
    newer = [version for version in versions if _key(version) > _key(newest)]
    if not newer and (rows["kind"] == UNKNOWN).sum() < FEW_UNKNOWN:
        return ()
    counts = (
        rows.group_by("document_id")
        .agg(events=pl.len(), unknown=(pl.col("kind") == UNKNOWN).sum())
        .join(documents.select("document_id", "client_version", "origin"), on="document_id", maintain_order="left")
        .sort("document_id")
    )
    of_newer = counts.filter(pl.col("client_version").is_in(newer))
    strange = counts.filter(~pl.col("client_version").is_in(newer).fill_null(value=False), _is_strange())
    return (
        *(
            _newer(version, newest, part)
            for (version,), part in of_newer.group_by("client_version", maintain_order=True)
        ),
        *((_strange(strange),) if strange.height else ()),
    )


def _is_strange() -> pl.Expr:
    return (pl.col("unknown") >= FEW_UNKNOWN) & (pl.col("unknown") >= UNKNOWN_SHARE * pl.col("events"))


def _newer(version: object, newest: str, counts: pl.DataFrame) -> Problem:
    unknown, events = int(counts["unknown"].sum()), int(counts["events"].sum())
    known = f"{unknown} of {events} lines about MCP are not understood" if unknown else "each line was understood"
    what = (
        f"client {version} is newer than {newest}, the newest whose wording is known; {known}, and others may mean more"
    )
    return Problem(origin=counts["origin"][0], what=what, hint=HINT)


def _strange(counts: pl.DataFrame) -> Problem:
    unknown, events = int(counts["unknown"].sum()), int(counts["events"].sum())
    where = f" in {counts.height} documents" if counts.height > 1 else ""
    what = f"{unknown} of {events} lines about MCP{where} have a wording that the grammar does not know"
    return Problem(origin=counts["origin"][0], what=what, hint=HINT)


def _first_lines(table: EventTable) -> pl.DataFrame:
    """Return the first line of each document for each message that may tell a version."""
    begins = pl.any_horizontal(pl.col("excerpt").str.starts_with(one.begins) for one in client_wordings().wording)
    is_telling = begins | (pl.col("kind").is_in([*EXACT, RUNTIME]) & pl.col("version").is_not_null())
    kinds = table.rows.select("message_id", pl.col("kind").cast(pl.String)).unique("message_id")
    telling = table.messages.select("message_id", "version", "excerpt").join(kinds, on="message_id").filter(is_telling)
    return (
        table.rows.select("document_id", "line_from", "message_id")
        .join(telling, on="message_id")
        .sort("document_id", "line_from")
        .select("document_id", "line_from", "kind", "version", "excerpt")
    )


def _evidence(kind: str, line: int, version: str | None, excerpt: str) -> VersionEvidence | None:
    if kind in EXACT and version:
        return VersionEvidence(source=EXACT[kind], line=line, says=excerpt, version=version)
    if kind == RUNTIME and version:
        clients = [one.client for one in client_wordings().runtime if one.version == version]
        return VersionEvidence(source="runtime", line=line, says=excerpt, version=clients[0]) if clients else None
    for one in client_wordings().wording:
        if excerpt.startswith(one.begins):
            return VersionEvidence(
                source="wording", line=line, says=excerpt, after=one.after or None, before=one.before or None
            )
    return None


def _client(document_id: int, every: Sequence[VersionEvidence]) -> ClientVersion:
    first: dict[object, VersionEvidence] = {}
    for one in every:
        first.setdefault((one.source, one.version, one.after, one.before), one)
    evidence = tuple(first.values())
    after = _edge((one.after for one in evidence), newest=True)
    before = _edge((one.before for one in evidence), newest=False)
    exact = [one.version for one in evidence if one.source in EXACT.values() and one.version]
    version = exact[0] if exact else None
    outside = [one for one in exact if (after and _key(one) <= _key(after)) or (before and _key(one) >= _key(before))]
    return ClientVersion(
        document_id=document_id,
        version=version,
        after=after,
        before=before,
        evidence=tuple(sorted(evidence, key=lambda one: (one.source not in EXACT.values(), one.line))),
        contradicts=bool(outside) or bool(after and before and _key(after) >= _key(before)) or len({*exact}) > 1,
    )


def _edge(versions: Iterable[str | None], *, newest: bool) -> str | None:
    told = [version for version in versions if version]
    return (max if newest else min)(told, key=_key) if told else None


def _key(version: object) -> tuple[int, ...]:
    return version_key(str(version)) or LOWEST
