"""Export tasks with annotations for Label Studio."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from onrecord.exchange.base import ArticleRecords, Exporter, Omission, Output, Value, option
from onrecord.exchange.spans import RecordSpan, is_located, spans_of, unlocated, without_text
from onrecord.language.offsets import Ruler

_ABOUT = ("title", "url", "published", "language")
_NAMES = {"from_name": "label", "to_name": "text"}


@dataclass(frozen=True, kw_only=True)
class LabelStudio(Exporter):
    """Label Studio tasks with their annotations, as JSON to import there.

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
        </View>

    What maps to what:

    - an article: a task; `data` has its text, id, title, url, published and language.
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

    What is lost: articles whose text is withheld or not known, and spans without offsets; both are
    reported. Claims without words of their own in the text. All other fields of quotes and claims.
    """

    name: ClassVar[str] = "label-studio"
    single: ClassVar[str] = "label-studio.json"

    offsets: Literal["code-points", "utf16"] = option(
        "units in which offsets are counted", "code-points"
    )

    def write(self, bundles: Iterable[ArticleRecords]) -> Iterator[Output]:
        """Yield the file, and the articles that are left out."""
        omissions: list[Omission] = []
        yield self.single, self._tasks(bundles, omissions)
        yield from omissions

    def _tasks(self, bundles: Iterable[ArticleRecords], omissions: list[Omission]) -> Iterator[str]:
        before = "[\n"
        for bundle in bundles:
            if bundle.text is None:
                omissions.append(Omission(bundle.article["id"], without_text(bundle.article)))
                continue
            omissions += unlocated(bundle)
            task = _task(bundle, Ruler(bundle.text, self.offsets))
            yield before + json.dumps(task, ensure_ascii=False)
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"


def _task(bundle: ArticleRecords, ruler: Ruler) -> Value:
    article = bundle.article
    about = {name: article[name] for name in _ABOUT if name in article}
    regions: list[Value] = []
    ends: list[tuple[str, str, str]] = []
    for record in (*bundle.quotes, *bundle.claims):
        first = _region_id(record["id"], "content", 1)
        counts: dict[str, int] = {}
        for each in spans_of(record):
            role = each.role
            if not is_located(each.span):
                continue
            counts[role] = counts.get(role, 0) + 1
            own = _region_id(record["id"], role, counts[role])
            regions.append(_region(own, record, each, ruler))
            if own != first:
                ends.append((first, own, "continued" if role == "content" else role))
        others = [("within", record["within"])] if "within" in record else []
        others += [("rests on", quote_id) for quote_id in record.get("quote_ids", ())]
        ends += ((first, _region_id(other, "content", 1), label) for label, other in others)
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
    return {
        "data": {"text": ruler.text, "article_id": article["id"], **about},
        "annotations": [{"result": [*regions, *relations]}],
    }


def _region_id(record_id: str, role: str, number: int) -> str:
    return f"{record_id}-{role}-{number}"


def _region(own: str, record: Value, each: RecordSpan, ruler: Ruler) -> Value:
    role, span, source = each
    label = record.get("type", "claim") if role == "content" else role
    start, end = span["start"], span["end"]
    region = {
        "id": own,
        **_NAMES,
        "type": "labels",
        "value": {
            "start": ruler.from_code_points(start),
            "end": ruler.from_code_points(end),
            "text": ruler.text[start:end],
            "labels": [label],
        },
    }
    if source and "name" in source:
        region["meta"] = {"text": [source["name"]]}
    return region
