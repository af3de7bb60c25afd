"""Turn the tree of a condition into a Term: names checked against FACTS, values against what they meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lark import Token, Tree
from msgspec.structs import replace

from mcplog.model.frames import FACTS
from mcplog.model.rule import Term
from mcplog.rules.column_types import HIDDEN_WORD, Type, Typed, type_of
from mcplog.rules.faults import Fault, nearest

UNIT_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
ORDERED: Final = {Type.NUMBER, Type.DURATION, Type.SECONDS, Type.INSTANT}
ANY: Final = Typed(type=Type.TRUTH)
Node = Tree[Token] | Token


class Spoilt(Exception):  # noqa: N818 - ends the reading of one condition; the fault is already listed
    """A part of a condition is at fault, so nothing can be said about the rest."""


def milliseconds(duration: str) -> int:
    """Return the milliseconds of a `duration` such as `5m`."""
    digits = duration.rstrip("smhd")
    return int(digits) * UNIT_MS[duration[len(digits) :]]


def text_value(literal: str) -> str:
    """Return what a `literal` in double quotes says."""
    return literal[1:-1].replace('\\"', '"').replace("\\\\", "\\")


@dataclass(slots=True, kw_only=True)
class ConditionReader:
    """Reads the conditions of one query and lists their faults.

    Attributes:
        where: The key of the rule file, for faults.
        aliases: Alias → whether the step can be referred to.
        own: The alias of the row that is being tested; a reference to it is a plain column.
        faults: What was wrong so far.
    """

    where: str
    aliases: Mapping[str, bool]
    own: str = ""
    faults: list[Fault] = field(default_factory=list)

    def read(self, node: Node) -> Term | None:
        """Return the Term of the condition at `node`; null when it has a fault."""
        before = len(self.faults)
        try:
            term, typed = self._term(node)
        except Spoilt:
            return None
        if typed.type is not Type.TRUTH:
            self._fault(node, f"a condition is true or false, this is {typed.type}", "compare it with something")
        return term if len(self.faults) == before else None

    def _fault(self, node: Node, message: str, hint: str = "") -> None:
        line, column = position(node)
        self.faults.append(Fault(where=self.where, line=line, column=column, message=message, hint=hint))

    def _spoil(self, node: Node, message: str, hint: str = "") -> Spoilt:
        self._fault(node, message, hint)
        return Spoilt()

    def _term(self, node: Node) -> tuple[Term, Typed]:  # noqa: PLR0911 - one for each sort of node
        if isinstance(node, Token):  # pragma: no cover - the grammar leaves no bare token where a term stands
            raise self._spoil(node, f"`{node}` cannot stand here")
        match node.data:
            case "and_" | "or_" | "negation":
                return self._logic(node)
            case "column" | "reference":
                return self._column(node)
            case "text" | "number" | "negative" | "duration" | "true" | "false":
                return literal(node)
            case "compare":
                return self._compare(node)
            case "plus" | "minus":
                return self._sum(node)
            case "one_of":
                return self._one_of(node)
            case "like":
                return self._like(node)
            case "has":
                return self._has(node)
            case _:
                return self._known(node)

    def _logic(self, node: Tree[Token]) -> tuple[Term, Typed]:
        terms = [self.read(child) for child in node.children]
        if any(term is None for term in terms):
            raise Spoilt
        op = {"and_": "and", "or_": "or", "negation": "not"}[node.data]
        return Term(op=op, args=tuple(term for term in terms if term)), ANY

    def _column(self, node: Tree[Token]) -> tuple[Term, Typed]:
        step = str(node.children[0]) if node.data == "reference" else ""
        name = str(node.children[-1])
        if step and step not in self.aliases:
            raise self._spoil(node, f"no step is called `{step}`", nearest(step, self.aliases) or "name it with `as`")
        if step and not self.aliases[step]:
            raise self._spoil(node, f"`{step}` is a missing event: there is no row to refer to")
        if name not in FACTS:
            raise self._spoil(node, f"there is no column `{name}`", nearest(name, FACTS))
        return Term(op="column", name=name, step="" if step == self.own else step), type_of(name)

    def _compare(self, node: Tree[Token]) -> tuple[Term, Typed]:
        left_node, operator, right_node = node.children
        left, left_type = self._term(left_node)
        right, right_type = self._term(right_node)
        left, right = self._meet(node, (left, left_type), (right, right_type))
        if str(operator) not in ("==", "!="):
            for typed in (left_type, right_type):
                if typed.type not in ORDERED:
                    raise self._spoil(node, f"`{operator}` cannot order {typed.type}")
        self._word(right_node, right, left_type)
        self._word(left_node, left, right_type)
        return Term(op=str(operator), args=(left, right)), ANY

    def _meet(self, node: Node, left: tuple[Term, Typed], right: tuple[Term, Typed]) -> tuple[Term, Term]:
        """Bring two operands to one unit."""
        types = {left[1].type, right[1].type}
        if Type.LIST in types:
            raise self._spoil(node, "a list is not compared as a whole", 'write `scope has "x"`')
        if types == {Type.SECONDS, Type.DURATION}:
            return in_milliseconds(*left), in_milliseconds(*right)
        if len(types) == 1 or types <= {Type.NUMBER, Type.SECONDS} or types <= {Type.NUMBER, Type.DURATION}:
            return left[0], right[0]
        raise self._spoil(node, f"{left[1].type} does not compare with {right[1].type}")

    def _word(self, node: Node, term: Term, other: Typed) -> None:
        """Check a literal against the words of the closed column it meets."""
        if term.op != "text" or not other.words:
            return
        word = term.words[0]
        if word == HIDDEN_WORD:
            self._fault(node, '"unknown" means that it is not known and equals nothing', "write `is unknown`")
        elif word not in other.words:
            hint = nearest(word, other.words) or (f"one of {', '.join(other.words)}" if len(other.words) <= 12 else "")  # noqa: PLR2004 - a list that fits in a line
            self._fault(node, f'"{word}" is not a word of this column', hint)

    def _sum(self, node: Tree[Token]) -> tuple[Term, Typed]:
        left_node, operator, right_node = node.children
        left, left_type = self._term(left_node)
        right, right_type = self._term(right_node)
        typed = sum_type(str(operator), left_type.type, right_type.type)
        if typed is None:
            raise self._spoil(node, f"{left_type.type} {operator} {right_type.type} has no meaning")
        if typed in (Type.DURATION, Type.INSTANT):
            left, right = in_milliseconds(left, left_type), in_milliseconds(right, right_type)
        return Term(op=str(operator), args=(left, right)), Typed(type=typed)

    def _one_of(self, node: Tree[Token]) -> tuple[Term, Typed]:
        operand, typed = self._term(node.children[0])
        choices = _trees(node.children[-1])
        values = [literal(child) for child in choices]
        for child, (value, value_type) in zip(choices, values, strict=True):
            operand_here, _ = self._meet(child, (operand, typed), (value, value_type))
            self._word(child, value, typed)
            if operand_here is not operand:
                raise self._spoil(child, "seconds and durations do not mix in a list", "write the seconds as numbers")
        term = Term(
            op="in",
            args=(operand,),
            words=tuple(word for value, _ in values for word in value.words),
            numbers=tuple(number for value, _ in values for number in value.numbers),
        )
        return negated(node, term), ANY

    def _like(self, node: Tree[Token]) -> tuple[Term, Typed]:
        operand, typed = self._term(node.children[0])
        if typed.type is not Type.TEXT:
            raise self._spoil(node, f"`like` looks at a text, this is {typed.type}")
        last = node.children[-1]
        literals = [last] if isinstance(last, Token) else [item for child in _trees(last) for item in child.children]
        if any(not isinstance(item, Token) or item.type != "TEXT" for item in literals):
            raise self._spoil(node, "a pattern is a text", 'write `like "Text*"`')
        return negated(
            node, Term(op="like", args=(operand,), words=tuple(text_value(str(item)) for item in literals))
        ), ANY

    def _has(self, node: Tree[Token]) -> tuple[Term, Typed]:
        operand, typed = self._term(node.children[0])
        item, item_type = self._term(node.children[-1])
        if typed.type is not Type.LIST:
            raise self._spoil(node, f"`has` looks into a list, this is {typed.type}", "write `==`")
        if item_type.type is not Type.TEXT:
            raise self._spoil(node, f"a list holds texts, this is {item_type.type}")
        return negated(node, Term(op="has", args=(operand, item))), ANY

    def _known(self, node: Tree[Token]) -> tuple[Term, Typed]:
        operand, _ = self._term(node.children[0])
        return Term(op="known" if node.data == "is_known" else "unknown", args=(operand,)), ANY


def _trees(node: Node) -> list[Tree[Token]]:
    """Return the children of `node` that are no tokens."""
    return [] if isinstance(node, Token) else [child for child in node.children if isinstance(child, Tree)]


def position(node: Node) -> tuple[int, int]:
    """Return line and column of a `node`, both 1-based; zeros when it is empty."""
    if isinstance(node, Token):
        return node.line or 0, node.column or 0
    return (0, 0) if node.meta.empty else (node.meta.line, node.meta.column)


def literal(node: Tree[Token]) -> tuple[Term, Typed]:
    """Return the Term and type of the literal at `node`."""
    value = str(node.children[-1])
    match node.data:
        case "text":
            return Term(op="text", words=(text_value(value),)), Typed(type=Type.TEXT)
        case "duration":
            return Term(op="number", numbers=(milliseconds(value),)), Typed(type=Type.DURATION)
        case "true" | "false":
            return Term(op="truth", numbers=(int(node.data == "true"),)), ANY
        case _:
            sign = -1 if node.data == "negative" else 1
            return Term(op="number", numbers=(sign * int(value),)), Typed(type=Type.NUMBER)


def negated(node: Tree[Token], term: Term) -> Term:
    """Return `term`, turned round when the operator of `node` has a `not` before it."""
    is_negated = any(isinstance(child, Token) and child.type == "NOT" for child in node.children)
    return Term(op="not", args=(term,)) if is_negated else term


def in_milliseconds(term: Term, typed: Typed) -> Term:
    """Return `term`, scaled when its type is seconds; `typed` is its type."""
    if typed.type is not Type.SECONDS:
        return term
    if term.op == "column":
        return replace(term, factor=1_000)
    if term.op == "number":
        return replace(term, numbers=(term.numbers[0] * 1_000,))
    return replace(term, args=tuple(in_milliseconds(arg, typed) for arg in term.args))


def sum_type(operator: str, left: Type, right: Type) -> Type | None:  # noqa: PLR0911 - one for each pair of types
    """Return the type of `left` + or - `right`; null when it has no meaning. `operator` is the sign."""
    spans = {Type.DURATION, Type.SECONDS}
    if left is Type.INSTANT and right is Type.INSTANT:
        return Type.DURATION if operator == "-" else None
    if left is Type.INSTANT and right in spans:
        return Type.INSTANT
    if right is Type.INSTANT and left in spans:
        return Type.INSTANT if operator == "+" else None
    if left is right and left in ORDERED:
        return left
    if {left, right} == spans:
        return Type.DURATION
    if {left, right} <= {Type.NUMBER, *spans}:
        return right if left is Type.NUMBER else left
    return None
