"""work_on: a batch of units to rows, each case judged by its own evidence alone."""

from pathlib import Path

import pytest

from mcplog.model.document import Problem
from mcplog.triage import judging, work
from mcplog.triage.rows import CaseRow, DoneRow, FindingRow, HeadRow, ProblemRow
from tests.sources.archives import zipped
from tests.triage.dumps import cases, findings, healthy, log, problems, refused, rows_of, written

UNREACHABLE = "server-unreachable/mcp-server+user-machine+network+user"


def test_rows_come_in_the_order_of_the_units_a_case_before_its_findings(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path, {"1/a.txt": refused(), "2/a.txt": healthy(), "3/a.txt": refused("other")}))

    assert [type(row) for row in rows] == [HeadRow, CaseRow, FindingRow, CaseRow, CaseRow, FindingRow, DoneRow]
    assert [(case.case, case.verdict, case.signature) for case in cases(rows)] == [
        ("1", "incident", UNREACHABLE),
        ("2", "healthy", ""),
        ("3", "incident", UNREACHABLE),
    ]
    assert [(found.case, found.rule, found.role) for found in findings(rows)] == [
        ("1", "server-unreachable", "primary"),
        ("3", "server-unreachable", "primary"),
    ]


def test_a_row_is_the_same_whatever_it_is_evaluated_with(tmp_path: Path) -> None:
    files = {f"{number}/a.txt": (refused, healthy)[number % 2](f"server {number}") for number in range(6)}
    folder = written(tmp_path, dict(files))

    alone = [case for number in range(6) for case in cases(rows_of(folder / str(number)))]
    together = cases(rows_of(folder))

    assert [(one.verdict, one.signature, one.cause, one.servers) for one in alone] == [
        (one.verdict, one.signature, one.cause, one.servers) for one in together
    ]


def test_a_store_of_one_case_says_nothing_of_another(tmp_path: Path) -> None:
    store = '{"mcpOAuth":{"notes|0123456789abcdef":{"serverName":"notes","accessToken":"at-1"}}}'
    rows = rows_of(written(tmp_path, {"1/a.txt": refused(), "1/.credentials.json": store, "2/a.txt": refused()}))

    assert [(case.case, case.stores) for case in cases(rows)] == [("1", 1), ("2", 0)]


def test_several_sessions_of_one_case_are_one_row(tmp_path: Path) -> None:
    (case,) = cases(rows_of(written(tmp_path, {"1/a.txt": refused(), "1/b.txt": healthy()})))

    assert (case.documents, case.verdict, case.servers) == (2, "incident", ("notes",))


def test_each_reporter_of_an_issue_is_a_case_of_that_issue() -> None:
    body = refused().replace('"', '\\"').replace("\n", "\\n")
    export = (
        f'[{{"number":7,"title":"t","body":"{body}","author":{{"login":"x"}},"comments":[{{"author":{{"login":"y"}},'
    )
    rows = rows_of("-", piped=f'{export}"body":"{body}"}}]}}]'.encode())

    assert [(case.case, case.issue, case.certainty) for case in cases(rows)] == [
        ("issue #7, reporter 1", "#7", "possible"),
        ("issue #7, reporter 2", "#7", "possible"),
    ]


def test_per_case_leaves_findings_out_and_keeps_the_cases_as_they_are(tmp_path: Path) -> None:
    folder = written(tmp_path, {"1/a.txt": refused()})

    assert findings(rows_of(folder, with_findings=False)) == []
    assert cases(rows_of(folder, with_findings=False)) == cases(rows_of(folder))


def test_a_case_tells_what_reports_of_one_fault_may_share(tmp_path: Path) -> None:
    text = log(
        "Initializing HTTP transport to https://mcp.notion.com/mcp",
        'Token refresh failed: {"error":"invalid_grant","error_description":"no"}',
    )
    (case,) = cases(rows_of(written(tmp_path, {"1/a.txt": text})))

    assert (case.providers, case.client_versions) == (("notion",), ("2.1.331",))


def test_problems_of_the_members_of_an_archive_are_one_row_of_the_archive() -> None:
    told = [Problem(origin=f"a.zip!{n}", what="is damaged", hint="Pack it anew.") for n in range(9)]

    (row,) = judging._problem_rows("a.zip", told)  # noqa: SLF001 - the rule, without nine damaged members

    assert (row.file, row.what, row.hint) == (
        "a.zip",
        "0: is damaged; 1: is damaged; 2: is damaged; and 6 more",
        "Pack it anew.",
    )


def test_a_log_in_an_archive_is_a_case(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.zip": zipped({"a.txt": refused().encode()})})

    assert [case.signature for case in cases(rows_of(folder))] == [UNREACHABLE]


def test_a_case_that_cannot_be_judged_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = judging.judge

    def failing(named: list[judging.Named], *rest: object, **more: object) -> object:
        if any(one.name == "2" for one in named):
            raise ZeroDivisionError
        return judge(named, *rest, **more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(work, "judge", failing)
    rows = rows_of(written(tmp_path, {f"{number}/a.txt": refused() for number in range(5)}))

    assert [case.case for case in cases(rows)] == ["0", "1", "3", "4"]
    assert [(row.case, row.what) for row in problems(rows)] == [("2", "could not be judged: ZeroDivisionError")]


def test_outcomes_of_the_parts_of_a_batch_merge_to_that_of_the_whole(tmp_path: Path) -> None:
    from mcplog.sources.units import units_of  # noqa: PLC0415 - beside its one use

    units = tuple(
        units_of([str(written(tmp_path, {"1/a.txt": refused(), "2/a.txt": healthy(), "3/a.txt": healthy()}))])
    )
    batch = work.Batch(number=4, first=10, units=units)
    setting = work.Setting(key=b"k")

    parts = [work.work_on(one, setting) for one in batch.single()]
    whole = work.work_on(batch, setting)

    assert (work.merged(batch, parts).lines, work.merged(batch, parts).batch) == (whole.lines, 4)
    assert ProblemRow not in {type(row) for row in rows_of(tmp_path)}
