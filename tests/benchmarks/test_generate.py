"""Benchmark inputs: the same bytes for the same parameters, and a truth that an independent count agrees with."""

import json
from pathlib import Path

import pytest

from benchmarks.generate import write_issues
from benchmarks.hostile import HOSTILE
from benchmarks.log import write_lines
from benchmarks.peers.one_rule import count
from benchmarks.peers.one_rule_eql import servers
from benchmarks.session import Session
from mcplog.model.event_kinds import EVENT_KINDS

UNCHECKED = "other"  # lines whose kind no figure depends on


def a_session() -> Session:
    return Session(seed=3, servers=8, share=0.4)


def test_a_seed_decides_every_byte() -> None:
    first, second = (list(write_lines(a_session(), 2000)) for _ in range(2))

    assert first == second
    assert first != list(write_lines(Session(seed=4, servers=8, share=0.4), 2000))


def test_the_share_of_mcp_lines_is_the_one_asked_for() -> None:
    session = a_session()
    lines = "".join(write_lines(session, 5000)).splitlines()

    assert len(lines) == session.lines
    assert sum('MCP server "' in line for line in lines) == session.mcp_lines
    assert session.mcp_lines / session.lines == pytest.approx(0.4, abs=0.01)


def test_the_one_rule_script_counts_what_the_generator_knows(tmp_path: Path) -> None:
    session = a_session()
    log = tmp_path / "log.txt"
    log.write_text("".join(write_lines(session, 20_000)), "utf-8")

    known = {
        name.encode(): [tally.refused_after_auth, tally.refreshes, tally.refused_with_refresh_token_unused]
        for name, tally in session.tallies.items()
        if tally.refused_after_auth or tally.refreshes
    }

    assert known
    assert count(str(log)) == known


def test_the_kinds_of_the_truth_are_those_of_the_model() -> None:
    session = a_session()
    list(write_lines(session, 20_000))

    kinds = {kind for tally in session.tallies.values() for kind in tally.kinds}

    assert UNCHECKED in kinds
    assert kinds - {UNCHECKED} - set(EVENT_KINDS) == set()


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"long-line.txt", "unknown-templates.txt"}))
def test_a_hostile_file_is_made_of_bytes(name: str) -> None:
    good = b'2026-03-01T08:00:00.000Z [DEBUG] MCP server "a": Returning tokens\n'

    made = b"".join(HOSTILE[name](good))

    assert (made == b"") == (name == "empty.txt")


def test_issues_are_an_export_with_a_second_reporter_in_every_third(tmp_path: Path) -> None:
    write_issues(tmp_path, a_session(), 6, 20)
    issues = json.loads((tmp_path / "issues.json").read_text("utf-8"))

    assert [(issue["number"], len(issue["comments"])) for issue in issues] == [
        (number, int(number % 3 == 0)) for number in range(1, 7)
    ]
    assert all("```\n2026-" in issue["body"] for issue in issues)


def test_eql_finds_the_servers_of_the_one_rule_script(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("".join(write_lines(a_session(), 20_000)), "utf-8")

    assert servers(str(log)) == {name.decode() for name, row in count(str(log)).items() if row[2]}
