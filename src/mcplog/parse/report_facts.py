"""What sentences tell: phrases of `knowledge/reported_facts.toml`, one sentence at a time.

A fault (REPORTED_FAULTS) is told by a sentence alone: what a heading adds to it would be a guess. Quotes and fences are
read for facts only that are told by a program's words.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import chain
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.reported_facts import Phrases, ReportedFact, ReportedFacts
from mcplog.model.event_kinds import REPORTED_FAULTS, REPORTED_KINDS
from mcplog.parse.paste_lines import Line
from mcplog.parse.report_passages import quoted_lines, untelling_lines
from mcplog.parse.report_phrases import (
    Heard,
    Look,
    Span,
    WordForms,
    find_phrase,
    first_of,
    forms_of,
    has_any,
    heard,
    joined_by_blanks,
    look_of,
    phrases_in,
    said_in,
)
from mcplog.parse.report_readings import read_of
from mcplog.parse.report_sentences import Sentence, sentences

MOST_OF_A_KIND: Final = 3  # facts of one kind that are taken from one paste
MOST_OF_A_FAULT: Final = 1  # what is said first tells what a report is about
TROUBLE: Final = "trouble_reported"  # says something of the lines beside it, or nothing
ONCE: Final = {TROUBLE, *REPORTED_FAULTS}
MOST: Final = {kind: MOST_OF_A_FAULT if kind in ONCE else MOST_OF_A_KIND for kind in REPORTED_KINDS}
ITEM: Final = "-*+• "
DONE: Final = ("✅", "☑", "✔", "[x]", "[X]")  # as people tick off what works
FIRST_WORDS: Final = 3
AROUND_WORD: Final = "*_`:"
BUT: Final = "but"
WISHED: Final = frozenset({"expected", "feature"})  # in a heading, or first in a sentence
SEEN: Final = frozenset({"actual", "current", "observed"})  # in a heading: what was seen stands below it as well


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
    text: str, lines: Sequence[Line], taken: AbstractSet[int], table: ReportedFacts, *, tells_faults: bool
) -> Iterator[Told]:
    """Yield what the sentences of a paste tell, in order; what is said more than a few times, a few times.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log.
        table: The phrases.
        tells_faults: It speaks of servers of MCP, and reports something; no fault is told by another.
    """
    left = MOST | ({} if taken else {TROUBLE: 0})
    taken = taken | untelling_lines(lines, taken, table)
    quoted = quoted_lines(text, lines)
    forms = forms_of(table)
    said, shown = _both(lines, taken, quoted, forms)
    search = _search(table)
    about = [one for one in search.may_be_in(said) if left[one.fact.kind] and (tells_faults or not one.is_fault)]
    about_shown = [one for one in search.may_be_in(shown) if one.fact.is_quoted and (tells_faults or not one.is_fault)]
    whole = f"{said.joined}{shown.joined}"
    words_around = whole.split()
    by_sort = {
        False: [one for one in about if _stands_among(one.fact, words_around, whole)],
        True: [one for one in about_shown if _stands_among(one.fact, words_around, whole)],
    }
    if not (by_sort[True] or by_sort[False]):
        return
    read = taken if by_sort[True] else taken | quoted  # quotes, mostly long logs, only where anything in them may count
    for sentence in sentences(text, lines, read, quoted, forms):
        words = heard(sentence.words)
        likely = [one.fact for one in by_sort[sentence.is_quoted] if left[one.fact.kind] and one.may_be_told(words)]
        for kind, fields in _told_in(sentence, words.joined, likely, table):
            if left[kind]:
                left[kind] -= 1
                yield Told(kind=kind, start=sentence.start, end=sentence.end, fields=fields)


def _told_in(
    sentence: Sentence, joined: str, likely: Sequence[ReportedFact], table: ReportedFacts
) -> list[tuple[str, dict[str, object]]]:
    """Return the kinds of the facts that a sentence tells, in the order of what is particular to them, with fields."""
    said = _said(sentence, joined, table) if likely else None
    found = [(read[0], fact.kind, read[1]) for fact in likely if said and (read := _fields(said, fact, table))]
    return [(kind, fields) for _, kind, fields in sorted(found, key=lambda one: one[0])]


def is_about_servers(text: str, table: ReportedFacts) -> bool:
    """Return whether a text speaks of servers of MCP.

    Args:
        text: The whole paste.
        table: Says by what such a text is known.
    """
    low = text.lower()
    return any(all(word in low for word in words) for words in table.about_servers)


class _Sought(Struct, frozen=True):
    """A fact, and looks for its groups: the small ones first, which fewer texts pass."""

    fact: ReportedFact
    looks: tuple[Look, ...]
    is_fault: bool

    def may_be_in(self, text: Heard) -> bool:
        """Return whether a whole text may tell it."""
        return all(look.begins_in(text) for look in self.looks)

    def may_be_told(self, sentence: Heard) -> bool:
        """Return whether a sentence may tell it."""
        return all(look.may_stand_in(sentence) for look in self.looks)


class _Search(Struct, frozen=True):
    """The facts of a table by what their first looks ask for, so that a text is asked for few of them."""

    facts: tuple[_Sought, ...]
    wholes: frozenset[str]
    by_whole: Mapping[str, tuple[int, ...]]
    by_part: Mapping[str, tuple[int, ...]]

    def may_be_in(self, text: Heard) -> list[_Sought]:
        """Return the facts that a whole text may tell, in their order."""
        wholes = (self.by_whole[word] for word in self.wholes & text.words)
        parts = (numbers for part, numbers in self.by_part.items() if part in text.joined)
        found = sorted({number for numbers in chain(wholes, parts) for number in numbers})
        return [one for number in found if (one := self.facts[number]).may_be_in(text)]


def _stands_among(fact: ReportedFact, words: Sequence[str], joined: str) -> bool:
    """Return whether the words of a whole text, `joined` by blanks as well, have what a fact needs around it."""
    return all(has_any(words, joined, group) for group in fact.around)


@cache
def _search(table: ReportedFacts) -> _Search:
    """Return the facts of a table with their looks."""
    facts = tuple(
        _Sought(fact, tuple(map(look_of, sorted(fact.all, key=len))), fact.kind in REPORTED_FAULTS)
        for fact in table.fact
    )
    by_whole = _numbers((word, number) for number, one in enumerate(facts) for word in one.looks[0].wholes)
    return _Search(
        facts=facts,
        wholes=frozenset(by_whole),
        by_whole=by_whole,
        by_part=_numbers((part, number) for number, one in enumerate(facts) for part in one.looks[0].parts),
    )


def _numbers(pairs: Iterable[tuple[str, int]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for word, number in pairs:
        found[word] = (*found.get(word, ()), number)
    return found


def _both(
    lines: Sequence[Line], taken: AbstractSet[int], quoted: AbstractSet[int], forms: WordForms
) -> tuple[Heard, Heard]:
    """Return the words that stand outside of quotes, and those that stand in them, but for entries."""
    parts: tuple[list[str], list[str]] = [], []
    for line in lines:
        if line.text and line.number not in taken:
            parts[line.number in quoted].append(line.text)
    return heard(said_in("\n".join(parts[0]), forms)), heard(said_in("\n".join(parts[1]), forms))


def _said(sentence: Sentence, joined: str, table: ReportedFacts) -> Sentence | None:
    """Return what is said to be so: the sentence, or of a wish what stands behind its "but"; null when nothing is."""
    if _is_told(sentence, joined, table):
        return sentence
    words = sentence.words[sentence.own :]
    if BUT not in words:
        return None
    rest = replace(sentence, words=words[words.index(BUT) + 1 :], own=0)
    return rest if _is_told(rest, joined_by_blanks(rest.words), table) else None


def _counts(sentence: Sentence, fact: ReportedFact, table: ReportedFacts) -> bool:
    """Return whether a sentence of this sort can tell a fact.

    A guess tells no fault, nor does what stands below "Fix" or is ticked off; a quote tells what programs say, but for
    what they should.
    """
    before = sentence.words[: sentence.own]
    if sentence.is_quoted:
        return fact.is_quoted and not is_expectation(before, table)
    if fact.kind not in REPORTED_FAULTS:
        return True
    if sentence.text.lstrip(ITEM).startswith(DONE) or _is_entry_of_changes(sentence, table):
        return False
    is_sure = not has_any(sentence.words, joined_by_blanks(sentence.words), table.not_sure)
    return is_sure and " ".join(before) not in table.headings_not_told


def _is_entry_of_changes(sentence: Sentence, table: ReportedFacts) -> bool:
    """Return whether a sentence begins as an entry of a list of changes: `Fixed a hang`, `[VSCode] Fixed a hang`."""
    first = sentence.text.lstrip(ITEM).split(maxsplit=FIRST_WORDS)[:FIRST_WORDS]
    return any(word.strip(AROUND_WORD) in table.entry_beginnings for word in first)


def is_expectation(before: Sequence[str], table: ReportedFacts) -> bool:
    """Return whether what stands before a quote says that it ought to be so: "Expected", and not "Expected vs. actual".

    Args:
        before: Words of the heading and of what leads in.
        table: The phrases.
    """
    return SEEN.isdisjoint(before) and has_any(before, joined_by_blanks(before), table.expectations)


def _is_told(sentence: Sentence, joined: str, table: ReportedFacts) -> bool:
    """Return whether somebody says that something is so, and does not ask or advise."""
    if sentence.is_quoted:
        own = sentence.words[sentence.own :]
        return not has_any(own, joined_by_blanks(own), table.explanations)
    is_asked = sentence.text.rstrip("\"'`*_) ").endswith("?")
    first = sentence.words[: sentence.own + 1]
    is_wished = SEEN.isdisjoint(first) and not WISHED.isdisjoint(first)
    return not (is_asked or is_wished or has_any(sentence.words, joined, table.not_told))


def _fields(sentence: Sentence, fact: ReportedFact, table: ReportedFacts) -> tuple[int, dict[str, object]] | None:
    """Return where a sentence has a fact's first group, and what it says of it; null when it does not tell it."""
    words = sentence.words[sentence.own :] if fact.kind in REPORTED_FAULTS else sentence.words
    found: list[Span] = []
    joined = joined_by_blanks(words)
    for group in fact.all:
        span = first_of(words, phrases_in(joined, group))
        if span is None:
            return None
        found.append(span)
    if has_any(words, joined, fact.unless):
        return None
    if _is_denied(words, found, fact, table.negations) or not _counts(sentence, fact, table):
        return None
    fields = read_of(sentence, fact)
    return None if fields is None else (found[0][0], fields)


def _is_denied(words: Sequence[str], spans: Sequence[Span], fact: ReportedFact, negations: Phrases) -> bool:
    """Return whether a negation stands between the phrases or right before the first of them."""
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    joined = joined_by_blanks(words)
    likely = phrases_in(joined, fact.negations_of_all)
    harmless = [span for phrase in likely if (span := find_phrase(words, phrase))]
    inside = {place for first, last in (*harmless, *spans) for place in range(first, last)}
    return any(words[place] in negations for place in range(max(0, start - 1), end) if place not in inside)
