"""Known issues: whether this client has, had or lost the fault, and no claim beyond what was seen."""

import pytest

from mcplog.diagnose.known_issues import matching
from mcplog.knowledge.known_issues import parse_known_issues

ENTRY = """
[[issue]]
id = "{name}"
title = "{name} fails"
rules = ["refresh-race"]
ranges = [{ranges}]
references = ["cc#1"]
source = "public report"
seen = "2.1.200"
"""


def said(ranges: str, *versions: str) -> tuple[str, ...]:
    text = ENTRY.replace('seen = "2.1.200"\n', "") if '""' not in ranges else ENTRY
    return matching("refresh-race", versions, parse_known_issues(text.format(name="It", ranges=ranges)))


CLOSED = '{ since = "2.1.59", until = "2.1.118" }'
BROUGHT_BACK = f'{CLOSED}, {{ since = "2.1.136", until = "2.1.221" }}'


@pytest.mark.parametrize(
    ("ranges", "version", "told"),
    [
        (CLOSED, "2.1.59", "in 2.1.59, fixed in 2.1.118"),
        (CLOSED, "2.1.117", "in 2.1.117, fixed in 2.1.118"),
        (BROUGHT_BACK, "2.1.136", "in 2.1.136, fixed in 2.1.221"),
        (
            '{ since = "?", until = "2.1.118" }',
            "2.1.9",
            "perhaps in 2.1.9, fixed in 2.1.118",
        ),
        ('{ since = "?", until = "?" }', "2.1.9", "fixed at some time, not known for 2.1.9"),
        ('{ since = "2.1.2", until = "" }', "2.1.200", "in 2.1.200, open when last seen (2.1.200)"),
        ('{ since = "2.1.2", until = "" }', "2.1.201", "open when last seen (2.1.200), not known for 2.1.201"),
    ],
)
def test_a_version_has_had_or_lost_the_fault(ranges: str, version: str, told: str) -> None:
    assert said(ranges, version) == (f"It fails (cc#1): {told}",)


@pytest.mark.parametrize(
    ("ranges", "version"),
    [(CLOSED, "2.1.58"), (CLOSED, "2.1.118"), (BROUGHT_BACK, "2.1.120"), (BROUGHT_BACK, "2.2.0")],
)
def test_what_the_client_is_too_old_or_too_new_for_is_left_out(ranges: str, version: str) -> None:
    assert said(ranges, version) == ()


def test_versions_that_stand_alike_are_told_together() -> None:
    assert said(CLOSED, "2.1.60", "2.1.61", "2.1.200") == (
        "It fails (cc#1): in 2.1.60, 2.1.61, fixed in 2.1.118; not in 2.1.200, fixed in 2.1.118",
    )


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (BROUGHT_BACK, "fixed in 2.1.118, 2.1.221"),
        (
            f'{CLOSED}, {{ since = "2.1.136", until = "" }}',
            "fixed in 2.1.118; open when last seen (2.1.200)",
        ),
        ('{ since = "?", until = "?" }', "fixed at some time"),
    ],
)
@pytest.mark.parametrize("versions", [(), ("unknown",)])
def test_without_a_version_the_fixes_are_told(ranges: str, told: str, versions: tuple[str, ...]) -> None:
    assert said(ranges, *versions) == (f"It fails (cc#1): {told}",)


def test_what_this_client_has_comes_first() -> None:
    texts = [
        ENTRY.format(name="old", ranges='{ since = "?", until = "2.1.10" }'),
        ENTRY.format(name="present", ranges=CLOSED),
        ENTRY.format(name="perhaps", ranges='{ since = "?", until = "2.1.118" }'),
    ]
    told = matching("refresh-race", ["2.1.60"], parse_known_issues("".join(texts)))

    assert [line.partition(" ")[0] for line in told] == ["present", "perhaps"]


def test_issues_of_other_rules_are_left_out() -> None:
    assert matching("stale-session", ["2.1.60"], parse_known_issues(ENTRY.format(name="It", ranges=CLOSED))) == ()
