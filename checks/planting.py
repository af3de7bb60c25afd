"""Secrets of every shape, planted in every field of every kind of input.

A secret is written as clients, servers and people write it (`code=…`, `Authorization: Basic …`, `-----BEGIN …`), and
stands in a server's name, an address, a body, a path, a Markdown text, an archive, a store or a claim of a token.
"""

import base64
import io
import json
import random
import string
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

WORDY: Final = string.ascii_letters + string.digits
ALPHABETS: Final = (WORDY, f"{WORDY}-_", f"{WORDY}-._~", "0123456789abcdef", string.ascii_uppercase + "234567")
SESSION: Final = "5094798b-6617-4134-9a5a-5f93f56bee6c"
STAMP: Final = "2026-11-25T08:20:{:02}.{:03}Z"
LINE_BYTES: Final = 48
FORMS: Final = ("{name}={value}", "{name}={value}&x=1", '"{name}":"{value}"', "{name}='{value}'")
ISSUERS: Final = ("sbp_oauth_", "gho_", "ya29.", "xoxe.", "lin_oauth_")
FOR_NAMES: Final = ("JWT", "opaque token", "code", "state")
SERVER_LOG: Final = "cache-claude-cli-nodejs/-home-u-p/mcp-logs-notes/2026-11-25T08-20-00-000Z.jsonl"
CLAIMS: Final = ("iss", "aud", "sub", "scope", "email", "https://x.example/c")

Snippet: TypeAlias = tuple[str, list[str]]  # the text, and the parts of it that must be seen nowhere


def _random(chance: random.Random, length: int, alphabet: str = WORDY) -> str:
    """Return a random text with letters and digits in it."""
    return (
        "".join(chance.choices(alphabet, k=length - 2))
        + chance.choice(string.ascii_letters)
        + chance.choice("23456789")
    )


def jwt_of(claims: Mapping[str, object], chance: random.Random, head: Mapping[str, object] | None = None) -> str:
    """Return a token with `claims`; its signature is random."""
    parts = ({"alg": "RS256", "typ": "JWT", **(head or {})}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, _random(chance, 43)])


def _jwt(chance: random.Random) -> Snippet:
    subject = _random(chance, 16)
    token = jwt_of({"sub": subject, "exp": 1_795_600_000}, chance)
    return token, [subject, token.rpartition(".")[2]]


def _with_prefix(prefix: str, length: int) -> Callable[[random.Random], Snippet]:
    def made(chance: random.Random) -> Snippet:
        value = _random(chance, length, chance.choice(ALPHABETS))
        return f"{prefix}{value}", [value]

    return made


def _under(*names: str, length: int) -> Callable[[random.Random], Snippet]:
    """Return what makes a secret under one of its `names`, as a parameter, in JSON, in a list of settings."""

    def made(chance: random.Random) -> Snippet:
        value = _random(chance, length, chance.choice(ALPHABETS))
        return chance.choice(FORMS).format(name=chance.choice(names), value=value), [value]

    return made


def _basic(chance: random.Random) -> Snippet:
    value = base64.b64encode(f"{_random(chance, 9)}:{_random(chance, 12)}".encode()).decode().rstrip("=")
    return f"Authorization: Basic {value}", [value]


def _user(chance: random.Random) -> Snippet:
    value = _random(chance, 14)
    return f"https://u:{value}@mcp.example/mcp", [value]


def _pem(chance: random.Random) -> Snippet:
    body = [_random(chance, LINE_BYTES), _random(chance, LINE_BYTES), _random(chance, 14)]
    return "\n".join(["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----"]), body


SHAPES: Final[Mapping[str, Callable[[random.Random], Snippet]]] = {
    "JWT": _jwt,
    "opaque token": lambda chance: _with_prefix(chance.choice(ISSUERS), 30)(chance),
    "refresh token": _under("refresh_token", "refreshToken", length=24),
    "client secret": _under("client_secret", "clientSecret", "CLIENT_SECRET", length=20),
    "code": _under("code", length=18),
    "verifier": _under("code_verifier", "codeVerifier", length=43),
    "state": _under("state", length=22),
    "basic": _basic,
    "bearer": _with_prefix("Bearer ", 20),
    "user in an address": _user,
    "cookie": _with_prefix("Set-Cookie: sid=", 20),
    "private key": _pem,
    "API key": _with_prefix("sk-ant-api03-", 40),
}
assert len(SHAPES) > 12  # noqa: PLR2004, S101 - as many as are promised


@dataclass(slots=True)
class Planted:
    """Files with secrets in them.

    Attributes:
        files: Contents by path below a folder.
        secrets: What must be seen nowhere, by where it was planted.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)


class Garden:
    """Plants secrets.

    Args:
        chance: Makes them.
        shapes: Names of SHAPES.
        times: How many secrets of each shape are planted in each field.
    """

    def __init__(
        self, chance: random.Random, shapes: Iterator[str] | list[str] | None = None, *, times: int = 1
    ) -> None:
        self._chance = chance
        self._times = times
        self._shapes = list(shapes) if shapes is not None else list(SHAPES)
        self._second = 0
        self.planted = Planted()

    def all(self) -> Planted:
        """Return a folder of the client with secrets of all shapes in all fields of it."""
        files = self.planted.files
        files[f"debug/{SESSION}.txt"] = self._debug_log().encode()
        files[SERVER_LOG] = self._server_log().encode()
        files[".credentials.json"] = self._store().encode()
        files["mcp-needs-auth-cache.json"] = self._marker().encode()
        return self.planted

    def paste(self) -> Planted:
        """Return an issue with secrets in its prose, its headings, its code and its logs."""
        self.planted.files["issue.md"] = self._markdown().encode()
        return self.planted

    def archive(self) -> Planted:
        """Return archives: logs inside, and secrets in names of members."""
        log, paste = self._debug_log(), self._markdown()
        inside = {f"debug/{SESSION}.txt": log, f"{self._name('name of a member')}.txt": log, "issue.md": paste}
        zipped, tarred = io.BytesIO(), io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            for name, text in inside.items():
                archive.writestr(name, text)
        with tarfile.open(fileobj=tarred, mode="w:gz") as archive:
            for name, text in inside.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        self.planted.files |= {"logs.zip": zipped.getvalue(), "logs.tar.gz": tarred.getvalue()}
        return self.planted

    def export(self) -> Planted:
        """Return an export of issues with secrets in titles, bodies and comments."""
        issue = {
            "number": 7,
            "title": self._any("title of an issue"),
            "author": {"login": "somebody"},
            "body": self._markdown(),
            "comments": [{"author": {"login": "another"}, "body": self._markdown()}],
        }
        self.planted.files["issues.json"] = json.dumps([issue]).encode()
        return self.planted

    def paths(self) -> Planted:
        """Return logs whose names and folders hold secrets."""
        for shape in self._shapes * self._times:
            if shape in ("private key", "user in an address"):  # no name has line ends or slashes
                continue
            name = self._one("name of a file", shape).replace("/", "_").replace("\n", "_")
            folder = self._one("name of a folder", shape).replace("/", "_").replace("\n", "_")
            self.planted.files[f"{name[:200]}.txt"] = b'[DEBUG] MCP server "notes": Saving tokens\n'
            self.planted.files[f"{folder[:200]}/debug.txt"] = b'[DEBUG] MCP server "notes": Saving tokens\n'
        return self.planted

    def _one(self, where: str, shape: str) -> str:
        text, parts = SHAPES[shape](self._chance)
        self.planted.secrets.setdefault(f"{shape} in {where}", []).extend(parts)
        return text

    def _any(self, where: str) -> str:
        return " ".join(self._one(where, shape) for shape in self._shapes if shape != "private key")

    def _name(self, where: str) -> str:
        """Return a text without blanks and folders for a name that a file system takes."""
        shape = self._chance.choice([shape for shape in self._shapes if shape in FOR_NAMES] or ["code"])
        return self._one(where, shape)

    def _each(self, where: str, template: str, *, is_one_line: bool = True) -> Iterator[str]:
        for shape in self._shapes * self._times:
            if is_one_line and shape == "private key":
                continue
            yield template.replace("{}", self._one(where, shape))

    def _messages(self) -> Iterator[str]:
        """Yield messages of the client with a secret in each part that others decide."""
        yield from self._each("stderr", "Server stderr: {}", is_one_line=False)
        yield from self._each("an error's description", "Token refresh failed: {}")
        yield from self._each("a body", "HTTP Connection failed after 9ms: Error POSTing to endpoint (HTTP 401): {}")
        yield from self._each("a body of HTML", "Connection failed: <html><body>{}</body></html>")
        yield from (f"Connection failed: {json.dumps(body)}" for body in self._bodies())
        yield from self._each("an address", "Initializing HTTP transport to https://mcp.example/mcp?{}")
        yield from self._each("a path of an address", "Server URL: https://mcp.example/s/{}/mcp")
        yield from self._each("a fragment", "Server URL: https://mcp.example/mcp#{}")
        yield from self._each("a host", "Initializing HTTP transport to https://{}/mcp")
        yield from self._each("a scope", "Fetched OAuth metadata with scope: {}")
        yield from self._each("a tool's name", "Calling MCP tool: {}")
        yield from self._each("a tool's error", "Tool 'echo' failed after 1s: {}", is_one_line=False)
        yield from self._each("a path of a file", "Starting connection to /home/u/{}/server.js")
        yield from self._each("a version", 'Connection established with capabilities: {"serverVersion":{"name":"{}"}}')
        yield from self._each("what no grammar knows", "OAuth says {}", is_one_line=False)
        yield from self._each("a quoted address", "Authorization URL: https://login.example/authorize?resource={}")

    def _bodies(self) -> Iterator[dict[str, object]]:
        for shape in self._shapes * self._times:
            yield {"error": self._one("a code of an error", shape), "data": [{"x": self._one("a list in JSON", shape)}]}
            yield {"error_description": self._one("a description in JSON", shape)}
            yield {"jsonrpc": "2.0", "error": {"code": -32000, "message": self._one("a message of JSON-RPC", shape)}}
            yield {self._one("a key of JSON", shape): 1}

    def _debug_log(self) -> str:
        lines = [f'[DEBUG] MCP server "notes": {message}' for message in self._messages()]
        lines += [f'[DEBUG] MCP server "{name}": Saving tokens' for name in self._each("a server's name", "{}")]
        lines += [f'[ERROR] MCP server "{name}" Connection failed' for name in self._each("a server's name", "n {}")]
        lines += [f"[DEBUG] mcp__{name}__echo tool error (35ms): no" for name in self._each("a tool's server", "{}")]
        quoted = (f"MCP server {json.dumps(name)}: Saving tokens" for name in self._each("a quoted name", "{}"))
        lines += [f"[DEBUG] {json.dumps(text)}" for text in quoted]
        return "".join(f"{STAMP.format(n // 1000 % 60, n % 1000)} {line}\n" for n, line in enumerate(lines))

    def _server_log(self) -> str:
        records: list[dict[str, object]] = [{"debug": message} for message in self._messages()]
        records += [{"debug": "Saving tokens", "cwd": cwd} for cwd in self._each("a folder", "/home/u/{}")]
        records += [{"debug": "Saving tokens", "sessionId": id_} for id_ in self._each("a session", "{}")]
        records += [{"debug": "Saving tokens", "timestamp": at} for at in self._each("a stamp", "{}")]
        records += [{"error": "Connection failed", key: 1} for key in self._each("a key of a record", "{}")]
        stamps = (STAMP.format(n // 1000 % 60, n % 1000) for n in range(len(records)))
        rows = ({"timestamp": at, "sessionId": SESSION, **record} for at, record in zip(stamps, records, strict=True))
        return "".join(json.dumps(row) + "\n" for row in rows)

    def _markdown(self) -> str:
        log = "\n".join(f'[DEBUG] MCP server "notes": {message}' for message in self._messages())
        parts = [
            *self._each("a heading", "# It fails with {}"),
            *self._each("prose", "After a restart it works, the log says {}.", is_one_line=False),
            *self._each("a link", "[the log](https://files.example/{})"),
            *self._each("a list", '- `[ERROR] MCP server "notes" {}`'),
            *self._each("a quote", "> {}"),
            *self._each("a command", '    claude mcp add --transport http notes https://mcp.example/mcp --header "{}"'),
            f"```\n{log}\n```",
            *self._each(
                "a configuration",
                '```json\n{"mcpServers": {"notes": {"url": "https://mcp.example", "env": "{}"}}}\n```',
            ),
        ]
        return "\n\n".join(parts) + "\n"

    def _store(self) -> str:
        entries: dict[str, object] = {}
        for shape in self._shapes * self._times:
            name = self._one("a name in a store", shape)
            entries[f"{name}|0123456789abcdef"] = self._entry(name, shape)
            entries[f"notes-{len(entries)}|0123456789abcdef"] = self._entry("notes", shape)
        others = {
            self._one("a key of a store", shape): self._one("a value of a store", shape) for shape in self._shapes
        }
        return json.dumps({"mcpOAuth": entries, "claudeAiOauth": others, **others})

    def _entry(self, name: str, shape: str) -> dict[str, object]:
        def one(where: str) -> str:
            return self._one(f"{where} of a store", shape)

        claims = {
            claim: one(f"claim {claim}") for claim in ("iss", "aud", "sub", "scope", "email", "https://x.example/c")
        }
        token = jwt_of(
            {**claims, "exp": 1_795_600_000, "iat": one("claim iat")}, self._chance, {"kid": one("a header")}
        )
        urls = {key: f"https://mcp.example/{one(key)}" for key in ("issuer", "redirectUri")}
        return {
            "serverName": name,
            "serverUrl": f"https://mcp.example/mcp?{one('serverUrl')}",
            "accessToken": token,
            "refreshToken": one("refreshToken"),
            "clientId": one("clientId"),
            "clientSecret": one("clientSecret"),
            "scope": one("scope"),
            "stepUpScope": one("stepUpScope"),
            "expiresAt": one("expiresAt"),
            "discoveryState": {
                "authorizationServerUrl": f"https://u:{one('userinfo')}@x.example",
                one("key"): one("value"),
            },
            **urls,
        }

    def _marker(self) -> str:
        names = (self._one("a name in a marker", shape) for shape in self._shapes)
        return json.dumps({name: {"timestamp": 1_795_600_000_000, "error": name} for name in names})
