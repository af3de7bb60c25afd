"""What kind of text a document is, decided by its bytes.

    2026-11-25T00:36:43.901Z [DEBUG] …      debug file, from 2.0.75 on
    [DEBUG] …                               debug file, before; also a terminal's `--debug` output
    {"debug":"…","timestamp":"…",…}         per-server log, one object a line
    [⏎  {⏎    "debug": "…",                per-server log, one array
    {⏎  "debug": "…",                       per-server log, its objects one after the other, as `jq .` prints them
    anything else                           paste

The name and the folder only help where the bytes leave a doubt: a file that lies where the client writes its debug
files may hold Markdown (prompts and hook output are logged raw), an attachment that holds Markdown is a paste.

May import: model. Touches: nothing.
"""

import codecs
from functools import lru_cache
from typing import Final

from msgspec import Struct

from mcplog.model.document import Document
from mcplog.model.vocabulary import DocumentFormat

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ANY_BOM: Final = tuple(mark for mark, _ in BOMS)
HEAD_BYTES: Final = 64 * 1024
HEAD_LINES: Final = 400
FOLDER_START: Final = "mcp-logs-"  # of the folder of a server's logs, before its mangled name
LEVELS: Final = (b"[DEBUG] ", b"[ERROR] ", b"[INFO] ", b"[WARN] ")
RECORD_KEYS: Final = (b'{"debug":', b'{"error":', b'{"info":', b'{"warn":')
PASTE_MARKS: Final = ("```", "~~~", "> [", "_**[", "**[", "**_[", "<details", "<summary")
SCREEN_MARKS: Final = ("> /mcp", "❯ /mcp", "⎿")  # noqa: RUF001 - as terminals print them, and no server
INTRODUCTIONS: Final = (b"#", b"```", b"~~~", b"> ", b"<details", b"<summary")
LEVEL_STARTS: Final = ("[DEBUG] ", "[ERROR] ", "[INFO] ", "[WARN] ")
ANNOTATIONS: Final = ("<-", "# <", "←", "❌", "✅", "⬅", "👈")
UUID_LENGTH: Final = 36
UUID_SIGNS: Final = frozenset("0123456789abcdefABCDEF-")
BINARY_SHARE: Final = 0.3
CONTROLS: Final = bytes(set(range(32)) - {9, 10, 13, 27})
SAMPLE_BYTES: Final = (4096, 32768)
FEW_RECORDS: Final = 20
MANY_LINES: Final = 100


class Form(Struct, frozen=True, kw_only=True):
    """How a document has to be read.

    Attributes:
        format: Which reader.
        encoding: `utf-8`, `utf-8-sig`, `utf-16-le`, `utf-16-be` or `binary`.
        skip: Bytes of a byte order mark before the text.
        stamped: Records of a debug file begin with a stamp; without, with the level.
        ansi: Escape sequences stand in the record starts.
    """

    format: DocumentFormat
    encoding: str = "utf-8"
    skip: int = 0
    stamped: bool = False
    ansi: bool = False


def form_of(document: Document, head: bytes) -> Form:
    """Return how `document` has to be read.

    Args:
        document: Its name and folder help.
        head: Its first `HEAD_BYTES` bytes, or all of it.
    """
    encoding, skip = encoding_of(head)
    if encoding == "binary":
        return Form(format=DocumentFormat.PASTE, encoding=encoding)
    if encoding.startswith("utf-16"):
        text = head[skip : len(head) - (len(head) - skip) % 2].decode(encoding, "replace").encode("utf-8", "replace")
    else:
        text = head[skip:]
    whole = len(head) >= document.content.size
    if document.is_pasted or document.adapter is not None:
        is_empty = whole and not text.strip()
        return Form(format=DocumentFormat.EMPTY if is_empty else DocumentFormat.PASTE, encoding=encoding, skip=skip)
    form = _form_of_text(text, document, whole=whole)
    return Form(format=form.format, encoding=encoding, skip=skip, stamped=form.stamped, ansi=form.ansi)


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding of a document that begins with `head`, and the length of its byte order mark."""
    if head.startswith(ANY_BOM):
        return next((name, len(mark)) for mark, name in BOMS if head.startswith(mark))
    sample = head[:4096]
    nuls = sample.count(0)
    if nuls * 4 < len(sample) or len(sample) < 4:  # noqa: PLR2004 - two code units
        return ("binary" if _is_binary(sample) else "utf-8"), 0
    odd = sample[1::2].count(0)
    if odd > 0.9 * (len(sample) // 2) and nuls - odd < 0.1 * len(sample):
        return "utf-16-le", 0
    if nuls - odd > 0.9 * (len(sample) // 2) and odd < 0.1 * len(sample):
        return "utf-16-be", 0
    return ("binary" if _is_binary(sample) else "utf-8"), 0


@lru_cache(maxsize=64)  # one document after the other is asked for several times
def session_of(name: str) -> str | None:
    """Return the session id that a debug file's name is, or null."""
    stem = name.removesuffix(".txt").removesuffix(".log")
    return stem if _is_uuid(stem) else None


def starts_record(line: bytes, *, stamped: bool) -> bool:
    """Return whether `line` begins a record of a debug file."""
    if line[23:26] == b"Z [" and line[10:11] == b"T" and line[:4].isdigit():
        return line[25:].startswith(LEVELS)
    return not stamped and line.startswith(LEVELS)


def _form_of_text(text: bytes, document: Document, *, whole: bool) -> Form:
    body = text.lstrip()
    if not body:
        return Form(format=DocumentFormat.EMPTY if whole else DocumentFormat.PASTE)
    text = text[text.rfind(b"\n", 0, len(text) - len(body)) + 1 :]  # its first line is not blank
    for size in SAMPLE_BYTES:
        if (plain := _plain_debug_form(text[:size], document)) is not None:
            return plain
    lines = [line for line in text.split(b"\n", HEAD_LINES)[:HEAD_LINES] if line.strip()]
    if _is_array(body) or _is_printed(body, document):
        form = Form(format=DocumentFormat.SERVER_LOG_ARRAY)
    elif _holds_records(lines, document):
        form = Form(format=DocumentFormat.SERVER_LOG_LINES)
    else:
        form = _debug_form(lines, document, whole=whole) or Form(format=DocumentFormat.PASTE)
        if form.format == DocumentFormat.DEBUG_FILE and _is_introduced(text, document, form):
            form = Form(format=DocumentFormat.PASTE)
    return form


def _plain_debug_form(sample: bytes, document: Document) -> Form | None:
    """Return the form of what is a debug file at first sight; ten thousand small files pass here."""
    if not starts_record(sample[:40], stamped=False) or b"\x1b[" in sample[:64]:
        return None
    stamped = starts_record(sample[:40], stamped=True)
    form = Form(format=DocumentFormat.DEBUG_FILE, stamped=stamped)
    if lies_with_debug_files(document):
        return form
    mark = b"Z [" if stamped else b"\n["
    starts = sample.count(mark + b"DEBUG] ") + sample.count(mark + b"ERROR] ")
    others = starts - sample.count(b'] MCP server "')
    is_plain = starts >= FEW_RECORDS and others >= 0.1 * starts and 3 * starts >= sample.count(b"\n")
    return form if is_plain else None


def _is_array(body: bytes) -> bool:
    if not body.startswith(b"["):
        return False
    inner = body[1:512].lstrip()
    if inner.startswith(b"]"):
        return not body[1:].lstrip()[1:].strip()
    return inner.startswith(b"{") and any(key in body[:HEAD_BYTES] for key in (b'"debug"', b'"error"'))


def _is_printed(body: bytes, document: Document) -> bool:
    """Return whether objects of a per-server log follow each other, each over several lines."""
    first, _, rest = body[:512].partition(b"\n")
    if first.strip() != b"{" or not rest.lstrip().startswith(b'"'):
        return False
    is_told = _is_named_as_server_log(document) or b'"sessionId"' in body
    return is_told and b'"timestamp"' in body and any(key in body for key in (b'"debug"', b'"error"'))


def _is_named_as_server_log(document: Document) -> bool:
    return document.folder.startswith(FOLDER_START) or document.name.endswith(".jsonl")


def _holds_records(lines: list[bytes], document: Document) -> bool:
    first = [_tight(line) for line in lines[:8]]
    found = sum(line.startswith(RECORD_KEYS) for line in first)
    if first[0].startswith(RECORD_KEYS):
        return 2 * found >= len(first)
    objects = sum(line.startswith(b"{") and (b'"debug":' in line or b'"error":' in line) for line in first)
    return (_is_named_as_server_log(document) and max(found, objects) > 0) or (
        objects > 0 and 2 * objects >= len(first)
    )


def _tight(line: bytes) -> bytes:
    """Return a line without the blanks that some writers of JSON put beside braces and colons."""
    return line.replace(b"{ ", b"{").replace(b'" :', b'":') if line.startswith(b"{") else line


def _debug_form(lines: list[bytes], document: Document, *, whole: bool) -> Form | None:
    ansi = any(b"\x1b[" in line[:64] for line in lines)
    texts = [without_ansi(line) for line in lines] if ansi else lines
    stamped = sum(starts_record(line, stamped=True) for line in texts)
    starts = sum(starts_record(line, stamped=False) for line in texts)
    form = Form(format=DocumentFormat.DEBUG_FILE, stamped=2 * stamped > starts, ansi=ansi)
    if lies_with_debug_files(document):
        is_debug = starts > 0
    elif not starts_record(texts[0], stamped=False):
        is_debug = len(lines) >= MANY_LINES and 2 * starts >= len(lines)  # its head was cut off
    else:
        is_debug = 3 * starts >= len(lines) and not (whole and _looks_pasted(texts, form))
    return form if is_debug else None


def lies_with_debug_files(document: Document) -> bool:
    """Return whether `document` lies where the client writes its debug files, or is called after a session."""
    return session_of(document.name) is not None or document.folder in ("debug", "debug-logs")


def _is_introduced(text: bytes, document: Document, form: Form) -> bool:
    """Return whether a person wrote something before the first record: Markdown, or a paragraph of its own."""
    if lies_with_debug_files(document):
        return False
    for line in text.split(b"\n", HEAD_LINES)[:HEAD_LINES]:
        bare = without_ansi(line) if form.ansi else line
        if starts_record(bare, stamped=form.stamped):
            return False
        if not bare.strip() or bare.startswith(INTRODUCTIONS):
            return True
    return False


def _looks_pasted(lines: list[bytes], form: Form) -> bool:
    owner = ""
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip()
        if starts_record(raw, stamped=form.stamped):
            owner = line
            if 'MCP server "' in line and (_has_second_entry(line) or _is_marked(line)):
                return True
        elif (
            line.startswith(PASTE_MARKS)
            or line.lstrip().startswith(SCREEN_MARKS)
            or _is_prose(line, owner)
            or line.lstrip().startswith(LEVEL_STARTS)
        ):
            return True
    return False


def _has_second_entry(line: str) -> bool:
    at = max(line.rfind('] MCP server "'), 0)
    return at > len("2026-11-25T00:36:43.901Z [ERROR") and line[:at].endswith(("[DEBUG", "[ERROR", "[WARN", "[INFO"))


def _is_marked(line: str) -> bool:
    """Return whether a reader put emphasis or an annotation on the line; a server's own output may look like that."""
    if "Server stderr: " in line:
        return False
    return line.endswith(("**", "**_")) or any(mark in line[-40:] for mark in ANNOTATIONS)


def _is_prose(line: str, owner: str) -> bool:
    """Return whether a line without a record start reads like something a person wrote under the log."""
    if "Server stderr: " in owner or 'MCP server "' not in owner:
        return False
    return line[:1].isalpha() and not line[:12].strip().startswith("at ") and len(line.split()) > 1


def without_ansi(line: bytes) -> bytes:
    """Return `line` without terminal escape sequences of the form ESC [ … letter."""
    parts = line.split(b"\x1b[")
    return parts[0] + b"".join(part.lstrip(b"0123456789;:<=>? ")[1:] for part in parts[1:])


def _is_uuid(text: str) -> bool:
    if len(text) != UUID_LENGTH or not UUID_SIGNS.issuperset(text):
        return False
    return text[8] == text[13] == text[18] == text[23] == "-"


def _is_binary(sample: bytes) -> bool:
    """Return whether a third of the sample is bytes that no text has: controls and undecodable ones."""
    if sample.isascii() and 0 not in sample:
        return False
    odd = len(sample) - len(sample.translate(None, CONTROLS))
    if not sample.isascii():
        odd += sample.decode("utf-8", "replace").count("\N{REPLACEMENT CHARACTER}")
    return odd > BINARY_SHARE * len(sample)
