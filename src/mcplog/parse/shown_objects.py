"""What the JSON objects are that people paste besides the records of a log: results of tools, and whose they are.

    {"type": "agent.mcp_tool_use", "mcp_server_name": "notes", …}                  the call: names the server
    {"type": "agent.mcp_tool_result", "is_error": true, "content": [{"text": …}]}  what came of it

An agent's events and the blocks of a message in the API (`mcp_tool_use`, `mcp_tool_result`) are alike.

May import: nothing. Touches: nothing.
"""

import json
from typing import Final

TOOL_RESULT: Final = "tool result: "
CALLS: Final = ("agent.mcp_tool_use", "mcp_tool_use")
RESULTS: Final = ("agent.mcp_tool_result", "mcp_tool_result")
SERVER_KEYS: Final = ("mcp_server_name", "server_name")


def called_server(value: dict[str, object]) -> str | None:
    """Return the server whose tool an object shows a call of; null when it shows none.

    Args:
        value: The object.
    """
    if value.get("type") not in CALLS:
        return None
    return next((name for key in SERVER_KEYS if isinstance(name := value.get(key), str) and name), None)


def tool_result(value: dict[str, object]) -> str | None:
    """Return what came of a call, as the message of an entry; null when an object shows no such result.

    Args:
        value: The object.
    """
    if value.get("type") not in RESULTS:
        return None
    result = {"isError": value.get("is_error") is True, "content": value.get("content")}
    return f"{TOOL_RESULT}{json.dumps(result, ensure_ascii=False)}"
