"""clusters_of: cases of one signature, with what most of them share beyond it."""

from mcplog.triage.clusters import clusters_of, largest_first
from tests.triage.row_values import SIGNATURE, incident, quiet


def test_cases_of_one_signature_are_one_cluster_in_their_order() -> None:
    found = clusters_of([incident("b"), quiet("x"), incident("a"), incident("c", signature="other/client")])

    assert {signature: cluster.cases for signature, cluster in found.items()} == {
        SIGNATURE: ["b", "a"],
        "other/client": ["c"],
    }


def test_one_case_alone_is_no_duplicate() -> None:
    found = clusters_of([incident("a"), incident("b", signature="x/client"), incident("c", signature="x/client")])

    assert [cluster.signature for cluster in largest_first(found)] == ["x/client"]


def test_what_four_of_five_share_is_told_and_what_three_share_is_not() -> None:
    codes = [("invalid_grant",)] * 4 + [()]
    rungs = ["use"] * 3 + ["reach", ""]
    cases = [incident(str(n), oauth_errors=codes[n], rung=rungs[n]) for n in range(5)]

    assert clusters_of(cases)[SIGNATURE].shared() == [
        ("client", "2.1.331", 5),
        ("state at the end", "broken", 5),
        ("certainty", "confirmed", 5),
        ("OAuth error", "invalid_grant", 4),
    ]
