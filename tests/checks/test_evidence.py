"""Lines that are named as evidence are looked for among what was read."""

from pathlib import Path

from checks.evidence import Line, named, unread

LABELS = """
[[incident]]
evidence = [{ file = "log.txt", lines = [2, 1] }, { file = "credentials.json", lines = [2] }]

[[incident]]
evidence = [{ file = "log.txt", lines = [2, 4] }]
"""
LOG = (
    '[DEBUG] MCP server "s": Saving tokens\n[ERROR] MCP server "s" Server stderr: a\n  b\n'
    '[DEBUG] Other words\n[DEBUG] MCP server "s": Returning tokens\n'
)
STORE = '{"mcpOAuth":\n{"s|0123456789abcdef":{"serverName":"s","accessToken":"at-1","clientId":"c","expiresAt":1}}}\n'


def test_a_line_that_nothing_stands_on_is_told(tmp_path: Path) -> None:
    case = tmp_path / "01-case"
    case.mkdir()
    for name, text in (("expected.toml", LABELS), ("log.txt", LOG), ("credentials.json", STORE)):
        (case / name).write_text(text, "utf-8")

    assert named(case) == [Line("01-case", "credentials.json", 2), *(Line("01-case", "log.txt", n) for n in (1, 2, 4))]
    assert unread(case) == (4, [Line("01-case", "log.txt", 4)])
