"""What sentences around a log tell: every phrase by its sample, and what only looks like it by its near miss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.knowledge.reported_facts import load_reported_facts
from mcplog.model.event_kinds import REPORTED_FAULTS
from mcplog.parse.paste_lines import lines_of
from mcplog.parse.report_facts import Told, is_about_servers, told_by_sentences
from mcplog.parse.report_passages import reports_something
from mcplog.parse.report_phrases import find_phrase, forms_of, said_in

ABOUT = "About an MCP server.\n\n"
ELSEWHERE = frozenset({0})  # an entry that is none of a text's lines
TABLE = load_reported_facts()
FORMS = forms_of(TABLE)
SAMPLES = [(fact.kind, sample) for fact in TABLE.fact for sample in fact.samples]
NEAR = [(fact.kind, sample) for fact in TABLE.fact for sample in fact.near]


GROUPS = [
    group
    for fact in TABLE.fact
    for group in (*fact.all, *fact.around, fact.unless, fact.negations_of_all, *fact.words.values())
]
PHRASES = [phrase for group in (*GROUPS, TABLE.not_told, TABLE.not_sure, TABLE.negations) for phrase in group]


def told(text: str, entries: frozenset[int] = frozenset()) -> list[Told]:
    lines = list(lines_of(text))
    tells_faults = is_about_servers(text, TABLE) and reports_something(lines, TABLE)
    return list(told_by_sentences(text, lines, entries, TABLE, tells_faults=tells_faults))


def kinds(text: str, entries: frozenset[int] = frozenset()) -> list[str]:
    return [one.kind for one in told(text, entries)]


def test_each_phrase_stands_in_its_own_words_which_are_base_forms() -> None:
    said = {one: said_in(one.replace("*", "x"), FORMS) for one in PHRASES}

    assert [one for one, words in said.items() if find_phrase(words, one) is None] == []


def test_a_word_that_may_go_on_goes_on_to_base_forms_only() -> None:
    open_words = {word for phrase in PHRASES for word in phrase.split() if word.endswith("*") and word[0] != "*"}
    lost = [
        (word, form)
        for word in open_words
        for form, base in FORMS.words.items()
        if find_phrase([form], word) and not any(find_phrase([part], word) for part in base)
    ]

    assert lost == []


def test_no_phrase_stands_twice_in_a_group() -> None:
    assert [group for group in GROUPS if len(set(group)) < len(group)] == []


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_a_sample_tells_its_fact(kind: str, sample: str) -> None:
    assert kind in kinds(f"{ABOUT}{sample}", ELSEWHERE)


@pytest.mark.parametrize(("kind", "sample"), NEAR)
def test_a_near_miss_does_not(kind: str, sample: str) -> None:
    assert kind not in kinds(f"{ABOUT}{sample}", ELSEWHERE)


def test_trouble_is_told_once_and_only_beside_lines_of_a_log() -> None:
    text = "The tools never appear. They never appear. Something is broken."

    assert kinds(text) == []
    assert kinds(text, ELSEWHERE) == ["trouble_reported"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("It fails after 60–75 minutes.", {"duration_ms": 3_600_000, "limit_ms": 4_500_000}),  # noqa: RUF001 - as typed
        ("It drops every hour", {"duration_ms": 3_600_000, "limit_ms": None}),
        ("tokens expire after about 8h", {"duration_ms": 28_800_000, "limit_ms": None}),
        ("Claude Code v2.0.75 (npm)", {"version": "2.0.75"}),
        ("Claude Code on windows 11", {"reason": "windows"}),
        ("Running on Windows 11 under WSL2", {"reason": "wsl"}),
        ("The MCP server is at https://u:p@a.example/mcp?key=1, behind a proxy.", {"url": "https://a.example/mcp"}),
        ("A curl with the same token fails too", {"http_status": None}),
    ],
)
def test_what_else_a_sentence_says_is_read(text: str, fields: dict[str, object]) -> None:
    assert fields in [one.fields for one in told(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It fails after 5 seconds.",
        "It fails after 99999999 minutes.",
        "It fails after 75-60 minutes.",
        "It fails after 0 minutes.",
    ],
)
def test_no_delay_is_no_fact(text: str) -> None:
    assert told(text) == []


def test_a_fact_stands_at_its_sentence_also_when_it_is_wrapped() -> None:
    text = "Hello.\n\nIt breaks often. Restarting Claude Code\nfixes it, always. Thanks.\n"

    (one,) = told(text)

    assert text[one.start : one.end] == "Restarting Claude Code\nfixes it, always."


@pytest.mark.parametrize(
    "text",
    [
        "> Restarting fixes it.",
        "```\nRestarting fixes it.\n```",
        "<!-- Restarting fixes it. -->",
        "<!-- please tell us:\nRestarting fixes it.\n-->",
        "## Expected behavior\nRestarting fixes it.",
        "Does restarting help? It works?",
        "- Restarting\n- fixes it",
        "Restarting\n\nfixes it.",
    ],
)
def test_what_nobody_says_is_not_told(text: str) -> None:
    assert "restart_cures_reported" not in kinds(text)


def test_an_empty_line_ends_a_sentence_and_what_it_said_before_is_told() -> None:
    text = "Restarting fixes\n\nit."

    assert [(one.kind, text[one.start : one.end]) for one in told(text)] == [
        ("restart_cures_reported", "Restarting fixes")
    ]


def test_a_heading_goes_with_the_sentences_below_it() -> None:
    assert kinds("### Workaround\n\nRestart Claude Code.") == ["restart_cures_reported"]
    assert kinds("**Claude Code Version**\n2.0.75\n") == ["version_reported"]
    assert kinds("### Operating System\n\nmacOS\n") == ["system_reported"]


def test_what_stands_between_two_lines_of_a_log_is_one() -> None:
    said = 'line": The token expired without refresh token, as the server returns none'
    text = f'{ABOUT}[DEBUG] MCP server "new\n{said}\n[DEBUG] MCP server "new\n'

    assert kinds(text) == []
    assert kinds(f"{ABOUT}{said}\n") == ["no_refresh_token_reported"]


def test_what_one_sentence_tells_of_several_faults_goes_by_what_it_says_first() -> None:
    text = "# MCP: invalid_scope at the sign-in, then an issuer mismatch"
    turned = "# MCP: an issuer mismatch at the sign-in, then invalid_scope"

    assert kinds(text) == ["scope_rejected_reported", "issuer_mismatch_reported"]
    assert kinds(turned) == ["issuer_mismatch_reported", "scope_rejected_reported"]


def test_lines_of_a_log_are_no_sentences() -> None:
    text = "Restarting fixes it.\n"

    assert told(text, frozenset({1})) == []


@pytest.mark.parametrize(
    "text",
    [
        "# docs: MCP sign-in\n\nIt fails with invalid_scope.",
        "# MCP: several pain points\n\nIt fails with invalid_scope.",
        "MCP\n\n## Fix\n\nThe server answered invalid_scope.",
        "MCP\n\n| Error | Cause | Fix |\n|---|---|---|\n| the server fails with invalid_scope | scope | none |\n",
        "MCP\n\nIt should say something like:\n\n> Error: invalid_scope",
        "MCP\n\n## Expected\n\n```\nError: invalid_scope\n```",
        "MCP\n\nExpected: it fails with invalid_scope.",
        "MCP\n\nExpected result:\nIt fails with invalid_scope.",
        "# [FEATURE] MCP: ask for less, and not until invalid_scope",
        "MCP\n\n- ✅ It fails with invalid_scope where it has to.",
        "MCP\n\n- [x] It fails with invalid_scope where it has to.",
        "MCP\n\n- Sign-in no longer hangs or fails with invalid_scope.",
    ],
)
def test_documentation_advice_and_what_ought_to_be_tell_no_fault(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "# MCP fails with documentation of its own: invalid_scope",
        "MCP\n\n| Error | Cause |\n|---|---|\n| the server fails with invalid_scope | scope |\n",
        "MCP\n\nIt says:\n\n> Error: invalid_scope",
        "MCP\n\n## What should happen\n\nActual result:\nIt fails with invalid_scope.",
        "MCP: the server refuses this feature with invalid_scope.",
        "MCP\n\n- ❌ It fails with invalid_scope.",
        "MCP\n\n- [ ] It fails with invalid_scope.",
        "MCP\n\nThe answer does not match the expected schema: invalid_scope.",
    ],
)
def test_their_near_misses_do(text: str) -> None:
    assert kinds(text) == ["scope_rejected_reported"]


def test_what_is_printed_without_a_fence_is_no_sentence_of_a_person() -> None:
    stamp = "2026-08-05T19:57:20.690Z"
    printed = f"Traceback (most recent call last)\n{stamp} MCP\n{stamp} The refresh token is stored but never used\n"

    assert kinds(f"{ABOUT}{printed}") == []
    assert kinds(f"{ABOUT}{printed.replace(stamp, 'x')}") == ["refresh_never_used_reported"]


@given(st.lists(st.sampled_from([sample for _, sample in SAMPLES] + [">", "```", "", "#", "- x", "<!--"]), max_size=12))
def test_any_mixture_is_read(lines: list[str]) -> None:
    assert all(one.start < one.end for one in told("\n".join(lines)))


@pytest.mark.parametrize(
    ("text", "told_kinds"),
    [
        ("# OAuth of an MCP server should work\n\nIt fails with invalid_scope.", ["scope_rejected_reported"]),
        ("## Expected behavior\n\nMCP never fails with invalid_scope, or with invalid_scope alone.", []),
        ("# [BUG] MCP: sign-in fails with invalid_scope", ["scope_rejected_reported"]),
        ("MCP should ask for less, but it fails with invalid_scope.", ["scope_rejected_reported"]),
        ("MCP should ask for less, but it should never fail with invalid_scope.", []),
        ("An MCP page:\n\n> Error: invalid_scope, please try again.", ["scope_rejected_reported"]),
        ("An MCP page:\n\n```\nError: invalid_scope, please try again.\n```", ["scope_rejected_reported"]),
        ("An MCP page:\n\n> The refresh token is stored but never used.", []),
        ("An MCP page:\n\n> If the browser cannot reach the callback, copy its URL: it fails with invalid_scope.", []),
        ("MCP: current versions ask for less (that failed with invalid_scope).", []),
        ("MCP probably fails with invalid_scope.", []),
        ("It fails with invalid_scope.", []),
        ("MCP fails with invalid_scope. Again invalid_scope. And invalid_scope.", ["scope_rejected_reported"]),
        ('MCP said "it stops." Then it fails with invalid_scope.', ["scope_rejected_reported"]),
        ('MCP shows "! Needs auth" and fails with invalid_scope.', ["scope_rejected_reported"]),
        ("MCP shows never the invalid_scope.", []),
    ],
)
def test_a_fault_is_told_by_a_sentence_of_its_own_a_heading_or_a_quoted_error(text: str, told_kinds: list[str]) -> None:
    assert kinds(text) == told_kinds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The server does not issue refresh tokens.", ["no_refresh_token_reported"]),
        ("- Fixed that the server does not issue refresh tokens.", []),
        ("- [auth] **Fixed**: the server does not issue refresh tokens.", []),
        ("I fixed the proxy, and the server does not issue refresh tokens.", ["no_refresh_token_reported"]),
    ],
)
def test_an_entry_of_a_list_of_changes_tells_no_fault(text: str, found: list[str]) -> None:
    assert [kind for kind in kinds(f"{ABOUT}{text}") if kind in REPORTED_FAULTS] == found
