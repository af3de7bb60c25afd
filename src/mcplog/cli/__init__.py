"""The command line: options to one call to one renderer to one write; one file per command.

May import: everything below.
Touches: terminal, output files, clock, environment.
"""
