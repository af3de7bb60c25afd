"""Suppressions: what they mark, what has expired, what fits nothing. The verdict stays."""

from datetime import date

from mcplog.diagnose.suppressing import suppressed
from mcplog.model.suppression import Suppression
from tests.report.analyses import refused

RULE = "rejected-after-auth"
TODAY = date(2026, 11, 26)


def entry(rule: str = RULE, server: str = "", until: date = TODAY) -> Suppression:
    return Suppression(rule=rule, server=server, reason="ticket 4711", until=until, place="s.toml: entry 1")


def test_a_finding_of_the_rule_is_marked_on_the_last_day_and_keeps_its_verdict() -> None:
    before = refused()

    after = suppressed(before, [entry()], TODAY)

    assert [found.suppressed for found in after.findings if found.rule_id == RULE] == ["until 2026-11-26: ticket 4711"]
    assert {found.suppressed for found in after.findings if found.rule_id != RULE} <= {""}
    assert (after.verdict, after.notes) == (before.verdict, before.notes)


def test_an_expired_entry_marks_nothing_and_is_told() -> None:
    after = suppressed(refused(), [entry(until=date(2026, 11, 25))], TODAY)

    assert {found.suppressed for found in after.findings} == {""}
    assert after.notes[-1] == (
        "s.toml: entry 1: expired on 2026-11-25, its finding counts again (rejected-after-auth)."
    )


def test_an_entry_for_another_server_fits_nothing_and_is_told() -> None:
    after = suppressed(refused(), [entry(server="another")], TODAY)

    assert {found.suppressed for found in after.findings} == {""}
    assert after.notes[-1] == (
        "s.toml: entry 1: nothing was found that it would suppress (rejected-after-auth on another)."
    )
