"""The rules that ship with mcplog, as plans.

    rulepack/
      plans.jsonl        a line a rule, compiled: {"version":1,"source":"<sha256 of rule.toml>","rule":{…}}
      refresh-race/
        rule.toml        the rule, written by people

Reading a plan needs neither lark nor a TOML parser, which together cost more than the analysis of a small log. A rule
that is newer than the plans is read, and a plan that does not belong to it is refused, so the two cannot differ.
"""

from collections.abc import Iterable
from hashlib import sha256
from os import scandir, stat
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import FieldInfo, fields

from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import rulepack
from mcplog.model.rule import PLAN_VERSION, CompiledRule, Plan

RULE_FILE: Final = "rule.toml"
PLANS_FILE: Final = "plans.jsonl"
REBUILD: Final = "Run `python -m mcplog.cli.build_rules`; in an installed mcplog, reinstall it."


def load_rulepack(folder: Path | None = None) -> tuple[CompiledRule, ...]:
    """Return the rules of a pack, by id.

    Args:
        folder: The pack; null for the one that ships with mcplog.

    Raises:
        KnowledgeError: A plan is missing, damaged or older than its rule.
    """
    pack = rulepack() if folder is None else folder
    with scandir(pack) as items:
        times = {item.name: at for item in items if (at := _written_at(f"{item.path}/{RULE_FILE}")) is not None}
    plans = {plan.rule.id: plan for plan in _plans(pack)} if times else {}
    planned_at = _written_at(f"{pack}/{PLANS_FILE}") or 0
    return tuple(_checked(pack, name, plans.get(name), is_newer=times[name] >= planned_at) for name in sorted(times))


def rule_folders(pack: Path) -> list[Path]:
    """Return the folders of a `pack` that hold a rule, by name."""
    folders = [item for item in pack.iterdir() if item.is_dir() and (item / RULE_FILE).is_file()]
    return sorted(folders, key=lambda item: item.name)


def _written_at(path: str) -> int | None:
    """Return when a file was written last; null when there is none."""
    try:
        return stat(path).st_mtime_ns  # noqa: PTH116 - a Path takes twice as long
    except (FileNotFoundError, NotADirectoryError):
        return None


def _plans(pack: Path) -> list[Plan]:
    try:
        return msgspec.json.Decoder(Plan).decode_lines((pack / PLANS_FILE).read_bytes())
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        raise KnowledgeError(f"the plans are damaged: {error}", place=f"rulepack/{PLANS_FILE}", hint=REBUILD) from None


def _checked(pack: Path, name: str, plan: Plan | None, *, is_newer: bool) -> CompiledRule:
    place = f"rulepack/{name}"
    if plan is None:
        raise KnowledgeError("the rule has no plan", place=place, hint=REBUILD)
    is_own = not is_newer or plan.source == fingerprint_of((pack / name / RULE_FILE).read_bytes())
    if plan.version != PLAN_VERSION or not is_own:
        raise KnowledgeError("the plan is not that of the rule in its folder", place=place, hint=REBUILD)
    return plan.rule


def encode_plans(rules: Iterable[tuple[CompiledRule, bytes]]) -> dict[str, bytes]:
    """Return the lines of a `plans.jsonl` by the id of their rule, in the order of the ids.

    Args:
        rules: Each compiled rule and the bytes of the `rule.toml` it was made from.
    """
    plans = [Plan(version=PLAN_VERSION, source=fingerprint_of(source), rule=rule) for rule, source in rules]
    plans.sort(key=lambda plan: plan.rule.id)
    return {plan.rule.id: msgspec.json.encode(_bare(plan), order="sorted") + b"\n" for plan in plans}


def fingerprint_of(source: bytes) -> str:
    """Return the SHA-256 of `source`, hexadecimal. Line ends do not count, as git may change them."""
    return sha256(source.replace(b"\r\n", b"\n")).hexdigest()


def _bare(value: object) -> object:
    """Return `value` without what a decoder fills in by itself."""
    if isinstance(value, tuple):
        return [_bare(item) for item in value]
    if isinstance(value, msgspec.Struct):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _bare(part) for field, part in parts if part != _default(field)}
    return value


def _default(field: FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
