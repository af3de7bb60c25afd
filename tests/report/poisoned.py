"""A report with one hostile text in every place that an input can reach, and texts that are hostile somewhere."""

from typing import Any, Final

import msgspec

from mcplog.report.v1 import ReportV1

# Words of a vocabulary, numbers of a version: an input cannot change them.
CLOSED: Final = frozenset(
    ("verdict", "severity", "responsible", "role", "truth", "state", "final_state", "rung", "lane", "kind", "tool")
)

SCRIPTS: Final = (
    "<script>beacon()</script>",
    "</title><script>beacon()</script>",
    "</style></script><script>beacon()</script>",
    "<img src=x onerror=beacon()>",
    '"><svg onload=beacon()>',
    "'><iframe srcdoc='<script>beacon()</script>'>",
    "<svg><animate onbegin=beacon() attributeName=x dur=1s>",
    "<details open ontoggle=beacon()>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=beacon()>",
    "javascript:beacon()",
    '" onmouseover=beacon() autofocus onfocus=beacon() x="',
    "<a href='javascript:beacon()' autofocus onfocus=beacon()>x</a>",
    "<base href=https://evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:beacon()'>",
    "{{ self.__init__.__globals__ }}{% raw %}",
    "<!--><script>beacon()</script>-->",
    "<![CDATA[<script>beacon()</script>]]>",
    "&lt;script&gt;beacon()&lt;/script&gt;",
    "\x00<\x00script>beacon()</script>",
    "\uff1cscript\uff1ebeacon()\uff1c/script\uff1e",
    "`${beacon()}`",
    "<textarea><noscript><plaintext>",
    "<style>@import 'https://evil.example/x.css';*{background:url(https://evil.example/)}</style>",
    "%3Cscript%3Ebeacon()%3C/script%3E",
)


def poisoned(report: ReportV1, text: str) -> ReportV1:
    """Return `report` with `text` at the end of every string that says something and comes from an input."""
    return msgspec.convert(_poisoned(msgspec.to_builtins(report), text), ReportV1)


def _poisoned(value: Any, text: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {
            _key(value, name, text): one if name in CLOSED or name.endswith("_at") else _poisoned(one, text)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_poisoned(one, text) for one in value]
    return value + text if isinstance(value, str) and value else value


def _key(holder: dict[str, Any], name: str, text: str) -> str:
    """Return a key: the names of facts that are held come from the store; those of fields and parties do not."""
    return name + text if " " in name and len(holder) < 20 else name
