"""A client that says something in new words makes no other cause certain.

    python -m checks.rewording CORPUS [--every N] [--word NAME] [--jobs N]

Of each recording the messages of one kind of event after the other are given a wording that no alternative matches, in
the debug files and in the per-server logs.

same      the main findings are the same
less      a main finding is gone, or another one of the whole recording is the main one now
guess     something is possible that the whole recording does not show
other     something is certain that the whole recording does not show: must not occur
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from checks.lacking import known_kinds, result
from checks.outcome import Outcome
from checks.recording import Recording, analysed, file_of
from checks.running import Limit, Result, main
from mcplog.model.event_kinds import DERIVED_KINDS
from mcplog.model.finding import Analysis

NEW_WORD: Final = b"Lately "
RECORD_LINES: Final = 8  # of a per-server log that is printed with line ends
UNRECOGNISED: Final = "unrecognised"
NO_MESSAGES: Final = (UNRECOGNISED, *DERIVED_KINDS)
Place = tuple[str, int, bytes]  # file, line (1-based), and how the message begins


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares when one kind of its messages has other words."""
    analysis = analysed(recording)
    whole, known = Outcome.of(analysis), known_kinds(analysis)
    return [
        result(recording, kind, whole, Outcome.of(analysed(reworded(recording, found))), known)
        for kind, found in sorted(places(recording, analysis).items())
    ]


def reworded(recording: Recording, of_kind: list[Place]) -> Recording:
    """Return `recording` with a new word in front of the messages `of_kind`, which stand there."""
    files = dict(recording.files)
    for name in {name for name, _, _ in of_kind}:
        lines = files[name].split(b"\n")
        for line, head in {(line, head) for of, line, head in of_kind if of == name}:
            _put_word(lines, line - 1, head)
        files[name] = b"\n".join(lines)
    return replace(recording, files=files)


def _put_word(lines: list[bytes], first: int, head: bytes) -> None:
    for number in range(first, min(first + RECORD_LINES, len(lines))):
        if head in lines[number]:
            lines[number] = lines[number].replace(head, NEW_WORD + head, 1)
            return


def places(recording: Recording, analysis: Analysis) -> Mapping[str, list[Place]]:
    """Return by the kind of event where its messages stand."""
    documents = analysis.documents.select("document_id", "origin").iter_rows()
    names = {document_id: file_of(recording, origin) for document_id, origin in documents}
    told = analysis.events.filter((pl.col("byte_to") > pl.col("byte_from")) & ~pl.col("kind").is_in(NO_MESSAGES))
    found: defaultdict[str, list[Place]] = defaultdict(list)
    columns = ("kind", "excerpt", "document_id", "line_from", "other_document_id", "other_line")
    for kind, excerpt, *numbers in told.select(*columns).iter_rows():
        found[kind] += _of_event(names, excerpt, numbers)
    return found


def _of_event(names: Mapping[int, str], excerpt: str | None, numbers: list[int | None]) -> Iterator[Place]:
    head = (excerpt or "").split('"')[0].split(" ")[0].encode()
    for document, line in (numbers[:2], numbers[2:]):
        if head and document is not None and line is not None:
            yield names[document], line, head


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(never=("other",)), __doc__))
