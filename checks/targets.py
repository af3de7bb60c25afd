"""The readers that take whatever people hand in, each as a function of bytes that must not fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checks.pasted import FORMS
from checks.recording import FOLDERS, KEY, MARKER, recordings
from mcplog.credentials import read_stores
from mcplog.errors import RuleError
from mcplog.model.document import Document, Memory, StoreDump
from mcplog.parse import read_entries, read_events, recognises
from mcplog.parse.accounting import accounting
from mcplog.rules.language import compile_rule
from mcplog.sources.issue_export import read_issues
from mcplog.sources.page_text import parts_of_page

ROOT: Final = Path(__file__).parents[1]
SESSION: Final = "11111111-2222-4333-8444-555555555555"
PLACES: Final = (("log.txt", ""), (f"{SESSION}.txt", "debug"), ("x.jsonl", "mcp-logs-s"), ("issue.md", ""))
SEED_BYTES: Final = 4096
RECORD: Final = b'2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": '
PROSE: Final = b"It does not work, here is what it says.\n\n"


class LostBytesError(Exception):
    """Bytes of a document are accounted for twice, not at all, or outside of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader.

    Attributes:
        name: What it reads.
        read: Reads one input; raises only when something is wrong.
        seeds: Good inputs.
        together: How many inputs it takes at once where one alone costs mostly the call; they are lines then.
    """

    name: str
    read: Callable[[bytes], None]
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
        Target(name="entries", read=read_document, seeds=pieces),
        Target(name="paste", read=read_paste, seeds=_pastes(pieces)),
        Target(name="messages", read=read_messages, seeds=messages, together=200),
        Target(name="rules", read=read_rule, seeds=rules),
        Target(name="stores", read=read_store, seeds=stores),
        Target(name="issues", read=read_issue, seeds=issues or [_issue(piece) for piece in pieces[:50]]),
        Target(name="pages", read=read_page, seeds=[_page(piece) for piece in pieces[:50]]),
    ]


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


def _issue(piece: bytes) -> bytes:
    body = piece.decode("utf-8", "replace").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    comment = f'{{"author":{{"login":"a"}},"body":"{body}"}}'
    return f'{{"number":1,"title":"t","body":"{body}","comments":[{comment}]}}'.encode()


def _page(piece: bytes) -> bytes:
    return b"<html><body><h1>t</h1><pre><code>" + piece + b"</code></pre><p>x &amp; y</p></body></html>"


def read_document(data: bytes) -> None:
    """Read `data` as each kind of log by its place; all of it must be accounted for."""
    name, folder = PLACES[sum(data[:8]) % len(PLACES)]
    _account(data, name, folder)


def read_paste(data: bytes) -> None:
    """Read `data` behind some prose, so that it is a paste."""
    _account(PROSE + data, "issue.md", "")


def _account(data: bytes, name: str, folder: str) -> None:
    document = Document(document_id=0, origin=name, content=Memory(data), name=name, folder=folder)
    account = accounting(document, looks_like_message=recognises)
    whole = account.entries + account.gaps + account.other
    if whole != account.size or account.other < 0 or account.counted_twice or account.outside:
        raise LostBytesError(str(account))


def read_messages(data: bytes) -> None:
    """Read each line of `data` as a message: of a debug file, and of a per-server log."""
    lines = data.split(b"\n")
    log = b"".join(RECORD + line + b"\n" for line in lines)
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


def read_issue(data: bytes) -> None:
    """Read `data` as an export of issues."""
    read_issues([data.decode("utf-8", "replace")])


def read_page(data: bytes) -> None:
    """Read `data` as a page in HTML."""
    parts_of_page(data.decode("utf-8", "replace"))
