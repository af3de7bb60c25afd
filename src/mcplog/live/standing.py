"""From diagnoses to the rows of the board."""

from mcplog.live.warnings import Holding, Situation
from mcplog.model.board import Standing
from mcplog.model.finding import Analysis, Diagnosis
from mcplog.model.vocabulary import SEVERITY_ORDER, Verdict

ORDER = (Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.HEALTHY, Verdict.NO_EVIDENCE)


def standings_of(analysis: Analysis, situation: Situation) -> tuple[Standing, ...]:
    """Return how each server of `analysis` stands, with what `situation` says that the store holds; the worst first."""
    held = {one.server: one for one in situation.holdings}
    rows = [_standing(one, held.get(one.server)) for one in analysis.diagnoses]
    return tuple(sorted(rows, key=_rank))


def _standing(one: Diagnosis, held: Holding | None) -> Standing:
    primary = one.primary
    return Standing(
        server=one.server,
        verdict=one.verdict,
        rule_id=primary.rule_id if primary else "",
        title=primary.title if primary else one.summary,
        certainty=primary.certainty if primary else None,
        severity=primary.severity if primary else None,
        responsible=primary.responsible if primary else (),
        expires_at=held.expires_at if held else None,
        has_refresh_token=held.has_refresh_token if held else None,
    )


def _rank(row: Standing) -> tuple[int, int, str]:
    severity = 0 if row.severity is None else SEVERITY_ORDER.index(row.severity)
    return ORDER.index(row.verdict), -severity, row.server
