"""Read what describes a corpus that Spark publishes, and find which splits that requests."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name

from onrecord.corpus.requests import SPLITS, Request, request_of, requested
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.publishing import changelog
from onrecord.readers.models.corpus import NAME, read_corpus
from onrecord.schema.settings import CorpusFile
from onrecord.spark.addresses import RemotePath, local
from onrecord.spark.files import Corpus
from onrecord.spark.links import Links
from onrecord.spark.reading import Extent, Read
from onrecord.spark.rows import created


@dataclass(frozen=True, slots=True)
class About:
    """Hold the description of a corpus.

    Attributes:
        folder: The folder of this machine that has it.
        boundary: The folders that must contain it.
        corpus: Its corpus.yaml, if there is one.
    """

    folder: Path
    boundary: Boundary
    corpus: Corpus | None = None

    @property
    def corpora(self) -> list[Corpus]:
        """Return its corpus.yaml, if there is one."""
        return [self.corpus] if self.corpus else []

    @property
    def info(self) -> CorpusFile | None:
        """Return the content of corpus.yaml, if it can be read."""
        return self.corpus.value if self.corpus else None

    def is_of(self, request: Request) -> bool:
        """Return whether a request for splits is that of its corpus.yaml."""
        return bool(self.corpus and request.file.text.file.name == self.corpus.text.file.name)


def divides(corpora: Iterable[Corpus]) -> bool:
    """Return whether a corpus.yaml requests splits."""
    return any(requested(one.value) for one in corpora)


def listed(spark: SparkSession, there: Read, corpora: Iterable[Corpus]) -> Read:
    """Return records with the splits that lists name for their articles, if there are lists."""
    found: dict[str, str] = {}
    for corpus in corpora:
        lists = corpus.value.split_lists if corpus.value else None
        files = {_relative(extent, corpus): extent for extent in there.extents}
        for split in SPLITS if lists else ():
            for name in getattr(lists, split):
                ids = _articles(there, files[name]) if name in files else [name]
                for id_ in ids:
                    found.setdefault(id_, split)
    return replace(there, records=with_splits(spark, there.records, found)) if found else there


def requests(there: Read, links: Links, corpora: Iterable[Corpus]) -> Iterator[Request]:
    """Yield the splits that each corpus.yaml requests, if it requests any.

    It is about the articles in the files of its folder, and those that are in no file.
    """
    rows, ids = (links.articles[name].to_pylist() for name in ("locator", "id"))
    of = [extent for extent in there.extents if extent.file.record_type == "article"]
    firsts = [extent.first for extent in of]
    own = [of[bisect_right(firsts, row) - 1] for row in rows]
    for corpus in corpora:
        names = [(_relative(extent, corpus), extent.file.is_frame) for extent in own]
        about = [
            (id_, name)
            for id_, (name, is_frame) in zip(ids, names, strict=True)
            if name or is_frame
        ]
        if request := request_of(corpus, about):
            yield request


def _relative(extent: Extent, corpus: Corpus) -> str | None:
    """Return the name of a file relative to the folder of a corpus.yaml; None if it is not there."""
    above = corpus.text.file.name.removesuffix(NAME)
    name = extent.file.name
    if extent.file.is_frame or not name.startswith(above):
        return None
    return name.removeprefix(above)


def _articles(there: Read, extent: Extent) -> list[str]:
    """Return the ids of the articles in a file."""
    end = extent.first + extent.number - 1
    own = (F.col("record_type") == "article") & F.col("row").between(extent.first, end)
    return [row["article"] for row in there.records.filter(own).select("article").collect()]


def with_splits(spark: SparkSession, records: DataFrame, articles: Mapping[str, str]) -> DataFrame:
    """Return records with a column for the splits of their articles."""
    columns = [pa.array([*some], pa.string()) for some in (articles, articles.values())]
    divided = created(spark, pa.table(columns, names=["article", "split"]))
    return records.join(divided, "article", "left")


@contextmanager
def described(
    spark: SparkSession, about: str | None, *, allow_outside: bool = False
) -> Iterator[About]:
    """Yield the description of a corpus in a folder of this machine or at an address."""
    with TemporaryDirectory(dir=scratch.folder()) as temporary:
        folder = Path(temporary) if about is None else local(about)
        if folder is None:
            there = RemotePath(spark, str(about))
            folder, name = Path(temporary), f"{there.qualified}/{NAME}"
            for one in (NAME, changelog.NAME):
                if (there / one).is_file():
                    (there / one).download(folder / one)
        else:
            name = (folder / NAME).as_posix()
        boundary = Boundary.around([folder], allow_outside=allow_outside)
        path = folder / NAME
        if not path.exists():
            yield About(folder, boundary)
            return
        yield About(folder, boundary, read_corpus(File(path, name, boundary=boundary)))
