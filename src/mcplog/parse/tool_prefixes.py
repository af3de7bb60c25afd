"""Take off what a tool puts before every line of a log.

    12:2026-11-25T00:36:43.901Z [DEBUG] …                     grep -n; `12-` where -C shows the lines around
    debug/5e55104a-….txt:12:2026-11-25T00:36:43.901Z …        grep -rn: the file tells the session
        12  2026-11-25T00:36:43.901Z [DEBUG] …                cat -n, nl, less -N, an editor
    Nov 25 00:36:43 host claude[4711]: [DEBUG] …              syslog, journalctl
    svc-1  | [DEBUG] …                                        docker compose
    +2026-11-25T00:36:43.901Z [DEBUG] …                       diff

No tool is known here. What stands before records again and again, but for its numbers, is a tool's: people do not write
the same words before each line. What Markdown and people put there (quotes, bullets, boxes, emphasis) is left to the
reader of pastes. A line that begins no record goes on with the one above it, so it has the same prefix.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.formats import LEVEL_STARTS, starts_record
from mcplog.parse.held_lines import with_heads_off

# The time of a record, as the client or somebody who changed it writes it: what stands before it is a tool's.
DATE: Final = r"[0-9X]{4}[-/][0-9X]{2}[-/][0-9X]{2}[T _]"
TIME: Final = (
    rf"\[?(?:{DATE})?[0-9X]{{1,2}}:[0-9X]{{2}}:[0-9X]{{2}}(?:[.,][0-9X]+)?(?:Z| ?[+-][0-9]{{2}}:?[0-9]{{2}})?\]?[ \t]+"
)
RECORD: Final = rf"(?:{TIME})?\[(?:DEBUG|ERROR|INFO|WARN)\] "
BEFORE: Final = rf"^(.{{1,240}}?){RECORD}"
STAMPED: Final = len("2026-11-25T00:36:43.901Z [DEBUG] ")
FEWEST: Final = 3  # lines that a prefix stands before
MOST_SHAPES: Final = 500
PREFIX_CHARACTERS: Final = 240
NO_TOOLS: Final = " \t>*_`-•‣◦|│┃║┆(\"'“[{,;."
BOX_SIDES: Final = ("|", "│", "┃", "║", "┆")  # of a table or a box: the other side stands at the end of the line
BOXED: Final = f"^[ \\t]*[{''.join(BOX_SIDES)}]"
SPOKEN: Final = ('MCP server "', *LEVEL_STARTS)  # another record stands on the same line
SIGN: Final = "\N{BULLSEYE}"  # of a session's id in a shape
SESSION: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NAME: Final = r"[^\s/\\:]+\.(?:txt|log|out|err|jsonl?|md)"
FILE: Final = rf"^(.*?{NAME})[:-]"
HEADING: Final = rf"^((?:[^\s:]*[/\\])?{NAME}):?$"  # above the lines that were found in it
NUMBERS: Final = r"[0-9]+"
INNER_BLANKS: Final = r"([^ \t])[ \t]+([^ \t])"


def has_prefixes(text: str) -> bool:
    """Return whether records in `text`, the beginning of a document, stand behind what a tool could have put there."""
    found = 0
    for line in text.split("\n"):
        at = min((place for level in LEVEL_STARTS if (place := line.find(level)) >= 0), default=-1)
        found += at > 0 and not starts_record(line[:STAMPED].encode(), stamped=True) and _could_be(line[:at])
        if found == FEWEST:
            return True
    return False


def without_prefixes(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` without what a tool put before them; `lines` themselves where it put nothing."""
    text = lines["text"]
    before = text.str.extract(BEFORE)
    before = before.set(~_could_all_be(before) | text.str.contains(f"^{RECORD}"), None)
    shape = _shape(before)
    shapes = shape.drop_nulls().value_counts(sort=True)
    usual = shapes.filter(pl.col("count") >= FEWEST).head(MOST_SHAPES)[shape.name]
    if usual.is_empty():
        return lines
    size = before.set(~shape.is_in(usual.implode()), None).str.len_bytes()
    size = _with_following(text, size, usual.to_list())
    found = with_heads_off(lines, size.fill_null(0))
    source = text.str.extract(FILE).set(size.is_null(), None)
    source = source.zip_with(source.is_not_null(), text.str.extract(HEADING))
    return found.with_columns(file=source.fill_null(strategy="forward"))


def _could_be(before: str) -> bool:
    is_marks = not before.strip(NO_TOOLS) or before.lstrip().startswith(BOX_SIDES)
    return not is_marks and len(before) <= PREFIX_CHARACTERS and not any(word in before for word in SPOKEN)


def _could_all_be(before: pl.Series) -> pl.Series:
    is_marks = (before.str.strip_chars(NO_TOOLS) == "") | before.str.contains(BOXED)
    is_spoken = before.str.contains_any(list(SPOKEN))
    return ~(is_marks | is_spoken).fill_null(value=True)


def _shape(before: pl.Series) -> pl.Series:
    """Return prefixes with what changes from line to line left out: numbers and the blanks that align them."""
    session = before.str.strip_chars_start(" \t").str.replace_all(SESSION, SIGN)
    shape = session.str.replace_all(NUMBERS, "0").str.replace(r"[:-]$", ":")
    return shape.str.replace_all(INNER_BLANKS, "${1} ${2}")


def _with_following(text: pl.Series, size: pl.Series, shapes: list[str]) -> pl.Series:
    """Return sizes of prefixes with those of lines that begin no record, as long as each has one like those above."""
    alike = text.str.extract("^(" + "|".join(map(_expression, shapes)) + ")").str.len_bytes()
    is_record, is_other = size.is_not_null(), size.is_null() & alike.is_null()
    number = pl.int_range(len(text), dtype=pl.Int64, eager=True)
    last_record, last_other = (
        number.set(~which, None).fill_null(strategy="forward").fill_null(-1) for which in (is_record, is_other)
    )
    return size.zip_with(is_record | (last_record <= last_other), alike)


def _expression(shape: str) -> str:
    """Return the expression of all prefixes of a `shape`; the blanks at its end may be lost where nothing follows."""
    inner = shape.rstrip(" \t")
    blanks = shape[len(inner) :]
    end = f"(?:{pl.escape_regex(blanks)}|[ \t]*$)" if blanks else r"[:-]" if inner.endswith(":") else ""
    parts = pl.escape_regex(inner if blanks else inner.removesuffix(":"))
    return r"[ \t]*" + parts.replace("0", NUMBERS).replace(SIGN, SESSION).replace(" ", r"[ \t]+") + end
