"""Which server a line is about, although names are written raw.

    [DEBUG] MCP server "q"uote": Returning tokens        a colon follows the name
    [ERROR] MCP server "q"uote" Error: Unauthorized      no colon follows it
    mcp-logs-q-uote/                                     the folder of its own log: the name, mangled

Quotes and backslashes inside a name are not escaped, so a line alone does not always say where its name ends. Names
that other lines, folders or the store have shown settle it; without them the colon form ends at its first `": `, the
other form at the last place that a message can begin.

May import: model. Touches: nothing.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import force_setattr

PLACEHOLDERS: Final = ("<>", "[]", "{}")
NO_NAMES: Final = ("undefined", "null")
OPENING: Final = 'MCP server "'
MOST_CANDIDATES: Final = 1000
_AS_LETTERS: Final = {also: str.maketrans(also, "x" * len(also)) for also in ("-", "-_")}
LONGEST_CLASS_NAME: Final = 5  # minified error classes: `i1A`, `GWA`, `Ua$`


def mangle(name: str) -> str:
    """Return `name` as the folder of its per-server log writes it.

    Source:
        Recorded folders: every character that is not an ASCII letter, digit or `-` becomes `-`, also `_`: `a: b` is
        `a--b`, `my_server` is `my-server`. Nothing beyond the basic plane was recorded.
    """
    return name if _is_plain(name, "-") else "".join(char if _is_plain(char, "-") else "-" for char in name)


def tool_prefix(name: str) -> str:
    """Return `name` as the names of its tools write it: `mcp__<prefix>__<tool>`."""
    return name if _is_plain(name, "-_") else "".join(char if _is_plain(char, "-_") else "_" for char in name)


def _is_plain(text: str, also: str) -> bool:
    """Return whether `text` is nothing but ASCII letters, digits and what `also` names."""
    return text.isascii() and text.translate(_AS_LETTERS[also]).isalnum()


class Names(Struct, frozen=True):
    """The server names that are known in one case.

    Attributes:
        known: As written by the client or the user.
    """

    known: frozenset[str] = frozenset()
    _with_quote: tuple[str, ...] = ()
    _by_folder: dict[str, str | None] = {}
    _by_prefix: dict[str, str | None] = {}
    _by_line: dict[str, str | None] = {}

    def __post_init__(self) -> None:
        """Index the names once; a key that two names share leads to none."""
        force_setattr(self, "_with_quote", tuple(name for name in self.known if '"' in name))
        force_setattr(self, "_by_folder", _unique((mangle(name), name) for name in self.known))
        force_setattr(self, "_by_prefix", _unique((tool_prefix(name), name) for name in self.known))
        broken = ((" ".join(name.splitlines()), name) for name in self.known if len(name.splitlines()) > 1)
        force_setattr(self, "_by_line", _unique(broken))

    def of_folder(self, mangled: str) -> str:
        """Return the one known name that mangles to `mangled`, else `mangled` itself."""
        return self._by_folder.get(mangled) or mangled

    def of_tool(self, tool: str) -> str | None:
        """Return the one known name that `mcp__<name>__<tool>` can mean; null when none or several can."""
        rest = tool.removeprefix("mcp__")
        ends = [at for at in range(len(rest)) if rest.startswith("__", at)]
        found = {name for at in ends if (name := self._by_prefix.get(rest[:at]))}
        return found.pop() if len(found) == 1 else None

    def on_screen(self, name: str | None) -> str | None:
        """Return the one known name that a screen's `name` can mean, which may begin with a capital; else `name`."""
        if name is None or name in self.known:
            return name
        alike = [known for known in self.known if known[1:] == name[1:] and known[:1].upper() == name[:1]]
        return alike[0] if len(alike) == 1 else name

    def in_one_line(self, name: str) -> str:
        """Return the one known name with a line end in it that a paste in one line writes as `name`; else `name`."""
        return name if name in self.known else self._by_line.get(name) or name

    def with_more(self, names: Iterable[str]) -> "Names":
        """Return these names and `names`."""
        return Names(self.known.union(names))

    def opening(self, text: str) -> str | None:
        """Return the longest known name after which `text` (past the opening quote) goes on with `": ` or `" `."""
        fits = [name for name in self._with_quote if _follows(text, name)]
        plain = text.partition('"')[0]
        if plain in self.known and _follows(text, plain):
            fits.append(plain)
        return max(fits, key=len, default=None)


def split_server(text: str, names: Names, *, is_error: bool | None) -> tuple[str, str] | None:
    """Split the text of an entry that begins with `MCP server "` into the server's name and the message.

    Args:
        text: The entry's text behind its level, continuation lines included.
        names: What is known of names.
        is_error: The entry's level is ERROR, whose form has no colon; null where no level is told.

    Returns:
        Name and message; null when the text has another form.
    """
    if not text.startswith(OPENING):
        return None
    rest = text[len(OPENING) :]
    name = names.opening(rest)
    if name is None:
        name = _name_by_form(rest, is_error=is_error)
    if name is None:
        return None
    message = rest[len(name) + 1 :]
    return name, message[1:].removeprefix(" ") if message.startswith(":") else message.removeprefix(" ")


def has_colon(text: str, name: str) -> bool:
    """Return whether `text` shows `name` in the form with a colon, which leaves no doubt about the name's end."""
    return text.startswith(f'{OPENING}{name}":')


def _name_by_form(rest: str, *, is_error: bool | None) -> str | None:
    colon = _colon_name(rest)
    if is_error or (is_error is None and colon is not None and '" ' in colon):
        return _spaced_name(rest) or colon
    return colon or _spaced_name(rest)


def _follows(text: str, name: str) -> bool:
    return text.startswith(name) and text[len(name) : len(name) + 2] in ('":', '" ')


def _colon_name(rest: str) -> str | None:
    ends = [at for mark in ('": ', '":\n') if (at := rest.find(mark, 1)) > 0]
    if not ends and rest.endswith('":') and len(rest) > len('":'):
        ends.append(len(rest) - 2)
    return rest[: min(ends)] if ends else None


def _spaced_name(rest: str) -> str | None:
    """Return the first candidate behind which a message can begin, else the first; none reaches behind a `": `."""
    colon = rest.find('": ')
    stop = colon + 1 if colon >= 0 else len(rest)
    first = at = rest.find('" ', 1, stop + 1)
    tries = 0
    while at >= 0 and tries < MOST_CANDIDATES:
        if _can_begin_message(rest[at + 2 : at + 2 + LONGEST_CLASS_NAME + 1]):
            return rest[:at]
        at = rest.find('" ', at + 1, stop + 1)
        tries += 1
    return rest[:first] if first > 0 else None


def _can_begin_message(text: str) -> bool:
    word = text.partition(":")[0].partition(" ")[0]
    is_class_name = 0 < len(word) <= LONGEST_CLASS_NAME and any("A" <= char <= "Z" or char == "$" for char in word)
    return "A" <= text[:1] <= "Z" or text[:1] in tuple("[({") or is_class_name


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, name in pairs:
        found[key] = name if found.get(key, name) == name else None
    return found


def is_placeholder(name: str) -> bool:
    """Return whether `name` stands for any server's: `<server>`, `[server-name]`, `{name}`, or what a client lacks."""
    return f"{name[:1]}{name[-1:]}" in PLACEHOLDERS or name in NO_NAMES
