"""Write a condition or a step as a rule would, for people who ask which part of it failed."""

from mcplog.model.rule import Step, Term

INFIX = frozenset({"==", "!=", "<", "<=", ">", ">=", "+", "-", "and", "or"})


def bracket(step: Step) -> str:
    """Return the text of a `step`."""
    where = f" where {wording(step.where)}" if step.where else ""
    text = f"{'!' if step.missing else ''}[{' or '.join(step.kinds)}{where}]"
    name = f" as {step.alias}" if step.alias else ""
    runs = f" with runs={step.runs}" if step.runs > 1 else ""
    return f"{text}{name}{runs}{' required' if step.required else ''}"


def wording(term: Term) -> str:  # noqa: PLR0911 - one for each operator
    """Return the text of a `term`; durations are in milliseconds."""
    if term.op in INFIX:
        return f" {term.op} ".join(_nested(arg, term.op) for arg in term.args)
    match term.op:
        case "column":
            return f"{term.step}.{term.name}" if term.step else term.name
        case "text":
            return f'"{term.words[0]}"'
        case "number":
            return str(term.numbers[0])
        case "truth":
            return "true" if term.numbers[0] else "false"
        case "not":
            return f"not ({wording(term.args[0])})"
        case "known" | "unknown":
            return f"{wording(term.args[0])} is {term.op}"
        case "has":
            return f"{wording(term.args[0])} has {wording(term.args[1])}"
        case _:
            choices = [*(f'"{word}"' for word in term.words), *map(str, term.numbers)]
            return f"{wording(term.args[0])} {term.op} ({', '.join(choices)})"


def _nested(term: Term, op: str) -> str:
    text = wording(term)
    return f"({text})" if term.op in ("and", "or") and term.op != op else text
