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

from checks.cut import Cut, cuts_of, spans_gap
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from mcplog.errors import NoInputError
from mcplog.model.finding import Analysis, Finding
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import all_rules
from mcplog.rules import evaluate

NEVER = ("surer", "other", "absence")
Subject = tuple[str, str]


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares in each cut."""
    whole = analysed(recording)
    rules = all_rules()
    shown = evaluate(rules, whole.events, documents=whole.documents)
    more = {finding.rule_id for finding in [*shown, *whole.findings]}
    less = {rule_id for rule in rules if rule.id in more for rule_id in rule.supersedes}
    results = []
    for cut in cuts_of(recording, whole):
        try:
            got = analysed(cut.recording)
        except NoInputError:
            continue
        results.append(_result(recording.name, cut, [*shown, *whole.findings], got))
    return results


def _result(recording: str, cut: Cut, whole: list[Finding], got: Analysis) -> Result:
    before, sure_before = _subjects(whole), _subjects(_sure(whole))
    after, sure_after = _subjects(got.findings), _subjects(_sure(got.findings))
    reasons = {
        "absence": [f"{found.rule_id} on {found.server!r}" for found in got.findings if spans_gap(found, cut)],
        "other": _told(sure_after - before),
        "surer": _told((sure_after & before) - sure_before),
        "guess": _told(after - before),
    }
    outcome = next((word for word, lines in reasons.items() if lines), "")
    outcome = outcome or ("less" if _subjects(whole) - after or sure_before - sure_after else "same")
    is_miss = outcome in NEVER
    reason = tuple(line for word in NEVER for line in reasons[word]) if is_miss else ()
    return Result(recording=recording, variant=cut.variant, outcome=outcome, is_miss=is_miss, reason=reason)


def _sure(findings: list[Finding] | tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.certainty is Certainty.CONFIRMED]


def _subjects(findings: list[Finding] | tuple[Finding, ...]) -> set[Subject]:
    return {(finding.rule_id, finding.server) for finding in findings}


def _told(subjects: set[Subject]) -> list[str]:
    return [f"{rule_id} on {server!r}" for rule_id, server in sorted(subjects)]


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=NEVER), __doc__))
