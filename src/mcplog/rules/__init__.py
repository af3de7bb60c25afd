"""Run rules on FACTS: a query's plan, three-valued truth, findings with their evidence.

`language.py` compiles the text of a rule and needs lark; `near_miss.py` says why a rule was not found. Neither is
needed for an analysis, so they are imported where they are asked for and not here.

May import: errors, knowledge, model.
Touches: nothing.
"""

from mcplog.rules.evaluate import evaluate

__all__ = ["evaluate"]
