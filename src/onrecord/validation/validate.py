"""Validate a corpus: run all rules, and apply settings, baselines and revisions to their findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import InputError
from onrecord.files.opening import File
from onrecord.findings import Finding, Ignored, Report
from onrecord.readers.options import ReadOptions
from onrecord.readers.progress import Progress
from onrecord.rules import CHANGE_CHECKS, RULES
from onrecord.rules.base import Rule
from onrecord.rules.examples import about
from onrecord.validation.baseline import Baseline, read_baseline, write_baseline
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Contents, Key, around, key
from onrecord.validation.cached import Run
from onrecord.validation.check_infos import check_infos
from onrecord.validation.clock import today
from onrecord.validation.settings import EffectiveSettings, Settings
from onrecord.validation.settings_files import effective_settings
from onrecord.validation.weakening import Rulings, weakened

# Tables and engines are imported where they are used: loading them takes longer than most documents.
if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus
    from onrecord.validation.incremental import Incremental
    from onrecord.validation.looking import Looked
    from onrecord.validation.revision_tree import RevisionTree

    Look = Callable[[Corpus, Sequence[type[Rule]], Sequence[str]], Looked]


@dataclass(frozen=True)
class FileRun:
    """Validate files; attributes are arguments of `onrecord.validate`, and what digests files."""

    paths: Sequence[Path]
    texts: Path | None
    settings: Settings | None
    baseline: Path | None
    options: ReadOptions
    _: KW_ONLY
    passages: bool
    progress: Progress
    cache: Cache | None
    contents: Contents

    def validated(self, found: Key | None) -> Run:
        """Validate the files.

        Args:
            found: Digests of what there is, if what the cache has about documents can be used.
        """
        documents = self._known(found, self.texts)
        return Run(*self._look(self.paths, self.texts, documents), documents)

    def compared(self, revision: str, found: Key | None) -> Run:
        """Validate the files, and compare the findings with those of a revision."""
        from onrecord.validation.changed_since import checked_out

        run = self.validated(found)
        with checked_out(self.paths, [self.texts, self.baseline], revision) as tree:
            before = tree.attempt(partial(self._look_at, tree))
            earlier = _earlier_rulings(tree, self.settings, self.baseline)
            weak = weakened(run.rulings, earlier, tree, today())
            compared = tree.compare(run.report, before)
            made = {**compared.checks, **{code: about(one) for code, one in CHANGE_CHECKS.items()}}
            whole = replace(compared, checks=made)
            report = _sorted(whole, [*whole.findings, *weak], list(whole.ignored))
        return run._replace(report=report)

    def _look_at(self, tree: RevisionTree, paths: Sequence[Path]) -> Report:
        """Validate the files of a revision."""
        earlier = tree.counterpart(self.texts) if self.texts else None
        texts = earlier if earlier and earlier.is_dir() else self.texts
        found = None
        if self.cache:
            found = key(paths, texts, self.baseline, self.settings, self.options, passages=False)
        return self._look(paths, texts, self._known(found, texts), tree)[0]

    def _known(self, found: Key | None, texts: Path | None) -> Incremental | None:
        """Return what the cache has about documents; None if that cannot be used."""
        if self.cache is None or found is None:
            return None
        from onrecord.validation.incremental import Incremental
        from onrecord.validation.known_records import KnownRecords

        facts = around(texts, self.options, self.contents)
        if not facts:
            return None
        records = KnownRecords(self.cache, self.options, found)
        return Incremental(self.cache, (list(map(str, self.paths)), facts), found, records)

    def _look(
        self,
        paths: Sequence[Path],
        texts: Path | None,
        documents: Incremental | None,
        tree: RevisionTree | None = None,
    ) -> tuple[Report, Rulings]:
        from onrecord.corpus.reading import read_files, survey, text_folder
        from onrecord.validation import looking

        opened = text_folder(texts, self.options)
        found = (documents.survey if documents else survey)(paths, self.options)
        shown = self.passages and tree is None
        if documents and not shown:
            corpus = documents.corpus(found, paths, opened, self.progress, self.options)
            if corpus is not None:
                run = documents.look(corpus)
                return report_and_rulings(corpus, self.settings, self.baseline, tree, look=run)
        whole = read_files(
            found.files,
            paths,
            opened,
            self.progress,
            self.options,
            ignored=found.ignored,
            known=documents.records if documents else None,
        )
        run = partial(looking.look, with_passages=shown)
        return report_and_rulings(whole, self.settings, self.baseline, tree, look=run)


def _earlier_rulings(
    tree: RevisionTree, settings: Settings | None, baseline: Path | str | None
) -> Rulings:
    """Return the settings and baselines of a Git revision, without those that cannot be read."""
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

    return report_and_rulings(
        corpus,
        settings,
        baseline,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        look=partial(look, check_cards=check_cards),
    )[0]


def validate_to_publish(
    corpus: Corpus, unsuppressed: Collection[str]
) -> tuple[Report, Sequence[int]]:
    """Validate a corpus that has been read, as `validate_corpus` does, except for the counts on its
    card, which publishing corrects; return also the counts of `ProvableSpans`.
    """
    from onrecord.validation.looking import look

    run = partial(look, check_cards=False, provable=True)
    report, effective, looked = _look(corpus, None, None, unsuppressed=unsuppressed, look=run)
    read = _baselines(effective, None, None)
    return apply_settings(report, effective, read, looked.without_text), looked.provable


def report_and_rulings(
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
    report, effective, looked = _look(
        corpus,
        settings,
        tree,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        look=look,
    )
    read = [*_baselines(effective, baseline, tree)]
    settled = apply_settings(report, effective, read, looked.without_text)
    return settled, Rulings(effective, [one for one, _ in read])


def apply_settings(
    report: Report,
    effective: EffectiveSettings,
    baselines: Iterable[tuple[Baseline, Callable[[str], bool]]],
    without_text: Collection[str],
) -> Report:
    """Return a report without the findings that settings and baselines ignore, sorted by location.

    Args:
        report: All that was found.
        effective: The settings that apply.
        baselines: The baselines, each with a function that returns whether it applies to a file.
        without_text: The ids of articles whose texts are not available.
    """
    kept, ignored = effective.apply(report.findings, today(), without_text)
    settled = _sorted(report, kept, ignored)
    validated = (*effective.paths, *effective.elsewhere)
    for tolerated, governs in baselines:
        kept, ignored = tolerated.tolerate(
            settled.findings, governs, validated, without_text, effective.unsuppressed
        )
        settled = _sorted(settled, kept, [*settled.ignored, *ignored])
    return settled


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
    report, effective, looked = _look(corpus, settings)
    report = apply_settings(report, effective, (), looked.without_text)
    named = [file for file, _ in named_baselines(effective, baseline)]
    if len(named) != 1:
        what = "several baselines are" if named else "no baseline is"
        raise InputError(f"{what} named in the settings; say which with --baseline FILE")
    number = write_baseline(named[0], report.findings, effective.paths, looked.without_text)
    return named[0].path, number


def _look(
    corpus: Corpus,
    settings: Settings | None,
    tree: RevisionTree | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    look: Look | None = None,
) -> tuple[Report, EffectiveSettings, Looked]:
    """Run the rules that are not switched off; return all findings, and the settings to apply."""
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
    made = {code: info for code, info in check_infos().items() if code not in off}
    return Report(tuple(looked.findings), looked.checked, made), effective, looked


def _baselines(
    effective: EffectiveSettings, given: Path | str | None, tree: RevisionTree | None = None
) -> Iterator[tuple[Baseline, Callable[[str], bool]]]:
    """Yield the baselines that apply, each with a function that decides if it applies to a file.

    For a revision, these are its own baselines, as far as they can be read.
    """
    for file, governs in named_baselines(effective, given):
        if tree is None:
            yield read_baseline(file), governs
            continue
        with suppress(InputError):
            yield read_baseline(file.at(tree.place(file.path))), governs


def named_baselines(
    effective: EffectiveSettings, given: Path | str | None
) -> Iterator[tuple[File, Callable[[str], bool]]]:
    """Yield the files of baselines that apply, each with a function that says to which files."""
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
