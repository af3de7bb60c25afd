"""No alternative of the grammar can go without being missed.

    python -m checks.deleting [--every N]

Deletes each alternative of `message.lark` in turn and reads its samples again. At least one of them must not be read as
before: then `checks.coverage` and the tests fail. Prints what becomes of the samples:

unread    a sample is no message any more
misread   it is read as something else
same      every sample is read as before: a miss
no sample there is none: a miss
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from checks.alternatives import Alternative, Numbered, Reading, Sample, alternatives, samples
from mcplog.knowledge.resources import grammar

MISSES = ("same", "no sample")


def deleted(
    chosen: Sequence[Alternative], table: Numbered, every: Sequence[Sample]
) -> Iterator[tuple[Alternative, str]]:
    """Yield alternatives, each with what becomes of its samples when it is gone.

    Args:
        chosen: Alternatives.
        table: The grammar.
        every: All samples.
    """
    readers: dict[int, list[tuple[Sample, Reading]]] = defaultdict(list)
    for sample in every:
        reading = table.read(sample)
        for line in reading.lines:
            readers[line].append((sample, reading))
    for one in chosen:
        without = table.without([one.line])
        yield one, _outcome([(before, table.read(sample, without)) for sample, before in readers[one.line]])


def _outcome(readings: Sequence[tuple[Reading, Reading]]) -> str:
    """Return what became of samples, from what each is read as before and after."""
    if not readings:
        return "no sample"
    if any(not after.meaning for _, after in readings):
        return "unread"
    return "misread" if any(before.meaning != after.meaning for before, after in readings) else "same"


def main() -> int:
    """Read the command line, delete, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth alternative")
    chosen = alternatives(grammar("message.lark"))[:: parser.parse_args().every]
    results = list(deleted(chosen, Numbered(), samples()))
    for word, count in Counter(outcome for _, outcome in results).most_common():
        print(f"{word:10}{count:>6}")
    for one, outcome in results:
        if outcome in MISSES:
            print(f"{outcome}: line {one.line}: {one.text}")
    is_kept = bool(results) and not any(outcome in MISSES for _, outcome in results)
    print(f"{len(results)} alternatives: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
