"""distinguishing: what sets a case apart is what others did, not the client's own defect that all reports show."""

from msgspec.structs import replace

from mcplog.diagnose.signature import distinguishing, incidents_of, signatures_of
from mcplog.model.finding import Diagnosis, Finding
from mcplog.model.signature import signature_of
from mcplog.model.vocabulary import Certainty, Party, Severity, Verdict
from tests.diagnose.given import finding


def found(rule_id: str, *parties: Party, severity: Severity = Severity.HIGH) -> Finding:
    signature = signature_of(rule_id, parties)
    return replace(finding(0), rule_id=rule_id, responsible=parties, severity=severity, signature=signature)


def case(*causes: Finding) -> Diagnosis:
    primary = causes[0] if causes else None
    return Diagnosis(server="s", verdict=Verdict.INCIDENT, primary=primary, further=causes[1:])


CLIENTS = found("cache-outlives", Party.CLIENT)
SERVERS = found("server-down", Party.MCP_SERVER)


def test_a_fault_of_the_server_stands_before_one_of_the_client() -> None:
    assert distinguishing([case(CLIENTS, SERVERS)]) == SERVERS


def test_a_fault_of_the_client_stands_where_there_is_no_other() -> None:
    assert distinguishing([case(CLIENTS)]) == CLIENTS


def test_near_miss_a_fault_that_may_be_the_clients_too_does_not_come_forward() -> None:
    shared = found("token-kept", Party.MCP_SERVER, Party.CLIENT)

    assert distinguishing([case(CLIENTS, shared)]) == CLIENTS


def test_what_is_merely_informational_is_no_incident() -> None:
    told = found("secret-in-log", Party.USER, severity=Severity.INFORMATIONAL)

    assert incidents_of([case(told)]) == ()
    assert distinguishing([case(told)]) is None


def test_the_servers_of_a_case_are_looked_at_in_their_order() -> None:
    assert distinguishing([case(CLIENTS), case(SERVERS), case(found("later", Party.NETWORK))]) == SERVERS


def test_signatures_name_each_fault_once_the_distinguishing_one_first_and_then_what_is_sure() -> None:
    weak = replace(found("maybe", Party.CLIENT), certainty=Certainty.POSSIBLE)

    assert signatures_of([case(weak, CLIENTS, SERVERS), case(SERVERS)]) == (
        "server-down/mcp-server",
        "cache-outlives/client",
        "maybe/client",
    )
    assert signatures_of([case()]) == ()
