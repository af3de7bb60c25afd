"""Write the plans of the rules: `python -m mcplog.cli.build_rules [--check] [PACK]`.

Run it after a `rule.toml` was changed. Faults of all rules are listed; the plans of the others are written. Without
PACK the copies of the knowledge tables are written as well.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli.build_tables import build_tables
from mcplog.cli.plain_typer import plain_typer
from mcplog.errors import RuleError
from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import PLAN_FILE, RULE_FILE, encode_plan, rule_folders
from mcplog.model.rule import CompiledRule
from mcplog.rules.language import check_names, compile_rule

program: Final = plain_typer()

_Pack = Annotated[Path | None, typer.Argument(metavar="[PACK]", hidden=True)]
_Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail when a plan is missing or stale.")]


@program.command()
def build(pack: _Pack = None, *, check: _Check = False) -> None:
    """Compile every rule.toml of PACK, or of the pack that ships with mcplog, into the plan.json beside it."""
    folders = [Path(str(folder)) for folder in rule_folders(pack or rulepack())]
    rules: dict[Path, CompiledRule] = {}
    faults: list[str] = []
    for folder in folders:
        try:
            rules[folder] = compile_rule((folder / RULE_FILE).read_text("utf-8"), folder.name)
        except RuleError as error:
            faults += [f"{folder.name}/{fault}" for fault in error.faults]
    faults += [f"{name}/{fault}" for name, fault in check_names(rules.values(), known=[item.name for item in folders])]
    stale = [folder for folder, rule in rules.items() if _is_stale(folder, rule)]
    for folder in () if check else stale:
        (folder / PLAN_FILE).write_bytes(_plan(folder, rules[folder]))
    tables = [] if pack else build_tables(check=check)
    _tell(faults, [*(f"{folder.name}: the plan is {'stale' if check else 'written'}" for folder in stale), *tables])
    if faults or (check and (stale or tables)):
        raise typer.Exit(RuleError.exit_code if faults else 1)


def _plan(folder: Path, rule: CompiledRule) -> bytes:
    return encode_plan(rule, (folder / RULE_FILE).read_bytes())


def _is_stale(folder: Path, rule: CompiledRule) -> bool:
    plan = folder / PLAN_FILE
    return not plan.is_file() or plan.read_bytes() != _plan(folder, rule)


def _tell(faults: list[str], notes: list[str]) -> None:
    for line in faults:
        typer.echo(line, err=True)
    for line in notes:
        typer.echo(line)


if __name__ == "__main__":
    program()
