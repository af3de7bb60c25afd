"""Detail texts: from the error inside a message to a failure and its fields.

    Streamable HTTP error: Server returned 401 after successful authentication (code: 401, errno: none)
    GWA: The refresh token was already used
    SSE stream disconnected: TypeError: terminated

A detail may be wrapped several times; each layer is read with the `detail` rule of `message.lark`. What no alternative
matches is free text, mostly an `error_description` behind a minified class name.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.failure_words import description_phrases, failure_by_code
from mcplog.model.json_string import read_string
from mcplog.parse._table import Hit
from mcplog.parse.addresses import endpoint, scopes
from mcplog.parse.bodies import LONGEST_DESCRIPTION, Body, read_body, schema_failure
from mcplog.parse.json_text import decoded

Match = Callable[[str], Hit | None]

DEEPEST: Final = 6
ERROR_MEMBER: Final = '"error":"'
SPACED_MEMBER: Final = '"error": "'
POSTING: Final = "Error POSTing to endpoint"  # a transport says so, also where a tool wraps it in JSON
CODES: Final = " (code: "
MOST_DIGITS: Final = 15
VAGUE: Final = frozenset({"fetch-failed", "unable-to-connect", "description-only", "empty", "stream-not-opened"})
WRONG_ANSWERS: Final = frozenset({201, 202, 204, 405, 406})  # to a request for a stream, or to a POST
STATUSES: Final = range(100, 600)
QUOTES: Final = frozenset("'\"`<>[]()")
LEFT_OUT: Final = ".… "  # what people put in the place of a body
SHORTEST_IDENTIFIER: Final = 8
NO_SESSION: Final = (
    "session not found",
    "no session found",
    "session does not exist",
    "session id not found",
    "no valid session id",
    "invalid session id",
    "unknown session",
    "session expired",
    "session has expired",
    "session has been terminated",
    "server not initialized",
)


class Detail(Struct, frozen=True, kw_only=True):
    """What a detail text says; the fields are those of FIELDS (`scope` as text), null where it tells nothing."""

    failure: str
    http_status: int | None = None
    error_code: str | None = None
    oauth_error: str | None = None
    error_description: str | None = None
    description_class: str | None = None
    body_class: str | None = None
    url: str | None = None
    other_url: str | None = None
    scope: str | None = None
    limit_ms: int | None = None
    number: int | None = None
    after_auth: bool | None = None


def read_detail(text: str, match: Match, code: str = "") -> Detail:
    """Return what a detail text says.

    Args:
        text: The detail; of several lines only where a JSON list follows, or its codes behind a body.
        match: Reads one layer: the `detail` rule of the table or of lark.
        code: The code that the message gives before the detail; empty when it gives none.
    """
    bare, codes = _split_codes(text.strip())
    detail = _merge(_merge(_layer(bare, match, 0), codes), code_fields(code))
    if detail.error_code and detail.failure in VAGUE:
        detail = replace(detail, failure=failure_by_code().get(detail.error_code, detail.failure))
    if detail.http_status in WRONG_ANSWERS and detail.failure in {"http-error", "stream-not-opened"}:
        detail = replace(detail, failure="wrong-method")
    if detail.error_description and detail.description_class is None:
        detail = replace(detail, description_class=description_class(detail.error_description))
    return detail


def read_report(text: str, match: Match, code: str = "") -> Detail:
    """Return what a transport's report in JSON says: `{"url":…,"error":…,"errorType":…,"stack":…}`."""
    try:
        report = decoded(text)
    except ValueError:
        report = None
    if report is None and (error := _error_of_cut(text)):
        return read_detail(error, match, code)
    if not isinstance(report, dict) or not isinstance(report.get("error"), str):
        return read_detail(text, match, code)
    detail = read_detail(report["error"], match, code)
    url = report.get("url")
    return replace(detail, url=detail.url or endpoint(url)) if isinstance(url, str) else detail


def _error_of_cut(text: str) -> str:
    """Return the error in a report that was cut off behind it; empty where there is none, or it is cut itself."""
    _, is_told, rest = text.partition(ERROR_MEMBER)
    error = read_string(rest)
    return error.text if is_told and error.is_whole else ""


def description_class(text: str) -> str | None:
    """Return the class of an error description, with or without the values in it; null when it has no known phrase."""
    low = text.lower()
    return _class_of(low) or (_class_of(plain) if (plain := _without_values(low)) != low else None)


def _without_values(text: str) -> str:
    """Return a text without what it quotes and without identifiers: "client 'x7' not found" names no client then."""
    return " ".join(word for word in text.split() if not (_is_quoted(word) or _is_identifier(word)))


def _is_quoted(word: str) -> bool:
    bare = word.rstrip(".,:;)")
    return len(bare) > 1 and bare[0] in QUOTES and bare[-1] in QUOTES


def _is_identifier(word: str) -> bool:
    return len(word) >= SHORTEST_IDENTIFIER and any(char.isdigit() for char in word)


def _class_of(low: str) -> str | None:
    for phrase, name in description_phrases():
        at = low.find(phrase)
        while at != -1:
            before, after = low[at - 1 : at], low[at + len(phrase) : at + len(phrase) + 1]
            if not before.isalnum() and not after.isalnum():
                return name
            at = low.find(phrase, at + 1)
    return None


def whole_number(text: str) -> int | None:
    """Return the whole number at the beginning of a text; null when it is too long to be one of the client's."""
    digits = text.partition(" ")[0]
    return int(digits) if len(digits) <= MOST_DIGITS and digits.removeprefix("-").isdecimal() else None


def code_fields(code: str) -> dict[str, str | int]:
    """Return a code as `http_status` when it is one, else as `error_code`; nothing when there is none."""
    bare = code.removesuffix(": ").strip("<> ")
    if not bare or bare == "none":
        return {}
    if bare.isascii() and bare.isdigit() and int(bare[:9]) in STATUSES:
        return {"http_status": int(bare)}
    return {"error_code": bare[:64]}


def has_codes(text: str) -> bool:
    """Return whether a text ends in ` (code: 401, errno: none)`, behind a body of several lines too."""
    return text.endswith(")") and CODES in text


def _split_codes(text: str) -> tuple[str, dict[str, str | int]]:
    if not has_codes(text):
        return text, {}
    bare, _, codes = text.rpartition(CODES)
    return bare, code_fields(codes[:-1].partition(", errno: ")[0])


def _merge(detail: Detail, codes: dict[str, str | int]) -> Detail:
    """Return `detail` with the codes that it does not tell itself."""
    missing = {name: value for name, value in codes.items() if getattr(detail, name) is None}
    return replace(detail, **missing) if missing else detail


def _layer(text: str, match: Match, depth: int) -> Detail:
    if not text:
        return Detail(failure="empty")
    if text.startswith("["):
        return Detail(failure=schema_failure(text))
    first = text.partition("\n")[0].strip()
    hit = match(f"{first} " if first.endswith(":") else first)
    if hit is None and depth < DEEPEST and (error := _known_error(first, match)):
        return _layer(error, match, depth + 1)
    if hit is None or depth == DEEPEST:
        return _free_text(first)
    alternative, names, values = hit
    given = {name.partition("__")[0]: value for name, value in zip(names, values, strict=True)}
    inner = given.pop("DETAIL", None)
    outer = _read(alternative.replace("_", "-"), given)
    if inner is None:
        return replace(outer, failure="empty") if outer.failure == "wrapped" else outer
    # Lines that follow belong to the innermost text: a list of schema errors goes on there.
    at = text.find(inner.rstrip()) if inner.startswith("[") else -1
    inside = _layer(text[at:] if at >= 0 else inner, match, depth + 1)
    return _join(outer, inside)


def _known_error(text: str, match: Match) -> str:
    """Return the error in a report that is no JSON any more, where it is a sentence that is known; else nothing.

    What a transport says is taken out of whole JSON, too: `{"error": "Error POSTing to endpoint (HTTP 400): …"}`.
    """
    error = _error_of_cut(text.replace(SPACED_MEMBER, ERROR_MEMBER, 1)) if text.startswith("{") else ""
    if " " not in error or match(error) is None:
        return ""
    if error.startswith(POSTING):
        return error
    try:
        decoded(text)
    except ValueError:
        return error
    return ""


def _free_text(text: str) -> Detail:
    if text.startswith("{"):
        body = read_body(text)
        return _from_body("http-error", {}, body)
    return Detail(failure="description-only", error_description=text[:LONGEST_DESCRIPTION])


def _join(outer: Detail, inside: Detail) -> Detail:
    """Return both layers as one: the inner failure where the outer one only wraps, else the outer one."""
    yields = outer.failure == "wrapped" or (
        outer.failure in {"jsonrpc-error", "fetch-failed"} and inside.failure not in {"description-only", "empty"}
    )
    failure = inside.failure if yields else outer.failure
    if failure == "stream-not-opened" and inside.failure == "wrong-method":
        failure = "wrong-method"
    merged = {
        name: getattr(outer, name) if getattr(outer, name) is not None else getattr(inside, name)
        for name in Detail.__struct_fields__
    }
    return Detail(**{**merged, "failure": failure})


def _read(failure: str, given: dict[str, str]) -> Detail:
    """Return one layer from its alternative and the texts of its terminals."""
    detail = Detail(failure=failure)
    if "BODY" in given or failure in {"http-error", "registration-rejected"}:
        detail = _from_body(failure, given, _shown_body(given.get("BODY")))
    if "RAW_BODY" in given:
        body = read_body(given["RAW_BODY"].partition("Raw body:")[2])
        detail = replace(detail, body_class=body.body_class)
    if "CONTENT_TYPE" in given and "html" in given["CONTENT_TYPE"]:
        detail = replace(detail, body_class="html")
    if "ERROR_CODE" in given:
        detail = _merge(detail, code_fields(given["ERROR_CODE"].strip("(): ")))
    return replace(
        detail,
        http_status=int(given["HTTP_STATUS"]) if "HTTP_STATUS" in given else detail.http_status,
        oauth_error=_oauth_error(given["OAUTH_ERROR"]) if "OAUTH_ERROR" in given else detail.oauth_error,
        error_description=given.get("ERROR_DESCRIPTION", detail.error_description),
        url=_address(given["URL"]) if "URL" in given else None,
        other_url=_address(given["OTHER_URL"]) if "OTHER_URL" in given else None,
        scope=scopes(given["SCOPE"]) if "SCOPE" in given else None,
        limit_ms=whole_number(given["LIMIT_MS"]) if "LIMIT_MS" in given else None,
        number=whole_number(given["NUMBER"]) if "NUMBER" in given else None,
        after_auth={"unauthorized-after-auth": True, "unauthorized": False}.get(failure),
    )


def _shown_body(text: str | None) -> Body | None:
    """Return what a body says; null where there is none, or dots in its place."""
    return None if text is None or (text.strip() and not text.strip(LEFT_OUT)) else read_body(text)


def _oauth_error(text: str) -> str:
    """Return an OAuth code, also of the class that stands for it: `InvalidScopeError: `."""
    name, is_class, _ = text.partition("Error: ")
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).removeprefix("_") if is_class else text


def _address(text: str) -> str:
    return endpoint(text.partition(" ")[0].rstrip(".,;:"))


def _from_body(failure: str, given: dict[str, str], body: Body | None) -> Detail:
    """Return a refusal with what its body says; some bodies say more than the status."""
    if body is None:
        return Detail(failure=failure)
    told = failure
    if body.oauth_error == "insufficient_scope":
        told = "insufficient-scope"
    elif body.description and _says_no_session(body.description):
        told = "session-not-found"
    return Detail(
        failure=told,
        body_class=body.body_class,
        oauth_error=body.oauth_error,
        error_code=body.error_code,
        error_description=body.description,
        http_status=int(given["HTTP_STATUS"]) if "HTTP_STATUS" in given else body.http_status,
    )


def _says_no_session(text: str) -> bool:
    low = text.lower()
    return any(words in low for words in NO_SESSION)
