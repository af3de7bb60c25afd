"""Makes evidence that can be shown to others, and proves that a report belongs to it.

May import: model, knowledge, sources, parse, credentials, pipeline, report.
Touches: user files, read only.
"""
