"""Other names for what a recording names: servers, hosts, ports, paths, client ids, scopes, folders of the machine.

The names come out of the recording itself. A new name has the form of the old one only where the form means something:
what is no letter or digit stays, so that two names that the client confuses are still confused, and a name keeps a
prefix that the client gives it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote

from checks.recording import MARKER, Recording
from checks.rewriting import Change, rewritten, texts

PREFIXES: Final = ("plugin:", "claude.ai ")
ENDING: Final = "hub"
FOLDER_START: Final = "mcp-logs-"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
TURNED: Final = str.maketrans(
    LETTERS + LETTERS.upper(), LETTERS[7:] + LETTERS[:7] + (LETTERS[7:] + LETTERS[:7]).upper()
)
CLIENTS_OWN: Final = ("anthropic.com", "claude.ai", "claude.com")
STANDARD_SCOPES: Final = ("openid", "profile", "email", "offline_access")
TRANSPORTS: Final = ("http", "sse")
WELL_KNOWN: Final = re.compile(r"/\.well-known/[a-z-]+")
URL: Final = re.compile(r"(https?)(://|%3A%2F%2F)([A-Za-z0-9.-]+)((?::|%3A)[0-9]+)?((?:[/A-Za-z0-9._~-]|%2F)*)")
CALLBACK: Final = "/callback"
KEY: Final = re.compile(r"\|([0-9a-f]{16})\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that a recording uses."""

    servers: frozenset[str]
    clients: frozenset[str]
    scopes: frozenset[str]
    hosts: frozenset[str]
    urls: frozenset[str]

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """Return the names that `recording` uses."""
        every = texts(recording)
        entries = [entry for text in every for entry in _store_entries(text)]
        strings = [{key: value for key, value in entry.items() if isinstance(value, str)} for entry in entries]
        hosts = {match[3] for text in every for match in URL.finditer(text) if not is_clients_own(match)}
        return cls(
            servers=_servers(recording, strings, every),
            clients=frozenset(_named(every, strings, "clientId", "client_id")),
            scopes=frozenset(_scopes(every, strings)),
            hosts=frozenset(hosts),
            urls=frozenset(entry["serverUrl"] for entry in strings if "serverUrl" in entry),
        )


def is_clients_own(url: re.Match[str]) -> bool:
    """Return whether a match of URL is one of the client's own: its maker's, or where it waits for a callback."""
    return url[3].endswith(CLIENTS_OWN) or unquote(url[5]) == CALLBACK


def _store_entries(text: str) -> list[dict[str, object]]:
    try:
        store = json.loads(text)
    except ValueError:
        return []
    section = store.get("mcpOAuth") if isinstance(store, dict) else None
    return [entry for entry in section.values() if isinstance(entry, dict)] if isinstance(section, dict) else []


def _servers(recording: Recording, entries: Iterable[Mapping[str, str]], every: Iterable[str]) -> frozenset[str]:
    named = {entry["serverName"] for entry in entries if "serverName" in entry}
    marked = json.loads(recording.files.get(MARKER) or b"{}")
    logged = {name for text in every for name in re.findall(r'MCP server "([\w .:-]+)"', text)}
    return frozenset(named | set(marked) | logged)


def _named(every: Iterable[str], entries: Iterable[Mapping[str, str]], key: str, parameter: str) -> set[str]:
    stored = {entry[key] for entry in entries if key in entry}
    sent = {unquote(value) for text in every for value in re.findall(rf"\b{parameter}(?:=|\":\")([^&\s\"\\]+)", text)}
    return {value for value in stored | sent if value and not value.startswith(("http", "["))}


def _scopes(every: Iterable[str], entries: Iterable[Mapping[str, str]]) -> set[str]:
    told = _named(every, entries, "scope", "scope") | {entry.get("stepUpScope", "") for entry in entries}
    words = {word for scope in told for word in scope.replace("+", " ").split()}
    return {word for word in words if word not in STANDARD_SCOPES and not word.isalpha()}


def new_server(name: str) -> str:
    """Return another name for a server, its prefix kept."""
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), "")
    return f"{prefix}{name.removeprefix(prefix).translate(TURNED)}{ENDING}"


def other_servers(recording: Recording) -> Recording:
    """Return `recording` with other server names."""
    names = Names.of(recording).servers
    pairs: dict[str, str] = {}
    for old in sorted(names):
        new = new_server(old)
        for form in (str, _escaped, _escaped_twice):
            pairs[f'"{form(old)}"'] = f'"{form(new)}"'
            pairs[f'"{form(old)}|'] = f'"{form(new)}|'
        pairs[_escaped(f'"{old}"')] = _escaped(f'"{new}"')
        pairs[f"mcp__{_word(old)}__"] = f"mcp__{_word(new)}__"
    # Most versions replace what is no letter or digit in a folder's name, one does not.
    folders = {_folder(old): _folder(new_server(old)) for old in names} | {old: new_server(old) for old in names}
    return rewritten(recording, replacing(pairs), path=lambda path: _moved(path, folders))


def _moved(path: str, folders: Mapping[str, str]) -> str:
    head, start, rest = path.partition(f"/{FOLDER_START}")
    name, slash, file = rest.partition("/")
    return f"{head}{start}{folders.get(name, name)}{slash}{file}"


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _escaped_twice(text: str) -> str:
    return _escaped(_escaped(text))


def _word(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _folder(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", name)


def new_host(host: str) -> str:
    """Return another name for a host; one for each. One of this machine stays one: nobody on the way reads it."""
    if host == "localhost" or host.startswith("127."):
        return ".".join(["127", *map(str, hashlib.sha256(host.encode()).digest()[:3])])
    return f"h{hashlib.sha256(host.encode()).hexdigest()[:6]}.tools.example"


def new_path(path: str) -> str:
    """Return another path: well-known parts stay, the rest gets other words and one part more."""
    known = WELL_KNOWN.match(path)
    start = known[0] if known else ""
    rest = path[len(start) :]
    return f"{start}/v2{rest.translate(TURNED)}" if rest.strip("/") else path


def new_url(url: re.Match[str]) -> str:
    """Return another address for a match of URL."""
    if is_clients_own(url):
        return url[0]
    scheme, mark, host, port, path = url.groups(default="")
    is_quoted = mark != "://"
    colon = "%3A" if is_quoted else ":"
    number = port.removeprefix(colon)
    moved = new_path(unquote(path))
    other = f"{colon}{int(number) + 512}" if number else ""
    return f"{scheme}{mark}{new_host(host)}{other}{quote(moved, safe='') if is_quoted else moved}"


def other_addresses(recording: Recording) -> Recording:
    """Return `recording` with other hosts, ports and paths; the keys of the store are hashed anew."""
    names = Names.of(recording)
    bare = {f"host={host}, port=": f"host={new_host(host)}, port=" for host in names.hosts}
    bare |= {f" {host}": f" {new_host(host)}" for host in names.hosts if "." in host}
    hosts = replacing(bare)
    hashes = {
        _key_hash(transport, url): _key_hash(transport, URL.sub(new_url, url))
        for url in names.urls
        for transport in TRANSPORTS
    }

    def change(text: str) -> str:
        moved = URL.sub(new_url, text)
        moved = KEY.sub(lambda match: f'|{hashes.get(match[1], match[1])}"', moved)
        moved = re.sub(r"(host=\S+, port=)([0-9]+)", lambda match: f"{match[1]}{int(match[2]) + 512}", moved)
        return hosts(moved)

    return rewritten(recording, change)


def _key_hash(transport: str, url: str) -> str:
    text = json.dumps({"type": transport, "url": url, "headers": {}}, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def other_clients(recording: Recording) -> Recording:
    """Return `recording` with other client ids."""
    ids = Names.of(recording).clients
    return rewritten(recording, replacing({old: f"0oa.{hashlib.sha256(old.encode()).hexdigest()[:10]}" for old in ids}))


def other_scopes(recording: Recording) -> Recording:
    """Return `recording` with other scopes; the standard ones stay, and those that are ordinary words."""
    pairs: dict[str, str] = {}
    for old in Names.of(recording).scopes:
        new = f"https.items/{old.translate(TURNED)}.all"
        pairs |= {old: new, quote(old, safe=""): quote(new, safe="")}
    return rewritten(recording, replacing(pairs))


def other_folders(recording: Recording) -> Recording:
    """Return `recording` from another user's machine."""
    return rewritten(
        recording,
        replacing(
            {
                "/home/user/project": "/Users/dana.k/Work/site_2",
                "-home-user-project": "-Users-dana-k-Work-site-2",
                "/home/user": "/Users/dana.k",
            }
        ),
    )


def replacing(pairs: Mapping[str, str]) -> Change:
    """Return a change that replaces each key of `pairs` by its value, all at once, the longest first."""
    if not pairs:
        return str
    pattern = re.compile("|".join(re.escape(old) for old in sorted(pairs, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda match: pairs[match[0]], text)
