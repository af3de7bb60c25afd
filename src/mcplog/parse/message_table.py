"""Give the table of regular expressions that does what lark does with `message.lark`, only faster.

Lark reads a message token by token: of the terminals that may stand at a place it takes the first that matches, in the
order of priority, width and length, and never takes the choice back. The table says the same in regular expressions:

    {"literal": "Token expires in ", "rest": "((?>-?[0-9]+))s, attempting proactive refresh()",
     "ends": {"2": ["proactive_refresh_attempted", {"EXPIRES_IN_S": 1}]}}

`literal` (or `pattern`) is the first token, the head. `rest` must match all that follows; the empty group at the end of
each way through it tells by its number which alternative it was and which groups are its fields. Tokens are atomic
groups, so that nothing is taken back and no input is slow.

The grammar must be regular: a rule that reaches itself, a capturing group or a look-around is refused.

May import: knowledge, lark. Touches: nothing.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from lark import Lark
from lark.exceptions import LarkError
from lark.grammar import Rule, Symbol
from lark.lexer import PatternStr, TerminalDef
from msgspec import Struct

from mcplog.errors import KnowledgeError
from mcplog.parse._table import atomic, faults_of, words_of

STARTS: Final = ("message", "detail", "quoted")


class _Token(Struct, frozen=True, kw_only=True):
    """One terminal at one place of an alternative; `field` is empty when it fills nothing."""

    terminal: TerminalDef
    field: str


class Way(Struct, frozen=True, kw_only=True):
    """One way through an alternative: its tokens, and the alternative's name."""

    name: str
    tokens: tuple[_Token, ...]


def message_table_text(grammar: str) -> str:
    """Return the table of `grammar` as the text of `grammars/message_table.json`.

    Args:
        grammar: The text of `message.lark`.

    Returns:
        JSON, one head a line, the same for the same grammar.

    Raises:
        KnowledgeError: The grammar is not regular, or a choice in it cannot be told apart.
    """
    return table_text_of(ways_through(grammar))


def ways_through(grammar: str) -> dict[str, list[Way]]:
    """Return every way through each start rule of `grammar`.

    Args:
        grammar: The text of `message.lark`.

    Raises:
        KnowledgeError: The grammar is none, or not regular.
    """
    try:
        # Only its rules and terminals are wanted: the tables of an LALR parser would take ten times as long.
        lark = Lark(grammar, parser="earley", lexer="basic", start=list(STARTS))
    except LarkError as fault:
        raise KnowledgeError(str(fault), place="message.lark") from fault
    terminals = {terminal.name: terminal for terminal in lark.terminals}
    rules: dict[str, list[Rule]] = {}
    for rule in lark.rules:
        rules.setdefault(rule.origin.name, []).append(rule)
    return {
        start: [way for rule in rules[start] for way in _expand(rule, rules, terminals, (start,))] for start in STARTS
    }


def table_text_of(ways: Mapping[str, Sequence[Way]]) -> str:
    """Return the table of `ways` through each start rule, as `message_table_text` does.

    Args:
        ways: By start rule.

    Raises:
        KnowledgeError: A choice cannot be told apart.
    """
    blocks = []
    for start, through in ways.items():
        heads = ",\n".join(f"  {json.dumps(head, ensure_ascii=False)}" for head in _heads(through))
        blocks.append(f"{json.dumps(start)}: [\n{heads}\n]")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _expand(
    rule: Rule, rules: Mapping[str, Sequence[Rule]], terminals: Mapping[str, TerminalDef], path: tuple[str, ...]
) -> list[Way]:
    """Return every way through `rule`; `path` holds the rules that led here."""
    ways = [Way(name=rule.alias or "", tokens=())]
    for symbol in rule.expansion:
        ways = [
            Way(name=way.name or more.name, tokens=way.tokens + more.tokens)
            for way in ways
            for more in _expand_symbol(symbol, rules, terminals, path)
        ]
    return ways


def _expand_symbol(
    symbol: Symbol, rules: Mapping[str, Sequence[Rule]], terminals: Mapping[str, TerminalDef], path: tuple[str, ...]
) -> list[Way]:
    if symbol.is_term:
        # Lark tells tokens that it drops from the tree by `filter_out`; plain symbols do not have it.
        dropped = bool(getattr(symbol, "filter_out", False))
        return [Way(name="", tokens=(_Token(terminal=terminals[symbol.name], field="" if dropped else symbol.name),))]
    if symbol.name in path:
        raise KnowledgeError(
            f"rule {symbol.name} reaches itself by {' > '.join((*path, symbol.name))}",
            place="message.lark",
            hint="Messages must stay regular: write the repetition inside one terminal.",
        )
    return [way for rule in rules[symbol.name] for way in _expand(rule, rules, terminals, (*path, symbol.name))]


def _order(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """Return lark's own key: the order in which its lexer tries terminals."""
    return (-terminal.priority, -terminal.pattern.max_width, -len(terminal.pattern.value), terminal.name)


def _by_first(ways: Sequence[Way]) -> list[tuple[TerminalDef, list[Way]]]:
    """Return the ways by their first terminal, in the order in which lark tries them."""
    groups: dict[str, tuple[TerminalDef, list[Way]]] = {}
    for way in ways:
        if way.tokens:
            first = way.tokens[0].terminal
            groups.setdefault(first.name, (first, []))[1].append(way)
    ordered = sorted(groups.values(), key=lambda group: _order(group[0]))
    for position, (terminal, _) in enumerate(ordered):
        _check(terminal, [other for other, _ in ordered[position + 1 :]])
    return ordered


def _check(terminal: TerminalDef, later: Sequence[TerminalDef]) -> None:
    """Refuse what lark and a regular expression would read differently."""
    if isinstance(terminal.pattern, PatternStr):
        return
    if faults := faults_of(terminal.pattern.to_regexp()):
        raise KnowledgeError(f"terminal {terminal.name} uses {', '.join(faults)}", place="message.lark")
    if not _literals(terminal) and any(_literals(other) for other in later):
        raise KnowledgeError(
            f"pattern {terminal.name} is tried before a literal",
            place="message.lark",
            hint="Give the pattern a lower priority than the literals beside it.",
        )


def _heads(ways: Sequence[Way]) -> list[dict[str, object]]:
    heads: list[dict[str, object]] = []
    for terminal, group in _by_first(ways):
        build = _Build(group[0].tokens[0].field)
        rest = build.rest([Way(name=way.name, tokens=way.tokens[1:]) for way in group])
        if literals := _literals(terminal):
            heads += [{"literal": literal, "rest": rest, "ends": build.ends} for literal in literals]
        else:
            heads.append({"pattern": terminal.pattern.to_regexp(), "rest": rest, "ends": build.ends})
    return heads


def _literals(terminal: TerminalDef) -> list[str]:
    """Return the literals that a terminal stands for; empty when it is a true pattern."""
    if isinstance(terminal.pattern, PatternStr):
        return [terminal.pattern.value]
    return words_of(terminal.pattern.to_regexp())


class _Build:
    """Builds the `rest` of one head, counting its groups."""

    def __init__(self, head_field: str) -> None:
        self.ends: dict[str, tuple[str, dict[str, int]]] = {}
        self._head: dict[str, int] = {head_field: 0} if head_field else {}
        self._groups = 0

    def rest(self, ways: Sequence[Way], fields: Mapping[str, int] | None = None) -> str:
        """Return the expression of what may follow; `fields` are the groups on the way here."""
        so_far = self._head if fields is None else fields
        branches: list[str] = []
        tried: list[str] = []
        for terminal, group in _by_first(ways):
            expression = terminal.pattern.to_regexp()
            guard = "".join(f"(?!{other})" for other in tried if self._may_both_match(other, terminal))
            branches.append(guard + self._branch(expression, group, so_far))
            tried.append(expression)
        ended = {way.name for way in ways if not way.tokens}
        if len(ended) > 1:
            raise KnowledgeError(f"one text means {' and '.join(sorted(ended))}", place="message.lark")
        branches += [self._end(name, so_far) for name in ended]
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"

    def _branch(self, expression: str, group: Sequence[Way], fields: Mapping[str, int]) -> str:
        field = group[0].tokens[0].field
        rest = [Way(name=way.name, tokens=way.tokens[1:]) for way in group]
        is_literal = isinstance(group[0].tokens[0].terminal.pattern, PatternStr)
        token = expression if is_literal else atomic(expression)
        if not field:
            return token + self.rest(rest, fields)
        self._groups += 1
        return f"({token})" + self.rest(rest, {**fields, field: self._groups})

    def _end(self, name: str, fields: Mapping[str, int]) -> str:
        self._groups += 1
        self.ends[str(self._groups)] = (name, dict(fields))
        return "()"

    @staticmethod
    def _may_both_match(tried: str, terminal: TerminalDef) -> bool:
        """Tell whether an earlier token may match where `terminal` does; when unsure, yes."""
        if not isinstance(terminal.pattern, PatternStr):
            return True
        return tried.startswith(terminal.pattern.to_regexp())
