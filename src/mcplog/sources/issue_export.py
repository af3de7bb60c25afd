"""Read issues as they are exported: who wrote what, in which order.

    gh issue view 42 --json number,title,author,body,comments        one object, comments inside
    gh issue list --json …                                           an array of such
    GET /repos/o/r/issues/42, …/issues/42/comments                   REST: `user`, comments apart with an `issue_url`
    GraphQL                                                          {"data": …}, lists as {"nodes": […]}

Values may follow one another (`--paginate`, JSON lines). Logins are kept to tell reporters apart and go no further.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

MARK: Final = "[bot]"
WRAPPERS: Final = (
    "nodes",
    "items",
    "edges",
    "node",
    "data",
    "repository",
    "issue",
    "issues",
    "pullRequest",
    "search",
)
DEPTH: Final = 8
BLANK: Final = " \t\r\n,\x1e"


class Statement(Struct, frozen=True, kw_only=True):
    """What one person wrote at once.

    Attributes:
        author: Login; null when it is not told.
        text: Markdown.
        number: 0 for the issue itself, else the number of the comment.
        is_title: It is the issue's title.
        is_bot: A program wrote it.
        source: Which export it comes from.
    """

    author: str | None
    text: str
    number: int = 0
    is_title: bool = False
    is_bot: bool = False
    source: int = 0


class Issue(Struct, kw_only=True):
    """One issue.

    Attributes:
        number: Its number; null when it is not told.
        repository: `owner/name`; empty when it is not told.
        statements: Title, body, comments.
    """

    number: int | None = None
    repository: str = ""
    statements: list[Statement] = []

    @property
    def name(self) -> str:
        """How it is called: `issue #42`."""
        return "issue" if self.number is None else f"issue #{self.number}"


Found = dict[tuple[str, int | None, int], Issue]
"""Issues by repository, number and, without a number, export."""


def read_issues(texts: list[str]) -> list[Issue]:
    """Return the issues in exports that belong together, in order.

    Args:
        texts: JSON. Comments that were exported apart are added to their issue, whichever text it is in.

    Returns:
        Issues with at least one statement; nothing for a text that is no export.
    """
    found: Found = {}
    for number, text in enumerate(texts):
        for value in _values(text):
            _collect(value, found, number, DEPTH)
    return [issue for issue in found.values() if issue.statements]


def _values(text: str) -> Iterator[Any]:
    """Yield the JSON values of a text, as far as they can be read."""
    decoder, at = json.JSONDecoder(), 0
    text = text.removeprefix("\ufeff")
    while True:
        while at < len(text) and text[at] in BLANK:
            at += 1
        if at >= len(text):
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


def _collect(value: Any, found: Found, source: int, depth: int) -> None:  # noqa: ANN401 - JSON
    """Add the issues and comments in a value, in whatever it wraps them."""
    if depth <= 0:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, found, source, depth - 1)
    elif isinstance(value, dict):
        if _is_comment(value):
            _add_comment(value, _issue_of(value, found, source), source)
        elif _is_issue(value):
            _add_issue(value, found, source)
        else:
            for key in WRAPPERS:
                if key in value:
                    _collect(value[key], found, source, depth - 1)
            if "issue" in value and isinstance(value.get("comments"), list):
                _collect_comments(value["comments"], found, source)


def _is_comment(value: dict[str, Any]) -> bool:
    return isinstance(value.get("body"), str) and "title" not in value and ("issue_url" in value or "issue" in value)


def _is_issue(value: dict[str, Any]) -> bool:
    has_text = isinstance(value.get("body"), str) or isinstance(value.get("title"), str)
    return has_text or (isinstance(_listed(value.get("comments")), list) and "issue" not in value)


def _add_issue(value: dict[str, Any], found: Found, source: int) -> None:
    comments = _listed(value.get("comments"))
    listed = [_inner(item) for item in comments] if isinstance(comments, list) else []
    named = next((item for item in (value, *listed) if _number(item) is not None), value)
    issue = _issue_of(named, found, source)
    author, is_bot = _author(value)
    said = [
        Statement(author=author, text=text, is_title=key == "title", is_bot=is_bot, source=source)
        for key in ("body", "title")
        if isinstance(text := value.get(key), str) and text.strip()
    ]
    known = {(one.text, one.is_title) for one in issue.statements if not one.number}
    issue.statements[:0] = [one for one in said if (one.text, one.is_title) not in known]
    for comment in listed:
        _add_comment(comment, issue, source)


def _collect_comments(comments: list[Any], found: Found, source: int) -> None:
    """Add comments that stand beside their issue."""
    for comment in map(_inner, comments):
        _add_comment(comment, _last(found) or _issue_of(comment, found, source), source)


def _add_comment(value: dict[str, Any], issue: Issue, source: int) -> None:
    """Add a comment; one that another export has told already is the same."""
    author, is_bot = _author(value)
    text = value.get("body")
    number = 1 + max((one.number for one in issue.statements), default=0)
    told = {(one.author, one.text) for one in issue.statements if one.number and one.source != source}
    if isinstance(text, str) and (author, text) not in told:
        issue.statements.append(Statement(author=author, text=text, number=number, is_bot=is_bot, source=source))


def _inner(item: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the object that GraphQL wraps in `node`, or what there is; an empty one for anything else."""
    value = item.get("node", item) if isinstance(item, dict) else {}
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the list that GraphQL wraps, or what there is."""
    if isinstance(value, dict):
        return value.get("nodes", value.get("edges"))
    return value


def _author(value: dict[str, Any]) -> tuple[str | None, bool]:
    """Return who wrote something, and whether that is a program."""
    who = value.get("author", value.get("user"))
    if isinstance(who, str):
        return who or None, who.endswith(MARK)
    if not isinstance(who, dict):
        return None, False
    login = who.get("login")
    is_bot = bool(who.get("is_bot")) or who.get("type") == "Bot" or who.get("__typename") == "Bot"
    if not isinstance(login, str) or not login:
        return None, is_bot
    return login, is_bot or login.endswith(MARK)


def _issue_of(value: dict[str, Any], found: Found, source: int) -> Issue:
    """Return the issue that an issue or a comment is of; what names none is of the issue before it."""
    number, repository = _number(value), _repository(value)
    if number is None and _is_comment(value) and (last := _last(found)) is not None:
        return last
    # Without a number two exports cannot be of one issue; without a repository one number is one issue.
    key = (repository.lower(), number, source if number is None else 0)
    if number is not None and key not in found:
        alike = [known for known in found if known[1] == number and "" in (known[0], key[0])]
        key = alike[0] if len(alike) == 1 else key
    issue = found.setdefault(key, Issue(number=number, repository=repository))
    issue.repository = issue.repository or repository
    return issue


def _last(found: Found) -> Issue | None:
    return next(reversed(found.values()), None)


def _number(value: dict[str, Any]) -> int | None:
    told = value.get("number")
    if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 10**12:
        return told
    for key in ("issue_url", "html_url", "url"):
        _, mark, rest = str(value.get(key, "")).replace("/pull/", "/issues/").rpartition("/issues/")
        digits = rest.partition("#")[0].partition("/")[0].partition("?")[0]
        if mark and digits.isascii() and digits.isdigit() and len(digits) < 13:  # noqa: PLR2004 - more is no number
            return int(digits)
    return None


def _repository(value: dict[str, Any]) -> str:
    for key in ("html_url", "url", "issue_url", "repository_url"):
        _, mark, rest = str(value.get(key, "")).partition("://")
        parts = rest.partition("?")[0].split("/")
        if mark and "repos" in parts[:3]:
            parts = parts[parts.index("repos") :]
        if mark and len(parts) > 2 and (key == "repository_url" or parts[3:4] in (["issues"], ["pull"])):  # noqa: PLR2004 - host, owner, name
            return f"{parts[1]}/{parts[2]}"
    return ""
