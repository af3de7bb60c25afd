"""`mcplog triage`: many logs at once: a table, the duplicates, and what to ask for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog triage dump/
  mcplog triage dump/ --jsonl triage.jsonl --csv triage.csv --html triage.html
  mcplog triage dump/ --jsonl triage.jsonl --resume
  gh issue list --json number,title,author,body,comments | mcplog triage - --comments comments/
  mcplog triage 's3://bucket/dump' --engine dask --scheduler tcp://host:8786

\b
What is one case: a folder with a store, `debug/` or per-server logs in it; a folder with logs;
a file in the folder that is named; each reporter of an issue.
Exit codes: 0 done, 2 usage, 3 no usable input, 130 interrupted (what is done is written).
"""


class EngineName(StrEnum):
    """Where the work is done."""

    AUTO = "auto"
    IN_PROCESS = "in-process"
    PROCESSES = "processes"
    DASK = "dask"


class Per(StrEnum):
    """What has a row."""

    FINDING = "finding"
    CASE = "case"


class Cases(StrEnum):
    """What is one case where folders do not say; the words of `sources/units.py`."""

    AUTO = "auto"
    FILE = "file"
    FOLDER = "folder"


def memory(word: str) -> int:
    """Return bytes for `512M`, `2G` or a plain number of bytes.

    Raises:
        BadParameter: It is none of these.
    """
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    digits = word.upper().removesuffix("B").removesuffix("I")
    unit = units.get(digits[-1:], 1)
    number = digits.rstrip("KMG")
    if not number.isascii() or not number.isdigit():
        raise typer.BadParameter("write it like 512M or 2G")
    return int(number) * unit


_File = Path | None
_Paths = Annotated[list[str], typer.Argument(metavar="PATH...", default_factory=list, hidden=True)]
_Jsonl = Annotated[_File, typer.Option("--jsonl", metavar="FILE", help="Write the rows as JSON lines, as they come.")]
_Csv = Annotated[_File, typer.Option("--csv", metavar="FILE", help="Write the rows as CSV, safe to open.")]
_Markdown = Annotated[_File, typer.Option("--markdown", metavar="FILE", help="Write a report as Markdown.")]
_Html = Annotated[_File, typer.Option("--html", metavar="FILE", help="Write a page to sort and filter.")]
_Comments = Annotated[_File, typer.Option("--comments", metavar="DIR", help="Write a suggested comment per issue.")]
_Per = Annotated[Per, typer.Option("--per", help="One row per finding, or one per case.")]
_Cases = Annotated[Cases, typer.Option("--cases", help="One case per file, or per folder below PATH.")]
_Baseline = Annotated[_File, typer.Option("--baseline", metavar="JSONL", help="Show what changed since that triage.")]
_Resume = Annotated[bool, typer.Option("--resume", help="Go on where the run that wrote --jsonl was stopped.")]
_Engine = Annotated[EngineName, typer.Option("--engine", help="Where the work is done.")]
_Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="Processes; as many as there are cores by default.")
]
_Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="URL", help="Address of the dask scheduler, tcp://host:port.")
]
_Memory = Annotated[
    int,
    typer.Option(
        "--memory", metavar="SIZE", parser=memory, help="What each process may take: 512M, 2G.", show_default=True
    ),
]
_Stats = Annotated[bool, typer.Option("--stats", help="Print phases, rates and peak memory to standard error.")]


@program.command(short_help="Judge many logs at once; find duplicates.", epilog=_MORE)
def triage(  # noqa: PLR0913 - one parameter an option, as typer wants them
    paths: _Paths,
    *,
    jsonl: _Jsonl = None,
    csv: _Csv = None,
    markdown: _Markdown = None,
    html: _Html = None,
    comments: _Comments = None,
    per: _Per = Per.FINDING,
    cases: _Cases = Cases.AUTO,
    baseline: _Baseline = None,
    resume: _Resume = False,
    engine: _Engine = EngineName.AUTO,
    workers: _Workers = None,
    scheduler: _Scheduler = None,
    memory_bytes: _Memory = "384M",  # type: ignore[assignment]  # typer parses the default as it does a word
    stats: _Stats = False,
    rules: options.RuleFolders,
    width: options.Width = None,
) -> int:
    """Judge many logs at once: a table of cases and findings, likely duplicates, and what to ask for.

    PATH is any mixture of folders, patterns, archives, exports of issues, URLs that fsspec knows, and - for standard
    input. Nothing is read but what is named, nothing is sent anywhere, and nothing is written but what is asked for.
    """
    from mcplog.cli.triaging import Asked, run_triage

    asked = Asked(
        paths=paths,
        jsonl=jsonl,
        csv=csv,
        markdown=markdown,
        html=html,
        comments=comments,
        per_case=per is Per.CASE,
        grouping=cases.value,
        baseline=baseline,
        resume=resume,
        engine=engine.value,
        workers=workers,
        scheduler=scheduler,
        memory_bytes=memory_bytes,
        stats=stats,
        rules=tuple(map(str, rules)),
        width=width,
    )
    return run_triage(asked)
