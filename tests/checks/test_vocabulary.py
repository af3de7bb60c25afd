"""A catalogue of messages is checked against the grammar, every form of every template."""

import pytest

from checks.vocabulary import templates, unknown_forms

CATALOGUE = """# Messages

| template | level | where |
|---|---|---|
| `Has refresh token: <true\\|false>` | DEBUG | here |
| `fetch failed / Not connected` | (detail) | here |
| `MCP server "<server>" connection timed out after <ms>ms` | ERROR | as `<detail>` of others |
| `[<pid>] <text>` | any | texts: `Reading OAuth tokens`, `Saving tokens {json}` |

`not in a table`
"""


def test_templates_are_what_stands_in_the_first_column() -> None:
    assert list(templates(CATALOGUE)) == [
        ("Has refresh token: <true|false>", False),
        ("fetch failed", True),
        ("Not connected", True),
        ('MCP server "<server>" connection timed out after <ms>ms', True),
        ("[<pid>] Reading OAuth tokens", False),
        ("[<pid>] Saving tokens {json}", False),
    ]


@pytest.mark.parametrize(("template", "is_detail"), list(templates(CATALOGUE)))
def test_what_the_grammar_knows_is_known_in_every_form(template: str, *, is_detail: bool) -> None:
    assert unknown_forms(template, is_detail=is_detail) == []


@pytest.mark.parametrize(
    ("template", "forms"),
    [
        ("Sowing tokens", ["Sowing tokens"]),
        ("<Sowing|Saving> tokens", ["Sowing tokens"]),
        ("Saving tokens[ now| then]", ["Saving tokens[ now| then]"]),
        ("Successfully reconnected to <server> ⏎ Sown here", ["Sown here"]),
        ("Failed to reconnect to <server>[.|: <detail>]", []),
        ("[info|error] MCP Server running on port <n> (localhost only)", []),
        ("<n> MCP server(s): <n> connected", []),
        ("Error stack: <first line>⏎    at …", []),
    ],
)
def test_forms_that_it_does_not_know_are_named(template: str, forms: list[str]) -> None:
    assert unknown_forms(template, is_detail=False) == forms
