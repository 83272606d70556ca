"""Write the text of an annotated article as HTML: paragraphs with nested elements for its marks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from onrecord.site.annotated import AnnotatedArticle, Segment
from onrecord.site.located import Mark, Row
from onrecord.site.names import local
from onrecord.site.wording import spaced, visible

# Characters of a gap that are drawn; longer ones say how long they are.
_DRAWN = 1200
# Lengths of the words that a gap is drawn with.
_WORDS = (5, 3, 8, 2, 6, 4, 9, 3, 7, 5)
# As wide as a digit, and never a line break.
_FIGURE_SPACE = "\u2007"
# Lanes that have a line of their own.
_LANES = 3
# What is between paragraphs: empty lines, or the ends of lines if there are no empty ones.
_BLANK, _LINE = re.compile(r"\n\s*\n"), re.compile(r"\n")


def marked(shown: AnnotatedArticle) -> str:
    """Return the text of an article as HTML paragraphs; every mark is an element, or several.

    Readers that listen hear where a quote begins and ends, and who says it. The words of the text
    are never changed; what is added to them is hidden, or has the class ``aside``.
    """
    return _Writer(shown).paragraphs()


class _Writer:
    def __init__(self, shown: AnnotatedArticle) -> None:
        self._shown = shown
        self._quotes = {quote["id"]: quote for quote in shown.quotes}
        self._open: tuple[Mark, ...] = ()
        self._referenced: set[tuple[str, str]] = set()
        self._plain = False
        self._written: list[str] = ["<p>"]

    def paragraphs(self) -> str:
        text = "".join([segment.text or "" for segment in self._shown.segments])
        self._plain = _is_plain(text)
        breaks = _BLANK if _BLANK.search(text.strip()) else _LINE
        write = self._written.append
        for segment in self._shown.segments:
            self._change(segment)
            if segment.text is None:
                write(self._gap(segment))
            else:
                self._words(segment.text, breaks)
            for mark in reversed(segment.marks):
                if mark.end == segment.end and mark.kind == "quote":
                    write(_END_OF_QUOTE if mark.piece == mark.pieces else _END_OF_PIECE)
        write("</span>" * len(self._open))
        write("</p>\n")
        return "".join(self._written)

    def _change(self, segment: Segment) -> None:
        """Close the elements of marks that end before a segment, and open those that begin there."""
        before, marks = self._open, segment.marks
        if before == marks:
            return
        same = 0
        for old, new in zip(before, marks, strict=False):
            if old is not new:
                break
            same += 1
        self._written.append("</span>" * (len(before) - same))
        for mark in marks[same:]:
            self._opened(mark, begins=mark.start == segment.start)
        self._open = marks

    def _opened(self, mark: Mark, *, begins: bool) -> None:
        kind, name = mark.kind, mark.record
        of, more = "quote", ""
        if kind == "finding":
            of, more = "finding", f" {self._shown.findings[int(name)].severity}"
        else:
            name = local(name)
            if kind == "quote":
                more = f" {self._quotes[mark.record]['type']} lane-{min(mark.lane, _LANES)}"
            elif kind in {"claim", "claimant"}:
                of = "claim"
        self._written.append(f'<span class="mark {kind}{more}" data-of="{of}-{name}">')
        if begins and kind in {"quote", "claim", "finding"}:
            self._written.append(self._reference(mark, of, name))

    def _reference(self, mark: Mark, kind: str, name: str) -> str:
        """Return the link to a record or finding at the beginning of its words."""
        label = name
        if mark.kind == "finding":
            finding = self._shown.findings[int(mark.record)]
            hidden, label = f"{finding.severity}: {finding.message} ", "!"
        elif mark.kind == "claim":
            hidden = f"Claim {name}: "
        elif mark.piece == 1:
            quote = self._quotes[mark.record]
            hidden = f"Quote {name}, {spaced(quote['type'])}, {speakers(quote)}: "
        else:
            hidden = f"Quote {name} continues: "
            label = f"…{name}" if mark.interrupted else ""
        if not label:
            return ""
        quote_type = self._quotes[mark.record]["type"] if mark.kind == "quote" else ""
        anchor = f' id="at-{kind}-{name}"' if self._is_first(mark) else ""
        return (
            f'<a class="aside ref {mark.kind} {quote_type}" href="#{kind}-{name}"{anchor}>'
            f'<span class="hidden">{_escaped(hidden)}</span>'
            f'<span aria-hidden="true">{label}</span></a>'
        )

    def _is_first(self, mark: Mark) -> bool:
        key = (mark.kind, mark.record)
        if key in self._referenced:
            return False
        self._referenced.add(key)
        return True

    def _words(self, text: str, breaks: re.Pattern[str]) -> None:
        """Write words; between paragraphs, all elements are closed and opened."""
        show = str if self._plain else _shown
        if "\n" not in text:
            self._written.append(show(text))
            return
        at = 0
        for found in breaks.finditer(text):
            self._written.append(show(text[at : found.start()]))
            self._written.append("</span>" * len(self._open) + "</p>\n<p>")
            for mark in self._open:
                self._opened(mark, begins=False)
            at = found.end()
        self._written.append(show(text[at:]))

    def _gap(self, segment: Segment) -> str:
        number = segment.end - segment.start
        what = "withheld" if self._shown.withheld else "not available"
        characters = "1 character" if number == 1 else f"{number:,} characters"
        return gap(number, f"[{characters} {what}] ", long=number > _DRAWN)


def gap(number: int, label: str, *, long: bool = False) -> str:
    """Return a gap of so many characters, with the words that readers hear in its place."""
    label = _escaped(label)
    note = f'<span class="aside note" aria-hidden="true"> {label.strip()}</span>' if long else ""
    return (
        f'<span class="aside gap"><span class="hidden">{label}</span>'
        f'<span aria-hidden="true">{_drawn(min(number, _DRAWN))}</span>{note}</span>'
    )


@lru_cache(_DRAWN)
def _drawn(number: int) -> str:
    """Return the HTML of a gap of so many characters, drawn as words of invisible letters."""
    words, left, at = [], number, 0
    while left > 0:
        word = _WORDS[at % len(_WORDS)]
        word = left if left <= word + 1 else word
        words.append(f"<i>{_FIGURE_SPACE * word}</i>")
        left -= word + 1
        at += 1
    return " ".join(words)


def speakers(quote: Row) -> str:
    """Return who says a quote, in words."""
    return names(quote.get("speakers", ())) or "nobody is named"


def names(sources: Iterable[Row]) -> str:
    """Return the names of sources in words."""
    return " and ".join(
        source.get("name") or source.get("role") or f"an unnamed {source.get('kind', 'source')}"
        for source in sources
    )


def pieces(record: Row) -> list[tuple[str | None, int, bool]]:
    """Return the words of a record's content, piece by piece.

    Each has its words, or None if they are withheld; its length if it has offsets; and whether it is
    inside quotation marks.
    """
    return [
        (
            span.get("exact"),
            (span.get("end") or 0) - (span.get("start") or 0),
            bool(span.get("quoted")),
        )
        for span in record.get("content", ())
    ]


def placed(shown: AnnotatedArticle, marks: Sequence[Mark]) -> Mapping[str, int]:
    """Return the offset of the first words of each claim, and of each finding by its number.

    Args:
        shown: The article.
        marks: Its marks in their order.
    """
    found: dict[str, int] = {}
    for mark in marks:
        if mark.kind in {"claim", "quote", "finding"}:
            found.setdefault(mark.record, mark.start)
    for claim in shown.claims:
        starts = [found[each] for each in claim.get("quote_ids", ()) if each in found]
        if claim["id"] not in found and starts:
            found[claim["id"]] = min(starts)
    return found


def _is_plain(text: str) -> bool:
    """Return whether no part of a text has to be escaped."""
    return not any(one in text for one in "&<>\t") and text.replace("\n", "").isprintable()


def _shown(text: str) -> str:
    """Return text as HTML; line breaks and tabs remain."""
    if text.isprintable():
        return html.escape(text, quote=False)
    return "".join(
        part if part.isspace() else _escaped(part) for part in re.split(r"([\n\t]+)", text)
    )


def _escaped(text: str) -> str:
    return html.escape(visible(text))


def _hidden(text: str) -> str:
    return f'<span class="hidden">{_escaped(text)}</span>'


_END_OF_QUOTE, _END_OF_PIECE = _hidden("(end of quote) "), _hidden(" … ")
