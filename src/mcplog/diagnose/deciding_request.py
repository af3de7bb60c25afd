"""The one request that decides what no log of the client can: whose fault the refusal of a good token is.

The reason stands in the body of the 401, which the client does not log. A request by hand with the stored token shows
it, and its answer tells the parties apart. The command takes the token from the store to the request and prints it
nowhere.

Source: MCP transports (the first request of a session), RFC 6750 §3 (what a refusal says).
"""

import shlex
from typing import Final

STORE: Final = "~/.claude/.credentials.json"
BODY: Final = (
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
    '"clientInfo":{"name":"by-hand","version":"1"}}}'
)
HEADER: Final = '.mcpOAuth[]|select(.serverName==$s)|"Authorization: Bearer "+.accessToken'


def deciding_request(server: str, url: str) -> str:
    """Return a sentence with the command, and with what each of its answers means.

    Args:
        server: Name of the server, as the store has it.
        url: Its URL. Both may come from anywhere: they are quoted for a shell.
    """
    token = f"jq -r --arg s {shlex.quote(server)} {shlex.quote(HEADER)} {STORE}"
    headers = "-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -H @-"
    request = f"curl -si {shlex.quote(url)} {headers} -d {shlex.quote(BODY)}"
    return (
        f"The answer to `{token} | {request}`, which prints no token: 200 puts the fault on the client; a 401 that "
        "names an error on the MCP server or its authorization server; a page or another challenge, on what "
        "stands in front of the server."
    )
