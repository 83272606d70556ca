"""Define the import and export of Label Studio tasks, and what they map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from onrecord.exchange import base
from onrecord.exchange.label_studio.regions import (
    CONTINUED,
    RECORDS,
    RESTS_ON,
    WITHIN,
    Region,
    first_region,
    regions_of,
)
from onrecord.exchange.spans import unlocated, without_text
from onrecord.exchange.values import encode
from onrecord.files.opening import File
from onrecord.language.offsets import Ruler

_ABOUT = ("title", "url", "published", "language")
_NAMES = {"from_name": "label", "to_name": "text"}


@dataclass(frozen=True, kw_only=True)
class LabelStudio(base.Exporter):
    """Export Label Studio tasks with their annotations, as JSON to import there.

    Source: Label Studio's task format (https://labelstud.io/guide/task_format) and its Text, Labels
    and Relations tags. The project needs this labeling configuration:

        <View>
          <Style>.htx-text { white-space: pre-wrap; }</Style>
          <Relations>
            <Relation value="continued"/> <Relation value="cue"/> <Relation value="speaker"/>
            <Relation value="addressee"/> <Relation value="relayed_by"/>
            <Relation value="claimant"/> <Relation value="within"/> <Relation value="rests on"/>
          </Relations>
          <Labels name="label" toName="text">
            <Label value="direct"/> <Label value="indirect"/> <Label value="mixed"/>
            <Label value="reported"/> <Label value="free_indirect"/> <Label value="claim"/>
            <Label value="cue"/> <Label value="speaker"/> <Label value="addressee"/>
            <Label value="relayed_by"/> <Label value="claimant"/>
          </Labels>
          <Text name="text" value="$text" granularity="symbol"/>
          <TextArea name="words" toName="text" perRegion="true" editable="true"
            placeholder="of a claim: its text; of a source: its name"/>
        </View>

    What maps to what:

    - an article: a task; `data` has its text, id, title, url, published and language, and in
      `onrecord` its records, which Label Studio keeps and does not show. The import restores all of
      their fields from there, with the regions as annotators left them.
    - a span: a region. Its label is the type of the quote, claim, cue, or the role of the source
      that it mentions; the name of a source is in the region's `meta`. Its `id` is that of the quote
      or claim, the role and a number: `harbour.q1-speaker-1`.
    - relations, from the first region of a quote: to its next one (continued), to its cue and its
      sources, and to the quote that it is nested in (within); from that of a claim to the quotes
      that it rests on and to its claimant.

    Offsets count code points, as Label Studio does: its own tests say so ("should calculate offsets
    by code points in text"). Releases of 2021 and before counted UTF-16 units (its issue 1347), for
    which there is --offsets utf16. The two differ in texts with emoji and other characters beyond
    U+FFFF alone. It counts CR LF as two, as the text has it.

    What is lost: articles whose text is withheld or not known, which are reported. Spans without
    offsets are not shown, which is reported too, and neither are claims without words of their own
    in the text; both are among the records.
    """

    name: ClassVar[str] = "label-studio"
    single: ClassVar[str] = "label-studio.json"

    offsets: Literal["code-points", "utf16"] = base.option(
        "units in which offsets are counted", "code-points"
    )

    def shared(self) -> Mapping[str, base.Shared]:
        """Return the file."""
        return {self.single: base.Shared("[", ",", "\n]\n", "]\n")}

    def write(self, bundle: base.ArticleRecords) -> Iterator[base.Output]:
        """Yield the task of an article, or that it is left out."""
        if bundle.text is None:
            yield base.Omission(bundle.article["id"], without_text(bundle.article))
            return
        yield from unlocated(bundle)
        yield self.single, "\n" + encode(_task(bundle, Ruler(bundle.text, self.offsets)))


def _task(bundle: base.ArticleRecords, ruler: Ruler) -> base.Value:
    article = bundle.article
    about = {name: article[name] for name in _ABOUT if name in article}
    regions: list[base.Value] = []
    ends: list[tuple[str, str, str]] = []
    for record in (*bundle.quotes, *bundle.claims):
        first = first_region(record["id"])
        for each in regions_of(record):
            regions.append(_region(record, each, ruler))
            if each.id != first:
                label = CONTINUED if each.role == "content" else each.role
                ends.append((first, each.id, label))
        others = [(WITHIN, record["within"])] if "within" in record else []
        others += [(RESTS_ON, quote_id) for quote_id in record.get("quote_ids", ())]
        ends += ((first, first_region(other), label) for label, other in others)
    known = {region["id"] for region in regions}
    relations = [
        {
            "type": "relation",
            "from_id": start,
            "to_id": end,
            "direction": "right",
            "labels": [label],
        }
        for start, end, label in ends
        if start in known and end in known
    ]
    records = {
        "article": {name: value for name, value in article.items() if name != "text"},
        "quotes": bundle.quotes,
        "claims": bundle.claims,
    }
    return {
        "data": {"text": ruler.text, "article_id": article["id"], **about, RECORDS: records},
        "annotations": [{"result": [*regions, *relations]}],
    }


def _region(record: base.Value, each: Region, ruler: Ruler) -> base.Value:
    start, end = each.span["start"], each.span["end"]
    region = {
        "id": each.id,
        **_NAMES,
        "type": "labels",
        "value": {
            "start": ruler.from_code_points(start),
            "end": ruler.from_code_points(end),
            "text": ruler.text[start:end],
            "labels": [each.label],
        },
    }
    source: Any = record
    for step in each.path[: each.path.index("mentions")] if "mentions" in each.path else ():
        source = source[step]
    if source is not record and "name" in source:
        region["meta"] = {"text": [source["name"]]}
    return region


@dataclass(frozen=True, kw_only=True)
class LabelStudioImport(base.Importer):
    """Import quotes and claims annotated in Label Studio, as JSON or JSON-MIN that it exports.

    Source: Label Studio's task format (https://labelstud.io/guide/task_format) and its export formats
    JSON and JSON-MIN (https://labelstud.io/guide/export), with the labeling configuration that
    `onrecord export label-studio` documents.

    What maps to what:

    - a task: an article. Its id, title, url, date and language are `data.article_id` and so on, the
      text is `data.text`. Without an id, it is `task-` and the number of the task.
    - the regions of a task that onrecord exported: the spans that they were made of, moved if their
      offsets changed. All other fields are those of the record in `data.onrecord`. A label of another
      type changes the type of the quote. Spans whose regions were deleted are deleted, and so is a
      record that has no words left, with a warning.
    - a new region with the label of a type of quote: a quote, `q1` and so on after those that exist; the
      region's id is `annotation.origin.id`. A region `claim` is a claim; its text is what the text area
      or the note of the region says, otherwise the words themselves.
    - relations from the first region of a quote or claim, as exported: to a further piece (continued), a
      cue, a speaker, addressee, relay or claimant, to the quote that it is within, or that it rests on.
      A relation without a label means what the label of its end says. The name of a source is in
      the text area or in the note of its region.
    - a new quote with a speaker is `attributed`, otherwise `unattributed`; spans of a `direct` quote are
      `quoted`.
    - `completed_by`, `updated_at`: `annotators` and `on` of new records.

    Of several annotations of a task one is imported: that of --annotator (the id or e-mail address in
    `completed_by`), otherwise the one marked as ground truth, otherwise the newest. Cancelled ones are
    skipped. With --use predictions, those are imported instead, with the method `automatic`. JSON-MIN
    has no ids of regions and no relations: regions are recognised by their label and offsets, and new
    ones can only be quotes and claims without cues and sources.

    Offsets count code points, as those of the export; words that differ from the text are an error that
    says whether --offsets utf16 fits. Words with HTML entities are the same as without.

    What is lost, with a warning for each: other annotations of a task, cues and mentions without a
    relation to a quote, relations between other regions or with other labels, and results of other tags.
    """

    name: ClassVar[str] = "label-studio"
    item: ClassVar[str] = "annotation"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    form: ClassVar = "yaml"

    offsets: Literal["code-points", "utf16"] = base.option(
        "units in which offsets are counted", "code-points"
    )
    annotator: str | None = base.option("whose annotations to import", metavar="WHO")
    use: Literal["annotations", "predictions"] = base.option("what to import", "annotations")

    def read(self, file: File) -> Iterator[base.ImportedArticle]:
        """Yield the articles of a file with their quotes and claims."""
        from onrecord.exchange.label_studio.reading import imported_articles

        yield from imported_articles(self, file)
