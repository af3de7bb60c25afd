r"""Draft an alternative of `message.lark`, with a sample, for each wording that the grammar does not know.

    HTTP retry 3 of https://a.example/mcp for "tracker"
    | "HTTP retry " NUMBER " of " URL " for \"" _TEXT?  -> http_retry_of

A draft is tried before it is shown: with all drafts the grammar must still be one, each sample must be read by its
draft. A person has to choose the name and what the fields mean.

May import: model, knowledge, lark. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from msgspec.structs import replace

from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import grammar
from mcplog.model.event_kinds import EVENT_KINDS
from mcplog.model.proposal import Proposal
from mcplog.parse._table import message_tables
from mcplog.parse.message_table import message_table_text
from mcplog.parse.strict_messages import explain_unrecognised

MASKS: Final = ("<url>", "<id>", "<n>", '"…"', "'…'", "{…}")
REST: Final = "_TEXT"
NAME_WORDS: Final = 4
SHORTEST_LITERAL: Final = 6
STATUS_BEFORE: Final = ("HTTP ", "returned ", "status ", "HTTP/1.1 ", "HTTP/2 ")
LINK_WORDS: Final = frozenset({"a", "an", "the", "of", "to", "for", "in", "on", "is", "at", "by", "and", "with", "ms"})
UNKNOWN_VERSION: Final = "-"
GROUP: Final = "proposed"
TOP: Final = "?message: "


def proposals(shapes: pl.DataFrame) -> list[Proposal]:
    """Return drafts for wordings that are not known, the most frequent first, each tried.

    Args:
        shapes: UNKNOWN_SHAPES of `grammar_coverage`.
    """
    distinct = (
        shapes.group_by("shape", maintain_order=True)
        .agg(pl.col("example").first(), pl.col("client_version").drop_nulls().first(), pl.col("events").sum())
        .sort("events", descending=True, maintain_order=True)
    )
    taken = set(EVENT_KINDS)
    drafts = []
    for shape, example, version, events in distinct.iter_rows():
        draft = _draft(shape, example, version, events, taken)
        taken.add(draft.kind)
        drafts.append(draft)
    return _tried(drafts)


def _draft(shape: str, example: str, version: str | None, events: int, taken: set[str]) -> Proposal:
    pieces = list(_pieces(shape))
    refusal = explain_unrecognised(example)
    return Proposal(
        shape=shape,
        events=events,
        version=version or UNKNOWN_VERSION,
        sample=example,
        kind=_name([piece for piece in pieces if piece not in MASKS], taken),
        alternative=_alternative(pieces),
        nearest=refusal.read.strip() if refusal else "",
    )


def _pieces(shape: str) -> Iterator[str]:
    """Yield the literals of a shape and its masks, in order."""
    at = 0
    while at < len(shape):
        found = [(place, mask) for mask in MASKS if (place := shape.find(mask, at)) >= 0]
        place, mask = min(found, default=(len(shape), ""))
        if place > at:
            yield shape[at:place]
        if mask:
            yield mask
        at = place + len(mask)


def _alternative(pieces: Sequence[str]) -> str:
    """Return the grammar's text for a wording; empty when it begins with nothing that can be told from others."""
    if not pieces or pieces[0] in MASKS or len(pieces[0]) < SHORTEST_LITERAL:
        return ""
    parts: list[str] = []
    used: set[str] = set()
    for number, piece in enumerate(pieces):
        if piece not in MASKS:
            parts.append(_literal(piece))
            continue
        before, after = pieces[number - 1], pieces[number + 1] if number + 1 < len(pieces) else ""
        terminal = _terminal(piece, before if before not in MASKS else "", after, used)
        parts.append(terminal)
        used.add(terminal)
        if terminal == REST:
            break
    return " ".join(parts)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _terminal(mask: str, before: str, after: str, used: set[str]) -> str:
    """Return the terminal for a value, told by what stands around it; the rest of the text where none fits."""
    if mask == "<url>" and "URL" not in used and (not after or after.startswith(" ")):
        return "URL"
    if mask == "<id>" and (not after or after.startswith(" ")):
        return "_WORD"
    if mask != "<n>" or (after and after in MASKS):
        return REST
    choices = [
        ("HTTP_STATUS", before.endswith(STATUS_BEFORE)),
        ("DURATION_MS", after.startswith("ms")),
        ("DURATION_S", after == "s" or after.startswith(("s ", "s)", "s,", "s:", "s."))),
        ("NUMBER_OF", before.endswith("/") and "NUMBER" in used),
        ("NUMBER", True),
    ]
    return next((name for name, fits in choices if fits and name not in used), "_INT")


def _name(literals: Sequence[str], taken: set[str]) -> str:
    """Return a name made of the first words that carry something."""
    spaced = "".join(char if char.isascii() and char.isalpha() else " " for char in " ".join(literals).lower())
    words = [word for word in spaced.split() if word not in LINK_WORDS and len(word) > 1][:NAME_WORDS]
    name = base = "_".join(words) or "told"
    number = 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _tried(drafts: Sequence[Proposal]) -> list[Proposal]:
    """Return the drafts with what is wrong with each: first tried together, then, if that fails, one by one."""
    usable = [draft for draft in drafts if draft.alternative]
    faults = _faults_of(usable)
    if faults is None:
        faults = {}
        for draft in usable:
            alone = _faults_of([draft])
            faults |= {draft.kind: "the grammar does not take it"} if alone is None else alone
    nothing = "it begins with nothing that tells it from other texts"
    return [replace(draft, fault=faults.get(draft.kind, "") if draft.alternative else nothing) for draft in drafts]


def _faults_of(drafts: Sequence[Proposal]) -> dict[str, str] | None:
    """Return by kind what is wrong with drafts that the grammar takes; null when it does not take them."""
    if not drafts:
        return {}
    try:
        table = message_tables(message_table_text(with_proposals(grammar("message.lark"), drafts)))["message"]
    except KnowledgeError:
        return None
    read = {draft.kind: table.match(draft.sample) for draft in drafts}
    return {
        kind: f"its sample is read as {hit[0]}" if hit else "it does not read its own sample"
        for kind, hit in read.items()
        if hit is None or hit[0] != kind
    }


def with_proposals(text: str, drafts: Sequence[Proposal]) -> str:
    """Return the text of a grammar with drafts as further alternatives of a message.

    Args:
        text: Of `message.lark`.
        drafts: With alternatives.
    """
    lines = [f"{draft.alternative} -> {draft.kind}" for draft in drafts]
    return text.replace(TOP, f"{TOP}{GROUP} | ", 1) + f"\n{GROUP}: " + "\n    | ".join(lines) + "\n"
