"""The same recording at another time: stamps, names of files, stores, markers and the claims of tokens."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from checks.recording import Recording
from checks.rewriting import rewritten

YEAR: Final = timedelta(days=365)
STAMP: Final = re.compile(r"\b(20\d\d-\d\d-\d\dT\d\d([:-])\d\d\2\d\d)(?=[.,Z+-])")
EPOCH_MS: Final = re.compile(r"(?<![0-9A-Fa-f.-])1[6-9]\d{11}(?![0-9A-Fa-f])|(?<=-)1[6-9]\d{11}(?=\.json)")
EPOCH_S: Final = re.compile(r'(?<="(?:iat|nbf|exp)":)1[6-9]\d{8}\b')


def a_year_later(recording: Recording) -> Recording:
    """Return `recording` as it would be a year later."""
    return moved(recording, YEAR)


def moved(recording: Recording, by: timedelta) -> Recording:
    """Return `recording` as it would be so much later, in whole seconds."""
    seconds = int(by.total_seconds())
    changed = rewritten(recording, lambda text: _later(text, seconds), claims=lambda text: _claims_later(text, seconds))
    later = {name: written + seconds * 10**9 for name, written in changed.written_ns.items()}
    return replace(changed, written_ns=later)


def _later(text: str, seconds: int) -> str:
    stamps: dict[str, str] = {}

    def stamp(match: re.Match[str]) -> str:
        told, mark = match[1], match[2]
        if told not in stamps:
            moment = datetime.strptime(told, f"%Y-%m-%dT%H{mark}%M{mark}%S").replace(tzinfo=UTC)
            stamps[told] = f"{moment + timedelta(seconds=seconds):%Y-%m-%dT%H{mark}%M{mark}%S}"
        return stamps[told]

    return EPOCH_MS.sub(lambda match: str(int(match[0]) + seconds * 1000), STAMP.sub(stamp, text))


def _claims_later(claims: str, seconds: int) -> str:
    return EPOCH_S.sub(lambda match: str(int(match[0]) + seconds), claims)
