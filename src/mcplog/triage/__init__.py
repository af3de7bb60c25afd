"""Many cases at once: units in, a table of cases and findings out, with duplicates found and work shared out.

May import: errors, light, model, knowledge, sources, diagnose, pipeline, report.
Touches: user files, read only; the journal and its outputs; processes; the clock.
"""
