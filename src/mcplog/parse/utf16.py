"""Read UTF-16 (PowerShell's `>`) as UTF-8, and lead places in it back to the original's bytes.

May import: model. Touches: nothing.
"""

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.document import Document, Memory
from mcplog.parse.formats import Form
from mcplog.parse.places import with_rows_of


class Transcoded(Struct, frozen=True, kw_only=True):
    """A document in UTF-8.

    Attributes:
        document: The same document with UTF-8 content.
        skip: Bytes of the original's byte order mark.
        odd_byte: The original ends in half a code unit.
    """

    document: Document
    skip: int
    odd_byte: bool = False

    def with_original_places(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return ENTRIES or GAPS, the bytes of this document's rows led back to the original.

        Args:
            frame: ENTRIES or GAPS of any documents.
        """
        return with_rows_of(frame, self.document.document_id, self._led_back)

    def _led_back(self, rows: pl.DataFrame) -> pl.DataFrame:
        columns = rows.select("byte_from", "byte_to")
        places = self._original({place for column in columns for place in column})
        return pl.DataFrame([pl.Series(one.name, [places[place] for place in one], dtype=one.dtype) for one in columns])

    def _original(self, positions: set[int]) -> dict[int, int]:
        """Return where each byte position of the UTF-8 text stands in the original."""
        data = self.document.content.slice(0, self.document.content.size)
        places: dict[int, int] = {}
        before, units = 0, 0
        for position in sorted(positions):
            units += _units(data[before:position])
            places[position] = self.skip + 2 * units
            before = position
        return places


def transcode(document: Document, form: Form) -> Transcoded:
    """Return `document` in UTF-8, all of it in memory.

    Args:
        document: In UTF-16.
        form: Its encoding and byte order mark.
    """
    data = document.content.slice(form.skip, document.content.size)
    odd = len(data) % 2 == 1
    text = data[: len(data) - odd].decode(form.encoding, "surrogatepass")
    utf8 = text.encode("utf-8", "replace")
    return Transcoded(document=replace(document, content=Memory(utf8)), skip=form.skip, odd_byte=odd)


def _units(data: bytes) -> int:
    """Return how many UTF-16 code units the UTF-8 text `data` has."""
    text = data.decode("utf-8", "replace")
    return len(text) + (0 if text.isascii() else sum(char > "\uffff" for char in text))
