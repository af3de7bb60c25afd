"""The closed list of event kinds.

`EVENT_KINDS` are the names of alternatives in `grammars/message.lark` (a test holds them equal) plus `unrecognised`.
`DERIVED_KINDS` are said once, in `correlate/`, about several events or about the store.
`REPORTED_KINDS` are what people say around their logs: told, not seen (`knowledge/reported_facts.toml`).

One kind for each meaning: wordings of several client generations that mean the same share the kind. A comment tells
what is not obvious and what the fields of `model/frames.py` hold; `reason` words stand in `model/failures.py`.
"""

from typing import Final

EVENT_KINDS: Final[tuple[str, ...]] = (
    "unrecognised",  # about MCP or OAuth, and no alternative matches; `excerpt` holds the redacted text
    # the client and its surroundings
    "client_version_told",  # attribution header; `version` is the client's
    "mcp_runtime_told",  # `version` v1 or v2 (generation of the SDK), `reason` where the choice came from
    "runtime_told",  # Node or Bun `version`
    "environment_told",  # `reason` proxy-set or proxy-not-set
    "proxy_options_told",  # `reason` default or custom
    "mtls_options_told",  # `reason` default or custom
    "configs_loading",
    "configs_loaded",  # `duration_ms`
    "servers_started_async",
    "servers_not_ready",  # the client goes on without waiting; `duration_ms`
    "servers_retried",  # at start, all that failed transiently; `number` the attempt
    "subscription_told",  # `[MCP] Server "x" connected with subscribe=…`, a second line about a connected server
    "setup_issue_told",
    "keychain_command_echoed",  # macOS: `security` repeats a part of what it was to store
    # hosted connectors (claude.ai)
    "connectors_gate_checked",
    "connectors_gate_answered",
    "connectors_disabled",  # `reason` gate or api-key
    "connectors_account_token_absent",
    "connector_transport_initializing",
    "connector_proxy_used",
    "connector_transport_created",
    # connection
    "connection_starting",  # `limit_ms` the connect timeout
    "connection_skipped",  # `reason` cached-needs-auth: nothing is sent
    "http_transport_initializing",  # `url` as configured
    "http_transport_options",  # `url`, `has_auth_provider`, `has_authorization_header`, `version` of the client
    "http_transport_created",
    "sse_transport_initialized",
    "connectivity_tested",
    "url_parsed",
    "loopback_used",
    "client_created",
    "connected",  # `transport`, `duration_ms`
    "capabilities_received",  # `version` the negotiated protocol where told, `reason` its era
    "connection_timeout_triggered",  # `duration_ms`, `awake_ms`, `limit_ms`
    "http_connection_failed",  # the transport's own report, `transport` http or sse, with `failure` and its fields
    "connection_failed",  # the outcome of the attempt, any transport
    "connection_error_thrown",  # ERROR record: class name and text of what was thrown (tool calls throw here too)
    "connection_error_detailed",  # ≤ 1.0.5x: `Error message:` and `Error stack:` beside `connection_failed`
    "connection_error_hinted",  # `reason` refused or reset
    "connection_retried",  # transient error on the first connect; `error_code`, `number`, `number_of`, `duration_ms`
    "connection_dropped",  # `duration_ms` of uptime
    "connection_closed",  # `reason` cleanly or with-errors
    "connection_cache_cleared",
    "transport_error_reported",  # `Connection error:` on an open connection
    "terminal_error_counted",  # `number`, `number_of`
    "transport_closing",  # `reason` why
    "authentication_required",
    "static_header_rejected",  # configured Authorization header refused, no OAuth is tried; `http_status`
    "stored_token_rejected",  # and no refresh token is stored: the client connects again without a token
    "list_failed",  # tools, prompts or resources: `reason`
    "channel_notifications_registered",
    "channel_notifications_skipped",
    "channel_notification_received",
    # reconnection
    "reconnection_started",
    "reconnection_scheduled",
    "reconnection_attempted",
    "reconnection_failed",
    "reconnection_ended",  # with a status: `reason` connected, needs-auth, failed …
    "reconnection_retried",  # once more after needs-auth
    "reconnection_skipped",
    "reconnected",
    "reconnection_after_sign_in_started",
    "reconnection_after_sign_in_counted",  # `number` of tools; 0 means it failed
    "reconnection_after_sign_in_failed",  # log line and screen text
    "sse_stream_given_up",  # harmless: POST still works
    # protocol
    "version_probe_failed",
    "version_probe_timed_out",
    "version_probe_closed_server",
    "legacy_transport_tried",
    "legacy_transport_refused",
    "session_expired",  # the server does not know the MCP session id any more
    "session_expired_during_call",
    # local servers
    "server_stderr",
    "server_interrupted",  # SIGINT sent
    "server_terminated",  # SIGTERM sent
    "server_exited",
    # tokens
    "token_absent",  # `reason` token-data (no entry) or access-token (an entry without one)
    "token_returned",  # read from the store for use
    "token_length_told",  # at reading; `number` of characters
    "refresh_token_told",  # `has_refresh_token`; null: hidden by the client
    "expiry_told",  # at reading; `expires_in_s`, negative when past
    "expiry_absent",  # at reading: the entry has no expiry
    "token_saved",
    "token_expiry_saved",  # at saving; `expires_in_s`, null with `reason` undefined: the answer named none
    "token_expired_without_refresh_token",  # ≤ 2.1.90 also said when there never was a token
    "tokens_cleared",  # also the first step of every manual sign-in; `reason` preserved-client-registration or null
    "refused_tokens_cleared",  # after a refused refresh: nothing valid is left in the store
    "credentials_invalidated",  # `reason` the scope: all, client, tokens, verifier, discovery
    # refresh
    "proactive_refresh_attempted",  # by the local clock; `expires_in_s`
    "refresh_started",
    "refresh_succeeded",  # the token endpoint answered with tokens
    "refresh_finished",  # the procedure ended well; also said by a process that refreshed nothing itself
    "refresh_failed",  # `oauth_error` and `error_description` where told, else `failure`
    "refresh_retried",  # `duration_ms` to wait, `number`, `number_of`
    "refresh_joined",  # a refresh of the same process is under way
    "current_tokens_kept",  # after a failed refresh: the old access token is used again
    "refresh_lock_requested",  # `number` the attempt
    "refresh_lock_acquired",
    "refresh_lock_awaited",  # another process holds it; `number`, `number_of`
    "refresh_lock_released",
    "refresh_by_other_process",
    "client_information_absent",  # no client id for a refresh or a revocation
    # requests to the token endpoint (≤ 2.0.31 logs their form bodies in clear)
    "client_authentication_started",
    "client_id_added",
    "token_request_drafted",  # `reason` the grant type, `refresh_token`, `authorization_code` as fingerprints
    "token_request_sent",  # the same with `client_id` and `scope`
    "request_scope_stored",
    "request_scope_added",
    "request_scope_absent",  # said in capitals as an error; harmless
    # step-up
    "step_up_marked",
    "step_up_scope_saved",
    "refresh_token_omitted",  # because a step-up is pending
    # revocation
    "revocation_started",  # `url`, `reason` the client authentication method
    "revocation_endpoint_told",
    "token_revoked",  # `reason` access-token or refresh-token
    "revocation_skipped",  # no tokens to revoke
    # client registration
    "client_found",
    "client_absent",
    "client_preconfigured",
    "client_saved",  # after a registration; `client_id`
    "client_registration_deferred",  # normal before the first sign-in
    # metadata and scope
    "metadata_fetched",  # `scope` of the metadata; empty: told to have none
    "metadata_fetching",  # from a configured URL
    "metadata_failed",
    "resource_metadata_failed",  # RFC 9728 discovery, the client falls back
    "path_metadata_failed",  # path-aware RFC 8414 discovery
    "discovery_saved",  # `url` of the authorization server
    "discovery_returned",
    "discovery_repeated",
    "scope_in_url_told",  # empty: not found
    "scope_from_metadata_used",
    "scope_captured",
    "scope_absent",
    "scope_overridden",  # `scope` the configured one
    # sign-in
    "redirect_port_chosen",  # `number` the port; `reason` reusing-registered-port
    "state_generated",
    "sign_in_started",
    "server_url_told",
    "code_verifier_saved",
    "code_verifier_returned",
    "code_verifier_length_told",
    "authorization_url_built",  # `url`, `scope`, `resource_sent`, `other_url` the resource, `client_id`, `redirect_uri`
    "authorization_url_opened",
    "sign_in_redirected",
    "redirect_disabled",  # normal in every start without tokens: no browser here
    "initial_auth_result_told",  # `reason` redirect or authorized
    "callback_server_closed",
    "code_exchange_started",
    "sign_in_authorized",
    "sign_in_unfinished",  # `Auth result: REDIRECT`
    "sign_in_failed",  # `reason` sdk-auth or auth-completion, with `failure` and its fields
    "tokens_after_sign_in_told",  # `reason` present or missing
    "new_token_length_told",  # of the token just obtained by a sign-in; `number`
    "new_token_expiry_told",  # of the token just obtained; as token_expiry_saved
    # tools
    "tool_called",
    "tool_completed",
    "tool_failed",
    "tool_running",
    "tool_retried",  # after session recovery
    "tool_call_refused",  # `http_status`; 401 is also said for 403 by some versions
    "tool_reconnecting",  # a call was refused and a refresh token is stored: reconnect and retry once
    "tool_error_told",  # `<tool> tool error (<n>ms): …`
    "tool_dispatch_started",
    "tool_dispatch_ended",  # `reason` ok or error
    "tool_unknown",
    "tool_result_told",  # a result somebody pasted; `reason` ok or error, `http_status` when its text begins with one
    "reauthorization_required",  # said for 401, 403 and revoked families alike
    "server_not_connected",
    # the account login, which is not MCP
    "account_session_expired",
    "account_token_checked",
    # screen: /mcp, claude mcp list|get|login
    "signed_in_told",
    "still_unauthorized_told",
    "server_screen_shown",
    "server_status_told",  # `reason` connected, needs-authentication, failed, disabled …
    "auth_status_told",  # `reason` authenticated or not-authenticated
    "server_issue_told",
    "screen_capabilities_told",
    "config_url_told",
    "config_location_told",
    "server_listed",  # one row of `/mcp` or `claude mcp list`; `reason` as server_status_told
    "list_started",
    "servers_counted",  # `number` of servers connected
    "servers_failed_told",  # `number`
    "servers_need_auth_told",  # `number`
    "reconnected_told",
    "signed_out_told",
    "reconnection_failure_told",
    "screen_unavailable",
    "callback_unawaited_told",  # a callback came, and no sign-in waits for it
    "hosted_authorization_failed",
    "hosted_token_refused",  # mcp_unauthorized_after_token_refresh
    "answer_pasted",  # a JSON answer of some server, without a message around it
    "config_pasted",  # of MCP servers; `url` of the first, `has_authorization_header` of any
    "init_status_told",  # `"mcp_servers":[…]` of the init event
    # other programs whose lines land in the same documents
    "bridge_strategy_told",  # mcp-remote
    "bridge_connecting",
    "bridge_tokens_read",
    "bridge_tokens_told",  # `reason` found or not-found
    "bridge_client_told",  # `reason` found or not-found
    "bridge_tokens_saved",
    "bridge_code_received",
    "bridge_sign_in_completing",
    "bridge_sign_in_failed",
    "bridge_sign_in_elsewhere",
    "bridge_credentials_invalidated",
    "bridge_reconnecting",
    "bridge_step_told",  # what it does next
    "bridge_connected",  # it has connected to the remote server
    "host_server_starting",  # Claude Desktop starts a local server
    "host_step_told",  # what it does next, or what it sends
    "host_connected",  # it shows the server's answer to initialize
    "host_failure_told",  # the server could not be started or is gone; `failure`
    "ide_server_listening",
    "ide_connection_told",  # VS Code; `reason` starting, connecting, pending (waits for the first answer), connected …
    "ide_fallback_told",  # it tries the older transport; `http_status` why
    "ide_sign_in_told",  # what it does to find the authorization server
    "ide_step_told",  # what it does next
    "era_probe_told",
)

STATE_KINDS: Final[tuple[str, ...]] = ("server_listed", "server_status_told")  # what a screen says of a server's state

URL_KINDS: Final[tuple[str, ...]] = ("http_transport_initializing", "http_transport_options", "config_url_told")

DERIVED_KINDS: Final[tuple[str, ...]] = (
    "process_started",  # first entry of a process whose start the log shows
    "process_ended",  # after the last entry of a process
    "attempt_ended",  # a connection attempt is over; reason: connected, failed, needs-auth, skipped, open
    "flow_ended",  # a sign-in is over; reason: authorized, failed, open
    "failure_copied",  # the text of an error that people copied alone: of no attempt and no sign-in
    "coverage_gap",  # a stretch that is not covered; reason: a GapReason
    "refresh_observed",  # an access token was obtained by a refresh, whoever asked for it
    "sign_in_saved",  # tokens were stored by an interactive sign-in
    "access_token_expired",  # the stored access token's expiry passed
    "store_changed",  # the store's entry of this server changed between two snapshots
    "store_damaged",  # a snapshot that is no JSON object, not merely empty for a moment
    "evidence_ended",  # after the last event of a server
)

# What people report. A statement about the case as a whole, of no process, before all that the logs show.
REPORTED_FACTS: Final[tuple[str, ...]] = (
    "version_reported",  # `version` of the client
    "system_reported",  # `reason` macos, windows, wsl or linux
    "server_url_reported",  # `url`
    "request_by_hand_worked_reported",  # a request with the token, made without the client, was answered; `url`
    "request_by_hand_refused_reported",  # the same was refused; `http_status`, `url`
    "other_client_works_reported",  # another client works with the same server
    "restart_cures_reported",  # the server works after a restart of the client
    "sign_in_cures_reported",  # the server works after another sign-in
    "print_mode_reported",  # a run with `claude -p`, in which nobody can sign in
    "sign_in_worked_reported",  # the provider or the browser shows that the sign-in went well
    "basic_challenge_reported",  # the server answers `WWW-Authenticate: Basic`
    "bearer_challenge_hidden_reported",  # `WWW-Authenticate` names another scheme before Bearer
    "trouble_reported",  # something does not work, whatever it is
    "failure_delay_reported",  # it works for so long; `duration_ms`, where a range is told up to `limit_ms`
)

# The faults that people tell in so many words, each named after the rule that reads it.
REPORTED_FAULTS: Final[tuple[str, ...]] = (
    "account_switch_discards_reported",
    "as_metadata_error_reported",
    "authorization_endpoint_error_reported",
    "basic_auth_triggers_oauth_reported",
    "callback_unreachable_reported",
    "client_id_not_persisted_reported",
    "clock_skew_reported",
    "connect_timeout_reported",
    "connector_refresh_missing_reported",
    "dcr_endpoint_404_reported",
    "dcr_refused_reported",
    "dcr_response_invalid_reported",
    "dcr_unsupported_reported",
    "discovery_not_json_reported",
    "edge_blocked_reported",
    "entra_resource_scope_reported",
    "expires_zero_reported",
    "false_needs_auth_reported",
    "forbidden_by_server_reported",
    "half_dead_server_reported",
    "headers_helper_unused_reported",
    "headless_cannot_sign_in_reported",
    "initialize_hang_after_auth_reported",
    "insufficient_scope_misreported_reported",
    "insufficient_scope_reported",
    "issuer_mismatch_reported",
    "keychain_oversize_reported",
    "keychain_unavailable_reported",
    "mcp_endpoint_not_found_reported",
    "mcp_server_error_reported",
    "needs_auth_cache_outlives_signin_reported",
    "needs_auth_cache_sticky_reported",
    "no_refresh_token_reported",
    "pkce_not_advertised_reported",
    "reconnect_failed_restart_needed_reported",
    "redirect_uri_rejected_reported",
    "refresh_endpoint_error_reported",
    "refresh_never_used_reported",
    "refresh_race_reported",
    "refresh_scope_loss_reported",
    "refresh_token_revoked_reported",
    "rejected_after_auth_reported",
    "resource_mismatch_reported",
    "rotated_token_reuse_reported",
    "scope_rejected_reported",
    "server_unreachable_reported",
    "short_lifetime_reported",
    "sign_in_abandoned_reported",
    "stale_client_registration_reported",
    "stale_session_reported",
    "state_mismatch_reported",
    "static_header_ignored_reported",
    "static_header_rejected_reported",
    "stdio_exited_reported",
    "stdio_spawn_failed_reported",
    "step_up_loop_reported",
    "still_unauthorized_after_signin_reported",
    "store_split_reported",
    "store_wiped_reported",
    "tls_handshake_failed_reported",
    "tls_untrusted_reported",
    "token_audience_mismatch_reported",
    "token_exchange_failed_reported",
    "tokenless_stub_reported",
    "tokens_cleared_on_401_reported",
    "tokens_lost_after_save_reported",
    "tools_fetch_failed_reported",
    "upstream_auth_expired_reported",
    "user_denied_consent_reported",
    "version_negotiation_reported",
    "wrong_transport_reported",
    "zombie_grant_reported",
)

# A text is about servers of MCP, and in all of its case nothing says what is the matter with which of them.
REPORTED_ABOUT: Final = "mcp_reported"

REPORTED_KINDS: Final[tuple[str, ...]] = (*REPORTED_FACTS, *REPORTED_FAULTS, REPORTED_ABOUT)
