"""Text in Markdown that stays text: no link, mention, issue reference, emoji, formula, HTML or markup comes of it.

A word that could become anything is put into a code span, which is where such words belong anyway; GitHub turns
nothing in there into a link. Plain words stay as they are.

    The server https://notes.example/mcp told @somebody   ->   The server `https://notes.example/mcp` told `@somebody`

Escapes would not do: mentions and references are looked for in the text as it is shown.
"""

from typing import Final

from mcplog.report.inert import inert

_BEFORE: Final = "('\""
_AFTER: Final = ".,;:!?)'\""
_INSIDE: Final = frozenset("-.,'")
_HASH: Final = 7  # so many hexadecimal digits name a commit


def markdown(text: str) -> str:
    """Return `text` for a paragraph or an item of a list: one line, its suspicious words as code.

    Args:
        text: Anything; what stands between a pair of backticks is code already.
    """
    parts = inert(text).split("`")
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1::2]):
        return " ".join(_words(inert(text)))
    told = ""
    for number, part in enumerate(parts):
        if number % 2:
            told += (" " if told.endswith("`") else "") + code(part.strip())
            continue
        words = _words(part, is_start=not told)
        apart = part[:1].isspace() or (words[:1] and words[0].startswith("`"))
        told += (" " if told and apart else "") + " ".join(words) + (" " if part[1:] and part[-1].isspace() else "")
    return told.strip()


def markdown_cell(text: str) -> str:
    """Return `text` for a cell of a table."""
    return markdown(text).replace("|", "\\|")


def _words(text: str, *, is_start: bool = True) -> list[str]:
    return [
        word if _is_plain(word, is_first=is_start and not number) else _in_code(word)
        for number, word in enumerate(text.split())
    ]


def code(text: str) -> str:
    """Return `text` as a code span, whatever backticks it holds; nothing for nothing."""
    text = _one_line(text)
    if not text.strip():
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    room = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{room}{text}{room}{ticks}"


def block(lines: list[str]) -> str:
    """Return `lines` as a code block that none of them can end."""
    ticks = "`" * max(3, 1 + max(map(_longest_run, lines), default=0))
    return "\n".join([f"{ticks}text", *map(_one_line, lines), ticks])


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def _in_code(word: str) -> str:
    """Return a word as code, the punctuation of its sentence outside."""
    before = word[: len(word) - len(word.lstrip(_BEFORE))]
    rest = word[len(before) :]
    core = rest.rstrip(_AFTER)
    after = rest[len(core) :]
    return f"{before}{code(core)}{after}" if core else code(word)


def _is_plain(word: str, *, is_first: bool) -> bool:
    if is_first and word.rstrip(".)").isdigit() and word[-1:] in (".", ")"):
        return False  # a list
    core = word.lstrip(_BEFORE).rstrip(_AFTER)
    if not is_first and not word.strip(_BEFORE + _AFTER):
        return True  # punctuation behind code
    if not core or not all(char.isalnum() or char in _INSIDE for char in core):
        return False
    if not any(char.isalnum() for char in core) or core.lower().startswith("www."):
        return False
    return not _is_reference(core)


def _is_reference(core: str) -> bool:
    """Tell whether a word names an issue, a commit or a host."""
    lower = core.lower()
    if lower.startswith("gh-") and lower[3:].isdigit():
        return True
    if len(core) >= _HASH and all(char in "0123456789abcdef" for char in lower):
        return True
    labels = core.split(".")
    return len(labels) > 1 and labels[-1].isalpha()


def _longest_run(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest
