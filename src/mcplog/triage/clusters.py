"""Cases that likely tell of one fault, with what they share beyond it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from mcplog.triage.rows import CaseRow

SHARED_BY: Final = 0.8  # of the cases of a cluster
FEATURES: Final[Mapping[str, str]] = {
    "client_versions": "client",
    "providers": "provider",
    "oauth_errors": "OAuth error",
    "http_statuses": "HTTP status",
    "final_state": "state at the end",
    "rung": "first rung not reached",
    "certainty": "certainty",
}


class Cluster(Struct, kw_only=True):
    """Cases of one signature; two clusters of one signature merge by adding what they hold.

    Attributes:
        signature: What they have in common.
        rule: The kind.
        title: Of the kind.
        responsible: Who has to act.
        cases: Their names, in order.
        shown: The first case, as an example.
        seen: How many cases have each value of a feature.
    """

    signature: str
    rule: str
    title: str
    responsible: tuple[str, ...]
    cases: list[str] = field(default_factory=list)
    shown: CaseRow
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, case: CaseRow) -> None:
        """Add `case`, which has this signature."""
        self.cases.append(case.case)
        self.seen.update((name, value) for name in FEATURES for value in _values(getattr(case, name)))

    def shared(self) -> list[tuple[str, str, int]]:
        """Return what most of the cases share: name of the feature, its value, how many cases; the commonest first."""
        least = max(2, SHARED_BY * len(self.cases))
        found = [(FEATURES[name], value, count) for (name, value), count in self.seen.items() if count >= least]
        return sorted(found, key=lambda one: (-one[2], list(FEATURES.values()).index(one[0]), one[1]))


def clusters_of(cases: Iterable[CaseRow]) -> dict[str, Cluster]:
    """Return the clusters of some cases by their signature; cases without an incident are in none.

    Args:
        cases: Rows, taken one by one.
    """
    found: dict[str, Cluster] = {}
    for case in cases:
        if case.signature:
            cluster_of(case, found).add(case)
    return found


def cluster_of(case: CaseRow, found: dict[str, Cluster]) -> Cluster:
    """Return the cluster of a case, a new one where there is none yet.

    Args:
        case: A case with a signature.
        found: The clusters so far.
    """
    if case.signature not in found:
        found[case.signature] = Cluster(
            signature=case.signature,
            rule=case.rule,
            title=case.title,
            responsible=case.responsible,
            shown=case,
        )
    return found[case.signature]


def largest_first(clusters: Mapping[str, Cluster]) -> list[Cluster]:
    """Return clusters of two cases and more, the largest first.

    Args:
        clusters: By signature.
    """
    several = [cluster for cluster in clusters.values() if len(cluster.cases) > 1]
    return sorted(several, key=lambda cluster: (-len(cluster.cases), cluster.signature))


def _values(told: object) -> Iterable[str]:
    if isinstance(told, tuple):
        return map(str, told)
    return (str(told),) if told else ()
