"""Bar 11: one rule on columns against the same rule as a Python loop, how its time grows, and what all rules take.

The rule: A, no M since, then B within ten minutes, by process. Both sides start from FACTS and find the same. All
processes are of one server, so that one finding is built and not five thousand.
"""

import argparse
import json
import math
import statistics
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final
from unittest.mock import patch

import polars as pl

from mcplog.model.frames import DOCUMENTS, FACTS
from mcplog.model.rule import CompiledRule
from mcplog.pipeline import analyze
from mcplog.rules import evaluate
from mcplog.rules.language import compile_rule

EVENTS: Final = 1_000_000
PROCESSES: Final = 5_000
TIMES: Final = 4  # the larger run of the slope
MAXSPAN_MS: Final = 600_000
MEAN_MS: Final = 40  # between events: in ten minutes a process has three of them
KINDS: Final = ("token_returned", "refresh_started", "http_connection_failed", "tool_called")  # A, M, B, anything
LOG: Final = Path(__file__).parents[1] / "data" / "million"
RULE: Final = """
id = "a-not-m-b"
since = "0.1.0"
status = "stable"
severity = "high"
responsible = "client"
title = "A, no M, then B"
cause = "A, no M, then B."
next_observation = "None."
explanation = "For measuring."
query = '''
sequence by process_id with maxspan=10m
  [token_returned]
  ![refresh_started]
  [http_connection_failed]
'''
[remedy]
client = "None."
"""


def given(events: int) -> pl.DataFrame:
    """Return FACTS of `events` rows over PROCESSES processes in random order; what the rule does not read is null."""
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    numbers = pl.DataFrame({"order": pl.int_range(events, eager=True)}).with_columns(
        dice=pl.col("order").hash(seed=11), also=pl.col("order").hash(seed=12)
    )
    told = numbers.select(
        "order",
        kind=pl.col("also").mod(len(KINDS)).replace_strict(dict(enumerate(KINDS)), return_dtype=FACTS["kind"]),
        process_id=pl.col("dice").mod(PROCESSES).cast(pl.UInt32),
        event_at=(start + pl.col("order") * MEAN_MS).cast(FACTS["event_at"]),
        server=pl.lit("a-server"),
        case_id=pl.lit(0, pl.UInt32),
        document_id=pl.lit(0, pl.UInt32),
        line_from=pl.col("order").cast(pl.UInt32),
        line_to=pl.col("order").cast(pl.UInt32),
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in FACTS.items() if name not in told.columns]
    return told.with_columns(missing).select(FACTS.names())


def count_in_a_loop(facts: pl.DataFrame) -> int:
    """Return how many rows of `facts`, which are FACTS, end an A, no M, B; the newest A decides."""
    processes, kinds = facts["process_id"].to_list(), facts["kind"].to_list()
    moments = facts["event_at"].cast(pl.Int64).to_list()
    armed: dict[int, int] = {}
    found = 0
    for process, kind, moment in zip(processes, kinds, moments, strict=True):
        if kind == "token_returned":
            armed[process] = moment
        elif kind == "refresh_started":
            armed.pop(process, None)
        elif kind == "http_connection_failed" and process in armed and moment - armed[process] <= MAXSPAN_MS:
            found += 1
    return found


def count_on_columns(rule: CompiledRule, facts: pl.DataFrame) -> int:
    """Return how many anchors `rule` has in `facts`, which are FACTS."""
    documents = pl.DataFrame([{"document_id": 0, "case_id": 0, "origin": "log"}], schema=DOCUMENTS)
    return sum(finding.occurrences for finding in evaluate([rule], facts, documents=documents))


def measure_one_rule(rounds: int) -> list[dict[str, object]]:
    """Return the rows about one rule, medians over `rounds`."""
    rule = compile_rule(RULE, "a-not-m-b")
    small, large = given(EVENTS), given(EVENTS * TIMES)
    ratios, slopes = [], []
    for _ in range(rounds):
        moments = [time.process_time()]
        expected = count_in_a_loop(small)
        moments.append(time.process_time())
        found = count_on_columns(rule, small)
        moments.append(time.process_time())
        count_on_columns(rule, large)
        moments.append(time.process_time())
        if found != expected:
            raise SystemExit(f"the rule finds {found} anchors, the loop {expected}")
        loop_s, small_s, large_s = (later - earlier for earlier, later in pairwise(moments))
        ratios.append(small_s / loop_s)
        slopes.append(math.log(large_s / small_s) / math.log(TIMES))
    ratio, slope = statistics.median(ratios), statistics.median(slopes)
    return [
        {"says": "one rule over a Python loop, CPU", "figure": ratio, "limit": 0.3, "unit": "x"},
        {"says": "one rule, slope 1 M to 4 M events", "figure": slope, "limit": 1.05, "unit": ""},
    ]


def measure_all_rules() -> dict[str, object]:
    """Return the row about the share of all rules in a whole job, start of Python included."""
    taken = 0.0

    def timed(*args: object, **named: object) -> object:
        nonlocal taken
        began = time.process_time()
        try:
            return evaluate(*args, **named)  # type: ignore[arg-type] # passed on as they came
        finally:
            taken += time.process_time() - began

    with patch("mcplog.pipeline.evaluate", timed):
        analyze([LOG / "log.txt"], credentials=[LOG / "credentials"])
    return {"says": "all rules, share of the job", "figure": taken / time.process_time(), "limit": 0.25, "unit": ""}


def main() -> None:
    """Measure and print the rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    for row in (measure_all_rules(), *measure_one_rule(rounds)):
        print(json.dumps({"number": "11", **row}))


if __name__ == "__main__":
    main()
