"""Write the copies of the knowledge tables that are read in their place; `build_rules` does it too."""

from pathlib import Path

from mcplog.knowledge.resources import knowledge
from mcplog.knowledge.tables import COMPILED, compiled_table


def build_tables(*, check: bool = False) -> list[str]:
    """Write what is missing or stale, or with `check` nothing, and return a line for each of these tables."""
    told = []
    for table in sorted(Path(str(knowledge())).glob("*.toml")):
        copy, current = table.with_suffix(COMPILED), compiled_table(table.read_text("utf-8"))
        if copy.is_file() and copy.read_bytes() == current:
            continue
        if not check:
            copy.write_bytes(current)
        told.append(f"{table.stem}: the table's copy is {'stale' if check else 'written'}")
    return told
