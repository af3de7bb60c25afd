"""From the texts of a message's terminals to the fields of the event.

    ("connection_closed", ("TRANSPORT__HEAD", "DURATION_S", "REASON__PAREN"), ("HTTP", "33", "with errors"))
    transport = http, duration_ms = 33000, reason = with-errors

Fields are kept as patches (which messages, which values), since a message fills three or four fields of thirty, and
equal texts of one terminal are read once. What a message says itself stands before what its detail says.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Hashable, Mapping, Sequence
from json import JSONDecoder
from typing import Final, TypeVar

import polars as pl
from msgspec import Struct

from mcplog.model.failures import REASONS
from mcplog.model.fingerprint import SecretKind
from mcplog.parse._table import Found
from mcplog.parse.addresses import authorization_fields, endpoint, form_fields, hidden, scopes
from mcplog.parse.bodies import page_status, refusal_in
from mcplog.parse.details import (
    MOST_DIGITS,
    Detail,
    Match,
    code_fields,
    has_codes,
    read_detail,
    read_report,
    whole_number,
)
from mcplog.parse.json_text import decoded
from mcplog.parse.listed_rows import CROSSES, GLYPHS, marked_row_of, row_of
from mcplog.parse.server_names import is_placeholder

Given = TypeVar("Given", bound=Hashable)
Filled = dict[str, object]
Patch = tuple[list[int], list[object] | pl.Series]
"""Messages, by index, and the values of one field for them."""
Patches = dict[str, list[Patch]]
"""Field → its patches; of two values for one message the earlier patch holds."""

# Kinds that say why something failed, also when the text behind them is empty.
FAILING: Final = frozenset(
    {
        "bridge_sign_in_failed",
        "connection_error_detailed",
        "connection_error_thrown",
        "connection_failed",
        "http_connection_failed",
        "list_failed",
        "metadata_failed",
        "path_metadata_failed",
        "refresh_failed",
        "resource_metadata_failed",
        "sign_in_failed",
        "tool_failed",
        "transport_error_reported",
    }
)

# Their text may be the server's own, and tell what a service behind it answered.
OF_TOOLS: Final = ("tool_error_told", "tool_failed")
_DETAIL_FIELDS: Final = Detail.__struct_fields__
_GLYPHS: Final = f"{GLYPHS} "
_DECODER: Final = JSONDecoder()
_GOOD: Final = "✓✔"
STATUS_DIGITS: Final = 3
STEPS: Final[Mapping[str, str]] = {"at async registerClient (": "registration-rejected"}
UNTOLD: Final = ("description-only", "empty", "oauth-error")  # which step failed
REPORTS: Final = ('{"', "{...", "{…")  # of a transport in JSON, which people shorten
UNLISTED: Final = "connected · tools fetch failed"
_WORDS: Final[Mapping[str, str]] = {
    "failed-to-connect": "failed",
    "connection-error": "failed",
    "connected-tools-fetch-failed": "tools-fetch-failed",
    "env": "environment",
    "needs-sign-in": "needs-authentication",
    "disconnected": "not-connected",
    "reconnecting": "connecting",
    "running": "connecting",
    "stopped": "not-connected",
    "waiting-for-server-to-respond-to": "pending",
    "discovered": "connected",
}
_TAILS: Final[Mapping[str, str]] = {
    "SERVER__SUBSCRIBED": '" connected with subscribe=',
    "SERVER__FAILED": " failed",
    "SERVER__BUT": ", but ",
    "SERVER__DOCTOR": "': failed — ",
    "SERVER__REJECTED": " rejected them on reconnect",
    "SERVER__REAUTHORIZATION": '" requires re-authorization',
    "SERVER__NOT_CONNECTED": '" is not connected',
    "SERVER__SCREEN": " MCP Server",
    "TOOL__ERROR": " tool error (",
}


class _Reading(Struct, frozen=True, kw_only=True):
    """What reading a field may need besides its text."""

    key: bytes
    match_detail: Match


def field_patches(found: Sequence[Found], messages: pl.Series, *, key: bytes, match_detail: Match) -> Patches:
    """Return the fields of every message.

    Args:
        found: What the messages are.
        messages: The messages, all their lines; String.
        key: Of the run's fingerprints.
        match_detail: Reads one layer of a detail.

    Returns:
        Patches of FIELDS, in their types but for `scope`, which is text; `server` besides, where a message names one.
    """
    reading = _Reading(key=key, match_detail=match_detail)
    patches: Patches = {}
    given = _by_terminal(found)
    for name, (rows, values) in given.items():
        field = name.partition("__")[0]
        if field in _NUMBERS:
            target, factor = _NUMBERS[field]
            patches.setdefault(target, []).append((rows, _whole_numbers(values) * factor))
        elif field == "CONFIG":
            wholes = [messages[row] for row in rows]
            _patch(patches, rows, wholes, {whole: _config(whole) for whole in wholes})
        elif field != "DETAIL":
            _patch(patches, rows, values, {value: _read(name, value, reading) for value in dict.fromkeys(values)})
    undefined = [
        row
        for row, value in zip(*given.get("EXPIRES_IN_S__OR_UNDEFINED", ([], [])), strict=True)
        if value == "undefined"
    ]
    if undefined:
        patches.setdefault("reason", []).append((undefined, ["undefined"] * len(undefined)))
    _patch_details(patches, found, given, messages, reading)
    return patches


def _whole_numbers(texts: Sequence[str]) -> pl.Series:
    """Return the whole numbers at the beginning of texts; null where there is none, or none of the client's size."""
    given = pl.Series(texts, dtype=pl.String)
    numbers = given.cast(pl.Int64, strict=False)
    largest = 10**MOST_DIGITS - 1
    is_odd = (numbers > largest) | (numbers < -largest)
    if numbers.null_count():
        is_odd |= numbers.is_null()
    if not is_odd.any():
        return numbers
    odd = is_odd.arg_true()
    begins = given.gather(odd).str.extract(rf"^(-?[0-9]{{1,{MOST_DIGITS}}})(?:[^0-9]|$)")
    return numbers.scatter(odd, begins.cast(pl.Int64))


def _by_terminal(found: Sequence[Found]) -> dict[str, tuple[list[int], list[str]]]:
    given: dict[str, tuple[list[int], list[str]]] = {}
    for way in found:
        for name, column in zip(way.fields, way.columns, strict=True):
            rows, values = given.setdefault(name, ([], []))
            rows.extend(way.rows)
            values.extend(column)
    return given


def _patch(patches: Patches, rows: list[int], values: Sequence[Given], read: Mapping[Given, Filled]) -> None:
    """Add what was read from `values` to the patches."""
    number = {value: at for at, value in enumerate(read)}
    picks = [number[value] for value in values]
    for name in dict.fromkeys(name for filled in read.values() for name in filled):
        choice = [filled.get(name) for filled in read.values()]
        told = [choice[pick] for pick in picks]
        if None in choice:
            is_told = [(row, one) for row, one in zip(rows, told, strict=True) if one is not None]
            rows_told, told = [row for row, _ in is_told], [one for _, one in is_told]
            patches.setdefault(name, []).append((rows_told, told))
        else:
            patches.setdefault(name, []).append((rows, told))


def _transport(text: str) -> str | None:
    low = text.strip().lower().partition(" ")[0]
    return None if low in {"unknown", "undefined"} else low


# Terminals that are numbers: the field, and what its unit is multiplied with.
_NUMBERS: Final[Mapping[str, tuple[str, int]]] = {
    "DURATION_MS": ("duration_ms", 1),
    "DURATION_S": ("duration_ms", 1000),
    "AWAKE_MS": ("awake_ms", 1),
    "LIMIT_MS": ("limit_ms", 1),
    "NUMBER": ("number", 1),
    "NUMBER_OF": ("number_of", 1),
    "EXPIRES_IN_S": ("expires_in_s", 1),
}


def reason_word(text: str) -> str:
    """Return the closed word for a reason as logged; `other` when it has none."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in text.partition(": ")[0].lower())
    word = "-".join(part for part in letters.split("-") if part)
    word = _WORDS.get(word, word)
    return word if word in REASONS else "other"


def _read(name: str, value: str, reading: _Reading) -> Filled:  # noqa: C901, PLR0911, PLR0912 - one line a terminal
    """Return the fields that one terminal's text fills."""
    field, _, variant = name.partition("__")
    match field:
        case "HTTP_STATUS":
            return {"http_status": int(value[:STATUS_DIGITS])}
        case "OAUTH_ERROR":
            return {"oauth_error": value}
        case "SCOPE":
            return {"scope": scopes(value)}
        case "TRANSPORT":
            return {"transport": _transport(value)}
        case "REASON":
            return {"reason": _reason(variant, value)}
        case "HAS_REFRESH_TOKEN":
            return {"has_refresh_token": {"true": True, "false": False}.get(value)}
        case "VERSION":
            return {"version": value}
        case "TOOL":
            return {"tool": value.partition(" tool error (")[0]}
        case "SERVER":
            return {"server": _server(name, value)}
        case "URL":
            return {"url": endpoint(value)}
        case "CLIENT_ID":
            return {"client_id": hidden(SecretKind.CLIENT_ID, value, reading.key)}
        case "ERROR_CODE":
            return dict(code_fields(value))
        case "AUTHORIZATION_URL":
            return authorization_fields(value, reading.key)
        case "FORM":
            given = form_fields(value, reading.key)
            return {**given, "reason": reason_word(str(given["reason"]))} if "reason" in given else given
        case "OPTIONS":
            return _options(value)
        case "CAPABILITIES":
            return _capabilities(value)
        case "ENVIRONMENT":
            return _environment(value)
        case "LISTED_ROW" if variant:
            return _screen_row(value)
        case "LISTED_ROW":
            return _listed_row(value, reading.match_detail)
        case "ANSWER":
            return _of_detail(read_detail(value, reading.match_detail))
        case "TOOL_RESULT":
            return _tool_result(value)
        case "INIT_STATUS":
            return _init_status(value)
        case _:
            return {}


def _reason(variant: str, value: str) -> str | None:
    if variant == "OPTIONS":
        return "default" if value.strip() == "default" else "custom"
    return reason_word(value.strip(_GLYPHS))


def _server(name: str, value: str) -> str | None:
    bare = value.removesuffix(_TAILS.get(name, ".")).removeprefix('MCP server "').removeprefix("MCP server '")
    return None if is_placeholder(bare.strip("`*_")) else bare


def _object(text: str) -> dict[str, object] | None:
    """Return a JSON object; null when it was cut or is none."""
    try:
        value = decoded(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


# Headers that the client sends without being told to, and words in the names of those that carry a credential.
SENT_BY_ITSELF: Final = frozenset({"user-agent", "accept", "accept-encoding"})
CREDENTIAL_WORDS: Final = (
    "auth",
    "key",
    "token",
    "secret",
    "cookie",
    "session",
    "pass",
    "credential",
    "jwt",
    "signature",
)


def _options(text: str) -> Filled:
    options = _object(text)
    if options is None:
        return {}
    filled: Filled = {}
    if isinstance(options.get("url"), str):
        filled["url"] = endpoint(str(options["url"]))
    if isinstance(options.get("hasAuthProvider"), bool):
        filled["has_auth_provider"] = options["hasAuthProvider"]
    if isinstance(options.get("timeoutMs"), int):
        filled["limit_ms"] = whole_number(str(options["timeoutMs"]))
    headers = options.get("headers")
    if isinstance(headers, dict):
        names = {str(name).lower() for name in headers}
        filled["has_authorization_header"] = "authorization" in names
        filled["has_configured_header"] = any(
            word in name for name in names - SENT_BY_ITSELF for word in CREDENTIAL_WORDS
        )
        filled["version"] = _client_version(str(headers.get("User-Agent", "")))
    return filled


def _client_version(agent: str) -> str | None:
    program, _, rest = agent.partition("/")
    return rest.partition(" ")[0] or None if program == "claude-code" else None


def _capabilities(text: str) -> Filled:
    told = _object(text) or {}
    version, era = told.get("negotiatedProtocolVersion"), told.get("protocolEra")
    return {
        "version": version if isinstance(version, str) else None,
        "reason": reason_word(era) if isinstance(era, str) else None,
    }


def _environment(text: str) -> Filled:
    told = _object(text)
    if told is None:
        return {}
    proxies = [told.get(name, "not set") for name in ("HTTP_PROXY", "HTTPS_PROXY")]
    return {"reason": "proxy-not-set" if proxies == ["not set", "not set"] else "proxy-set"}


def _config(text: str) -> Filled:
    """Return what a pasted configuration says; pastes are cut and commented, so it is not read as JSON."""
    url = text.partition('"url"')[2].partition('"')[2].partition('"')[0]
    return {"url": endpoint(url) or None, "has_authorization_header": '"authorization"' in text.lower()}


def _tool_result(text: str) -> Filled:
    result = _object(text)
    if result is None:
        reason = "error" if text.startswith("Error: ") else None
        return {"reason": reason, "error_description": text[:400], "http_status": refusal_in(text)}
    content = result.get("content")
    first = content[0] if isinstance(content, list) and content else None
    told = str(first.get("text", "")) if isinstance(first, dict) else ""
    reason = {True: "error", False: "ok"}.get(bool(result["isError"])) if "isError" in result else None
    return {"reason": reason, "error_description": told[:400] or None, "http_status": refusal_in(told)}


def _init_status(text: str) -> Filled:
    """Return what the first event of a session says of the one server that it names."""
    listed = text.partition("mcp_servers")[2]
    try:
        servers, _ = _DECODER.raw_decode(listed[listed.find("[") :])
    except (ValueError, RecursionError):
        return {}
    if len(servers) != 1 or not isinstance(servers[0], dict):
        return {}
    name, status = (servers[0].get(key) for key in ("name", "status"))
    return {"server": name, "reason": reason_word(status)} if isinstance(name, str) and isinstance(status, str) else {}


def _screen_row(text: str) -> Filled:
    row = row_of(text) or marked_row_of(text)
    if row is None:
        return {}
    words = row.status.partition(" · ")[0].partition(" (")[0]
    reason = reason_word(row.status if row.status.startswith(UNLISTED) else words)
    if words == "disconnected" and row.status.endswith("login"):
        reason = "needs-authentication"  # what the server's own screen says then
    elif reason == "other":
        reason = "connected" if row.glyph in _GOOD else "failed" if row.glyph in CROSSES else reason
    return {"server": row.server, "reason": reason}


def _listed_row(text: str, match_detail: Match) -> Filled:
    server, _, rest = text.partition(": ")
    ends = [at for at in range(len(rest)) if rest.startswith(" - ", at) and rest[at + 3 : at + 4] in _GLYPHS]
    where, status = (rest[: ends[0]], rest[ends[0] + 3 :]) if ends else (rest, "")
    words, _, cause = status.partition(" — ")
    transport = where.rpartition(" (")[2].rstrip(")").lower() if where.endswith(")") else ""
    filled: Filled = {"server": server, "reason": reason_word(words.strip(_GLYPHS))}
    if "://" in where:
        filled["url"] = endpoint(where.partition(" ")[0])
        filled["transport"] = transport or None
    if cause:
        code, _, told = cause.partition(": ")
        detail = _of_detail(read_detail(told or code, match_detail, code if told else ""))
        filled |= {name: value for name, value in detail.items() if value is not None}
    return filled


class _Failing(Struct, frozen=True, kw_only=True):
    """What a message tells of a failure; of equal ones the same is read.

    Attributes:
        text: The detail.
        code: The code before it; empty when there is none.
        oauth_error: The OAuth code before it; empty when there is none.
        step: The failure by the step that threw; empty when no stack tells it.
        page_status: What a page has as its title.
        of_tool: The text may be the server's own.
    """

    text: str
    code: str
    oauth_error: str
    step: str
    page_status: int | None
    of_tool: bool


def _detail_text(name: str, value: str) -> str:
    return value.rpartition("); ")[0] if name == "DETAIL__PAREN" else value


def _of_detail(detail: Detail) -> Filled:
    return {name: getattr(detail, name) for name in _DETAIL_FIELDS}


def _patch_details(
    patches: Patches,
    found: Sequence[Found],
    given: Mapping[str, tuple[list[int], list[str]]],
    messages: pl.Series,
    reading: _Reading,
) -> None:
    """Add what the details say; equal details are read once."""
    texts = {row: "" for way in found if way.name in FAILING for row in way.rows}
    codes: dict[int, str] = {}
    errors: dict[int, str] = {}
    for name, (rows, values) in given.items():
        field = name.partition("__")[0]
        if field == "DETAIL":
            texts.update(zip(rows, (_detail_text(name, value) for value in values), strict=True))
        elif field in {"ERROR_CODE", "OAUTH_ERROR"}:
            (codes if field == "ERROR_CODE" else errors).update(zip(rows, values, strict=True))
    whole = {row: messages[row] for row in texts}
    for row, text in texts.items():
        _, line_end, rest = whole[row].partition("\n")
        if line_end and (text.endswith(("[", "{")) or has_codes(rest)):
            texts[row] = text + line_end + rest
    of_tools = {row for way in found if way.name in OF_TOOLS for row in way.rows}
    keys = [
        _Failing(
            text=text,
            code=codes.get(row, ""),
            oauth_error=errors.get(row, ""),
            step=_step(whole[row]),
            page_status=page_status(whole[row]),
            of_tool=row in of_tools,
        )
        for row, text in texts.items()
    ]
    read = {key: _read_failure(key, reading.match_detail) for key in dict.fromkeys(keys)}
    _patch(patches, list(texts), keys, read)


def _step(message: str) -> str:
    """Return the failure that a stack tells by the step of the sign-in that threw; empty where it tells none."""
    stack = message.partition("\n")[2]
    return next((failure for name, failure in STEPS.items() if name in stack), "") if stack else ""


def _read_failure(told: _Failing, match_detail: Match) -> Filled:
    read = read_report if told.text.startswith(REPORTS) else read_detail
    filled = _of_detail(read(told.text, match_detail, told.code))
    if told.oauth_error:
        # The client names the code before the description; where there is none it repeats the code.
        if filled["failure"] in {"description-only", "empty"} or filled["oauth_error"] == told.oauth_error:
            filled["failure"] = "oauth-error"
        if filled["error_description"] == told.oauth_error:
            filled |= {"error_description": None, "description_class": None}
    if filled["body_class"] == "html" and filled["http_status"] is None:
        filled["http_status"] = told.page_status
    if told.step and filled["failure"] in UNTOLD:
        filled["failure"] = told.step
    if told.of_tool and filled["failure"] == "description-only" and filled["http_status"] is None:
        filled["http_status"] = refusal_in(told.text)
    return filled
