"""Documents in, entries out: one row for each thing the client logged about MCP, with its exact place.

    documents ─► form ─┬─ debug files ─────► records ─┐
                       ├─ per-server logs ────────────┼─► ENTRIES, DOCUMENTS, GAPS, problems
                       └─ pastes ─────────────────────┘

Server names are known for the whole case before anything that needs them is split.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from mcplog.errors import McplogError
from mcplog.model.document import Document, Memory, Problem
from mcplog.model.frames import DOCUMENTS, ENTRIES, GAPS, INSTANT, PLACED, conform
from mcplog.model.vocabulary import Confidence, DocumentFormat, GapReason, TimeBasis
from mcplog.parse.debug_entries import DebugFiles, DebugReader, Span
from mcplog.parse.debug_file import Stretch
from mcplog.parse.formats import HEAD_BYTES, Form, form_of, session_of
from mcplog.parse.process_starts import process_begins, starts_late
from mcplog.parse.records import SPLIT, names_in, split_odd
from mcplog.parse.server_log import FOLDER_START, LogGap, LogRecord, ServerLog, read_array_log, read_lines_log
from mcplog.parse.server_names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What documents say about MCP.

    Attributes:
        entries: ENTRIES, by document and place.
        documents: DOCUMENTS, one row for each document.
        gaps: GAPS: what could not be read and might have held an entry.
        problems: What the user has to know about single documents.
    """

    entries: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame
    problems: tuple[Problem, ...]
