"""One line of a log as it may be shown to others: no secret, no private name, everything else as it is."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Final

from mcplog.credentials.shared import StandIns
from mcplog.parse.standing_in import with_stand_ins
from mcplog.sharing.new_names import UUID, NewNames

LONGEST: Final = 8_000
LAST: Final = 400  # of a long line: stamp and session of a record
OPENINGS: Final = ('MCP server "', 'MCP server \\"')
URL: Final = re.compile(
    r"(?:https?|wss?|file)://(?:\[[0-9A-Fa-f:.]+\]|[^\s\"'<>\\\[\](){}|^`,;/?#*]*)(?:[/?#:][^\s\"'<>\\\[\](){}|^`*]*)?"
)
QUOTED_URL: Final = re.compile(r"(?:https?|wss?)%3A%2F%2F[A-Za-z0-9.%_~+-]+", re.IGNORECASE)
EMAIL: Final = re.compile(r"[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
HOME: Final = re.compile(r"(?:[/\\]+(?:home|Users)|(?<![A-Za-z0-9])-(?:home|Users))[/\\-]+[^/\\\s\"':,;)\]-]+")
UNIX_PATH: Final = re.compile(r"(?<![\w/.%@\\-])(?:/[\w.@+~%$-]+){2,}/?")
WINDOWS_PATH: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]:(?:\\{1,4}[^\\/:*?\"'<>|\s,;)\]]+)+")
ENDS: Final = (
    "com|net|org|io|dev|app|ai|cloud|internal|local|corp|lan|intranet|test|example|invalid|co|uk|de|fr|eu|us|ca|nl|ch|at|"
    "jp|cn|in|br|au|edu|gov|info|biz|tech|xyz|me"
)
HOST: Final = re.compile(rf"(?<![\w@.%/-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,62}})?\.){{1,8}}(?:{ENDS})(?![\w-])")
NAMED_HOST: Final = re.compile(
    r"(?P<before>\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|host=|hostname=|Host:)\s?)(?P<host>[\w.-]+)"
)
IPV4: Final = re.compile(r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.-])")


class Hidden(StrEnum):
    """What was replaced."""

    SECRET = "secret"  # noqa: S105 - a word, not a password
    SERVER = "server"
    ADDRESS = "address"
    HOST = "host"
    EMAIL = "e-mail"
    PATH = "path"
    ID = "id"
    NAME = "name"
    REST = "rest of a long line"


class Lines:
    """Rewrites lines; equal ones once.

    Args:
        names: Gives new names.
        stand_ins: Makes stand-ins for secrets.
        servers: The new names of servers, which stand in front of messages.
        looked_for: Old words that are to be replaced wherever they stand.
    """

    def __init__(
        self, names: NewNames, stand_ins: StandIns, *, servers: Iterable[str] = (), looked_for: Iterable[str] = ()
    ) -> None:
        self._names = names
        self._stand_ins = stand_ins
        self._done: dict[str, tuple[str, Counter[Hidden]]] = {}
        forms = (
            opening + name + ending for name in servers for opening, ending in zip(OPENINGS, ('"', '\\"'), strict=True)
        )
        self._heads = tuple(sorted(forms, key=len, reverse=True))
        words = [re.escape(word) for word in looked_for]
        self._words = re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})(?![^\W_])", re.IGNORECASE) if words else None

    def rewritten(self, line: str) -> tuple[str, Counter[Hidden]]:
        """Return the `line` as it may be shown, and how often what was replaced in it."""
        if line not in self._done:
            self._done[line] = self._rewritten(line)
        return self._done[line]

    def _rewritten(self, line: str) -> tuple[str, Counter[Hidden]]:
        found: Counter[Hidden] = Counter()
        at = next((line.find(head) + len(head) for head in self._heads if head in line[:200]), 0)
        head, text = line[:at], line[at:]
        if len(text) > LONGEST + LAST:
            found[Hidden.REST] += 1
            text = text[:LONGEST] + without_words(text[LONGEST:-LAST]) + text[-LAST:]
        text, secrets = with_stand_ins(text, lambda secret, sure: self._stand_ins.of(secret, is_surely_secret=sure))
        found[Hidden.SECRET] += secrets
        for kind, pattern, new in self._steps():
            text = _sub(pattern, new, text, found, kind)
            if kind is Hidden.NAME:
                head = _sub(pattern, new, head, found, kind)
        return f"{head}{text}", +found

    def _steps(self) -> Iterator[tuple[Hidden, re.Pattern[str], Callable[[re.Match[str]], str]]]:
        names = self._names
        yield Hidden.ADDRESS, URL, lambda match: _trimmed(match[0], names.url)
        yield Hidden.ADDRESS, QUOTED_URL, lambda match: names.quoted_url(match[0])
        yield Hidden.EMAIL, EMAIL, lambda match: names.email(match[0])
        yield Hidden.PATH, WINDOWS_PATH, lambda match: names.path(match[0])
        yield Hidden.PATH, UNIX_PATH, lambda match: names.path(match[0])
        yield Hidden.PATH, HOME, lambda match: names.path(match[0])
        yield Hidden.HOST, HOST, lambda match: names.host(match[0])
        yield Hidden.HOST, NAMED_HOST, lambda match: match["before"] + names.host(match["host"])
        yield Hidden.HOST, IPV4, lambda match: names.host(match[0])
        yield Hidden.ID, UUID, lambda match: names.uuid(match[0])
        if self._words is not None:
            yield Hidden.NAME, self._words, lambda match: names.word(match[0])


def without_words(text: str) -> str:
    """Return `text` with an x for each letter and a 0 for each digit."""
    return "".join("0" if char.isdigit() else "x" if char.isalpha() else char for char in text)


def _sub(
    pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], text: str, found: Counter[Hidden], kind: Hidden
) -> str:
    def one(match: re.Match[str]) -> str:
        made = new(match)
        found[kind] += made != match[0]
        return made

    return pattern.sub(one, text)


def _trimmed(url: str, new: Callable[[str], str]) -> str:
    bare = url.rstrip(".,;:!?")
    return new(bare) + url[len(bare) :]
