"""A log that lies in a case twice tells the same as once.

    python -m checks.doubling CORPUS [--every N] [--word NAME] [--jobs N]

latest          the newest debug file is there again under the name of the link to it, as in a packed folder
again           every debug file and per-server log is there again under another name
earlier         every debug file is there again as it was when two thirds of it were written
pasted          the lines of the debug files stand in an issue beside them as well

same        verdict, state and primary finding of every server are the same
different   they are not: must not occur
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from checks.recording import Recording, analysed, is_debug_file
from checks.running import Limit, Result, main
from mcplog.model.finding import Analysis

ABOUT: Final = b'MCP server "'


def check(recording: Recording) -> list[Result]:
    """Return whether `recording` tells the same in each variant."""
    told = _told(analysed(recording))
    return [_result(recording, variant, told, more) for variant, more in variants(recording)]


def variants(recording: Recording) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """Yield how each variant of `recording` is called and which files it has more."""
    debug = {name: content for name, content in recording.files.items() if is_debug_file(name)}
    if debug:
        newest = max(debug, key=lambda name: recording.written_ns.get(name, 0))
        yield "latest", {"debug/latest": debug[newest]}
        yield "again", {_beside(name, "again-"): content for name, content in recording.files.items() if _is_log(name)}
        yield "earlier", {_beside(name, "earlier-"): _two_thirds(content) for name, content in debug.items()}
        yield "pasted", {"issue.md": _issue(debug)}


def _result(recording: Recording, variant: str, told: Mapping[str, str], more: Mapping[str, bytes]) -> Result:
    got = _told(analysed(replace(recording, files={**recording.files, **more})))
    reason = [f"{server!r}: {told.get(server)}, now {got.get(server)}" for server in sorted(told.keys() | got.keys())]
    is_same = got == told
    return Result(
        recording=recording.name,
        variant=variant,
        outcome="same" if is_same else "different",
        is_miss=not is_same,
        reason=() if is_same else tuple(reason),
    )


def _told(analysis: Analysis) -> dict[str, str]:
    """Return what is said of each server that the client names."""
    return {
        one.server: " ".join(
            (one.verdict, one.final_state, *((one.primary.rule_id, one.primary.certainty) if one.primary else ()))
        )
        for one in analysis.diagnoses
        if one.server
    }


def _is_log(name: str) -> bool:
    return is_debug_file(name) or "/mcp-logs-" in name


def _beside(name: str, prefix: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{prefix}{path.name}"))


def _two_thirds(content: bytes) -> bytes:
    return content[: content.rfind(b"\n", 0, len(content) * 2 // 3) + 1]


def _issue(debug: Mapping[str, bytes]) -> bytes:
    blocks = (b"\n".join(line for line in content.split(b"\n") if ABOUT in line) for content in debug.values())
    return b"# It does not connect\n\nThe logs are attached.\n" + b"".join(b"\n```\n%b\n```\n" % one for one in blocks)


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=("different",)), __doc__))
