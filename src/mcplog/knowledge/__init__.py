"""The data that ships with mcplog: grammars, rules, words and tables, loaded and checked; no user files.

May import: model.
Touches: package data.
"""
