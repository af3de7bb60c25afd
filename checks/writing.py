"""All that mcplog writes about a folder, as texts: what it prints, what it leaves, what is there for a moment.

Commands run in this process, with their standard output and standard error caught, in a home of their own. A file that
is removed or renamed is read first, so that one that is there for a moment only is seen as well.
"""

import contextlib
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from mcplog.cli.app import main as command_line
from mcplog.cli.formats import format_names
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.serve.roots import roots_of
from mcplog.serve.server import result
from mcplog.serve.tools import Desk
from tests.secrets_planted import readable

Words = tuple[str, ...]

RULE: Final = "secret-in-log"
# What is run on every folder: `{given}` is the folder, `{out}` one to write to, `{form}` and `{watched}` are formats.
COMMANDS: Final[tuple[Words, ...]] = (
    ("analyze", "--format", "{form}", "{given}"),
    ("explain", RULE, "{given}"),
    ("why-not", "rejected-after-auth", "{given}"),
    ("timeline", "{given}"),
    ("grammar", "coverage", "{given}"),
    ("grammar", "propose", "{given}"),
    ("grammar", "client", "{given}"),
    (
        *("triage", "{given}", "--jsonl", "{out}/triage.jsonl", "--csv", "{out}/triage.csv", "--stats"),
        *("--markdown", "{out}/triage.md", "--html", "{out}/triage.html", "--comments", "{out}/comments"),
    ),
    ("redact", "--dry-run", "{given}"),
    ("redact", "-o", "{out}/bundle", "{given}"),
    ("check", "{out}/bundle"),
    ("verify", "{given}", "{given}"),
    ("shrink", "{given}", "-o", "{out}/smallest.zip"),
    ("doctor",),
    ("serve", "{given}"),
)
# What is run on a configuration folder only.
OF_A_STORE: Final[tuple[Words, ...]] = (
    ("snapshot", "{given}", "--history", "{out}/history.db"),
    ("snapshot", "{given}"),
    ("watch", "{given}", "--for", "200ms", "--format", "{watched}"),
    ("analyze", "{given}", "--credentials", "{out}/history.db"),
    ("redact", "-o", "{out}/bundle of a history", "{given}", "--credentials", "{out}/history.db"),
)
WATCHED: Final = ("lines", "jsonl", "board")
STAGES: Final = ("read_stores", "read_entries", "build_facts", "evaluate", "diagnose")


class Passing:
    """Reads files just before they are removed or renamed.

    Attributes:
        texts: What they held, by name.
    """

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._below = ""
        sys.addaudithook(self._hook)

    @contextlib.contextmanager
    def below(self, folder: Path) -> Iterator[None]:
        """Look at what lies below `folder`, until the end of the `with`."""
        self._below, self.texts = str(folder), {}
        try:
            yield
        finally:
            self._below = ""

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._below or event not in ("os.remove", "os.rename"):
            return
        path = Path(os.fsdecode(arguments[0]))
        if str(path).startswith(self._below) and path.is_file():
            self.texts[f"{path.name}, until {event}"] = path.read_bytes().decode("utf-8", "replace")


PASSING: Final = Passing()  # an audit hook can't be taken out again, so there is one


def written(given: Path, top: Path, commands: Sequence[Words], turn: int = 0) -> Iterator[tuple[str, str]]:
    """Yield all that `commands` write about a folder, by name.

    Args:
        given: The folder with the inputs.
        top: A folder that holds it; whatever else is left below it at the end is yielded too.
        commands: Command lines.
        turn: Chooses the formats.
    """
    forms = format_names()
    form, watched = forms[turn % len(forms)], WATCHED[turn % len(WATCHED)]
    out = top / "out"
    for folder in (out, top / "home", top / "tmp"):
        folder.mkdir()
    environment = {
        "HOME": str(top / "home"),
        "XDG_STATE_HOME": str(top / "home" / "state"),
        "CLAUDE_CONFIG_DIR": str(given),
        "TMPDIR": str(top / "tmp"),
        "MCPLOG_DEBUG": "1",
    }
    with patch.dict(os.environ, environment), patch.object(tempfile, "tempdir", str(top / "tmp")), PASSING.below(top):
        for words in commands:
            told = [word.format(given=given, out=out, form=form, watched=watched) for word in words]
            text = _asked(given) if words[0] == "serve" else printed(told)
            yield " ".join(words), text.replace(str(given), "")
    yield from PASSING.texts.items()
    for path in sorted(path for path in top.rglob("*") if path.is_file() and given not in path.parents):
        name = str(path.relative_to(top))
        yield f"the name {name}", name
        yield from ((f"{name}{part}", readable(text)) for part, text in _content(path))


def printed(words: Sequence[str]) -> str:
    """Return what a command line writes to standard output and standard error."""
    out = io.StringIO()
    caught = contextlib.redirect_stdout(out), contextlib.redirect_stderr(out)
    with patch.object(sys, "argv", ["mcplog", *words]), caught[0], caught[1]:
        command_line()
    return out.getvalue()


def faults(given: Path, quoted: str) -> Iterator[tuple[str, str]]:
    """Yield what is told when a stage fails with a message that quotes its input.

    Args:
        given: The folder with the inputs.
        quoted: What the message quotes.
    """

    def fail(*_: object, **__: object) -> None:
        raise ValueError(quoted) from KeyError(quoted)

    for stage in STAGES:
        with patch(f"mcplog.pipeline.{stage}", fail), patch.dict(os.environ, {"MCPLOG_DEBUG": "1"}):
            yield f"a fault in {stage}", printed(["analyze", str(given)])


def _asked(given: Path) -> str:
    """Return the answers of all tools of `mcplog serve`."""
    desk = Desk(
        roots=roots_of([given]),
        rules={rule.id: rule for rule in load_rulepack()},
        version="0",
        environment=os.environ,
        home=Path.home(),
    )
    calls: Mapping[str, Mapping[str, str]] = {
        "list_logs": {},
        "analyze": {"path": str(given)},
        "explain": {"path": str(given), "rule": RULE},
        "why_not": {"path": str(given), "rule": "rejected-after-auth"},
        "timeline": {"path": str(given)},
    }
    return "\n".join(str(result(name, arguments, desk)) for name, arguments in calls.items())


def _content(path: Path) -> Iterator[tuple[str, str]]:
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        yield "", content.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield f", {name}", f"{name}\n{archive.read(name).decode('utf-8', 'replace')}"
