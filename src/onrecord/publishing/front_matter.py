"""Write the front matter of a card, from which the Hugging Face Hub knows what a corpus is.

It has the form that the package ``datasets`` writes; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from onrecord.publishing import markdown
from onrecord.publishing.licences import Licence
from onrecord.publishing.statistics import Statistics, named
from onrecord.readers.models.card import size
from onrecord.readers.naming import part_of
from onrecord.schema import current

# The tables, in the order of configurations: the first one that has rows is loaded by default.
CONFIGURATIONS = ("statements", "quotes", "articles", "claims")
# The order of splits.
_SPLITS = ("train", "validation", "test")
# What the Hub calls those who annotated. It distinguishes people only by whether they are experts,
# which records do not say.
_ANNOTATORS = {"automatic": "machine-generated", "assisted": "other", "manual": "other"}
# The most languages and datasets that are named.
_NAMED = 100


@dataclass(frozen=True, slots=True)
class Split:
    """Describe a split of a published table.

    Attributes:
        table: The table.
        name: The name of the split.
        rows: The number of rows.
        bytes: The size of its files.
        loaded: The size of its rows in memory.
        schema: The Arrow schema of the table.
    """

    table: str
    name: str
    rows: int
    bytes: int
    loaded: int
    schema: pa.Schema

    @property
    def pattern(self) -> str:
        """Return a pattern for the names of its files."""
        return f"{self.table}-{self.name}-*.parquet"


def splits_in(folder: Path, loaded: Mapping[tuple[str, str], int]) -> list[Split]:
    """Return all splits of the tables in a folder, in the order of configurations.

    Args:
        folder: The folder.
        loaded: The size of the rows of each split in memory, by the names of its table and
            of the split.
    """
    parts = [(part, path) for path in folder.iterdir() if (part := part_of(path.name))]
    parts.sort()
    found = [
        _split(table, split, [path for _, path in files], loaded[table, split])
        for (table, split), files in groupby(parts, lambda one: one[0][:2])
        if table in CONFIGURATIONS
    ]
    return sorted(found, key=lambda one: (CONFIGURATIONS.index(one.table), _place(one.name)))


def _place(split: str) -> tuple[int, str]:
    return (_SPLITS.index(split) if split in _SPLITS else len(_SPLITS), split)


def _split(table: str, name: str, paths: Sequence[Path], loaded: int) -> Split:
    return Split(
        table,
        name,
        rows=sum(pq.read_metadata(path).num_rows for path in paths),
        bytes=sum(path.stat().st_size for path in paths),
        loaded=loaded,
        schema=pq.read_schema(paths[0]),
    )


def front_matter(
    statistics: Statistics, splits: Sequence[Split], info: current.CorpusInfo | None, folder: str
) -> str:
    """Return the front matter as YAML, without the lines around it.

    Args:
        statistics: What was counted in the corpus.
        splits: All splits of its tables.
        info: The description in corpus.yaml, if there is one.
        folder: The folder of the tables, relative to the card.
    """
    matter: dict[str, object] = {}
    if info:
        matter |= {"pretty_name": markdown.seen(info.title), **_licence(info.license)}
    matter |= _languages(statistics)
    matter["annotations_creators"] = sorted(_annotators(statistics))
    matter["source_datasets"] = _sources(statistics, info)
    matter["task_categories"] = _tasks(statistics, info)
    matter["tags"] = ["quotations", "claims"]
    matter["size_categories"] = [size(max((split.rows for split in whole(splits)), default=0))]
    by_table = [(table, [*these]) for table, these in groupby(splits, lambda one: one.table)]
    filled = (table for table, these in by_table if any(split.rows for split in these))
    default = next(filled, CONFIGURATIONS[0])
    matter["configs"] = [
        {
            "config_name": table,
            **({"default": True} if table == default else {}),
            "data_files": [
                {"split": split.name, "path": f"{folder}/{split.pattern}"} for split in these
            ],
        }
        for table, these in by_table
    ]
    matter["dataset_info"] = [_dataset_info(table, these) for table, these in by_table]
    present = {name: value for name, value in matter.items() if value}
    infos = {"dataset_info": present.pop("dataset_info")}  # names and numbers, but many of them
    written = ((present, _Plain), (infos, _PlainByC))
    return "".join(
        yaml.dump(each, Dumper=dumper, sort_keys=False, allow_unicode=True, width=2**31 - 1)
        for each, dumper in written
    )


class _WithoutAliases:
    """Write equal values in full, without YAML references, which not all readers of cards know."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


class _Plain(_WithoutAliases, yaml.SafeDumper):
    """Write all characters as they are."""


class _PlainByC(_WithoutAliases, getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Write the same ten times as fast, but for characters beyond the basic plane."""


def whole(splits: Iterable[Split]) -> Iterator[Split]:
    """Yield the tables as one split each."""
    for table, these in groupby(splits, lambda one: one.table):
        every = [*these]
        yield Split(table, "", sum(one.rows for one in every), 0, 0, every[0].schema)


def _licence(spdx: str) -> dict[str, str]:
    licence = Licence.of(spdx)
    if licence.on_hub:
        return {"license": licence.on_hub}
    found = {"license": "other", "license_name": licence.spdx.lower()}
    return found | ({"license_link": licence.url} if licence.url else {})


def _languages(statistics: Statistics) -> dict[str, object]:
    tags = sorted(
        named(statistics.articles.language, statistics.quotes.language, statistics.claims.language)
    )
    found: dict[str, object] = {}
    found["language"] = languages = list(dict.fromkeys(tag.split("-")[0] for tag in tags))
    if any("-" in tag for tag in tags):
        found["language_bcp47"] = tags[:_NAMED]
    of_articles = {tag.split("-")[0] for tag in named(statistics.articles.language)}
    if languages:
        found["multilinguality"] = ["monolingual" if len(of_articles) < 2 else "multilingual"]
    return found


def _annotators(statistics: Statistics) -> set[str]:
    annotation = statistics.annotation
    found = {_ANNOTATORS[method] for method in annotation.method}
    return found | ({"found"} if annotation.origin else set())


def _sources(statistics: Statistics, info: current.CorpusInfo | None) -> list[str]:
    """Return the datasets that the corpus was made from, as corpus.yaml or the records state them."""
    if info and info.source_datasets:
        return [*info.source_datasets]
    annotation = statistics.annotation
    extended = [f"extended|other-{markdown.seen(name)}" for name in annotation.origin]
    imported = sum(annotation.origin.values())
    original = (
        ["original"] if imported < statistics.quotes.number + statistics.claims.number else []
    )
    return original + extended


def _tasks(statistics: Statistics, info: current.CorpusInfo | None) -> list[str]:
    """Return the tasks that corpus.yaml states, or that the tables serve."""
    if info and info.task_categories:
        return [*info.task_categories]
    return [
        *(["token-classification"] if statistics.quotes.number else []),
        *(["text-classification"] if statistics.claims.number else []),
    ]


def _dataset_info(table: str, splits: Sequence[Split]) -> dict[str, object]:
    return {
        "config_name": table,
        "features": _features(splits[0].schema),
        "splits": [
            {"name": split.name, "num_bytes": split.loaded, "num_examples": split.rows}
            for split in splits
        ],
        "download_size": sum(split.bytes for split in splits),
        "dataset_size": sum(split.loaded for split in splits),
    }


def _features(fields: Iterable[pa.Field]) -> list[dict[str, object]]:
    return [{"name": one.name, **_feature(one.type)} for one in fields]


def _feature(kind: pa.DataType) -> dict[str, object]:
    """Return the type of a column as ``datasets`` writes it."""
    if pa.types.is_struct(kind):
        return {"struct": _features(kind)}
    if pa.types.is_list(kind):
        ((name, inner),) = _feature(kind.value_type).items()
        return {"list": {"list": inner} if name == "list" else inner}
    return {"dtype": _DTYPES.get(kind, str(kind))}


_DTYPES = {pa.date32(): "date32", pa.float64(): "float64", pa.bool_(): "bool"}
