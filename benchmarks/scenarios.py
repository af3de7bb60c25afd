"""What happens to one server: connect, sign in, refresh, be refused, call tools, as the client logs it.

A scenario is a generator, so it reads the clock and the store at the moment each line is written.
"""

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.session import Line, Server, Session

Scenario = Callable[[Session, Server], Iterator[Line]]

REFRESH_AHEAD_S: Final = 300  # the client refreshes tokens that have less left
REFUSED: Final = "Streamable HTTP error: Server returned 401 after successful authentication"


def start(session: Session, server: Server) -> Iterator[Line]:
    """Return a scenario of `session` that fits what the store holds for `server`."""
    left = session.dice.roll()
    for weight, scenario in SCENARIOS:
        left -= weight
        if left < 0:
            return scenario(session, server)
    return _something_new(session, server)


def _transport(session: Session, server: Server) -> Iterator[Line]:
    number = session.dice.number
    version = f"v{number(18, 24)}.{number(0, 20)}.{number(0, 9)}"
    options = f'{{"url":"{server.url}","headers":{{"User-Agent":"claude-code/2.1.90 (cli)"}},"hasAuthProvider":true}}'
    yield Line(text=f": Initializing HTTP transport to {server.url}", kind="http_transport_initializing")
    yield Line(text=f": Node version: {version}, Platform: linux", kind="other")
    yield Line(text=': Environment: {"NODE_OPTIONS":"not set","HTTP_PROXY":"not set"}', kind="other")
    yield Line(text=f": HTTP transport options: {options}", kind="http_transport_options")
    yield Line(text=": HTTP transport created successfully", kind="other")
    yield Line(text=": Starting connection with timeout of 30000ms", kind="connection_starting")
    yield Line(text=f": Testing basic HTTP connectivity to {server.url}", kind="other")


def _read(session: Session, server: Server) -> Iterator[Line]:
    if not server.token:
        yield Line(text=": No token data found", kind="token_absent")
        return
    told = "true" if server.has_refresh_token else "false"
    yield Line(text=": Returning tokens", kind="token_returned")
    yield Line(text=f": Token length: {session.dice.number(40, 1900)}", kind="token_length_told")
    yield Line(text=f": Has refresh token: {told}", kind="refresh_token_told")
    yield Line(text=f": Expires in: {int(server.expires_at - session.now)}s", kind="expiry_told")


def _save(session: Session, server: Server, *, has_refresh_token: bool) -> Iterator[Line]:
    lifetime_s = session.dice.pick((900, 3600, 3600, 28_800))
    yield Line(text=": Saving tokens", kind="token_saved")
    session.save(server, lifetime_s=lifetime_s, has_refresh_token=has_refresh_token)
    yield Line(text=f": Token expires in: {lifetime_s}", kind="token_expiry_saved")


def _refresh(session: Session, server: Server) -> Iterator[Line]:
    left_s = int(server.expires_at - session.now)
    yield Line(text=f": Token expires in {left_s}s, attempting proactive refresh", kind="proactive_refresh_attempted")
    yield Line(text=": Acquiring refresh lock (attempt 1)", kind="other")
    yield Line(text=": Acquired refresh lock", kind="refresh_lock_acquired")
    session.tallies[server.name].refreshes += 1
    yield Line(text=": Starting token refresh", kind="refresh_started")
    if session.dice.roll() < 0.08:
        yield Line(
            text=": Token refresh failed with invalid_grant: Refresh token has been revoked", kind="refresh_failed"
        )
        yield Line(text=": No valid tokens in storage, clearing stored tokens", kind="tokens_cleared")
        session.wipe(server)
        yield Line(text=": Invalidated credentials (scope: tokens)", kind="credentials_invalidated")
        return
    yield Line(text=": Token refresh successful, saving new tokens", kind="other")
    yield from _save(session, server, has_refresh_token=True)
    yield Line(text=": Token refreshed successfully", kind="refresh_succeeded")
    yield Line(text=": Released refresh lock", kind="other")


def _tokens(session: Session, server: Server) -> Iterator[Line]:
    """Read the tokens as the client does before a request: a stale pair is refreshed first."""
    stale = server.token and server.expires_at - session.now < REFRESH_AHEAD_S
    if stale and server.has_refresh_token:
        yield from _refresh(session, server)
    elif stale:
        yield Line(text=": Token expired without refresh token", kind="token_expired_without_refresh_token")
    yield from _read(session, server)


def _needs_sign_in(session: Session, _: Server) -> Iterator[Line]:
    waited = session.dice.number(10, 900)
    yield Line(text=": Redirection handling is disabled, skipping redirect", kind="other")
    yield Line(
        text=f": HTTP Connection failed after {waited}ms: Unauthorized (code: none, errno: none)",
        kind="http_connection_failed",
    )
    yield Line(level="ERROR", text=" Error: Unauthorized", kind="connection_error_thrown")
    yield Line(text=": Authentication required for HTTP server", kind="authentication_required")


def _connect(session: Session, server: Server) -> Iterator[Line]:
    yield from _transport(session, server)
    yield from _tokens(session, server)
    if not server.token:
        yield from _needs_sign_in(session, server)
        return
    took = session.dice.number(60, 3000)
    yield Line(text=f": Successfully connected (transport: http) in {took}ms", kind="connected")
    yield _capabilities(session)


def _capabilities(session: Session) -> Line:
    version = f'{{"name":"server","version":"{session.dice.number(0, 3)}.{session.dice.number(0, 9)}.0"}}'
    told = f'{{"hasTools":true,"hasPrompts":false,"hasResources":true,"serverVersion":{version}}}'
    return Line(text=f": Connection established with capabilities: {told}", kind="capabilities_received")


def _refused(session: Session, server: Server) -> Iterator[Line]:
    """Good tokens are sent and refused: the fault that the peers look for."""
    if not server.token:
        yield from _sign_in(session, server)
    tally = session.tallies[server.name]
    refreshes = tally.refreshes
    yield from _transport(session, server)
    yield from _tokens(session, server)
    if not server.token:
        yield from _needs_sign_in(session, server)
        return
    tally.refused_after_auth += 1
    tally.refused_with_refresh_token_unused += server.has_refresh_token and tally.refreshes == refreshes
    waited = session.dice.number(50, 5000)
    yield Line(
        text=f": HTTP Connection failed after {waited}ms: {REFUSED} (code: 401, errno: none)",
        kind="http_connection_failed",
    )
    yield Line(level="ERROR", text=f" Error: {REFUSED}", kind="connection_error_thrown")


def _sign_in(session: Session, server: Server) -> Iterator[Line]:
    dice = session.dice
    client_id = dice.hexadecimal(16)
    query = f"response_type=code&client_id={client_id}&code_challenge=%5BREDACTED%5D&state=%5BREDACTED%5D"
    session.wipe(server)
    yield Line(text=": Cleared stored tokens", kind="tokens_cleared")
    yield Line(text=f": Using redirect port: {dice.number(1024, 65535)}", kind="other")
    yield Line(text=": Fetched OAuth metadata with scope: read write", kind="other")
    yield Line(text=": Generated new OAuth state", kind="other")
    yield Line(text=": Starting SDK auth", kind="sign_in_started")
    yield Line(text=f": Server URL: {server.url}", kind="other")
    yield Line(text=": Found client info", kind="other")
    yield Line(text=": Saving code verifier", kind="other")
    yield Line(text=f": Authorization URL: {server.url}/authorize?{query}", kind="authorization_url_built")
    yield Line(text=": Redirecting to authorization URL", kind="other")
    yield Line(text=": Initial auth result: REDIRECT", kind="sign_in_redirected")
    yield Line(text=": MCP OAuth server cleaned up", kind="other")
    yield Line(text=": Completing auth flow with authorization code", kind="code_exchange_started")
    yield from _save(session, server, has_refresh_token=dice.roll() < 0.7)
    yield Line(text=": Auth result: AUTHORIZED", kind="sign_in_authorized")
    yield Line(text=": Tokens after auth: Present", kind="other")


def _tool(session: Session, _: Server) -> Iterator[Line]:
    dice = session.dice
    tool = dice.pick(("search", "list_groups", "get_issue", "fetch", "create_page"))
    yield Line(text=f": Calling MCP tool: {tool}", kind="tool_called")
    if dice.roll() < 0.9:
        yield Line(text=f": Tool '{tool}' completed successfully in {dice.number(5, 9000)}ms", kind="tool_completed")
        return
    fault = f'MCP error -{dice.number(32000, 32603)}: Invalid "request" parameters'
    yield Line(text=f": Tool '{tool}' failed after {dice.number(1, 60)}s: {fault}", kind="tool_failed")


def _stdio(session: Session, _: Server) -> Iterator[Line]:
    dice = session.dice
    yield Line(text=": Starting connection with timeout of 30000ms", kind="connection_starting")
    yield Line(level="ERROR", text=f" Server stderr: INFO ready after {dice.number(1, 999)}", kind="server_stderr")
    yield Line(text=f": Successfully connected (transport: stdio) in {dice.number(20, 4000)}ms", kind="connected")
    yield _capabilities(session)


def _something_new(session: Session, _: Server) -> Iterator[Line]:
    words = " ".join(session.dice.hexadecimal(6) for _ in range(session.dice.number(2, 6)))
    yield Line(text=f": zz {words}", kind="unrecognised")


SCENARIOS: Final[tuple[tuple[float, Scenario], ...]] = (
    (0.35, _tool),
    (0.13, _stdio),
    (0.10, _sign_in),
    (0.25, _connect),
    (0.14, _refused),
    (0.03, _something_new),
)
