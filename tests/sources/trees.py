"""Small trees of files as clients leave them, and what is found in them."""

import os
from pathlib import Path

from mcplog.sources import Inputs, gather

SESSION = "9420cada-f78d-4461-8977-6a249fb6f718"
OTHER_SESSION = "b268309c-c1f2-42df-932e-5d3dbdaa10f5"
LOG = b'2026-11-25T00:36:05.608Z [DEBUG] MCP server "figma": Returning tokens\n'
STORE = b'{"mcpOAuth":{"figma|0123456789abcdef":{"serverName":"figma","accessToken":"at-1"}}}'
MARKER = b'{"figma":{"timestamp":1795566960000}}'


def record(session: str = SESSION, text: str = "Returning tokens") -> bytes:
    stamp = "2026-11-25T00:36:05.608Z"
    return f'{{"debug":"{text}","timestamp":"{stamp}","sessionId":"{session}","cwd":"/home/user"}}\n'.encode()


def plant(root: Path, files: dict[str, bytes]) -> Path:
    """Write files under `root`; each is a second younger than the one before."""
    for second, (name, content) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_795_566_960 + second,) * 2)
    return root


def found(
    *paths: str | Path, home: Path = Path("/nonexistent"), credentials: tuple[str | Path, ...] = (), **environment: str
) -> Inputs:
    return gather(paths, credentials=credentials, environment=environment, home=home, stdin=None)


def logs(inputs: Inputs, root: Path) -> list[str]:
    """The logs that were found, as names below `root`."""
    return [os.path.relpath(document.origin, root) for document in inputs.documents]


def stores(inputs: Inputs, root: Path) -> list[str]:
    return [os.path.relpath(dump.origin, root) for dump in inputs.dumps]


def problems(inputs: Inputs) -> list[str]:
    return [f"{problem.what} ({problem.hint})" for problem in inputs.problems]
