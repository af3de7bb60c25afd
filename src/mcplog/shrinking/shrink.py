"""From logs and stores to the smallest part of them that tells the same of one server."""

from collections.abc import Collection, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace

from mcplog.errors import NoInputError
from mcplog.model.finding import Analysis, Diagnosis
from mcplog.model.rule import CompiledRule
from mcplog.model.veiled import Veiled
from mcplog.model.vocabulary import Verdict
from mcplog.pipeline import run
from mcplog.sharing.bundle import shared_evidence
from mcplog.shrinking.judge import Judge, Told
from mcplog.shrinking.minimise import minimised
from mcplog.shrinking.pieces import Evidence, Piece, evidence_of
from mcplog.sources import Inputs

FIRST_LINES: Final = 3  # of each log: they tell the version and that it begins here


class Shrunk(Veiled, frozen=True, kw_only=True):
    """The smallest evidence.

    Attributes:
        files: Name and bytes of each file, logs first.
        told: What it tells; the server under its new name.
        line_count: Lines of the logs, and one for each store.
        of_lines: How many there were.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("files",)

    files: tuple[tuple[str, bytes], ...]
    told: Told
    line_count: int
    of_lines: int


def shrink(inputs: Inputs, rules: tuple[CompiledRule, ...], *, key: bytes, server: str | None = None) -> Shrunk:
    """Return the smallest evidence that tells the same of one server.

    Args:
        inputs: Logs and stores.
        rules: The rules to run.
        key: Random, and never used again.
        server: The server; null: the one that the report puts first.

    Raises:
        NoInputError: The logs tell nothing of a server, or nothing that stays when names and secrets are replaced.
    """
    diagnosis = _chosen(run(inputs.documents, inputs.dumps, rules, key=key), server)
    own = _of_case(inputs, diagnosis.case_id)
    shared = shared_evidence(own, key=key)
    evidence = evidence_of(shared.files, own.documents, own.dumps)
    told = Told.by(diagnosis, server=shared.servers.get(diagnosis.server, diagnosis.server))
    judge = Judge(evidence=evidence, told=told, rules=rules, key=key)
    pieces = evidence.pieces()
    kept = minimised(_begin(judge, pieces), judge.passing)
    files = tuple((file.path, content) for file, content in evidence.files(set(kept)))
    return Shrunk(files=files, told=told, line_count=len(kept), of_lines=len(pieces))


def _chosen(analysis: Analysis, server: str | None) -> Diagnosis:
    named = [one for one in analysis.diagnoses if server in (None, one.server)]
    found = [one for one in named if one.verdict is not Verdict.NO_EVIDENCE]
    if not found:
        hint = "`mcplog doctor` says what there is to analyse." if server is None else "Check the name of the server."
        raise NoInputError("nothing is told of an MCP server", hint=hint)
    return found[0]


def _of_case(inputs: Inputs, case_id: int) -> Inputs:
    """Return the logs and stores of one case, as the only one."""
    documents = [document for document in inputs.documents if document.case_id == case_id]
    return replace(
        inputs,
        documents=tuple(replace(one, document_id=number, case_id=0) for number, one in enumerate(documents)),
        dumps=tuple(replace(dump, case_id=0) for dump in inputs.dumps if dump.case_id == case_id),
        histories=(),
    )


def _begin(judge: Judge, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the smallest choice to begin with that passes: what is cited, what is about the server, or everything."""
    evidence = judge.evidence
    whole = judge.analysis([pieces])
    cited = _cited(whole, judge.told.server, evidence)
    stores = [piece for piece in pieces if piece.log < 0]
    heads = [piece for piece in pieces if piece.log >= 0 and piece.number < FIRST_LINES]
    about = _about(judge.told.server, evidence, pieces)
    choices = [
        sorted(cited | set(stores)),
        sorted(cited | set(stores) | set(heads)),
        sorted(about | set(stores)),
        sorted(about | set(stores) | set(heads)),
        list(pieces),
    ]
    passed = judge.passing(choices)
    found = next((choice for choice, is_good in zip(choices, passed, strict=True) if is_good), None)
    if found is None:
        hint = "`mcplog redact` makes a copy of all of it, and says what differs."
        raise NoInputError("with new names and without secrets it does not tell the same", hint=hint)
    return found


def _cited(analysis: Analysis, server: str, evidence: Evidence) -> set[Piece]:
    numbers = {log.path: at for at, log in enumerate(evidence.logs)}
    places = [
        place
        for one in analysis.diagnoses
        if one.server == server
        for finding in (one.primary,)
        if finding is not None
        for item in (*finding.evidence, *(item for clause in finding.clauses for item in clause.evidence))
        for place in (item.place, item.also_at)
        if place is not None and place.origin in numbers
    ]
    return {
        Piece(numbers[place.origin], number - 1)
        for place in places
        for number in range(place.line_from, place.line_to + 1)
    }


def _about(server: str, evidence: Evidence, pieces: Collection[Piece]) -> set[Piece]:
    """Return the lines that name the server, and all lines of logs that hold nothing else."""
    name = server.encode("utf-8", "replace")
    own = {at for at, log in enumerate(evidence.logs) if "/mcp-logs-" in f"/{log.path}"}
    return {
        piece
        for piece in pieces
        if piece.log >= 0 and (piece.log in own or name in evidence.logs[piece.log].lines[piece.number])
    }
