"""Compile the text of a `rule.toml`. The one module of the room that needs lark, so it is imported only to compile.

id = "rejected-after-auth"
…
query = '''
sequence by server, attempt_id with maxspan=5m
[token_saved or token_returned]
![refresh_failed or tokens_cleared]
[http_connection_failed where after_auth] as refused
credential at refused where held_token_is == "valid"
'''
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mcplog.errors import RuleError
from mcplog.model.rule import Alternative, CompiledRule, Query
from mcplog.model.vocabulary import Certainty, Party
from mcplog.rules.faults import Fault, nearest
from mcplog.rules.query_text import read_query
from mcplog.rules.rule_file import check_keys, parties_of
from mcplog.rules.template_faults import template_faults

SENTENCES: Final = ("cause", "next_observation")


def compile_rule(text: str, folder_name: str) -> CompiledRule:
    """Return the rule that a `rule.toml` describes.

    Args:
        text: The content of the file.
        folder_name: Name of the folder it lies in, which is the rule's id.

    Raises:
        RuleError: The file has faults; all of them are listed.
    """
    rule, faults = _compile(text, folder_name)
    if rule is None:
        raise RuleError(tuple(map(str, faults)), place=folder_name)
    return rule


def compile_pack(texts: Mapping[str, str], *, known: Iterable[str] = ()) -> tuple[CompiledRule, ...]:
    """Return the rules of a pack, by id.

    Args:
        texts: Folder name → content of its `rule.toml`.
        known: Ids of rules outside of the pack, which its rules may name.

    Raises:
        RuleError: A file has faults, or a rule names another that does not exist; all faults are listed.
    """
    rules: list[CompiledRule] = []
    faults: list[str] = []
    for folder, text in sorted(texts.items()):
        rule, found = _compile(text, folder)
        rules += [rule] if rule else []
        faults += [f"{folder}/{fault}" for fault in found]
    faults += [f"{folder}/{fault}" for folder, fault in check_names(rules, known=[*texts, *known])]
    if faults:
        raise RuleError(tuple(faults))
    return tuple(rules)


def check_names(rules: Iterable[CompiledRule], *, known: Iterable[str]) -> list[tuple[str, Fault]]:
    """Return the folder and fault of every name of a rule that does not exist.

    Args:
        rules: The rules that may name others.
        known: Ids that exist.
    """
    ids = set(known)
    return [
        (rule.id, Fault(where=key, message=f"there is no rule `{name}`", hint=nearest(name, ids)))
        for rule in rules
        for key, names in (
            ("supersedes", rule.supersedes),
            ("rivals", rule.rivals),
            ("consequence_of", rule.consequence_of),
        )
        for name in names
        if name not in ids
    ]


def _compile(text: str, folder_name: str) -> tuple[CompiledRule | None, list[Fault]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [Fault(message=f"is no TOML: {error}")]
    except RecursionError:
        return None, [Fault(message="is nested too deeply")]
    values, faults = check_keys(raw)
    if values.get("id", folder_name) != folder_name:
        faults.append(Fault(where="id", message=f"is `{values['id']}`, the folder is called `{folder_name}`"))
    query = _query(values.get("query"), "query", faults)
    faults += _template_faults(values, query, prefix="")
    also = [_also(item, values, f"also[{number}]", faults) for number, item in enumerate(values.get("also", ()))]
    exonerating = [
        _query(item, f"exonerating[{number}]", faults) for number, item in enumerate(values.get("exonerating", ()))
    ]
    if faults or query is None:
        return None, faults
    responsible = values["responsible"]
    return CompiledRule(
        **{
            **values,
            "query": query,
            "responsible": responsible if isinstance(responsible, tuple) else (responsible,),
            "also": tuple(item for item in also if item),
            "exonerating": tuple(item for item in exonerating if item),
        }
    ), []


def _query(text: str | None, where: str, faults: list[Fault]) -> Query | None:
    if text is None:
        return None
    try:
        query, found = read_query(text, where=where)
    except RecursionError:
        faults.append(Fault(where=where, message="is nested too deeply"))
        return None
    faults += found
    return query


def _also(item: Mapping[str, Any], rule: Mapping[str, Any], where: str, faults: list[Fault]) -> Alternative | None:
    """Return another pattern of a rule; its sentences are the rule's where it has none."""
    if not all(isinstance(item.get(key, ""), str) for key in ("query", *SENTENCES)):
        return None
    query = _query(item.get("query"), f"{where}.query", faults)
    sentences = {key: item.get(key, rule.get(key, "")) for key in SENTENCES}
    faults += _template_faults(sentences, query, prefix=f"{where}.")
    if query is None or faults:
        return None
    told = parties_of(item.get("responsible", rule.get("responsible", ())))
    return Alternative(
        query=query,
        at_most=Certainty(item.get("at_most", Certainty.CONFIRMED)),
        responsible=tuple(Party(word) for word in told if word in tuple(Party)),
        prevails=item.get("prevails", False),
        **sentences,
    )


def _template_faults(values: Mapping[str, Any], query: Query | None, *, prefix: str) -> list[Fault]:
    return [
        fault
        for key in SENTENCES
        if key in values
        for fault in template_faults(values[key], query, where=f"{prefix}{key}")
    ]
