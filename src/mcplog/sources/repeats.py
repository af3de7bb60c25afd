"""Lines that say what is read elsewhere: quotes of somebody else, and pasted lines that an attached log holds as well.

They are left out in place, so that every other line keeps its number. Read twice, one refusal would be two, and one
process two.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found
from mcplog.sources.recognise import LEVELS, RECORD_STARTS

LOG_BYTES: Final = 16 * 1024 * 1024  # of a log that is searched for pasted lines
QUOTE: Final = ">"


def quoted_of(texts: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """Return the quotes in `texts` of lines that stand in `others`, as `without` wants them."""
    quoted = {bare for text in texts for line in text.split("\n") if (bare := _quoted(line))}
    if not quoted:
        return frozenset()
    said = {line.strip() for text in others for line in text.split("\n")}
    return frozenset(f"{QUOTE} {line}" for line in quoted & said)


def pasted_of(texts: Iterable[str], logs: Iterable[Found]) -> frozenset[str]:
    """Return the lines of logs that `texts` hold as well, as `without` wants them.

    Args:
        texts: What somebody wrote.
        logs: What was attached to it.
    """
    pasted = {
        line.strip()
        for text in texts
        for line in text.split("\n")
        if any(level in line for level in LEVELS) or line.lstrip().startswith(RECORD_STARTS)
    }
    return frozenset(line for log in logs if pasted for line in _lines(log) if line in pasted)


def without(text: str, repeated: frozenset[str]) -> str:
    """Return `text` with empty lines for those that repeat what is read elsewhere."""
    if not repeated:
        return text
    lines = text.split("\n")
    return "\n".join(
        "" if line.strip() in repeated or ((bare := _quoted(line)) and f"{QUOTE} {bare}" in repeated) else line
        for line in lines
    )


def _lines(log: Found) -> Iterator[str]:
    data = content_of(log).slice(0, LOG_BYTES).decode("utf-8", "replace")
    yield from (line.strip() for line in data.split("\n"))


def _quoted(line: str) -> str:
    bare = line.strip()
    return bare.lstrip("> ").strip() if bare.startswith(QUOTE) else ""
