"""Lines of a log with the place where each stands in what was handed in, so that text can be taken off or changed.

May import: nothing. Touches: nothing.
"""

from typing import Final

import polars as pl

HELD: Final = pl.Schema(
    {
        "text": pl.String(),  # what is left of the line
        "line": pl.UInt32(),  # in the original, 1-based
        "line_to": pl.UInt32(),  # its last line there
        "byte_from": pl.UInt64(),  # of the text in the original
        "byte_to": pl.UInt64(),  # one past it
        "is_exact": pl.Boolean(),  # the text is those bytes, none of them changed
        "file": pl.String(),  # the file that a tool names for the line; null where it names none
    }
)
ODD: Final = "\N{REPLACEMENT CHARACTER}"


def held_lines(data: bytes, skip: int) -> pl.DataFrame:
    """Return HELD: the lines of `data`, which begins at byte `skip` of its document; each without its line end."""
    raw = data.split(b"\n")
    if not raw[-1]:
        raw.pop()
    text = pl.Series("text", [line.decode("utf-8", "replace") for line in raw], dtype=pl.String)
    size = pl.Series([len(line) for line in raw], dtype=pl.UInt64)
    begin = size.cum_sum() + pl.int_range(len(raw), dtype=pl.UInt64, eager=True) - size + skip
    is_exact = size == text.str.len_bytes()
    if is_exact.all() and b"\r" not in data:
        end = begin + size
    else:
        is_exact &= ~text.str.contains(ODD, literal=True)
        text = text.str.strip_suffix("\r")
        end = begin + size - pl.Series([line.endswith(b"\r") for line in raw], dtype=pl.Boolean).cast(pl.UInt64)
    number = pl.int_range(1, len(raw) + 1, dtype=pl.UInt32, eager=True)
    source = pl.Series([None], dtype=pl.String).new_from_index(0, len(raw))
    columns = zip(HELD, (text, number, number, begin, end, is_exact, source), strict=True)
    return pl.DataFrame([column.alias(name) for name, column in columns])


def with_texts(lines: pl.DataFrame, text: pl.Series) -> pl.DataFrame:
    """Return HELD `lines` whose texts were changed to `text`: where it is another one, the whole line is its place."""
    is_same = lines["text"] == text
    return lines.with_columns(text.alias("text"), is_exact=lines["is_exact"] & is_same)


def with_heads_off(lines: pl.DataFrame, size: pl.Series) -> pl.DataFrame:
    """Return HELD `lines` without the first `size` bytes of each text, which end where a character does."""
    text = lines["text"].cast(pl.Binary).to_frame("raw").select(pl.col("raw").bin.slice(size)).to_series()
    size = size.cast(pl.UInt64)
    begin = lines["byte_from"] + size.zip_with(lines["is_exact"], size * 0)
    return lines.with_columns(text.cast(pl.String).alias("text"), byte_from=begin)
