"""Import the quotation-centric JSON Lines of Quotebank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress, islice
from typing import Any, ClassVar, NamedTuple

from onrecord.exchange import ids
from onrecord.exchange.base import (
    BulkImporter,
    ImportedArticle,
    ItemMapper,
    ItemReader,
    MappedItems,
    RawItems,
    Slot,
    SourceItem,
    Value,
    nowhere,
)
from onrecord.exchange.columns import alike, picker
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import (
    JsonText,
    lines_of,
    plain_object,
    refused,
    size_of_line,
    text_of_line,
)
from onrecord.exchange.quotebank.values import (
    Columns,
    Usual,
    confidence_of,
    day_of,
    item_of,
    which_kept,
)
from onrecord.exchange.values import written
from onrecord.files.opening import File
from onrecord.rules import importing

# What is kept as it is, and what is not.
_KEPT = frozenset({"date", "numOccurrences", "probas", "phase"})
KNOWN = _KEPT | {"quoteID", "quotation", "speaker", "qids", "urls"}
# Without these, a quotation is not as most are.
_NEEDED = {"quoteID", "quotation", "date", "urls"}
# The annotation that all quotes share.
_SHARED = {"method": "automatic", "tool": "Quobert"}


@dataclass(frozen=True, kw_only=True)
class Quotebank(BulkImporter):
    """Import quotations of Quotebank, one per line, without the articles' texts.

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
    """Read the lines of a file, each of which is a quotation."""

    def __init__(self, importer: Quotebank, file: File) -> None:
        self._file = file
        self._mapper = _Mapper(importer.rights_of_text(), importer.language_of())

    def items(self) -> Iterator[RawItems]:
        """Yield the quotations of the file."""
        for lines in lines_of(self._file):
            data = [None if isinstance(line, JsonText) else line[1] for line in lines]
            yield RawItems(partial(self._read, lines), list(map(size_of_line, lines)), data)

    def mapper(self) -> ItemMapper:
        """Return the mapper of the lines."""
        return self._mapper

    def _read(self, lines: Sequence[tuple[int, bytes] | JsonText], place: int) -> ImportedArticle:
        return self._mapper.imported(text_of_line(self._file, lines[place]))


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
    """Say which values a quotation has, its number of pages, and the names of what is kept."""

    speaker: bool
    wikidata: bool
    published: bool
    confidence: bool
    pages: int
    kept: tuple[str, ...]


@dataclass(frozen=True)
class _Mapper(ItemMapper):
    """Map quotations to values, which decide their records.

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
        date = entry.date("date", day_of, "a date such as 2019-10-31 10:25:15")
        pages = list(dict.fromkeys(entry.urls("urls")))
        for field in entry.raw:
            if field in _KEPT or field not in KNOWN:
                entry.keep(field)
        value: Value | None = None
        article: Value | None = None
        if quote_id is not None and words is not None:
            published = _published(date, pages, entry.raw.get("numOccurrences"))
            sure = confidence_of(entry.raw.get("probas"), entry.raw.get("speaker"))
            found = _Quotation(quote_id, words, name, wikidata, sure, pages, published, entry.kept)
            article, value = self._records(*_ids(ids.slug(quote_id), pages), found)
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

    def map(self, batch: Sequence[bytes | None]) -> Iterator[MappedItems]:
        """Yield the quotations of lines whose values are as most are."""
        found: dict[tuple[str, ...], tuple[list[int], list[Any]]] = {}
        for number, data in enumerate(batch):
            value = None if data is None else plain_object(data)
            if value is not None:
                numbers, rows = found.setdefault(tuple(value), ([], []))
                numbers.append(number)
                rows.append(value.values())
        for names, (numbers, rows) in found.items():
            if _NEEDED <= set(names) <= KNOWN:
                yield from self._mapped(names, numbers, rows)

    def _mapped(
        self, names: Sequence[str], numbers: Sequence[int], rows: Sequence[Iterable[Any]]
    ) -> Iterator[MappedItems]:
        """Yield the quotations with these fields, in this order."""
        raw = Columns.of(names, rows)
        usual = Usual.of(raw)
        if not any(usual.which):
            return
        if not all(usual.which):
            numbers = list(compress(numbers, usual.which))
            raw = Columns.of(names, list(compress(rows, usual.which)))
            usual = Usual.of(raw)
        speakers, codes = zip(*(one for one in usual.speakers if one), strict=True)
        items = usual.items
        pages = [urls if len(urls) == 1 else list(dict.fromkeys(urls)) for urls in raw.urls]
        published = list(map(_published, usual.days, pages, raw.numOccurrences))
        sure = list(map(confidence_of, raw.probas, raw.speaker))
        kept: dict[str, Sequence[str | None]] = {
            "qids": which_kept(
                [None if item else qids for qids, item in zip(raw.qids, items, strict=True)]
            )
        }
        for field in names:
            if field in _KEPT:
                values = getattr(raw, field)
                kept[field] = values if field == "date" else which_kept(values)
        local = list(map(ids.slug, raw.quoteID))
        own_ids = list(map(_ids, local, pages))
        optional = speakers, items, published, sure
        has = [[one is not None for one in column] for column in (*optional, *kept.values())]
        shapes = alike(zip(map(len, pages), *has, strict=True))
        for (length, name, item, day, confidence, *there), places in shapes.items():
            pick = picker(places)
            shape = _Shape(name, item, day, confidence, length, tuple(compress(kept, there)))
            columns = [
                *(pick(raw.quoteID), pick(raw.quotation)),
                *map(pick, compress(optional, shape)),
                *zip(*pick(pages), strict=True),
                *map(pick, compress(kept.values(), there)),
            ]
            article_ids, local_ids = zip(*pick(own_ids), strict=True)
            keys = pick(raw.quoteID)
            yield MappedItems(
                shape, pick(numbers), article_ids, local_ids, columns, keys, pick(codes)
            )

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


def _ids(local: str, pages: Sequence[str]) -> tuple[str, str]:
    """Return the ids of the article, and of the quote in it."""
    return ids.of_page(pages[0]) if pages else f"quotebank-{local}", f"q-{local}"


def _published(date: str | None, pages: Sequence[str], number: Any) -> str | None:
    """Return the day on which the article was published, if there is only one."""
    return date if len(pages) == 1 and number == 1 else None


def _speaker(entry: Entry) -> tuple[str | None, str | None]:
    """Return the name of the speaker, and the Wikidata item if only one has that name."""
    name = entry.person("speaker")
    wikidata, valid = item_of(entry.raw.get("qids"), name)
    if not valid:
        found = written(entry.raw["qids"][0])  # type: ignore[index]  # it is a list
        entry.report(importing.UnknownLabel, "qids", 0, found=found, expected="an item Q…")
    if wikidata is None:
        entry.keep("qids")
    return name, wikidata
