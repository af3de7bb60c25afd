"""Choose the finding that a case is compared by.

May import: model. Touches: nothing.
"""

from collections.abc import Iterable

from mcplog.model.finding import Diagnosis, Finding
from mcplog.model.vocabulary import Certainty, Party, Severity


def incidents_of(diagnoses: Iterable[Diagnosis]) -> tuple[Finding, ...]:
    """Return the incidents of one case: primary and further findings above informational, in the order given.

    Args:
        diagnoses: Of the servers of one case.
    """
    causes = (found for one in diagnoses for found in (one.primary, *one.further) if found is not None)
    return tuple(found for found in causes if found.severity is not Severity.INFORMATIONAL)


def distinguishing(diagnoses: Iterable[Diagnosis]) -> Finding | None:
    """Return the incident that sets a case apart from others.

    A defect of the client itself shows in every report from that version of it, next to what really differs. So an
    incident in which the client has no part stands first, and the ranking of the diagnosis decides among such.

    Args:
        diagnoses: Of the servers of one case, worst first.

    Returns:
        The finding whose signature is that of the case; null when the case has no incident.
    """
    incidents = incidents_of(diagnoses)
    of_others = (found for found in incidents if Party.CLIENT not in found.responsible)
    return next(of_others, next(iter(incidents), None))


def signatures_of(diagnoses: Iterable[Diagnosis]) -> tuple[str, ...]:
    """Return the signatures of all incidents of one case, the one it is compared by first, each once.

    Args:
        diagnoses: Of the servers of one case, worst first.
    """
    told = tuple(diagnoses)
    first = distinguishing(told)
    found = (*((first,) if first else ()), *sorted(incidents_of(told), key=_is_open))
    return tuple(dict.fromkeys(one.signature for one in found))


def _is_open(finding: Finding) -> bool:
    return finding.certainty is not Certainty.CONFIRMED
