"""Read a corpus with its report, which is that of an earlier run if nothing has changed since."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from onrecord.corpus import reading
from onrecord.corpus.corpus import Corpus
from onrecord.findings import Report
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Contents, Key, key
from onrecord.validation.cached import Run, cached_report
from onrecord.validation.check_infos import check_infos
from onrecord.validation.known_records import KnownRecords
from onrecord.validation.known_survey import KnownSurvey
from onrecord.validation.validate import report_and_rulings, validate_corpus


def read_validated(
    path: Path,
    *more: Path,
    texts: Path | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    cache: bool = False,
) -> tuple[Corpus, Report]:
    """Return the corpus at some paths, and the report of its validation.

    The arguments are those of `onrecord.validate`, which uses the same reports of earlier runs.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    paths = [path, *more]
    stored = Cache.of(paths) if cache else None
    if stored is None:
        corpus = reading.read(*paths, texts=texts, progress=progress, options=options)
        return corpus, validate_corpus(corpus)
    folder = reading.text_folder(texts, options)
    contents, found = Contents(), list[tuple[Corpus, KnownRecords | None]]()
    contents.load(stored, paths)
    now = partial(key, paths, texts, None, None, options, passages=False, contents=contents)

    def read_known(before: Key | None) -> tuple[Corpus, KnownRecords | None]:
        known = KnownRecords(stored, options, before) if before else None
        survey = KnownSurvey(stored, before).survey if before else reading.survey
        files = survey(paths, options)
        corpus = reading.read_files(
            files.files, paths, folder, progress, options, ignored=files.ignored, known=known
        )
        found.append((corpus, known))
        return corpus, known

    def run(before: Key | None) -> Run:
        corpus, known = read_known(before)
        return Run(*report_and_rulings(corpus, None, None), known)

    before = now()
    report = cached_report(stored, now, run, check_infos())
    contents.store()
    if not found:
        corpus, known = read_known(before)
        if now() != before:  # something has changed meanwhile
            report = validate_corpus(corpus)
        elif known:
            known.keep()
    return found[0][0], report
