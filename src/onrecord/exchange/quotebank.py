"""Import the quotation-centric JSON Lines of Quotebank."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from onrecord.exchange import ids
from onrecord.exchange.base import (
    BulkImporter,
    ImportedArticle,
    ItemMapper,
    ItemReader,
    MappedItem,
    RawItem,
    Slot,
    SourceItem,
    Value,
    nowhere,
)
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import JsonText, lines_of, plain_object, refused
from onrecord.exchange.values import (
    is_absent,
    is_address,
    is_plain,
    is_sentinel,
    iso_date,
    written,
)
from onrecord.language.names import name_defect
from onrecord.readers import File
from onrecord.rules import importing

_QID = re.compile("Q[1-9][0-9]*")
# How Quotebank writes a day and its time.
_WRITTEN = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
# What is kept as it is, and what is not.
_KEPT = frozenset({"date", "numOccurrences", "probas", "phase"})
KNOWN = _KEPT | {"quoteID", "quotation", "speaker", "qids", "urls"}
# The annotation that all quotes share.
_SHARED = {"method": "automatic", "tool": "Quobert"}
# The problems of a quotation without a likely speaker.
_NO_SPEAKER = (importing.NoValue.code,)


@dataclass(frozen=True, kw_only=True)
class Quotebank(BulkImporter):
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

    def reader(self, file: File) -> ItemReader:
        """Return the reader of a file."""
        return _Reader(self, file)


class _Reader(ItemReader):
    """Reads the lines of a file."""

    def __init__(self, importer: Quotebank, file: File) -> None:
        self._file = file
        self._mapper = _Mapper(importer.rights_of_text(), importer.language_of())

    def items(self) -> Iterator[RawItem]:
        """Yield the quotations of the file."""
        for text, size, line in lines_of(self._file):
            yield RawItem(partial(self._read, text), size, line)

    def mapper(self) -> ItemMapper:
        """Return what maps the lines."""
        return self._mapper

    def _read(self, text: Callable[[], JsonText]) -> ImportedArticle:
        return self._mapper.imported(text())


class _Quotation(NamedTuple):
    """Hold the values of a quotation, from which its records are built.

    Attributes:
        quote_id: Its id in Quotebank.
        words: Its words.
        speaker: The name of its speaker; likewise the Wikidata item, and the confidence.
        pages: The addresses of the pages that have it; the first is the article.
        published: The day on which the article was published.
        kept: All other values by their names.
    """

    quote_id: str
    words: str
    speaker: str | None
    wikidata: str | None
    confidence: float | Slot | None
    pages: Sequence[str]
    published: str | None
    kept: Mapping[str, str]


class _Shape(NamedTuple):
    """Which values a quotation has; the number of pages; and the names of what is kept."""

    speaker: bool
    wikidata: bool
    published: bool
    confidence: bool
    pages: int
    kept: tuple[str, ...]


@dataclass(frozen=True)
class _Mapper(ItemMapper):
    """Maps quotations.

    Attributes:
        rights: The rights in the articles.
        language: The language of the articles.
    """

    rights: Value
    language: str

    def imported(self, source: JsonText) -> ImportedArticle:
        """Return the article of a line, with its quotation and all problems."""
        if not source.readable or not isinstance(source.value, dict):
            return refused(source)
        entry = source.entry(source.value)
        quote_id = entry.string("quoteID", required=True)
        words = entry.text("quotation", required=True)
        name, wikidata = _speaker(entry)
        date = entry.date("date", _day, "a date such as 2019-10-31 10:25:15")
        pages = list(dict.fromkeys(entry.urls("urls")))
        for field in entry.raw:
            if field in _KEPT or field not in KNOWN:
                entry.keep(field)
        value: Value | None = None
        article: Value | None = None
        if quote_id is not None and words is not None:
            published = _published(date, pages, entry.raw)
            sure = _confidence(entry.raw)
            found = _Quotation(quote_id, words, name, wikidata, sure, pages, published, entry.kept)
            article, value = self._records(*_ids(quote_id, pages), found)
        item = SourceItem(entry.where(), "quote", value, entry.problems, key=quote_id)
        return ImportedArticle(entry.where(), article, _SHARED, [item], source.problems)

    def _records(self, article_id: str, local_id: str, found: _Quotation) -> tuple[Value, Value]:
        """Return the article and the quote of a quotation."""
        pages, name = found.pages, found.speaker
        article = {
            "id": article_id,
            "url": pages[0] if pages else None,
            "published": found.published,
            "language": self.language,
            "rights": self.rights,
        }
        speaker = {"name": name, "wikidata": found.wikidata} if found.wikidata else {"name": name}
        fields = [{"name": field, "value": kept} for field, kept in found.kept.items()]
        quote = {
            "id": local_id,
            "type": "direct",
            "content": [{"exact": found.words, "quoted": True}],
            "attribution": "attributed" if name else "unknown",
            "speakers": [speaker] if name else [],
            "appearances": [{"url": page} for page in pages[1:]],
            "annotation": {
                **_SHARED,
                "confidence": found.confidence,
                "origin": {"dataset": "Quotebank", "id": found.quote_id, "fields": fields},
            },
        }
        return article, quote

    def map(self, data: bytes) -> MappedItem | None:
        """Return the quotation of a line whose values are as most are."""
        raw = plain_object(data)
        if raw is None or not KNOWN.issuperset(raw):
            return None
        quote_id, words, name = raw.get("quoteID"), raw.get("quotation"), raw.get("speaker")
        date, urls, qids = raw.get("date"), raw.get("urls"), raw.get("qids")
        if not (is_plain(quote_id) and is_plain(words, lines=True) and is_plain(date)):
            return None
        day = _day(date)
        if day is None or type(urls) is not list or not all(map(_is_page, urls)):
            return None
        codes: tuple[str, ...] = ()
        if name is not None and not (is_plain(name) and name_defect(name) is None):
            if not is_sentinel(name):
                return None
            name, codes = None, _NO_SPEAKER
        kept: dict[str, str] = {}
        wikidata, is_item = _item(qids, name)
        if not is_item:
            return None
        if wikidata is None and not is_absent(qids):
            kept["qids"] = written(qids)
        for field, value in raw.items():
            if field in _KEPT and (value is date or not is_absent(value)):
                kept[field] = written(value)
        pages = list(dict.fromkeys(urls)) if len(urls) > 1 else urls
        sure, published = _confidence(raw), _published(day, pages, raw)
        optional = (name, wikidata, published, sure)
        has = name is not None, wikidata is not None, published is not None, sure is not None
        shape = _Shape(*has, len(pages), tuple(kept))
        known = [one for one in optional if one is not None]
        values = (quote_id, words, *known, *pages, *kept.values())
        return MappedItem(shape, *_ids(quote_id, pages), values, quote_id, codes)

    def example(
        self, shape: _Shape, ids: tuple[Slot, Slot], values: Iterator[Slot]
    ) -> ImportedArticle:
        """Return the article of a line of a shape, with slots for its values."""
        quote_id, words = next(values), next(values)
        name = next(values) if shape.speaker else None
        wikidata = next(values) if shape.wikidata else None
        published = next(values) if shape.published else None
        sure = next(values) if shape.confidence else None
        pages = list(islice(values, shape.pages))
        kept = dict(zip(shape.kept, values, strict=False))
        found = _Quotation(quote_id, words, name, wikidata, sure, pages, published, kept)
        article, value = self._records(*ids, found)
        return ImportedArticle(nowhere, article, _SHARED, [SourceItem(nowhere, "quote", value)])


def _ids(quote_id: str, pages: Sequence[str]) -> tuple[str, str]:
    """Return the ids of the article, and of the quote in it."""
    local = ids.slug(quote_id)
    return ids.of_page(pages[0]) if pages else f"quotebank-{local}", f"q-{local}"


def _published(date: str | None, pages: Sequence[str], raw: Mapping[str, Any]) -> str | None:
    """Return the day on which the article was published, if there is only one."""
    return date if len(pages) == 1 and raw.get("numOccurrences") == 1 else None


def _is_page(value: Any) -> bool:
    return type(value) is str and is_address(value)


def _item(qids: Any, name: str | None) -> tuple[str | None, bool]:
    """Return the Wikidata item of a speaker, if only one has that name; and whether it is one, if there
    is one.
    """
    qid = qids[0] if isinstance(qids, list) and len(qids) == 1 else None
    valid = qid is None or (isinstance(qid, str) and _QID.fullmatch(qid) is not None)
    return qid if valid and name is not None else None, valid


def _speaker(entry: Entry) -> tuple[str | None, str | None]:
    """Return the name of the speaker, and the Wikidata item if only one has that name."""
    name = entry.person("speaker")
    wikidata, valid = _item(entry.raw.get("qids"), name)
    if not valid:
        found = written(entry.raw["qids"][0])  # type: ignore[index]  # it is a list
        entry.report(importing.UnknownLabel, "qids", 0, found=found, expected="an item Q…")
    if wikidata is None:
        entry.keep("qids")
    return name, wikidata


def _confidence(raw: Mapping[str, Any]) -> float | None:
    """Return the probability of the speaker, as the dataset computed it."""
    probas = raw.get("probas")
    if not isinstance(probas, list):
        return None
    for one in probas:
        if isinstance(one, list) and len(one) == 2 and one[0] == raw.get("speaker"):
            try:
                found = float(one[1])  # what is no number is left out
            except (TypeError, ValueError, OverflowError):
                return None
            return found if math.isfinite(found) and 0 <= found <= 1 else None
    return None


def _day(text: str) -> str | None:
    """Return the day of a date and time without a zone."""
    usual = _WRITTEN.fullmatch(text)
    return iso_date(usual[1] if usual else text.replace(" ", "T", 1))
