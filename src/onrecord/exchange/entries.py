"""Values of a foreign file, read by their type, with what is wrong in them noted."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from onrecord.exchange.base import Remark, Where
from onrecord.files.problems import Path, path_text
from onrecord.language.addresses import address_defect
from onrecord.language.names import NO_VALUE, name_defect
from onrecord.language.tags import valid_language
from onrecord.readers.models.records import Located
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading
from onrecord.rules.base import Check

T = TypeVar("T")

# What stands for no value at all in real data, whatever its case.
SENTINELS = NO_VALUE | {"metadata"}

# Addresses that need no closer look.
_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9-]{1,63}[.])+[a-z]{2,63}(/[!-~]*)?")
_LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")
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


class Entry:
    """An object of a foreign file: names and values, and where they stand.

    What is asked for and wrong is noted in ``remarks``, which the entries inside it share. What
    cannot be carried over but must not be lost is kept in ``kept``, by its path in the source.

    Attributes:
        raw: The plain value.
        path: Its path in the item.
        remarks: What is wrong in the item.
        kept: What else it says, for ``annotation.origin.fields``.
        depth: How many steps lead to the item; what is kept is named from there.
    """

    def __init__(
        self,
        raw: Mapping[str, Json],
        locate: Callable[[Path], Located],
        path: Path = (),
        inside: Entry | None = None,
    ) -> None:
        self.raw = raw
        self.path = path
        self.remarks: list[Remark] = inside.remarks if inside else []
        self.kept: dict[str, str] = inside.kept if inside else {}
        self._locate = locate
        self.depth: int = inside.depth if inside else len(path)

    def where(self, *steps: str | int) -> Where:
        """Finds the place of a value inside this one."""
        path = (*self.path, *steps)
        return lambda: self._locate(path)

    def name(self, *steps: str | int) -> str:
        """The path of a value inside this one, as people write it."""
        return path_text((*self.path, *steps))

    def inside(self, raw: Mapping[str, Json], *steps: str | int) -> Entry:
        """An object inside this one, at a path."""
        return Entry(raw, self._locate, (*self.path, *steps), self)

    def remark(self, check: type[Check], *steps: str | int, **facts: Any) -> None:
        """Note that something is wrong with a value inside this one."""
        name = self.name(*steps)
        facts = {"field": name, **facts}
        self.remarks.append(Remark(check, self.where(*steps), facts, name))

    def keep(self, name: str, value: Json | None = None) -> None:
        """Keep a value that has no field in the record."""
        value = self.raw.get(name) if value is None else value
        if not is_absent(value):
            self.keep_at(written(value), name)

    def keep_as_written(self, name: str) -> None:
        """Keep a value, even a word that elsewhere stands for none."""
        if (value := self.raw.get(name)) not in (None, "", [], {}):
            self.keep_at(written(value), name)

    def keep_at(self, text: str, *steps: str | int) -> None:
        """Keep a text under the name of a value inside this one, as it is called in the item."""
        self.kept[path_text((*self.path, *steps)[self.depth :])] = text

    def fields(self) -> list[dict[str, str]]:
        """What is kept, as ``annotation.origin.fields``; in the order in which it was met."""
        return [{"name": name, "value": value} for name, value in self.kept.items()]

    def has(self, name: str) -> bool:
        """Whether there is a value that says anything."""
        return not is_absent(self.raw.get(name))

    def string(self, name: str, *, required: bool = False) -> str | None:
        """A text of one line. A word that stands for no value is none."""
        found = self.text(name, required=required)
        if found is not None and ("\n" in found or "\r" in found):
            self.remark(importing.LineBreaks, name)
            return _LINE_BREAKS.sub(" ", found).strip()
        return found

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A text as it stands. A word that stands for no value is none."""
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or is_sentinel(value):
            if required:
                self._missing(name)
            elif value is not None:
                self.remark(importing.NoValue, name, found=written(value))
            return None
        if not isinstance(value, str):
            self.remark(reading.WrongType, name, found=kind(value), expected="text")
            return None
        if value != value.strip():
            self.remark(importing.SpaceAtEdge, name, found=value)
        return value

    def person(self, name: str, *, required: bool = False, number: bool = False) -> str | None:
        """Return a name. What can be none is left out, and kept.

        Args:
            name: The name of the value.
            required: Whether it must be there.
            number: Whether it may be a number, as the name of a year is.
        """
        found = self.string(name, required=required)
        what = name_defect(found) if found else None
        if what is None or (number and what == "a number"):
            return found
        self.remark(importing.NotAName, name, found=found, what=what)
        self.keep(name)
        return None

    def language(self, name: str) -> str | None:
        """Return a language tag (BCP 47) in canonical case. One that is not valid is left out."""
        found = self.string(name)
        if found is None:
            return None
        tag = valid_language(found)
        if tag and found.strip().lower() == tag.lower():
            return tag
        expected = f"a BCP 47 tag such as {tag or 'en or pt-BR'}"
        self.remark(importing.UnknownLabel, name, found=found, expected=expected)
        self.keep_at(found, name)
        return None

    def number(self, name: str) -> float | None:
        """A number, which may stand as text."""
        value = self.raw.get(name)
        if value is None or is_sentinel(value):
            if value is not None:
                self.remark(importing.NoValue, name, found=written(value))
            return None
        if not isinstance(value, bool):
            try:
                found = float(value)  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                pass
            else:
                if math.isfinite(found):
                    return found
        self.remark(reading.WrongType, name, found=kind(value), expected="a number")
        return None

    def integer(self, name: str, *, required: bool = False) -> int | None:
        """A whole number."""
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is None:
            if required:
                self._missing(name)
        else:
            self.remark(reading.WrongType, name, found=kind(value), expected="a whole number")
        return None

    def flag(self, name: str) -> bool | None:
        """A truth value."""
        value = self.raw.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.remark(reading.WrongType, name, found=kind(value), expected="true or false")
        return None

    def entry(self, name: str, *, required: bool = False) -> Entry | None:
        """An object."""
        value = self.raw.get(name)
        if isinstance(value, dict):
            return self.inside(value, name)
        if value is not None and not is_sentinel(value):
            self.remark(reading.WrongType, name, found=kind(value), expected="an object")
        elif required:
            self._missing(name)
        return None

    def entries(self, name: str, *, required: bool = False) -> Iterator[Entry]:
        """The objects of a list."""
        value = self.raw.get(name)
        if value is None:
            if required:
                self._missing(name)
            return
        if not isinstance(value, list):
            self.remark(reading.WrongType, name, found=kind(value), expected="a list")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield self.inside(item, name, index)
            else:
                self.remark(reading.WrongType, name, index, found=kind(item), expected="an object")

    def label(self, name: str, known: Mapping[str, T], *, required: bool = False) -> T | None:
        """What a label stands for. One that is not known is left out, or an error if required."""
        found = self.string(name, required=required)
        if found is None or found in known:
            return None if found is None else known[found]
        expected = "one of " + ", ".join(known)
        if required:
            self.remark(reading.NotAllowed, name, found=f'"{found}"', expected=expected)
        else:
            self.remark(importing.UnknownLabel, name, found=found, expected=expected)
            self.keep(name)
        return None

    def date(
        self,
        name: str,
        read: Callable[[str], str | None] | None = None,
        expected: str = "a date such as 2024-12-10",
    ) -> str | None:
        """A date as records have it.

        Args:
            name: The name of the value.
            read: Turns what stands there into such a date, or None if it is none. By default dates
                are read as by `iso_date`, and one whose time is left off is kept as written.
            expected: What it reads, in words.
        """
        found = self.string(name)
        if found is None:
            return None
        date = (read or iso_date)(found.strip())
        if date is None:
            self.remark(importing.NotADate, name, found=found, expected=expected)
        if date is None or (read is None and ":" in found and len(date) <= len("2024-12-10")):
            self.keep(name)
        return date

    def url(self, name: str) -> str | None:
        """A web address."""
        found = self.string(name)
        if found is None or is_address(found):
            return found
        self.remark(importing.NotAnAddress, name, found=found)
        self.keep(name)
        return None

    def urls(self, name: str) -> list[str]:
        """The web addresses of a list, without those that are none."""
        values = self.raw.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            self.remark(reading.WrongType, name, found=kind(values), expected="a list")
            return []
        found = []
        for index, value in enumerate(values):
            if isinstance(value, str) and is_address(value):
                found.append(value)
            elif not is_absent(value):
                self.remark(importing.NotAnAddress, name, index, found=written(value))
                self.keep_at(written(value), name, index)
        return found

    def _missing(self, name: str) -> None:
        parent = path_text(self.path) or "the item"
        facts = {"field": name, "parent": parent, "description": "the record needs it"}
        where = self.where(name) if name in self.raw else self.where()
        self.remarks.append(Remark(reading.MissingField, where, facts, self.name(name)))


def is_sentinel(value: Json) -> bool:
    """Whether a value is a word that stands for none."""
    if isinstance(value, str):
        return value.strip().lower() in SENTINELS
    return isinstance(value, float) and math.isnan(value)


def is_absent(value: Json) -> bool:
    """Whether a value says nothing."""
    return value is None or value in ([], {}) or is_sentinel(value)


def is_address(text: str) -> bool:
    """Whether a text is an address of a page: http or https, with a host that can be one."""
    if _PLAIN_ADDRESS.fullmatch(text):
        return True
    return text.startswith(("https://", "http://")) and address_defect(text) is None


def archived_page(url: str) -> str | None:
    """The page that an address in the Wayback Machine is a copy of; None for other addresses."""
    found = _WAYBACK.fullmatch(url)
    if found is None:
        return None
    # Some programs take the two slashes for one.
    page = re.sub(r"^(https?):/+", r"\1://", found["page"])
    return page if is_address(page) else None


def iso_date(text: str) -> str | None:
    """Return a date as records have it, None for what is no date or may be several.

    Dates of ISO 8601 are read, and others that can be read in one way only: with the year first, or
    with the month in English words. A time is left off unless it tells its zone, as Z or in hours.
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
    """Return an instant, or the day alone where nothing tells the zone; None if there is no such."""
    hour, _, rest = time.partition(":")
    clock = f"{hour:0>2}:{rest.replace(',', '.')}"
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
    """Whether one date of a record is certainly after another, as the checks of records see it.

    They are compared as far as both go; an instant and a day have a day's grace, since a day has no
    time zone.
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


def written(value: Json) -> str:
    """A value as text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def kind(value: Json) -> str:
    """What a value is, in words."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return written(value)
