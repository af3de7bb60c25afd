"""Findings in, one ranked diagnosis per server out: cause, rivals, ladder, what is unknown and what to collect.

May import: errors, model, knowledge, rules.
Touches: nothing.
"""

from mcplog.diagnose.diagnosis import MOST_DETAILED, Evidence, diagnose
from mcplog.diagnose.verdicts import overall_verdict

__all__ = ["MOST_DETAILED", "Evidence", "diagnose", "overall_verdict"]
