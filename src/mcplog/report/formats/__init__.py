"""One module per output format. Each has `render(report, page) -> str`; its name is the word after `--format`.

A new format is one new file here. Nothing is registered: the command line lists this folder.
"""
