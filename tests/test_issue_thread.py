"""One issue, four reporters, four faults: each gets a verdict of their own, as the opening of the design promises.

The thread is made up after a public one; every name, host and token in it is invented.
"""

import json
from pathlib import Path
from typing import Any

from mcplog.model.finding import Analysis, Diagnosis
from mcplog.pipeline import analyze

KEY = b"k" * 32
SCREEN = (
    "Authentication successful, but server reconnection failed. "
    "You may need to manually restart Claude Code for the changes to take effect."
)
KEYCLOAK = f"""### What happened?

Our MCP server `vault` sits behind Keycloak. I sign in with `/mcp`, the browser says that all is well, the tokens are
stored in the keychain, and then:

```
{SCREEN}
```

After quitting and restarting Claude Code the server connects and its tools are listed.

### Claude Code Version

2.0.75 (Claude Code)

### Operating System

macOS
"""
REFUSED = "Streamable HTTP error: Server returned 401 after successful authentication"
PLUGIN = f"""Same message with the Pinboard plugin, but a restart changes nothing.

[DEBUG] MCP server "plugin:Pinboard:pinboard": Initializing HTTP transport to https://mcp.pinboard.example/mcp \
[DEBUG] MCP server "plugin:Pinboard:pinboard": Returning tokens \
[DEBUG] MCP server "plugin:Pinboard:pinboard": Token length: 92 \
[DEBUG] MCP server "plugin:Pinboard:pinboard": Has refresh token: true \
[DEBUG] MCP server "plugin:Pinboard:pinboard": Expires in: 3588s

[DEBUG] MCP server "plugin:Pinboard:pinboard": HTTP Connection failed after 1312ms: {REFUSED} [ERROR] MCP server \
"plugin:Pinboard:pinboard" Error: {REFUSED} [ERROR] MCP server "plugin:Pinboard:pinboard" Connection failed: {REFUSED}
"""
BY_HAND = """For the record, it is not the token:

```sh
curl -X POST https://mcp.pinboard.example/mcp -H "Authorization: Bearer $TOKEN" -d '{"jsonrpc":"2.0","id":1}'
```

```json
{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}
```
"""
LINES = (
    ("09:00:00.000", "Initializing HTTP transport to https://ledger.example/mcp"),
    ("09:00:00.010", "Starting connection with timeout of 30000ms"),
    ("09:00:00.400", "Saving tokens"),
    ("09:00:00.401", "Token expires in: 4200"),
    ("09:00:00.402", "Has refresh token: true"),
    ("09:00:00.900", "Successfully connected to http server in 900ms"),
    ("10:00:00.000", "Calling MCP tool: search"),
    ("10:00:00.300", "Tool 'search' completed successfully in 300ms"),
    ("10:15:00.000", "Calling MCP tool: search"),
    ("10:15:00.300", "Tool 'search' failed after 0s: Streamable HTTP error: Unauthorized"),
)
LOG = "".join(f'2026-03-02T{clock}Z [DEBUG] MCP server "ledger": {text}\n' for clock, text in LINES)
IDLE = "".join(f"2026-03-02T08:59:{second:02}.000Z [DEBUG] Watching for changes in files\n" for second in range(60))
MICROSOFT = "Microsoft issues tokens of 60–75 minutes with a refresh token, and Claude Code never uses it."  # noqa: RUF001 - as typed


def comment(login: str, body: str) -> dict[str, Any]:
    return {"author": {"login": login}, "body": body}


def thread(refresh: str) -> dict[str, Any]:
    """The export, as `gh issue view 42 --json number,title,author,body,comments` gives it."""
    return {
        "number": 42,
        "title": "MCP sign-in works, reconnection does not",
        "author": {"login": "ada-lovelace", "is_bot": False},
        "body": KEYCLOAK,
        "comments": [
            comment("grace-hopper", PLUGIN),
            comment("grace-hopper", BY_HAND),
            comment("katherine-johnson", refresh),
            comment("triage-helper[bot]", "Found 3 possible duplicates. Restarting fixes it."),
            comment("hedy-lamarr", f"Same with the Beacon server: {SCREEN} I have no log."),
            comment("ada-lovelace", "> a restart changes nothing\n\nInteresting. Here it always helps."),
        ],
    }


def analysed(folder: Path, refresh: str, **files: str) -> Analysis:
    (folder / "issue.json").write_text(json.dumps(thread(refresh)), "utf-8")
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return analyze([folder / "issue.json"], key=KEY)


def by_reporter(analysis: Analysis) -> dict[str, Diagnosis]:
    return {analysis.case_names[one.case_id]: one for one in analysis.diagnoses}


def verdict(one: Diagnosis) -> tuple[str, str, str, str, list[str]]:
    found = one.primary
    if found is None:
        return one.server, one.verdict, "", "", []
    return one.server, one.verdict, found.rule_id, found.certainty, [str(party) for party in found.responsible]


PASTED = f"{MICROSOFT}\n\n```\n{LOG}```\n"


def test_each_reporter_gets_a_verdict_of_their_own(tmp_path: Path) -> None:
    told = by_reporter(analysed(tmp_path, PASTED))

    assert {name: verdict(one) for name, one in told.items()} == {
        "issue #42, reporter 1": ("vault", "incident", "reconnect-failed-restart-needed", "possible", ["client"]),
        "issue #42, reporter 2": (
            "plugin:Pinboard:pinboard",
            "incident",
            "rejected-after-auth",
            "possible",
            ["client"],
        ),
        "issue #42, reporter 3": ("ledger", "incident", "refresh-never-used", "possible", ["client"]),
        "issue #42, reporter 4": ("", "inconclusive", "", "", []),
    }


def test_what_is_only_told_is_shown_as_told_with_its_place(tmp_path: Path) -> None:
    told = by_reporter(analysed(tmp_path, PASTED))

    primary = told["issue #42, reporter 2"].primary
    assert primary is not None
    assert [(str(item.place), item.kind, item.excerpt[:12]) for item in primary.evidence] == [
        ("issue #42, comment 1:5", "connection_error_thrown", "Error: Strea"),
        ("issue #42, comment 2:4-8", "request_by_hand_worked_reported", "told: curl -"),
    ]
    assert "told, not seen" in primary.cause
    assert "told, not seen" in getattr(told["issue #42, reporter 1"].primary, "cause", "")


def test_who_has_no_log_is_told_what_to_collect(tmp_path: Path) -> None:
    one = by_reporter(analysed(tmp_path, PASTED))["issue #42, reporter 4"]

    assert any("per-server logs" in text for text in one.collect)
    assert "The answer of `claude --version`." in one.collect


def test_an_attached_log_that_covers_the_expiry_confirms_what_a_paste_of_it_cannot(tmp_path: Path) -> None:
    link = f"{MICROSOFT} [debug.txt](https://github.example/files/7/debug.txt)\n\n```\n{LOG}```\n"

    analysis = analysed(tmp_path, link, debug=IDLE + LOG + IDLE.replace("08:59", "10:59"))

    one = by_reporter(analysis)["issue #42, reporter 3"]
    assert verdict(one) == ("ledger", "incident", "refresh-never-used", "confirmed", ["client"])
    assert one.primary is not None
    assert str(one.primary.evidence[0].place) == f"{tmp_path}/debug.txt:70"


def test_no_login_and_no_token_leaves_the_thread(tmp_path: Path) -> None:
    secret = PASTED.replace("never uses it.", "never uses it: `Authorization: Bearer at-0123456789abcdef0123`.")

    shown = repr(analysed(tmp_path, secret))

    assert [word for word in ("lovelace", "hopper", "johnson", "lamarr", "at-0123456789") if word in shown] == []
