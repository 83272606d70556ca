"""Validate a corpus: run all rules, and apply settings, baselines and revisions to their findings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import InputError
from onrecord.findings import CheckInfo, Finding, Ignored, Report
from onrecord.readers import File, ReadOptions
from onrecord.readers.options import READ_OPTIONS
from onrecord.readers.progress import Progress, no_progress
from onrecord.rules import CHANGE_CHECKS, RECORD_CHECKS, RULES
from onrecord.rules.base import Rule
from onrecord.rules.examples import about
from onrecord.validation.baseline import Baseline, read_baseline, write_baseline
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Contents, Key, around, key
from onrecord.validation.cached import cached_report, look_with_cache
from onrecord.validation.changed_since import checked_out
from onrecord.validation.revision_tree import RevisionTree
from onrecord.validation.settings import EffectiveSettings, Settings, today
from onrecord.validation.settings_files import effective_settings
from onrecord.validation.weakening import Rulings, weakened

# Tables and engines are imported where they are used: loading them takes longer than most documents.
if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus
    from onrecord.validation.incremental import Incremental
    from onrecord.validation.looking import Looked

    Look = Callable[[Corpus, Sequence[type[Rule]], Sequence[str]], Looked]


def validate(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    settings: Settings | None = None,
    baseline: Path | str | None = None,
    changed_since: str | None = None,
    passages: bool = False,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    cache: bool = False,
) -> Report:
    """Validate record files, or folders of them.

    Settings in files apply, as they do for the command: ``validation`` in the ``corpus.yaml`` of a
    corpus, and ``[tool.onrecord]`` in the nearest ``pyproject.toml`` at or above the paths, else at
    or above the current folder. Pass ``Settings()`` to use none of them.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.
        settings: Settings to apply instead of those in files; their paths are relative to the
            current folder.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        changed_since: A revision of the git checkout that contains the paths. Findings in files that
            have not changed since the merge base of HEAD and this revision are ignored if they
            existed there too; so the remaining ones are caused by a change.
        passages: Whether findings have the words of the articles that they are about, if rights
            allow these to be shown; of each check, the first 200 of them.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read; options do not change the findings.
        cache: Whether to use and write a folder ``.onrecord_cache``: its report if nothing has
            changed since, otherwise what it has about documents that have not changed. A comparison
            with a revision is not stored.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, the baseline
            does not exist, or git cannot compare the revisions.
    """
    paths = [Path(one) for one in (path, *more)]
    folder = Path(texts) if texts is not None else None
    tolerated = Path(baseline) if baseline is not None else None

    stored = Cache.of(paths) if cache else None
    contents = Contents()
    if stored:
        contents.load(stored, paths)
    digest = partial(key, baseline=tolerated, settings=settings, options=options, contents=contents)

    def known(cache: Cache, found: Key, there: Path | None = folder) -> Incremental | None:
        from onrecord.validation.incremental import Incremental

        facts = around(there, options)
        return Incremental(cache, (list(map(str, paths)), facts), found) if facts else None

    def look(
        some: Sequence[Path],
        there: Path | None,
        documents: Incremental | None = None,
        tree: RevisionTree | None = None,
    ) -> tuple[Report, Rulings]:
        from onrecord.corpus.reading import read_files, survey, text_folder
        from onrecord.validation import looking

        opened = text_folder(there, options)
        found = documents.survey(some, options) if documents else survey(some, options)
        shown = passages and tree is None
        if documents and not shown:
            corpus = documents.corpus(found, some, opened, progress, options)
            if corpus is not None:
                run = documents.look(corpus)
                return _validated(corpus, settings, baseline, tree, look=run)
        whole = read_files(found.files, some, opened, progress, options, ignored=found.ignored)
        return _validated(
            whole, settings, baseline, tree, look=partial(looking.look, with_passages=shown)
        )

    now = partial(digest, paths, folder, passages=passages)
    look_now = partial(look, paths, folder)
    if changed_since is None:
        if not stored:
            return look_now()[0]
        report = cached_report(stored, now, known, look_now, _check_infos())
        contents.store()
        return report
    report, rulings = look_with_cache(stored, now, known, look_now) if stored else look_now()
    contents.store()
    with checked_out(paths, [folder, tolerated], changed_since) as tree:

        def look_then(some: Sequence[Path]) -> Report:
            earlier = tree.counterpart(folder) if folder else None
            there = earlier if earlier and earlier.is_dir() else folder
            found = digest(some, there, passages=False) if stored else None
            documents = known(stored, found, there) if stored and found else None
            return look(some, there, documents, tree)[0]

        before = tree.attempt(look_then)
        weak = weakened(rulings, _earlier_rulings(tree, settings, baseline), tree, today())
        compared = tree.compare(report, before)
        made = {**compared.checks, **{code: about(one) for code, one in CHANGE_CHECKS.items()}}
        whole = replace(compared, checks=made)
        return _sorted(whole, [*whole.findings, *weak], list(whole.ignored))


def _earlier_rulings(
    tree: RevisionTree, settings: Settings | None, baseline: Path | str | None
) -> Rulings:
    """Return the settings and baselines of a revision, as far as they can be read."""
    effective = EffectiveSettings()
    with suppress(InputError):
        paths = [tree.counterpart(path) for path in tree.validated]
        effective = effective_settings(paths, tree.files, settings, laid=tree.laid)
    return Rulings(effective, [one for one, _ in _baselines(effective, baseline, tree)])


def validate_corpus(
    corpus: Corpus,
    settings: Settings | None = None,
    baseline: Path | str | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    check_cards: bool = True,
) -> Report:
    """Validate a corpus that has been read, as `validate` does.

    Args:
        corpus: The corpus.
        settings: Settings to apply instead of those in files.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        unsuppressed: The codes of checks whose findings no setting and no baseline suppresses.
        required_fields: Fields that every record must have, beside those that the settings require.
        check_cards: Whether to compare the numbers that cards of publications state.

    Raises:
        InputError: A file of settings cannot be read, or the baseline does not exist.
    """
    from onrecord.validation.looking import look

    return _validated(
        corpus,
        settings,
        baseline,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        look=partial(look, check_cards=check_cards),
    )[0]


def _validated(
    corpus: Corpus,
    settings: Settings | None,
    baseline: Path | str | None,
    tree: RevisionTree | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    look: Look | None = None,
) -> tuple[Report, Rulings]:
    """Validate a corpus, possibly of a revision; return the report with the settings and baselines."""
    report, effective, looked = _weigh(
        corpus,
        settings,
        tree,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        look=look,
    )
    read = []
    for tolerated, governs in _baselines(effective, baseline, tree):
        kept, ignored = tolerated.tolerate(
            report.findings, governs, effective.paths, looked.without_text, unsuppressed
        )
        report = _sorted(report, kept, [*report.ignored, *ignored])
        read.append(tolerated)
    return report, Rulings(effective, read)


def tolerate_all(
    corpus: Corpus, settings: Settings | None = None, baseline: Path | str | None = None
) -> tuple[Path, int]:
    """Write all findings of a corpus to a baseline; return its path and the number of its entries.

    Args:
        corpus: A corpus that has been read.
        settings: Settings to apply instead of those in files.
        baseline: The file to write; by default the one that the settings name.

    Raises:
        InputError: No file is named, or it cannot be written.
    """
    report, effective, looked = _weigh(corpus, settings)
    named = [file for file, _ in _named_baselines(effective, baseline)]
    if len(named) != 1:
        what = "several baselines are" if named else "no baseline is"
        raise InputError(f"{what} named in the settings; say which with --baseline FILE")
    number = write_baseline(named[0], report.findings, effective.paths, looked.without_text)
    return named[0].path, number


def _weigh(
    corpus: Corpus,
    settings: Settings | None,
    tree: RevisionTree | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    look: Look | None = None,
) -> tuple[Report, EffectiveSettings, Looked]:
    """Run all rules and apply the settings; return the report, the settings, and what rules found."""
    laid = tree.laid if tree else None
    effective = effective_settings(corpus.paths, corpus.files, settings, corpus.boundary, laid)
    effective = replace(effective, unsuppressed=frozenset(unsuppressed))
    required = (*required_fields, *effective.required)
    off = effective.off(file.name for file in corpus.files)
    rules = [rule for code, rule in RULES.items() if code not in off]
    if look is None:
        from onrecord.validation import looking

        look = looking.look
    looked = look(corpus, rules, required)
    kept, ignored = effective.apply(looked.findings, today(), looked.without_text)
    made = {code: info for code, info in _check_infos().items() if code not in off}
    return _sorted(Report((), looked.checked, made), kept, ignored), effective, looked


@functools.cache
def _check_infos() -> dict[str, CheckInfo]:
    """Return the descriptions of all checks of records."""
    return {code: about(check) for code, check in RECORD_CHECKS.items()}


def _baselines(
    effective: EffectiveSettings, given: Path | str | None, tree: RevisionTree | None = None
) -> Iterator[tuple[Baseline, Callable[[str], bool]]]:
    """Yield the baselines that apply, each with a function that returns whether it applies to a
    file.

    For a revision, these are its own baselines, as far as they can be read.
    """
    for file, governs in _named_baselines(effective, given):
        if tree is None:
            yield read_baseline(file), governs
            continue
        with suppress(InputError):
            yield read_baseline(file.at(tree.place(file.path))), governs


def _named_baselines(
    effective: EffectiveSettings, given: Path | str | None
) -> Iterator[tuple[File, Callable[[str], bool]]]:
    """Yield the files of the baselines that apply, each with a function as in ``_baselines``."""
    if given is not None:
        yield File(Path(given), Path(given).as_posix()), lambda _: True
        return
    for source in effective.sources:
        if source.baseline is not None:
            yield source.baseline, source.governs


def _sorted(report: Report, findings: list[Finding], ignored: list[Ignored]) -> Report:
    """Return a report with these findings, sorted by location."""
    return replace(
        report,
        findings=tuple(sorted(findings, key=lambda one: one.sort_key)),
        ignored=tuple(sorted(ignored, key=lambda one: one.finding.sort_key)),
    )
