"""Rules as text: the list of all, and the page of one."""

from collections.abc import Iterable, Sequence
from typing import Final

from mcplog.model.rule import CompiledRule, VersionRange
from mcplog.report.layout import BLANK, Ink, Line, Page, padded, wrapped
from mcplog.report.paint import text
from mcplog.report.wording import PARTY_NAMES, by_party, either

_INDENT: Final = "    "


def rule_list(rules: Sequence[CompiledRule], page: Page) -> str:
    """Return a line for each of `rules`, laid out for `page`: id, severity, who has to act, title."""
    names = max((len(rule.id) for rule in rules), default=0)
    lines: list[Line] = []
    for rule in rules:
        who = ", ".join(PARTY_NAMES[party] for party in rule.responsible)
        lead = (page.span(padded(rule.id, names + 2), Ink.NAME),)
        rest = (page.span(" " * (names + 2)),)
        spans = [page.span(rule.title), page.span(f" ({rule.severity}; {who})", Ink.FAINT)]
        lines += wrapped(spans, page.columns, first=lead, rest=rest)
    return text(lines, page)


def rule_page(rule: CompiledRule, page: Page) -> str:
    """Return the manual page of a `rule`, laid out for `page`."""
    who = either(rule.responsible)
    head = [page.span(rule.id, Ink.NAME), page.span(": "), page.span(rule.title, Ink.STRONG)]
    facts = f"{rule.severity}, {rule.status}, since {rule.since}; {who}"
    parts = [
        [*wrapped(head, page.columns), *wrapped([page.span(facts, Ink.FAINT)], page.columns)],
        _paragraphs(page, rule.explanation),
        _query(page, rule.query.text, "Looks for"),
        *(_query(page, other.query.text, "Or for") for other in rule.also),
        *(_query(page, query.text, "Cleared by") for query in rule.exonerating),
        [line for who, what in by_party(rule.remedy, rule.responsible) for line in _entry(page, who, what)],
        _entry(page, "next observation", rule.next_observation),
        [
            *_entry(page, "supersedes", ", ".join(rule.supersedes)),
            *_entry(page, "rivals", ", ".join(rule.rivals)),
            *_entry(page, "client versions", ", ".join(map(_range, rule.client_versions))),
            *_entry(page, "references", "; ".join(rule.references)),
        ],
    ]
    return text(_spaced(parts), page)


def _paragraphs(page: Page, markdown: str) -> list[Line]:
    """Return Markdown as plain paragraphs; its marks stay, as they read well."""
    blocks = [" ".join(block.split()) for block in markdown.strip().split("\n\n")]
    return _spaced([wrapped([page.span(block)], page.columns) for block in blocks if block])


def _query(page: Page, query: str, title: str) -> list[Line]:
    lines: list[Line] = [(page.span(f"{title}:", Ink.FAINT),)]
    for line in query.strip().splitlines():
        words = line.strip()
        indent = _INDENT + " " * (len(line) - len(line.lstrip()))
        first, rest = (page.span(indent),), (page.span(indent + _INDENT),)
        lines += wrapped([page.span(words)], page.columns, first=first, rest=rest)
    return lines


def _entry(page: Page, label: str, words: str) -> list[Line]:
    if not words:
        return []
    return wrapped([page.span(f"{label}: ", Ink.FAINT), page.span(words)], page.columns, rest=(page.span("  "),))


def _range(versions: VersionRange) -> str:
    since = f"from {versions.since}" if versions.since else "any"
    return f"{since} until {versions.until}" if versions.until else since


def _spaced(parts: Iterable[Sequence[Line]]) -> list[Line]:
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [*([BLANK] if lines else []), *part]
    return lines
