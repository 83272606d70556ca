"""Publish a folder of records: read, validate, write, replace."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from onrecord.corpus import reading as corpora
from onrecord.corpus.requests import requested
from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.findings import Report
from onrecord.publishing import (
    card,
    changelog,
    citation,
    contents,
    croissant,
    licences,
    manifest,
    parquet,
    plots,
    provenance,
    splits,
    statements,
    swap,
)
from onrecord.publishing.counting import count
from onrecord.publishing.manifest import File as TableFile
from onrecord.publishing.manifest import Manifest
from onrecord.publishing.statistics import Statistics
from onrecord.publishing.summary import Summary
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.corpus import read_info
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.rights.tables import PassedOn
from onrecord.rules import CHECKS
from onrecord.rules.corpus import requests
from onrecord.schema import current
from onrecord.validation.settings import EffectiveSettings
from onrecord.validation.settings_files import effective_settings

# The checks of rights, and of the lists of splits, without which articles have no split: no setting
# and no baseline makes publishing ignore what they find.
UNSUPPRESSED = frozenset(
    code
    for code, check in CHECKS.items()
    if check.family == "rights" or check.__module__ == requests.__name__
)


@dataclass(frozen=True, slots=True)
class Publication:
    """Report the result of publishing.

    Attributes:
        report: The result of validation. An error in it prevents publishing.
        out: The folder of the publication; of one that Spark wrote, this may be an address.
        manifest: The published tables; None if an error prevented publishing.
    """

    report: Report
    out: Path | str
    manifest: Manifest | None

    @property
    def files(self) -> Iterator[tuple[Path, TableFile]]:
        """Yield the files of the tables, with rows, size and digest; relative to ``out`` if that is an
        address.
        """
        if self.manifest:
            out = self.out if isinstance(self.out, Path) else Path()
            folder = out / swap.DATA / self.manifest.digest
            for name, file in self.manifest.files.items():
                if file.table:
                    yield folder / name, file


@dataclass(frozen=True, slots=True)
class Source:
    """Hold a corpus to publish.

    Attributes:
        records: Its records, without what rights withhold.
        info: Its description from corpus.yaml.
        report: The report of its validation.
        settings: The settings that apply to the report.
    """

    records: PassedOn
    info: current.CorpusInfo | None
    report: Report
    settings: EffectiveSettings


class Tables(NamedTuple):
    """Describe the tables of a publication, which are in its folder.

    Attributes:
        statistics: What is counted in them.
        divided: The splits of its articles; None if there is only one.
        written: Summaries of the tables whose rows were written in the order of their files.
    """

    statistics: Statistics
    divided: splits.Assignment | None
    written: Mapping[str, Summary]


@dataclass(frozen=True)
class Publishing:
    """Hold what a publication is written from: tables that are complete, the corpus, and counts.

    Attributes:
        tables: The folder that it is written into, which already holds the tables.
        folder: The folder of the corpus.
        source: The corpus.
        statistics: What is counted in it.
        written: Summaries of the tables whose rows were written in the order of their files.
    """

    tables: Path
    folder: Path
    source: Source
    statistics: Statistics
    written: Mapping[str, Summary]

    @cached_property
    def table_files(self) -> Mapping[str, TableFile]:
        """Return the files of all tables by their names."""
        paths = sorted(self.tables.glob("*.parquet"))
        return {path.name: TableFile.of(path) for path in paths}

    @cached_property
    def summaries(self) -> Mapping[str, Summary]:
        """Return summaries of all tables by their names."""
        return contents.summarise(contents.parts(self.tables, self.table_files), self.written)

    @property
    def loaded(self) -> Mapping[tuple[str, str], int]:
        """Return the size of the rows in memory, by the names of tables and splits."""
        summaries = self.summaries.items()
        return Counter(
            {(name, split): size for name, one in summaries for split, size in one.sizes.items()}
        )


# Each writes files into the folder of the tables, before the manifest and the card are made.
WRITERS: tuple[Callable[[Publishing], None], ...] = (
    plots.write,
    citation.write,
    licences.write,
    changelog.write,
    croissant.write,
)


def publish(
    folder: Path | str,
    out: Path | str | None = None,
    *,
    texts: Path | str | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
) -> Publication:
    """Validate the corpus in a folder, and publish it completely or not at all.

    Args:
        folder: The folder of the corpus.
        out: The folder to publish into, by default the corpus's own.
        texts: A folder of article texts, found by digest or id, to check spans against.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read; options do not change what is published.

    Raises:
        InputError: The corpus cannot be read.
        PublishError: The publication cannot be written; an earlier one remains complete.
    """
    if out is not None:
        Boundary.of_output(Path(out), allow_outside=options.allow_outside)
    out = Path(folder if out is None else out)
    refuse(Path(folder))
    boundary = Boundary.around([out], allow_outside=options.allow_outside)
    swap.refuse(out, boundary)
    built: list[tuple[Source, Manifest | None]] = []

    def build_in(stage: Path) -> str | None:
        built.append(build(Path(folder), stage, out, texts, progress, options))
        _, manifest = built[0]
        return manifest.digest if manifest else None

    swap.swap_in(out, build_in, boundary)
    ((source, written),) = built
    return Publication(source.report, out, written)


def refuse(folder: Path) -> None:
    """Check that a folder can be that of a corpus.

    Raises:
        InputError: It cannot.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "is not there"
        raise InputError(f"{folder} {what}; name the folder of a corpus")
    if not (folder / CORPUS).is_file() and (near := _corpus_near(folder)):
        raise InputError(
            f"{folder} has no {CORPUS}, but {near} has one; to publish that corpus, run: "
            f"onrecord publish {near}"
        )


def _corpus_near(folder: Path) -> Path | None:
    """Return the nearest folder with a corpus.yaml, above a folder or up to two levels below it."""
    for above in folder.absolute().parents:
        if (above / CORPUS).is_file():
            return Path(os.path.relpath(above))
    below = (found for level in ("*", "*/*") for found in sorted(folder.glob(f"{level}/{CORPUS}")))
    return next(
        (
            found.parent
            for found in below
            if not any(part.startswith(".") for part in found.relative_to(folder).parts)
        ),
        None,
    )


def build(
    folder: Path,
    stage: Path,
    out: Path,
    texts: Path | str | None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
) -> tuple[Source, Manifest | None]:
    """Read and validate the corpus in a folder; unless there are errors, write the card and the
    folder of tables with their manifest.

    Args:
        folder: The folder of the corpus.
        stage: The folder to write into.
        out: The folder of the last publication, whose splits articles keep.
        texts: See `publish`.
        progress: See `publish`.
        options: See `publish`.
    """
    from onrecord.validation.validate import validate_to_publish

    tables = stage / swap.TABLES
    tables.mkdir()
    info = read_info(folder, Boundary.around([folder], allow_outside=options.allow_outside))
    divides = requested(info)
    with parquet.Writing(tables, at_once=not divides) as writing:
        corpus = corpora.read(
            folder, texts=texts, progress=progress, options=options, sink=writing.add
        )
        records = PassedOn(corpus)

        def write() -> tuple[splits.Assignment | None, dict[str, Summary]]:
            divided = splits.assign(corpus, info, folder, out) if divides and info else None
            written = writing.finish(records, divided)
            corpus.give_back_memory()
            written[statements.NAME] = statements.write(tables, writing.background)
            corpus.give_back_memory()
            return divided, written

        # While other processes run rules; if these find errors, it was in vain.
        likely = not corpus.findings
        written = writing.background.begin(write, now=likely and options.workers > 1)
        report, provable = validate_to_publish(corpus, UNSUPPRESSED)
        effective = effective_settings(corpus.paths, corpus.files, boundary=corpus.boundary)
        source = Source(records, info, report, effective)
        if report.errors:
            return source, None
        divided, summaries = written()
        found = Tables(count(records, provable), divided, summaries)
    return source, complete(stage, folder, source, found)


def complete(stage: Path, folder: Path, source: Source, tables: Tables) -> Manifest:
    """Write everything but the tables, which are in a folder already; return the manifest.

    Args:
        stage: The folder to write into.
        folder: The folder of the corpus.
        source: The corpus.
        tables: The tables.
    """
    inside = stage / swap.TABLES
    if tables.divided:
        tables.divided.write(inside)
    publishing = Publishing(inside, folder, source, tables.statistics, tables.written)
    for write in WRITERS:
        write(publishing)
    text = card.render(publishing, manifest.PLACEHOLDER)
    about = tables.divided.about if tables.divided else None
    found = replace(_describe(publishing, text), splits=about)
    (inside / manifest.NAME).write_text(found.text, "utf-8", newline="\n")
    text = text.replace(manifest.PLACEHOLDER, found.digest)
    (stage / swap.CARD).write_text(text, "utf-8", newline="\n")
    return found


def _describe(publishing: Publishing, card_: str) -> Manifest:
    """Return the manifest of a publication.

    Args:
        publishing: The publication, without the manifest and the card.
        card_: The text of the card, with the placeholder for the name of the folder.
    """
    tables, folder, source = publishing.tables, publishing.folder, publishing.source
    files = manifest.files_in(tables, publishing.table_files)
    return Manifest(
        corpus_version=source.info.version if source.info else None,
        card=manifest.Card.of(card_),
        files=files,
        tables={name: summary.table for name, summary in publishing.summaries.items()},
        counts=contents.counts_of(publishing.summaries),
        rules=provenance.rules(source.report),
        settings=provenance.settings(source.settings, folder),
        suppressed=provenance.suppressed(_without_given_texts(source, folder), folder),
    )


def _without_given_texts(source: Source, folder: Path) -> Report:
    """Return the report of a validation without a given folder of texts, as far as suppressed
    findings are concerned: what is published must not depend on texts that others do not have.
    """
    from onrecord.validation.validate import validate_corpus

    corpus = source.records.corpus
    if corpus.texts is None or not source.report.ignored:
        return source.report
    again = corpora.read(folder, options=corpus.options)
    return validate_corpus(again, unsuppressed=UNSUPPRESSED, check_cards=False)
