"""Export records to brat's standoff format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from onrecord.exchange.base import ArticleRecords, Exporter, Omission, Output, Value
from onrecord.exchange.brat.standoff import CLAIM, LINE_ENDS, NOTE, SIDECAR, VERBATIM, WITHIN
from onrecord.exchange.spans import span_at, without_text
from onrecord.exchange.values import is_sentinel
from onrecord.schema.current import DocumentQuote
from onrecord.schema.shape import Scalar, members

# The arguments that sources become, and the fields of a quote that become attributes.
_SOURCES = {"speaker": "Source", "addressee": "Addressee", "relayed_by": "Relay"}
_ATTRIBUTES = {"type": "Type", "attribution": "Attribution", "medium": "Medium"}

_CHOICES = {
    member.name: "|".join(member.shape.choices)
    for member in members(DocumentQuote)
    if isinstance(member.shape, Scalar)
}
# How the folder opens in brat.
CONFIGURATION = {
    "annotation.conf": f"""\
[entities]
Source
Cue
Content

[relations]
{WITHIN}\tArg1:Attribution, Arg2:Attribution

[events]
Attribution\tContent+:Content, Source*:Source, Cue*:Cue, Addressee*:Source, Relay*:Source
{CLAIM}\tContent*:Content, Claimant?:Source, Quote*:Attribution

[attributes]
"""
    + "".join(
        f"{name}\tArg:Attribution, Value:{_CHOICES[field]}\n" for field, name in _ATTRIBUTES.items()
    )
    + f"{VERBATIM}\tArg:Content\n",
    "visual.conf": """\
[labels]

[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken
ARC_DEFAULT\tcolor:black, arrowHead:triangle-5
Source\tbgColor:#b7d4f4
Cue\tbgColor:#f4d9b7
Content\tbgColor:#c9e8c1
""",
    "tools.conf": """\
[options]

[search]

[normalization]
Wikidata\t<URL>:https://www.wikidata.org, <URLBASE>:https://www.wikidata.org/wiki/%s
""",
}


@dataclass(frozen=True, kw_only=True)
class BratExport(Exporter):
    """brat standoff: a text `ID.txt` and annotations `ID.ann` per article.

    Source: Stenetorp et al. (2012), "brat: a Web-based Tool for NLP-Assisted Text Annotation",
    https://brat.nlplab.org/standoff.html. The folder opens in brat as it is: `annotation.conf`,
    `visual.conf` and `tools.conf` are written with it. Offsets count code points.

    What maps to what:

    - an article: `ID.txt`, its text exactly as it is.
    - a quote: an event `Attribution`, with an argument `Content` (`Content2` and so on) for each
      span of its `content`, `Source` for the mention of the `speaker`, `Addressee` and `Relay`
      for those of `addressee` and `relayed_by`, and `Cue` for each span of the `cue`. Its trigger
      is on the cue, or where there is none on the content.
    - `type`, `attribution`, `medium`: attributes `Type`, `Attribution`, `Medium`. Spans that are
      verbatim have the attribute `Verbatim`.
    - `within`: a relation `Within` from the inner quote to the outer.
    - a source's `wikidata` and `name`: a normalisation of the mention, `Wikidata:Q…`.
    - a claim: an event `Claim` with `Content`, `Claimant` and, for each of its quotes, `Quote`.
    - a span across the end of a line: a fragment a line, which is how brat has it.
    - whatever else a record says: a note `Onrecord` of the event, as JSON; how long `prefix` and
      `suffix` of a span are, where that is not as usual: one of the text-bound annotation.
    - the article without its text, and quotes and claims of which no word is located: records in
      `ID.onrecord.jsonl`, beside the text. brat leaves these files alone.

    `onrecord import brat` of such a folder gives the same records.

    What is lost: articles whose text their rights withhold, or which is not known, with their
    quotes and claims. They are named, and nothing of them is written.
    """

    name: ClassVar[str] = "brat"

    def write(self, bundles: Iterable[ArticleRecords]) -> Iterator[Output]:
        """Yield the configuration, and the files of each article whose text is available."""
        for name, text in CONFIGURATION.items():
            yield name, [text]
        for bundle in bundles:
            article_id = bundle.article["id"]
            if bundle.text is None:
                why = f"{without_text(bundle.article)}, and brat needs it; nothing is written"
                yield Omission(article_id, why)
                continue
            page = _Page(bundle, bundle.text)
            yield f"{article_id}.txt", [bundle.text]
            yield f"{article_id}.ann", page.lines
            yield f"{article_id}{SIDECAR}", page.beside


class _Page:
    """The annotations of an article.

    Attributes:
        lines: Those in the text.
        beside: The records that have no words in the text.
    """

    def __init__(self, bundle: ArticleRecords, text: str) -> None:
        self._text = text
        self._article_id: str = bundle.article["id"]
        self._numbers: Counter[str] = Counter()
        self._bound: dict[str, str] = {}
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
            ("Content", self._span("Content", span, verbatim=span["verbatim"])) for span in content
        ]
        arguments += self._mentions(rest, _SOURCES)
        cue: list[Value] = rest.get("cue", [])
        if _is_located(cue):
            arguments += [("Cue", self._span("Cue", span)) for span in rest.pop("cue")]
        trigger = cue[0] if _is_located(cue) else content[0]
        event = self._events[quote["id"]]
        outer = self._events.get(rest.get("within", ""))
        self._event(event, "Attribution", trigger, arguments)
        for field, name in _ATTRIBUTES.items():
            if field in rest:
                self._line("A", f"{name} {event} {rest.pop(field)}")
        if outer is not None:
            del rest["within"]
            self._line("R", f"{WITHIN} Arg1:{event} Arg2:{outer}")
        self._note(event, rest)

    def _claim(self, claim: Value) -> None:
        """Write a claim as an event at its words, or beside the text if it has none."""
        content = claim.get("content", [])
        quotes = claim.get("quote_ids", [])
        here = [self._events[one] for one in quotes if one in self._events]
        if not _is_located(content) and (content or not here or len(here) < len(quotes)):
            self.beside.append(_encoded(claim) + "\n")
            return
        rest = self._rest(claim)
        arguments = [("Content", self._span("Content", one)) for one in rest.pop("content", [])]
        arguments += self._mentions(rest, {"claimant": "Claimant"})
        if len(here) == len(quotes):
            arguments += [("Quote", event) for event in here]
            rest.pop("quote_ids", None)
        event = self._next("E")
        trigger = content[0] if content else self._first[quotes[0]]
        self._event(event, CLAIM, trigger, arguments)
        self._note(event, rest)

    def _rest(self, record: Value) -> Value:
        """Return a record in the form of a document, without the fields that brat shows."""
        outside = ("record_type", "schema_version", "article_id")
        rest = {name: value for name, value in record.items() if name not in outside}
        rest["id"] = rest["id"].removeprefix(f"{self._article_id}.")
        return rest

    def _mentions(self, rest: Value, roles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Remove the mentions of sources from a record, and yield them as arguments."""
        for role, argument in roles.items():
            source = rest.get(role)
            if source is None or not _is_located([source.get("mention", {})]):
                continue
            source = dict(source)
            mention = source.pop("mention")
            item = source.get("wikidata")
            name = source.get("name", "")
            if item and not LINE_ENDS.search(name) and not (name and is_sentinel(name)):
                source.pop("name", None)
                del source["wikidata"]
                yield argument, self._span("Source", mention, item=(item, name))
            else:
                yield argument, self._span("Source", mention)
            rest.pop(role)
            if source:
                rest[role] = source

    def _event(
        self, event: str, type_: str, trigger: Value, arguments: Sequence[tuple[str, str]]
    ) -> None:
        """Write an event; several arguments with one name are numbered from 2."""
        named: Counter[str] = Counter()
        stated = [f"{type_}:{self._span(type_, trigger, plain=True)}"]
        for name, target in arguments:
            named[name] += 1
            number = str(named[name]) if named[name] > 1 else ""
            stated.append(f"{name}{number}:{target}")
        self.lines.append(f"{event}\t{' '.join(stated)}\n")

    def _span(
        self,
        type_: str,
        span: Value,
        *,
        verbatim: bool = False,
        item: tuple[str, str] | None = None,
        plain: bool = False,
    ) -> str:
        """Return the text-bound annotation of a span; equal spans share one.

        Args:
            type_: Its type.
            span: The span.
            verbatim: Whether it is verbatim.
            item: The Wikidata item and the name of the source that it mentions.
            plain: Whether only its offsets matter.
        """
        fragments = self._fragments(span)
        note = {} if plain else self._unusual(span)
        if len(fragments) > 1 and not plain:
            note["lines"] = True
        offsets = ";".join(f"{start} {end}" for start, end in fragments)
        words = " ".join(LINE_ENDS.sub(_blank, self._text[slice(*one)]) for one in fragments)
        stated = f"{type_} {offsets}\t{words}"
        key = _encoded([stated, verbatim, item, note])
        if key not in self._bound:
            self._bound[key] = id_ = self._line("T", stated)
            if verbatim:
                self._line("A", f"{VERBATIM} {id_}")
            if item:
                self._line("N", f"Reference {id_} Wikidata:{item[0]}\t{item[1]}")
            self._note(id_, note)
        return self._bound[key]

    def _fragments(self, span: Value) -> list[tuple[int, int]]:
        """Split a span at line ends: brat has no annotations across lines."""
        start, end = span["start"], span["end"]
        breaks = [(one.start(), one.end()) for one in LINE_ENDS.finditer(self._text, start, end)]
        if not breaks or breaks[0][0] == start or breaks[-1][1] == end:
            return [(start, end)]
        begins = [start, *(after for _, after in breaks)]
        ends = [*(before for before, _ in breaks), end]
        return list(zip(begins, ends, strict=True))

    def _unusual(self, span: Value) -> Value:
        """Return the fields of a span that an import would not derive from the text."""
        usual = span_at(self._text, span["start"], span["end"])
        note: Value = {}
        for name in ("prefix", "suffix"):
            if span.get(name) != usual[name]:
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
        self._numbers[kind] += 1
        return f"{kind}{self._numbers[kind]}"


def _is_located(found: Sequence[Value]) -> bool:
    """Return whether there are spans and all have offsets."""
    return bool(found) and all("start" in span and "end" in span for span in found)


def _blank(ends: re.Match[str]) -> str:
    return " " * len(ends[0])


def _encoded(value: Any) -> str:
    """Encode a value as JSON in one line, without characters that some programs treat as line ends."""
    text = json.dumps(value, ensure_ascii=False)
    return LINE_ENDS.sub(
        lambda found: "".join(f"\\u{ord(character):04x}" for character in found[0]), text
    )
