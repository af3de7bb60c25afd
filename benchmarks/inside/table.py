"""Bar 10: the generated table against lark, on the distinct messages of an invented log.

That both give the same is held by the tests of `parse/` on samples and mutants; here it is checked on what is timed.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Final

from benchmarks.log import write_lines
from benchmarks.session import Session
from mcplog.knowledge.resources import grammar
from mcplog.parse._table import message_tables
from mcplog.parse.message_grammar import message_grammars

LINES: Final = 20_000
TIMES: Final = 20


def distinct_messages() -> list[str]:
    """Return the distinct texts behind the server names of an invented log."""
    lines = "".join(write_lines(Session(seed=5, servers=20, share=0.9), LINES)).splitlines()
    texts = (line.partition('MCP server "')[2].partition('"')[2] for line in lines)
    return sorted({text.removeprefix(": ").removeprefix(" ") for text in texts if text})


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure and print the rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    texts = distinct_messages()
    lark = message_grammars(grammar("message.lark"))["message"].match
    table = message_tables(grammar("message_table.json"))["message"]
    differ = sum(lark(text) != table.match(text) for text in texts)  # warms both up, too
    times = [
        (
            seconds(lambda: [lark(text) for text in texts]),
            # As long under the clock as lark is.
            seconds(lambda: [len(table.find_all(texts)) for _ in range(TIMES)]) / TIMES,
        )
        for _ in range(rounds)
    ]
    ratio = statistics.median(slow / fast for slow, fast in times)
    said = f"table over lark, {len(texts)} distinct texts"
    print(
        json.dumps(
            {"number": "10", "says": "texts that lark reads otherwise", "figure": differ, "limit": 0, "unit": ""}
        )
    )
    print(json.dumps({"number": "10", "says": said, "figure": ratio, "limit": 20, "unit": "x", "at_least": True}))


if __name__ == "__main__":
    main()
