"""The key of a history's fingerprints: made once, kept beside it, readable by its owner alone.

Equal tokens stay provably equal over all snapshots because the key stays the same. Whoever has the key and a token can
tell whether the history saw it; nobody can tell a token from the history.
"""

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from mcplog.errors import InputError

KEY_NAME: Final = "fingerprint.key"
KEY_BYTES: Final = 32
CHECK_BYTES: Final = 8


def key_of(folder: Path) -> bytes | None:
    """Return the key that lies in `folder`; null when there is none.

    Raises:
        InputError: It cannot be read, or is no key.
    """
    path = folder / KEY_NAME
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError("the key of the history cannot be read", place=str(path)) from fault
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        hint = "Move it away: a new one is made, and older snapshots are not compared any more."
        raise InputError("is no key of a history", place=str(path), hint=hint)
    return key


def new_key(folder: Path) -> bytes:
    """Return the key that lies in `folder`; make one when there is none. Several may do so at once.

    Raises:
        InputError: It cannot be read or written, or is no key.
    """
    key = key_of(folder)
    if key is not None:
        return key
    made = folder / f".{KEY_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        _write(made, secrets.token_bytes(KEY_BYTES).hex().encode())
        try:
            os.link(made, folder / KEY_NAME)  # fails when another was first, which a rename does not
        except FileExistsError:
            pass
        finally:
            made.unlink(missing_ok=True)
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", place=str(folder / KEY_NAME)) from fault
    key = key_of(folder)
    if key is None:
        raise InputError("the key of the history is gone", place=str(folder / KEY_NAME))
    return key


def key_check(key: bytes) -> str:
    """Return a word that tells whether two histories have the same `key`, and not the key."""
    return hmac.digest(key, b"mcplog history", "sha256")[:CHECK_BYTES].hex()


def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
