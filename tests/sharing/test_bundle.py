"""A bundle: the same diagnosis, nothing of the original, and a manifest that knows it again."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest

from checks.left_by_tools import left
from checks.recording import Recording, recordings, written
from checks.redacting import check
from mcplog.cli.app import main
from mcplog.sharing.bundle import shared_evidence
from mcplog.sources import gather_here
from tests.secrets_planted import lines, readable
from tests.test_canaries import SECRETS, folder_of

SAMPLES = recordings(Path(__file__).parents[2] / "samples")
RACE = Path(__file__).parents[2] / "samples" / "race"


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", *map(str, words)])
    return main()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "made"
    with pytest.MonkeyPatch.context() as patch:
        assert run(patch, "redact", RACE, "-o", folder) == 0
    return folder


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_redacted_sample_tells_the_same_and_shows_nothing_of_the_original(sample: Recording) -> None:
    assert [(result.outcome, result.reason) for result in check(sample)] == [("same", ()), ("same", ())]


def test_the_check_sees_an_original_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcplog.sharing.new_names.NewNames.word", lambda _, word: word)

    assert [result.outcome for result in check(SAMPLES[0])] == ["same", "seen"]


def test_a_log_that_is_there_twice_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case, made = tmp_path / "case", tmp_path / "made"
    shutil.copytree(RACE, case)
    newest = max((case / "debug").glob("*.txt"))
    shutil.copyfile(newest, case / "debug" / "latest.txt")

    assert run(monkeypatch, "redact", case, "-o", made) == 0

    names = sorted(path.name for path in (made / "debug").iterdir())
    assert names == sorted(path.name for path in (RACE / "debug").glob("*.txt"))


def test_a_bundle_is_known_again(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", bundle) == 0
    assert capsys.readouterr().out.endswith("made them, and the report is theirs.\n")


def test_analyze_reads_a_bundle(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "analyze", bundle, "--format", "json")

    report = json.loads(capsys.readouterr().out)

    assert [finding["rule"] for finding in report["findings"] if finding["primary"]] == ["refresh-race"]


@pytest.mark.parametrize("change", ["a log", "a report with its hash", "a file more", "a file less"])
def test_a_bundle_that_was_changed_is_told(
    change: str, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(bundle, folder)
    log = next((folder / "debug").iterdir())
    if change == "a log":
        log.write_text(log.read_text() + "2026-11-25T00:41:48.576Z [DEBUG] more\n")
    elif change == "a report with its hash":
        _forge(folder)
    elif change == "a file more":
        (folder / "more.txt").write_text("x")
    else:
        log.unlink()

    assert run(monkeypatch, "check", folder) == 10
    assert capsys.readouterr().out.strip() in (
        f"debug/{log.name} was changed",
        "report.json is not what the evidence says",
        "more.txt is not in the manifest",
        f"debug/{log.name} is missing",
    )


def _forge(folder: Path) -> None:
    report = (folder / "report.json").read_text().replace("refresh-race", "refresh-lace")
    (folder / "report.json").write_text(report)
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        if file["path"] == "report.json":
            file["sha256"] = hashlib.sha256(report.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"format": "other"}', "\xff"])
def test_a_folder_that_is_no_bundle_is_told(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, "latin-1")

    assert run(monkeypatch, "check", tmp_path) == 3
    assert "Name a folder that `mcplog redact` has written." in capsys.readouterr().err


def test_nothing_that_is_there_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "redact", RACE, "-o", tmp_path) == 2
    assert run(monkeypatch, "redact", RACE) == 2
    assert capsys.readouterr().err.startswith(f"mcplog: {tmp_path}: is there already\n")


@pytest.mark.parametrize("shape", ["stamped", "list"])
def test_a_dry_run_names_lines_and_never_a_secret(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, lines(SECRETS, shape))

    assert run(monkeypatch, "redact", folder, "--dry-run") == 0
    out = capsys.readouterr().out

    assert "mcp-logs-notes/2026-11-25T08-20-00-000Z.jsonl:1: secret (" in out
    assert SECRETS.found_in({"out": out}) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("shape", ["stamped", "quoted", "bare", "of no server"])
def test_no_secret_is_left_in_a_bundle(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path / "given", lines(SECRETS, shape))
    bundle = tmp_path / "bundle"

    assert run(monkeypatch, "redact", folder, "-o", bundle) == 0
    texts = {path.name: readable(path.read_text("utf-8", "replace")) for path in bundle.rglob("*") if path.is_file()}

    assert SECRETS.found_in(texts) == []
    assert SECRETS.found_in(dict(zip("oe", capsys.readouterr(), strict=True))) == []


@pytest.mark.parametrize("form", ["broken at 80", "grep -rn --color", "docker's files", "a chat's export", "a table"])
def test_what_a_tool_put_into_a_log_hides_no_secret(form: str) -> None:
    secrets = [f"rt-{number}Abc{number}dEf{number}" for number in range(100, 130)]
    log = "".join(
        f'2026-11-25T00:36:{number + 10}.901Z [DEBUG] MCP server "{"s" * (1 + number)}": Token request body: '
        f"grant_type=refresh_token&refresh_token={secret}&scope=read&resource=https%3A%2F%2Fmcp.example%2Fmcp\n"
        for number, secret in enumerate(secrets)
    )
    changed = left(Recording(name="x", files={"debug/a.txt": log.encode()}, written_ns={}), form)
    assert changed is not None

    with written(changed) as folder:
        shared = shared_evidence(gather_here([folder]), key=b"k" * 32)

    text = "".join(file.content.decode().replace("\n", "") for file in shared.files)
    assert [secret for secret in secrets if secret[:11] in text or secret[-11:] in text] == []
    assert text.count("grant_type") == len(secrets)
