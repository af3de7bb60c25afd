"""Drafts for the grammar, ready to be pasted, as text."""

from collections.abc import Iterator, Sequence

from mcplog.model.proposal import Proposal
from mcplog.report.layout import BLANK, Ink, Line, Page
from mcplog.report.paint import text
from mcplog.report.wording import counted


def proposals_text(drafts: Sequence[Proposal], page: Page, *, limit: int) -> str:
    """Return the drafts, each with the files that its parts belong to.

    Args:
        drafts: The most frequent wording first.
        page: What the text is laid out for.
        limit: How many to show; the rest is counted.
    """
    if not drafts:
        return text([(page.span("Every line about MCP is understood: nothing to propose."),)], page)
    lines = [line for draft in drafts[:limit] for line in _draft(draft, page)]
    left = len(drafts) - limit
    if left > 0:
        lines.append((page.span(f"{page.glyphs.more} and {counted(left, 'wording')} more", Ink.FAINT),))
    return text(lines, page)


def _draft(draft: Proposal, page: Page) -> Iterator[Line]:
    yield (page.span(f"{counted(draft.events, 'event')}: ", Ink.FAINT), page.span(draft.shape, Ink.NAME))
    if draft.nearest:
        yield (page.span("  known as far as  ", Ink.FAINT), page.span(draft.nearest))
    if draft.alternative:
        yield (page.span("  message.lark     ", Ink.FAINT), page.span(f"| {draft.alternative} -> {draft.kind}"))
        yield (page.span("  event_kinds.py   ", Ink.FAINT), page.span(f'"{draft.kind}",'))
    yield (
        page.span(f"  samples/{draft.kind}.txt  ", Ink.FAINT),
        page.span(f"{draft.version}<TAB>{draft.sample}"),
    )
    if draft.fault:
        yield (page.span(f"  to be mended: {draft.fault}", Ink.OPEN),)
    yield BLANK
