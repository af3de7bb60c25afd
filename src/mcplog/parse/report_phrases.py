"""Phrases among words: `*` ends a word that may go on, and begins one that may have something before it.

    restart* | fixes it        stands in "Restarting Claude Code always fixes it"
    *callback*                 stands in "localhost:3000/callback?code=1"

Phrases and words are compared by their base forms, so that one phrase is enough for all the ways to say it:

    not load                   stands in "It doesn't load", "was not loaded", "isn't loading"

A phrase is looked for in words that are joined by blanks first, which is cheap and lets too much through.

May import: knowledge. Touches: nothing.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from mcplog.knowledge.reported_facts import Phrases, ReportedFacts

KEPT: Final = "'-._:/"
ENDS: Final = "'-._:/"
ASCII_BREAKS: Final = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in KEPT}

Span = tuple[int, int]
Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """Return the words of a text, lower case, without punctuation around them."""
    plain = text.lower()
    if plain.isascii():
        spaced = plain.translate(ASCII_BREAKS)
    else:
        plain = plain.replace("’", "'").replace("–", "-").replace("—", " ")  # noqa: RUF001 - what people type
        spaced = "".join(char if char.isalnum() or char in KEPT else " " for char in plain)
    return tuple(word for raw in spaced.split() if (word := raw.strip(ENDS)))


class WordForms(Struct, frozen=True):
    """The base forms of words.

    Attributes:
        words: Of single words.
        runs: Of words side by side, by the first of them, the longest first; they are base forms themselves.
        left_out: Words that no phrase has.
    """

    words: Mapping[str, Words]
    runs: Mapping[str, tuple[tuple[Words, Words], ...]]
    left_out: frozenset[str]


@cache
def forms_of(table: ReportedFacts) -> WordForms:
    """Return the base forms that a table names."""
    forms = [(form, base) for base, others in table.forms.items() for form in (base, *others)]
    said = [(tuple(form.split()), tuple(base.split())) for form, base in forms]
    words = {form[0]: base for form, base in said if len(form) == 1}
    runs: dict[str, list[tuple[Words, Words]]] = {}
    for form, base in said:
        if len(form) > 1:
            run = _with_base_words(form, words)
            runs.setdefault(run[0], []).append((run, base))
    by_length = {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in runs.items()}
    return WordForms(words, by_length, frozenset(table.left_out))


def base_words(words: Sequence[str], forms: WordForms) -> Words:
    """Return words in their base forms, in their order, without those that are left out."""
    found = _with_base_words(words, forms.words)
    if forms.runs.keys().isdisjoint(found):
        return tuple(word for word in found if word not in forms.left_out)
    kept: list[str] = []
    at = 0
    while at < len(found):
        word = found[at]
        run, base = next((one for one in forms.runs.get(word, ()) if found[at : at + len(one[0])] == one[0]), ((), ()))
        kept += base or (() if word in forms.left_out else (word,))
        at += len(run) or 1
    return tuple(kept)


def _with_base_words(words: Sequence[str], forms: Mapping[str, Words]) -> Words:
    return tuple(base for word in words for base in forms.get(word) or (word,))


def said_in(text: str, forms: WordForms) -> Words:
    """Return the words of a text in their base forms, as phrases are looked for among them."""
    return base_words(words_of(text), forms)


def find_phrase(words: Sequence[str], phrase: str, start: int = 0) -> Span | None:
    """Return where a phrase stands among words: its first word, and one past its last; null when it does not.

    Args:
        words: Lower case.
        phrase: Words side by side; `*` ends one that may go on, and begins one that may have something before it.
        start: Where to begin.
    """
    wanted = _parts(phrase)
    first, last = wanted[0], len(words) - len(wanted)
    is_whole = "*" not in first
    for at in range(start, last + 1):
        word = words[at]
        if (word == first if is_whole else _fits(word, first)) and all(
            _fits(words[at + number], part) for number, part in enumerate(wanted)
        ):
            return at, at + len(wanted)
    return None


@cache
def _parts(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def _fits(word: str, part: str) -> bool:
    if part.startswith("*"):
        return part.strip("*") in word
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def joined_by_blanks(words: Sequence[str]) -> str:
    """Return words as one text in which each stands between blanks, as `needles_of` needs it."""
    return f" {' '.join(words)} "


class Heard(Struct, frozen=True):
    """Words in which phrases are looked for.

    Attributes:
        words: All of them.
        joined: The same in their order, each between blanks.
    """

    words: frozenset[str]
    joined: str


def heard(words: Sequence[str]) -> Heard:
    """Return words as phrases are looked for in them."""
    return Heard(frozenset(words), joined_by_blanks(words))


class Look(Struct, frozen=True):
    """A quick look for the phrases of a group, which lets too much through.

    Attributes:
        wholes: First words of phrases.
        parts: What a text has for those whose first word has a `*`.
        group: The phrases.
    """

    wholes: frozenset[str]
    parts: tuple[str, ...]
    group: Phrases

    def begins_in(self, said: Heard) -> bool:
        """Return whether the first word of a phrase is among words."""
        return not self.wholes.isdisjoint(said.words) or may_hold(said.joined, self.parts)

    def may_stand_in(self, said: Heard) -> bool:
        """Return whether a phrase may stand among words."""
        return self.begins_in(said) and may_hold(said.joined, needles_of(self.group))


def look_of(group: Phrases) -> Look:
    """Return the look for the phrases of a group."""
    firsts = [phrase.partition(" ")[0] for phrase in group]
    return Look(
        wholes=frozenset(word for word in firsts if "*" not in word),
        parts=tuple(dict.fromkeys(_needle(word) for word in firsts if "*" in word)),
        group=group,
    )


def may_hold(joined: str, needles: Sequence[str]) -> bool:
    """Return whether words, joined by blanks, may have a phrase with one of these needles."""
    return any(map(joined.__contains__, needles))


@cache
def needles_of(group: Phrases) -> tuple[str, ...]:
    """Return for each phrase what stands in a text that has it: all of it, or the part before its first `*`."""
    return tuple(_needle(phrase) for phrase in group)


def _needle(phrase: str) -> str:
    if phrase.startswith("*"):
        return phrase[1:].partition("*")[0]
    return f" {phrase.partition('*')[0]}" if "*" in phrase else f" {phrase} "


def phrases_in(joined: str, group: Phrases) -> list[str]:
    """Return the phrases of a group that words, joined by blanks, may have."""
    return [phrase for phrase, needle in zip(group, needles_of(group), strict=True) if needle in joined]


def has_any(words: Sequence[str], joined: str, group: Phrases) -> bool:
    """Return whether words, which are `joined` by blanks as well, have a phrase of a group."""
    return may_hold(joined, needles_of(group)) and any(find_phrase(words, phrase) for phrase in group)


def first_of(words: Sequence[str], group: Sequence[str]) -> Span | None:
    """Return where the phrase of a group stands that comes first; null when none does."""
    return min((span for phrase in group if (span := find_phrase(words, phrase))), default=None)
