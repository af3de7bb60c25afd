"""The one place that joins the rooms: inputs to an Analysis.

`run` is pure: documents, stores, rules and a key in, an Analysis out. `analyze` opens what the user names and runs.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from mcplog.correlate import Logs, Stores, build_facts, order_stream
from mcplog.credentials import credential_timeline, read_stores
from mcplog.diagnose import Evidence, diagnose
from mcplog.diagnose.verdicts import overall_verdict
from mcplog.errors import NoInputError
from mcplog.model.document import Document, Problem, StoreDump
from mcplog.model.finding import Analysis, Counts
from mcplog.model.rule import CompiledRule

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of the evidence is looked at.

    Attributes:
        server: Only this server; null for all.
        since: Only events from this moment on.
        until: Only events before this moment.
        strict_grammar: Parse every line with lark instead of the table.
    """

    server: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    strict_grammar: bool = False


def analyze(
    paths: Sequence[str | Path] = (),
    *,
    credentials: Sequence[str | Path] = (),
    server: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    key: bytes | None = None,
    rules: Sequence[str | Path] = (),
    strict_grammar: bool = False,
) -> Analysis:
    """Read what the user names and say what went wrong.

    Args:
        paths: Files, folders, `latest` or `-`; nothing means the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them to join with logs from elsewhere.
        server: Only this server.
        since: Only events from this moment on.
        until: Only events before this moment.
        key: Key of the fingerprints; null makes a random one, so that fingerprints of two runs differ.
        rules: Folders of further rules.
        strict_grammar: Parse every message with lark instead of the generated table.

    Raises:
        NoInputError: Nothing that could be analysed was found.
        UsageError: A path or rule folder cannot be.
        RuleError: A rule of `rules` has faults.
    """
    from mcplog.knowledge.rulepack import load_rulepack  # noqa: PLC0415 - each costs start-up time
    from mcplog.sources import gather  # noqa: PLC0415

    inputs = gather(paths, credentials=credentials)
    if not inputs.documents and not inputs.dumps:
        raise NoInputError("nothing to analyse was found", hint="Name a debug log, a folder of logs, or a store.")
    return run(
        inputs.documents,
        inputs.dumps,
        load_rulepack(rules),
        key=key or secrets.token_bytes(KEY_BYTES),
        choice=Choice(server=server, since=since, until=until, strict_grammar=strict_grammar),
        problems=inputs.problems,
        notes=inputs.notes,
    )


def run(
    documents: Sequence[Document],
    dumps: Sequence[StoreDump],
    rules: Sequence[CompiledRule],
    *,
    key: bytes,
    choice: Choice | None = None,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
) -> Analysis:
    """Analyse documents and stores that are already open. Pure but for reading the documents' content.

    Args:
        documents: The logs.
        dumps: Stores, snapshots and marker files.
        rules: The rules to run.
        key: Key of the fingerprints.
        choice: What of the evidence is looked at; null is everything.
        problems: What could not be opened.
        notes: How the inputs were chosen.
    """
    raise NotImplementedError
