r"""JSON inside messages: what others wrote, so it may spell what no frame can hold.

    {"message":"Account s\ud800uspended"}      half a character alone becomes U+FFFD

May import: model. Touches: nothing.
"""

import json
from typing import Any

from mcplog.model.half_characters import may_spell_half, with_whole_characters


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
    if not may_spell_half(text):
        return value
    return json.loads(with_whole_characters(json.dumps(value, ensure_ascii=False)))
