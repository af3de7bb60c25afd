"""Lines of a debug log that are not about MCP: most of every log, some of them over several lines."""

from collections.abc import Callable
from typing import Final

from benchmarks.session import Dice

WORDS: Final = (
    "config",
    "cache",
    "plugin",
    "agent",
    "hook",
    "settings",
    "watcher",
    "session",
    "stream",
    "request",
    "response",
    "token",
    "file",
    "history",
    "permission",
    "rule",
    "skill",
    "command",
    "server",
    "client",
    "retry",
    "budget",
    "render",
    "input",
    "cursor",
    "prompt",
    "model",
    "usage",
)

Said = tuple[str, str]  # level, text


def _stream(_: Dice, __: float) -> Said:
    return "DEBUG", "Stream started - received first chunk"


def _tracked(dice: Dice, _: float) -> Said:
    name = f"{dice.pick(WORDS)}/{dice.pick(WORDS)}_{dice.number(1, 400)}.py"
    return "DEBUG", f"FileHistory: Tracked file modification for /home/user/src/{name} (version {dice.number(1, 30)})"


def _hooks(dice: Dice, _: float) -> Said:
    query = dice.pick(("Bash", "Read", "Edit", "mcp__notes__search"))
    return "DEBUG", f"Getting matching hook commands for {dice.pick(('PreToolUse', 'Stop'))} with query: {query}"


def _matchers(dice: Dice, _: float) -> Said:
    found, kept = dice.number(0, 9), dice.number(0, 3)
    return (
        "DEBUG",
        f'Found {found} hook matchers in settings, matched {kept} unique hooks for query "{dice.pick(WORDS)}"',
    )


def _request(dice: Dice, _: float) -> Said:
    return "DEBUG", f"[API REQUEST] /v1/messages source=repl_main_thread x-client-request-id={dice.hexadecimal(32)}"


def _timing(dice: Dice, _: float) -> Said:
    return "DEBUG", f"[API:timing] first byte after {dice.number(90, 9000)}ms"


def _written(dice: Dice, now: float) -> Said:
    temporary = f"/home/user/.claude.json.tmp.{dice.number(1000, 999999)}.{int(now * 1000)}"
    return "DEBUG", f"Writing to temp file: {temporary}; renaming ({dice.number(900, 90000)} bytes)"


def _watching(dice: Dice, _: float) -> Said:
    return "DEBUG", f"Watching for changes in setting files /home/user/{dice.pick(WORDS)}/.claude/settings.local.json"


def _language_server(dice: Dice, _: float) -> Said:
    uri = f"file:///home/user/src/{dice.pick(WORDS)}/{dice.hexadecimal(10)}.ts"
    return (
        "DEBUG",
        f"LSP server gopls notification textDocument/publishDiagnostics uri={uri} items={dice.number(0, 40)}",
    )


def _tool(dice: Dice, _: float) -> Said:
    answer = dice.pick(("allow", "ask", "deny"))
    return "DEBUG", f"executePreToolHooks called for tool: Bash id=toolu_{dice.hexadecimal(24)} permission={answer}"


def _anything(dice: Dice, _: float) -> Said:
    words = " ".join(dice.pick(WORDS) for _ in range(dice.number(3, 12)))
    level = dice.pick(("DEBUG", "DEBUG", "DEBUG", "WARN", "INFO"))
    return level, f"{words}: {dice.number(0, 1 << 30)} path=/var/{dice.hexadecimal(6)}/{dice.pick(WORDS)}"


def _json(dice: Dice, _: float) -> Said:
    rows = "".join(f'  "{dice.pick(WORDS)}_{n}": "{dice.hexadecimal(20)}",\n' for n in range(dice.number(3, 12)))
    return "DEBUG", "Applying permission update: {\n" + rows + "}"


def _stack(dice: Dice, _: float) -> Said:
    frames = (f"    at {dice.pick(WORDS)}.{dice.pick(WORDS)} (cli.js:{dice.number(1, 5000)})" for _ in range(5))
    return "ERROR", f"Error: ENOENT: no such file, open '/home/user/{dice.hexadecimal(6)}.json'\n" + "\n".join(frames)


def _long(dice: Dice, _: float) -> Said:
    text = " ".join(dice.pick(WORDS) for _ in range(dice.number(500, 900)))
    return "DEBUG", f'Tool result: {{"content":"{text}"}}'


NOISE: Final[tuple[tuple[float, Callable[[Dice, float], Said]], ...]] = (
    (0.14, _stream),
    (0.10, _tracked),
    (0.08, _hooks),
    (0.08, _matchers),
    (0.07, _request),
    (0.05, _timing),
    (0.08, _written),
    (0.06, _watching),
    (0.06, _language_server),
    (0.06, _tool),
    (0.1885, _anything),
    (0.015, _json),
    (0.015, _stack),
    (0.0015, _long),
)


def noise(dice: Dice, now: float) -> Said:
    """Return level and text of a line that has nothing to do with MCP, drawn from `dice`; some tell the time `now`."""
    left = dice.roll()
    for weight, say in NOISE:
        left -= weight
        if left < 0:
            return say(dice, now)
    return "DEBUG", f"Skill listing over budget: {dice.number(10, 90)} skills"
