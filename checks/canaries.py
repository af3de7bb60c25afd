"""No secret comes out: `python -m checks.canaries [--cases N] [--seed N]`.

Plants secrets of every shape in every field of every kind of input, runs all that prints or writes (every format, every
command, faults and tracebacks included), and looks for any part of any secret. A case is one secret in one place; which
input, which shapes and which secrets is drawn by hypothesis.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import mcplog
from checks.planting import SHAPES, Garden, Planted
from checks.secrets import outputs
from checks.writing import COMMANDS, OF_A_STORE, Words, faults, written
from mcplog.errors import McplogError

WINDOW: Final = 8  # so many characters of a secret in a row are a leak
KINDS: Final = ("all", "paste", "archive", "export", "paths")
FEWEST_SHAPES: Final = 9
# To start costs much where a folder holds little.
TIMES: Final = {"all": 2, "export": 6, "paste": 6, "archive": 2, "paths": 20}
MOST_EXAMPLES: Final = 100_000


def leaks(
    kind: str, number: int, shapes: list[str] | None = None, commands: Sequence[Words] | None = None, *, times: int = 1
) -> tuple[int, list[str]]:
    """Return how many secrets were planted in inputs of a `kind`, and where parts of them are seen.

    Args:
        kind: One of KINDS.
        number: Makes the secrets.
        shapes: Names of shapes; null: all.
        commands: The command lines that are run; null: all.
        times: How many secrets of each shape are planted in each field.
    """
    garden = Garden(random.Random(number), shapes, times=times)
    planted: Planted = getattr(garden, kind)()
    if commands is None:
        commands = (*COMMANDS, *OF_A_STORE) if kind == "all" else COMMANDS
    with tempfile.TemporaryDirectory(prefix="mcplog-canaries-") as name:
        folder = Path(name) / "given"
        for path, content in planted.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        quoted = " ".join(part for parts in planted.secrets.values() for part in parts)
        all_written = written(folder, Path(name), commands, turn=number)
        texts = {**_outputs(folder), **dict(all_written), **dict(faults(folder, quoted))}
    count = sum(len(parts) for parts in planted.secrets.values())
    return count, seen(texts, planted.secrets)


def _outputs(folder: Path) -> dict[str, str]:
    try:
        return outputs(mcplog.analyze([folder]))
    except McplogError as fault:
        return {"fault": f"{fault!r} {fault.hint}"}


def seen(texts: Mapping[str, str], secrets: Mapping[str, list[str]]) -> list[str]:
    """Return where a part of a secret is seen.

    Args:
        texts: By name.
        secrets: By where they were planted.
    """
    windows = {
        part[at : at + WINDOW]: where
        for where, parts in secrets.items()
        for part in parts
        for at in range(len(part) - WINDOW + 1)
    }
    if not windows:  # some shapes fit into no place of some kinds of input
        return []
    found = pl.Series(list(texts.values()), dtype=pl.String).str.extract_many(list(windows))
    return [
        f"{name} shows a {windows[part]}: {_around(texts[name], part)}"
        for name, parts in zip(texts, found, strict=True)
        for part in parts.unique(maintain_order=True)
    ]


def _around(text: str, part: str) -> str:
    at = text.find(part)
    return repr(text[max(0, at - 60) : at + 20])


def main() -> int:
    """Plant until there were enough cases; print what was seen and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="")
    asked = parser.parse_args()
    count, found = 0, list[str]()

    @seed(asked.seed)
    @settings(
        max_examples=MOST_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        kind=st.sampled_from([asked.kind] if asked.kind else KINDS),
        number=st.integers(0, 2**64),
        shapes=st.lists(st.sampled_from(sorted(SHAPES)), min_size=FEWEST_SHAPES, unique=True),
    )
    def plant(kind: str, number: int, shapes: list[str]) -> None:
        nonlocal count
        if count >= asked.cases:
            return
        planted, more = leaks(kind, number, shapes, times=TIMES.get(kind, 1))
        count += planted
        found.extend(f"{kind}, {number}, {shapes}: {line}" for line in more)
        print(f"{count} secrets planted, {len(found)} parts seen", *more[:5], sep="\n", flush=True)

    plant()
    print("\n".join(found[:200]))
    print(f"{count} secrets planted, {len(found)} parts seen")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
