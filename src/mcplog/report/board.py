"""The live board as text, and what changes on it as lines: for a terminal, for a pipe, for a program."""

import json
from datetime import datetime
from typing import Final

import msgspec

from mcplog.model.board import Board, News, Standing
from mcplog.report.inert import inert
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.wording import counted

SCHEMA: Final = "watch/1"
_VERDICTS: Final = {
    "incident": ("INCIDENT", Ink.BAD),
    "healthy": ("HEALTHY", Ink.GOOD),
    "inconclusive": ("INCONCLUSIVE", Ink.OPEN),
    "no-evidence": ("NO EVIDENCE", Ink.OPEN),
}
_INDENT: Final = 2
_NOTHING: Final = "No line about an MCP server so far. Start the client with `--debug`."


def board_text(board: Board, page: Page) -> str:
    """Return the `board` as text for `page`: warnings first, then a line or two for each server."""
    return text(board_lines(board, page), page)


def board_lines(board: Board, page: Page) -> list[Line]:
    """Return the `board` as styled lines for `page`."""
    lines = [line for one in board.warnings for line in _warning(one.server, one.text, one.hint, page)]
    lines += [BLANK] if lines else []
    for row in board.standings:
        lines += _row(row, board.at, page)
    if not board.standings:
        lines += wrapped([page.span(_NOTHING)], page.columns)
    lines += [line for problem in board.problems for line in wrapped([page.span(problem, Ink.OPEN)], page.columns)]
    followed, kept = counted(board.logs, "log"), counted(board.snapshots, "snapshot")
    foot = f"{clock(board.at)}  {followed} followed, {kept} kept; Ctrl-C ends"
    return [*lines, *wrapped([page.span(foot, Ink.FAINT)], page.columns)]


def news_text(one: News, page: Page) -> str:
    """Return `one` piece of news as a line of text for a pipe; `page` says which characters it can show."""
    about = f"{one.server}: " if one.server else ""
    if one.what == "verdict":
        word = _VERDICTS[one.verdict][0]
        rule = f" ({one.rule_id}, {one.certainty})" if one.rule_id else ""
        said = f"{word}  {about}{one.text}{rule}"
    elif one.what == "warning-over":
        said = f"OVER  {about}{one.rule_id}"
    else:
        said = f"{one.what.upper()}  {about}{one.text}{f' {one.hint}' if one.hint else ''}"
    return inert(f"{clock(one.at)}  {said}", ascii_only=page.ascii_only) + "\n"


def news_json(one: News) -> str:
    """Return `one` piece of news as a line of JSON; control characters stand in it as escapes."""
    return json.dumps({"schema": SCHEMA} | msgspec.to_builtins(one)) + "\n"


def clock(at: datetime) -> str:
    """Return a moment as the clock of the board, UTC."""
    return at.strftime("%H:%M:%SZ")


def _row(row: Standing, at: datetime, page: Page) -> list[Line]:
    word, ink = _VERDICTS[row.verdict]
    spans = [
        page.span(row.server or "(no name)", Ink.NAME),
        page.span(": " if row.title else ""),
        page.span(row.title, Ink.STRONG),
    ]
    lines = wrapped(spans, page.columns, first=(page.span(f"{word}  ", ink),), rest=(page.span(" " * _INDENT),))
    told = [
        f"{row.rule_id}, {row.certainty}" if row.rule_id else "",
        f"who acts: {', '.join(row.responsible)}" if row.responsible else "",
        f"token until {_until(row.expires_at, at)}" if row.expires_at is not None else "",
        {True: "refresh token held", False: "no refresh token", None: ""}[row.has_refresh_token],
    ]
    said = "; ".join(part for part in told if part)
    indent = (page.span(" " * _INDENT),)
    return [*lines, *(wrapped([page.span(said, Ink.FAINT)], page.columns, first=indent, rest=indent) if said else [])]


def _until(moment: datetime, at: datetime) -> str:
    return clock(moment) if moment.date() == at.date() else moment.strftime("%Y-%m-%d %H:%M:%SZ")


def _warning(server: str, said: str, hint: str, page: Page) -> list[Line]:
    about = [page.span(f"{server}: ", Ink.NAME)] if server else []
    first = (page.span("WARNING  ", Ink.BAD),)
    rest = (page.span(" " * _INDENT),)
    return [
        *wrapped([*about, page.span(said, Ink.STRONG)], page.columns, first=first, rest=rest),
        *wrapped([page.span(hint)], page.columns, first=rest, rest=rest),
    ]
