"""What a watch costs and how fast it is: `python -m checks.watching [--idle 60] [--changes 60]`.

A process watches a configuration folder of its own, made of a sample. Measured from outside: the processor while
nothing changes, the time from a change to the line that tells of it, and the memory over many looks.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = ROOT / "samples" / "race"
IDLE_LIMIT: Final = 0.005
REACTION_LIMIT_S: Final = 0.3
GROWTH_LIMIT: Final = 0.1
PAUSE_S: Final = 0.7
LINE: Final = (
    '2026-11-25T00:50:{second:02}.000Z [DEBUG] MCP server "{server}": Starting connection with timeout of 30000ms\n'
)
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True, kw_only=True)
class Watched:
    """A running watch and what it has said.

    Attributes:
        process: The process.
        folder: Its configuration folder.
        lines: News, with the moment at which each was read.
    """

    process: subprocess.Popen[str]
    folder: Path
    lines: Queue[tuple[float, dict[str, object]]] = field(default_factory=Queue)

    def cpu_s(self) -> float:
        """Return the processor time so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Return the resident memory in bytes."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1]) * PAGE

    def next_line(self, wait_s: float = 30) -> tuple[float, dict[str, object]]:
        """Return the next piece of news; raises Empty when none comes."""
        return self.lines.get(timeout=wait_s)


@contextmanager
def watched(folder: Path, state: Path) -> Iterator[Watched]:
    """Run a watch of `folder` with its history below `state`; it is stopped at the end."""
    words = [sys.executable, "-m", "mcplog", "watch", str(folder), "--format", "jsonl", "--exit-zero"]
    environment = {**os.environ, "XDG_STATE_HOME": str(state), "XDG_CACHE_HOME": str(state), "HOME": str(state)}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - fixed words
    one = Watched(process=process, folder=folder)
    Thread(target=_read, args=(one,), daemon=True).start()
    try:
        yield one
    finally:
        process.terminate()
        process.wait()


def _read(one: Watched) -> None:
    for line in one.process.stdout or ():
        one.lines.put((time.monotonic(), json.loads(line)))


def reactions(one: Watched, numbers: range) -> list[float]:
    """Return the seconds from a change to its line, for `numbers` of servers that appear in the log."""
    log = min((one.folder / "debug").glob("*.txt"))
    taken = []
    for number in numbers:
        time.sleep(PAUSE_S)
        server = f"new-{number}"
        line = LINE.format(second=number % 60, server=server)
        started = time.monotonic()
        with log.open("a") as file:
            file.write(line)
        taken.append(_until(one, server) - started)
    return taken


def _until(one: Watched, server: str) -> float:
    while True:
        at, news = one.next_line()
        if news["server"] == server:
            return at


def quiet(one: Watched) -> None:
    """Wait until the watch has begun to speak and said all that it has to say."""
    one.next_line(120)
    while True:
        try:
            one.next_line(3)
        except Empty:
            return


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure with these command line `arguments` and print; return 0 when all bars are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=float, default=60)
    parser.add_argument("--changes", type=int, default=60)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as top:
        folder = Path(top) / "configuration"
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("credentials", "latest*"))
        shutil.copy(max((SAMPLE / "credentials").iterdir()), folder / ".credentials.json")
        with watched(folder, Path(top)) as one:
            quiet(one)
            before, started = one.cpu_s(), time.monotonic()
            time.sleep(asked.idle)
            idle = (one.cpu_s() - before) / (time.monotonic() - started)
            half = asked.changes // 2
            taken = reactions(one, range(half))
            middle = one.memory()
            taken += reactions(one, range(half, asked.changes))
            growth = one.memory() / middle - 1
    median = statistics.median(taken)
    print(f"idle      {idle:.3%} of a core over {asked.idle:.0f} s (limit {IDLE_LIMIT:.1%})")
    print(f"reaction  median {median * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms of {len(taken)} changes")
    print(
        f"memory    {growth:+.1%} from the {len(taken) // 2}th to the {len(taken)}th change, {middle / 2**20:.0f} MiB"
    )
    is_kept = idle < IDLE_LIMIT and median < REACTION_LIMIT_S and growth < GROWTH_LIMIT
    print("kept" if is_kept else "MISSED")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
