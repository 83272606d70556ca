"""Classify and convert values of foreign files: placeholders, addresses, dates."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from pydantic_core import to_json

from onrecord.language.addresses import address_defect
from onrecord.language.names import no_values
from onrecord.readers.syntax.nodes import Json

# Addresses that need no closer look.
is_plain_address = re.compile(r"https?://(?:[a-z0-9-]{1,63}[.])+[a-z]{2,63}(?:/[!-~]*)?").fullmatch
_WAYBACK = re.compile(
    r"https?://(?:web\.)?archive\.org/web/[0-9]+\*?(?:[a-z]{2}_)?/(?P<page>https?:/.+)"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)[.]?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[.]?,? )?"
# Days that are written in one way only: the year first, or the month in words (RFC 5322).
_DAYS = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII),
    re.compile(rf"{_WEEKDAY}{_DAY} {_MONTH},? (?P<year>\d{{4}})", re.ASCII | re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}})", re.ASCII | re.IGNORECASE),
)
_TIME = re.compile(
    r"(?:T| at |,? )(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?|[A-Z]{1,5}|[AP][.]M[.])?",
    re.ASCII | re.IGNORECASE,
)


@cache
def sentinels() -> tuple[int, frozenset[str]]:
    """Return the placeholders for no value, and the most characters of one."""
    found = frozenset({*no_values(), "metadata"})
    # A word may be shorter in small letters.
    return 2 * max(map(len, found)), found


def is_sentinel(value: Json) -> bool:
    """Return whether a value is a placeholder for no value."""
    if isinstance(value, str):
        longest, found = sentinels()
        word = value.strip()
        return len(word) <= longest and word.lower() in found
    return isinstance(value, float) and math.isnan(value)


def is_absent(value: Json) -> bool:
    """Return whether a value is empty or a placeholder."""
    return value is None or value in ([], {}) or is_sentinel(value)


def is_address(text: str) -> bool:
    """Return whether a text is the address of a page: http or https, with a possible host."""
    if is_plain_address(text):
        return True
    return text.startswith(("https://", "http://")) and address_defect(text) is None


def archived_page(url: str) -> str | None:
    """Return the page of which an address in the Wayback Machine has a copy; None for others."""
    found = _WAYBACK.fullmatch(url)
    if found is None:
        return None
    # Some programs reduce the two slashes to one.
    page = re.sub(r"^(https?):/+", r"\1://", found["page"])
    return page if is_address(page) else None


@lru_cache(2**12)
def iso_date(text: str) -> str | None:
    """Convert a date to the form of the records; return None for no date or an ambiguous one.

    ISO 8601 is accepted, and other unambiguous forms: with the year first, or with the month in
    English words. A time is dropped unless it has a zone, as Z or in hours.
    """
    if not text.isascii():
        # Years of other calendars are often written in other digits than those of ASCII.
        text = "".join(str(unicodedata.decimal(one, one)) for one in text)
        if not re.search(r"(?<!\d)(19|20)\d\d(?!\d)", text, re.ASCII):
            return None
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text, re.ASCII):
        return text
    found = next((match for days in _DAYS if (match := days.match(text))), None)
    if found is None:
        return None
    month = found["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].capitalize()) + 1
    try:
        day = dt.date(int(found["year"]), number, int(found["day"])).isoformat()
    except ValueError:
        return None
    rest = text[found.end() :]
    if re.fullmatch(r"(Z|[+-]\d{2}:\d{2})?", rest, re.ASCII):
        return day
    time = _TIME.fullmatch(rest)
    return None if time is None else _with_time(day, time["time"], time["zone"] or "")


def _with_time(day: str, time: str, zone: str) -> str | None:
    """Return an instant, or only the day if there is no zone; None if the date does not exist."""
    hour, _, rest = time.partition(":")
    clock = f"{hour:0>2}:{rest.replace(',', '.')}"
    clock += ":00" if len(clock) == len("10:00") else ""
    zone = "Z" if zone.upper() in ("Z", "UTC", "GMT") else zone
    if zone[:1] in ("+", "-"):
        zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}"
    named = zone[:1].isalpha() and zone != "Z"
    try:
        dt.datetime.fromisoformat(f"{day}T{clock}{'' if named else zone}")
    except ValueError:
        return None
    if clock.startswith("24"):
        return None
    return f"{day}T{clock}{zone}" if zone and not named else day


def is_after(later: str | None, earlier: str | None) -> bool:
    """Return whether one date of a record is certainly after another, as rules compare them.

    They are compared at the precision of the less precise one; between an instant and a day, one
    day is tolerated, since a day has no time zone.
    """
    if later is None or earlier is None:
        return False
    if len(later) > 10 and len(earlier) > 10:
        return dt.datetime.fromisoformat(later) > dt.datetime.fromisoformat(earlier)
    if len(later) != len(earlier) and min(len(later), len(earlier)) == 10:
        days = dt.date.fromisoformat(later[:10]) - dt.date.fromisoformat(earlier[:10])
        return days > dt.timedelta(days=1)
    length = min(len(later), len(earlier), 10)
    return later[:length] > earlier[:length]


# One encoder for all values: to make one costs more than to use it. Values of files hold no cycles.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_pieces: Callable[[Json, int], Iterable[str]] = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None,
    _ENCODER.default,
    json.encoder.encode_basestring,
    None,
    _ENCODER.key_separator,
    _ENCODER.item_separator,
    False,
    False,
    True,
)


def encode_in_lines(value: Json) -> str:
    """Encode a value as JSON as ``json.dumps`` does with an indentation of 1, but ten times as fast."""
    data = to_json(value, indent=1)
    if _EXPONENT.search(data) or any(one in data for one in _UNLIKE_PYTHON):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return data.decode()


# Numbers that Python writes in another way: very large ones, small ones, and those that are none. They
# are at the ends of lines; a string would end in a quotation mark.
_EXPONENT = re.compile(rb"(?m)e-?[0-9]+,?$")
_UNLIKE_PYTHON = (b"0.0000", b"0000000000000", b"null")


def encode(value: Json) -> str:
    """Format a value as JSON."""
    return "".join(_pieces(value, 0))


# Formats a text as JSON.
encode_text: Callable[[str], str] = json.encoder.encode_basestring


def written(value: Json) -> str:
    """Format a value as text: a string unchanged, anything else as JSON."""
    return value if isinstance(value, str) else encode(value)


def kind(value: Json) -> str:
    """Return the type of a value in words."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return written(value)
