"""Rules as pages of the documentation, in Markdown: one page a rule, and the table of all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from mcplog.model.rule import CompiledRule, VersionRange
from mcplog.report.wording import PARTY_NAMES, by_party, either

MADE: Final = "<!-- Made by `python -m mcplog.cli.build_docs` from the rule's `rule.toml`; edit that. -->"
_INDEX: Final = """
# Rules

What mcplog can find, by name. `mcplog rules show NAME` prints the same pages; [the language](language.md) tells how a
rule is written.

The last four columns say what each rule is held by: cases in which it has to be confirmed, cases in which evidence is
missing and it has to be possible, near misses in which it must not be found, and changes of a clause of the rule, each
of which makes one of these cases fail (`mcplog rules test --mutate`).

| rule | says | severity | who acts | confirmed | possible | near misses | changes noticed |
|---|---|---|---|--:|--:|--:|--:|
"""


class Held(Struct, frozen=True, kw_only=True):
    """What a rule is held by: numbers of cases, and of mutants that they notice."""

    confirmed: int
    possible: int
    near_misses: int
    mutants: int


def rule_index(rules: Sequence[CompiledRule], held: Mapping[str, Held]) -> str:
    """Return the table of all `rules`, each with a link to its page and with what it is `held` by."""
    rows = (
        f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity} | {_names(rule)} | {_numbers(held[rule.id])} |\n"
        for rule in sorted(rules, key=lambda rule: rule.id)
    )
    return f"{MADE}\n{_INDEX}{''.join(rows)}"


def _numbers(held: Held) -> str:
    return " | ".join(map(str, (held.confirmed, held.possible, held.near_misses, held.mutants)))


def rule_markdown(rule: CompiledRule) -> str:
    """Return the page of one `rule`."""
    versions = ", ".join(map(_range, rule.client_versions))
    facts = f"{rule.severity} · {rule.status} · since {rule.since} · {either(rule.responsible)} has to act"
    remedies = "\n".join(f"- **{party}**: {remedy}" for party, remedy in by_party(rule.remedy, rule.responsible))
    parts = (
        f"{MADE}\n\n# {rule.id}",
        f"**{rule.title}**",
        facts,
        rule.explanation.strip(),
        _section("What to do", remedies),
        _section("What would settle it", _placeholders(rule.next_observation)),
        _section("What it looks for", _query(rule.query.text)),
        *(_section("Or for", _query(other.query.text)) for other in rule.also),
        *(_section("Cleared by", _query(query.text)) for query in rule.exonerating),
        _section("Client versions", versions),
        _section("Related", _related(rule)),
        _section("References", "\n".join(f"- {_link(item)}" for item in rule.references)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _names(rule: CompiledRule) -> str:
    return ", ".join(PARTY_NAMES[party] for party in rule.responsible)


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}" if text else ""


def _query(text: str) -> str:
    return f"```\n{text.strip()}\n```"


def _placeholders(text: str) -> str:
    """Return a template with the names of its values as code: `{won.event_at}` as `won.event_at`."""
    return text.replace("{{", "\0").replace("}}", "\1").translate({ord("{"): "`", ord("}"): "`", 0: "{", 1: "}"})


def _related(rule: CompiledRule) -> str:
    lines = (
        ("Says more about the same events than", rule.supersedes),
        ("Another explanation of the same lines", rule.rivals),
        ("A consequence of", rule.consequence_of),
    )
    return "\n".join(f"- {said}: {_links(names)}" for said, names in lines if names)


def _links(names: Iterable[str]) -> str:
    return ", ".join(f"[{name}]({name}.md)" for name in names)


def _link(reference: str) -> str:
    """Return a reference with a link where its form tells the address: an RFC, a public report."""
    if reference.startswith("RFC "):
        number, _, section = reference.removeprefix("RFC ").partition(" §")
        return f"[{reference}](https://www.rfc-editor.org/rfc/rfc{number}{f'#section-{section}' if section else ''})"
    place, hash_sign, number = reference.partition("#")
    if hash_sign and number.isdecimal() and place.count("/") == 1:
        return f"[{reference}](https://github.com/{place}/issues/{number})"
    return reference


def _range(versions: VersionRange) -> str:
    since = f"from {versions.since}" if versions.since else "any"
    return f"{since} until {versions.until}" if versions.until else since
