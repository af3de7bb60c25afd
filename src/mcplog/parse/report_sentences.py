"""What the sentences around a log tell: phrases of `knowledge/reported_facts.toml`, one sentence at a time.

    ### Workaround                       a heading is read together with each sentence below it
    Restarting Claude Code fixes it,     wrapped lines are one paragraph
    curl works with the same token.
    # OAuth fails: redirect_uri_mismatch is a sentence itself as well
    > quoted, ```fenced```               somebody else's words or a program's: read for facts told by such words
    <!-- … -->                           the form's own text: not read

A fault (REPORTED_FAULTS) is told by a sentence alone: what a heading adds to it would be a guess.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.reported_facts import Phrases, ReportedFact, ReportedFacts
from mcplog.model.event_kinds import REPORTED_FAULTS
from mcplog.parse.addresses import endpoint
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import LEVELS

LOG_MARKS: Final = tuple(mark for mark in LEVELS if mark.isupper())
ABOUT: Final = "mcp"  # a text that does not say it tells of no fault of a server
SENTENCE_CHARS: Final = 2_000
MOST_OF_A_KIND: Final = 3  # facts of one kind that are taken from one paste
MOST_OF_A_FAULT: Final = 1  # what is said first tells what a report is about
BUT: Final = "but"
STOPS: Final = ".!?;"
TITLE: Final = "# "  # the first of them is about the whole, not about what stands below it
COMMENT: Final = ("<!--", "-->")
KEPT: Final = "'-._:/"
ENDS: Final = "'-._:/"
ASCII_BREAKS: Final = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in KEPT}
BEFORE: Final = 1  # a negation so many words before the first phrase denies it
MINUTE_MS: Final = 60_000
UNITS: Final = {
    "minute": 1,
    "minutes": 1,
    "min": 1,
    "mins": 1,
    "m": 1,
    "hour": 60,
    "hours": 60,
    "hr": 60,
    "hrs": 60,
    "h": 60,
}
NUMBER_WORDS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "every": 1, "each": 1}
LONGEST_MINUTES: Final = 60 * 24 * 60
NEWEST_MAJOR: Final = 2
NO_SERVERS: Final = (
    "github.com",
    "githubusercontent.com",
    "docs.",
    "gist.",
    "/issues/",
    "/oauth",
    "/.well-known",
    "localhost:8080/callback",
)

Span = tuple[int, int]


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


class Sentence(Struct, frozen=True, kw_only=True):
    """One sentence.

    Attributes:
        start: Where it begins in the text.
        end: One past its last character.
        text: As written.
        words: Its words, lower case, those of the heading before them.
        own: How many of the words are the heading's.
        is_quoted: It stands in a quote or a fence.
    """

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    own: int
    is_quoted: bool = False


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
    is_about = ABOUT in text.lower()
    taken = taken | _of_logs(lines, taken)
    facts = [fact for fact in table.fact if is_about or fact.kind not in REPORTED_FAULTS]
    said, quoted = _shown(text, lines, taken)
    of_quotes = [fact for fact in facts if fact.is_quoted and all(_may_be_in(quoted, group) for group in fact.all)]
    others = [fact for fact in facts if all(_may_be_in(said, group) for group in fact.all)]
    by_sort = {False: _wanted(others), True: _wanted(of_quotes)}
    left = {fact.kind: MOST_OF_A_FAULT if fact.kind in REPORTED_FAULTS else MOST_OF_A_KIND for fact in facts}
    for sentence in _sentences_of(text, lines, taken, by_sort):
        joined, wanted = _joined(sentence.words), by_sort[sentence.is_quoted]
        likely = [fact for fact, groups in wanted if left[fact.kind] and all(_holds(joined, group) for group in groups)]
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
    return [(fact, [_needles(group) for group in fact.all]) for fact in facts]


def _shown(text: str, lines: Sequence[Line], taken: Collection[int]) -> tuple[str, str]:
    """Return what stands outside of quotes and fences, and what stands in them, but for entries; in small letters."""
    parts: tuple[list[str], list[str]] = [], []
    for line in lines:
        if line.text and line.number not in taken:
            parts[_is_of_quote(line, _raw(text, line))].append(line.text)
    return "\n".join(parts[0]).lower(), "\n".join(parts[1]).lower()


def _raw(text: str, line: Line) -> str:
    """Return a line with the marks around it."""
    return text[line.line_start : line.line_end].lstrip()


def _is_of_quote(line: Line, raw: str) -> bool:
    return line.is_fenced or raw.startswith(">")


def _sentences_of(
    text: str, lines: Sequence[Line], taken: Collection[int], wanted: Mapping[bool, Sequence[object]]
) -> Iterator[Sentence]:
    """Yield the sentences that may tell something: quotes, mostly long logs, only where anything in them may count."""
    if wanted[True]:
        yield from sentences(text, lines, taken)
    elif wanted[False]:
        quoted = {line.number for line in lines if _is_of_quote(line, _raw(text, line))}
        yield from sentences(text, lines, quoted.union(taken))


def _said(sentence: Sentence, joined: str, not_told: Phrases) -> Sentence | None:
    """Return what is said to be so: the sentence, or of a wish what stands behind its "but"; null when nothing is."""
    if _is_told(sentence, joined, not_told):
        return sentence
    words = sentence.words[sentence.own :]
    if BUT not in words:
        return None
    rest = replace(sentence, words=words[words.index(BUT) + 1 :], own=0)
    return rest if _is_told(rest, _joined(rest.words), not_told) else None


def _joined(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _counts(sentence: Sentence, fact: ReportedFact, not_sure: Phrases) -> bool:
    """Return whether a sentence of this sort can tell a fact: a guess tells no fault, a quote what programs say."""
    if sentence.is_quoted:
        return fact.is_quoted
    return fact.kind not in REPORTED_FAULTS or not _has(sentence.words, _joined(sentence.words), not_sure)


def sentences(text: str, lines: Sequence[Line], taken: Collection[int]) -> Iterator[Sentence]:
    """Yield the sentences of a paste that are no log: of its prose, its headings, its quotes and its fences.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log.
    """
    heading: tuple[str, ...] = ()
    is_titled = False
    start = end = -1
    is_quoted = is_comment = False
    for line in lines:
        raw = _raw(text, line)
        is_comment = (is_comment or raw.startswith(COMMENT[0])) and COMMENT[1] not in raw
        is_said = bool(line.text) and not (
            is_comment or line.is_fence or line.number in taken or raw.startswith(COMMENT[0])
        )
        is_of_quote = _is_of_quote(line, raw)
        is_heading = not is_of_quote and _is_heading(raw)
        is_new = is_of_quote != is_quoted or is_heading or line.is_item or line.is_boxed or bool(line.pointer)
        if start >= 0 and (not is_said or is_new):
            yield from _split(text, start, end, heading, is_quoted=is_quoted)
            start = -1
        is_quoted = is_of_quote
        if is_heading and is_said:
            yield from _split(text, line.start, line.end, (), is_quoted=False)
            is_title = not is_titled and raw.startswith(TITLE)
            heading, is_titled = () if is_title else words_of(line.text)[:8], True
        elif is_said:
            start, end = (line.start if start < 0 else start), line.end
    if start >= 0:
        yield from _split(text, start, end, heading, is_quoted=is_quoted)


def _is_heading(raw: str) -> bool:
    return raw.startswith("#") or (raw.startswith("**") and raw.rstrip().rstrip(":").endswith("**"))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, lower case, without punctuation around them."""
    plain = text.lower()
    if plain.isascii():
        spaced = plain.translate(ASCII_BREAKS)
    else:
        plain = plain.replace("’", "'").replace("–", "-").replace("—", " ")  # noqa: RUF001 - what people type
        spaced = "".join(char if char.isalnum() or char in KEPT else " " for char in plain)
    return tuple(word for raw in spaced.split() if (word := raw.strip(ENDS)))


def find_phrase(words: Sequence[str], phrase: str, start: int = 0) -> Span | None:
    """Return where a phrase stands among words: its first word, and one past its last; null when it does not.

    Args:
        words: Lower case.
        phrase: Words side by side; `*` ends one that may go on, and begins one that may have something before it.
        start: Where to begin.
    """
    wanted = _parts(phrase)
    for at in range(start, len(words) - len(wanted) + 1):
        if all(_fits(words[at + number], part) for number, part in enumerate(wanted)):
            return at, at + len(wanted)
    return None


@cache
def _parts(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def _fits(word: str, part: str) -> bool:
    if part.startswith("*"):
        return part.strip("*") in word
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _may_be_in(low: str, group: Phrases) -> bool:
    """Return whether a whole text may have a phrase of a group: a look that lets too much through."""
    return any(word in low for word in _first_words(group))


@cache
def _first_words(group: Phrases) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase.partition(" ")[0].strip("*") for phrase in group))


def _may_have(joined: str, group: Phrases) -> bool:
    """Return whether words, each between blanks, may have a phrase of a group: a quick look before the exact one."""
    return _holds(joined, _needles(group))


def _holds(joined: str, needles: Sequence[str]) -> bool:
    return any(map(joined.__contains__, needles))


@cache
def _needles(group: Phrases) -> tuple[str, ...]:
    """Return for each phrase what stands in a text that has it: all of it, or the part before its first `*`."""
    return tuple(_needle(phrase) for phrase in group)


def _needle(phrase: str) -> str:
    if phrase.startswith("*"):
        return phrase[1:].partition("*")[0]
    return f" {phrase.partition('*')[0]}" if "*" in phrase else f" {phrase} "


def _split(text: str, start: int, end: int, heading: tuple[str, ...], *, is_quoted: bool) -> Iterator[Sentence]:
    at = start
    while at < end:
        stop = _sentence_end(text, at, min(end, at + SENTENCE_CHARS))
        said = text[at:stop]
        begin = at + len(said) - len(said.lstrip())
        if said.strip():
            words = words_of(said)
            finish = begin + len(said.strip())
            yield Sentence(
                start=begin,
                end=finish,
                text=said.strip(),
                words=(*heading, *words),
                own=len(heading),
                is_quoted=is_quoted,
            )
        at = stop


def _sentence_end(text: str, start: int, end: int) -> int:
    """Return one past the end of the sentence: a stop with a blank behind it, or the end of what is looked at."""
    at = start
    while True:
        found = [place for stop in STOPS if (place := text.find(stop, at, end)) >= 0]
        if not found:
            return end
        at = min(found) + 1
        if at >= end or text[at].isspace():
            return at


def _is_told(sentence: Sentence, joined: str, not_told: Phrases) -> bool:
    """Return whether somebody says that something is so, and does not ask or advise."""
    if sentence.is_quoted:
        return True
    is_asked = sentence.text.rstrip("\"'`*_) ").endswith("?")
    return not is_asked and not _has(sentence.words, joined, not_told)


def _has(words: Sequence[str], joined: str, group: Phrases) -> bool:
    return _may_have(joined, group) and any(find_phrase(words, phrase) for phrase in group)


def _fields(sentence: Sentence, fact: ReportedFact, table: ReportedFacts) -> dict[str, object] | None:
    """Return what a sentence says of a fact; null when it does not tell it."""
    words = sentence.words[sentence.own :] if fact.kind in REPORTED_FAULTS else sentence.words
    found: list[Span] = []
    joined = _joined(words)
    for group in fact.all:
        likely = [phrase for phrase, needle in zip(group, _needles(group), strict=True) if needle in joined]
        span = _first(words, likely)
        if span is None:
            return None
        found.append(span)
    if _has(words, joined, fact.unless):
        return None
    if _is_denied(words, found, fact, table.negations) or not _counts(sentence, fact, table.not_sure):
        return None
    return _read(sentence, fact)


def _first(words: Sequence[str], group: Sequence[str]) -> Span | None:
    return min((span for phrase in group if (span := find_phrase(words, phrase))), default=None)


def _is_denied(words: Sequence[str], spans: Sequence[Span], fact: ReportedFact, negations: Phrases) -> bool:
    """Return whether a negation stands between the phrases or right before the first of them."""
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    harmless = [span for phrase in fact.negations_of_all if (span := find_phrase(words, phrase))]
    inside = {place for first, last in (*harmless, *spans) for place in range(first, last)}
    return any(words[place] in negations for place in range(max(0, start - BEFORE), end) if place not in inside)


def _read(sentence: Sentence, fact: ReportedFact) -> dict[str, object] | None:
    match fact.reads:
        case "version":
            version = next((found for word in sentence.words if (found := _version(word))), None)
            return None if version is None else {"version": version}
        case "word":
            word = next((word for word, group in fact.words.items() if _first(sentence.words, group)), None)
            return None if word is None else {"reason": word}
        case "minutes":
            return _delay(sentence.words[sentence.own :])
        case "status":
            status = next((int(word) for word in sentence.words if word in ("401", "403")), None)
            return {"http_status": status}
        case "url":
            url = server_url(sentence.text)
            return {"url": url} if url or fact.kind != "server_url_reported" else None
        case _:
            return {}


def _version(word: str) -> str | None:
    parts = word.removeprefix("v").split(".")
    is_version = len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts)  # noqa: PLR2004 - major, minor, patch
    return ".".join(parts) if is_version and len(parts[0]) < 3 and int(parts[0]) <= NEWEST_MAJOR else None  # noqa: PLR2004 - digits


def _delay(words: Sequence[str]) -> dict[str, object] | None:
    """Return how long something lasts, in milliseconds: `60-75 minutes`, `an hour`, `8h`."""
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in UNITS and (found := _range(before)):
            low, high = (number * UNITS[word] for number in found)
        elif (unit := word.lstrip("0123456789-")) in UNITS and unit != word and (found := _range(word[: -len(unit)])):
            low, high = (number * UNITS[unit] for number in found)
        else:
            continue
        if 0 < low <= high <= LONGEST_MINUTES:
            return {"duration_ms": low * MINUTE_MS, "limit_ms": high * MINUTE_MS if high > low else None}
    return None


def _range(word: str) -> Span | None:
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word], NUMBER_WORDS[word]
    low, _, high = word.lstrip("~").partition("-")
    digits = [low, high or low]
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in digits):  # noqa: PLR2004 - minutes of two months
        return None
    return int(digits[0]), int(digits[1])


def server_url(text: str) -> str | None:
    """Return the address of an MCP server that a text names, without its query; null when it names none.

    Args:
        text: A sentence or a command.
    """
    for word in text.split():
        at = max(word.find("https://"), word.find("http://"))
        if at < 0:
            continue
        url = word[at:]
        for end in "`\"'<>()[]{}|,":
            url = url.partition(end)[0]
        url = endpoint(url.rstrip(".:;!*_"))
        if len(url) > len("https://") and not any(part in url for part in NO_SERVERS):
            return url
    return None
