"""Draw charts as SVG: horizontal bars and columns, readable in light and dark, for everyone.

A chart is the same bytes everywhere: it has no fonts, text stays text, numbers are whole, and
attributes are in alphabetical order. Text is dark with a light outline, or light with a dark one, so
that it is legible even where a page's colours are not those that the reader prefers. Colours are
those of Okabe and Ito, which colour-blind people can distinguish; nothing is said by colour alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from xml.etree.ElementTree import canonicalize

import svg

from onrecord.publishing import markdown

WIDTH = 720
_LABELS = 230  # the most room for labels, to the left of bars
_LETTER = 8.3  # the width of a letter
_ROW, _BAR = 28, 18
_COLUMNS = 180  # the height of columns
# The longest label, in letters of Latin.
_LONGEST = 24
# A text of its own, whose direction is that of its first letter.
_ISOLATE = "\u2068{}\u2069"
_STYLE = """
text{font:14px system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif;fill:#1f2328;stroke:#fff;\
stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.title{font-weight:600;font-size:16px}
.label{text-anchor:end}
.middle{text-anchor:middle}
rect{stroke:#1f2328;stroke-width:1px}
line{stroke:#8c959f;stroke-width:1px}
.c0{fill:#0072b2}
.c1{fill:#e69f00}
.c2{fill:#009e73}
.c3{fill:#cc79a7}
.c4{fill:#56b4e9}
@media (prefers-color-scheme:dark){text{fill:#e6edf3;stroke:#0d1117}rect{stroke:#e6edf3}}
"""
# What XML cannot contain.
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Bar:
    """Describe a bar of a chart: its label, its parts in the order of the legend, and its number.

    Attributes:
        label: What it is about.
        parts: The numbers of its parts.
        stated: What is written beside it.
    """

    label: str
    parts: tuple[int, ...]
    stated: str


def bars(
    name: str,
    title: str,
    description: str,
    rows: Sequence[Bar],
    legend: Sequence[str] = (),
    *,
    whole: bool = False,
) -> str:
    """Draw horizontal bars, one below the other.

    Args:
        name: A name for the chart, unique on a page.
        title: Its title.
        description: What it shows, with the numbers, for those who cannot see it.
        rows: The bars.
        legend: What the parts of bars are, if they have several.
        whole: Whether each bar is a whole, so that all have the same length.
    """
    top, drawn = _legend(legend)
    labels = [fitting(row.label) for row in rows]
    left = min(_LABELS, 25 + max(map(_width, labels), default=0))
    scale = WIDTH - left - 25 - max((_width(row.stated) for row in rows), default=0)
    longest = max((sum(row.parts) for row in rows), default=0)
    for number, row in enumerate(rows):
        y = top + number * _ROW
        base = y + _BAR - 4
        drawn.append(_text(labels[number], left - 10, base, "label"))
        most = (sum(row.parts) if whole else longest) or 1
        ends = [scale * at // most for at in accumulate(row.parts, initial=0)]
        for color, (start, end) in enumerate(pairwise(ends)):
            if row.parts[color]:
                drawn.append(_rect(left + start, y, max(end - start, 1), _BAR, color))
        drawn.append(_text(row.stated, left + ends[-1] + 8, base))
    return _chart(name, title, description, drawn, top + len(rows) * _ROW)


def columns(name: str, title: str, description: str, numbers: Mapping[str, int]) -> str:
    """Draw columns, one for each period in order.

    Args:
        name: A name for the chart, unique on a page.
        title: Its title.
        description: What it shows, with the numbers, for those who cannot see it.
        numbers: The number of each period, by its name.
    """
    top = 60
    most = max(numbers.values(), default=0) or 1
    step = (WIDTH - 60) // max(len(numbers), 1)
    left = (WIDTH - step * len(numbers)) // 2
    width = min(max(step - 4, 1), 60)
    every = -(-64 // max(step, 1))  # as many names as have room
    floor = top + _COLUMNS
    drawn: list[svg.Element] = [svg.Line(x1=10, x2=WIDTH - 10, y1=floor, y2=floor)]
    for place, (period, number) in enumerate(numbers.items()):
        x = left + place * step + step // 2
        height = max(_COLUMNS * number // most, 1) if number else 0
        if number:
            drawn.append(_rect(x - width // 2, floor - height, width, height, 0))
        stated = f"{number:,}"
        if number and (_width(stated) < step or number == most):
            drawn.append(_text(stated, x, floor - height - 8, "middle"))
        if place % every == 0:
            drawn.append(_text(period, x, floor + 22, "middle"))
    return _chart(name, title, description, drawn, floor + 32)


def fitting(words: str, longest: int = _LONGEST) -> str:
    """Return words in one line that is not longer than a label may be."""
    from wcwidth import iter_graphemes

    found, room = "", longest * _LETTER
    for cluster in (clusters := list(iter_graphemes(_line(words)))):
        room -= _width(cluster[0])
        if room < 0:
            break
        found += cluster
    return found if len(found) == sum(map(len, clusters)) else f"{found.rstrip()}…"


def _width(words: str) -> int:
    """Return about how many pixels wide words are."""
    wide = sum(character >= "\u1100" for character in words)
    capital = sum(character.isupper() for character in words)
    widest = sum(character in "mwMW" for character in words)
    return round(_LETTER * (len(words) + wide + 0.2 * capital + 0.5 * widest))


def _line(words: str) -> str:
    """Return words in one line, without characters that are invisible or not allowed in XML."""
    return _NOT_XML.sub("\ufffd", " ".join(markdown.seen(words).split()))


def _legend(names: Sequence[str]) -> tuple[int, list[svg.Element]]:
    """Draw a legend; return where the chart begins below it."""
    drawn: list[svg.Element] = []
    x, y = 10, 44
    for color, name in enumerate(names):
        width = 36 + _width(name)
        if x + width > WIDTH:
            x, y = 10, y + 26
        drawn += [_rect(x, y, 14, 14, color), _text(name, x + 20, y + 12)]
        x += width
    return y + 30 if names else 46, drawn


def _text(words: str, x: int, y: int, style: str | None = None) -> svg.Text:
    words = html.escape(_line(words))
    words = _ISOLATE.format(words) if style == "label" else words
    return svg.Text(text=words, x=x, y=y, class_=[style] if style else None)


def _rect(x: int, y: int, width: int, height: int, color: int) -> svg.Rect:
    return svg.Rect(x=x, y=y, width=width, height=height, class_=[f"c{color}"])


def _chart(
    name: str, title: str, description: str, drawn: Sequence[svg.Element], height: int
) -> str:
    labels = [f"{name}-title", f"{name}-description"]
    chart = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, height),
        width=WIDTH,
        height=height,
        extra={"role": "img", "aria-labelledby": " ".join(labels)},
        elements=[
            svg.Title(text=html.escape(_line(title)), id=labels[0]),
            svg.Desc(text=html.escape(_line(description)), id=labels[1]),
            svg.Style(text=_STYLE),
            _text(title, 10, 26, "title"),
            *drawn,
        ],
    )
    return canonicalize(str(chart)) + "\n"
