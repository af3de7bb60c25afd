"""Collects what could not be used of one dump, in sentences that name fields and never a value."""

from msgspec import Struct, field

from mcplog.model.document import Problem


class Faults(Struct, frozen=True):
    """What could not be used of one dump.

    Attributes:
        origin: The dump.
        subject: What the sentences are about, `entry "name": `; empty for the dump itself.
        line: Where it stands; null for the dump itself.
        problems: The sentences so far.
    """

    origin: str
    subject: str = ""
    line: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, hint: str = "") -> None:
        """Add one sentence."""
        self.problems.append(Problem(origin=self.origin, what=f"{self.subject}{what}", hint=hint, line=self.line))

    def about(self, subject: str, line: int | None) -> "Faults":
        """Return a collector for a part of the dump; it adds to the same list."""
        return Faults(self.origin, f"{subject}: ", line, self.problems)
