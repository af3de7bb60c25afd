"""The closed words that say what went wrong: `failure`, `description_class`, `body_class` and `reason` of an event.

A rule, an export or a report that uses a word which is not here is at fault. What each word was read from stands in
`grammars/message.lark` (`detail`) and in `knowledge/description_classes.toml`.
"""

from typing import Final

FAILURES: Final[tuple[str, ...]] = (
    "none",  # a result that was good
    # the server or the authorization server refused
    "unauthorized",  # 401 and no usable refresh followed
    "unauthorized-after-auth",  # a token that is seconds old was refused
    "forbidden-after-upscoping",  # 403 twice for the same challenge
    "insufficient-scope",
    "header-rejected",  # the configured Authorization header
    "http-error",  # `http_status` where told, `body_class`, and what a JSON body says
    "wrong-method",  # 405 or 406: another transport is spoken here
    "endpoint-not-found",
    "session-not-found",
    "unexpected-content-type",
    "jsonrpc-error",  # `error_code` and `error_description` of the JSON-RPC error
    "upstream-error",  # a service behind the server refused, as the server tells; `http_status`
    "reauthorization-required",  # the client's generic sentence on a refused tool call
    "version-negotiation",
    # the server was not reached
    "fetch-failed",  # Node hides the cause
    "unable-to-connect",  # Bun without a system code
    "connection-refused",
    "connection-reset",  # closed unexpectedly, at connect or later
    "dns",
    "tls-certificate",
    "tls-handshake",
    "connect-timeout",
    "request-timeout",
    "aborted",
    "connection-closed",
    "not-connected",
    "executable-not-found",
    "stream-not-opened",
    "stream-disconnected",
    "stream-not-reopened",
    "reconnection-exhausted",
    "session-not-ended",
    "unknown-message",  # an answer or progress note that nothing waits for
    # protected resource and authorization server metadata
    "resource-mismatch",  # `url` what the metadata names, `other_url` what is configured
    "resource-metadata-absent",
    "resource-metadata-http-error",
    "metadata-http-error",  # `http_status`, `url`
    "metadata-invalid",  # a document without the fields it must have
    "pkce-unsupported",
    "response-type-unsupported",
    "grant-type-unsupported",
    "issuer-mismatch",  # `url` expected, `other_url` received
    "authorization-server-changed",  # between redirect and callback
    "insecure-token-endpoint",
    # client registration
    "registration-unsupported",
    "registration-rejected",  # `http_status`, `body_class` and what a JSON body says
    "registration-deferred",  # normal before the first sign-in
    "registration-response-invalid",
    "registration-expired",  # the stored registration was refused and cleared
    "client-record-missing",  # between redirect and callback
    "client-record-not-saveable",
    "client-secret-missing",
    "client-metadata-url-invalid",
    # callback, code exchange and refresh
    "oauth-error",  # an OAuth error code, with `error_description`
    "non-standard-oauth-error",
    "oauth-error-not-json",  # `HTTP n: Invalid OAuth error response`: the error's body is no JSON
    "token-endpoint-http-error",
    "token-response-invalid",
    "not-json",
    "response-invalid",  # a schema list that names no known field
    "state-mismatch",
    "cancelled",
    "callback-port-taken",
    "callback-incomplete",  # neither code nor error, or the issuer could not be verified
    "authorization-failed",
    "no-auth-provider",
    "client-fault",  # the client called its OAuth library wrongly
    "description-only",  # free text, mostly an `error_description` behind a class name
    "empty",  # nothing, or a class name alone
)

BODY_CLASSES: Final[tuple[str, ...]] = (
    "json-error",  # JSON with an OAuth or JSON-RPC error
    "json",
    "html",
    "text",
    "empty",
)

DESCRIPTION_CLASSES: Final[tuple[str, ...]] = (
    "reuse",  # a refresh token that was already used
    "revoked",
    "grant",  # the grant is gone
    "expired",
    "client",  # the client is not known, or the token is another client's
    "scope",  # scope or resource
    "unknown-token",  # generic words: nothing may be concluded
    "code",  # the authorization code is not good
    "verifier",
    "redirect",
    "registration",  # not offered, or not to this client
    "denied",
    "unavailable",
    "rate",
)

REASONS: Final[tuple[str, ...]] = (
    # auth results and what is there after a sign-in
    "authorized",
    "redirect",
    "present",
    "missing",
    "undefined",  # the answer named no lifetime
    "authenticated",
    "not-authenticated",
    "sdk-auth",
    "auth-completion",
    # scope of an invalidation
    "all",
    "client",
    "tokens",
    "verifier",
    "discovery",
    "preserved-client-registration",
    # what a local server's output says of its end
    "input-ended",
    "command-unknown",
    # what is absent
    "token-data",
    "access-token",
    "refresh-token",
    # connection
    "cached-needs-auth",
    "cleanly",
    "with-errors",
    "refused",
    "reset",
    "session-expired",
    "max-consecutive-terminal-errors",
    "stdio-transport-error",
    "other",
    "connected",
    "connecting",
    "failed",
    "needs-auth",
    "pending",
    "disabled",
    "needs-authentication",
    "tools-fetch-failed",
    "pending-approval",
    "paused",
    "not-connected",
    "reusing-registered-port",
    "session-recovery",
    "tools",
    "prompts",
    "resources",
    # grant types and client authentication
    "authorization-code",
    "client-credentials",
    "client-secret-post",
    "client-secret-basic",
    "none",
    # client and surroundings
    "default",
    "custom",
    "environment",
    "proxy-set",
    "proxy-not-set",
    "gate",
    "api-key",
    "true",
    "false",
    "legacy",
    "modern",
    "starting",
    "complete",
    "ok",
    "error",
    "found",
    "not-found",
    "no-capability",  # the server did not declare it
    "not-in-list",
    # the system that somebody reports
    "macos",
    "windows",
    "wsl",
    "linux",
    "inline",
)
