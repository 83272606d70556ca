"""Read what describes a corpus that Spark publishes, and find which splits that requests."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name

from onrecord.corpus.requests import SPLITS, request_of
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.findings import Finding, Report
from onrecord.publishing import changelog, splits
from onrecord.readers import File
from onrecord.readers.models.corpus import NAME, read_corpus
from onrecord.schema.settings import CorpusFile
from onrecord.spark.addresses import RemotePath, local
from onrecord.spark.links import Links
from onrecord.spark.reading import Extent, Read
from onrecord.spark.rows import created


@dataclass(frozen=True, slots=True)
class About:
    """Hold the description of a corpus.

    Attributes:
        folder: The folder of this machine that has it.
        boundary: The folders that must contain it.
        file: Its corpus.yaml, if there is one.
        info: What that says, if it can be read.
        findings: What is wrong with it.
    """

    folder: Path
    boundary: Boundary
    file: File | None = None
    info: CorpusFile | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def divides(self) -> bool:
        """Return whether it requests splits."""
        return splits.requested(self.info)

    def listed(self, spark: SparkSession, there: Read) -> Read:
        """Return records with the splits that lists name for their articles, if there are lists."""
        lists = self.info.split_lists if self.info else None
        if lists is None:
            return there
        files = {self._relative(extent): extent for extent in there.extents}
        found: dict[str, str] = {}
        for split in SPLITS:
            for name in getattr(lists, split):
                ids = _articles(there, files[name]) if name in files else [name]
                for id_ in ids:
                    found.setdefault(id_, split)
        return replace(there, records=with_splits(spark, there.records, found))

    def requested(
        self, report: Report, there: Read, links: Links | None
    ) -> tuple[Report, Mapping[str, str]]:
        """Return a report with what is wrong with the splits that are requested, and the lists of
        them: the split of each article.
        """
        if not links or not self.file:
            return report, {}
        rows, ids = (links.articles[name].to_pylist() for name in ("locator", "id"))
        of = [extent for extent in there.extents if extent.file.record_type == "article"]
        firsts, names = [extent.first for extent in of], [*map(self._relative, of)]
        files = [names[bisect_right(firsts, row) - 1] for row in rows]
        request = request_of(self.file, zip(ids, files, strict=True))
        if not request:
            return report, {}
        more = [*request.findings, *request.divided(links.pairs)]
        ordered = sorted([*report.findings, *more], key=lambda finding: finding.sort_key)
        return replace(report, findings=tuple(ordered)), request.listed

    def _relative(self, extent: Extent) -> str | None:
        """Return the name of a file relative to the folder; None for a data frame."""
        above = self.file.name.removesuffix(NAME) if self.file else ""
        name = extent.file.name
        return name.removeprefix(above) if above and name.startswith(above) else None


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
    """Yield what describes a corpus in a folder of this machine or at an address."""
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
        file = File(path, name, boundary=boundary)
        read = read_corpus(file)
        yield About(folder, boundary, file, read.value, [*read.findings])
