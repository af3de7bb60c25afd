"""contexts_of: the lines around each line of a proof."""

import mcplog
from mcplog.report.context import AFTER, BEFORE, contexts_of
from mcplog.report.view import report_v1


def test_each_line_of_a_proof_stands_among_its_neighbours() -> None:
    analysis = mcplog.analyze(["samples/race"])
    report = report_v1(analysis, tool_version="1")
    contexts = contexts_of(analysis)
    proven = {(item.file, item.line) for found in report.findings for item in found.evidence if item.byte_to}

    assert proven <= set(contexts)
    assert [
        (key, [one.line for one in lines])
        for key, lines in contexts.items()
        if [one.line for one in lines if one.is_it] != [key[1]]
        or [one.line for one in lines] != sorted(one.line for one in lines)
        or len(lines) > BEFORE + AFTER + 1
    ] == []


def test_without_a_finding_there_is_nothing_to_show() -> None:
    assert contexts_of(mcplog.analyze(["samples/healthy"])) == {}
