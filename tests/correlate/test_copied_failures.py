"""copied_failures: the text of an error that people copied alone is said once."""

import pytest

from tests.correlate.given import Line, line, logs
from tests.correlate.test_facts import facts_of, told


def copied(*lines: Line) -> list[tuple[object, ...]]:
    return told(facts_of(logs(("one", list(lines)))), "failure_copied", "failure", "line_from")


@pytest.mark.parametrize("confidence", ["pasted", "prose"])
@pytest.mark.parametrize("kind", ["connection_error_thrown", "sign_in_failed", "server_issue_told"])
def test_a_copied_error_is_told_with_what_it_says(kind: str, confidence: str) -> None:
    found = copied(line(None, kind, confidence=confidence, failure="pkce-unsupported"))

    assert found == [("pkce-unsupported", 1)]


def test_a_recorded_error_is_told_by_its_attempt() -> None:
    assert copied(line(0, "connection_error_thrown", failure="pkce-unsupported")) == []


@pytest.mark.parametrize("start", ["connection_starting", "sign_in_started"])
def test_an_error_of_an_attempt_or_a_sign_in_is_not_alone(start: str) -> None:
    lines = (
        line(None, start, confidence="pasted"),
        line(None, "connection_error_thrown", confidence="pasted", failure="pkce-unsupported"),
    )

    assert copied(*lines) == []


@pytest.mark.parametrize("failure", [None, "empty", "unauthorized"])
def test_an_error_that_says_nothing_is_not_told(failure: str | None) -> None:
    assert copied(line(None, "connection_error_thrown", confidence="pasted", failure=failure)) == []


def test_another_line_of_a_paste_tells_no_failure() -> None:
    assert copied(line(None, "tool_failed", confidence="pasted", failure="session-not-found")) == []
