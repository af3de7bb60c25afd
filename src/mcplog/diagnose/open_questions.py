"""Say what the evidence does not show about a server, and what to collect to settle it.

A question is asked only where its answer is missing *and* could matter: a local server has no credential store to ask
for, a log that shows every time is not asked for times.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from mcplog.diagnose.deciding_request import deciding_request
from mcplog.diagnose.lines import Lines
from mcplog.knowledge.known_issues import version_key
from mcplog.model.event_kinds import REPORTED_ABOUT, REPORTED_KINDS
from mcplog.model.facts import is_kind
from mcplog.model.finding import Finding
from mcplog.model.vocabulary import SERVER_LOGS, Confidence, DocumentFormat, GapReason, Truth

Answers = tuple[tuple[str, ...], tuple[str, ...]]  # what is not known, what to collect
Question = tuple[str, str]  # what is not known, what to collect; either may be empty

OF_DOCUMENTS: Final = ("case_id", "document_id", "format", "starts_late", "ends_early")
OF_KINDS: Final = ("kind", "failure", "http_status", "reason", "has_refresh_token")
KINDS: Final = (
    "refresh_token_told",
    "tool_call_refused",
    "refresh_failed",
    "coverage_gap",
    "attempt_ended",
    "flow_ended",
)
# What is false, or not known, of a server of which no row shows otherwise.
NOTHING: Final[Mapping[str, Any]] = {
    "lines": 0,
    "undated": 0,
    "pasted": False,
    "only_told_of": False,
    "oauth": False,
    "of_store": False,
    "others_waited_for": False,
    "processes": 0,
    "version": None,
    "refresh_hidden": False,
    "refresh_known": False,
    "refused": False,
    "fetch_failed": False,
    "reasonless": False,
    "foreign_write": False,
    "left_open": False,
    "sign_in_open": False,
    "url": None,
    "stored_refresh_token": None,
}
FAILURES: Final = {"unauthorized-after-auth": "refused", "fetch-failed": "fetch_failed"}
# What is told last, and of which servers it is asked; of the version of all.
KNOWN_LAST: Final = {
    "version": "client_version",
    "url": "configured_url",
    "stored_refresh_token": "held_has_refresh_token",
}
ASKED_WHERE: Final = {"url": "refused", "stored_refresh_token": "refresh_hidden"}
UNAUTHORIZED: Final = 401  # RFC 9110 §15.5.2
OAUTH_KINDS: Final = (
    "token_returned",
    "token_saved",
    "token_absent",
    "refresh_token_told",
    "authentication_required",
    "connection_skipped",
    "refresh_started",
    "sign_in_started",
    "tool_call_refused",
    "reauthorization_required",
)
WAITING_FOR_OTHERS: Final = ("refresh_by_other_process", "refresh_lock_awaited")
UNREAD: Final = tuple(reason for reason in GapReason if reason not in (GapReason.STARTS_LATE, GapReason.ENDS_EARLY))
DEBUG_IS_OFF_FROM: Final = (2, 1, 71)  # client change log
HIDES_IT_EVERYWHERE_FROM: Final = (2, 1, 331)  # recorded: in the per-server log too; still shown in 2.1.232
DEBUG_FOLDER_FROM: Final = (2, 0, 0)

PER_SERVER_LOGS: Final = (
    "The per-server logs, which every version writes, also without `--debug`: the folders `mcp-logs-<server>` below "
    "`~/.cache/claude-cli-nodejs` (macOS `~/Library/Caches/claude-cli-nodejs`, Windows "
    "`%LOCALAPPDATA%\\claude-cli-nodejs\\Cache`); each line with its time."
)
CREDENTIAL_FILE: Final = (
    "The credential file, or copies of it over time, with `--credentials`: `.credentials.json` in `~/.claude` or "
    "`$CLAUDE_CONFIG_DIR`. Tokens in it are turned into fingerprints."
)
LOG_FILE: Final = "The log file itself: this is a copy of some of its lines."  # as a finding on a paste asks for it
OTHER_STORE: Final = (
    "The store of the configuration folder that this client used (`$CLAUDE_CONFIG_DIR`, container or host; on macOS "
    "the keychain)."
)


def ask(
    lines: Lines,
    documents: pl.DataFrame,
    gaps: pl.DataFrame,
    findings: Sequence[Sequence[Finding]],
    *,
    cases_with_store: Collection[int],
    limit: int = 6,
) -> list[Answers]:
    """Return what is not known about each server, and what to collect.

    Args:
        lines: The rows of the servers.
        documents: DOCUMENTS of the run; those of a server's case are looked at.
        gaps: GAPS of the run.
        findings: Findings on each server; their open clauses are questions.
        cases_with_store: The cases whose credential store was read.
        limit: How many sentences of each to return at most.

    Returns:
        For each server sentences on what the evidence does not show, and sentences on what would show it; the
        weightiest first. Nothing for a server without rows.
    """
    seen = _seen(lines)
    read = _read(documents, gaps)
    return [
        _asked(seen[who], read[case_id], of_server, has_store=case_id in cases_with_store, limit=limit)
        if who in seen and case_id in read  # a case of nothing but a store has no log to ask about
        else ((), ())
        for who, ((case_id, _), of_server) in enumerate(zip(lines.servers, findings, strict=True))
    ]


def _asked(
    seen: dict[str, Any], read: dict[str, Any], findings: Sequence[Finding], *, has_store: bool, limit: int
) -> Answers:
    asked = [
        *_of_clauses(findings),
        *_of_refusals(seen),
        *_of_store(seen, has_store=has_store),
        *_of_processes(seen),
        *_of_coverage(seen, read),
        *_of_logs(seen, read, findings),
    ]
    unknown = dict.fromkeys(question for question, _ in asked if question)
    collect = dict.fromkeys(answer for _, answer in asked if answer)
    return tuple(unknown)[:limit], tuple(collect)[:limit]


def _seen(lines: Lines) -> dict[int, dict[str, Any]]:
    """Return what the rows of each server show, as counts and truths by name.

    Most questions are about few rows, so each is put to its own.
    """
    seen = {who: {**NOTHING, "server": lines.servers[who][1]} for who in lines.present()}
    for who, name in _truths(lines):
        seen[who][name] = True
    for row in _of_kinds(lines).to_dicts():
        seen[row["who"]] |= {name: value for name, value in row.items() if value}
    waiting = [who for who, one in seen.items() if one["others_waited_for"]]
    for name, counts in _counts(lines, waiting).items():
        for who, count in counts.items():
            seen[who][name] = count
    for name, column in KNOWN_LAST.items():
        if name == "version" or any(one[ASKED_WHERE[name]] for one in seen.values()):
            for who, value in lines.last_known(column).items():
                seen[who][name] = value
    return seen


def _truths(lines: Lines) -> Iterator[tuple[int, str]]:
    """Yield what a row of a server shows, with the server."""
    facts = lines.facts
    told = facts.frame(["store_id", "confidence"])
    shown = {
        "oauth": facts.rows_of(OAUTH_KINDS),
        "others_waited_for": facts.rows_of(WAITING_FOR_OTHERS),
        "of_store": told["store_id"].is_not_null(),
        "pasted": told["confidence"] != Confidence.RECORDED,
        "only_told_of": facts.rows_of((REPORTED_ABOUT,)),  # nothing else in its case is about a server
    }
    for name, rows in shown.items():
        yield from ((who, name) for who in lines.servers_at(rows))
    yield from ((who, FAILURES[failure]) for who, failure in lines.words_told("failure", FAILURES))


def _counts(lines: Lines, waiting: Collection[int]) -> dict[str, dict[int, int]]:
    """Return by name the lines of servers that have undated ones, and the processes of those that wait for others."""
    counts: dict[str, dict[int, int]] = {}
    if waiting:
        told = lines.told(["process_id"], lines.every().filter(pl.col("who").is_in(waiting)))
        counts["processes"] = dict(told.group_by("who").agg(pl.col("process_id").n_unique()).rows())
    if lines.facts.rows["event_at"].null_count():
        told = lines.told(["kind", "document_id", "event_at"], lines.every())
        in_log = told.filter(pl.col("document_id").is_not_null() & ~is_kind(REPORTED_KINDS)).group_by("who")
        for who, count, undated in in_log.agg(pl.len(), undated=pl.col("event_at").is_null().sum()).rows():
            counts.setdefault("lines", {})[who] = count
            counts.setdefault("undated", {})[who] = undated
    return counts


def _of_kinds(lines: Lines) -> pl.DataFrame:
    """Return what lines of some kinds show of each server that has any."""
    kind, reason, failure = pl.col("kind"), pl.col("reason"), pl.col("failure")
    told, hidden = kind == "refresh_token_told", pl.col("has_refresh_token").is_null()
    return (
        lines.told(OF_KINDS, lines.of_kinds(KINDS))
        .group_by("who")
        .agg(
            refresh_hidden=(told & hidden).any(),
            refresh_known=(told & ~hidden).any(),
            refused=((kind == "tool_call_refused") & (pl.col("http_status") == UNAUTHORIZED)).any(),
            reasonless=((kind == "refresh_failed") & (failure == "empty")).any(),
            foreign_write=((kind == "coverage_gap") & (reason == GapReason.UNEXPLAINED_WRITE)).any(),
            left_open=reason.filter(kind == "attempt_ended").drop_nulls().last() == "open",
            sign_in_open=reason.filter(kind == "flow_ended").drop_nulls().last() == "open",
        )
    )


def _read(documents: pl.DataFrame, gaps: pl.DataFrame) -> dict[int, dict[str, Any]]:
    """Return what was read of the documents of each case, as counts and truths by name."""
    kinds = pl.col("reason").is_in([str(reason) for reason in UNREAD])
    unread = gaps.filter(kinds)["document_id"].to_list() if len(gaps) else []
    told = (
        documents[OF_DOCUMENTS]
        .group_by("case_id")
        .agg(
            server_logs=pl.col("format").is_in(SERVER_LOGS).sum(),
            debug_files=(pl.col("format") == DocumentFormat.DEBUG_FILE).sum(),
            starts_late=pl.col("starts_late").any(),
            ends_early=pl.col("ends_early").any(),
            unread=pl.col("document_id").is_in(unread).any(),
        )
    )
    return {row["case_id"]: row for row in told.to_dicts()}


def _of_clauses(findings: Sequence[Finding]) -> Iterator[Question]:
    for finding in findings:
        for clause in finding.clauses:
            if clause.truth is Truth.UNKNOWN:
                yield _sentence(clause.note), _sentence(clause.settled_by)


def _of_refusals(seen: dict[str, Any]) -> Iterator[Question]:
    if seen["refused"]:
        yield (
            "Why the server answered 401: the client logs neither the body nor the challenge of the refusal.",
            "The server's own log of that request, or its answer to one request made by hand with the stored token.",
        )
        if seen["url"] and seen["server"]:
            yield "", deciding_request(seen["server"], seen["url"])
    if seen["reasonless"]:
        yield (
            "Why the refresh was refused: the line ends without a reason.",
            "The authorization server's log of that moment.",
        )
    if seen["fetch_failed"]:
        yield (
            "What `fetch failed` stands for: refused, name not found, certificate and reset read the same.",
            "`curl -v` of the server's URL from the same machine and shell.",
        )
    if seen["sign_in_open"]:
        yield (
            "What the browser showed during the sign-in: no log has it.",
            "What the browser said: the error page's text, or the `error` in its address.",
        )


def _of_store(seen: dict[str, Any], *, has_store: bool) -> Iterator[Question]:
    if not seen["oauth"]:
        return
    if not has_store:
        yield (
            "What the credential store held: none was given.",
            CREDENTIAL_FILE,
        )
    elif not seen["of_store"]:
        yield (
            "What was stored for this server: the store that was given has no entry of it.",
            OTHER_STORE,
        )
    if seen["refresh_hidden"] and not seen["refresh_known"] and seen["stored_refresh_token"] is None:
        yield "Whether a refresh token is stored: the client hides it.", _refresh_token_shown(seen["version"])


def _refresh_token_shown(version: str | None) -> str:
    key = version_key(version) if version else None
    if key is not None and key >= HIDES_IT_EVERYWHERE_FROM:
        return "The credential file: this version hides it in every log."
    return "The per-server log, which shows it up to 2.1.232, or the credential file."


def _of_processes(seen: dict[str, Any]) -> Iterator[Question]:
    if seen["foreign_write"]:
        yield (
            "Who wrote a token that none of these logs saved: another process did.",
            "The logs of all sessions, machines and containers that share this store.",
        )
    elif seen["others_waited_for"] and seen["processes"] <= 2:  # noqa: PLR2004 - the process, and null for derived rows
        yield (
            "What the other process did that held the lock or refreshed the token: its log is not here.",
            "The logs of all sessions that were open at the time.",
        )


def _of_coverage(seen: dict[str, Any], read: dict[str, Any]) -> Iterator[Question]:
    if seen["undated"]:
        which = "The lines have no time" if seen["undated"] == seen["lines"] else "Some lines have no time"
        answer = "" if read["server_logs"] else PER_SERVER_LOGS
        yield f"{which}: lifetimes and pauses cannot be measured.", answer
    if seen["left_open"]:
        yield (
            "How the last connection attempt ended: the log stops before.",
            "A log that goes on until the server is connected or refused.",
        )
    if read["starts_late"]:
        yield "What happened before the log begins: its process is older.", "The whole log, from its first line."
    if read["ends_early"]:
        yield "What happened after the log ends: it is cut.", "The whole log, to its last line."
    if read["unread"]:
        yield "What stands in stretches of the logs that could not be read.", "The logs as the client wrote them."


def _of_logs(seen: dict[str, Any], read: dict[str, Any], findings: Sequence[Finding]) -> Iterator[Question]:
    if seen["only_told_of"]:
        yield (
            "What the client logged: the text tells of it, and shows no line.",
            "The lines of the log, or the file itself.",
        )
    elif seen["pasted"]:
        yield "Whether the text is complete: it is a paste, lines may be missing.", LOG_FILE
    key = version_key(seen["version"]) if seen["version"] else None
    is_open = not findings or any(clause.truth is Truth.UNKNOWN for one in findings for clause in one.clauses)
    if is_open and not read["server_logs"]:
        yield "", PER_SERVER_LOGS
    if is_open and not read["debug_files"] and not seen["pasted"]:
        yield "What the client did apart from this server: no debug file is here.", _debug_file(key)
    if key is None:
        which = "is in use" if seen["only_told_of"] else "wrote these logs"
        yield f"Which version of the client {which}.", "The answer of `claude --version`."


def _debug_file(key: tuple[int, ...] | None) -> str:
    if key is not None and DEBUG_FOLDER_FROM <= key < DEBUG_IS_OFF_FROM:
        return "The debug file of the same session: `~/.claude/debug/<session>.txt`, always written by this version."
    return "A debug file: start with `--debug` and do it again (from 2.1.71 none is written by itself)."


def _sentence(text: str) -> str:
    """Return a text as a sentence; nothing stays nothing."""
    told = text.strip()
    if not told:
        return ""
    return f"{told[0].upper()}{told[1:]}" if told.endswith((".", "!", "?")) else f"{told[0].upper()}{told[1:]}."
