"""Packs that other distributions bring: found by name, data only, nothing of them is imported."""

import sys
from pathlib import Path

import pytest

from mcplog.errors import RuleError, UsageError
from mcplog.pipeline import all_rules
from tests.rules.given import rule_text


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution with a pack called `acme`, whose package would fail if it were imported."""
    folder = tmp_path / "acme_rules" / "pack" / "a-rule"
    folder.mkdir(parents=True)
    (folder / "rule.toml").write_text(rule_text("[connected]"), "utf-8")
    (tmp_path / "acme_rules" / "__init__.py").write_text("raise RuntimeError", "utf-8")
    told = tmp_path / "acme_rules-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", "utf-8")
    (told / "entry_points.txt").write_text("[mcplog.rulepacks]\nacme = acme_rules.pack\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return folder.parent


@pytest.mark.usefixtures("pack")
def test_an_installed_pack_is_used_when_it_is_named() -> None:
    assert all_rules(["acme"])[-1].id == "a-rule"
    assert "a-rule" not in {rule.id for rule in all_rules()}
    assert "acme_rules" not in sys.modules


def test_a_pack_that_holds_code_is_refused(pack: Path) -> None:
    (pack / "a-rule" / "hook.py").write_text("", "utf-8")

    with pytest.raises(UsageError, match=r"^installed pack acme: it holds code: a-rule/hook\.py$"):
        all_rules(["acme"])


def test_a_rule_of_an_installed_pack_is_checked_like_ours(pack: Path) -> None:
    (pack / "a-rule" / "rule.toml").write_text(rule_text("[connectd]"), "utf-8")

    with pytest.raises(RuleError, match="there is no event kind `connectd`"):
        all_rules(["acme"])


@pytest.mark.usefixtures("pack")
def test_a_name_that_is_neither_folder_nor_pack_is_told_with_the_packs_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        all_rules(["acmee"])

    assert caught.value.hint.endswith("Installed packs: acme.")


def test_a_pack_whose_folder_is_gone_is_told(pack: Path) -> None:
    pack.rename(pack.with_name("elsewhere"))

    with pytest.raises(UsageError, match="its folder is not there"):
        all_rules(["acme"])


def test_a_rule_may_name_ours_and_must_not_have_the_id_of_one(tmp_path: Path) -> None:
    (tmp_path / "a-rule").mkdir()
    (tmp_path / "a-rule" / "rule.toml").write_text(rule_text("[connected]", more='rivals = ["refresh-race"]'), "utf-8")
    assert all_rules([tmp_path])[-1].rivals == ("refresh-race",)

    (tmp_path / "a-rule").rename(tmp_path / "refresh-race")

    with pytest.raises(UsageError, match="mcplog has a rule 'refresh-race' of its own"):
        all_rules([tmp_path])
