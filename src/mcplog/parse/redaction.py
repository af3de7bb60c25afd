"""Take everything that looks like a secret out of a text. What is left may be printed.

Texts are read by column in the Rust engine, which has no look-around. Where a rule has
exceptions, the exceptions are marked first with a character that no log has, and unmarked at the end.

What goes, and what stays:

- values of parameters in URLs and forms go, names stay; `response_type`, `grant_type`, `scope`, `resource` and
  `code_challenge_method` keep their values, without a query inside the value;
- values under secret names in JSON, headers and `name=value`; cookies to the end of the line;
- `Bearer …`, JWTs, tokens with the prefixes of known issuers;
- userinfo in URLs;
- runs of 32 and more letters and digits, UUIDs apart.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

import polars as pl

MARK: Final = "[REDACTED]"
LONGEST_EXCERPT: Final = 300
LONGEST_READ: Final = 4000
EQUALS: Final = "\ue000"  # stands for = behind a parameter that keeps its value
HYPHEN: Final = "\ue001"  # stands for - in a UUID

_KEPT: Final = "response_type|grant_type|scope|resource|code_challenge_method"
# Escapes that may stand in a kept value (blank + , - . / : [ ] ~); any other may begin a query inside it.
_HARMLESS: Final = ("20", "2B", "2C", "2D", "2E", "2F", "3A", "5B", "5D", "7E")
_PLAIN: Final = rf"(?:[A-Za-z0-9_.~:/+*,-]|%(?i:{'|'.join(_HARMLESS)}))*"
_DOUBTFUL: Final = f"(?i:%(?:{'|'.join(code for code in (f'{n:02X}' for n in range(256)) if code not in _HARMLESS)}))"
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
_PREFIXES: Final = (
    "sk-ant-|sk-proj-|sk-|sk_live_|sk_test_|rk_live_|rk_test_|pk_live_|whsec_|gh[pousr]_|github_pat_|glpat-|glrt-|xox[a-z]-"
    "|xapp-|AKIA|ASIA|ya29\\.|AIza|npm_|pypi-|hf_|lin_api_|lin_oauth_|figd_|ntn_|shpat_|dop_v1_|SG\\.|eyJ"
)
_BLOB: Final = "|".join(f"[A-Za-z_-]{{{n}}}[0-9][A-Za-z0-9_-]{{{31 - n},}}" for n in range(32))

# Pattern and replacement, in order. The order matters: names first, since they tell the most.
_STEPS: Final[tuple[tuple[str, str], ...]] = (
    (f"[{EQUALS}{HYPHEN}]", ""),
    (r"(?i)\b((?:set-)?cookie)(\\?[\"']?\s*[:=]\s*).*", rf"${{1}}${{2}}{MARK}"),
    (
        (
            r"(?i)\b((?:proxy-)?authorization)(\\?[\"']?\s*[:=]\s*\\?[\"']?)(?:(?:bearer|basic|digest|token)\s+)?"
            r"[^\s\"'\\,;})]+"
        ),
        rf"${{1}}${{2}}{MARK}",
    ),
    (r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=%-]+", rf"${{1}}{MARK}"),
    (r"\b(Basic\s+)[A-Za-z0-9+/=]{8,}", rf"${{1}}{MARK}"),
    (r"([A-Za-z][A-Za-z0-9+.-]*://)[^/\s@\"']+@", rf"${{1}}{MARK}@"),
    (rf"([?&#;](?:{_KEPT}))=({_PLAIN})(?:{_DOUBTFUL}|[?#@=])[^&\s\"'<>)\\]*", f"${{1}}{EQUALS}${{2}}{MARK}"),
    (rf"([?&#;](?:{_KEPT}))=({_PLAIN})", f"${{1}}{EQUALS}${{2}}"),
    (r"([?&#;][A-Za-z0-9_.%\[\]-]{1,64})=[^&\s\"'<>)\\]*", rf"${{1}}={MARK}"),
    (r"\b(grant_type)=([a-z_:-]{1,60})", f"${{1}}{EQUALS}${{2}}"),
    (r"\b(code)=(tool_[a-z_]{1,40}) type=", f"${{1}}{EQUALS}${{2}} type="),
    (rf"(?i)({_SECRET_NAME}|\b(?:{_BARE_NAMES}))=\\?[\"']?[^&\s\"'<>,;)\\]+", rf"${{1}}={MARK}"),
    (
        (
            rf"(?i)((?:{_SECRET_NAME}|[\"'](?:{_BARE_NAMES}))\\?[\"']\s*:\s*)"
            r"(?:\\\"(?:[^\"\\]|\\[^\"])*(?:\\\")?|\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|[^\s,}\]]+)"
        ),
        rf'${{1}}"{MARK}"',
    ),
    (rf"(?i)([_-](?:{_NAMES_OF_SECRETS})|\b(?:{_LABELS}))(:\s*)\\?[\"']?[^\s\"',;}}]+", rf"${{1}}${{2}}{MARK}"),
    (rf"\b(?:{_PREFIXES})[A-Za-z0-9_.~+/=-]{{6,}}", MARK),
    (r"(security: unknown command \\?\")[^\"\\]*", rf"${{1}}{MARK}"),
    (
        r"\b([0-9A-Fa-f]{8})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{12})\b",
        rf"${{1}}{HYPHEN}${{2}}{HYPHEN}${{3}}{HYPHEN}${{4}}{HYPHEN}${{5}}",
    ),
    (rf"{_BLOB}|[A-Za-z]{{40,}}", MARK),
    (r"[A-Za-z0-9/]{12,}\+[A-Za-z0-9+/]{12,}={0,2}|[A-Za-z0-9+/]{22,}={1,2}", MARK),
    (EQUALS, "="),
    (HYPHEN, "-"),
)

# A text without any of these has nothing to take out; most messages are such texts.
_SUSPECT: Final = (
    rf"[=@{EQUALS}{HYPHEN}]|[A-Za-z0-9_-]{{32}}|[A-Za-z0-9/]{{12}}\+|\b(?:{_PREFIXES})|security: "
    rf"|(?i:bearer\s|basic\s|cookie|authorization|_(?:{_NAMES_OF_SECRETS})|-(?:{_NAMES_OF_SECRETS})"
    rf"|{_SECRET_NAME}\\?[\"']|[\"'](?:{_BARE_NAMES})\\?[\"']|(?:{_LABELS}):)"
)


def redacted(texts: pl.Series) -> pl.Series:
    """Return the texts without anything that looks like a secret.

    Args:
        texts: String; long texts are read up to `LONGEST_READ` characters.

    Returns:
        String, null where `texts` is null.
    """
    short = texts.str.slice(0, LONGEST_READ)
    suspect = short.str.contains(_SUSPECT).fill_null(value=False)
    if not suspect.any():
        return short
    clean = short.filter(suspect)
    for pattern, replacement in _STEPS:
        clean = clean.str.replace_all(pattern, replacement)
    return short.scatter(suspect.arg_true(), clean)


def redact(text: str) -> str:
    """Return `text` without anything that looks like a secret; for a column use `redacted`."""
    return str(redacted(pl.Series([text], dtype=pl.String)).item())


def capped(texts: pl.Series) -> pl.Series:
    """Return texts of at most `LONGEST_EXCERPT` characters; a longer one ends in `…`."""
    too_long = texts.str.len_chars() > LONGEST_EXCERPT
    if not too_long.any():
        return texts
    return texts.scatter(too_long.arg_true(), texts.filter(too_long).str.slice(0, LONGEST_EXCERPT - 1) + "…")
