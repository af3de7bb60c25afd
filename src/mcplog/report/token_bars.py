"""What the credential store held, as bars: one a token, red from its expiry on."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

import polars as pl

from mcplog.report.inert import inert
from mcplog.report.lane import Bar, Tone, milliseconds
from mcplog.report.scale import Scale

STATE_COLUMNS: Final = (
    *("case_id", "server", "credential_key", "valid_from", "valid_to", "held_condition", "held_entry"),
    *("held_access_token", "held_has_access_token", "held_refresh_token", "held_has_refresh_token", "held_expires_at"),
)
_SAME: Final = tuple(name for name in STATE_COLUMNS if name.startswith("held_"))


def token_bars(held: pl.DataFrame, scale: Scale) -> Iterable[Bar]:
    """Yield a bar for each token that was held; nothing where the store is known to hold none.

    Args:
        held: STATES of one server, in order.
        scale: The clock; what was held before and after it is cut off.
    """
    for _, rows in groupby(held.iter_rows(named=True), key=lambda row: row["credential_key"]):
        for row in _joined(rows):
            yield from _token_bars(row, scale)


def _joined(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield states, those that follow each other with the same tokens and expiry as one."""
    for _, group in groupby(rows, key=lambda row: [row[name] for name in _SAME]):
        states = list(group)
        yield states[0] | {"valid_to": states[-1]["valid_to"]}


def _token_bars(row: dict[str, Any], scale: Scale) -> Iterable[Bar]:
    start = scale.start if row["valid_from"] is None else milliseconds(row["valid_from"])
    stop = scale.stop if row["valid_to"] is None else milliseconds(row["valid_to"])
    start, stop = max(start, scale.start), min(stop, scale.stop)
    if stop < start:
        return
    if row["held_condition"] == "damaged":
        yield Bar(start=start, stop=stop, tone=Tone.BAD, label="damaged", said="the store is damaged")
    elif row["held_has_access_token"]:
        yield from _lifetime(row, start, stop)
    elif row["held_has_access_token"] is None and row["held_entry"] is not False:
        yield Bar(start=start, stop=stop, tone=Tone.PLAIN, label="not known", said="not known whether a token is held")


def _lifetime(row: dict[str, Any], start: int, stop: int) -> Iterable[Bar]:
    name = inert(row["held_access_token"] or "a token")
    expires = row["held_expires_at"]
    until = milliseconds(expires) if expires else None
    refresh = inert(row["held_refresh_token"] or {False: "no refresh token"}.get(row["held_has_refresh_token"], ""))
    told = [f"{name} is held", refresh and f"with {refresh}" if refresh.startswith("RT") else refresh]
    told.append(f"expires {expires:%Y-%m-%d %H:%M:%S}" if expires else "")
    said = ", ".join(filter(None, told))
    if until is None or until > start:
        yield Bar(start=start, stop=min(stop, until or stop), tone=Tone.HELD, label=name, said=said)
    if until is not None and until < stop:
        over = max(start, until)
        yield Bar(start=over, stop=stop, tone=Tone.BAD, label=f"{name} expired", said=f"{said}: it is over")
