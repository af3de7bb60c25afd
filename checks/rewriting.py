"""Change the text of a recording everywhere it stands: logs, stores, file names, and the claims of stored JWTs.

A token is taken apart, its claims are changed like any other text, and it is put together again with its old header and
signature: nothing verifies it, and tokens that differed still do.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from checks.recording import Recording

Change = Callable[[str], str]
JWT: Final = re.compile(r"(eyJ[\w-]+\.[\w-]+\.[\w-]*)", re.ASCII)


def rewritten(
    recording: Recording, change: Change, *, claims: Change | None = None, path: Change | None = None
) -> Recording:
    """Return `recording` with another wording.

    Args:
        recording: The recording.
        change: Changes the text of files outside tokens.
        claims: Changes the claims of a token, as JSON; null: as `change` does.
        path: Changes the paths of files; null: as `change` does.
    """

    def file(content: bytes) -> bytes:
        text = content.decode("utf-8", "surrogateescape")
        parts = JWT.split(text)
        parts[::2] = [change(part) for part in parts[::2]]
        parts[1::2] = [_token(part, claims or change) for part in parts[1::2]]
        return "".join(parts).encode("utf-8", "surrogateescape")

    moved = path or change
    return replace(
        recording,
        files={moved(name): file(content) for name, content in recording.files.items()},
        written_ns={moved(name): written for name, written in recording.written_ns.items()},
    )


def texts(recording: Recording) -> list[str]:
    """Return the text of each file of `recording`, the claims of its tokens behind it."""
    found = []
    for content in recording.files.values():
        text = content.decode("utf-8", "surrogateescape")
        found += [text, *(claims for token in JWT.findall(text) if (claims := _claims(token)) is not None)]
    return found


def _claims(token: str) -> str | None:
    payload = token.split(".")[1]
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode("utf-8")
        return text if isinstance(json.loads(text), dict) else None
    except (binascii.Error, ValueError):
        return None


def _token(token: str, change: Change) -> str:
    claims = _claims(token)
    if claims is None:
        return token
    header, _, signature = token.split(".")
    payload = base64.urlsafe_b64encode(change(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"
