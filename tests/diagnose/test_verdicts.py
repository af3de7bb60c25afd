"""standings and the verdicts: silence is never called health."""

import polars as pl
import pytest

from mcplog.diagnose.lines import servers_of
from mcplog.diagnose.verdicts import overall_verdict, server_verdict, standings
from mcplog.model.facts import Facts
from mcplog.model.frames import FACTS
from mcplog.model.vocabulary import Confidence, FinalState, Verdict


def facts(*rows: tuple[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [dict.fromkeys(FACTS) | {"case_id": 0, "server": "s", "kind": kind, "reason": reason} for kind, reason in rows],
        schema=FACTS,
    )


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([("attempt_ended", "connected")], FinalState.WORKING),
        ([("attempt_ended", "needs-auth"), ("attempt_ended", "connected")], FinalState.WORKING),
        ([("attempt_ended", "connected"), ("tool_failed", None)], FinalState.BROKEN),
        ([("attempt_ended", "connected"), ("tokens_cleared", None)], FinalState.BROKEN),
        ([("attempt_ended", "connected"), ("attempt_ended", "open")], FinalState.UNKNOWN),
        ([("attempt_ended", "needs-auth"), ("attempt_ended", "open")], FinalState.BROKEN),
        ([("tool_completed", None), ("tool_running", None)], FinalState.UNKNOWN),
        ([("tool_running", None), ("tool_completed", None)], FinalState.WORKING),
        ([("bridge_reconnecting", None), ("bridge_connected", None)], FinalState.WORKING),
        ([("bridge_connected", None), ("bridge_reconnecting", None)], FinalState.BROKEN),
        ([("host_connected", None), ("host_failure_told", None)], FinalState.BROKEN),
        ([("token_returned", None)], FinalState.UNKNOWN),
        ([("server_listed", "failed")], FinalState.BROKEN),
        ([("attempt_ended", "connected"), ("server_status_told", "needs-authentication")], FinalState.BROKEN),
        ([("server_listed", "connected")], FinalState.UNKNOWN),
        ([("tool_failed", None), ("server_status_told", "connected")], FinalState.BROKEN),
    ],
)
def test_the_last_result_says_how_the_server_stood(rows: list[tuple[str, str | None]], state: FinalState) -> None:
    told = Facts(rows=facts(*rows))

    assert standings(told, servers_of(told))[0, "s"].state is state


@pytest.mark.parametrize(
    ("reasons", "state", "is_contradicted"),
    [
        (("needs-auth", "connected"), FinalState.UNKNOWN, True),
        (("connected", "connected"), FinalState.WORKING, False),
    ],
)
def test_logs_that_nobody_can_put_in_order_tell_the_end_where_they_agree(
    reasons: tuple[str, str], state: FinalState, *, is_contradicted: bool
) -> None:
    rows = facts(*(("attempt_ended", reason) for reason in reasons))
    told = Facts(rows=rows.with_columns(document_id=pl.int_range(pl.len(), dtype=pl.UInt32)))

    standing = standings(told, servers_of(told), frozenset({(0, "s")}))[0, "s"]

    assert (standing.state, standing.is_contradicted) == (state, is_contradicted)


@pytest.mark.parametrize(
    ("confidence", "case_of_trouble", "state", "is_doubted"),
    [
        (Confidence.PASTED, 0, FinalState.UNKNOWN, True),
        (Confidence.PROSE, 0, FinalState.UNKNOWN, True),
        (Confidence.RECORDED, 0, FinalState.WORKING, False),
        (Confidence.PASTED, 1, FinalState.WORKING, False),
    ],
)
def test_a_good_end_that_was_pasted_by_somebody_who_tells_of_trouble_proves_nothing(
    confidence: Confidence, case_of_trouble: int, state: FinalState, *, is_doubted: bool
) -> None:
    rows = facts(("trouble_reported", None), ("attempt_ended", "connected"))
    told = Facts(
        rows=rows.with_columns(
            case_id=pl.Series([case_of_trouble, 0], dtype=FACTS["case_id"]),
            server=pl.Series([None, "s"]),
            confidence=pl.Series([Confidence.PROSE, confidence], dtype=FACTS["confidence"]),
        )
    )

    standing = standings(told, servers_of(told))[0, "s"]

    assert (standing.state, standing.is_doubted) == (state, is_doubted)


def test_a_bad_end_needs_no_doubt() -> None:
    rows = facts(("trouble_reported", None), ("attempt_ended", "needs-auth"))
    told = Facts(rows=rows.with_columns(confidence=pl.lit(Confidence.PASTED, dtype=FACTS["confidence"])))

    standing = standings(told, servers_of(told))[0, "s"]

    assert (standing.state, standing.is_doubted) == (FinalState.BROKEN, False)


@pytest.mark.parametrize(
    ("end", "reason", "state"),
    [
        ("connected", "narrowed", FinalState.UNKNOWN),
        ("connected", "cut", FinalState.WORKING),
        ("needs-auth", "narrowed", FinalState.BROKEN),
    ],
)
def test_a_good_end_among_lines_that_were_cut_at_a_column_proves_nothing(
    end: str, reason: str, state: FinalState
) -> None:
    told = Facts(rows=facts(("coverage_gap", reason), ("attempt_ended", end)))

    standing = standings(told, servers_of(told))[0, "s"]

    assert (standing.state, standing.is_narrowed) == (state, state is FinalState.UNKNOWN)


@pytest.mark.parametrize(
    ("state", "has_lines", "is_explained", "verdict"),
    [
        (FinalState.WORKING, True, False, Verdict.HEALTHY),
        (FinalState.UNKNOWN, True, False, Verdict.INCONCLUSIVE),
        (FinalState.BROKEN, True, False, Verdict.INCONCLUSIVE),
        (FinalState.BROKEN, True, True, Verdict.HEALTHY),
        (FinalState.UNKNOWN, False, False, Verdict.NO_EVIDENCE),
    ],
)
def test_only_proof_of_success_is_health(
    state: FinalState, *, has_lines: bool, is_explained: bool, verdict: Verdict
) -> None:
    found = server_verdict(has_incident=False, state=state, has_lines=has_lines, is_explained=is_explained)

    assert found is verdict


def test_over_several_servers_the_worst_counts() -> None:
    order = [Verdict.NO_EVIDENCE, Verdict.HEALTHY, Verdict.INCONCLUSIVE, Verdict.INCIDENT]

    assert [overall_verdict(order[:count]) for count in range(1, 5)] == order
    assert overall_verdict([]) is Verdict.NO_EVIDENCE
