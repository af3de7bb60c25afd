"""load_rulepack: plans beside their rules, and nothing that does not belong together."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from mcplog.errors import KnowledgeError
from mcplog.knowledge.rulepack import PLAN_FILE, RULE_FILE, encode_plan, load_rulepack, rule_folders
from mcplog.model.rule import CompiledRule
from mcplog.rules.language import compile_rule
from tests.rules.given import rule

QUERY = """sequence by server, attempt_id with maxspan=5m
  [token_saved or token_returned] with runs=2 required as held
  ![refresh_failed where expires_in_s >= 1h and not (tool like "a*" or number in (1, 2))]
  [connected where held.number == -1 and scope has "x" and tool is unknown] as refused
credential at refused where held_token_is == "valid"
until [process_ended]"""
MORE = """
also = [{query = "[tool_failed]", at_most = "possible"}]
exonerating = ["[connected]"]
client_versions = [{since = "2.1.0"}]
specificity = -1
"""


def made() -> CompiledRule:
    return rule(QUERY, more=MORE)


def pack(folder: Path, rules: dict[str, tuple[bytes, bytes | None]]) -> Path:
    for name, (text, plan) in rules.items():
        (folder / name).mkdir()
        (folder / name / RULE_FILE).write_bytes(text)
        if plan is not None:
            (folder / name / PLAN_FILE).write_bytes(plan)
    return folder


def test_a_plan_gives_back_the_rule(tmp_path: Path) -> None:
    where = pack(tmp_path, {"a-rule": (b"text", encode_plan(made(), b"text"))})

    assert load_rulepack(where) == (made(),)


def test_rules_come_by_id_and_other_files_do_not_matter(tmp_path: Path) -> None:
    one = replace(made(), id="b-rule")
    where = pack(tmp_path, {"b-rule": (b"b", encode_plan(one, b"b")), "a-rule": (b"a", encode_plan(made(), b"a"))})
    (where / "cases").mkdir()
    (where / "README.md").write_text("not a rule")

    assert [item.id for item in load_rulepack(where)] == ["a-rule", "b-rule"]
    assert [item.name for item in rule_folders(where)] == ["a-rule", "b-rule"]


def test_line_ends_do_not_make_a_plan_stale(tmp_path: Path) -> None:
    where = pack(tmp_path, {"a-rule": (b"one\r\ntwo\r\n", encode_plan(made(), b"one\ntwo\n"))})

    assert len(load_rulepack(where)) == 1


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "rulepack/a-rule: the rule has no plan"),
        (encode_plan(made(), b"older"), "rulepack/a-rule: the plan is not that of the rule beside it"),
        (encode_plan(made(), b"text").replace(b'"version": 1', b'"version": 0'), "the plan is not that of the rule"),
        (b"{", "rulepack/a-rule: the plan is damaged: Input data was truncated"),
        (b'{"version": 1, "source": "", "rule": {"id": 3}}', "the plan is damaged: Expected `str`, got `int`"),
    ],
)
def test_a_plan_that_is_missing_stale_or_damaged_is_told_with_the_command(
    tmp_path: Path, plan: bytes | None, said: str
) -> None:
    where = pack(tmp_path, {"a-rule": (b"text", plan)})

    with pytest.raises(KnowledgeError) as caught:
        load_rulepack(where)

    assert said in str(caught.value)
    assert "python -m mcplog.cli.build_rules" in caught.value.hint


def test_the_rules_that_ship_are_those_of_their_files() -> None:
    for item in load_rulepack():
        folder = Path(__file__).parents[2] / "src" / "mcplog" / "rulepack" / item.id

        assert compile_rule((folder / RULE_FILE).read_text("utf-8"), item.id) == item
