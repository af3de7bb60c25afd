"""Turns a diagnosis into text: one frozen view, one file per format. Returns text, writes nothing.

May import: model, knowledge.
Touches: nothing.

The names are imported from their modules (`view`, `layout`, `proof`, `formats.<format>`) and not from here, so that
`--help` can list the formats without loading polars.
"""
