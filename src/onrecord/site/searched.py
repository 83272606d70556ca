"""Describe quotes, claims and speakers for the index that the first page searches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from json import JSONEncoder
from typing import Any, NamedTuple

from onrecord.language.search_terms import terms
from onrecord.reporters.base import counted
from onrecord.site import wording
from onrecord.site.found import Record
from onrecord.site.gathered import Row
from onrecord.site.marked import pieces
from onrecord.site.paths import Paths

# The order of records: newer ones have smaller keys.
_INVERTED = str.maketrans("0123456789", "9876543210")
# Characters that browsers show as nothing, or that turn the text around, beside those that JSON escapes.
_CONTROLS = re.compile("[\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
_encoded = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Searched(NamedTuple):
    """A record as the index has it.

    Attributes:
        date: The date of its article, or nothing.
        terms: The terms that find it.
        values: Its values of each filter.
        shown: What is shown of it, as a script has it.
    """

    date: str
    terms: list[str]
    values: Mapping[str, list[str]]
    shown: str

    @classmethod
    def read(cls, value: str) -> Searched:
        """Read a record from the value of a row."""
        date, found, values, shown = value.split("\n", 3)
        return cls(date, found.split(), json.loads(values), shown)


def script_value(value: Any) -> str:
    """Return a value as scripts of the index have it."""
    return _CONTROLS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", _encoded(value))


def quote_row(quote: Record, of: Record, language: str, paths: Paths) -> Row:
    """Describe a quote, given what is shown of its article, and its language."""
    own = pieces(quote)
    words = [
        (piece["text"] or f"[{counted(piece['length'], 'character')} withheld]", piece["quoted"])
        for piece in own
    ]
    speakers = quote.get("speakers", ())
    return _of_article(
        of,
        [*(piece["text"] or "" for piece in own), *_names(speakers)],
        {
            "kind": ["quote"],
            "type": [quote["type"]],
            "medium": [quote.get("medium", "not given")],
            "language": [language],
        },
        {
            "kind": "quote",
            "type": quote["type"],
            "href": paths.quote(quote["id"]),
            "words": words,
            "who": _people(speakers, paths),
            **_foreign(language),
        },
    )


def claim_row(claim: Record, of: Record, speakers: Sequence[Record], paths: Paths) -> Row:
    """Describe a claim, given what is shown of its article, and who says it."""
    ratings = [
        (one.get("rating") or "other", one["original_rating"])
        for one in claim.get("assessments", ())
    ]
    checkable = {True: "yes", False: "no", None: "not decided"}[claim.get("checkable")]
    return _of_article(
        of,
        [claim["text"], *_names(speakers)],
        {
            "kind": ["claim"],
            "language": [claim["language"]],
            "checkable": [checkable],
            "verdict": [rating for rating, _ in ratings] or ["no verdict"],
        },
        {
            "kind": "claim",
            "href": paths.claim(claim["id"]),
            "words": [(claim["text"], False)],
            "who": _people(speakers, paths),
            "verdicts": [
                (
                    rating,
                    wording.SYMBOLS.get(rating, "•"),
                    spoken if rating == "other" else wording.spaced(rating),
                )
                for rating, spoken in ratings
            ],
            **_foreign(claim["language"]),
        },
    )


def speaker_row(entry: Record, names: Iterable[str], note: str) -> Row:
    """Describe a speaker, given the entry of the list, all names, and what is noted."""
    shown = {"kind": "speaker", "href": entry["path"], "words": [(entry["name"], False)]}
    shown |= {"who": [], "note": note, "language": "", "direction": "auto"}
    sort = f"0{10**9 - entry['said']:010}{entry['path']}"
    return _row(sort, "", [*names, entry["role"]], {"kind": ["speaker"]}, shown)


def _of_article(of: Record, searched: list[str], values: Record, shown: Record) -> Row:
    """Describe a record of an article."""
    found = wording.sort_key(of["published"])[:10]
    date = found if found[0].isdigit() else ""
    where = (of["title"] or of["id"], of["path"], of["publisher"])
    shown["where"] = [*where, *_foreign(of["language"]).values()]
    shown["when"] = wording.date(of["published"])
    sort = f"1{date.translate(_INVERTED) or '~'} {shown['href']}"
    return _row(sort, date, searched, values, shown)


def _row(sort: str, date: str, searched: list[str], values: Record, shown: Record) -> Row:
    # Terms contain no spaces.
    found = " ".join(terms("\n".join(searched)))
    return Row("", sort, "\n".join((date, found, _encoded(values), script_value(shown))))


def _people(sources: Sequence[Record], paths: Paths) -> list[tuple[str, str | None, str]]:
    """Return the name, page and role of sources."""
    return [
        (
            source.get("name") or f"unnamed {source.get('kind') or 'source'}",
            paths.speaker(source),
            source.get("role") or "",
        )
        for source in sources
    ]


def _names(sources: Sequence[Record]) -> list[str]:
    return [source[part] for source in sources for part in ("name", "role") if source.get(part)]


def _foreign(language: str) -> Record:
    return {"language": language, "direction": wording.direction(language)}
