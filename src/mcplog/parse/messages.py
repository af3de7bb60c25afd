"""Entries to events: what each message says, as an event kind with typed fields.

A million entries share a few thousand messages. So: distinct messages → table → fields → join back. Lark is not used
here; `strict_messages.py` does the same with lark alone.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.facts import NUMBERS
from mcplog.model.frames import ENTRIES, EVENT_ROWS, FIELDS, KIND, MESSAGES, PLACED, conform, constant
from mcplog.model.redaction import capped, redact_name, redacted, redacted_names
from mcplog.model.vocabulary import Level
from mcplog.parse._table import Found, Hit
from mcplog.parse.details import Match
from mcplog.parse.floods import MOST_UNKNOWN, NOT_SHOWN, flood_in, numbered_but
from mcplog.parse.local_output import OutputTold, told_by_output
from mcplog.parse.message_fields import Patches, field_patches
from mcplog.parse.tables import tables

FindAll = Callable[[Sequence[str]], list[Found]]

UNKNOWN: Final = "unrecognised"
THROWN: Final = "connection_error_thrown"
ON_SCREENS: Final = ("server_screen_shown", "server_listed")
OWN_ERRORS: Final = frozenset({"DETAIL__SIGN_IN", "DETAIL__CONNECTION", "DETAIL__ANSWER", "DETAIL__METADATA"})
MOST_CLASSES: Final = 4  # before the text of an error: `Error: McpError: …`
ABOUT_MCP: Final = ("[MCP]", "[claudeai-mcp]", "mcp runtime arm")
NOTES: Final = ("  ", "\t", " <-", " ←", " #", " //", " ❌", " ✅", " ⚠", " …")
FREE_TEXT: Final = (
    "error_description",
    "oauth_error",
    "url",
    "other_url",
    "redirect_uri",
    "tool",
    "error_code",
    "version",
    "reason",
)


class EventTable(Struct, frozen=True):
    """The events of a run.

    Attributes:
        rows: EVENT_ROWS: one row an event, in the order of the entries.
        messages: MESSAGES: one row a distinct message; `message_id` is its row number.
    """

    rows: pl.DataFrame
    messages: pl.DataFrame


def read_events(entries: pl.DataFrame, *, key: bytes) -> EventTable:
    """Return the events that the entries tell.

    An entry that no alternative matches becomes `unrecognised` when it names a server or says that it is about MCP; if
    not, it is left out.

    Args:
        entries: ENTRIES, n rows.
        key: Of the run's fingerprints.

    Returns:
        At most n events. Secrets of the messages are in no field: tokens, codes and client ids are fingerprints, free
        text is redacted.

    Raises:
        FrameError: `entries` is no ENTRIES frame.
        KnowledgeError: The table of messages is damaged.
    """
    by_start = tables()
    return read_events_by(
        entries, key=key, find_all=by_start["message"].find_all, match_detail=by_start["detail"].match
    )


def read_events_by(entries: pl.DataFrame, *, key: bytes, find_all: FindAll, match_detail: Match) -> EventTable:
    """Return the events, with the matchers passed in.

    Args:
        entries: ENTRIES.
        key: Of the run's fingerprints.
        find_all: Says what many messages are.
        match_detail: Says what one layer of a detail is.
    """
    entries = conform(entries, ENTRIES)
    numbers, distinct = numbered_but(entries["message"], flood_in(entries["message"], _known))
    lines = first_lines(distinct)
    found = _find_all(lines.to_list(), find_all)
    patches = field_patches(found, distinct, key=key, match_detail=match_detail)
    lines = _with_output(lines, patches, list(told_by_output(found, distinct)))
    kinds = _kinds(found, len(distinct))
    kind, server = kinds[numbers], entries["server"]
    if (kinds == THROWN).any():
        kind = kind.zip_with(~_is_misread(kind, entries["level"]), constant(UNKNOWN, KIND, len(kind)))
    rows = entries[list(PLACED)].hstack([kind, numbers])
    named = _column("server", constant(None, pl.String(), len(distinct)), patches)
    if named.null_count() < len(named):
        named = named.replace(redacted_names(named.drop_nulls().unique()))
        own = named[numbers]
        # What a message without a head is about is a guess from what stands around it, unless it says so itself. On
        # screens a name may have a capital that is not its own, or a mark before it.
        is_named = own.is_not_null() & ~kind.is_in(ON_SCREENS) & (entries["level"] == Level.NONE)
        is_said = server.is_not_null() & ~is_named
        rows = rows.with_columns(server.zip_with(is_said, own))
    is_event = (kind != UNKNOWN) | server.is_not_null()
    if not is_event.all():
        rows = rows.filter(is_event | _is_about(distinct)[numbers])
    messages = _messages(patches, _quotable(lines, kinds))
    return _dense(conform(rows, EVENT_ROWS), conform(messages, MESSAGES))


def recognises(text: str) -> bool:
    """Tell whether a text is a message; for readers that find messages in prose.

    Args:
        text: One line. Bare error texts (`Error: …`, `Abc: …`) count where they are found in nothing else: too much
            else looks like them.
    """
    hit = _message_at(text)
    return hit is not None and (hit[0] != THROWN or _is_own_error(hit))


def _message_at(text: str) -> Hit | None:
    line = text.strip()
    return tables()["message"].match(f"{line} " if line.endswith(":") else line)


def _is_own_error(hit: Hit) -> bool:
    """Return whether what was thrown is an error found in nothing else, perhaps behind names of classes."""
    for _ in range(MOST_CLASSES):
        _, names, values = hit
        if not OWN_ERRORS.isdisjoint(names):
            return True
        inner = _message_at(values[names.index("DETAIL")]) if "DETAIL" in names else None
        if inner is None:
            return False
        hit = inner
    return False


def first_lines(messages: pl.Series) -> pl.Series:
    """Return the line of each message that says what it is, as the grammar wants it.

    Args:
        messages: String.

    Returns:
        The first lines, trimmed; `…: ` where nothing follows.
    """
    text = pl.col("text")
    asked = messages.to_frame("text").select_seq(text.str.contains("\n", literal=True), line=text.str.strip_chars())
    goes_on, lines = asked.get_columns()
    if goes_on.any():
        first = messages.filter(goes_on).str.replace(r"(?s)\n.*", "").str.strip_chars()
        lines = lines.scatter(goes_on.arg_true(), first)
    is_open = lines.str.ends_with(":").arg_true()
    return lines.scatter(is_open, lines[is_open] + " ") if len(is_open) else lines


def _known() -> str:
    """Return an expression for the beginnings of all messages, and of what else may be about MCP."""
    return rf"^\s*(?:{tables()['message'].beginnings}|\[|mcp)"


def _find_all(lines: Sequence[str], find_all: FindAll) -> list[Found]:
    """Find what every line is; one that is nothing is tried once more without a reader's note behind it."""
    found = find_all(lines)
    if sum(len(way.rows) for way in found) == len(lines):
        return found
    known = {row for way in found for row in way.rows}
    missed = [row for row in range(len(lines)) if row not in known][:MOST_UNKNOWN]
    whole = "\n".join(lines[row] for row in missed)
    notes = [mark for mark in NOTES if mark in whole]
    noted = [(row, bare) for row in missed if (bare := _without_note(lines[row], notes)) != lines[row]] if notes else []
    again = find_all([bare for _, bare in noted])
    return found + [replace(way, rows=[noted[row][0] for row in way.rows]) for way in again]


def _with_output(lines: pl.Series, patches: Patches, told: Sequence[OutputTold]) -> pl.Series:
    """Add to `patches` what output tells; return the lines to quote, each with the later line that tells it."""
    if not told:
        return lines
    patches.setdefault("reason", []).append(([one.row for one in told], [one.reason for one in told]))
    later = [one for one in told if one.line is not None]
    return lines.scatter([one.row for one in later], [f"{lines[one.row]} … {one.line}" for one in later])


def _kinds(found: Sequence[Found], height: int) -> pl.Series:
    told = [NUMBERS[UNKNOWN]] * height
    for way in found:
        code = NUMBERS[way.name]
        for row in way.rows:
            told[row] = code
    return pl.Series("kind", told, dtype=pl.UInt16).cat.to(KIND)


def _without_note(text: str, notes: Sequence[str]) -> str:
    """Return a pasted text without what its reader wrote behind it: `Has refresh token: false    # < --- this`."""
    ends = [at for mark in notes if (at := text.find(mark)) > 0]
    return text[: min(ends)].rstrip() if ends else text


def _is_misread(kind: pl.Series, level: pl.Series) -> pl.Series:
    """Tell what only looks like a thrown error: `JSON: …` begins like a minified class name, but is no ERROR record."""
    return (kind == THROWN) & ((level == Level.DEBUG) | (level == Level.INFO) | (level == Level.WARN))


def _is_about(messages: pl.Series) -> pl.Series:
    """Tell which messages say that they are about MCP: other unknown texts without a server are no matter of ours."""
    return reduce(or_, (messages.str.starts_with(prefix) for prefix in ABOUT_MCP))


def _column(name: str, nulls: pl.Series, patches: Patches) -> pl.Series:
    """Return a field of all messages: `nulls` but for its patches, of which the earlier hold."""
    column = nulls.clone().alias(name)
    for rows, values in reversed([patch for patch in patches.get(name, []) if patch[0]]):
        column = column.scatter(pl.Series(rows, dtype=pl.UInt32), pl.Series(values, dtype=nulls.dtype))
    return column


def _quotable(lines: pl.Series, kinds: pl.Series) -> pl.Series:
    """Return the lines that may be quoted once they are redacted; of too many unknown texts only the first."""
    unknown = (kinds == UNKNOWN).arg_true()
    return lines if len(unknown) <= MOST_UNKNOWN else lines.scatter(unknown[MOST_UNKNOWN:], NOT_SHOWN)


def _messages(patches: Patches, lines: pl.Series) -> pl.DataFrame:
    """Return MESSAGES; free text of all its columns is redacted in one go."""
    texts = list({text for name in FREE_TEXT for _, values in patches.get(name, []) for text in values})
    clean = redacted(pl.concat([lines.rechunk(), pl.Series(texts, dtype=pl.String)]))
    by_text = dict(zip(texts, clean[len(lines) :], strict=True))
    for name in FREE_TEXT:
        patches[name] = [(rows, [by_text[text] for text in values]) for rows, values in patches.get(name, [])]
    patches["scope"] = [
        (rows, [redact_name(str(text)) if text else text for text in values])
        for rows, values in patches.get("scope", [])
    ]
    columns = [pl.int_range(len(lines), dtype=pl.UInt32, eager=True).alias("message_id")]
    nulls = {dtype: constant(None, dtype, len(lines)) for dtype in {*FIELDS.values(), pl.String()}}
    for name, dtype in FIELDS.items():
        if dtype == pl.List(pl.String):
            columns.append(_column(name, nulls[pl.String()], patches).str.extract_all("[^ ]+"))
        else:
            columns.append(_column(name, nulls[dtype], patches))
    return pl.DataFrame([*columns, capped(clean.head(len(lines))).alias("excerpt")])


def _dense(rows: pl.DataFrame, messages: pl.DataFrame) -> EventTable:
    """Drop the messages that no event has, and number the rest anew."""
    used = rows.get_column("message_id").unique()
    if len(used) == messages.height:
        return EventTable(rows=rows, messages=messages)
    is_used = constant(value=False, dtype=pl.Boolean(), height=messages.height).scatter(used, values=True)
    kept = messages.filter(is_used)
    numbers = pl.int_range(kept.height, dtype=pl.UInt32, eager=True)
    number_of = constant(0, pl.UInt32(), messages.height).scatter(kept.get_column("message_id"), numbers)
    numbered = number_of[rows.get_column("message_id")].alias("message_id")
    return EventTable(
        rows=rows.with_columns(numbered).select(EVENT_ROWS.names()),
        messages=kept.with_columns(numbers.alias("message_id")).select(MESSAGES.names()),
    )
