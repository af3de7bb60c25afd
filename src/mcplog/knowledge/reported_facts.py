"""The phrases that tell what people report around their logs: `reported_facts.toml`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from mcplog.knowledge.line_patterns import refuse_faults
from mcplog.knowledge.tables import parse_table, table_text
from mcplog.model.event_kinds import REPORTED_KINDS
from mcplog.model.failures import REASONS

NAME: Final = "reported_facts.toml"
READS: Final = ("", "version", "url", "minutes", "status", "word")

Phrases = tuple[str, ...]


class ReportedFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that people report.

    Attributes:
        kind: The event kind.
        all: Groups of phrases; a sentence needs one of each.
        around: Groups of phrases; the text that the sentence stands in needs one of each, wherever it is.
        unless: Phrases that make the sentence say something else.
        negations_of_all: Phrases with a negation that deny nothing: "without any problems".
        reads: What else is read from the sentence; a word of READS.
        is_quoted: Programs and pages say it as well: it is told by a quote or a fence too.
        words: Of `reads = "word"`: the word that goes into `reason`, and the phrases that mean it.
        samples: Sentences that tell it.
        near: Sentences that nearly do.
    """

    kind: str
    all: tuple[Phrases, ...]
    around: tuple[Phrases, ...] = ()
    unless: Phrases = ()
    negations_of_all: Phrases = ()
    reads: str = ""
    is_quoted: bool = False
    words: dict[str, Phrases] = {}
    samples: Phrases
    near: Phrases


class ReportedFacts(msgspec.Struct, frozen=True, eq=False, kw_only=True, forbid_unknown_fields=True):
    """All of them. A table equals itself alone, so that what is made of it can be kept.

    Attributes:
        about_servers: Groups of words, as written but for capitals; a text with all words of one speaks of servers of
            MCP.
        titles_not_told: What the title of a text begins with that is no report.
        documentation_headings: Headings, whole, that only documentation has.
        change_titles: What stands before the colon in the title of a change, without what it is about: "fix(auth): …".
        change_headings: Groups of headings, whole, of a text about a change.
        change_verbs: What stands before the number of a report that a change closes.
        texts_not_told: Phrases in the first lines of a text that is no report.
        headings_not_told: Headings, whole; what stands below them tells no fault.
        remedy_columns: Columns, whole, of a table of advice; its rows tell nothing.
        expectations: Phrases in the heading of a quote, or before it, that is not what was seen.
        explanations: Phrases of quotes that explain or advise, which no program does.
        not_told: Phrases of advice, wishes and programs: a sentence with one tells nothing.
        entry_beginnings: What the entries of a list of changes begin with, as written; they tell no fault.
        not_sure: Phrases of guesses and of other people's reports: a sentence with one tells no fault.
        negations: Words that deny what they stand before.
        left_out: Words that are left out of phrases and of what they are looked for in.
        forms: Base forms, with the forms that phrases do not tell apart; a form and a base may be several words.
        fact: The facts.
    """

    about_servers: tuple[Phrases, ...]
    titles_not_told: Phrases
    documentation_headings: Phrases
    change_titles: Phrases
    change_headings: tuple[Phrases, ...]
    change_verbs: Phrases
    texts_not_told: Phrases
    headings_not_told: Phrases
    remedy_columns: Phrases
    expectations: Phrases
    explanations: Phrases
    not_told: Phrases
    entry_beginnings: Phrases
    not_sure: Phrases
    negations: Phrases
    left_out: Phrases
    forms: dict[str, Phrases]
    fact: tuple[ReportedFact, ...]


@cache
def load_reported_facts() -> ReportedFacts:
    """Return the table that ships with mcplog.

    Raises:
        KnowledgeError: It is damaged.
    """
    return parse_reported_facts(table_text(NAME))


def parse_reported_facts(text: str) -> ReportedFacts:
    """Return the table in `text`.

    Raises:
        KnowledgeError: It is no such table, or names a word that does not exist.
    """
    table = parse_table(text, ReportedFacts, name=NAME)
    of_facts = (fault for fact in table.fact for fault in _faults(fact))
    refuse_faults([*_word_faults(table.about_servers), *_form_faults(table.forms), *of_facts], name=NAME)
    return table


def _word_faults(groups: Iterable[Phrases]) -> Iterator[str]:
    for word in (word for group in groups for word in group):
        if word != word.lower():
            yield f"no text has a word in capitals, as it is looked at: {word}"
        elif not word.strip():
            yield "a word of no letters"


def _form_faults(forms: Mapping[str, Phrases]) -> Iterator[str]:
    said = Counter([*forms, *(form for group in forms.values() for form in group)])
    yield from (f"two base forms, or a base form itself: {form}" for form, times in said.items() if times > 1)


def _faults(fact: ReportedFact) -> Iterator[str]:
    if fact.kind not in REPORTED_KINDS:
        yield f"no such event kind: {fact.kind}"
    if fact.reads not in READS:
        yield f"no such reading: {fact.reads}"
    if bool(fact.words) != (fact.reads == "word"):
        yield f'{fact.kind}: `words` and `reads = "word"` go together'
    yield from (f"no such word: {word}" for word in fact.words if word not in REASONS)
    phrases = [*fact.unless, *(phrase for group in (*fact.all, *fact.around, *fact.words.values()) for phrase in group)]
    yield from (f"no phrase: {phrase!r}" for phrase in phrases if not phrase.strip() or phrase != phrase.lower())
