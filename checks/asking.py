"""Hostile arguments for the tools of `mcplog serve`: `python -m checks.asking [--count 10000]`.

Each call has to give an answer of the protocol: no fault that is not one of ours, nothing from outside of the allowed
folder in it, and no file outside of it opened. A part of the calls goes through the official client over stdio.
"""

import argparse
import asyncio
import json
import os
import random
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from mcp import Client, StdioServerParameters

from mcplog.knowledge.rulepack import load_rulepack
from mcplog.serve.roots import roots_of
from mcplog.serve.server import result
from mcplog.serve.tools import TOOLS, Desk

ROOT: Final = Path(__file__).parents[1]
CANARY: Final = "cAnArY0Ab1Cd2Ef3Gh4"
OVER_STDIO: Final = 300
SAMPLE: Final = ROOT / "samples" / "race"
PARTS: Final = (
    "..",
    ".",
    "~",
    "",
    "inside",
    "race",
    "debug",
    "outside.txt",
    "link",
    "round",
    "latest",
    "-",
    "etc",
    "passwd",
)
SIGNS: Final = (
    "\0",
    "\n",
    "\x1b[2J",
    "\u202e",
    "\ud800",
    "%2e%2e",
    "\\",
    "*",
    "$(id)",
    "`id`",
    "file://",
    "'",
    '"',
    "\uff0e",
)
PATHS: Final = ("race", "race/debug", "link", "up", "up/outside.txt", "round", "../outside.txt", "/etc/passwd")
MOMENTS: Final = ("2026-11-25T00:41:51Z", "", "now", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")
SELDOM: Final = 0.05
OFTEN: Final = 0.3
NEEDED: Final = ("path", "rule")
RULE_NAMES: Final = ("refresh-race", "../refresh-race", "x" * 500, "", "REFRESH", "a-" * 30, "refresh-race\n")


@dataclass(slots=True, kw_only=True, repr=False)
class Asker:
    """Asks a desk whose one allowed folder lies beside a secret, and looks at what comes of it.

    Attributes:
        top: The folder of both.
        desk: What the tools work with.
        opened: Files outside of the allowed folder that were opened, since the last look.
        answers: How many answers of each sort.
    """

    top: Path
    desk: Desk
    opened: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    @classmethod
    def made(cls, top: Path) -> Self:
        """Return one that asks about `top / "inside"`, with secrets and links to them around it."""
        inside = top / "inside"
        inside.mkdir(exist_ok=True)
        (top / "outside.txt").write_text(f'2026-11-25T08:20:00.000Z [DEBUG] MCP server "{CANARY}": Returning tokens\n')
        (inside / "link").symlink_to(top / "outside.txt")
        (inside / "round").symlink_to(inside)
        (inside / "up").symlink_to(top)
        rules = {rule.id: rule for rule in load_rulepack()}
        desk = Desk(roots=roots_of([inside]), rules=rules, version="0", environment={}, home=top)
        one = cls(top=top, desk=desk)
        sys.addaudithook(one.audit)
        return one

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note a file below `top` and outside of the allowed folder that is opened or listed; `event` says how."""
        if event not in ("open", "os.listdir", "os.scandir") or not arguments:
            return
        name = str(arguments[0])
        is_near = name.startswith((str(self.top), "/etc/passwd"))
        if is_near and not self.desk.roots.holds(Path(name)):
            self.opened.append(f"{event} {name}")

    def faults(self, name: str, arguments: object) -> list[str]:
        """Return what is wrong with the answer of the tool `name` to `arguments`."""
        self.opened.clear()
        asked = json.dumps(arguments, default=str)
        told = result(name, arguments, self.desk)
        text = " ".join(getattr(part, "text", "") for part in told.content)
        self.answers["refused" if told.is_error else "answered"] += 1
        found = [f"{name} {asked[:200]}: opened {item}" for item in self.opened]
        if CANARY in text:
            found.append(f"{name} {asked[:200]}: shows what lies outside")
        if "internal error" in text:
            found.append(f"{name} {asked[:200]}: {text}")
        return found


def hostile(seed: int, count: int) -> Iterator[tuple[str, object]]:
    """Yield `count` calls made from a `seed`: the tool and its arguments."""
    rng = random.Random(seed)
    for _ in range(count):
        name = rng.choice([*TOOLS, *TOOLS, "rm", "", "analyze\0"])
        yield name, _arguments(name, rng)


def _arguments(tool: str, rng: random.Random) -> object:
    if rng.random() < SELDOM:
        return rng.choice([None, [], "path", 7, {"path": {}}, {"path": ["a"]}, {1: 2}])
    own = TOOLS[tool][0].__struct_fields__ if tool in TOOLS else ("path", "rule")
    names = [name for name in own if name in NEEDED or rng.random() < OFTEN]
    names += [rng.choice(["rule", "server", "extra", "__proto__"])] if rng.random() < SELDOM else []
    return {name: _value(name, rng) for name in names}


def _value(name: str, rng: random.Random) -> object:
    if rng.random() < SELDOM:
        return rng.choice([None, True, -1, 1e308, 10**30, [], {}, "x" * 10_000])
    match name:
        case "path":
            return _path(rng)
        case "rule":
            return rng.choice(RULE_NAMES)
        case "around":
            return rng.choice(MOMENTS)
        case "within_s":
            return rng.choice([1, 60, 0, -1, 86_400, 86_401, "60", 2**70])
        case _:
            return "".join(rng.choice([*string.printable, *SIGNS]) for _ in range(rng.randrange(60)))


def _path(rng: random.Random) -> str:
    if rng.random() < OFTEN:
        return rng.choice(PATHS)
    parts = [rng.choice([*PARTS, *SIGNS]) for _ in range(rng.randrange(1, 8))]
    return ("/" if rng.random() < OFTEN else "") + "/".join(parts)


async def over_stdio(top: Path, seed: int, count: int) -> list[str]:
    """Return what is wrong with answers that the official client gets from a server process."""
    words = ["-m", "mcplog", "serve", "--root", str(top / "inside")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    faults = []
    async with Client(StdioServerParameters(command=sys.executable, args=words, env=environment)) as client:
        tools = await client.list_tools()
        if {tool.name for tool in tools.tools} != set(TOOLS):
            faults.append(f"the client sees {[tool.name for tool in tools.tools]}")
        for name, arguments in hostile(seed, count):
            try:
                json.dumps(arguments, ensure_ascii=False).encode("utf-8")
            except (TypeError, UnicodeEncodeError):
                continue
            if not isinstance(arguments, dict) or not all(isinstance(key, str) for key in arguments):
                continue
            try:
                told = await client.call_tool(name, arguments, read_timeout_seconds=60)
                text = " ".join(getattr(part, "text", "") for part in told.content)
            except Exception as fault:  # noqa: BLE001 - what the protocol calls an error is an answer too
                text = str(fault)
            if CANARY in text or "internal error" in text:
                faults.append(f"{name} {arguments!r:.200}: {text[:200]}")
        await client.call_tool("list_logs", {})
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask with these command line `arguments` and print; return 0 when every answer is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as folder:
        top = Path(folder).resolve()
        for path in (path for path in SAMPLE.rglob("*") if path.is_file() and not path.is_symlink()):
            copy = top / "inside" / "race" / path.relative_to(SAMPLE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        asker = Asker.made(top)
        faults = [fault for name, of in hostile(asked.seed, asked.count) for fault in asker.faults(name, of)]
        print(f"asked     {asked.count} times: {dict(asker.answers)}")
        faults += asyncio.run(over_stdio(top, asked.seed + 1, OVER_STDIO))
        print(f"by client {OVER_STDIO} times over stdio, and it still answers")
    print("\n".join(faults[:20]))
    print("MISSED" if faults else "kept")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
