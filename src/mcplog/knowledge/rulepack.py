"""The rules that ship with mcplog, as plans.

    rulepack/
      refresh-race/
        rule.toml      the rule, written by people
        plan.json      the same, compiled: {"version":1,"source":"<sha256 of rule.toml>","rule":{…}}

Reading a plan needs neither lark nor a TOML parser, which together cost more than the analysis of a small log. A plan
that does not belong to its `rule.toml` is refused, so the two cannot differ.
"""

from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Final

import msgspec
from msgspec.structs import FieldInfo, fields

from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import rulepack
from mcplog.model.rule import PLAN_VERSION, CompiledRule, Plan

RULE_FILE: Final = "rule.toml"
PLAN_FILE: Final = "plan.json"
REBUILD: Final = "Run `python -m mcplog.cli.build_rules`; in an installed mcplog, reinstall it."


def load_rulepack(folder: Traversable | None = None) -> tuple[CompiledRule, ...]:
    """Return the rules of a pack, by id.

    Args:
        folder: The pack; null for the one that ships with mcplog.

    Raises:
        KnowledgeError: A plan is missing, damaged or older than its rule.
    """
    pack = rulepack() if folder is None else folder
    decoder = msgspec.json.Decoder(Plan)
    found = [(item, _rule_text(item)) for item in sorted(pack.iterdir(), key=lambda item: item.name)]
    return tuple(_load(item, text, decoder) for item, text in found if text is not None)


def rule_folders(pack: Traversable) -> list[Traversable]:
    """Return the folders of a `pack` that hold a rule, by name."""
    folders = [item for item in pack.iterdir() if item.is_dir() and (item / RULE_FILE).is_file()]
    return sorted(folders, key=lambda item: item.name)


def _rule_text(folder: Traversable) -> bytes | None:
    """Return the bytes of a folder's rule; null when it holds none or is no folder."""
    try:
        return (folder / RULE_FILE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _load(folder: Traversable, source: bytes, decoder: msgspec.json.Decoder[Plan]) -> CompiledRule:
    place = f"rulepack/{folder.name}"
    try:
        written = (folder / PLAN_FILE).read_bytes()
    except FileNotFoundError:
        raise KnowledgeError("the rule has no plan", place=place, hint=REBUILD) from None
    try:
        plan = decoder.decode(written)
    except msgspec.DecodeError as error:
        raise KnowledgeError(f"the plan is damaged: {error}", place=place, hint=REBUILD) from None
    if (plan.version, plan.source) != (PLAN_VERSION, fingerprint_of(source)):
        raise KnowledgeError("the plan is not that of the rule beside it", place=place, hint=REBUILD)
    return plan.rule


def encode_plan(rule: CompiledRule, source: bytes) -> bytes:
    """Return the content of a `plan.json`.

    Args:
        rule: The compiled rule.
        source: The bytes of the `rule.toml` it was made from.
    """
    plan = Plan(version=PLAN_VERSION, source=fingerprint_of(source), rule=rule)
    return msgspec.json.format(msgspec.json.encode(_bare(plan), order="sorted"), indent=1) + b"\n"


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
