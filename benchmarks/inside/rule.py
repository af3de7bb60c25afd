"""Bar 11: one rule on columns against the same rule as a Python loop, how its time grows, and what all rules take.

The rule: A, no M since, then B within ten minutes, by server. Both sides start from FACTS and find the same anchors. Not
counted for the rule is what all rules share: FACTS laid out and the servers numbered, once a run.
"""

import argparse
import json
import math
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from mcplog import pipeline
from mcplog.model.frames import FACTS
from mcplog.rules.ground import lay_out
from mcplog.rules.language import compile_rule
from mcplog.rules.matches import match
from mcplog.rules.stream import outline

EVENTS: Final = 1_000_000
SERVERS: Final = 5_000
TIMES: Final = 4  # the larger run of the slope
MAXSPAN_MS: Final = 600_000
MEAN_MS: Final = 40  # between events: a few hundred servers fall within maxspan of each other
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
sequence by server with maxspan=10m
  [token_returned]
  ![refresh_started]
  [http_connection_failed]
'''
[remedy]
client = "None."
"""


def given(events: int) -> pl.DataFrame:
    """Return FACTS of `events` rows over SERVERS servers in random order; columns that the rule does not read are null."""
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    numbers = pl.DataFrame({"order": pl.int_range(events, eager=True)}).with_columns(
        dice=pl.col("order").hash(seed=11), also=pl.col("order").hash(seed=12)
    )
    told = numbers.select(
        "order",
        server=pl.concat_str(pl.lit("srv-"), pl.col("dice") % SERVERS),
        kind=pl.col("also").mod(len(KINDS)).replace_strict(dict(enumerate(KINDS)), return_dtype=FACTS["kind"]),
        event_at=(start + pl.col("order") * MEAN_MS).cast(FACTS["event_at"]),
        case_id=pl.lit(0, pl.UInt32),
        document_id=pl.lit(0, pl.UInt32),
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in FACTS.items() if name not in told.columns]
    return told.with_columns(missing).select(FACTS.names())


def count_in_a_loop(facts: pl.DataFrame) -> int:
    """Return how many rows of `facts`, which are FACTS, end an A, no M, B; the newest A decides."""
    moments = facts["event_at"].cast(pl.Int64)
    armed: dict[str, int] = {}
    found = 0
    for server, kind, moment in zip(facts["server"].to_list(), facts["kind"].to_list(), moments.to_list(), strict=True):
        if kind == "token_returned":
            armed[server] = moment
        elif kind == "refresh_started":
            armed.pop(server, None)
        elif kind == "http_connection_failed" and server in armed and moment - armed[server] <= MAXSPAN_MS:
            found += 1
    return found


def count_on_columns(facts: pl.DataFrame) -> tuple[int, float]:
    """Return how many anchors the rule has in `facts`, which are FACTS, and the CPU seconds of matching it."""
    plan = outline(compile_rule(RULE, "a-not-m-b").query)
    ground = lay_out(facts)
    ground.codes(("case_id", *plan.query.keys))
    began = time.process_time()
    found = match(plan, ground)
    took = time.process_time() - began
    return (int(found.frame["occurrences"].sum()) if found else 0), took


def measure_one_rule(rounds: int) -> list[dict[str, object]]:
    """Return the rows about one rule, medians over `rounds`."""
    small, large = given(EVENTS), given(EVENTS * TIMES)
    ratios, slopes = [], []
    for _ in range(rounds):
        began = time.process_time()
        expected = count_in_a_loop(small)
        loop_s = time.process_time() - began
        found, small_s = count_on_columns(small)
        _, large_s = count_on_columns(large)
        if found != expected:
            raise SystemExit(f"the rule finds {found} anchors, the loop {expected}")
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
    evaluate = pipeline.evaluate

    def timed(*args: object, **named: object) -> object:
        nonlocal taken
        began = time.process_time()
        try:
            return evaluate(*args, **named)  # type: ignore[arg-type] # passed on as they came
        finally:
            taken += time.process_time() - began

    before = time.process_time()
    pipeline.evaluate = timed  # type: ignore[assignment] # the one seam between the rooms
    pipeline.analyze([LOG / "log.txt"], credentials=[LOG / "credentials"])
    return {
        "says": "all rules, share of the job",
        "figure": taken / (time.process_time() - before),
        "limit": 0.25,
        "unit": "",
    }


def main() -> None:
    """Measure and print the rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    for row in (measure_all_rules(), *measure_one_rule(rounds)):
        print(json.dumps({"number": "11", **row}))


if __name__ == "__main__":
    main()
