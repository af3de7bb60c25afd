"""Find stores that people quote in a text, and write them as JSON again, each value on its own line of the text.

    "mcpOAuth": {                                        a piece without the braces around it
      "notes|d9d8866736bfc662": {
        "accessToken": "",      <-- always empty         words behind a value
        "refreshToken": <redacted>, ...                  a value and members that are left out
    {'notes|d9d8866736bfc662': {'serverName': 'notes'    as Python prints it; cut off at the end

What is left out is told to the reader of stores by a member `…`: what such an object does not show is not known.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from mcplog.model.document import StoreDump
from mcplog.model.half_characters import with_whole_characters
from mcplog.model.redaction import MARK
from mcplog.model.store_names import ENTRY_MARKS, LEFT_OUT, SECTION

ENTRY_FIELDS: Final = frozenset(("accessToken", "refreshToken", "clientId", "expiresAt", "redirectUri"))
WORDS: Final = {"true": "true", "false": "false", "null": "null", "True": "true", "False": "false", "None": "null"}
MOST_DEPTH: Final = 32

_TOKEN: Final = re.compile(
    r"""(?P<line>\n(?:[^\S\n]*>)*[^\S\n]*[│|]?)
    | (?P<space>[^\S\n]+)
    | (?P<fence>(?:```|~~~)[^\n]*)
    | (?P<text>(?<!\\)"(?:[^"\\\n]|\\.)*"|(?<![\w\\])'(?:[^'\\\n]|\\.)*'(?!\w)|“[^“”\n]*”)
    | (?P<mark>[{}\[\],:])
    | (?P<number>-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,3})?(?![\w.-]))
    | (?P<left_out>…|\.{3,})
    | (?P<note>(?:<-|←|⬅|//|\#|--)[^\n]*)
    | (?P<word>[^\s{}\[\],:"“]+)""",
    re.VERBOSE,
)
_Token = tuple[str, str, int]  # its name in the pattern, the text, the line


class _Open(Struct):
    """An object or an array while it is read."""

    is_object: bool
    names: set[str] = field(default_factory=set)
    name: str | None = None  # of the member whose value comes next
    is_begun: bool = False
    is_cut: bool = False


def dumps_of(texts: Sequence[tuple[str, bytes]], *, case_id: int, first_store_id: int) -> list[StoreDump]:
    """Return the stores that the texts of one case quote.

    What shows other entries is a store of its own. Two quotes of the same entries are one store at two moments, in the
    order of the text; of quotes that share some of their entries the last one counts, as it may be only a part.

    Args:
        texts: The name of each text, and what stands in it.
        case_id: The case.
        first_store_id: Number of its first store.
    """
    stores: list[tuple[frozenset[str], list[tuple[str, str]]]] = []
    for origin, data in texts:
        for store in quoted_stores(data.decode("utf-8", "replace").replace("\r\n", "\n")):
            keys = _entries(store)
            same = next((quotes for known, quotes in stores if known == keys), [])
            stores = [(known, quotes) for known, quotes in stores if not known & keys]
            stores.append((keys, [*same, (origin, store)]))
    return [
        StoreDump(store_id=first_store_id + number, origin=origin, content=store.encode(), case_id=case_id)
        for number, (_, quotes) in enumerate(stores)
        for origin, store in quotes
    ]


def _entries(store: str) -> frozenset[str]:
    """Return the keys of the entries of a store, or the name of its only one."""
    top = json.loads(store)
    section = top.get(SECTION, top)
    if not isinstance(section, dict):
        return frozenset()
    return frozenset((str(section["serverName"]),) if "serverName" in section else section)


def quoted_stores(text: str) -> Iterator[str]:
    """Yield the stores that are quoted in a text.

    Args:
        text: An issue, a comment, a copy of a terminal.

    Yields:
        JSON objects. Empty lines stand before each, so that its lines are those of the text.
    """
    for tokens in _blocks(text):
        at = 0
        while at < len(tokens):
            begin = _begin(tokens, at)
            if begin is None:
                break
            writer = _Writer(tokens[begin][2])
            at = max(begin + 1, writer.read(tokens, begin))
            if writer.is_store:
                yield writer.written()


def _blocks(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens between two fences, without blanks."""
    block: list[_Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        name = match.lastgroup or ""
        if name == "line":
            line += 1
        if name == "fence":
            yield block
            block = []
        elif name != "space":
            block.append((name, match.group(), line))
    yield block


def _begin(tokens: list[_Token], start: int) -> int | None:
    """Return where the next object begins, or the next section or entry without braces around it."""
    for at in range(start, len(tokens)):
        name, text, _ = tokens[at]
        if text == "{":
            return at
        if name == "text" and _is_entry_key(_plain(text)) and _next(tokens, at) == ":":
            return at
    return None


def _is_entry_key(name: str) -> bool:
    return name == SECTION or bool(re.fullmatch(r".+\|[0-9a-f]{4,16}(?:…|\.{3})?", name))


def _next(tokens: list[_Token], at: int) -> str:
    return next((text for name, text, _ in tokens[at + 1 : at + 4] if name != "line"), "")


def _plain(text: str) -> str:
    """Return what a quoted text says."""
    if text[0] != '"':
        text = json.dumps(text[1:-1].replace("\\'", "'"), ensure_ascii=False)
    try:
        return with_whole_characters(str(json.loads(text)))
    except ValueError:
        return text[1:-1]


class _Writer:
    """Reads one object, piece by piece, and writes it as JSON."""

    def __init__(self, line: int) -> None:
        self.out: list[str] = ["\n" * (line - 1)]
        self.open: list[_Open] = []
        self.is_store = False

    def read(self, tokens: list[_Token], at: int) -> int:
        """Read from a token on; return the place behind what was read."""
        if tokens[at][1] != "{":
            self._opened(is_object=True)
        ends_line = False
        while at < len(tokens):
            name, text, _ = tokens[at]
            at += 1
            if name == "line":
                self.out.append("\n")
                ends_line = False
            elif not ends_line:
                ends_line = self._taken(name, text, _next(tokens, at - 1))
                if not self.open:
                    return at
        self._closed_all()
        return at

    def written(self) -> str:
        """Return the JSON."""
        return "".join(self.out)

    def _taken(self, name: str, text: str, following: str) -> bool:
        """Take one token; return whether the rest of its line is a note."""
        last = self.open[-1] if self.open else None
        if text in ("{", "["):
            if len(self.open) >= MOST_DEPTH or (last is not None and not self._may_have_value(last)):
                return True
            self._opened(is_object=text == "{")
        elif text in ("}", "]"):
            self._closed()
        elif last is None or text in (",", ":"):
            return False
        elif name == "left_out" and not (last.is_object and last.name is not None):
            last.is_cut = True
        elif self._is_name(last, name, following):
            self._named(last, _plain(text) if name == "text" else text)
        elif name == "note" or not self._may_have_value(last):
            return True
        else:
            self._value(last, name, text)
        return False

    def _is_name(self, last: _Open, name: str, following: str) -> bool:
        return last.is_object and last.name is None and name in ("text", "word") and following == ":"

    def _may_have_value(self, last: _Open) -> bool:
        return last.name is not None or not last.is_object

    def _named(self, last: _Open, name: str) -> None:
        self._separated(last)
        last.name = name
        last.names.add(name)
        self.out.append(f"{json.dumps(name, ensure_ascii=False)}:")
        is_entry = bool(last.names.intersection(ENTRY_MARKS) and last.names & ENTRY_FIELDS)
        self.is_store = self.is_store or is_entry or _is_entry_key(name)

    def _value(self, last: _Open, name: str, text: str) -> None:
        if not last.is_object:
            self._separated(last)
        if name == "text":
            self.out.append(json.dumps(_plain(text), ensure_ascii=False))
        else:
            self.out.append(text if name == "number" else WORDS.get(text, json.dumps(MARK)))
        last.name = None

    def _separated(self, last: _Open) -> None:
        self.out.append("," if last.is_begun else "")
        last.is_begun = True

    def _opened(self, *, is_object: bool) -> None:
        if self.open:
            if not self.open[-1].is_object:
                self._separated(self.open[-1])
            self.open[-1].name = None
        self.open.append(_Open(is_object))
        self.out.append("{" if is_object else "[")

    def _closed(self) -> None:
        last = self.open.pop()
        if last.is_object and last.name is not None:
            self.out.append(json.dumps(MARK))
        if last.is_object and last.is_cut:
            self._separated(last)
            self.out.append(f'"{LEFT_OUT[0]}":"{LEFT_OUT[0]}"')
        self.out.append("}" if last.is_object else "]")

    def _closed_all(self) -> None:
        """Close what the text leaves open: it ends in the middle."""
        while self.open:
            self.open[-1].is_cut = True
            self._closed()
