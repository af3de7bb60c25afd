"""Open questions: asked where the answer is missing and could matter, and nowhere else."""

import shlex
from collections.abc import Sequence

import polars as pl
import pytest

from mcplog.diagnose.deciding_request import deciding_request
from mcplog.diagnose.open_questions import CREDENTIAL_FILE, OTHER_STORE, PER_SERVER_LOGS, ask
from mcplog.model.finding import ClauseResult, Finding
from mcplog.model.vocabulary import Truth
from tests.diagnose.given import Values, documents, facts, finding, gaps, lines, row

COMPLETE = documents({"format": "debug-file"}, {"format": "server-log-lines"})
USED = row("token_returned", 1, client_version="2.1.331", store_id=0, held_has_refresh_token=True)
FOUND = (finding(0),)


def asked(
    told: pl.DataFrame,
    known: pl.DataFrame,
    holes: pl.DataFrame,
    found: Sequence[Finding],
    *,
    has_store: bool,
    limit: int = 6,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ask(lines(told), known, holes, [found], cases_with_store=(0,) if has_store else (), limit=limit)[0]


def unknown(*rows: Values, has_store: bool = True) -> tuple[str, ...]:
    return asked(facts(*rows), COMPLETE, gaps(), FOUND, has_store=has_store)[0]


def collect(*rows: Values, has_store: bool = True) -> tuple[str, ...]:
    return asked(facts(*rows), COMPLETE, gaps(), FOUND, has_store=has_store)[1]


def test_complete_evidence_leaves_nothing_to_ask() -> None:
    assert asked(facts(USED), COMPLETE, gaps(), FOUND, has_store=True) == ((), ())


def test_without_facts_nothing_is_asked() -> None:
    assert asked(facts(), COMPLETE, gaps(), (), has_store=False) == ((), ())


def test_a_store_is_asked_for_when_none_was_given() -> None:
    used = row("token_returned", 1, client_version="2.1.331")

    assert (unknown(used, has_store=False), collect(used, has_store=False)) == (
        ("What the credential store held: none was given.",),
        (CREDENTIAL_FILE,),
    )


def test_another_store_is_asked_for_when_it_has_no_entry_of_the_server() -> None:
    assert collect(row("token_returned", 1, client_version="2.1.331")) == (OTHER_STORE,)


def test_a_local_server_is_asked_for_no_store() -> None:
    assert unknown(row("server_stderr", 1, client_version="2.1.331"), has_store=False) == ()


def test_an_open_clause_is_a_question_and_a_known_one_is_none() -> None:
    open_clause = ClauseResult(
        clause="![refresh_started]",
        truth=Truth.UNKNOWN,
        note="no refresh was seen",
        settled_by="the log before a.txt:1",
    )
    known = ClauseResult(clause="[connected]", truth=Truth.TRUE, settled_by="nothing")
    found = finding(0, clauses=(open_clause, known))

    assert asked(facts(USED), COMPLETE, gaps(), (found,), has_store=True) == (
        ("No refresh was seen.",),
        ("The log before a.txt:1.",),
    )


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        (
            (USED, row("attempt_ended", 2, failure="unauthorized-after-auth", reason="needs-auth")),
            "Why the server answered 401: the client logs neither the body nor the challenge of the refusal.",
        ),
        (
            (USED, row("refresh_failed", 2, failure="empty")),
            "Why the refresh was refused: the line ends without a reason.",
        ),
        (
            (USED, row("attempt_ended", 2, failure="fetch-failed", reason="failed")),
            "What `fetch failed` stands for: refused, name not found, certificate and reset read the same.",
        ),
        (
            (USED, row("flow_ended", 2, reason="open")),
            "What the browser showed during the sign-in: no log has it.",
        ),
        (
            (USED, row("attempt_ended", 2, reason="open")),
            "How the last connection attempt ended: the log stops before.",
        ),
        (
            (USED, row("coverage_gap", 2, reason="unexplained-write", document_id=None)),
            "Who wrote a token that none of these logs saved: another process did.",
        ),
        (
            (USED, row("refresh_lock_awaited", 2)),
            "What the other process did that held the lock or refreshed the token: its log is not here.",
        ),
        ((USED, row("connected")), "Some lines have no time: lifetimes and pauses cannot be measured."),
        (
            (USED, row("connected", 2, confidence="pasted")),
            "Whether the text is complete: it is a paste, lines may be missing.",
        ),
        (
            (row("token_returned", 1, store_id=0, held_has_refresh_token=True),),
            "Which version of the client wrote these logs.",
        ),
    ],
)
def test_a_gap_in_the_evidence_is_one_question(rows: tuple[Values, ...], question: str) -> None:
    assert unknown(*rows) == (question,)


@pytest.mark.parametrize(
    "rows",
    [
        (USED, row("attempt_ended", 2, reason="open"), row("attempt_ended", 3, reason="connected")),
        (USED, row("flow_ended", 2, reason="open"), row("flow_ended", 3, reason="authorized")),
        (
            USED,
            row("refresh_lock_awaited", 2),
            row("refresh_started", 2, process_id=2),
            row("connected", 3, process_id=3),
        ),
        (USED, row("coverage_gap", 2, reason="cut", document_id=None)),
        (USED, row("refresh_token_told", 2)),
    ],
)
def test_what_was_answered_later_is_not_asked(rows: tuple[Values, ...]) -> None:
    assert unknown(*rows) == ()


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("2.1.136", "The per-server log, which shows it up to 2.1.232, or the credential file."),
        ("2.1.331", "The credential file: this version hides it in every log."),
    ],
)
def test_where_a_hidden_refresh_token_is_shown_depends_on_the_version(version: str, answer: str) -> None:
    hidden = row("refresh_token_told", 1, client_version=version, store_id=0)

    assert collect(hidden) == (answer,)


@pytest.mark.parametrize(
    ("document", "question"),
    [
        ({"starts_late": True}, "What happened before the log begins: its process is older."),
        ({"ends_early": True}, "What happened after the log ends: it is cut."),
    ],
)
def test_a_cut_log_is_asked_for_as_a_whole(document: dict[str, object], question: str) -> None:
    logs = documents({"format": "debug-file", **document}, {"format": "server-log-lines"})

    assert asked(facts(USED), logs, gaps(), FOUND, has_store=True)[0] == (question,)


def test_stretches_that_could_not_be_read_are_told_and_those_of_other_cases_are_not() -> None:
    logs = documents({"format": "debug-file"}, {"format": "server-log-lines"}, {"case_id": 1})
    question = "What stands in stretches of the logs that could not be read."

    assert asked(facts(USED), logs, gaps({"reason": "cut"}), FOUND, has_store=True)[0] == (question,)
    assert asked(facts(USED), logs, gaps({"reason": "cut", "document_id": 2}), FOUND, has_store=True)[0] == ()
    assert asked(facts(USED), logs, gaps({"reason": "ends-early"}), FOUND, has_store=True)[0] == ()


@pytest.mark.parametrize(
    ("version", "format_", "answer"),
    [
        ("2.1.331", "debug-file", PER_SERVER_LOGS),
        (
            "2.1.331",
            "server-log-lines",
            "A debug file: start with `--debug` and do it again (from 2.1.71 none is written by itself).",
        ),
        (
            "2.1.30",
            "server-log-lines",
            "The debug file of the same session: `~/.claude/debug/<session>.txt`, always written by this version.",
        ),
    ],
)
def test_without_a_finding_the_other_log_of_the_session_is_asked_for(version: str, format_: str, answer: str) -> None:
    used = {**USED, "client_version": version}

    assert asked(facts(used), documents({"format": format_}), gaps(), (), has_store=True)[1] == (answer,)


def test_times_are_asked_for_where_they_stand() -> None:
    used = {**USED, "event_at": None}

    assert asked(facts(used), documents({}), gaps(), FOUND, has_store=True) == (
        ("The lines have no time: lifetimes and pauses cannot be measured.",),
        (PER_SERVER_LOGS,),
    )


def test_the_weightiest_come_first_and_the_rest_is_cut() -> None:
    told = facts(
        row("token_returned", 1), row("attempt_ended", 2, failure="unauthorized-after-auth", reason="needs-auth")
    )

    assert asked(told, COMPLETE, gaps(), FOUND, has_store=False, limit=1)[0] == (
        "Why the server answered 401: the client logs neither the body nor the challenge of the refusal.",
    )


def test_where_the_body_of_a_refusal_alone_decides_the_request_that_shows_it_is_told() -> None:
    refused = row("attempt_ended", 2, failure="unauthorized-after-auth", configured_url="https://notes.example/mcp")
    command = next(line for line in collect(USED, refused) if "curl" in line)

    assert "| curl -si https://notes.example/mcp -H " in command
    assert "-H @- -d " in command


def test_names_and_addresses_are_quoted_for_the_shell() -> None:
    command = deciding_request("no'tes; rm -rf ~", "https://notes.example/$(id)")
    words = shlex.split(command.split("`")[1], posix=True)

    assert "no'tes; rm -rf ~" in words
    assert "https://notes.example/$(id)" in words
    assert words.count("|") == 1


def test_lines_are_asked_for_where_a_text_only_tells_of_a_server() -> None:
    told = row("mcp_reported", 1, confidence="prose", client_version="2.1.331", store_id=0)

    assert (unknown(told), collect(told)) == (
        ("What the client logged: the text tells of it, and shows no line.",),
        ("The lines of the log, or the file itself.",),
    )
