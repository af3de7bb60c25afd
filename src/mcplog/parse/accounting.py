"""Account for every byte of a document: entry, gap, or something else that was passed over.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Iterable, Sequence

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.document import Document
from mcplog.parse.entries import read_entries

Stretch = tuple[int, int]


class Account(Struct, frozen=True, kw_only=True):
    """Where the bytes of a document went; the first three sum up to `size` when nothing is counted twice.

    Attributes:
        entries: Bytes of entries.
        gaps: Bytes of gaps outside entries.
        other: Bytes that were read and are neither: other records, prose, blank lines, line ends.
        size: Bytes of the document.
        counted_twice: Bytes that two entries or two gaps claim; 0 unless the reader is wrong.
        outside: Bytes claimed that the document does not have; 0 unless the reader is wrong.
    """

    entries: int
    gaps: int
    other: int
    size: int
    counted_twice: int
    outside: int


def accounting(document: Document, *, looks_like_message: Callable[[str], bool] | None = None) -> Account:
    """Return where the bytes of `document` go.

    Args:
        document: One document; it is read as the only one of its case.
        looks_like_message: As `read_entries` has it.
    """
    return accounts([document], looks_like_message=looks_like_message)[0]


def accounts(
    documents: Sequence[Document], *, looks_like_message: Callable[[str], bool] | None = None
) -> list[Account]:
    """Return where the bytes of each of `documents` go.

    Args:
        documents: Each is read as the only one of its case.
        looks_like_message: As `read_entries` has it.
    """
    alone = [replace(one, document_id=number, case_id=number) for number, one in enumerate(documents)]
    parsed = read_entries(alone, looks_like_message=looks_like_message)
    entries, gaps = _stretches(parsed.entries), _stretches(parsed.gaps)
    return [_account(one, entries.get(one.document_id, []), gaps.get(one.document_id, [])) for one in alone]


def _stretches(rows: pl.DataFrame) -> dict[int, list[Stretch]]:
    """Return where the rows of each document lie, sorted."""
    found: dict[int, list[Stretch]] = {}
    for document_id, start, stop in sorted(rows.select("document_id", "byte_from", "byte_to").iter_rows()):
        found.setdefault(document_id, []).append((start, stop))
    return found


def _account(document: Document, entries: Sequence[Stretch], gaps: Sequence[Stretch]) -> Account:
    size = document.content.size
    in_entries, twice_in_entries = _covered(entries)
    in_gaps, twice_in_gaps = _covered(gaps)
    in_any, _ = _covered(sorted([*entries, *gaps]))
    return Account(
        entries=in_entries,
        gaps=in_any - in_entries,
        other=size - in_any,
        size=size,
        counted_twice=twice_in_entries + twice_in_gaps + (in_gaps + in_entries - in_any),
        outside=sum(max(0, stop - size) for _, stop in (*entries, *gaps)),
    )


def _covered(stretches: Iterable[Stretch]) -> tuple[int, int]:
    """Return how many bytes sorted stretches cover, and how many they cover more than once."""
    covered, claimed, reached = 0, 0, 0
    for start, stop in stretches:
        claimed += max(0, stop - start)
        covered += max(0, stop - max(start, reached))
        reached = max(reached, stop)
    return covered, claimed - covered
