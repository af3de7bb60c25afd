"""Red herrings: a line is called harmless only under the circumstance that makes it so."""

import polars as pl
import pytest

from mcplog.diagnose.red_herrings import CIRCUMSTANCE, spot
from mcplog.knowledge.red_herrings import CIRCUMSTANCES, RedHerringTable, load_red_herrings, parse_red_herrings
from mcplog.model.finding import RedHerring
from mcplog.model.vocabulary import HeldTokenIs
from tests.diagnose.given import ORIGINS, Values, facts, line, lines, row

ENTRY = """
[[herring]]
id = "a"
lines = [{{ kinds = ["tool_running"] }}]
harmless_when = "{word}"
reason = "It says nothing."
source = "recorded"
"""
SEEN = row("tool_running", 5, attempt_id=1)
CONNECTED = row("attempt_ended", 4, reason="connected", attempt_id=1)
LATER = row("attempt_ended", 9, reason="connected", attempt_id=1)
REFUSED = row("attempt_ended", 9, reason="needs-auth", failure="unauthorized", attempt_id=2)


def herring(word: str) -> RedHerringTable:
    return parse_red_herrings(ENTRY.format(word=word))


def spotted(told: pl.DataFrame, table: RedHerringTable, *, limit: int = 8) -> tuple[RedHerring, ...]:
    return spot(lines(told), ORIGINS, table, limit=limit)[0]


def is_harmless(word: str, *rows: Values) -> bool:
    return bool(spotted(facts(*rows), herring(word)))


def test_every_circumstance_can_be_told() -> None:
    assert set(CIRCUMSTANCE) == set(CIRCUMSTANCES)


def test_a_harmless_line_is_named_once_with_its_first_place_and_how_often() -> None:
    told = facts(row("token_saved"), SEEN, SEEN, row("token_saved"), SEEN)

    assert spotted(told, herring("always")) == (
        RedHerring(place=line(2), excerpt="line 2", reason="It says nothing.", count=3),
    )


def test_a_line_that_is_not_there_is_not_named() -> None:
    assert spotted(facts(row("token_saved")), herring("always")) == ()


@pytest.mark.parametrize(
    ("word", "rows"),
    [
        ("no-sign-in-so-far", (SEEN, row("token_saved", 6))),
        ("part-of-sign-in", (row("tool_running", 5, flow_id=1),)),
        ("signed-in-later", (SEEN, row("flow_ended", 6, reason="authorized"))),
        ("connected-in-attempt", (SEEN, LATER)),
        ("connected-before", (CONNECTED, SEEN)),
        ("connected-later", (SEEN, row("attempt_ended", 9, reason="connected", attempt_id=3))),
        ("quiet-end", (CONNECTED, SEEN, row("process_ended", 6))),
        ("refreshed-later", (SEEN, row("refresh_observed", 6))),
        ("refresh-refused-before", (row("refresh_failed", 4), SEEN)),
        ("token-had-time-left", (row("tool_running", 5, held_token_is=HeldTokenIs.VALID, held_left_ms=300_001),)),
        ("refusal-named-otherwise", (SEEN, row("step_up_marked", 6, attempt_id=1))),
        ("no-scope-refusal", (SEEN, REFUSED)),
        ("call-works-after", (SEEN, row("tool_completed", 6))),
        ("own-refresh-open", (row("refresh_started", 4), SEEN)),
    ],
)
def test_the_circumstance_makes_it_harmless(word: str, rows: tuple[Values, ...]) -> None:
    assert is_harmless(word, *rows)


@pytest.mark.parametrize(
    ("word", "rows"),
    [
        ("no-sign-in-so-far", (row("token_saved", 4), SEEN)),
        ("no-sign-in-so-far", (row("tool_running", 5, held_token_is=HeldTokenIs.VALID),)),
        ("part-of-sign-in", (SEEN,)),
        ("signed-in-later", (row("flow_ended", 4, reason="authorized"), SEEN)),
        ("signed-in-later", (SEEN, row("flow_ended", 6, reason="failed"))),
        ("signed-in-later", (SEEN, row("flow_ended", 6, reason="authorized", process_id=2))),
        ("connected-in-attempt", (SEEN, row("attempt_ended", 9, reason="connected", attempt_id=2))),
        ("connected-in-attempt", (row("tool_running", 5), LATER)),
        ("connected-before", (SEEN, LATER)),
        ("connected-later", (CONNECTED, SEEN)),
        ("quiet-end", (CONNECTED, SEEN, row("tool_failed", 6))),
        ("quiet-end", (SEEN, row("process_ended", 6))),
        ("refreshed-later", (row("refresh_observed", 4), SEEN)),
        ("refresh-refused-before", (SEEN, row("refresh_failed", 6))),
        ("token-had-time-left", (row("tool_running", 5, held_token_is=HeldTokenIs.VALID, held_left_ms=300_000),)),
        ("token-had-time-left", (row("tool_running", 5, held_token_is=HeldTokenIs.VALID),)),
        ("refusal-named-otherwise", (row("tool_running", 5), row("step_up_marked", 6))),
        ("no-scope-refusal", (SEEN, row("tool_failed", 6, failure="insufficient-scope"))),
        ("call-works-after", (SEEN, row("refresh_observed", 6), row("tool_completed", 7))),
        ("call-works-after", (row("tool_completed", 4), SEEN)),
        ("own-refresh-open", (row("refresh_started", 3), row("refresh_failed", 4), SEEN)),
        ("own-refresh-open", (row("refresh_started", 4, process_id=2), SEEN)),
    ],
)
def test_without_the_circumstance_it_may_be_guilty(word: str, rows: tuple[Values, ...]) -> None:
    assert not is_harmless(word, *rows)


def test_the_most_misleading_come_first_into_the_limit_and_stand_in_the_order_of_the_log() -> None:
    told = facts(
        row("channel_notifications_skipped", 1), row("redirect_disabled", 2), row("account_session_expired", 3)
    )

    shown = spotted(told, load_red_herrings(), limit=2)

    assert [one.place.line_from for one in shown] == [2, 3]


def test_a_sign_in_clears_first_and_a_clear_on_its_own_is_no_red_herring() -> None:
    of_sign_in = facts(row("redirect_port_chosen", 1, flow_id=1), row("tokens_cleared", 2, flow_id=1))
    alone = facts(row("token_returned", 1), row("tokens_cleared", 2))

    assert [one.place for one in spotted(of_sign_in, load_red_herrings())] == [line(2)]
    assert spotted(alone, load_red_herrings()) == ()
