"""Small dumps for a triage: folders of cases with logs that have a fault, have none, or say nothing."""

from pathlib import Path

from msgspec import structs

from mcplog.sources.units import Grouping, units_of
from mcplog.triage.batches import DEFAULT_BYTES
from mcplog.triage.engines import Engine
from mcplog.triage.engines.in_process import InProcess
from mcplog.triage.journal import Journal
from mcplog.triage.rows import CaseRow, FindingRow, ProblemRow, Row
from mcplog.triage.running import head_of, triage
from mcplog.triage.work import Setting

SETTING = Setting(key=b"the same fingerprints every time")
STAMP = "2026-03-03T07:40:{second:02d}.000Z [DEBUG] "


def log(*messages: str, server: str = "notes", version: str = "2.1.331") -> str:
    """A debug log of a client that connects to one server."""
    head = [f"attribution header x-anthropic-billing-header: cc_version={version}.abc", "[STARTUP] Loading MCP configs"]
    lines = [*head, *(f'MCP server "{server}": {message}' for message in messages)]
    return "".join(f"{STAMP.format(second=second)}{line}\n" for second, line in enumerate(lines))


def refused(server: str = "notes", version: str = "2.1.331") -> str:
    """A log whose server cannot be reached."""
    return log(
        "Initializing HTTP transport to https://mcp.example.com/mcp",
        "HTTP Connection failed after 12ms: connect ECONNREFUSED 127.0.0.1:9 (code: ECONNREFUSED, errno: -111)",
        server=server,
        version=version,
    )


def healthy(server: str = "notes") -> str:
    """A log whose server works."""
    return log(
        "Initializing HTTP transport to https://mcp.example.com/mcp",
        "Successfully connected (transport: http) in 25ms",
        server=server,
    )


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The folder with these files, by their paths below it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def rows_of(
    *paths: Path | str,
    engine: Engine | None = None,
    memory_bytes: int = DEFAULT_BYTES,
    journal: Path | None = None,
    resume: bool = False,
    grouping: Grouping = Grouping.AUTO,
    piped: bytes = b"",
    with_findings: bool = True,
) -> list[Row]:
    """The rows of a triage of these paths."""
    units = units_of([str(path) for path in paths], piped=piped, grouping=grouping)
    setting = structs.replace(SETTING, with_findings=with_findings)
    file = Journal.begun(journal, head_of(units, setting, tool="mcplog"), resume=resume)
    try:
        triage(units, setting, file, engine or InProcess(), memory_bytes=memory_bytes)
        return list(file.rows())
    finally:
        file.close()


def cases(rows: list[Row]) -> list[CaseRow]:
    return [row for row in rows if isinstance(row, CaseRow)]


def findings(rows: list[Row]) -> list[FindingRow]:
    return [row for row in rows if isinstance(row, FindingRow)]


def problems(rows: list[Row]) -> list[ProblemRow]:
    return [row for row in rows if isinstance(row, ProblemRow)]
