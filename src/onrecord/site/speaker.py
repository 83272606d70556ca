"""Write the pages of speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pydantic_core import from_json

from onrecord.reporters.base import counted
from onrecord.site.divided import entries_on, number_of_pages, pager
from onrecord.site.found import Record
from onrecord.site.gathered import as_json
from onrecord.site.pages import Frame, framed
from onrecord.site.parts import DOT, foreign, html, link, when

# Names and roles of a speaker that are shown at once.
_FIRST = 12


class Entry(NamedTuple):
    """Hold an entry of the page: what it says of the speaker, and what is shown.

    Attributes:
        name: The name of the speaker there; likewise ``wikidata``, ``kind`` and ``role``.
        said: Whether it is a quote that the speaker says.
        article: The id of its article.
        language: The language of its article; likewise ``published``.
        shown: What is shown, as HTML.
    """

    name: str | None
    wikidata: str | None
    kind: str | None
    role: str | None
    said: bool
    article: str
    language: str
    published: str | None
    shown: str

    @classmethod
    def of(cls, source: Record, of: Record, shown: str, *, said: bool) -> Entry:
        """Return an entry, given the source and what is known of its article."""
        name, wikidata, kind, role = map(source.get, ("name", "wikidata", "kind", "role"))
        return cls(
            name, wikidata, kind, role, said, of["id"], of["language"], of["published"], shown
        )

    def as_text(self) -> str:
        """Return the entry as text."""
        return f"{as_json(self[:-1])}\n{self.shown}"

    @classmethod
    def read(cls, text: str) -> Entry:
        """Return the entry that `as_text` returned as text."""
        about, _, shown = text.partition("\n")
        return cls._make([*from_json(about), shown])


class Speaker(NamedTuple):
    """Hold a speaker, with everything on record about the speaker.

    Attributes:
        place: The place of the speaker on the page.
        names: The names, the most frequent one first.
        entries: Everything on record in the order of time.
    """

    place: str
    names: Sequence[str]
    entries: Sequence[Entry]

    @classmethod
    def of(cls, place: str, entries: Sequence[Entry]) -> Speaker:
        """Return a speaker, given the place on the page and everything on record."""
        names = Counter([entry.name for entry in entries if entry.name])
        wikidata = next((entry.wikidata for entry in entries if entry.wikidata), "")
        return cls(place, [name for name, _ in names.most_common()] or [wikidata], entries)

    @property
    def role(self) -> str:
        """Return the last role."""
        return next((entry.role for entry in reversed(self.entries) if entry.role), "")

    @property
    def pages(self) -> int:
        """Return the number of pages for what is on record."""
        return number_of_pages(self.entries)

    def header(self) -> str:
        """Return the names, kind, Wikidata item and roles of the speaker, as HTML."""
        (name, *others), entries = self.names, self.entries
        kind = Counter([entry.kind for entry in entries]).most_common(1)[0][0]
        wikidata = next((entry.wikidata for entry in entries if entry.wikidata), None)
        roles: dict[str, Entry] = {}
        for entry in entries:
            if entry.role:
                roles.setdefault(entry.role.casefold(), entry)
        address = f"https://www.wikidata.org/wiki/{wikidata}"
        item = f"{DOT}{link(address, wikidata)}" if wikidata else ""
        also = [f"<bdi>{html(other)}</bdi>" for other in others]
        listed = [
            f"<div><dt><bdi {foreign(entry.language)}>{html(entry.role or '')}</bdi></dt>"
            f"<dd>{when(entry.published) or 'undated'}</dd></div>\n"
            for entry in roles.values()
        ]
        return (
            f'<header class="headline">\n<p class="kicker">{html(kind or "source")}{item}</p>\n'
            f"<h1><bdi>{html(name)}</bdi></h1>\n"
            + _folded(also, "name", '<p class="byline">Also on record as ', ", ", "</p>\n")
            + _folded(listed, "role", '<dl class="roles">\n', "", "</dl>\n")
            + "</header>\n"
        )


def _folded(items: Sequence[str], what: str, begin: str, between: str, end: str) -> str:
    """Return some items as HTML between what begins and ends a list; those after the first are folded up."""
    if not items:
        return ""
    first, others = items[:_FIRST], items[_FIRST:]
    shown = f"{begin}{between.join(first)}{end}"
    if others:
        summary = f"<summary>{counted(len(others), f'more {what}')}</summary>"
        shown += f"<details>{summary}\n{begin}{between.join(others)}{end}</details>\n"
    return shown


def speakers_page(speakers: Sequence[Speaker], path: str, shared: Frame) -> str:
    """Return the page of some speakers; a link to one of them shows that one alone.

    Of a speaker with many entries, it has the first ones; further pages have the others.
    """
    name = html(speakers[0].names[0]) if len(speakers) == 1 else "Speakers"
    sections = [section(one, one.header(), 1, path) for one in speakers]
    return framed(shared, name, "".join(sections))


def section(speaker: Speaker, header: str, number: int, path: str) -> str:
    """Return what a page has of a speaker, given what is above the entries as HTML.

    Args:
        speaker: The speaker.
        header: What `Speaker.header` returned.
        number: The number of the page, from 1.
        path: The path of the first page.
    """
    place = speaker.place
    shown = "".join([one.shown for one in entries_on(speaker.entries, number)])
    return (
        f'<section class="speaker" id="{place}">\n{header}'
        f'<h2 class="hidden">On record</h2>\n<ol class="timeline">\n{shown}</ol>\n'
        f"{pager('speaker', path, number, speaker.pages, place)}</section>\n"
    )
