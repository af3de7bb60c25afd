"""Say what the store held at the moment that decides and at the end: facts and fingerprints, never a token.

What is not known is said so, with the reason; nothing is inferred from a neighbouring moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import polars as pl

from mcplog.diagnose.fact_rows import NO_DOCUMENT, NOWHERE
from mcplog.diagnose.lines import Lines
from mcplog.model.finding import Finding, HeldCredential
from mcplog.model.frames import FACTS
from mcplog.model.place import Place
from mcplog.model.vocabulary import HeldTokenIs, StateSource, StoreCondition

State = Mapping[str, Any]  # one row of FACTS by column: the closed set of `held_*` columns has many dtypes

READ: Final = (
    "case_id",
    "order",
    "server",
    "kind",
    "event_at",
    "failure",
    "reason",
    "document_id",
    "line_from",
    "credential_key",
    "state_origin",
    "state_line",
    "valid_from",
    "uncertainty_ms",
    "source",
    *(name for name in FACTS if name.startswith("held_")),
)
# Lines that show that tokens matter for a server at all; a local server's store is nobody's question.
ASKING: Final = ("token_returned", "token_saved", "token_absent", "authentication_required", "connection_skipped")
# Why a moment is shown, by the kind of the line that decides.
MOMENTS: Final[Mapping[str, str]] = {
    "refresh_failed": "when the refresh failed",
    "refresh_started": "when the refresh began",
    "connection_skipped": "when the client skipped the server",
    "sign_in_failed": "when the sign-in failed",
    "tool_failed": "when the call failed",
    "tool_call_refused": "when the call was refused",
    "token_saved": "when tokens were saved",
    "store_changed": "when the store changed",
    "access_token_expired": "when the access token expired",
    "token_absent": "when the client read no token",
    "static_header_rejected": "when the header was refused",
    "store_damaged": "when the store was damaged",
}
REFUSALS: Final = ("unauthorized", "unauthorized-after-auth", "insufficient-scope", "forbidden-after-upscoping")
AT_THE_LINE: Final = "at the decisive line"
AT_THE_END: Final = "at the end"
CONDITIONS: Final[Mapping[str, str]] = {
    StoreCondition.DAMAGED: "damaged: no JSON object; the client reads that as no tokens",
    StoreCondition.EMPTY: "zero bytes",
    StoreCondition.ABSENT: "there was no file",
}
SHAPES: Final[Mapping[str, str]] = {
    "jwt": "JWT, read without verification",
    "jwe": "encrypted JWT, not readable",
    "opaque": "opaque",
    "malformed": "no possible token: blanks, quotes or a scheme in it",
}
DAY_S: Final = 86_400
HOUR_S: Final = 3_600
MINUTE_S: Final = 60


def at_moments(
    lines: Lines, states: pl.DataFrame, findings: Sequence[Finding | None], origins: Mapping[int, str]
) -> list[tuple[HeldCredential, ...]]:
    """Return what the store held when it mattered.

    Args:
        lines: The rows of the servers.
        states: STATES of the run; tells why nothing is known.
        findings: The primary finding of each server; null: the end alone is told.
        origins: Document names by id.

    Returns:
        For each server the moment of the finding's line and the end of the evidence, the second one only where it
        differs. Empty for a server without any state, unless a finding asks for it.
    """
    decisive = lines.rows_from({who: finding.order for who, finding in enumerate(findings) if finding is not None})
    last = lines.last_rows()
    wanted = pl.Series(sorted({*decisive.values(), *last.values()}), dtype=pl.UInt32)
    rows = dict(zip(wanted.to_list(), lines.facts.frame(READ, wanted).to_dicts(), strict=True))
    asked = {*lines.of_kinds(ASKING)["who"].unique()}
    stored = {*states["server"].unique()}
    return [
        tuple(
            one
            for one in _at(rows.get(decisive.get(who, -1)), finding, rows.get(last.get(who, -1)), states, origins)
            if one.known or who in asked or lines.servers[who][1] in stored
        )
        for who, finding in enumerate(findings)
    ]


def _at(
    decisive: State | None,
    finding: Finding | None,
    last: State | None,
    states: pl.DataFrame,
    origins: Mapping[int, str],
) -> Iterator[HeldCredential]:
    if decisive is not None and finding is not None:
        moment = _moment(decisive) if decisive["order"] == finding.order else AT_THE_LINE
        yield _held(decisive, moment, states, origins)
    if last is not None and _is_known(last) and not _is_same(decisive, last):
        yield _held(last, AT_THE_END, states, origins)


def _moment(row: State) -> str:
    if row["failure"] in REFUSALS:
        return "when refused"
    if row["kind"] == "attempt_ended" and row["reason"] in ("failed", "timeout"):
        return "when the connection failed"
    return MOMENTS.get(row["kind"], AT_THE_LINE)


def _is_known(row: State) -> bool:
    known = (row["held_has_access_token"], row["held_has_refresh_token"], row["held_entry"])
    return any(word is not None for word in known) or row["held_condition"] not in (None, StoreCondition.OK)


def _is_same(first: State | None, second: State) -> bool:
    """Tell whether two moments lie in one state, so that the second says nothing new."""
    if first is None or not _is_known(first):
        return False
    return bool(first["credential_key"] == second["credential_key"] and first["valid_from"] == second["valid_from"])


def _held(row: State, moment: str, states: pl.DataFrame, origins: Mapping[int, str]) -> HeldCredential:
    known = _is_known(row)
    told = _facts(row) if known else (("because", _why_unknown(row, states)),)
    return HeldCredential(
        moment=moment, event_at=row["event_at"], known=known, facts=told, place=_place(row, origins) if known else None
    )


def _why_unknown(row: State, states: pl.DataFrame) -> str:
    if row["event_at"] is None:
        return "the line has no time, and the log alone does not tell"
    of_server = states.filter((pl.col("server") == row["server"]) & (pl.col("case_id") == row["case_id"]))
    if of_server.is_empty():
        return "no store was read that has an entry of this server, and the log tells of no token"
    first = of_server["valid_from"].min()
    if isinstance(first, datetime) and first > row["event_at"]:
        return f"the first thing known of the store is of {_clock(first)}"
    return "nothing in store or log tells it for this moment"


def _place(row: State, origins: Mapping[int, str]) -> Place | None:
    """Return the snapshot; where the log alone tells, the line itself."""
    if row["state_origin"] is not None:
        line = row["state_line"] or 1
        return Place(document_id=NO_DOCUMENT, origin=row["state_origin"], line_from=line, line_to=line)
    document = row["document_id"]
    if document is None:
        return None
    line = row["line_from"] or 1
    return Place(document_id=document, origin=origins.get(document, NOWHERE), line_from=line, line_to=line)


def _facts(row: State) -> tuple[tuple[str, str], ...]:
    condition = CONDITIONS.get(row["held_condition"] or "")
    told = (
        ("store", condition or ""),
        ("access token", _access_token(row)),
        ("refresh token", _token(row["held_has_refresh_token"], row["held_refresh_token"])),
        ("client", _client(row)),
        ("scope", _scope(row)),
        ("issuer", _host(row["held_jwt_issuer"] or row["held_issuer"] or row["held_discovered_issuer"])),
        ("audience", _audience(row)),
        ("expires", _expiry(row)),
        ("token", _shape(row)),
        ("clock", _skew(row)),
        ("known from", _source(row)),
    )
    return tuple((name, text) for name, text in told if text)


def _token(has: bool | None, fingerprint: str | None) -> str:  # noqa: FBT001 - null, true and false are its three values
    if fingerprint:
        return fingerprint
    return "not known" if has is None else "there is one" if has else "none"


def _access_token(row: State) -> str:
    token = _token(row["held_has_access_token"], row["held_access_token"])
    if not row["held_has_access_token"]:
        return "none: there was one before" if row["held_token_is"] == HeldTokenIs.WIPED else token
    if row["held_expires_is_zero"]:
        return f"{token}, stored as expired (expiresAt is 0)"
    left = row["held_left_ms"]
    if left is None:
        return f"{token}, {'no expiry stored' if row['held_access_token'] else 'expiry not known'}"
    return f"{token}, {span(left)} left" if left > 0 else f"{token}, expired {span(-left)} before"


def _client(row: State) -> str:
    if row["held_has_client_id"] is None:
        return ""
    client = row["held_client_id"] or ("registered" if row["held_has_client_id"] else "none")
    return f"{client}, with a secret" if row["held_has_client_secret"] else client


def _scope(row: State) -> str:
    granted = row["held_jwt_scope"] if row["held_scope"] is None else row["held_scope"]
    asked = row["held_step_up_scope"]
    nothing = "empty" if row["held_has_access_token"] else ""
    told = "" if granted is None else " ".join(granted) or nothing
    return f"{told}; asked for: {' '.join(asked)}".removeprefix("; ") if asked else told


def _audience(row: State) -> str:
    audience = row["held_jwt_audience"]
    if not audience:
        return ""
    fits = {True: ", fits this server", False: ", is not this server", None: ""}[row["held_jwt_audience_fits"]]
    return ", ".join(_without_query(word) for word in audience) + fits


def _expiry(row: State) -> str:
    stored, claimed = row["held_expires_at"], row["held_jwt_expires_at"]
    if stored is None:
        return f"{_clock(claimed)}, says the token" if claimed else ""
    if claimed is None or abs((stored - claimed).total_seconds()) <= MINUTE_S:
        return _clock(stored)
    return f"{_clock(stored)} in the store, {_clock(claimed)} says the token"


def _shape(row: State) -> str:
    return SHAPES.get(row["held_token_shape"] or "", "") if row["held_has_access_token"] else ""


def _skew(row: State) -> str:
    ahead = row["held_jwt_clock_ahead_ms"]
    if ahead is None or ahead < MINUTE_S * 1_000:  # behind: a token that was put back, not one just issued
        return ""
    return f"the token was issued by a clock that is {span(ahead)} ahead of this machine's"


def _source(row: State) -> str:
    sources: Sequence[str] = row["source"] or ()
    words = {StateSource.SNAPSHOT: "the store", StateSource.LOG: "the log", StateSource.JWT: "the token"}
    told = " and ".join(words[StateSource(word)] for word in sources if word in words)
    if row["valid_from"] is None:
        return told
    how = row["uncertainty_ms"]
    since = "at the latest since" if how is None else "since"
    within = f", give or take {span(how)}" if how else ""
    return f"{told}, {since} {_clock(row['valid_from'])}{within}".removeprefix(", ")


def _host(url: str | None) -> str:
    if not url:
        return ""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def _without_query(url: str) -> str:
    return url.partition("?")[0]


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def span(milliseconds: int) -> str:
    """Return a duration as a person would say it: the largest fitting unit, a second one where it matters.

    Args:
        milliseconds: Not negative.
    """
    seconds = milliseconds // 1_000
    if seconds >= 2 * DAY_S:
        return f"{seconds // DAY_S} days"
    if seconds >= HOUR_S:
        minutes = seconds % HOUR_S // MINUTE_S
        return f"{seconds // HOUR_S} h" + (f" {minutes} min" if minutes else "")
    if seconds >= MINUTE_S:
        return f"{seconds // MINUTE_S} min"
    return f"{seconds} s" if seconds else f"{milliseconds} ms"
