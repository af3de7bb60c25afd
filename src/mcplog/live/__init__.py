"""Stores and logs as they change: what is kept of them, and what is warned of before it fails.

May import: errors, model, sources, history, parse, credentials, correlate, rules, diagnose, pipeline.
Touches: user files, read only; mcplog's own history; the clock.
"""
