"""Which client wrote a log, with the lines that tell it, and when its wording is newer than what is known."""

import pytest

from mcplog.model.client_version import VersionEvidence
from mcplog.model.document import Problem
from mcplog.parse.client_versions import HINT, client_versions, newer_wording, wording_notes
from mcplog.parse.entries import read_entries
from mcplog.parse.messages import read_events, recognises
from tests.parse.documents_of import document

AGENT = 'HTTP transport options: {"url":"https://a/mcp","headers":{"User-Agent":"claude-code/2.1.331 (cli)"}}'
RUNTIME_ARM, TO_HTTP = "mcp runtime arm: v2 (source: default)", "Successfully connected to http server in 4ms"
NEW, OLD = "Successfully connected (transport: http) in 4ms", "Token length: 77"


def log(*messages: str) -> str:
    return "It fails:\n\n" + "".join(f'[DEBUG] MCP server "s": {message}\n' for message in messages)


def known(*messages: str) -> list[tuple[object, ...]]:
    parsed = read_entries([document(log(*messages), name="issue.md")], looks_like_message=recognises)
    found = client_versions(read_events(parsed.entries, key=b"k" * 32))
    return [(one.version, one.after, one.before, one.contradicts) for one in found]


def told(*messages: str) -> tuple[Problem, ...]:
    parsed = read_entries([document(log(*messages), name="issue.md")], looks_like_message=recognises)
    return newer_wording(read_events(parsed.entries, key=b"k" * 32).rows, parsed.documents)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((AGENT,), [("2.1.331", None, None, False)]),
        ((AGENT, NEW), [("2.1.331", "2.1.30", None, False)]),
        ((NEW, OLD), [(None, "2.1.30", "2.1.331", False)]),
        ((NEW, "Acquiring refresh lock (attempt 1)", RUNTIME_ARM), [(None, "2.1.90", None, False)]),
        ((AGENT, OLD), [("2.1.331", None, "2.1.331", True)]),
        ((NEW, TO_HTTP, "MTLS options: default"), [(None, "2.1.30", "2.0.75", True)]),
        ((AGENT, AGENT.replace("331", "232")), [("2.1.331", None, None, True)]),
        (("Node version: v24.3.0, Platform: linux",), [(None, None, None, False)]),
        (("Node version: v20.20.2, Platform: linux",), []),
        (("Saving tokens",), []),
    ],
)
def test_the_client_is_told_by_name_and_by_wording(messages: tuple[str, ...], expected: list[object]) -> None:
    assert known(*messages) == expected


def test_each_evidence_names_its_first_line() -> None:
    messages = (OLD, NEW, "Node version: v26.3.0, Platform: linux", OLD, AGENT)
    parsed = read_entries([document(log(*messages), name="issue.md")], looks_like_message=recognises)

    (one,) = client_versions(read_events(parsed.entries, key=b"k" * 32))

    assert one.evidence == (
        VersionEvidence(source="user-agent", line=7, says=AGENT, version="2.1.331"),
        VersionEvidence(source="wording", line=3, says=OLD, before="2.1.331"),
        VersionEvidence(source="wording", line=4, says=NEW, after="2.1.30"),
        VersionEvidence(source="runtime", line=5, says=messages[2], version="2.1.232"),
    )


def test_a_client_that_is_newer_than_the_grammar_is_told() -> None:
    newer = AGENT.replace("2.1.331", "2.1.400")

    assert told(newer, "Sowing tokens", "Saving tokens") == (
        Problem(
            origin="issue.md",
            what="client 2.1.400 is newer than 2.1.331, the newest whose wording is known; "
            "1 of 3 lines about MCP are not understood, and others may mean more",
            hint=HINT,
        ),
    )
    assert "each line was understood" in told(newer, "Saving tokens")[0].what


def test_wording_that_is_not_known_is_told_when_there_is_more_than_a_little() -> None:
    strange = [f"Sowing {word} tokens" for word in ("one", "two", "three")]

    assert told(*strange, "Saving tokens") == (
        Problem(
            origin="issue.md",
            what="3 of 4 lines about MCP have a wording that the grammar does not know",
            hint=HINT,
        ),
    )
    assert told(*strange[:2], "Saving tokens") == ()
    assert told(*strange, *["Saving tokens"] * 200) == ()
    assert told(AGENT, "Saving tokens") == ()


def test_a_case_without_a_version_is_told_by_its_wording() -> None:
    documents = [
        document(log(NEW, OLD), id_=0, name="a.md", case_id=0),
        document(log("Saving tokens"), id_=1, name="b.md", case_id=1),
        document(log(NEW), id_=2, name="c.md", case_id=2),
        document(log(AGENT), id_=3, name="d.md", case_id=2),
        document(log(NEW, TO_HTTP, "MTLS options: default"), id_=4, name="e.md", case_id=3),
    ]
    parsed = read_entries(documents, looks_like_message=recognises)

    assert wording_notes(read_events(parsed.entries, key=b"k" * 32), parsed.documents) == (
        "No line of a.md names the client's version; by its wording it is later than 2.1.30, earlier than 2.1.331.",
    )
