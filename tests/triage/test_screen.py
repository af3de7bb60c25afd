"""screen and markdown_lines: counts, clusters, what is undecided and why, what could not be used."""

from inline_snapshot import snapshot

from mcplog.report.layout import Page
from mcplog.triage.baseline import compared
from mcplog.triage.markdown_report import markdown_lines
from mcplog.triage.rows import ProblemRow, Row
from mcplog.triage.running import Ran
from mcplog.triage.screen import screen, stats
from mcplog.triage.summary import summary_of
from mcplog.triage.work import Spent
from tests.triage.row_values import finding, incident, quiet

ROWS: list[Row] = [
    incident("1", oauth_errors=("invalid_grant",), providers=("notion",)),
    finding("1"),
    incident("2", certainty="possible", client_versions=("2.1.90",)),
    quiet("3"),
    quiet("4", "inconclusive", unknown=("What failed.",)),
    quiet("5", "no-evidence"),
    ProblemRow(case="6", file="dump/6.zip", what="is cut"),
    ProblemRow(case="7", file="dump/7.zip", what="is cut"),
]
RAN = Ran(units=7, units_done=6, spent=Spent(documents=5, lines=50, bytes=1 << 20, peak_bytes=1 << 27), seconds=2.0)
BASELINE = compared([quiet("1"), quiet("0")], ROWS)


def test_the_screen_tells_everything_once() -> None:
    assert screen(summary_of(ROWS), RAN, BASELINE, Page(width=90)) == snapshot("""\
5 cases · 5 logs · 50 lines
2 incident · 1 healthy · 1 inconclusive · 1 no-evidence
interrupted: 6 of 7 inputs are done

kinds             2  token-refused  high          1 confirmed  MCP server

severity          2  high

client            1  2.1.331
                  1  2.1.90

provider          1  notion

duplicates        2  token-refused/mcp-server
                     share: state at the end broken

undecided         2  cases, because
                  1  The logs say nothing about any MCP server.
                  1  What failed.

baseline    4 new, 1 gone, 1 changed, 0 as before
            new      2  token-refused/mcp-server
            new      3  healthy
            new      4  inconclusive
            new      5  no-evidence
            gone     0  healthy
            changed  1  healthy became token-refused/mcp-server

not used          2  is cut (dump/6.zip)
""")


def test_the_markdown_report_tells_the_same() -> None:
    assert "".join(markdown_lines(summary_of(ROWS), BASELINE)) == snapshot("""\
# Triage of 5 cases

5 logs, 50 lines. 2 incident, 1 healthy, 1 inconclusive, 1 no-evidence.

## Kinds

| kind | cases | confirmed | severity | who acts |
|---|--:|--:|---|---|
| token-refused: Token is refused | 2 | 1 | high | MCP server |

| Severity | cases |
|---|--:|
| high | 2 |

| Client version | cases |
|---|--:|
| 2.1.331 | 1 |
| 2.1.90 | 1 |

| Provider | cases |
|---|--:|
| notion | 1 |

## Likely duplicates: 1 cluster

### Token is refused: 2 cases

Signature `token-refused/mcp-server`. Example: The server refuses.

- state at the end: broken (2 of 2)
- cases: 1, 2

## Undecided: 2 cases

| Why | cases |
|---|--:|
| The logs say nothing about any MCP server. | 1 |
| What failed. | 1 |

## Since the baseline

- new: 2: `token-refused/mcp-server`
- new: 3: healthy
- new: 4: inconclusive
- new: 5: no-evidence
- gone: 0: healthy
- changed: 1: healthy became `token-refused/mcp-server`
- same: 0

## Could not be used

| What | inputs |
|---|--:|
| is cut (`dump/6.zip`) | 2 |

""")


def test_stats_tell_phases_rates_and_memory() -> None:
    text = stats(RAN, listing_s=0.1, writing_s=0.2, peak_bytes=1 << 26, page=Page())

    assert text.split() == snapshot(
        [
            "phases",
            "listing",
            "0.10",
            "s",
            "opening",
            "0.00",
            "s",
            "judging",
            "0.00",
            "s",
            "writing",
            "0.20",
            "s",
            "rates",
            "2",
            "logs/s,",
            "25",
            "lines/s,",
            "0.5",
            "MiB/s",
            "over",
            "2.00",
            "s",
            "peak",
            "64",
            "MiB",
            "here,",
            "128",
            "MiB",
            "where",
            "the",
            "work",
            "was",
            "done",
        ]
    )


def test_a_part_that_has_many_rows_says_how_many_it_leaves_out() -> None:
    rows: list[Row] = [incident(str(n), client_versions=(f"2.1.{n}",)) for n in range(30)]

    text = screen(summary_of(rows), RAN, None, Page(width=90))

    assert "… and 18 more" in text
