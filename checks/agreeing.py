"""The generated table reads what the clients wrote as lark does: every distinct message, every tail of it, and mutants.

    python -m checks.agreeing CORPUS [--mutants 50000]

Kind, fields and their texts are compared. A tail is what stands behind a `: ` of a message, where details begin.
Mutants are messages of the corpus that were cut, doubled or spliced with others; they are the same each time.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from mcplog.knowledge.resources import grammar
from mcplog.parse import read_entries, recognises
from mcplog.parse.message_grammar import MessageGrammar, message_grammars
from mcplog.parse.message_table import STARTS
from mcplog.parse.messages import first_lines
from mcplog.parse.tables import tables
from mcplog.sources import gather_here

TAIL: Final = ": "
MOST_TAILS: Final = 4
SEED: Final = 1


def texts_of(folder: Path) -> dict[str, list[str]]:
    """Return the distinct messages of the logs in `folder` and their tails, by the start rule that reads them."""
    parsed = read_entries(gather_here([folder]).documents, looks_like_message=recognises)
    messages = sorted(set(first_lines(parsed.entries["message"].unique()).to_list()))
    tails = sorted({tail for text in messages for tail in _tails(text)})
    return dict(zip(STARTS, (messages, tails, tails), strict=True))


def _tails(text: str) -> Iterator[str]:
    for _ in range(MOST_TAILS):
        _, found, text = text.partition(TAIL)
        if not found:
            return
        yield text


def mutants(texts: Sequence[str], count: int) -> Iterator[str]:
    """Yield `count` texts made of `texts`."""
    dice = random.Random(SEED)
    for _ in range(count):
        text, other = dice.choice(texts), dice.choice(texts)
        at, upto = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
        yield dice.choice(
            (
                text[:at],
                text[:at] + text[upto:],
                text[:upto] + text[at:],
                text[:at] + other[dice.randint(0, len(other)) :],
                text[:at] + text[at:upto].swapcase() + text[upto:],
            )
        )


def disagreements(start: str, texts: Sequence[str]) -> list[str]:
    """Return those of `texts` that the table reads otherwise than lark, both from the rule `start`."""
    table, lark = tables()[start], _grammars()[start]
    return [text for text in texts if table.match(text) != lark.match(text)]


@cache
def _grammars() -> dict[str, MessageGrammar]:
    return message_grammars(grammar("message.lark"))


def main() -> int:
    """Read the command line, compare, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--mutants", type=int, default=50_000)
    asked = parser.parse_args()
    found: list[str] = []
    for start, texts in texts_of(asked.corpus).items():
        for what, some in (("distinct", texts), ("mutants", [*mutants(texts, asked.mutants // len(STARTS))])):
            differ = disagreements(start, some)
            print(f"{start:10}{what:10}{len(some):>8} texts, {len(differ)} read otherwise")
            found += differ
    print("\n".join(repr(text) for text in found[:20]))
    print("MISSED" if found else "kept")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
