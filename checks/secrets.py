"""No secret of a recording is in anything that mcplog prints of it: `python -m checks.secrets CORPUS`.

Tokens of the stores, and codes, verifiers, states, tokens and header values of the logs are looked for in each output
format, in proofs, near misses and the timeline, and in the frames that the library gives.
"""

import sys
from collections.abc import Iterable
from typing import Final

import polars as pl

from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from mcplog.cli.formats import format_names, renderer
from mcplog.model.finding import Analysis
from mcplog.pipeline import all_rules
from mcplog.report.layout import Page
from mcplog.report.proof import near_misses, proofs
from mcplog.report.timeline import timeline
from mcplog.report.view import findings_of, report_v1
from mcplog.rules.near_miss import why_not

WINDOW: Final = 10  # so many characters of a secret in a row are a leak
# Each match ends with a secret.
PATTERNS: Final = (
    r"\b(?:rt|code)-[A-Za-z0-9_-]{8,}",
    r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+",
    r"(?:code|code_verifier|refresh_token|access_token|client_secret|state|nonce)=[A-Za-z0-9_.~%-]{8,}",
    r'(?i)"(?:accessToken|refreshToken|clientSecret|codeVerifier|idToken|state)\\?"\s*:\s*\\?"[^"\\]{8,}',
    r'(?i)"authorization\\?"\s*:\s*\\?"bearer [^"\\]{8,}',
    r'(?i)"[a-z-]*(?:key|token)\\?"\s*:\s*\\?"[^"\\ ]{8,}',
)
NO_SECRETS: Final = ("REDACTED", "pending", "ABORT_ERR", "tool_", "proxy", "http")
MISSES: Final = ("rejected-after-auth", "static-header-rejected", "refresh-token-revoked", "token-exchange-failed")


def check(recording: Recording) -> list[Result]:
    """Return whether a secret of `recording` is seen, and in which outputs."""
    secrets = secrets_of(recording)
    seen = leaks(outputs(analysed(recording)), secrets)
    return [
        Result(
            recording=recording.name,
            variant="as it is",
            outcome="seen" if seen else "inside" if secrets else "no secrets",
            is_miss=bool(seen),
            reason=tuple(f"{name} shows {part}" for name, part in seen[:5]),
        )
    ]


def secrets_of(recording: Recording) -> set[str]:
    """Return the secrets in the logs and stores of `recording`."""
    texts = pl.Series([content.decode("utf-8", "replace") for content in recording.files.values()], dtype=pl.String)
    found = {match for pattern in PATTERNS for match in texts.str.extract_all(pattern).explode().drop_nulls()}
    values = map(_value, found)
    return {value for value in values if len(value) >= WINDOW and not any(word in value for word in NO_SECRETS)}


def _value(match: str) -> str:
    value = match.rpartition('"')[2] if '"' in match else match.partition("=")[2] or match
    value = value.removeprefix("Bearer ").removeprefix("bearer ")
    return value.partition(".")[2] if value.startswith("eyJ") else value  # the head of a JWT is no secret


def outputs(analysis: Analysis) -> dict[str, str]:
    """Return all that can be printed of `analysis`, by name."""
    report, page = report_v1(analysis, tool_version="0"), Page()
    frames = ("documents", "gaps", "events", "credential_states")
    rules = {finding.rule_id for finding in analysis.findings}
    misses = [
        why_not(rule, analysis.events, documents=analysis.documents, server=one.server, case_id=one.case_id)
        for rule in all_rules()
        if rule.id in MISSES
        for one in analysis.diagnoses
    ]
    return (
        {name: renderer(name, analysis)(report, page) for name in format_names()}
        | {name: getattr(analysis, name).write_json() for name in frames}
        | {rule: proofs(findings_of(analysis, rule), page) for rule in rules}
        | {"timeline": timeline(analysis, page), "why-not": near_misses(misses, page), "repr": repr(analysis)}
    )


def leaks(texts: dict[str, str], secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Return where a part of a secret is seen in `texts`, and the part."""
    parts = [value[at : at + WINDOW] for value in secrets for at in range(len(value) - WINDOW + 1)]
    if not parts:
        return []
    seen = pl.Series(list(texts.values())).str.extract_many(parts)
    return [(name, part) for name, found in zip(texts, seen, strict=True) for part in found]


if __name__ == "__main__":
    sys.exit(main(check, Limit(never=("seen",)), __doc__))
