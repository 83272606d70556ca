"""Describe quotes, claims and speakers for the index that the first page searches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import to_json

from onrecord.reporters.base import counted
from onrecord.site import wording
from onrecord.site.found import Record
from onrecord.site.marked import pieces
from onrecord.site.paths import Paths

# The order of records: newer ones have smaller keys.
_INVERTED = str.maketrans("0123456789", "9876543210")


class Searched(NamedTuple):
    """Hold some records as the index has them: those of an article, or a speaker.

    Attributes:
        sort: The sort key of them all.
        date: The date of the article, or nothing.
        shown: What is shown of the article and its records, as a script has it.
        texts: What is searched of each record.
        profiles: The values that each record is filtered by, as `profile` returns them.
    """

    sort: str
    date: str
    shown: str
    texts: list[str]
    profiles: list[str]


def script_value(value: Any) -> str:
    """Return a value as scripts of the index have it."""
    text = to_json(value).decode()
    if text.isprintable():
        return text
    return wording.UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


@lru_cache(4096)
def profile(
    kind: str,
    type: str = "",  # noqa: A002
    medium: str = "",
    language: str = "",
    checkable: str = "",
    verdicts: tuple[str, ...] = (),
) -> str:
    """Return the values of each of `wording.FILTERS` that a record has, as text."""
    one = [[value] if value else [] for value in (kind, type, medium, language, checkable)]
    return json.dumps([*one, sorted({*verdicts})])


class SearchedArticle:
    """Collect the entries of the search index for an article, one record at a time.

    Args:
        of: What pages show of the article.
        site: The paths of pages.
    """

    def __init__(self, of: Record, site: Paths) -> None:
        self._of = of
        self._site = site
        self._shown: list[Sequence[Any]] = []
        self._texts: list[str] = []
        self._profiles: list[str] = []

    def quote(self, quote: Record, language: str) -> None:
        """Add a quote, given its language."""
        own, foreign = pieces(quote), (language, wording.direction(language))
        words = [
            (text or f"[{counted(length, 'character')} withheld]", quoted)
            for text, length, quoted in own
        ]
        speakers = quote.get("speakers", ())
        kind, medium = quote["type"], quote.get("medium", "not given")
        self._add(
            [*(text or "" for text, *_ in own), *_names(speakers)],
            profile("quote", kind, medium, language),
            (kind, self._site.quote(quote["id"]), words, self._people(speakers), *foreign),
        )

    def claim(self, claim: Record, speakers: Sequence[Record]) -> None:
        """Add a claim, given who says it."""
        language = claim["language"]
        ratings = [
            (rating, wording.spaced(rating))
            if (rating := one.get("rating"))
            else ("other", one["original_rating"])
            for one in claim.get("assessments", ())
        ]
        checkable = {True: "yes", False: "no", None: "not decided"}[claim.get("checkable")]
        verdicts = tuple(rating for rating, _ in ratings) or ("no verdict",)
        shown = [(rating, wording.SYMBOLS.get(rating, "•"), spoken) for rating, spoken in ratings]
        path, words = self._site.claim(claim["id"]), [(claim["text"], False)]
        foreign = (language, wording.direction(language))
        self._add(
            [claim["text"], *_names(speakers)],
            profile("claim", "", "", language, checkable, verdicts),
            ("claim", path, words, self._people(speakers), *foreign, shown),
        )

    def _add(self, searched: Iterable[str], values: str, shown: Sequence[Any]) -> None:
        self._texts.append("\n".join(searched))
        self._profiles.append(values)
        self._shown.append(shown)

    def all(self) -> Searched:
        """Return the entries that were added."""
        of = self._of
        found = wording.sort_key(of["published"])[:10]
        date = found if found[0].isdigit() else ""
        foreign = (of["language"], wording.direction(of["language"]))
        where = (of["title"] or of["id"], of["path"], of["publisher"], *foreign)
        return Searched(
            f"1{date.translate(_INVERTED) or '~'} {of['path']}",
            date,
            script_value((where, wording.date(of["published"]), self._shown)),
            self._texts,
            self._profiles,
        )

    def _people(self, sources: Sequence[Record]) -> list[tuple[str, str | None, str]]:
        """Return the name, page and role of sources."""
        return [
            (
                source.get("name") or f"unnamed {source.get('kind') or 'source'}",
                self._site.speaker(source),
                source.get("role") or "",
            )
            for source in sources
        ]


def searched_speaker(path: str, names: Sequence[str], role: str, said: int, note: str) -> Searched:
    """Return the entry of a speaker in the index.

    Args:
        path: The page of the speaker.
        names: The names of the speaker, the most frequent one first.
        role: The last role.
        said: The number of quotes.
        note: What is noted of the speaker.
    """
    return Searched(
        f"0{10**9 - said:010}{path}",
        "",
        script_value((None, note, [("speaker", path, [(names[0], False)], [], "", "auto")])),
        ["\n".join([*names, role])],
        [profile("speaker")],
    )


def _names(sources: Sequence[Record]) -> list[str]:
    return [source[part] for source in sources for part in ("name", "role") if source.get(part)]
