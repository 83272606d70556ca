"""Render the dataset card, which describes a publication for people and for the Hugging Face hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Template
from markupsafe import Markup
from pydantic import BaseModel

from onrecord.corpus.derived import COLUMNS
from onrecord.publishing import (
    changelog,
    citation,
    front_matter,
    markdown,
    plots,
    statement_columns,
    statistics_output,
    swap,
)
from onrecord.publishing.licences import Licence
from onrecord.publishing.statistics import Statistics
from onrecord.publishing.statistics_output import Section
from onrecord.readers.models.card import NOT_GIVEN
from onrecord.reporters.templating import environment
from onrecord.rights.tables import PassedOn
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.shape import ListOf, Scalar, Shape, Struct, members

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing


def render(publishing: Publishing, digest: str) -> str:
    """Render the card of a publication whose other files are written.

    Args:
        publishing: The publication.
        digest: The digest that it is named after.
    """
    statistics, info = publishing.statistics, publishing.source.info
    folder = f"{swap.DATA}/{digest}"
    splits = front_matter.splits_in(publishing.tables, publishing.loaded)
    speakers = statistics.speakers
    log = changelog.read(publishing)
    used: list[type[BaseModel]] = []
    return _template().render(
        front_matter=front_matter.front_matter(statistics, splits, info, folder),
        marker=swap.MARKER,
        info=info,
        version=CURRENT.number,
        folder=folder,
        files=[
            (split.table, markdown.code(f"{folder}/{split.pattern}"), split.rows)
            for split in splits
        ],
        statements=[
            (markdown.code(one.name), _arrow_type(one.type), Markup(one.description))  # noqa: S704
            for one in statement_columns.COLUMNS
        ],
        empty=[split.table for split in front_matter.whole(splits) if not split.rows],
        plots=plots.plots(statistics),
        plots_folder=plots.FOLDER,
        sections=statistics_output.of_records(statistics),
        speakers=[
            (statistics_output.named_speaker(each), each.quotes) for each in speakers.most_quoted
        ],
        more_speakers=speakers.number - len(speakers.most_quoted),
        method=statistics_output.of_method(statistics),
        reviewed=statistics.annotation.reviewed,
        made=statistics.quotes.number + statistics.claims.number,
        licence=Licence.of(info.license) if info else None,
        licences=_licences(publishing.source.records),
        withheld=_withheld(statistics),
        limits=[*_limits(statistics)],
        bibtex=citation.bibtex(info) if info else None,
        entry=changelog.newest(log) if log else None,
        records=[_described(each, used) for each in RECORD_TYPES],
        objects=(  # grows as the objects inside objects are met
            (model.__name__, (model.__doc__ or "").split("\n\n")[0], _fields(model, used))
            for model in used
        ),
    )


@cache
def _template() -> Template:
    cards = environment("onrecord.publishing", escape=markdown.line)
    cards.filters |= {
        "paragraphs": markdown.text,
        "code": markdown.code,
        "block": markdown.block,
        "rows": _rows,
    }
    return cards.get_template("card.md.j2", globals={"table": markdown.table})


def _rows(section: Section) -> list[tuple[str, int]]:
    """Return the rows of the table of a section."""
    return [
        (value if value == NOT_GIVEN else markdown.code(value), number)
        for value, number in section.counts.items()
    ]


def _withheld(statistics: Statistics) -> list[tuple[str, int, int]]:
    """Return, for texts and for quotes: a description, how many are withheld, and of how many."""
    articles, quotes = statistics.articles, statistics.quotes
    texts, words = articles.text.get("withheld", 0), quotes.words.get("withheld", 0)
    return [
        ("articles without their text", texts, articles.number),
        ("quotes without some of their words, or all", words, quotes.number),
    ]


def _limits(statistics: Statistics) -> Iterator[str]:
    """Yield limits that follow from the records."""
    articles, annotation, spans = statistics.articles, statistics.annotation, statistics.spans
    for name, coverage in (
        ("quotes", articles.quotes_annotated),
        ("claims", articles.claims_annotated),
    ):
        if others := articles.number - coverage.get("all", 0):
            yield (
                f"In {others:,} of {articles.number:,} articles, not all {name} are annotated, or "
                "it is not known: that one is missing there means nothing."
            )
    made = statistics.quotes.number + statistics.claims.number
    if automatic := annotation.method.get("automatic", 0):
        yield f"A tool alone made {automatic:,} of {made:,} quotes and claims."
    if unreviewed := made - annotation.reviewed:
        yield f"No reviewer is named for {unreviewed:,} of {made:,} quotes and claims."
    if unverified := spans.number - spans.verified:
        yield (
            f"The words of {unverified:,} of {spans.number:,} passages cannot be compared with a "
            "published text."
        )


def _licences(records: PassedOn) -> list[tuple[str, str, int]]:
    """Return the licences of texts, the words that are published, and the number of articles."""
    found: Counter[tuple[str, str]] = Counter()
    for batch in records.batches("article", ["rights"]):
        of = [pc.struct_field(batch["rights"], name) for name in ("license", "redistribute")]
        pairs = pa.table(of, names=["license", "redistribute"])
        counts = pairs.group_by(pairs.column_names).aggregate([([], "count_all")])
        for one in counts.to_pylist():
            found[one["license"], one["redistribute"]] += one["count_all"]
    return [
        (markdown.code(licence), markdown.code(redistribute), number)
        for (licence, redistribute), number in sorted(found.items())
    ]


def _described(
    record_type: RecordType, used: list[type[BaseModel]]
) -> tuple[str, str, list[_Row], list[_Row]]:
    """Return the name of a table, what it holds, its columns, and those that are derived."""
    model = CURRENT.models[record_type]
    derived: list[_Row] = [
        (markdown.code(one.name), _ARROW[one.type], Markup(one.description))  # noqa: S704
        for one in COLUMNS[record_type]
    ]
    return f"{record_type}s", model.__doc__ or "", _fields(model, used), derived


# The name of a column, its type and its meaning.
_Row = tuple[str, str, str]
_ARROW = {
    pa.string(): "text",
    pa.date32(): "date",
    pa.int32(): "integer",
    pa.bool_(): "truth value",
}


def _arrow_type(kind: pa.DataType) -> str:
    """Return the name of an Arrow type; that of a list of objects names their fields."""
    if pa.types.is_list(kind):
        return f"list of {_arrow_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return f"({', '.join(field.name for field in kind)})"
    return _ARROW[kind]


def _fields(model: type[BaseModel], used: list[type[BaseModel]]) -> list[_Row]:
    """Describe the fields of a model, and note the models of the objects in them."""
    rows: list[_Row] = []
    for field in members(model):
        inner = field.inner
        if isinstance(inner, Struct) and inner.model not in used:
            used.append(inner.model)
        kind = _type(field.shape)
        meaning = markdown.line(field.description) + _choices(inner)
        bold = kind if field.nullable else Markup("**{}**").format(kind)
        rows.append((markdown.code(field.name), bold, meaning))
    return rows


def _type(shape: Shape) -> str:
    if isinstance(shape, ListOf):
        return f"list of {_type(shape.item)}"
    return shape.model.__name__ if isinstance(shape, Struct) else shape.kind


def _choices(shape: Scalar | Struct) -> Markup:
    choices: Sequence[str] = shape.choices if isinstance(shape, Scalar) else ()
    named = Markup(", ").join(map(markdown.code, choices))
    return Markup(" One of {}.").format(named) if len(choices) > 1 else Markup("")
