"""gather: what the user means by a path, what belongs to it, and what does not."""

import gzip
import io
import os
import socket
from pathlib import Path

import pytest

from mcplog.errors import NoInputError, UsageError
from mcplog.sources import gather
from mcplog.sources.gather import NO_STORE
from mcplog.sources.named_path import WHAT_TO_NAME
from tests.sources.archives import tarred, zipped
from tests.sources.trees import LOG, MARKER, OTHER_SESSION, SESSION, STORE, found, logs, plant, problems, record, stores

PASTE = b"It fails:\n\n> " + LOG


def home_with(tmp_path: Path, **more: bytes) -> Path:
    """A home folder as the client leaves it, with two sessions."""
    files = {
        f".claude/debug/{OTHER_SESSION}.txt": LOG,
        f".claude/debug/{SESSION}.txt": LOG,
        ".claude/.credentials.json": STORE,
        ".claude/mcp-needs-auth-cache.json": MARKER,
        ".claude/settings.json": b"{}",
        ".claude/projects/p/history.jsonl": record(),
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl": record(),
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-06-608Z.jsonl": record(OTHER_SESSION),
    }
    return plant(tmp_path, files | more)


# --- nothing named ------------------------------------------------------------------------------------------------


def test_nothing_named_is_the_newest_debug_log_with_what_belongs_to_it(tmp_path: Path) -> None:
    home = home_with(tmp_path)

    inputs = found(home=home)

    assert logs(inputs, home) == [
        f".claude/debug/{SESSION}.txt",
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl",
    ]
    assert stores(inputs, home) == [".claude/.credentials.json", ".claude/mcp-needs-auth-cache.json"]
    assert [document.case_id for document in inputs.documents] == [0, 0]
    assert [(dump.is_current, dump.is_marker, dump.case_id) for dump in inputs.dumps] == [
        (True, False, 0),
        (False, True, 0),
    ]
    assert inputs.notes == (
        f"{home}/.claude/debug/{SESSION}.txt is read: nothing was named, it is the newest of 2 files.",
        f"Credential store: {home}/.claude/.credentials.json.",
    )


def test_a_session_of_long_ago_is_not_searched_for_in_newer_logs(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    cache = ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma"
    plant(
        home, {f"{cache}/2026-12-25T00-36-05-608Z.jsonl": record(), f"{cache}/2026-10-25T00-36-05-608Z.jsonl": record()}
    )
    os.utime(home / f"{cache}/2026-10-25T00-36-05-608Z.jsonl", (1_790_000_000,) * 2)

    assert logs(found(home=home), home) == [
        f".claude/debug/{SESSION}.txt",
        f"{cache}/2026-11-25T00-36-05-608Z.jsonl",
    ]


def test_the_configuration_folder_may_be_elsewhere_and_the_cache_is_not(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    (home / ".claude").rename(home / "work")

    inputs = found(home=home, CLAUDE_CONFIG_DIR=str(home / "work"))

    assert logs(inputs, home) == [
        f"work/debug/{SESSION}.txt",
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl",
    ]


@pytest.mark.parametrize(
    ("root", "environment"),
    [
        ("Library/Caches/claude-cli-nodejs", {}),
        ("AppData/Local/claude-cli-nodejs/Cache", {"LOCALAPPDATA": "AppData/Local"}),
        ("elsewhere/claude-cli-nodejs", {"XDG_CACHE_HOME": "elsewhere"}),
    ],
)
def test_every_system_has_its_cache_root(tmp_path: Path, root: str, environment: dict[str, str]) -> None:
    name = f"{root}/C--work/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl"
    home = plant(tmp_path, {f".claude/debug/{SESSION}.txt": LOG, ".claude/settings.json": b"{}", name: record()})

    places = {key: str(home / value) for key, value in environment.items()}
    inputs = gather([], environment=places, home=home, stdin=None)

    assert logs(inputs, home) == [f".claude/debug/{SESSION}.txt", name]


def test_without_debug_logs_the_newest_session_of_the_per_server_logs_is_read(tmp_path: Path) -> None:
    folder = ".cache/claude-cli-nodejs/-home-user"
    files = {
        f"{folder}/mcp-logs-a/2026-11-25T00-36-05-608Z.jsonl": record(),
        f"{folder}/mcp-logs-b/2026-11-25T00-36-04-608Z.jsonl": record(OTHER_SESSION),
        f"{folder}/mcp-logs-b/2026-11-25T00-36-05-609Z.jsonl": record(),
        ".claude/.credentials.json": STORE,
    }
    home = plant(tmp_path, files)

    inputs = found(home=home)

    assert logs(inputs, home) == [name for name in files if name.endswith(("5-608Z.jsonl", "5-609Z.jsonl"))]
    assert stores(inputs, home) == [".claude/.credentials.json"]


def test_the_oldest_generation_keeps_one_debug_log_for_a_project(tmp_path: Path) -> None:
    old = ".local/state/claude-cli-nodejs/-home-user/debug-logs/debug.txt"
    server_log = ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.txt"
    other = ".cache/claude-cli-nodejs/-elsewhere/mcp-logs-figma/2026-11-25T00-36-05-608Z.txt"
    home = plant(tmp_path, {old: b"[DEBUG] x\n", server_log: b"[" + record() + b"]", other: b"[" + record() + b"]"})

    assert logs(found(home=home), home) == [old, server_log]


def test_a_home_without_the_client_says_how_to_get_a_log(tmp_path: Path) -> None:
    with pytest.raises(NoInputError) as caught:
        found(home=tmp_path)

    assert (str(caught.value), caught.value.hint) == (
        f"{tmp_path}/.claude/debug: holds no debug log",
        "Start the client with `--debug`, repeat what went wrong, then try again; or name a log.",
    )


# --- latest -------------------------------------------------------------------------------------------------------


def test_latest_is_the_target_of_the_link(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    link = home / ".claude/debug/latest"
    link.symlink_to(home / f".claude/debug/{OTHER_SESSION}.txt")

    assert logs(found(link), home)[0] == ".claude/debug/latest"


def test_latest_with_a_lost_target_is_the_newest_log_and_that_is_said(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    link = home / ".claude/debug/latest"
    link.symlink_to("/home/somebody/.claude/debug/gone.txt")

    inputs = found(link)

    assert logs(inputs, home)[0] == f".claude/debug/{SESSION}.txt"
    assert inputs.notes[0].endswith("is read: the target of `latest` is not there, it is the newest of 2 files.")


def test_the_word_latest_is_looked_up_in_the_configuration_folder(tmp_path: Path) -> None:
    home = home_with(tmp_path)

    assert logs(found("latest", home=home), home)[0] == f".claude/debug/{SESSION}.txt"


@pytest.mark.parametrize(
    ("target", "read"),
    [(f"/home/user/.claude/debug/{OTHER_SESSION}.txt", OTHER_SESSION), ("C:\\Users\\u\\gone.txt", SESSION)],
)
def test_a_text_file_that_holds_the_target_is_treated_as_the_link(tmp_path: Path, target: str, read: str) -> None:
    home = home_with(tmp_path)
    plant(home, {".claude/debug/latest.link": target.encode()})

    inputs = found(home / ".claude/debug/latest.link")

    assert logs(inputs, home)[0] == f".claude/debug/{read}.txt"


# --- files --------------------------------------------------------------------------------------------------------


def test_a_debug_log_of_a_configuration_folder_brings_what_belongs_to_it(tmp_path: Path) -> None:
    home = home_with(tmp_path)

    inputs = found(home / f".claude/debug/{OTHER_SESSION}.txt", home=home)

    assert logs(inputs, home) == [
        f".claude/debug/{OTHER_SESSION}.txt",
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-06-608Z.jsonl",
    ]
    assert stores(inputs, home) == [".claude/.credentials.json", ".claude/mcp-needs-auth-cache.json"]


def test_a_log_from_anywhere_else_is_not_joined_to_the_store_of_this_machine(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home")
    plant(tmp_path, {f"Downloads/{SESSION}.txt": LOG})

    inputs = found(tmp_path / f"Downloads/{SESSION}.txt", home=home)

    assert (logs(inputs, tmp_path), inputs.dumps) == ([f"Downloads/{SESSION}.txt"], ())
    assert inputs.notes == (NO_STORE,)


def test_a_log_is_joined_to_the_store_that_the_user_names(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "b.txt": LOG, "backup/.credentials.json": STORE, "c/.credentials.json": STORE})

    inputs = found(
        tmp_path / "a.txt", tmp_path / "b.txt", credentials=(tmp_path / "backup", tmp_path / "c/.credentials.json")
    )

    assert stores(inputs, tmp_path) == ["backup/.credentials.json", "c/.credentials.json"]
    assert [document.case_id for document in inputs.documents] == [0, 0]
    assert [(dump.store_id, dump.case_id) for dump in inputs.dumps] == [(0, 0), (1, 0)]


def test_a_named_store_replaces_the_one_beside_the_log(tmp_path: Path) -> None:
    home = home_with(tmp_path, **{"copy.json": STORE})

    inputs = found(home / f".claude/debug/{SESSION}.txt", credentials=(home / "copy.json",), home=home)

    assert stores(inputs, home) == ["copy.json"]


def test_what_the_user_calls_a_store_is_read_as_one(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "dump.bak": b"not json"})

    assert stores(found(tmp_path / "a.txt", credentials=(tmp_path / "dump.bak",)), tmp_path) == ["dump.bak"]


def test_a_store_that_is_not_there_costs_only_itself(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "empty/readme.txt": b"text"})

    inputs = found(tmp_path / "a.txt", credentials=(tmp_path / "gone.json", tmp_path / "empty"))

    assert logs(inputs, tmp_path) == ["a.txt"]
    assert problems(inputs) == ["does not exist (Check the spelling of the path.)"]


def test_a_folder_without_a_store_is_told(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "empty/readme.txt": b"text"})

    inputs = found(tmp_path / "a.txt", credentials=(tmp_path / "empty",))

    assert problems(inputs) == ["holds no credential store (Name a .credentials.json or a folder with copies of one.)"]


def test_texts_are_read_when_they_are_named(tmp_path: Path) -> None:
    plant(tmp_path, {"screen.txt": b"Status: failed\n", "issue.md": PASTE})

    assert logs(found(tmp_path / "screen.txt", tmp_path / "issue.md"), tmp_path) == ["screen.txt", "issue.md"]


def test_a_store_alone_is_something_to_read(tmp_path: Path) -> None:
    plant(tmp_path, {".credentials.json": STORE})

    inputs = found(tmp_path / ".credentials.json")

    assert (inputs.documents, stores(inputs, tmp_path)) == ((), [".credentials.json"])


def test_paths_of_one_configuration_folder_are_one_case_and_others_are_not(tmp_path: Path) -> None:
    home = home_with(tmp_path, **{"x/a.txt": LOG})

    one, two = (home / f".claude/debug/{session}.txt" for session in (SESSION, OTHER_SESSION))
    inputs = found(one, home / "x/a.txt", two)

    assert [(os.path.relpath(d.origin, home), d.case_id) for d in inputs.documents] == [
        (f".claude/debug/{SESSION}.txt", 0),
        (f".claude/debug/{OTHER_SESSION}.txt", 0),
        ("x/a.txt", 1),
    ]
    assert [dump.case_id for dump in inputs.dumps] == [0, 0]


# --- folders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".claude", ".claude/debug"])
def test_a_configuration_folder_and_its_debug_folder_bring_all_sessions(tmp_path: Path, name: str) -> None:
    home = home_with(tmp_path)

    inputs = found(home / name, home=home)

    assert sorted(logs(inputs, home)) == [
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl",
        ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-06-608Z.jsonl",
        f".claude/debug/{SESSION}.txt",
        f".claude/debug/{OTHER_SESSION}.txt",
    ]
    assert stores(inputs, home) == [".claude/.credentials.json", ".claude/mcp-needs-auth-cache.json"]


def test_a_recording_is_one_case_with_its_snapshots_in_order(tmp_path: Path) -> None:
    files = {
        f"debug/{SESSION}.txt": LOG,
        "debug/latest.link": f"/home/user/.claude/debug/{SESSION}.txt".encode(),
        "cache-claude-cli-nodejs/-home/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl": record(),
        "local-state-claude-cli-nodejs/-home/debug-logs/debug.txt": b"[DEBUG] x\n",
        "credentials/credentials-02-1795566962000.json": STORE,
        "credentials/credentials-03-1795566962000.json": b"",
        "credentials/credentials-01-1795566961000.absent": b"",
        "mcp-needs-auth-cache.json": b"{}",
        "server.jsonl": b'{"n": 1, "ts": "x", "kind": "note"}\n',
        "truth.toml": b'what = "[DEBUG] x"\n',
        "browser.log": b"1795566961.673 http://localhost/authorize\n200 http://localhost/callback\n",
        "screen.txt": b"---- screen: /mcp\n" * 30 + LOG,
        "picture.png": b"\x89PNG\x00\x00\x00",
        "notes.zip": zipped({"notes.bin": b"\x89PNG\x00\x00\x00"}),
    }
    root = plant(tmp_path, files)

    inputs = found(root)

    assert sorted(logs(inputs, root)) == [
        "cache-claude-cli-nodejs/-home/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl",
        f"debug/{SESSION}.txt",
        "local-state-claude-cli-nodejs/-home/debug-logs/debug.txt",
    ]
    assert [
        (os.path.relpath(dump.origin, root), dump.store_id, dump.taken_at_ms, dump.absent, dump.is_marker)
        for dump in inputs.dumps
    ] == [
        ("credentials/credentials-01-1795566961000.absent", 0, 1_795_566_961_000, True, False),
        ("credentials/credentials-02-1795566962000.json", 0, 1_795_566_962_000, False, False),
        ("credentials/credentials-03-1795566962000.json", 0, 1_795_566_962_000, False, False),
        ("mcp-needs-auth-cache.json", 1, 1_795_566_967_000, False, True),
    ]
    assert inputs.problems == ()


def test_a_document_has_the_name_and_the_folder_that_tell_session_and_server(tmp_path: Path) -> None:
    name = "mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl"
    inputs = found(plant(tmp_path, {name: record()}))

    assert [(document.name, document.folder) for document in inputs.documents] == [
        ("2026-11-25T00-36-05-608Z.jsonl", "mcp-logs-figma")
    ]


def test_a_case_folder_with_pastes_is_read(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {"issue.md": PASTE, "store-1.json": STORE, "store-2.json": b'{"mcpOAuth":{}}', "labels.toml": b'a = "x"\n'},
    )

    inputs = found(root)

    assert (logs(inputs, root), stores(inputs, root)) == (["issue.md"], ["store-1.json", "store-2.json"])
    assert {dump.store_id for dump in inputs.dumps} == {0}


def test_texts_without_an_entry_are_read_where_there_is_nothing_else(tmp_path: Path) -> None:
    root = plant(tmp_path, {"issue.md": b"Status: failed\n", "labels.toml": b'a = "x"\n'})

    assert logs(found(root), root) == ["issue.md"]


def test_pastes_beside_per_server_logs_are_read_too(tmp_path: Path) -> None:
    root = plant(tmp_path, {"issue.md": PASTE, "mcp-logs-a/x.jsonl": record(), "readme.md": b"text"})

    assert logs(found(root), root) == ["issue.md", "mcp-logs-a/x.jsonl"]


@pytest.mark.parametrize(
    ("name", "text", "is_read"),
    [
        ("gateway.log", b'10.0.0.7 - "POST /mcp HTTP/1.1" 403 insufficient_scope\n', True),
        ("access.txt", b"GET /.well-known/oauth-authorization-server 500\n", True),
        ("screen.txt", b"Status: failed\n", False),
        ("notes.md", b"POST /mcp answers 403\n", False),
        ("answers.json", b'{"request": "POST /mcp", "status": 403}\n', False),
    ],
)
def test_what_a_server_logged_of_its_requests_is_read_beside_a_log(
    tmp_path: Path, name: str, text: bytes, *, is_read: bool
) -> None:
    root = plant(tmp_path, {"a.txt": LOG, name: text})

    inputs = found(root)

    assert sorted(logs(inputs, root)) == sorted(["a.txt", *([name] if is_read else [])])
    assert [document.is_pasted for document in inputs.documents if document.name == name] == [True] * is_read


def test_a_folder_without_logs_says_what_to_name(tmp_path: Path) -> None:
    plant(tmp_path, {"package.json": b'{"name": "x"}'})

    with pytest.raises(NoInputError) as caught:
        found(tmp_path)

    assert (str(caught.value), caught.value.hint) == (
        f"{tmp_path}: holds no log",
        "Name the client's debug folder (`~/.claude/debug`) or a folder with logs or pasted texts.",
    )


def test_a_loop_of_links_ends_and_a_file_with_two_names_is_read_once(tmp_path: Path) -> None:
    root = plant(tmp_path, {"a/a.txt": LOG})
    (root / "a/again").symlink_to(root / "a")
    (root / "b.txt").symlink_to(root / "a/a.txt")
    (root / "self").symlink_to(root / "self")

    inputs = found(root)

    assert (logs(inputs, root), inputs.problems) == (["a/a.txt"], ())


def test_names_are_shown_as_the_user_typed_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"bundle/a.txt": LOG})
    monkeypatch.chdir(tmp_path)

    origins = [found(name).documents[0].origin for name in ("bundle", "./bundle", "bundle/a.txt", "bundle/../bundle")]

    assert origins == ["bundle/a.txt", "./bundle/a.txt", "bundle/a.txt", "bundle/../bundle/a.txt"]


# --- bad input ----------------------------------------------------------------------------------------------------


def test_a_bad_path_costs_only_itself(tmp_path: Path) -> None:
    plant(tmp_path, {"good.txt": LOG, "empty.txt": b"", "picture.png": b"\x89PNG\x00\x00", "data.json": b'{"a": 1}'})

    inputs = found(*(tmp_path / name for name in ("good.txt", "empty.txt", "picture.png", "data.json", "god.txt")))

    assert logs(inputs, tmp_path) == ["good.txt"]
    assert problems(inputs) == [
        f"is empty ({WHAT_TO_NAME})",
        f"is a binary file, not a log ({WHAT_TO_NAME})",
        f"is neither a log nor a credential store ({WHAT_TO_NAME})",
        f"does not exist (Did you mean {tmp_path}/good.txt?)",
    ]


def test_a_path_that_cannot_be_used_takes_no_case_from_the_others(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "b.txt": LOG})

    inputs = found(tmp_path / "gone.txt", tmp_path / "a.txt", tmp_path / "b.txt")

    assert [document.case_id for document in inputs.documents] == [0, 1]


def test_a_path_that_does_not_exist_is_no_input(tmp_path: Path) -> None:
    plant(tmp_path, {"debug.txt": LOG})

    with pytest.raises(NoInputError) as caught:
        found(tmp_path / "debgu.txt")

    assert (str(caught.value), caught.value.hint, caught.value.exit_code) == (
        f"{tmp_path}/debgu.txt: does not exist",
        f"Did you mean {tmp_path}/debug.txt?",
        3,
    )


@pytest.mark.parametrize("start", [b"PK\x03\x04\x00", b"\x1f\x8b\x08\x00\x00", b"(\xb5/\xfd\x00"])
def test_a_damaged_archive_is_told(tmp_path: Path, start: bytes) -> None:
    plant(tmp_path, {"logs": start + b"\x00" * 20})

    with pytest.raises(
        NoInputError,
        match=r"without its directory|is damaged|ends in the middle|which this Python cannot read",
    ):
        found(tmp_path / "logs")


def test_a_pipe_a_socket_and_a_device_are_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        plant(tmp_path, {"a.txt": LOG})

        named = found(tmp_path / "a.txt", tmp_path / "pipe", tmp_path / "s", "/dev/null")
        inside = found(tmp_path)

    assert [problem.what for problem in named.problems] == ["is a pipe, a socket or a device"] * 3
    assert (logs(inside, tmp_path), inside.problems) == (["a.txt"], ())


def test_a_link_that_leads_nowhere_is_told_when_it_is_named(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG})
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")

    named = found(tmp_path / "a.txt", tmp_path / "link.txt", credentials=(tmp_path / "link.txt",))

    assert problems(named) == ["is a link that leads nowhere (Name the file itself.)"] * 2
    assert found(tmp_path).problems == ()


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"a.txt": LOG, "secret.txt": LOG})
    real_open = os.open

    def guarded(path: str | Path, flags: int) -> int:
        if str(path).endswith("secret.txt"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags)

    monkeypatch.setattr(os, "open", guarded)
    inputs = found(tmp_path)

    assert logs(inputs, tmp_path) == ["a.txt"]
    assert problems(inputs) == ["may not be read (Give yourself the right to read it, or copy it.)"]


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_told(name: str) -> None:
    with pytest.raises(NoInputError):
        found(name)


def test_names_that_are_not_utf_8_are_printable(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xffb.txt")).write_bytes(LOG)

    assert logs(found(tmp_path), tmp_path) == ["a\\xffb.txt"]


# --- stores that are being written --------------------------------------------------------------------------------


def test_a_live_store_that_is_empty_for_a_moment_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {".credentials.json": b"", "a.txt": LOG})
    os.utime(tmp_path / ".credentials.json")
    waits: list[float] = []

    def write_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            (tmp_path / ".credentials.json").write_bytes(STORE)

    monkeypatch.setattr("time.sleep", write_meanwhile)

    assert [dump.content for dump in found(tmp_path).dumps] == [STORE]
    assert waits == [0.05, 0.05]


def test_a_live_store_that_stays_empty_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {".credentials.json": b"", "a.txt": LOG})
    os.utime(tmp_path / ".credentials.json")
    monkeypatch.setattr("time.sleep", lambda _: None)

    assert [dump.content for dump in found(tmp_path).dumps] == [b""]


def test_an_empty_snapshot_is_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"credentials-1.json": b"", "a.txt": LOG})
    monkeypatch.delattr("time.sleep")

    assert [dump.content for dump in found(tmp_path).dumps] == [b""]


# --- standard input -----------------------------------------------------------------------------------------------


def test_a_dash_is_standard_input() -> None:
    inputs = gather(["-"], environment={}, home=Path("/nonexistent"), stdin=io.BytesIO(LOG))

    document = inputs.documents[0]
    assert (document.origin, b"".join(document.content.blocks()), document.name) == ("standard input", LOG, "")


def test_a_store_on_standard_input_is_a_store() -> None:
    inputs = gather(["-"], environment={}, home=Path("/nonexistent"), stdin=io.BytesIO(STORE))

    assert (inputs.documents, [dump.content for dump in inputs.dumps]) == ((), [STORE])


def test_empty_standard_input_is_no_input() -> None:
    with pytest.raises(NoInputError, match="standard input: is empty"):
        gather(["-"], environment={}, home=Path("/nonexistent"), stdin=io.BytesIO(b" \n"))


def test_a_damaged_archive_on_standard_input_is_told() -> None:
    with pytest.raises(NoInputError, match="standard input: is a zip archive without its directory"):
        gather(["-"], environment={}, home=Path("/nonexistent"), stdin=io.BytesIO(b"PK\x03\x04\x00\x00"))


def test_a_dash_without_standard_input_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="there is none"):
        gather(["-"], environment={}, home=Path("/nonexistent"), stdin=None)


# --- nothing is written -------------------------------------------------------------------------------------------


def test_nothing_is_written_and_nothing_secret_is_printed(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in home.rglob("*") if path.is_file()}

    inputs = found(home / ".claude", home=home)

    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in home.rglob("*") if path.is_file()} == before
    assert "at-1" not in repr(inputs)


# --- archives ---------------------------------------------------------------------------------------------------------

CLIENT_FILES = {
    f".claude/debug/{SESSION}.txt": LOG,
    ".claude/.credentials.json": STORE,
    ".claude/mcp-needs-auth-cache.json": MARKER,
    ".claude/projects/p/history.jsonl": record(),
    ".cache/claude-cli-nodejs/-home-user/mcp-logs-figma/2026-11-25T00-36-05-608Z.jsonl": record(),
}


def test_an_archive_is_what_its_folder_would_be(tmp_path: Path) -> None:
    folder = plant(tmp_path / "folder", CLIENT_FILES)
    plant(tmp_path, {"b.zip": zipped(CLIENT_FILES), "b.tar.gz": gzip.compress(tarred(CLIENT_FILES))})

    wanted = found(folder)
    for name in ("b.zip", "b.tar.gz"):
        inputs = found(tmp_path / name)

        assert sorted(
            (document.origin.replace(f"{name}!", "folder/"), document.name, document.folder, document.content.size)
            for document in inputs.documents
        ) == sorted(
            (document.origin, document.name, document.folder, document.content.size) for document in wanted.documents
        )
        assert sorted(
            (dump.origin.rpartition("/")[2], dump.is_current, dump.content) for dump in inputs.dumps
        ) == sorted((dump.origin.rpartition("/")[2], dump.is_current, dump.content) for dump in wanted.dumps)
        assert inputs.problems == ()


def test_an_archive_is_never_joined_to_this_machine(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    plant(tmp_path, {"b.zip": zipped({f".claude/debug/{SESSION}.txt": LOG})})

    inputs = found(tmp_path / "b.zip", home=home)

    assert [document.origin for document in inputs.documents] == [f"{tmp_path}/b.zip!.claude/debug/{SESSION}.txt"]
    assert inputs.dumps == ()


def test_archives_in_a_folder_are_cases_of_their_own_and_compressed_logs_are_not(tmp_path: Path) -> None:
    files = {
        "a.txt": LOG,
        "b.txt.gz": gzip.compress(LOG),
        "c.zip": zipped({"d.txt": LOG}),
        "e.zip": zipped({"f.txt": LOG}),
    }
    plant(tmp_path, files)

    inputs = found(tmp_path)

    assert [(os.path.relpath(document.origin, tmp_path), document.case_id) for document in inputs.documents] == [
        ("a.txt", 0),
        ("b.txt.gz", 0),
        ("c.zip!d.txt", 1),
        ("e.zip!f.txt", 2),
    ]
    assert inputs.case_names == ("", f"{tmp_path}/c.zip", f"{tmp_path}/e.zip")


def test_an_archive_of_archives_alone_is_a_case_for_each(tmp_path: Path) -> None:
    parts = {name: zipped({"a.txt": LOG, ".credentials.json": STORE}) for name in ("1.zip", "2.zip")}
    plant(tmp_path, {"all.zip": zipped(parts), "one.zip": zipped({**parts, "b.txt": LOG})})

    assert [dump.case_id for dump in found(tmp_path / "all.zip").dumps] == [0, 1]
    assert {document.case_id for document in found(tmp_path / "one.zip").documents} == {0}


def test_stores_in_an_archive_can_be_named(tmp_path: Path) -> None:
    plant(tmp_path, {"a.txt": LOG, "stores.zip": zipped({".credentials.json": STORE, "b.txt": LOG})})

    inputs = found(tmp_path / "a.txt", credentials=(tmp_path / "stores.zip",))

    assert [dump.origin for dump in inputs.dumps] == [f"{tmp_path}/stores.zip!.credentials.json"]


def test_the_text_of_an_issue_beside_a_log_is_read_without_what_the_log_holds(tmp_path: Path) -> None:
    text, prose = b"It fails:\n" + LOG + b"\nA restart helps.\n", b"A restart helps.\n"
    files = {"debug.txt": LOG, "issue.md": text, "comment-1.md": prose, "notes.md": prose}
    folder = plant(tmp_path / "folder", files)
    plant(tmp_path, {"b.zip": zipped(files)})

    for place in (folder, tmp_path / "b.zip"):
        inputs = found(place)

        told = {document.name: document.content.slice(0, 999) for document in inputs.documents}
        assert told == {"debug.txt": LOG, "comment-1.md": prose, "issue.md": b"It fails:\n\n\nA restart helps.\n"}
        assert {document.name for document in inputs.documents if document.is_pasted} == {"comment-1.md", "issue.md"}


def test_an_archive_of_no_use_says_so(tmp_path: Path) -> None:
    plant(tmp_path, {"a.zip": zipped({"a.png": b"\x89PNG\x00\x00\x00"})})

    with pytest.raises(NoInputError, match="holds neither a log nor a credential store"):
        found(tmp_path / "a.zip")


def test_an_archive_on_standard_input_is_read(tmp_path: Path) -> None:
    piped = io.BytesIO(gzip.compress(tarred({"a.txt": LOG, ".credentials.json": STORE})))

    inputs = gather(["-"], environment={}, home=tmp_path, stdin=piped)

    assert [document.origin for document in inputs.documents] == ["standard input!a.txt"]
    assert [dump.origin for dump in inputs.dumps] == ["standard input!.credentials.json"]


def test_what_is_wrong_with_one_of_many_inputs_costs_that_one_alone(tmp_path: Path) -> None:
    files = {
        "a.txt": LOG,
        "cut.zip": zipped({"b.txt": LOG})[:-9],
        "outside.zip": zipped({"../c.txt": LOG, "d.txt": LOG}),
        "issue.json": b'[{"number": 1, "body": "x"',
    }
    plant(tmp_path, files)

    inputs = found(tmp_path)

    assert logs(inputs, tmp_path) == ["a.txt", "outside.zip!d.txt"]
    assert sorted(os.path.relpath(problem.origin, tmp_path) for problem in inputs.problems) == [
        "cut.zip",
        "issue.json",
        "outside.zip!../c.txt",
    ]
