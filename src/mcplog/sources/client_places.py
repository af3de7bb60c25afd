"""Where the client keeps its files, for every system and generation.

    debug logs       <configuration>/debug/<session>.txt, `latest` beside them
    store, marker    <configuration>/.credentials.json, mcp-needs-auth-cache.json
    per-server logs  <cache root>/<project>/mcp-logs-<server>/<start>.jsonl
    oldest debug     <state root>/<project>/debug-logs/debug.txt

    history          <state folder of the user>/mcplog/history.db, mcplog's own

The cache and state roots lie under the home folder even where CLAUDE_CONFIG_DIR names another configuration folder.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from mcplog.model.veiled import Veiled

STORE_NAME: Final = ".credentials.json"
MARKER_NAME: Final = "mcp-needs-auth-cache.json"
APPLICATION: Final = "claude-cli-nodejs"
DEBUG_FOLDER: Final = "debug"
HISTORY_NAME: Final = "history.db"
CONFIGURATION_MARKS: Final = (STORE_NAME, MARKER_NAME, "projects", "settings.json", "history.jsonl")


class Machine(Veiled, frozen=True, kw_only=True):
    """The machine that mcplog runs on, as far as the client's folders depend on it."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("environment",)

    environment: Mapping[str, str]
    home: Path
    platform: str = sys.platform

    def configuration_folder(self) -> Path:
        """Return the client's configuration folder, whether or not it exists."""
        told = self.environment.get("CLAUDE_CONFIG_DIR", "")
        return Path(told).expanduser() if told else self.home / ".claude"

    def cache_roots(self) -> list[Path]:
        """Return the folders of per-server logs that exist: Linux, macOS, Windows."""
        caches = [
            Path(self.environment.get("XDG_CACHE_HOME") or self.home / ".cache") / APPLICATION,
            self.home / "Library" / "Caches" / APPLICATION,
        ]
        local = self.environment.get("LOCALAPPDATA")
        caches += [Path(local) / APPLICATION / "Cache"] if local else []
        return [root for root in caches if root.is_dir()]

    def state_root(self) -> Path:
        """Return the folder of the oldest generation's debug logs, whether or not it exists."""
        return Path(self.environment.get("XDG_STATE_HOME") or self.home / ".local" / "state") / APPLICATION

    def history_file(self) -> Path:
        """Return where mcplog keeps its own history of stores, whether or not it exists: Linux, macOS, Windows."""
        told = self.environment.get("XDG_STATE_HOME")
        local = self.environment.get("LOCALAPPDATA")
        if told:
            root = Path(told)
        elif self.platform == "darwin":
            root = self.home / "Library" / "Application Support"
        elif self.platform == "win32":
            root = Path(local) if local else self.home / "AppData" / "Local"
        else:
            root = self.home / ".local" / "state"
        return root / "mcplog" / HISTORY_NAME

    def is_configuration(self, folder: Path) -> bool:
        """Say whether a folder is a configuration folder, this machine's or a copy of one."""
        if any((folder / name).exists() for name in CONFIGURATION_MARKS):
            return True
        return folder.exists() and folder.resolve() == self.configuration_folder().resolve()


def store_path(configuration: Path) -> str:
    """Return the path of the store of a `configuration` folder by which a history knows it."""
    return str(configuration.resolve() / STORE_NAME)
