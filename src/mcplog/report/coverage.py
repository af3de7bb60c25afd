"""How much of a log the grammar knows, as text."""

import polars as pl

from mcplog.report.layout import BLANK, Ink, Line, Page, padded, wrapped
from mcplog.report.paint import text
from mcplog.report.wording import counted


def coverage_text(shares: pl.DataFrame, shapes: pl.DataFrame, page: Page, *, limit: int) -> str:
    """Return the share of recognised events by client version, and what is not recognised, most frequent first.

    Args:
        shares: COVERAGE of `mcplog.parse.grammar_coverage`.
        shapes: UNKNOWN_SHAPES of the same.
        page: What the text is laid out for.
        limit: How many shapes to list; the rest is counted.
    """
    events, unknown = int(shares["events"].sum()), int(shares["unrecognised"].sum())
    lines = [
        _share(page, row["client_version"] or "unknown", row["events"], row["unrecognised"])
        for row in shares.iter_rows(named=True)
    ]
    lines.append(_share(page, "all", events, unknown))
    if not shapes.is_empty():
        lines.append(BLANK)
    for row in shapes.head(limit).iter_rows(named=True):
        lead = (page.span(f"{row['events']:>6} ", Ink.FAINT), page.span(padded(row["client_version"] or "?", 10)))
        lines += wrapped([page.span(row["shape"])], page.columns, first=lead, rest=(page.span(" " * 17),))
    left = shapes.height - limit
    if left > 0:
        lines.append((page.span(f"{page.glyphs.more} and {counted(left, 'shape')} more", Ink.FAINT),))
    return text(lines, page)


def _share(page: Page, version: str, events: int, unknown: int) -> Line:
    share = f"{100 * (events - unknown) / events:6.2f} %" if events else "     - "
    return (
        page.span(padded(version, 12), Ink.NAME),
        page.span(f"{share} of {counted(events, 'event')}"),
        page.span(f", {unknown:,} not recognised", Ink.OPEN if unknown else Ink.FAINT),
    )
