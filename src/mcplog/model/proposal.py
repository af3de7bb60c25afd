"""A draft for a wording that the grammar does not know."""

from msgspec import Struct


class Proposal(Struct, frozen=True, kw_only=True):
    """A draft for one wording.

    Attributes:
        shape: The wording, its values masked.
        events: How often it was met.
        version: Of the client that wrote the sample; `-` where it is not known.
        sample: A message, redacted.
        kind: A name for what it means, to be thought about.
        alternative: What stands in the grammar before the arrow; empty when no draft can be made.
        fault: Why the draft does not do; empty when it does.
        nearest: What the grammar understood of the sample before it stopped; empty when nothing.
    """

    shape: str
    events: int
    version: str
    sample: str
    kind: str
    alternative: str
    fault: str = ""
    nearest: str = ""
