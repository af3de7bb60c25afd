"""Names of files as text that can be printed on any terminal and in any report."""

from typing import Final

LIMIT: Final = 300
UNDECODED_BASE: Final = 0xDC00  # PEP 383: byte 0x80 that is not UTF-8 comes as U+DC80
UNDECODED: Final = range(0xDC80, 0xDD00)
ONE_BYTE: Final = 0x100


def printable(name: str) -> str:
    r"""Return a file name without what a terminal would obey or cannot encode.

    Args:
        name: A path. Bytes that are not UTF-8 stand in it as surrogates, as the system hands them over.

    Returns:
        The name with such bytes and control characters as `\xNN` or `\uNNNN`, and with its middle left out when it is
        longer than 300 characters.
    """
    text = name if name.isprintable() else "".join(_shown(character) for character in name)
    return text if len(text) <= LIMIT else f"{text[: LIMIT // 2]}…{text[-LIMIT // 2 + 1 :]}"


def _shown(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return character
    if code in UNDECODED:
        code -= UNDECODED_BASE
    return f"\\x{code:02x}" if code < ONE_BYTE else f"\\u{code:04x}"
