"""Which server a report is about, when its lines do not say: people name it once, and then say "it".

    MCP server "vault" requires re-authorization                said as the client says it, so is `plugin:tools:vault`
    "vault": {  "type": "http", …                               a piece of a configuration
    Our server `vault` is behind Keycloak.                      in backticks, beside a word for a server
    claude mcp add --transport http notes https://…             added by a command
    Authentication successful, but server reconnection failed   about the one server that the case names
    In `…/mcp-logs-vault/`:  ```{"debug":"Starting …            the log of that folder

Where a case names no server at all, what is pasted is about the server with the empty name, so that the case still gets
a verdict. Where it names several, it is about the one that alone is not shown as connected; else about the server with
the empty name where it tells a failure, and about none where it does not.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from operator import attrgetter
from string import ascii_letters, digits
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.event_kinds import STATE_KINDS
from mcplog.parse.formats import FOLDER_START
from mcplog.parse.messages import EventTable
from mcplog.parse.paste_lines import Line
from mcplog.parse.report_facts import Told
from mcplog.parse.report_phrases import words_of
from mcplog.parse.report_readings import server_url
from mcplog.parse.server_names import Names

CLIENT: Final = ("claude", "mcp")
ADDING: Final = ("add", "add-json")
WITH_VALUE: Final = (
    "-t",
    "--transport",
    "-s",
    "--scope",
    "-e",
    "--env",
    "-H",
    "--header",
    "--client-id",
    "--callback-port",
)
SAID: Final = (('MCP server "', '"'), ("MCP server '", "'"))
PLUGIN: Final = "plugin:"
AROUND: Final = "`'\"()[]{}<>,.;:!?*_"
CONFIG_KEYS: Final = ('type": "http', 'type": "sse', 'type": "stdio', 'url": ', 'command": ')  # without a quote around
COMMAND: Final = "claude mcp "
PROMPTS: Final = ("`", "$ ", "> ")
NAMING_VERBS: Final = ("get", "login", "logout", "reset-auth")
TOOL: Final = "mcp__"
OTHERS_TOOLS: Final = ("plugin_", "claude_ai_")
PLACEHOLDER: Final = frozenset("<>{}$*…")
SERVER_WORDS: Final = ("server", "servers", "connector", "plugin", "mcp")
NO_NAMES: Final = frozenset(
    {
        "stdio",
        "http",
        "https",
        "sse",
        "ws",
        "streamable-http",
        "mcp",
        "oauth",
        "local",
        "remote",
        "user",
        "project",
        "initialize",
        "headers",
        "mcpservers",
        "servers",
    }
)
NO_STARTS: Final = ("ofid_",)  # references that claude.ai gives for its support
NO_ENDS: Final = (".json", ".md", ".toml", ".yaml", ".yml", ".ts", ".js", ".py", "()")
QUOTE: Final = "`"
GOES_ON: Final = "\\"
MOST_LINES: Final = 10
LINES_TO_LOG: Final = 3  # from where its folder is named to the block
LONGEST_NAME: Final = 60
UNRECOGNISED: Final = "unrecognised"
SCREEN: Final = "server_screen_shown"
CONNECTED: Final = "connected"
UNNAMED: Final = ""
MANGLED: Final = frozenset(f"{ascii_letters}{digits}-")  # what a name has in the folder of its logs
# About the client, its surroundings or several servers at once: never about the one server of a case.
SURROUNDINGS: Final = (
    "client_version_told",
    "mcp_runtime_told",
    "runtime_told",
    "environment_told",
    "proxy_options_told",
    "mtls_options_told",
    "configs_loading",
    "configs_loaded",
    "servers_started_async",
    "servers_not_ready",
    "servers_retried",
    "setup_issue_told",
    "keychain_command_echoed",
    "connectors_gate_checked",
    "connectors_gate_answered",
    "connectors_disabled",
    "connectors_account_token_absent",
    "account_session_expired",
    "account_token_checked",
    "list_started",
    "servers_counted",
    "servers_failed_told",
    "servers_need_auth_told",
    "screen_unavailable",
    "ide_server_listening",
    UNRECOGNISED,
)

Servers = Mapping[int, Sequence[str]]
"""Names of servers by case."""


class Shown(Struct, frozen=True):
    """The lines of a block that shows what lies in the `folder` of a server's own logs, which is named above it."""

    first: int
    last: int
    folder: str


def servers_added(lines: Sequence[Line]) -> Iterator[Told]:
    """Yield the servers that commands in `lines` add."""
    for number, line in enumerate(lines):
        words = _words(line.text) and _words(_whole_command(lines, number))
        places = [at for at in range(len(words) - 3) if tuple(words[at : at + 2]) == CLIENT and words[at + 2] in ADDING]
        name = _first_argument(words[places[0] + 3 :]) if places else None
        if name and "://" not in name and not set(name) & PLACEHOLDER and _may_be_name(name):
            url = server_url(line.text)
            fields: dict[str, object] = {"url": url} if url else {}
            yield Told(kind="server_url_reported", start=line.start, end=line.end, fields=fields, server=name)


def names_said(lines: Sequence[Line]) -> Iterator[str]:
    """Yield names that `lines` say as the client does: `MCP server "vault"`, `plugin:tools:vault`, in any sentence."""
    for line in lines:
        for said, end in SAID:
            for part in line.text.split(said)[1:]:
                name, quote, _ = part.partition(end)
                if quote and 0 < len(name) <= LONGEST_NAME and not set(name) & PLACEHOLDER:
                    yield name
        if PLUGIN in line.text:
            words = (word.strip(AROUND) for word in line.text.split())
            yield from (word for word in words if word.startswith(PLUGIN) and _is_plugins(word))


def _is_plugins(name: str) -> bool:
    """Return whether a name is one of a plugin's server: `plugin:tools:vault`."""
    parts = name.split(":")
    return len(parts) == 3 and all(parts) and not set(name) & PLACEHOLDER  # noqa: PLR2004 - plugin, its name, server


def logs_shown(lines: Sequence[Line]) -> Iterator[Shown]:
    """Yield the fenced blocks of `lines` right above which people name the folder of a server's own logs."""
    folder = ""
    for is_block, part in groupby(lines, key=attrgetter("is_fenced")):
        if not is_block:
            folder = _folder_above(part)
        elif folder:
            numbers = [line.number for line in part]
            yield Shown(numbers[0], numbers[-1], folder)


def _folder_above(lines: Iterable[Line]) -> str:
    """Return the folder that the last of `lines` name; empty where they name none."""
    folder, left = "", 0
    for line in lines:
        if name := _folder_in(line.text):
            folder, left = name, LINES_TO_LOG
        elif line.text and not line.is_fence:
            left -= 1
    return folder if left > 0 else ""


def _folder_in(text: str) -> str:
    """Return the last folder of a server's logs that `text` names, without what all have; empty where it names none."""
    _, start, rest = text.rpartition(FOLDER_START)
    return "".join(takewhile(MANGLED.__contains__, rest)) if start else ""


def names_configured(lines: Sequence[Line]) -> Iterator[str]:
    """Yield names that a piece of a configuration gives servers: `"vault": {`, and below it how they are reached."""
    for number, line in enumerate(lines):
        if not (line.text.startswith('"') and line.text.endswith('": {')):
            continue
        name = line.text[1:-4]
        below = [after.text for after in lines[number + 1 : number + 4]]
        if any(text.lstrip('"').startswith(CONFIG_KEYS) for text in below) and '"' not in name and _may_be_name(name):
            yield name


def names_commanded(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the servers that commands in `lines` are about, in code or behind a prompt: `claude mcp login vault`."""
    for line in lines:
        before, *parts = line.text.split(COMMAND)
        if not (line.is_fenced or before.endswith(PROMPTS)):
            continue
        for part in parts:
            verb, name, *_ = [*part.split(), "", ""]
            bare = name.strip(AROUND)
            if verb in NAMING_VERBS and not name.startswith("-") and not set(name) & PLACEHOLDER and _may_be_name(bare):
                yield bare


def names_of_tools(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the servers of tools that `lines` name: `mcp__vault__search`; those of plugins are spelled otherwise."""
    for line in lines:
        for part in line.text.split(TOOL)[1:]:
            name, end, _ = part.partition("__")
            is_name = bool(end) and len(name) <= LONGEST_NAME and name.replace("-", "").replace("_", "").isalnum()
            if is_name and not name.startswith(OTHERS_TOOLS):
                yield name


def names_quoted(lines: Sequence[Line]) -> Iterator[str]:
    """Yield names in backticks that stand beside a word for a server in the prose of `lines`."""
    hosts = {word.partition("/")[0] for line in lines for word in line.text.split("://")[1:]}
    for line in lines:
        if line.is_fenced or QUOTE not in line.text:
            continue
        parts = line.text.split(QUOTE)
        for number in range(1, len(parts) - 1, 2):
            before, after = words_of(parts[number - 1])[-1:], words_of(parts[number + 1])[:1]
            name = parts[number].strip()
            is_name = 0 < len(name) <= LONGEST_NAME and not set(name) & set(" /<>$=(){}")
            if is_name and _may_be_name(name) and name not in hosts and (set(before) | set(after)) & set(SERVER_WORDS):
                yield name


def _may_be_name(name: str) -> bool:
    """Return whether a server may have a name: it has a letter, and is no transport, scope, reference, file or call."""
    plain = name.lower()
    has_letter = any(char.isalpha() for char in plain)
    return has_letter and plain not in NO_NAMES and not plain.startswith(NO_STARTS) and not plain.endswith(NO_ENDS)


def servers_of(rows: pl.DataFrame, cases: Mapping[int, int]) -> dict[int, list[str]]:
    """Return the servers that the logs of each case name.

    Args:
        rows: EVENT_ROWS.
        cases: Case of each document.
    """
    distinct = rows.filter(pl.col("server").is_not_null()).select("document_id", "server").unique(maintain_order=True)
    named: dict[int, dict[str, None]] = {}
    for document_id, server in distinct.iter_rows():
        named.setdefault(cases[document_id], {})[server] = None
    return {case_id: list(servers) for case_id, servers in named.items()}


def as_configured(rows: pl.DataFrame, cases: Mapping[int, int]) -> pl.DataFrame:
    """Return the rows with a screen's server named as other lines of its case name it: a heading begins with a capital.

    Args:
        rows: EVENT_ROWS.
        cases: Case of each document.
    """
    headings = rows.filter(pl.col("kind") == SCREEN).select("document_id", "server").unique()
    if headings.is_empty():
        return rows
    named = servers_of(rows, cases)
    changed = {
        (cases[document_id], name): other
        for document_id, name in headings.iter_rows()
        if (other := Names(frozenset(named.get(cases[document_id], ())) - {name}).on_screen(name)) != name
    }
    if not changed:
        return rows
    told = rows.select("document_id", "server").iter_rows()
    names = [changed.get((cases[document_id], name), name) for document_id, name in told]
    return rows.with_columns(pl.Series("server", names, dtype=pl.String))


def nameless(rows: pl.DataFrame, pastes: Iterable[int]) -> pl.Series:
    """Return for each row whether it is about a server that is not named: only in pastes does that say anything.

    Args:
        rows: EVENT_ROWS.
        pastes: Numbers of the documents that are pastes.
    """
    is_of_one = ~pl.col("kind").cast(pl.String).is_in(SURROUNDINGS)
    return rows.select(pl.col("server").is_null() & pl.col("document_id").is_in(list(pastes)) & is_of_one).to_series()


def with_servers(
    table: EventTable,
    of_one: pl.Series,
    cases: Mapping[int, int],
    servers: Servers,
    shown: Mapping[int, Sequence[Shown]],
) -> pl.DataFrame:
    """Return the rows with the server that the nameless ones are about.

    Args:
        table: The events.
        of_one: What `nameless` returns for their rows.
        cases: Case of each document.
        servers: Of each case.
        shown: Blocks of each document that show the log of one server.

    Returns:
        EVENT_ROWS.
    """
    rows = table.rows
    if not of_one.any():
        return rows
    told = rows.select("document_id", "line_from", "message_id").filter(of_one).rows()
    failures, ailing = table.messages.get_column("failure"), _ailing(table, cases, servers)
    failing = {cases[document_id] for document_id, _, message_id in told if failures[message_id] is not None}
    owners: list[str | None] = []
    for document_id, line, _ in told:
        known = servers.get(cases[document_id], ())
        folder = next((one.folder for one in shown.get(document_id, ()) if one.first <= line <= one.last), None)
        own = None if folder is None else Names(frozenset(known)).of_folder(folder)
        if own not in known:
            own = only(known)
        if own is None and len(known) > 1:
            own = ailing.get(cases[document_id], UNNAMED if cases[document_id] in failing else None)
        owners.append(own)
    owner = rows["server"].scatter(of_one.arg_true(), pl.Series(owners, dtype=pl.String))
    return rows.with_columns(owner.alias("server"))


def _ailing(table: EventTable, cases: Mapping[int, int], servers: Servers) -> dict[int, str]:
    """Return the server of a case that alone is not shown as connected."""
    is_state = pl.col("kind").cast(pl.String).is_in(STATE_KINDS) & pl.col("server").is_not_null()
    shown = table.rows.filter(is_state).select("document_id", "server", "message_id").iter_rows()
    reasons = table.messages.get_column("reason")
    states = {(cases[document_id], server): reasons[message_id] for document_id, server, message_id in shown}
    others = {
        case_id: [server for server in known if states.get((case_id, server)) != CONNECTED]
        for case_id, known in servers.items()
    }
    return {case_id: names[0] for case_id, names in others.items() if len(names) == 1}


def only(servers: Sequence[str]) -> str | None:
    """Return the one of `servers` that a case without doubt is about; null when there are several or none."""
    return servers[0] if len(servers) == 1 else None


def server_in(text: str, servers: Sequence[str]) -> str | None:
    """Return the one of `servers` that a text is about: the one it names, else the only one."""
    words = words_of(text)
    said = [name for name in servers if (wanted := words_of(name)) and _stands_in(words, wanted)]
    return said[0] if len(said) == 1 else only(servers)


def _stands_in(words: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return any(tuple(words[at : at + size]) == tuple(wanted) for at in range(len(words) - size + 1))


def _whole_command(lines: Sequence[Line], number: int) -> str:
    """Return the command that begins in a line and goes on in the next ones: each but the last ends in a backslash."""
    command = lines[number].text
    for line in lines[number + 1 : number + MOST_LINES]:
        if not command.endswith(GOES_ON):
            break
        command = command.removesuffix(GOES_ON) + line.text
    return command.removesuffix(GOES_ON)


def _words(command: str) -> list[str]:
    """Return the words of a command, as a shell splits it where that is possible."""
    if ADDING[0] not in command or CLIENT[1] not in command:
        return []
    import shlex  # noqa: PLC0415 - few texts hold a command

    try:
        return shlex.split(_quoted(command))
    except ValueError:
        return command.split()


def _first_argument(words: Sequence[str]) -> str | None:
    """Return the first word that is neither an option nor the value of one."""
    is_value = False
    for word in words:
        if not is_value and not word.startswith("-"):
            return word.strip("\"'`")
        is_value = word in WITH_VALUE
    return None


def _quoted(command: str) -> str:
    """Return the command that stands in backticks within a sentence; a line without any is the command itself."""
    return next((part for part in command.split(QUOTE)[1::2] if all(word in part for word in CLIENT)), command)
