"""A day under watch, at speed: `python -m checks.day [--changes 100000] [--seconds 600]`.

A writer changes a store and a log, in place or by renaming, half a write at a time; the watch is killed at random
moments and started again. Afterwards

- each state of the store that was on disk for a second or longer is in the history. One that is not is told with how
  long a watch had the history open while it was there: for a second or longer, then it is lost; for less, then the
  watch was killed, or the machine had not got round to starting it, and nobody could have kept it;
- the watch says what `analyze` says of the finished files;
- the history is whole and every row of it is a state that was.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Final

from checks.outcome import Outcome, differences
from mcplog.credentials.records import record_of
from mcplog.history import key_of
from mcplog.history.database import HISTORY_NAME, rows_of
from mcplog.live.following import recent_logs
from mcplog.model.document import StoreDump
from mcplog.pipeline import analyze
from mcplog.sources.client_places import STORE_NAME, store_path

ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = ROOT / "samples" / "race"
DAY_S: Final = 86_400
BEGIN: Final = datetime(2026, 11, 25, tzinfo=UTC)
STORE_SHARE: Final = 0.2  # of the changes; the others are log lines
IN_PLACE_SHARE: Final = 0.5
LOST_SHARE: Final = 0.1  # of the entries of a store
SHORTEST_SLEEP_S: Final = 0.002
HELD_S: Final = 1.0
LONG_HOLDS_S: Final = (1.05, 2.0)
LONG_EVERY_S: Final = 5.0
ALIVE_S: Final = (5.0, 40.0)
SESSIONS: Final = 24
SERVERS: Final = 5
SETTLE_S: Final = 20.0
SLOW_S: Final = 1.8


@dataclass(slots=True, kw_only=True)
class Held:
    """One state of the store: its bytes, and from when to when it was on disk."""

    content: bytes
    since: float
    until: float = 0.0


@dataclass(slots=True)
class Day:
    """What is simulated, and what has happened.

    Attributes:
        folder: The configuration folder.
        state: Where the history lies.
        random: Seeded.
        held: States of the store.
        alive: When a watch was started, when it had the history open, when it was killed.
        slow: Writes in place that took so long that half of one was what the store held.
        told: The last verdict of each server that a watch told of.
        kills: How often it was killed.
        over: The writer has ended.
    """

    folder: Path
    state: Path
    random: random.Random
    held: list[Held] = field(default_factory=list)
    alive: list[tuple[float, float, float]] = field(default_factory=list)
    slow: int = 0
    told: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    kills: int = 0
    over: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """What the watch runs in."""
        own = {"XDG_STATE_HOME": str(self.state), "XDG_CACHE_HOME": str(self.state), "HOME": str(self.state)}
        return {**os.environ, **own}


def store_of(rng: random.Random, number: int) -> bytes:
    """Return a store of five servers; every one differs from all others, and some have lost a part."""
    entries = {
        f"server-{at}|{at:016x}": {
            "serverName": f"server-{at}",
            "serverUrl": f"https://mcp-{at}.example/mcp",
            "accessToken": f"at-{number}-{at}-{rng.random()}",
            "refreshToken": f"rt-{number}-{at}-{rng.random()}",
            "clientId": "app",
            "expiresAt": int((BEGIN.timestamp() + number) * 1000),
            "scope": "mcp:read",
        }
        for at in range(SERVERS)
        if rng.random() > LOST_SHARE
    }
    return json.dumps({"mcpOAuth": entries, "number": number}).encode()


def write_store(day: Day, content: bytes) -> None:
    """Write a store as one of the client's generations does, and note since when it is there."""
    path = day.folder / STORE_NAME
    began = time.monotonic()
    if day.random.random() < IN_PLACE_SHARE:
        with path.open("wb") as file:  # in place: empty, then a part, then all of it
            file.write(content[: len(content) // 2])
            file.flush()
            file.write(content[len(content) // 2 :])
    else:
        new = path.with_name(".new")
        new.write_bytes(content)
        new.replace(path)
    now = time.monotonic()
    day.slow += now - began > SLOW_S
    if day.held:
        day.held[-1].until = now
    day.held.append(Held(content=content, since=now))


def write_day(day: Day, changes: int, seconds: float) -> None:
    """Make that many changes within that time."""
    lines = [line for log in sorted((SAMPLE / "debug").glob("*-*.txt")) for line in log.read_text().splitlines()]
    bodies = [line.partition(" ")[2] for line in lines if line.startswith("2026")]
    started, next_hold = time.monotonic(), LONG_EVERY_S
    file, session = None, -1
    for number in range(changes):
        if number * SESSIONS // changes != session:
            session = number * SESSIONS // changes
            file = (day.folder / "debug" / f"{session:08}-cadf-448c-8063-9c3052d414ed.txt").open("a")
        if day.random.random() < STORE_SHARE:
            write_store(day, store_of(day.random, number))
            passed = time.monotonic() - started
            if passed > next_hold:
                time.sleep(day.random.uniform(*LONG_HOLDS_S))
                next_hold = time.monotonic() - started + LONG_EVERY_S
        elif file is not None:
            at = BEGIN + timedelta(seconds=number * DAY_S / changes)
            stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            file.write(f"{stamp} {day.random.choice(bodies)}\n")
            file.flush()
        ahead = started + (number + 1) * seconds / changes - time.monotonic()
        if ahead > SHORTEST_SLEEP_S:
            time.sleep(ahead)
    day.held[-1].until = float("inf")
    day.over = True


def watch_day(day: Day) -> None:
    """Watch until the day is over and all is told; kill the watch at random moments."""
    while True:
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - fixed words
            [sys.executable, "-m", "mcplog", "watch", str(day.folder), "--format", "jsonl", "--exit-zero"],
            stdout=subprocess.PIPE,
            text=True,
            env=day.environment,
        )
        reader = Thread(target=_read, args=(day, process), daemon=True)
        reader.start()
        until = time.monotonic() + day.random.uniform(*ALIVE_S)
        able = 0.0
        while time.monotonic() < until and not day.over:
            time.sleep(0.02)
            if not able and _has_open(process.pid, HISTORY_NAME):
                able = time.monotonic()
        is_last = day.over
        if is_last:
            time.sleep(SETTLE_S)
        day.alive.append((started, able or time.monotonic(), time.monotonic()))
        process.kill()
        process.wait()
        reader.join()
        if is_last:
            return
        day.kills += 1


def _has_open(process_id: int, name: str) -> bool:
    """Return whether a process has a file of this name open."""
    try:
        return any(one.readlink().name == name for one in Path(f"/proc/{process_id}/fd").iterdir())
    except OSError:
        return False


def _read(day: Day, process: "subprocess.Popen[str]") -> None:
    for line in process.stdout or ():
        try:
            news = json.loads(line)
        except ValueError:
            continue  # the last line of one that was killed
        if news["what"] == "verdict":
            day.told[news["server"]] = (news["verdict"], news["rule_id"], news["certainty"])


def judge(day: Day) -> list[str]:
    """Return what is wrong, a line each."""
    path = day.state / "mcplog" / "history.db"
    key = key_of(path.parent) or b""
    kept = {row.row.record for row in rows_of(path, store_path(day.folder), limit=10**9)}
    records = [record_of(StoreDump(store_id=0, origin="", content=one.content), key=key) for one in day.held]
    long = [(one, record) for one, record in zip(day.held, records, strict=True) if one.until - one.since >= HELD_S]
    missed = [(one, _watched_s(day, one)) for one, record in long if record not in kept]
    lost = [(one, watched_s) for one, watched_s in missed if watched_s >= HELD_S]
    invented = kept - set(records) - {record_of(StoreDump(store_id=0, origin="", content=b"", absent=True), key=key)}
    started_s = [able - started for started, able, _ in day.alive]
    print(f"store     {len(day.held)} states, {len(kept)} of them kept; {len(long)} were on disk for {HELD_S} s")
    print(f"missed    {len(missed)} of these, {len(lost)} of them lost")
    for one, watched_s in missed:
        print(f"          one of {one.until - one.since:.2f} s, of which a watch could keep it for {watched_s:.2f} s")
    print(f"killed    {day.kills} times")
    print(f"able      {median(started_s):.2f} s after the start of the process, {max(started_s):.2f} s at most")
    print(f"slow      {day.slow} writes in place took {SLOW_S} s or longer")
    faults = [
        f"lost: {one.content[-30:]!r}, while a watch could keep it for {watched_s:.2f} s" for one, watched_s in lost
    ]
    faults += [f"never was: {record[:200]!r}" for record in sorted(invented)[day.slow :]]
    return faults + _compared(day)


def _watched_s(day: Day, one: Held) -> float:
    """Return the longest stretch in which a state was on disk and one watch could keep it."""
    return max(0.0, *(min(one.until, until) - max(one.since, able) for _, able, until in day.alive))


def _compared(day: Day) -> list[str]:
    """Return how the last words of the watch differ from what `analyze` says of the finished files."""
    os.environ["XDG_STATE_HOME"] = str(day.state)
    analysis = analyze(recent_logs(day.folder / "debug"))
    expected = {
        one.server: (
            str(one.verdict),
            one.primary.rule_id if one.primary else "",
            str(one.primary.certainty) if one.primary else "",
        )
        for one in analysis.diagnoses
    }
    again = analyze(recent_logs(day.folder / "debug"))
    faults = differences(Outcome.of(analysis), Outcome.of(again))
    print(f"verdicts  {expected}, {analysis.counts.lines} lines, {analysis.counts.snapshots} snapshots")
    return faults + ([] if day.told == expected else [f"the watch says {day.told}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate with these command line `arguments` and print; return 0 when nothing is lost and all is equal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as top:
        day = Day(Path(top) / "configuration", Path(top) / "state", random.Random(asked.seed))
        (day.folder / "debug").mkdir(parents=True)
        write_store(day, store_of(day.random, -1))
        writer = Thread(target=write_day, args=(day, asked.changes, asked.seconds))
        started = time.monotonic()
        writer.start()
        watch_day(day)
        writer.join()
        print(f"changes   {asked.changes} in {time.monotonic() - started - SETTLE_S:.0f} s")
        faults = judge(day)
    print("\n".join(faults[:20]))
    print("MISSED" if faults else "kept")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
