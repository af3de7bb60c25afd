"""Exports to cases: each reporter of an issue is a case, with what they wrote and what they attached."""

import gzip
import io
import json
from pathlib import Path

import pytest

from mcplog.errors import NoInputError
from mcplog.sources import Inputs, gather
from mcplog.sources.issue_cases import linked_names
from tests.sources.archives import zipped
from tests.sources.trees import LOG, STORE, found, plant

LINE = LOG.decode().strip()
TITLE = "Reconnection fails"


def issue(*said: tuple[str | None, str], number: int = 42, title: str = TITLE) -> bytes:
    """An export; the first statement is the body."""
    told = [{"author": author and {"login": author}, "body": text} for author, text in said]
    return json.dumps({"number": number, "title": title, **told[0], "comments": told[1:]}).encode()


def by_case(inputs: Inputs) -> dict[str, list[str]]:
    cases: dict[str, list[str]] = {name: [] for name in inputs.case_names}
    for document in inputs.documents:
        cases[inputs.case_names[document.case_id]].append(Path(document.origin).name)
    for dump in inputs.dumps:
        cases[inputs.case_names[dump.case_id]].append(Path(dump.origin).name)
    return cases


def texts(inputs: Inputs) -> dict[str, str]:
    return {one.origin: one.content.slice(0, one.content.size).decode() for one in inputs.documents}


def test_each_reporter_is_a_case_of_numbered_statements(tmp_path: Path) -> None:
    export = issue(("ada", "first"), ("bob", "second"), ("ada", "third"), ("x[bot]", "fourth"), ("cid", "fifth"))
    plant(tmp_path, {"issue.json": export})

    inputs = found(tmp_path / "issue.json")

    assert by_case(inputs) == {
        "issue #42, reporter 1": ["issue #42", "issue #42, title", "issue #42, comment 2"],
        "issue #42, reporter 2": ["issue #42, comment 1"],
        "issue #42, reporter 3": ["issue #42, comment 4"],
    }
    assert texts(inputs)["issue #42, comment 2"] == "third"
    assert inputs.notes[0] == (
        "Issue #42: reporter 1 wrote the issue and comment 2; reporter 2 wrote comment 1; reporter 3 wrote comment 4."
    )
    assert {(document.name, document.folder, document.is_pasted) for document in inputs.documents} == {("", "", True)}


def test_no_login_is_shown_anywhere(tmp_path: Path) -> None:
    plant(tmp_path, {"issue.json": issue(("ada-lovelace", "first"), ("bob-builder", "second"))})

    shown = repr(found(tmp_path / "issue.json"))

    assert "lovelace" not in shown
    assert "builder" not in shown


def test_who_is_not_named_is_nobody_else(tmp_path: Path) -> None:
    plant(tmp_path, {"issue.json": issue((None, "first"), (None, "second"), ("ada", "third"), (None, "fourth"))})

    assert by_case(found(tmp_path / "issue.json")) == {
        "issue #42, reporter 1": ["issue #42", "issue #42, title"],
        "issue #42, reporter 2": ["issue #42, comment 1"],
        "issue #42, reporter 3": ["issue #42, comment 2"],
        "issue #42, reporter 4": ["issue #42, comment 3"],
    }


def test_one_person_in_two_issues_is_two_cases(tmp_path: Path) -> None:
    exports = b"[%s,%s]" % (issue(("ada", "a")), issue(("ada", "b"), number=43))
    plant(tmp_path, {"list.json": exports})

    assert list(by_case(found(tmp_path / "list.json"))) == ["issue #42, reporter 1", "issue #43, reporter 1"]


def test_quotes_of_others_and_pasted_lines_of_an_attached_log_are_left_out_in_place(tmp_path: Path) -> None:
    ada = f"It fails:\n{LINE}\n[a.txt](https://host.example/files/1/a.txt)"
    bob = f"> It fails:\n> {LINE}\n> my own quote\n\nSame here:\n{LINE}"
    plant(tmp_path, {"issue.json": issue(("ada", ada), ("bob", bob)), "a.txt": LOG})

    read = texts(found(tmp_path / "issue.json"))

    assert read["issue #42"] == "It fails:\n\n[a.txt](https://host.example/files/1/a.txt)"
    assert read["issue #42, comment 1"] == f"\n\n> my own quote\n\nSame here:\n{LINE}"


# --- attachments ------------------------------------------------------------------------------------------------------

LINKING = issue(
    ("ada", "no log"), ("bob", "see [it](https://host.example/files/7/a.txt) and https://host.example/s.json")
)


@pytest.mark.parametrize("named", ["issue.json", ".", "issue.json a.txt"])
def test_a_file_beside_the_export_belongs_to_whoever_links_it(tmp_path: Path, named: str) -> None:
    plant(tmp_path, {"issue.json": LINKING, "a.txt": LOG, "s.json": STORE})

    inputs = found(*(tmp_path / name for name in named.split()))

    assert by_case(inputs) == {
        "issue #42, reporter 1": ["issue #42", "issue #42, title"],
        "issue #42, reporter 2": ["issue #42, comment 1", "a.txt", "s.json"],
    }


def test_a_file_that_nobody_or_several_link_is_nobodys(tmp_path: Path) -> None:
    both = issue(("ada", "[a.txt](a.txt)"), ("bob", "[a.txt](https://host.example/files/2/a.txt)"))
    plant(tmp_path, {"issue.json": both, "a.txt": LOG, "b.txt": LOG})

    assert by_case(found(tmp_path))[""] == ["a.txt", "b.txt"]


def test_an_attached_archive_belongs_to_its_reporter_with_all_that_is_in_it(tmp_path: Path) -> None:
    link = issue(
        ("ada", "x"), ("bob", "[logs](https://host.example/files/7/logs.zip) [c](https://host.example/c.txt.gz)")
    )
    files = {
        "issue.json": link,
        "logs.zip": zipped({"debug/b.txt": LOG, ".credentials.json": STORE}),
        "c.txt.gz": gzip.compress(LOG),
    }
    plant(tmp_path, files)

    wanted = ["issue #42, comment 1", "b.txt", "c.txt.gz", "logs.zip!.credentials.json"]
    assert by_case(found(tmp_path / "issue.json"))["issue #42, reporter 2"] == wanted
    assert by_case(found(tmp_path))["issue #42, reporter 2"] == wanted
    assert by_case(found(tmp_path / "issue.json", tmp_path / "logs.zip"))["issue #42, reporter 2"] == wanted


def test_an_export_in_an_archive_has_its_attachments_there(tmp_path: Path) -> None:
    plant(tmp_path, {"all.zip": zipped({"42/issue.json": LINKING, "42/a.txt": LOG, "43/a.txt": LOG * 2})})

    assert by_case(found(tmp_path / "all.zip")) == {
        "issue #42, reporter 1": ["issue #42", "issue #42, title"],
        "issue #42, reporter 2": ["issue #42, comment 1", "a.txt"],
        str(tmp_path / "all.zip"): ["a.txt"],
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[debug.txt](https://github.com/user-attachments/files/1/debug.txt)", ["debug.txt"]),
        ("see https://host.example/a%20b.log?raw=1#L2.", ["a b.log"]),
        ("![shot](shot.png) [x](./logs/x.txt)", ["shot.png", "x.txt"]),
        ('<a href="https://host.example/f/y.zip">y</a>', ["y.zip"]),
        ("plain debug.txt", []),
        ("[x](https://host.example/..%2F..%2Fetc%2Fpasswd)", []),
        ("[x](https://host.example/)", []),
        ("[cut](https://host.example/a.txt", ["a.txt"]),
    ],
)
def test_links_name_files(text: str, names: list[str]) -> None:
    assert [name for name in dict.fromkeys(linked_names(text)) if name != "host.example"] == names


# --- pages and what cannot be read ------------------------------------------------------------------------------------


def test_a_page_has_a_case_for_each_author(tmp_path: Path) -> None:
    page = "<!doctype html>" + "".join(
        f'<a class="author">{who}</a><div class="markdown-body"><p>{text}</p></div>'
        for who, text in [("ada", "first"), ("bob", "second"), ("ada", "third")]
    )
    plant(tmp_path, {"issue.html": page.encode()})

    assert by_case(found(tmp_path / "issue.html")) == {
        f"{tmp_path}/issue.html, reporter 1": ["issue.html", "issue.html, comment 2"],
        f"{tmp_path}/issue.html, reporter 2": ["issue.html, comment 1"],
    }


def test_an_export_without_an_issue_is_told(tmp_path: Path) -> None:
    plant(tmp_path, {"issue.json": b'{"body": null, "number": 42}'})

    with pytest.raises(NoInputError, match="holds no issue that could be read"):
        found(tmp_path / "issue.json")


def test_an_export_on_standard_input_is_read(tmp_path: Path) -> None:
    piped = gather(["-"], environment={}, home=tmp_path, stdin=io.BytesIO(issue(("ada", "a"), ("bob", "b"))))

    assert by_case(piped) == {
        "issue #42, reporter 1": ["issue #42", "issue #42, title"],
        "issue #42, reporter 2": ["issue #42, comment 1"],
    }
