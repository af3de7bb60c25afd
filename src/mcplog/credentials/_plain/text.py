"""From the bytes of a store to a JSON object.

    {"mcpOAuth":{…}}                       as the client writes it, one line
    ```json⏎{⏎  "mcpOAuth": …⏎```          as people paste it

What the client itself could not read (UTF-16, a repeated name) is read as far as it is unambiguous, and told.
"""

import json
from collections import Counter
from typing import Final, TypeAlias

import msgspec

from mcplog.credentials._plain.faults import Faults
from mcplog.model.half_characters import may_spell_half, with_whole_characters

JsonObject: TypeAlias = dict[str, object]

MISSING: Final = object()
DUPLICATE: Final = object()  # a name that occurs twice in one object: no value can be believed
EXACT_DIGITS: Final = 18  # a longer integer does not fit an Int64; JavaScript reads it as a float too
BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
NOT_UTF8_HINT: Final = "It is read all the same; the client itself could not."
DAMAGED_HINT: Final = "The client takes such a store for an empty one and overwrites it."


def decoded(content: bytes, faults: Faults) -> str:
    """Return the text; bytes that are no text become U+FFFD."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            faults.add(f"is {encoding[:-3].upper()}, not UTF-8", NOT_UTF8_HINT)
            return content[len(mark) :].decode(encoding, "replace")
    if content[:1] in (b"{", b"[") and content[1:2] == b"\x00":
        faults.add("is UTF-16 without a byte order mark, not UTF-8", NOT_UTF8_HINT)
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        faults.add(f"byte {fault.start} is not UTF-8")
        return content.decode("utf-8-sig", "replace")


def as_written(content: bytes) -> JsonObject | None:
    """Return the object in a file that stands there exactly as a client writes it; null when a closer look is needed.

    What is written again as the same bytes repeats no name and hides nothing.
    """
    try:
        value = msgspec.json.decode(content)
        is_same = isinstance(value, dict) and msgspec.json.encode(value) == content
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return value if is_same else None


def object_in(text: str, faults: Faults) -> JsonObject | None:
    """Return the JSON object that the text is, or that its only such fenced block is; null with a fault."""
    try:
        value = _json(text)
    except (ValueError, RecursionError) as fault:
        blocks = [block for block in map(_json_or_none, fenced(text)) if isinstance(block, dict)]
        if len(blocks) == 1:
            return blocks[0]
        several = ", and more than one fenced block is" if blocks else ""
        faults.add(f"is not JSON{several}: {_reason(fault)}", DAMAGED_HINT)
        return None
    if isinstance(value, dict):
        return value
    faults.add(f"holds {json_type(value)} where an object is needed", DAMAGED_HINT)
    return None


def json_type(value: object) -> str:
    """Name the JSON type of a value for a sentence."""
    if value is None:
        return "null"
    names = {bool: "a boolean", list: "an array", dict: "an object", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "a repeated name")


def _json(text: str) -> object:
    """Parse strict JSON; a repeated name gives `DUPLICATE`.

    Raises:
        ValueError: It is none.
        RecursionError: It is nested too deeply.
    """
    value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse)
    return without_halves(value) if may_spell_half(text) else value


def without_halves(value: object) -> object:
    """Return a `value` of JSON with U+FFFD for each half of a character, in names too."""
    if isinstance(value, str):
        return with_whole_characters(value)
    if isinstance(value, dict):
        return _object([(with_whole_characters(name), without_halves(item)) for name, item in value.items()])
    if isinstance(value, list | tuple):
        return type(value)(map(without_halves, value))
    return value


def _json_or_none(text: str) -> object:
    try:
        return _json(text)
    except (ValueError, RecursionError):
        return None


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    result = dict(pairs)
    if len(result) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        result.update((name, DUPLICATE) for name, count in counts.items() if count > 1)
    return result


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= EXACT_DIGITS else float(digits)


def _refuse(word: str) -> object:
    raise ValueError(word)


def fenced(text: str) -> list[str]:
    """Return the contents of the Markdown fences in the text."""
    blocks: list[list[str]] = []
    fence = ""
    for line in text.splitlines():
        bare = line.strip()
        if not fence and bare.startswith(("```", "~~~")):
            fence = bare[:3]
            blocks.append([])
        elif fence and bare.startswith(fence):
            fence = ""
        elif fence:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def _reason(fault: ValueError | RecursionError) -> str:
    """Say what is wrong and where, without a word of the text, which may be a secret."""
    if isinstance(fault, json.JSONDecodeError):
        return f"{fault.msg.partition(':')[0]}, line {fault.lineno}, column {fault.colno}"
    return "nested too deeply" if isinstance(fault, RecursionError) else "a number that JSON does not know"
