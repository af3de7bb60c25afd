"""read_events: what a message says becomes typed fields, and no secret survives."""

import re

import polars as pl
import pytest

from mcplog.errors import FrameError
from mcplog.model.failures import BODY_CLASSES, DESCRIPTION_CLASSES, FAILURES, REASONS
from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.model.frames import EVENT_ROWS, FIELDS, MESSAGES
from mcplog.parse.messages import first_lines, read_events, recognises
from mcplog.parse.tables import tables
from tests.parse.entries_of import KEY, entries_of
from tests.parse.samples import Sample, message_samples

MOST_REPEATED = 200


def told(message: str, *, level: str = "debug") -> dict[str, object]:
    """Return kind and filled fields of one message, without its excerpt."""
    table = read_events(entries_of([message], level=level), key=KEY)
    row = {**table.rows.row(0, named=True), **table.messages.row(0, named=True)}
    return {name: row[name] for name in ("kind", *FIELDS) if row[name] is not None}


@pytest.mark.parametrize("sample", message_samples(), ids=str)
def test_a_sample_is_the_kind_that_its_file_is_named_after(sample: Sample) -> None:
    level = "error" if sample.meaning == "connection_error_thrown" else "debug"

    assert told(sample.text, level=level)["kind"] == sample.meaning


def test_the_words_of_samples_are_closed() -> None:
    messages = read_events(entries_of([sample.text for sample in message_samples()]), key=KEY).messages

    assert set(messages["failure"].drop_nulls()) <= set(FAILURES)
    assert set(messages["reason"].drop_nulls()) <= set(REASONS)
    assert set(messages["body_class"].drop_nulls()) <= set(BODY_CLASSES)
    assert set(messages["description_class"].drop_nulls()) <= set(DESCRIPTION_CLASSES)


CASES: list[tuple[str, dict[str, object]]] = [
    (
        "[4711] Connection error: ServerError\n    at async registerClient (a.js:1:2)",
        {"kind": "connection_error_detailed", "failure": "registration-rejected"},
    ),
    (
        "[4711] Connection error: fetch failed\n    at async registerClient (a.js:1:2)",
        {"kind": "connection_error_detailed", "failure": "fetch-failed"},
    ),
    (
        "HTTP Connection failed after 9ms: Error POSTing to endpoint: <html>\n<p>No\n</html> (code: 403, errno: none)",
        {
            "kind": "http_connection_failed",
            "transport": "http",
            "duration_ms": 9,
            "failure": "http-error",
            "http_status": 403,
            "body_class": "html",
        },
    ),
    (
        'SSE Connection failed after 1172ms: {..."error":"SSE error: Non-200 status code (405)",...}',
        {
            "kind": "http_connection_failed",
            "transport": "sse",
            "duration_ms": 1172,
            "failure": "wrong-method",
            "http_status": 405,
        },
    ),
    (
        "tool result: Error: Request failed with status code 401",
        {
            "kind": "tool_result_told",
            "reason": "error",
            "http_status": 401,
            "error_description": "Error: Request failed with status code 401",
        },
    ),
    ('mcp_servers: [{ "name": "a", "status": "needs-auth" }]', {"kind": "init_status_told", "reason": "needs-auth"}),
    ('"mcp_servers":[{"name":"a"},{"name":"b","status":"failed"}]', {"kind": "init_status_told"}),
    ('"mcp_servers":[{"name":"a","status":7}]', {"kind": "init_status_told"}),
    ('"mcp_servers":[7]', {"kind": "init_status_told"}),
    ('"mcp_servers":[{"name"', {"kind": "init_status_told"}),
    (
        "405 status sending message to http://localhost:8123/sse, will attempt to fall back to legacy SSE",
        {"kind": "ide_fallback_told", "http_status": 405},
    ),
    ("Discovered 12 tools", {"kind": "ide_connection_told", "reason": "connected", "number": 12}),
    (
        "Waiting for server to respond to `initialize` request...",
        {"kind": "ide_connection_told", "reason": "pending"},
    ),
    (
        "Connection state: Error Process exited with code 127",
        {"kind": "connection_failed", "failure": "connection-closed", "number": 127},
    ),
    (
        "Connection state: Error 404 status connecting to http://localhost:8123/ as SSE: <html>",
        {
            "kind": "connection_failed",
            "failure": "http-error",
            "http_status": 404,
            "url": "http://localhost:8123/",
            "body_class": "html",
        },
    ),
    (
        'tool result: {"isError":true,"content":[{"type":"text","text":"HTTP 429"}]}',
        {"kind": "tool_result_told", "reason": "error", "http_status": 429, "error_description": "HTTP 429"},
    ),
    (
        (
            "HTTP Connection failed after 1312ms: Streamable HTTP error: "
            "Server returned 401 after successful authentication (code: 401, errno: none)"
        ),
        {
            "kind": "http_connection_failed",
            "transport": "http",
            "duration_ms": 1312,
            "failure": "unauthorized-after-auth",
            "http_status": 401,
            "after_auth": True,
        },
    ),
    (
        (
            "HTTP Connection failed after 41ms: Server returned 401 after re-authentication "
            "(code: CLIENT_HTTP_AUTHENTICATION, errno: none)"
        ),
        {
            "kind": "http_connection_failed",
            "transport": "http",
            "duration_ms": 41,
            "failure": "unauthorized-after-auth",
            "http_status": 401,
            "error_code": "CLIENT_HTTP_AUTHENTICATION",
            "after_auth": True,
        },
    ),
    (
        "HTTP Connection failed after 12ms: Unauthorized (code: none, errno: none)",
        {
            "kind": "http_connection_failed",
            "transport": "http",
            "duration_ms": 12,
            "failure": "unauthorized",
            "after_auth": False,
        },
    ),
    (
        'SSE Connection failed after 9ms: {"url":"https://u:p@a.example/sse?k=1","error":"Unauthorized","stack":"Error"}',
        {
            "kind": "http_connection_failed",
            "transport": "sse",
            "duration_ms": 9,
            "failure": "unauthorized",
            "url": "https://a.example/sse",
            "after_auth": False,
        },
    ),
    (
        "Connection failed after 869ms, 800ms of it awake (CONNECTION_CLOSED): Connection closed",
        {
            "kind": "connection_failed",
            "duration_ms": 869,
            "awake_ms": 800,
            "error_code": "CONNECTION_CLOSED",
            "failure": "connection-closed",
        },
    ),
    ("Connection failed (400)", {"kind": "connection_failed", "http_status": 400, "failure": "empty"}),
    (
        "Connection failed after 7ms (CONNECT_TIMEOUT)",
        {"kind": "connection_failed", "duration_ms": 7, "error_code": "CONNECT_TIMEOUT", "failure": "connect-timeout"},
    ),
    ("Connection failed: ", {"kind": "connection_failed", "failure": "empty"}),
    ("Connection failed:", {"kind": "connection_failed", "failure": "empty"}),
    (
        'Connection failed (403): Error POSTing to endpoint: {"error": "insufficient_scope", "error_description": "x"}',
        {
            "kind": "connection_failed",
            "failure": "insufficient-scope",
            "http_status": 403,
            "oauth_error": "insufficient_scope",
            "error_description": "x",
            "body_class": "json-error",
        },
    ),
    (
        "Token refresh failed with invalid_grant: Refresh token has been revoked",
        {
            "kind": "refresh_failed",
            "failure": "oauth-error",
            "oauth_error": "invalid_grant",
            "error_description": "Refresh token has been revoked",
            "description_class": "revoked",
        },
    ),
    (
        "Token refresh failed with invalid_grant: invalid_grant",
        {"kind": "refresh_failed", "failure": "oauth-error", "oauth_error": "invalid_grant"},
    ),
    (
        "Token refresh failed: The refresh token was already used",
        {
            "kind": "refresh_failed",
            "failure": "description-only",
            "error_description": "The refresh token was already used",
            "description_class": "reuse",
        },
    ),
    (
        "Token refresh failed, retrying in 1000ms (attempt 1/3)",
        {"kind": "refresh_retried", "duration_ms": 1000, "number": 1, "number_of": 3},
    ),
    ("Has refresh token: true", {"kind": "refresh_token_told", "has_refresh_token": True}),
    ("Has refresh token: false", {"kind": "refresh_token_told", "has_refresh_token": False}),
    ("Has refresh token: [REDACTED]", {"kind": "refresh_token_told"}),
    ("Token expires in: 3599.996", {"kind": "token_expiry_saved", "expires_in_s": 3599}),
    ("Token expires in: undefined", {"kind": "token_expiry_saved", "reason": "undefined"}),
    ("Expires in: -889s", {"kind": "expiry_told", "expires_in_s": -889}),
    ("No token data found", {"kind": "token_absent", "reason": "token-data"}),
    ("No access token in storage", {"kind": "token_absent", "reason": "access-token"}),
    ("Scopes in URL: NOT FOUND", {"kind": "scope_in_url_told", "scope": []}),
    ("Fetched OAuth metadata with scope: NONE", {"kind": "metadata_fetched", "scope": []}),
    ("Using scope from metadata: a b", {"kind": "scope_from_metadata_used", "scope": ["a", "b"]}),
    ("Invalidated credentials (scope: tokens)", {"kind": "credentials_invalidated", "reason": "tokens"}),
    ("Cleared stored tokens", {"kind": "tokens_cleared"}),
    (
        "Cleared stored tokens (preserved client registration)",
        {"kind": "tokens_cleared", "reason": "preserved-client-registration"},
    ),
    ("Auth result: AUTHORIZED", {"kind": "sign_in_authorized"}),
    ("Initial auth result: REDIRECT", {"kind": "initial_auth_result_told", "reason": "redirect"}),
    (
        "Error during auth completion: Error: OAuth error: access_denied - The user denied the request",
        {
            "kind": "sign_in_failed",
            "reason": "auth-completion",
            "failure": "oauth-error",
            "oauth_error": "access_denied",
            "error_description": "The user denied the request",
            "description_class": "denied",
        },
    ),
    (
        'Error during auth completion: ZodError: [\n  {\n    "path": [\n      "access_token"\n    ]\n  }\n]',
        {"kind": "sign_in_failed", "reason": "auth-completion", "failure": "token-response-invalid"},
    ),
    (
        "HTTP connection closed after 33s (with errors)",
        {"kind": "connection_closed", "transport": "http", "duration_ms": 33000, "reason": "with-errors"},
    ),
    ("UNKNOWN connection dropped after 1s uptime", {"kind": "connection_dropped", "duration_ms": 1000}),
    ("Closing transport (some new cause)", {"kind": "transport_closing", "reason": "other"}),
    (
        (
            "Connection established with capabilities: "
            '{"hasTools":true,"protocolEra":"legacy","negotiatedProtocolVersion":"2025-11-25"}'
        ),
        {"kind": "capabilities_received", "version": "2025-11-25", "reason": "legacy"},
    ),
    ('Connection established with capabilities: {"hasTools":true,...}', {"kind": "capabilities_received"}),
    (
        (
            'HTTP transport options: {"url":"https://a.example/mcp","headers":{"User-Agent":"claude-code/2.1.331 (cli)"'
            ',"authorization":"Bearer x"},"hasAuthProvider":false,"timeoutMs":60000}'
        ),
        {
            "kind": "http_transport_options",
            "url": "https://a.example/mcp",
            "version": "2.1.331",
            "has_auth_provider": False,
            "has_authorization_header": True,
            "has_configured_header": True,
            "limit_ms": 60000,
        },
    ),
    (
        'HTTP transport options: {"headers":{"User-Agent":"claude-code/2.1.331 (cli)","X-Project":"orchid-41"}}',
        {
            "kind": "http_transport_options",
            "version": "2.1.331",
            "has_authorization_header": False,
            "has_configured_header": False,
        },
    ),
    (
        'HTTP transport options: {"headers":{"User-Agent":"claude-code/2.1.331 (cli)","X-Api-Key":"[REDACTED]"}}',
        {
            "kind": "http_transport_options",
            "version": "2.1.331",
            "has_authorization_header": False,
            "has_configured_header": True,
        },
    ),
    (
        "attribution header x-anthropic-billing-header: cc_version=2.1.331.49f; cc_entrypoint=sdk-cli;",
        {"kind": "client_version_told", "version": "2.1.331"},
    ),
    ("mcp runtime arm: v2 (source: default)", {"kind": "mcp_runtime_told", "version": "v2", "reason": "default"}),
    (
        'Environment: {"HTTP_PROXY":"http://p.example","HTTPS_PROXY":"not set"}',
        {"kind": "environment_told", "reason": "proxy-set"},
    ),
    (
        "Tool 'echo' failed after 2s: MCP error -32603: Internal error",
        {
            "kind": "tool_failed",
            "tool": "echo",
            "duration_ms": 2000,
            "failure": "jsonrpc-error",
            "error_code": "-32603",
            "error_description": "Internal error",
        },
    ),
    (
        "Tool call returned 403 insufficient_scope (scope: a b)",
        {"kind": "tool_call_refused", "http_status": 403, "oauth_error": "insufficient_scope", "scope": ["a", "b"]},
    ),
    (
        "initialize POST rejected (Error POSTing to endpoint: Not Found); trying legacy HTTP+SSE",
        {
            "kind": "legacy_transport_tried",
            "failure": "http-error",
            "body_class": "text",
            "error_description": "Not Found",
        },
    ),
    (
        (
            "api: https://a.example/sse (SSE) - ✘ Failed to connect — ECONNREFUSED: Unable to connect. "
            "Is the computer able to access the url?"
        ),
        {
            "kind": "server_listed",
            "url": "https://a.example/sse",
            "transport": "sse",
            "reason": "failed",
            "failure": "connection-refused",
            "error_code": "ECONNREFUSED",
        },
    ),
    (
        'tool result: {"isError":true,"content":[{"type":"text","text":"401 Bad credentials"}]}',
        {
            "kind": "tool_result_told",
            "reason": "error",
            "http_status": 401,
            "error_description": "401 Bad credentials",
        },
    ),
    (
        '{ "mcpServers": { "a": { "url": "https://a.example/mcp?k=1",\n  "headers": { "Authorization": "x" } } } }',
        {"kind": "config_pasted", "url": "https://a.example/mcp", "has_authorization_header": True},
    ),
    (
        '{"message":"Unrecognized client_id"}',
        {
            "kind": "answer_pasted",
            "failure": "http-error",
            "body_class": "json",
            "error_description": "Unrecognized client_id",
            "description_class": "client",
        },
    ),
    ("mailroom · ✔ connected", {"kind": "server_listed", "reason": "connected"}),
    ("mailroom · ✔ connected · 3 tools", {"kind": "server_listed", "reason": "connected"}),
    ("mailroom · ◯ reconnecting (2/5)…", {"kind": "server_listed", "reason": "connecting"}),
    ("mail  △ disconnected · Enter to login", {"kind": "server_listed", "reason": "needs-authentication"}),
    ("mail  △ disconnected · Enter to view details", {"kind": "server_listed", "reason": "not-connected"}),
    ("mail  ✘ something new · Enter to view details", {"kind": "server_listed", "reason": "failed"}),
    ("⚠ my mail   needs sign-in", {"kind": "server_listed", "reason": "needs-authentication"}),
    ("⚠ my mail   something new", {"kind": "server_listed", "reason": "other"}),
    ("✔ mail   1 tool", {"kind": "server_listed", "reason": "connected"}),
    ("✘ mail", {"kind": "server_listed", "reason": "failed"}),
    ("Token length: 99999999999999999999999999", {"kind": "token_length_told"}),
    (
        "Has refresh token: false                # < ----------- this",
        {"kind": "refresh_token_told", "has_refresh_token": False},
    ),
    ("Acquired refresh lock          <- 3ms, no coordination", {"kind": "refresh_lock_acquired"}),
    ("   Saving tokens\r", {"kind": "token_saved"}),
    ("Saving tokens in a new way", {"kind": "unrecognised"}),
]


@pytest.mark.parametrize(("message", "fields"), CASES, ids=[message[:60] for message, _ in CASES])
def test_a_message_becomes_its_fields(message: str, fields: dict[str, object]) -> None:
    assert told(message) == fields


def test_a_cut_authorization_url_knows_no_absence() -> None:
    whole = told("Authorization URL: https://a.example/o?response_type=code&client_id=c1")
    cut = told("Authorization URL: https://a.example/o?response_type=code&client_id=b.....[omitted]")

    assert (whole["scope"], whole["resource_sent"]) == ([], False)
    assert cut == {"kind": "authorization_url_built", "url": "https://a.example/o"}


def test_an_authorization_url_is_taken_apart() -> None:
    fields = told(
        "Authorization URL: https://a.example/o?response_type=code&client_id=c1&state=S3CRET&scope=a+b"
        "&redirect_uri=http%3A%2F%2Flocalhost%3A3118%2Fcb%3Fx%3D1&resource=https%3A%2F%2Fm.example%2Fmcp%3Ft%3D1"
    )

    assert fields == {
        "kind": "authorization_url_built",
        "url": "https://a.example/o",
        "scope": ["a", "b"],
        "resource_sent": True,
        "other_url": "https://m.example/mcp",
        "redirect_uri": "http://localhost:3118/cb",
        "client_id": fingerprint(SecretKind.CLIENT_ID, "c1", KEY),
        "oauth_state": fingerprint(SecretKind.STATE, "S3CRET", KEY),
    }


def test_the_secrets_of_a_form_become_fingerprints() -> None:
    refresh = told("Final params: grant_type=refresh_token&refresh_token=rt-1%2F2&client_id=c1&scope=a")
    code = told("Current params: grant_type=authorization_code&code=c0de&code_verifier=ver1fier")
    masked = told("Final params: grant_type=refresh_token&refresh_token=%5BREDACTED%5D")

    assert refresh == {
        "kind": "token_request_sent",
        "reason": "other",
        "refresh_token": fingerprint(SecretKind.REFRESH_TOKEN, "rt-1/2", KEY),
        "client_id": fingerprint(SecretKind.CLIENT_ID, "c1", KEY),
        "scope": ["a"],
    } | {"reason": "refresh-token"}
    assert code == {
        "kind": "token_request_drafted",
        "reason": "authorization-code",
        "authorization_code": fingerprint(SecretKind.CODE, "c0de", KEY),
    }
    assert masked == {"kind": "token_request_sent", "reason": "refresh-token"}


def test_no_secret_of_a_message_is_in_the_table() -> None:
    canary = "Zq7-canary"
    table = read_events(
        entries_of(
            [
                f"Final params: grant_type=refresh_token&refresh_token={canary}&client_id={canary}",
                f"Current params: grant_type=authorization_code&code={canary}&code_verifier={canary}",
                f"Authorization URL: https://{canary}@a.example/o?client_id={canary}&state={canary}&login_hint={canary}",
                f'HTTP transport options: {{"url":"https://a.example/mcp?key={canary}","headers":{{"X-Api-Key":"{canary}"}}}}',
                f'Connection failed: Error POSTing to endpoint: {{"access_token": "{canary}", "error": "x"}}',
                f"Token refresh failed: refresh_token={canary} is unknown",
                f"Server stderr: Authorization: Bearer {canary}",
                f'[4711] Saving tokens {{"access_token":"{canary}"}}',
                f"something new with token={canary}",
            ]
        ),
        key=KEY,
    )

    assert canary not in str(table.rows.to_dicts()) + str(table.messages.to_dicts())


def test_equal_messages_share_one_row() -> None:
    table = read_events(entries_of(["Saving tokens", "Token length: 9", "Saving tokens"]), key=KEY)

    assert table.rows["kind"].to_list() == ["token_saved", "token_length_told", "token_saved"]
    assert table.rows["message_id"].to_list() == [0, 1, 0]
    assert table.messages.select("message_id", "number", "excerpt").rows() == [
        (0, None, "Saving tokens"),
        (1, 9, "Token length: 9"),
    ]


def test_the_frames_are_those_of_the_model() -> None:
    for messages in ([], ["Saving tokens"]):
        table = read_events(entries_of(messages), key=KEY)

        assert (table.rows.schema, table.messages.schema) == (EVENT_ROWS, MESSAGES)


def test_an_unknown_text_outside_of_servers_is_left_out() -> None:
    entries = entries_of(["Watching files", "[MCP] something new", "Saving tokens"], server=None)

    table = read_events(entries, key=KEY)

    assert table.rows["kind"].to_list() == ["unrecognised", "token_saved"]
    assert table.messages["excerpt"].to_list() == ["[MCP] something new", "Saving tokens"]
    assert table.rows["message_id"].to_list() == [0, 1]


def test_a_server_that_the_message_names_is_its_server() -> None:
    entries = entries_of(['[MCP] Server "plugin:a:b" connected with subscribe=false'], server=None)

    assert read_events(entries, key=KEY).rows["server"].to_list() == ["plugin:a:b"]


def test_a_class_name_is_an_error_only_in_an_error_record() -> None:
    assert told("BWA: Client not found", level="error")["kind"] == "connection_error_thrown"
    assert told("JSON: fine", level="debug")["kind"] == "unrecognised"


def test_only_the_first_line_is_quoted() -> None:
    table = read_events(entries_of(["Server stderr: Traceback\n  secret line"]), key=KEY)

    assert table.messages["excerpt"].to_list() == ["Server stderr: Traceback"]


def test_a_line_is_trimmed_and_ends_open_where_nothing_follows() -> None:
    lines = first_lines(pl.Series(["  a \nb", "Connection failed:", ""]))

    assert lines.to_list() == ["a", "Connection failed: ", ""]


def test_a_paste_knows_a_message_when_it_sees_one() -> None:
    assert recognises("Acquiring refresh lock (attempt 1)")
    assert recognises("Error: Dynamic client registration failed: HTTP 404")
    assert recognises("Error: McpError: MCP error -32000: Connection closed")
    assert not recognises("Error: Reading OAuth tokens was the hard part")
    assert not recognises("The server said no")
    assert not recognises("Note: nothing")


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(FrameError, match="message: want String"):
        read_events(entries_of([]).drop("message"), key=KEY)


def test_what_messages_begin_with_repeats_nothing_a_great_many_times() -> None:
    """Each time is a state of its own in the expression that all lines are looked at with: 2,000 cost seconds."""
    most = [int(times) for times in re.findall(r"\{[0-9]+,([0-9]+)\}", tables()["message"].beginnings)]

    assert [times for times in most if times > MOST_REPEATED] == []
