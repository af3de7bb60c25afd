"""What of a paste is somebody else's words, and what tells nothing: logs, tables of advice, documentation, wishes.

    # docs: signing in again               a text about the documentation
    # fix(auth): …  ## Changes             a text about a change
    | Error | Cause | Fix |                a table of what to do, in case
    [DEBUG] …                              a line that a program logged, though no entry was read in it
    > …, ```…```, ⎿ …                      a quote, a fence, a terminal's output
    2026-01-14T08:26:10.047Z …             printed by a program, with all from there to the last line with a stamp

May import: knowledge. Touches: nothing.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from mcplog.knowledge.reported_facts import Phrases, ReportedFacts
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import LEVELS, stamp_at_start
from mcplog.parse.paste_told import RESULT
from mcplog.parse.report_phrases import (
    WordForms,
    base_words,
    find_phrase,
    forms_of,
    has_any,
    joined_by_blanks,
    said_in,
    words_of,
)

LOG_MARKS: Final = tuple(mark for mark in LEVELS if mark.isupper())
PRINTED: Final = ("{", "Traceback ", "at ")  # what a program prints before its first line with a stamp
STAMP_STARTS: Final = frozenset("0123456789[")
FEWEST: Final = 2  # lines with a stamp that tell it
TABLE_RULE: Final = frozenset("|-: ")
HEADING_CHARS: Final = 80
HEADING_MARKS: Final = "#*: "
REPORT: Final = "#"  # before the number of a report
FIRST_LINES: Final = 12  # what a text is says its title, or what stands first in it


def reports_something(lines: Sequence[Line], table: ReportedFacts) -> bool:
    """Return whether a paste is about what happened, and no documentation or list of wishes.

    Args:
        lines: Its lines.
        table: The phrases that say so.
    """
    forms = forms_of(table)
    first = [line.text for line in lines[:FIRST_LINES] if line.text and not line.is_fenced]
    if first and _is_titled(first[0], table.titles_not_told, forms):
        return False
    if _describes_change(first[0] if first else "", lines, table):
        return False
    said = [said_in(text, forms) for text in first]
    return not any(has_any(words, joined_by_blanks(words), table.texts_not_told) for words in said)


def _is_titled(title: str, phrases: Phrases, forms: WordForms) -> bool:
    """Return whether a title begins with one of the phrases: "Docs: …", and not "The docs are wrong"."""
    said = words_of(title)
    if not forms.left_out.isdisjoint(said[:1]):
        return False
    words = base_words(said, forms)
    return any(span[0] == 0 for phrase in phrases if (span := find_phrase(words, phrase)))


def _describes_change(title: str, lines: Sequence[Line], table: ReportedFacts) -> bool:
    """Return whether a text describes a change that somebody made or proposes, or is documentation by its headings."""
    plain = [line.text for line in lines if line.text and len(line.text) <= HEADING_CHARS and not line.is_fenced]
    headings = {text.strip(HEADING_MARKS).partition(" (")[0].lower() for text in plain}
    if not headings.isdisjoint(table.documentation_headings):
        return True
    parts = sum(not headings.isdisjoint(group) for group in table.change_headings)
    is_titled = _is_title_of_change(title, table)
    return parts + is_titled > 1 or any(_closes_report(text, table) for text in plain)


def _is_title_of_change(title: str, table: ReportedFacts) -> bool:
    """Return whether a title is one of a change: `fix(auth): …`, `docs: …`, `feat!: …`."""
    sort, colon, _ = title.lstrip(HEADING_MARKS).partition(":")
    return bool(colon) and sort.partition("(")[0].rstrip("!").lower() in table.change_titles


def _closes_report(text: str, table: ReportedFacts) -> bool:
    """Return whether a line says which reports a change closes, and nothing else: `Fixes #12`, `fix : #12, #13`."""
    if REPORT not in text:
        return False
    verb, *numbers = text.replace(":", " ").replace(",", " ").split()
    return verb.lower() in table.change_verbs and bool(numbers) and all(map(_is_number_of_report, numbers))


def _is_number_of_report(word: str) -> bool:
    return word.startswith(REPORT) and word.rstrip(".")[1:].isdigit()


def quoted_lines(text: str, lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that are somebody else's words or a program's.

    Args:
        text: The whole paste.
        lines: Its lines.
    """
    shown = {
        line.number
        for line in lines
        if line.is_fenced or line.pointer == RESULT or text[line.line_start : line.line_end].lstrip().startswith(">")
    }
    return shown | _printed(lines)


def _printed(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines of logs that were pasted without a fence: paragraphs with several stamps."""
    found: set[int] = set()
    first = stamped = 0
    for line in lines:
        if line.is_fenced or not line.text:
            first = stamped = 0
        elif line.text[0] in STAMP_STARTS and stamp_at_start(line.text)[0]:
            first, stamped = first or line.number, stamped + 1
            if stamped >= FEWEST:
                found.update(range(first, line.number + 1))
        elif not first and line.text.startswith(PRINTED):
            first = line.number
    return found


def untelling_lines(lines: Sequence[Line], taken: AbstractSet[int], table: ReportedFacts) -> set[int]:
    """Return the numbers of the lines that tell nothing, besides those that are entries.

    Args:
        lines: Those of a paste.
        taken: Numbers of the lines that are entries of a log.
        table: The phrases.
    """
    return _of_logs(lines, taken) | rows_of_advice(lines, table)


def _of_logs(lines: Sequence[Line], taken: AbstractSet[int]) -> set[int]:
    """Return the numbers of the lines that a program logged though no entry was read in them.

    They have the mark of a level, or stand right between two lines of a log: a name may hold the end of a line.
    """
    others = (line for line in lines if line.number not in taken)
    marked = {line.number for line in others if any(mark in line.text for mark in LOG_MARKS)}
    logged = marked.union(taken)
    amid = {line.number for line in lines if line.text and {line.number - 1, line.number + 1} <= logged}
    return marked | amid


def rows_of_advice(lines: Sequence[Line], table: ReportedFacts) -> set[int]:
    """Return the numbers of the rows of tables that have a column of remedies: what may happen, not what did.

    Args:
        lines: Those of a paste.
        table: The phrases that such a column is headed with.
    """
    rows: set[int] = set()
    forms = forms_of(table)
    is_advice = False
    for above, line in pairwise(lines):
        if not line.is_boxed:
            is_advice = False
        elif above.is_boxed and TABLE_RULE.issuperset(line.text):
            is_advice = any(" ".join(said_in(cell, forms)) in table.remedy_columns for cell in above.text.split("|"))
        elif is_advice:
            rows.add(line.number)
    return rows
