"""A store as it may be shown to others: every secret by its stand-in, every name by its new one, all facts kept.

    {"mcpOAuth":{"notes|d9d8866736bfc662":{"serverName":"notes","accessToken":"…",…}}}
    {"mcpOAuth":{"kodaru|58a0f2cb31d77e09":{"serverName":"kodaru","accessToken":"…",…}}}

The hash in a key that is that of its address is made anew from the new address. What is not known to be harmless is
taken for a secret. A damaged store stays damaged, without a word of what it held.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from mcplog.credentials._plain.stand_ins import StandIns
from mcplog.credentials._plain.stores import key_hashes, name_and_hash
from mcplog.credentials._plain.text import BYTE_ORDER_MARKS, fenced, without_halves
from mcplog.knowledge.public_words import public_words
from mcplog.model.half_characters import may_spell_half
from mcplog.model.store_names import SECTION, SECTIONS

TOLD: Final = frozenset(("scope", "scopes", "stepUpScope", "scopes_supported", "subscriptionType", "type"))
ENDS_OF_TIMES: Final = ("At", "Ms", "_at", "_in", "_ms")

Pairs = list[tuple[str, Any]]


class _Object(list):  # type: ignore[type-arg]  # a JSON object as its pairs: a name may stand in it twice
    """The pairs of a JSON object, as they are written."""


class StoreNames(Struct, frozen=True, kw_only=True):
    """How names are changed.

    Attributes:
        server: Gives the new name of a server.
        text: Gives a text that may be told (an address, scopes) its new names.
    """

    server: Callable[[str], str]
    text: Callable[[str], str]


def shared_store(content: bytes, stand_ins: StandIns, names: StoreNames, *, is_marker: bool = False) -> bytes:
    """Return the bytes of a store without secrets and with new names.

    Args:
        content: The bytes of a store, or of a needs-auth marker file; empty ones stay empty.
        stand_ins: Makes the stand-ins.
        names: How names are changed.
        is_marker: It is a marker file.
    """
    mark, encoding = next(((m, e) for m, e in BYTE_ORDER_MARKS if content.startswith(m)), (b"", "utf-8"))
    text = content[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    top = _parsed(text)
    if top is None:
        return mark + _blank(text).encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    changed = _Rewriting(stand_ins, names).markers(top) if is_marker else _Rewriting(stand_ins, names).top(top)
    written = _written(changed, ascii_only=text.isascii(), indent="  " if "\n" in text.strip() else "", depth=0)
    return mark + written.encode(encoding, "backslashreplace")


class _Rewriting(Struct, frozen=True):
    stand_ins: StandIns
    names: StoreNames

    def top(self, top: _Object) -> _Object:
        if any(name in SECTIONS for name, _ in top):
            return _Object((self.field(name), self.section(name, value)) for name, value in top)
        if _is_entry(top):
            return self.entry(top)
        if top and all(isinstance(value, _Object) and _is_entry(value) for _, value in top):
            return _Object(self.section(SECTION, top))
        return self.any_object(top)

    def markers(self, top: _Object) -> _Object:
        return _Object((self.names.server(name), self.value("", value)) for name, value in top)

    def section(self, name: str, section: object) -> Any:  # noqa: ANN401 - JSON
        if name not in SECTIONS[:2] or not isinstance(section, _Object):
            return self.value(name, section)
        urls = {key: dict(entry).get("serverUrl") for key, entry in section if isinstance(entry, _Object)}
        return _Object((self.key(key, urls.get(key)), self.value("", entry)) for key, entry in section)

    def key(self, key: str, url: object) -> str:
        name, digits = name_and_hash(key)
        new_name = self.names.server(name)
        if not digits:
            return new_name
        old_hashes = key_hashes(url) if isinstance(url, str) else []
        if digits in old_hashes:
            return f"{new_name}|{key_hashes(self.names.text(str(url)))[old_hashes.index(digits)]}"
        return f"{new_name}|{self.stand_ins.of(digits, is_surely_secret=True)}"

    def entry(self, entry: _Object) -> _Object:
        return _Object((self.field(name), self.value(name, value)) for name, value in entry)

    any_object = entry

    def field(self, name: str) -> str:
        return name if name in public_words().fields or name in SECTIONS else self.stand_ins.of(name)

    def value(self, name: str, value: object) -> Any:  # noqa: ANN401 - JSON: one way out for each type
        if isinstance(value, _Object):
            return self.entry(value)
        if isinstance(value, list):
            return [self.value(name, item) for item in value]
        if isinstance(value, str):
            return self.text(name, value)
        if isinstance(value, bool) or value is None:
            return value
        return value if name in public_words().fields or name.endswith(ENDS_OF_TIMES) else 0

    def text(self, name: str, value: str) -> str:
        if name == "serverName":
            return self.names.server(value)
        return self.names.text(value) if name in TOLD or "://" in value else self.stand_ins.of(value)


def _parsed(text: str) -> _Object | None:
    """Return the object that the text is, or that its only fenced block is; null when there is none."""
    whole = _json(text.removeprefix("\ufeff"))
    if isinstance(whole, _Object):
        return whole
    blocks = [value for block in fenced(text) if isinstance(value := _json(block), _Object)]
    return blocks[0] if whole is None and len(blocks) == 1 else None


def _json(text: str) -> object:
    try:
        value = json.loads(text, object_pairs_hook=_Object, parse_constant=_refuse)
        return without_halves(value) if may_spell_half(text) else value
    except (ValueError, RecursionError):
        return None


def _refuse(word: str) -> object:
    raise ValueError(word)


def _is_entry(entry: _Object) -> bool:
    return any(name in ("serverName", "serverUrl") for name, _ in entry)


def _blank(text: str) -> str:
    """Return `text` with an x for each letter and a 0 for each digit."""
    return "".join("0" if char.isdigit() else "x" if char.isalpha() else char for char in text)


def _written(value: object, *, ascii_only: bool, indent: str, depth: int) -> str:
    """Return JSON: in one line without an `indent`, else a line for each value."""
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=ascii_only)
    deeper = [
        (name, _written(item, ascii_only=ascii_only, indent=indent, depth=depth + 1))
        for name, item in (value if isinstance(value, _Object) else (("", item) for item in value))
    ]
    colon = ": " if indent else ":"
    is_object = isinstance(value, _Object)
    parts = [
        f"{json.dumps(name, ensure_ascii=ascii_only)}{colon}{text}" if is_object else text for name, text in deeper
    ]
    start, end = "{}" if is_object else "[]"
    if not indent or not parts:
        return f"{start}{','.join(parts)}{end}"
    pad, last = "\n" + indent * (depth + 1), "\n" + indent * depth
    return f"{start}{pad}{f',{pad}'.join(parts)}{last}{end}"
