"""Put a stand-in where redaction takes a secret out of a text: the same rules, and something in the secret's place.

    state=_63qJUoJ3QZhpmNT&scope=a          state=fakeUBqM8RXwAvLE&scope=a

A mark in its place would hide what an analysis needs: whether the refresh token of this line is the one of that store.

The rules are those of `redaction.STEPS`, run by `re` here, since what is put in depends on what was found.

May import: nothing of mcplog but this room. Touches: nothing.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from msgspec import Struct

from mcplog.model.redaction import COLON, MARK, STEPS, UNMARK, Step

StandIn = Callable[[str, bool], str]

AROUND: Final = " \t:=\"'\\"
NEVER_WORDS: Final = ("pin", "otp", "pass", "passwd", "password", "pwd", "passphrase", "secret", "api_key", "apikey")


class _Rule(Struct, frozen=True):
    """A step made ready: what stands before and after the secret in what is found."""

    where: re.Pattern[str]
    pattern: re.Pattern[str]
    before: tuple[int, ...]
    after: int | None
    takes_colon: bool


def with_stand_ins(text: str, stand_in: StandIn) -> tuple[str, int]:
    """Return `text` with a stand-in for everything that looks like a secret.

    Args:
        text: One line.
        stand_in: Gives the stand-in of a secret, which may have blanks and punctuation in it; told whether it is one
            beyond doubt, so that even a common word is no name of a thing.

    Returns:
        The text, and how many secrets were found in it.
    """
    found = 0
    for step in STEPS:
        rule = _rule(step)
        if not rule.where.search(text):
            continue
        if MARK in step.by:
            text, count = _replaced(text, rule, stand_in)
            found += count
        else:
            text = rule.pattern.sub(_template(step.by), text)
    for mark, letter in UNMARK:
        text = text.replace(mark, letter)
    return text, found


def _replaced(text: str, rule: _Rule, stand_in: StandIn) -> tuple[str, int]:
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        start = match.end(rule.before[-1]) if rule.before else match.start()
        stop = match.start(rule.after) if rule.after else match.end()
        head, found, tail = text[match.start() : start], text[start:stop], text[stop : match.end()]
        if rule.takes_colon:
            head, found = f"{head}{COLON}", found.partition(":")[2]
        found, rest = _first_quoted(found)
        tail = f"{rest}{tail}"
        bare = found.strip(AROUND)
        name = head.rstrip(AROUND + COLON).lower()
        made = stand_in(bare, name.endswith(NEVER_WORDS))
        count += made != bare
        return f"{head}{found.replace(bare, made, 1) if bare else found}{tail}"

    return rule.pattern.sub(one, text), count


def _first_quoted(found: str) -> tuple[str, str]:
    """Return what stands between the first quotes, with them, and the rest; all of it where it begins with none."""
    lead = found[: len(found) - len(found.lstrip(AROUND))]
    quote = lead[len(lead.rstrip("\"'\\")) :]
    at = found.find(quote, len(lead)) if quote.strip("\\") else -1
    return (found, "") if at < 0 else (found[: at + len(quote)], found[at + len(quote) :])


@cache
def _rule(step: Step) -> _Rule:
    head, mark, tail = step.by.partition(MARK)
    return _Rule(
        where=re.compile(step.where),
        pattern=re.compile(step.pattern),
        before=_groups(head),
        after=next(iter(_groups(tail)), None) if mark else None,
        takes_colon=bool(mark) and COLON in head,
    )


def _groups(template: str) -> tuple[int, ...]:
    return tuple(int(part.partition("}")[0]) for part in template.split("${")[1:])


def _template(by: str) -> str:
    return by.replace("${", r"\g<").replace("}", ">")
