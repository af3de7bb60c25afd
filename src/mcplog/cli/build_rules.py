"""Write the plans of the rules: `python -m mcplog.cli.build_rules [--check] [PACK]`.

Run it after a `rule.toml` was changed. Faults of all rules are listed; the plans of the others are written. Without
PACK the copies of the knowledge tables are written as well.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli.build_tables import build_tables
from mcplog.cli.plain_typer import plain_typer
from mcplog.errors import RuleError
from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import PLANS_FILE, RULE_FILE, encode_plans, rule_folders
from mcplog.model.rule import CompiledRule
from mcplog.rules.language import check_names, compile_rule

program: Final = plain_typer()

_Pack = Annotated[Path | None, typer.Argument(metavar="[PACK]", hidden=True)]
_Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail when a plan is missing or stale.")]


@program.command()
def build(pack: _Pack = None, *, check: _Check = False) -> None:
    """Compile every rule.toml of PACK, or of the pack that ships with mcplog, into the plans.jsonl beside them."""
    where = pack or Path(str(rulepack()))
    rules, faults = _compiled([where / folder.name for folder in rule_folders(where)])
    notes = _plans(where / PLANS_FILE, encode_plans(rules), check=check) + ([] if pack else build_tables(check=check))
    _tell(faults, notes)
    if faults or (check and notes):
        raise typer.Exit(RuleError.exit_code if faults else 1)


def _compiled(folders: Sequence[Path]) -> tuple[list[tuple[CompiledRule, bytes]], list[str]]:
    """Return the rules of some folders with the bytes they were made from, and the faults of all."""
    rules: list[tuple[CompiledRule, bytes]] = []
    faults: list[str] = []
    for folder in folders:
        try:
            rule = compile_rule((folder / RULE_FILE).read_text("utf-8"), folder.name)
        except RuleError as error:
            faults += [f"{folder.name}/{fault}" for fault in error.faults]
        else:
            rules.append((rule, (folder / RULE_FILE).read_bytes()))
    misnamed = check_names([rule for rule, _ in rules], known=[folder.name for folder in folders])
    return rules, [*faults, *(f"{name}/{fault}" for name, fault in misnamed)]


def _plans(path: Path, lines: Mapping[str, bytes], *, check: bool) -> list[str]:
    """Write the plans unless they are current or are only checked; return what is, or would be, new."""
    written = path.read_bytes() if path.is_file() else b""
    wanted = b"".join(lines.values())
    if written == wanted:
        return []
    if not check:
        path.write_bytes(wanted)
    before = set(written.splitlines(keepends=True))
    new = [name for name, line in lines.items() if line not in before]
    return [f"{name}: the plan is {'stale' if check else 'written'}" for name in new] or [
        f"{PLANS_FILE}: a plan without a rule is {'there' if check else 'left out'}"
    ]


def _tell(faults: list[str], notes: list[str]) -> None:
    for line in faults:
        typer.echo(line, err=True)
    for line in notes:
        typer.echo(line)


if __name__ == "__main__":
    program()
