"""The table of known issues: ranges that can be compared, rules that exist, entries that can be read one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.errors import KnowledgeError
from mcplog.knowledge.known_issues import UNKNOWN, load_known_issues, parse_known_issues, version_key
from mcplog.knowledge.resources import rulepack

ENTRY = """
[[issue]]
id = "a"
title = "It fails"
rules = ["refresh-race"]
ranges = [{ since = "2.1.59", until = "2.1.118" }, { since = "?", until = "" }]
references = ["anthropics/claude-code#85236"]
source = "public report"
"""

# Kinds of public reports that no rule tells apart by log and store.
KINDS_WITHOUT_A_RULE = {
    "account-switch-discards",
    "basic-auth-triggers-oauth",
    "callback-unreachable",
    "client-id-not-persisted",
    "connector-refresh-missing",
    "entra-resource-scope",
    "false-needs-auth",
    "half-dead-server",
    "header-auth-hang",
    "headers-helper-unused",
    "keychain-oversize",
    "keychain-unavailable",
    "refresh-scope-loss",
    "redirect-uri-rejected",
    "secret-in-log",
    "still-unauthorized-after-signin",
    "tokens-cleared-on-401",
    "tools-fetch-failed",
    "version-negotiation",
}


def test_every_rule_that_is_named_is_a_folder_or_a_reported_kind() -> None:
    rules = {folder.name for folder in rulepack().iterdir()} | KINDS_WITHOUT_A_RULE

    assert {rule for issue in load_known_issues() for rule in issue.rules} - rules == set()


def test_the_ranges_of_the_change_log_are_there() -> None:
    ends = {issue.id: [(one.since, one.until) for one in issue.ranges] for issue in load_known_issues()}

    assert ends["get-stream-loop"] == [("2.1.147", "2.1.153")]
    assert ends["stdio-stray-line"] == [("2.1.105", "2.1.110")]
    assert ends["scope-catalogue"] == [("?", "2.1.196")]
    assert ends["registration-replayed"] == [("?", "")]
    assert [end for _, end in ends["refresh-race"]] == ["2.1.59", "2.1.118", "2.1.136", "2.1.221", ""]


def test_a_range_does_not_end_before_it_begins() -> None:
    stretches = [
        (version_key(one.since), version_key(one.until))
        for issue in load_known_issues()
        for one in issue.ranges
        if one.since != UNKNOWN and one.until not in ("", UNKNOWN)
    ]

    assert stretches
    assert [pair for pair in stretches if (pair[0] or ()) >= (pair[1] or ())] == []


@pytest.mark.parametrize("rule", ["refresh-race", "rejected-after-auth", "needs-auth-cache-sticky", "no-such-rule"])
def test_reading_the_entries_of_a_rule_gives_what_reading_all_gives(rule: str) -> None:
    assert load_known_issues([rule]) == tuple(issue for issue in load_known_issues() if rule in issue.rules)


def test_a_rule_that_an_entry_only_mentions_is_not_its_rule() -> None:
    text = ENTRY.replace('title = "It fails"', 'title = "like \\"stale-session\\""')

    assert parse_known_issues(text, ["stale-session"]) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"2.1.118"', '"2.1.x"', "a: no version: 2.1.x"),
        ('since = "?"', 'since = ""', "a: no version: "),
        ('["refresh-race"]', "[]", "a: rules are missing"),
        ("source", "sauce", "unknown field `sauce`"),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"known_issues\.toml: .*{told}"):
        parse_known_issues(ENTRY.replace(old, new, 1))


def test_an_id_that_stands_twice_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="named twice: a"):
        parse_known_issues(ENTRY * 2)


def test_versions_compare_as_numbers() -> None:
    assert (version_key("2.1.9") or ()) < (version_key("2.1.10") or ())


@given(st.text(max_size=12))
def test_any_text_is_a_version_or_none(text: str) -> None:
    key = version_key(text)

    assert (key is None) or ".".join(map(str, key)) == ".".join(str(int(part)) for part in text.split("."))
