"""Render the dataset card, which describes a publication for people and for the Hugging Face hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from jinja2 import Template
from markupsafe import Markup
from pydantic import BaseModel

from onrecord.corpus.derived import COLUMNS
from onrecord.publishing import markdown, swap
from onrecord.readers.models.card import COUNTED, NOT_GIVEN, size
from onrecord.reporters.templating import environment
from onrecord.rights.tables import PassedOn
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType, current
from onrecord.schema.shape import ListOf, Scalar, Shape, Struct, members

# The table that is loaded by default, followed by the others.
_ORDER: tuple[RecordType, ...] = ("quote", "article", "claim")

# Licences for data, by their SPDX name in lower case, and what the hub calls them.
# https://huggingface.co/docs/hub/repositories-licenses
_ON_HUB = {
    name: name
    for name in (
        *("apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "etalab-2.0", "mit"),
        *("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0"),
        *("cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0"),
        *("cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"),
        *("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
        *("cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "unlicense"),
    )
} | {
    "noassertion": "unknown",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
}


class _Table:
    """A table of the records that are published.

    Attributes:
        num_rows: The number of records.
    """

    def __init__(self, records: PassedOn, record_type: RecordType) -> None:
        self._records = records
        self._record_type: RecordType = record_type
        self.num_rows = records.number(record_type)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the given columns of the records in batches."""
        return self._records.batches(self._record_type, columns)


def render(records: PassedOn, info: current.CorpusInfo | None, digest: str) -> str:
    """Render the card of a publication.

    Args:
        records: The records that are published.
        info: The description in corpus.yaml, if there is one.
        digest: The digest that the publication is named after.
    """
    tables = {record_type: _Table(records, record_type) for record_type in RECORD_TYPES}
    matter = yaml.safe_dump(
        _front_matter(tables, info, digest), sort_keys=False, allow_unicode=True, width=2**31
    )
    used: list[type[BaseModel]] = []
    return _template().render(
        front_matter=matter,
        marker=swap.MARKER,
        info=info,
        version=CURRENT.number,
        folder=f"{swap.DATA}/{digest}",
        files=[
            (f"{each}s", markdown.code(_path(digest, each)), tables[each].num_rows)
            for each in RECORD_TYPES
        ],
        empty=[f"{each}s" for each in RECORD_TYPES if not tables[each].num_rows],
        counts=[
            (head, f"{record_type}s", _counts(tables[record_type], column))
            for head, (record_type, column) in COUNTED.items()
        ],
        withheld=_withheld(tables),
        licences=_licences(tables["article"]),
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
    }
    return cards.get_template("card.md.j2", globals={"table": markdown.table})


def _front_matter(
    tables: dict[RecordType, _Table], info: current.CorpusInfo | None, digest: str
) -> dict[str, object]:
    default = next((each for each in _ORDER if tables[each].num_rows), _ORDER[0])
    matter: dict[str, object] = {}
    if info:
        matter |= {"pretty_name": markdown.seen(info.title), **_hub_licence(info.license)}
    languages = sorted({tag for table in tables.values() for tag in _languages(table)})
    matter["language"] = sorted({tag.split("-")[0] for tag in languages})
    if any("-" in tag for tag in languages):
        matter["language_bcp47"] = languages
    matter["tags"] = ["quotations", "claims"]
    matter["size_categories"] = [size(max(table.num_rows for table in tables.values()))]
    matter["configs"] = [
        {
            "config_name": f"{each}s",
            **({"default": True} if each is default else {}),
            "data_files": [{"split": "train", "path": _path(digest, each)}],
        }
        for each in _ORDER
    ]
    return matter


def _path(digest: str, record_type: RecordType) -> str:
    return f"{swap.DATA}/{digest}/{record_type}s-train-*.parquet"


def _hub_licence(spdx: str) -> dict[str, str]:
    name = spdx.lower()
    known = _ON_HUB.get(name)
    return {"license": known} if known else {"license": "other", "license_name": name}


def _languages(table: _Table) -> set[str]:
    return set(_numbers(table, "language")) - {None}


def _numbers(table: _Table, column: str) -> Counter[Any]:
    """Count the values of a column."""
    return _counted(batch[column] for batch in table.batches([column]))


def _counted(values: Iterable[pa.Array]) -> Counter[Any]:
    """Count the values of arrays."""
    found: Counter[Any] = Counter()
    for some in values:
        for one in pc.value_counts(some).to_pylist():
            found[one["values"]] += one["counts"]
    return found


def _counts(table: _Table, column: str) -> list[tuple[str, int]]:
    """Return the number of records with each value of a column, the most frequent first."""
    numbers = [
        (NOT_GIVEN if value is None else markdown.code(value), number)
        for value, number in _numbers(table, column).items()
    ]
    return sorted(numbers, key=lambda pair: (-pair[1], pair[0]))


def _withheld(tables: dict[RecordType, _Table]) -> list[tuple[str, int, int]]:
    """Return what is withheld, its number, and the number of all of its kind."""
    articles, quotes = tables["article"], tables["quote"]
    # An article whose text was never known has no digest.
    columns = ["text", "text_sha256"]
    batches = articles.batches(columns)
    without_text = sum(
        batch.filter(pc.is_valid(batch["text_sha256"]))["text"].null_count for batch in batches
    )
    words = next(column for column in COLUMNS["quote"] if column.name == "quote")
    without_words = sum(words.derive(batch).null_count for batch in quotes.batches(["content"]))
    return [
        ("articles without their text", without_text, articles.num_rows),
        ("quotes without some of their words, or all", without_words, quotes.num_rows),
    ]


def _licences(articles: _Table) -> list[tuple[str, str, int]]:
    """Return the licences of texts, the words that are published, and the number of articles."""
    rights = (batch["rights"].field for batch in articles.batches(["rights"]))
    joined = (pc.binary_join_element_wise(of("license"), of("redistribute"), "\n") for of in rights)
    counts = sorted((*pair.split("\n"), number) for pair, number in _counted(joined).items())
    return [
        (markdown.code(licence), markdown.code(redistribute), number)
        for licence, redistribute, number in counts
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
_ARROW = {pa.string(): "text", pa.date32(): "date"}


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
