"""Export records to brat's standoff format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, ClassVar

from onrecord.anchoring.article_text import CONTEXT
from onrecord.exchange.base import ArticleRecords, Exporter, Omission, Output, Shared, Value
from onrecord.exchange.brat.configuration import ATTRIBUTES, CONFIGURATION, RELATIONS
from onrecord.exchange.brat.standoff import CLAIM, LINE_ENDS, NOTE, QUOTED, REMARK, SIDECAR, WITHIN
from onrecord.exchange.spans import without_text
from onrecord.exchange.values import encode, is_sentinel

# The arguments that sources become.
_SOURCES = {"speakers": "Source", "addressees": "Addressee", "relayed_by": "Relay"}


@dataclass(frozen=True, kw_only=True)
class BratExport(Exporter):
    """Export brat standoff: a text `ID.txt` and annotations `ID.ann` per article.

    Source: Stenetorp et al. (2012), "brat: a Web-based Tool for NLP-Assisted Text Annotation",
    https://brat.nlplab.org/standoff.html. The folder opens in brat as it is: `annotation.conf`,
    `visual.conf` and `tools.conf` are written with it. Offsets count code points.

    What maps to what:

    - an article: `ID.txt`, its text exactly as it is.
    - a quote: an event `Attribution`, with an argument `Content` (`Content2` and so on) for each
      span of its `content`, `Source`, `Addressee` and `Relay` (`Source2` and so on) for each of
      the `speakers`, `addressees` and `relayed_by` with a mention, and `Cue` for each span of the
      `cue`. Its trigger is on the cue, or where there is none on the content.
    - the `mentions` of a source: the fragments of the annotation that the argument names. Of
      mentions that touch or overlap, the first; the others are in the note.
    - `type`, `attribution`, `medium`: attributes `Type`, `Attribution`, `Medium`. Spans that are
      `quoted` have the attribute `Quoted`.
    - `annotation.note`: the comment of the event, `AnnotatorNotes`, if it is one line.
    - `within`: a relation `Within` from the inner quote to the outer.
    - `relations` of a quote to others of the article: relations `SameStatement`, `TranslationOf`,
      `Paraphrases` and `Answers`, unless one of them is to a quote that is not among these events.
    - a source's `wikidata` and `name`: a normalisation of the mentions, `Wikidata:Q…`.
    - a claim: an event `Claim` with `Content`, `Claimant` and, for each of its quotes, `Quote`.
    - a span across the end of a line: a fragment a line, which is how brat has it.
    - whatever else a record says: a note `Onrecord` of the event, as JSON, in which a source names
      its `argument`; and one of the text-bound annotation for the order of mentions, spans across
      line ends, and how long `prefix` and `suffix` are, where that is not as usual.
    - the article without its text, and quotes and claims of which no word is located: records in
      `ID.onrecord.jsonl`, beside the text. brat leaves these files alone.

    `onrecord import brat` of such a folder gives the same records.

    What is lost: articles whose text their rights withhold, or which is not known, with their
    quotes and claims. They are named, and nothing of them is written.
    """

    name: ClassVar[str] = "brat"

    def shared(self) -> Mapping[str, Shared]:
        """Return the configuration."""
        return {name: Shared(text) for name, text in CONFIGURATION.items()}

    def write(self, bundle: ArticleRecords) -> Iterator[Output]:
        """Yield the files of an article whose text is available."""
        article_id = bundle.article["id"]
        if bundle.text is None:
            why = f"{without_text(bundle.article)}, and brat needs it; nothing is written"
            yield Omission(article_id, why)
            return
        page = _Page(bundle, bundle.text)
        yield f"{article_id}.txt", bundle.text
        yield f"{article_id}.ann", "".join(page.lines)
        yield f"{article_id}{SIDECAR}", "".join(page.beside)


class _Page:
    """Write the annotations of an article.

    Attributes:
        lines: Those in the text.
        beside: The records that have no words in the text.
    """

    def __init__(self, bundle: ArticleRecords, text: str) -> None:
        self._text = text
        self._article_id: str = bundle.article["id"]
        self._numbers: dict[str, int] = {}
        self._bound: dict[tuple[str, bool, tuple[str, str] | None, str], str] = {}
        self._events: dict[str, str] = {}
        self._first = {quote["id"]: quote["content"][0] for quote in bundle.quotes}
        self.lines: list[str] = []
        article = {name: value for name, value in bundle.article.items() if name != "text"}
        self.beside = [_encoded(article) + "\n"]
        quotes = [one for one in bundle.quotes if _is_located(one["content"])]
        for quote in quotes:
            self._events[quote["id"]] = self._next("E")
        for quote in quotes:
            self._quote(quote)
        for claim in bundle.claims:
            self._claim(claim)
        kept = [one for one in bundle.quotes if one["id"] not in self._events]
        self.beside[1:1] = [_encoded(one) + "\n" for one in kept]

    def _quote(self, quote: Value) -> None:
        rest = self._rest(quote)
        content: list[Value] = rest.pop("content")
        arguments = [
            ("Content", self._bind("Content", [span], quoted=span["quoted"])) for span in content
        ]
        for role, argument in _SOURCES.items():
            if sources := rest.pop(role, []):
                stated, kept = self._sources(argument, sources)
                arguments += stated
                rest |= {role: kept} if kept else {}
        cue: list[Value] = rest.get("cue", [])
        if _is_located(cue):
            arguments += [("Cue", self._bind("Cue", [span])) for span in rest.pop("cue")]
        trigger = cue[0] if _is_located(cue) else content[0]
        event = self._events[quote["id"]]
        outer = self._events.get(rest.get("within", ""))
        self._event(event, "Attribution", trigger, arguments)
        for field, name in ATTRIBUTES.items():
            if field in rest:
                self._line("A", f"{name} {event} {rest.pop(field)}")
        if outer is not None:
            del rest["within"]
            self._line("R", f"{WITHIN} Arg1:{event} Arg2:{outer}")
        related = [self._events.get(one["quote_id"]) for one in rest.get("relations", ())]
        if all(related):
            for one, other in zip(rest.pop("relations", ()), related, strict=True):
                self._line("R", f"{RELATIONS[one['type']]} Arg1:{event} Arg2:{other}")
        self._finish(event, rest)

    def _claim(self, claim: Value) -> None:
        """Write a claim as an event at its words, or beside the text if it has none."""
        content = claim.get("content", [])
        quotes = claim.get("quote_ids", [])
        here = [self._events[one] for one in quotes if one in self._events]
        if not _is_located(content) and (content or not here or len(here) < len(quotes)):
            self.beside.append(_encoded(claim) + "\n")
            return
        rest = self._rest(claim)
        arguments = [("Content", self._bind("Content", [one])) for one in rest.pop("content", [])]
        if "claimant" in rest:
            stated, kept = self._sources("Claimant", [rest.pop("claimant")])
            arguments += stated
            known = {
                name: value for one in kept for name, value in one.items() if name != "argument"
            }
            rest |= {"claimant": known} if known else {}
        if len(here) == len(quotes):
            arguments += [("Quote", event) for event in here]
            rest.pop("quote_ids", None)
        event = self._next("E")
        trigger = content[0] if content else self._first[quotes[0]]
        self._event(event, CLAIM, trigger, arguments)
        self._finish(event, rest)

    def _rest(self, record: Value) -> Value:
        """Return a record in the form of a document, without the fields that brat shows."""
        outside = ("record_type", "schema_version", "article_id")
        rest = {name: value for name, value in record.items() if name not in outside}
        rest["id"] = rest["id"].removeprefix(f"{self._article_id}.")
        return rest

    def _sources(
        self, argument: str, sources: Sequence[Value]
    ) -> tuple[list[tuple[str, str]], list[Value]]:
        """Return the arguments that sources become, and what else is known of the sources.

        That names the argument of each source that has one; it is empty if there is nothing else.
        """
        arguments: list[tuple[str, str]] = []
        kept: list[Value] = []
        for source in sources:
            rest = dict(source)
            mentions = rest.pop("mentions", [])
            if not _is_located(mentions):
                kept.append(source)
                continue
            if not self._is_apart(mentions):
                mentions, rest["mentions"] = mentions[:1], mentions[1:]
            item, name = rest.get("wikidata"), rest.get("name", "")
            known = None
            if item and not LINE_ENDS.search(name) and not (name and is_sentinel(name)):
                known = (item, name)
                rest = {
                    key: value for key, value in rest.items() if key not in ("name", "wikidata")
                }
            arguments.append((argument, self._bind("Source", mentions, item=known)))
            kept.append({"argument": _numbered(argument, len(arguments)), **rest})
        if all(list(rest) == ["argument"] for rest in kept):
            kept = []
        return arguments, kept

    def _is_apart(self, found: Sequence[Value]) -> bool:
        """Return whether spans can be fragments of one annotation: none touches another."""
        ordered = sorted((span["start"], span["end"]) for span in found)
        return all(one[1] < two[0] for one, two in pairwise(ordered))

    def _finish(self, event: str, rest: Value) -> None:
        """Write what else a record says: a remark as brat has it, and a note."""
        annotation = dict(rest.get("annotation", {}))
        remark = annotation.get("note", "")
        if remark.strip() and remark == remark.strip() and not LINE_ENDS.search(remark):
            del annotation["note"]
            self._line("#", f"{REMARK} {event}\t{remark}")
            rest = {**rest, "annotation": annotation}
        self._note(event, rest)

    def _event(
        self, event: str, type_: str, trigger: Value, arguments: Sequence[tuple[str, str]]
    ) -> None:
        """Write an event; several arguments with one name are numbered from 2."""
        named: Counter[str] = Counter()
        stated = [f"{type_}:{self._bind(type_, [trigger], plain=True)}"]
        for name, target in arguments:
            named[name] += 1
            stated.append(f"{_numbered(name, named[name])}:{target}")
        self.lines.append(f"{event}\t{' '.join(stated)}\n")

    def _bind(
        self,
        type_: str,
        found: Sequence[Value],
        *,
        quoted: bool = False,
        item: tuple[str, str] | None = None,
        plain: bool = False,
    ) -> str:
        """Return the text-bound annotation of spans; equal spans share one.

        Args:
            type_: Its type.
            found: The spans, several if they are the mentions of a source.
            quoted: Whether it is quoted.
            item: The Wikidata item and the name of the source that it mentions.
            plain: Whether only its offsets matter.
        """
        parts = [self._fragments(span) for span in found]
        fragments = parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts))
        offsets = ";".join([f"{start} {end}" for start, end in fragments])
        words = " ".join([self._words(*one) for one in fragments])
        stated = f"{type_} {offsets}\t{words}"
        note = [] if plain else self._details(found, parts, fragments)
        encoded = _encoded(note) if note else ""
        key = stated, quoted, item, encoded
        if key not in self._bound:
            self._bound[key] = id_ = self._line("T", stated)
            if quoted:
                self._line("A", f"{QUOTED} {id_}")
            if item:
                self._line("N", f"Reference {id_} Wikidata:{item[0]}\t{item[1]}")
            if encoded:
                self._line("#", f'{NOTE} {id_}\t{{"spans": {encoded}}}')
        return self._bound[key]

    def _words(self, start: int, end: int) -> str:
        words = self._text[start:end]
        return LINE_ENDS.sub(lambda ends: " " * len(ends[0]), words)

    def _details(
        self,
        found: Sequence[Value],
        parts: Sequence[Sequence[tuple[int, int]]],
        fragments: Sequence[tuple[int, int]],
    ) -> list[Value]:
        """Return what else spans say, which are these parts of an annotation; nothing if all of it
        follows from the text and their order.
        """
        if len(parts) == len(fragments) == 1:
            unusual = self._unusual(found[0])
            return [{"fragment": 0, **unusual}] if unusual else []
        note: list[Value] = []
        for span, part in zip(found, parts, strict=True):
            lines = {"lines": len(part)} if len(part) > 1 else {}
            note.append({"fragment": fragments.index(part[0]), **lines, **self._unusual(span)})
        usual = [{"fragment": number} for number in range(len(found))]
        return [] if note == usual else note

    def _fragments(self, span: Value) -> list[tuple[int, int]]:
        """Split a span at line ends: brat has no annotations across lines."""
        start, end = span["start"], span["end"]
        if LINE_ENDS.search(self._text, start, end) is None:
            return [(start, end)]
        breaks = [(one.start(), one.end()) for one in LINE_ENDS.finditer(self._text, start, end)]
        if breaks[0][0] == start or breaks[-1][1] == end:
            return [(start, end)]
        begins = [start, *(after for _, after in breaks)]
        ends = [*(before for before, _ in breaks), end]
        return list(zip(begins, ends, strict=True))

    def _unusual(self, span: Value) -> Value:
        """Return the fields of a span that an import would not derive from the text."""
        note: Value = {}
        start, end = span["start"], span["end"]
        usual = self._text[max(0, start - CONTEXT) : start], self._text[end : end + CONTEXT]
        for name, text in zip(("prefix", "suffix"), usual, strict=True):
            if span.get(name) != text:
                note[name] = None if span.get(name) is None else len(span[name])
        if "sha256" in span:
            note["sha256"] = True
            if "exact" not in span:
                note["exact"] = False
        return note

    def _note(self, target: str, value: Value) -> None:
        if value:
            self._line("#", f"{NOTE} {target}\t{_encoded(value)}")

    def _line(self, kind: str, stated: str) -> str:
        id_ = self._next(kind)
        self.lines.append(f"{id_}\t{stated}\n")
        return id_

    def _next(self, kind: str) -> str:
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}{number}"


def _is_located(found: Sequence[Value]) -> bool:
    """Return whether there are spans and all have offsets."""
    return bool(found) and all("start" in span and "end" in span for span in found)


def _numbered(name: str, number: int) -> str:
    """Return the name of an argument; the first has no number."""
    return name if number == 1 else f"{name}{number}"


def _encoded(value: Any) -> str:
    """Encode a value as JSON in one line, without characters that some programs treat as line ends."""
    text = encode(value)
    if not LINE_ENDS.search(text):
        return text
    return LINE_ENDS.sub(
        lambda found: "".join(f"\\u{ord(character):04x}" for character in found[0]), text
    )
