"""The keys of a `rule.toml`: decoded strictly, every fault listed and not only the first."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from mcplog.model.rule import VersionRange
from mcplog.model.vocabulary import Certainty, Party, RuleStatus, Severity
from mcplog.rules.faults import Fault, nearest

RuleId = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Sentence = Annotated[str, msgspec.Meta(min_length=1)]
Text = tuple[Sentence, ...]

TYPES: Final[Mapping[str, Any]] = {
    "id": RuleId,
    "since": Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")],
    "status": RuleStatus,
    "severity": Severity,
    "responsible": Party | Annotated[tuple[Party, ...], msgspec.Meta(min_length=1)],
    "title": Sentence,
    "query": Sentence,
    "at_most": Certainty,
    "cause": Sentence,
    "next_observation": str,
    "also": tuple[dict[str, str | bool | tuple[str, ...]], ...],
    "remedy": dict[Party, Sentence],
    "explanation": Sentence,
    "references": Text,
    "supersedes": tuple[RuleId, ...],
    "rivals": tuple[RuleId, ...],
    "consequence_of": tuple[RuleId, ...],
    "exonerating": Text,
    "tags": tuple[RuleId, ...],
    "client_versions": tuple[dict[str, str], ...],
    "specificity": int,
}
OBLIGATORY: Final = (
    "id",
    "since",
    "status",
    "severity",
    "responsible",
    "title",
    "query",
    "cause",
    "next_observation",
    "remedy",
    "explanation",
)
ALSO: Final = ("query", "at_most", "cause", "next_observation", "responsible", "prevails")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "status": tuple(RuleStatus),
    "severity": tuple(Severity),
    "at_most": tuple(Certainty),
    "responsible": tuple(Party),
    "remedy": tuple(Party),
}


def check_keys(raw: Mapping[str, object]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the decoded values of a rule file, and every fault of its keys.

    Args:
        raw: The file as TOML gives it.

    Returns:
        The values of the keys that are well, by name; the faults.
    """
    faults = [
        Fault(where=key, message="there is no such key", hint=nearest(key, TYPES)) for key in raw if key not in TYPES
    ]
    faults += [Fault(where=key, message="is missing") for key in OBLIGATORY if key not in raw]
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in TYPES:
            continue
        try:
            values[key] = msgspec.convert(value, TYPES[key], strict=True)
        except msgspec.ValidationError as error:
            faults.append(_fault(key, value, error))
    for number, also in enumerate(values.get("also", ())):
        faults += _also_faults(also, f"also[{number}]")
    if "client_versions" in values:
        values["client_versions"], more = _version_ranges(values["client_versions"])
        faults += more
    return values, faults


def _fault(key: str, value: object, error: msgspec.ValidationError) -> Fault:
    words = WORDS.get(key, ())
    given = [str(item) for item in value] if isinstance(value, list | dict) else [str(value)]
    wrong = next((word for word in given if words and word not in words), "")
    hint = (nearest(wrong, words) or f"one of {', '.join(words)}") if wrong else ""
    return Fault(where=key, message=str(error).replace(" - at `$`", ""), hint=hint)


def _also_faults(also: Mapping[str, Any], where: str) -> list[Fault]:
    faults = [
        Fault(where=where, message=f"there is no key `{key}`", hint=nearest(key, ALSO) or f"one of {', '.join(ALSO)}")
        for key in also
        if key not in ALSO
    ]
    mistyped = [key for key in ALSO if key in also and isinstance(also[key], bool) != (key == "prevails")]
    if mistyped:
        what = {key: "is `true` or `false`" if key == "prevails" else "is a text" for key in mistyped}
        return [*faults, *(Fault(where=f"{where}.{key}", message=message) for key, message in what.items())]
    if not also.get("query"):
        faults.append(Fault(where=where, message="has no `query`"))
    if also.get("at_most", Certainty.POSSIBLE) not in tuple(Certainty):
        faults.append(Fault(where=f"{where}.at_most", message=f"one of {', '.join(Certainty)}"))
    strangers = [word for word in parties_of(also.get("responsible", ())) if word not in tuple(Party)]
    faults += [
        Fault(where=f"{where}.responsible", message=f"there is no party `{word}`", hint=nearest(word, tuple(Party)))
        for word in strangers
    ]
    return faults


def parties_of(told: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one party or several as a tuple."""
    return (told,) if isinstance(told, str) else tuple(told)


def _version_ranges(ranges: tuple[dict[str, str], ...]) -> tuple[tuple[VersionRange, ...], list[Fault]]:
    good: list[VersionRange] = []
    faults: list[Fault] = []
    for number, item in enumerate(ranges):
        where = f"client_versions[{number}]"
        wrong = [key for key in item if key not in ("since", "until")]
        faults += [Fault(where=where, message=f"there is no key `{key}`", hint="`since` and `until`") for key in wrong]
        if not item:
            faults.append(Fault(where=where, message="names no version", hint="`since`, `until` or both"))
        good.append(VersionRange(since=item.get("since", ""), until=item.get("until", "")))
    return tuple(good), faults
