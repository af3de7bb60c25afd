"""Where the client keeps its files, for every system and generation.

    debug logs       <configuration>/debug/<session>.txt, `latest` beside them
    store, marker    <configuration>/.credentials.json, mcp-needs-auth-cache.json
    per-server logs  <cache root>/<project>/mcp-logs-<server>/<start>.jsonl; under the home even with CLAUDE_CONFIG_DIR
    oldest debug     <state root>/<project>/debug-logs/debug.txt
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

STORE_NAME: Final = ".credentials.json"
APPLICATION: Final = "claude-cli-nodejs"


def configuration_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return the client's configuration folder, whether or not it exists."""
    told = environment.get("CLAUDE_CONFIG_DIR", "")
    return Path(told).expanduser() if told else home / ".claude"


def cache_roots(environment: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders of per-server logs that exist: Linux, macOS, Windows."""
    caches = [
        Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / APPLICATION,
        home / "Library" / "Caches" / APPLICATION,
    ]
    local = environment.get("LOCALAPPDATA")
    if local:
        caches.append(Path(local) / APPLICATION / "Cache")
    return [root for root in caches if root.is_dir()]


def state_roots(environment: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders of the oldest generation's debug log that exist."""
    root = Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state") / APPLICATION
    return [root] if root.is_dir() else []
