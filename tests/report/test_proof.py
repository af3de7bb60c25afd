"""proofs: a finding as clauses with their truth and the bytes they rest on."""

from inline_snapshot import snapshot
from msgspec.structs import replace

from mcplog.model.finding import ClauseResult, NearMiss
from mcplog.model.place import Place
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.report.layout import Page
from mcplog.report.proof import near_misses, proofs
from mcplog.report.view import findings_of
from tests.report.analyses import (
    ANCHOR,
    LOG,
    REFUSED_AFTER_AUTH,
    REFUSED_SERVER,
    analysis,
    many,
    refused,
)


def test_a_confirmed_finding_is_proven_clause_by_clause() -> None:
    assert proofs(findings_of(refused(), "rejected-after-auth"), Page(width=100)) == snapshot("""\
rejected-after-auth on notes: confirmed
The server answered 401 to AT#3f9a01c2, which its own authorization server had issued 15.2 s before
and which had 59 min 44 s left.

1. true  [token_saved or token_returned] as saved
   2026-11-25 08:20:00.620  Saving tokens
     /home/dev/.claude/debug/95785131-eba8-40a7-87e9-d614b47a76fe.txt:274
2. true  ![refresh_failed or tokens_cleared]
   no refresh failed and no token was cleared between 08:20:00.620 and 08:20:15.825; the log covers
   all of it
3. true  [http_connection_failed where after_auth and http_status == 401] as refused
   2026-11-25 08:20:15.825  HTTP Connection failed after 821ms: Streamable HTTP error: Server
     returned 401 after successful authentication
     /home/dev/.claude/debug/fcd10fc2-3930-4dd1-8f83-1437d1f9f705.txt:50
     also /home/dev/.cache/claude-cli-nodejs/-home-dev-app/mcp-logs-notes/
     2026-11-25T08-20-00-100Z.jsonl:14
4. true  credential at refused where held_token_is == "valid"
   2026-11-25 08:20:00.622  the store held AT#3f9a01c2, valid until 09:20:00, 59 min 44 s left
     /home/dev/.claude/.credentials.json:1

Every clause is true, so the finding is confirmed.
who acts: the MCP server
MCP server: Check what the verifier demands: audience, issuer, scope. Log the reason of the 401.
you: Signing in again will not help. Send the server's operator the line below and its time.
next observation: Send `initialize` with the stored token by curl: 401 again means the server, 200
  the client.
references: RFC 6750 §3.1; anthropics/claude-code#18175
""")


def test_a_possible_finding_names_the_clause_that_is_open_and_what_would_settle_it() -> None:
    text = proofs(findings_of(many(), "refresh-token-revoked"), Page(width=120))

    assert "1. unknown  ![refresh_succeeded]\n" in text
    assert "   to settle it: the debug logs of the other sessions of that hour\n" in text
    assert "Clause 1 is unknown and none is false, so the finding is possible and no more.\n" in text


def test_a_line_is_given_with_its_bytes() -> None:
    line = replace(
        ANCHOR,
        place=Place(document_id=0, origin=LOG, line_from=50, line_to=51, byte_from=1200, byte_to=1400),
        also_at=None,
    )
    clause = replace(REFUSED_AFTER_AUTH.clauses[0], evidence=(line,))
    found = replace(REFUSED_AFTER_AUTH, clauses=(clause,))

    text = proofs(findings_of(analysis(replace(REFUSED_SERVER, primary=found)), found.rule_id), Page(width=120))

    assert f"     {LOG}:50-51  bytes 1200-1400\n" in text


def test_nothing_found_is_nothing_said() -> None:
    assert proofs((), Page()) == ""


def test_a_near_miss_names_what_fails_and_where_and_then_what_is_there() -> None:
    failed = ClauseResult(
        clause="![tokens_cleared]",
        truth=Truth.FALSE,
        settled_by="tokens_cleared at a.log:7",
        evidence=(replace(ANCHOR, excerpt="Cleared stored tokens", also_at=None),),
    )
    miss = NearMiss(rule_id="a-rule", server="notes", failed=(failed,), met=(REFUSED_AFTER_AUTH.clauses[0],))
    found = NearMiss(rule_id="a-rule", server="wiki", certainty=Certainty.POSSIBLE)

    assert near_misses([miss, found], Page(width=100)) == snapshot("""\
a-rule on notes: not found; this fails:
1. false  ![tokens_cleared]
   2026-11-25 08:20:15.825  Cleared stored tokens
     /home/dev/.claude/debug/fcd10fc2-3930-4dd1-8f83-1437d1f9f705.txt:50
   because tokens_cleared at a.log:7

The rest is there:
1. true  [token_saved or token_returned] as saved
   2026-11-25 08:20:00.620  Saving tokens
     /home/dev/.claude/debug/95785131-eba8-40a7-87e9-d614b47a76fe.txt:274

a-rule on wiki: it was found, and is possible
""")
