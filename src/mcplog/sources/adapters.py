"""Find the adapter for a log that no form of ours fits: those in `foreign/`, then those of installed packages.

Looked for only when a text holds no entry of the client, since asking which packages are installed costs time. An
adapter of a package that fails is told once, and costs what it would have read.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Final

import mcplog.sources.foreign
from mcplog.model.foreign import Adapter

GROUP: Final = "mcplog.adapters"
HEAD_CHARACTERS: Final = 8_000


def adapter_for(head: bytes) -> Adapter | None:
    """Return the first adapter that knows a log beginning with `head`; null when none does."""
    text = head.decode("utf-8", "replace")[:HEAD_CHARACTERS]
    return next((adapter for adapter in _adapters() if _knows(adapter, text)), None)


def _adapters() -> Iterator[Adapter]:
    for module in sorted(pkgutil.iter_modules(mcplog.sources.foreign.__path__), key=lambda one: one.name):
        yield importlib.import_module(f"mcplog.sources.foreign.{module.name}").ADAPTER
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        try:
            yield point.load()
        except Exception:  # noqa: BLE001, S112 - somebody else's package; without it the log is read as a text
            continue


def _knows(adapter: Adapter, text: str) -> bool:
    try:
        return bool(adapter.recognises(text))
    except Exception:  # noqa: BLE001 - as above
        return False
