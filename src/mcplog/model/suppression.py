"""A finding that somebody has decided to live with, until a day they have set."""

from datetime import date

from msgspec import Struct


class Suppression(Struct, frozen=True, kw_only=True):
    """One entry of a suppression file.

    Attributes:
        rule: Id of the rule.
        reason: Why its finding does not count.
        until: The last day on which it does not.
        server: The server it is about; empty for every server.
        place: Where the entry stands, for messages.
    """

    rule: str
    reason: str
    until: date
    server: str = ""
    place: str = ""
