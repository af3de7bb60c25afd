"""The closed vocabularies. A word that is not here does not exist in a frame, a rule or a report.

Values are what exports print. Event kinds live in `event_kinds.py`, which the grammar's names are checked against.
"""

from enum import StrEnum
from typing import Final


class Truth(StrEnum):
    """Kleene truth of one clause. Hidden, masked or missing evidence is `unknown`, never `false`."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """What the evidence carries: every clause true, or an anchor true and nothing false."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"


class Verdict(StrEnum):
    """The verdict on one server or on a whole analysis. Silence is never `healthy`."""

    INCIDENT = "incident"
    HEALTHY = "healthy"
    INCONCLUSIVE = "inconclusive"
    NO_EVIDENCE = "no-evidence"


class FinalState(StrEnum):
    """How the server stood when the evidence ends."""

    WORKING = "working"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """Sigma's five levels, lowest first."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Party(StrEnum):
    """Who has to act."""

    CLIENT = "client"
    MCP_SERVER = "mcp-server"
    AUTHORIZATION_SERVER = "authorization-server"
    USER_MACHINE = "user-machine"
    NETWORK = "network"
    USER = "user"
    NONE = "none"
    UNKNOWN = "unknown"


class RuleStatus(StrEnum):
    """Sigma's life cycle of a rule."""

    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class DocumentFormat(StrEnum):
    """What kind of text a document is; decided by its bytes, the name only helps."""

    DEBUG_FILE = "debug-file"
    SERVER_LOG_LINES = "server-log-lines"  # per-server log, one JSON object a line
    SERVER_LOG_ARRAY = "server-log-array"  # per-server log whose objects go over several lines, mostly one array
    PASTE = "paste"  # Markdown, terminal copies, prose with entries in it
    EMPTY = "empty"


SERVER_LOGS: Final = (str(DocumentFormat.SERVER_LOG_LINES), str(DocumentFormat.SERVER_LOG_ARRAY))  # polars wants words


class TimeBasis(StrEnum):
    """Where an instant comes from. `order` means: no instant, the position alone is known."""

    RECORDED = "recorded"  # the entry's own stamp, UTC
    LENT = "lent"  # from the per-server log's record of the same happening
    TIME_ONLY = "time-only"  # a clock without a date; never compared with other documents
    MASKED = "masked"  # a stamp was there and somebody hid it
    ORDER = "order"


class Confidence(StrEnum):
    """How an entry came to us."""

    RECORDED = "recorded"
    PASTED = "pasted"
    PROSE = "prose"


class Level(StrEnum):
    """Level as logged, in per-server logs told by the key; `none` where there is none (pastes after a grep)."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    NONE = "none"


class GapReason(StrEnum):
    """Why bytes of a document were not read as entries, or why a stretch of time is not covered."""

    CUT = "cut"  # a mark of omission, or a record that stops in the middle
    NARROWED = "narrowed"  # the end of a record: all that stood behind one column is gone
    STARTS_LATE = "starts-late"  # the document begins after its process did
    ENDS_EARLY = "ends-early"  # the document ends before its process did
    UNDECODABLE = "undecodable"
    TOO_LONG = "too-long"
    ROTATED = "rotated"
    LIMIT = "limit"
    ANOTHER_RUN = "another-run"  # another run of the client begins here, in the same document
    UNEXPLAINED_WRITE = "unexplained-write"  # the store changed and no log says who did it


class Trigger(StrEnum):
    """Why a refresh took place."""

    PROACTIVE = "proactive"
    ANSWER_TO_401 = "answer-to-401"
    OTHER_PROCESS = "other-process"
    UNKNOWN = "unknown"


class HeldTokenIs(StrEnum):
    """The access token the store held at a moment, judged by the client's own clock."""

    VALID = "valid"
    EXPIRED = "expired"
    ROTATED = "rotated"  # a newer one had replaced it
    WIPED = "wiped"  # there was one before, it was removed
    NEVER = "never"  # no token had been stored so far; what is not known is null


class StateSource(StrEnum):
    """What a credential state is known from."""

    SNAPSHOT = "snapshot"
    LOG = "log"
    JWT = "jwt"
    MTIME = "mtime"


class StoreCondition(StrEnum):
    """What was found where a store was looked for."""

    OK = "ok"
    EMPTY = "empty"  # zero bytes
    DAMAGED = "damaged"  # bytes that are no JSON object
    ABSENT = "absent"  # known not to exist


class StoreChange(StrEnum):
    """What a snapshot changed against the one before it: in one entry, or in the store as a whole."""

    ENTRY_ADDED = "entry-added"
    ENTRY_REMOVED = "entry-removed"
    ACCESS_TOKEN_ADDED = "access-token-added"  # noqa: S105 - a word, not a password
    ACCESS_TOKEN_CHANGED = "access-token-changed"  # noqa: S105 - a word, not a password
    ACCESS_TOKEN_REMOVED = "access-token-removed"  # noqa: S105 - a word, not a password
    REFRESH_TOKEN_ADDED = "refresh-token-added"  # noqa: S105 - a word, not a password
    REFRESH_TOKEN_CHANGED = "refresh-token-changed"  # noqa: S105 - a word, not a password
    REFRESH_TOKEN_REMOVED = "refresh-token-removed"  # noqa: S105 - a word, not a password
    CLIENT_ADDED = "client-added"
    CLIENT_CHANGED = "client-changed"
    CLIENT_REMOVED = "client-removed"
    REGISTRATION_ONLY = "registration-only"  # the entry has become one with a client and no access token
    EXPIRY_EDITED = "expiry-edited"  # another expiry for the same access token: no client does that
    SCOPE_CHANGED = "scope-changed"
    SCOPE_NARROWED = "scope-narrowed"  # beside scope-changed: one that was there is gone
    SECTION_REMOVED = "section-removed"  # the file is still JSON, its MCP part is gone or empty
    ACCOUNT_REMOVED = "account-removed"  # the file is still JSON, the account's own login is gone from it
    STORE_EMPTIED = "store-emptied"  # zero bytes, for longer than a write takes
    STORE_DAMAGED = "store-damaged"
    STORE_REMOVED = "store-removed"
    STORE_REPAIRED = "store-repaired"  # readable again
    TOKENS_ELSEWHERE = (
        "tokens-elsewhere"  # another entry of this server has tokens, here or in another store of the case
    )
    SAVE_NOT_STORED = "save-not-stored"  # a log says that tokens were saved, a later snapshot still holds the old ones


class Outcome(StrEnum):
    """How a connection attempt or a sign-in came out: the `reason` of `attempt_ended` and `flow_ended`."""

    CONNECTED = "connected"
    SKIPPED = "skipped"
    HEADER_REJECTED = "header-rejected"
    NEEDS_AUTH = "needs-auth"
    TIMEOUT = "timeout"
    FAILED = "failed"
    AUTHORIZED = "authorized"
    OPEN = "open"  # the log shows no result


class Rung(StrEnum):
    """The ladder of a sign-in and its use, lowest first (reference: OAuth facts §1b)."""

    CONFIG = "config"
    REACH = "reach"
    CHALLENGE = "challenge"
    PROTECTED_RESOURCE_METADATA = "prm"
    AUTHORIZATION_SERVER_METADATA = "asmeta"
    CLIENT = "client"
    AUTHORIZE = "authorize"
    CALLBACK = "callback"
    EXCHANGE = "exchange"
    STORE = "store"
    USE = "use"
    SESSION = "session"
    LIST = "list"
    EXPIRY = "expiry"
    REFRESH = "refresh"
    RESTORE = "restore"
    REAUTH = "reauth"
    STEPUP = "stepup"
    REVOKE = "revoke"


class RungState(StrEnum):
    """How far an attempt got on one rung."""

    REACHED = "reached"
    FAILED = "failed"
    NOT_SEEN = "not-seen"
    NOT_APPLICABLE = "not-applicable"


SEVERITY_ORDER: Final = tuple(Severity)
