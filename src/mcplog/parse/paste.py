"""Read entries out of whatever people paste: logs in Markdown, terminal copies, screens, prose with messages in it.

    > [DEBUG] MCP server "s": Saving tokens           quoted, emphasised, fenced, listed, indented, boxed
    …1312ms: Unauthorized [ERROR] MCP server "s" …    several entries on one line
    MCP server "s": Returning tokens                  without a level; `12:01:37 Starting …` without a server too
    {"debug":"…","timestamp":"…"}                     records of a per-server log
    the log says "Auth result: AUTHORIZED"            told in a sentence: confidence `prose`

May import: model. Touches: nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mcplog.model.client_version import told_version
from mcplog.model.document import Document
from mcplog.model.vocabulary import GapReason, Level
from mcplog.parse.formats import Form
from mcplog.parse.paste_lines import Line, lines_of
from mcplog.parse.paste_reader import PasteReader
from mcplog.parse.paste_runs import run_seams
from mcplog.parse.paste_texts import ESCAPED
from mcplog.parse.pasted_entry import PastedEntry
from mcplog.parse.places import Hole, Row, TextPlaces
from mcplog.parse.records import split_text_of
from mcplog.parse.server_log import clean
from mcplog.parse.server_names import OPENING, Names, is_placeholder, split_server

NONE_KNOWN: Final = Names()
NAMING: Final = (  # a server stands behind them
    "Authentication successful. Connected to ",
    "Authentication successful. Reconnected to ",
    "Signed in and connected to ",
    "Successfully reconnected to ",
    "Failed to reconnect to ",
    "Tried reconnecting to ",
)
PASTE_BYTES: Final = 64 * 1024 * 1024
EXACT: Final = ("claude-code/", "cc_version=")
CLIENT: Final = ("claude code", "claude-code", "claude cli", "claude version", "claude --version")
VERSION_WORDS: Final = (*EXACT, *CLIENT, "version", "client ")
NEAR_WORDS: Final = 6
LEADING: Final = "v(`"
AROUND: Final = "`*_:;,.()[]{}|'\"-"
OTHER_PROGRAMS: Final = frozenset(
    (
        *("server", "serverinfo", "clientinfo", "plugin", "extension", "sdk", "node", "node.js", "npm", "python", "uv"),
        *("app", "desktop", "code", "vscode", "cursor", "inspector", "bridge", "mcp-remote", "docker", "os", "e.g"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a paste holds.

    Attributes:
        rows: In order; none overlap.
        holes: Where something was left out.
        line_count: Lines of the document.
        client_version: As it says of itself; null when it does not.
    """

    rows: tuple[Row, ...]
    holes: tuple[Hole, ...]
    line_count: int
    client_version: str | None


def read_paste(
    document: Document, form: Form, names: Names, looks_like_message: Callable[[str], bool] | None
) -> Pasted:
    """Read the entries of a paste.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: How many bytes to skip at the beginning.
        names: Server names known in the document's case.
        looks_like_message: Says whether a text without any prefix is a message of the client.
    """
    data = document.content.slice(form.skip, min(document.content.size, form.skip + PASTE_BYTES))
    text = data.decode("utf-8", "surrogateescape")
    lines = list(lines_of(text))
    reader = PasteReader(text=text, lines=lines, looks_like=looks_like_message or _nothing)
    reader.read()
    entries = sorted(reader.done, key=lambda entry: (entry.start, entry.end))
    for entry in entries:
        if entry.is_member:
            entry.message = entry.message.rstrip('",').replace('\\"', '"')
    known = names.with_more(names.in_one_line(name) for name in _names_in(entries))
    rows = tuple(_rows(entries, document, form, text, known))
    version = version_in(lines)
    holes = [*_holes(reader.omissions, rows, document, form, text), *run_seams(lines, rows, version)]
    line_count = text.count("\n") + (not text.endswith("\n") and bool(text))
    if form.skip + len(data) < document.content.size:
        rest = Hole(
            document_id=document.document_id,
            line_from=line_count,
            line_to=line_count,
            byte_from=form.skip + len(data),
            byte_to=document.content.size,
            reason=GapReason.LIMIT,
        )
        holes.append(rest)
    return Pasted(rows=rows, holes=tuple(holes), line_count=line_count, client_version=version)


def _nothing(text: str) -> bool:
    return not text


def version_in(lines: Sequence[Line]) -> str | None:
    """Return the client version that a paste tells: of a user agent, else beside its name, else of a bare version.

    Args:
        lines: Of the paste.
    """
    named = bare = None
    for line in lines:
        low = line.text.lower()
        if not any(word in low for word in VERSION_WORDS):
            continue
        for mark in EXACT:
            if mark in low:
                return _number_at(line.text, low.index(mark) + len(mark)) or named or bare
        named = named or next((found for mark in CLIENT if mark in low and (found := _beside(low, mark))), None)
        bare = bare or _first_number(low.split())
    return named or bare


def _beside(low: str, mark: str) -> str | None:
    """Return the version that stands right before or soon behind the client's name: `2.1.30 (Claude Code)`."""
    before, _, behind = low.partition(mark)
    return _first_number(behind.split()[:NEAR_WORDS]) or _first_number(before.rstrip("( ").split()[-1:])


def _first_number(words: Sequence[str]) -> str | None:
    """Return the first version in some words, if none of them names another program, whose version it would be."""
    for word in words:
        if word.strip(AROUND) in OTHER_PROGRAMS:
            return None
        if (found := _number_at(word.lstrip(LEADING), 0)) is not None:
            return found
    return None


def _number_at(text: str, at: int) -> str | None:
    end = at
    while end < len(text) and (text[end].isdigit() or text[end] == "."):
        end += 1
    return told_version(text[at:end].strip(".").split("."))


def _names_in(entries: Sequence[PastedEntry]) -> Iterator[str]:
    for entry in entries:
        if entry.is_listed and entry.server:
            yield entry.server
        if entry.names_server and entry.level != Level.ERROR:
            split = split_server(_plain(entry.message), NONE_KNOWN, is_error=None)
            if split is not None and "\n" not in split[0]:
                yield split[0]


def _only_server(entries: Sequence[PastedEntry], names: Names) -> str | None:
    """Return the one server that a paste names anywhere: what it tells without a name is about that one."""
    found = {names.on_screen(entry.server) for entry in entries if entry.server}
    for entry in entries:
        for part in _plain(entry.message).split(OPENING)[1:]:
            found.add(names.opening(part) or part.partition('"')[0])
    found = {name for name in found if name and not is_placeholder(name)}
    return found.pop() if len(found) == 1 else None


def _unless_another(only: str | None, message: str) -> str | None:
    """Return the `only` server of a paste; null for a message that names another one."""
    if only is None:
        return None
    named = next((message.removeprefix(words) for words in NAMING if message.startswith(words)), only)
    return clean(only) if named.lower().startswith(only.lower()) else None


def _plain(message: str) -> str:
    """Return a message whose quotes are escaped as they were before; who copied it may have bared some of them."""
    if message.startswith((ESCAPED, f'"{ESCAPED}', f'"{OPENING}')):
        bare = message.removeprefix('"').rstrip("\\")
        bare = bare.removesuffix('"') if message.startswith('"') else bare
        try:
            return str(json.loads(f'"{bare}"'))
        except ValueError:
            return bare.replace('\\"', '"')
    return message


def _rows(entries: Sequence[PastedEntry], document: Document, form: Form, text: str, names: Names) -> Iterator[Row]:
    places = TextPlaces(text, form.skip)
    only = _only_server(entries, names)
    reached = 0
    for entry in entries:
        if entry.start < reached or entry.end <= entry.start:
            continue
        reached = entry.end
        (line_from, byte_from), (line_to, byte_to) = places.at(entry.start), places.at(entry.end)
        server, message = names.on_screen(entry.server), entry.message
        if entry.names_server:
            is_error = None if entry.level == Level.NONE else entry.level == Level.ERROR
            named, message = split_text_of(_plain(message), names, is_error)
            server = names.in_one_line(named) if named is not None else server
        if server is not None and is_placeholder(server):
            server = None
        yield Row(
            document_id=document.document_id,
            line_from=line_from,
            line_to=line_to,
            byte_from=byte_from,
            byte_to=byte_to,
            at_ms=entry.at_ms,
            basis=entry.basis,
            level=entry.level,
            confidence=entry.confidence,
            server=clean(server) if server is not None else _unless_another(only, message),
            session_id=entry.session_id,
            message=clean(message).lstrip(),
        )


def _holes(omissions: Sequence[Line], rows: Sequence[Row], document: Document, form: Form, text: str) -> Iterator[Hole]:
    """Yield the marks of omission that stand between the first and the last entry."""
    if not rows:
        return
    places = TextPlaces(text, form.skip)
    for line in omissions:
        (number, byte_from), (_, byte_to) = places.at(line.start), places.at(line.end)
        if rows[0].line_from <= number <= rows[-1].line_to:
            yield Hole(
                document_id=document.document_id,
                line_from=number,
                line_to=number,
                byte_from=byte_from,
                byte_to=byte_to,
                reason=GapReason.CUT,
            )
