"""analyze, end to end on the samples: real recordings with known truth."""

from pathlib import Path

import pytest

from mcplog.errors import NoInputError
from mcplog.model.vocabulary import Certainty, FinalState, Verdict
from mcplog.pipeline import analyze

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
KEY = bytes(32)


@pytest.mark.parametrize(
    ("sample", "verdict", "rule_id"),
    [
        ("401-after-sign-in", Verdict.INCIDENT, "rejected-after-auth"),
        ("skipped-by-marker", Verdict.INCIDENT, "needs-auth-cache-outlives-signin"),
        ("revoked-refresh-token", Verdict.INCIDENT, "refresh-token-revoked"),
        ("race", Verdict.INCIDENT, "refresh-race"),
        ("healthy", Verdict.HEALTHY, None),
    ],
)
def test_a_sample_gets_the_verdict_that_is_true(sample: str, verdict: Verdict, rule_id: str | None) -> None:
    analysis = analyze([SAMPLES / sample], key=KEY)

    (diagnosis,) = analysis.diagnoses
    found = diagnosis.primary and (diagnosis.primary.rule_id, diagnosis.primary.certainty)
    assert (analysis.verdict, found) == (verdict, rule_id and (rule_id, Certainty.CONFIRMED))


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
def test_the_table_and_lark_come_to_the_same_analysis(sample: str) -> None:
    quick = analyze([SAMPLES / sample], key=KEY)
    strict = analyze([SAMPLES / sample], key=KEY, strict_grammar=True)

    assert quick.findings == strict.findings
    assert quick.events.equals(strict.events)


def test_every_line_of_the_samples_about_mcp_is_recognised() -> None:
    analysis = analyze([SAMPLES], key=KEY)

    assert analysis.counts.unrecognised == 0


def test_without_the_store_the_race_is_found_in_the_logs_alone(tmp_path: Path) -> None:
    for file in (SAMPLES / "race" / "debug").glob("*.txt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())

    analysis = analyze([tmp_path], key=KEY)

    assert [finding.rule_id for finding in analysis.findings][:1] == ["refresh-race"]
    assert analysis.stores == ()


def test_a_folder_without_logs_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()

    with pytest.raises(NoInputError):
        analyze([tmp_path], key=KEY)


LOST_IN_ONE_RUN = (
    '[DEBUG] MCP server "s": Initializing HTTP transport to https://example.org/mcp',
    '[DEBUG] MCP server "s": Saving tokens',
    '[DEBUG] MCP server "s": No token data found',
)
NEXT_RUN = "[DEBUG] [init] configureGlobalMTLS starting"


@pytest.mark.parametrize(
    ("texts", "certainty"),
    [
        ((NEXT_RUN, *LOST_IN_ONE_RUN), [Certainty.CONFIRMED]),
        ((NEXT_RUN, *LOST_IN_ONE_RUN[:2], NEXT_RUN, LOST_IN_ONE_RUN[2]), []),
    ],
    ids=["one run", "two runs joined by hand"],
)
def test_what_one_run_saved_and_another_lacks_is_not_lost(
    tmp_path: Path, texts: tuple[str, ...], certainty: list[Certainty]
) -> None:
    lines = [f"2026-11-25T00:36:4{second}.000Z {text}\n" for second, text in enumerate(texts)]
    (tmp_path / "debug.txt").write_text("".join(lines), "utf-8")

    analysis = analyze([tmp_path / "debug.txt"], key=KEY)

    assert [found.certainty for found in analysis.findings if found.rule_id == "tokens-lost-after-save"] == certainty


@pytest.mark.parametrize(
    ("text", "verdict", "summary"),
    [
        (
            "https://a.example/authorize?response_type=code&client_id=c&state=s-0123456789abcdef",
            Verdict.INCONCLUSIVE,
            "The evidence shows neither a fault nor a working connection.",
        ),
        (
            '[DEBUG] MCP server "notes": Successfully revoked access token',
            Verdict.HEALTHY,
            "Tokens were removed because somebody asked for it.",
        ),
        (
            "$ claude mcp list\nnotes: https://a.example/mcp (HTTP) - ✗ Failed to connect\n",
            Verdict.INCONCLUSIVE,
            "It does not work when the evidence ends; what is at fault is not shown.",
        ),
    ],
)
def test_only_what_explains_a_server_that_does_not_work_makes_it_healthy(
    text: str, verdict: Verdict, summary: str, tmp_path: Path
) -> None:
    (tmp_path / "issue.md").write_text(f"What I see:\n\n```\n{text}\n```\n", "utf-8")

    (diagnosis,) = analyze([tmp_path / "issue.md"], key=KEY).diagnoses

    assert (diagnosis.verdict, diagnosis.summary) == (verdict, summary)


SIGNED_IN = """[DEBUG] Watching for changes in setting files /home/user/.claude...
[DEBUG] MCP server "notes": Initializing HTTP transport to https://notes.example/mcp
[DEBUG] MCP server "notes": Starting connection with timeout of 30000ms
[DEBUG] MCP server "notes": Completing auth flow with authorization code
[DEBUG] MCP server "notes": Saving tokens
[DEBUG] MCP server "notes": Auth result: AUTHORIZED
[DEBUG] MCP server "notes": Successfully connected to http server in 75ms
"""
SKIPPED = """[DEBUG] Watching for changes in setting files /home/user/.claude...
[DEBUG] MCP server "notes": Skipping connection (cached needs-auth)
"""


@pytest.mark.parametrize("names", [("1.txt", "2.txt"), ("2.txt", "1.txt")])
def test_the_names_of_logs_without_times_prove_no_order(tmp_path: Path, names: tuple[str, str]) -> None:
    """Debug files of early clients have no stamps: the same two logs must not be a fault or health by their names."""
    for name, text in zip(names, (SIGNED_IN, SKIPPED), strict=True):
        (tmp_path / name).write_text(text)

    (diagnosis,) = analyze([tmp_path], key=KEY).diagnoses

    assert diagnosis.primary is not None
    found = diagnosis.primary.rule_id, diagnosis.primary.certainty, diagnosis.final_state
    assert found == ("needs-auth-cache-outlives-signin", Certainty.POSSIBLE, FinalState.UNKNOWN)


def test_of_several_cases_each_is_told_in_the_order_that_tells_most(tmp_path: Path) -> None:
    for case, names in (("a", ("1.txt", "2.txt")), ("b", ("2.txt", "1.txt"))):
        for name, text in zip(names, (SIGNED_IN, SKIPPED), strict=True):
            (tmp_path / case / "debug").mkdir(parents=True, exist_ok=True)
            (tmp_path / case / "debug" / name).write_text(text)

    analysis = analyze([tmp_path / "a", tmp_path / "b"], key=KEY)

    found = [(one.case_id, one.primary and one.primary.rule_id) for one in analysis.diagnoses]
    assert found == [(0, "needs-auth-cache-outlives-signin"), (1, "needs-auth-cache-outlives-signin")]


LOST_SESSION = """[DEBUG] MCP server "notes": Initializing HTTP transport to https://notes.example/mcp
[DEBUG] MCP server "notes": Starting connection with timeout of 30000ms
[DEBUG] MCP server "notes": Successfully connected to http server in 75ms
[DEBUG] MCP server "notes": Calling MCP tool: search
[DEBUG] MCP server "notes": Tool 'search' failed after 0s: Error POSTing to endpoint (HTTP 404): Session not found
[DEBUG] MCP server "notes": Calling MCP tool: search
[DEBUG] MCP server "notes": Tool 'search' failed after 0s: Error POSTing to endpoint (HTTP 404): Session not found
"""
OTHERS = """[DEBUG] MCP server "harbor": Starting connection with timeout of 30000ms
[DEBUG] MCP server "pier": Starting connection with timeout of 30000ms
"""


@pytest.mark.parametrize(("log", "found"), [(LOST_SESSION + OTHERS, ["notes"]), (OTHERS, [""])])
def test_what_is_told_of_no_server_by_name_is_not_told_beside_one_that_shows_it(
    log: str, found: list[str], tmp_path: Path
) -> None:
    told = "The session is not found after a restart of the server: 404 Session not found at every call."
    (tmp_path / "issue.md").write_text(f"# MCP tools do not work\n\n{told}\n\n```\n{log}```\n", "utf-8")

    diagnoses = analyze([tmp_path / "issue.md"], key=KEY).diagnoses

    assert [one.server for one in diagnoses if one.primary and one.primary.rule_id == "stale-session"] == found
