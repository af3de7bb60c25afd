"""No secret comes out: planted in every place of every input, and looked for in every output, fault and frame."""

import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mcplog
from checks.canaries import KINDS
from checks.canaries import leaks as planted_leaks
from checks.planting import SHAPES as SHAPES_PLANTED
from checks.recording import Recording, recordings
from checks.secrets import check, leaks, outputs, secrets_of
from checks.writing import PASSING
from mcplog.cli.app import main
from mcplog.cli.formats import format_names
from mcplog.errors import McplogError
from tests.secrets_planted import CLAIMS_OF_PEOPLE, SERVER, SHAPES, Secrets, jwt, lines, server_log, store

CLAIMS = [f"{name[:3]}Q7{len(name)}xV2kZ9w" for name in CLAIMS_OF_PEOPLE]  # the name of a claim is no secret
PLANTED = {
    "code": "code-b06268f8e3c22eda",
    "verifier": "WWcFZeOQxf0.HISTA6T%7EjPlAVX64UlaUCxb89KthPm7",
    "challenge": "vSfGdmkYYjLLTom2ZXFYnrpl1Nk9DrtjVXfmn2sjuz4",
    "state": "_63qJUoJ3QZhpmNTuT6wvHjyzmSpkX6MMyulA4PgTss",
    "nonce": "n0nC3-4kQ8vB2xZ7",
    "refresh": "rt-CGLHSSpTWEjfPQD6fTAxBuNH",
    "client_secret": "cs-9fPq2LxW8ZtR4vYk",
    "client_id": "client-52bdd67f8a96",
    "access": jwt(dict(zip(CLAIMS_OF_PEOPLE, CLAIMS, strict=True))),
    "id_token": jwt({"iss": "https://login.example", "email": "q7xv2k9w@z8r4t6.test"}),
    "registration": "reg-7hGk3mNb5vCx",
    "static": "good-static-9tokEn",
    "api_key": "fakekey-5Rt6Yh7U",
    "custom": "acme-Tenant-7x9Q",
    "cookie": "c00kieVa1ue8Zq",
    "password": "hunter2-Zx9Kq4",
    "url_key": "urlkey-3Fg7Jk2L",
    "keychain": "add-generic-pa55-Xy7",
    "email": "q7xv2k9w@z8r4t6.test",
}
SECRETS = Secrets(planted=PLANTED | dict(zip(CLAIMS_OF_PEOPLE, CLAIMS, strict=True)))


def folder_of(top: Path, log: str, secrets: Secrets = SECRETS) -> Path:
    """Write a configuration folder with `log` as its debug log and secrets in all else that is read."""
    session = "5094798b-6617-4134-9a5a-5f93f56bee6c"
    files = {
        f"debug/{session}.txt": log,
        ".credentials.json": store(secrets),
        "mcp-needs-auth-cache.json": json.dumps({SERVER: {"timestamp": 1, "error": secrets.planted["refresh"]}}),
        f"mcp-logs-{SERVER}/2026-11-25T08-20-00-000Z.jsonl": server_log(secrets),
    }
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(content, "utf-8", "surrogatepass")
    return top


@pytest.mark.parametrize("shape", SHAPES)
def test_a_secret_that_a_log_holds_stays_inside_however_the_line_is_written(shape: str, tmp_path: Path) -> None:
    analysis = mcplog.analyze([folder_of(tmp_path, lines(SECRETS, shape))])

    assert analysis.counts.events > len(SHAPES)
    assert SECRETS.found_in(outputs(analysis)) == []


COMMANDS = [
    *(["analyze", "--format", name] for name in format_names()),
    ["explain", "secret-in-log"],
    ["why-not", "refresh-race"],
    ["why-not", "static-header-rejected"],
    ["timeline"],
    ["grammar", "coverage"],
    ["redact", "--dry-run"],
    ["triage"],
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("planted"), lines(SECRETS, "stamped"))


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    """Run the command line and return what it wrote."""
    monkeypatch.setattr(sys, "argv", ["mcplog", *words])
    main()
    out, err = capsys.readouterr()
    return {"stdout": out, "stderr": err}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_a_secret(
    words: list[str], planted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MCPLOG_DEBUG", "1")

    said = printed(monkeypatch, capsys, *words, str(planted))

    assert said["stdout"]
    assert SECRETS.found_in(said) == []


@pytest.mark.parametrize("stage", ["read_stores", "read_entries", "build_facts", "evaluate", "diagnose"])
def test_a_fault_that_quotes_its_input_is_told_without_it(
    stage: str, planted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        quoted = json.dumps(dict(SECRETS.planted))
        raise ValueError(quoted) from KeyError(quoted)

    monkeypatch.setenv("MCPLOG_DEBUG", "1")
    monkeypatch.setattr(f"mcplog.pipeline.{stage}", fail)
    said = printed(monkeypatch, capsys, "analyze", str(planted))

    assert said["stderr"].startswith("mcplog: internal error: ValueError in fail, line ")
    assert SECRETS.found_in(said) == []


BROKEN_STORES = {
    "cut": store(SECRETS)[:-40],
    "bare": PLANTED["refresh"],
    "in the wrong place": json.dumps({PLANTED["refresh"]: {PLANTED["state"]: PLANTED["access"]}}),
    "of the wrong type": json.dumps({"mcpOAuth": [PLANTED["refresh"], {"accessToken": [PLANTED["access"]]}]}),
    "with a fault beside a secret": store(SECRETS).replace('"refreshToken": "', '"refreshToken": "\\q'),
    "twice": store(SECRETS) * 2,
}


@pytest.mark.parametrize("broken", BROKEN_STORES)
def test_a_store_that_is_broken_is_told_without_what_it_holds(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, lines(SECRETS, "stamped"))
    (folder / ".credentials.json").write_text(BROKEN_STORES[broken])

    assert SECRETS.found_in(printed(monkeypatch, capsys, "analyze", str(folder))) == []
    assert SECRETS.found_in(outputs(mcplog.analyze([folder]))) == []


@pytest.mark.parametrize(
    "name",
    [
        f"callback?code={PLANTED['code']}&state={PLANTED['state']}.txt",
        f"localhost_3118_callback_code={PLANTED['code']}&iss=x.txt",
        f"{PLANTED['id_token']}.txt",
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_secret_in_the_name_of_a_file_is_not_repeated(
    name: str,
    is_there: bool,  # noqa: FBT001 - a parameter of pytest
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if is_there:
        (tmp_path / name).write_text(lines(SECRETS, "stamped"))

    said = [
        printed(monkeypatch, capsys, "analyze", "--format", form, str(tmp_path / name)) for form in ("terminal", "json")
    ]

    assert [SECRETS.found_in(one) for one in said] == [[], []]


ALPHABETS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "0123456789abcdef", "abcdefghjkmnp.~")


@st.composite
def tokens(draw: st.DrawFn) -> str:
    """Return a text that looks like a token of some issuer, and like nothing that a log holds anyway."""
    chance = random.Random(draw(st.integers(0, 2**64)))  # noqa: S311 - drawn, so that a failure can be repeated
    return "".join(chance.choices(draw(st.sampled_from(ALPHABETS)), k=draw(st.integers(12, 60))))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_token_stays_inside(data: st.DataObject, tmp_path: Path) -> None:
    secrets = Secrets(planted={name: data.draw(tokens(), name) for name in PLANTED})
    shape = data.draw(st.sampled_from(sorted(SHAPES)), "shape")
    try:
        shown = outputs(mcplog.analyze([folder_of(tmp_path, lines(secrets, shape), secrets)]))
    except McplogError as fault:
        shown = {"fault": repr(fault)}

    assert secrets.found_in(shown) == []


# One of each way in which something is written; `python -m checks.canaries` runs all.
FEW_COMMANDS = (
    ("analyze", "{given}"),
    ("triage", "{given}", "--jsonl", "{out}/triage.jsonl", "--csv", "{out}/triage.csv"),
    ("redact", "-o", "{out}/bundle", "{given}"),
    ("shrink", "{given}", "-o", "{out}/smallest.zip"),
    ("verify", "{given}", "{given}"),
    ("serve", "{given}"),
)
OF_A_STORE = (
    ("snapshot", "{given}", "--history", "{out}/history.db"),
    ("watch", "{given}", "--for", "10ms", "--format", "jsonl"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_of_any_shape_is_seen_whatever_field_it_is_planted_in(kind: str) -> None:
    """`python -m checks.canaries` does the same with all commands and a hundred thousand secrets."""
    commands = (*FEW_COMMANDS, *OF_A_STORE) if kind == "all" else FEW_COMMANDS
    planted, seen = planted_leaks(kind, 7, commands=commands)

    assert planted > len(KINDS)
    assert seen == []


FEW_SHAPES = st.lists(st.sampled_from(sorted(SHAPES_PLANTED)), min_size=1, max_size=3, unique=True)


@settings(max_examples=3)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS), shapes=FEW_SHAPES)
def test_any_secret_in_any_field_stays_inside(seed: int, kind: str, shapes: list[str]) -> None:
    assert planted_leaks(kind, seed, shapes, commands=FEW_COMMANDS[:3])[1] == []


def test_the_canaries_notice_a_reader_that_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcplog.parse.messages.redacted", lambda texts: texts)

    assert planted_leaks("all", 7, ["API key"], commands=())[1] != []


def test_a_file_that_was_there_for_a_moment_is_seen(tmp_path: Path) -> None:
    with PASSING.below(tmp_path):
        (tmp_path / "a").write_text("once here")
        (tmp_path / "a").unlink()

    assert PASSING.texts == {"a, until os.remove": "once here"}


SAMPLES = recordings(Path(__file__).parents[1] / "samples")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_secret_of_a_sample_is_printed(sample: Recording) -> None:
    assert [(result.outcome, result.reason) for result in check(sample)] == [("inside", ())]


def test_the_check_of_recordings_sees_a_secret_where_there_is_one() -> None:
    sample = next(sample for sample in SAMPLES if sample.name == "race")
    stores = [content.decode() for name, content in sample.files.items() if name.startswith("credentials/")]

    assert leaks({"the stores": "".join(stores)}, secrets_of(sample)) != []
