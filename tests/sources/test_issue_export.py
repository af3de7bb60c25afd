"""read_issues: every form in which issues are exported gives the same statements."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.sources.issue_export import Issue, Statement, read_issues

URL = "https://github.com/o/r/issues/42"
API = "https://api.github.com/repos/o/r/issues/42"


def said(issues: list[Issue]) -> list[tuple[str, list[tuple[int, str | None, str]]]]:
    return [(issue.name, [(one.number, one.author, one.text) for one in issue.statements]) for issue in issues]


COMMENTS = [("bob", "second"), ("ada", "third")]
GH = {
    "number": 42,
    "title": "title",
    "body": "first",
    "author": {"login": "ada", "is_bot": False},
    "comments": [{"author": {"login": who}, "body": text, "url": f"{URL}#c{text}"} for who, text in COMMENTS],
}
REST_ISSUE = {"number": 42, "title": "title", "body": "first", "user": {"login": "ada"}, "comments": 2, "html_url": URL}
REST_COMMENTS = [{"issue_url": API, "user": {"login": who}, "body": text} for who, text in COMMENTS]
GRAPHQL = {
    "data": {
        "repository": {
            "issue": {
                **{key: GH[key] for key in ("number", "title", "body", "author")},
                "comments": {"nodes": [{"author": {"login": who}, "body": text} for who, text in COMMENTS]},
            }
        }
    }
}
WANTED = [("issue #42", [(0, "ada", "first"), (0, "ada", "title"), (1, "bob", "second"), (2, "ada", "third")])]


@pytest.mark.parametrize(
    "texts",
    [
        [json.dumps(GH)],
        [json.dumps([GH], indent=2)],
        ["\ufeff" + json.dumps(GH)],
        [json.dumps(REST_ISSUE), json.dumps(REST_COMMENTS)],
        [json.dumps(REST_COMMENTS), json.dumps(REST_ISSUE)],
        [json.dumps(REST_ISSUE) + "\n" + json.dumps(REST_COMMENTS)],
        [json.dumps([REST_ISSUE, REST_COMMENTS])],
        [json.dumps({"issue": REST_ISSUE, "comments": REST_COMMENTS})],
        [json.dumps({"total_count": 1, "items": [REST_ISSUE]}), json.dumps(REST_COMMENTS)],
        [json.dumps(GRAPHQL)],
        [json.dumps(GH), json.dumps([GH])],
        [json.dumps({**GH, "comments": []}), json.dumps({"comments": GH["comments"]})],
    ],
    ids=["view", "list", "bom", "rest", "comments first", "one after the other", "both", "wrapped", "search", "graphql",
         "twice", "comments alone"],
)  # fmt: skip
def test_every_form_gives_the_same_statements(texts: list[str]) -> None:
    assert said(read_issues(texts)) == WANTED


def test_two_issues_with_one_number_are_two_when_their_repositories_are_known() -> None:
    other = {**REST_ISSUE, "html_url": "https://github.com/o/other/issues/42"}

    assert [issue.repository for issue in read_issues([json.dumps([REST_ISSUE, other])])] == ["o/r", "o/other"]


def test_programs_are_known_by_any_of_their_marks() -> None:
    authors: list[dict[str, Any]] = [
        {"author": {"login": "x[bot]"}},
        {"author": {"login": "x", "is_bot": True}},
        {"user": {"login": "x", "type": "Bot"}},
        {"author": {"login": "x", "__typename": "Bot"}},
        {"author": {"login": "x"}},
        {"author": None},
    ]
    comments = [{"body": f"{number}", **author} for number, author in enumerate(authors)]

    (issue,) = read_issues([json.dumps({"number": 1, "body": "b", "comments": comments})])

    assert [one.is_bot for one in issue.statements[1:]] == [True, True, True, True, False, False]


def test_a_body_alone_is_an_issue_without_a_number() -> None:
    assert read_issues(['{"body": "b"}']) == [Issue(statements=[Statement(author=None, text="b")])]


def test_a_cut_export_gives_the_values_before_the_cut() -> None:
    assert said(read_issues([json.dumps(GH) + '\n{"number": 43, "body": "x'])) == WANTED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["body", "title", "number", "comments", "author", "user", "login", "issue", "nodes", "url", "data"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(st.lists(JSON, max_size=3))
def test_any_json_is_read(values: list[object]) -> None:
    issues = read_issues([json.dumps(value) for value in values])

    assert all(isinstance(one.text, str) for issue in issues for one in issue.statements)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"data":' * 3000 + "1" + "}" * 3000, "", "nonsense", "[1, 2"])
def test_what_is_no_export_holds_no_issue(text: str) -> None:
    assert read_issues([text]) == []
