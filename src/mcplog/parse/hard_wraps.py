"""Join the lines that a terminal broke at its right edge, in the middle of words: `tmux capture-pane`, a copied screen.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": HTTP Conne     as wide as the terminal, so the line below goes on
    ction failed after 16ms: Unauthorized

A log counts as broken when its longest lines all have one width, what follows them begins no record, and what begins
no record follows them. Lines that people or editors broke between words have many widths; these are joined by the
reader of pastes.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.first_looks import FEWEST, NARROWEST, WIDEST
from mcplog.parse.held_lines import HELD
from mcplog.parse.tool_prefixes import RECORD

DIFFERENT: Final = 6  # lines that go on; of fewer, nearly all have to be full, since words fill a line by chance
NEARLY_ALL: Final = 0.9
MOSTLY: Final = 0.4  # of the full lines: some records are just as wide, and of lines that were cut none goes on
FILLED: Final = 0.9  # of all lines


def without_wraps(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` with those joined that a terminal broke; `lines` themselves where it broke none."""
    text = lines["text"].str.strip_chars_end(" ") if _is_filled_up(lines["text"]) else lines["text"]
    length = text.str.len_chars()
    width = max(length, default=0)
    if not NARROWEST <= width <= WIDEST:
        return lines
    goes_on = ~text.str.contains(RECORD).shift(-1, fill_value=True) & (text.shift(-1, fill_value="") != "")
    is_full = length == width
    wrapped = text.filter(is_full & goes_on)
    # The same message in a few lines, written again and again, is as wide each time.
    kinds = wrapped.str.replace_all("[0-9]", "").n_unique()
    many = kinds >= DIFFERENT
    least = MOSTLY * len(text.filter(is_full | goes_on)) if many else NEARLY_ALL * len(text.filter(goes_on))
    if kinds < FEWEST or len(wrapped) < least:
        return lines
    is_full = (is_full | (length == width - 1)) & goes_on  # a blank at the edge is not copied
    return _joined(lines.with_columns(text.str.pad_end(width).set(~is_full, None).fill_null(text)), is_full)


def _is_filled_up(text: pl.Series) -> bool:
    """Return whether blanks fill lines up to the edge of the screen: all are of one length then."""
    length = text.str.len_chars()
    return int((length == length.max()).sum()) > FILLED * len(text)


def _joined(lines: pl.DataFrame, is_full: pl.Series) -> pl.DataFrame:
    """Return HELD `lines`, each full one joined with the next."""
    number = (~is_full.shift(fill_value=False)).cum_sum()
    joined = lines.group_by(number.alias("number"), maintain_order=True).agg(
        pl.col("text").str.join(""),
        pl.col("line").first(),
        pl.col("line_to").last(),
        pl.col("byte_from").first(),
        pl.col("byte_to").last(),
        is_exact=pl.col("is_exact").all() & (pl.len() == 1),
        file=pl.col("file").first(),
    )
    return joined.select(HELD.names())
