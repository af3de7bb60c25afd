"""The one rule in the query language and with the engine of the `eql` package: servers with a match, one a line.

An EQL state is used up when it matches, so it counts fewer matches than the script; which servers have one is the same.

    python -m benchmarks.peers.one_rule_eql LOG
"""

import sys
from collections.abc import Iterator
from typing import Final

import eql

QUERY: Final = "sequence by server [begins where true] [holds where true] [refused where true] until [ended where true]"
MARK: Final = b'MCP server "'
REFUSED: Final = b"Server returned 401 after successful authentication"
TICKS: Final = 10_000_000  # a second, in the package's units


def events(path: str) -> Iterator[eql.Event]:
    """Yield the events of the rule in the log at `path`, a second apart: only their order counts."""
    number = 0
    with open(path, "rb") as log:  # noqa: PTH123 - the plain call is what such a script uses
        for line in log:
            start = line.find(MARK)
            server, _, said = line[start + 12 :].partition(b'": ')
            if start < 0:
                continue
            kinds: tuple[str, ...] = ()
            if said.startswith(b"Initializing HTTP"):
                kinds = ("ended", "begins")
            elif said.startswith(b"Starting token refresh"):
                kinds = ("ended",)
            elif said.startswith(b"Has refresh token: true"):
                kinds = ("holds",)
            elif REFUSED in said:
                kinds = ("refused",)
            for kind in kinds:
                number += 1
                yield eql.Event(kind, number * TICKS, {"server": server.decode("utf-8", "replace")})


def servers(path: str) -> set[str]:
    """Return the servers of the log at `path` that refused while a refresh token was held and unused."""
    engine, found = eql.PythonEngine(), set[str]()
    with eql.parser.elasticsearch_syntax:
        engine.add_query(eql.parse_query(QUERY))
    engine.add_output_hook(lambda matched: found.update(event.data["server"] for event in matched.events))
    engine.stream_events(events(path))
    engine.finalize()
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{server}\n" for server in sorted(servers(sys.argv[1])))
