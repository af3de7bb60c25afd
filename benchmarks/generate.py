"""Write benchmark inputs and the truth about them.

    python -m benchmarks.generate one FOLDER --lines 1000000 --mcp 0.05     log.txt, credentials/, truth.json
    python -m benchmarks.generate many FOLDER --files 10000 --lines 300     NN/<session>.txt, credentials/, truth.json
    python -m benchmarks.generate issues FOLDER --files 1000 --lines 60     issues.json: `gh issue list --json`
    python -m benchmarks.generate hostile FOLDER                            one file for each hazard

The same parameters give the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path
from uuid import UUID

from benchmarks.hostile import write_hostile
from benchmarks.log import write_lines
from benchmarks.session import START, Session
from benchmarks.stores import write_snapshots

FILES_A_FOLDER = 500
SESSION_EVERY_S = 600.0


def write_one(folder: Path, session: Session, lines: int, snapshots: int) -> None:
    """Write into `folder` a log of `session` with about `lines` lines, at most `snapshots` snapshots, and the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.txt").open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as log:
        log.writelines(write_lines(session, lines))
    _write_sides(folder, session, snapshots)


def write_many(folder: Path, session: Session, files: int, lines: int) -> None:
    """Write `files` logs of about `lines` lines into subfolders of `folder`, all with `session`'s servers and store."""
    for number in range(files):
        place = folder / f"{number // FILES_A_FOLDER:02d}"
        place.mkdir(parents=True, exist_ok=True)
        session.now = START + number * SESSION_EVERY_S
        name = UUID(bytes=hashlib.sha256(str(number).encode()).digest()[:16], version=4)
        with (place / f"{name}.txt").open("w", encoding="utf-8", newline="\n") as log:
            log.writelines(write_lines(session, lines))
    _write_sides(folder, session, 1)


PROSE = "It worked yesterday. Since the update `/mcp` says that it needs authentication.\n\n```\n"


def write_issues(folder: Path, session: Session, issues: int, lines: int) -> None:
    """Write into `folder` an export of `issues` issues with about `lines` lines of a log of `session` in each.

    Every third one has a comment of another reporter with a log of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    export = []
    for number in range(1, issues + 1):
        session.now = START + number * SESSION_EVERY_S
        texts = [PROSE + "".join(write_lines(session, lines)) + "```\n" for _ in range(1 + (number % 3 == 0))]
        comments = [{"author": {"login": f"second-{number}"}, "body": text} for text in texts[1:]]
        author = {"login": f"first-{number}"}
        issue = {"number": number, "title": "Sign-in is lost", "author": author, "body": texts[0], "comments": comments}
        export.append(issue)
    (folder / "issues.json").write_text(json.dumps(export), "utf-8")


def _write_sides(folder: Path, session: Session, snapshots: int) -> None:
    write_snapshots(session, folder / "credentials", snapshots)
    servers = {
        name: {
            "refused_after_auth": tally.refused_after_auth,
            "refreshes": tally.refreshes,
            "refused_with_refresh_token_unused": tally.refused_with_refresh_token_unused,
            "kinds": dict(sorted(tally.kinds.items())),
        }
        for name, tally in sorted(session.tallies.items())
        if tally.kinds
    }
    truth = {"lines": session.lines, "mcp_lines": session.mcp_lines, "servers": servers}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), "utf-8")


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["one", "many", "issues", "hostile"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the log, or of each file")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--mcp", type=float, default=0.05, help="share of the lines that are about MCP")
    parser.add_argument("--servers", type=int, default=40)
    parser.add_argument("--snapshots", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    session = Session(seed=asked.seed, servers=asked.servers, share=asked.mcp)
    if asked.what == "one":
        write_one(asked.folder, session, asked.lines, asked.snapshots)
    elif asked.what == "many":
        write_many(asked.folder, session, asked.files, asked.lines)
    elif asked.what == "issues":
        write_issues(asked.folder, session, asked.files, asked.lines)
    else:
        write_hostile(asked.folder, asked.seed)


if __name__ == "__main__":
    main()
