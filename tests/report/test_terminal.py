"""The terminal report: its look at every width, and that no input can leave its place on a screen.

The looks are files under `__snapshots__`; after a wanted change write them with `pytest --snapshot-update` and read
every one of them.
"""

from unicodedata import normalize

import polars as pl
import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from mcplog.model.finding import Analysis, Diagnosis, HeldCredential, LadderRung, Moment, RedHerring
from mcplog.model.frames import DOCUMENTS
from mcplog.model.vocabulary import Party, Rung, RungState, Verdict
from mcplog.report.formats.terminal import render
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from tests.report.analyses import (
    ANCHOR,
    HEALTHY_SERVER,
    LOG,
    OPEN_SERVER,
    REFUSED_AFTER_AUTH,
    REFUSED_SERVER,
    analysis,
    at,
    many,
    place,
    refused,
)


class TextFile(SingleFileSnapshotExtension):
    """One text file a snapshot."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def look(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextFile)


def shown(result: Analysis, page: Page | None = None) -> str:
    return render(report_v1(result, tool_version="1"), page or Page())


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_an_incident_at_every_width(width: int, look: SnapshotAssertion) -> None:
    assert shown(refused(), Page(width=width)) == look


def test_an_incident_in_ascii(look: SnapshotAssertion) -> None:
    assert shown(refused(), Page(width=80, ascii_only=True)) == look


def test_an_incident_in_colour(look: SnapshotAssertion) -> None:
    assert shown(refused(), Page(width=80, colour="standard")) == look


def test_several_servers(look: SnapshotAssertion) -> None:
    assert shown(many(), Page(width=80)) == look


def test_a_healthy_server_alone(look: SnapshotAssertion) -> None:
    assert shown(analysis(HEALTHY_SERVER, verdict=Verdict.HEALTHY), Page(width=80)) == look


def test_no_server_at_all(look: SnapshotAssertion) -> None:
    assert shown(analysis(verdict=Verdict.NO_EVIDENCE), Page(width=80)) == look


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_page(width: int, ascii_only: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    lines = shown(many(), Page(width=width, ascii_only=ascii_only)).splitlines()

    assert max(map(cell_len, lines)) <= width


def test_colour_changes_nothing_but_colour() -> None:
    page = Page(width=80, colour="standard")
    screen = pyte.Screen(80, 400)
    pyte.Stream(screen).feed(shown(refused(), page).replace("\n", "\r\n"))

    assert [line.rstrip() for line in screen.display if line.strip()] == [
        line for line in shown(refused(), Page(width=80)).splitlines() if line.strip()
    ]


def test_many_servers_of_which_the_same_is_said_share_a_line() -> None:
    servers = [replace(HEALTHY_SERVER, server=f"s{number}") for number in range(4)]

    assert shown(analysis(*servers)).splitlines()[2:5] == [
        "HEALTHY  4 servers: Connected at 08:20:01, 12 tools.",
        "          s0, s1, s2, s3",
        "",
    ]


def test_of_very_many_servers_the_first_are_named_and_the_rest_counted() -> None:
    servers = [replace(HEALTHY_SERVER, server=f"s{number:04}") for number in range(1_234)]

    text = shown(analysis(*servers))

    assert text.count("s00") == 100
    assert "… and 1,134 more; --format json names them all" in text


def test_a_few_healthy_servers_take_a_line_each() -> None:
    servers = [replace(HEALTHY_SERVER, server=f"s{number}") for number in range(3)]

    lines = shown(analysis(*servers)).splitlines()

    assert [line.split(":")[0] for line in lines if line.startswith("HEALTHY")] == [
        "HEALTHY  s0",
        "HEALTHY  s1",
        "HEALTHY  s2",
    ]


@pytest.mark.parametrize(("count", "at_length"), [(2, 2), (3, 0)])
def test_more_than_two_undecided_servers_are_told_in_brief(count: int, at_length: int) -> None:
    servers = [replace(OPEN_SERVER, server=f"s{number}") for number in range(count)]

    text = shown(analysis(*servers))

    assert text.count("INCONCLUSIVE") == count
    assert text.count("collect   -") == at_length
    assert ("--server NAME" in text) == (at_length == 0)


def test_of_a_server_in_brief_it_is_said_where_it_stopped() -> None:
    rung = LadderRung(rung=Rung.AUTHORIZE, state=RungState.NOT_SEEN, responsible=Party.USER, note="needs a browser")
    servers = [replace(OPEN_SERVER, server=f"s{number}", first_rung_not_reached=rung) for number in range(3)]

    said = "No fault and no working connection; not seen: authorization request: needs a browser"

    assert f"INCONCLUSIVE  s0: {said}" in shown(analysis(*servers), Page(width=140))


def test_a_long_list_is_cut_and_says_how_much_is_left_out() -> None:
    lines = tuple(
        RedHerring(place=place(LOG, number), excerpt=f"line {number}", reason="harmless") for number in range(1, 101)
    )

    text = shown(analysis(replace(REFUSED_SERVER, red_herrings=lines)))

    assert '"line 3"' in text
    assert '"line 4"' not in text
    assert "… and 97 more (all in --format json)" in text


def test_of_a_long_minute_what_lies_around_the_decisive_row_is_shown() -> None:
    moments = tuple(
        Moment(event_at=at(number), lane="log", text=f"row {number}", place=place(LOG, number), decisive=number == 30)
        for number in range(1, 61)
    )

    text = shown(analysis(replace(REFUSED_SERVER, moments=moments)))

    assert [line.split("row ")[1].split()[0] for line in text.splitlines() if "│ row " in line] == [
        str(number) for number in range(24, 34)
    ]
    assert "… 50 rows around it left out: mcplog timeline --around 2026-11-25T08:20:30Z" in text


def test_of_a_later_state_of_the_store_only_what_differs_is_told() -> None:
    first = HeldCredential(moment="when refused", event_at=at(1), known=True, facts=(("a", "1"), ("b", "2")))
    last = HeldCredential(moment="at the end", event_at=at(2), known=True, facts=(("a", "1"), ("b", "3")))

    text = shown(analysis(replace(REFUSED_SERVER, credentials=(first, last))))

    assert "            a 1 · b 2\n" in text
    assert "            b 3 · the rest as before\n" in text


def test_two_cases_are_told_apart_by_where_their_logs_lie() -> None:
    second = replace(HEALTHY_SERVER, case_id=1)
    table = [
        {"document_id": 0, "case_id": 0, "origin": "first/debug/a.txt"},
        {"document_id": 1, "case_id": 0, "origin": "first/debug/b.txt"},
        {"document_id": 2, "case_id": 1, "origin": "second.log"},
    ]
    documents = pl.DataFrame([dict.fromkeys(DOCUMENTS) | row for row in table], schema=DOCUMENTS)
    text = shown(replace(analysis(HEALTHY_SERVER, second), documents=documents))

    assert [line for line in text.splitlines() if line.startswith("HEALTHY")] == [
        "HEALTHY  wiki (first/debug): Connected at 08:20:01, 12 tools.",
        "HEALTHY  wiki (second.log): Connected at 08:20:01, 12 tools.",
    ]


# Latin, wide and accented characters, and all that moves a cursor or hides. A lone combining mark is left out: pyte
# drops one behind a wide character.
PIECES = [*"ab :/.[]{}é日ก=-", "e\u0301", *"\x1b\x9b\x07\x08\r\n\t\u202e\u2066\u200b\ufe0f\ud800\U000e0041", "\x1b[2J"]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


@given(HOSTILE, HOSTILE, st.sampled_from([40, 60, 100]))
def test_no_input_leaves_its_place_on_the_screen(server: str, text: str, width: int) -> None:
    """What a terminal shows is, cell for cell, what was laid out: nothing moved, wiped or coloured it."""
    line = replace(ANCHOR, excerpt=text, place=place(text, 3), also_at=None)
    found = replace(REFUSED_AFTER_AUTH, server=server, cause=text, title=text, evidence=(line,), clauses=())
    hostile = Diagnosis(server=server, verdict=Verdict.INCIDENT, primary=found, summary=text, unknown=(text,))
    told = shown(analysis(hostile), Page(width=width))
    screen = pyte.Screen(width + 1, told.count("\n") + 1)  # +1: pyte wraps a combining mark behind a full line

    pyte.Stream(screen).feed(told.replace("\n", "\r\n"))

    assert [line.rstrip() for line in screen.display[: told.count("\n")]] == normalize("NFC", told).splitlines()
