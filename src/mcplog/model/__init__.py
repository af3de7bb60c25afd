"""Words and shapes: closed vocabulary, frame schemas with units, places, findings.

May import: errors.
Touches: nothing.
"""
