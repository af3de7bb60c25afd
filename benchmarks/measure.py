"""Whole processes, measured in turns (A B A B …) so that a busy machine disturbs all of them alike.

The module imports nothing big: a child's peak memory starts from what its parent had when it was made.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

MIB = 1024  # getrusage counts KiB

# What a user has: byte code is kept. Where it is switched off, every run would compile every module anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one command, from start to exit, its child processes included.

    Attributes:
        cpu_s: User and system time.
        wall_s: Elapsed time.
        peak_mib: Largest resident set of any one process.
    """

    cpu_s: float
    wall_s: float
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The medians over all rounds, and how far the rounds lay apart."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    cpu_spread: float  # (max - min) / median


class BenchmarkError(Exception):
    """A command did not do what it is measured for."""


def run_once(command: Sequence[str]) -> Sample:
    """Run `command` with its output thrown away and return what it cost.

    Raises:
        BenchmarkError: It did not exit with 0.
    """
    with TemporaryFile() as errors:
        began = time.perf_counter()
        # No `with`: the process is reaped by wait4, which alone tells what it used.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=ENVIRONMENT
        )
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            raise BenchmarkError(f"exit {process.returncode}: {' '.join(command)}\n{said}")
    return Sample(cpu_s=used.ru_utime + used.ru_stime, wall_s=wall_s, peak_mib=used.ru_maxrss / MIB)


def interleave(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """Run every one of `commands` once to warm up, then `rounds` times in turns, and return the medians by name."""
    for command in commands.values():
        run_once(command)
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            samples[name].append(run_once(command))
    return {name: _cost(taken) for name, taken in samples.items()}


def _cost(samples: list[Sample]) -> Cost:
    cpu = [sample.cpu_s for sample in samples]
    return Cost(
        cpu_s=statistics.median(cpu),
        wall_s=statistics.median(sample.wall_s for sample in samples),
        peak_mib=statistics.median(sample.peak_mib for sample in samples),
        cpu_spread=(max(cpu) - min(cpu)) / statistics.median(cpu),
    )
