"""Entries to events: what each message says, as an event kind with typed fields.

A million entries share a few thousand messages. So: distinct messages → table → fields → join back. Lark is not used
here; `strict_messages.py` does the same with lark alone.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.resources import message_table
from mcplog.model.frames import ENTRIES, EVENT_ROWS, FIELDS, KIND, MESSAGES, PLACED, conform
from mcplog.model.redaction import capped, redact_name, redacted, redacted_names
from mcplog.parse._table import Found, MessageTable, message_tables
from mcplog.parse.details import Match
from mcplog.parse.local_output import OutputTold, told_by_output
from mcplog.parse.message_fields import Patches, field_patches

FindAll = Callable[[Iterable[str]], list[Found]]

FEW_LINES: Final = 2_000
MANY_ENTRIES: Final = 100_000
SAMPLE: Final = 5_000
MOSTLY: Final = 0.8
MOST_UNKNOWN: Final = 20_000
NOT_SHOWN: Final = "[one of very many texts that no alternative matches; not shown]"
UNKNOWN: Final = "unrecognised"
THROWN: Final = "connection_error_thrown"
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
    tables = _tables()
    return read_events_by(entries, key=key, find_all=tables["message"].find_all, match_detail=tables["detail"].match)


def read_events_by(entries: pl.DataFrame, *, key: bytes, find_all: FindAll, match_detail: Match) -> EventTable:
    """Return the events, with the matchers passed in.

    Args:
        entries: ENTRIES.
        key: Of the run's fingerprints.
        find_all: Says what many messages are.
        match_detail: Says what one layer of a detail is.
    """
    entries = _without_flood(conform(entries, ENTRIES))
    numbers, distinct = _numbered(entries["message"])
    lines = first_lines(distinct)
    found = _find(lines, find_all)
    texts = distinct.to_list()
    patches = field_patches(found, texts, key=key, match_detail=match_detail)
    lines = _with_output(lines, patches, list(told_by_output(found, texts)))
    kinds = _kinds(found, len(distinct))
    ids = pl.int_range(len(distinct), dtype=pl.UInt32, eager=True).alias("message_id")
    told = _patched(ids, {"server": pl.String()}, patches).select(named_server="server", is_about=_is_about(distinct))
    rows = entries.select(list(PLACED)).hstack([numbers, kinds.gather(numbers), *told[numbers]])
    if (kinds == THROWN).any():
        rows = rows.with_columns(kind=pl.when(_is_misread()).then(pl.lit(UNKNOWN, dtype=KIND)).otherwise("kind"))
    if (kinds == UNKNOWN).any() or (kinds == THROWN).any():
        rows = rows.filter((pl.col("kind") != UNKNOWN) | pl.col("server").is_not_null() | pl.col("is_about"))
    if told["named_server"].null_count() < len(told):
        changed = redacted_names(told["named_server"].drop_nulls().unique())
        rows = rows.with_columns(server=pl.coalesce("server", pl.col("named_server").replace(changed)))
    messages = _messages(ids, patches, _quotable(lines, kinds))
    return _dense(conform(rows, EVENT_ROWS), conform(messages, MESSAGES))


def recognises(text: str) -> bool:
    """Tell whether a text is a message; for readers that find messages in prose.

    Args:
        text: One line. Bare error texts (`Error: …`, `Abc: …`) do not count: too much else looks like them.
    """
    line = text.strip()
    hit = _tables()["message"].match(f"{line} " if line.endswith(":") else line)
    return hit is not None and hit[0] != THROWN


def first_lines(messages: pl.Series) -> pl.Series:
    """Return the line of each message that says what it is, as the grammar wants it.

    Args:
        messages: String.

    Returns:
        The first lines, trimmed; `…: ` where nothing follows.
    """
    line = pl.col("message").str.replace(r"(?s)\n.*", "").str.strip_chars()
    return (
        pl.DataFrame({"message": messages})
        .select(pl.when(line.str.ends_with(":")).then(line + " ").otherwise(line).alias("message"))
        .to_series()
    )


@cache
def _tables() -> dict[str, MessageTable]:
    return message_tables(message_table())


def _heads() -> str:
    """Return an expression for the beginnings of all messages."""
    return _tables()["message"].beginnings


def _without_flood(entries: pl.DataFrame) -> pl.DataFrame:
    """Put one text for all but the first unknown ones where most of very many entries are unknown.

    Millions of texts that are all different would otherwise be kept, compared and redacted to no use.
    """
    if entries.height <= MANY_ENTRIES:
        return entries
    texts = entries["message"]
    known = rf"^\s*(?:{_heads()}|\[|mcp)"
    if texts.gather_every(len(texts) // SAMPLE).str.contains(known).sum() > MOSTLY * SAMPLE:
        return entries
    strange = (~texts.str.contains(known)).arg_true()
    return entries.with_columns(texts.scatter(strange[MOST_UNKNOWN:], NOT_SHOWN))


def _find(lines: pl.Series, find_all: FindAll) -> list[Found]:
    """Find what every line is; one that is nothing is tried once more without a reader's note behind it."""
    if len(lines) > FEW_LINES:
        # What does not begin like a message is sorted out in the Rust engine, which takes a tenth of the time.
        begun = lines.str.contains(f"^(?:{_heads()})").arg_true()
        if len(begun) < len(lines):
            rows = begun.to_list()
            return [
                replace(way, rows=[rows[row] for row in way.rows]) for way in _find_all(lines.gather(begun), find_all)
            ]
    return _find_all(lines, find_all)


def _find_all(lines: pl.Series, find_all: FindAll) -> list[Found]:
    texts = lines.to_list()
    found = find_all(texts)
    if sum(len(way.rows) for way in found) == len(texts):
        return found
    known = {row for way in found for row in way.rows}
    missed = [row for row in range(len(texts)) if row not in known][:MOST_UNKNOWN]
    noted = [(row, bare) for row in missed if (bare := _without_note(texts[row])) != texts[row]]
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
    names = [UNKNOWN] * height
    for way in found:
        for row in way.rows:
            names[row] = way.name
    return pl.Series("kind", names, dtype=KIND)


def _without_note(text: str) -> str:
    """Return a pasted text without what its reader wrote behind it: `Has refresh token: false    # < --- this`."""
    ends = [at for mark in NOTES if (at := text.find(mark)) > 0]
    return text[: min(ends)].rstrip() if ends else text


def _is_misread() -> pl.Expr:
    """Tell what only looks like a thrown error: `JSON: …` begins like a minified class name, but is no ERROR record."""
    return (pl.col("kind") == THROWN) & pl.col("level").is_in(["debug", "info", "warn"])


def _is_about(messages: pl.Series) -> pl.Series:
    """Tell which messages say that they are about MCP: other unknown texts without a server are no matter of ours."""
    text = pl.col("message")
    is_about = pl.any_horizontal(text.str.starts_with(prefix) for prefix in ABOUT_MCP)
    return messages.to_frame("message").select(is_about).to_series()


def _numbered(messages: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the number of each message among the distinct ones (`message_id`), and these in their order.

    A categorical numbers texts in a third of the time that finding the distinct ones and joining them back takes.
    """
    codes = messages.cast(pl.Categorical(pl.Categories.random())).to_physical()
    firsts = codes.arg_unique().sort()
    known = codes[firsts]
    number_of = pl.Series([0], dtype=pl.UInt32).new_from_index(0, max(known.to_list(), default=0) + 1)
    number_of = number_of.scatter(known, pl.int_range(len(known), dtype=pl.UInt32, eager=True))
    return number_of[codes].alias("message_id"), messages[firsts]


def _patched(ids: pl.Series, schema: Mapping[str, pl.DataType], patches: Patches) -> pl.DataFrame:
    """Return `ids` and the columns of `schema`, null but for their patches, of which the earlier hold."""
    columns = []
    for name, dtype in schema.items():
        column = pl.Series(name, [None], dtype=dtype).new_from_index(0, len(ids))
        for rows, values in reversed(patches.get(name, [])):
            column = column.scatter(pl.Series(rows, dtype=pl.UInt32), pl.Series(values, dtype=dtype))
        columns.append(column)
    return pl.DataFrame([ids, *columns])


def _quotable(lines: pl.Series, kinds: pl.Series) -> pl.Series:
    """Return the lines that may be quoted once they are redacted; of too many unknown texts only the first."""
    unknown = (kinds == UNKNOWN).arg_true()
    return lines if len(unknown) <= MOST_UNKNOWN else lines.scatter(unknown[MOST_UNKNOWN:], NOT_SHOWN)


def _messages(ids: pl.Series, patches: Patches, lines: pl.Series) -> pl.DataFrame:
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
    as_text = {name: pl.String() if dtype == pl.List(pl.String) else dtype for name, dtype in FIELDS.items()}
    lists = [pl.col(name).str.extract_all("[^ ]+") for name in FIELDS if as_text[name] != FIELDS[name]]
    return _patched(ids, as_text, patches).with_columns(*lists, capped(clean[: len(lines)]).alias("excerpt"))


def _dense(rows: pl.DataFrame, messages: pl.DataFrame) -> EventTable:
    """Drop the messages that no event has, and number the rest anew."""
    used = rows.select("message_id").unique()
    if used.height == messages.height:
        return EventTable(rows=rows, messages=messages)
    kept = messages.join(used, on="message_id", how="semi", maintain_order="left").with_row_index("new_id")
    numbered = rows.join(kept.select("message_id", "new_id"), on="message_id", how="left", maintain_order="left")
    return EventTable(
        rows=numbered.with_columns(message_id=pl.col("new_id")).select(EVENT_ROWS.names()),
        messages=kept.with_columns(message_id=pl.col("new_id")).select(MESSAGES.names()),
    )
