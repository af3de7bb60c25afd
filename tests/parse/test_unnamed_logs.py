"""Per-server logs outside of the folder that would name their server."""

from collections.abc import Mapping

from mcplog.model.document import Document
from mcplog.parse import read_entries, read_events
from mcplog.parse.unnamed_logs import with_names
from tests.parse.documents_of import SESSION, debug_file, document

KEY = bytes(32)
ADDRESS = "https://mcp.example/mcp"
ANOTHER = "https://other.example/mcp"


def log(*messages: str, id_: int, session: str = "s1", case_id: int = 0, second: int = 0) -> Document:
    """Return a per-server log that was attached alone."""
    records = [
        f'{{"debug":"{message}","timestamp":"2026-11-25T00:00:{second + number:02}.000Z","sessionId":"{session}"}}'
        for number, message in enumerate(messages)
    ]
    return document("\n".join(records) + "\n", id_=id_, name=f"log-{id_}.jsonl", folder="files", case_id=case_id)


def debug(*lines: tuple[int, str, str], id_: int) -> Document:
    return debug_file(
        "".join(f'2026-11-25T00:00:{at:02}.001Z [DEBUG] MCP server "{name}": {said}\n' for at, name, said in lines),
        id_=id_,
    )


def names(*documents: Document, addresses: Mapping[int, Mapping[str, frozenset[str]]] | None = None) -> list[str]:
    """Return the servers of the events, without repetitions."""
    parsed = read_entries(documents)
    rows = with_names(read_events(parsed.entries, key=KEY), parsed.documents, addresses or {})
    return rows["server"].unique(maintain_order=True).to_list()


def transport(address: str) -> str:
    return f"Initializing HTTP transport to {address}"


def test_a_lone_log_is_of_a_server_without_a_name() -> None:
    assert names(log(transport(ADDRESS), "Saving tokens", id_=0)) == [""]


def test_a_log_that_says_the_name_is_of_that_server() -> None:
    timed_out = r"Connection failed: MCP server \"tracker\" connection timed out after 5000ms"

    assert names(log("Starting connection with timeout of 5000ms", timed_out, id_=0)) == ["tracker"]


def test_a_store_knows_who_is_at_the_address() -> None:
    known = {0: {f"{ADDRESS}/": frozenset({"tracker"}), ANOTHER: frozenset({"inkwell"})}}

    assert names(log(transport(ADDRESS), id_=0), addresses=known) == ["tracker"]


def test_of_two_servers_at_one_address_none_is_taken() -> None:
    known = {0: {ADDRESS: frozenset({"tracker", "inkwell"})}}

    assert names(log(transport(ADDRESS), id_=0), addresses=known) == ["(server of log-0.jsonl)"]


def test_a_store_of_another_case_knows_nothing() -> None:
    assert names(log(transport(ADDRESS), id_=0), addresses={1: {ADDRESS: frozenset({"tracker"})}}) == [""]


def test_logs_of_two_sessions_at_one_address_are_of_one_server() -> None:
    first, second = log(transport(ADDRESS), id_=0), log(transport(ADDRESS), id_=1, session="s2")

    assert names(first, second) == [""]


def test_two_logs_of_one_session_are_of_two_servers() -> None:
    first, second = log(transport(ADDRESS), id_=0), log(transport(ADDRESS), "Saving tokens", id_=1)

    assert names(first, second) == ["(server of log-0.jsonl)", "(server of log-1.jsonl)"]


def test_logs_without_an_address_are_kept_apart() -> None:
    first, second = log("Returning tokens", id_=0), log("Returning tokens", id_=1, session="s2")

    assert names(first, second) == ["(server of log-0.jsonl)", "(server of log-1.jsonl)"]


def test_the_debug_file_of_the_session_names_the_server() -> None:
    told = debug(
        (0, "tracker", "Returning tokens"), (1, "tracker", "Saving tokens"), (2, "inkwell", "Found client info"), id_=0
    )

    assert names(told, log("Returning tokens", "Saving tokens", id_=1, session=SESSION)) == ["tracker", "inkwell"]


def test_the_moment_tells_which_of_two_servers_said_it() -> None:
    told = debug((0, "tracker", "Returning tokens"), (9, "inkwell", "Returning tokens"), id_=0)

    parsed = read_entries([told, log("Returning tokens", id_=1, session=SESSION, second=9)])
    rows = with_names(read_events(parsed.entries, key=KEY), parsed.documents, {})

    assert rows.select("document_id", "server").rows() == [(0, "tracker"), (0, "inkwell"), (1, "inkwell")]


def test_what_a_debug_file_says_of_two_servers_at_once_is_not_told_again() -> None:
    told = debug((0, "tracker", "Returning tokens"), (0, "inkwell", "Returning tokens"), id_=0)

    assert names(told, log("Returning tokens", id_=1, session=SESSION)) == ["tracker", "inkwell"]


def test_a_debug_file_that_says_something_else_names_nobody() -> None:
    told = debug((0, "tracker", "Found client info"), id_=0)

    assert names(told, log("Returning tokens", id_=1, session=SESSION)) == ["tracker", "(server of log-1.jsonl)"]


def test_a_log_in_its_folder_keeps_its_name() -> None:
    given = log("Returning tokens", id_=0)
    kept = Document(document_id=0, origin="x", content=given.content, name="x.jsonl", folder="mcp-logs-tracker")

    assert names(kept, log("Returning tokens", id_=1)) == ["tracker", "(server of log-1.jsonl)"]
