"""What a server logged of the requests that it answered."""

from string import printable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark, Token, UnexpectedInput

from mcplog.knowledge.reported_facts import load_reported_facts
from mcplog.knowledge.resources import grammar
from mcplog.parse.answered_requests import answered_at, answered_in
from mcplog.parse.paste_lines import lines_of
from mcplog.parse.report_answers import told_by_answers
from mcplog.parse.report_facts import is_about_servers
from mcplog.parse.report_passages import reports_something

TABLE = load_reported_facts()
LARK = Lark(grammar("entry.lark"), parser="lalr", lexer="contextual", start="answered")


def told(log: str, about: str = "# MCP server does not connect\n\n") -> list[tuple[str, str]]:
    text = f"{about}{log}"
    lines = list(lines_of(text))
    tells_faults = is_about_servers(text, TABLE) and reports_something(lines, TABLE)
    found = told_by_answers(text, lines, set(), TABLE, tells_faults=tells_faults)
    return [(fact.kind, text[fact.start : fact.end]) for fact in found]


def kinds(log: str) -> list[str]:
    return [kind.removesuffix("_reported") for kind, _ in told(log)]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('INFO:  10.0.0.1:0 - "POST /mcp HTTP/1.1" 401 Unauthorized', ("POST", "/mcp", "401")),
        ('10.0.0.1 - - [01/Apr/2026:09:11:26 +0000] "GET /sse HTTP/2.0" 200 17 "-" "x"', ("GET", "/sse", "200")),
        ("POST /token -> 200  ← worked", ("POST", "/token", "200")),
        ("- `POST /register` → 404", ("POST", "/register", "404")),
        ("| POST /oauth/token | 500 |", ("POST", "/oauth/token", "500")),
        ("POST https://mcp.example/register 400 (Bad Request)", ("POST", "https://mcp.example/register", "400")),
        ("--> POST /mcp 406 2ms", ("POST", "/mcp", "406")),
    ],
)
def test_the_grammar_and_the_reader_see_the_same_answer(line: str, answer: tuple[str, str, str]) -> None:
    [found] = answered_in(line, 0, len(line))
    assert (found.method, found.address, str(found.status)) == answer
    assert _with_lark(line[found.start :]) == answer


@given(
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(["GET", "POST", "PUT", "post", "POSTS"]),
        st.sampled_from([" ", "  ", "\t`", ' "', "", "\n"]),
        st.sampled_from(
            ["/mcp", "/", "https://a.example/token?x=1", "http:///x", "https://a", "mcp", "/a b", "//", "/token:"]
        ),
        st.sampled_from(["", " HTTP/1.1", " HTTP/2", " HTTP", ' HTTP/1.1"']),
        st.sampled_from([" ", ": ", " -> ", "` → ", " => `", " | ", "", " - ", "  :  "]),
        st.sampled_from(["200", "404", "199", "20", "4040", "401ms", "401 ms", "500 ms left", "302 B", "500.html"]),
        st.text(printable, max_size=5),
    )
)
@example("POST /mcp HTTP/1.1 401")
def test_lark_takes_what_the_reader_takes(line: str) -> None:
    found = answered_at(line, 0, len(line))
    assert _with_lark(line) == (found and (found.method, found.address, str(found.status)))


def _with_lark(line: str) -> tuple[str, ...] | None:
    try:
        tokens = {token.type: str(token) for token in LARK.parse(line).children if isinstance(token, Token)}
    except UnexpectedInput:
        return None
    return tokens["METHOD"], tokens["ADDRESS"], tokens["STATUS"]


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ("POST /register -> 404\n", ["dcr_endpoint_404"]),
        ("POST /register -> 403\nPOST /register -> 403\n", ["dcr_refused"]),
        ("POST /register -> 400\nPOST /register -> 201\n", []),
        ("POST /register -> 500\n", []),
        ("POST /register -> 501\n", ["dcr_endpoint_404"]),
        ("GET /.well-known/oauth-authorization-server -> 500\nPOST /register -> 501\n", ["as_metadata_error"]),
        ("GET /.well-known/openid-configuration/a -> 503\n", ["as_metadata_error"]),
        ("GET /.well-known/oauth-authorization-server -> 404\n", []),
        ("GET /.well-known/oauth-authorization-server -> 500\nGET /.well-known/openid-configuration -> 200\n", []),
        ("GET /.well-known/oauth-protected-resource -> 500\n", []),
        ("POST /register -> 429\n", []),
        ("POST /register -> 201\nGET /authorize -> 302\nPOST /token -> 400\n", ["token_exchange_failed"]),
        ("POST /register -> 201\nGET /authorize -> 500\n", ["authorization_endpoint_error"]),
        ("POST /token -> 200\nPOST /token -> 400\n", []),
        ("POST /mcp -> 401\nPOST /token -> 200\nPOST /mcp -> 401\n", ["rejected_after_auth"]),
        ("POST /token -> 200\nPOST /mcp -> 401 auth=(none)\n", ["still_unauthorized_after_signin"]),
        ("POST /token -> 200\nPOST /mcp -> 403 no Authorization header\n", ["forbidden_by_server"]),
        ("POST /mcp -> 401\nPOST /register -> 201\nPOST /token -> 200\n", ["still_unauthorized_after_signin"]),
        ("POST /mcp -> 200\nPOST /register -> 201\nPOST /token -> 200\n", []),
        ("POST /mcp -> 401\nPOST /token -> 200\nPOST /mcp -> 200\n", []),
        ("POST /mcp -> 401\nPOST /token -> 200\nPOST /mcp -> 200\nPOST /mcp -> 401\n", []),
        ("POST /token -> 200\nGET / -> 404\nPOST / -> 404\n", ["mcp_endpoint_not_found"]),
        ("POST /token -> 200\nPOST /mcp -> 403\n", ["forbidden_by_server"]),
        ("POST /token -> 200\nPOST /mcp -> 307\nPOST /mcp -> 401\n", []),
        ("POST /mcp -> 200\nPOST /mcp -> 403 insufficient_scope (needs chat:write)\n", ["insufficient_scope"]),
        ("POST /mcp -> 200\nPOST /mcp -> 403\ninsufficient_scope\n", []),
        ("POST /mcp -> 200 not insufficient_scope\n", []),
        ("POST /mcp -> 502\nPOST /mcp -> 502\n", ["mcp_server_error"]),
        ("POST /mcp -> 200\nPOST /mcp -> 502\n", []),
        ("POST /mcp -> 401\nGET /.well-known/oauth-protected-resource -> 404\n", []),
        ("POST /api/users/42 -> 404\n", []),
        ("POST https://api.anthropic.com/v1/oauth/token -> 400\n", []),
        ("POST https://notanthropic.com/oauth/token -> 400\n", ["token_exchange_failed"]),
    ],
)
def test_an_answer_means_what_the_others_leave_it(log: str, found: list[str]) -> None:
    assert kinds(log) == found
    assert kinds(f"The log of the gateway:\n\n```\n{log}```\n") == found


@pytest.mark.parametrize(
    "log",
    [
        "## Expected behavior\n\n```\nPOST /register -> 404\n```\n",
        "## Fix\n\nPOST /register -> 404\n",
        "It should answer POST /register -> 404 then.\n",
        "| Answer | Fix |\n|---|---|\n| POST /register 404 | add it |\n",
    ],
)
def test_what_ought_to_be_is_no_answer(log: str) -> None:
    assert kinds(log) == []


def test_the_first_answer_that_decides_is_shown() -> None:
    log = 'INFO: "POST /register HTTP/1.1" 404 Not Found\nINFO: "POST /register HTTP/1.1" 404 Not Found\n'
    assert told(log) == [("dcr_endpoint_404_reported", 'POST /register HTTP/1.1" 404')]


def test_a_text_that_is_not_about_servers_tells_nothing() -> None:
    assert told("POST /register -> 404\n", about="# Our shop is down\n\n") == []
    assert told("POST /register -> 404\n", about="docs: MCP servers\n\n") == []


def test_an_answer_behind_a_very_long_line_is_not_lost() -> None:
    log = "POST /token -> 200\nPOST /mcp -> 401\n" + "x " * 3_000 + "POST /mcp -> 200\n"
    assert kinds(log) == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("('refresh_token', ['rt_8c41…e7'])", "('refresh_token', ['rt_8c41…e7'])", ["rotated_token_reuse"]),
        ("refresh_token={token-A}&grant_type=refresh_token", "refresh_token={token-A}&x=1", ["rotated_token_reuse"]),
        ('{"refresh_token": "rt_8c41"}', '{"refresh_token": "rt_9d52"}', []),
        ('{"refresh_token": "****"}', '{"refresh_token": "****"}', []),
        ('{"refresh_token": "[REDACTED]"}', '{"refresh_token": "[REDACTED]"}', []),
        ("a refresh_token", "a refresh_token", []),
    ],
)
def test_a_refresh_token_that_is_sent_again_is_known_by_what_the_log_shows(
    first: str, second: str, found: list[str]
) -> None:
    assert kinds(f"body: {first}\nPOST /token 200\nPOST /mcp 200\nbody: {second}\nPOST /token 400\n") == found
    assert kinds(f"body: {first}\nPOST /token 200\nPOST /mcp 200\nbody: {second}\nPOST /token 200\n") == []
