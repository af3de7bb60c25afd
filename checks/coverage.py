"""The grammar knows what the clients wrote: at least 99.5 % of the entries about MCP or OAuth, for every version.

Of its own samples it knows all, each as what it is kept for.

    python -m checks.coverage CORPUS

`counted` is how many records a search as simple as can be finds in the same files: lines of a debug file whose text
begins like a record about MCP, objects of a per-server log. At least as many entries must have been read, so that a
high share cannot come from entries that were not seen.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from checks.alternatives import Numbered, Sample, samples
from checks.recording import KEY
from mcplog.credentials import read_stores
from mcplog.model.document import Document
from mcplog.model.vocabulary import DocumentFormat
from mcplog.parse import read_entries, read_events, recognises
from mcplog.parse.grammar_coverage import grammar_coverage, unknown_shapes
from mcplog.sources import gather_here

LEAST: Final = 0.995
RECORD: Final = re.compile(
    rb"^(?:\S+Z )?\[(?:DEBUG|ERROR|INFO|WARN)\] "
    rb"(?:\"?MCP server \\?\"|\"?\[MCP\] |\"?\[claudeai-mcp\] |mcp runtime arm)",
    re.MULTILINE,
)
SERVER_LOGS: Final = (DocumentFormat.SERVER_LOG_LINES, DocumentFormat.SERVER_LOG_ARRAY)


def measured(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what the grammar knows of the logs in `folder`: by client version, and the shapes that it does not know.

    Returns:
        COVERAGE with `read` and `counted` (entries, and records of a simple search), and UNKNOWN_SHAPES.
    """
    inputs = gather_here([folder])
    stores = read_stores(inputs.dumps, key=KEY)
    parsed = read_entries(inputs.documents, known_servers=stores.servers, looks_like_message=recognises)
    table = read_events(parsed.entries, key=KEY)
    formats = dict(parsed.documents.select("document_id", "format").iter_rows())
    counts = [(one.document_id, _counted(one, formats[one.document_id])) for one in inputs.documents]
    counted = pl.DataFrame(counts, schema={"document_id": pl.UInt32, "counted": pl.UInt32}, orient="row")
    both = (
        counted.join(parsed.entries.group_by("document_id").agg(read=pl.len()), on="document_id", how="left")
        .join(parsed.documents.select("document_id", "client_version"), on="document_id")
        .group_by("client_version")
        .agg(pl.col("read").sum(), pl.col("counted").sum())
    )
    shares = grammar_coverage(table, parsed.documents)
    return shares.join(both, on="client_version", nulls_equal=True, how="full", coalesce=True), unknown_shapes(
        table, parsed.documents
    )


def _counted(document: Document, form: str) -> int:
    content = b"".join(document.content.blocks())
    if form in SERVER_LOGS:
        return sum(1 for _ in _objects(content.decode("utf-8", "replace")))
    return len(RECORD.findall(content))


def _objects(text: str) -> Iterator[object]:
    if text.lstrip().startswith("["):
        yield from json.loads(text)
        return
    for line in text.splitlines():
        if line.strip():
            yield json.loads(line)


def keeps(shares: pl.DataFrame) -> bool:
    """Return whether every version of `shares` (what `measured` returns) is known well enough and read whole."""
    good = (pl.col("share") >= LEAST) & (pl.col("read") >= pl.col("counted"))
    return bool(shares.height) and bool(shares.select(good.fill_null(value=False).all()).item())


def misread_samples() -> list[Sample]:
    """Return the samples of `grammars/samples` that are not read as what they are kept for."""
    table = Numbered()
    return [sample for sample in samples() if table.read(sample).meaning.replace("_", "-") != _kept_for(sample)]


def _kept_for(sample: Sample) -> str:
    return sample.meaning.replace("_", "-")


def main() -> int:
    """Read the command line, measure, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    shares, unknown = measured(parser.parse_args().corpus)
    print(f"{'client':10}{'entries':>10}{'counted':>10}{'events':>10}{'unknown':>10}{'share':>10}")
    for row in shares.sort("client_version", nulls_last=True).iter_rows(named=True):
        numbers = "".join(f"{row[name] or 0:>10}" for name in ("read", "counted", "events", "unrecognised"))
        print(f"{row['client_version'] or 'not told':10}{numbers}{row['share'] or 0:>10.3%}")
    for row in unknown.iter_rows(named=True):
        print(f"{row['events']:>6}  {row['client_version'] or '':10}{row['shape']}")
    misread = misread_samples()
    for sample in misread:
        print(f"not read as {sample.meaning}: {sample.text}")
    is_kept = keeps(shares) and not misread
    print("kept" if is_kept else "MISSED")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
