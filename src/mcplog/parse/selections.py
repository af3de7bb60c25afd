"""Debug files of which somebody kept some lines: `grep -i token debug.txt > for-the-issue.txt`.

Most of what a client writes is about other things, and what it writes of a server first is how it connects. A file
that holds little but lines about MCP and tells of a server without its connection is a copy of some lines: what is
missing in it may have been there. Without `--debug` clients write lines about MCP alone, and all of them.

A selection that keeps the connections shows itself by its words: what a client writes has so many that no four are in
all of it, but each line that was looked for has one of those that it was looked for by.

May import: model. Touches: nothing.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

import polars as pl

from mcplog.parse.debug_entries import DebugFiles
from mcplog.parse.formats import starts_record
from mcplog.parse.process_starts import file_begins, process_begins

MOSTLY: Final = 0.5  # of the lines are about MCP; in whole recorded files it is 0.27 at the median
BEGINNING: Final = 2048
FIRST: Final = 3  # lines
MOST_RECORDS: Final = 64
LOOKED_FOR: Final = (b"oken", b"uth", b"efresh", b"onnect", b"rror", b"ail", b"401")  # as people look for them
MOST_WORDS: Final = 4
FEWEST: Final = 5  # different records; of fewer the words prove nothing
ALIKE: Final = 4  # "fail" finds "failed" and "failure"
STATUS: Final = 3  # digits
TO_BLANKS: Final = str.maketrans({code: " " for code in range(128) if not chr(code).isalnum()})
SUBJECT: Final = 'MCP server "'


def selections(files: DebugFiles, owner: pl.Series) -> frozenset[int]:
    """Return the debug files that hold a selection of lines.

    Args:
        files: What they hold.
        owner: The document of each record about MCP.
    """
    suspects = set(_without_connection(files))
    if not suspects:
        return frozenset()
    told = owner.value_counts()
    counts = dict(zip(told[owner.name], told["count"], strict=True))
    return frozenset(one for one in suspects if counts.get(one, 0) > MOSTLY * files.line_counts.get(one, 0))


def _without_connection(files: DebugFiles) -> Iterator[int]:
    """Yield the files whose start is not there, and that tell of a server first what is not how it connects."""
    for part in files.parts:
        first = part.first_messages
        for document_id, message in zip(first["document_id"].to_list(), first["message"].to_list(), strict=True):
            if not file_begins(message) and not process_begins(files.spans[document_id].first_text):
                yield document_id


def keeps_few_words(head: bytes) -> bool:
    """Return whether a debug file that begins with `head`, but not with the start of a process, shares few words.

    Of 256 recorded files no whole one does, of their second halves one in forty; of what `grep` leaves of them by two
    words nineteen of twenty.
    """
    if not all(any(word in line for word in LOOKED_FOR) for line in head[:BEGINNING].split(b"\n", FIRST)[:FIRST]):
        return False  # asked of every debug file
    texts = list(islice(_texts(head), MOST_RECORDS))
    if not texts or process_begins(texts[0]):
        return False
    left = {_words(_message(text)) for text in texts}
    count, chosen = len(left), 0
    while left and chosen < MOST_WORDS:
        usual = Counter(word for words in left for word in words)
        if not usual:
            return False
        word = max(usual, key=usual.__getitem__)
        left = {words for words in left if word not in words}
        chosen += 1
    return not left and count >= max(FEWEST, 2 * chosen + 1)


def _texts(head: bytes) -> Iterator[str]:
    """Yield what the records in `head` say."""
    for line in head.split(b"\n"):
        if starts_record(line, stamped=False):
            yield line.partition(b"] ")[2].decode("utf-8", "replace")


def _message(text: str) -> str:
    """Return a record's `text` without the server that it is about."""
    bare = text.lstrip('"').replace('\\"', '"')
    return bare.split('"', 2)[-1] if bare.startswith(SUBJECT) else bare


def _words(message: str) -> frozenset[str]:
    """Return the beginnings of the words of a message, and the numbers that may be a status."""
    text = message.lower()
    bare = text.translate(TO_BLANKS) if text.isascii() else "".join(one if one.isalnum() else " " for one in text)
    words = bare.split()
    beginnings = (word[:ALIKE] for word in words if len(word) >= ALIKE and word.isalpha())
    return frozenset((*beginnings, *(word for word in words if len(word) == STATUS and word.isdigit())))
