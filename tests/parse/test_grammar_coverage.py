"""grammar_coverage and unknown_shapes: how much is known, and what is not."""

import polars as pl

from mcplog.model.frames import DOCUMENTS
from mcplog.parse.grammar_coverage import COVERAGE, UNKNOWN_SHAPES, grammar_coverage, unknown_shapes
from mcplog.parse.messages import read_events
from tests.parse.entries_of import KEY, entries_of


def documents(version: str | None) -> pl.DataFrame:
    row = {"document_id": 0, "case_id": 0, "client_version": version}
    return pl.DataFrame([{name: row.get(name) for name in DOCUMENTS.names()}], schema=DOCUMENTS)


def test_the_share_is_told_by_client_version() -> None:
    table = read_events(entries_of(["Saving tokens", "Saving tokens", "new 1", "new 2"]), key=KEY)

    coverage = grammar_coverage(table, documents("2.1.30"))

    assert coverage.schema == COVERAGE
    assert coverage.rows() == [("2.1.30", 4, 2, 0.5)]


def test_one_wording_is_listed_once() -> None:
    texts = ['retry 3 of https://a.example/mcp for "x"', 'retry 14 of https://b.example for "y"', "Saving tokens"]

    shapes = unknown_shapes(read_events(entries_of(texts), key=KEY), documents(None))

    assert shapes.schema == UNKNOWN_SHAPES
    assert shapes.rows() == [(None, 'retry <n> of <url> for "…"', texts[1], 2)]
