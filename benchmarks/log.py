"""Interleave scenarios of several servers with each other and with noise, as a debug log does."""

from collections.abc import Iterator
from typing import Final

from benchmarks.noise import noise
from benchmarks.scenarios import start
from benchmarks.session import Line, Server, Session

AT_ONCE: Final = 3  # scenarios under way


def write_lines(session: Session, count: int) -> Iterator[str]:
    """Yield `session`'s next records, newline included, until `count` lines are out and no scenario is open.

    Lines of up to three scenarios of different servers are interleaved with each other and with noise.
    """
    running: list[tuple[Server, Iterator[Line]]] = []
    written = 0
    while written < count or running:
        wanted = session.mcp_lines < session.share * (session.lines + 1)
        if running and (wanted or written >= count):
            place = session.dice.number(0, len(running) - 1)
            server, lines = running[place]
            line = next(lines, None)
            if line is None:
                server.busy = False
                del running[place]
                continue
            session.tallies[server.name].kinds[line.kind] += 1
            session.mcp_lines += 1
            text = f'{session.stamp()} [{line.level}] MCP server "{server.name}"{line.text}\n'
        else:
            level, said = noise(session.dice, session.now)
            text = f"{session.stamp()} [{level}] {said}\n"
        if wanted and len(running) < min(AT_ONCE, len(session.servers)) and written < count:
            free = [server for server in session.servers if not server.busy]
            server = session.dice.pick(free)
            server.busy = True
            running.append((server, start(session, server)))
        session.lines += text.count("\n")
        written += text.count("\n")
        yield text
