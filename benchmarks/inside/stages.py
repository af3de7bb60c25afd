"""Where the time of an analysis goes: CPU and growth of the peak memory by stage. Prints, judges nothing.

python -m benchmarks.inside.stages benchmarks/data/million
"""

import argparse
import inspect
import resource
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from mcplog import pipeline

Stage = Callable[..., object]


def peak_mib() -> float:
    """Return the peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stages() -> dict[str, Stage]:
    """Return the functions of other rooms that the pipeline calls, by name."""
    return {
        name: value
        for name, value in vars(pipeline).items()
        if inspect.isfunction(value)
        and value.__module__.startswith("mcplog.")
        and value.__module__ != "mcplog.pipeline"
    }


def watched(name: str, stage: Stage, told: dict[str, tuple[float, float]]) -> Stage:
    """Return `stage` so that each call adds its CPU seconds and memory growth to `told` under `name`."""

    def call(*args: object, **named: object) -> object:
        began, peak = time.process_time(), peak_mib()
        try:
            return stage(*args, **named)
        finally:
            cpu_s, growth = told.get(name, (0.0, 0.0))
            told[name] = (cpu_s + time.process_time() - began, growth + peak_mib() - peak)

    return call


def main() -> None:
    """Analyse the log in a folder that `benchmarks.generate one` made, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    told = {"start of Python and imports": (time.process_time(), peak_mib())}
    with ExitStack() as stack:
        for name, stage in stages().items():
            stack.enter_context(patch.object(pipeline, name, watched(name, stage, told)))
        pipeline.analyze([folder / "log.txt"], credentials=[folder / "credentials"])
    for name, (cpu_s, growth) in sorted(told.items(), key=lambda item: -item[1][0]):
        print(f"{name:30} {cpu_s:8.3f} s CPU {growth:+8.0f} MiB")
    print(f"{'all':30} {time.process_time():8.3f} s CPU {peak_mib():8.0f} MiB")


if __name__ == "__main__":
    main()
