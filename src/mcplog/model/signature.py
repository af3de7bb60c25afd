"""The signature of a fault: what two reports of it have in common, whoever wrote them and whenever.

    rejected-after-auth/mcp-server+authorization-server

May import: nothing. Touches: nothing.
"""

from collections.abc import Iterable
from typing import Final

from mcplog.model.vocabulary import Party

PARTIES: Final = tuple(Party)


def signature_of(rule_id: str, responsible: Iterable[Party]) -> str:
    """Return the signature of a finding.

    Made of the kind of fault and of who has to act, and of nothing else. Names, hosts, times and tokens differ between
    two reports of one fault; so do the wording of lines, the codes and the statuses in them, which one client
    generation prints and another hides. What is not in a signature stands beside it, as evidence that reports share.

    Args:
        rule_id: The rule, which is the kind of fault.
        responsible: Who has to act; the order does not matter.

    Returns:
        `<rule>/<party>+<party>`, parties in the order of their vocabulary. Readable, safe in a file name and in a URL
        but for its slash, and stable: rule ids are never renamed and parties are a closed vocabulary.
    """
    parties = {*responsible}
    return f"{rule_id}/{'+'.join(party for party in PARTIES if party in parties)}"
