r"""JSON inside messages: what others wrote, so it may spell what no frame can hold.

    {"message":"Account s\ud800uspended"}      half a character alone becomes U+FFFD

May import: nothing. Touches: nothing.
"""

import json
from typing import Any, Final

HALF: Final = "\\ud"


def decoded(text: str) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return the value of a JSON text; no string in it holds half of a character.

    Args:
        text: JSON.

    Raises:
        ValueError: It is none, or too deep to be one that means anything.
    """
    try:
        value = json.loads(text)
    except RecursionError as fault:
        raise ValueError("too deep") from fault
    if HALF not in text.lower():
        return value
    spelled = json.dumps(value, ensure_ascii=False)
    return json.loads(spelled.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
