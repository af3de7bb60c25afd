"""The cases of rules: small recordings beside `rule.toml`, in a folder that says what the rule has to say about them.

    refresh-race/
      rule.toml
      confirmed/two-sessions/debug/….txt, credentials/…     what `mcplog analyze` would read
      possible/log-of-the-winner-begins-late/…
      none/same-process/…                                   a near miss, named after the clause that fails
        expected.toml                                       where it matters which pattern finds it: cause = "…"

Each folder is all the evidence there is: nothing of the machine it lies on comes in.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import UsageError
from mcplog.knowledge.rulepack import RULE_FILE
from mcplog.model.vocabulary import Certainty
from mcplog.sources.gather import gather
from mcplog.sources.inputs import Inputs

EXPECTED_FILE: Final = "expected.toml"
NOBODY: Final = Path("nobody's home")  # is not there, so nothing is found in it
FOLDERS: Final[dict[str, Certainty | None]] = {
    "confirmed": Certainty.CONFIRMED,
    "possible": Certainty.POSSIBLE,
    "none": None,
}


class RuleCase(Struct, frozen=True, kw_only=True):
    """One case.

    Attributes:
        rule_id: The rule it is about.
        expected: The surest finding of the rule that it has to get; null: none.
        name: Its folder's name.
        folder: Where its logs and stores lie.
        cause: The cause that the finding has to tell, paths relative to the folder; empty: any.
    """

    rule_id: str
    expected: Certainty | None
    name: str
    folder: Path
    cause: str = ""

    def __str__(self) -> str:
        """Return `refresh-race/none/same-process`."""
        return f"{self.rule_id}/{self.expected or 'none'}/{self.name}"


def rule_cases(packs: Iterable[Path]) -> tuple[RuleCase, ...]:
    """Return the cases of packs, by rule, expectation and name.

    Args:
        packs: Folders that hold one folder per rule.
    """
    rules = [file.parent for pack in packs for file in sorted(pack.glob(f"*/{RULE_FILE}"))]
    return tuple(
        RuleCase(rule_id=rule.name, expected=expected, name=folder.name, folder=folder, cause=_cause(folder))
        for rule in rules
        for word, expected in FOLDERS.items()
        for folder in sorted((rule / word).glob("*/"))
    )


def _cause(folder: Path) -> str:
    file = folder / EXPECTED_FILE
    import tomllib  # noqa: PLC0415 - only cases of rules pay for it

    return str(tomllib.loads(file.read_text("utf-8"))["cause"]) if file.is_file() else ""


def read_cases(cases: Sequence[RuleCase]) -> Inputs:
    """Return the logs and stores of cases; the `case_id` of each is the place of its case in `cases`.

    Args:
        cases: The cases.

    Raises:
        UsageError: A case holds nothing that could be read.
    """
    inputs = gather([case.folder for case in cases], environment={}, home=NOBODY, stdin=None)
    full = {document.case_id for document in inputs.documents} | {dump.case_id for dump in inputs.dumps}
    if len(full) != len(cases) or inputs.problems:
        fault = next(iter(inputs.problems), None)
        place = fault.origin if fault else ", ".join(map(str, cases))
        raise UsageError(fault.what if fault else "a case holds nothing", place=place, hint="Look at its files.")
    return inputs
