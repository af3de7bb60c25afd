"""build_docs: the pages of commands and rules are those of the code, and what is written by hand is left alone."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from mcplog.cli.build_docs import program
from mcplog.knowledge.rulepack import load_rulepack

DOCS = Path(__file__).parents[2] / "docs"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments))


def test_the_pages_in_the_tree_are_current() -> None:
    """When this fails: `python -m mcplog.cli.build_docs`."""
    result = run("--check", str(DOCS))

    assert (result.output, result.exit_code) == ("", 0)


def test_a_folder_without_pages_gets_them_all(tmp_path: Path) -> None:
    run(str(tmp_path))

    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}

    assert names == {"cli.md", "frames.md", "rules/README.md", *(f"rules/{rule.id}.md" for rule in load_rulepack())}
    assert (run(str(tmp_path)).output, run("--check", str(tmp_path)).exit_code) == ("", 0)


def test_check_writes_nothing_and_fails(tmp_path: Path) -> None:
    result = run("--check", str(tmp_path))

    assert result.exit_code == 1
    assert f"{tmp_path / 'cli.md'}: stale\n" in result.output
    assert list(tmp_path.rglob("*")) == []


def test_the_page_of_a_rule_that_is_gone_is_removed_and_one_written_by_hand_stays(tmp_path: Path) -> None:
    run(str(tmp_path))
    gone, own = tmp_path / "rules" / "gone.md", tmp_path / "rules" / "language.md"
    gone.write_text((tmp_path / "rules" / "refresh-race.md").read_text("utf-8"), "utf-8")
    own.write_text("# The rule language\n", "utf-8")

    assert run(str(tmp_path)).output == f"{gone}: removed\n"
    assert (gone.exists(), own.read_text("utf-8")) == (False, "# The rule language\n")


@pytest.mark.parametrize("command", ["mcplog", "mcplog analyze", "mcplog rules show", "mcplog grammar coverage"])
def test_every_command_has_a_section(command: str, tmp_path: Path) -> None:
    run(str(tmp_path))

    assert f"\n## {command}\n" in (tmp_path / "cli.md").read_text("utf-8")


def test_the_page_for_man_has_every_command_and_no_markup_of_ours() -> None:
    page = (DOCS / "mcplog.1").read_text("utf-8")
    lines = page.split(".nf\n", 1)[1].splitlines()

    assert '.SH "MCPLOG ANALYZE"' in lines
    assert {line.split()[0] for line in lines if line.startswith(".")} == {".SH", ".nf", ".fi"}
