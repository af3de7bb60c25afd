"""read_detail: every wording of a failure is that failure, however it is wrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.failures import FAILURES
from mcplog.parse._table import Hit
from mcplog.parse.details import Detail, code_fields, description_class, read_detail, read_report, whole_number
from mcplog.parse.tables import tables
from tests.parse.samples import Sample, detail_samples

TABLE = tables()["detail"]


def match(text: str) -> Hit | None:
    return TABLE.match(text)


@pytest.mark.parametrize("sample", detail_samples(), ids=str)
def test_a_sample_is_the_failure_that_its_file_is_named_after(sample: Sample) -> None:
    assert read_detail(sample.text, match).failure == sample.meaning


def test_every_failure_has_a_sample() -> None:
    said_of_good_results = {"none"}

    assert {sample.meaning for sample in detail_samples()} == set(FAILURES) - said_of_good_results


@pytest.mark.parametrize(
    "wrap", ["Error: {}", "BWA: {}", "SDK auth failed: {}", "Error: SDK auth failed: Streamable HTTP error: {}"]
)
@pytest.mark.parametrize("text", ["Unauthorized", "fetch failed", "Server returned 401 after re-authentication"])
def test_what_is_wrapped_is_what_it_was(wrap: str, text: str) -> None:
    assert read_detail(wrap.format(text), match) == read_detail(text, match)


def test_a_bracket_behind_a_class_is_looked_for_where_it_stands() -> None:
    assert read_detail("int: [ERROR] int: Unauthorized", match).failure == "response-invalid"
    assert read_detail("int: [ERROR] int:", match).failure == "response-invalid"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (
            "Protected resource https://a.example/mcp does not match expected https://b.example/mcp (or origin)",
            Detail(failure="resource-mismatch", url="https://a.example/mcp", other_url="https://b.example/mcp"),
        ),
        (
            "fetch failed (code: ECONNRESET, errno: none)",
            Detail(failure="connection-reset", error_code="ECONNRESET"),
        ),
        (
            "HTTP 503: Invalid OAuth error response: SyntaxError: x. Raw body: <html>",
            Detail(failure="oauth-error-not-json", http_status=503, body_class="html"),
        ),
        (
            'Error POSTing to endpoint (HTTP 404): {"id":1,"error":{"code":-32001,"message":"Session not found"}}',
            Detail(
                failure="session-not-found",
                http_status=404,
                error_code="-32001",
                error_description="Session not found",
                body_class="json-error",
            ),
        ),
        (
            'MCP server "a "b" c" timed out after 5000ms',
            Detail(failure="connect-timeout", limit_ms=5000),
        ),
        (
            "Unauthorized to see this",
            Detail(failure="description-only", error_description="Unauthorized to see this", description_class=None),
        ),
        (
            "HTTP 404 Not Found at https://a.example/mcp",
            Detail(failure="http-error", http_status=404, url="https://a.example/mcp"),
        ),
        (
            "404 page not found POSTing to https://a.example/mcp. It is gone.",
            Detail(failure="http-error", http_status=404, url="https://a.example/mcp"),
        ),
        (
            '{..."error":"SSE error: Non-200 status code (405)",...}',
            Detail(failure="wrong-method", http_status=405),
        ),
        ("HTTP 404", Detail(failure="description-only", error_description="HTTP 404")),
        ("fetch failed: getaddrinfo ENOTFOUND a.example", Detail(failure="dns", error_code="ENOTFOUND")),
        ("fetch failed: it ended", Detail(failure="fetch-failed", error_description="it ended")),
        (
            "InvalidRequestError: AADSTS90009: it asks for a token for itself",
            Detail(
                failure="oauth-error",
                oauth_error="invalid_request",
                error_description="AADSTS90009: it asks for a token for itself",
                description_class="scope",
            ),
        ),
        ("", Detail(failure="empty")),
        ("GWA", Detail(failure="empty")),
        ("SSE stream disconnected: TypeError: terminated", Detail(failure="stream-disconnected")),
        ("Failed to open SSE stream: Method Not Allowed", Detail(failure="wrong-method")),
        ("SSE error: Non-200 status code (202)", Detail(failure="wrong-method", http_status=202)),
        ("SSE error: Non-200 status code (502)", Detail(failure="http-error", http_status=502)),
        (
            "InvalidClientMetadataError: Not today",
            Detail(failure="oauth-error", oauth_error="invalid_client_metadata", error_description="Not today"),
        ),
        ("-32000", Detail(failure="connection-closed", error_code="-32000")),
        ("-32429 at https://a.example/mcp", Detail(failure="empty", error_code="-32429", url="https://a.example/mcp")),
        (
            "Error POSTing to endpoint: 404 page not found",
            Detail(
                failure="http-error",
                http_status=404,
                body_class="text",
                error_description="404 page not found",
            ),
        ),
    ],
)
def test_a_detail_is_read(text: str, detail: Detail) -> None:
    assert read_detail(text, match) == detail


def test_a_report_that_was_cut_is_read_as_text() -> None:
    assert read_report('{"url":"https://a.example","error":"Unauth', match) == Detail(
        failure="http-error", body_class="json"
    )


def test_a_report_that_was_cut_behind_its_error_tells_the_error() -> None:
    cut = r'{"url":"https://a.b","error":"Error POSTing to endpoint (HTTP 404): <b class=\"x\">\nNo</b>","stack":"Er'

    assert read_report(cut, match) == Detail(failure="http-error", http_status=404, body_class="html")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The refresh token is invalid or expired", "unknown-token"),
        ("Token has been expired or revoked.", "unknown-token"),
        ("Invalid Refresh Token: Already Used", "reuse"),
        ("REFRESH TOKEN HAS EXPIRED", "expired"),
        ("Grant not found", "grant"),
        ("AADSTS700082: inactive", "expired"),
        ("Client not found", "client"),
        ("Authorization code was already used", "code"),
        ("microscope", None),
        ("Something else", None),
    ],
)
def test_a_description_has_the_class_of_its_first_whole_phrase(text: str, word: str | None) -> None:
    assert description_class(text) == word


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("401", {"http_status": 401}),
        ("none", {}),
        ("-32000", {"error_code": "-32000"}),
        ("99", {"error_code": "99"}),
        ("<sse-no-code>", {"error_code": "sse-no-code"}),
        ("ECONNRESET: ", {"error_code": "ECONNRESET"}),
    ],
)
def test_a_code_is_a_status_or_a_code(code: str, fields: dict[str, object]) -> None:
    assert code_fields(code) == fields


def test_a_number_of_too_many_digits_is_not_known() -> None:
    assert [whole_number(text) for text in ("12", "-3", "7 MCP servers", "9" * 5000, "x", "")] == [
        12,
        -3,
        7,
        None,
        None,
        None,
    ]


@given(st.text(max_size=200))
def test_any_text_has_a_failure(text: str) -> None:
    assert read_detail(text, match).failure in FAILURES
