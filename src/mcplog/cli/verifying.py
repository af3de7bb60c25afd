"""From two recordings to what became of each fault, and an exit code."""

from pathlib import Path

from mcplog.cli.exit_codes import exit_code
from mcplog.cli.known_rules import known_rule
from mcplog.cli.output import refuse_to_overwrite, write
from mcplog.cli.terminal import page_for
from mcplog.diagnose.verification import verify
from mcplog.errors import NoInputError
from mcplog.model.verification import Outcome, Verified
from mcplog.model.vocabulary import Severity
from mcplog.pipeline import all_rules, analyze
from mcplog.report.verification import verified_json, verified_text

Recorded = tuple[str, Path | None]  # logs, stores

UNSURE = 10


def end_verification(
    before: Recorded,
    after: Recorded,
    *,
    server: str | None,
    rule_id: str | None,
    form: str,
    output: Path | None,
    width: int | None,
) -> int:
    """Write what became of each fault, and return the exit code.

    Args:
        before: The recording that shows the faults, and its stores.
        after: The recording that is to show that they are gone, and its stores.
        server: Only this server.
        rule_id: Only what this rule found.
        form: terminal or json.
        output: File to write to; null for standard output.
        width: Columns; null for those of the terminal.

    Raises:
        NoInputError: The first recording shows no such fault.
        UsageError: There is no such rule.
    """
    if rule_id is not None:
        known_rule(rule_id, [])
    refuse_to_overwrite([path for path in (*before, *after) if path is not None], output)
    one, other = (analyze([logs], credentials=[stores] if stores else []) for logs, stores in (before, after))
    found = verify(one, other, all_rules(), server=server, rule_id=rule_id)
    if not found:
        hint = "Name a recording on which `mcplog analyze` finds an incident."
        raise NoInputError("shows no such fault", place=before[0], hint=hint)
    write(verified_json(found) if form == "json" else verified_text(found, page_for(output, width)), output)
    return _code(found)


def _code(found: tuple[Verified, ...]) -> int:
    failing = [one.severity for one in found if one.outcome is Outcome.STILL_FAILING]
    if failing:
        return exit_code(failing, Severity.INFORMATIONAL)
    return 0 if all(one.outcome is Outcome.FIXED for one in found) else UNSURE
