"""Say of many choices of evidence at once which still tell the same of one server."""

from collections.abc import Collection, Sequence
from typing import Final, Self

from msgspec import Struct

from mcplog.diagnose import overall_verdict
from mcplog.model.document import Document, StoreDump
from mcplog.model.finding import Analysis, Diagnosis
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty, Party, Verdict
from mcplog.pipeline import run
from mcplog.shrinking.pieces import Evidence, Piece

MOST_LINES: Final = 60_000  # of all choices of one run


class Told(Struct, frozen=True, kw_only=True):
    """What has to stay the same.

    Attributes:
        server: The server.
        verdict: On it, and on the whole.
        rule_id: Its primary finding; empty without one.
        certainty: Of that finding.
        responsible: Who has to act, by that finding.
    """

    server: str
    verdict: Verdict
    rule_id: str = ""
    certainty: Certainty | None = None
    responsible: tuple[Party, ...] = ()

    @classmethod
    def by(cls, diagnosis: Diagnosis, *, server: str | None = None) -> Self:
        """Return what a `diagnosis` tells; of the same `server` under another name."""
        primary = diagnosis.primary
        return cls(
            server=diagnosis.server if server is None else server,
            verdict=diagnosis.verdict,
            rule_id=primary.rule_id if primary else "",
            certainty=primary.certainty if primary else None,
            responsible=primary.responsible if primary else (),
        )

    def is_told_by(self, diagnoses: Sequence[Diagnosis]) -> bool:
        """Say whether the `diagnoses` of a case tell this, and no other server anything worse."""
        own = [one for one in diagnoses if one.server == self.server]
        is_same = len(own) == 1 and Told.by(own[0]) == self
        return is_same and overall_verdict(one.verdict for one in diagnoses) is self.verdict


class Judge(Struct, frozen=True, kw_only=True):
    """Runs choices of evidence.

    Attributes:
        evidence: What is chosen from.
        told: What has to stay the same.
        rules: The rules to run.
        key: Key of the fingerprints.
    """

    evidence: Evidence
    told: Told
    rules: tuple[CompiledRule, ...]
    key: bytes

    def passing(self, choices: Sequence[Collection[Piece]]) -> list[bool]:
        """Return for each of the `choices` whether it tells the same."""
        found: list[bool] = []
        while len(found) < len(choices):
            found += self._some(choices[len(found) :])
        return found

    def _some(self, choices: Sequence[Collection[Piece]]) -> list[bool]:
        """Return the same for as many of the first choices as one run takes."""
        count = lines = 0
        for choice in choices:
            if count and lines + len(choice) > MOST_LINES:
                break
            count, lines = count + 1, lines + len(choice)
        analysis = self.analysis(choices[:count])
        return [
            self.told.is_told_by([one for one in analysis.diagnoses if one.case_id == number])
            for number in range(count)
        ]

    def analysis(self, choices: Sequence[Collection[Piece]]) -> Analysis:
        """Return the analysis of `choices`, each of which is a case."""
        documents: list[Document] = []
        dumps: list[StoreDump] = []
        for number, choice in enumerate(choices):
            documents += self.evidence.documents(choice, case_id=number, first_id=len(documents))
            first_id = max((dump.store_id for dump in dumps), default=-1) + 1
            dumps += self.evidence.dumps(choice, case_id=number, first_id=first_id)
        return run(documents, dumps, self.rules, key=self.key)
