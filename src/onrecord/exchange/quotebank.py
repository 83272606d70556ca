"""Import the quotation-centric JSON Lines of Quotebank."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, Importer, SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import JsonText, read_lines, refused
from onrecord.exchange.values import iso_date, written
from onrecord.readers import File
from onrecord.rules import importing

_QID = re.compile("Q[1-9][0-9]*")
# How Quotebank writes a day and its time.
_WRITTEN = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
KNOWN = frozenset(
    {
        *("quoteID", "quotation", "speaker", "qids", "date"),
        *("numOccurrences", "probas", "urls", "phase"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Quotebank(Importer):
    """Quotations of Quotebank, one per line, without the articles' texts.

    Source: Vaucher, Spitz, Catasta and West (2021), "Quotebank: A Corpus of Quotations from a
    Decade of News" (WSDM), the quotation-centric version, `quotes-YYYY.json.bz2`; packed files are
    read as they are. It is published under CC-BY-4.0. The licence of the articles is not known, and
    only the quoted words are there, so that the rights are `NOASSERTION` and `quotes`.

    What maps to what:

    - `quotation`: the words of one span without offsets, since there is no text that they would
      index. The type is `direct`: Quotebank holds words in quotation marks alone. Quotations that
      differ in case and punctuation are one there, in the longest form that was met, so that an
      article may have it in another form.
    - `urls`: the first is the article, of which no more is known than its address; the others are
      `appearances`. Without any, the article is one of which only the `id` is known.
    - `quoteID`: the `id` and `annotation.origin.id`. One that occurs twice is imported once.
    - `speaker`: `speakers.name`, and the quote is `attributed`. `None` says that no candidate was
      more likely, not that the article names nobody, so that the attribution is then `unknown`.
    - `qids`: `speakers.wikidata` if there is but one; several are of people with the same name, and
      are kept.
    - `probas`: that of the speaker is `annotation.confidence`; all are kept.
    - `date`, the earliest day on which the quotation was met: `published` of the article if that is
      the only one; it is kept as written.
    - `numOccurrences`, `phase` and all that is kept: `annotation.origin.fields`.

    What is lost: nothing. Quotebank knows no offsets, cues, nesting or media.
    """

    name: ClassVar[str] = "quotebank"
    item: ClassVar[str] = "quotation"
    suffixes: ClassVar[tuple[str, ...]] = (
        *(".json", ".jsonl"),
        *(".json.bz2", ".jsonl.bz2", ".json.gz", ".jsonl.gz"),
    )
    form: ClassVar = "jsonl"
    rights: ClassVar[Mapping[str, str]] = {"license": "NOASSERTION", "redistribute": "quotes"}
    tag: ClassVar[str] = "en"

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the quotations of a file one by one."""
        rights = self.rights_of_text()
        for source, size in read_lines(file):
            imported = self._imported(source, rights)
            imported.size = size
            yield imported

    def _imported(self, source: JsonText, rights: Value) -> ImportedArticle:
        if not source.readable or not isinstance(source.value, dict):
            return refused(source)
        entry = source.entry(source.value)
        quote_id = entry.string("quoteID", required=True)
        words = entry.text("quotation", required=True)
        speaker = _speaker(entry)
        date = entry.date("date", _day, "a date such as 2019-10-31 10:25:15")
        pages = list(dict.fromkeys(entry.urls("urls")))
        for name in entry.raw:
            if name in ("date", "numOccurrences", "phase", "probas") or name not in KNOWN:
                entry.keep(name)
        value: Value | None = None
        article: Value | None = None
        if quote_id is not None and words is not None:
            local = ids.slug(quote_id)
            alone = len(pages) == 1 and entry.raw.get("numOccurrences") == 1
            article = {
                "id": ids.of_page(pages[0]) if pages else f"quotebank-{local}",
                "url": pages[0] if pages else None,
                "published": date if alone else None,
                "language": self.language_of(),
                "rights": rights,
            }
            value = {
                "id": f"q-{local}",
                "type": "direct",
                "content": [{"exact": words, "quoted": True}],
                "attribution": "attributed" if speaker else "unknown",
                "speakers": [speaker] if speaker else [],
                "appearances": [{"url": page} for page in pages[1:]],
                "annotation": {
                    "method": "automatic",
                    "tool": "Quobert",
                    "confidence": _confidence(entry),
                    "origin": {"dataset": "Quotebank", "id": quote_id, "fields": entry.fields()},
                },
            }
        item = SourceItem(entry.where(), "quote", value, entry.problems, key=quote_id)
        shared = {"method": "automatic", "tool": "Quobert"}
        return ImportedArticle(entry.where(), article, shared, [item], source.problems)


def _speaker(entry: Entry) -> Value | None:
    """Return the speaker, with the Wikidata item if only one has that name."""
    name = entry.person("speaker")
    qids = entry.raw.get("qids")
    qid = qids[0] if isinstance(qids, list) and len(qids) == 1 else None
    if isinstance(qid, str) and name is not None and _QID.fullmatch(qid):
        return {"name": name, "wikidata": qid}
    if qid is not None and not (isinstance(qid, str) and _QID.fullmatch(qid)):
        entry.report(importing.UnknownLabel, "qids", 0, found=written(qid), expected="an item Q…")
    entry.keep("qids")
    return None if name is None else {"name": name}


def _confidence(entry: Entry) -> float | None:
    """Return the probability of the speaker, as the dataset computed it."""
    probas = entry.raw.get("probas")
    if not isinstance(probas, list):
        return None
    for one in probas:
        if isinstance(one, list) and len(one) == 2 and one[0] == entry.raw.get("speaker"):
            try:
                found = float(one[1])  # type: ignore[arg-type]  # what is no number is left out
            except (TypeError, ValueError, OverflowError):
                return None
            return found if math.isfinite(found) and 0 <= found <= 1 else None
    return None


def _day(text: str) -> str | None:
    """Return the day of a date and time without a zone."""
    usual = _WRITTEN.fullmatch(text)
    return iso_date(usual[1] if usual else text.replace(" ", "T", 1))
