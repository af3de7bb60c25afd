"""Bar 11: one rule against a plain Python loop, its slope, and what all rules take of a whole analysis.

The rule is "A, no M since, then B within ten minutes, by server". The loop starts from the same frame and knows this
one rule; it need not lay the facts out for others or know the unknown. Neither says which rows it found: that is asked
for findings only, and is part of what all rules take.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from unittest.mock import patch

import polars as pl

from benchmarks.log import write_lines
from benchmarks.session import Dice, Session
from mcplog import pipeline
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.document import Document, Memory
from mcplog.model.facts import Facts
from mcplog.model.finding import Finding
from mcplog.model.frames import FACTS
from mcplog.model.rule import CompiledRule, Query, Step
from mcplog.rules import evaluate
from mcplog.rules.ground import lay_out
from mcplog.rules.matches import find_matches

KEYS: Final = 5_000
SMALL, LARGE = 1_000_000, 4_000_000
SPAN_MS: Final = 600_000
LINES: Final = 300_000
A, M, B = "token_saved", "refresh_failed", "connected"
OTHERS: Final = (
    "token_returned",
    "connection_starting",
    "http_connection_failed",
    "expiry_told",
    "tool_called",
    "tool_completed",
    "connection_closed",
)
RULE: Final = Query(
    keys=("server",),
    steps=(Step(kinds=(A,)), Step(kinds=(M,), missing=True), Step(kinds=(B,))),
    maxspan_ms=SPAN_MS,
)


def facts_of(rows: int) -> pl.DataFrame:
    """Return the columns of FACTS that the rule reads, with `rows` events of ten kinds and KEYS servers."""
    dice = Dice(11)
    kinds, servers = (A, M, B, *OTHERS), [f"server-{number:05d}" for number in range(KEYS)]
    table = {
        "kind": [dice.pick(kinds) for _ in range(rows)],
        "server": [dice.pick(servers) for _ in range(rows)],
        "event_at": range(0, rows * 10, 10),
        "order": range(rows),
    }
    fixed = pl.DataFrame({**table, "case_id": 0, "document_id": 0})
    return fixed.select(pl.col(name).cast(FACTS[name]) for name in fixed.columns)


def by_rule(facts: pl.DataFrame) -> dict[str, int]:
    """Return how often the rule is confirmed on each server of the FACTS."""
    ground = lay_out(Facts(rows=facts), (A, M, B))
    return {hit.server: hit.occurrences for hit in find_matches([RULE], ground).hits}


def by_loop(facts: pl.DataFrame) -> dict[str, int]:
    """Return the same by a loop over the rows of the FACTS."""
    columns = facts.select("kind", "server", pl.col("event_at").cast(pl.Int64))
    since: dict[str, int] = {}
    counts: dict[str, int] = {}
    for kind, server, at in zip(*(columns[name].to_list() for name in columns.columns), strict=True):
        if kind == A:
            since[server] = at
        elif kind == M:
            since.pop(server, None)
        elif kind == B and server in since and at - since[server] <= SPAN_MS:
            counts[server] = counts.get(server, 0) + 1
    return counts


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def documents_of(share: float) -> list[Document]:
    """Return an invented log with that `share` of MCP lines."""
    text = "".join(write_lines(Session(seed=7, servers=20, share=share), LINES)).encode()
    return [Document(document_id=0, origin="log.txt", content=Memory(text))]


def cost_of_rules(documents: Sequence[Document], rules: Sequence[CompiledRule]) -> tuple[float, float]:
    """Return the CPU seconds of an analysis of `documents`, and what of them all `rules` take: both of one run."""
    taken: list[float] = []

    def watched(*args: Any, **named: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - handed on as they are
        began = time.process_time()
        found = evaluate(*args, **named)
        taken.append(time.process_time() - began)
        return found

    with patch.object(pipeline, "evaluate", watched):
        whole = cpu(lambda: pipeline.run(documents, (), rules, key=bytes(32)))
    return whole, sum(taken)


def shares(share: float, rounds: int) -> tuple[float, float]:
    """Return what all rules take of an analysis, and what one more rule does, each as a part of the whole.

    One more rule is what the second half of the rules adds to the first, by rule. The halves are taken in turns: every
    other rule by name, so that rules about the same thing are in both.
    """
    documents, rules = documents_of(share), load_rulepack()
    cost_of_rules(documents, rules)  # warms up
    told = [(cost_of_rules(documents, rules), cost_of_rules(documents, rules[::2])[1]) for _ in range(rounds)]
    added = len(rules) - len(rules[::2])
    return (
        statistics.median(taken / whole for (whole, taken), _ in told),
        statistics.median((taken - half) / added / whole for (whole, taken), half in told),
    )


def tell(says: str, figure: float, limit: float | None, unit: str = "x") -> None:
    """Print one row."""
    print(json.dumps({"number": "11", "says": says, "figure": figure, "limit": limit, "unit": unit}))


def main() -> None:
    """Measure and print the rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    small, large = facts_of(SMALL), facts_of(LARGE)
    if by_rule(small) != by_loop(small):  # warms both up, too
        raise SystemExit("rule and loop differ")
    pairs = [(cpu(lambda: by_rule(small)), cpu(lambda: by_loop(small))) for _ in range(rounds)]
    tell("one rule over a Python loop, 1 M events", statistics.median(rule / loop for rule, loop in pairs), 0.3)
    slopes = [
        math.log(cpu(lambda: by_rule(large)) / cpu(lambda: by_rule(small))) / math.log(LARGE / SMALL)
        for _ in range(rounds)
    ]
    tell("its slope, 1 M to 4 M events", statistics.median(slopes), 1.05, "")
    for share in (0.05, 0.55):
        every, one = shares(share, max(3, rounds // 2))
        tell(f"all rules of an analysis, {share:.0%} MCP lines", 100 * every, 25, "%")
        tell(f"one more rule, {share:.0%} MCP lines", 100 * one, 0.5, "%")


if __name__ == "__main__":
    main()
