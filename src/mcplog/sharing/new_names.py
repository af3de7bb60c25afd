"""New names for what a machine, a company or a person is called by; one old name always gets the same new one.

    notes-hq                      kodaru-behilo
    https://mcp.acme.example/v1   https://mcp.kodaru.example/v1
    /home/dana/falcon             /home/lesaki/motuba

A name is changed word by word, so that names which the client confuses are still confused, and folders named after a
server still are. What every machine has (`/usr/bin`, `localhost`, `mcp`) and what everybody knows stays.
"""

import hmac
import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

from mcplog.credentials.shared import StandIns
from mcplog.knowledge.providers import load_providers
from mcplog.knowledge.public_words import public_words
from mcplog.parse.standing_in import with_stand_ins
from mcplog.sharing.words import own_words, public_names

CONSONANTS: Final = "bdfgklmnprstvz"
VOWELS: Final = "aeiou"
SYLLABLES: Final = 3
GREEK: Final = "αβγδεζηθικλμνξοπρστυφχψω"
SHORTEST_LOOKED_FOR: Final = 3
RUN: Final = re.compile(r"[^\W_]+")
VERSION: Final = re.compile(r"v?[0-9]{1,8}[a-z]?|[0-9]{1,4}")
DRIVE: Final = re.compile(r"[A-Za-z]:")
UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TOKEN_LIKE: Final = re.compile(r"(?=[^/]*[0-9])[A-Za-z0-9_-]{16,}")
ADDRESS: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^/?#@]*)@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?P<port>:[0-9]*)?"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
KEPT_PARAMETERS: Final = frozenset(("response_type", "grant_type", "scope", "resource", "code_challenge_method"))
CLIENTS_OWN: Final = ("anthropic.com", "claude.ai", "claude.com", "modelcontextprotocol.io", "npmjs.org", "nodejs.org")
OF_NO_MACHINE: Final = ("localhost", "0.0.0.0", "host.docker.internal")  # noqa: S104 - a name to be known, not bound
RESERVED_ENDS: Final = frozenset(
    ("example", "invalid", "test", "localhost", "local", "internal", "lan", "corp", "home")
)


class NewNames:
    """Gives new names and remembers them. Holds the old ones: it goes when the evidence is rewritten.

    Args:
        key: Random; who has it can try out old names.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._words: dict[str, str] = {}
        self._made: set[str] = set()
        self._kept_ids: set[str] = set()
        self._hide: Callable[[str], str] = str
        self._is_hidden: Callable[[str], bool] = lambda _: False
        self._hosts = _provider_hosts()
        self._public = public_words()

    def hide_with(self, stand_ins: StandIns) -> None:
        """Take what makes stand-ins for the secrets inside addresses and texts, and knows one again."""
        self._hide, self._is_hidden = stand_ins.of, stand_ins.is_made

    def keep_id(self, session_id: str) -> None:
        """Leave the id of a client's session as it is: files are named after it, and it names nobody."""
        self._kept_ids.add(session_id)

    def is_kept(self, text: str) -> bool:
        """Say whether `text` is the id of a client's session."""
        return text in self._kept_ids

    @property
    def looked_for(self) -> list[str]:
        """The old words that are no words of the client, longest first."""
        words = (word for word in self._words if len(word) >= SHORTEST_LOOKED_FOR and not word.isdigit())
        return sorted((word for word in words if word not in own_words()), key=len, reverse=True)

    def word(self, old: str) -> str:
        """Return the new word for `old`, written in capitals as it is."""
        low = old.lower()
        if low in self._made:
            return old
        if low not in self._words:
            self._words[low] = self._new_word(low)
            self._made.add(self._words[low])
        new = self._words[low]
        return new.upper() if old.isupper() and len(old) > 1 else new.capitalize() if old[:1].isupper() else new

    def server(self, name: str) -> str:
        """Return the new name of a server; `plugin:` and `claude.ai ` in front stay, and so do public names."""
        known = self._public.generic | public_names()
        return self._by_words(name, lambda word: word.lower() in known)

    def host(self, host: str) -> str:
        """Return the new name of a host: `mcp.` in front and the provider's domain at the end stay."""
        bare = host.rstrip(".").lower()
        if not bare or bare.startswith("[") or bare in OF_NO_MACHINE or _is_address(bare):
            return self._ip(host)
        if bare.endswith(CLIENTS_OWN) or bare in self._hosts:
            return host
        domain = next((end for end in self._hosts if end.startswith(".") and bare.endswith(end)), None)
        if domain is not None:
            return self._labels(host[: -len(domain)]) + host[-len(domain) :]
        *labels, end = host.split(".")
        if not labels:
            return host if end.lower() in self._public.generic else self.word(end)
        *front, own = labels
        if end.lower() not in RESERVED_ENDS:
            end = "example"
        return ".".join([*([self._labels(".".join(front))] if front else []), self._labels(own, is_own=True), end])

    def url(self, url: str) -> str:
        """Return the new address: stand-ins for user, query and fragment; scheme, port and usual folders stay."""
        parts = ADDRESS.fullmatch(url)
        if parts is None:
            return self._hide(url)
        if parts["scheme"].lower() == "file":
            return f"{parts['scheme']}://{self.path(url.partition('://')[2])}"
        user = f"{self._hide(parts['user'])}@" if parts["user"] is not None else ""
        host = self.host(parts["host"])
        is_own = parts["host"].lower().endswith((*CLIENTS_OWN, "github.com")) and "/anthropics" in f"{parts['path']}/"
        path = parts["path"] if is_own else "/".join(map(self._segment, parts["path"].split("/")))
        query = f"?{self.query(parts['query'][1:])}" if parts["query"] else ""
        fragment = f"#{self.query(parts['fragment'][1:])}" if parts["fragment"] else ""
        return f"{parts['scheme']}://{user}{host}{parts['port'] or ''}{path}{query}{fragment}"

    def query(self, query: str) -> str:
        """Return a query with stand-ins for its values but those that tell what is asked for."""
        pairs = [pair.partition("=") for pair in query.split("&")]
        return "&".join(
            f"{name}{mark}{self._value(name, value)}" if mark else self._hide(name) for name, mark, value in pairs
        )

    def quoted_url(self, quoted: str) -> str:
        """Return the new address, percent-encoded, for one that is."""
        return quote(self.url(unquote(quoted)), safe="-._~")

    def email(self, address: str) -> str:
        """Return the new address of mail."""
        person, _, host = address.rpartition("@")
        if self._is_hidden(person):
            return f"{person}@{self.host(host)}"
        return f"{self._by_words(person, lambda _: False)}@{self.host(host)}"

    def path(self, path: str) -> str:
        r"""Return the new path of a file; folders that every machine has stay, `/` and `\` as they are."""
        return "".join(part if part[:1] in "/\\" else self.file(part) for part in re.split(r"([/\\]+)", path) if part)

    def file(self, name: str) -> str:
        """Return the new name of a file or folder; its ending stays."""
        if DRIVE.fullmatch(name):
            return name
        if UUID.fullmatch(name.partition(".")[0]):
            return self.uuid(name.partition(".")[0]) + "".join(name.partition(".")[1:])
        known = self._public.places
        return self._by_words(name, lambda word: word.lower() in known or VERSION.fullmatch(word) is not None)

    def uuid(self, uuid: str) -> str:
        """Return the new id for one that is no session's."""
        return uuid if uuid in self._kept_ids or self._is_hidden(uuid) else self._hide(uuid)

    def text(self, text: str) -> str:
        """Return a text that may be told, with new names for the addresses in it, and stand-ins for secrets."""
        text, _ = with_stand_ins(text, lambda secret, _: self._hide(secret))
        return " ".join(self.url(word) if "://" in word else self._with_new_words(word) for word in text.split(" "))

    def _with_new_words(self, text: str) -> str:
        return RUN.sub(
            lambda run: (
                self.word(run[0]) if run[0].lower() in self._words and run[0].lower() not in own_words() else run[0]
            ),
            text,
        )

    def _by_words(self, name: str, stays: Callable[[str], bool]) -> str:
        return RUN.sub(lambda run: run[0] if stays(run[0]) or _is_number(run[0]) else self._other(run[0]), name)

    def _other(self, run: str) -> str:
        return self.word(run) if run.isascii() else self._greek(run)

    def _greek(self, run: str) -> str:
        """Return as many other letters beyond ASCII: the client writes a folder's name with a `-` for each."""
        if run in self._made:
            return run
        numbers = hmac.digest(self._key, run.encode("utf-8", "surrogatepass"), "sha512")
        made = "".join(GREEK[numbers[at % len(numbers)] % len(GREEK)] for at in range(len(run)))
        self._made.add(made)
        return made

    def _new_word(self, low: str) -> str:
        for attempt in range(1000):
            numbers = hmac.digest(self._key, f"{attempt}.{low}".encode("utf-8", "surrogatepass"), "sha256")
            pairs = zip(numbers[: 2 * SYLLABLES : 2], numbers[1 : 2 * SYLLABLES : 2], strict=True)
            made = "".join(CONSONANTS[one % len(CONSONANTS)] + VOWELS[two % len(VOWELS)] for one, two in pairs)
            if made not in self._made and made not in own_words() and made not in self._words:
                return made
        return hmac.digest(self._key, low.encode("utf-8", "surrogatepass"), "sha256").hex()[:12]

    def _labels(self, labels: str, *, is_own: bool = False) -> str:
        known = frozenset[str]() if is_own else self._public.generic
        return self._by_words(labels, lambda word: word.lower() in known)

    def _ip(self, host: str) -> str:
        """Return an address of a documentation network (RFC 2544, RFC 3849) for one of a machine; loopback stays."""
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return host
        documented = ("198.18.", "198.19.", "2001:db8:")
        if address.is_loopback or address.is_unspecified or str(address).startswith(documented):
            return host
        numbers = hmac.digest(self._key, str(address).encode(), "sha256")
        if address.version == 4:  # noqa: PLR2004 - IPv4
            return f"198.{18 + numbers[0] % 2}.{numbers[1]}.{numbers[2]}"
        made = f"2001:db8::{numbers[:2].hex()}:{numbers[2:4].hex()}"
        return f"[{made}]" if host.startswith("[") else made

    def _segment(self, segment: str) -> str:
        plain = unquote(segment)
        if plain.lower() in self._public.segments or VERSION.fullmatch(plain) or not plain or self._is_hidden(plain):
            return segment
        if UUID.fullmatch(plain):
            return self.uuid(plain)
        if TOKEN_LIKE.fullmatch(plain):
            return self._hide(plain)
        known = self._public.segments | self._public.generic
        made = self._by_words(plain, lambda word: word.lower() in known)
        return made if plain is segment or made == plain else quote(made, safe="-._~:@!$&'()*+,;=")

    def _value(self, name: str, value: str) -> str:
        plain = unquote(value)
        if "://" in plain:
            return self.quoted_url(value) if "://" not in value else self.url(value)
        return value if name in KEPT_PARAMETERS else self._hide(value)


def _is_number(run: str) -> bool:
    return run.isdigit() and len(run) <= SHORTEST_LOOKED_FOR


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdigit() or ":" in host


def _provider_hosts() -> list[str]:
    """Return the hosts of the known providers, those with a dot in front standing for every host below."""
    hosts = [host.removeprefix("*") for one in load_providers() for host in one.hosts]
    return sorted(hosts, key=len, reverse=True)
