"""The server with the official client, over stdio: handshake, list of tools, calls, faults, and an end."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

SAMPLES = Path(__file__).parents[2] / "samples"


async def _session() -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    words = ["-m", "mcplog", "serve", "--root", str(SAMPLES)]
    async with Client(StdioServerParameters(command=sys.executable, args=words, env=environment)) as client:
        tools = await client.list_tools()
        found = await client.call_tool("analyze", {"path": "race", "server": "notes"})
        outside = await client.call_tool("analyze", {"path": "../pyproject.toml"})
        wrong = await client.call_tool("analyze", {"path": "race", "exec": "id"})
        again = await client.call_tool("list_logs", {})
        return {
            "name": client.server_info and client.server_info.name,
            "tools": {tool.name: tool.annotations and tool.annotations.read_only_hint for tool in tools.tools},
            "found": json.loads(_text(found)),
            "errors": [one.is_error for one in (found, outside, wrong, again)],
            "outside": _text(outside),
        }


def _text(told: Any) -> str:  # noqa: ANN401 - one of the SDK's many kinds of content
    return str(told.content[0].text)


def test_a_client_sees_the_tools_and_gets_answers() -> None:
    seen = asyncio.run(_session())

    assert seen["name"] == "mcplog"
    assert seen["tools"] == dict.fromkeys(["list_logs", "analyze", "explain", "why_not", "timeline"], True)
    assert (seen["found"]["verdict"], seen["found"]["findings"][0]["rule"]) == ("incident", "refresh-race")
    assert seen["errors"] == [False, True, True, False]
    assert seen["outside"] == "there is no such file or folder below the allowed ones."
