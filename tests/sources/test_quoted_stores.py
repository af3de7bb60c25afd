"""Stores that people quote in an issue: pieces, annotated, as Python prints them, cut off; each on its own lines."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mcplog.model.finding import Finding
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import all_rules, run
from mcplog.rules.findings import STATE
from mcplog.sources import gather
from mcplog.sources.gather import NO_STORE
from mcplog.sources.quoted_stores import quoted_stores
from tests.sources.trees import LOG, found, plant

KEY = "notes|d9d8866736bfc662"
ENTRY = {"serverName": "notes", "serverUrl": "https://notes.example/mcp", "accessToken": "AT", "expiresAt": 17}
WHOLE = {"mcpOAuth": {KEY: ENTRY}}
PRETTY = json.dumps(WHOLE, indent=2)
ARROW = PRETTY.replace('"AT",', '"AT",     <-- this one is new')
QUOTED = PRETTY.replace("\n", "\n> ")
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "401-after-sign-in"


def stores_in(text: str) -> list[object]:
    return [json.loads(store) for store in quoted_stores(text)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(WHOLE), id="one line"),
        pytest.param(f"My store:\n\n```json\n{PRETTY}\n```\nThanks", id="fenced"),
        pytest.param(f"> My store:\n> {QUOTED}\n\nThanks", id="quoted"),
        pytest.param(f"```\n{ARROW}\n```", id="arrow"),
        pytest.param(PRETTY.replace('"AT",', '"AT", // this one is new'), id="comment"),
        pytest.param(PRETTY.replace('"AT",', '"AT"'), id="comma lost"),
        pytest.param(PRETTY.replace("17", "17,"), id="comma more"),
        pytest.param(f"print(store)\n{WHOLE}\n", id="python"),
        pytest.param(f"don't look\n{PRETTY}\nisn't it", id="prose around"),
    ],
)
def test_a_store_is_found_however_it_is_written(text: str) -> None:
    assert stores_in(text) == [WHOLE]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(PRETTY[PRETTY.index('"mcpOAuth"') : -2], {**WHOLE, "…": "…"}, id="section alone"),
        pytest.param(PRETTY[PRETTY.index(f'"{KEY}"') : -6], {KEY: ENTRY, "…": "…"}, id="entry with its key"),
        pytest.param(json.dumps(ENTRY), ENTRY, id="entry alone"),
        pytest.param(
            f'{{"mcpOAuth": {{"{KEY}": {{…}}, ...}}}}',
            {"mcpOAuth": {KEY: {"…": "…"}, "…": "…"}},
            id="left out",
        ),
        pytest.param(
            PRETTY[: PRETTY.index('"expiresAt"')],
            {"mcpOAuth": {KEY: {**{name: ENTRY[name] for name in list(ENTRY)[:3]}, "…": "…"}, "…": "…"}, "…": "…"},
            id="cut",
        ),
        pytest.param(
            '{"serverUrl": "https://a.example/", "accessToken": <redacted>, "expiresAt": 17}',
            {"serverUrl": "https://a.example/", "accessToken": "[REDACTED]", "expiresAt": 17},
            id="hidden",
        ),
    ],
)
def test_what_is_not_shown_is_marked(text: str, told: object) -> None:
    assert stores_in(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        "No store at all: { } and 'words' don't count.",
        '{"mcpServers": {"notes": {"type": "http", "url": "https://notes.example/mcp"}}}',
        '{"serverUrl": "https://notes.example/mcp"}',
        'The client\'s "mcpOAuth" section was empty.',
        '{"jsonrpc": "2.0", "error": {"code": -32001}}',
        r"{\"accessToken\": \"\", \"serverUrl\": \"https://a.example\"}",
    ],
)
def test_what_is_no_store_is_left_alone(text: str) -> None:
    assert stores_in(text) == []


def test_a_number_that_no_client_writes_is_taken_for_a_hidden_value() -> None:
    (store,) = stores_in(json.dumps(ENTRY).replace("17}", f"{'1' * 5000}}}"))

    assert store == {**ENTRY, "expiresAt": "[REDACTED]"}


def test_a_value_stands_on_its_line_of_the_text() -> None:
    text = f"Title\n\n```json\n{PRETTY}\n```\n"

    (store,) = quoted_stores(text)

    names = ("mcpOAuth", KEY, "accessToken", "expiresAt")
    lines = [[line_of(name, one) for name in names] for one in (text, store)]
    assert lines[0] == lines[1]


def line_of(name: str, text: str) -> int:
    return next(number for number, line in enumerate(text.split("\n")) if f'"{name}"' in line)


@given(st.text(alphabet="{}[]\":,.\\'`~>|…\n </-#0aA“”", max_size=200), st.integers(0, len(PRETTY)))
def test_whatever_stands_around_it_each_store_is_json(noise: str, at: int) -> None:
    for store in quoted_stores(f"{noise}{PRETTY[:at]}{noise}{PRETTY[at:]}"):
        assert isinstance(json.loads(store), dict)


# --- as the stores of a case ---


def test_a_text_with_a_store_in_it_is_its_own_store(tmp_path: Path) -> None:
    plant(tmp_path, {"issue.md": b"It fails:\n\n> " + LOG + b"\n\n```\n" + PRETTY.encode() + b"\n```\n"})

    inputs = found(tmp_path / "issue.md", home=tmp_path)

    assert [dump.origin for dump in inputs.dumps] == [inputs.documents[0].origin]
    assert NO_STORE not in inputs.notes


def test_a_store_of_its_own_counts_more_than_a_quote(tmp_path: Path) -> None:
    quote = b"It fails:\n\n> " + LOG + b"\n" + PRETTY.encode()
    plant(tmp_path, {"issue.md": quote, "credentials.json": json.dumps(WHOLE).encode()})

    inputs = found(tmp_path, home=tmp_path)

    assert [Path(dump.origin).name for dump in inputs.dumps] == ["credentials.json"]


def test_quotes_of_the_same_entries_are_one_store_and_others_are_not(tmp_path: Path) -> None:
    other, emptied = json.dumps(WHOLE).replace("notes", "tasks"), json.dumps(WHOLE).replace('"AT"', '""')
    text = f"It fails:\n> {LOG.decode()}\n\n{PRETTY}\nthen\n{emptied}\nand\n{other}\n"

    inputs = gather(["-"], environment={}, home=tmp_path, stdin=io.BytesIO(text.encode()))

    assert [dump.store_id for dump in inputs.dumps] == [0, 0, 1]


def test_what_a_quote_shows_never_confirms(tmp_path: Path) -> None:
    stores = sorted((SAMPLE / "credentials").iterdir())
    quote = b"It fails\n\n" + b"".join(b"```\n" + store.read_bytes() + b"\n```\n" for store in stores)
    plant(tmp_path, {"quote.md": quote})

    named = gather([SAMPLE], environment={}, home=tmp_path, stdin=None)
    quoted = gather([tmp_path / "quote.md"], environment={}, home=tmp_path, stdin=None)
    text = replace(quoted.documents[0], document_id=len(named.documents))
    sure = run(named.documents, named.dumps, all_rules(), key=bytes(32)).findings
    told = run((*named.documents, text), quoted.dumps, all_rules(), key=bytes(32)).findings

    assert Certainty.CONFIRMED in {finding.certainty for finding in sure}
    assert {finding.certainty for finding in told if rests_on_store(finding)} == {Certainty.POSSIBLE}


def rests_on_store(finding: Finding) -> bool:
    return any(item.kind == STATE for item in finding.evidence)
