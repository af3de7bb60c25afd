"""load_rulepack: rules with their plans, and nothing that does not belong together."""

import os
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from mcplog.errors import KnowledgeError
from mcplog.knowledge.rulepack import PLANS_FILE, RULE_FILE, encode_plans, load_rulepack, rule_folders
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


def pack(folder: Path, rules: dict[str, bytes], plans: bytes | None) -> Path:
    for name, text in rules.items():
        (folder / name).mkdir()
        (folder / name / RULE_FILE).write_bytes(text)
    if plans is not None:
        (folder / PLANS_FILE).write_bytes(plans)
    return folder


def encoded(*rules: tuple[CompiledRule, bytes]) -> bytes:
    return b"".join(encode_plans(rules).values())


def test_a_plan_gives_back_the_rule(tmp_path: Path) -> None:
    where = pack(tmp_path, {"a-rule": b"text"}, encoded((made(), b"text")))

    assert load_rulepack(where) == (made(),)


def test_rules_come_by_id_and_what_is_no_rule_does_not_matter(tmp_path: Path) -> None:
    one, gone = replace(made(), id="b-rule"), replace(made(), id="c-rule")
    where = pack(tmp_path, {"b-rule": b"b", "a-rule": b"a"}, encoded((one, b"b"), (made(), b"a"), (gone, b"c")))
    (where / "cases").mkdir()
    (where / "README.md").write_text("not a rule")

    assert [item.id for item in load_rulepack(where)] == ["a-rule", "b-rule"]
    assert [item.name for item in rule_folders(where)] == ["a-rule", "b-rule"]


def newer(where: Path, *rules: str) -> None:
    """Write rules later than the plans."""
    later = time.time_ns() + 10**9
    for name in rules:
        os.utime(where / name / RULE_FILE, ns=(later, later))


def test_a_rule_that_is_older_than_the_plans_is_not_read(tmp_path: Path) -> None:
    where = pack(tmp_path, {"a-rule": b"text"}, encoded((made(), b"text")))
    (where / "a-rule" / RULE_FILE).write_bytes(b"another")
    os.utime(where / "a-rule" / RULE_FILE, ns=(0, 0))

    assert len(load_rulepack(where)) == 1


def test_line_ends_do_not_make_a_plan_stale(tmp_path: Path) -> None:
    plans = encoded((made(), b"one\ntwo\n"), (replace(made(), id="b-rule"), b""))
    where = pack(tmp_path, {"a-rule": b"one\r\ntwo\r\n", "b-rule": b""}, plans.replace(b"\n", b"\r\n"))
    newer(where, "a-rule", "b-rule")

    assert len(load_rulepack(where)) == 2


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        (None, "rulepack/a-rule: the rule has no plan"),
        (b"", "rulepack/a-rule: the rule has no plan"),
        (encoded((made(), b"older")), "rulepack/a-rule: the plan is not that of the rule in its folder"),
        (encoded((made(), b"text")).replace(b'"version":1', b'"version":0'), "the plan is not that of the rule"),
        (b"{", "rulepack/plans.jsonl: the plans are damaged: Input data was truncated"),
        (b'{"version": 1, "source": "", "rule": {"id": 3}}', "the plans are damaged: Expected `str`, got `int`"),
    ],
)
def test_a_plan_that_is_missing_stale_or_damaged_is_told_with_the_command(
    tmp_path: Path, plans: bytes | None, said: str
) -> None:
    where = pack(tmp_path, {"a-rule": b"text"}, plans)
    newer(where, "a-rule")

    with pytest.raises(KnowledgeError) as caught:
        load_rulepack(where)

    assert said in str(caught.value)
    assert "python -m mcplog.cli.build_rules" in caught.value.hint


def test_the_rules_that_ship_are_those_of_their_files() -> None:
    for item in load_rulepack():
        folder = Path(__file__).parents[2] / "src" / "mcplog" / "rulepack" / item.id

        assert compile_rule((folder / RULE_FILE).read_text("utf-8"), item.id) == item
