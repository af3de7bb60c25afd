"""comments_of: one comment an issue: cause, who acts, what is missing; nothing in it does anything."""

from mcplog.triage.clusters import clusters_of
from mcplog.triage.comments import FOOT, Comment, comments_of
from mcplog.triage.rows import CaseRow
from tests.triage.row_values import incident, quiet


def comments(*cases: CaseRow) -> list[Comment]:
    return list(comments_of(cases, clusters_of(cases)))


def test_a_proven_cause_is_told_with_who_acts_and_asks_for_nothing() -> None:
    case = incident(
        "1",
        remedy=("mcp-server: Log why.",),
        file="dump/1/a.txt",
        line=4,
        collect=("The store.",),
        known_issues=("Loop (change log 2.0.34)",),
    )

    (comment,) = comments(case)

    assert comment.text == (
        "**Token is refused**. Server notes.\n\n"
        "The server refuses.\n\n"
        "- Who has to act: the MCP server.\n"
        "- For the MCP server: Log why.\n"
        "- Where it shows: a.txt:`4`\n".replace("a.txt:`4`", "`a.txt:4`")
        + f"- Known: Loop (change log 2.0.34)\n\n{FOOT}"
    )


def test_a_possible_cause_says_so_and_asks_for_what_is_missing() -> None:
    (comment,) = comments(incident("1", certainty="possible", collect=("The store.",)))

    assert comment.text.startswith("**Token is refused** (possible, not proven). Server notes.")
    assert "\nTo settle it, please add:\n\n- The store.\n" in comment.text


def test_reporters_of_one_issue_share_a_comment_and_each_is_named() -> None:
    told = comments(
        incident("issue 7, reporter 1", issue="o/n#7"),
        quiet("issue 7, reporter 2", "inconclusive", issue="o/n#7", unknown=("What failed.",)),
        quiet("other"),
    )

    assert [comment.issue for comment in told] == ["o/n#7", "other"]
    assert "**issue 7, reporter 2**\n\nThe logs do not show what went wrong.\n\n- Not known: What failed.\n" in (
        told[0].text
    )
    assert told[1].text == f"The logs show a working connection and no fault.\n\n{FOOT}"


def test_others_with_the_same_signature_are_counted() -> None:
    told = comments(incident("a"), incident("b"), incident("c"))

    assert "- 2 other cases have the signature `token-refused/mcp-server`.\n" in told[0].text


def test_nobody_is_mentioned_and_nothing_is_linked() -> None:
    (comment,) = comments(incident("1", cause="ask @admin, see #42 at https://x.test <b>", server="@me"))

    assert "ask `@admin`, see `#42` at `https://x.test` `<b>`" in comment.text
    assert "Server `@me`." in comment.text


def test_a_file_name_leads_nowhere() -> None:
    assert [Comment(issue=name, text="").file_name for name in ("o/n#7", "../../etc/passwd", "…", "a" * 300)] == [
        "o-n-7.md",
        "etc-passwd.md",
        "case.md",
        f"{'a' * 100}.md",
    ]
