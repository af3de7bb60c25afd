"""Lines that a terminal broke at its edge are joined again."""

import pytest

from mcplog.parse.first_looks import may_be_wrapped
from tests.parse.documents_of import cited, document, read, told

COLUMNS = ("event_at", "level", "server", "message")
UTC = "2026-11-25T00:36:4{n}.100Z"
NOISE = f"{UTC} [DEBUG] {{word}} symlink or missing file encountered for settings.json at path: /home/user/{{n}}/x.json"
QUERY = (
    "client_id=c&code_challenge=x&code_challenge_method=S256&redirect_uri=http%3A%2F%2Flocalhost%3A4711%2Fcallback&s="
)
LINES = tuple(
    line.format(n=number, word=word)
    for number, word in enumerate(("a", "bc", "def", "ghij", "klmno", "pqrstu"))
    for line in (
        NOISE,
        f'{UTC} [DEBUG] MCP server "s": Authorization URL: https://{{word}}.example/authorize?{QUERY}{{n}}',
        f'{UTC} [DEBUG] MCP server "s": Saving tokens',
    )
)


def broken(lines: tuple[str, ...], width: int, *, fill: str = "") -> str:
    rows = [line[at : at + width] for line in lines for at in range(0, len(line), width)]
    return "".join(f"{row.ljust(width) if fill else row.rstrip(' ')}\n" for row in rows)


@pytest.mark.parametrize("width", [60, 79, 80, 100, 120, 132, 160])
@pytest.mark.parametrize("fill", ["", " "])
def test_what_was_broken_at_one_width_is_whole(width: int, fill: str) -> None:
    parsed = read(document(broken(LINES, width, fill=fill)))

    assert told(parsed, *COLUMNS) == told(read(document("\n".join(LINES) + "\n")), *COLUMNS)


def test_an_entry_is_cited_on_all_its_lines() -> None:
    source = document(broken(LINES, 80))
    parsed = read(source)

    assert told(parsed, "line_from", "line_to")[:2] == [(3, 5), (6, 6)]
    assert b"".join(cited(parsed, source)[0].split()) == LINES[1].replace(" ", "").encode()


def test_numbers_stand_before_the_first_part_of_a_line_alone() -> None:
    lines = tuple(f"{number:6d}\t{line}" for number, line in enumerate(LINES, 1))

    assert told(read(document(broken(lines, 120))), *COLUMNS) == told(read(document("\n".join(LINES) + "\n")), *COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "".join(f"{line}\n  {'x' * number}\n" for number, line in enumerate(LINES)),  # messages with line ends
        broken(LINES[:3], 120),  # two lines may be chance
        broken(LINES, 30),  # narrower than any screen
    ],
)
def test_what_has_no_one_width_is_left_as_it_is(text: str) -> None:
    parsed = read(document(text))

    assert all(
        first == last or "\n" in str(message)
        for first, last, message in told(parsed, "line_from", "line_to", "message")
    )


def test_few_lines_that_begin_nothing_are_no_reason_to_look_closer() -> None:
    assert may_be_wrapped(broken(LINES, 80).encode())
    assert not may_be_wrapped("\n".join(LINES).encode())
    assert not may_be_wrapped(b"")
