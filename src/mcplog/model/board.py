"""The live board: how each server stands now, and what is about to fail. Values that a report draws."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from mcplog.model.vocabulary import Certainty, Party, Severity, Verdict


class Alarm(StrEnum):
    """What is warned of before it fails."""

    SHARED_TOKEN_EXPIRES = "shared-token-expires"  # noqa: S105 - a word, not a password
    TOKEN_EXPIRES = "token-expires"  # noqa: S105 - a word, not a password
    SECTION_LOST = "section-lost"
    STORE_DAMAGED = "store-damaged"
    MARKER_HIDES_TOKENS = "marker-hides-tokens"


class Warned(Struct, frozen=True, kw_only=True):
    """One warning.

    Attributes:
        alarm: What is warned of.
        server: The server; empty when it is about the store as a whole.
        text: One sentence: what is the matter, and what will come of it.
        hint: One sentence: what to do now.
    """

    alarm: Alarm
    server: str
    text: str
    hint: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """How one server stands.

    Attributes:
        server: Its name; empty when the entries name none.
        verdict: What `analyze` says of the same logs.
        rule_id: The primary finding; empty without one.
        title: Its title; else the summary of the diagnosis.
        certainty: Of the primary finding.
        severity: Of the primary finding.
        responsible: Who has to act.
        expires_at: When the access token that the store holds expires; null when there is none, or it is not known.
        has_refresh_token: Null when it is not known.
    """

    server: str
    verdict: Verdict
    rule_id: str = ""
    title: str = ""
    certainty: Certainty | None = None
    severity: Severity | None = None
    responsible: tuple[Party, ...] = ()
    expires_at: datetime | None = None
    has_refresh_token: bool | None = None


class Board(Struct, frozen=True, kw_only=True):
    """Everything that is shown at one moment.

    Attributes:
        at: The moment.
        verdict: Over all servers.
        standings: One for each server, the worst first.
        warnings: What is about to fail.
        logs: How many logs are followed.
        snapshots: How many snapshots were kept since the watch began.
        problems: What cannot be read, one sentence each.
    """

    at: datetime
    verdict: Verdict = Verdict.NO_EVIDENCE
    standings: tuple[Standing, ...] = ()
    warnings: tuple[Warned, ...] = ()
    logs: int = 0
    snapshots: int = 0
    problems: tuple[str, ...] = ()


class News(Struct, frozen=True, kw_only=True):
    """Something that has changed: one line of a pipe.

    Attributes:
        at: The moment.
        what: verdict, warning, warning-over, store or problem.
        server: The server; empty when it is about none.
        verdict: Of a verdict.
        rule_id: Of a verdict: the primary finding; of a warning: the alarm.
        certainty: Of a verdict.
        severity: Of a verdict.
        responsible: Of a verdict: who has to act.
        text: One sentence.
        hint: One sentence: what to do; may be empty.
    """

    at: datetime
    what: str
    server: str = ""
    verdict: str = ""
    rule_id: str = ""
    certainty: str = ""
    severity: str = ""
    responsible: tuple[str, ...] = ()
    text: str = ""
    hint: str = ""
