"""mcplog as a local MCP server: a few tools that read, bounded, within the folders that the user allowed.

May import: errors, model, knowledge, sources, parse, rules, diagnose, pipeline, report.
Touches: user files below the allowed folders, read only; standard input and output.
"""
