"""Run rules on FACTS: a query's plan, three-valued truth, findings with their evidence.

`language.py` compiles the text of a rule. It alone needs lark, so it is imported where rules are compiled and not here.

May import: errors, knowledge, model.
Touches: nothing.
"""

from mcplog.rules.evaluate import evaluate
from mcplog.rules.near_miss import why_not

__all__ = ["evaluate", "why_not"]
