"""Every error mcplog raises on purpose, as one tree; exit code and hint travel with the error.

    McplogError                 exit 1
    ├── UsageError              exit 2   the command line asks for something that cannot be
    ├── NoInputError            exit 3   nothing that could be read was found
    ├── InputError              exit 3   one input cannot be read; costs that input alone
    ├── FrameError              exit 1   a frame does not have the columns its stage promises
    ├── KnowledgeError          exit 1   data that ships with mcplog is damaged
    └── RuleError               exit 2   a rule file has faults; all of them are listed at once

May import: nothing. Touches: nothing.
"""


class McplogError(Exception):
    """A fault that is told to the user in one line: what, where, what to do.

    Args:
        message: What went wrong, one sentence without a final full stop.
        place: Where, as `file:line` or a path; empty when there is no such place.
        hint: What to do about it, one sentence; empty when nothing useful can be said.
    """

    exit_code: int = 1

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """Return `place: message`, without the hint."""
        return f"{self.place}: {self.message}" if self.place else self.message


class UsageError(McplogError):
    """The command line contradicts itself or names something that does not exist."""

    exit_code = 2


class NoInputError(McplogError):
    """Nothing that could be analysed was found."""

    exit_code = 3


class InputError(McplogError):
    """One input cannot be read; the others go on."""

    exit_code = 3


class FrameError(McplogError):
    """A frame does not have the columns or dtypes that its stage promises."""


class KnowledgeError(McplogError):
    """Data that ships with mcplog is missing or damaged; reinstalling helps."""


class RuleError(McplogError):
    """A rule file has faults; `faults` holds one line for each, with place and hint.

    Args:
        faults: One text per fault, `rule.toml: query, line 3, column 7: …`.
        place: The rule's folder or file.
    """

    exit_code = 2

    def __init__(self, faults: tuple[str, ...], *, place: str = "") -> None:
        super().__init__("\n".join(faults), place=place, hint="See docs/rules/language.md for the rule language.")
        self.faults = faults
