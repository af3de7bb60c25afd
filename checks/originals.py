"""What of a recording must not be seen in what is shown to others: its names and its secrets.

Found here by simple patterns and not by the product's, so that what the product overlooks is found.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

import polars as pl

from checks.names import Names
from checks.recording import Recording
from checks.rewriting import JWT, texts
from checks.secrets import secrets_of

SHORTEST = 4
HOME = re.compile(r"/(?:home|Users)/([^/\\\s\"']+)(?:/([^/\\\s\"':,]+))?")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PERSONAL = ("sub", "jti", "sid", "email", "name", "preferred_username", "upn", "oid", "azp", "client_id")
STORED = ("accessToken", "refreshToken", "clientSecret", "clientId", "idToken", "codeVerifier")
# Names that name nobody: what every machine or every server has, and words of the client's own sentences.
OF_NOBODY = (
    *("localhost", "127.0.0.1", "github.com", "user", "project", "line", "back", "server"),
    *("hash", "none", "claude", "plugin", "drive"),
)


def originals(recording: Recording) -> dict[str, str]:
    """Return what must not be seen of `recording`: its class by the value."""
    every = texts(recording)
    found: dict[str, str] = dict.fromkeys(secrets_of(recording), "a secret")
    names = Names.of(recording)
    found |= dict.fromkeys((word for name in names.servers for word in _words(name)), "a server")
    found |= dict.fromkeys(names.hosts, "a host")
    found |= dict.fromkeys(names.clients, "a client id")
    for text in every:
        found |= {part: "a user or folder" for match in HOME.finditer(text) for part in match.groups("") if part}
        found |= dict.fromkeys(EMAIL.findall(text), "an address of mail")
        found |= dict.fromkeys(_stored(text), "a stored secret")
    return {value: kind for value, kind in found.items() if _is_telling(value)}


def seen_in(files: Mapping[str, str], values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return where an original is seen: in which file, and what it is.

    Args:
        files: Texts by name; the names are looked at as well.
        values: The class of each original by its value.
    """
    forms = {form: value for value in values for form in (value, quote(value, safe=""), json.dumps(value)[1:-1])}
    wholes = ["\n".join([name, text, *_claims(text)]) for name, text in files.items()]
    hits = pl.Series(wholes).str.extract_many(list(forms), overlapping=True)
    seen = []
    for name, whole, found in zip(files, wholes, hits, strict=True):
        for form in found.unique():
            match = re.search(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])", whole)
            if match:
                around = whole[max(0, match.start() - 40) : match.end() + 30].replace("\n", " ")
                seen.append((name, f"{values[forms[form]]}: {form[:40]!r} in {around!r}"))
    return seen


def _is_telling(value: str) -> bool:
    return len(value) >= SHORTEST and value.lower() not in OF_NOBODY and not value.isdigit()


def _words(name: str) -> Iterator[str]:
    yield from re.findall(r"[^\W_]+", name)
    yield name


def _stored(text: str) -> Iterable[str]:
    for name in STORED:
        yield from (unquote(value) for value in re.findall(rf'"{name}"\s*:\s*"([^"\\]+)"', text))
    for claims in _claims(text):
        values = json.loads(claims)
        yield from (value for name in PERSONAL if isinstance(value := values.get(name), str))


def _claims(text: str) -> Iterator[str]:
    for token in JWT.findall(text):
        payload = token.split(".")[1]
        try:
            claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode("utf-8")
            if isinstance(json.loads(claims), dict):
                yield claims
        except ValueError:
            continue
