"""read_body and schema_failure: what an answer's body says, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.failures import BODY_CLASSES
from mcplog.parse.bodies import Body, page_status, read_body, refusal_in, schema_failure


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("", Body(body_class="empty")),
        ("<!doctype html>", Body(body_class="html")),
        ("Not Found", Body(body_class="text", description="Not Found")),
        ('{"ok":true}', Body(body_class="json")),
        ('{"cut": ', Body(body_class="json")),
        ("[" * 100_000, Body(body_class="json")),
        (
            '{"error":"invalid_grant","error_description":"gone"}',
            Body(body_class="json-error", oauth_error="invalid_grant", description="gone"),
        ),
        (
            '{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"}}',
            Body(body_class="json-error", error_code="-32600", description="no"),
        ),
        ('{"message":"Unrecognized client_id"}', Body(body_class="json", description="Unrecognized client_id")),
        ("404 page not found", Body(body_class="text", description="404 page not found", http_status=404)),
        ("200 pages found", Body(body_class="text", description="200 pages found")),
        (
            '{"error":{"message":"Session not found","code":-32600},...}',
            Body(body_class="json-error", description="Session not found"),
        ),
        (
            '{"error":"invalid_grant","error_description":"gone", ...',
            Body(body_class="json-error", oauth_error="invalid_grant", description="gone"),
        ),
        ('{"message":"gone", ...', Body(body_class="json", description="gone")),
        ('{"title":"Bad gateway","status":502}', Body(body_class="json", http_status=502)),
        ('{"statusCode":401,"message":"no"}', Body(body_class="json", description="no", http_status=401)),
        ('{"error":"x","status":"502"}', Body(body_class="json-error", oauth_error="x")),
        ('{"status":200}', Body(body_class="json")),
        (
            '{"error":{"message":"MCP server returned 502 Bad Gateway"}}',
            Body(body_class="json-error", description="MCP server returned 502 Bad Gateway", http_status=502),
        ),
        ('{"error":{"message":"HTTP 401"}}', Body(body_class="json-error", description="HTTP 401", http_status=401)),
        ('{"error":{"message":"HTTP 200"}}', Body(body_class="json-error", description="HTTP 200")),
        ('{"error":{"message":"No HTTP 401"}}', Body(body_class="json-error", description="No HTTP 401")),
        (
            '{"error":{"message":"MCP server returned 403. It may have been blocked by a firewall."}}',
            Body(
                body_class="text",
                description="MCP server returned 403. It may have been blocked by a firewall.",
                http_status=None,
            ),
        ),
        ('{"title":"Bad gateway","status":502,"det', Body(body_class="json", http_status=502)),
        ('{"message":"gone","error_code":503, ...', Body(body_class="json", description="gone", http_status=503)),
        ('{"error_code":5021, ...', Body(body_class="json")),
    ],
    ids=[
        *("empty", "html", "text", "json", "cut", "deep", "oauth", "json-rpc", "message"),
        *("refusal", "number", "shortened", "shortened-oauth", "shortened-message"),
        *(
            "problem",
            "status-code",
            "text-for-a-status",
            "no-refusal",
            "passed-on",
            "passed-on-in-short",
            "passed-on-without-a-refusal",
            "passed-on-within-words",
            "blocked",
            "cut-problem",
            "shortened-status",
            "no-status",
        ),
    ],
)
def test_a_body_is_read(text: str, body: Body) -> None:
    assert read_body(text) == body


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("HTTP 429", 429),
        ("401 Bad credentials", 401),
        ("Upstream request failed: 401 Unauthorized from api.crm.example", 401),
        ("Room 401 is not free", None),
        ("See rooms: 401 and 402", None),
        ("502", 502),
        ("Error: Request failed with status code 401", 401),
        ("Tracker request failed (HTTP 403). Try again.", 403),
        ("Error: status: 503", 503),
        ("Unauthorized. Please check your key.", 401),
        ("Error: Invalid API key", 401),
        ('Error: {"message":"Authentication required. Supply a token"}', 401),
        ('{"error":"upstream","status":503}', 503),
        ('{"message":"3 rows"}', None),
        ("Access token has expired", 401),
        ("500 rows", None),
        ("Error: Unauthorized", None),
        ("404", 404),
        ("status code 200", None),
        ("4010 of them", None),
        ("Not authorized is what the page says", None),
        (r'Error: {"error":true,"message":"Authentication failed: {\"code\":401,\"message\":\"Unauthorized\"}"}', 401),
        (r'Error: {"message":"The board answered {\"message\":\"Oops\",\"code\":502}"}', 502),
        (r'Error: {"message":"The board answered {\"rows\":502,\"code\":5020}"}', None),
    ],
)
def test_a_result_tells_a_refusal(text: str, status: int | None) -> None:
    assert refusal_in(text) == status


@given(st.text(max_size=300))
def test_any_body_has_a_class(text: str) -> None:
    assert read_body(text).body_class in BODY_CLASSES


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ('[{"path":["access_token"]}]', "token-response-invalid"),
        ('[\n  {\n    "path": [\n      "client_uri"\n    ]', "registration-response-invalid"),
        ('[{"path":["token_endpoint"]}]', "metadata-invalid"),
        ('[{"path":["tools",0,"name"]}]', "response-invalid"),
        ("[ { path: ['logo_uri'], }, ]", "registration-response-invalid"),
        ("[", "response-invalid"),
    ],
)
def test_a_schema_error_is_about_the_document_that_has_the_field(text: str, failure: str) -> None:
    assert schema_failure(text) == failure


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Error POSTing to endpoint: <html>\n<head><title>403 Forbidden</title></head>", 403),
        ("Error POSTing to endpoint: <html>\n<h1>502 Bad Gateway</h1>", 502),
        ("Error POSTing to endpoint: <html>\n<title>Attention required</title>", None),
        ("Error POSTing to endpoint: <html>\n<p>403</p>", None),
        ("Error POSTing to endpoint: <html><title>403 Forbidden</title>", None),
    ],
)
def test_a_page_of_several_lines_tells_its_status_by_its_title(message: str, status: int | None) -> None:
    assert page_status(message) == status
