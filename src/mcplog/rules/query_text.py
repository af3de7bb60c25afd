"""Turn the text of a query into a Query: names, kinds and values checked, every fault listed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lark import Token, Tree
from msgspec.structs import replace

from mcplog.model.event_kinds import DERIVED_KINDS, EVENT_KINDS, REPORTED_KINDS
from mcplog.model.frames import FACTS
from mcplog.model.rule import CredentialTest, Query, Step, Term
from mcplog.rules.column_types import may_be_key
from mcplog.rules.condition_text import ConditionReader, milliseconds, position
from mcplog.rules.conditions import columns_of
from mcplog.rules.faults import Fault, nearest
from mcplog.rules.query_tree import Syntax, read_tree

KINDS: Final = frozenset((*EVENT_KINDS, *DERIVED_KINDS, *REPORTED_KINDS))
MOST_ROWS: Final = 60  # of one binding; keeps a plan small


def read_query(text: str, *, where: str) -> tuple[Query | None, tuple[Fault, ...]]:
    """Return the Query of a text, or its faults.

    Args:
        text: The query, see `grammars/rule.lark`.
        where: The key of the rule file it stands under, for the faults.
    """
    try:
        tree = read_tree(text, where=where)
    except Syntax as syntax:
        return None, (syntax.fault,)
    reader = _QueryReader(text=text, where=where)
    query = reader.read(tree)
    return (None if reader.faults else query), tuple(reader.faults)


@dataclass(slots=True, kw_only=True)
class _QueryReader:
    text: str
    where: str
    faults: list[Fault] = field(default_factory=list)

    def read(self, tree: Tree[Token]) -> Query:
        nodes = [node for node in tree.children if isinstance(node, Tree)]
        steps = tuple(self._outline(node) for node in nodes if node.data == "step")
        self._aliases(nodes, steps)
        steps = tuple(
            replace(step, where=self._where(node, steps, own=step.alias if step.runs == 1 else ""))
            for step, node in zip(steps, (node for node in nodes if node.data == "step"), strict=True)
        )
        query = Query(
            keys=self._keys(nodes),
            steps=steps,
            maxspan_ms=self._maxspan(nodes),
            maxspan_text=next((str(node.children[0]) for node in nodes if node.data == "maxspan"), ""),
            credentials=tuple(self._credentials(nodes, steps)),
            until=self._until(nodes, steps),
            text=self.text.strip(),
        )
        self._shape(tree, query)
        return replace(query, columns=columns_of(query))

    def _fault(self, node: Tree[Token] | Token, message: str, hint: str = "") -> None:
        line, column = position(node)
        self.faults.append(Fault(where=self.where, line=line, column=column, message=message, hint=hint))

    def _source(self, node: Tree[Token]) -> str:
        return " ".join(self.text[node.meta.start_pos : node.meta.end_pos].split())

    def _keys(self, nodes: list[Tree[Token]]) -> tuple[str, ...]:
        tokens = [token for node in nodes if node.data == "by" for token in node.children]
        names = [str(token) for token in tokens]
        for token, name in zip(tokens, names, strict=True):
            if name not in FACTS:
                self._fault(token, f"there is no column `{name}`", nearest(name, FACTS))
            elif name == "case_id":
                self._fault(token, "`case_id` is a key of every rule already", "leave it out")
            elif names.count(name) > 1:
                self._fault(token, f"`{name}` is named twice")
            elif not may_be_key(name):
                self._fault(token, f"`{name}` cannot hold rows together", "lists and instants are no keys")
        return tuple(names)

    def _maxspan(self, nodes: list[Tree[Token]]) -> int | None:
        found = [node for node in nodes if node.data == "maxspan"]
        if not found:
            return None
        span = milliseconds(str(found[0].children[0]))
        if span == 0:
            self._fault(found[0].children[0], "maxspan is longer than nothing")
        return span

    def _outline(self, node: Tree[Token]) -> Step:
        """Return the step without its condition."""
        bracket = next(child for child in node.children if isinstance(child, Tree) and child.data == "bracket")
        marks = [child for child in node.children if isinstance(child, Tree) and child.data != "bracket"]
        names = [mark.data for mark in marks]
        for mark in marks:
            if names.count(mark.data) > 1:
                self._fault(mark, f"`{mark.data}` stands twice")
        missing = any(isinstance(child, Token) for child in node.children)
        runs = next((int(str(mark.children[0])) for mark in marks if mark.data == "runs"), 1)
        alias = next((str(mark.children[0]) for mark in marks if mark.data == "alias"), "")
        if missing and marks:
            self._fault(node, "a missing event has no name, no runs and is never required")
        if not 1 <= runs <= MOST_ROWS:
            self._fault(node, f"runs is between 1 and {MOST_ROWS}")
        return Step(
            kinds=self._kinds(bracket),
            alias=alias,
            missing=missing,
            runs=runs,
            required="required" in names,
            text=self._source(node),
        )

    def _kinds(self, bracket: Tree[Token]) -> tuple[str, ...]:
        kinds = next(child for child in bracket.children if isinstance(child, Tree) and child.data == "kinds")
        for token in kinds.children:
            if str(token) not in KINDS:
                self._fault(token, f"there is no event kind `{token}`", nearest(str(token), KINDS))
        return tuple(dict.fromkeys(str(token) for token in kinds.children))

    def _aliases(self, nodes: list[Tree[Token]], steps: tuple[Step, ...]) -> None:
        names = [step.alias for step in steps if step.alias]
        for node, step in zip((node for node in nodes if node.data == "step"), steps, strict=True):
            if step.alias and names.count(step.alias) > 1:
                self._fault(node, f"two steps are called `{step.alias}`")

    def _where(self, node: Tree[Token], steps: tuple[Step, ...], *, own: str) -> Term | None:
        """Return the condition of the bracket at or under `node`."""
        bracket = next((child for child in node.children if isinstance(child, Tree) and child.data == "bracket"), node)
        conditions = [child for child in bracket.children if isinstance(child, Tree) and child.data != "kinds"]
        return self._condition(conditions[0], steps, own=own) if conditions else None

    def _condition(self, node: Tree[Token], steps: tuple[Step, ...], *, own: str) -> Term | None:
        aliases = {step.alias: not step.missing for step in steps if step.alias}
        reader = ConditionReader(where=self.where, aliases=aliases, own=own, faults=self.faults)
        return reader.read(node)

    def _credentials(self, nodes: list[Tree[Token]], steps: tuple[Step, ...]) -> Iterator[CredentialTest]:
        places = {step.alias: index for index, step in enumerate(steps) if step.alias and not step.missing}
        for node in nodes:
            if node.data != "credential":
                continue
            token, condition = node.children
            name = str(token)
            if name not in places:
                self._fault(node, f"no step is called `{name}`", nearest(name, places) or "name it with `as`")
                continue
            where = self._condition(condition, steps, own=name)  # type: ignore[arg-type] # the grammar gives a tree
            if where:
                yield CredentialTest(step=places[name], where=where, text=self._source(node))

    def _until(self, nodes: list[Tree[Token]], steps: tuple[Step, ...]) -> Step | None:
        found = [node for node in nodes if node.data == "until"]
        for node in found[1:]:
            self._fault(node, "`until` stands twice", "name several kinds with `or`")
        if not found:
            return None
        bracket = next(child for child in found[0].children if isinstance(child, Tree))
        return Step(
            kinds=self._kinds(bracket),
            where=self._where(found[0], steps, own=""),
            missing=True,
            text=self._source(found[0]),
        )

    def _shape(self, tree: Tree[Token], query: Query) -> None:
        """Find what is well written and has no meaning."""
        rows = sum(step.runs for step in query.steps if not step.missing)
        timed = query.maxspan_ms is not None
        if rows == 0:
            self._fault(tree, "only missing events", "name at least one event that happens")
            return
        if rows > MOST_ROWS:
            self._fault(tree, f"a sequence of {rows} rows is too long", f"at most {MOST_ROWS}")
        if query.steps[-1].missing and not timed:
            self._fault(tree, "how long the last event must be missing is not said", "add `with maxspan=5m`")
        if rows == 1 and timed and not (query.steps[0].missing or query.steps[-1].missing):
            self._fault(tree, "one row has no span", "leave `with maxspan` out")
        if rows == 1 and query.until:
            self._fault(tree, "`until` looks between the rows of a sequence, and there is one row")
