"""Split the records of debug files into stamp, level, server and message.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens
    └ event_at               └ level             └ server └ message

Rows of the usual shape are split with expressions. The others (quoted records, unusual quotes in names, an ERROR whose
name nothing else has shown, `[MCP] Server "…"`, tool errors) wait until the names of their case are known and are then
split one by one.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.frames import INSTANT, PLACED, constant
from mcplog.model.vocabulary import Level
from mcplog.parse.json_text import decoded
from mcplog.parse.server_names import OPENING, Names, has_colon, split_server
from mcplog.parse.stamps import STAMP_LENGTH, instants

LONGEST_LEVEL: Final = len("DEBUG")
PLACES: Final = ("document_id", "line_from", "line_to", "byte_from", "byte_to")
STAMP_END: Final = STAMP_LENGTH + 1
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


def split_usual(records: pl.DataFrame, *, stamped: bool) -> Usual:
    """Split the records of the usual shape and set the odd ones apart.

    Args:
        records: RECORDS of any number of documents.
        stamped: All of them begin with a stamp; else some may.
    """
    if stamped:
        return _split_at(records, STAMP_END)
    has_stamp = pl.col("text").str.slice(STAMP_LENGTH - 1, 3) == "Z ["
    later = records.filter(has_stamp)
    if not later.height:
        return _split_at(records, 0)
    first, second = _split_at(records.filter(~has_stamp), 0), _split_at(later, STAMP_END)
    return Usual(
        rows=pl.concat([first.rows, second.rows]),
        odd=pl.concat([first.odd, second.odd + first.rows.height]),
        first_messages=pl.concat([first.first_messages, second.first_messages]),
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
    """Return the text that a JSON-quoted record holds, else `text` itself."""
    if not text.startswith('"'):
        return text
    try:
        value = decoded(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _split_at(records: pl.DataFrame, at: int) -> Usual:
    """Split records whose level begins at character `at`."""
    texts, level = _leveled(records["text"], at)
    text, server, rest = pl.col("text"), pl.col("field_0"), pl.col("field_1")
    begin = at + len("[DEBUG] ")
    read = texts.to_frame("text").select_seq(
        "text",
        is_server=text.str.slice(begin, len(OPENING)) == OPENING,
        parts=text.str.slice(begin + len(OPENING)).str.splitn('"', 2),
    )
    read = read.hstack([level]).unnest("parts")
    named, message = read.select_seq(
        (pl.col("is_server") & (server != "") & rest.str.starts_with(": ")).fill_null(value=False),
        rest.str.slice(len(": ")).alias("message"),
    ).get_columns()
    servers = read["field_0"].alias("server")
    odd = unsure = (~named).arg_true()
    if len(unsure):
        is_bare = pl.col("is_server") & (server != "") & (pl.col("level") == Level.ERROR)
        is_bare &= rest.str.starts_with(" ") & ~rest.str.contains('"', literal=True)
        is_bare = is_bare.fill_null(value=False)
        bare, bare_servers, bare_messages = (
            read[unsure]
            .select_seq(
                is_bare.alias("bare"),
                pl.when(is_bare).then(server),
                message=pl.when(is_bare).then(rest.str.slice(1)).otherwise(text.str.slice(begin)),
            )
            .get_columns()
        )
        servers, message = servers.scatter(unsure, bare_servers), message.scatter(unsure, bare_messages)
        odd = unsure.filter(~bare)
    stamps = instants(records["text"]) if at else constant(None, INSTANT, len(texts)).alias("event_at")
    rows = pl.DataFrame([*(records[name] for name in PLACES), stamps, level, servers, message])
    first = rows.select("document_id", "server", "message")
    return Usual(rows=rows, odd=odd, first_messages=_firsts(first.filter(named) if len(unsure) else first))


def _firsts(named: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each document and server; the rows of one document lie together."""
    owner = named["document_id"]
    if named.height and owner[0] == owner[-1]:
        return named[named["server"].is_first_distinct().arg_true()]
    return named.unique(["document_id", "server"], keep="first", maintain_order=True)


def _leveled(text: pl.Series, at: int) -> tuple[pl.Series, pl.Series]:
    """Return texts whose level begins at character `at`, and their levels; all levels end at one character there."""
    word = text.str.slice(at + 1, LONGEST_LEVEL)
    number = constant(0, pl.UInt8(), len(text))
    for code, level in enumerate(Level):
        is_level = word == f"{level.upper()}]"[:LONGEST_LEVEL]
        if code and is_level.any():
            number += is_level.cast(pl.UInt8) * code
            if len(level) < LONGEST_LEVEL:
                rows = is_level.arg_true()
                text = text.clone().scatter(rows, " " + text.gather(rows))
    return text, number.cat.to(PLACED["level"]).alias("level")
