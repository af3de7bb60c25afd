"""Whether a fault is gone: proven only when it was given its chance, and everything less is said as less."""

import shutil
from pathlib import Path

import pytest

import mcplog
from mcplog.diagnose.verification import verify
from mcplog.model.verification import Outcome, Verified
from mcplog.pipeline import all_rules

ROOT = Path(__file__).parents[2]
CASE = ROOT / "src" / "mcplog" / "rulepack" / "refresh-never-used" / "confirmed" / "call-refused-401"
SAMPLES = ROOT / "samples"
KEY = b"k" * 32
RULES = all_rules()
REFUSED = "Calling MCP tool: search"
# In place of the refused call: the token expires as before, and a refresh brings another one.
REFRESHED = (
    "Starting token refresh",
    "Token refresh successful",
    "Saving tokens",
    "Token expires in: 3600",
    "Calling MCP tool: search",
    "Tool 'search' completed successfully in 40ms",
)
WORKS = ("Calling MCP tool: search", "Tool 'search' completed successfully in 40ms")


def written(folder: Path, messages: tuple[str, ...], *, at: str = "09:16:40", url: str = "") -> Path:
    """Write the recording of the case up to its refused call, and then other messages."""
    shutil.copytree(CASE, folder)
    (log,) = (folder / "debug").glob("*.txt")
    kept = [line for line in log.read_text().splitlines()[:-2] if REFUSED not in line]
    lines = [
        f'2026-03-04T{at}.{100 + number}Z [DEBUG] MCP server "quillpad": {message}'
        for number, message in enumerate(messages)
    ]
    text = "\n".join([*kept, *lines]) + "\n"
    log.write_text(text.replace("quillpad.example", url) if url else text)
    if url:
        (store,) = (folder / "credentials").iterdir()
        store.write_text(store.read_text().replace("quillpad.example", url))
    return folder


def verified(before: Path, after: Path, **options: str) -> tuple[Verified, ...]:
    one, other = (mcplog.analyze(path, key=KEY) for path in (before, after))
    return verify(one, other, RULES, **options)


def test_the_same_recording_still_fails() -> None:
    (one,) = verified(CASE, CASE)

    assert (one.outcome, one.rule_id, one.server) == (Outcome.STILL_FAILING, "refresh-never-used", "quillpad")
    assert str(one.after) == "confirmed"


def test_it_is_fixed_when_what_it_needs_happened_again_and_the_server_works(tmp_path: Path) -> None:
    (one,) = verified(CASE, written(tmp_path / "after", REFRESHED))

    assert one.outcome is Outcome.FIXED, one.reasons
    assert one.after is None
    assert [clause.truth for clause in one.clauses if clause.clause.startswith("[")] == ["true", "true"]


def test_a_token_that_did_not_expire_proves_nothing(tmp_path: Path) -> None:
    (one,) = verified(CASE, written(tmp_path / "after", WORKS, at="09:05:00"))

    assert one.outcome is Outcome.PRECONDITION_NOT_SEEN


def test_a_log_that_ends_before_it_is_known_whether_the_server_works_proves_nothing(tmp_path: Path) -> None:
    (one,) = verified(CASE, written(tmp_path / "after", REFRESHED[:1]))

    assert one.outcome is not Outcome.FIXED
    assert one.reasons


def test_another_address_is_another_server(tmp_path: Path) -> None:
    (one,) = verified(CASE, written(tmp_path / "after", REFRESHED, url="staging.example"))

    assert one.outcome is Outcome.PRECONDITION_NOT_SEEN
    assert "It is another server now" in one.reasons[0]


def test_a_recording_of_other_servers_proves_nothing() -> None:
    (one,) = verified(CASE, SAMPLES / "healthy")

    assert one.outcome is Outcome.PRECONDITION_NOT_SEEN
    assert one.reasons == ("The second recording says nothing of this server.",)
    assert one.verdict is None


def test_a_log_with_a_part_left_out_proves_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path / "after", REFRESHED)
    (log,) = (folder / "debug").glob("*.txt")
    lines = log.read_text().splitlines()
    log.write_text("\n".join([*lines[:3], "[...]", *lines[3:]]) + "\n")
    (one,) = verified(CASE, folder)

    assert one.outcome is not Outcome.FIXED


def test_a_race_is_fixed_only_where_two_processes_raced_again() -> None:
    (one,) = verified(SAMPLES / "race", SAMPLES / "healthy")

    assert one.outcome is Outcome.PRECONDITION_NOT_SEEN


@pytest.mark.parametrize("options", [{"server": "other"}, {"rule_id": "refresh-race"}])
def test_only_what_is_asked_for_is_verified(options: dict[str, str]) -> None:
    assert verified(CASE, CASE, **options) == ()


def test_a_healthy_recording_has_nothing_to_verify() -> None:
    assert verified(SAMPLES / "healthy", CASE) == ()
