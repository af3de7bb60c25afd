"""The text of an HTML copy: tags stripped, entities decoded, what stood in `<pre>` and `<code>` kept as fences.

    <p>It fails:</p><pre><code>[DEBUG] …⏎</code></pre>          It fails:⏎⏎```⏎[DEBUG] …⏎```
    <ul><li>one</li></ul>  <blockquote>said</blockquote>        - one      > said
    <a href="…/files/1/debug.txt">debug.txt</a>                 [debug.txt](…/files/1/debug.txt)

A copy of an issue's page has one part for each comment; who wrote it stands before it. The tags are found by one pass
that never goes back: pages from strangers make other parsers take hours.
"""

from collections.abc import Iterator
from html import unescape
from typing import Final

from msgspec import Struct

# fmt: off
BLOCKS: Final = frozenset((
    "address", "article", "aside", "body", "blockquote", "dd", "details", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
))
# fmt: on
HIDDEN: Final = frozenset(("script", "style", "head", "template", "svg", "noscript", "select", "button"))
RAW: Final = ("script", "style")
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
BODY_WORDS: Final = ("comment-body", "markdown-body")
AUTHOR_WORDS: Final = ("author", "author-link")
FENCE: Final = "```"
MOST_QUOTES: Final = 16


class Part(Struct, frozen=True, kw_only=True):
    """One comment of a page, or all of it.

    Attributes:
        author: Login; null when the page does not say.
        text: As Markdown.
    """

    author: str | None
    text: str


class _Tag(Struct, frozen=True, kw_only=True):
    name: str
    is_end: bool
    attributes: str

    def has_word(self, key: str, words: tuple[str, ...]) -> bool:
        """Tell whether one of `words` stands in the attribute `key`."""
        return any(word in words for word in self.value(key).lower().split())

    def value(self, key: str) -> str:
        """Return the value of an attribute; empty when there is none."""
        _, mark, rest = f" {self.attributes}".replace("\n", " ").partition(f" {key}=")
        if not mark:
            return ""
        if rest[:1] in ('"', "'"):
            return unescape(rest[1:].partition(rest[0])[0])
        return unescape(rest.partition(" ")[0])


def parts_of_page(page: str) -> list[Part]:
    """Return the comments of an HTML page in order; one part with everything when it shows no comments.

    Args:
        page: HTML.
    """
    writer = _Writer()
    for token in _tokens(page):
        writer.take(token)
    return writer.parts()


def _tokens(page: str) -> Iterator[str | _Tag]:
    """Yield texts and tags in order."""
    at, has_quote = 0, {'"': True, "'": True}
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            yield unescape(page[at:])
            return
        if start > at:
            yield unescape(page[at:start])
        first = page[start + 1 : start + 2]
        if page.startswith("<!--", start):
            end = page.find("-->", start + 4)
            at = len(page) if end < 0 else end + 3
        elif first in ("!", "?"):
            end = page.find(">", start)
            at = len(page) if end < 0 else end + 1
        elif first == "/" or (first.isascii() and first.isalpha()):
            end = _tag_end(page, start, has_quote)
            tag = _tag(page[start + 1 : end])
            yield tag
            at = _raw_end(page, end + 1, tag.name) if tag.name in RAW and not tag.is_end else end + 1
        else:
            yield "<"
            at = start + 1


def _raw_end(page: str, start: int, name: str) -> int:
    """Return where a script ends: what looks like a tag in it is none."""
    at = page.find("</", start)
    while at >= 0 and page[at + 2 : at + 2 + len(name)].lower() != name:
        at = page.find("</", at + 2)
    return len(page) if at < 0 else at


def _tag_end(page: str, start: int, has_quote: dict[str, bool]) -> int:
    """Return where the `>` of a tag stands that no quote holds.

    Args:
        page: HTML.
        start: Where the tag begins.
        has_quote: Which quotes still come; a quote that was once not found is never looked for again.
    """
    at = start
    while True:
        end = page.find(">", at)
        if end < 0:
            return len(page)
        places = [(page.find(quote, at, end), quote) for quote in "\"'" if has_quote[quote]]
        place, opening = min((found for found in places if found[0] >= 0), default=(-1, ""))
        if place < 0:
            return end
        closing = page.find(opening, place + 1)
        if closing < 0:
            has_quote[opening] = False
            continue
        at = closing + 1


def _tag(inside: str) -> _Tag:
    is_end = inside.startswith("/")
    name, _, rest = inside.removeprefix("/").replace("\n", " ").replace("\t", " ").partition(" ")
    return _Tag(name=name.rstrip("/").lower(), is_end=is_end, attributes=rest)


class _Lines:
    """Lines that are written piece by piece; a page may put a million pieces on one."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._pieces: list[str] = []
        self.quotes = 0

    @property
    def is_empty(self) -> bool:
        return not self._pieces

    @property
    def ends_apart(self) -> bool:
        """What is written next needs no blank before it."""
        return not self._pieces or self._pieces[-1].endswith(" ")

    @property
    def length(self) -> int:
        return len(self._pieces)

    def write(self, text: str) -> None:
        if text:
            self._pieces.append(text)

    def take_from(self, length: int) -> str:
        """Return what was written on this line since it had `length` pieces, and take it away."""
        taken = "".join(self._pieces[length:])
        del self._pieces[length:]
        return taken

    def end(self) -> None:
        self._done.append("> " * self.quotes + "".join(self._pieces).rstrip())
        self._pieces = []

    def fresh(self) -> None:
        """End the line unless nothing stands on it."""
        if self._pieces:
            self.end()

    def apart(self) -> None:
        """End the line, and leave one empty before the next."""
        self.fresh()
        if self._done and self._done[-1].strip("> "):
            self.end()

    def text(self) -> str:
        self.fresh()
        return "\n".join(line.rstrip() for line in self._done).strip("\n") + "\n"


class _Writer:
    """Writes the text of a page, token by token."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._done: list[Part] = []
        self._hidden = ""
        self._is_preformatted = False
        self._link = ""
        self._link_from = 0
        self._author: str | None = None
        self._names_author = False
        self._body = ""
        self._depth = 0

    def take(self, token: str | _Tag) -> None:
        if isinstance(token, str):
            self._text(token)
        elif self._hidden:
            if token.is_end and token.name == self._hidden:
                self._hidden = ""
        elif token.name in HIDDEN:
            self._hidden = "" if token.is_end else token.name
        elif token.name == "a":
            self._anchor(token)
        else:
            self._track_body(token)
            self._mark(token)

    def parts(self) -> list[Part]:
        if self._body:
            self._end_part()
        return self._done or [Part(author=None, text=self._lines.text())]

    def _text(self, text: str) -> None:
        if self._hidden:
            return
        if self._names_author and text.strip():
            self._author, self._names_author = text.strip().removeprefix("@"), False
        if self._is_preformatted:
            first, *others = text.split("\n")
            self._lines.write(first)
            for line in others:
                self._lines.end()
                self._lines.write(line)
            return
        words = " ".join(text.split())
        if text[:1].isspace() and not self._lines.ends_apart:
            self._lines.write(" ")
        if words:
            self._lines.write(words + (" " if text[-1:].isspace() else ""))

    def _mark(self, tag: _Tag) -> None:
        """Write what a tag stands for in Markdown."""
        name, lines = tag.name, self._lines
        if name == "pre":
            self._fence(is_end=tag.is_end)
        elif self._is_preformatted:
            return
        elif name == "code":
            lines.write("`")
        elif name == "br":
            lines.end()
        elif name == "blockquote":
            lines.apart()
            lines.quotes = min(MOST_QUOTES, max(0, lines.quotes + (-1 if tag.is_end else 1)))
        elif name == "p":
            lines.apart()
        elif name in BLOCKS:
            lines.fresh()
            if not tag.is_end:
                lines.write("- " if name == "li" else "#" * int(name[1]) + " " if name in HEADINGS else "")

    def _fence(self, *, is_end: bool) -> None:
        if is_end != self._is_preformatted:
            return
        self._lines.fresh()
        self._lines.write(FENCE)
        self._lines.end()
        self._is_preformatted = not is_end

    def _anchor(self, tag: _Tag) -> None:
        if tag.is_end:
            if self._link:
                shown = self._lines.take_from(self._link_from).strip()
                self._lines.write(f"[{shown}]({self._link})" if shown not in ("", self._link) else shown)
            self._link = ""
            return
        names = tag.has_word("class", AUTHOR_WORDS) or "author" in tag.value("data-testid")
        if not self._body and (names or tag.value("data-hovercard-type") == "user"):
            self._names_author = True
        href = tag.value("href")
        is_file = "/files/" in href or "/assets/" in href or ("://" not in href and "." in href)
        self._link = href if is_file and not self._is_preformatted else ""
        self._link_from = self._lines.length

    def _track_body(self, tag: _Tag) -> None:
        """Begin a part at the element that holds a comment, and end it where that element ends."""
        if self._body:
            if tag.name == self._body and not tag.attributes.endswith("/"):
                self._depth += -1 if tag.is_end else 1
            if not self._depth:
                self._end_part()
        elif not tag.is_end and (tag.has_word("class", BODY_WORDS) or tag.value("data-testid") in BODY_WORDS):
            self._body, self._depth, self._lines = tag.name, 1, _Lines()
            self._is_preformatted, self._names_author = False, False

    def _end_part(self) -> None:
        text = self._lines.text()
        if text.strip():
            self._done.append(Part(author=self._author, text=text))
        self._body, self._depth, self._lines = "", 0, _Lines()
        self._is_preformatted = False
