"""What may be read: below the allowed folders, and nothing that a name, a link or a neighbour leads to elsewhere."""

import os
from pathlib import Path

import pytest

from mcplog.serve.roots import RefusedError, Roots, roots_of

SESSION = "9420cada-f78d-4461-8977-6a249fb6f718.txt"


@pytest.fixture(name="inside")
def _inside(tmp_path: Path) -> Path:
    """Return an allowed folder, with a secret file beside it."""
    inside = tmp_path / "inside"
    (inside / "debug").mkdir(parents=True)
    (inside / "debug" / SESSION).write_text("log")
    (inside / "a.txt").write_text("log")
    (tmp_path / "outside.txt").write_text("secret")
    return inside


def refused(roots: Roots, text: str) -> str:
    with pytest.raises(RefusedError) as caught:
        roots.resolved(text)
    return caught.value.message


@pytest.mark.parametrize("name", ["a.txt", "./a.txt", "debug/../a.txt", "debug"])
def test_what_lies_inside_is_found_by_either_name(name: str, inside: Path) -> None:
    roots = roots_of([inside])

    assert roots.resolved(name) == roots.resolved(str(inside / name)) == (inside / name).resolve()


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "/etc/passwd",
        "debug/../../outside.txt",
        "nothing",
        "~/x",
        "-",
        "latest",
        "a.txt/../../outside.txt",
    ],
)
def test_what_lies_elsewhere_is_not_there(name: str, inside: Path) -> None:
    assert refused(roots_of([inside]), name) == "there is no such file or folder below the allowed ones"


@pytest.mark.parametrize("name", ["", " ", "a\0b", "x" * 5000])
def test_what_is_no_path_is_refused(name: str, inside: Path) -> None:
    assert refused(roots_of([inside]), name) == "the path is empty, too long or holds a null character"


def test_a_link_out_of_the_folder_is_not_followed(inside: Path) -> None:
    (inside / "link.txt").symlink_to(inside.parent / "outside.txt")
    (inside / "folder").symlink_to(inside.parent)
    roots = roots_of([inside])

    assert refused(roots, "link.txt") == refused(roots, "folder/outside.txt")
    assert "link that leads outside" in refused(roots, str(inside))


def test_a_link_within_the_folder_is(inside: Path) -> None:
    (inside / "debug" / "latest").symlink_to(inside / "debug" / SESSION)

    assert roots_of([inside]).resolved("debug/latest") == inside / "debug" / SESSION


def test_a_link_that_goes_round_ends(inside: Path) -> None:
    (inside / "round").symlink_to(inside)

    assert "nested too deeply" in refused(roots_of([inside]), str(inside))


def test_a_debug_log_is_refused_when_its_store_lies_elsewhere(inside: Path) -> None:
    assert "store of a debug log lies outside" in refused(roots_of([inside / "debug"]), SESSION)


def test_a_debug_log_is_refused_when_its_store_is_a_link_to_elsewhere(inside: Path) -> None:
    (inside / ".credentials.json").symlink_to(inside.parent / "outside.txt")

    assert "link that leads outside" in refused(roots_of([inside]), f"debug/{SESSION}")


def test_a_copied_link_is_refused_beside_a_link_to_elsewhere(inside: Path) -> None:
    (inside / "latest.link").write_text(SESSION)
    (inside / SESSION).symlink_to(inside.parent / "outside.txt")

    assert "link that leads outside" in refused(roots_of([inside]), "latest.link")


def test_what_would_block_is_refused(inside: Path) -> None:
    os.mkfifo(inside / "pipe")

    assert refused(roots_of([inside]), "pipe") == "it is neither a file nor a folder"


def test_a_root_that_is_a_link_is_the_folder_it_leads_to(inside: Path) -> None:
    (inside.parent / "link").symlink_to(inside)

    assert roots_of([inside.parent / "link"]).resolved("a.txt") == inside / "a.txt"


def test_a_root_that_is_no_folder_is_refused(inside: Path) -> None:
    with pytest.raises(RefusedError, match="is no folder"):
        roots_of([inside / "a.txt"])


def test_logs_and_history_of_this_machine_are_not_looked_for(inside: Path) -> None:
    home = inside.parent / "home"
    environment, found = roots_of([inside]).environment({"XDG_CACHE_HOME": str(home)}, home)

    assert all("nonexistent" in place for place in [*environment.values(), str(found)])


def test_per_server_logs_below_an_allowed_folder_are(inside: Path) -> None:
    (inside / ".cache" / "claude-cli-nodejs").mkdir(parents=True)
    environment, _ = roots_of([inside]).environment({}, inside)

    assert environment["XDG_CACHE_HOME"] == str(inside / ".cache")
