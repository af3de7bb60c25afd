"""Write the pages that are made from the code: `python -m mcplog.cli.build_docs [--check] [DOCS]`.

`cli.md` and the page for man, `mcplog.1`, have the help of every command, `rules/` a page for each rule and the table
of all, `schema/` the schemas of the reports. Run it after a command, a rule or `report/v1.py` was changed; version 1
may only get more.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import click
import typer

from mcplog.cli.commands import group
from mcplog.cli.man_page import man_page
from mcplog.cli.plain_typer import plain_typer
from mcplog.model.vocabulary import Certainty

if TYPE_CHECKING:
    from mcplog.model.rule import CompiledRule
    from mcplog.report.rule_docs import Held

program: Final = plain_typer()

_Docs = Annotated[Path, typer.Argument(metavar="[DOCS]", hidden=True)]
_Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail when a page is missing, stale or left over.")
]
_WIDTH: Final = 88
_CLI: Final = """\
<!-- Made by `python -m mcplog.cli.build_docs` from the commands; edit those. -->

# Commands

Each takes `--help`. Exit codes stand at the end of [analyze](#mcplog-analyze).
"""


@program.command()
def build(docs: _Docs = Path("docs"), *, check: _Check = False) -> None:
    """Write the made pages below DOCS, and take away those of rules that are gone."""
    pages = {docs / name: text for name, text in _pages()}
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text("utf-8") != text]
    gone = [path for path in sorted((docs / "rules").glob("*.md")) if path not in pages and _is_made(path)]
    for path in () if check else (*stale, *gone):
        if path in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path], "utf-8")
        else:
            path.unlink()
    for path in (*stale, *gone):
        typer.echo(f"{path}: {'stale' if check else 'written' if path in pages else 'removed'}")
    if check and (stale or gone):
        raise typer.Exit(1)


def _pages() -> Iterator[tuple[str, str]]:
    """Yield the name below `docs/` and the text of every page."""
    from mcplog.cli.schemas import SCHEMAS, schema_file
    from mcplog.knowledge.rulepack import load_rulepack
    from mcplog.report.frame_docs import frame_pages
    from mcplog.report.rule_docs import rule_index, rule_markdown
    from mcplog.report.schema import written

    helps = list(_helps(group(), None, "mcplog"))
    yield "cli.md", "\n".join([_CLI, *(f"## {name}\n\n```\n{text}\n```\n" for name, text in helps)])
    yield "mcplog.1", man_page(helps)
    yield from ((f"schema/{schema_file(name)}", written(shape())) for name, shape in SCHEMAS.items())
    yield "frames.md", frame_pages()
    rules = load_rulepack()
    yield "rules/README.md", rule_index(rules, _held(rules))
    yield from ((f"rules/{rule.id}.md", rule_markdown(rule)) for rule in rules)


def _held(rules: "Sequence[CompiledRule]") -> "dict[str, Held]":
    """Return what each rule is held by."""
    from mcplog.cli.rule_trials import counted
    from mcplog.knowledge.resources import rulepack
    from mcplog.report.rule_docs import Held
    from mcplog.rules.mutants import mutants
    from mcplog.sources.rule_cases import rule_cases

    cases = rule_cases([Path(str(rulepack()))])
    numbers = {rule.id: counted([case for case in cases if case.rule_id == rule.id]) for rule in rules}
    return {
        rule.id: Held(
            confirmed=numbers[rule.id][Certainty.CONFIRMED],
            possible=numbers[rule.id][Certainty.POSSIBLE],
            near_misses=numbers[rule.id][None],
            mutants=sum(1 for _ in mutants(rule)),
        )
        for rule in rules
    }


def _helps(command: click.Command, above: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of a command and of those below it."""
    names = ["-h", "--help"]
    context = typer.Context(command, parent=above, info_name=name, help_option_names=names, terminal_width=_WIDTH)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _helps(command.commands[below], context, below)


def _is_made(path: Path) -> bool:
    from mcplog.report.rule_docs import MADE

    return path.read_text("utf-8").startswith(MADE)


if __name__ == "__main__":
    program()
