"""The sentences around a log, one at a time, with the heading that they stand below.

    ### Workaround, Actual behavior:     a heading is read together with each sentence below it
    Restarting Claude Code fixes it,     wrapped lines are one paragraph
    curl works with the same token.
    # OAuth fails: redirect_uri_mismatch is a sentence itself as well
    > quoted, ```fenced```               somebody else's words or a program's, read with what leads in: "It says:"
    ---                                  ends what a heading is about
    <!-- … -->                           the form's own text: not read

May import: nothing. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct

from mcplog.parse.paste_lines import Line
from mcplog.parse.report_phrases import WordForms, said_in

SENTENCE_CHARS: Final = 2_000
MOST_WORDS: Final = 8  # of a heading, of what leads in
ENDS: Final = "*_ "
STOPS: Final = ".!?"
ELLIPSIS: Final = "..."
OPTION: Final = "--"
OPENERS: Final = ("", '"', "`", "“")  # before what looks like a stop: `"! Needs sign-in"`
CLOSERS: Final = "\"'`)*_”’"  # noqa: RUF001 - as typed
TITLE: Final = "# "  # the first of them is about the whole, not about what stands below it
PLAIN: Final = frozenset(  # headings that people write as a line of their own
    f"{subject}{noun}:"
    for subject in ("expected", "actual", "observed", "current")
    for noun in ("", " behavior", " behaviour", " result", " results", " outcome")
)
BREAKS: Final = "-*_"  # CommonMark §4.1
BREAK_CHARS: Final = 3
COMMENT: Final = ("<!--", "-->")


class Sentence(Struct, frozen=True, kw_only=True):
    """One sentence.

    Attributes:
        start: Where it begins in the text.
        end: One past its last character.
        text: As written.
        words: Its words in their base forms, those of the heading first; of a quote those of what leads in as well.
        own: How many of the words are not its own.
        is_quoted: It stands in a quote or a fence.
    """

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    own: int
    is_quoted: bool = False


def sentences(
    text: str, lines: Sequence[Line], taken: AbstractSet[int], quoted: AbstractSet[int], forms: WordForms
) -> Iterator[Sentence]:
    """Yield the sentences of a paste that are no log: of its prose, its headings, its quotes and its fences.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log.
        quoted: Numbers of the lines that are somebody else's words or a program's.
        forms: The base forms of words.
    """
    heading: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    is_titled = False
    start = end = -1
    is_quoted = is_comment = False
    for line in lines:
        raw = text[line.line_start : line.line_end].lstrip()
        is_comment = (is_comment or raw.startswith(COMMENT[0])) and COMMENT[1] not in raw
        is_said = bool(line.text) and not (
            is_comment or line.is_fence or line.number in taken or raw.startswith(COMMENT[0])
        )
        is_shown = line.number in quoted
        is_heading = not is_shown and _is_heading(raw)
        is_new = is_shown != is_quoted or is_heading or line.is_item or line.is_boxed or bool(line.pointer)
        if start >= 0 and (not is_said or is_new):
            yield from _split(text, start, end, (*heading, *lead) if is_quoted else heading, forms, is_quoted=is_quoted)
            lead = lead if is_quoted else _lead(text[start:end], forms)
            start = -1
        is_quoted = is_shown
        if not is_shown and _is_break(raw):
            heading, lead = (), ()
        elif is_heading and is_said:
            yield from _split(text, line.start, line.end, (), forms, is_quoted=False)
            is_title = not is_titled and raw.startswith(TITLE)
            heading, is_titled, lead = () if is_title else said_in(line.text, forms)[:MOST_WORDS], True, ()
        elif is_said:
            start, end = (line.start if start < 0 else start), line.end
    if start >= 0:
        yield from _split(text, start, end, (*heading, *lead) if is_quoted else heading, forms, is_quoted=is_quoted)


def _lead(said: str, forms: WordForms) -> tuple[str, ...]:
    """Return the last words of a paragraph that leads in what it stands before."""
    return said_in(said[said.rfind("\n") + 1 :], forms)[-MOST_WORDS:] if said.rstrip(ENDS).endswith(":") else ()


def _is_heading(raw: str) -> bool:
    is_marked = raw.startswith("#") or (raw.startswith("**") and raw.rstrip().rstrip(":").endswith("**"))
    return is_marked or raw.strip().lower() in PLAIN


def _is_break(raw: str) -> bool:
    """Return whether a line parts what stands above it from what stands below, as comments in a copy of a page are."""
    marks = raw.strip()
    return len(marks) >= BREAK_CHARS and marks[0] in BREAKS and not marks.strip(marks[0])


def _split(
    text: str, start: int, end: int, heading: tuple[str, ...], forms: WordForms, *, is_quoted: bool
) -> Iterator[Sentence]:
    at = start
    while at < end:
        stop = _sentence_end(text, at, min(end, at + SENTENCE_CHARS))
        said = text[at:stop]
        begin = at + len(said) - len(said.lstrip())
        if said.strip():
            words = said_in(said, forms)
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
    """Return one past the end of the sentence: a stop with a blank behind it, or the end of what is looked at.

    What closes may stand between the two if a capital letter follows: `It said "failed." Then it`. Three stops may also
    leave something out: `claude mcp add ... --transport sse`.
    """
    at = start
    while True:
        found = [place for stop in STOPS if (place := text.find(stop, at, end)) >= 0]
        if not found:
            return end
        at = min(found) + 1
        if at >= end:
            return end
        if text[at].isspace() and text[max(start, at - 3) : at - 1].strip() not in OPENERS:
            if not _leaves_out(text, at, end):
                return at
            continue
        if text[at] in CLOSERS and (behind := _behind_closers(text, at, end)) > at:
            return behind


def _leaves_out(text: str, at: int, end: int) -> bool:
    """Return whether the stop before `at` is the last of three in a command, with an option behind them."""
    return text.endswith(ELLIPSIS, 0, at) and text[at:end].lstrip().startswith(OPTION)


def _behind_closers(text: str, at: int, end: int) -> int:
    """Return where a sentence ends whose stop has closing marks behind it; `at` when it goes on."""
    stop = at
    while stop < end and text[stop] in CLOSERS:
        stop += 1
    is_over = text[stop : stop + 1].isspace() and text[stop : stop + 3].strip()[:1].isupper()
    return stop if is_over else at
