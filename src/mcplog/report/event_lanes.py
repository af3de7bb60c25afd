"""Events of one server as bars and marks: client runs, connections, sign-ins, refreshes, calls, tokens cleared."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from mcplog.model.facts import is_kind
from mcplog.report.durations import duration
from mcplog.report.inert import inert
from mcplog.report.lane import Bar, Mark, Tone

EVENT_COLUMNS: Final = (
    *("case_id", "server", "kind", "event_at", "time_basis", "order", "document_id", "entry_id"),
    *("process_id", "attempt_id", "flow_id", "reason", "trigger", "failure", "http_status", "oauth_error"),
)
_CALLS: Final = {
    "tool_completed": "tool call answered",
    "tool_failed": "tool call failed",
    "tool_call_refused": "tool call refused",
}
_CLEARED: Final = {
    "tokens_cleared": "the client clears the tokens",
    "refused_tokens_cleared": "the client clears refused tokens",
    "credentials_invalidated": "the client discards credentials",
    "token_revoked": "a token is revoked",
}


def runs(own: pl.DataFrame) -> Iterable[Bar]:
    """Yield a bar for each run of the client that speaks of the server.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    runs = _grouped(own, "process_id").sort("start", "process_id")
    for number, (_, start, stop, *_) in enumerate(runs.iter_rows(), 1):
        yield Bar(
            start=start,
            stop=stop,
            tone=Tone.PLAIN,
            label=f"run {number}",
            said=f"run {number} of the client speaks of this server for {duration(stop - start)}",
        )


def _grouped(own: pl.DataFrame, by: str, ended: str = "") -> pl.DataFrame:
    """Return a row a group: key, start, stop, when it ended, reason, failure, HTTP status."""
    end = pl.col("kind") == (ended or "unrecognised")
    told = [pl.col(name).filter(end).first() for name in ("reason", "failure", "http_status")]
    return (
        own.filter(pl.col(by).is_not_null())
        .group_by(by)
        .agg(*told, start=pl.col("at").min(), stop=pl.col("at").max(), ended=pl.col("at").filter(end).first())
        .sort("start", by)
        .select(by, "start", "stop", "ended", "reason", "failure", "http_status")
    )


_RESULTS: Final = {
    "connected": Tone.GOOD,
    "authorized": Tone.GOOD,
    "needs-auth": Tone.OPEN,
    "skipped": Tone.OPEN,
    "open": Tone.PLAIN,
}


def attempts(own: pl.DataFrame) -> Iterable[Bar]:
    """Yield a bar for each connection attempt, and one for the connection that came of it.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    for _, start, stop, ended, reason, failure, status in _grouped(own, "attempt_id", "attempt_ended").iter_rows():
        word = reason or "open"
        until = stop if ended is None else max(start, ended)
        why = "" if failure in (None, "none") else f" ({failure})"
        code = f", HTTP {status}" if status else ""
        tone = _RESULTS.get(word, Tone.BAD)
        said = f"connection attempt: {_result(word)}{why}{code} after {duration(until - start)}"
        yield Bar(start=start, stop=until, tone=tone, label=_result(word), said=said)
        if word == "connected" and stop > until:
            yield Bar(start=until, stop=stop, tone=Tone.HELD, label="connected", said="connected")


def _result(word: str) -> str:
    return {"needs-auth": "needs sign-in", "open": "no result seen"}.get(word, word.replace("-", " "))


def sign_ins(own: pl.DataFrame) -> Iterable[Bar]:
    """Yield a bar for each interactive sign-in.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    for _, start, stop, ended, reason, failure, _ in _grouped(own, "flow_id", "flow_ended").iter_rows():
        word = reason or "open"
        until = stop if ended is None else max(start, ended)
        why = "" if failure in (None, "none") else f" ({failure})"
        said = f"sign-in: {_result(word)}{why} after {duration(until - start)}"
        yield Bar(start=start, stop=until, tone=_RESULTS.get(word, Tone.BAD), label=_result(word), said=said)


_REFRESH_WORDS: Final = {
    "proactive": "refreshed before the expiry",
    "answer-to-401": "refreshed after a 401",
    "other-process": "refreshed by another process",
}


def refreshes(own: pl.DataFrame) -> Iterable[Mark]:
    """Yield a mark for each refresh, observed or failed.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    kinds = ("refresh_observed", "refresh_failed")
    rows = own.filter(is_kind(kinds)).select("at", "kind", "trigger", "oauth_error", "failure")
    for at, kind, trigger, error, failure in rows.iter_rows():
        if kind == "refresh_observed":
            yield Mark(at=at, tone=Tone.GOOD, said=_REFRESH_WORDS.get(trigger or "", "refreshed"))
        else:
            why = next((word for word in (error, failure) if word and word != "none"), "")
            yield Mark(at=at, tone=Tone.BAD, said="refresh failed" + (f": {inert(why)}" if why else ""))


def calls(own: pl.DataFrame) -> Iterable[Mark]:
    """Yield a mark for each tool call that was answered, failed or was refused.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    for at, kind, status in own.filter(is_kind(_CALLS)).select("at", "kind", "http_status").iter_rows():
        code = f", HTTP {status}" if status else ""
        said = f"{_CALLS[kind]}{code}"
        yield Mark(at=at, tone=Tone.GOOD if kind == "tool_completed" else Tone.BAD, said=said)


def cleared(own: pl.DataFrame) -> Iterable[Mark]:
    """Yield a mark wherever the client gives up tokens.

    Args:
        own: FACTS of one server, those of EVENT_COLUMNS, with `at` in milliseconds.
    """
    rows = own.filter(is_kind(_CLEARED)).select("at", "kind")
    yield from (Mark(at=at, tone=Tone.OPEN, said=_CLEARED[kind]) for at, kind in rows.iter_rows())
