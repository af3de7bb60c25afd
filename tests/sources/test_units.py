"""units_of: what the user names, as pieces of work that nothing has been read of."""

from pathlib import Path

from mcplog.sources.unit_cases import cases_of_unit
from mcplog.sources.units import Grouping, Sort, Unit, units_of
from tests.sources.trees import LOG, SESSION, STORE, plant

EXPORT = b'[{"number":7,"title":"t","body":"[DEBUG] MCP server \\"a\\": Returning tokens","author":{"login":"x"}}]'


def units(root: Path, files: dict[str, bytes], grouping: Grouping = Grouping.AUTO) -> list[tuple[str, Sort, int]]:
    """Name, sort and number of files of each unit of a tree."""
    return [(one.name, one.sort, len(one.files)) for one in units_of([str(plant(root, files))], grouping=grouping)]


def test_a_folder_below_with_logs_is_a_case_and_a_loose_file_is_one(tmp_path: Path) -> None:
    found = units(tmp_path, {"b/1/a.txt": LOG, "b/1/deep/b.txt": LOG, "b/2/a.txt": LOG, "loose.txt": LOG})

    assert found == [("loose.txt", Sort.FILE, 0), ("b/1", Sort.CASE, 2), ("b/2", Sort.CASE, 1)]


def test_a_folder_with_a_store_or_with_debug_in_it_is_a_case_even_when_it_is_the_one_that_was_named(
    tmp_path: Path,
) -> None:
    debug = f"debug/{SESSION}.txt"

    assert units(tmp_path / "a", {debug: LOG, "credentials/credentials-1.json": STORE}) == [
        (str(tmp_path / "a"), Sort.CASE, 2)
    ]
    assert units(tmp_path / "b", {".credentials.json": STORE, "x.txt": LOG}) == [(str(tmp_path / "b"), Sort.CASE, 2)]
    assert units(tmp_path / "c", {f"one/{debug}": LOG, f"two/{debug}": LOG}) == [
        ("one", Sort.CASE, 1),
        ("two", Sort.CASE, 1),
    ]


def test_grouping_by_file_and_by_folder_is_as_it_says(tmp_path: Path) -> None:
    files = {"a/1.txt": LOG, "a/b/2.txt": LOG, "3.txt": LOG}

    assert units(tmp_path, files, Grouping.FILE) == [
        ("3.txt", Sort.FILE, 0),
        ("a/1.txt", Sort.FILE, 0),
        ("a/b/2.txt", Sort.FILE, 0),
    ]
    assert units(tmp_path, files, Grouping.FOLDER) == [("3.txt", Sort.FILE, 0), ("a", Sort.CASE, 2)]


def test_an_export_keeps_the_files_beside_it_which_its_texts_may_link(tmp_path: Path) -> None:
    assert units(tmp_path, {"issues.json": EXPORT, "debug.txt": LOG}) == [(str(tmp_path), Sort.LOOSE, 2)]


def test_a_pattern_names_what_it_matches(tmp_path: Path) -> None:
    plant(tmp_path, {"a1.txt": LOG, "a2.txt": LOG, "b.txt": LOG})

    assert [Path(one.name).name for one in units_of([str(tmp_path / "a*.txt")])] == ["a1.txt", "a2.txt"]


def test_a_name_with_brackets_in_it_is_no_pattern(tmp_path: Path) -> None:
    plant(tmp_path, {"[a].txt": LOG, "a.txt": LOG})

    assert [Path(one.name).name for one in units_of([str(tmp_path / "[a].txt")])] == ["[a].txt"]


def test_a_link_that_leads_back_is_told_in_a_unit_of_its_own(tmp_path: Path) -> None:
    plant(tmp_path, {"a/1.txt": LOG})
    (tmp_path / "a" / "again").symlink_to(tmp_path)

    assert [(one.name, [problem.what for problem in one.problems]) for one in units_of([str(tmp_path)])] == [
        ("a", []),
        (str(tmp_path / "a" / "again"), ["is a link to a folder that is read already"]),
    ]


def test_a_path_that_is_not_there_is_a_unit_that_says_so(tmp_path: Path) -> None:
    (unit,) = units_of([str(tmp_path / "none.txt")])

    assert [problem.what for case in cases_of_unit(unit) for problem in case.problems] == ["does not exist"]


def test_standard_input_is_a_log_or_an_export() -> None:
    (log,) = (case for unit in units_of(["-"], piped=LOG) for case in cases_of_unit(unit))
    (reporter,) = (case for unit in units_of(["-"], piped=EXPORT) for case in cases_of_unit(unit))

    assert [one.origin for one in log.logs] == ["standard input"]
    assert (reporter.name, reporter.issue) == ("issue #7, reporter 1", "#7")


def test_loose_logs_beside_an_export_are_cases_of_their_own_unless_a_reporter_links_them(tmp_path: Path) -> None:
    linking = EXPORT.replace(b"Returning tokens", b"Returning tokens [debug.txt](https://x.test/files/debug.txt)")
    plant(tmp_path, {"issues.json": linking, "debug.txt": LOG, "other.txt": LOG})
    (unit,) = units_of([str(tmp_path)])

    assert [[Path(log.origin).name for log in case.logs] for case in cases_of_unit(unit)] == [
        ["issue #7", "issue #7, title", "debug.txt"],
        ["other.txt"],
    ]


def test_a_unit_does_not_show_what_was_piped_in() -> None:
    assert "secret" not in repr(Unit(name="-", shown="-", place="-", sort=Sort.PIPED, piped=b"secret"))
