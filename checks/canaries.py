"""No secret comes out: `python -m checks.canaries [--cases N] [--seed N]`.

Plants secrets of every shape in every field of every kind of input, runs all that prints (every format, every command,
faults and tracebacks included), makes bundles, and looks for any part of any secret. A case is one secret in one place.
"""

import argparse
import contextlib
import io
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

import mcplog
from checks.planting import Garden, Planted
from checks.secrets import outputs
from mcplog.cli.app import main as command_line
from mcplog.cli.formats import format_names
from mcplog.errors import McplogError
from tests.secrets_planted import readable

WINDOW: Final = 8  # so many characters of a secret in a row are a leak
KINDS: Final = ("all", "paste", "archive", "export", "paths")
COMMANDS: Final = (
    *(("analyze", "--format", name) for name in format_names()),
    ("explain", "secret-in-log"),
    ("why-not", "rejected-after-auth"),
    ("timeline",),
    ("grammar", "coverage"),
    ("triage",),
    ("redact", "--dry-run"),
    ("redact", "-o"),
)


def leaks(
    kind: str, seed: int, shapes: list[str] | None = None, commands: Sequence[tuple[str, ...]] = COMMANDS
) -> tuple[int, list[str]]:
    """Return how many secrets were planted in inputs of a `kind`, and where parts of them are seen.

    Args:
        kind: One of KINDS.
        seed: Makes the secrets.
        shapes: Names of shapes; null: all.
        commands: The command lines that are run.
    """
    garden = Garden(random.Random(seed), shapes)
    planted: Planted = getattr(garden, kind)()
    with tempfile.TemporaryDirectory(prefix="mcplog-canaries-") as name:
        folder = Path(name) / "given"
        for path, content in planted.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        texts = dict(_texts(folder, Path(name), commands))
    count = sum(len(parts) for parts in planted.secrets.values())
    return count, seen(texts, planted.secrets)


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
    found = pl.Series(list(texts.values()), dtype=pl.String).str.extract_many(list(windows))
    return [
        f"{name} shows a {windows[part]}: {_around(texts[name], part)}"
        for name, parts in zip(texts, found, strict=True)
        for part in parts.unique(maintain_order=True)
    ]


def _around(text: str, part: str) -> str:
    at = text.find(part)
    return repr(text[max(0, at - 60) : at + 20])


def _texts(folder: Path, top: Path, commands: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield everything that is printed or written about a folder, by name."""
    try:
        yield from outputs(mcplog.analyze([folder])).items()
    except McplogError as fault:
        yield "fault", f"{fault!r} {fault.hint}"
    for words in commands:
        out = top / "bundle"
        told = [*words, str(out), str(folder)] if words[-1] == "-o" else [*words, str(folder)]
        text = _printed(told)
        yield " ".join(words), text.replace(str(folder), "")
        if out.exists():
            yield from ((f"bundle/{p.name}", readable(p.read_text("utf-8", "replace"))) for p in _files(out))
            yield "names in the bundle", " ".join(str(path.relative_to(out)) for path in _files(out))
    yield (
        "files left behind",
        " ".join(str(path.relative_to(top)) for path in _files(top) if folder not in path.parents),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _printed(words: list[str]) -> str:
    out, argv, debug = io.StringIO(), sys.argv, os.environ.get("MCPLOG_DEBUG")
    sys.argv = ["mcplog", *words]
    os.environ["MCPLOG_DEBUG"] = "1"
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            command_line()
    finally:
        sys.argv = argv
        os.environ.pop("MCPLOG_DEBUG") if debug is None else os.environ.update(MCPLOG_DEBUG=debug)
    return out.getvalue()


def main() -> int:
    """Plant until there were enough cases; print what was seen and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="")
    asked = parser.parse_args()
    count, seed, found = 0, asked.seed, list[str]()
    while count < asked.cases:
        for kind in (asked.kind,) if asked.kind else KINDS:
            planted, more = leaks(kind, seed)
            count += planted
            found += [f"seed {seed}, {kind}: {line}" for line in more]
        seed += 1
    print("\n".join(found[:200]))
    print(f"{count} secrets planted, {len(found)} parts seen")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
