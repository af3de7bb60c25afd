"""No input makes a reader raise, lose bytes or crawl.

    python -m checks.fuzz [TARGET…] [--inputs N] [--seconds S] [--seed S] [--no-pumps]

The inputs are mutants of good ones, the same for the same seed; `checks.guided` chooses them by what they reach. Pumps
are inputs that repeat one thing: four times the size must not take much more than four times as long. Prints for each
reader how many inputs it read, how many failed, and the most time that one took for each of its bytes, the cost of a
call included; an input that fails is shown. `--show` shows the slowest too.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from checks.mutating import Mutator, pumped
from checks.targets import Target, targets

SMALL: Final = 16 * 1024  # a pump; the large one has four times as much
FACTOR: Final = 4
MOST_GROWTH: Final = 2.5  # of the time for each byte, from the small to the large pump
SHOWN: Final = 300
WORTH_TIMING: Final = 2048


@dataclass(slots=True)
class Run:
    """How one reader fares.

    Attributes:
        name: The reader.
        inputs: How many inputs it read.
        failures: What went wrong, with the input that did it.
        slowest: Most seconds for each byte, of calls with enough bytes to tell.
        slowest_alone: The same of single inputs, for readers that are given several at once.
        slowest_input: The input that is the slowest.
        crawls: Pumps whose time grows faster than their size, with how much faster.
    """

    name: str
    inputs: int = 0
    failures: list[tuple[str, bytes]] = field(default_factory=list)
    slowest: float = 0.0
    slowest_alone: float = 0.0
    slowest_input: bytes = b""
    crawls: list[tuple[str, float]] = field(default_factory=list)

    def read(self, target: Target, *inputs: bytes) -> float:
        """Give `inputs` to `target` at once; return how long it took. One that fails is looked for and kept."""
        begun = time.process_time()  # of this process alone: others may keep the machine busy
        failure = failure_of(target.read, inputs)
        took = time.process_time() - begun
        self.inputs += len(inputs)
        size = sum(map(len, inputs))
        if failure:
            found = [(alone, data) for data in inputs if (alone := failure_of(target.read, [data]))]
            self.failures += found or [(failure, b"\n".join(inputs))]
        if size >= WORTH_TIMING and took / size > self.slowest:
            self.slowest = took / size
            self.slowest_input = inputs[0] if len(inputs) == 1 else self.slowest_input
            if len(inputs) > 1:
                self._find_slowest(target, inputs)
        return took

    def _find_slowest(self, target: Target, inputs: Sequence[bytes]) -> None:
        """Time each of the inputs that are the slowest together so far alone; the call itself is part of it."""
        for data in inputs:
            if len(data) >= WORTH_TIMING:
                begun = time.process_time()
                failure_of(target.read, [data])
                rate = (time.process_time() - begun) / len(data)
                if rate > self.slowest_alone:
                    self.slowest_alone, self.slowest_input = rate, data


def failure_of(read: Callable[[Sequence[bytes]], None], inputs: Sequence[bytes]) -> str:
    """Return what `read` raises for `inputs`; empty when it raises nothing."""
    try:
        read(inputs)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
        return f"{type(error).__name__}: {error}"
    return ""


def fuzzed(target: Target, inputs: int, seed: int, seconds: float = math.inf) -> Run:
    """Give a number of mutants to a reader.

    Args:
        target: The reader.
        inputs: How many, rounded up to whole calls.
        seed: The same seed makes the same mutants.
        seconds: When to stop before.
    """
    run, mutator = Run(target.name), Mutator(target.seeds, seed)
    stop = time.monotonic() + seconds
    while run.inputs < inputs and time.monotonic() < stop:
        run.read(target, *(mutator.next() for _ in range(target.together)))
    return run


def pump(run: Run, target: Target) -> None:
    """Add to `run` how `target` fares with pumps of two sizes."""
    for (name, small), (_, large) in zip(pumped(SMALL), pumped(FACTOR * SMALL), strict=True):
        fast = min(run.read(target, small) for _ in range(2))
        slow = run.read(target, large)
        if slow > MOST_GROWTH * FACTOR * fast:
            slow = min(slow, *(run.read(target, large) for _ in range(2)))  # the machine was busy, perhaps
        growth = slow / fast / FACTOR
        if growth > MOST_GROWTH:
            run.crawls.append((name, growth))


def lines_of(run: Run) -> Iterator[str]:
    """Yield what there is to say of `run`."""
    worst = max(run.slowest, run.slowest_alone)
    figures = f"{run.inputs:>10}{len(run.failures):>10}{len(run.crawls):>10}{1e9 * worst:>14.0f}"
    yield f"{run.name:12}{figures}"
    for failure, data in run.failures[:3]:
        yield f"    {failure[:SHOWN]}"
        yield f"    {data[:SHOWN]!r}"
    for name, growth in run.crawls:
        yield f"    {name}: {growth:.1f} times as long for each byte"


def main() -> int:
    """Read the command line, give inputs to the readers, print; return the exit code."""
    every = {target.name: target for target in targets()}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", choices=[*every, []], help="default: all")
    parser.add_argument("--inputs", type=int, default=2000, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=math.inf, metavar="S", help="for each reader, at most")
    parser.add_argument("--no-pumps", action="store_true")
    parser.add_argument("--show", action="store_true", help="the slowest input")
    asked = parser.parse_args()
    chosen = [every[name] for name in asked.targets or every]
    print(f"{'reader':12}{'inputs':>10}{'failed':>10}{'crawls':>10}{'worst ns/byte':>14}")
    is_good = True
    for target in chosen:
        run = fuzzed(target, asked.inputs, asked.seed, asked.seconds)
        if not asked.no_pumps:
            pump(run, target)
        print("\n".join(lines_of(run)), flush=True)
        if asked.show:
            print(f"    slowest, {len(run.slowest_input)} bytes: {run.slowest_input[:SHOWN]!r}")
        is_good = is_good and not run.failures and not run.crawls
    print("kept" if is_good else "MISSED")
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
