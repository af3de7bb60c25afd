"""No rule knows the recordings: other names, addresses, wordings and times change no verdict.

    python -m checks.renaming CORPUS [--every N] [--word NAME] [--jobs N]

Each recording gets other servers, hosts, ports, paths, client ids, scopes and folders, other error descriptions of the
same class, and another year, all at once. Verdicts, kinds, certainties and responsible parties must stay. Where they do
not, each change is tried alone, to tell which one matters.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from checks.moments import a_year_later
from checks.names import new_server, other_addresses, other_clients, other_folders, other_scopes, other_servers
from checks.outcome import Outcome, differences
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from checks.wordings import other_descriptions
from mcplog.model.finding import Analysis

Rename = Callable[[Recording], Recording]


def renamings(analysis: Analysis) -> Mapping[str, Rename]:
    """Return the changes by name, in the order in which they are made; `analysis` is that of the recording."""
    return {
        "descriptions": lambda recording: other_descriptions(recording, analysis),
        "scopes": other_scopes,
        "client ids": other_clients,
        "addresses": other_addresses,
        "folders": other_folders,
        "servers": other_servers,
        "year": a_year_later,
    }


def check(recording: Recording) -> list[Result]:
    """Return how `recording` fares under all changes, and under each one if it does not fare well."""
    analysis = analysed(recording)
    changes = renamings(analysis)
    changed = recording
    for change in changes.values():
        changed = change(changed)
    before = Outcome.of(analysis)
    whole = _result(recording, "all", before, changed)
    if not whole.is_miss:
        return [whole]
    return [whole, *(_result(recording, name, before, change(recording)) for name, change in changes.items())]


def _result(recording: Recording, variant: str, before: Outcome, changed: Recording) -> Result:
    expected = before if variant not in ("all", "servers") else _renamed(before)
    reason = differences(expected, Outcome.of(analysed(changed)))
    return Result(
        recording=recording.name,
        variant=variant,
        outcome="different" if reason else "same",
        is_miss=bool(reason),
        reason=tuple(reason),
    )


def _renamed(outcome: Outcome) -> Outcome:
    """Return `outcome` as it is told of the renamed servers."""
    return Outcome(
        verdict=outcome.verdict,
        servers=tuple(sorted((name and new_server(name), verdict) for name, verdict in outcome.servers)),
        findings=tuple(
            sorted(replace(told, server=told.server and new_server(told.server)) for told in outcome.findings)
        ),
    )


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(), __doc__))
