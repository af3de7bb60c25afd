"""sentences: clauses in words, an absence with its window and its coverage."""

import pytest
from msgspec.structs import replace

from mcplog.model.finding import ClauseResult, Evidence
from mcplog.model.vocabulary import Truth
from mcplog.report.clause_words import sentences, tells_something
from mcplog.report.v1 import ClauseV1
from mcplog.report.view import clauses_v1
from tests.report.analyses import ANCHOR, HELD, SAVED, at


def clause(text: str, truth: Truth = Truth.TRUE, *evidence: Evidence, note: str = "") -> ClauseResult:
    return ClauseResult(clause=text, truth=truth, evidence=evidence, note=note)


def views(*clauses: ClauseResult) -> tuple[ClauseV1, ...]:
    return clauses_v1(clauses)


FIRST = clause("[token_saved]", Truth.TRUE, SAVED)
LAST = clause("[connection_failed]", Truth.TRUE, ANCHOR)


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (
            Truth.TRUE,
            (
                'none of "tokens cleared", "sign in started" between 08:20:00.620 and 08:20:15.825; '
                "the logs cover all of it"
            ),
        ),
        (
            Truth.UNKNOWN,
            'not known: whether "tokens cleared" or "sign in started" was logged between 08:20:00.620 and 08:20:15.825',
        ),
        (Truth.FALSE, '"tokens cleared" or "sign in started" was logged between 08:20:00.620 and 08:20:15.825'),
    ],
)
def test_an_absence_is_told_with_its_window_and_coverage(truth: Truth, said: str) -> None:
    absent = clause("![tokens_cleared or sign_in_started]", truth)

    assert sentences(views(FIRST, absent, LAST)) == ["", said, ""]


def test_a_window_that_is_open_to_one_side_says_which() -> None:
    absent = clause("![tokens_cleared]")

    assert sentences(views(FIRST, absent))[1] == 'no "tokens cleared" after 08:20:00.620; the logs cover all of it'
    assert sentences(views(absent, LAST))[0] == 'no "tokens cleared" before 08:20:15.825; the logs cover all of it'
    assert sentences(views(absent)) == ['no "tokens cleared" in between; the logs cover all of it']


def test_a_window_over_midnight_names_the_days() -> None:
    late = clause("[connection_failed]", Truth.TRUE, replace(ANCHOR, event_at=at(86_400)))

    assert sentences(views(FIRST, clause("![connected]"), late))[1] == (
        'no "connected" between 2026-11-25 08:20:00.620 and 2026-11-26 08:20:00.000; the logs cover all of it'
    )


def test_the_moment_of_a_store_fact_is_no_border_of_a_window() -> None:
    store = clause("credential at saved where held_entry", Truth.TRUE, HELD)

    assert sentences(views(store, clause("![connected]"), LAST))[1] == (
        'no "connected" before 08:20:15.825; the logs cover all of it'
    )


@pytest.mark.parametrize(
    ("text", "truth", "said"),
    [
        (
            '![tool_failed where tool == "x"]',
            Truth.TRUE,
            'no "tool failed" (where tool is x) in between; the logs cover all of it',
        ),
        (
            "![a or b or c or d or e or f]",
            Truth.TRUE,
            'none of "a", "b", "c", "d" and 2 other kinds in between; the logs cover all of it',
        ),
        (
            '![a where reason in ("b", "c_d") and process_id != won.process_id]',
            Truth.TRUE,
            (
                'no "a" (where reason is one of (b, c_d) and process id is not that of won) in between; '
                "the logs cover all of it"
            ),
        ),
        ("[connected]", Truth.TRUE, 'no "connected" in between'),
        ("these lines alone prove it", Truth.UNKNOWN, "these lines alone do not prove it"),
        ("[connected]", Truth.FALSE, "no such line follows"),
        ("[connected]", Truth.UNKNOWN, "not known: [connected]"),
        ("with maxspan=5m", Truth.TRUE, "all of it within 5m"),
        ("with maxspan=5m", Truth.FALSE, "not so: all of it within 5m"),
        ("with maxspan=5m", Truth.UNKNOWN, "not known: all of it within 5m"),
        ("never: any [connected]", Truth.TRUE, "nothing that clears it was seen"),
        ("credential at a where held_entry", Truth.UNKNOWN, "not known: credential at a where held_entry"),
    ],
)
def test_a_clause_without_evidence_is_a_sentence(text: str, truth: Truth, said: str) -> None:
    assert sentences(views(clause(text, truth))) == [said]


def test_what_a_copy_does_not_show_is_not_called_absent() -> None:
    copied = clause("the lines are as the client wrote them", Truth.UNKNOWN)

    assert sentences(views(clause("![connected]"), copied)) == [
        'no "connected" in between; as far as this copy goes',
        "this is a copy: lines may be missing or changed",
    ]


def test_what_a_clause_says_about_itself_comes_first() -> None:
    assert sentences(views(clause("![connected]", Truth.TRUE, note="never connected"))) == ["never connected"]


def test_a_bound_that_is_kept_is_not_worth_a_line_of_a_report() -> None:
    span, kept = "with maxspan=5m", clause("[connected]")
    clauses = views(clause(span), clause(span, Truth.UNKNOWN), clause("never: any [connected]"), kept)

    assert [tells_something(view) for view in clauses] == [False, True, False, True]


def test_that_the_evidence_ends_is_not_worth_a_line_of_a_report() -> None:
    end = replace(SAVED, kind="evidence_ended", excerpt="")
    clauses = views(
        clause("[evidence_ended] as end", Truth.TRUE, end),
        clause("[evidence_ended] as end", Truth.UNKNOWN, end),
        clause("[token_saved]", Truth.TRUE, replace(SAVED, excerpt="")),
    )

    assert [tells_something(view) for view in clauses] == [False, True, True]
