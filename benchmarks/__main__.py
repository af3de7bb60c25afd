"""Print each bar with its figure, its limit and whether it is kept.

    python benchmarks/run                          the quick groups: small, million, dense, table, rule
    python benchmarks/run small --rounds 15
    python benchmarks/run all
    python benchmarks/run small --program "python stand_in.py"

Inputs are made once, below benchmarks/data. Exit 1 when a bar is missed or could not be measured.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.bars import GROUPS, Bar, Group
from benchmarks.measure import ENVIRONMENT, BenchmarkError, Cost, interleave

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
INSIDE = {
    "table": "benchmarks.inside.table",
    "rule": "benchmarks.inside.rule",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the result; `figure` is null when it could not be measured."""

    number: str
    says: str
    figure: float | None
    limit: float | None
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the figure is on the right side of its limit; without a limit always."""
        if self.limit is None:
            return True
        if self.figure is None:
            return False
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


def make_input(folder: Path, makes: tuple[str, ...]) -> None:
    """Make the input with the arguments `makes` unless `folder` holds it already."""
    receipt = folder / "made-with.json"
    if receipt.is_file() and json.loads(receipt.read_text("utf-8")) == list(makes):
        return
    print(f"making {folder.name} …", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.generate", makes[0], str(folder), *makes[1:]]
    subprocess.run(command, check=True, cwd=ROOT)
    receipt.write_text(json.dumps(makes), "utf-8")


def measure_group(group: Group, program: tuple[str, ...], rounds: int) -> list[Row]:
    """Measure `group` with `program` over `rounds` rounds, print what each command cost, and return its rows."""
    make_input(DATA / group.name, group.makes)
    for name, makes in group.also.items():
        make_input(DATA / name, makes)
    print(f"\n{group.name} (load {os.getloadavg()[0]:.1f})")
    try:
        costs = interleave(group.runnable(program, DATA), rounds)
    except BenchmarkError as error:
        print(f"  not measured: {error}")
        costs = {}
    for name, cost in costs.items():
        print(
            f"  {name:20} {cost.cpu_s:8.3f} s CPU  {cost.wall_s:8.3f} s wall  {cost.peak_mib:7.0f} MiB"
            f"  (CPU of the rounds within {cost.cpu_spread:.0%})"
        )
    return [_row(bar, costs) for bar in group.bars]


def _row(bar: Bar, costs: dict[str, Cost]) -> Row:
    try:
        figure = bar.figure(costs)
    except KeyError:
        # The whole group failed, or a peer is not installed, which is nobody's fault.
        return Row(number=bar.number, says=bar.says, figure=None, limit=None if costs else bar.limit, unit=bar.unit)
    return Row(number=bar.number, says=bar.says, figure=figure, limit=bar.limit, unit=bar.unit)


def measure_inside(module: str, rounds: int) -> list[Row]:
    """Run `module`, which measures `rounds` times within one process and prints its rows as JSON lines."""
    command = [sys.executable, "-m", module, "--rounds", str(rounds)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode:
        print(f"\n{module}: not measured\n{done.stderr}")
        return [Row(number="?", says=module, figure=None, limit=0.0, unit="")]
    return [Row(**json.loads(line)) for line in done.stdout.splitlines()]


def print_rows(rows: list[Row]) -> None:
    """Print `rows` as a table."""
    print(f"\n{'bar':>3}  {'what':38} {'figure':>12} {'limit':>12}")
    for row in rows:
        figure = "not measured" if row.figure is None else f"{row.figure:.2f} {row.unit}".strip()
        sign = ">=" if row.at_least else "<="
        limit = "" if row.limit is None else f"{sign} {row.limit:g} {row.unit}".strip()
        verdict = "" if row.limit is None else ("kept" if row.kept else "MISSED")
        print(f"{row.number:>3}  {row.says:38} {figure:>12} {limit:>12}  {verdict}".rstrip())


def main() -> int:
    """Read the command line, measure, print; return the exit code."""
    names = [*(group.name for group in GROUPS), *INSIDE]
    quick = [*(group.name for group in GROUPS if group.is_quick), *INSIDE]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", choices=[*names, "all", []], help="default: the quick ones")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--program", default=str(Path(sys.executable).with_name("mcplog")), help="what is measured")
    asked = parser.parse_args()
    chosen = names if "all" in asked.groups else asked.groups or quick
    print(
        f"Python {platform.python_version()}, polars {version('polars')}, {os.cpu_count()} CPUs, {asked.rounds} rounds"
    )
    rows: list[Row] = []
    for group in GROUPS:
        if group.name in chosen:
            rows += measure_group(group, tuple(shlex.split(asked.program)), asked.rounds)
    for name, module in INSIDE.items():
        if name in chosen:
            rows += measure_inside(module, asked.rounds)
    print_rows(rows)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
