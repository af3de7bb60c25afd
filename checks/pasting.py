"""A log pasted as Markdown tells the same: the primary finding keeps its kind, confirmed or possible.

    python -m checks.pasting CORPUS [--every N] [--word NAME] [--jobs N]

same        the primary kind of every server is the same
elsewhere   it is the kind that the debug logs alone give, without the per-server logs, which a paste does not have
silent      the recording names a cause, the paste none
unsure      the recording is healthy, the paste does not say so: no miss
further     it is another fault that the recording has too, for certain and beside its primary one: a miss
other       the paste names a cause that the recording does not have: must not occur
"""

from collections.abc import Iterable

from checks.outcome import Outcome, Told
from checks.pasted import FORMS, debug_logs_alone, pasted, runs_of
from checks.recording import Recording, analysed
from checks.running import Limit, Result, main
from mcplog.model.vocabulary import Certainty

SHARE = 0.95


def check(recording: Recording, forms: Iterable[str] = tuple(FORMS)) -> list[Result]:
    """Return how `recording` fares in each of the `forms`; nothing when it has no debug log."""
    analysis = analysed(recording)
    runs = runs_of(recording, analysis)
    if not runs:
        return []
    version = next(iter(analysis.documents["client_version"].drop_nulls().unique().sort()), None)
    whole, alone = Outcome.of(analysis), Outcome.of(analysed(debug_logs_alone(recording)))
    results = []
    for name in forms:
        got = Outcome.of(analysed(pasted(recording, runs, FORMS[name], version)))
        results.append(_result(recording.name, name, (whole, alone), got))
    return results


def _result(recording: str, form: str, before: tuple[Outcome, Outcome], got: Outcome) -> Result:
    whole, alone = before
    outcome = _word(whole, alone, got)
    reason = (
        *(f"recording: {told}" for told in whole.findings if told.role == "primary"),
        *(f"debug logs alone: {told}" for told in alone.findings if told.role == "primary"),
        *(f"paste: {told}" for told in got.findings if told.role == "primary"),
        f"servers of the paste: {got.servers}",
    )
    is_miss = outcome in ("other", "further", "silent")
    return Result(recording=recording, variant=form, outcome=outcome, is_miss=is_miss, reason=reason if is_miss else ())


def _word(whole: Outcome, alone: Outcome, got: Outcome) -> str:
    expected, without, now = (_primaries(outcome) for outcome in (whole, alone, got))
    if now == expected:
        return "same" if got.verdict == whole.verdict else "unsure"
    strange = {
        (server, kind) for server, kind in now.items() if kind not in (expected.get(server), without.get(server))
    }
    if strange:
        beside = {(told.server, told.kind) for told in whole.findings if _is_beside(told)}
        return "further" if strange <= beside else "other"
    return "elsewhere" if now == without else "silent"


def _is_beside(told: Told) -> bool:
    return told.role == "further" and told.certainty == Certainty.CONFIRMED


def _primaries(outcome: Outcome) -> dict[str, str]:
    return {told.server: told.kind for told in outcome.findings if told.role == "primary"}


if __name__ == "__main__":
    raise SystemExit(main(check, Limit(share=SHARE, never=("other",)), __doc__))
