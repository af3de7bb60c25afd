"""Where another run of the client begins inside of one document."""

import pytest

from mcplog.parse.entries import Parsed
from tests.parse.documents_of import UTC, debug_file, document, read

INIT = "[init] configureGlobalMTLS starting"
WATCH = "Watching for changes in setting files /home/user/.claude/settings.json..."
MDM = "MDM settings load completed in 1ms"
BEGINS = 'MCP server "s": Initializing HTTP transport to https://example.org/mcp'
SAVES = 'MCP server "s": Saving tokens'
OLDEST = 'MCP server "s": HTTP transport options: {"headers":{"User-Agent":"claude-code/1.0.128"}}'
OF_TWO_RUNS = [
    ("one that comes again", [WATCH, BEGINS, WATCH, BEGINS], [3]),
    ("one that comes too early", [INIT, BEGINS, WATCH, INIT, BEGINS], [4]),
    ("one behind records", [BEGINS, SAVES, WATCH, BEGINS], [3]),
    ("three runs of two generations", [WATCH, BEGINS, INIT, BEGINS, WATCH, MDM, INIT, BEGINS], [3, 7]),
]
OF_ONE_RUN = [
    ("each line once and in order", [MDM, INIT, BEGINS, WATCH, SAVES]),
    ("the lines of one that starts late", [BEGINS, SAVES]),
    ("a text that only speaks of it", [INIT, BEGINS, f"Read {INIT}", SAVES]),
    ("words that are said at any time", [WATCH, BEGINS, f"{WATCH} (debounce 50ms)", SAVES, f"{INIT} up", SAVES]),
    ("the oldest client, which shares one file", [BEGINS, OLDEST, WATCH, BEGINS, WATCH]),
]


def stamped(texts: list[str]) -> str:
    return "".join(f"{UTC} [DEBUG] {text}\n" for text in texts)


def bare(texts: list[str]) -> str:
    return "".join(f"[DEBUG] {text}\n" for text in texts)


def seams(parsed: Parsed) -> list[int]:
    return parsed.gaps.filter(reason="another-run")["line_from"].to_list()


@pytest.mark.parametrize(("texts", "lines"), [case[1:] for case in OF_TWO_RUNS], ids=[case[0] for case in OF_TWO_RUNS])
def test_another_run_begins_at(texts: list[str], lines: list[int]) -> None:
    assert seams(read(debug_file(stamped(texts)))) == seams(read(debug_file(bare(texts)))) == lines


@pytest.mark.parametrize("texts", [case[1] for case in OF_ONE_RUN], ids=[case[0] for case in OF_ONE_RUN])
def test_no_other_run_begins_in(texts: list[str]) -> None:
    assert seams(read(debug_file(bare(texts)))) == []


def test_line_ends_of_another_system_make_no_difference() -> None:
    text = stamped([WATCH, BEGINS, INIT, BEGINS, WATCH, INIT, BEGINS]).replace("\n", "\r\n")

    assert seams(read(debug_file(text))) == [3, 6]


def test_documents_that_are_read_together_are_told_apart() -> None:
    whole = [debug_file(bare([WATCH, BEGINS]), id_=number) for number in range(3)]

    assert seams(read(*whole)) == []


def test_the_reader_is_told_where_the_other_run_begins() -> None:
    (problem,) = read(debug_file(bare([WATCH, BEGINS, WATCH, BEGINS]))).problems

    assert (problem.what, problem.line) == ("another run of the client begins in the middle of it", 3)


@pytest.mark.parametrize(
    ("between", "second", "lines"),
    [
        ("```\n### After a restart\n```", BEGINS, [7]),
        ("### After a restart", BEGINS, [5]),
        ("and then", BEGINS, []),
        ("```\nand then\n```", SAVES, []),
        (f"[DEBUG] {INIT}", SAVES, [4]),
        (f"[DEBUG] {MDM}", SAVES, []),
    ],
    ids=["a fence", "a heading", "words", "a part that goes on", "what a run says once", "other words"],
)
def test_in_a_paste_a_part_is_another_run_when_it_begins_like_one(between: str, second: str, lines: list[int]) -> None:
    text = f"This is the log.\n```\n[DEBUG] {BEGINS}\n{between}\n[DEBUG] {second}\n```\n"

    assert seams(read(document(text, name="issue.md"))) == lines


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (("41", "42", "43"), []),
        (("41", "42", "40", "43"), [3]),
        (("41", "42", "41"), []),  # a second is not more than lines of one run may be out of their order
        (("45", "46", "41", "42", "30", "31"), [3, 5]),
    ],
)
def test_a_clock_that_goes_back_is_of_another_run(clocks: tuple[str, ...], expected: list[int]) -> None:
    text = "".join(f"2026-11-25T00:36:{second}.901Z [DEBUG] {SAVES}\n" for second in clocks)

    assert seams(read(document(text))) == expected


def test_a_run_that_says_that_it_starts_has_one_seam() -> None:
    lines = [("45", INIT), ("46", BEGINS), ("41", INIT), ("42", BEGINS), ("43", SAVES)]
    text = "".join(f"2026-11-25T00:36:{second}.901Z [DEBUG] {said}\n" for second, said in lines)

    assert seams(read(debug_file(text))) == [3]


def test_clocks_of_several_documents_are_not_compared() -> None:
    later, earlier = (f"2026-11-25T0{hour}:36:43.901Z [DEBUG] {SAVES}\n" * 2 for hour in (2, 1))

    assert seams(read(document(later), document(earlier, id_=1))) == []
