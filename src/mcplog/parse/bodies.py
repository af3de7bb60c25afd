"""Bodies of HTTP answers and lists of schema errors inside messages.

    {"error": "insufficient_scope", "error_description": "Scope admin required"}     RFC 6749 §5.2, RFC 6750 §3.1
    {"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}
    [ { "code": "invalid_type", "path": [ "access_token" ], "message": "Invalid input: …" } ]

May import: model, knowledge. Touches: nothing.
"""

import re  # noqa: TID251 - members of an object that is cut: no JSON, so nothing else reads them
from typing import Final

from msgspec import Struct

from mcplog.knowledge.failure_words import failure_by_schema_field
from mcplog.parse.json_text import decoded

LONGEST_DESCRIPTION: Final = 400
DIGITS: Final = 3  # of an HTTP status
REFUSALS: Final = range(400, 600)
STATUS_KEYS: Final = ("status", "statusCode", "status_code", "error_code")
TELLING: Final = ("error_description", "message", "detail")
BLOCKED: Final = "may have been blocked by a firewall"
PASSED_ON: Final = ("MCP server returned ", "HTTP ")
UNAUTHORIZED: Final = 401
KEY_REFUSED: Final = (
    "unauthorized",
    "invalid api key",
    "invalid access token",
    "bad credentials",
    "authentication failed",
    "authentication required",
    "authentication needed",
    "not authenticated",
    "missing access token",
    "missing api key",
    "no access token",
    "token expired",
    "token has expired",
    "access token expired",
    "access token has expired",
)
CLIENTS_WORD: Final = "unauthorized"  # alone it is the client's own, for a 401 of the MCP server
STATUS_TOLD: Final = re.compile(  # at the beginning with what stands beside it in its first line (RFC 9110 §15)
    r"^([45][0-9]{2})(?=$|:| (?:Unauthorized|Forbidden|Not|Bad|Too|Internal|Service|Gateway|Request)\b)"
    r"|\b(?:HTTP|status code|status:) ([45][0-9]{2})\b"
    r"|: ([45][0-9]{2}) (?:Unauthorized|Forbidden)\b"
)
PAGE_STATUS: Final = re.compile(r"<(?:title|h1)>\s*([45][0-9]{2})\b")
PAGE_CHARS: Final = 2_000
STATUS_MEMBER: Final = re.compile(r'"(?:status|statusCode|status_code|error_code)" ?: ?([0-9]{3})(?![0-9])')
STATUS_WITHIN: Final = re.compile(  # an object in the text of an object: what the service behind a server answered
    r'\{(?:[^{}]{0,200}[,{ ])?"(?:code|status|statusCode|status_code)" ?: ?([45][0-9]{2})(?![0-9])'
)
MEMBER: Final = re.compile(r'"(error|error_description|message|detail)" ?: ?"([^"\\]*)"')


class Body(Struct, frozen=True, kw_only=True):
    """What a body says.

    Attributes:
        body_class: A word of BODY_CLASSES.
        oauth_error: The OAuth code; null when the body has none.
        error_code: The JSON-RPC code; null when the body has none.
        description: The error's text, or the text of a body that is plain text; not yet redacted.
        http_status: What a plain text begins with where it is a refusal, `404 page not found`, or what a member of an
            object says (RFC 9457 §3.1.3); else null.
    """

    body_class: str
    oauth_error: str | None = None
    error_code: str | None = None
    description: str | None = None
    http_status: int | None = None


def read_body(text: str) -> Body:
    """Return what the body of an answer says.

    Args:
        text: The body, perhaps cut at its first line end.
    """
    bare = text.strip()
    if not bare:
        return Body(body_class="empty")
    if bare.startswith("<"):
        return Body(body_class="html")
    if not bare.startswith(("{", "[")):
        return Body(body_class="text", description=bare[:LONGEST_DESCRIPTION], http_status=_status_of(bare))
    try:
        value = decoded(bare)
    except ValueError:
        return _of_cut(bare)
    return _read_object(value) if isinstance(value, dict) else Body(body_class="json")


def _read_object(value: dict[str, object]) -> Body:
    error = value.get("error")
    if isinstance(error, dict):
        code, message = error.get("code"), _text(error.get("message"))
        return Body(
            # A proxy that says what a firewall answered is not the server.
            body_class="text" if message and BLOCKED in message else "json-error",
            error_code=str(code) if isinstance(code, int | str) else None,
            description=message,
            http_status=_status_in(value) or _passed_on(error.get("message")),
        )
    told = _text(value.get("error_description")) or _text(value.get("message")) or _text(value.get("detail"))
    if isinstance(error, str):
        refused = error[:LONGEST_DESCRIPTION]
        return Body(body_class="json-error", oauth_error=refused, description=told, http_status=_status_in(value))
    return Body(body_class="json", description=told, http_status=_status_in(value))


def _status_in(value: dict[str, object]) -> int | None:
    """Return the status of a refusal that an object names; gateways and problem details do."""
    told = (value.get(key) for key in STATUS_KEYS)
    return next((one for one in told if isinstance(one, int) and one in REFUSALS), None)


def _passed_on(message: object) -> int | None:
    """Return the status that a proxy passes on in words, `MCP server returned 403 Forbidden.`; else null."""
    words = message if isinstance(message, str) else ""
    begun = next((start for start in PASSED_ON if words.startswith(start)), None)
    return None if begun is None else _status_of(f"{words.removeprefix(begun)} ")


def page_status(message: str) -> int | None:
    """Return the status that a page in a message of several lines has as its title; null where it tells none."""
    rest = message.find("\n") + 1
    found = PAGE_STATUS.search(message, rest, rest + PAGE_CHARS) if rest else None
    return int(found[1]) if found else None


def refusal_in(text: str) -> int | None:
    """Return the HTTP status of a refusal that the text of a result tells; null when it tells none.

    Args:
        text: As a tool answers: `HTTP 429`, `Request failed with status code 401`, `Unauthorized. Check your key.`, or
            an object that says so, `{"message":"Authentication required"}`, also one whose text holds another object.
    """
    bare = text.removeprefix("Error: ").strip()
    if bare.startswith("{"):
        body = read_body(bare)
        if body.http_status is not None:
            return body.http_status
        bare = body.description or body.oauth_error or ""
    bare = bare[:LONGEST_DESCRIPTION]
    if (within := STATUS_WITHIN.search(bare)) is not None:
        return int(within[1])
    found = STATUS_TOLD.search(bare)
    if found is not None:
        return int(found[1] or found[2] or found[3])
    low = bare.lower()
    return UNAUTHORIZED if low.startswith(KEY_REFUSED) and low != CLIENTS_WORD else None


def _status_of(text: str) -> int | None:
    """Return the HTTP status that a text begins with, `404 page not found`; null when it is none of a refusal."""
    number, blank, _ = text.partition(" ")
    is_number = bool(blank) and len(number) == DIGITS and number.isascii() and number.isdigit()
    return int(number) if is_number and int(number) in REFUSALS else None


def _of_cut(text: str) -> Body:
    """Return what the members of a cut object tell: people shorten what they copy, `{"message":"…","code":1},...}`."""
    told = {name: value for name, value in MEMBER.findall(text) if value}
    description = next((told[name] for name in TELLING if name in told), None)
    named = (int(number) for number in STATUS_MEMBER.findall(text))
    status = next((number for number in named if number in REFUSALS), None)
    if description is None:
        return Body(body_class="json", http_status=status)
    is_error = '"error"' in text
    return Body(
        body_class="json-error" if is_error else "json",
        oauth_error=told.get("error"),
        description=description[:LONGEST_DESCRIPTION],
        http_status=status,
    )


def _text(value: object) -> str | None:
    return value[:LONGEST_DESCRIPTION] if isinstance(value, str) and value else None


def schema_failure(text: str) -> str:
    """Return the failure that a list of schema errors tells by the fields it names.

    Args:
        text: The list; when it was cut, the names that are left are looked for.
    """
    words = {word.strip("\"'") for word in text.replace("[", " ").replace("]", " ").replace(",", " ").split()}
    return next((failure for name, failure in failure_by_schema_field().items() if name in words), "response-invalid")
