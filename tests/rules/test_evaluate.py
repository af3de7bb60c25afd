"""evaluate: DESIGN's truth table first."""

import pytest

from mcplog.rules import evaluate
from tests.rules.given import documents, facts, gap, row, rule

BETWEEN = "sequence by server with maxspan=10s [token_saved] ![refresh_failed] [connected]"
BEHIND = "sequence by server with maxspan=10s [token_saved] ![refresh_failed]"
A, B, M, X = "token_saved", "connected", "refresh_failed", "tool_called"
Rows = list[dict[str, object]]


def verdict(query: str, rows: Rows) -> str:
    findings = evaluate([rule(query)], facts(*rows), documents=documents())

    assert len(findings) <= 1
    return str(findings[0].certainty) if findings else "none"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0), row(B, 5)], "confirmed"),
        ([row(A, 0), row(X, 1), row(B, 5)], "confirmed"),
        ([row(A, 0), row(B, 10)], "confirmed"),
        ([row(A, 0), row(M, 2), row(B, 5)], "none"),
        ([row(A, 0), row(X, 1), row(M, 2), row(X, 3), row(B, 5)], "none"),
        ([row(A, 0), row(B, 11)], "none"),
        ([row(A, 0), row(M, 1), row(A, 2), row(B, 5)], "confirmed"),
        ([row(A, 0), gap(2), row(B, 5)], "possible"),
        ([row(A, 0), gap(2), row(M, 3), row(B, 5)], "none"),
        ([row(A, None), row(B, 5)], "possible"),
        ([row(B, 5), row(A, 6)], "none"),
        ([row(A, 0, server="other"), row(B, 5)], "none"),
        ([gap(2), row(B, 5)], "possible"),
        ([row(X, -20), gap(-19), row(X, -18), row(B, 5)], "none"),
    ],
)
def test_an_event_that_must_be_missing_between_two_others(rows: Rows, expected: str) -> None:
    assert verdict(BETWEEN, rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0), row(X, 11)], "confirmed"),
        ([row(A, 0), row("process_ended", 11, server=None)], "confirmed"),
        ([row(A, 0), row("evidence_ended", 10)], "confirmed"),
        ([row(A, 0), row(X, 9)], "possible"),
        ([row(A, 0)], "possible"),
        ([row(A, 0), row(X, 11, server="other")], "possible"),
        ([row(A, 0), row(M, 2), row(X, 20)], "none"),
        ([row(A, 0), row(X, 1), row(M, 10), row(X, 20)], "none"),
        ([row(A, 0), row(M, 11), row(X, 20)], "confirmed"),
        ([row(A, 0), gap(2), row(X, 11)], "possible"),
        ([row(A, 0), row(X, 11), gap(12)], "confirmed"),
        ([row(A, None), row(X, 11)], "possible"),
    ],
)
def test_an_event_that_must_be_missing_behind_the_anchor(rows: Rows, expected: str) -> None:
    assert verdict(BEHIND, rows) == expected


def test_more() -> None:
    f = facts(row(A, 0), row(B, 5, http_status=401), gap(6), row(M, 7, process_id=3, oauth_error=None))
    for q in [
        "[connected where http_status == 401]",
        "any by server [connected where http_status > 400] as x",
        "sequence by server [token_saved] as a [connected where event_at - a.event_at < 6s] as b",
        "sequence by server [connected where event_at - a.event_at < 6s] as b [refresh_failed] as a",
        'sequence by server [connected] as b ![token_saved where process_id == a.process_id] [refresh_failed where oauth_error == "x" or process_id == 3] as a credential at a where held_token_is == "valid"',
    ]:
        r = rule(q)
        for x in evaluate([r], f, documents=documents()):
            print(
                q,
                x.certainty,
                [(c.clause, str(c.truth), c.settled_by) for c in x.clauses],
                [str(e.place) for e in x.evidence],
            )
