"""Take everything that looks like a secret out of a text. What is left may be printed.

Texts are read by column in the Rust engine, which has no look-around. Where a rule has
exceptions, the exceptions are marked first with a character that no log has, and unmarked at the end.

What goes, and what stays:

- values of parameters in URLs and forms go, names stay; `response_type`, `grant_type`, `scope`, `resource` and
  `code_challenge_method` keep their values, without a query inside the value;
- values under secret names in JSON, headers and `name=value`; cookies to the end of the line; `"code"` keeps what tells
  an error (`-32001`, `404`, `"ECONNRESET"`, `"invalid_type"`): such a one signs nobody in;
- values of headers that a configuration added, whatever their names;
- `Bearer …`, JWTs, tokens with the prefixes of known issuers;
- userinfo in URLs, and what `curl -u` is given;
- keys between `-----BEGIN` and `-----END`;
- runs of 32 and more letters and digits, UUIDs and names without a digit apart.

Names (of servers, of sessions) are dealt with more gently: a long one with hyphens is no secret yet, and two that are
taken out stay apart.

May import: nothing of mcplog but this room. Touches: nothing.
"""

import hashlib
import re  # noqa: TID251 - patterns are ours; of one path at a time this is quicker than a column
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.secret_marks import PREFIX_WORDS, PREFIXES, is_plain, is_plain_name

MARK: Final = "[REDACTED]"
LONGEST_EXCERPT: Final = 300
LONGEST_READ: Final = 4000
EQUALS: Final = "\ue000"  # stands for = behind a parameter that keeps its value
HYPHEN: Final = "\ue001"  # stands for - in a UUID
SPLIT: Final = "\ue002"  # divides a long word without digits, so that it is no long run
COLON: Final = "\ue003"  # stands for : behind a name whose value was dealt with
FEW_TEXTS: Final = 500  # so few are all read in steps: to compile what sorts them out would take longer
MOST_HEADERS: Final = 16  # that one request is configured with

_KEPT: Final = "response_type|grant_type|scope|resource|code_challenge_method"
# Escapes that may stand in a kept value (blank + , - . / : [ ] ~), and all others: they may begin a query inside it.
_PLAIN: Final = r"(?:[A-Za-z0-9_.~:/+*,-]|%(?i:20|2[B-F]|3A|5[BD]|7E))*"
_DOUBTFUL: Final = r"%(?i:[014689A-F][0-9A-F]|2[1-9A]|3[0-9B-F]|5[0-9ACEF]|7[0-9A-DF])"
_NAMES_OF_SECRETS: Final = (
    "token|secret|passw(?:or)?d|passphrase|api[_-]?key|apikey|private[_-]?key|access[_-]?key|authorization|cookie|assertion"
    "|credential|verifier|challenge|signature|session[_-]?id|otp"
)
_SECRET_NAME: Final = (
    rf"(?:{_NAMES_OF_SECRETS})[A-Za-z0-9_.-]*"  # or the end of one: what stands before it stays anyway
)
_BARE_NAMES: Final = (
    "code|state|nonce|key|sig|auth|pass|pwd|pin|jwt|client_id|client-id|sid|session|ticket|hint|login_hint"
)
_LABELS: Final = "client[ _]id|password|passwd|passphrase|secret|api ?key"
# Behind a colon, in JSON: quoted as often as JSON stands in JSON, or a number, or what is cut off.
_VALUE: Final = r"(?:\\+\"[^\"]*\"?|\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|[^\s,}\]]+)"
_HEADERS: Final = r"headers\\*[\"']"
_PLAIN_HEADERS: Final = "[\"'](?:user-agent|accept|accept-encoding|content-type|mcp-protocol-version)"
# What stands under "code" and is no code of RFC 6749: of JSON-RPC and HTTP, constants, errors of OAuth and of schemas.
_ERROR_CODES: Final = (
    r"-[0-9]{1,6}|[1-5][0-9]{2}|\\*[\"'](?:E[A-Z]{3,15}|[A-Z]{2,20}(?:_[A-Z]{2,20}){1,7}"
    "|invalid_(?:request|client|grant|scope|token|target|redirect_uri|client_metadata|type|value|literal|string|union|format)"
    "|unauthorized|unauthorized_client|forbidden|not_found|access_denied|insufficient_scope|server_error"
    "|temporarily_unavailable|unsupported_grant_type|unrecognized_keys|too_small|too_big|custom)\\\\*[\"']"
)


class Step(Struct, frozen=True, kw_only=True):
    """One replacement.

    Attributes:
        where: A text without this has nothing to replace; cheap to look for in many texts.
        pattern: What is replaced.
        by: What is put there.
        needs: A text without a word of each group has nothing to replace; cheap to look for in few texts. Words in
            small letters mean those in capitals, too, and a blank any number of blanks and line ends.
        longest: A text whose words are all shorter than this has nothing to replace.
    """

    where: str
    pattern: str
    by: str
    needs: tuple[tuple[str, ...], ...]
    longest: int = 0


def _spelled(choice: str) -> tuple[str, ...]:
    """Return all words that an expression means which is a choice of words, some of them spelled in several ways."""
    words = choice.split("|")
    for part, ways in (("(?:or)?", ("or", "")), ("[_-]?", ("_", "-", "")), ("[ _]", (" ", "_")), (" ?", (" ", ""))):
        words = [word.replace(part, way) for word in words for way in (ways if part in word else ("",))]
    return tuple(words)


_SECRET_WORDS: Final = _spelled(_NAMES_OF_SECRETS)
_LABEL_WORDS: Final = _spelled(_LABELS)
_KEPT_WORDS: Final = tuple(f"{name}=" for name in _KEPT.split("|"))


BEARER: Final = Step(
    where=r"(?i)bearer\s",
    pattern=r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=%-]+",
    by=rf"${{1}}{MARK}",
    needs=(("bearer",),),
)
BASIC: Final = Step(
    where=r"Basic\s", pattern=r"\b(Basic\s+)[A-Za-z0-9+/=]{8,}", by=rf"${{1}}{MARK}", needs=(("Basic",),)
)
PREFIXED: Final = Step(
    where=PREFIXES,
    pattern=rf"(\b|_)(?:{PREFIXES})[A-Za-z0-9_.~+/=-]{{6,}}",
    by=f"${{1}}{MARK}",
    needs=(PREFIX_WORDS,),
)
LONG_RUN: Final = Step(
    where="[A-Za-z0-9_-]{32}",
    pattern="[A-Za-z]{40,}|[A-Za-z0-9_-]{32,}(?:[.~][A-Za-z0-9_-]{8,})*",
    by=MARK,
    needs=(),
    longest=32,
)

# The order matters: names first, since they tell the most.
STEPS: Final = (
    Step(
        where=f"[{EQUALS}{HYPHEN}{SPLIT}{COLON}]",
        pattern=f"[{EQUALS}{HYPHEN}{SPLIT}{COLON}]",
        by="",
        needs=((EQUALS, HYPHEN, SPLIT, COLON),),
    ),
    Step(
        where="-----BEGIN ",
        pattern=r"(-----BEGIN [A-Z0-9 ]{1,40}-----)(?s:.*?)(-----END|$)",
        by=rf"${{1}}{MARK}${{2}}",
        needs=(("-----BEGIN ",),),
    ),
    Step(
        where="(?i)cookie",
        pattern=r"(?i)\b((?:set-)?cookie)(\\*[\"']?\s*[:=]\s*).*",
        by=rf"${{1}}${{2}}{MARK}",
        needs=(("cookie",), (":", "=")),
    ),
    Step(
        where=r"(?i)authorization\\*[\"']?\s*[:=]",
        pattern=(
            r"(?i)\b((?:proxy-)?authorization)(\\*[\"']?\s*[:=]\s*\\*[\"']?)(?:(?:bearer|basic|digest|token)\s+)?"
            r"[^\s\"'\\,;})]+"
        ),
        by=rf"${{1}}${{2}}{MARK}",
        needs=(tuple(f"authorization{end}" for end in ("\\", '"', "'", ":", "=", " :", " =")),),
    ),
    Step(where=_HEADERS, pattern=rf"(?i)({_PLAIN_HEADERS}\\*[\"']\s*):", by=f"${{1}}{COLON}", needs=(("headers",),)),
    *(  # one a header: a match begins at the word `headers`, so each step deals with the next one
        Step(
            where=_HEADERS,
            pattern=(
                rf"({_HEADERS}\s*:\s*\{{[^{{}}]*?[\"'][^\"'\\:{COLON}]+\\*[\"']\s*):"
                rf"\s*{_VALUE}"
            ),
            by=f'${{1}}{COLON}"{MARK}"',
            needs=(("headers",),),
        )
        for _ in range(MOST_HEADERS)
    ),
    BEARER,
    BASIC,
    Step(
        where=r"-u |--user[ =]",
        pattern=r"((?:^|\s)(?:-u|--user)[ =]\\*[\"']?[^\s:\"'\\]+:)[^\s\"'\\]+",
        by=rf"${{1}}{MARK}",
        needs=(("-u ", "-u=", "--user"), (":",)),
    ),
    Step(where="@", pattern=r"([A-Za-z][A-Za-z0-9+.-]*://)[^/\s@\"']+@", by=rf"${{1}}{MARK}@", needs=(("@",),)),
    Step(
        where=_DOUBTFUL + "|=[^&]*[?#@=]",
        pattern=rf"([?&#;](?:{_KEPT}))=({_PLAIN})(?:{_DOUBTFUL}|[?#@=]\\*[\"']?)[^&\s\"'<>)\\]*",
        by=f"${{1}}{EQUALS}${{2}}{MARK}",
        needs=(_KEPT_WORDS, ("%", "?", "#", "@", "=")),
    ),
    Step(
        where=rf"(?:{_KEPT})=",
        pattern=rf"([?&#;](?:{_KEPT}))=({_PLAIN})",
        by=f"${{1}}{EQUALS}${{2}}",
        needs=(_KEPT_WORDS,),
    ),
    Step(
        where="=",
        pattern=r"([?&#;][A-Za-z0-9_.%\[\]-]{1,64})=[^&\s\"'<>)\\]+",
        by=rf"${{1}}={MARK}",
        needs=(("=",), ("?", "&", "#", ";")),
    ),
    Step(
        where="code=tool_",
        pattern=r"\b(code)=(tool_[a-z_]{1,40}) type=",
        by=f"${{1}}{EQUALS}${{2}} type=",
        needs=(("code=tool_",),),
    ),
    Step(
        where="=",
        pattern=rf"(?i)({_SECRET_NAME}|(?:\b|__)(?:{_BARE_NAMES}))=\\*[\"']?[^&\s\"'<>,;)\\]+",
        by=rf"${{1}}={MARK}",
        needs=(("=",), (*_SECRET_WORDS, *(f"{name}=" for name in _BARE_NAMES.split("|")))),
    ),
    Step(
        where=r"[\"']code\\*[\"']\s*:",
        pattern=rf"([\"']code\\*[\"']\s*):(\s*(?:{_ERROR_CODES})\s*[,}}\]])",
        by=f"${{1}}{COLON}${{2}}",
        needs=(('"code', "'code"),),
    ),
    Step(
        where=r"[\"']\s*:",
        pattern=(
            rf"(?i)((?:{_SECRET_NAME}|[\"'](?:{_BARE_NAMES}))\\*[\"']\s*:\s*)"
            rf"{_VALUE}"
        ),
        by=rf'${{1}}"{MARK}"',
        needs=(
            (":",),
            ('"', "'"),
            (*_SECRET_WORDS, *(f"{quote}{name}" for name in _BARE_NAMES.split("|") for quote in "\"'")),
        ),
    ),
    Step(
        where=rf"(?i)(?:{_NAMES_OF_SECRETS}|{_LABELS}):",
        pattern=rf"(?i)([_-](?:{_NAMES_OF_SECRETS})|\b(?:{_LABELS}))(:\s*)\\*[\"']?[^\s\"',;}}]+",
        by=rf"${{1}}${{2}}{MARK}",
        needs=(
            (*(f"{mark}{name}:" for name in _SECRET_WORDS for mark in "_-"), *(f"{name}:" for name in _LABEL_WORDS)),
        ),
    ),
    PREFIXED,
    Step(
        where="security: ",
        pattern=r"(security: unknown command \\?\")[^\"\\]*",
        by=rf"${{1}}{MARK}",
        needs=(("security: ",),),
    ),
    Step(
        where="[0-9A-Fa-f]{8}-",
        pattern=r"\b([0-9A-Fa-f]{8})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{12})\b",
        by=rf"${{1}}{HYPHEN}${{2}}{HYPHEN}${{3}}{HYPHEN}${{4}}{HYPHEN}${{5}}",
        needs=(("-",),),
        longest=36,
    ),
    Step(
        where="[A-Za-z_-]{32}",
        pattern=r"(^|[^A-Za-z0-9_-])([A-Za-z_-]{20})([A-Za-z_-]{12,31})([^A-Za-z0-9_-]|$)",
        by=f"${{1}}${{2}}{SPLIT}${{3}}${{4}}",
        needs=(),
        longest=32,
    ),
    LONG_RUN,
    Step(
        where="[+=]",
        pattern=r"[A-Za-z0-9/]{12,}\+[A-Za-z0-9+/]{12,}={0,2}|[A-Za-z0-9+/]{22,}={1,2}",
        by=MARK,
        needs=(("+", "="),),
        longest=23,
    ),
)
UNMARK: Final = ((EQUALS, "="), (HYPHEN, "-"), (SPLIT, ""), (COLON, ":"))

# A text without any of these has nothing to take out; most messages are such texts.
_SUSPECT: Final = (
    rf"[=@{EQUALS}{HYPHEN}{SPLIT}{COLON}]|{_HEADERS}|-u |--user |"
    rf"[A-Za-z0-9_-]{{32}}|[A-Za-z0-9/]{{12}}\+|(?:\b|_)(?:{PREFIXES})|security: |-----BEGIN "
    rf"|(?i:bearer\s|basic\s|cookie|authorization|_(?:{_NAMES_OF_SECRETS})|-(?:{_NAMES_OF_SECRETS})"
    rf"|{_SECRET_NAME}\\*[\"']|[\"'](?:{_BARE_NAMES})\\*[\"']|(?:{_LABELS}):)"
)


# In a name hyphens are usual, so that only what has none is a long run.
STEPS_OF_NAMES: Final = (
    *(step for step in STEPS if step is not LONG_RUN),
    Step(where="[A-Za-z0-9]{32}", pattern="[A-Za-z0-9]{32,}", by=MARK, needs=(), longest=32),
)
STEPS_OF_PATHS: Final = (BEARER, BASIC, PREFIXED)  # values of parameters are dealt with where names of files are read
DIGITS: Final = 6
_IN_WORDS: Final = "_-+/="
_TO_WORDS: Final = str.maketrans(
    {sign: " " for sign in map(chr, range(128)) if not sign.isalnum() and sign not in _IN_WORDS}
)


def redacted(texts: pl.Series) -> pl.Series:
    """Return the texts without anything that looks like a secret.

    Args:
        texts: String; long texts are read up to `LONGEST_READ` characters.

    Returns:
        String, null where `texts` is null.
    """
    short = texts.str.slice(0, LONGEST_READ)
    if len(short) <= FEW_TEXTS:
        return _replaced(short) if len(short) else short
    suspect = short.str.contains(_SUSPECT).fill_null(value=False)
    if not suspect.any():
        return short
    return short.scatter(suspect.arg_true(), _replaced(short.filter(suspect)))


def redacted_names(names: Iterable[str]) -> Mapping[str, str]:
    """Return what may be shown of those names that hold what looks like a secret; the others are left out.

    Two names that hold different secrets stay two: a few digits of a hash follow.

    Args:
        names: Of servers, of sessions.
    """
    suspects = [name for name in names if not is_plain_name(name)]
    if not suspects:
        return {}
    # JSON may hold half of a surrogate pair, UTF-8 may not.
    readable = [name.encode("utf-8", "replace").decode("utf-8") for name in suspects]
    clean = _replaced(pl.Series(readable, dtype=pl.String), STEPS_OF_NAMES)
    return {old: f"{new}{_digits(old)}" for old, new in zip(suspects, clean, strict=True) if new != old}


def redact_name(name: str) -> str:
    """Return what may be shown of a `name`; see `redacted_names`."""
    return redacted_names([name]).get(name, name)


def redact_path(path: str) -> str:
    """Return the `path` of a file without what looks like a secret; a long run may be a file's hash, and stays."""
    for step in STEPS_OF_PATHS:
        path = re.sub(step.pattern, step.by.replace("${1}", r"\g<1>"), path)
    return path


def _digits(name: str) -> str:
    return f"#{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:DIGITS]}"


def _replaced(texts: pl.Series, steps: Sequence[Step] = STEPS) -> pl.Series:
    """Take the steps that any of the texts needs: compiling their patterns costs more than a small log."""
    if len(texts) <= FEW_TEXTS:
        return in_steps(texts, _needed_by_few(texts.drop_nulls().to_list(), steps))
    wheres = dict.fromkeys(step.where for step in steps)
    asked = texts.to_frame("text").select(
        pl.col("text").str.contains(where).any().alias(str(number)) for number, where in enumerate(wheres)
    )
    needed = dict(zip(wheres, asked.row(0), strict=True))
    return in_steps(texts, [step for step in steps if needed[step.where]])


def _needed_by_few(texts: Sequence[str], steps: Sequence[Step]) -> Sequence[Step]:
    """Return the steps that any of the texts may need."""
    whole = "\n".join(texts)
    if any(mark in whole for mark, _ in UNMARK):
        return steps  # what hides behind a mark shows only when the first step has taken it away
    everything, each = _looked_at(whole), [_looked_at(text) for text in texts]
    needed = {
        step
        for step in dict.fromkeys(steps)
        if _may_need(everything, step)
        and (len(step.needs) + bool(step.longest) == 1 or any(_may_need(one, step) for one in each))
    }
    return [step for step in steps if step in needed]


def _looked_at(text: str) -> tuple[str, str, int]:
    """Return a text, each blank space in it as one blank, also in small letters, and how long its longest word is."""
    shown = f"{' '.join(text.split())} "
    return shown, shown.casefold(), max(map(len, text.translate(_TO_WORDS).split()), default=0)


def _may_need(looked_at: tuple[str, str, int], step: Step) -> bool:
    shown, small, longest = looked_at
    return longest >= step.longest and all(
        any(word in (small if word == word.lower() else shown) for word in words) for words in step.needs
    )


def in_steps(texts: pl.Series, steps: Sequence[Step]) -> pl.Series:
    """Return `texts` after the `steps`."""
    idle: Step | None = None
    marks = {mark for step in steps for mark, _ in UNMARK if mark in step.by}
    for step in steps:
        if step == idle:  # it changed nothing a moment ago
            continue
        before, texts = texts, texts.str.replace_all(step.pattern, step.by)
        idle = step if texts.equals(before) else None
    for mark, letter in UNMARK:
        if mark in marks:
            texts = texts.str.replace_all(mark, letter, literal=True)
    return texts


def redact(text: str) -> str:
    """Return `text` without anything that looks like a secret; for a column use `redacted`."""
    if is_plain(text):
        return text
    return str(redacted(pl.Series([text], dtype=pl.String)).item())


def capped(texts: pl.Series) -> pl.Series:
    """Return `texts` of at most `LONGEST_EXCERPT` characters; a longer one ends in `…`."""
    too_long = texts.str.len_chars() > LONGEST_EXCERPT
    if not too_long.any():
        return texts
    return texts.scatter(too_long.arg_true(), texts.filter(too_long).str.slice(0, LONGEST_EXCERPT - 1) + "…")
