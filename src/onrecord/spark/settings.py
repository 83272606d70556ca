"""Find the settings and baselines that apply to files on Spark."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.opening import File, absolute
from onrecord.findings import Report
from onrecord.spark.addresses import RemotePath, is_address, local
from onrecord.spark.files import Corpus
from onrecord.spark.reading import Read
from onrecord.spark.rows import created
from onrecord.validation.baseline import Baseline, read_baseline
from onrecord.validation.settings import EffectiveSettings, Source
from onrecord.validation.settings_files import effective_settings, source_of, unapplied_of
from onrecord.validation.validate import apply_settings, named_baselines

_Applied = tuple[Baseline, Callable[[str], bool]]


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the settings and baselines that apply to records.

    Attributes:
        effective: The settings.
        baselines: The baselines, each with a function that returns whether it applies to a file.
    """

    effective: EffectiveSettings
    baselines: Sequence[_Applied]

    def applied(self, spark: SparkSession, report: Report, there: Read) -> Report:
        """Return a report without the findings that the settings and baselines ignore."""
        without = self._without_text(spark, there)
        return apply_settings(report, self.effective, self.baselines, without)

    def _without_text(self, spark: SparkSession, there: Read) -> set[str]:
        """Return the ids of those articles without text that settings or baselines name.

        If some of these name no record, one article without text is among them.
        """
        entries = [entry for one, _ in self.baselines for entry in one.entries]
        ignores = [one for source in self.effective.sources for one in source.settings.ignore]
        named = {entry.record for entry in entries} | {ignore.record for ignore in ignores}
        text = F.get_json_object(F.col("record").cast("string"), "$.text")
        lacking = there.records.filter((F.col("record_type") == "article") & text.isNull())
        found = lacking.limit(1).collect() if None in named else []
        if ids := sorted({record.partition(".")[0] for record in named if record}):
            wanted = created(spark, pa.table({"article": ids}))
            found += lacking.join(F.broadcast(wanted), "article", "left_semi").collect()
        return {row["article"] for row in found}


def settings_of(
    spark: SparkSession,
    paths: Sequence[str],
    corpora: Sequence[Corpus],
    baseline: Path | None = None,
    *,
    allow_outside: bool = False,
    everywhere: bool = False,
    unsuppressed: Collection[str] = (),
) -> Settings:
    """Return the settings and baselines that apply to records.

    Args:
        spark: The session.
        paths: The paths and addresses that are validated.
        corpora: The files corpus.yaml there.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        allow_outside: Whether links may lead out of the paths.
        everywhere: Whether settings of a corpus.yaml apply to records that are in no file, too.
        unsuppressed: The codes of checks whose findings no setting and no baseline ignores.

    Raises:
        InputError: A file of settings or a baseline cannot be read.
    """
    here = [path for one in paths if (path := local(one))]
    boundary = Boundary.around(here, allow_outside=allow_outside) if here else ANYWHERE
    files = [one.text.file for one in corpora]
    effective = effective_settings(
        here, [one for one in files if not is_address(one.name)], boundary=boundary
    )
    sources, unapplied = [*effective.sources], {**effective.unapplied}
    for corpus in sorted(corpora, key=lambda one: one.text.file.name.count("/")):
        if is_address(corpus.text.file.name):
            sources += source_of(corpus, absolute(corpus.text.file.name).parent)
            unapplied |= unapplied_of(corpus)
    there = [RemotePath(spark, one) for one in paths if local(one) is None]
    effective = replace(
        effective,
        elsewhere=tuple(absolute(one.qualified) for one in there if not one.is_file()),
        sources=tuple(replace(one, everywhere=one.everywhere or everywhere) for one in sources),
        unapplied=unapplied,
        unsuppressed=frozenset(unsuppressed),
    )
    return Settings(effective, [*_baselines(spark, effective, baseline)])


def _baselines(
    spark: SparkSession, effective: EffectiveSettings, given: Path | None
) -> Iterator[_Applied]:
    """Read the baselines that apply, also those at addresses."""
    remote = {one.baseline.path: _address(one) for one in effective.sources if one.baseline}
    for file, governs in named_baselines(effective, given):
        address = remote.get(file.path) if given is None else None
        if address is None:
            yield read_baseline(file), governs
            continue
        there = RemotePath(spark, address)
        if not there.is_file():
            raise InputError(f"{address}: there is no such baseline")
        with TemporaryDirectory(dir=scratch.folder()) as folder:
            copy = Path(folder, file.path.name)
            there.download(copy)
            yield replace(read_baseline(File(copy, address)), path=file.path), governs


def _address(source: Source) -> str | None:
    """Return the address of the baseline that settings name; None if they are on this machine."""
    if source.file is None or not is_address(source.file.text.file.name):
        return None
    name, of = str(source.settings.baseline), source.file.text.file.name
    inside = PurePosixPath(name)
    if inside.is_absolute() or os.pardir in inside.parts or is_address(name):
        raise InputError(
            f"{of}: the baseline {name} must be in the folder of this file or below it"
        )
    return f"{of.rpartition('/')[0]}/{inside}"
