"""A peer that knows one rule and nothing else: what somebody would write by hand in an afternoon.

Per server: how often it refused a token after authentication, how often a refresh was started, how often it refused
while a refresh token was there and unused. No other message, no store, no places, no other line shape.

    python benchmarks/peers/one_rule.py LOG
"""

import sys

MARK = b'MCP server "'
REFUSED = b"Server returned 401 after successful authentication"


def count(path: str) -> dict[bytes, list[int]]:
    """Return refused, refreshed and refused-with-refresh-token-unused by server, for the log at `path`."""
    totals: dict[bytes, list[int]] = {}
    holds: set[bytes] = set()  # servers whose attempt has read a refresh token
    tried: set[bytes] = set()  # servers whose attempt has used it
    with open(path, "rb") as log:  # noqa: PTH123 - the plain call is what such a script uses
        for line in log:
            start = line.find(MARK)
            if start < 0:
                continue
            server, _, said = line[start + 12 :].partition(b'": ')
            if said.startswith(b"Initializing HTTP"):
                holds.discard(server)
                tried.discard(server)
            elif said.startswith(b"Has refresh token: true"):
                holds.add(server)
            elif said.startswith(b"Starting token refresh"):
                totals.setdefault(server, [0, 0, 0])[1] += 1
                tried.add(server)
            elif REFUSED in said:
                row = totals.setdefault(server, [0, 0, 0])
                row[0] += 1
                row[2] += server in holds and server not in tried
    return totals


if __name__ == "__main__":
    for name, row in sorted(count(sys.argv[1]).items()):
        sys.stdout.write(f"{name.decode()}\t{row[0]}\t{row[1]}\t{row[2]}\n")
