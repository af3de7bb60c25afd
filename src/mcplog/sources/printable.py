"""Names of files as text that can be printed on any terminal and in any report.

A saved callback page is called `callback?code=…&state=….html`, and a token may be pasted as a name: such secrets are
not repeated.
"""

from functools import lru_cache
from typing import Final

from mcplog.model.secret_marks import is_plain_path

LIMIT: Final = 300
UNDECODED_BASE: Final = 0xDC00  # PEP 383: byte 0x80 that is not UTF-8 comes as U+DC80
UNDECODED: Final = range(0xDC80, 0xDD00)
ONE_BYTE: Final = 0x100
MARK: Final = "[REDACTED]"
ENDS_OF_SECRET_NAMES: Final = ("code", "state", "token", "secret", "key", "password", "verifier", "nonce", "sig", "sid")
ENDS_OF_VALUES: Final = frozenset("&;#/\\ \"'")
JWT_START: Final = "eyJ"
QUOTES: Final = "\"'\\"
SIGNS: Final = ("=", '":', JWT_START)  # a name without any of these has nothing to hide here
SHORTEST_JWT: Final = 20
SUFFIX_LIMIT: Final = 6  # `.jsonl`; a longer one is no suffix


@lru_cache(maxsize=64)  # one file after the other is asked for several times
def printable(name: str) -> str:
    r"""Return a file name without what a terminal would obey or cannot encode.

    Args:
        name: A path. Bytes that are not UTF-8 stand in it as surrogates, as the system hands them over.

    Returns:
        The name with such bytes and control characters as `\xNN` or `\uNNNN`, without the values of parameters that
        hold secrets and without tokens, and with its middle left out when it is longer than 300 characters.
    """
    text = name if name.isprintable() else "".join(_shown(character) for character in name)
    text = _without_secrets(text) if any(sign in text for sign in SIGNS) else text
    text = text if is_plain_path(text) else _without_known_shapes(text)
    return text if len(text) <= LIMIT else f"{text[: LIMIT // 2]}…{text[-LIMIT // 2 + 1 :]}"


def _without_known_shapes(text: str) -> str:
    from mcplog.model.redaction import redact_path  # noqa: PLC0415 - loads polars, and few names are suspect

    return redact_path(text)


def _shown(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return character
    if code in UNDECODED:
        code -= UNDECODED_BASE
    return f"\\x{code:02x}" if code < ONE_BYTE else f"\\u{code:04x}"


def _without_secrets(text: str) -> str:
    """Return a name without the values behind `code=` and its like, and without JWTs."""
    shown, at = "", 0
    while at < len(text):
        stop = _end_of_value(text, at) if _begins_a_secret(text, at) else at
        shown += f"{MARK}{_suffix(text[at:stop])}" if stop > at else text[at]
        at = max(stop, at + 1)
    return shown


def _begins_a_secret(text: str, at: int) -> bool:
    if text.startswith(JWT_START, at):
        return _end_of_value(text, at) - at >= SHORTEST_JWT
    if text[at] in ENDS_OF_VALUES or text[at - 1 : at] not in ("=", *QUOTES):
        return False
    head = text[:at].rstrip(QUOTES)
    name = head[:-1].rstrip(QUOTES)
    is_said = head.endswith("=") or (head.endswith(":") and len(name) < len(head) - 1)  # in JSON names are quoted
    return is_said and name.lower().endswith(ENDS_OF_SECRET_NAMES)


def _end_of_value(text: str, at: int) -> int:
    return next((index for index in range(at, len(text)) if text[index] in ENDS_OF_VALUES), len(text))


def _suffix(value: str) -> str:
    suffix = value[value.rfind(".") :] if "." in value else ""
    return suffix if len(suffix) <= SUFFIX_LIMIT and suffix[1:].isalpha() else ""
