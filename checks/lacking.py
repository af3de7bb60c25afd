"""What people leave out makes no other cause certain.

    python -m checks.lacking CORPUS [--every N] [--word NAME] [--jobs N]

Each recording is analysed without its store, with the store of the end alone, without per-server logs, without debug
files, and with its first or last debug file alone.

same      the main findings are the same
less      a main finding is gone, or another one of the whole recording is the main one now
guess     something is possible that the whole recording does not show
other     something is certain that the whole recording does not show: must not occur
"""

from collections.abc import Callable, Mapping
from dataclasses import replace as with_files
from typing import Final

from msgspec.structs import replace

from checks.outcome import Outcome
from checks.recording import MARKER, Recording, analysed
from checks.running import Limit, Result, main
from mcplog.errors import NoInputError
from mcplog.model.finding import Analysis
from mcplog.pipeline import all_rules
from mcplog.rules import evaluate

Keeps = Callable[[str], bool]
STORE: Final = "credentials/"
DEBUG: Final = "debug/"
SERVER_LOGS: Final = "cache-"
STAMP_BYTES: Final = 24


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares without what people leave out."""
    analysis = analysed(recording)
    whole, known = Outcome.of(analysis), known_kinds(analysis)
    parts = _parts(recording).items()
    return [result(recording, name, whole, _outcome(recording, keeps), known) for name, keeps in parts]


def known_kinds(analysis: Analysis) -> frozenset[str]:
    """Return the kinds that the whole recording shows, also those that what is left out speaks against."""
    rules = [replace(rule, exonerating=()) for rule in all_rules()]
    found = evaluate(rules, analysis.events, documents=analysis.documents)
    return frozenset(finding.rule_id for finding in (*found, *analysis.findings))


def _parts(recording: Recording) -> Mapping[str, Keeps]:
    """Return which files are kept, by what that is called."""
    stores = sorted(name for name in recording.files if name.startswith(STORE))
    debug = [name for name in recording.files if name.startswith(DEBUG) and name.endswith(".txt")]
    debug.sort(key=lambda name: recording.files[name][:STAMP_BYTES])
    parts: dict[str, Keeps] = {
        "without per-server logs": lambda name: not name.startswith(SERVER_LOGS),
        "without debug files": lambda name: not name.startswith(DEBUG),
    }
    if stores:
        parts["without the store"] = lambda name: not name.startswith(STORE) and name != MARKER
        parts["the store of the end alone"] = lambda name: not name.startswith(STORE) or name == stores[-1]
    if debug:
        parts["the first debug file alone"] = lambda name: _is_no_log(name) or name == debug[0]
        parts["the last debug file alone"] = lambda name: _is_no_log(name) or name == debug[-1]
    return parts


def _is_no_log(name: str) -> bool:
    return not name.startswith((DEBUG, SERVER_LOGS))


def _outcome(recording: Recording, keeps: Keeps) -> Outcome | None:
    """Return what is said of the files that are kept; null when there is nothing to say anything of."""
    files = {name: content for name, content in recording.files.items() if keeps(name)}
    try:
        return Outcome.of(analysed(with_files(recording, files=files)))
    except NoInputError:
        return None


def result(recording: Recording, variant: str, whole: Outcome, part: Outcome | None, known: frozenset[str]) -> Result:
    """Return how what is said of a `part` compares with what is said of the `whole`, which shows the kinds `known`."""
    new = [told for told in (part.findings if part else ()) if told.kind not in known]
    certain = tuple(str(told) for told in new if told.certainty == "confirmed")
    if certain:
        outcome = "other"
    elif any(told.role == "primary" for told in new):
        outcome = "guess"
    else:
        outcome = "same" if part and part.primary == whole.primary else "less"
    return Result(recording=recording.name, variant=variant, outcome=outcome, is_miss=bool(certain), reason=certain)


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=("other",)), __doc__))
