"""Read the rules of the user's own packs; they are compiled like ours, elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mcplog.errors import UsageError
from mcplog.sources.installed_packs import pack_folder

RULE_FILE: Final = "rule.toml"


def rule_texts(packs: Sequence[str | Path]) -> dict[str, str]:
    """Return the text of each `rule.toml` by the name of its folder.

    Args:
        packs: Folders that hold one folder per rule, or names of installed packs.

    Raises:
        UsageError: A pack is no folder, holds no rule, or names a rule that another one has named.
    """
    texts: dict[str, str] = {}
    for pack in packs:
        files = sorted(pack_folder(pack).glob(f"*/{RULE_FILE}"))
        if not files:
            raise UsageError(
                "no rules here", place=str(pack), hint=f"A pack holds one folder per rule, with a {RULE_FILE}."
            )
        for file in files:
            if file.parent.name in texts:
                raise UsageError(
                    "this rule is there twice", place=str(file), hint="Rename one of the two folders and its id."
                )
            texts[file.parent.name] = file.read_text("utf-8")
    return texts
