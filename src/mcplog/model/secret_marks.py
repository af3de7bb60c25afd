"""What a text with a secret has, as far as it can be told at little cost.

Apart from the rules themselves, which load polars.

May import: nothing of mcplog. Touches: nothing.
"""

from collections.abc import Mapping
from typing import Final

# Of tokens of known issuers, as alternatives of a pattern.
PREFIXES: Final = (
    "sk-ant-|sk-proj-|sk-|sk_live_|sk_test_|rk_live_|rk_test_|pk_live_|whsec_|gh[pousr]_|github_pat_|glpat-|glrt-"
    "|xox[a-z][.-]|sbp_|figu_|xapp-|AKIA|ASIA|ya29\\.|AIza|npm_|pypi-|hf_|lin_api_|lin_oauth_|figd_|ntn_|shpat_|dop_v1_"
    "|SG\\.|eyJ"
)
PREFIX_WORDS: Final = (  # the same as words
    *(prefix.replace("\\", "") for prefix in PREFIXES.split("|") if "[" not in prefix),
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox"),
)
SHORTEST_SUSPECT: Final = 10  # shorter names are not looked at
LONG_WORD: Final = 22
TO_BLANKS: Final = str.maketrans(dict.fromkeys(":/.,;()[]{}<>?!#%*~^|", " "))
NAMES_TO_BLANKS: Final = {**TO_BLANKS, ord("-"): " "}
PLAIN_HAS_NONE: Final = (
    *("=", "@", '"', "'", ": ", "bearer", "basic", "cookie", "authorization", "-----begin", "-u ", "--user "),
    *(prefix.lower() for prefix in PREFIX_WORDS),
)
_SIGNS: Final = ("_", " ", "-", ".", "")  # most names have few of them, and a mark has one or none
_MARKS_BY_SIGN: Final = {
    sign: tuple(mark for mark in PLAIN_HAS_NONE if next(one for one in _SIGNS if one in mark) == sign)
    for sign in _SIGNS
}


def is_plain(text: str) -> bool:
    """Say at little cost that nothing in `text` is suspect: what steps look for has a mark, or is long."""
    return _has_no_more(text, TO_BLANKS)


def is_plain_name(name: str) -> bool:
    """Say the same of a `name`, in which hyphens divide what is long: an id of a session is plain."""
    return _has_no_more(name, NAMES_TO_BLANKS)


def is_plain_path(path: str) -> bool:
    """Say the same of the `path` of a file, in which a long word may be a hash and is plain."""
    return len(path) < SHORTEST_SUSPECT or _has_no_mark(path)


def _has_no_more(text: str, blanks: Mapping[int, str]) -> bool:
    if len(text) < SHORTEST_SUSPECT:
        return True
    return _has_no_mark(text) and max(map(len, text.translate(blanks).split()), default=0) < LONG_WORD


def _has_no_mark(text: str) -> bool:
    if not text.isascii():
        return False
    low = text.lower()
    for sign, marks in _MARKS_BY_SIGN.items():
        if sign in low:
            for mark in marks:  # a generator would take half of the time that names of files cost
                if mark in low:
                    return False
    return True
