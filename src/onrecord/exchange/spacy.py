"""Export JSON Lines for spaCy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from onrecord.exchange.base import ArticleRecords, Exporter, Omission, Output, Shared, Value
from onrecord.exchange.spans import (
    RecordSpan,
    is_located,
    spans_of,
    unlocated,
    without_spans,
    without_text,
)
from onrecord.exchange.values import encode

_ABOUT = ("title", "url", "publisher", "published", "language", "rights", "text_sha256")


@dataclass(frozen=True, kw_only=True)
class Spacy(Exporter):
    """Export JSON Lines that become spaCy documents with span groups, one line per article.

    Source: spaCy's `Doc.char_span` and `SpanGroup` (https://spacy.io/api/doc#char_span). spaCy
    itself is not needed to write them. Offsets count code points, as spaCy does. These lines read
    the file:

        nlp = spacy.blank("en")
        for line in open("spacy.jsonl", encoding="utf-8"):
            doc = nlp((entry := json.loads(line))["text"])
            for name, spans in entry["spans"].items():
                doc.spans[name] = [doc.char_span(**s, alignment_mode="expand") for s in spans]

    What maps to what:

    - an article: a line, `text` its text. `meta` has its id, title, url, publisher, published,
      language, rights and the digest of the text.
    - spans: `spans.quotes` and `spans.claims` hold those of the content, `spans.cues` and
      `spans.sources` those of cues and mentions; each has `start_idx`, `end_idx`, `label`,
      `span_id` and `kb_id`, as `char_span` takes them. `label` is the type of a quote, claim, cue, or
      the role of a source: speaker, addressee, relayed_by or claimant.
    - `span_id`: the id of the quote or claim, which all its spans share: those of a discontinuous
      quote, its cue, and the sources that belong to it.
    - `kb_id`: the Wikidata item of a source, empty where none is known.
    - quotes and claims: `records` has what else they say, by id, in the fields of the records.

    Spans that do not begin and end with tokens grow to the tokens that they touch (`expand`).

    What is lost: articles whose text is withheld or not known, and spans without offsets; both are
    reported. Prefixes, suffixes and digests of spans, which follow from the text.
    """

    name: ClassVar[str] = "spacy"
    single: ClassVar[str] = "spacy.jsonl"

    def shared(self) -> Mapping[str, Shared]:
        """Return the file."""
        return {self.single: Shared()}

    def write(self, bundle: ArticleRecords) -> Iterator[Output]:
        """Yield the line of an article, or that it is left out."""
        if bundle.text is None:
            yield Omission(bundle.article["id"], without_text(bundle.article))
            return
        yield from unlocated(bundle)
        yield self.single, encode(_line(bundle)) + "\n"


def _line(bundle: ArticleRecords) -> Value:
    article = bundle.article
    spans: dict[str, list[Value]] = {"quotes": [], "cues": [], "sources": [], "claims": []}
    for record in (*bundle.quotes, *bundle.claims):
        for each in spans_of(record):
            if is_located(each.span):
                group, entry = _entry(record, each)
                spans[group].append(entry)
    about = {name: article[name] for name in _ABOUT if name in article}
    return {
        "text": article["text"],
        "meta": {"id": article["id"], **about},
        "spans": spans,
        "records": {
            record["id"]: without_spans(record) for record in (*bundle.quotes, *bundle.claims)
        },
    }


def _entry(record: Value, each: RecordSpan) -> tuple[str, Value]:
    """Return the span group of a span, and the span in the form of spaCy."""
    role, span, source = each
    if role == "content":
        group, label = f"{record['record_type']}s", record.get("type", "claim")
    else:
        group, label = ("cues", "cue") if role == "cue" else ("sources", role)
    entry = {"start_idx": span["start"], "end_idx": span["end"], "label": label}
    return group, {**entry, "span_id": record["id"], "kb_id": (source or {}).get("wikidata", "")}
