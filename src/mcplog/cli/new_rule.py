"""The folder of a new rule: a rule.toml to fill in, and places for its cases."""

from pathlib import Path
from typing import Final

from mcplog.cli.output import write
from mcplog.errors import InputError, UsageError
from mcplog.knowledge.rulepack import RULE_FILE
from mcplog.rules.language import compile_rule
from mcplog.sources.rule_cases import FOLDERS

TEMPLATE: Final = """\
id = "{name}"
since = "0.1.0"
status = "experimental"
severity = "medium"                # informational, low, medium, high, critical
responsible = "unknown"            # the party that has to act: client, mcp-server, authorization-server, user, …
title = "What went wrong, in a few words"
rivals = []                        # rules that explain the same lines otherwise
references = []                    # RFC sections, public reports

query = '''
{query}
'''

cause = "One sentence on what happened."
next_observation = "What would settle it, or tell it from its rivals."

explanation = '''
The rule's manual page: what is seen, why it happens, how it is told from what looks alike.
'''

[remedy]
user = "What to do."
"""
QUERY: Final = """\
sequence by server, process_id
  [token_saved] as saved
  ![refresh_failed or tokens_cleared]
  [attempt_ended where failure == "unauthorized-after-auth"] as refused"""


def begin(name: str, pack: Path, query: Path | None) -> str:
    """Write the folder of a new rule and return what was written, and what to do next.

    Args:
        name: The rule's id.
        pack: Where its folder is made.
        query: A file with the text of its query; null for an example.

    Raises:
        UsageError: There is a folder of this name already.
        InputError: The query cannot be read.
        RuleError: The name or the query has faults; nothing is written then.
    """
    folder = pack / name
    text = TEMPLATE.format(name=name, query=QUERY if query is None else _query(query))
    compile_rule(text, name)
    if folder.exists():
        raise UsageError("is there already", place=str(folder), hint="Give the rule another name.")
    for word in FOLDERS:
        (folder / word).mkdir(parents=True)
    write(text, folder / RULE_FILE)
    lines = [
        f"{folder / RULE_FILE}: fill in the sentences",
        f"{folder}: put recordings into {', '.join(FOLDERS)}",
        f"then: mcplog rules test {folder} --mutate",
    ]
    return "".join(f"{line}\n" for line in lines)


def _query(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError("cannot be read as text", place=str(file)) from fault
