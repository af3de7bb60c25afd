"""Debug files of every generation: which records are entries, what they say, where they stand."""

from datetime import UTC as ZONE
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.document import Document, Memory
from mcplog.parse import debug_chunks as quick
from tests.parse.documents_of import SESSION, UTC, cited, debug_file, document, read, told

NOISE = f"{UTC} [DEBUG] Writing to temp file: /home/user/.claude.json.tmp.1.2\n"
TOKENS = f'{UTC} [DEBUG] MCP server "figma": Returning tokens\n'


def test_a_stamped_record_gives_instant_level_server_and_message() -> None:
    parsed = read(debug_file(NOISE + TOKENS))

    assert parsed.entries.row(0, named=True) == {
        "document_id": 0,
        "entry_id": 0,
        "line_from": 2,
        "line_to": 2,
        "byte_from": len(NOISE),
        "byte_to": len(NOISE + TOKENS) - 1,
        "event_at": datetime(2026, 11, 25, 0, 36, 43, 901_000, tzinfo=ZONE),
        "time_basis": "recorded",
        "level": "debug",
        "confidence": "recorded",
        "server": "figma",
        "session_id": SESSION,
        "message": "Returning tokens",
    }


def test_a_record_without_stamp_has_its_order_alone() -> None:
    parsed = read(debug_file('[DEBUG] MCP server "figma": Returning tokens\n'))

    assert told(parsed, "event_at", "time_basis", "level", "message") == [(None, "order", "debug", "Returning tokens")]


def test_the_error_form_has_no_colon_behind_the_name() -> None:
    parsed = read(debug_file(f'{UTC} [ERROR] MCP server "figma" Connection failed: x\n'))

    assert told(parsed, "level", "server", "message") == [("error", "figma", "Connection failed: x")]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ('[MCP] Server "figma" connected with subscribe=false', "figma"),
        ("[claudeai-mcp] Disabled via gate", None),
        ("mcp runtime arm: v2 (source: default)", None),
        ("mcp_tool tool error (5ms): code=x type=Y errorChars=3", None),
        ("[STARTUP] MCP configs resolved in 4ms (awaited at +5ms)", None),
        ("1 setup issue: MCP (run /mcp for details)", None),
    ],
)
def test_records_about_mcp_that_are_not_a_servers_keep_their_whole_text(text: str, server: str | None) -> None:
    parsed = read(debug_file(f"{NOISE}{UTC} [DEBUG] {text}\n"))

    assert told(parsed) == [(server, text)]


@pytest.mark.parametrize(
    "text",
    [
        "Getting matching hook commands for PreToolUse with query: mcp__notion__search",
        'Tool result: MCP server "figma": Returning tokens',
        "Artifacts MCP server not added: artifact_tool_off (login)",
        "attribution header x-anthropic-billing-header: cc_version=2.1.30.583; cc_entrypoint=cli;",
    ],
)
def test_records_that_only_mention_mcp_are_no_entries(text: str) -> None:
    assert told(read(debug_file(f"{UTC} [DEBUG] {text}\n"))) == []


def test_a_tool_error_names_the_server_that_its_tool_belongs_to_when_only_one_can_be_meant() -> None:
    line = f"{UTC} [DEBUG] mcp__my_server__echo tool error (35ms): fetch failed\n"

    assert told(read(debug_file(line), known=["my server"]), "server") == [("my server",)]
    assert told(read(debug_file(line), known=["my server", "my.server"]), "server") == [(None,)]


def test_raw_further_lines_belong_to_the_record_and_blank_ones_at_its_end_do_not() -> None:
    text = f'{UTC} [ERROR] MCP server "x" Server stderr: a\n  b\n\nc\n\n\n{NOISE}'

    parsed = read(debug_file(text))

    assert told(parsed, "line_from", "line_to", "message") == [(1, 4, "Server stderr: a\n  b\n\nc")]
    assert cited(parsed, debug_file(text)) == [text[: text.index("\n\n\n")].encode()]


def test_a_record_quoted_as_json_is_unquoted() -> None:
    parsed = read(debug_file(f'{UTC} [ERROR] "MCP server \\"x\\" Server stderr: a\\nb"\n'))

    assert told(parsed) == [("x", "Server stderr: a\nb")]


def test_a_quoted_record_is_unquoted_where_another_programs_line_stands_behind_it() -> None:
    parsed = read(debug_file(f'{UTC} [ERROR] "MCP server \\"x\\" Server stderr: a\\nb"\nanother program\n{NOISE}'))

    assert told(parsed) == [("x", "Server stderr: a\nb")]


def test_a_record_that_begins_with_a_quotation_and_goes_on_is_whole() -> None:
    text = '"MCP server \\"x\\" Server stderr: a" and more'
    parsed = read(debug_file(f"{UTC} [ERROR] {text}\n{NOISE}"))

    assert told(parsed) == [(None, text)]


def test_a_quotation_that_is_cut_stays_as_it_stands() -> None:
    parsed = read(debug_file(f'{UTC} [ERROR] "MCP server \\"x\\" Server stderr: a\n{NOISE}'))

    assert told(parsed) == [(None, '"MCP server \\"x\\" Server stderr: a')]


def test_a_foreign_level_in_the_output_of_a_server_begins_no_record_in_a_stamped_file() -> None:
    parsed = read(debug_file(f'{UTC} [ERROR] MCP server "x" Server stderr: a\n[DEBUG] MCP server "y": b\n{NOISE}'))

    assert told(parsed) == [("x", 'Server stderr: a\n[DEBUG] MCP server "y": b')]


def test_a_day_that_does_not_exist_is_no_instant() -> None:
    parsed = read(debug_file(TOKENS.replace("11-25", "02-31") + TOKENS.replace("T00", "T24")))

    assert told(parsed, "event_at", "time_basis") == [(None, "order"), (None, "order")]


def test_crlf_cr_and_nul_leave_text_and_places_true() -> None:
    source = debug_file(
        f'{NOISE}{UTC} [DEBUG] MCP server "a": x\ry\n{UTC} [DEBUG] MCP server "b\0": z\n'.replace("\n", "\r\n")
    )

    parsed = read(source)

    assert told(parsed) == [("a", "x\ry"), ("b\0", "z")]
    assert cited(parsed, source) == [
        f'{UTC} [DEBUG] MCP server "a": x\ry'.encode(),
        f'{UTC} [DEBUG] MCP server "b\0": z'.encode(),
    ]


def test_a_byte_order_mark_is_skipped_and_counted() -> None:
    source = debug_file(b"\xef\xbb\xbf" + TOKENS.encode())

    parsed = read(source)

    assert told(parsed, "server", "byte_from") == [("figma", 3)]
    assert parsed.documents.item(0, "encoding") == "utf-8-sig"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_is_read_and_cited_by_its_own_bytes(encoding: str, mark: str) -> None:
    source = debug_file((mark + NOISE + TOKENS.replace("figma", "сервер 🦊")).encode(encoding))

    parsed = read(source)

    assert told(parsed) == [("сервер 🦊", "Returning tokens")]
    assert [data.decode(encoding) for data in cited(parsed, source)] == [TOKENS.replace("figma", "сервер 🦊")[:-1]]


def test_one_bad_byte_costs_nothing_but_itself() -> None:
    source = debug_file(NOISE.encode() + TOKENS.replace("tokens", "t").encode()[:-1] + b"\xff\n" + TOKENS.encode())

    parsed = read(source)

    assert told(parsed) == [("figma", "Returning t\ufffd"), ("figma", "Returning tokens")]
    assert parsed.gaps.height == 0
    assert [problem.what for problem in parsed.problems] == ["1 line holds bytes that are not UTF-8"]


def test_a_line_of_bad_bytes_that_could_have_been_a_record_is_a_gap() -> None:
    parsed = read(debug_file(NOISE.encode() + b"\xff\xfe\x80 damaged\n" + TOKENS.encode()))

    assert parsed.gaps.rows() == [(0, 2, 2, len(NOISE), len(NOISE) + 11, "undecodable")]


def test_colours_in_the_head_of_a_line_do_not_hide_it() -> None:
    source = debug_file(TOKENS.replace("[DEBUG]", "\x1b[2m[DEBUG]\x1b[0m") + NOISE)

    parsed = read(source)

    assert told(parsed) == [("figma", "Returning tokens")]
    assert cited(parsed, source) == [source.content.slice(0, source.content.size).split(b"\n")[0]]


def test_a_long_text_is_cut_and_told_and_its_place_stays_whole() -> None:
    source = debug_file(f'{UTC} [ERROR] MCP server "x" Server stderr: {"y" * 100_000}\n{TOKENS}')

    parsed = read(source)

    assert parsed.entries["message"].str.len_bytes().to_list() == [
        64 * 1024 - len(f'{UTC} [ERROR] MCP server "x" '),
        16,
    ]
    assert len(cited(parsed, source)[0]) > 100_000
    assert [problem.what for problem in parsed.problems] == ["1 line was too long to be read whole"]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in blocks of 300 bytes, so that every seam is met."""
    for name, value in (("BLOCK_BYTES", 300), ("SEARCH_BYTES", 250), ("MESSAGE_BYTES", 200)):
        monkeypatch.setattr(quick, name, value)
    monkeypatch.setattr("mcplog.parse.debug_entries.SMALL_BYTES", 0)


@pytest.mark.usefixtures("small_blocks")
def test_a_document_read_in_blocks_gives_what_it_gives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(
        f'{NOISE}{TOKENS}{UTC} [ERROR] MCP server "é{n}" Server stderr: a\n  ü{n}\n{NOISE * (n % 3)}' for n in range(20)
    )
    in_blocks = read(debug_file(text))
    monkeypatch.undo()

    whole = read(debug_file(text))

    assert in_blocks.entries.equals(whole.entries)
    assert in_blocks.documents.equals(whole.documents)


PIECES = [NOISE, TOKENS, f'{UTC} [ERROR] MCP server "é" Server stderr: a\n  b\n', "\n", "a\rb\n", "\x0b\u2028\x85\n"]
PIECES += [piece.replace("\n", "\r\n") for piece in PIECES] + ["x\r\r\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([b"", b"\r", b"x", b"\xff", b"\xff\n"]))
def test_few_lines_are_split_as_many_are(pieces: list[str], end: bytes) -> None:
    source = debug_file(NOISE.encode() + "".join(pieces).encode() + end)
    few = read(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.parse.debug_lines.FEW_BYTES", 0)
        many = read(source)

    assert few.entries.equals(many.entries)
    assert few.documents.equals(many.documents)
    assert few.gaps.equals(many.gaps)


@pytest.mark.usefixtures("small_blocks")
def test_a_line_longer_than_a_block_costs_its_end_alone() -> None:
    text = f"{NOISE}{UTC} [DEBUG] Tool result: {'x' * 2000}\n{TOKENS}{TOKENS[:-1]} {'y' * 2000}\n{TOKENS}"

    parsed = read(debug_file(text))

    assert told(parsed, "line_from") == [(3,), (4,), (5,)]
    assert parsed.gaps.height == 0
    assert parsed.documents.item(0, "line_count") == 5


def test_many_documents_keep_their_own_lines_names_and_versions() -> None:
    head = f"{UTC} [DEBUG] attribution header x-anthropic-billing-header: cc_version=2.1.{{}}.5; x\n"
    sources = [debug_file(head.format(n) + NOISE * n + TOKENS.replace("figma", f"s{n}"), id_=n) for n in range(5)]

    parsed = read(*sources)

    assert told(parsed, "document_id", "entry_id", "line_from", "server") == [(n, 0, n + 2, f"s{n}") for n in range(5)]
    assert parsed.documents["client_version"].to_list() == [f"2.1.{n}" for n in range(5)]
    assert [cited(parsed, source) for source in sources] == [
        [TOKENS.replace("figma", f"s{n}")[:-1].encode()] for n in range(5)
    ]


def test_the_client_version_is_taken_from_a_user_agent_too() -> None:
    options = '{"url":"u","headers":{"User-Agent":"claude-code/2.0.75 (cli)"}}'

    parsed = read(debug_file(f'[DEBUG] MCP server "x": HTTP transport options: {options}\n'))

    assert parsed.documents.item(0, "client_version") == "2.0.75"


def test_what_a_document_covers_is_known_from_all_its_records() -> None:
    later = NOISE.replace("00:36", "00:59")

    parsed = read(debug_file(NOISE + TOKENS + later))

    assert parsed.documents.select("covers_from", "covers_to", "line_count", "session_id").row(0) == (
        datetime(2026, 11, 25, 0, 36, 43, 901_000, tzinfo=ZONE),
        datetime(2026, 11, 25, 0, 59, 43, 901_000, tzinfo=ZONE),
        3,
        SESSION,
    )


@pytest.mark.parametrize(
    ("text", "late"),
    [
        (f"{UTC} [DEBUG] MDM settings load completed in 1ms\n", False),
        (f'{UTC} [DEBUG] MCP server "x": Initializing HTTP transport to https://x\n', False),
        (f'{NOISE}{UTC} [DEBUG] MCP server "x": Calling MCP tool: y\n', True),
        (f"of a record\n{NOISE * 3}", True),
        (NOISE, None),
        (f'{NOISE}{UTC} [DEBUG] MCP server "x": something never seen\n', None),
    ],
)
def test_a_document_starts_late_when_its_first_words_say_so(text: str, late: bool | None) -> None:  # noqa: FBT001 - a case
    assert read(debug_file(text)).documents.item(0, "starts_late") is late


@pytest.mark.parametrize(("end", "early"), [(NOISE, False), (NOISE[:-1], None), (NOISE[:10], True), (NOISE[:28], True)])
def test_a_document_ends_early_when_its_last_record_is_torn(end: str, early: bool | None) -> None:  # noqa: FBT001 - a case
    assert read(debug_file(NOISE + end)).documents.item(0, "ends_early") is early


def test_a_document_that_a_cap_cut_ends_early() -> None:
    cut = Document(document_id=0, origin="x", content=Memory(NOISE.encode()), name="x.txt", truncated_by="member size")

    assert read(cut).documents.item(0, "ends_early") is True


def test_an_empty_document_is_empty() -> None:
    parsed = read(document(b""), document(b"\n\n", id_=1))

    assert parsed.documents.select("format", "line_count").rows() == [("empty", 0), ("empty", 0)]
    assert parsed.entries.height == 0


@pytest.mark.parametrize("mark", ["[...]", "...", "[… 120 lines omitted …]", "<snip>", "[omitted]"])
def test_a_mark_of_omission_is_a_gap_and_no_part_of_the_record_before_it(mark: str) -> None:
    text = f"{TOKENS}{mark}\n  the rest of something\n{NOISE}{mark}\n{TOKENS}"

    parsed = read(debug_file(text))

    assert told(parsed, "line_from", "line_to", "message") == [(1, 1, "Returning tokens"), (6, 6, "Returning tokens")]
    assert parsed.gaps.select("line_from", "line_to", "reason").rows() == [(2, 2, "cut"), (5, 5, "cut")]


def test_dots_in_a_text_are_no_mark_of_omission() -> None:
    text = f'{TOKENS}{UTC} [DEBUG] ...\n{UTC} [ERROR] MCP server "figma" Server stderr: a\n    ...\nb...\n{TOKENS}'

    parsed = read(debug_file(text))

    assert told(parsed, "line_from", "line_to") == [(1, 1), (3, 5), (6, 6)]
    assert parsed.gaps.height == 0


def test_many_colours_in_the_head_of_a_record_do_not_make_it_part_of_the_one_before() -> None:
    coloured = UTC[:3] + "\x1b[2m" * 40 + UTC[3:]
    log = (
        f'\x1b[2m{UTC} [DEBUG] MCP server "s": Parsed URL: x\nmore\n{coloured} [DEBUG] MCP server "s": Saving tokens\n'
    )

    places = read(debug_file(log)).entries.select("line_from", "line_to").rows()

    assert places == [(1, 2), (3, 3)]


@pytest.mark.parametrize("behind", [b"", b"2026-11-25T00:36:52.600Z [DEBUG] Fast mode unavailable\n"])
def test_a_mark_of_omission_with_no_record_of_ours_behind_it_is_a_cut(behind: bytes) -> None:
    text = b'2026-11-25T00:36:52.551Z [DEBUG] MCP server "notes": Found client info\n[...]\n' + behind

    assert read(debug_file(text)).gaps["reason"].to_list() == ["cut"]
