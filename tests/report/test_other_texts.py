"""The texts of `rules`, `grammar coverage` and `doctor`."""

import polars as pl
from inline_snapshot import snapshot

from mcplog.model.client_version import ClientVersion, VersionEvidence
from mcplog.model.proposal import Proposal
from mcplog.model.rule import Alternative, CompiledRule, Query, Step, VersionRange
from mcplog.model.vocabulary import Party, RuleStatus, Severity
from mcplog.report.checks import Check, checks_text
from mcplog.report.client_versions import client_versions_text
from mcplog.report.coverage import coverage_text
from mcplog.report.grammar_proposal import proposals_text
from mcplog.report.layout import Page
from mcplog.report.rule_pages import rule_list, rule_page

QUERY = Query(keys=("server",), steps=(Step(kinds=("connected",)),), text="any by server\n  [connected]\n")
RULE = CompiledRule(
    id="refresh-race",
    since="0.1.0",
    status=RuleStatus.STABLE,
    severity=Severity.HIGH,
    responsible=(Party.CLIENT, Party.USER),
    title="Sessions race one rotating refresh token",
    query=QUERY,
    also=(Alternative(query=QUERY, cause="x", responsible=(Party.CLIENT,)),),
    exonerating=(QUERY,),
    cause="x",
    next_observation="The store right after.",
    remedy={Party.CLIENT: "Hold the lock.", Party.USER: "Close the other sessions."},
    supersedes=("refresh-token-revoked",),
    references=("RFC 6749 §6", "RFC 9700 §4.14"),
    explanation="Two sessions share\none store entry.\n\nThe first exchanges.",
    client_versions=(VersionRange(since="2.1.0", until="2.1.90"), VersionRange(since="2.1.136")),
)
SHARES = pl.DataFrame({"client_version": ["2.1.90", None], "events": [1234, 10], "unrecognised": [0, 5]})
SHAPES = pl.DataFrame(
    {
        "client_version": ["2.1.90", None],
        "shape": ["HTTP retry <n>", "odd \x1b[2J"],
        "example": ["HTTP retry 3", "odd"],
        "events": [4, 1],
    }
)


def test_a_rule_takes_a_line_of_the_list() -> None:
    assert rule_list([RULE], Page(width=100)) == (
        "refresh-race  Sessions race one rotating refresh token (high; client, you)\n"
    )


def test_the_page_of_a_rule_tells_all_of_it() -> None:
    assert rule_page(RULE, Page(width=80)) == snapshot("""\
refresh-race: Sessions race one rotating refresh token
high, stable, since 0.1.0; the client (Claude Code) or you

Two sessions share one store entry.

The first exchanges.

Looks for:
    any by server
      [connected]

Or for:
    any by server
      [connected]

Cleared by:
    any by server
      [connected]

client: Hold the lock.
you: Close the other sessions.

next observation: The store right after.

supersedes: refresh-token-revoked
client versions: from 2.1.0 until 2.1.90, from 2.1.136
references: RFC 6749 §6; RFC 9700 §4.14
""")


def test_coverage_counts_by_version_and_lists_what_is_not_known() -> None:
    assert coverage_text(SHARES, SHAPES, Page(width=80), limit=50) == snapshot("""\
2.1.90      100.00 % of 1,234 events, 0 not recognised
unknown      50.00 % of 10 events, 5 not recognised
all          99.60 % of 1,244 events, 5 not recognised

     4 2.1.90    HTTP retry <n>
     1 ?         odd \\x1b[2J
""")


def test_shapes_beyond_the_limit_are_counted() -> None:
    assert coverage_text(SHARES, SHAPES, Page(width=80), limit=1).endswith("… and 1 shape more\n")


def test_a_check_shows_its_hint_only_when_it_did_not_pass() -> None:
    checks = [
        Check(name="debug logs", passed=True, text="3 logs", hint="not shown"),
        Check(name="store", text="no store", hint="maybe a keychain"),
        Check(name="configuration", passed=False, text="none", hint="run the client"),
    ]

    assert checks_text(checks, Page(width=80)) == snapshot("""\
debug logs     ✔ 3 logs
store          ? no store
                 maybe a keychain
configuration  ✘ none
                 run the client
""")


def client(**fields: object) -> ClientVersion:
    known: dict[str, object] = {"version": None, "after": None, "before": None, "evidence": (), "contradicts": False}
    return ClientVersion(document_id=0, **{**known, **fields})  # type: ignore[arg-type]  # fields of many types


def test_a_client_is_told_with_its_evidence() -> None:
    agent = VersionEvidence(source="user-agent", line=4, says="options \x1b[2J", version="2.1.232")
    told = client(version="2.1.232", after="2.1.30", before="2.1.232", evidence=(agent,), contradicts=True)

    assert client_versions_text([told], {0: "a.txt", 1: "b.txt"}, Page(width=80)).splitlines() == [
        "a.txt",
        "  client 2.1.232; its wording: later than 2.1.30, earlier than 2.1.232",
        "  the evidence is of versions that exclude each other",
        "       4  user-agent   2.1.232: options \\x1b[2J",
        "",
        "b.txt",
        "  no line tells the version",
        "",
    ]


def test_a_runtime_alone_is_a_hint() -> None:
    text = client_versions_text([client()], {0: "a.txt"}, Page(width=80))

    assert text.splitlines()[1] == "  the version is not told; what it runs on is a hint"


def test_drafts_are_shown_with_their_faults_and_the_rest_is_counted() -> None:
    draft = Proposal(
        shape="x <n>", events=2, version="-", sample="x 1", kind="x", alternative='"x " NUMBER', nearest="x"
    )
    faulty = Proposal(shape="{…}", events=1, version="-", sample="{}", kind="told", alternative="", fault="no words")

    assert proposals_text([draft, faulty, draft], Page(width=80), limit=2).splitlines() == [
        "2 events: x <n>",
        "  known as far as  x",
        '  message.lark     | "x " NUMBER -> x',
        '  event_kinds.py   "x",',
        "  samples/x.txt  -<TAB>x 1",
        "",
        "1 event: {…}",
        "  samples/told.txt  -<TAB>{}",
        "  to be mended: no words",
        "",
        "… and 1 wording more",
    ]
    assert proposals_text([], Page(width=80), limit=2) == "Every line about MCP is understood: nothing to propose.\n"
