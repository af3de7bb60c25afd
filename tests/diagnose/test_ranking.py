"""rank: one primary cause; what another finding explains is a consequence; possible never beats confirmed."""

from mcplog.diagnose.ranking import rank
from mcplog.model.finding import ClauseResult, Evidence, Finding
from mcplog.model.place import Place
from mcplog.model.vocabulary import Certainty, Party, Severity, Truth

PLACE = Place(document_id=0, origin="a.log", line_from=1, line_to=1)


def finding(
    rule_id: str,
    *,
    certainty: Certainty = Certainty.CONFIRMED,
    severity: Severity = Severity.HIGH,
    order: int = 0,
    supersedes: tuple[str, ...] = (),
    rivals: tuple[str, ...] = (),
    unknown: int = 0,
    absences: int = 0,
    kind: str = "connected",
) -> Finding:
    return Finding(
        rule_id=rule_id,
        server="notes",
        certainty=certainty,
        severity=severity,
        responsible=(Party.CLIENT,),
        title=rule_id,
        cause=rule_id,
        clauses=(
            *(ClauseResult(clause=f"[step {n}]", truth=Truth.UNKNOWN) for n in range(unknown)),
            *(ClauseResult(clause=f"![step {n}]", truth=Truth.UNKNOWN, is_absence=True) for n in range(absences)),
        ),
        evidence=(Evidence(place=PLACE, kind=kind, event_at=None, excerpt="", role="primary"),),
        order=order,
        supersedes=supersedes,
        rivals=rivals,
    )


def names(findings: tuple[Finding, ...]) -> list[str]:
    return [one.rule_id for one in findings]


def test_what_a_finding_supersedes_is_its_consequence() -> None:
    ranking = rank([finding("token-refused", supersedes=("timeout",)), finding("timeout")], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.consequences), ranking.further) == ("token-refused", ["timeout"], ())


def test_a_possible_finding_does_not_explain_a_confirmed_one_away() -> None:
    weak = finding("token-refused", certainty=Certainty.POSSIBLE, supersedes=("timeout",))

    ranking = rank([weak, finding("timeout")], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.further)) == ("timeout", ["token-refused"])


def test_the_more_severe_comes_first_and_then_the_earlier() -> None:
    found = [finding("late", order=9), finding("mild", severity=Severity.LOW), finding("early", order=1)]

    ranking = rank(found, {})

    assert ranking.primary is not None
    assert [ranking.primary.rule_id, *names(ranking.further)] == ["early", "late", "mild"]


def test_of_possible_findings_the_one_that_leaves_less_unknown_comes_first_whatever_its_severity() -> None:
    guessed = finding("guessed", certainty=Certainty.POSSIBLE, unknown=2)
    seen = finding("seen", certainty=Certainty.POSSIBLE, severity=Severity.LOW, unknown=1)

    ranking = rank([guessed, seen], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.further)) == ("seen", ["guessed"])


def test_absences_that_a_copy_of_a_log_leaves_unknown_change_nothing() -> None:
    early = finding("early", certainty=Certainty.POSSIBLE, order=1, absences=2)
    late = finding("late", certainty=Certainty.POSSIBLE, order=2)
    mild = finding("mild", certainty=Certainty.POSSIBLE, severity=Severity.LOW)

    ranking = rank([mild, late, early], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.further)) == ("early", ["late", "mild"])


def test_a_possible_rival_is_kept_apart_from_further_incidents() -> None:
    rival = finding("other-cause", certainty=Certainty.POSSIBLE)

    ranking = rank([finding("cause", rivals=("other-cause",)), rival], {})

    assert (names(ranking.rivals), ranking.further) == (["other-cause"], ())


def test_an_informational_finding_is_never_the_cause() -> None:
    ranking = rank([finding("recovered", severity=Severity.INFORMATIONAL)], {})

    assert (ranking.primary, names(ranking.further)) == (None, ["recovered"])


def told(
    rule_id: str, *, order: int = 0, severity: Severity = Severity.HIGH, supersedes: tuple[str, ...] = ()
) -> Finding:
    kind = "scope_rejected_reported"
    certainty = Certainty.POSSIBLE
    return finding(rule_id, certainty=certainty, severity=severity, order=order, supersedes=supersedes, kind=kind)


def test_what_a_line_shows_stands_before_what_people_say_however_little_is_known_of_it() -> None:
    seen = finding("timeout", certainty=Certainty.POSSIBLE, severity=Severity.LOW, order=9, unknown=3)

    ranking = rank([told("token-refused"), seen], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.further)) == ("timeout", ["token-refused"])


def test_what_people_say_explains_what_a_line_leaves_possible() -> None:
    seen = finding("timeout", certainty=Certainty.POSSIBLE)

    ranking = rank([told("token-refused", supersedes=("timeout",)), seen], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.consequences)) == ("token-refused", ["timeout"])


def test_what_people_say_does_not_explain_a_certain_line_away() -> None:
    ranking = rank([told("token-refused", supersedes=("timeout",)), finding("timeout")], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, ranking.consequences) == ("timeout", ())


def test_of_what_people_say_the_first_is_what_they_report() -> None:
    ranking = rank([told("severe", order=5), told("titled", order=1, severity=Severity.LOW)], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.further)) == ("titled", ["severe"])


def test_a_cause_that_people_say_explains_the_symptom_in_the_title() -> None:
    ranking = rank([told("symptom", order=1), told("cause", order=5, supersedes=("symptom",))], {})

    assert ranking.primary is not None
    assert (ranking.primary.rule_id, names(ranking.consequences)) == ("cause", ["symptom"])
