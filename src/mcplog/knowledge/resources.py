"""Where the data that ships with mcplog lies: inside the wheel beside the code, in a checkout two folders up."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]  # to ask `importlib.resources` for it loads its readers


def grammars() -> Path:
    """Return the folder of the grammars and their samples."""
    folder = _PACKAGE / "grammars"
    return folder if folder.is_dir() else _PACKAGE / ".." / ".." / "grammars"


def grammar(name: str) -> str:
    """Return the text of `grammars/<name>`."""
    return (grammars() / name).read_text("utf-8")


def knowledge() -> Path:
    """Return the folder of the tables that ship with mcplog."""
    return _PACKAGE / "knowledge"


def rulepack() -> Path:
    """Return the folder of the rules that ship with mcplog."""
    return _PACKAGE / "rulepack"


def message_table() -> str:
    """Return the text of the table that is generated from `grammars/message.lark`."""
    return grammar("message_table.json")


def page(name: str) -> str:
    """Return the text of `report/pages/<name>`: a template of the HTML report, its style or its script."""
    return (_PACKAGE / "report" / "pages" / name).read_text("utf-8")
