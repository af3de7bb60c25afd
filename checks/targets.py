"""The readers that take whatever people hand in, each as a function of inputs that must not fail."""

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checks.pasted import FORMS
from checks.recording import FOLDERS, KEY, MARKER, recordings
from mcplog.credentials import read_stores
from mcplog.errors import RuleError
from mcplog.model.document import Document, Memory, StoreDump
from mcplog.parse import read_entries, read_events, recognises
from mcplog.parse.accounting import accounts
from mcplog.rules.language import compile_rule
from mcplog.sources.archive import Unpacked, unpack
from mcplog.sources.archive_caps import Caps
from mcplog.sources.found import Found
from mcplog.sources.issue_export import read_issues
from mcplog.sources.page_text import parts_of_page
from mcplog.sources.quoted_stores import dumps_of
from mcplog.sources.recognise import FileKind

ROOT: Final = Path(__file__).parents[1]
SESSION: Final = "11111111-2222-4333-8444-555555555555"
PLACES: Final = (("log.txt", ""), (f"{SESSION}.txt", "debug"), ("x.jsonl", "mcp-logs-s"), ("issue.md", ""))
SEED_BYTES: Final = 1024
RECORD: Final = b'2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": '
ARCHIVED: Final = 6  # members of an archive
ARCHIVED_BYTES: Final = 1500
SMALL_CAPS: Final = Caps(free_bytes=1 << 20, member_held_bytes=2000, held_bytes=6000, total_bytes=1 << 22, members=200)
PROSE: Final = b"It does not work, here is what it says.\n\n"


class LostBytesError(Exception):
    """Bytes of a document are accounted for twice, not at all, or outside of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader.

    Attributes:
        name: What it reads.
        read: Reads some inputs; raises only when something is wrong.
        seeds: Good inputs.
        together: How many inputs it is given at once, because one alone costs mostly the call.
    """

    name: str
    read: Callable[[Sequence[bytes]], None]
    seeds: Sequence[bytes]
    together: int = 1


def targets() -> list[Target]:
    """Return all readers with seeds from `samples/`, `grammars/samples/` and the rules."""
    samples = recordings(ROOT / "samples")
    files = [(name, content) for sample in samples for name, content in sample.files.items()]
    logs = [content for name, content in files if not name.startswith((FOLDERS[1], MARKER))]
    stores = [content for name, content in files if name.startswith((FOLDERS[1], MARKER))]
    pieces = [piece for log in logs for piece in _pieces(log)]
    rules = [path.read_bytes() for path in sorted((ROOT / "src/mcplog/rulepack").glob("*/rule.toml"))]
    messages = [line for path in _message_samples() for line in path.read_bytes().splitlines() if line.strip()]
    issues = [path.read_bytes() for path in sorted(ROOT.glob("samples/**/*.json")) if b"body" in path.read_bytes()]
    return [
        Target(name="entries", read=read_documents, seeds=pieces, together=50),
        Target(name="paste", read=read_pastes, seeds=_pastes(pieces), together=50),
        Target(name="messages", read=read_messages, seeds=messages, together=200),
        Target(name="rules", read=_each(read_rule), seeds=rules),
        Target(name="stores", read=_each(read_store), seeds=stores),
        Target(name="quotes", read=_each(read_quotes), seeds=[*_quotes(stores)]),
        Target(name="issues", read=_each(read_issue), seeds=issues or [_issue(piece) for piece in pieces[:50]]),
        Target(name="pages", read=_each(read_page), seeds=[_page(piece) for piece in pieces[:50]]),
        Target(name="archives", read=_each(read_archive), seeds=[*_archives(files)]),
    ]


def _each(read: Callable[[bytes], None]) -> Callable[[Sequence[bytes]], None]:
    """Return a reader of inputs that gives them to `read` one by one."""

    def read_each(inputs: Sequence[bytes]) -> None:
        for data in inputs:
            read(data)

    return read_each


def _message_samples() -> list[Path]:
    return sorted((ROOT / "grammars" / "samples").rglob("*.txt"))


def _pieces(log: bytes) -> list[bytes]:
    """Return stretches of a log that begin and end at line ends."""
    found, at = [], 0
    while at < len(log):
        stop = log.find(b"\n", at + SEED_BYTES) + 1 or len(log)
        found.append(log[at:stop])
        at = stop
    return found


def _pastes(pieces: Sequence[bytes]) -> list[bytes]:
    runs = [piece.decode("utf-8", "replace").splitlines() for piece in pieces]
    return [PROSE + form(run).encode() for run in runs[:60] for form in FORMS.values()]


def _quotes(stores: Sequence[bytes]) -> Iterator[bytes]:
    """Yield texts that quote a store: as it is, over lines with a note and a part left out, as Python prints it."""
    for store in stores:
        try:
            value = json.loads(store)
        except ValueError:
            continue
        lines = json.dumps(value, indent=2).replace(",\n", ",  <- this\n", 1).replace("{\n", "{\n...\n", 2)
        yield PROSE + store
        yield PROSE + f"```json\n{lines}\n```\n".encode()
        yield PROSE + f"> {value}\n".encode()


def _issue(piece: bytes) -> bytes:
    body = piece.decode("utf-8", "replace").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    comment = f'{{"author":{{"login":"a"}},"body":"{body}"}}'
    return f'{{"number":1,"title":"t","body":"{body}","comments":[{comment}]}}'.encode()


def _page(piece: bytes) -> bytes:
    return b"<html><body><h1>t</h1><pre><code>" + piece + b"</code></pre><p>x &amp; y</p></body></html>"


def _archives(files: Sequence[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield archives of each form that hold a few short `files`, and one that holds another."""
    members = {name: content[:ARCHIVED_BYTES] for name, content in files[:ARCHIVED]}
    tar, packed = _tar(members), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    yield from (tar, gzip.compress(tar, mtime=0), lzma.compress(tar), packed.getvalue())
    yield _tar({"inner.zip": packed.getvalue(), "log.txt.gz": gzip.compress(files[0][1][:ARCHIVED_BYTES], mtime=0)})


def _tar(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def read_documents(inputs: Sequence[bytes]) -> None:
    """Read each of `inputs` as a kind of log by its place; all of it must be accounted for."""
    _account([(data, *PLACES[sum(data[:8]) % len(PLACES)]) for data in inputs])


def read_pastes(inputs: Sequence[bytes]) -> None:
    """Read each of `inputs` behind some prose, so that it is a paste."""
    _account([(PROSE + data, "issue.md", "") for data in inputs])


def _account(inputs: Sequence[tuple[bytes, str, str]]) -> None:
    documents = [
        Document(document_id=number, origin=name, content=Memory(data), name=name, folder=folder)
        for number, (data, name, folder) in enumerate(inputs)
    ]
    for account in accounts(documents, looks_like_message=recognises):
        whole = account.entries + account.gaps + account.other
        if whole != account.size or account.other < 0 or account.counted_twice or account.outside:
            raise LostBytesError(str(account))


def read_messages(inputs: Sequence[bytes]) -> None:
    """Read each of `inputs`, its line ends left out, as a message."""
    log = b"".join(RECORD + line.replace(b"\n", b" ") + b"\n" for line in inputs)
    document = Document(document_id=0, origin="log", content=Memory(log), name=f"{SESSION}.txt", folder="debug")
    read_events(read_entries([document], looks_like_message=recognises).entries, key=KEY)


def read_rule(data: bytes) -> None:
    """Compile `data`; faults are told as such."""
    try:
        compile_rule(data.decode("utf-8", "replace"), "refresh-race")
    except RuleError:
        return


def read_store(data: bytes) -> None:
    """Read `data` as a snapshot before another one, and as a marker file."""
    dumps = [
        StoreDump(store_id=0, origin="a", content=data, taken_at_ms=1_795_566_961_661),
        StoreDump(store_id=0, origin="b", content=b'{"mcpOAuth":{}}', taken_at_ms=1_795_566_961_999),
        StoreDump(store_id=1, origin="m", content=data, is_marker=True),
    ]
    read_stores(dumps, key=KEY)


def read_quotes(data: bytes) -> None:
    """Read the stores that `data` quotes; each must be JSON, and readable as a store."""
    for dump in dumps_of([("a", data)], case_id=0, first_store_id=0):
        json.loads(dump.content)
        read_stores([dump], key=KEY)


def read_issue(data: bytes) -> None:
    """Read `data` as an export of issues."""
    read_issues([data.decode("utf-8", "replace")])


def read_page(data: bytes) -> None:
    """Read `data` as a page in HTML."""
    parts_of_page(data.decode("utf-8", "replace"))


def read_archive(data: bytes) -> None:
    """Read `data` as an archive; each member must have the bytes that it is said to have."""
    found = Found(
        path=Path("/nowhere/bundle.zip"),
        origin="bundle.zip",
        kind=FileKind.ARCHIVE,
        size=len(data),
        modified_ms=None,
        identity=(0, 0),
    )
    _read_members(unpack(found, Memory(data), caps=SMALL_CAPS))


def _read_members(inside: Unpacked) -> None:
    for item in inside.items:
        content = item.content if isinstance(item, Found) else None
        if content is not None and len(content.slice(0, content.size)) != content.size:
            raise LostBytesError(f"{item.origin}: not {content.size} bytes")
    for inner in inside.inner:
        _read_members(inner)
