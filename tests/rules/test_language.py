"""compile_rule: what is refused, where, and what would have been right."""

import pytest

from mcplog.errors import RuleError
from mcplog.model.rule import Term, VersionRange
from mcplog.model.vocabulary import Certainty, Party
from mcplog.rules.language import compile_pack, compile_rule
from tests.rules.given import rule, rule_text

UNSAID = "how long the last event must be missing is not said (add `with maxspan=5m`)"
GOOD = "sequence by server [token_saved] as a [connected] as b"


def text(query: str = GOOD, *, cause: str = "It broke.", more: str = "") -> str:
    return rule_text(query, cause=cause, more=more)


def faults(content: str, folder: str = "a-rule") -> list[str]:
    with pytest.raises(RuleError) as caught:
        compile_rule(content, folder)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (
            "[token_save]",
            "line 1, column 2: there is no event kind `token_save` (did you mean `token_saved`?)",
        ),
        (
            "any by servr [connected]",
            "line 1, column 8: there is no column `servr` (did you mean `server`?)",
        ),
        ("any by case_id [connected]", "line 1, column 8: `case_id` is a key of every rule already (leave it out)"),
        (
            "any by scope [connected]",
            "line 1, column 8: `scope` cannot hold rows together (lists and instants are no keys)",
        ),
        (
            "[connected where htp_status == 401]",
            "line 1, column 18: there is no column `htp_status` (did you mean `http_status`?)",
        ),
        ("[connected where http_status = 401]", "line 1, column 30: `=` cannot stand here (equality is written `==`)"),
        (
            "[connected where tool == 'x']",
            'line 1, column 26: `\'` cannot stand here (texts stand in double quotes: `"valid"`)',
        ),
        (
            '[connected where tool == "x" AND after_auth]',
            "line 1, column 30: `AND` cannot stand here (a condition stands inside the brackets: `[kind where …]`)",
        ),
        (
            '[connected where held_token_is == "valdi"]',
            'line 1, column 35: "valdi" is not a word of this column (did you mean `valid`?)',
        ),
        (
            '[connected where trigger in ("x")]',
            'line 1, column 30: "x" is not a word of this column (one of proactive, answer-to-401, other-process, ',
        ),
        (
            '[connected where held_token_is == "unknown"]',
            'line 1, column 35: "unknown" means that it is not known and equals nothing (write `is unknown`)',
        ),
        (
            "[connected where tool]",
            "line 1, column 18: a condition is true or false, this is a text (compare it with something)",
        ),
        ('[connected where tool < "x"]', "line 1, column 18: `<` cannot order a text"),
        ("[connected where tool == 4]", "line 1, column 18: a text does not compare with a number"),
        (
            '[connected where scope == "x"]',
            'line 1, column 18: a list is not compared as a whole (write `scope has "x"`)',
        ),
        ('[connected where tool has "x"]', "line 1, column 18: `has` looks into a list, this is a text (write `==`)"),
        ("[connected where scope has 4]", "line 1, column 18: a list holds texts, this is a number"),
        ('[connected where number like "x"]', "line 1, column 18: `like` looks at a text, this is a number"),
        ("[connected where tool like (4)]", 'line 1, column 18: a pattern is a text (write `like "Text*"`)'),
        (
            "[connected where event_at + event_at > 3s]",
            "line 1, column 18: an instant + an instant has no meaning",
        ),
        (
            "[connected where expires_in_s in (30s)]",
            "line 1, column 35: seconds and durations do not mix in a list (write the seconds as numbers)",
        ),
        (
            "[connected where a.number == 1]",
            "line 1, column 18: no step is called `a` (name it with `as`)",
        ),
        (
            "[token_saved] as first [connected where firs.number == 1]",
            "line 1, column 41: no step is called `firs` (did you mean `first`?)",
        ),
        (
            "[connected] credential at a where after_auth",
            "line 1, column 13: no step is called `a` (name it with `as`)",
        ),
        (
            "![token_saved] as a [connected]",
            "line 1, column 1: a missing event has no name, no runs and is never required",
        ),
        ("![connected]", "line 1, column 1: only missing events (name at least one event that happens)"),
        (
            "[connected] ![token_saved]",
            "line 1, column 1: how long the last event must be missing is not said (add `with maxspan=5m`)",
        ),
        (
            "sequence with maxspan=5m [connected]",
            "line 1, column 1: one row has no span (leave `with maxspan` out)",
        ),
        ("sequence with maxspan=0s [connected] [connected]", "line 1, column 23: maxspan is longer than nothing"),
        (
            "sequence with maxspan=5 [connected]",
            "line 1, column 23: `5` cannot stand here (expected a duration such as `5m`)",
        ),
        (
            "[connected] until [token_saved]",
            "line 1, column 1: `until` looks between the rows of a sequence, and there is one row",
        ),
        (
            "[connected] [connected] until [token_saved] until [tool_failed]",
            "line 1, column 45: `until` stands twice (name several kinds with `or`)",
        ),
        ("[connected", "line 1, column 11: the query ends too early (expected `]` or `or` or `where`)"),
        ("sequence by server\n  [connected]\n  foo", "line 3, column 3: `foo` cannot stand here"),
    ],
)
def test_a_fault_of_a_query_has_its_place_and_a_hint(query: str, fault: str) -> None:
    (found, *more) = faults(text(query))

    assert (found[: len(fault) + len("rule.toml: query, ")], more[:1]) == (f"rule.toml: query, {fault}", [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("any by server, server [connected]", "`server` is named twice"),
        ("[connected] as a [connected] as a", "two steps are called `a`"),
        ("[connected] required required", "`required` stands twice"),
    ],
)
def test_what_stands_twice_is_told_at_both_places(query: str, said: str) -> None:
    found = faults(text(query))

    assert [fault.endswith(said) for fault in found] == [True, True]


def test_runs_has_bounds() -> None:
    found = faults(text("[connected] with runs=0 [connected]"))

    assert found == ["rule.toml: query, line 1, column 1: runs is between 1 and 60"]


def test_a_sequence_may_not_be_too_long() -> None:
    assert faults(text("[connected] with runs=40 [connected] with runs=21")) == [
        "rule.toml: query, line 1, column 1: a sequence of 61 rows is too long (at most 60)"
    ]


def test_all_faults_of_a_file_are_listed_at_once() -> None:
    content = text("[token_save]\n![connectd]", cause="{a.event_at} {evnt_at} {").replace("stable", "stabel")
    content = content.replace("title", "titel").replace("client =", "klient =")

    assert faults(content, "b-rule") == [
        "rule.toml: titel: there is no such key (did you mean `title`?)",
        "rule.toml: title: is missing",
        "rule.toml: status: Invalid enum value 'stabel' (did you mean `stable`?)",
        "rule.toml: remedy: Invalid enum value 'klient' - at `key` in `$` (did you mean `client`?)",
        "rule.toml: id: is `a-rule`, the folder is called `b-rule`",
        "rule.toml: query, line 1, column 2: there is no event kind `token_save` (did you mean `token_saved`?)",
        "rule.toml: query, line 2, column 3: there is no event kind `connectd` (did you mean `connected`?)",
        f"rule.toml: query, line 1, column 1: {UNSAID}",
        "rule.toml: cause: the braces do not match: Single '{' encountered in format string (write `{{` for a brace)",
    ]


def test_a_placeholder_names_a_step_and_a_column_that_exist() -> None:
    assert faults(text(cause="{c.event_at} {a.evnt_at} {b.place} {server}")) == [
        "rule.toml: cause: `{c.event_at}`: no step is called `c` (name it with `as`)",
        "rule.toml: cause: `{a.evnt_at}`: there is no column `evnt_at` (did you mean `event_at`?)",
    ]


def test_a_doubled_key_is_refused_with_its_line() -> None:
    (fault,) = faults('id = "a"\nid = "b"\n')

    assert fault == "rule.toml: is no TOML: Cannot overwrite a value (at line 2, column 9)"


def test_what_is_nested_too_deeply_is_a_fault_and_no_crash() -> None:
    (toml,) = faults(f"a = {'[' * 3000}{']' * 3000}")
    query = faults(text(query=f"[connected where {'not ' * 3000}after_auth]"))

    assert toml == "rule.toml: is nested too deeply"
    assert query == ["rule.toml: query: is nested too deeply"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "client_versions = [{from = '1'}, {}]",
            ["client_versions[0]: there is no key `from`", "client_versions[1]: names no version"],
        ),
        (
            "also = [{querry = '[connected]', at_most = 'maybe'}]",
            [
                "also[0]: there is no key `querry`",
                "also[0]: has no `query`",
                "also[0].at_most: one of confirmed, possible",
            ],
        ),
        (
            "also = [{query = '[connected]', prevails = 'yes', cause = true}]",
            ["also[0].cause: is a text", "also[0].prevails: is `true` or `false`"],
        ),
        ("also = [{query = '[connectd]'}]", ["also[0].query, line 1, column 2: there is no event kind `connectd`"]),
        ("exonerating = ['[connectd]']", ["exonerating[0], line 1, column 2: there is no event kind `connectd`"]),
        ("rivals = ['A b']", ["rivals: Expected `str` matching regex"]),
    ],
)
def test_faults_of_the_other_keys(more: str, expected: list[str]) -> None:
    found = faults(text(more=more))

    assert [fault.startswith(f"rule.toml: {start}") for fault, start in zip(found, expected, strict=True)] == [
        True
    ] * len(expected)


def test_what_a_good_file_becomes() -> None:
    more = """
also = [{query = "[tool_failed] as b", at_most = "possible", cause = "{b.tool}", prevails = true}]
exonerating = ["[connected]"]
client_versions = [{since = "2.1.0", until = "2.1.9"}]
tags = ["store"]
specificity = 3
"""
    made = compile_rule(text(more=more).replace('responsible = "client"', 'responsible = ["client", "user"]'), "a-rule")

    assert made.responsible == (Party.CLIENT, Party.USER)
    assert [step.kinds for step in made.query.steps] == [("token_saved",), ("connected",)]
    assert [(item.at_most, item.cause, item.next_observation, item.prevails) for item in made.patterns] == [
        (Certainty.CONFIRMED, "It broke.", "Look again.", False),
        (Certainty.POSSIBLE, "{b.tool}", "Look again.", True),
    ]
    assert made.client_versions == (VersionRange(since="2.1.0", until="2.1.9"),)
    assert (made.specificity, made.tags, made.exonerating[0].steps[0].kinds) == (3, ("store",), ("connected",))


def test_one_responsible_party_may_stand_alone() -> None:
    assert rule(GOOD).responsible == (Party.CLIENT,)


def test_a_query_becomes_a_plan() -> None:
    query = rule(
        """sequence by server, attempt_id with maxspan=5m  # a comment
  [token_saved or token_returned] with runs=2 required as held
  ![refresh_failed where expires_in_s >= 1h]         -- another
  [connected where held.number == -1] as refused
credential at refused where held_token_is == "valid"
until [process_ended]"""
    ).query

    held, missing, refused = query.steps
    assert (query.keys, query.maxspan_ms, query.maxspan_text) == (("server", "attempt_id"), 300_000, "5m")
    assert (held.kinds, held.runs, held.required, held.alias) == (("token_saved", "token_returned"), 2, True, "held")
    assert missing.where == Term(
        op=">=",
        args=(Term(op="column", name="expires_in_s", factor=1_000), Term(op="number", numbers=(3_600_000,))),
    )
    assert refused.where == Term(
        op="==", args=(Term(op="column", name="number", step="held"), Term(op="number", numbers=(-1,)))
    )
    assert (query.credentials[0].step, query.credentials[0].text) == (
        2,
        'credential at refused where held_token_is == "valid"',
    )
    assert query.until is not None
    assert (query.until.kinds, query.until.text) == (("process_ended",), "until [process_ended]")
    assert query.columns == ("expires_in_s", "held_token_is", "number")
    assert held.text == "[token_saved or token_returned] with runs=2 required as held"


def test_a_reference_to_the_own_alias_is_a_plain_column() -> None:
    (step,) = rule("[connected where a.number == 1] as a").query.steps

    assert step.where == Term(op="==", args=(Term(op="column", name="number"), Term(op="number", numbers=(1,))))


def test_a_pack_is_refused_with_all_faults_of_all_rules() -> None:
    texts = {
        "a-rule": text(more='rivals = ["b-rule", "d-rule"]'),
        "b-rule": text("[connectd]").replace("a-rule", "b-rule"),
    }

    with pytest.raises(RuleError) as caught:
        compile_pack(texts)

    assert caught.value.faults == (
        "b-rule/rule.toml: query, line 1, column 2: there is no event kind `connectd` (did you mean `connected`?)",
        "a-rule/rule.toml: rivals: there is no rule `d-rule` (did you mean `b-rule`?)",
    )


def test_a_pack_becomes_its_rules_by_id() -> None:
    texts = {"b-rule": text().replace("a-rule", "b-rule"), "a-rule": text()}

    assert [item.id for item in compile_pack(texts)] == ["a-rule", "b-rule"]
