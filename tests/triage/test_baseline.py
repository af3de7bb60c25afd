"""compared: what is new, gone or changed since another triage."""

from mcplog.triage.baseline import Baseline, Change, compared
from mcplog.triage.rows import Row
from tests.triage.row_values import SIGNATURE, finding, incident, quiet


def test_new_gone_and_changed_cases_are_told_apart() -> None:
    before: list[Row] = [incident("same"), finding("same"), quiet("gone"), incident("healed"), quiet("broke")]
    now: list[Row] = [incident("same", cause="Other words."), quiet("healed"), incident("broke"), incident("new")]

    assert compared(before, now) == Baseline(
        new=(Change(case="new", before="", now=SIGNATURE),),
        gone=(Change(case="gone", before="healthy", now=""),),
        changed=(
            Change(case="broke", before="healthy", now=SIGNATURE),
            Change(case="healed", before=SIGNATURE, now="healthy"),
        ),
        same=1,
    )


def test_cases_of_one_name_are_compared_in_their_order() -> None:
    assert compared([quiet("a"), incident("a")], [quiet("a"), quiet("a"), quiet("a")]) == Baseline(
        new=(Change(case="a", before="", now="healthy"),),
        changed=(Change(case="a", before=SIGNATURE, now="healthy"),),
        same=1,
    )
