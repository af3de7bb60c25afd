"""Find rule packs that other distributions bring: an entry point of `mcplog.rulepacks` names a folder of data.

    [project.entry-points."mcplog.rulepacks"]
    acme = "acme_rules.pack"          # the folder acme_rules/pack beside the distribution's metadata

Nothing of the distribution is imported or run: the folder is looked up in its list of files, and one that holds code is
refused. A pack is used when it is asked for by name, never because it happens to be installed.
"""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

from mcplog.errors import UsageError

GROUP: Final = "mcplog.rulepacks"
CODE: Final = (".py", ".pyc", ".pyd", ".so", ".dll")


def installed_packs() -> Mapping[str, EntryPoint]:
    """Return the entry points of installed packs by name, sorted."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def pack_folder(word: str | Path) -> Path:
    """Return the folder of a pack.

    Args:
        word: A folder, or the name of an installed pack. What is a folder is taken for one.

    Raises:
        UsageError: It is neither, or the installed pack holds code or lies in no folder.
    """
    folder = Path(word)
    if folder.is_dir():
        return folder
    points = installed_packs()
    if str(word) not in points:
        known = f" Installed packs: {', '.join(points)}." if points else ""
        raise UsageError("no rules here", place=str(word), hint=f"A pack is a folder with one folder per rule.{known}")
    return _data_folder(points[str(word)])


def _data_folder(point: EntryPoint) -> Path:
    place = f"installed pack {point.name}"
    path = point.value.replace(":", ".").strip().replace(".", "/")
    folder = Path(str(point.dist.locate_file(path))) if point.dist else Path(path)
    if not folder.is_dir():
        raise UsageError("its folder is not there", place=place, hint="Install it as files, not from an archive.")
    code = next((file for file in sorted(folder.rglob("*")) if file.suffix in CODE), None)
    if code is not None:
        raise UsageError(f"it holds code: {code.relative_to(folder)}", place=place, hint="A pack holds data only.")
    return folder
