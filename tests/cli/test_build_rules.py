"""build_rules: writes what is missing or stale, lists every fault, and with --check writes nothing."""

from pathlib import Path

import msgspec
from click.testing import Result
from typer.testing import CliRunner

from mcplog.cli.build_rules import program
from mcplog.knowledge.rulepack import load_rulepack
from tests.rules.given import rule_text

GOOD = rule_text("[connected]")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, list(arguments))


def write(pack: Path, name: str, text: str) -> Path:
    (pack / name).mkdir(exist_ok=True)
    (pack / name / "rule.toml").write_text(text.replace("a-rule", name), "utf-8")
    return pack / "plans.jsonl"


def test_a_missing_plan_is_written_and_can_be_loaded(tmp_path: Path) -> None:
    write(tmp_path, "a-rule", GOOD)

    result = run(str(tmp_path))

    assert (result.exit_code, result.stdout) == (0, "a-rule: the plan is written\n")
    assert [item.id for item in load_rulepack(tmp_path)] == ["a-rule"]


def test_a_plan_that_is_current_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "a-rule", GOOD)
    run(str(tmp_path))

    assert (run(str(tmp_path)).stdout, run("--check", str(tmp_path)).exit_code) == ("", 0)


def test_only_what_is_new_is_told_and_the_plan_of_a_rule_that_is_gone_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a-rule", GOOD)
    run(str(tmp_path))
    plans = write(tmp_path, "b-rule", GOOD)

    assert run(str(tmp_path)).stdout == "b-rule: the plan is written\n"

    (tmp_path / "a-rule" / "rule.toml").unlink()
    gone = "plans.jsonl: a plan without a rule is"
    assert (run("--check", str(tmp_path)).stdout, run(str(tmp_path)).stdout) == (
        f"{gone} there\n",
        f"{gone} left out\n",
    )
    assert len(plans.read_bytes().splitlines()) == 1


def test_check_writes_nothing_and_fails(tmp_path: Path) -> None:
    plans = write(tmp_path, "a-rule", GOOD)

    result = run("--check", str(tmp_path))

    assert (result.exit_code, result.stdout, plans.exists()) == (1, "a-rule: the plan is stale\n", False)


def test_faults_of_all_rules_are_listed_and_the_good_ones_written(tmp_path: Path) -> None:
    plans = write(tmp_path, "a-rule", GOOD.replace("query =", 'rivals = ["b-rule", "c-rule"]\nquery ='))
    write(tmp_path, "b-rule", GOOD.replace("connected", "connectd").replace("title", "titel"))

    result = run(str(tmp_path))

    assert (result.exit_code, result.stderr.splitlines()) == (
        2,
        [
            "b-rule/rule.toml: titel: there is no such key (did you mean `title`?)",
            "b-rule/rule.toml: title: is missing",
            "b-rule/rule.toml: query, line 1, column 2: there is no event kind `connectd` (did you mean `connected`?)",
            "a-rule/rule.toml: rivals: there is no rule `c-rule` (did you mean `b-rule`?)",
        ],
    )
    assert [msgspec.json.decode(line)["rule"]["id"] for line in plans.read_bytes().splitlines()] == ["a-rule"]
