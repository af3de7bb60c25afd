"""Faults of a rule file: where, what, and the nearest thing that would have been right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake.

    Attributes:
        where: The key of the file, `query` for example; empty for the file as a whole.
        line: 1-based line within the text of that key; 0 when there is none.
        column: 1-based column; 0 when there is none.
        message: What is wrong, one sentence without a final full stop.
        hint: What would be right; may be empty.
    """

    where: str = ""
    line: int = 0
    column: int = 0
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Return `rule.toml: query, line 3, column 7: message (hint)`."""
        place = ", ".join(
            part
            for part in (self.where, self.line and f"line {self.line}", self.column and f"column {self.column}")
            if part
        )
        hint = f" ({self.hint})" if self.hint else ""
        return f"rule.toml: {place}: {self.message}{hint}" if place else f"rule.toml: {self.message}{hint}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the word of `known` nearest to `word`; empty when none is near."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""
