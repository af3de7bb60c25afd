"""What is about to fail, told from what the store holds, the marker file and the processes that run. Pure.

A warning is of the moment before: when the fault has happened, the rules say so.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from mcplog.model.board import Alarm, Warned
from mcplog.model.vocabulary import StoreCondition

SOON: Final = timedelta(seconds=90)
MARKER_LIFETIME: Final = timedelta(minutes=15)  # of markers that name none
SEVERAL: Final = 2


class Holding(Struct, frozen=True, kw_only=True):
    """What the store holds for one server now.

    Attributes:
        server: The server.
        has_entry: There is an entry; null where the store cannot be read.
        has_access_token: Null when not known.
        has_refresh_token: Null when not known.
        expires_at: By the client's clock; null when not known.
        saved_at: Since when it is held; null when not known.
        rotates: Another refresh token was held before this one: the authorization server rotates them.
        had_entry: There was an entry before.
    """

    server: str
    has_entry: bool | None
    has_access_token: bool | None = None
    has_refresh_token: bool | None = None
    expires_at: datetime | None = None
    saved_at: datetime | None = None
    rotates: bool = False
    had_entry: bool = False


class Marker(Struct, frozen=True, kw_only=True):
    """The client's note that a server wants a sign-in: it is skipped until the note is over."""

    server: str
    marked_at: datetime
    lifetime: timedelta | None = None

    @property
    def over_at(self) -> datetime:
        """When the client tries the server again."""
        return self.marked_at + (self.lifetime or MARKER_LIFETIME)


class Situation(Struct, frozen=True, kw_only=True):
    """Everything that a warning is told from.

    Attributes:
        condition: Of the store; null when there is none that is known.
        holdings: What it holds, by server.
        markers: The client's notes.
        processes: How many client processes that use a server may still run, by server.
    """

    condition: StoreCondition | None = None
    holdings: Sequence[Holding] = ()
    markers: Sequence[Marker] = ()
    processes: Mapping[str, int] = {}


def warnings(situation: Situation, *, now: datetime) -> tuple[Warned, ...]:
    """Return what to warn of.

    Args:
        situation: What is known.
        now: The moment.
    """
    return (*_of_store(situation), *_of_tokens(situation, now), *_of_markers(situation, now))


def next_moment(situation: Situation, *, now: datetime) -> datetime | None:
    """Return when time alone will change what is warned of; null when it never will.

    Args:
        situation: What is known.
        now: The moment.
    """
    moments = [held.expires_at - SOON for held in situation.holdings if held.expires_at is not None]
    moments += [held.expires_at for held in situation.holdings if held.expires_at is not None]
    moments += [marker.over_at for marker in situation.markers]
    return min((moment for moment in moments if moment > now), default=None)


def _of_store(situation: Situation) -> Iterator[Warned]:
    if situation.condition is StoreCondition.DAMAGED:
        yield Warned(
            alarm=Alarm.STORE_DAMAGED,
            server="",
            text="The credential store is no JSON any more: every server will want a new sign-in.",
            hint="Copy the file before the client overwrites it.",
        )
    lost = [held.server for held in situation.holdings if held.had_entry and held.has_entry is False]
    if situation.condition is StoreCondition.OK and lost and not any(held.has_entry for held in situation.holdings):
        names = ", ".join(sorted(set(lost)))
        yield Warned(
            alarm=Alarm.SECTION_LOST,
            server="",
            text=f"The credential store has just lost its MCP part ({names}): these servers will want a new sign-in.",
            hint="Find out which process wrote the file last before you sign in again.",
        )


def _of_tokens(situation: Situation, now: datetime) -> Iterator[Warned]:
    for held in situation.holdings:
        left = None if held.expires_at is None else held.expires_at - now
        if left is None or not held.has_access_token or not timedelta() < left <= SOON:
            continue
        count = situation.processes.get(held.server, 0)
        seconds = int(left.total_seconds())
        if held.has_refresh_token and count >= SEVERAL:
            yield _shared(held, seconds, count)
        elif held.has_refresh_token is False:
            yield Warned(
                alarm=Alarm.TOKEN_EXPIRES,
                server=held.server,
                text=f"The access token expires in {seconds} s and there is no refresh token.",
                hint="Sign in again, or the next request is refused.",
            )


def _shared(held: Holding, seconds: int, count: int) -> Warned:
    one = "a rotating refresh token" if held.rotates else "a refresh token (whether it rotates was not seen)"
    return Warned(
        alarm=Alarm.SHARED_TOKEN_EXPIRES,
        server=held.server,
        text=f"The access token expires in {seconds} s; {count} processes of the last hour share {one} and may race.",
        hint="Close all client processes but one before it expires.",
    )


def _of_markers(situation: Situation, now: datetime) -> Iterator[Warned]:
    held_by = {held.server: held for held in situation.holdings}
    for marker in situation.markers:
        held = held_by.get(marker.server)
        if held is None or not held.has_access_token or held.expires_at is None or held.saved_at is None:
            continue
        if marker.marked_at < held.saved_at and marker.marked_at <= now < min(marker.over_at, held.expires_at):
            minutes = max(1, round((marker.over_at - now).total_seconds() / 60))
            yield Warned(
                alarm=Alarm.MARKER_HIDES_TOKENS,
                server=marker.server,
                text=f"The needs-auth marker is older than the tokens: the client skips good tokens for {minutes} min.",
                hint="Start a new process after it is over, or reconnect the server by hand.",
            )
