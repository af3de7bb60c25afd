"""Mark findings that somebody has decided to live with. A verdict stays what it is: only what fails a run changes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from mcplog.model.finding import Analysis, Diagnosis, Finding
from mcplog.model.suppression import Suppression


def suppressed(analysis: Analysis, suppressions: Sequence[Suppression], today: date) -> Analysis:
    """Return `analysis` with the findings marked that `suppressions` are about.

    An entry that has expired marks nothing and is told in a note, and so is one that no finding fits.

    Args:
        analysis: What was found.
        suppressions: The entries.
        today: The day it is.
    """
    valid = [one for one in suppressions if one.until >= today]
    told = [
        *(_expired(one, analysis.findings) for one in suppressions if one.until < today),
        *(f"{one.place}: nothing was found that it would suppress ({_what(one)})." for one in _idle(valid, analysis)),
    ]
    return replace(
        analysis,
        diagnoses=tuple(_marked(diagnosis, valid) for diagnosis in analysis.diagnoses),
        notes=(*analysis.notes, *told),
    )


def _marked(diagnosis: Diagnosis, valid: Sequence[Suppression]) -> Diagnosis:
    def marked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(_with_reason(finding, valid) for finding in findings)

    return replace(
        diagnosis,
        primary=diagnosis.primary and _with_reason(diagnosis.primary, valid),
        further=marked(diagnosis.further),
        consequences=marked(diagnosis.consequences),
        rivals=marked(diagnosis.rivals),
    )


def _with_reason(finding: Finding, valid: Sequence[Suppression]) -> Finding:
    one = next((one for one in valid if _fits(one, finding)), None)
    return replace(finding, suppressed=f"until {one.until}: {one.reason}") if one else finding


def _fits(one: Suppression, finding: Finding) -> bool:
    return one.rule == finding.rule_id and one.server in ("", finding.server)


def _idle(valid: Sequence[Suppression], analysis: Analysis) -> Iterator[Suppression]:
    found = analysis.findings
    return (one for one in valid if not any(_fits(one, finding) for finding in found))


def _expired(one: Suppression, found: Iterable[Finding]) -> str:
    counts = "its finding counts again" if any(_fits(one, finding) for finding in found) else "it can be taken out"
    return f"{one.place}: expired on {one.until}, {counts} ({_what(one)})."


def _what(one: Suppression) -> str:
    return f"{one.rule} on {one.server}" if one.server else one.rule
