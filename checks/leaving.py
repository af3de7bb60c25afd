"""A log as people's tools leave it tells the same: the primary finding keeps its kind, confirmed or possible.

    python -m checks.leaving CORPUS [--every N] [--word NAME] [--jobs N]

same        the primary kind of every server is the same, or the one that the debug files alone give
part        the kinds are right, but not of each server: a miss
silent      the recording names a cause, what was left names none: a miss
unsure      the recording is healthy, what was left does not say so: no miss
guess       it names a cause that the recording does not have, as possible: a miss
other       it holds one for certain: must not occur
alarm       it names a cause where the recording is healthy: a miss
well        it is held to be healthy where the recording names a cause: a miss
"""

from collections.abc import Iterable

from checks.left_by_tools import FORMS, left
from checks.outcome import Outcome
from checks.pasted import debug_logs_alone
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main

SHARE = 0.95
FINE = ("same", "unsure")


def check(recording: Recording, forms: Iterable[str] = tuple(FORMS)) -> list[Result]:
    """Return how `recording` fares in each of the `forms`; nothing when it has no debug file."""
    tried = {name: changed for name in forms if (changed := left(recording, name)) is not None}
    if not tried:
        return []
    whole = Outcome.of(analysed(recording))
    alone = Outcome.of(analysed(debug_logs_alone(recording)))
    return [
        _result(name, recording.name, (whole, alone), Outcome.of(analysed(changed))) for name, changed in tried.items()
    ]


def _result(form: str, recording: str, before: tuple[Outcome, Outcome], now: Outcome) -> Result:
    outcome = outcome_of(*before, now)
    is_miss = outcome not in FINE
    told = [
        *(f"recording: {told}" for told in before[0].findings if told.role == "primary"),
        *(f"left: {told}" for told in now.findings if told.role in ("primary", "further")),
    ]
    return Result(
        recording=recording, variant=form, outcome=outcome, is_miss=is_miss, reason=tuple(told) if is_miss else ()
    )


def outcome_of(whole: Outcome, alone: Outcome, now: Outcome) -> str:
    """Return the word for what was left.

    Args:
        whole: What the recording comes to.
        alone: What its debug files alone come to.
        now: What they come to as a tool left them.
    """
    known = {told.kind for outcome in (whole, alone) for told in outcome.findings}
    causes = [told for told in now.findings if told.role in ("primary", "further")]
    if now.confirmed & {told.kind for told in causes} - known:
        return "other"
    expected, other, found = (_primaries(outcome) for outcome in (whole, alone, now))
    if found in (expected, other):
        is_same = found or now.verdict in (whole.verdict, alone.verdict)
        return "same" if is_same else "unsure"
    if not (expected or other):
        return "alarm"
    if not found:
        return "well" if now.verdict == "healthy" and whole.verdict != "healthy" else "silent"
    return "part" if set(found.values()) <= known else "guess"


def _primaries(outcome: Outcome) -> dict[str, str]:
    return {told.server: told.kind for told in outcome.findings if told.role == "primary"}


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(share=SHARE, never=("other",)), __doc__))
