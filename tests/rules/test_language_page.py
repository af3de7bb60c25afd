"""Every example of docs/rules/language.md gives the verdict that stands under it."""

from pathlib import Path

import pytest

from mcplog.model.frames import FACTS
from mcplog.rules import evaluate
from tests.rules.given import documents, facts, row, rule

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "language.md"


def blocks(word: str) -> list[str]:
    return [part.partition("\n```")[0] for part in PAGE.read_text("utf-8").split(f"```{word}\n")[1:]]


def rows_of(text: str) -> list[dict[str, object]]:
    rows = []
    for line in text.strip().splitlines():
        second, kind, *values = line.split()
        said = dict(item.split("=") for item in values)
        typed = {name: int(word) if FACTS[name].is_integer() else word for name, word in said.items()}
        base = {"server": None} if kind == "coverage_gap" else {}
        rows.append(row(kind, float(second.removesuffix("s")), **{**base, **typed}))
    return rows


@pytest.mark.parametrize("example", blocks("example"))
def test_an_example_gives_the_verdict_under_it(example: str) -> None:
    query, _, rest = example.partition("\n---\n")
    rows, _, expected = rest.partition("\n=> ")

    findings = evaluate([rule(query)], facts(*rows_of(rows)), documents=documents())

    assert [str(item.certainty) for item in findings] == ([] if expected == "none" else [expected])


def test_the_query_at_the_head_compiles() -> None:
    (query,) = blocks("text")

    assert rule(query).query.keys == ("server", "attempt_id")
