"""What a server, a gateway or a browser logged of the requests that it answered, where nobody says what is wrong.

    INFO: 10.0.0.1:0 - "POST /register HTTP/1.1" 400 Bad Request     registration refused
    POST /token → 200                                                a token was given,
    POST /mcp   → 401                                                and then not taken,
    POST /mcp   → 401, no Authorization header                       not sent, or nothing asked for any more
    POST /token request: refresh_token=rt_8c41…                      one refresh token, sent twice: the second time
    POST /token → 400                                                it is refused

What an answer means depends on the others: of a request that was answered well at another time nothing is told, since
nobody says what was changed between the two. What they mean is a guess from one side, so it is told as a reported fact.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct

from mcplog.knowledge.reported_facts import ReportedFacts
from mcplog.parse.answered_requests import METHODS, Answered, answered_in
from mcplog.parse.paste_lines import Line
from mcplog.parse.report_facts import Told, is_expectation
from mcplog.parse.report_passages import quoted_lines, rows_of_advice
from mcplog.parse.report_phrases import forms_of, has_any, joined_by_blanks
from mcplog.parse.report_sentences import Sentence, sentences

MOST: Final = 1_000  # of one paste
PARTS: Final = {  # the end of a path, and what is asked there
    "register": "registration",
    "registration": "registration",
    "token": "token",
    "authorize": "authorization",
    "authorization": "authorization",
    "auth": "authorization",
    "mcp": "server",
    "sse": "server",
    "": "server",  # the root, where nothing else is asked for
}
METADATA: Final = "/.well-known/"
OF_AUTHORIZATION_SERVER: Final = ("/oauth-authorization-server/", "/openid-configuration/")  # one has to be there
ACCOUNT: Final = (".anthropic.com", ".claude.ai", ".claude.com")  # hosts of no MCP server
OK: Final = range(200, 300)
REFUSED: Final = range(400, 500)
BROKEN: Final = range(500, 600)
BUSY: Final = (408, 429)  # says nothing of what was asked
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
SCOPE_MISSING: Final = "insufficient_scope"
SENT: Final = "refresh_token"
SENT_CHARS: Final = 8_000  # of a log before an answer, in which its request may be shown
TOKEN_CHARS: Final = 4_000
BEFORE_VALUE: Final = "'\": =[,("
VALUE_ENDS: Final = tuple("'\"])}&, \t\n")
FEWEST_CHARS: Final = 6  # of a refresh token, or of what somebody put for it
MASK_CHARS: Final = 2  # different characters of a mask: `****`, `xxxx…`
MASKED: Final = "redact"
SIGN_IN: Final = {
    ("registration", 404): "dcr_endpoint_404_reported",
    ("registration", 405): "dcr_endpoint_404_reported",
    ("registration", 501): "dcr_endpoint_404_reported",
}
SIGN_IN_REFUSED: Final = {  # in the order of a sign-in
    "metadata": "as_metadata_error_reported",
    "registration": "dcr_refused_reported",
    "token": "token_exchange_failed_reported",
    "authorization": "authorization_endpoint_error_reported",
}
ANY_REFUSAL: Final = range(REFUSED.start, BROKEN.stop)
TELLING: Final = {  # what is asked for and need not be there, or be there at another place, says nothing when it is not
    "metadata": BROKEN,
    "registration": (*REFUSED, 501),
}
NO_CREDENTIAL: Final = (
    "no authorization",
    "without authorization",
    "missing authorization",
    "auth=none",
    "auth=(none)",
)
NOT_SENT: Final = "still_unauthorized_after_signin_reported"
AFTER_TOKEN: Final = {
    UNAUTHORIZED: "rejected_after_auth_reported",
    FORBIDDEN: "forbidden_by_server_reported",
    404: "mcp_endpoint_not_found_reported",
}


class Answer(Struct, frozen=True):
    """An answer to a request of a sign-in or of MCP.

    Attributes:
        request: What was asked.
        part: `metadata`, `registration`, `token`, `authorization` or `server`.
    """

    request: Answered
    part: str

    @property
    def status(self) -> int:
        """Of HTTP."""
        return self.request.status

    @property
    def is_message(self) -> bool:
        """Whether it answers a message of MCP."""
        return self.part == "server" and self.request.method == "POST"


def told_by_answers(
    text: str, lines: Sequence[Line], taken: AbstractSet[int], table: ReportedFacts, *, tells_faults: bool
) -> Iterator[Told]:
    """Yield the fault that the answers in a paste tell together: the first one in the order of a sign-in.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log.
        table: The phrases that say what tells nothing.
        tells_faults: It speaks of servers of MCP, and reports something; another tells nothing.
    """
    if not tells_faults or not any(method in text for method in METHODS):
        return
    answers = list(_answers(text, lines, taken, table))
    found = (
        _of_sign_in(text, answers)
        or _sent_again(text, answers)
        or _scope_missing(text, answers)
        or _behind_token(text, answers)
        or _silence_behind_token(answers)
        or _of_server(answers)
    )
    if found is not None:
        kind, answer = found
        request = answer.request
        yield Told(kind=kind, start=request.start, end=request.end, fields={"http_status": request.status})


def _answers(text: str, lines: Sequence[Line], taken: AbstractSet[int], table: ReportedFacts) -> Iterator[Answer]:
    """Yield the first answers of a paste that somebody says were given, in order."""
    at = found = 0
    read = taken | rows_of_advice(lines, table)
    for sentence in sentences(text, lines, read, quoted_lines(text, lines), forms_of(table)):
        if not _is_seen(sentence, table):
            continue
        line_end = text.find("\n", sentence.end)
        stop = len(text) if line_end < 0 else line_end
        for request in answered_in(text, max(at, sentence.start), stop):
            if found < MOST and (part := _part_of(request.address)) is not None:
                found += 1
                yield Answer(request, part)
        at = max(at, stop)  # all of the line has been looked at, whatever sentences it has


def _is_seen(sentence: Sentence, table: ReportedFacts) -> bool:
    """Return whether a sentence may show what was, and not what ought to be."""
    before, own = sentence.words[: sentence.own], sentence.words[sentence.own :]
    if " ".join(before) in table.headings_not_told or is_expectation(before, table):
        return False
    return sentence.is_quoted or not has_any(own, joined_by_blanks(own), table.not_told)


def _part_of(address: str) -> str | None:
    """Return what is asked at an address; null when that is nothing of a sign-in or of a server."""
    host, _, path = address.partition("://")[2].partition("/") if address.startswith("http") else ("", "", address)
    if f".{host.partition(':')[0]}".endswith(ACCOUNT):
        return None
    plain = "/" + path.partition("?")[0].strip("/:,;)]").lower()
    if METADATA in f"{plain}/":
        return "metadata" if any(name in f"{plain}/" for name in OF_AUTHORIZATION_SERVER) else None
    return PARTS.get(plain.rpartition("/")[2])


def _of_sign_in(text: str, answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return the step of the sign-in that was refused and never went well.

    A token endpoint is asked for refreshes as well; where the log shows that it was, the refusal is none of a code.
    """
    for part, kind in SIGN_IN_REFUSED.items():
        given = [answer for answer in answers if answer.part == part]
        refused = [one for one in given if _is_refusal(one) and one.status in TELLING.get(part, ANY_REFUSAL)]
        is_of_refresh = part == "token" and SENT in text
        if refused and not is_of_refresh and not any(answer.status < REFUSED.start for answer in given):
            return SIGN_IN.get((part, refused[0].status), kind), refused[0]
    return None


def _sent_again(text: str, answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return the refusal of a refresh token that had been accepted before; the log shows what was sent."""
    accepted: set[str] = set()
    at = 0
    for answer in answers:
        if answer.part == "token":
            sent = _refresh_token(text[max(at, answer.request.start - SENT_CHARS) : answer.request.start])
            if sent in accepted and _is_refusal(answer):
                return "rotated_token_reuse_reported", answer
            if sent and answer.status in OK:
                accepted.add(sent)
        at = answer.request.end
    return None


def _refresh_token(log: str) -> str:
    """Return the last refresh token that the log of a request shows, masked as it may be; empty where it shows none."""
    for part in reversed(log.split(SENT)[1:]):
        value = part.lstrip(BEFORE_VALUE)[:TOKEN_CHARS]
        length = min((place for end in VALUE_ENDS if (place := value.find(end)) >= 0), default=len(value))
        if length >= FEWEST_CHARS and len(set(value[:length])) > MASK_CHARS and MASKED not in value.lower():
            return value[:length]
    return ""


def _scope_missing(text: str, answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return the first 403 to a message of MCP beside which the log names a scope that is missing."""
    for answer in answers:
        if answer.is_message and answer.status == FORBIDDEN and SCOPE_MISSING in _rest_of_line(text, answer):
            return "insufficient_scope_reported", answer
    return None


def _behind_token(text: str, answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return what the server answered once a token had been given, where it took none."""
    given = [place for place, answer in enumerate(answers) if answer.part == "token" and answer.status in OK]
    if not given:
        return None
    behind = [one for one in answers[given[0] :] if one.is_message]
    kinds = {AFTER_TOKEN.get(answer.status) for answer in behind}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind == AFTER_TOKEN[UNAUTHORIZED] and any(_is_without_credential(text, answer) for answer in behind):
        kind = NOT_SENT
    return (kind, behind[0]) if kind else None


def _is_without_credential(text: str, answer: Answer) -> bool:
    """Return whether the line of an answer says that its request brought no credential."""
    rest = _rest_of_line(text, answer).lower()
    return any(words in rest for words in NO_CREDENTIAL)


def _rest_of_line(text: str, answer: Answer) -> str:
    line_end = text.find("\n", answer.request.end)
    return text[answer.request.end : line_end if line_end >= 0 else len(text)]


def _silence_behind_token(answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return the answer that gave a token, where a log of sign-in and server ends: nothing was asked with it."""
    asked = any(answer.is_message and answer.status == UNAUTHORIZED for answer in answers)
    last = answers[-1] if answers else None
    is_token = last is not None and last.part == "token" and last.status in OK
    return (NOT_SENT, last) if last is not None and asked and is_token else None


def _of_server(answers: Sequence[Answer]) -> tuple[str, Answer] | None:
    """Return the error that a server answered every message with."""
    messages = [answer for answer in answers if answer.is_message]
    if messages and all(answer.status in BROKEN for answer in messages):
        return "mcp_server_error_reported", messages[0]
    return None


def _is_refusal(answer: Answer) -> bool:
    return (answer.status in REFUSED or answer.status in BROKEN) and answer.status not in BUSY
