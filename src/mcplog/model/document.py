"""A document: one log's bytes and where they came from. The core sees bytes through this and never a path."""

from collections.abc import Iterator
from typing import ClassVar, Protocol

from msgspec import Struct

from mcplog.model.foreign import Adapter
from mcplog.model.veiled import Veiled

BLOCK_BYTES = 16 * 1024 * 1024


class Content(Protocol):
    """Bytes that can be read again and again, in blocks or by range."""

    @property
    def size(self) -> int:
        """Number of bytes."""
        ...

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield the bytes in order, in pieces of at most `block_bytes`; pieces may end anywhere."""
        ...

    def slice(self, start: int, stop: int) -> bytes:
        """Return bytes `[start, stop)`."""
        ...


class Memory(Veiled, frozen=True):
    """Content that is held in memory: small files, stdin, archive members, tests."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("data",)

    data: bytes

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.data)

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield the bytes in pieces of at most `block_bytes`."""
        for start in range(0, len(self.data), block_bytes):
            yield self.data[start : start + block_bytes]

    def slice(self, start: int, stop: int) -> bytes:
        """Return bytes `[start, stop)`."""
        return self.data[start:stop]


class Document(Struct, frozen=True, kw_only=True):
    """One log.

    Attributes:
        document_id: Dense within a run, from 0.
        origin: The name shown to the user.
        content: The bytes.
        name: File name without folders; helps to tell the session id; empty when there is none.
        folder: Name of the folder it lay in; a per-server log's folder names its server, mangled.
        case_id: Which case (issue, recording, bundle) it belongs to; documents of one case are joined.
        truncated_by: A cap that cut the content before it reached us; empty when it is whole.
        is_pasted: Somebody wrote or pasted it into a comment: it is no file of the client, whatever it looks like.
        adapter: Reads it, when it is a log of another client.
    """

    document_id: int
    origin: str
    content: Content
    name: str = ""
    folder: str = ""
    case_id: int = 0
    truncated_by: str = ""
    is_pasted: bool = False
    adapter: Adapter | None = None


class StoreDump(Veiled, frozen=True, kw_only=True):
    """The bytes of a credential store, or of a file beside it, at one moment. Holds plain secrets: never print it.

    Attributes:
        store_id: The store it is a snapshot of, dense within a run. Snapshots of one store share it.
        origin: The name shown to the user.
        content: The bytes; empty when the file was absent.
        taken_at_ms: Epoch milliseconds of the last write, from the name of the snapshot, else from the file system;
            null when neither is known.
        absent: The file is known not to have existed at that moment.
        is_marker: It is the needs-auth marker file (`mcp-needs-auth-cache.json`), not a credential store.
        case_id: Which case it belongs to.
        time_is_from_name: `taken_at_ms` was read from the snapshot's name or record rather than from a copy's file.
        is_current: It lay where the client keeps it, so it is what the store holds until the evidence ends.
        is_recorded: The bytes are a record of the history: facts, and fingerprints under the key of the history.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("content",)

    store_id: int
    origin: str
    content: bytes
    taken_at_ms: int | None = None
    absent: bool = False
    is_marker: bool = False
    case_id: int = 0
    time_is_from_name: bool = False
    is_current: bool = False
    is_recorded: bool = False


class FileFacts(Struct, frozen=True, kw_only=True):
    """What the file system says of a file; two equal ones are the same content but for writes in one clock tick.

    Attributes:
        size: Its length in bytes.
        mode: Its permission bits.
        modified_ns: Its last write, epoch nanoseconds.
        changed_ns: Its last change of any kind, epoch nanoseconds; on Windows when it was made.
        file_id: Device and inode; another one at the same path is another file.
    """

    size: int = 0
    mode: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    file_id: str = ""


class Problem(Struct, frozen=True, kw_only=True):
    """Something that could not be used, told to the user and counted; it costs only itself.

    Attributes:
        origin: The input.
        what: One sentence: what is wrong.
        hint: One sentence: what to do; may be empty.
        line: 1-based line, or null.
    """

    origin: str
    what: str
    hint: str = ""
    line: int | None = None
