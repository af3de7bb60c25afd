"""The help of every command as one page for `man`."""

from collections.abc import Iterable

_HEAD = """\
.\\" Made by `python -m mcplog.cli.build_docs` from the commands; edit those.
.TH MCPLOG 1 "" "mcplog" "User Commands"
.SH NAME
mcplog \\- say what went wrong with an MCP server's sign\\-in, who has to act, and why
"""


def man_page(helps: Iterable[tuple[str, str]]) -> str:
    """Return the page in the form that `man` reads.

    Args:
        helps: Name and help of each command, the program itself first.
    """
    return _HEAD + "".join(f'.SH "{name.upper()}"\n.nf\n{_plain(text)}.fi\n' for name, text in helps)


def _plain(text: str) -> str:
    """Return lines in which nothing is markup: no leading full stop or apostrophe, no backslash."""
    lines = (line.replace("\\", "\\e").replace("-", "\\-") for line in text.splitlines())
    return "".join(f"\\&{line}\n" if line.startswith((".", "'")) else f"{line}\n" for line in lines)
