"""Open a unit of a triage: its cases, and what of it cannot be used."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mcplog.errors import McplogError
from mcplog.model.document import Problem
from mcplog.sources.bundles import split_bundles, with_reporters
from mcplog.sources.case import LOG_KINDS, STORE_KINDS, Case, case_of
from mcplog.sources.client_places import Machine
from mcplog.sources.found import Found, found, piped
from mcplog.sources.listing import Listed
from mcplog.sources.named_path import (
    BUNDLES,
    NOT_USABLE,
    case_of_file,
    cases_of_bundle,
    cases_of_items,
    missing,
)
from mcplog.sources.printable import printable
from mcplog.sources.recognise import FileKind
from mcplog.sources.units import Sort, Unit

HELD_BYTES: Final = 256 * 1024
NOWHERE: Final = Machine(environment={}, home=Path("/nonexistent"))  # nothing of this machine belongs to a dump
TOLD: Final = (FileKind.BINARY, FileKind.SPECIAL, FileKind.LOST)


def cases_of_unit(unit: Unit) -> list[Case]:
    """Return the cases of a unit; what cannot be used stands in them as problems.

    Args:
        unit: The unit.
    """
    known = [Case(place=unit.place, problems=unit.problems)] if unit.problems else []
    cases: list[Case] = []
    match unit.sort:
        case Sort.CASE if unit.files:
            items = list(_items(unit))
            cases = cases_of_items(items, Path(unit.place), unit.shown, NOWHERE)
            cases += [Case(place=unit.place, problems=told)] if (told := tuple(_told(items))) else []
        case Sort.LOOSE:
            cases = list(_loose(unit))
        case Sort.FILE:
            cases = _of_file(unit)
        case Sort.PIPED:
            cases = _of_pipe(unit)
        case Sort.CASE:
            pass
    return [*with_reporters(cases), *known]


def _items(unit: Unit) -> Iterator[Found | Problem]:
    """Yield the files of a unit, each once."""
    seen: set[tuple[int, ...]] = set()
    for file in unit.files:
        item = _opened(unit, file)
        if isinstance(item, Problem) or item.identity == (0, 0):
            yield item
        elif item.identity not in seen and item.kind is not FileKind.LINK:
            seen.add(item.identity)
            yield item


def _opened(unit: Unit, file: Listed) -> Found | Problem:
    if "://" in unit.place:
        from mcplog.sources.remote import found_remotely  # noqa: PLC0415 - needs fsspec, an extra

        return found_remotely(f"{unit.place}/{file.path}", f"{unit.shown}/{file.path}", file.size)
    shown = os.path.join(unit.shown, file.path)  # noqa: PTH118 - as typed
    return found(Path(unit.place, file.path), shown, held_bytes=HELD_BYTES)


def _told(items: Sequence[Found | Problem]) -> Iterator[Problem]:
    """Yield why files that may have been logs are left out; notes and settings are not worth a word."""
    for item in items:
        if isinstance(item, Found) and item.kind in TOLD:
            what, hint = NOT_USABLE[item.kind]
            yield Problem(origin=item.origin, what=what, hint=hint)


def _loose(unit: Unit) -> Iterator[Case]:
    items, cases = split_bundles(list(_items(unit)))
    yield from cases
    for item in items:
        if isinstance(item, Problem):
            yield Case(place=unit.place, problems=(item,))
        elif item.kind in LOG_KINDS:
            yield case_of_file(item, item.origin, NOWHERE)
    if told := tuple(_told(items)):
        yield Case(place=unit.place, problems=told)


def _of_file(unit: Unit) -> list[Case]:
    if "://" in unit.place:
        from mcplog.sources.remote import found_remotely  # noqa: PLC0415 - needs fsspec, an extra

        item = found_remotely(unit.place, unit.shown, unit.size)
    elif not os.path.lexists(unit.place):
        item = missing(Path(unit.place), unit.shown)
    else:
        item = found(Path(unit.place), unit.shown, held_bytes=HELD_BYTES)
    if isinstance(item, Problem):
        return [Case(place=unit.place, problems=(item,))]
    if item.kind in BUNDLES:
        return cases_of_bundle(item, Path(unit.place).absolute().parent)
    if "://" in unit.place:
        told = tuple(_unusable(item))
        return [Case(place=unit.place, problems=told)] if told else [case_of(unit.place, [item])]
    return [case_of_file(item, unit.shown, NOWHERE)]


def _unusable(item: Found) -> Iterator[Problem]:
    if item.kind not in (*LOG_KINDS, *STORE_KINDS):
        what, hint = NOT_USABLE[item.kind] if item.kind in NOT_USABLE else NOT_USABLE[FileKind.OTHER]
        yield Problem(origin=item.origin, what=what, hint=hint)


def _of_pipe(unit: Unit) -> list[Case]:
    item = piped(unit.piped)
    if item.kind in BUNDLES:
        return cases_of_bundle(item, Path(unit.place))
    told = tuple(_unusable(item))
    return [Case(place=unit.place, problems=told)] if told else [case_of(unit.place, [item])]


def as_problem(unit: Unit, fault: Exception) -> Problem:
    """Return the problem for a unit that could not be opened or judged at all.

    Args:
        unit: The unit.
        fault: What was raised; its text is told only where it is ours, as another may quote the input.
    """
    if isinstance(fault, McplogError):
        return Problem(origin=printable(unit.shown), what=fault.message, hint=fault.hint)
    hint = "Please report it; `mcplog analyze` on this input alone shows more."
    return Problem(origin=printable(unit.shown), what=f"could not be judged: {type(fault).__name__}", hint=hint)
