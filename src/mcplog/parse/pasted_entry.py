"""An entry of a paste while it is read.

May import: model. Touches: nothing.
"""

from dataclasses import dataclass

from mcplog.model.vocabulary import Confidence, Level, TimeBasis
from mcplog.parse.paste_lines import Line


@dataclass(slots=True)
class PastedEntry:
    """An entry that may go on in the next line.

    Attributes:
        start: Where it begins in the text.
        end: One past its last character.
        message: Its text so far, the server's name still in it where `names_server`.
        line: The last line that it stands on.
        level: None where it has no level.
        at_ms: Epoch milliseconds of a full UTC stamp.
        basis: What its stamp is.
        confidence: Shown or told.
        server: Told by what stands around it.
        session_id: Of a per-server log's record.
        names_server: Its text begins like a record about MCP.
        is_listed: `server` is written as it is configured.
        is_member: Its text is the value of a JSON member, quotes in it are escaped.
        goes_on: The next line may belong to it.
        lines: How many lines it stands on.
    """

    start: int
    end: int
    message: str
    line: Line
    level: Level = Level.NONE
    at_ms: int | None = None
    basis: TimeBasis = TimeBasis.ORDER
    confidence: Confidence = Confidence.PASTED
    server: str | None = None
    session_id: str | None = None
    names_server: bool = False
    is_listed: bool = False
    is_member: bool = False
    goes_on: bool = True
    lines: int = 1
