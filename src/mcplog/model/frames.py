"""The frames of each stage: one column name, one dtype, one meaning, everywhere.

Instants are `Datetime("ms", "UTC")` and end in `_at`; durations are `Int64` and end in `_ms` or `_s`. Lines are 1-based
inclusive, bytes 0-based half-open. Secrets are fingerprints (`RT#3f9a01c2`). `null` means *not known*; "known to be
absent" is its own value (`false`, `0`, an empty list), never null.
"""

from functools import cache
from typing import Final

import polars as pl

from mcplog.errors import FrameError
from mcplog.model.event_kinds import DERIVED_KINDS, EVENT_KINDS, REPORTED_KINDS
from mcplog.model.vocabulary import (
    Confidence,
    DocumentFormat,
    GapReason,
    HeldTokenIs,
    Level,
    StoreChange,
    StoreCondition,
    TimeBasis,
    Trigger,
)

INSTANT: Final = pl.Datetime("ms", "UTC")
KIND: Final = pl.Enum([*EVENT_KINDS, *DERIVED_KINDS, *REPORTED_KINDS])

DOCUMENTS: Final = pl.Schema(
    {
        "document_id": pl.UInt32(),
        "case_id": pl.UInt32(),
        "origin": pl.String(),
        "format": pl.Enum(DocumentFormat),
        "byte_count": pl.UInt64(),
        "line_count": pl.UInt32(),
        "encoding": pl.String(),
        "client_version": pl.String(),  # null: no line names it
        "session_id": pl.String(),  # from the file name of a debug file; null for other documents
        "server_folder": pl.String(),  # mangled server name of a per-server log's folder; null for others
        "starts_late": pl.Boolean(),  # known to begin after its process did
        "ends_early": pl.Boolean(),  # known to be cut at the end
        "covers_from": INSTANT,  # first stamp of any entry, MCP or not
        "covers_to": INSTANT,  # last stamp of any entry
    }
)

GAPS: Final = pl.Schema(
    {
        "document_id": pl.UInt32(),
        "line_from": pl.UInt32(),
        "line_to": pl.UInt32(),
        "byte_from": pl.UInt64(),
        "byte_to": pl.UInt64(),
        "reason": pl.Enum(GapReason),
    }
)

PLACED: Final = {
    "document_id": pl.UInt32(),  # row of `documents`
    "entry_id": pl.UInt32(),  # order within the document
    "line_from": pl.UInt32(),  # first line
    "line_to": pl.UInt32(),  # last line
    "byte_from": pl.UInt64(),  # first byte
    "byte_to": pl.UInt64(),  # one past the last byte
    "event_at": INSTANT,  # when it was logged; null: no clock tells
    "time_basis": pl.Enum(TimeBasis),  # where the instant comes from: recorded, lent, time-only, masked, order
    "level": pl.Enum(Level),  # as logged
    "confidence": pl.Enum(Confidence),  # how it came to us: recorded, pasted, prose
    "server": pl.String(),  # as written; null where the form does not name one
    "session_id": pl.String(),  # of the entry's process; null where nothing names it
}

ENTRIES: Final = pl.Schema(
    {
        **PLACED,
        "message": pl.String(),  # still with secrets: leaves parse/ only as an event
    }
)

FIELDS: Final = {
    "transport": pl.String(),  # stdio, http, sse, claudeai-proxy, ide, websocket
    "failure": pl.String(),  # class of the detail text: a word of `model/failures.py`
    "http_status": pl.UInt16(),
    "error_code": pl.String(),  # the client's or system's code: ECONNREFUSED, CONNECT_TIMEOUT, -32000
    "oauth_error": pl.String(),  # RFC 6749 §5.2 / RFC 7591 §3.2.2 code
    "error_description": pl.String(),  # redacted
    "description_class": pl.String(),  # reuse, revoked, grant, expired, client, scope, …; null: no known class
    "body_class": pl.String(),  # json-error, json, html, text, empty
    "url": pl.String(),  # without query and userinfo
    "other_url": pl.String(),  # the second URL of a comparison
    "scope": pl.List(pl.String()),
    "redirect_uri": pl.String(),  # of an authorization request, without query
    "duration_ms": pl.Int64(),
    "awake_ms": pl.Int64(),  # the part of `duration_ms` in which the machine did not sleep
    "limit_ms": pl.Int64(),
    "expires_in_s": pl.Int64(),  # may be negative
    "number": pl.Int64(),  # attempt number, count
    "number_of": pl.Int64(),  # the highest `number` there can be: attempt 2 of 5
    "tool": pl.String(),
    "version": pl.String(),  # of the client, runtime or protocol, as the event kind says
    "reason": pl.String(),  # a closed word of the message, as the event kind says
    "resource_sent": pl.Boolean(),  # an authorization URL that carries RFC 8707 `resource`
    "has_refresh_token": pl.Boolean(),
    "has_auth_provider": pl.Boolean(),
    "has_authorization_header": pl.Boolean(),
    "has_configured_header": pl.Boolean(),  # one beyond those the client sends by itself that may carry a credential
    "after_auth": pl.Boolean(),  # the client says the refusal came after a successful authentication
    "access_token": pl.String(),  # fingerprint
    "refresh_token": pl.String(),  # fingerprint
    "client_id": pl.String(),  # fingerprint
    "authorization_code": pl.String(),  # fingerprint
    "oauth_state": pl.String(),  # fingerprint; null: none, or hidden by the client
}

EVENT_ROWS: Final = pl.Schema(
    {
        **PLACED,
        "kind": KIND,
        "message_id": pl.UInt32(),  # row of MESSAGES: what the message says
    }
)

MESSAGES: Final = pl.Schema(
    {
        "message_id": pl.UInt32(),
        **FIELDS,
        "excerpt": pl.String(),  # the message, redacted and capped: the only text a report may quote
    }
)

# One row a recognised message: EVENT_ROWS joined to MESSAGES. A million rows share a few thousand messages, so the
# two are kept apart until a stage needs the fields.
EVENTS: Final = pl.Schema({**PLACED, "kind": KIND, **FIELDS, "excerpt": pl.String()})

STATES: Final = pl.Schema(
    {
        "store_id": pl.UInt32(),  # null: no store was given, the state is known from a log alone
        "case_id": pl.UInt32(),
        "credential_key": pl.String(),  # unique in the run: `<store_id>:<serverName>|<hash>`, `log:<case>:<serverName>`
        "server": pl.String(),
        "valid_from": INSTANT,  # null: since when is not known
        "valid_to": INSTANT,  # exclusive; null: still held when the evidence ends
        "uncertainty_ms": pl.Int64(),  # how far `valid_from` may be off; null: unbounded
        "source": pl.List(pl.String()),  # StateSource values
        "held_condition": pl.Enum(StoreCondition),  # of the store as a whole
        "held_entry": pl.Boolean(),  # the store has an entry under this key
        "held_server_url": pl.String(),  # without query and userinfo
        "held_key_is_proven": pl.Boolean(),  # hash in the key = hash of type, URL and headers; null: not checkable
        "held_access_token": pl.String(),  # fingerprint; null: unknown or none, see held_has_access_token
        "held_has_access_token": pl.Boolean(),
        "held_refresh_token": pl.String(),
        "held_has_refresh_token": pl.Boolean(),
        "held_client_id": pl.String(),
        "held_has_client_id": pl.Boolean(),
        "held_has_client_secret": pl.Boolean(),
        "held_has_redirect_uri": pl.Boolean(),  # written when a client was registered for a sign-in (2.1.136 on)
        "held_scope": pl.List(pl.String()),
        "held_step_up_scope": pl.List(pl.String()),
        "held_expires_at": INSTANT,  # the client's view; null when the field is absent or zero
        "held_expires_is_zero": pl.Boolean(),
        "held_issuer": pl.String(),
        "held_discovered_issuer": pl.String(),  # discoveryState.authorizationServerUrl
        "held_token_shape": pl.String(),  # jwt, jwe, opaque, malformed, none; null: hidden
        "held_jwt_issued_at": INSTANT,  # the token says; decoded without verification
        "held_jwt_not_before_at": INSTANT,
        "held_jwt_expires_at": INSTANT,
        "held_jwt_issuer": pl.String(),
        "held_jwt_audience": pl.List(pl.String()),
        "held_jwt_scope": pl.List(pl.String()),
        "held_jwt_audience_fits": pl.Boolean(),  # covers the server URL or its origin; null: not comparable
        "held_jwt_audience_is_slash_off": pl.Boolean(),  # is the server URL but for a final slash
        "held_jwt_issuer_fits": pl.Boolean(),  # is the discovered issuer; a final slash does not matter
        "held_jwt_key": pl.String(),  # fingerprint of the signing key's id
        "held_jwt_flaw": pl.String(),  # none, id-token, refresh-token, key-bound, unsigned; null: no readable JWT
        "held_foreign_values": pl.String(),  # none, type, fraction: what no client writes; null: nothing was read
        "held_jwt_clock_ahead_ms": pl.Int64(),  # iat/nbf minus the moment of the save; null: unknown
        "origin": pl.String(),  # the snapshot it was read from
        "line_from": pl.UInt32(),  # of the entry within the snapshot's file
    }
)

# One row a store entry and snapshot; a snapshot that holds no entry (empty, damaged, absent, no section) has one row
# whose `credential_key` is null.
SNAPSHOTS: Final = pl.Schema(
    {
        "store_id": pl.UInt32(),
        "case_id": pl.UInt32(),
        "snapshot_id": pl.UInt32(),  # order within the store, dense from 0
        "snapshot_at": INSTANT,  # last write of the file; null: not known
        "time_is_from_name": pl.Boolean(),
        "is_current": pl.Boolean(),  # lay where the client keeps it: what the store holds until the evidence ends
        "held_condition": pl.Enum(StoreCondition),
        "has_section": pl.Boolean(),  # the file has an `mcpOAuth` section; null: not a JSON object
        "credential_key": pl.String(),
        "server": pl.String(),
        "content_id": pl.UInt32(),  # equal for entries of one key with equal content; null without an entry
        **{
            name: dtype
            for name, dtype in STATES.items()
            if name.startswith("held_") and name not in ("held_condition", "held_entry", "held_jwt_clock_ahead_ms")
        },
        "origin": pl.String(),
        "line_from": pl.UInt32(),
    }
)

# What one snapshot changed against the one before it; one row a word.
STORE_CHANGES: Final = pl.Schema(
    {
        "store_id": pl.UInt32(),
        "case_id": pl.UInt32(),
        "credential_key": pl.String(),  # null: the store as a whole
        "server": pl.String(),
        "changed_at": INSTANT,  # time of the later snapshot; null: not known
        "change": pl.Enum(StoreChange),
        "origin": pl.String(),  # the later snapshot
        "line_from": pl.UInt32(),
    }
)

MARKERS: Final = pl.Schema(
    {
        "store_id": pl.UInt32(),
        "case_id": pl.UInt32(),
        "server": pl.String(),
        "marked_at": INSTANT,
        "lifetime_ms": pl.Int64(),  # ttlMs; null where the file names none
        "origin": pl.String(),
    }
)

CONTEXT: Final = {
    "order": pl.Int64(),  # position in the run's one stream of events, dense within a case
    "case_id": pl.UInt32(),
    "process_id": pl.UInt32(),  # one client process
    "attempt_id": pl.UInt32(),  # one connection attempt
    "flow_id": pl.UInt32(),  # one interactive sign-in
    "trigger": pl.Enum(Trigger),  # of refresh_observed
    "client_version": pl.String(),
    "configured_url": pl.String(),  # the server's URL as the process last named it
    "other_document_id": pl.UInt32(),  # the second place of the same happening
    "other_line": pl.UInt32(),
}

FACTS: Final = pl.Schema(
    {
        **EVENTS,
        **CONTEXT,
        **{name: dtype for name, dtype in STATES.items() if name not in ("server", "case_id", "origin", "line_from")},
        "state_origin": pl.String(),
        "state_line": pl.UInt32(),
        "state_age_ms": pl.Int64(),
        "held_token_is": pl.Enum(HeldTokenIs),
        "held_left_ms": pl.Int64(),  # until held_expires_at; negative: past it
        "marked_at": INSTANT,  # needs-auth marker of the server as the files end; null: none known
    }
)


FINDINGS: Final = pl.Schema(
    {
        "case_id": pl.UInt32(),
        "server": pl.String(),  # empty when the entries name none
        "rule": pl.String(),  # its id
        "standing": pl.String(),  # among the findings on its server: primary, further, consequence, rival
        "certainty": pl.String(),  # confirmed, possible
        "severity": pl.String(),  # informational, low, medium, high, critical
        "responsible": pl.List(pl.String()),  # who has to act, the first one first
        "title": pl.String(),
        "cause": pl.String(),  # one sentence with the values of this finding
        "occurrences": pl.UInt32(),  # how often the decisive line was found
        "first_at": INSTANT,  # of the decisive line
        "last_at": INSTANT,
        "origin": pl.String(),  # document of the decisive line
        "line_from": pl.UInt32(),
    }
)


def conform(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return `frame` with exactly the columns of `schema`, in its order.

    Raises:
        FrameError: A column is missing or has another dtype; every such column is named. Raised at once.
    """
    have = frame.schema
    faults = [
        f"{name}: want {dtype}, got {have.get(name, 'nothing')}"
        for name, dtype in schema.items()
        if have.get(name) != dtype
    ]
    if faults:
        raise FrameError("; ".join(faults))
    return frame if list(have) == schema.names() else frame[schema.names()]


def kept(frame: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """Return the rows of `frame` where `mask` is true.

    Column by column: a frame asks its threads, and to wake one takes longer than a small log does.
    """
    return pl.DataFrame([column.filter(mask) for column in frame])


def taken(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Return the `rows` of `frame`, by their numbers; column by column, as in `kept`."""
    return pl.DataFrame([column[rows] for column in frame])


def constant(value: object, dtype: pl.DataType, height: int) -> pl.Series:
    """Return a column of type `dtype` with `height` rows that all hold `value`."""
    one = _null(dtype) if value is None else pl.Series([value], dtype=dtype)
    return one.new_from_index(0, height)


@cache
def _null(dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype)


def empty(schema: pl.Schema) -> pl.DataFrame:
    """Return a frame of `schema` without rows."""
    return pl.DataFrame(schema=schema)
