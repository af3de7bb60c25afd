"""A store whose file has another time than that of its last write makes no other cause certain.

    python -m checks.dating CORPUS [--every N] [--word NAME] [--jobs N]

Of each recording one snapshot is kept, the last one and one from the middle, as the file that a client keeps. Its time
is the true one, another by an hour or a day, as after unpacking in another time zone, or 1980, as where an archive
tells none.

same      the main findings are the same
less      a main finding is gone, or another one of the whole recording is the main one now
guess     something is possible that the whole recording does not show
other     something is certain that the whole recording does not show: must not occur
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from checks.lacking import known_kinds, result
from checks.outcome import Outcome
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from mcplog.sources.snapshot_names import time_in_name

STORE: Final = "credentials/"
KEPT: Final = ".credentials.json"
MS: Final = 1_000_000  # nanoseconds
SHIFTS: Final = {
    "its own time": timedelta(0),
    "an hour before": -timedelta(hours=1),
    "an hour later": timedelta(hours=1),
    "a day before": -timedelta(days=1),
    "a day later": timedelta(days=1),
}
NO_TIME: Final = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp()) * 1000


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares with one store whose file has another time."""
    analysis = analysed(recording)
    whole, known = Outcome.of(analysis), known_kinds(analysis)
    return [
        result(recording, variant, whole, Outcome.of(analysed(changed)), known)
        for variant, changed in variants(recording)
    ]


def variants(recording: Recording) -> Iterator[tuple[str, Recording]]:
    """Yield how each variant of `recording` is called, and the variant; none without snapshots."""
    stores = sorted(name for name in recording.files if name.startswith(STORE) and name.endswith(".json"))
    for which, name in {"the last": stores[-1:], "a middle": stores[len(stores) // 2 :][:1]}.items():
        written_ms = time_in_name(name[0].removeprefix(STORE)) if name else None
        if written_ms is None:
            continue
        for told, shift in SHIFTS.items():
            yield f"{which} one, {told}", _kept(recording, name[0], written_ms + round(shift.total_seconds() * 1000))
        yield f"{which} one, 1980", _kept(recording, name[0], NO_TIME)


def _kept(recording: Recording, store: str, written_ms: int) -> Recording:
    """Return `recording` with one `store` alone, as the file that the client keeps, written then."""
    files = {name: content for name, content in recording.files.items() if not name.startswith(STORE)}
    times = {name: at for name, at in recording.written_ns.items() if name in files}
    files[KEPT], times[KEPT] = recording.files[store], written_ms * MS
    return replace(recording, files=files, written_ns=times)


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=("other",)), __doc__))
