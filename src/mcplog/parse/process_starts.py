"""Tell whether a log begins where its process, or its connection to a server, began.

    MDM settings load completed in 1ms                   the first line of a process (2.1.90 and later)
    Initializing HTTP transport to https://…             the first line about a server
    Calling MCP tool: search                             never the first line: the log begins late

Source: the first lines of every recorded document and server. What was never seen first is told only where the message
itself says that something went before it.

May import: model. Touches: nothing.
"""

from typing import Final

PROCESS_BEGINS: Final = (
    "MDM settings load completed",
    "[init] configureGlobalMTLS starting",
    "Watching for changes in setting files",
)
# First of what whole debug files say of a server: a connection, or a command of the user.
FILE_BEGINS: Final = (
    "Initializing ",
    "Starting connection",
    "Skipping connection",
    "SSE transport initialized",
    "Using claude.ai proxy",
    "Token expired without refresh token",
    "Revoking tokens",
    "No tokens to revoke",
    "Using redirect port",
)
CONNECTION_BEGINS: Final = (*FILE_BEGINS, "No token data found", "No access token in storage", "Cleared stored tokens")
NEVER_FIRST: Final = (
    "Calling MCP tool",
    "Tool '",
    "Tool call returned",
    "Retrying tool",
    "Connection established",
    "Successfully connected",
    "Reconnected",
    "HTTP connection",
    "SSE connection",
    "STDIO connection",
    "HTTP transport closed",
    "SSE transport closed",
    "HTTP transport options",
    "HTTP transport created",
    "Connection error",
    "Connection failed",
    "HTTP Connection failed",
    "SSE Connection failed",
    "MCP session expired",
    "Has refresh token",
    "Token length",
    "Expires in",
    "Token expires in:",
    "Saving tokens",
    "Auth result",
    "Tokens after auth",
    "Completing auth flow",
    "Acquired refresh lock",
    "Released refresh lock",
    "Token refresh",
    "Authentication required",
    "Redirection handling",
    "Parsed URL",
    "Environment:",
    "Node version",
    "Server stderr",
    "MCP OAuth server cleaned up",
    "Initial auth result",
    "Channel notifications",
    "Cleared connection cache",
)


def process_begins(first_text: str) -> bool:
    """Return whether `first_text`, the first record's text, is only ever logged when a process starts."""
    return first_text.startswith(PROCESS_BEGINS)


def file_begins(first_message: str) -> bool:
    """Return whether `first_message`, the first one about a server, is the first one in whole debug files too."""
    return first_message.startswith(FILE_BEGINS)


def starts_late(first_message: str) -> bool | None:
    """Return whether a document begins after the connections it tells of did.

    Args:
        first_message: Of the document, about one server.

    Returns:
        True if the message says that others went before it, false if it is one that a connection begins with, else
        null. A document begins late if one of its first messages says so, and does not if all of them are such ones.
    """
    if first_message.startswith(NEVER_FIRST):
        return True
    return False if first_message.startswith(CONNECTION_BEGINS) else None
