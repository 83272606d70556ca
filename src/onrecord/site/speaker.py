"""Write the page of a speaker."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from onrecord.site.found import Record
from onrecord.site.gathered import as_json
from onrecord.site.pages import page


class Entry(NamedTuple):
    """An entry of the page: what it says of the speaker, and what is shown.

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
        """Return an entry from its text."""
        about, _, shown = text.partition("\n")
        return cls._make([*json.loads(about), shown])


def speaker_page(entries: Sequence[Entry], **common: Any) -> str:
    """Return the page of a speaker, given everything on record in the order of time."""
    names = Counter(entry.name for entry in entries if entry.name)
    (name, _), *others = names.most_common() or [("", 0)]
    kinds = Counter(entry.kind for entry in entries)
    roles: dict[str, Entry] = {}
    for entry in entries:
        if entry.role:
            roles.setdefault(entry.role, entry)
    return page(
        "speaker",
        "../",
        name=name,
        others=[other for other, _ in others],
        kind=kinds.most_common(1)[0][0],
        wikidata=next((entry.wikidata for entry in entries if entry.wikidata), None),
        roles=list(roles.items()),
        timeline=Markup("".join([entry.shown for entry in entries])),  # noqa: S704
        **common,
    )
