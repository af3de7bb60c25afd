r"""A JSON string whose text may be cut off before its closing quote.

    Unauthorized: \"no\""},"url":…    the text `Unauthorized: "no"`, whole
    Unauthorized: \"n                 the text `Unauthorized: "n`, cut

May import: half_characters. Touches: nothing.
"""

import json
from typing import Final, NamedTuple

from mcplog.model.half_characters import with_whole_characters

_LONGEST_ESCAPE: Final = len(r"\u0000")


class JsonString(NamedTuple):
    """A string read from JSON text.

    Attributes:
        text: With its escapes resolved; as it stands where one of them is none of JSON's.
        is_whole: Its closing quote is there.
    """

    text: str
    is_whole: bool


def read_string(behind_quote: str) -> JsonString:
    """Return the string that begins at `behind_quote`, its opening quote left out; half an escape at a cut is dropped.

    Args:
        behind_quote: JSON text, which may go on behind the string or end before it does.
    """
    end = _end(behind_quote)
    return JsonString(_resolved(behind_quote[:end]), end < len(behind_quote))


def _end(behind_quote: str) -> int:
    """Return where the closing quote stands, the first one that no escape holds; the length where there is none."""
    quote, slash = behind_quote.find('"'), behind_quote.find("\\")
    while -1 < slash < quote:
        behind = slash + 2
        slash = behind_quote.find("\\", behind)
        quote = behind_quote.find('"', behind) if quote < behind else quote
    return quote if quote >= 0 else len(behind_quote)


def _resolved(spelled: str) -> str:
    for dropped in range(_LONGEST_ESCAPE):
        try:
            return with_whole_characters(json.loads(f'"{spelled[: len(spelled) - dropped]}"', strict=False))
        except ValueError:
            continue
    return spelled
