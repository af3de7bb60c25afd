"""The ladder: the last line decides; a failure that was made up for does not stand; the earliest that does is first."""

import pytest

from mcplog.diagnose.ladder import climb
from mcplog.knowledge.ladder import LadderTable, load_ladder
from mcplog.model.finding import LadderRung
from mcplog.model.vocabulary import Party, Rung, RungState
from tests.diagnose.given import ORIGINS, Values, facts, line, lines, of_store, row

STARTED = row("http_transport_initializing", 0, attempt_id=1)
REFUSED = row("attempt_ended", 1, reason="needs-auth", failure="unauthorized", attempt_id=1)
SIGN_IN: tuple[Values, ...] = (
    row("redirect_port_chosen", 2, flow_id=1),
    row("metadata_fetched", 2, flow_id=1),
    row("client_absent", 2, flow_id=1),
    row("authorization_url_built", 2, flow_id=1, resource_sent=True),
    row("sign_in_redirected", 3, flow_id=1),
)
CODE: tuple[Values, ...] = (row("code_exchange_started", 5, flow_id=1),)
SAVED: tuple[Values, ...] = (
    row("token_saved", 6, flow_id=1),
    row("sign_in_saved", 6, flow_id=1),
    row("sign_in_authorized", 6, flow_id=1),
)
CONNECTED: tuple[Values, ...] = (
    row("token_returned", 7, attempt_id=2),
    row("connected", 7, attempt_id=2),
    row("attempt_ended", 7, reason="connected", failure="none", attempt_id=2),
)
WAY_UP = [
    "config",
    "reach",
    "challenge",
    "prm",
    "asmeta",
    "client",
    "authorize",
    "callback",
    "exchange",
    "store",
    "use",
    "session",
]


@pytest.fixture(scope="module")
def table() -> LadderTable:
    return load_ladder()


def climbed(table: LadderTable, *rows: Values) -> tuple[dict[str, str], LadderRung | None]:
    rungs, first = climb(lines(facts(*rows)), ORIGINS, table)[0]
    return {rung.rung.value: rung.state.value for rung in rungs}, first


def test_a_whole_sign_in_reaches_every_rung_up_to_the_session(table: LadderTable) -> None:
    states, first = climbed(table, STARTED, REFUSED, *SIGN_IN, *CODE, *SAVED, *CONNECTED)

    assert [rung for rung, state in states.items() if state == "reached"] == WAY_UP
    assert first is None


def test_all_rungs_are_told_lowest_first_with_their_place(table: LadderTable) -> None:
    rungs, _ = climb(lines(facts(STARTED, REFUSED)), ORIGINS, table)[0]

    assert [rung.rung for rung in rungs] == list(Rung)
    assert rungs[1] == LadderRung(
        rung=Rung.REACH, state=RungState.REACHED, responsible=Party.NETWORK, place=line(2), note=""
    )


def test_without_a_sign_in_the_sign_in_is_missing_and_the_user_has_to_act(table: LadderTable) -> None:
    _, first = climbed(table, STARTED, REFUSED)

    assert first == LadderRung(
        rung=Rung.AUTHORIZE,
        state=RungState.NOT_SEEN,
        responsible=Party.USER,
        place=line(2),
        note="needs a sign-in in a browser, begun by the user",
    )


def test_a_browser_that_never_comes_back_leaves_the_callback_missing(table: LadderTable) -> None:
    states, first = climbed(table, STARTED, REFUSED, *SIGN_IN)

    assert first is not None
    assert (first.rung, first.state, states["exchange"]) == (Rung.CALLBACK, RungState.NOT_SEEN, "not-seen")


@pytest.mark.parametrize(
    ("values", "party"),
    [
        ({"failure": "cancelled"}, Party.USER),
        ({"failure": "oauth-error", "oauth_error": "access_denied"}, Party.USER),
        ({"failure": "oauth-error", "oauth_error": "invalid_scope"}, Party.CLIENT),
        ({"failure": "oauth-error", "oauth_error": "server_error"}, Party.AUTHORIZATION_SERVER),
    ],
)
def test_a_callback_with_an_error_fails_it_and_names_the_party(
    table: LadderTable, values: dict[str, object], party: Party
) -> None:
    _, first = climbed(table, STARTED, REFUSED, *SIGN_IN, row("sign_in_failed", 4, flow_id=1, **values))

    assert first is not None
    assert (first.rung, first.state, first.responsible) == (Rung.CALLBACK, RungState.FAILED, party)


@pytest.mark.parametrize(
    ("before", "rung"), [(SIGN_IN[:3], Rung.CLIENT), (SIGN_IN, Rung.CALLBACK), ((*SIGN_IN, *CODE), Rung.EXCHANGE)]
)
def test_a_failure_without_a_known_word_fails_the_rung_that_is_begun(
    table: LadderTable, before: tuple[Values, ...], rung: Rung
) -> None:
    _, first = climbed(
        table, STARTED, REFUSED, *before, row("sign_in_failed", 9, flow_id=1, failure="description-only")
    )

    assert first is not None
    assert (first.rung, first.note) == (rung, f"line {len(before) + 3}")


def test_a_fresh_token_that_is_refused_fails_its_use_and_not_the_sign_in(table: LadderTable) -> None:
    refused = row("attempt_ended", 8, reason="needs-auth", failure="unauthorized-after-auth", attempt_id=2)
    states, first = climbed(table, STARTED, REFUSED, *SIGN_IN, *CODE, *SAVED, refused)

    assert first is not None
    assert (first.rung, first.state, first.responsible) == (Rung.USE, RungState.FAILED, Party.MCP_SERVER)
    assert (states["authorize"], states["exchange"]) == ("reached", "reached")


def test_the_cause_is_first_although_lower_rungs_fail_after_it(table: LadderTable) -> None:
    """Near miss: the skip of a later start is what follows from the refusal."""
    refused = row("attempt_ended", 8, reason="needs-auth", failure="unauthorized-after-auth", attempt_id=2)
    skipped = row("connection_skipped", 9, reason="cached-needs-auth", attempt_id=3, process_id=2)
    states, first = climbed(table, STARTED, REFUSED, *SIGN_IN, *CODE, *SAVED, refused, skipped)

    assert states["reach"] == "failed"
    assert first is not None
    assert first.rung is Rung.USE


def test_a_skip_of_a_server_that_worked_is_the_clients(table: LadderTable) -> None:
    skipped = row("connection_skipped", 9, reason="cached-needs-auth", attempt_id=3, process_id=2)
    _, first = climbed(table, STARTED, REFUSED, *SIGN_IN, *CODE, *SAVED, *CONNECTED, skipped)

    assert first is not None
    assert (first.rung, first.state, first.responsible) == (Rung.REACH, RungState.FAILED, Party.CLIENT)


def test_a_failure_that_a_later_connection_made_up_for_does_not_stand(table: LadderTable) -> None:
    failed = row("refresh_failed", 8, failure="oauth-error", oauth_error="invalid_grant")
    states, first = climbed(table, failed, row("token_returned", 9), row("connected", 9))

    assert states["refresh"] == "failed"
    assert first is None


def test_an_old_grants_refresh_says_nothing_of_the_new_one(table: LadderTable) -> None:
    failed = row("refresh_failed", 1, failure="oauth-error", oauth_error="invalid_grant")
    states, _ = climbed(table, failed, *SIGN_IN, *CODE, *SAVED)

    assert states["refresh"] == "not-seen"


def test_a_refused_refresh_comes_before_what_follows_from_it(table: LadderTable) -> None:
    _, first = climbed(
        table,
        row("token_returned", 0),
        row("refresh_started", 1),
        row("refresh_failed", 1, failure="oauth-error", oauth_error="invalid_grant"),
        row("refused_tokens_cleared", 1),
        row("attempt_ended", 2, reason="needs-auth", failure="unauthorized", attempt_id=1),
    )

    assert first is not None
    assert (first.rung, first.note) == (Rung.REFRESH, "line 3")


@pytest.mark.parametrize("failure", ["connection-refused", "connect-timeout"])
def test_an_unanswered_refresh_is_not_blamed_on_the_way_to_the_server(table: LadderTable, failure: str) -> None:
    """Clients repeat the refresh's words as those of the connection."""
    begun = row("refresh_started", 1, attempt_id=1)
    states, first = climbed(table, begun, row("attempt_ended", 9, reason="timeout", failure=failure, attempt_id=1))

    assert first is not None
    assert (first.rung, states["reach"]) == (Rung.REFRESH, "not-seen")


def test_a_local_server_has_no_rungs_of_oauth(table: LadderTable) -> None:
    states, first = climbed(
        table,
        row("server_stderr", 0, attempt_id=1),
        row("connected", 1, transport="stdio", attempt_id=1),
        row("tool_completed", 2, attempt_id=1),
    )

    assert {rung for rung, state in states.items() if state != "not-applicable"} == {
        "config",
        "reach",
        "session",
        "list",
    }
    assert first is None


def test_a_program_that_is_not_there_is_this_machines(table: LadderTable) -> None:
    _, first = climbed(table, row("attempt_ended", 1, reason="failed", failure="executable-not-found", attempt_id=1))

    assert first is not None
    assert (first.rung, first.responsible) == (Rung.REACH, Party.USER_MACHINE)


def test_a_server_that_never_asked_needs_no_sign_in(table: LadderTable) -> None:
    states, first = climbed(table, row("http_transport_initializing", 0), row("connected", 1, transport="http"))

    assert {rung for rung, state in states.items() if state == "reached"} == {"config", "reach", "session"}
    assert {states[rung] for rung in WAY_UP[2:11]} == {"not-applicable"}
    assert first is None


def test_a_protocol_without_sessions_has_no_such_rung(table: LadderTable) -> None:
    states, _ = climbed(
        table, row("http_transport_initializing", 0), row("capabilities_received", 1, version="2026-07-28")
    )
    told, _ = climbed(
        table, row("http_transport_initializing", 0), row("capabilities_received", 1, version="2025-11-25")
    )

    assert (states["session"], told["session"]) == ("reached", "reached")


def test_a_protocol_without_sessions_does_not_miss_one(table: LadderTable) -> None:
    states, _ = climbed(table, row("http_transport_initializing", 0), row("era_probe_told", 1, reason="modern"))

    assert states["session"] == "not-applicable"


def test_a_configured_header_that_is_refused_is_the_users(table: LadderTable) -> None:
    states, first = climbed(
        table,
        row("http_transport_options", 0, has_authorization_header=True, attempt_id=1),
        row("static_header_rejected", 1, http_status=401, attempt_id=1),
        row("attempt_ended", 1, reason="header-rejected", failure="http-error", attempt_id=1),
    )

    assert first is not None
    assert (first.rung, first.responsible, states["authorize"]) == (Rung.USE, Party.USER, "not-applicable")


def test_metadata_that_was_not_needed_does_not_stand(table: LadderTable) -> None:
    built = row("authorization_url_built", 2, flow_id=1, resource_sent=False)
    states, first = climbed(table, STARTED, REFUSED, *SIGN_IN[:3], built, SIGN_IN[4])

    assert states["prm"] == "failed"
    assert first is not None
    assert first.rung is Rung.CALLBACK


def test_a_save_that_the_store_does_not_hold_is_this_machines(table: LadderTable) -> None:
    lost = of_store("store_changed", 7, reason="save-not-stored", state_origin="store.json", state_line=1)
    rungs, first = climb(lines(facts(*SIGN_IN, *CODE, *SAVED, lost)), ORIGINS, table)[0]

    assert first is not None
    assert (first.rung, first.responsible, str(first.place)) == (Rung.STORE, Party.USER_MACHINE, "store.json:1")
    assert first in rungs


def test_a_missing_scope_asks_for_a_step_up(table: LadderTable) -> None:
    marked = row("step_up_marked", 8)
    states, first = climbed(table, row("connected", 1, transport="http"), marked)
    _, widened = climbed(table, marked, *SIGN_IN, *CODE, *SAVED, *CONNECTED)

    assert first is not None
    assert (first.rung, states["stepup"], widened) == (Rung.STEPUP, "not-seen", None)


def test_nothing_at_all_misses_nothing(table: LadderTable) -> None:
    states, first = climbed(table)

    assert (set(states.values()), first) == ({"not-seen"}, None)


def test_a_log_that_stops_early_misses_the_next_rung(table: LadderTable) -> None:
    _, first = climbed(table, STARTED)

    assert first is not None
    assert (first.rung, first.state, first.place) == (Rung.REACH, RungState.NOT_SEEN, None)
