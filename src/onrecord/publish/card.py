"""Render the dataset card, which describes a publication for people and for the Hugging Face hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import BaseModel

from onrecord.publish import markdown, parquet, swap
from onrecord.publish.derived import COLUMNS
from onrecord.readers.models.card import COUNTED, NOT_GIVEN, size
from onrecord.rights.tables import PassedOn
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType, v0
from onrecord.schema.shape import ListOf, Member, Scalar, Shape, Struct, members

# The table that loads where none is asked for, and the others after it.
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


def render(records: PassedOn, info: v0.CorpusInfo | None, digest: str) -> str:
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
    parts = [
        f"---\n{matter}---",
        swap.MARKER,
        *_title(info),
        *_records(tables, digest),
        *_loading(),
        *_withheld(tables),
        *_licences(tables, info),
        *_columns(),
        *_citation(info),
        *_proof(digest),
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(
    tables: dict[RecordType, _Table], info: v0.CorpusInfo | None, digest: str
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
    return f"{swap.DATA}/{digest}/{parquet.file_name(record_type)}"


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


def _title(info: v0.CorpusInfo | None) -> Iterator[str]:
    if info:
        yield f"# {markdown.line(info.title)}"
        yield f"Version {markdown.line(info.version)}"
        yield markdown.text(info.description)
    else:
        yield "# A corpus of quotes and claims"
        yield (
            "The corpus does not say what it is called, how it was made, under which licence its "
            "annotations are and how to cite it: it has no `corpus.yaml`."
        )


def _records(tables: dict[RecordType, _Table], digest: str) -> Iterator[str]:
    yield "## Records"
    yield (
        "Who said what, where it stands in the source, and what it claims: articles, the quotes in "
        "them, and the claims that these make, joined by their ids. They follow version "
        f"{CURRENT.number} of the schemas of onrecord."
    )
    rows = [
        (f"{each}s", f"`{_path(digest, each)}`", f"{tables[each].num_rows:,}")
        for each in RECORD_TYPES
    ]
    yield markdown.table(["table", "file", "records"], rows, numbers=1)
    yield (
        "Articles are in the order of their ids, quotes and claims in the order in which a reader of "
        "the articles comes upon them: by article, by the first offset of `content` (of a claim "
        "without located content, by the first of its quotes), and then by id, numbers in it compared "
        "as numbers. What has no place in the text comes last in its article."
    )
    if empty := [f"`{each}s`" for each in RECORD_TYPES if not tables[each].num_rows]:
        yield (
            f"There are no records in {', '.join(empty)}. `load_dataset` gives a table without rows "
            "with `streaming=True` only; its columns are there."
        )
    for head, (record_type, column) in COUNTED.items():
        yield from _counts(head, f"{record_type}s", _numbers(tables[record_type], column))


def _counts(head: str, counted: str, numbers: Counter[Any]) -> Iterator[str]:
    """Yield a Markdown table of counted values, the most frequent first."""
    found = [
        (NOT_GIVEN if value is None else f"`{value}`", number) for value, number in numbers.items()
    ]
    counts = sorted(found, key=lambda pair: (-pair[1], pair[0]))
    if counts:
        rows = [(value, f"{number:,}") for value, number in counts]
        yield markdown.table([head, counted], rows, numbers=1)


def _loading() -> Iterator[str]:
    yield "## Loading"
    yield markdown.block(
        "from datasets import load_dataset\n\n"
        'quotes = load_dataset("path/to/this/folder", "quotes", split="train")',
        "python",
    )
    yield "DuckDB, Polars, pandas and Spark read the Parquet files as they are:"
    yield markdown.block(
        "SELECT q.speaker.name, q.quote, a.published\n"
        "FROM 'path/to/this/folder/data/*/quotes.parquet' AS q\n"
        "JOIN 'path/to/this/folder/data/*/articles.parquet' AS a ON a.id = q.article_id\n"
        "WHERE q.type = 'direct'",
        "sql",
    )


def _withheld(tables: dict[RecordType, _Table]) -> Iterator[str]:
    articles, quotes = tables["article"], tables["quote"]
    # An article of which no text was ever known has no digest of one.
    columns = ["text", "text_sha256"]
    batches = articles.batches(columns)
    without_text = sum(
        batch.filter(pc.is_valid(batch["text_sha256"]))["text"].null_count for batch in batches
    )
    words = map(COLUMNS["quote"][0].derive, quotes.batches(["content"]))
    without_words = sum(each.null_count for each in words)
    yield "## Words that are withheld"
    yield (
        "Rights in an article decide which of its words are passed on: the whole text (`full`), "
        "only words that stand in quotation marks (`quotes`), or none (`none`). Of what is "
        "withheld, the offsets and digests are here."
    )
    rows = [
        ("articles without their text", without_text, articles.num_rows),
        ("quotes without some of their words, or all", without_words, quotes.num_rows),
    ]
    shown = [(name, f"{number:,}", f"{among:,}") for name, number, among in rows]
    yield markdown.table(["", "number", "of"], shown, numbers=2)
    yield (
        "Whoever has an article's text can restore the words in the records that this is published "
        "from, and prove them by their digests: `onrecord hydrate DIR --texts TEXTS --write`."
    )


def _licences(tables: dict[RecordType, _Table], info: v0.CorpusInfo | None) -> Iterator[str]:
    yield "## Licences"
    yield (
        f"The licence of the annotations is {f'`{info.license}`' if info else 'not stated'}. It "
        "does not cover the words of the articles: each article's `rights` has their licence, who "
        "holds the rights, and the notice to be kept with them."
    )
    rights = (batch["rights"].field for batch in tables["article"].batches(["rights"]))
    joined = (pc.binary_join_element_wise(of("license"), of("redistribute"), "\n") for of in rights)
    counts = sorted((*pair.split("\n"), number) for pair, number in _counted(joined).items())
    if counts:
        rows = [
            (f"`{licence}`", f"`{redistribute}`", f"{number:,}")
            for licence, redistribute, number in counts
        ]
        yield markdown.table(["licence of the text", "passed on", "articles"], rows, numbers=1)


def _columns() -> Iterator[str]:
    yield "## Columns"
    yield "Any value may be null, save in the columns whose type is in bold."
    used: list[type[BaseModel]] = []
    for each in RECORD_TYPES:
        model = CURRENT.models[each]
        yield f"### `{each}s`"
        yield markdown.line(model.__doc__ or "")
        yield _fields(members(model), used)
        yield "Derived, for convenience:"
        derived = [(f"`{one.name}`", _ARROW[one.type], one.description) for one in COLUMNS[each]]
        yield markdown.table(_HEADS, derived)
    yield "### Objects"
    for model in used:  # grows as the objects inside objects are met
        yield f"#### {model.__name__}"
        yield markdown.line((model.__doc__ or "").split("\n\n")[0])
        yield _fields(members(model), used)


_HEADS = ["column", "type", "meaning"]
_ARROW = {pa.string(): "text", pa.date32(): "date"}


def _fields(fields: Iterable[Member], used: list[type[BaseModel]]) -> str:
    rows = []
    for field in fields:
        inner = field.inner
        if isinstance(inner, Struct) and inner.model not in used:
            used.append(inner.model)
        kind = _type(field.shape)
        meaning = markdown.line(field.description) + _choices(inner)
        rows.append((f"`{field.name}`", kind if field.nullable else f"**{kind}**", meaning))
    return markdown.table(_HEADS, rows)


def _type(shape: Shape) -> str:
    if isinstance(shape, ListOf):
        return f"list of {_type(shape.item)}"
    return shape.model.__name__ if isinstance(shape, Struct) else shape.kind


def _choices(shape: Scalar | Struct) -> str:
    choices: Sequence[str] = shape.choices if isinstance(shape, Scalar) else ()
    return f" One of {', '.join(f'`{each}`' for each in choices)}." if len(choices) > 1 else ""


def _citation(info: v0.CorpusInfo | None) -> Iterator[str]:
    if info:
        yield "## Citation"
        language = "bibtex" if info.citation.lstrip().startswith("@") else "text"
        yield markdown.block(info.citation, language)


def _proof(digest: str) -> Iterator[str]:
    yield "## Proof"
    yield (
        "The same records give the same bytes. The folder of the tables is named after them, and "
        f"this prints its name: `cd {swap.DATA}/{digest} && sha256sum *.parquet | sha256sum | "
        "cut -c 1-16`."
    )
