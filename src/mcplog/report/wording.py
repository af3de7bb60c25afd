"""How words of the vocabulary, instants, numbers and places are said to a reader."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mcplog.report.layout import clipped
from mcplog.report.v1 import EvidenceV1, FindingV1, PlaceV1, ReportV1

_Party = TypeVar("_Party", bound=str)

PARTIES: Final = {
    "client": "the client (Claude Code)",
    "mcp-server": "the MCP server",
    "authorization-server": "the authorization server",
    "user-machine": "this machine",
    "network": "the network between client and server",
    "user": "you",
    "none": "nobody",
    "unknown": "not decided by this evidence",
}
PARTY_NAMES: Final = {
    "client": "client",
    "mcp-server": "MCP server",
    "authorization-server": "authorization server",
    "user-machine": "machine",
    "network": "network",
    "user": "you",
    "none": "nobody",
    "unknown": "somebody",
}
FINAL_STATES: Final = {
    "working": "working when the evidence ends",
    "broken": "broken when the evidence ends",
    "unknown": "state at the end not known",
}
RUNGS: Final = {
    "config": "configuration",
    "reach": "server reached",
    "challenge": "challenge",
    "prm": "protected resource metadata",
    "asmeta": "authorization server metadata",
    "client": "client registration",
    "authorize": "authorization request",
    "callback": "callback",
    "exchange": "code exchange",
    "store": "tokens stored",
    "use": "token accepted",
    "session": "MCP session",
    "list": "tools listed",
    "expiry": "expiry",
    "refresh": "refresh",
    "restore": "refreshed tokens stored",
    "reauth": "sign-in after a refusal",
    "stepup": "step-up",
    "revoke": "revocation",
}
_SHORT_FOLDER: Final = 5  # shorter ones, such as `/tmp/`, are not worth a line of their own
BACKSLASH: Final = "\\"
NOWHERE: Final = "the evidence"  # the origin of what was derived from several lines and stands in none
UNNAMED: Final = "(no server named)"


class Places(Struct, frozen=True, kw_only=True):
    """Says places, leaving out the folder that all files share.

    Attributes:
        folder: What the shown names are relative to, with its final slash; empty when they are shown whole.
    """

    folder: str = ""

    def name(self, file: str) -> str:
        """Return the name of a `file` as shown."""
        return file.removeprefix(self.folder)

    def said(self, place: PlaceV1 | EvidenceV1) -> str:
        """Return a `place` as `file:line` or `file:from-to`; nothing for what stands in no file."""
        if place.file in ("", NOWHERE):
            return ""
        lines = f"{place.line}-{place.line_to}" if place.line_to > place.line else f"{place.line}"
        return f"{self.name(place.file)}:{lines}"

    def end(self, place: PlaceV1) -> str:
        """Return the last folder, the file and the line of a `place`, for the second place of a happening."""
        return f"{'/'.join(self.name(place.file).replace(BACKSLASH, '/').split('/')[-2:])}:{place.line}"

    def short(self, place: PlaceV1, more: str) -> str:
        """Return the file of a `place` alone, clipped with `more`, for rows where the whole would not fit.

        A happening that was derived stands in no file: nothing is returned.
        """
        if place.file in ("", NOWHERE):
            return ""
        name = self.name(place.file).replace(BACKSLASH, "/").rsplit("/", 1)[-1]
        return f"{clipped(name, 20, more)}:{place.line}"

    def within(self, sentence: str) -> str:
        """Return a `sentence` with the shared folder left out of the paths it names."""
        return sentence.replace(self.folder, "") if self.folder else sentence

    def in_sentences(self, report: ReportV1) -> ReportV1:
        """Return a `report` with the shared folder left out of the places that its findings name in sentences."""
        if not self.folder:
            return report
        return replace(
            report,
            findings=self._said_in(report.findings),
            consequences=self._said_in(report.consequences),
            rivals=self._said_in(report.rivals),
        )

    def _said_in(self, findings: Iterable[FindingV1]) -> tuple[FindingV1, ...]:
        return tuple(
            replace(one, cause=self.within(one.cause), next_observation=self.within(one.next_observation))
            for one in findings
        )


def places(files: Iterable[str]) -> Places:
    """Return how to say the places in `files`; a folder is left out when all share it and it is worth leaving out."""
    folder = shared_folder(files)
    return Places(folder=folder if len(folder) > _SHORT_FOLDER else "")


def shown_files(report: ReportV1) -> Iterable[str]:
    """Yield the files that a `report` names."""
    for finding in (*report.findings, *report.consequences, *report.rivals):
        for item in (*finding.evidence, *(item for clause in finding.clauses for item in clause.evidence)):
            yield item.file
            if item.also_at:
                yield item.also_at.file
    for server in report.servers:
        yield from (moment.place.file for moment in server.moments)
        yield from (state.place.file for state in server.credentials if state.place)
        yield from (line.place.file for line in server.red_herrings)


def shared_folder(files: Iterable[str]) -> str:
    """Return the folder that all `files` share, with its final slash; empty when there is none."""
    names = sorted(set(files) - {NOWHERE})
    if not names:
        return ""
    first, last = names[0], names[-1]
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(first.rfind("/", 0, same), first.rfind(BACKSLASH, 0, same)) + 1]


def day(instant: str | None) -> str:
    """Return the day of an `instant`, or nothing."""
    return instant[:10] if instant else ""


def clock(instant: str | None) -> str:
    """Return the time of day of an `instant` with milliseconds, or dashes of the same width."""
    return instant[11:23] if instant else "--:--:--.---"


def either(parties: Sequence[str]) -> str:
    """Return who of `parties` has to act: `you`, `you or the client`, `you, the client or the MCP server`."""
    names = [PARTIES[party] for party in parties]
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def by_party(remedy: Mapping[_Party, str], responsible: Sequence[_Party]) -> list[tuple[str, str]]:
    """Return what is to be done by whom, with the name of the party; those who are `responsible` first."""
    first = [party for party in responsible if party in remedy]
    return [(PARTY_NAMES[party], remedy[party]) for party in dict.fromkeys((*first, *remedy))]


def counted(number: int, one: str, many: str = "") -> str:
    """Return a `number` with its noun: `one`, or `many` when that is not just `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(count: int) -> str:
    """Return a `count` of bytes in the unit a person would use."""
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{count / step:,.1f} {unit}"
    return f"{count} bytes"
