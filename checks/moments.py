"""The same recording a year later: stamps, names of files, stores, markers and the claims of tokens."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from checks.recording import Recording
from checks.rewriting import rewritten

YEAR: Final = timedelta(days=365)
STAMP: Final = re.compile(r"\b(20\d\d-\d\d-\d\d)T(\d\d[:-]\d\d[:-]\d\d)(?=[.,Z+-])")
EPOCH_MS: Final = re.compile(r"(?<![0-9A-Fa-f.-])1[6-9]\d{11}(?![0-9A-Fa-f])|(?<=-)1[6-9]\d{11}(?=\.json)")
EPOCH_S: Final = re.compile(r'(?<="(?:iat|nbf|exp)":)1[6-9]\d{8}\b')


def a_year_later(recording: Recording) -> Recording:
    """Return `recording` as it would be a year later."""
    moved = rewritten(recording, _later, claims=_claims_later)
    later = {name: written + int(YEAR.total_seconds()) * 10**9 for name, written in moved.written_ns.items()}
    return replace(moved, written_ns=later)


def _later(text: str) -> str:
    days: dict[str, str] = {}

    def stamp(match: re.Match[str]) -> str:
        day = match[1]
        if day not in days:
            days[day] = f"{datetime.fromisoformat(day).replace(tzinfo=UTC) + YEAR:%Y-%m-%d}"
        return f"{days[day]}T{match[2]}"

    milliseconds = int(YEAR.total_seconds()) * 1000
    return EPOCH_MS.sub(lambda match: str(int(match[0]) + milliseconds), STAMP.sub(stamp, text))


def _claims_later(claims: str) -> str:
    return EPOCH_S.sub(lambda match: str(int(match[0]) + int(YEAR.total_seconds())), claims)
