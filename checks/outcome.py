"""What an analysis comes to, as a value that two analyses can be compared by."""

from dataclasses import dataclass
from typing import Self

from mcplog.model.finding import Analysis, Diagnosis, Finding
from mcplog.model.vocabulary import Certainty


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One finding.

    Attributes:
        server: The server it is about.
        role: `primary`, `further`, `consequence` or `rival`.
        kind: The rule.
        certainty: `confirmed` or `possible`.
        responsible: Who has to act, the first one first.
    """

    server: str
    role: str
    kind: str
    certainty: str
    responsible: tuple[str, ...]

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.role} {self.kind} {self.certainty} on {self.server!r}: {', '.join(self.responsible)}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an analysis comes to.

    Attributes:
        verdict: Over all servers.
        servers: Servers with their verdicts, sorted.
        findings: Sorted.
    """

    verdict: str
    servers: tuple[tuple[str, str], ...]
    findings: tuple[Told, ...]

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        """Return the outcome of `analysis`."""
        return cls(
            verdict=str(analysis.verdict),
            servers=tuple(sorted((one.server, str(one.verdict)) for one in analysis.diagnoses)),
            findings=tuple(sorted(told for one in analysis.diagnoses for told in _told(one))),
        )

    @property
    def primary(self) -> frozenset[str]:
        """The kinds of the primary findings of all servers."""
        return frozenset(told.kind for told in self.findings if told.role == "primary")

    @property
    def confirmed(self) -> frozenset[str]:
        """The kinds of all findings that are confirmed."""
        return frozenset(told.kind for told in self.findings if told.certainty == Certainty.CONFIRMED)


def _told(one: Diagnosis) -> list[Told]:
    roles: list[tuple[str, tuple[Finding, ...]]] = [
        ("primary", (one.primary,) if one.primary else ()),
        ("further", one.further),
        ("consequence", one.consequences),
        ("rival", one.rivals),
    ]
    return [
        Told(found.server, role, found.rule_id, str(found.certainty), tuple(map(str, found.responsible)))
        for role, findings in roles
        for found in findings
    ]


def differences(expected: Outcome, got: Outcome) -> list[str]:
    """Return how `got` differs from what was `expected`, a line each; empty when it does not."""
    lines = [] if expected.verdict == got.verdict else [f"verdict {expected.verdict} became {got.verdict}"]
    lines += [f"- {item}" for item in expected.servers if item not in got.servers]
    lines += [f"+ {item}" for item in got.servers if item not in expected.servers]
    lines += [f"- {item}" for item in expected.findings if item not in got.findings]
    lines += [f"+ {item}" for item in got.findings if item not in expected.findings]
    return lines
