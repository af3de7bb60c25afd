"""Records that were cut at one column are told and not read."""

import pytest

from tests.parse.documents_of import document, read, told

UTC = "2026-11-25T00:36:4{n}.100Z"
LINES = tuple(
    line.format(n=number)
    for number in range(4)
    for line in (
        f"{UTC} [DEBUG] MDM settings load completed in 1ms and in a line that is longer than any of those below it are",
        f'{UTC} [DEBUG] MCP server "s": Saving tokens',
        f'{UTC} [DEBUG] MCP server "s": HTTP transport options: {{{{"url":"https://mcp.example/mcp","headers":{{{{}}}}}}}}',
        f'{UTC} [ERROR] MCP server "s" Connection failed: Streamable HTTP error: Server returned 403 after trying',
        f'{UTC} [DEBUG] MCP server "s": HTTP Connection failed after 4ms: Streamable HTTP error: Server said 40{{n}}',
    )
)


def cut(lines: tuple[str, ...], width: int, *, end: str = "\n") -> str:
    return "".join(f"{line[:width]}{end}" for line in lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_they_are_told_at_their_lines(end: str) -> None:
    parsed = read(document(cut(LINES, 90, end=end)))

    assert {message for (message,) in told(parsed, "message")} == {"Saving tokens"}
    assert parsed.gaps.select("line_from", "reason").rows()[:3] == [(3, "narrowed"), (4, "narrowed"), (5, "narrowed")]
    assert [(problem.line, problem.what) for problem in parsed.problems] == [
        (3, "12 lines were cut at one column, and are not read: give them whole")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\n".join(line for line in LINES if "options" in line),  # one message, as long each time
        cut(LINES, 20),
        cut(tuple(line for line in LINES if "{" not in line), 90),  # nothing shows that they break off
        "",
    ],
)
def test_whole_records_may_be_equally_long(text: str) -> None:
    assert read(document(text)).gaps.is_empty()


def test_one_document_may_be_cut_and_another_not() -> None:
    parsed = read(document(cut(LINES, 90)), document("\n".join(LINES), id_=1))

    assert parsed.gaps["document_id"].unique().to_list() == [0]
    assert parsed.entries.group_by("document_id", maintain_order=True).len().rows() == [(0, 4), (1, 16)]
