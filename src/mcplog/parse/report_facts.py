"""What sentences tell: phrases of `knowledge/reported_facts.toml`, one sentence at a time.

A fault (REPORTED_FAULTS) is told by a sentence alone: what a heading adds to it would be a guess. Quotes and fences are
read for facts only that are told by a program's words.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.reported_facts import Phrases, ReportedFact, ReportedFacts
from mcplog.model.event_kinds import REPORTED_FAULTS
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import LEVELS
from mcplog.parse.report_phrases import (
    Span,
    find_phrase,
    first_of,
    has_any,
    joined_by_blanks,
    may_be_in,
    may_hold,
    needles_of,
)
from mcplog.parse.report_readings import read_of
from mcplog.parse.report_sentences import Sentence, is_of_quote, raw_of, sentences

LOG_MARKS: Final = tuple(mark for mark in LEVELS if mark.isupper())
ABOUT: Final = "mcp"  # a text that does not say it tells of no fault of a server, unless it has the words below
ALSO_ABOUT: Final = (("claude", "well-known/oauth"), ("claude.ai", "connector"))  # of servers of MCP alone
MOST_OF_A_KIND: Final = 3  # facts of one kind that are taken from one paste
MOST_OF_A_FAULT: Final = 1  # what is said first tells what a report is about
BUT: Final = "but"
BEFORE: Final = 1  # a negation so many words before the first phrase denies it


class Told(Struct, frozen=True, kw_only=True):
    """A fact that somebody reports.

    Attributes:
        kind: The event kind.
        start: Where it begins in the text.
        end: One past its last character.
        fields: Columns of FIELDS.
        server: Named in it; null when none is.
    """

    kind: str
    start: int
    end: int
    fields: dict[str, object] = {}
    server: str | None = None


def told_by_sentences(
    text: str, lines: Sequence[Line], taken: AbstractSet[int], table: ReportedFacts
) -> Iterator[Told]:
    """Yield what the sentences of a paste tell, in order; what is said more than a few times, a few times.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log.
        table: The phrases.
    """
    low = text.lower()
    is_about = ABOUT in low or any(all(word in low for word in words) for words in ALSO_ABOUT)
    taken = taken | _of_logs(lines, taken)
    facts = [fact for fact in table.fact if is_about or fact.kind not in REPORTED_FAULTS]
    said, quoted = _shown(text, lines, taken)
    of_quotes = [fact for fact in facts if fact.is_quoted and all(may_be_in(quoted, group) for group in fact.all)]
    others = [fact for fact in facts if all(may_be_in(said, group) for group in fact.all)]
    by_sort = {False: _wanted(others), True: _wanted(of_quotes)}
    left = {fact.kind: MOST_OF_A_FAULT if fact.kind in REPORTED_FAULTS else MOST_OF_A_KIND for fact in facts}
    for sentence in _sentences_of(text, lines, taken, by_sort):
        joined, wanted = joined_by_blanks(sentence.words), by_sort[sentence.is_quoted]
        likely = [fact for fact, groups in wanted if left[fact.kind] and all(may_hold(joined, one) for one in groups)]
        told = _said(sentence, joined, table.not_told) if likely else None
        for fact in likely if told else ():
            fields = _fields(told, fact, table) if told and left[fact.kind] else None
            if fields is not None:
                left[fact.kind] -= 1
                yield Told(kind=fact.kind, start=sentence.start, end=sentence.end, fields=fields)


def _of_logs(lines: Sequence[Line], taken: AbstractSet[int]) -> set[int]:
    """Return the numbers of the lines that a program logged though no entry was read in them: they tell nothing.

    They have the mark of a level, or stand right between two lines of a log: a name may hold the end of a line.
    """
    marked = {line.number for line in lines if any(mark in line.text for mark in LOG_MARKS)}
    logged = marked.union(taken)
    amid = {line.number for line in lines if line.text and {line.number - 1, line.number + 1} <= logged}
    return marked | amid


def _wanted(facts: Sequence[ReportedFact]) -> list[tuple[ReportedFact, list[tuple[str, ...]]]]:
    return [(fact, [needles_of(group) for group in fact.all]) for fact in facts]


def _shown(text: str, lines: Sequence[Line], taken: Collection[int]) -> tuple[str, str]:
    """Return what stands outside of quotes and fences, and what stands in them, but for entries; in small letters."""
    parts: tuple[list[str], list[str]] = [], []
    for line in lines:
        if line.text and line.number not in taken:
            parts[is_of_quote(line, raw_of(text, line))].append(line.text)
    return "\n".join(parts[0]).lower(), "\n".join(parts[1]).lower()


def _sentences_of(
    text: str, lines: Sequence[Line], taken: Collection[int], wanted: Mapping[bool, Sequence[object]]
) -> Iterator[Sentence]:
    """Yield the sentences that may tell something: quotes, mostly long logs, only where anything in them may count."""
    if wanted[True]:
        yield from sentences(text, lines, taken)
    elif wanted[False]:
        quoted = {line.number for line in lines if is_of_quote(line, raw_of(text, line))}
        yield from sentences(text, lines, quoted.union(taken))


def _said(sentence: Sentence, joined: str, not_told: Phrases) -> Sentence | None:
    """Return what is said to be so: the sentence, or of a wish what stands behind its "but"; null when nothing is."""
    if _is_told(sentence, joined, not_told):
        return sentence
    words = sentence.words[sentence.own :]
    if BUT not in words:
        return None
    rest = replace(sentence, words=words[words.index(BUT) + 1 :], own=0)
    return rest if _is_told(rest, joined_by_blanks(rest.words), not_told) else None


def _counts(sentence: Sentence, fact: ReportedFact, not_sure: Phrases) -> bool:
    """Return whether a sentence of this sort can tell a fact: a guess tells no fault, a quote what programs say."""
    if sentence.is_quoted:
        return fact.is_quoted
    return fact.kind not in REPORTED_FAULTS or not has_any(sentence.words, joined_by_blanks(sentence.words), not_sure)


def _is_told(sentence: Sentence, joined: str, not_told: Phrases) -> bool:
    """Return whether somebody says that something is so, and does not ask or advise."""
    if sentence.is_quoted:
        return True
    is_asked = sentence.text.rstrip("\"'`*_) ").endswith("?")
    return not is_asked and not has_any(sentence.words, joined, not_told)


def _fields(sentence: Sentence, fact: ReportedFact, table: ReportedFacts) -> dict[str, object] | None:
    """Return what a sentence says of a fact; null when it does not tell it."""
    words = sentence.words[sentence.own :] if fact.kind in REPORTED_FAULTS else sentence.words
    found: list[Span] = []
    joined = joined_by_blanks(words)
    for group in fact.all:
        likely = [phrase for phrase, needle in zip(group, needles_of(group), strict=True) if needle in joined]
        span = first_of(words, likely)
        if span is None:
            return None
        found.append(span)
    if has_any(words, joined, fact.unless):
        return None
    if _is_denied(words, found, fact, table.negations) or not _counts(sentence, fact, table.not_sure):
        return None
    return read_of(sentence, fact)


def _is_denied(words: Sequence[str], spans: Sequence[Span], fact: ReportedFact, negations: Phrases) -> bool:
    """Return whether a negation stands between the phrases or right before the first of them."""
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    harmless = [span for phrase in fact.negations_of_all if (span := find_phrase(words, phrase))]
    inside = {place for first, last in (*harmless, *spans) for place in range(first, last)}
    return any(words[place] in negations for place in range(max(0, start - BEFORE), end) if place not in inside)
