"""signature_of: kind of fault and who has to act, and nothing that differs between two reports of one fault."""

from mcplog.model.signature import signature_of
from mcplog.model.vocabulary import Party


def test_a_signature_is_the_rule_and_the_parties_in_the_order_of_the_vocabulary() -> None:
    either = signature_of("a-rule", (Party.AUTHORIZATION_SERVER, Party.MCP_SERVER))

    assert either == signature_of("a-rule", (Party.MCP_SERVER, Party.AUTHORIZATION_SERVER))
    assert either == "a-rule/mcp-server+authorization-server"


def test_another_party_is_another_signature() -> None:
    assert signature_of("a-rule", (Party.CLIENT,)) != signature_of("a-rule", (Party.USER,))
