"""The only reader of the user's files: finds logs and stores, and what belongs together. Reads, never writes.

May import: model, knowledge.
Touches: user files, read only.
"""

from mcplog.sources.earlier_report import read_earlier_report
from mcplog.sources.file_content import FileContent
from mcplog.sources.gather import gather
from mcplog.sources.here import gather_here
from mcplog.sources.inputs import HistoryOf, Inputs, changes_while_reading
from mcplog.sources.installed_packs import installed_packs, pack_folder
from mcplog.sources.rule_cases import FOLDERS, RuleCase, read_cases, rule_cases
from mcplog.sources.rule_folders import rule_texts
from mcplog.sources.store_look import Seen, look, settled
from mcplog.sources.suppression_file import read_suppressions

__all__ = [
    "FOLDERS",
    "FileContent",
    "HistoryOf",
    "Inputs",
    "RuleCase",
    "Seen",
    "changes_while_reading",
    "gather",
    "gather_here",
    "installed_packs",
    "look",
    "pack_folder",
    "read_cases",
    "read_earlier_report",
    "read_suppressions",
    "rule_cases",
    "rule_texts",
    "settled",
]
