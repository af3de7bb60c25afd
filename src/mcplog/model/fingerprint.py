"""Turn a secret into a fingerprint that proves equality and can be printed.

`kind#8hex`: the first 32 bits of an HMAC-SHA-256 under the run's key. Equal secrets stay equal within a run (or between
runs that share `--fingerprint-key`), nothing printable can be replayed, and without the key nothing can be looked up.
"""

import hmac
from enum import StrEnum


class SecretKind(StrEnum):
    """The kinds of secret, as the prefix of their fingerprints."""

    ACCESS_TOKEN = "AT"  # noqa: S105 - a prefix, not a password
    REFRESH_TOKEN = "RT"  # noqa: S105 - a prefix, not a password
    CLIENT_ID = "CI"
    CLIENT_SECRET = "CS"  # noqa: S105 - a prefix, not a password
    CODE = "CODE"
    VERIFIER = "CV"
    STATE = "STATE"
    SIGNING_KEY = "KEY"


def fingerprint(kind: SecretKind, value: str, key: bytes) -> str:
    """Return the fingerprint of `value` under `key`.

    Args:
        kind: What the value is; becomes the prefix.
        value: The secret; not kept.
        key: The run's random key, made where the run starts.

    Returns:
        `kind#8hex`, for example `RT#3f9a01c2`.
    """
    return f"{kind}#{hmac.digest(key, value.encode('utf-8', 'surrogatepass'), 'sha256')[:4].hex()}"
