"""The `eql` package finds a sequence for the same keys: sequences with keys, conditions, maxspan, runs and until.

EQL uses a state up when it matches, so it counts fewer matches; whether a key has any is the same. Nothing is unknown
here, as EQL knows only true and false, and its missing events are left out: the package lets any other event stand in.
"""

import eql
from hypothesis import given
from hypothesis import strategies as st

from mcplog.rules import evaluate
from tests.rules.given import documents, facts, row, rule

KINDS = ("token_saved", "connected", "refresh_failed")
CONDITIONS = (
    "true",
    "true",
    "true",
    "http_status == 401",
    "http_status != 401",
    "http_status > 400 and not http_status == 500",
)
TICKS = 10_000_000  # a second, in the package's units

brackets = st.builds(
    lambda kind, condition: f"[{kind} where {condition}]", st.sampled_from(KINDS), st.sampled_from(CONDITIONS)
)
steps = st.builds(
    lambda text, runs: text + (f" with runs={runs}" if runs > 1 else ""), brackets, st.sampled_from([1, 1, 1, 1, 2, 3])
)
events = st.lists(
    st.tuples(
        st.sampled_from((*KINDS, *KINDS, "tokens_cleared")), st.sampled_from("ab"), st.sampled_from([401, 404, 500])
    ),
    min_size=8,
    max_size=40,
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    body = " ".join(draw(st.lists(steps, min_size=2, max_size=3)))
    span = draw(st.sampled_from(["", " with maxspan=3s", " with maxspan=7s"]))
    until = draw(
        st.sampled_from(["", " until [tokens_cleared where true]", " until [tokens_cleared where http_status == 401]"])
    )
    return f"sequence by server{span} {body}{until}"


def keys_by_eql(query: str, stream: list[tuple[str, str, int]]) -> set[str]:
    engine = eql.PythonEngine()
    with eql.parser.elasticsearch_syntax, eql.parser.allow_runs:
        engine.add_query(eql.parse_query(query))
    found: set[str] = set()
    engine.add_output_hook(lambda matched: found.update(event.data["server"] for event in matched.events))
    engine.stream_events(
        eql.Event(kind, second * TICKS, {"server": server, "http_status": status})
        for second, (kind, server, status) in enumerate(stream)
    )
    engine.finalize()
    return found


@given(query=queries(), stream=events)
def test_the_same_keys_have_a_match(query: str, stream: list[tuple[str, str, int]]) -> None:
    table = facts(
        *(row(kind, second, server=server, http_status=status) for second, (kind, server, status) in enumerate(stream))
    )

    findings = evaluate([rule(query)], table, documents=documents())

    assert {item.server for item in findings} == keys_by_eql(query, stream)
    assert {str(item.certainty) for item in findings} <= {"confirmed"}
