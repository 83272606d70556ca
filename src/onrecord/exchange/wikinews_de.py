"""Import the German news quotation attribution dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, SourceItem, TextImporter, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import read_document, refused
from onrecord.exchange.nesting import holders
from onrecord.exchange.spans import edge_problems, located_span
from onrecord.exchange.values import kind, written
from onrecord.files.opening import File
from onrecord.findings import Problem
from onrecord.language.languages import knowledge_of
from onrecord.language.offsets import Located
from onrecord.rules import importing, reading

DATASET = "uhh-lt/german-news-quotation-attribution-2024"

ROLES = ("quote", "speaker", "addressee", "cue", "frame")
TYPES = {
    "Direct": "direct",
    "Indirect": "indirect",
    "Reported": "reported",
    "FreeIndirect": "free_indirect",
    "IndirectFreeIndirect": "free_indirect",
}
# Two letters mean either of two media; then the medium is unknown.
MEDIA: dict[str, str | None] = {
    "Speech": "speech",
    "Writing": "writing",
    "Thought": "thought",
    **dict.fromkeys(("SW", "ST", "TW", "WT", "TS", "WS")),
}
_NAME = re.compile(r"(?P<page>\d+) - (?P<title>.+?) \((?P<date>\d{4}-\d{2}-\d{2})\)")


@dataclass(frozen=True, kw_only=True)
class WikinewsDe(TextImporter):
    """Import quotes of German Wikinews articles, one JSON file per article.

    Source: Petersen-Frey and Biemann (2024), "Dataset of Quotation Attribution in German News
    Articles", published as uhh-lt/german-news-quotation-attribution-2024 under CC BY-NC-SA 4.0,
    which is what the imported texts are given as their licence, unless --license says otherwise.

    What maps to what:

    - `documentName`, such as `39049 - TITLE (2007-03-16)`: the article's `id`, `title` and
      `published`; a name of another form is the `title`.
    - `originalText`: `text`, unchanged.
    - each of `annotations`: a quote, `id` as `annotation.origin.id`. `quote`, `cue`: `content` and
      `cue`, discontinuous ones with all their spans. `speaker`, `addressee`: one source with all
      its spans as `mentions`; no name, since the words need not be one. If the first mention is a
      pronoun, its `reference` is `pronominal`. Without a speaker the quote is `unattributed`.
    - `type`: `type`, and as written `annotation.origin.label`. IndirectFreeIndirect is
      `free_indirect`. Spans of Direct quotes are `quoted`; they include the quotation marks, which
      is the dataset's way.
    - `medium`: `medium`; SW, ST and TW, which leave it open, are kept under `annotation.origin`.
    - `isNested`, `hasNested`: `within` is derived from the spans: a quote is in the smallest one
      that holds all of it. Of two that hold the same words, the one flagged `hasNested` is the
      outer. Where flags and spans disagree, a warning says so.
    - `frame`: kept under `annotation.origin.fields`, as offsets.
    - Spans of a part that are out of order or overlap are put in text order, with a warning.

    What is lost: `sentences`, `tokens`, and the offsets counted in tokens; all follow from the text.
    """

    name: ClassVar[str] = "wikinews-de"
    item: ClassVar[str] = "annotation"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    form: ClassVar = "yaml"
    rights: ClassVar[Mapping[str, str]] = {
        "license": "CC-BY-NC-SA-4.0",
        "redistribute": "full",
        "notice": "From the dataset uhh-lt/german-news-quotation-attribution-2024 "
        "(Petersen-Frey and Biemann 2024)",
    }
    tag: ClassVar[str] = "de"

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the article of a file with its annotations."""
        source = read_document(file)
        if not source.readable or not isinstance(source.value, dict):
            yield refused(source)
            return
        root = source.entry(source.value)
        imported = ImportedArticle(root.where(), self._article(root), {"method": "manual"})
        imported.problems = source.problems + root.problems
        text = Located(imported.article["text"] if imported.article else "", self.offsets)
        found = list(source.entries(source.value.get("annotations"), ("annotations",)))
        quotes = []
        for number, one in enumerate(found, start=1):
            if isinstance(one, Problem):
                imported.items.append(SourceItem(one.where, "quote", problems=[one]))
            elif imported.article is None:  # without it, nothing shows what is wrong in the others
                imported.items.append(SourceItem(one.where(), "quote"))
            else:
                quotes.append(self._quote(one, number, text))
                imported.items.append(quotes[-1].item)
        _nest(quotes)
        imported.size = file.path.stat().st_size
        yield imported

    def _article(self, root: Entry) -> Value | None:
        text = root.raw.get("originalText")
        if not isinstance(text, str):
            if root.text("originalText", required=True) is not None:
                root.report(reading.WrongType, "originalText", found=kind(text), expected="text")
            return None
        name = root.string("documentName", required=True)
        if name is None:
            return None
        parts = _NAME.fullmatch(name)
        return {
            "id": f"wikinews-de-{parts['page']}" if parts else ids.slug(name),
            "title": parts["title"] if parts else name,
            "publisher": {"name": "Wikinews"},
            "published": parts["date"] if parts else None,
            "language": self.language_of(),
            "text": text,
            "rights": self.rights_of_text(),
        }

    def _quote(self, entry: Entry, number: int, text: Located) -> _Quote:
        spans = {name: _spans(entry, name, text) for name in ROLES}
        kind = entry.label("type", TYPES, required=True)
        medium = entry.label("medium", MEDIA)
        if medium is None:
            entry.keep("medium")
        if spans["frame"]:
            entry.keep_at(_offsets(spans["frame"]), "frame")
        if not spans["quote"] and not entry.problems:
            entry.report(reading.MissingField, "quote", parent="the quote", description="its words")
        # What is kept of them must be known before the fields are.
        speakers = _sources(spans["speaker"])
        addressees = _sources(spans["addressee"])
        origin = {
            "dataset": DATASET,
            "id": written(entry.raw["id"]) if entry.has("id") else None,
            "label": entry.raw.get("type"),
            "fields": entry.fields(),
        }
        value = {
            "id": f"q{number}",
            "type": kind,
            "content": [{**span, "quoted": kind == "direct"} for span in spans["quote"]],
            "attribution": "attributed" if speakers else "unattributed",
            "speakers": speakers,
            "cue": spans["cue"],
            "addressees": addressees,
            "medium": medium,
            "annotation": {"method": "manual", "origin": origin},
        }
        return _Quote(SourceItem(entry.where(), "quote", value, entry.problems), entry)


@dataclass(slots=True)
class _Quote:
    """Hold a quote whose outer quote, the one that contains it, is to be found."""

    item: SourceItem
    entry: Entry

    @property
    def extents(self) -> list[tuple[int, int]]:
        """Return the extents of its words."""
        content = self.item.value["content"] if self.item.value else []
        return [(span["start"], span["end"]) for span in content]

    def is_outer(self, other: _Quote) -> bool:
        """Return whether the flags say that this quote contains the other."""
        return self._may_hold(other) and not other._may_hold(self)

    def _may_hold(self, other: _Quote) -> bool:
        return bool(self.entry.raw.get("hasNested")) and bool(other.entry.raw.get("isNested"))


def _nest(quotes: Sequence[_Quote]) -> None:
    """Set the smallest quote around each quote, and report contradicting flags."""
    inside = holders(
        [quote.extents for quote in quotes],
        lambda one, other: quotes[one].is_outer(quotes[other]),
    )
    outer = {one for found in inside for one in found}
    for number, quote in enumerate(quotes):
        if quote.item.value is None or not quote.extents:
            continue
        if parents := inside[number]:
            parent = quotes[parents[0]].item.value
            quote.item.value["within"] = parent and parent["id"]
        twin = any(one is not quote and one.extents == quote.extents for one in quotes)
        for flag, holds, not_so, so in (
            ("isNested", bool(parents), "no quote holds it", "another quote holds it"),
            ("hasNested", number in outer, "it holds no quote", "it holds another quote"),
        ):
            if quote.entry.flag(flag) is (not holds):
                spans = so if holds else _TWIN if twin else not_so
                found = "false" if holds else "true"
                quote.entry.report(importing.NestingDisagrees, flag, found=found, spans=spans)


_TWIN = "another quote has just the same words, and which of them is the outer one cannot be told"


def _spans(entry: Entry, name: str, text: Located) -> list[Value]:
    """Return the spans of a part of an annotation."""
    part = entry.entry(name)
    if part is None:
        return []
    offsets = [
        (span, span.integer("charBegin", required=True), span.integer("charEnd", required=True))
        for span in part.entries("spans")
    ]
    # The words are given for all spans together.
    whole = part.raw.get("text")
    placed = [(start, end) for _, start, end in offsets if start is not None and end is not None]
    if any(two[0] < one[1] for one, two in pairwise(placed)):
        stated = ";".join(f"{start}-{end}" for start, end in placed)
        entry.report(importing.SpansNotInOrder, name, found=stated)
    found: list[Value] = []
    for span, start, end in offsets:
        if start is None or end is None:
            continue
        words = whole if isinstance(whole, str) and len(offsets) == 1 else None
        located = located_span(
            text, start, end, words, span.where("charEnd"), span.name(), entry.problems
        )
        if isinstance(located, list):
            entry.problems += located
        else:
            found.append(located)
            entry.problems += edge_problems([located], span.where("charBegin"), span.name())
    ordered = sorted(found, key=lambda span: int(span["start"]))
    together = [" ".join(span["exact"] for span in some) for some in (ordered, found)]
    if isinstance(whole, str) and len(found) == len(offsets) > 1 and whole not in together:
        facts = {"found": together[0], "expected": whole, "fits": ""}
        begin, end = ordered[0]["start"], ordered[-1]["end"]
        entry.report(importing.OffsetsMismatch, name, start=begin, end=end, **facts)
    return ordered


def _offsets(spans: Sequence[Value]) -> str:
    return ";".join(f"{span['start']}-{span['end']}" for span in spans)


def _sources(spans: Sequence[Value]) -> list[Value]:
    """Return the speaker or addressee with its mentions, if there are any; the name is unknown."""
    if not spans:
        return []
    pronoun = spans[0]["exact"].lower() in knowledge_of("de").pronouns.words
    return [{"mentions": spans, "reference": "pronominal" if pronoun else None}]
