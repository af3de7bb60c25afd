"""A debug file that lies in a case twice is read once."""

import pytest

from mcplog.model.document import Document
from mcplog.parse.copies import BLOCK_BYTES
from tests.parse.documents_of import SESSION, UTC, document, read, server_log, told

OTHER = "99999999-2222-4333-8444-555555555555"
TEXT = f'{UTC} [DEBUG] MCP server "s": Saving tokens\n'
BARE = '[DEBUG] MCP server "s": Saving tokens\n'


@pytest.mark.parametrize("names", [(f"{SESSION}.txt", "latest.txt"), ("a.txt", f"{SESSION}.txt"), ("a.txt", "b.txt")])
def test_what_is_a_copy_is_told_and_read_once(names: tuple[str, str]) -> None:
    parsed = read(*(document(TEXT, id_=number, name=name, folder="debug") for number, name in enumerate(names)))

    assert told(parsed, "document_id", "message") == [(0, "Saving tokens")]
    assert [(problem.origin, problem.what) for problem in parsed.problems] == [(names[1], f"is a copy of {names[0]}")]
    assert parsed.documents["line_count"].to_list() == [1, 0]


@pytest.mark.parametrize("names", [(f"{SESSION}.txt", "latest.txt"), ("latest.txt", f"{SESSION}.txt")])
def test_a_session_id_is_known_from_either_name(names: tuple[str, str]) -> None:
    parsed = read(*(document(TEXT, id_=number, name=name, folder="debug") for number, name in enumerate(names)))

    assert told(parsed, "session_id") == [(SESSION,)]
    assert parsed.documents["session_id"][0] == SESSION


LONG = TEXT * 9
LATER = TEXT.replace("Saving tokens", "Returning tokens")


@pytest.mark.parametrize("states", [(LONG, LONG + LATER), (LONG + LATER, LONG), (LONG[:-7], LONG + LATER)])
def test_an_earlier_state_of_a_log_is_told_and_not_read(states: tuple[str, str]) -> None:
    parsed = read(*(document(text, id_=number, name=f"{number}.txt") for number, text in enumerate(states)))

    longer = max((0, 1), key=lambda number: len(states[number]))
    assert parsed.entries["document_id"].unique().to_list() == [longer]
    assert [(problem.origin, problem.what) for problem in parsed.problems] == [
        (f"{1 - longer}.txt", f"is the beginning of {longer}.txt")
    ]
    assert parsed.documents["line_count"].to_list()[1 - longer] == 0
    assert parsed.gaps.is_empty()


def test_a_server_log_that_is_there_twice_is_read_once() -> None:
    text = f'{{"debug":"Saving tokens","timestamp":"{UTC}","sessionId":"{SESSION}","cwd":"/work"}}\n'
    parsed = read(*(server_log(text, server, id_=number) for number, server in enumerate(("s", "s", "t"))))

    assert told(parsed, "document_id", "server") == [(0, "s"), (2, "t")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            document(BARE, name=f"{SESSION}.txt", folder="debug"),
            document(BARE, id_=1, name=f"{OTHER}.txt", folder="debug"),
            id="two sessions that wrote the same, without times",
        ),
        pytest.param(
            document(TEXT, name="a.txt", folder="debug"),
            document(TEXT, id_=1, name="a.txt", folder="debug", case_id=1),
            id="in two cases",
        ),
        pytest.param(
            document(TEXT + TEXT, name="a.txt", folder="debug"),
            document(TEXT + TEXT.replace("Saving", "SAVING"), id_=1, name="b.txt", folder="debug"),
            id="of equal size",
        ),
        pytest.param(
            document(TEXT + "x" * BLOCK_BYTES + f"\n{TEXT}", name="a.txt", folder="debug"),
            document(
                TEXT + "x" * BLOCK_BYTES + f"\n{TEXT.replace('Saving', 'SAVING')}", id_=1, name="b.txt", folder="debug"
            ),
            id="different far behind the beginning",
        ),
    ],
)
def test_what_is_no_copy_is_read(one: Document, other: Document) -> None:
    parsed = read(one, other)

    assert set(parsed.entries["document_id"]) == {0, 1}
    assert not [problem for problem in parsed.problems if "copy" in problem.what]
