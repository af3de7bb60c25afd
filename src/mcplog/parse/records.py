"""Split the records of debug files into stamp, level, server and message.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens
    └ event_at               └ level             └ server └ message

Rows of the usual shape are split with expressions. The others (quoted records, unusual quotes in names, an ERROR whose
name nothing else has shown, `[MCP] Server "…"`, tool errors) wait until the names of their case are known and are then
split one by one.

May import: model. Touches: nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT, PLACED
from mcplog.model.vocabulary import Level
from mcplog.parse.server_names import OPENING, Names, split_server
from mcplog.parse.stamps import STAMP_LENGTH, instant

LEVELS: Final = {"D": Level.DEBUG, "E": Level.ERROR, "I": Level.INFO, "W": Level.WARN}
STAMP_END: Final = STAMP_LENGTH + 1
CONNECTED: Final = '[MCP] Server "'

SPLIT: Final = pl.Schema(
    {
        "document_id": pl.UInt32(),
        "line_from": pl.UInt32(),
        "line_to": pl.UInt32(),
        "byte_from": pl.UInt64(),
        "byte_to": pl.UInt64(),
        "event_at": INSTANT,
        "level": PLACED["level"],
        "server": pl.String(),
        "message": pl.String(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """Records split so far.

    Attributes:
        rows: SPLIT, final.
        odd: SPLIT whose `message` still is all the text behind the level, and `server` null.
        names: `document_id` u32, `server` str: names that lines show beyond doubt.
    """

    rows: pl.DataFrame
    odd: pl.DataFrame
    names: pl.DataFrame


def split_usual(records: pl.DataFrame) -> Usual:
    """Split the records of the usual shape and set the odd ones apart.

    Args:
        records: RECORDS of any number of documents.
    """
    text, body, rest = pl.col("text"), pl.col("body"), pl.col("parts").struct.field("field_1")
    is_stamped = text.str.slice(STAMP_LENGTH - 1, 3) == "Z ["
    frame = (
        records.lazy()
        .with_columns(stamped=is_stamped)
        .with_columns(at=pl.when("stamped").then(STAMP_END).otherwise(0))
        .with_columns(letter=text.str.slice(pl.col("at") + 1, 1))
        .with_columns(
            body=text.str.slice(pl.col("at") + pl.when(pl.col("letter").is_in(["I", "W"])).then(7).otherwise(8)),
            event_at=pl.when("stamped").then(instant(pl.when("stamped").then(text))),
            level=pl.col("letter").replace_strict(LEVELS, return_dtype=PLACED["level"]),
        )
        .with_columns(names_server=body.str.starts_with(OPENING), parts=body.str.slice(len(OPENING)).str.splitn('"', 2))
        .with_columns(server=pl.col("parts").struct.field("field_0"), rest=rest)
        .with_columns(
            has_colon=pl.col("names_server") & pl.col("rest").str.starts_with(": "),
            is_spaced=pl.col("names_server") & pl.col("rest").str.starts_with(" ") & (pl.col("letter") == "E"),
        )
        .collect()
    )
    return _apart(frame)


def split_odd(odd: pl.DataFrame, cases: Mapping[int, int], names: Mapping[int, Names]) -> pl.DataFrame:
    """Split what `split_usual` set apart.

    Args:
        odd: SPLIT with all the text in `message`.
        cases: Case of each document.
        names: Names known in each case.

    Returns:
        SPLIT.
    """
    servers, messages = [], []
    for document_id, level, message in odd.select("document_id", "level", "message").iter_rows():
        text = unquoted(message)
        split = split_text(text, names[cases[document_id]], is_error=level == Level.ERROR)
        servers.append(split[0])
        messages.append(split[1])
    return odd.with_columns(
        server=pl.Series(servers, dtype=pl.String), message=pl.Series(messages, dtype=pl.String)
    ).select(SPLIT.names())


def names_in(odd: pl.DataFrame) -> list[tuple[int, str]]:
    """Return document and server name of each odd row whose form leaves no doubt about the name's end."""
    found = []
    rows = odd.filter(pl.col("level") != Level.ERROR).select("document_id", "message")
    for document_id, message in rows.unique().iter_rows():
        split = split_server(unquoted(message), Names(), is_error=False)
        if split is not None:
            found.append((document_id, split[0]))
    return found


def split_text(text: str, names: Names, *, is_error: bool | None) -> tuple[str | None, str]:
    """Return the server, if the text names one, and the message of any text that a record about MCP can have."""
    split = split_server(text, names, is_error=is_error)
    if split is not None:
        return split
    if text.startswith(CONNECTED):
        rest = text[len(CONNECTED) :]
        return names.opening(rest) or rest.rpartition('" ')[0] or None, text
    if text.startswith("mcp__"):
        return names.of_tool(text.partition(" ")[0]), text
    return None, text


def unquoted(text: str) -> str:
    """Return the text that a JSON-quoted record holds, else `text` itself."""
    if not text.startswith('"'):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _apart(frame: pl.DataFrame) -> Usual:
    body = pl.col("body")
    settled = pl.col("has_colon") | (pl.col("is_spaced") & ~pl.col("rest").str.contains('"', literal=True))
    odd = (
        (pl.col("names_server") & ~settled)
        | body.str.starts_with('"')
        | body.str.starts_with(CONNECTED)
        | body.str.starts_with("mcp__")
    )
    message = (
        pl.when("has_colon")
        .then(pl.col("rest").str.slice(2))
        .when("is_spaced")
        .then(pl.col("rest").str.slice(1))
        .otherwise(body)
    )
    flagged = frame.with_columns(odd=odd.fill_null(value=True))
    usual = flagged.filter(~pl.col("odd"))
    rows = usual.with_columns(message=message, server=pl.when("names_server").then("server")).select(SPLIT.names())
    apart = flagged.filter("odd").with_columns(message=body, server=pl.lit(None, dtype=pl.String)).select(SPLIT.names())
    names = usual.filter("has_colon").select("document_id", "server").unique()
    return Usual(rows=rows, odd=apart, names=names)
