"""Logs and stores with secrets in every place where a client, a server or a user has put one, and how to look for them.

The lines are those of old clients, which wrote requests and headers in clear text, and those that quote a server.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

WINDOW = 8  # so many characters of a secret in a row are a leak
SERVER = "notes"
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
KEY = f"{SERVER}|0123456789abcdef"
# Claims of a token that name a person, a session or that one token.
CLAIMS_OF_PEOPLE = ("sub", "email", "jti", "sid", "name", "preferred_username", "upn", "oid", "nonce")

# Where each secret is said in a log. `{…}` is the secret's name; the text around it is the client's or a server's.
LINES = (
    (
        "Current params: grant_type=authorization_code&code={code}&code_verifier={verifier}"
        "&redirect_uri=http%3A%2F%2Flocalhost%3A3118%2Fcallback"
    ),
    (
        "Final params: grant_type=authorization_code&code={code}&code_verifier={verifier}&client_id=app"
        "&client_secret={client_secret}&scope=mcp%3Aread"
    ),
    "Current params: grant_type=refresh_token&refresh_token={refresh}",
    "Final params: grant_type=refresh_token&refresh_token={refresh}&client_id=app&client_secret={client_secret}",
    (
        "Authorization URL: https://login.example/authorize?response_type=code&client_id=app&code_challenge={challenge}"
        "&code_challenge_method=S256&state={state}&nonce={nonce}&login_hint={email}"
    ),
    "Opening authorization URL: https://login.example/authorize?state={state}&resource=https%3A%2F%2Fmcp.example%2Fmcp",
    "Redirecting to authorization URL: https://login.example/authorize?scope=mcp%3Aread&state={state}",
    (
        'HTTP transport options: {{"url":"https://u:{password}@mcp.example/mcp?key={url_key}","headers":{{"User-Agent":'
        '"claude-code/1.0.128","Authorization":"Bearer {static}","X-Api-Key":"{api_key}","X-Tenant":"{custom}",'
        '"Cookie":"sid={cookie}"}},"hasAuthProvider":true,"timeoutMs":60000}}'
    ),
    "Initializing HTTP transport to https://u:{password}@mcp.example/mcp?key={url_key}#access_token={access}",
    "Server URL: https://mcp.example/mcp?token={url_key}",
    "Received callback: http://localhost:3118/callback?code={code}&state={state}&iss=https%3A%2F%2Flogin.example",
    (
        'Token refresh failed: HTTP 400: Invalid OAuth error response: Raw body: {{"refresh_token":"{refresh}",'
        '"access_token":"{access}","id_token":"{id_token}"}}'
    ),
    "Token refresh failed with invalid_grant: refresh_token={refresh} was revoked",
    (
        'HTTP Connection failed after 12ms: Error POSTing to endpoint (HTTP 401): {{"error":"invalid_token","token":'
        '"{access}","sid":"{cookie}"}} (code: none, errno: none)'
    ),
    "Connection failed after 12ms: Authorization: Bearer {access}",
    "Server stderr: API_KEY={api_key} SECRET_TOKEN={static} export CLIENT_SECRET={client_secret}",
    "Server stderr: curl -H 'Authorization: Bearer {access}' -u u:{password}@mcp.example https://u:{password}@mcp.example/",
    "Tool 'login' failed after 1s: set-cookie: sid={cookie}; Path=/; session_id={cookie}",
    "Something new that no grammar knows: access_token={access}&code={code}&state={state}",
    (
        'Something else: {{"accessToken":"{access}","refreshToken":"{refresh}","clientSecret":"{client_secret}",'
        '"registration_access_token":"{registration}"}}'
    ),
    'Error: write failed: security: unknown command "{keychain}"',
)

# How a line stands in a file: as the client writes it, as it is quoted, and as people paste it.
SHAPES = {
    "stamped": '2026-11-25T08:20:{second:02}.000Z [DEBUG] MCP server "notes": {line}',
    "unstamped": '[DEBUG] MCP server "notes": {line}',
    "without a colon": '2026-11-25T08:20:{second:02}.000Z [ERROR] MCP server "notes" {line}',
    "quoted": '2026-11-25T08:20:{second:02}.000Z [DEBUG] "MCP server \\"notes\\": {escaped}\\nat more"',
    "continued": '2026-11-25T08:20:{second:02}.000Z [DEBUG] MCP server "notes": Something long\n    {line}',
    "list": '- `[DEBUG] MCP server "notes": {line}` <- here',
    "bold": '> **[DEBUG] MCP server "notes": {line}**',
    "coloured": '\x1b[31m[DEBUG] MCP server "notes":\x1b[0m {line}',
    "bare": "{line}",
    "of no server": "2026-11-25T08:20:{second:02}.000Z [DEBUG] [MCP] {line}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Secrets by name, as they are planted and as they are looked for."""

    planted: Mapping[str, str]

    @property
    def needles(self) -> Iterator[str]:
        """What must be seen nowhere: each run of `WINDOW` characters, also percent-decoded."""
        for value in self.planted.values():
            own = value.partition(".")[2] if value.startswith("eyJ") else value  # the head of a JWT is no secret
            for text in {own, unquote(own), quote(own, safe="")}:
                yield from (text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1))

    def found_in(self, outputs: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return where a part of a secret is seen: name of the output, and the part with what stands around it."""
        return [
            (name, text[max(0, at - 60) : at + 60])
            for name, text in outputs.items()
            for needle in set(self.needles)
            if (at := text.find(needle)) >= 0
        ]


def readable(text: str) -> str:
    """Return `text` and, behind it, what the tokens in it say: their claims, and their signatures."""
    parts = [part for token in JWT.findall(text) for part in token.split(".")]
    return "\n".join([JWT.sub("", text), *(_decoded(part) for part in parts)])


def _decoded(part: str) -> str:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8")
    except ValueError:
        return part


def lines(secrets: Secrets, shape: str) -> str:
    """Return a log in which every line that can hold a secret holds one, in a `shape`."""
    told = []
    for second, pattern in enumerate(LINES):
        line = pattern.format_map(dict(secrets.planted))
        told.append(SHAPES[shape].format(line=line, escaped=json.dumps(line)[1:-1], second=second))
    return "\n".join(told) + "\n"


def server_log(secrets: Secrets) -> str:
    """Return the same as records of a per-server log."""
    records = (
        {"debug": pattern.format_map(dict(secrets.planted)), "timestamp": f"2026-11-25T08:20:{second:02}.000Z"}
        for second, pattern in enumerate(LINES)
    )
    return "".join(json.dumps({**record, "sessionId": "a", "cwd": "/home/user"}) + "\n" for record in records)


def store(secrets: Secrets) -> str:
    """Return a store whose every field holds a secret, of every section that a client keeps."""
    at = secrets.planted
    entry = {
        "serverName": SERVER,
        "serverUrl": f"https://u:{at['password']}@mcp.example/mcp?key={at['url_key']}",
        "clientId": at["client_id"],
        "clientSecret": at["client_secret"],
        "accessToken": at["access"],
        "refreshToken": at["refresh"],
        "idToken": at["id_token"],
        "codeVerifier": at["verifier"],
        "state": at["state"],
        "registrationAccessToken": at["registration"],
        "expiresAt": 1_795_600_000_000,
        "scope": "mcp:read",
        "discoveryState": {"authServer": f"https://u:{at['password']}@login.example/?k={at['url_key']}"},
        "somethingNew": at["custom"],
    }
    return json.dumps(
        {
            "mcpOAuth": {KEY: entry},
            "mcpOAuthClientConfig": {KEY: {"clientSecret": at["client_secret"]}},
            "claudeAiOauth": {"accessToken": at["static"], "refreshToken": at["refresh"], "email": at["email"]},
            "apiKey": at["api_key"],
        }
    )


def jwt(claims: Mapping[str, object]) -> str:
    """Return a signed-looking token with `claims`."""
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl" * 4])
