"""Analyses built by hand: what the rooms below hand to a report, without running them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from msgspec.structs import replace

from mcplog.model.document import Problem
from mcplog.model.facts import Facts
from mcplog.model.finding import (
    Analysis,
    ClauseResult,
    Counts,
    Diagnosis,
    Evidence,
    Finding,
    HeldCredential,
    LadderRung,
    Moment,
    RedHerring,
)
from mcplog.model.frames import DOCUMENTS, FACTS, GAPS, STATES, empty
from mcplog.model.place import Place
from mcplog.model.vocabulary import Certainty, FinalState, Party, Rung, RungState, Severity, Truth, Verdict

FOLDER = "/home/dev/.claude"
LOG = f"{FOLDER}/debug/fcd10fc2-3930-4dd1-8f83-1437d1f9f705.txt"
SIGN_IN_LOG = f"{FOLDER}/debug/95785131-eba8-40a7-87e9-d614b47a76fe.txt"
SERVER_LOG = "/home/dev/.cache/claude-cli-nodejs/-home-dev-app/mcp-logs-notes/2026-11-25T08-20-00-100Z.jsonl"
STORE = f"{FOLDER}/.credentials.json"
REFUSED = (
    "HTTP Connection failed after 821ms: Streamable HTTP error: Server returned 401 after successful authentication"
)


def at(second: float) -> datetime:
    """Return the instant `second` seconds after 08:20."""
    return datetime(2026, 11, 25, 8, 20, tzinfo=UTC) + timedelta(seconds=second)


def place(origin: str, line: int, document_id: int = 0) -> Place:
    """Return one line of a document."""
    return Place(document_id=document_id, origin=origin, line_from=line, line_to=line)


SAVED = Evidence(
    place=place(SIGN_IN_LOG, 274, 1),
    kind="token_saved",
    event_at=at(0.620),
    excerpt="Saving tokens",
    role="related",
    step="saved",
)
ANCHOR = Evidence(
    place=place(LOG, 50),
    kind="http_connection_failed",
    event_at=at(15.825),
    excerpt=REFUSED,
    role="primary",
    step="refused",
    also_at=place(SERVER_LOG, 14, 2),
)
HELD = Evidence(
    place=place(STORE, 1, 3),
    kind="credential-state",
    event_at=at(0.622),
    excerpt="the store held AT#3f9a01c2, valid until 09:20:00, 59 min 44 s left",
    role="related",
)

REFUSED_AFTER_AUTH = Finding(
    rule_id="rejected-after-auth",
    server="notes",
    certainty=Certainty.CONFIRMED,
    severity=Severity.HIGH,
    responsible=(Party.MCP_SERVER,),
    title="The server refuses a token that was just issued for it",
    cause=(
        "The server answered 401 to AT#3f9a01c2, which its own authorization server had issued 15.2 s before and which "
        "had 59 min 44 s left."
    ),
    next_observation="Send `initialize` with the stored token by curl: 401 again means the server, 200 the client.",
    remedy={
        Party.MCP_SERVER: "Check what the verifier demands: audience, issuer, scope. Log the reason of the 401.",
        Party.USER: "Signing in again will not help. Send the server's operator the line below and its time.",
    },
    clauses=(
        ClauseResult(clause="[token_saved or token_returned] as saved", truth=Truth.TRUE, evidence=(SAVED,)),
        ClauseResult(
            clause="![refresh_failed or tokens_cleared]",
            truth=Truth.TRUE,
            note=(
                "no refresh failed and no token was cleared between 08:20:00.620 and 08:20:15.825; "
                "the log covers all of it"
            ),
        ),
        ClauseResult(
            clause="[http_connection_failed where after_auth and http_status == 401] as refused",
            truth=Truth.TRUE,
            evidence=(ANCHOR,),
        ),
        ClauseResult(clause='credential at refused where held_token_is == "valid"', truth=Truth.TRUE, evidence=(HELD,)),
    ),
    evidence=(ANCHOR, SAVED, HELD),
    occurrences=3,
    first_at=at(15.825),
    last_at=at(71.1),
    rivals=("token-audience-mismatch",),
    references=("RFC 6750 §3.1", "anthropics/claude-code#18175"),
    signature="5be1c0de",
)

AUDIENCE = Finding(
    rule_id="token-audience-mismatch",
    server="notes",
    certainty=Certainty.POSSIBLE,
    severity=Severity.HIGH,
    responsible=(Party.AUTHORIZATION_SERVER,),
    title="The token was issued for another resource",
    cause=(
        "The token may name another audience than https://notes.example/mcp; it is opaque, so nobody can read it here."
    ),
    next_observation="Ask the introspection endpoint for `aud`.",
    clauses=(
        ClauseResult(
            clause="credential at refused where held_jwt_audience_fits == false",
            truth=Truth.UNKNOWN,
            note="the token is opaque: its audience cannot be read",
            settled_by="the answer of the introspection endpoint",
        ),
    ),
    evidence=(ANCHOR,),
)

MARKER = Finding(
    rule_id="needs-auth-cache-outlives-signin",
    server="notes",
    certainty=Certainty.CONFIRMED,
    severity=Severity.MEDIUM,
    responsible=(Party.CLIENT,),
    title="Connections are skipped by a marker older than the sign-in",
    cause="Later sessions skipped the connection because of a marker set 2.9 s before the sign-in.",
    evidence=(
        Evidence(
            place=place(f"{FOLDER}/debug/a0c3a3b8-3fe2-4a6c-a98e-f3a5aa224211.txt", 69, 4),
            kind="connection_skipped",
            event_at=at(19.1),
            excerpt="Skipping connection (cached needs-auth)",
            role="primary",
        ),
    ),
)

REFUSED_SERVER = Diagnosis(
    server="notes",
    verdict=Verdict.INCIDENT,
    final_state=FinalState.BROKEN,
    primary=REFUSED_AFTER_AUTH,
    consequences=(MARKER,),
    rivals=(AUDIENCE,),
    ladder=(
        *(
            LadderRung(rung=rung, state=RungState.REACHED, responsible=Party.NONE)
            for rung in (Rung.CONFIG, Rung.REACH, Rung.CHALLENGE, Rung.CLIENT, Rung.EXCHANGE, Rung.STORE)
        ),
        LadderRung(rung=Rung.USE, state=RungState.FAILED, responsible=Party.MCP_SERVER, place=place(LOG, 50)),
        LadderRung(rung=Rung.STEPUP, state=RungState.NOT_APPLICABLE, responsible=Party.NONE),
    ),
    first_rung_not_reached=LadderRung(
        rung=Rung.USE, state=RungState.FAILED, responsible=Party.MCP_SERVER, place=place(LOG, 50)
    ),
    red_herrings=(
        RedHerring(
            place=place(SIGN_IN_LOG, 204, 1),
            excerpt="Token expired without refresh token",
            reason="said before the first sign-in too, when there is no token at all",
            count=3,
        ),
    ),
    unknown=("Why the server refused: the body of its 401 is not in the log.",),
    collect=("The server's own log for 08:20:15 UTC, or the answer of curl with the same token.",),
    moments=(
        Moment(
            event_at=at(0.597),
            lane="log",
            text="Completing auth flow with authorization code",
            place=place(SIGN_IN_LOG, 267, 1),
        ),
        Moment(event_at=at(0.620), lane="log", text="Saving tokens", place=place(SIGN_IN_LOG, 274, 1)),
        Moment(
            event_at=at(0.622),
            lane="store",
            text="AT#3f9a01c2 and RT#77b1e0aa stored, valid until 09:20:00",
            place=place(STORE, 1, 3),
        ),
        Moment(event_at=at(15.485), lane="log", text="Returning tokens", place=place(LOG, 20)),
        Moment(event_at=at(15.825), lane="log", text=REFUSED, place=place(LOG, 50), decisive=True),
    ),
    credentials=(
        HeldCredential(
            moment="when refused",
            event_at=at(15.825),
            known=True,
            facts=(
                ("access token", "AT#3f9a01c2, opaque, expires 09:20:00 (59 min 44 s left)"),
                ("refresh token", "RT#77b1e0aa, not used"),
                ("scope", "notes:read notes:write"),
            ),
            place=place(STORE, 1, 3),
        ),
        HeldCredential(moment="at the end", event_at=at(80), known=False),
    ),
    known_issues=("anthropics/claude-code#18175: open in 2.1.90",),
    client_versions=("2.1.90",),
    summary="The server refuses a valid token.",
)

REVOKED = replace(
    REFUSED_AFTER_AUTH,
    rule_id="refresh-token-revoked",
    server="tracker",
    severity=Severity.MEDIUM,
    certainty=Certainty.POSSIBLE,
    responsible=(Party.AUTHORIZATION_SERVER,),
    cause="The authorization server refused RT#11112222, which was never exchanged before.",
    remedy={Party.USER: "Sign in again: /mcp, tracker, Authenticate."},
    occurrences=1,
    clauses=(
        ClauseResult(
            clause="![refresh_succeeded]",
            truth=Truth.UNKNOWN,
            note="nobody else refreshed between 08:00:00 and 08:20:15: not known, the log begins at 08:19:59",
            settled_by="the debug logs of the other sessions of that hour",
        ),
    ),
)
REVOKED_SERVER = Diagnosis(server="tracker", verdict=Verdict.INCIDENT, primary=REVOKED, summary="Refresh refused.")
HEALTHY_SERVER = Diagnosis(
    server="wiki", verdict=Verdict.HEALTHY, final_state=FinalState.WORKING, summary="Connected at 08:20:01, 12 tools."
)
OPEN_SERVER = Diagnosis(
    server="design",
    verdict=Verdict.INCONCLUSIVE,
    summary="A sign-in was begun and nothing tells how it ended.",
    unknown=("Whether the browser came back.",),
    collect=("A log of a new attempt: claude --debug, then /mcp.",),
)
COUNTS = Counts(documents=4, lines=1234, bytes=302_120, entries=345, events=120, unrecognised=2, stores=1, snapshots=8)


def analysis(
    *diagnoses: Diagnosis,
    verdict: Verdict = Verdict.INCIDENT,
    notes: tuple[str, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Analysis:
    """Return an analysis of these servers, with frames that hold no rows."""
    return Analysis(
        verdict=verdict,
        diagnoses=diagnoses,
        counts=COUNTS,
        problems=problems,
        stores=(STORE,),
        notes=notes,
        documents=empty(DOCUMENTS),
        gaps=empty(GAPS),
        facts=Facts(rows=empty(FACTS)),
        credential_states=empty(STATES),
    )


def refused() -> Analysis:
    """Return the report's showpiece: a valid token refused, with rivals, consequence, store and ladder."""
    return analysis(
        REFUSED_SERVER, notes=("`latest` points to a file that is gone; the newest log was taken instead.",)
    )


def many() -> Analysis:
    """Return four servers of every kind, the healthy one first."""
    return analysis(HEALTHY_SERVER, OPEN_SERVER, REVOKED_SERVER, REFUSED_SERVER)


def frame(schema: pl.Schema, *rows: dict[str, Any]) -> pl.DataFrame:
    """Return a frame with `rows`, null where they name nothing."""
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
