"""Confirm that a bundle is as it was made, and that its report is what its evidence says."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.sharing.manifest import MANIFEST, REPORT, Manifest, changes, read_manifest
from mcplog.sharing.reading import analyse_bundle, report_bytes

LARGEST_MANIFEST: Final = 64 * 1024 * 1024


class Checked(Struct, frozen=True, kw_only=True):
    """What came out.

    Attributes:
        faults: What is not as it should be, a sentence each; empty: all is well.
        file_count: How many files were compared with the manifest.
        tool_version: Version of mcplog that made the bundle.
    """

    faults: tuple[str, ...]
    file_count: int
    tool_version: str


def check_bundle(folder: Path, *, tool_version: str) -> Checked:
    """Compare the files of a bundle with its manifest, and its report with a new one.

    Args:
        folder: The bundle.
        tool_version: Version of this mcplog; a report of another one may differ in its words, and is not compared.

    Raises:
        InputError: It is no bundle.
        NoInputError: It holds no evidence.
    """
    manifest = _manifest(folder)
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path != folder / MANIFEST
    }
    faults = list(changes(manifest, contents))
    if not faults and manifest.tool_version == tool_version:
        analysis = analyse_bundle(folder, manifest.cases, key=_key(manifest), written_ms=manifest.written_ms)
        if report_bytes(analysis, tool_version=tool_version) != contents[REPORT]:
            faults.append(f"{REPORT} is not what the evidence says")
    elif not faults:
        made = manifest.tool_version
        faults.append(f"{REPORT} was made by mcplog {made}, this is {tool_version}: only the same can compare it")
    return Checked(faults=tuple(faults), file_count=len(manifest.files), tool_version=manifest.tool_version)


def _key(manifest: Manifest) -> bytes:
    try:
        return bytes.fromhex(manifest.fingerprint_key)
    except ValueError:
        raise InputError("names a key that is none", place=MANIFEST, hint="Get the bundle again.") from None


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LARGEST_MANIFEST:
            raise InputError("is too large for a manifest", place=str(path), hint="Get the bundle again.")
        content = path.read_bytes()
    except OSError as fault:
        hint = "Name a folder that `mcplog redact` has written."
        raise InputError(f"holds no {MANIFEST} that can be read", place=str(folder), hint=hint) from fault
    return read_manifest(content, place=str(path))
