"""The grammar knows every template of a catalogue of messages.

    python -m checks.vocabulary CATALOGUE.md

The catalogue is Markdown with tables whose first column is a template in backticks and whose second is `(detail)` where
the template stands inside other messages. In a template

    <ms>, <url>, <detail>      stands for something of that sort
    <HTTP|SSE>                 is one of several: each is tried
    [ (HTTP)], [.|: <detail>]  may be there: tried with and without, unless the brackets themselves are recognised
    ⏎                          ends a line; each line is tried
    a / b, a  ·  b             are several templates
    <text>                     is each of the texts in backticks in the last column

Prints the templates of which a form is not recognised, with that form, and how many templates there are.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from checks.recording import KEY
from mcplog.model.document import Document, Memory
from mcplog.parse import read_entries, read_events, recognises
from mcplog.parse.tables import tables

VALUES: Final = {
    "ms": "250",
    "n": "401",
    "max": "3",
    "code": "-32000",
    "CODE": "ERR_INVALID_ARG_VALUE",
    "status": "400",
    "pid": "4711",
    "p": "8443",
    "url": "https://a.example/mcp",
    "url|cmd": "https://a.example/mcp",
    "a": "https://a.example",
    "b": "https://b.example",
    "ver": "v20.11.1",
    "oauth-error": "invalid_grant",
    "ISO": "2026-11-25T00:36:43.901Z",
    "json": '{"id":1}',
    "body": '{"error":"invalid_token"}',
    "hex": "00ff00ff",
    "date time.mmm": "2026-11-25 00:36:43.901",
    "level": "info",
    "scope": "all",
    "scopes": "mcp:read mcp:write",
    "ct": "text/html",
    "s": "http-first",
    "bool": "true",
    "err": "TypeError: terminated",
    "detail": "Unauthorized",
    "first line": "Error: Unauthorized",
    "form body": "grant_type=refresh_token",
    "platform": "linux",
    "protocol": "https",
    "kind": "http",
    "transport": "http",
    "t": "mcp__notes__search",
    "key": "x",
}
OTHER_VALUE: Final = "notes"
STACK: Final = "at "
BAR: Final = "\0"
TEXT: Final = "<text>"
AS_DETAIL: Final = "as `<detail>`"
BRACKETS: Final = ("literal", "optional", "one of several")
UNRECOGNISED: Final = "unrecognised"


def templates(catalogue: str) -> Iterator[tuple[str, bool]]:
    """Yield the templates of a `catalogue` in Markdown, each with whether it is a detail."""
    for line in catalogue.splitlines():
        if line.startswith("| `"):
            cells = [cell.replace(BAR, "|") for cell in line.replace("\\|", BAR).strip("| ").split(" | ")]
            is_detail = "(detail)" in cells[1:2] or AS_DETAIL in cells[-1]
            for template in _several(cells[0].strip("` ")):
                yield from ((filled, is_detail) for filled in _filled(template, cells[-1]))


def _several(cell: str) -> Iterator[str]:
    for part in cell.split("  ·  "):
        yield from (template.strip() for template in part.split(" / "))


def _filled(template: str, told: str) -> list[str]:
    """Return a template with each of the texts in backticks in `told` at its place for one."""
    texts = [part for part in told.split("`")[1::2] if part.strip()] if TEXT in template else []
    return [template.replace(TEXT, text) for text in texts or ["started"]]


def unknown_forms(template: str, *, is_detail: bool) -> list[str]:
    """Return the forms of a template that are not recognised.

    Args:
        template: As in the catalogue.
        is_detail: It stands inside other messages.
    """
    bare = template.removesuffix(" (notice)").removesuffix(" (init event)")
    lines = [line for part in bare.split("⏎") if (line := part.strip()) and not line.startswith(STACK)]
    return [form for line in lines for form in _unknown(line, is_detail=is_detail)]


def _unknown(line: str, *, is_detail: bool) -> list[str]:
    """Return the forms of one line that are not recognised, in the first reading of its brackets; none if one fits."""
    known = _is_known_detail if is_detail else _is_known
    plain = line.replace("(s)", "[s]")
    missing: list[str] = []
    for reading in BRACKETS if "[" in plain else BRACKETS[:1]:
        forms = {"".join(parts) for parts in product(*_pieces(plain, reading))} - {""}
        unknown = sorted(form for form in forms if not known(form))
        if not unknown:
            return []
        missing = missing or unknown
    return missing


def _pieces(line: str, reading: str) -> Iterator[list[str]]:
    """Yield stretches of a line, each with what may stand there."""
    at = 0
    while at < len(line):
        end = _closing(line, at) if line[at] == "<" or (line[at] == "[" and reading != "literal") else at
        inner = line[at + 1 : end]
        if end == at:
            yield [line[at]]
        elif line[at] == "<":
            yield _choices(inner)
        elif reading == "optional":
            yield ["", *_bracketed(inner, reading)]
        else:
            yield [f"[{form}]" for form in _bracketed(inner, reading)]
        at = end + 1


def _closing(line: str, at: int) -> int:
    """Return where the bracket that opens at `at` closes; `at` itself when it never does."""
    opening, closing, depth = line[at], {"<": ">", "[": "]"}[line[at]], 0
    for place in range(at, len(line)):
        depth += (line[place] == opening) - (line[place] == closing)
        if not depth:
            return place
    return at


def _choices(inner: str) -> list[str]:
    if inner in VALUES:
        return [VALUES[inner]]
    parts = [part.strip() for part in inner.split("|")]
    return [VALUES.get(part, part) for part in parts if part != "…"] if len(parts) > 1 else [OTHER_VALUE]


def _bracketed(inner: str, reading: str) -> list[str]:
    """Return the forms of what stands between square brackets: alternatives that `|` parts."""
    parts, depth = [""], 0
    for char in inner:
        depth += (char in "<[") - (char in ">]")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return ["".join(form) for part in parts for form in product(*_pieces(part, reading))]


def _is_known(form: str) -> bool:
    return recognises(form) or _matches("message", form) or _is_read_in_a_paste(form)


def _is_known_detail(form: str) -> bool:
    return _matches("detail", form)


def _matches(start: str, form: str) -> bool:
    return tables()[start].match(f"{form} " if form.endswith(":") else form) is not None


def _is_read_in_a_paste(form: str) -> bool:
    document = Document(document_id=0, origin="paste", content=Memory(form.encode()), is_pasted=True)
    kinds = read_events(read_entries([document], looks_like_message=recognises).entries, key=KEY).rows["kind"]
    return bool(len(kinds)) and UNRECOGNISED not in kinds.to_list()


def main() -> int:
    """Read the command line and the catalogue, print what is unknown; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    every = list(templates(parser.parse_args().catalogue.read_text("utf-8")))
    unknown = 0
    for template, is_detail in every:
        forms = unknown_forms(template, is_detail=is_detail)
        unknown += bool(forms)
        if forms:
            print(f"{template}\n" + "\n".join(f"    {form}" for form in forms[:3]))
    print(f"{len(every)} templates, {unknown} of them unknown: {'MISSED' if unknown or not every else 'kept'}")
    return 1 if unknown or not every else 0


if __name__ == "__main__":
    raise SystemExit(main())
