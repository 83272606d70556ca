"""Define the formats of article texts in files, by name.

A format is one name in ``TextFormatName`` and one line in ``TEXT_FORMATS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

TextFormatName = Literal["plain", "dated"]

PLAIN: TextFormatName = "plain"

_DATE = re.compile(r"\s*date[ \t]+[0-9]{4}-[0-9]{2}-[0-9]{2}\s+")


class TextFormat(NamedTuple):
    """Describe a format of article texts in files.

    Attributes:
        about: What the article's text is in such a file.
        read: Returns the article's text in the text of a file, or None if the file has another
            format.
        header: What such a file begins with.
    """

    about: str
    read: Callable[[str], str | None]
    header: str = ""


def with_line_feeds(raw: str) -> str:
    """Return a text without a byte order mark, its line ends as LF."""
    return raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _plain(raw: str) -> str:
    return raw.removeprefix("\ufeff")


def _dated(raw: str) -> str | None:
    text = with_line_feeds(raw)
    header = _DATE.match(text)
    return text[header.end() :].strip() if header else None


TEXT_FORMATS: Mapping[TextFormatName, TextFormat] = MappingProxyType(
    {
        "plain": TextFormat("the file exactly as it is, without a byte order mark", _plain),
        "dated": TextFormat(
            "crawled news: what follows a header date YYYY-MM-DD, with LF as line ends and without "
            "white space around it",
            _dated,
            "date YYYY-MM-DD",
        ),
    }
)
