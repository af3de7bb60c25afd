"""What is measured and what it must not exceed. The numbers are those of docs/performance.md, "Bars".

A group is one interleaved run over one input. Its yardstick `P` is `python -c "import polars"` in the same environment:
it is most of what one small log costs, and the ratio to it means the same on every machine.
"""

import math
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.measure import Cost

Costs = Mapping[str, Cost]
Command = tuple[str, ...]

YARDSTICK: Final = "import polars"
HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One figure with its limit.

    Attributes:
        number: Of the bar; a figure that is only printed has the number of the bar it belongs to.
        says: What the figure is.
        figure: Computes it from the costs of the group.
        limit: The highest figure that passes; null for a figure that is only printed.
        unit: Behind the figure.
    """

    number: str
    says: str
    figure: Callable[[Costs], float]
    limit: float | None
    unit: str = "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Commands that are measured in turns over one input.

    Attributes:
        name: As asked for on the command line.
        makes: Arguments for `benchmarks.generate`, behind the folder; the folder is named after the group.
        commands: Builds the commands, by name, from the program and the input folder.
        bars: The figures.
        needs: The program or Python module that a command needs; without it the command and its figures are left out.
        is_quick: Measured when no group is asked for.
        also: Arguments for further inputs, by the name of their folder.
    """

    name: str
    makes: Command
    commands: Callable[[Command, Path], dict[str, Command]]
    bars: tuple[Bar, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    is_quick: bool = True
    also: Mapping[str, Command] = field(default_factory=dict)

    def runnable(self, program: Command, data: Path) -> dict[str, Command]:
        """Return the commands of `program` over the inputs in `data` whose programs are installed."""
        commands = {YARDSTICK: (sys.executable, "-c", "import polars"), **self.commands(program, data / self.name)}
        return {name: command for name, command in commands.items() if _is_installed(self.needs.get(name))}


def _is_installed(needed: str | None) -> bool:
    return needed is None or bool(shutil.which(needed) or find_spec(needed))


def cpu(name: str, against: str = YARDSTICK) -> Callable[[Costs], float]:
    """Return the figure "CPU of the command `name` over that of `against`"."""
    return lambda costs: costs[name].cpu_s / costs[against].cpu_s


def wall(name: str, against: str = YARDSTICK) -> Callable[[Costs], float]:
    """Return the figure "elapsed time of the command `name` over that of `against`"."""
    return lambda costs: costs[name].wall_s / costs[against].wall_s


def peak(name: str) -> Callable[[Costs], float]:
    """Return the figure "peak memory of the command `name` in MiB"."""
    return lambda costs: costs[name].peak_mib


def slope(small: str, large: str, times: float) -> Callable[[Costs], float]:
    """Return the log-log slope of CPU above the yardstick from `small` to `large`, which has `times` as many lines."""

    def figure(costs: Costs) -> float:
        floor = costs[YARDSTICK].cpu_s
        # Below the yardstick's own noise there is no slope to speak of.
        above = max(costs[small].cpu_s - floor, 0.1 * floor)
        return math.log((costs[large].cpu_s - floor) / above) / math.log(times)

    return figure


def _with_store(program: Command, folder: Path) -> Command:
    return (*program, "analyze", "--exit-zero", str(folder / "log.txt"), "--credentials", str(folder / "credentials"))


def _small(program: Command, folder: Path) -> dict[str, Command]:
    return {
        "analyze": (*program, "analyze", "--exit-zero", str(folder / "log.txt")),
        "analyze with store": _with_store(program, folder),
        "--help": (*program, "--help"),
        "--version": (*program, "--version"),
    }


def _dense(program: Command, folder: Path) -> dict[str, Command]:
    return {"analyze": _with_store(program, folder)}


def _million(program: Command, folder: Path) -> dict[str, Command]:
    log = str(folder / "log.txt")
    needles = ("-e", "MCP server", "-e", "[MCP]", "-e", "claudeai-mcp", "-e", "OAuth")
    return {
        "analyze": _with_store(program, folder),
        "script": (sys.executable, str(HERE / "peers" / "one_rule.py"), log),
        "rg": ("rg", "-c", "-F", *needles, log),
        "duckdb": (sys.executable, str(HERE / "peers" / "one_rule_duckdb.py"), log),
    }


def _ten_million(program: Command, folder: Path) -> dict[str, Command]:
    return {"analyze 100 k": _with_store(program, folder.parent / "hundred-thousand"), **_million(program, folder)}


def _files(program: Command, folder: Path) -> dict[str, Command]:
    store = str(folder / "credentials")
    return {"analyze": (*program, "analyze", "--exit-zero", str(folder), "--credentials", store)}


def _triage(program: Command, folder: Path) -> dict[str, Command]:
    data = folder.parent

    def of(name: str, *words: str) -> Command:
        cases = () if name == "triage-issues" else ("--cases", "file")
        return (*program, "triage", str(data / name), *cases, *words)

    return {
        "33 files": of("triage-33"),
        "1,000 files": of("triage-1000"),
        "10,000 files": of("triage"),
        "10,000 files, one process": of("triage", "--engine", "in-process"),
        "1,000 long files": of("triage-long"),
        "1,000 issues": of("triage-issues"),
    }


def _peers(program: Command, folder: Path) -> dict[str, Command]:
    log, peers = str(folder.parent / "million" / "log.txt"), HERE / "peers"
    return {
        "analyze": (*program, "analyze", "--exit-zero", log),
        "script": (sys.executable, str(peers / "one_rule.py"), log),
        "rg + awk": ("sh", str(peers / "one_rule.sh"), log),
        "duckdb": (sys.executable, str(peers / "one_rule_duckdb.py"), log),
        "lnav": ("sh", str(peers / "one_rule_lnav.sh"), log),
        "eql": (sys.executable, str(peers / "one_rule_eql.py"), log),
    }


def _hostile(program: Command, folder: Path) -> dict[str, Command]:
    names = ("long-line", "unknown-templates", "deep-json", "many-servers")
    return {name: (*program, "analyze", "--exit-zero", str(folder / f"{name}.txt")) for name in names}


# Optional: measured where they are installed.
PEERS: Final = {"rg": "rg", "duckdb": "duckdb", "rg + awk": "rg", "lnav": "lnav", "eql": "eql"}
ONE_RULE: Final = ("script", "rg + awk", "duckdb", "lnav", "eql")

GROUPS: Final[tuple[Group, ...]] = (
    Group(
        name="small",
        makes=("one", "--lines", "300", "--mcp", "0.3", "--servers", "5", "--snapshots", "5"),
        commands=_small,
        bars=(
            Bar(number="1", says="analyze, 300 lines, CPU", figure=cpu("analyze"), limit=1.5),
            Bar(number="1", says="analyze, 300 lines, wall", figure=wall("analyze"), limit=1.5),
            Bar(number="1", says="--help, CPU", figure=cpu("--help"), limit=0.7),
            Bar(number="1", says="--help, wall", figure=wall("--help"), limit=0.7),
            Bar(number="1", says="--version, CPU", figure=cpu("--version"), limit=0.7),
            Bar(number="1", says="--version, wall", figure=wall("--version"), limit=0.7),
            Bar(number="1", says="analyze, 300 lines with store, CPU", figure=cpu("analyze with store"), limit=None),
        ),
    ),
    Group(
        name="million",
        makes=("one", "--lines", "1000000", "--mcp", "0.05", "--servers", "40", "--snapshots", "100"),
        commands=_million,
        needs=PEERS,
        bars=(
            Bar(number="2", says="1 M lines, 5 % MCP, store, CPU", figure=cpu("analyze"), limit=2.8),
            Bar(number="2", says="1 M lines, 5 % MCP, store, wall", figure=wall("analyze"), limit=2.4),
            Bar(number="2", says="CPU over the one-rule script", figure=cpu("analyze", "script"), limit=1.5),
            Bar(number="7", says="1 M lines, peak memory", figure=peak("analyze"), limit=260, unit="MiB"),
            Bar(number="9", says="CPU over rg -c, 1 M lines", figure=cpu("analyze", "rg"), limit=None),
            Bar(number="9", says="CPU over duckdb, 1 M lines", figure=cpu("analyze", "duckdb"), limit=None),
        ),
    ),
    Group(
        name="dense",
        makes=("one", "--lines", "1000000", "--mcp", "0.55", "--servers", "40", "--snapshots", "100"),
        commands=_dense,
        bars=(
            Bar(number="3", says="1 M lines, 55 % MCP, store, CPU", figure=cpu("analyze"), limit=7),
            Bar(number="3", says="1 M lines, 55 % MCP, peak memory", figure=peak("analyze"), limit=None, unit="MiB"),
        ),
    ),
    Group(
        name="ten-million",
        makes=("one", "--lines", "10000000", "--mcp", "0.05", "--servers", "40", "--snapshots", "100"),
        also={"hundred-thousand": ("one", "--lines", "100000", "--mcp", "0.05", "--snapshots", "100")},
        commands=_ten_million,
        needs=PEERS,
        is_quick=False,
        bars=(
            Bar(number="4", says="10 M lines, CPU", figure=cpu("analyze"), limit=10),
            Bar(number="4", says="10 M lines, wall", figure=wall("analyze"), limit=8),
            Bar(
                number="5",
                says="slope, 0.1 M to 10 M",
                figure=slope("analyze 100 k", "analyze", 100),
                limit=1.05,
                unit="",
            ),
            Bar(number="7", says="10 M lines, peak memory", figure=peak("analyze"), limit=500, unit="MiB"),
            Bar(number="8", says="CPU over the one-rule script", figure=cpu("analyze", "script"), limit=0.65),
            Bar(number="8", says="CPU over duckdb", figure=cpu("analyze", "duckdb"), limit=0.45),
        ),
    ),
    Group(
        name="files",
        makes=("many", "--files", "10000", "--lines", "300", "--mcp", "0.05", "--servers", "40"),
        commands=_files,
        is_quick=False,
        bars=(
            Bar(number="6", says="10,000 files of 300 lines, wall", figure=wall("analyze"), limit=9),
            Bar(number="7", says="10,000 files, peak memory", figure=peak("analyze"), limit=260, unit="MiB"),
        ),
    ),
    Group(
        name="triage",
        makes=("many", "--files", "10000", "--lines", "300", "--mcp", "0.05", "--servers", "40"),
        also={
            "triage-33": ("many", "--files", "33", "--lines", "300", "--mcp", "0.05", "--servers", "40"),
            "triage-1000": ("many", "--files", "1000", "--lines", "300", "--mcp", "0.05", "--servers", "40"),
            "triage-long": ("many", "--files", "1000", "--lines", "5000", "--mcp", "0.05", "--servers", "40"),
            "triage-issues": ("issues", "--files", "1000", "--lines", "60", "--mcp", "0.5", "--servers", "40"),
        },
        commands=_triage,
        is_quick=False,
        bars=(
            Bar(number="6", says="triage, 10,000 files, wall", figure=wall("10,000 files"), limit=9),
            Bar(number="6", says="triage, 10,000 files, CPU", figure=cpu("10,000 files"), limit=None),
            Bar(number="6", says="same in one process, wall", figure=wall("10,000 files, one process"), limit=None),
            Bar(number="6", says="triage, 1,000 long files, wall", figure=wall("1,000 long files"), limit=12),
            Bar(number="6", says="triage, 1,000 issues, wall", figure=wall("1,000 issues"), limit=None),
            Bar(
                number="5",
                says="slope, 33 to 10,000 files",
                figure=slope("33 files", "10,000 files", 303),
                limit=1.05,
                unit="",
            ),
            Bar(number="7", says="triage, 1,000 files, peak", figure=peak("1,000 files"), limit=None, unit="MiB"),
            Bar(number="7", says="triage, 10,000 files, peak", figure=peak("10,000 files"), limit=260, unit="MiB"),
        ),
    ),
    Group(
        name="peers",
        makes=("one", "--lines", "300"),
        also={"million": ("one", "--lines", "1000000", "--mcp", "0.05", "--servers", "40", "--snapshots", "100")},
        commands=_peers,
        needs=PEERS,
        is_quick=False,
        bars=tuple(
            Bar(number="8", says=f"1 M lines, CPU over {name}", figure=cpu("analyze", name), limit=None)
            for name in ONE_RULE
        ),
    ),
    Group(
        name="hostile",
        makes=("hostile",),
        commands=_hostile,
        is_quick=False,
        bars=(
            Bar(number="12", says="line of 50 MB, peak memory", figure=peak("long-line"), limit=300, unit="MiB"),
            Bar(number="12", says="1 M unknown templates, CPU", figure=cpu("unknown-templates"), limit=6),
            Bar(number="12", says="100,000 servers, CPU", figure=cpu("many-servers"), limit=None),
            Bar(number="12", says="JSON 200,000 deep, CPU", figure=cpu("deep-json"), limit=None),
        ),
    ),
)
