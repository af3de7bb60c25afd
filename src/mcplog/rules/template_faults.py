"""Check the sentences of a rule: `{alias.column}` names a step and a column that exist."""

from mcplog.model.frames import FACTS
from mcplog.model.rule import Query
from mcplog.rules.faults import Fault, nearest
from mcplog.rules.templates import PLACE, placeholders


def template_faults(text: str, query: Query | None, *, where: str) -> list[Fault]:
    """Return the faults of a template.

    Args:
        text: The sentence.
        query: Whose steps it may name; null when the query itself is at fault, then only columns are checked.
        where: The key it stands under.
    """
    faults: list[Fault] = []
    try:
        names = placeholders(text)
    except ValueError as error:
        return [Fault(where=where, message=f"the braces do not match: {error}", hint="write `{{` for a brace")]
    aliases = [step.alias for step in query.steps if step.alias] if query else []
    for name in names:
        alias, _, column = name.rpartition(".")
        if alias and query and alias not in aliases:
            faults.append(
                Fault(
                    where=where,
                    message=f"`{{{name}}}`: no step is called `{alias}`",
                    hint=nearest(alias, aliases) or "name it with `as`",
                )
            )
        if column not in FACTS and column != PLACE:
            faults.append(
                Fault(where=where, message=f"`{{{name}}}`: there is no column `{column}`", hint=nearest(column, FACTS))
            )
    return faults
