"""What is said of a server does not depend on which other servers the client had at the same time.

    python -m checks.company CORPUS [--every N] [--word NAME] [--jobs N]

Each recording gets the company of others of the same client version, whose servers, addresses and client ids are
renamed and whose clock is moved, so that both begin together: their files lie in one folder, the lines of their debug
files in one file, and the entries of their stores in one store. Of every server the same must be said as alone.
"""

import json
import multiprocessing
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, zip_longest
from typing import Final

from checks.moments import moved
from checks.names import other_addresses, other_clients, other_servers
from checks.outcome import Outcome
from checks.recording import MARKER, Recording, analysed, is_debug_file, recordings
from checks.running import Limit, Result, command_line, print_results
from mcplog.parse.run_starts import RUN_STARTS

STAMPED: Final = re.compile(rb"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", re.MULTILINE)
SNAPSHOT: Final = re.compile(r"credentials/credentials-\d+-(\d{13})\.json")
SECTION: Final = "mcpOAuth"
PARTNERS: Final = 2  # of each recording
STEP: Final = 7  # to the next partner, in the order of names: neighbours are much alike


def check(pair: tuple[Recording, Recording]) -> Result:
    """Return whether the servers of two recordings fare together as they do alone."""
    one, other = pair
    guest = _guest(one, other)
    expected = {**_by_server(one), **_by_server(guest)}
    got = _by_server(_together(one, guest))
    reason = [
        line
        for server, told in sorted(expected.items())
        if got.get(server) != told
        for line in (f"{server!r} alone: {told}", f"{server!r} in company: {got.get(server)}")
    ]
    return Result(
        recording=one.name,
        variant="in company",
        outcome="different" if reason else "same",
        is_miss=bool(reason),
        reason=(f"with {other.name}", *reason) if reason else (),
    )


def pairs(chosen: Sequence[Recording], among: Sequence[Recording]) -> Iterator[tuple[Recording, Recording]]:
    """Yield each of the recordings that are `chosen` with some of the same client version that can join it."""
    by_version: dict[str, list[Recording]] = {}
    for recording in filter(can_join, among):
        by_version.setdefault(recording.name.partition("/")[0], []).append(recording)
    for one in filter(can_join, chosen):
        of_version = by_version[one.name.partition("/")[0]]
        at = next(index for index, other in enumerate(of_version) if other.name == one.name)
        for number in range(1, PARTNERS + 1):
            other = of_version[(at + number * STEP) % len(of_version)]
            if other.name != one.name:
                yield one, other


def can_join(recording: Recording) -> bool:
    """Return whether the debug files have stamps and all copies of the store can be read."""
    debug = [content for name, content in recording.files.items() if is_debug_file(name)]
    stores = [content for name, content in recording.files.items() if SNAPSHOT.fullmatch(name)]
    named = [name for name in recording.files if name.startswith("credentials/")]
    readable = len(stores) == len(named) and all(isinstance(_parsed(content), dict) for content in stores)
    return bool(debug) and all(STAMPED.match(content) for content in debug) and bool(stores) and readable


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _guest(host: Recording, other: Recording) -> Recording:
    """Return `other` under other names, moved to the time of `host`."""
    renamed = other_clients(other_addresses(other_servers(other)))
    return moved(renamed, timedelta(seconds=(_begins_ms(host) - _begins_ms(renamed)) // 1000))


def _begins_ms(recording: Recording) -> int:
    return min(_snapshots(recording))


def _snapshots(recording: Recording) -> dict[int, bytes]:
    """Return the copies of the store by time; of those of one moment the last."""
    named = sorted((name, content) for name, content in recording.files.items() if SNAPSHOT.fullmatch(name))
    return {int(match[1]): content for name, content in named if (match := SNAPSHOT.fullmatch(name))}


def _together(one: Recording, other: Recording) -> Recording:
    """Return both as what one client wrote."""
    files = {name: content for name, content in {**other.files, **one.files}.items() if not _is_own(name)}
    files |= _stores(_snapshots(one), _snapshots(other))
    files |= _logs(one, other)
    markers = [json.loads(recording.files[MARKER]) for recording in (other, one) if MARKER in recording.files]
    if markers:
        files[MARKER] = json.dumps({name: told for marker in markers for name, told in marker.items()}).encode()
    return replace(one, files=files, written_ns={})


def _is_own(name: str) -> bool:
    return name == MARKER or name.startswith(("credentials/", "debug/"))


def _stores(one: Mapping[int, bytes], other: Mapping[int, bytes]) -> dict[str, bytes]:
    """Return the copies of a store that holds the entries of both; before its first copy, each holds what is in it."""
    merged = {}
    for number, at in enumerate(sorted({*one, *other})):
        stores = [json.loads(_held(copies, at)) for copies in (other, one)]
        entries = {key: entry for store in stores for key, entry in (store.get(SECTION) or {}).items()}
        store = stores[0] | stores[1] | ({SECTION: entries} if any(SECTION in each for each in stores) else {})
        merged[f"credentials/credentials-{number:03}-{at}.json"] = json.dumps(store).encode()
    return merged


def _held(copies: Mapping[int, bytes], at: int) -> bytes:
    return copies[max((moment for moment in copies if moment <= at), default=min(copies))]


def _logs(one: Recording, other: Recording) -> dict[str, bytes]:
    """Return the debug files, the first of one with the first of the other, and so on: one process wrote each."""
    ours, theirs = (
        sorted(filter(is_debug_file, each.files), key=lambda name: each.files[name][:24]) for each in (one, other)
    )
    merged = {}
    for first, second in zip_longest(ours, theirs):
        parts = [one.files[first] if first else b"", other.files[second] if second else b""]
        records = [record for part in parts for record in _records(part) if not _starts_a_run(record)]
        records.sort(key=_stamp)
        merged[first or second] = b"".join(records)
    return merged


def _records(content: bytes) -> list[bytes]:
    starts = [match.start() for match in STAMPED.finditer(content)]
    return [content[start:end] for start, end in pairwise([*starts, len(content)])]


def _starts_a_run(record: bytes) -> bool:
    """Return whether a record is one that a run says once: two would be two runs, and one may be too late for both."""
    return any(words.encode() in record for words in RUN_STARTS)


def _stamp(record: bytes) -> bytes:
    return record[:24]


def _by_server(recording: Recording) -> dict[str, tuple[str, ...]]:
    """Return the verdict and the main finding of each server."""
    outcome = Outcome.of(analysed(recording))
    return {
        server: (verdict, *(str(told) for told in outcome.findings if told.server == server and told.role == "primary"))
        for server, verdict in outcome.servers
        if server
    }


def main() -> int:
    """Run the check on the corpus that the command line names."""
    asked = command_line(__doc__)
    chosen = list(pairs(recordings(asked.corpus, every=asked.every, word=asked.word), recordings(asked.corpus)))
    with multiprocessing.Pool(asked.jobs) as pool:
        results = list(pool.imap(check, chosen))
    print_results(results)
    is_kept = Limit().is_kept(results)
    print(f"{len(chosen)} pairs: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
