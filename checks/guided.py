"""No input makes a reader raise or lose bytes: atheris chooses the inputs by what of mcplog they reach.

    pip install atheris
    python -m checks.guided TARGET [--inputs N] [--corpus FOLDER]

The readers are those of `checks.fuzz`, one a run. Atheris ends the process, with an error at the first failure, and
says which input did it. With a folder, inputs that reached something new are kept there and used again.
"""

import argparse
import importlib
import tempfile
from pathlib import Path

SEEDS = 40


def main() -> None:
    """Read the command line, import mcplog instrumented, run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N")
    parser.add_argument("--corpus", type=Path)
    asked = parser.parse_args()
    atheris = importlib.import_module("atheris")  # only where it is installed and asked for
    with atheris.instrument_imports(include=["mcplog"]):
        targets = importlib.import_module("checks.targets")
    (target,) = [one for one in targets.targets() if one.name == asked.target]
    with tempfile.TemporaryDirectory(prefix="mcplog-seeds-") as seeds:
        for number, seed in enumerate(target.seeds[:SEEDS]):
            (Path(seeds) / str(number)).write_bytes(seed)
        folders = [str(asked.corpus)] * (asked.corpus is not None) + [seeds]
        atheris.Setup(["guided", f"-atheris_runs={asked.inputs}", *folders], lambda data: target.read([data]))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
