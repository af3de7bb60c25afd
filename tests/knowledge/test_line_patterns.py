"""A pattern that can never match does not load."""

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.line_patterns import LinePattern, pattern_faults, refuse_faults
from mcplog.model.vocabulary import GapReason, StoreChange, Trigger


@pytest.mark.parametrize(
    "pattern",
    [
        LinePattern(kinds=("attempt_ended",), where={"reason": ("needs-auth", "skipped")}),
        LinePattern(kinds=("store_changed",), where={"reason": tuple(StoreChange)}),
        LinePattern(kinds=("coverage_gap",), where={"reason": tuple(GapReason)}),
        LinePattern(kinds=("refresh_observed",), where={"trigger": tuple(Trigger)}),
        LinePattern(kinds=("tool_call_refused",), where={"http_status": (401,)}, unless={"oauth_error": ("any",)}),
        LinePattern(kinds=("http_transport_options",), where={"has_authorization_header": (True,)}),
    ],
    ids=lambda pattern: pattern.kinds[0],
)
def test_words_of_the_vocabularies_are_known(pattern: LinePattern) -> None:
    assert pattern_faults([pattern]) == ()


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (LinePattern(kinds=("attempt_end",)), "no such event kind: attempt_end"),
        (LinePattern(kinds=("connected",), where={"colour": ("red",)}), "no such column for a pattern: colour"),
        (LinePattern(kinds=("connected",), where={"failure": ("dns-failure",)}), "failure never is 'dns-failure'"),
        (LinePattern(kinds=("connected",), unless={"reason": ("nearly",)}), "reason never is 'nearly'"),
        (LinePattern(kinds=("connected",), where={"http_status": (42,)}), "http_status never is 42"),
        (LinePattern(kinds=("connected",), where={"resource_sent": ("yes",)}), "resource_sent never is 'yes'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_word_that_does_not_exist_is_named(pattern: LinePattern, fault: str) -> None:
    assert pattern_faults([pattern]) == (fault,)


def test_all_faults_of_a_table_are_told_at_once() -> None:
    refuse_faults([], name="some.toml")
    with pytest.raises(KnowledgeError, match=r"some\.toml: first; second"):
        refuse_faults(["first", "second"], name="some.toml")
