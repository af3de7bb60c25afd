"""Run rules on FACTS: a query's plan, three-valued truth, findings with their evidence.

May import: errors, knowledge, model.
Touches: nothing.
"""
