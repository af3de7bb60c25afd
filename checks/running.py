"""Run a check over recordings and print what came out: one table, then every miss with its reason."""

import argparse
import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.recording import Recording, recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one variant of one recording came out.

    Attributes:
        recording: Its name.
        variant: What was done to it.
        outcome: One word: `same`, or how it differs.
        is_miss: It must not differ like that.
        reason: How it differs, a line each.
    """

    recording: str
    variant: str
    outcome: str
    is_miss: bool = False
    reason: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a check asks for.

    Attributes:
        share: The least share of results that are no miss.
        never: Outcomes that must not occur at all.
    """

    share: float = 1.0
    never: tuple[str, ...] = ()

    def is_kept(self, results: Sequence[Result]) -> bool:
        """Return whether `results` are as asked for; nothing at all is not."""
        good = sum(not result.is_miss for result in results)
        return bool(results) and good >= self.share * len(results) and not {r.outcome for r in results} & {*self.never}


def command_line(description: str | None) -> argparse.Namespace:
    """Return what the command line names: `corpus`, `every`, `word` and `jobs`; `description` is its help."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth recording")
    parser.add_argument("--word", default="", help="only recordings with this in their names")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


def main(check: Callable[[Recording], list[Result]], limit: Limit, description: str | None) -> int:
    """Read the command line, run `check` on the recordings that it names, print; return the exit code.

    Args:
        check: Returns the results of one recording.
        limit: What is asked for.
        description: Help for the command.
    """
    asked = command_line(description)
    chosen = recordings(asked.corpus, every=asked.every, word=asked.word)
    with multiprocessing.Pool(asked.jobs) as pool:
        results = [result for found in pool.imap(check, chosen) for result in found]
    print_results(results)
    is_kept = limit.is_kept(results)
    print(f"{len(chosen)} recordings: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


def print_results(results: Sequence[Result]) -> None:
    """Print how often each variant had each outcome, and the misses among `results` one by one."""
    outcomes = sorted({result.outcome for result in results}, key=lambda word: (word != "same", word))
    counts = Counter((result.variant, result.outcome) for result in results)
    variants = list(dict.fromkeys(result.variant for result in results))
    print(f"{'variant':40}" + "".join(f"{word:>11}" for word in outcomes) + f"{'good':>9}")
    for variant in variants:
        of = [result for result in results if result.variant == variant]
        share = sum(not result.is_miss for result in of) / len(of)
        print(f"{variant:40}" + "".join(f"{counts[variant, word]:>11}" for word in outcomes) + f"{share:>9.1%}")
    for result in results:
        if result.is_miss:
            print(f"\n{result.recording}, {result.variant}: {result.outcome}")
            print("\n".join(f"    {line}" for line in result.reason))
