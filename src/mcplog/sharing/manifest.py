"""What a bundle holds, and what proves that nothing of it was changed since: `manifest.json`.

    {"format": "mcplog-bundle", "format_version": 1, "tool_version": "0.1.0", "report": "report.json",
     "fingerprint_key": "…", "cases": ["."], "replaced": {"secret": 41, …},
     "files": [{"path": "debug/….txt", "sha256": "…", "byte_count": 10210}, …]}

The key makes the fingerprints of the report again. It tells nothing: what it is applied to are stand-ins.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from mcplog.errors import InputError
from mcplog.sharing.bundle import Shared
from mcplog.sharing.logs import counted

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"
FORMAT: Final = "mcplog-bundle"
FORMAT_VERSION: Final = 1


class ManifestFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: Its name, with `/` between the folders.
        sha256: Hash of its bytes, hexadecimal.
        byte_count: Their number.
        written_ms: Epoch milliseconds of the last write of a store; null where it does not matter.
    """

    path: str
    sha256: str
    byte_count: int
    written_ms: int | None = None


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manifest; the module's docstring shows one."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    tool_version: str
    report: str = REPORT
    fingerprint_key: str
    cases: tuple[str, ...]
    replaced: dict[str, int]
    files: tuple[ManifestFile, ...]

    @property
    def written_ms(self) -> Mapping[str, int]:
        """When stores were written last, by name."""
        return {file.path: file.written_ms for file in self.files if file.written_ms is not None}


def manifest_of(shared: Shared, report: bytes, *, key: bytes, tool_version: str) -> bytes:
    """Return the manifest of a bundle as JSON.

    Args:
        shared: Its evidence.
        report: Its report.
        key: Key of the report's fingerprints.
        tool_version: Version of mcplog.
    """
    files = [(file.path, file.content, file.written_ms) for file in shared.files]
    manifest = Manifest(
        tool_version=tool_version,
        fingerprint_key=key.hex(),
        cases=shared.cases,
        replaced=replaced_in(shared),
        files=tuple(_file(*file) for file in [*files, (REPORT, report, None)]),
    )
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def replaced_in(shared: Shared) -> dict[str, int]:
    """Return how often each kind of thing was replaced in the logs."""
    counts = counted([place for file in shared.files for place in file.places])
    return {str(kind): count for kind, count in sorted(counts.items())}


def read_manifest(content: bytes, *, place: str) -> Manifest:
    """Return the manifest in `content`.

    Args:
        content: The file's bytes.
        place: How it is called in an error.

    Raises:
        InputError: It is none, or of a version that this mcplog does not know.
    """
    hint = "Name a folder that `mcplog redact` has written."
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise InputError("is no manifest of a bundle", place=place, hint=hint) from fault
    if manifest.format != FORMAT or manifest.format_version != FORMAT_VERSION:
        raise InputError("is of a version that is not known", place=place, hint="Use a newer mcplog.")
    return manifest


def changes(manifest: Manifest, contents: Mapping[str, bytes]) -> Iterable[str]:
    """Yield how files differ from what the manifest says, a sentence each.

    Args:
        manifest: The manifest.
        contents: Every file of the bundle but the manifest, by name.
    """
    told = {file.path: file for file in manifest.files}
    for path, file in told.items():
        content = contents.get(path)
        if content is None:
            yield f"{path} is missing"
        elif hashlib.sha256(content).hexdigest() != file.sha256:
            yield f"{path} was changed"
    yield from (f"{path} is not in the manifest" for path in contents if path not in told)


def _file(path: str, content: bytes, written_ms: int | None) -> ManifestFile:
    digest = hashlib.sha256(content).hexdigest()
    return ManifestFile(path=path, sha256=digest, byte_count=len(content), written_ms=written_ms)
