"""The table of red herrings: each with a reason, a circumstance and a source."""

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.red_herrings import CIRCUMSTANCES, load_red_herrings, parse_red_herrings

ENTRY = """
[[herring]]
id = "a"
lines = [{ kinds = ["redirect_disabled"] }]
harmless_when = "always"
reason = "It is no error."
source = "recorded"
"""


def test_the_public_list_of_them_is_there() -> None:
    kinds = {kind for row in load_red_herrings().herring for pattern in row.lines for kind in pattern.kinds}

    assert {
        "token_absent",
        "token_expired_without_refresh_token",
        "tokens_cleared",
        "redirect_disabled",
        "server_stderr",
        "reauthorization_required",
        "account_session_expired",
        "account_token_checked",
        "sse_stream_given_up",
        "version_probe_failed",
        "http_transport_options",
    } <= kinds


def test_reasons_are_sentences_and_sources_are_named() -> None:
    rows = load_red_herrings().herring

    assert [row.id for row in rows if not (row.reason.endswith(".") and row.source and row.lines)] == []


def test_every_circumstance_is_used_by_some_line() -> None:
    assert {row.harmless_when for row in load_red_herrings().herring} == set(CIRCUMSTANCES)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"always"', '"sometimes"', "no such circumstance: sometimes"),
        ("redirect_disabled", "redirect_enabled", "no such event kind: redirect_enabled"),
        ("reason", "raison", "unknown field `raison`"),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"red_herrings\.toml: .*{told}"):
        parse_red_herrings(ENTRY.replace(old, new, 1))


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="named twice: a"):
        parse_red_herrings(ENTRY * 2)
