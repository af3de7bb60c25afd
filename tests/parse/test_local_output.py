"""What a local server writes before it leaves is told from any line of its output."""

import pytest

from mcplog.parse.messages import read_events
from tests.parse.entries_of import KEY, entries_of

BOOT = "Server stderr: [scanner] booting..."


def told(message: str) -> tuple[object, ...]:
    table = read_events(entries_of([message], level="error"), key=KEY)
    return table.rows["kind"].item(), *table.messages.select("reason", "excerpt").row(0)


@pytest.mark.parametrize(
    ("message", "reason", "excerpt"),
    [
        (
            f"{BOOT}\n  [scanner] ready\n  07:21:39 scanner - stdin end\n  07:21:39 scanner - stdin close",
            "input-ended",
            f"{BOOT} … 07:21:39 scanner - stdin end",
        ),
        ("Server stderr: Stdin closed, leaving\nbye", "input-ended", "Server stderr: Stdin closed, leaving"),
        (f"{BOOT}\n{'.' * 300} end of input", "input-ended", f"{BOOT} … {'.' * 200}"),
        (f"{BOOT}\nstandard input is a terminal", None, BOOT),
        ("Server stderr: ", None, "Server stderr: "),
    ],
)
def test_the_first_line_that_tells_something_is_quoted(message: str, reason: str | None, excerpt: str) -> None:
    assert told(message) == ("server_stderr", reason, excerpt)


def test_a_secret_in_a_later_line_is_not_quoted() -> None:
    _, _, excerpt = told(f"{BOOT}\nrefresh_token=rt-0123456789abcdef0123456789abcdef: end of input")

    assert "0123456789abcdef" not in str(excerpt)
