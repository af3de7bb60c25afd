"""What has changed from one board to the next: the lines of a pipe."""

from collections.abc import Iterator

from mcplog.model.board import Board, News, Standing, Warned


def news(before: Board | None, now: Board) -> Iterator[News]:
    """Yield what is new on the board `now` against the one `before` (null: everything is new)."""
    known = {} if before is None else {row.server: _told(row) for row in before.standings}
    for row in now.standings:
        if known.get(row.server) != _told(row):
            yield _verdict(row, now)
    yield from _of_warnings(() if before is None else before.warnings, now)
    problems = () if before is None else before.problems
    for problem in now.problems:
        if problem not in problems:
            yield News(at=now.at, what="problem", text=problem)


def _told(row: Standing) -> tuple[object, ...]:
    """Return what of a row is worth a line; the hour at which a token expires is not."""
    return row.verdict, row.rule_id, row.certainty, row.severity, row.responsible, row.title


def _verdict(row: Standing, now: Board) -> News:
    return News(
        at=now.at,
        what="verdict",
        server=row.server,
        verdict=row.verdict,
        rule_id=row.rule_id,
        certainty=row.certainty or "",
        severity=row.severity or "",
        responsible=tuple(row.responsible),
        text=row.title,
    )


def _of_warnings(before: tuple[Warned, ...], now: Board) -> Iterator[News]:
    old = {(one.alarm, one.server) for one in before}
    new = {(one.alarm, one.server) for one in now.warnings}
    for one in now.warnings:
        if (one.alarm, one.server) not in old:
            yield News(at=now.at, what="warning", server=one.server, rule_id=one.alarm, text=one.text, hint=one.hint)
    for one in before:
        if (one.alarm, one.server) not in new:
            yield News(at=now.at, what="warning-over", server=one.server, rule_id=one.alarm)
