"""Divide the articles of a corpus into splits, so that none is tested on what another one teaches.

Articles that share a text, a quote or a claim, or of which one refers to the other, are a group and
have one split. A new group has the split that a seeded digest of its oldest member gives, the first
published one. A group with articles that the last publication contains keeps theirs; if it merges
groups of several splits, all take that of the oldest published member.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.corpus import derived
from onrecord.corpus.components import components
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.requests import SPLITS
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.duckdb import DuckDB
from onrecord.errors import InputError
from onrecord.publishing import manifest
from onrecord.publishing.manifest import Manifest
from onrecord.readers import formats
from onrecord.readers.footer import open_table
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.rules import SHARED
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.schema.settings import CorpusFile

# The split of all records if a corpus requests none.
SINGLE = "train"
FILE = "splits.parquet"
SCHEMA = pa.schema(
    [pa.field(name, pa.string(), nullable=False) for name in ("article_id", "group", "split")]
)
# Later than any day.
_UNDATED = "9999-99-99"


@dataclass(frozen=True, slots=True)
class Division:
    """Hold the split of each article.

    Attributes:
        names: The names of all splits, also of empty ones.
        articles: The split of each article, by its id.
    """

    names: tuple[str, ...]
    articles: Mapping[str, str]

    def of(self, articles: pa.Array) -> pa.Array:
        """Return the split of each article, given its id."""
        encoded = articles.dictionary_encode()
        # A record whose article is missing has the first split.
        found = [self.articles.get(id_, self.names[0]) for id_ in encoded.dictionary.to_pylist()]
        return pa.array(found, pa.string()).take(encoded.indices)


@dataclass(frozen=True, slots=True)
class Assignment(Division):
    """Assign each article of a corpus to a split, by groups of articles that belong together.

    Attributes:
        groups: The id of the oldest member of each article's group.
        about: What the manifest says about them.
    """

    groups: Mapping[str, str]
    about: manifest.Splits

    def write(self, folder: Path) -> None:
        """Write the table of splits, in which each article has its split."""
        ids = sorted(self.articles)
        columns = [ids, [self.groups[id_] for id_ in ids], [self.articles[id_] for id_ in ids]]
        with (folder / FILE).open("wb") as file:
            pq.write_table(pa.table(columns, schema=SCHEMA), file, compression="zstd")


def assign(corpus: Corpus, info: CorpusFile, folder: Path, out: Path) -> Assignment:
    """Assign the articles of a corpus to splits.

    Args:
        corpus: The corpus, without errors.
        info: Its corpus.yaml, which requests splits.
        folder: The folder of the corpus.
        out: The folder with its last publication, if there is one.
    """
    listed: Mapping[str, str] = {}
    if info.split_lists is not None:
        path = folder / CORPUS
        listed = next(one.listed for one in corpus.requests if one.file.text.file.path == path)
    articles = (batch for _, batch in corpus.parts("article", ["id", "published"]))
    return divide(articles, _links(corpus), info, listed, out)


def divide(
    articles: Iterable[pa.RecordBatch],
    links: Iterable[tuple[str, str]],
    info: CorpusFile,
    listed: Mapping[str, str],
    out: Path,
) -> Assignment:
    """Assign articles to splits.

    Args:
        articles: The articles, of which ``id`` and ``published`` are read.
        links: The ids of two articles that must be in one split.
        info: The corpus.yaml, which requests splits.
        listed: The split of each article that its lists name, by its id.
        out: The folder with the last publication, if there is one.
    """
    ages = dict(sorted(_ages(articles).items(), key=lambda pair: (pair[1], pair[0])))
    ids = [*ages]
    found = components(links)
    members: dict[str, list[str]] = {}
    for id_ in ids:  # the oldest first
        members.setdefault(found.get(id_, id_), []).append(id_)
    split_of: Mapping[str, str] = listed
    if info.split_lists is not None:
        seed = shares = None
    else:
        seed = info.seed or 0
        shares = {name: float(getattr(info.splits, name)) for name in SPLITS}
        shares = {name: share for name, share in shares.items() if share}
        known = _known(out, seed, shares)
        drawn: dict[str, str] = {}
        for group in members.values():
            kept = next((known[id_] for id_ in group if id_ in known), None)
            drawn |= dict.fromkeys(group, kept or _drawn(group[0], seed, shares))
        split_of = drawn
    counts = Counter(split_of.values())
    names = tuple(name for name in SPLITS if name in counts or (shares and name in shares))
    about = manifest.Splits(
        seed=seed,
        shares=shares,
        groups=len(members),
        articles={name: counts[name] for name in names},
    )
    groups = {id_: group[0] for group in members.values() for id_ in group}
    return Assignment(names or (SINGLE,), split_of, groups, about)


def _ages(articles: Iterable[pa.RecordBatch]) -> dict[str, str]:
    """Return the first day on which each article can have been published, as text."""
    column = next(one for one in derived.COLUMNS["article"] if one.name == "published_from")
    found: dict[str, str] = {}
    for batch in articles:
        days = column.derive(batch).cast(pa.string()).to_pylist()
        for id_, day in zip(batch["id"].to_pylist(), days, strict=True):
            found.setdefault(id_, day or _UNDATED)
    return found


def _links(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Yield the ids of two articles that must be in one split."""
    ids = corpus.table("article", ["id"])["id"].to_pylist()
    engine = DuckDB(CorpusTables(corpus, check_cards=False).tables, SHARED)
    try:
        for _, row in engine.ask([LinkedArticles]):
            yield ids[row["owner"]], ids[row["other"]]
    finally:
        engine.close()


def _drawn(article: str, seed: int, shares: Mapping[str, float]) -> str:
    """Return the split that the digest of an article's id gives."""
    digest = hashlib.sha256(f"{seed}\n{article}".encode()).digest()
    place = int.from_bytes(digest[:8]) / 2**64
    for name, share in shares.items():
        place -= share
        if place < 0:
            return name
    return [*shares][-1]


def _known(out: Path, seed: int, shares: Mapping[str, float]) -> dict[str, str]:
    """Return the splits in the last publication, if it has the same seed and shares."""
    try:
        tables = formats.publication(out)
        about = Manifest.read(tables).splits if tables else None
    except InputError:  # it is replaced, whatever it is
        return {}
    if not tables or not about or (about.seed, about.shares) != (seed, shares):
        return {}
    return {id_: split for id_, (_, split) in read(tables).items() if split in shares}


def read(tables: Path) -> dict[str, tuple[str, str]]:
    """Return the group and the split of each article of a publication; nothing if it has none."""
    try:
        with open_table(tables / FILE) as parquet:
            rows = parquet.read(columns=SCHEMA.names).to_pylist()
        return {row["article_id"]: (row["group"], row["split"]) for row in rows}
    except (OSError, KeyError, pa.ArrowException):
        return {}
