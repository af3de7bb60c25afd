"""Other words of the servers for the same thing: each error description gives way to another of its class.

Texts without a class say nothing that a rule may build on, so any other text without one will do.
"""

from typing import Final

from checks.names import replacing
from checks.recording import Recording
from checks.rewriting import rewritten
from mcplog.model.finding import Analysis

# By class; null is none. What servers say in public reports, in the words of other providers than the recorded one.
OTHER_TEXTS: Final[dict[str | None, tuple[str, ...]]] = {
    "reuse": ("Refresh token has been rotated", "Invalid Refresh Token: Already Used"),
    "revoked": ("Token is not active", "This grant has been revoked by the user"),
    "grant": ("Grant not found",),
    "expired": ("Session not active", "The refresh token has expired due to maximum lifetime"),
    "client": ("Unrecognized client_id", "The client does not exist"),
    "scope": ("invalid_target: the requested resource is not known", "AADSTS650053: no such permission"),
    "unknown-token": ("Unknown or invalid refresh token.", "Invalid refresh token"),
    "code": ("auth code already redeemed", "The code has expired"),
    "verifier": ("PKCE verification failed", "Invalid code verifier"),
    "redirect": ("redirect_uri_mismatch", "The callback URL is not on the list"),
    "registration": ("Client registration is not supported for this tenant", "registration disabled"),
    "denied": ("Access denied by the resource owner",),
    "rate": ("Rate limit reached, come back in a minute",),
    "unavailable": ("The service is temporarily unavailable",),
    None: ("Something the operator wrote", "Rejected by policy 17"),
}
SESSION_TEXTS: Final = {
    "Session not found": "No valid session ID provided"
}  # words that a client acts on: the MCP SDKs'


def other_descriptions(recording: Recording, analysis: Analysis) -> Recording:
    """Return `recording` with other error descriptions.

    Args:
        recording: The recording.
        analysis: What was read of it: which texts are descriptions.
    """
    told = analysis.events.select("error_description", "description_class").drop_nulls("error_description").unique()
    pairs: dict[str, str] = {}
    for old, kind in sorted(told.iter_rows(), key=str):
        others = [text for text in OTHER_TEXTS[kind] if text.lower() != old.lower()]
        pairs[old] = SESSION_TEXTS.get(old) or others[len(pairs) % len(others)]
    return rewritten(recording, replacing(pairs))
