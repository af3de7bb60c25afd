"""Read the text of a query with lark and say in plain words where it is not one."""

from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from mcplog.knowledge.resources import grammar
from mcplog.rules.faults import Fault

WORDS = {
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "DOT": "`.`",
    "EQUAL": "`=`",
    "MISSING": "`![`",
    "NAME": "a name",
    "TEXT": 'a text in `"`',
    "INTEGER": "a number",
    "DURATION": "a duration such as `5m`",
    "COMPARE": "a comparison such as `==`",
    "PLUS": "`+`",
    "MINUS": "`-`",
    "$END": "the end of the query",
}
# What people write instead, by the text at the place of the fault.
HINTS = {
    "=": "equality is written `==`",
    "'": 'texts stand in double quotes: `"valid"`',
    "&": "write `and`",
    "|": "write `or`",
    "~": 'a pattern is written `like "Text*"`',
    "/": 'a pattern is written `like "Text*"`',
    "null": "write `is unknown` or `is known`",
    "none": "write `is unknown` or `is known`",
    "within": "the longest time is written `with maxspan=5m` behind the keys",
    "maxspan": "write `with maxspan=5m` behind the keys",
    "where": "a condition stands inside the brackets: `[kind where …]`",
    "and": "a condition stands inside the brackets: `[kind where …]`",
    "until": "`until [kind]` stands at the end",
}


@dataclass(frozen=True, slots=True)
class Syntax(Exception):  # noqa: N818 - carries a fault to be listed, it is not an error of its own
    """The text is no query."""

    fault: Fault


@cache
def _parser() -> Lark:
    return Lark(grammar("rule.lark"), parser="lalr", start="query", propagate_positions=True, maybe_placeholders=False)


def read_tree(text: str, *, where: str) -> Tree[Token]:
    """Return the tree of a query.

    Args:
        text: The query.
        where: The key of the rule file it stands under, for the fault.

    Raises:
        Syntax: The text does not follow `grammars/rule.lark`.
    """
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise Syntax(_fault(error, text, where)) from None


def _fault(error: UnexpectedInput, text: str, where: str) -> Fault:
    line, column = error.line, error.column
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        lines = text.rstrip().split("\n")
        return Fault(
            where=where,
            line=len(lines),
            column=len(lines[-1]) + 1,
            message="the query ends too early",
            hint=_expected(error),
        )
    found = _found(error, text)
    hint = HINTS.get(found.lower(), "") or HINTS.get(found[:1], "")
    if not hint and found.isupper() and found.isalpha():
        hint = "names and words are lower case"
    return Fault(
        where=where, line=line, column=column, message=f"`{found}` cannot stand here", hint=hint or _expected(error)
    )


def _found(error: UnexpectedInput, text: str) -> str:
    if isinstance(error, UnexpectedToken):
        return str(error.token)
    rest = text.split("\n")[error.line - 1][error.column - 1 :]
    end = 1
    while end < len(rest) and rest[0].isalnum() and (rest[end].isalnum() or rest[end] == "_"):
        end += 1
    return rest[:end]


def _expected(error: UnexpectedInput) -> str:
    if isinstance(error, UnexpectedToken):
        names = error.accepts
    elif isinstance(error, UnexpectedCharacters):
        names = set(error.allowed)
    else:
        names = set()
    words = sorted(WORDS.get(name, f"`{name.lower()}`") for name in names if name not in ("WS", "COMMENT"))
    return f"expected {' or '.join(words)}" if words else ""
