"""Put values into words for pages: dates, periods, languages, directions and characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from onrecord.language.languages import knowledge_of

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T[^?~%/]*)?([?~%]?)")
_QUALIFIED = {"": "", "?": "perhaps ", "~": "about ", "%": "perhaps about "}
# The symbols of verdicts, which say the same as their words and colours.
SYMBOLS = {
    "true": "✓", "mostly_true": "✓", "mixed": "◐", "mostly_false": "✕", "false": "✕",
    "misleading": "!", "outdated": "↺", "unverifiable": "?",
}  # fmt: skip
# What records are filtered by, with what the filters are called.
FILTERS = {
    "kind": "Show",
    "type": "Type of quote",
    "medium": "Medium",
    "language": "Language",
    "checkable": "Checkable",
    "verdict": "Verdict",
}
# Languages that are written from right to left, unless a tag names another script.
_RIGHT_TO_LEFT = re.compile(
    "ar|arc|arz|azb|bal|bqi|ckb|dv|fa|glk|he|iw|khw|ks|lrc|mzn|nqo|pnb|ps|rhg|sd|sdh|syr|ug|ur|yi"
)
_SCRIPTS = re.compile("arab|aran|hebr|thaa|syrc|nkoo|adlm|rohg|mand|samr")
# Characters that change the direction of what follows them.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")

# Characters that browsers show as nothing, or that turn the text around, beside those that JSON escapes.
UNSEEN = re.compile("[\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


@lru_cache(4096)
def date(text: str | None) -> str:
    """Return a date or period in words: ``14 September 2023``."""
    if not text:
        return ""
    first, slash, last = text.partition("/")
    if not slash:
        return _one_date(first)
    if first == "..":
        return f"until {_one_date(last)}"
    if last == "..":
        return f"from {_one_date(first)}"
    return f"{_one_date(first)} – {_one_date(last)}"


def _one_date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        return text
    year, month, day, qualified = found.groups()
    parts = [str(int(day))] if day else []
    parts += [_MONTHS[int(month) - 1]] if month and 1 <= int(month) <= len(_MONTHS) else []
    return _QUALIFIED[qualified] + " ".join([*parts, year])


# The sort key of times that are not known, after all others.
UNKNOWN = "\uffff"


@lru_cache(4096)
def sort_key(*periods: str | None) -> str:
    """Return a sort key of the first period that is known; unknown times are last."""
    for period in periods:
        first, _, last = (period or "").partition("/")
        if found := _DATE.match(last if first == ".." else first):
            return found[0]
    return UNKNOWN


@lru_cache(4096)
def direction(tag: str) -> str:
    """Return the direction in which a language is written: ``ltr`` or ``rtl``."""
    language, *rest = tag.lower().split("-")
    script = next((each for each in rest if len(each) == len("arab") and each.isalpha()), None)
    right = _SCRIPTS.fullmatch(script) if script else _RIGHT_TO_LEFT.fullmatch(language)
    return "rtl" if right else "ltr"


def language(tag: str) -> str:
    """Return the English name of a language, if it is known, or its tag."""
    return "language not known" if tag == "und" else knowledge_of(tag).name


def visible(text: str) -> str:
    """Return text in which characters that are not shown, or change the direction, are visible."""
    if text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(one):04X}⟩"
        if one in _OVERRIDES or unicodedata.category(one) in {"Cc", "Cs"}
        else one
        for one in text
    )


def web_address(url: Any) -> str | None:
    """Return an address if it is one of the web, to which a page may link."""
    return url if isinstance(url, str) and re.match(r"https?://[^\s/]", url) else None


def spaced(name: str) -> str:
    """Return the name of a value in words: ``press conference``."""
    return name.replace("_", " ")
