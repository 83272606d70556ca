"""Import and export W3C Web Annotation as JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from onrecord.exchange import base
from onrecord.exchange.spans import without_text
from onrecord.exchange.values import encode_in_lines, iso_date
from onrecord.exchange.web_annotation.reading import imported_articles
from onrecord.exchange.web_annotation.records import SOURCES, article_iri
from onrecord.exchange.web_annotation.targets import PREFIX, QUOTE, SPAN, Offsets
from onrecord.files.opening import File
from onrecord.language.offsets import Ruler, Units
from onrecord.schema import CURRENT

QuoteType = Literal["direct", "indirect", "mixed", "reported", "free_indirect"]

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "onrecord": f"urn:onrecord:schema:{CURRENT.number}:",
        **{
            f"{PREFIX}{name}": {"@id": f"{PREFIX}{name}", "@type": "@json"}
            for name in ("article", "quote", "claim", "annotation", "span")
        },
        f"{PREFIX}of": {"@id": f"{PREFIX}of", "@type": "@id"},
    },
]
PLAIN = {"format": "text/plain"}
ENTITY = "http://www.wikidata.org/entity/"

_INSTANT = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z")


@dataclass(frozen=True, kw_only=True)
class WebAnnotationExporter(base.Exporter):
    """Export W3C Web Annotation JSON-LD, one file ARTICLE.jsonld per article.

    Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017
    (https://www.w3.org/TR/annotation-model/). Each file is an AnnotationPage, or an
    AnnotationCollection without annotations; tools that ask for a list of annotations, such as
    Recogito and Annotorious, take its `items`.

    What maps to what:

    - a span: a SpecificResource. Its `source` is the article's `url`, or `urn:onrecord:article:ID`;
      `start` and `end` are a TextPositionSelector, `exact`, `prefix` and `suffix` a
      TextQuoteSelector. Words that rights withhold have no TextQuoteSelector. Positions count in the
      article's text; where the source is a web page, that is not its HTML, and the words lead there.
    - a quote: an Annotation `urn:onrecord:quote:ID` (motivation classifying) whose targets are the
      spans of its content, several if it is discontinuous, and whose body is a tag, its `type`.
      The standard applies a body to each target by itself; that the spans are one quote is what
      programs know from `onrecord:quote`.
    - its cue, and each of its speakers, addressees and relays with mentions: an Annotation, whose
      targets are the spans and whose `onrecord:of` is the quote. `onrecord:role` is cue, or the
      source such as `speakers[0]`; a tag is cue, speaker, addressee or relay. Name and Wikidata item
      of the source are bodies with the purpose identifying.
    - its relations: an Annotation each (motivation linking, or replying if the quote answers the
      other), whose target is the quote and whose bodies are a tag, the `type`, and the other quote.
      `onrecord:role` is relations.
    - a claim: an Annotation `urn:onrecord:claim:ID` (motivation describing) whose body is its text,
      in its language, and whose targets are the spans of its content and the quotes that it rests
      on; the article, if there are none. The mentions of the claimant, and relations to other claims,
      are Annotations as above.
    - `annotation.note`: a body with the purpose commenting.
    - annotators and tool: `creator`, a Person each and a Software; `on`: `created`, where it is an
      instant in UTC.
    - everything else of the records: `onrecord:article` at the page, and `onrecord:quote`,
      `onrecord:claim`, `onrecord:annotation` and `onrecord:span` at what it belongs to. These are
      JSON literals; their members are the fields of the record, so that nothing is repeated.

    Offsets are code points, which is the standard's unit; JavaScript tools count UTF-16 units, so
    they need --offsets utf16. `onrecord:offsets` of the page says which of the two they are. An
    article whose text is withheld cannot be written in UTF-16 units, and is left out then.

    What is lost: nothing, but the annotation of a document without quotes and claims. `onrecord
    import web-annotation` gives the same records, each with its annotation.
    """

    name: ClassVar[str] = "web-annotation"

    offsets: Offsets = base.option("units in which offsets are counted", "code-points")

    def write(self, bundle: base.ArticleRecords) -> Iterator[base.Output]:
        """Yield the page of an article."""
        article_id = bundle.article["id"]
        if self.offsets == "utf16" and bundle.text is None and _is_located(bundle):
            why = f"{without_text(bundle.article)}, so that offsets are not counted in UTF-16"
            yield base.Omission(article_id, why)
            return
        page = _Writer(bundle, self.offsets).page()
        yield f"{article_id}.jsonld", encode_in_lines(page) + "\n"


def _is_located(bundle: base.ArticleRecords) -> bool:
    def has_offsets(value: Any) -> bool:
        if isinstance(value, dict):
            return "start" in value or any(map(has_offsets, value.values()))
        return isinstance(value, list) and any(map(has_offsets, value))

    return has_offsets([bundle.quotes, bundle.claims])


class _Writer:
    """Write the page of one article."""

    def __init__(self, bundle: base.ArticleRecords, units: Offsets) -> None:
        self._bundle = bundle
        self._units = units
        self._ruler = Ruler(bundle.text or "", units)
        self._source = bundle.article.get("url") or article_iri(bundle.article["id"])

    def page(self) -> base.Value:
        """Return the page, or an empty collection: a page has one annotation at least."""
        article = _without(self._bundle.article, "record_type", "schema_version")
        whole = article_iri(article["id"])
        stated = {f"{PREFIX}offsets": self._units, f"{PREFIX}article": article}
        items = [*self._quotes(), *self._claims()]
        collection = {
            "id": f"{whole}:collection",
            "type": "AnnotationCollection",
            "label": article.get("title", article["id"]),
            "total": len(items),
        }
        if not items:
            return {"@context": CONTEXT, **collection, **stated}
        return {
            "@context": CONTEXT,
            "id": f"{whole}:annotations",
            "type": "AnnotationPage",
            "partOf": collection,
            "startIndex": 0,
            **stated,
            "items": items,
        }

    def _quotes(self) -> Iterator[base.Value]:
        for quote in self._bundle.quotes:
            tag = _textual("tagging", quote["type"])
            targets = list(map(self._target, quote["content"]))
            yield self._main("quote", quote, "classifying", tag, targets, "type", "content", "cue")
            if cue := quote.get("cue"):
                yield self._part("quote", quote, "cue", "cue", cue)
            yield from self._mentions("quote", quote)
            yield from self._relations("quote", quote)

    def _claims(self) -> Iterator[base.Value]:
        for claim in self._bundle.claims:
            body = {**_textual("describing", claim["text"]), **PLAIN, "language": claim["language"]}
            spans = list(map(self._target, claim.get("content", ())))
            targets = [*spans, *(_iri("quote", one) for one in claim.get("quote_ids", ()))]
            said = ("text", "language", "content", "quote_ids")
            yield self._main("claim", claim, "describing", body, targets or [self._source], *said)
            yield from self._mentions("claim", claim)
            yield from self._relations("claim", claim)

    def _main(
        self,
        record_type: str,
        record: base.Value,
        motivation: str,
        body: base.Value,
        targets: list[Any],
        *said: str,
    ) -> base.Value:
        """Return the annotation of a record; fields with no other expression are in its term."""
        annotation = record["annotation"]
        creators = [{"type": "Person", "name": one} for one in annotation.get("annotators", ())]
        if "tool" in annotation:
            creators.append({"type": "Software", "name": annotation["tool"]})
        on = annotation.get("on", "")
        created = on if _INSTANT.fullmatch(on) and iso_date(on) == on else None
        stated = ["annotators", "tool", "note", *(["on"] if created else [])]
        elsewhere = ("record_type", "schema_version", "id", "article_id", "annotation", "relations")
        rest = _without(record, *elsewhere, *said)
        for field in SOURCES[record_type].keys() & rest.keys():
            rest[field] = _unmentioned(rest[field])
            if not rest[field]:
                del rest[field]
        bodies = [body]
        if note := annotation.get("note"):
            bodies.append({**_textual("commenting", note), **PLAIN})
        found = {
            "id": _iri(record_type, record["id"]),
            "type": "Annotation",
            "motivation": motivation,
            "creator": creators,
            "created": created,
            "body": bodies,
            "target": targets,
            f"{PREFIX}{record_type}": rest,
            f"{PREFIX}annotation": _without(annotation, *stated),
        }
        return {name: value for name, value in found.items() if value not in (None, [])}

    def _mentions(self, record_type: str, record: base.Value) -> Iterator[base.Value]:
        for field, tag in SOURCES[record_type].items():
            sources = record.get(field, [])
            many = isinstance(sources, list)
            for place, source in enumerate(sources if many else [sources]):
                if "mentions" in source:
                    role = f"{field}[{place}]" if many else field
                    mentions = source["mentions"]
                    yield self._part(record_type, record, tag, role, mentions, source)

    def _relations(self, record_type: str, record: base.Value) -> Iterator[base.Value]:
        """Yield the annotations that link a record to related ones."""
        whole = _iri(record_type, record["id"])
        for place, relation in enumerate(record.get("relations", ())):
            purpose = "replying" if relation["type"] == "answers" else "linking"
            other = _iri(record_type, relation[f"{record_type}_id"])
            yield {
                "id": f"{whole}:relations[{place}]",
                "type": "Annotation",
                "motivation": purpose,
                "body": [
                    _textual("tagging", relation["type"]),
                    {"type": "SpecificResource", "source": other, "purpose": purpose},
                ],
                "target": whole,
                f"{PREFIX}role": "relations",
                f"{PREFIX}of": whole,
            }

    def _part(
        self,
        record_type: str,
        record: base.Value,
        tag: str,
        role: str,
        spans: Iterable[base.Value],
        source: Mapping[str, Any] = {},
    ) -> base.Value:
        """Return the annotation of a part of a record: its cue, or the mentions of a source."""
        whole = _iri(record_type, record["id"])
        bodies = []
        if "name" in source:
            bodies.append(_textual("identifying", source["name"]))
        if "wikidata" in source:
            item = ENTITY + source["wikidata"]
            bodies.append({"type": "SpecificResource", "source": item, "purpose": "identifying"})
        return {
            "id": f"{whole}:{role}",
            "type": "Annotation",
            "motivation": "identifying" if bodies else "tagging",
            "body": [_textual("tagging", tag), *bodies],
            "target": list(map(self._target, spans)),
            f"{PREFIX}role": role,
            f"{PREFIX}of": whole,
        }

    def _target(self, span: base.Value) -> base.Value:
        selectors: list[base.Value] = []
        rest = dict(span)
        if "start" in rest:
            place = {
                name: self._ruler.from_code_points(rest.pop(name)) for name in ("start", "end")
            }
            selectors.append({"type": "TextPositionSelector", **place})
        if "exact" in rest:
            words = {name: rest.pop(name) for name in QUOTE if name in rest}
            selectors.append({"type": "TextQuoteSelector", **words})
        target = {"type": "SpecificResource", "source": self._source, "selector": selectors}
        target |= {SPAN: rest}
        return {name: value for name, value in target.items() if value not in ([], {})}


def _unmentioned(value: Any) -> Any:
    """Return a source, or several, without what their annotations say; empty if that is all."""
    if isinstance(value, list):
        rest = list(map(_unmentioned, value))
        return rest if any(rest) or not all("mentions" in one for one in value) else []
    return _without(value, "mentions", "name", "wikidata") if "mentions" in value else value


def _textual(purpose: str, value: str) -> base.Value:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _iri(record_type: str, record_id: str) -> str:
    return f"urn:onrecord:{record_type}:{record_id}"


def _without(value: Mapping[str, Any], *names: str) -> base.Value:
    return {name: inner for name, inner in value.items() if name not in names}


@dataclass(frozen=True, kw_only=True)
class WebAnnotation(base.Importer):
    """Import W3C Web Annotation JSON-LD: an annotation, a list of them, a page or a collection.

    Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017
    (https://www.w3.org/TR/annotation-model/), in the names of its context anno.jsonld. A file is one
    Annotation, an array of them, an AnnotationPage, or an AnnotationCollection whose `first` page is
    embedded.

    Files that `onrecord export web-annotation` has written become the same records, as its help
    describes. If a tool has changed a selector, a tag or a body since then, the change counts.
    Cues and mentions are counted with the quote that they are part of.

    What maps to what, in annotations that others made:

    - the `source` of its targets: the article, its `url`. Its `id` derives from that. All targets of
      an annotation have the same source. Its text is ID.txt beside the file or in --source-texts.
    - an annotation: a quote, if a tag says of which type (a TextualBody with the purpose tagging or
      classifying, whose `value` is direct, indirect, mixed, reported or free_indirect), or if --type
      says so for all without such a tag whose motivation is highlighting, quoting, tagging,
      classifying, identifying or describing, or absent. Any other is refused: it may be a comment.
    - `target`: `content`, a span each. TextPositionSelector: `start` and `end`; TextQuoteSelector:
      `exact`, `prefix` and `suffix`; position selectors that refine another one count from its
      start. If the text is available, the two are compared, and words without a position are located by
      prefix, exact and suffix, or by exact alone, if that is in one place. Otherwise, offsets are
      kept under `annotation.origin.fields`, since they refer to no text.
    - `quoted` of the spans: true in direct quotes, false in indirect, reported and free_indirect
      ones. Each target of a mixed quote must state it: `"onrecord:span": {"quoted": true}`.
    - `attribution`: unknown, since the annotation does not say who speaks. `"onrecord:quote": {...}` may hold it,
      and any other field of a quote.
    - `creator`: `annotators` and, if it is Software, `tool`. `method` is manual, or automatic if
      all creators are Software. `created`: `on`.
    - bodies with the purpose commenting: `annotation.note`.
    - `id`: `annotation.origin.id`, from which the quote's own derives; the tag as it is written:
      `label`. Other bodies and properties, and selectors of other kinds: `annotation.origin.fields`.

    Rights are as `onrecord:article` says; else quotes, that is, words that are not quoted are
    withheld, for which the text must be available. --redistribute and --license override them.
    Offsets are counted as `onrecord:offsets` says, else in code points; JavaScript tools count
    UTF-16 units, for which a file needs --offsets utf16.

    What is lost: `type` and `@context` of things; styles and states of targets; annotations that
    link others, which are refused; of cues and mentions, all but their targets and the identity of
    whom they mention; bodies and properties that were added to what an export has written, which is
    reported. Pages or collections that continue in other files are reported, and not fetched.
    """

    name: ClassVar[str] = "web-annotation"
    item: ClassVar[str] = "annotation"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonld", ".json")
    form: ClassVar = "yaml"
    rights: ClassVar[Mapping[str, str]] = {"license": "NOASSERTION", "redistribute": "quotes"}

    offsets: Units | None = base.option(
        "units in which offsets are counted (default: as the file says, or code-points)"
    )
    type: QuoteType | None = base.option("type of the quotes that no tag tells the type of")
    source_texts: Path | None = base.option(
        "texts of articles, each ID.txt (default: beside the file)", metavar="DIR"
    )

    def read(self, file: File) -> Iterator[base.ImportedArticle]:
        """Yield the articles of a file with their annotations."""
        return imported_articles(self, file)
