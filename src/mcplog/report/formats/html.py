"""The report as one HTML file: no outside address, no script but its own, the same in print.

It is safe to open and to send on. Every text is escaped by the template engine; a content security policy allows the
one style and the one script of the page by their hashes and nothing else: no image, no font, no request, no form.
"""

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mcplog.knowledge.resources import page as packaged
from mcplog.report.context import Contexts, contexts_of
from mcplog.report.html_parts import FOLDED_FROM, MOST_DRAWN, MOST_SERVERS, WORDS, blocks_of
from mcplog.report.layout import Page
from mcplog.report.scene import Scenes, scenes_of
from mcplog.report.v1 import ReportV1
from mcplog.report.wording import PARTY_NAMES, UNNAMED, clock, counted, day, places, shown_files, size

if TYPE_CHECKING:
    from jinja2 import Environment

    from mcplog.model.finding import Analysis

_CSP: Final = (
    "default-src 'none'; style-src '{style}'; script-src '{early}' '{script}'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_PARTS: Final = ("report.css", "early.js", "report.js")  # the style, and the two scripts: before the page, behind it


def render(report: ReportV1, page: Page) -> str:
    """Return the report as HTML without lanes and contexts, which need the events; the page does not matter."""
    return _page(report, {}, {}, page)


def render_with_events(report: ReportV1, page: Page, analysis: "Analysis") -> str:
    """Return the report as HTML with lanes over time and the lines around each line of a proof.

    Args:
        report: What to say.
        page: Does not matter.
        analysis: What the report was made from.
    """
    drawn = [(one.case_id, one.server) for one in report.servers[:MOST_DRAWN]]
    return _page(report, scenes_of(analysis, drawn), contexts_of(analysis), page)


def _page(report: ReportV1, scenes: Scenes, contexts: Contexts, page: Page) -> str:  # noqa: ARG001 - see render
    say = places(shown_files(report))
    report = say.in_sentences(report)
    blocks = blocks_of(report, say, scenes, contexts)
    return document(
        "report.html",
        title=_title(report),
        report=report,
        blocks=blocks,
        say=say,
        left=len(report.servers) - len(blocks),
        cases=len({one.case_id for one in report.servers}),
        most=MOST_SERVERS,
        is_folded=len(report.servers) > FOLDED_FROM,
    )


def document(template: str, **values: object) -> str:
    """Return a whole page made from a template of `report/pages`, under its content security policy.

    Args:
        template: Its name.
        values: What it shows; every text is escaped.
    """
    engine = _engine()
    style, early, script = (_hash(engine.get_template(name).render()) for name in _PARTS)
    policy = _CSP.format(style=style, early=early, script=script)
    return engine.get_template(template).render(policy=policy, **values).rstrip() + "\n"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@cache
def _engine() -> "Environment":
    """Return the template engine; it is imported here because only this format needs it."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - see above

    engine = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(packaged),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: dict[str, Any] = {
        "clock": clock,
        "day": day,
        "counted": counted,
        "size": size,
        "party": PARTY_NAMES.__getitem__,
        "word": WORDS.__getitem__,
    }
    engine.filters.update(names)
    engine.globals["unnamed"] = UNNAMED
    return engine


def _title(report: ReportV1) -> str:
    if len(report.servers) == 1:
        one = report.servers[0]
        return f"{WORDS[one.verdict]}: {one.server or UNNAMED}"
    return f"{WORDS[report.verdict]}: {counted(len(report.servers), 'server')}"
