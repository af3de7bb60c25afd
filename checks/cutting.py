"""Evidence cut short makes no other cause certain.

    python -m checks.cutting CORPUS [--every N] [--word NAME] [--jobs N]

same      what was certain is still certain
less      something is possible now, or not found any more
guess     something is possible that the whole recording does not show: no miss
surer     something is certain that the whole recording leaves possible: must not occur
other     something is certain that the whole recording does not show: must not occur
absence   something is held to be missing although a gap may hide it: must not occur

`inside RULE`: a stretch is gone from a window in which that rule is certain that something is missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from checks.cut import Cut, cuts_of, gaps_of, selections_of, spans_gap
from checks.pasted import debug_logs_alone
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from mcplog.errors import NoInputError
from mcplog.model.finding import Analysis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import all_rules
from mcplog.rules import evaluate

DEBUG: Final = "debug alone, "
NEVER: Final = ("absence", "other", "surer")
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What the whole recording shows.

    Attributes:
        found: Rules with their servers, certain or possible, those that other findings clear away included.
        sure: Those that are certain.
        rules: Those that were run, by id.
        general: Rules that say less about what was found: what is left may tell no more than that.
    """

    found: frozenset[Subject]
    sure: frozenset[Subject]
    general: frozenset[str]
    rules: Mapping[str, CompiledRule]

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        """Return what `analysis` shows."""
        rules = all_rules()
        findings = [*evaluate(rules, analysis.events, documents=analysis.documents), *analysis.findings]
        ids = {finding.rule_id for finding in findings}
        return cls(
            found=_subjects(findings),
            sure=_subjects(_sure(findings)),
            general=frozenset(less for rule in rules if rule.id in ids for less in rule.supersedes),
            rules={rule.id: rule for rule in rules},
        )


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares in each cut, and how its debug logs alone fare with a stretch gone."""
    analysis = analysed(recording)
    results = list(_results(cuts_of(recording, analysis), Whole.of(analysis)))
    alone = debug_logs_alone(recording)
    if any(name.startswith(("debug", "local-state")) for name in alone.files):
        analysis = analysed(alone)
        cuts = [*gaps_of(alone, analysis, of=DEBUG), *selections_of(alone, of=DEBUG)]
        results += _results(cuts, Whole.of(analysis))
    return results


def _results(cuts: Iterable[Cut], whole: Whole) -> Iterator[Result]:
    for cut in cuts:
        try:
            got = analysed(cut.recording)
        except NoInputError:
            continue
        yield _result(cut, whole, got)


def _result(cut: Cut, whole: Whole, got: Analysis) -> Result:
    found, sure = _subjects(got.findings), _subjects(_sure(_causes(got)))
    reasons = {
        "absence": [f"{one.rule_id} on {one.server!r}" for one in got.findings if spans_gap(one, cut, whole.rules)],
        "other": _told(subject for subject in sure - whole.found if subject[0] not in whole.general),
        "surer": _told((sure & whole.found) - whole.sure),
        "guess": _told(found - whole.found),
    }
    outcome = next((word for word, lines in reasons.items() if lines), "")
    outcome = outcome or ("less" if whole.sure - _subjects(_sure(got.findings)) else "same")
    is_miss = outcome in NEVER
    reason = tuple(line for word in NEVER for line in reasons[word]) if is_miss else ()
    return Result(recording=cut.recording.name, variant=cut.variant, outcome=outcome, is_miss=is_miss, reason=reason)


def _causes(analysis: Analysis) -> list[Finding]:
    """Return what is told as a cause of its own, no consequence and no rival."""
    return [
        finding for one in analysis.diagnoses for finding in (*((one.primary,) if one.primary else ()), *one.further)
    ]


def _sure(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.certainty is Certainty.CONFIRMED]


def _subjects(findings: Iterable[Finding]) -> frozenset[Subject]:
    return frozenset((finding.rule_id, finding.server) for finding in findings)


def _told(subjects: Iterable[Subject]) -> list[str]:
    return [f"{rule_id} on {server!r}" for rule_id, server in sorted(subjects)]


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=NEVER), __doc__))
