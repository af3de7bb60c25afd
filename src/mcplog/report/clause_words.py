"""Clauses of a rule as sentences: an absence with its window and its coverage, a span, an end.

    ![tokens_cleared or sign_in_started]     none of "tokens cleared", "sign in started" between 08:20:00.620 and
                                             08:20:15.825; the logs cover all of it

What a clause says about itself (`note`) comes first; a clause whose evidence says it all has no sentence.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from mcplog.report.v1 import ClauseV1
from mcplog.report.wording import clock, counted, day

_ENDS: Final = ("evidence_ended", "process_ended")
_STATE: Final = "credential-state"
_SPAN: Final = "with maxspan="
_NEVER: Final = "never: "
_COPY: Final = "the lines are as the client wrote them"
# What is doubted of a finding as a whole, by the clause that asks for it.
_DOUBTS: Final = {
    _COPY: "this is a copy: lines may be missing or changed",
    "these lines alone prove it": "these lines alone do not prove it",
    "the logs were written in this order": "these logs have no times: which was written first is not known",
    "every candidate was looked at": "of very many candidates only the nearest were looked at",
}
_MOST_KINDS: Final = 4  # of one absence that are named


def sentences(clauses: Sequence[ClauseV1]) -> list[str]:
    """Return a sentence for each of `clauses`, empty where the evidence says it all."""
    return [clause.note or _sentence(clauses, number) for number, clause in enumerate(clauses)]


def tells_something(clause: ClauseV1) -> bool:
    """Return whether a `clause` is worth a line of a report: a bound that is kept is not, in a proof it is.

    Nor is that the evidence ends somewhere, which no line says.
    """
    if clause.truth != "true":
        return True
    is_end = bool(clause.evidence) and all(item.kind in _ENDS and not item.excerpt for item in clause.evidence)
    return not (is_end or clause.clause.startswith((_SPAN, _NEVER)))


def _sentence(clauses: Sequence[ClauseV1], number: int) -> str:
    clause = clauses[number]
    if clause.clause.startswith("!["):
        covered = (
            "as far as this copy goes" if any(one.clause == _COPY for one in clauses) else "the logs cover all of it"
        )
        return _absence(clause, _window(clauses, number), covered)
    if clause.truth == "unknown" and clause.clause in _DOUBTS:
        return _DOUBTS[clause.clause]
    if clause.evidence:
        return ""
    if clause.clause.startswith("["):
        return _bracket(clause)
    words = clause.clause
    if words.startswith(_SPAN):
        words = f"all of it within {words.removeprefix(_SPAN)}"
    elif words.startswith(_NEVER):
        words = "nothing that clears it was seen"
    return {"true": words, "false": f"not so: {words}"}.get(clause.truth, f"not known: {words}")


def _bracket(clause: ClauseV1) -> str:
    """Return the sentence of a step without a line: what would have ended the sequence, or a step that is not there."""
    if clause.truth == "true":
        return _absence(clause, "in between", "")
    return "no such line follows" if clause.truth == "false" else f"not known: {clause.clause}"


def _absence(clause: ClauseV1, window: str, covered: str) -> str:
    kinds, where = _parts(clause.clause)
    if clause.truth == "true":
        told = f"{_none_of(kinds)}{where} {window}"
        return f"{told}; {covered}" if covered else told
    seen = f"{' or '.join(kinds)}{where} was logged {window}"
    return f"not known: whether {seen}" if clause.truth == "unknown" else seen


def _none_of(kinds: Sequence[str]) -> str:
    if len(kinds) == 1:
        return f"no {kinds[0]}"
    told, left = ", ".join(kinds[:_MOST_KINDS]), len(kinds) - _MOST_KINDS
    return f"none of {told}" + (f" and {counted(left, 'other kind')}" if left > 0 else "")


def _parts(clause: str) -> tuple[list[str], str]:
    """Return the kinds of a bracket, quoted, and its condition in words."""
    kinds, _, where = clause[clause.find("[") + 1 : clause.rfind("]")].partition(" where ")
    words = [f'"{kind.strip().replace("_", " ")}"' for kind in kinds.split(" or ")]
    return words, f" (where {_condition(where)})" if where else ""


def _condition(where: str) -> str:
    """Return a condition in words: `process_id != won.process_id` as `process id is not that of won`."""
    operators = {"==": "is", "!=": "is not", "in": "is one of", ">=": "is at least", "<=": "is at most"}
    words = (operators.get(word) or _operand(word) for word in where.split())
    return " ".join(words)


def _operand(word: str) -> str:
    if word.startswith(('"', '("')):
        return word.replace('"', "")
    alias, dot, _ = word.partition(".")
    return f"that of {alias}" if dot and alias.isidentifier() else word.replace("_", " ")


def _window(clauses: Sequence[ClauseV1], number: int) -> str:
    before = _moments(clauses[:number])
    after = _moments(clauses[number + 1 :])
    start, stop = (before[-1] if before else None), (after[0] if after else None)
    if start and stop:
        dated = day(start) != day(stop)
        return f"between {_said(start, dated=dated)} and {_said(stop, dated=dated)}"
    if start:
        return f"after {_said(start)}"
    return f"before {_said(stop)}" if stop else "in between"


def _moments(clauses: Iterable[ClauseV1]) -> list[str]:
    lines = (item for clause in clauses for item in clause.evidence if item.kind != _STATE)
    return [item.event_at for item in lines if item.event_at]


def _said(instant: str, *, dated: bool = False) -> str:
    return f"{day(instant)} {clock(instant)}" if dated else clock(instant)
