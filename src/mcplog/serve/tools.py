"""The tools: what they take, what they give. Each reads and none writes; every answer is bounded."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from mcplog.errors import McplogError
from mcplog.model.finding import Analysis
from mcplog.model.rule import CompiledRule
from mcplog.pipeline import KEY_BYTES, Choice, run
from mcplog.report.layout import Page
from mcplog.report.proof import near_misses, proofs
from mcplog.report.timeline import timeline
from mcplog.report.v1 import EvidenceV1, FindingV1, ServerV1
from mcplog.report.view import findings_of, report_v1
from mcplog.rules.near_miss import why_not
from mcplog.serve.quoting import LONGEST_NAME, Quoting, defanged
from mcplog.serve.roots import RefusedError, Roots
from mcplog.sources import gather
from mcplog.sources.found import Found, found
from mcplog.sources.recognise import FileKind

PAGE: Final = Page(width=140)
MOST_LINES: Final = 200
MOST_ITEMS: Final = 50
MOST_EVIDENCE: Final = 8
LOG_KINDS: Final = (FileKind.LOG, FileKind.SERVER_LOG, FileKind.PASTE, FileKind.ARCHIVE, FileKind.ISSUES)

PathText = Annotated[str, Meta(min_length=1, max_length=4096, description="A log or a folder below an allowed folder.")]
ServerText = Annotated[str, Meta(min_length=1, max_length=200, description="Only the MCP server of this name.")]
RuleText = Annotated[
    str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80, description="A rule, as analyze names it.")
]
Instant = Annotated[str, Meta(max_length=40, description="ISO 8601; without a zone it is UTC.")]
Seconds = Annotated[int, Meta(ge=1, le=86_400, description="How near to `around`.")]

Answer = dict[str, Any]


class ListLogs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the logs below the allowed folders, the newest first."""


class Analyze(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what went wrong with each MCP server's sign-in in a log, who has to act, and why."""

    path: PathText
    server: ServerText | None = None


class Explain(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prove what one rule found in a log: each clause with its truth and the lines it rests on."""

    path: PathText
    rule: RuleText


class WhyNot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what keeps a rule from being found in a log: the clauses that fail, with the lines they fail on."""

    path: PathText
    rule: RuleText


class Timeline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show log events and changes of the credential store on one clock, near a moment."""

    path: PathText
    server: ServerText | None = None
    around: Instant | None = None
    within_s: Seconds = 60


class Desk(Struct, frozen=True, kw_only=True):
    """What the tools work with.

    Attributes:
        roots: The allowed folders.
        rules: The rules, by name.
        version: Of mcplog.
        environment: Of this process; what lies outside of the allowed folders is not looked for.
        home: The user's home folder; the same holds for it.
    """

    roots: Roots
    rules: Mapping[str, CompiledRule]
    version: str
    environment: Mapping[str, str]
    home: Path

    def analysis(self, path: str, server: str | None = None) -> Analysis:
        """Return the analysis of what a client names, with fingerprints of their own.

        Args:
            path: A log or a folder.
            server: Only this server.

        Raises:
            RefusedError: It may not be read.
            NoInputError: There is no log in it.
        """
        allowed = self.roots.resolved(path)
        environment, home = self.roots.environment(dict(self.environment), self.home)
        inputs = gather([allowed], environment=environment, home=home, stdin=None)
        return run(
            inputs.documents,
            inputs.dumps,
            tuple(self.rules.values()),
            key=os.urandom(KEY_BYTES),
            choice=Choice(server=server),
            problems=inputs.problems,
            notes=inputs.notes,
            case_names=inputs.case_names,
        )

    def rule(self, name: str) -> CompiledRule:
        """Return the rule of a `name`.

        Raises:
            RefusedError: There is none.
        """
        found = self.rules.get(name)
        if found is None:
            raise RefusedError("there is no such rule", hint="`analyze` names the rules that it finds.")
        return found


def _list_logs(_: ListLogs, desk: Desk, quoting: Quoting) -> Answer:
    logs = [
        item
        for item in (found(path, str(path)) for path in desk.roots.files())
        if isinstance(item, Found) and item.kind in LOG_KINDS
    ]
    logs.sort(key=lambda item: item.modified_ms or 0, reverse=True)
    told = [
        {
            "path": quoting.quote(item.origin),
            "kind": item.kind,
            "bytes": item.size,
            "written_at": datetime.fromtimestamp((item.modified_ms or 0) // 1000, UTC).isoformat(),
        }
        for item in logs[:MOST_ITEMS]
    ]
    return {"logs": told, "left_out": max(0, len(logs) - MOST_ITEMS)}


def _analyze(asked: Analyze, desk: Desk, quoting: Quoting) -> Answer:
    report = report_v1(desk.analysis(asked.path, asked.server), tool_version=desk.version)
    findings = [_finding(one, quoting) for one in report.findings[:MOST_ITEMS]]
    return {
        "verdict": report.verdict,
        "servers": [_server(one, quoting) for one in report.servers[:MOST_ITEMS]],
        "findings": findings,
        "left_out": max(0, len(report.servers) - MOST_ITEMS) + max(0, len(report.findings) - MOST_ITEMS),
        "problems": [quoting.quote(f"{one.file}: {one.what}") for one in report.problems[:MOST_EVIDENCE]],
        "notes": quoting.quotes(report.notes[:MOST_EVIDENCE]),
    }


def _server(one: ServerV1, quoting: Quoting) -> Answer:
    return {
        "server": defanged(one.server, LONGEST_NAME),
        "verdict": one.verdict,
        "summary": quoting.quote(one.summary),
        "unknown": quoting.quotes(one.unknown[:MOST_EVIDENCE]),
        "collect": quoting.quotes(one.collect[:MOST_EVIDENCE]),
    }


def _finding(one: FindingV1, quoting: Quoting) -> Answer:
    return {
        "rule": one.rule,
        "server": defanged(one.server, LONGEST_NAME),
        "certainty": one.verdict,
        "severity": one.severity,
        "responsible": list(one.responsible),
        "title": one.title,
        "cause": quoting.quote(one.cause),
        "remedy": dict(one.remedy),
        "evidence": [_evidence(item, quoting) for item in one.evidence[:MOST_EVIDENCE]],
    }


def _evidence(item: EvidenceV1, quoting: Quoting) -> Answer:
    return {
        "place": quoting.quote(f"{item.file}:{item.line}"),
        "at": item.event_at,
        "text": quoting.quote(item.excerpt),
    }


def _explain(asked: Explain, desk: Desk, quoting: Quoting) -> Answer:
    desk.rule(asked.rule)
    found = findings_of(desk.analysis(asked.path), asked.rule)
    return {"rule": asked.rule, "found": len(found), **_lines(proofs(found[:MOST_EVIDENCE], PAGE), quoting)}


def _why_not(asked: WhyNot, desk: Desk, quoting: Quoting) -> Answer:
    rule = desk.rule(asked.rule)
    analysis = desk.analysis(asked.path)
    misses = [
        why_not(rule, analysis.events, documents=analysis.documents, server=one.server, case_id=one.case_id)
        for one in analysis.diagnoses[:MOST_EVIDENCE]
    ]
    return {"rule": asked.rule, **_lines(near_misses(misses, PAGE), quoting)}


def _timeline(asked: Timeline, desk: Desk, quoting: Quoting) -> Answer:
    around = None if asked.around is None else _instant(asked.around)
    analysis = desk.analysis(asked.path, asked.server)
    text = timeline(analysis, PAGE, server=asked.server, around=around, within_s=asked.within_s)
    return _lines(text, quoting)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RefusedError("`around` is no instant", hint="Write it like 2026-11-25T08:20:15Z.") from None


def _lines(text: str, quoting: Quoting) -> Answer:
    lines = [line for line in text.split("\n") if line.strip()]
    return {"lines": quoting.quotes(lines[:MOST_LINES]), "left_out": max(0, len(lines) - MOST_LINES)}


Run = Callable[[Any, Desk, Quoting], Answer]

TOOLS: Final[Mapping[str, tuple[type[Struct], Run]]] = {
    "list_logs": (ListLogs, _list_logs),
    "analyze": (Analyze, _analyze),
    "explain": (Explain, _explain),
    "why_not": (WhyNot, _why_not),
    "timeline": (Timeline, _timeline),
}


def _schema(kind: type[Struct]) -> dict[str, Any]:
    _, parts = msgspec.json.schema_components([kind])
    schema: dict[str, Any] = parts[kind.__name__]
    return {**schema, "additionalProperties": False}


def answer(name: str, arguments: object, desk: Desk, quoting: Quoting) -> Answer:
    """Return what a tool says.

    Args:
        name: The tool.
        arguments: What the client sent.
        desk: What the tools work with.
        quoting: How texts of logs are quoted.

    Raises:
        RefusedError: There is no such tool, or its arguments are not what it takes.
        McplogError: What is named cannot be analysed.
    """
    if name not in TOOLS:
        raise RefusedError("there is no such tool")
    kind, tool = TOOLS[name]
    try:
        asked = msgspec.convert({} if arguments is None else arguments, kind)
    except (msgspec.ValidationError, RecursionError):
        raise RefusedError("the arguments are not what the tool takes", hint="See its input schema.") from None
    return {"note": quoting.note, **tool(asked, desk, quoting)}


def refusal(fault: BaseException) -> str:
    """Return what a client is told of a `fault`: nothing of the machine, nothing of a log."""
    if isinstance(fault, McplogError):
        return " ".join(
            part for part in (f"{defanged(fault.message, LONGEST_NAME)}.", defanged(fault.hint, LONGEST_NAME)) if part
        )
    return f"internal error ({type(fault).__name__})"


def described() -> Sequence[tuple[str, str, dict[str, Any]]]:
    """Return name, description and JSON Schema of each tool."""
    return [(name, " ".join((kind.__doc__ or "").split()), _schema(kind)) for name, (kind, _) in TOOLS.items()]
