"""The same entries of debug files from lark alone.

Slow on purpose: `--strict-grammar` uses it, and a test holds it equal to the quick reader. Nothing on the normal path
imports it, since lark costs more to import than a small analysis.

May import: model, knowledge, lark. Touches: nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import polars as pl
from lark import Lark, Token, Tree, UnexpectedInput

from mcplog.knowledge.resources import grammar
from mcplog.model.document import Document
from mcplog.model.frames import INSTANT
from mcplog.model.vocabulary import Level
from mcplog.parse.debug_chunks import MESSAGE_BYTES
from mcplog.parse.debug_entries import TAIL_BYTES, DebugFiles, Span, span_of
from mcplog.parse.debug_lines import is_mark
from mcplog.parse.entries import NO_NAMES, Parsed, Ways, read_entries_by
from mcplog.parse.formats import Form, without_ansi
from mcplog.parse.records import SPLIT, Usual, named_in, unquoted
from mcplog.parse.server_names import OPENING, Names, has_colon
from mcplog.parse.stamps import stamp_ms

STARTS: Final = ("opening", "record", "text", "error", "object", "pasted", "answered")
LEVELS: Final = {f"[{level.upper()}] ": level for level in Level}


def read_entries_strictly(
    documents: Sequence[Document],
    *,
    known_servers: Mapping[int, frozenset[str]] = NO_NAMES,
    looks_like_message: Callable[[str], bool] | None = None,
) -> Parsed:
    """Return what `read_entries` returns, debug files read line by line with lark.

    Args:
        documents: As there.
        known_servers: As there.
        looks_like_message: As there.
    """
    ways = Ways(debug=StrictDebugReader(), split_text=split_with_lark)
    return read_entries_by(documents, ways, known_servers=known_servers, looks_like_message=looks_like_message)


class StrictDebugReader:
    """Takes debug files one by one and reads every line with lark."""

    def __init__(self) -> None:
        self._rows: list[tuple[object, ...]] = []
        self._first: list[tuple[int, str, str]] = []
        self._versions: dict[int, str] = {}
        self._spans: dict[int, Span] = {}
        self._line_counts: dict[int, int] = {}

    def add(self, document: Document, form: Form, head: bytes) -> None:
        """Read one document, whole.

        Args:
            document: The debug file.
            form: Its form.
            head: Its first bytes; not needed.
        """
        del head
        data = document.content.slice(form.skip, document.content.size)
        self._spans[document.document_id] = span_of(data[:TAIL_BYTES], data, form)
        self._line_counts[document.document_id] = data.count(b"\n") + (not data.endswith(b"\n"))
        for row in _records(data, document.document_id, form):
            self._rows.append(row)
            text = unquoted(str(row[-1]))
            server, message = split_with_lark(text, Names(), row[6] == Level.ERROR)
            if server is not None and has_colon(text, server):
                self._first.append((document.document_id, server, message))

    def finish(self) -> DebugFiles:
        """Return the records of all documents, their text still whole."""
        schema = {"document_id": pl.UInt32(), "server": pl.String(), "message": pl.String()}
        first = pl.DataFrame(self._first, schema=schema, orient="row")
        rows = pl.DataFrame(self._rows, schema={**SPLIT, "event_at": pl.Int64()}, orient="row")
        part = Usual(
            rows=rows.cast({"event_at": INSTANT}),
            odd=pl.int_range(rows.height, dtype=pl.UInt32, eager=True),
            first_messages=first.unique(["document_id", "server"], keep="first", maintain_order=True),
        )
        return DebugFiles(parts=(part,), spans=self._spans, line_counts=self._line_counts)


def split_with_lark(text: str, names: Names, is_error: bool | None) -> tuple[str | None, str]:  # noqa: FBT001 - a SplitText
    """Return server and message of the text behind a record's level, as the grammar splits it.

    Args:
        text: Behind the level; perhaps one JSON string.
        names: Known in the case; they come before the grammar.
        is_error: The level is ERROR.
    """
    text = unquoted(text)
    known = names.opening(text[len(OPENING) :]) if text.startswith(OPENING) else None
    if known is not None:
        rest = text[len(OPENING) + len(known) + 1 :]
        return known, rest.removeprefix(":").removeprefix(" ")
    tree = _parse("error" if is_error else "text", text)
    if tree is None or tree.data != "server":
        return named_in(text, names), text
    name, *message = (str(token) for token in tree.children)
    return name.removesuffix(" ").removesuffix(":").removesuffix('"'), "".join(message)


@cache
def _lark() -> Lark:
    return Lark(grammar("entry.lark"), parser="lalr", lexer="contextual", start=list(STARTS))


def _parse(start: str, text: str) -> Tree[Token] | None:
    try:
        return _lark().parse(text, start=start)
    except UnexpectedInput:
        return None


def _records(data: bytes, document_id: int, form: Form) -> Iterator[tuple[object, ...]]:
    """Yield rows of SPLIT, the text behind the level as message, of the records that the grammar knows."""
    lines = data.removesuffix(b"\n").split(b"\n")
    begins = [at for at, line in enumerate(lines) if _begins(line, form)]
    offset = [form.skip]
    for line in lines:
        offset.append(offset[-1] + len(line) + 1)
    for first, following in zip(begins, [*begins[1:], len(lines)], strict=True):
        marks = (at for at in range(first + 1, following) if is_mark(lines[at].decode("utf-8", "replace").rstrip("\r")))
        last = next(marks, following) - 1
        while last > first and not lines[last].strip():
            last -= 1
        text = "\n".join(_text(line, form) for line in lines[first : last + 1])[:MESSAGE_BYTES]
        tree = _parse("record", text)
        if tree is None:
            continue
        tokens = [token for token in tree.children if isinstance(token, Token)]
        level = next(LEVELS[token] for token in tokens if token.type.startswith("LEVEL"))
        stamp = next((stamp_ms(token) for token in tokens if token.type == "STAMP"), None)
        behind = sum(len(token) for token in tokens) + any(token.type == "STAMP" for token in tokens)
        end = offset[last + 1] - 1 - lines[last].endswith(b"\r")
        yield document_id, first + 1, last + 1, offset[first], end, stamp, level, None, text[behind:]


def _begins(line: bytes, form: Form) -> bool:
    tree = _parse("opening", _text(line, form)[:64])
    if tree is None:
        return False
    return not form.stamped or any(isinstance(token, Token) and token.type == "STAMP" for token in tree.children)


def _text(line: bytes, form: Form) -> str:
    bare = line.removesuffix(b"\r")
    return (without_ansi(bare) if form.ansi else bare).decode("utf-8", "replace")
