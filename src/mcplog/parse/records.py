"""Split the records of debug files into stamp, level, server and message.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens
    └ event_at               └ level             └ server └ message

Rows of the usual shape are split with expressions. The others (quoted records, unusual quotes in names, an ERROR whose
name nothing else has shown, `[MCP] Server "…"`, tool errors) wait until the names of their case are known and are then
split one by one.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.frames import INSTANT, PLACED
from mcplog.model.vocabulary import Level
from mcplog.parse.heads import HEADS
from mcplog.parse.json_text import decoded
from mcplog.parse.server_names import OPENING, Names, has_colon, split_server

PLACES: Final = ("document_id", "line_from", "line_to", "byte_from", "byte_to")
LEVEL: Final = r"^(?:.{23}Z )?\[([A-Z]+)\] "
COLON: Final = '":'
CONNECTED: Final = '[MCP] Server "'

SplitText = Callable[[str, Names, bool | None], tuple[str | None, str]]

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


class Split(Struct, frozen=True, kw_only=True):
    """Some records, split so far.

    Attributes:
        rows: SPLIT, in the order of the records; where the name is unsure, `message` is all the text behind the level,
            and `server` is null.
        is_named: bool, the line shows the server's name beyond doubt.
    """

    rows: pl.DataFrame
    is_named: pl.Series


class Usual(Struct, frozen=True, kw_only=True):
    """Records split so far.

    Attributes:
        rows: SPLIT, in the order of the records; of the odd ones `message` still is all the text behind the level, and
            `server` is null.
        odd: u32, the numbers of the odd rows, ascending.
        first_messages: `document_id` u32, `server` str, `message` str: the first message about each server whose name
            a line shows beyond doubt.
    """

    rows: pl.DataFrame
    odd: pl.Series
    first_messages: pl.DataFrame


def split_named(records: pl.DataFrame) -> Split:
    """Split the records that show a server's name beyond doubt.

    Args:
        records: RECORDS, one or more; what is returned keeps none of their texts alive.
    """
    server, rest = pl.col("server"), pl.col("rest")
    is_named, messages = records.select_seq(
        (pl.col("is_usual") & (server != "") & rest.str.starts_with(": ")).fill_null(value=False).alias("is_named"),
        rest.str.slice(len(": ")).alias("message"),
    ).get_columns()
    level, servers = records.get_column("level"), records.get_column("server")
    if not is_named.all():
        unsure = (~is_named).arg_true()
        levels, wholes = _wholes(records[["text", *HEADS]][unsure])
        level = level.clone().scatter(unsure, levels)
        servers, messages = servers.clone().scatter(unsure, None), messages.scatter(unsure, wholes)
    rows = records[[*PLACES, "event_at"]].hstack([level, servers, messages])
    return Split(rows=rows, is_named=is_named)


def _wholes(records: pl.DataFrame) -> list[pl.Series]:
    """Return the level of records, and all the text behind it."""
    text, level = pl.col("text"), pl.col("text").str.extract(LEVEL).str.to_lowercase()
    quoted = pl.concat_str(
        pl.lit(OPENING), "server", pl.when(pl.col("rest").is_not_null()).then(pl.lit('"')), "rest", ignore_nulls=True
    )
    return records.select_seq(
        level=pl.when("is_usual").then("level").otherwise(level.cast(PLACED["level"])),
        whole=pl.when("is_usual").then(quoted).otherwise(text.str.replace(LEVEL, "")),
    ).get_columns()


def split_usual(splits: Sequence[Split]) -> Usual:
    """Split all records of the usual shape and set the odd ones apart.

    Args:
        splits: One or more, of documents in their order.
    """
    rows, is_named = pl.concat([split.rows for split in splits]), pl.concat([split.is_named for split in splits])
    first_messages, odd = _firsts(rows[["document_id", "server", "message"]]), pl.Series([], dtype=pl.UInt32)
    if not is_named.all():
        unsure = (~is_named).arg_true()
        is_bare, *bare = _bare(rows[["level", "message"]][unsure])
        changed = zip(("server", "message"), bare, strict=True)
        rows = rows.with_columns(rows.get_column(name).clone().scatter(unsure, column) for name, column in changed)
        odd = unsure.filter(~is_bare)
    return Usual(rows=rows, odd=odd, first_messages=first_messages)


def _bare(unsure: pl.DataFrame) -> list[pl.Series]:
    """Return which records are errors with a plain name and no colon behind it, and server and message of all of them.

    Args:
        unsure: `level` and `message`, all the text behind it.
    """
    server, rest, text = pl.col("field_0"), pl.col("field_1"), pl.col("message")
    is_bare = text.str.starts_with(OPENING) & (server != "") & (pl.col("level") == Level.ERROR)
    is_bare &= rest.str.starts_with(" ") & ~rest.str.contains('"', literal=True)
    is_bare = is_bare.fill_null(value=False)
    parts = text.str.slice(len(OPENING)).str.splitn('"', 2)
    return (
        unsure.with_columns(parts=parts)
        .unnest("parts")
        .select_seq(
            is_bare.alias("is_bare"),
            server=pl.when(is_bare).then(server),
            message=pl.when(is_bare).then(rest.str.slice(1)).otherwise(text),
        )
        .get_columns()
    )


def split_odd(part: Usual, cases: Mapping[int, int], names: Mapping[int, Names], split_text: SplitText) -> pl.DataFrame:
    """Split what `split_usual` left whole.

    Args:
        part: Records split so far.
        cases: Case of each document.
        names: Names known in each case.
        split_text: Splits the text behind the level; `split_text_of` does.

    Returns:
        SPLIT of all rows.
    """
    if not len(part.odd):
        return part.rows
    split = [
        split_text(message, names[cases[document_id]], level == Level.ERROR)
        for document_id, level, message in _odd_rows(part).iter_rows()
    ]
    servers, messages = (pl.Series(values, dtype=pl.String) for values in zip(*split, strict=True))
    return part.rows.with_columns(
        part.rows["server"].clone().scatter(part.odd, servers), part.rows["message"].clone().scatter(part.odd, messages)
    )


def names_in(part: Usual) -> list[tuple[int, str]]:
    """Return document and server name of each odd row whose form leaves no doubt about the name's end."""
    found: list[tuple[int, str]] = []
    if not len(part.odd):
        return found
    for document_id, level, message in _odd_rows(part).unique().iter_rows():
        text = unquoted(message)
        split = split_server(text, Names(), is_error=level == Level.ERROR) if COLON in text else None
        if split is not None and has_colon(text, split[0]):
            found.append((document_id, split[0]))
    return found


def _odd_rows(part: Usual) -> pl.DataFrame:
    return part.rows.select("document_id", "level", "message")[part.odd]


def split_text_of(text: str, names: Names, is_error: bool | None) -> tuple[str | None, str]:  # noqa: FBT001 - a SplitText
    """Return the server, if the text names one, and the message of any text that a record about MCP can have.

    Args:
        text: Behind the level; perhaps one JSON string.
        names: Known in the case.
        is_error: As `split_server` has it.
    """
    text = unquoted(text)
    split = split_server(text, names, is_error=is_error)
    return split if split is not None else (named_in(text, names), text)


def named_in(text: str, names: Names) -> str | None:
    """Return the server that `text` names elsewhere than behind `MCP server`; null when it names none.

    Args:
        text: A record's text without its level.
        names: Known in the case.
    """
    if text.startswith(CONNECTED):
        rest = text[len(CONNECTED) :]
        return names.opening(rest) or rest.rpartition('" ')[0] or None
    return names.of_tool(text.partition(" ")[0]) if text.startswith("mcp__") else None


def unquoted(text: str) -> str:
    """Return the text that a JSON-quoted record holds, else `text` itself.

    A further line, which begins no record, is another program's.
    """
    if not text.startswith('"'):
        return text
    try:
        value = decoded(text.partition("\n")[0])  # a quoted record has its line breaks escaped
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _firsts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each document and server that is named; the rows of one document lie together."""
    owner, server = rows["document_id"], rows["server"]
    if owner[0] == owner[-1]:
        return rows[server.is_first_distinct().arg_true()].drop_nulls("server")
    return rows.drop_nulls("server").unique(["document_id", "server"], keep="first", maintain_order=True)
