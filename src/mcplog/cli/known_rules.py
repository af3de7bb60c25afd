"""Rules as the command line names them."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mcplog.errors import UsageError

if TYPE_CHECKING:
    from mcplog.model.rule import CompiledRule


def known_rule(name: str, folders: Sequence[Path] = ()) -> "CompiledRule":
    """Return the rule called `name`, of those that ship and those in `folders`.

    Raises:
        UsageError: There is none; names like it are told.
    """
    from mcplog.pipeline import all_rules

    rules = {rule.id: rule for rule in all_rules(folders)}
    if name in rules:
        return rules[name]
    near = difflib.get_close_matches(name, rules)
    hint = f"Did you mean {', '.join(near)}?" if near else "`mcplog rules list` names them all."
    raise UsageError(f"there is no rule {name!r}", hint=hint)
