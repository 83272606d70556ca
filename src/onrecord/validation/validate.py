"""Validate a corpus: run all rules, and apply settings, baselines and revisions to their findings."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.errors import InputError
from onrecord.files.limits import rest
from onrecord.findings import Checked, CheckInfo, Finding, Ignored, Passage, Report, parse_path
from onrecord.readers import File, ReadOptions
from onrecord.readers.models.records import Kind
from onrecord.readers.options import READ_OPTIONS
from onrecord.readers.progress import Progress, no_progress
from onrecord.rules import CHANGE_CHECKS, RECORD_CHECKS, RULES
from onrecord.rules.base import Rule
from onrecord.rules.examples import about
from onrecord.rules.reading import UnreadableText
from onrecord.schema import RECORD_TYPES
from onrecord.validation.baseline import Baseline, read_baseline, write_baseline
from onrecord.validation.changed_since import checked_out
from onrecord.validation.revision_tree import RevisionTree
from onrecord.validation.settings import EffectiveSettings, Settings, today
from onrecord.validation.settings_files import effective_settings
from onrecord.validation.weakening import Rulings, weakened

# Tables and engines are imported where they are used: loading them takes longer than most documents.
if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus
    from onrecord.validation.passages import Where
    from onrecord.validation.rule_runs import Answers, TextProblem, Violation


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
        cache: Whether to return the report that is stored in a folder ``.onrecord_cache`` if nothing
            has changed since, and to store it otherwise. A comparison with a revision is not stored.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, the baseline
            does not exist, or git cannot compare the revisions.
    """
    paths = [Path(one) for one in (path, *more)]
    folder = Path(texts) if texts is not None else None
    tolerated = Path(baseline) if baseline is not None else None

    def look_now() -> tuple[Report, Rulings]:
        from onrecord.corpus.reading import read

        corpus = read(*paths, texts=texts, progress=progress, options=options)
        return _validated(corpus, settings, baseline, passages=passages)

    if cache and changed_since is None:
        from onrecord.validation.cache_key import key
        from onrecord.validation.cached import cached_report

        digest = functools.partial(
            key, paths, folder, tolerated, settings, options, passages=passages
        )
        return cached_report(paths, digest, look_now, _check_infos())
    report, rulings = look_now()
    if changed_since is None:
        return report
    with checked_out(paths, [folder, tolerated], changed_since) as tree:

        def look(paths: Sequence[Path]) -> Report:
            from onrecord.corpus.reading import read

            earlier = tree.counterpart(folder) if folder else None
            there = earlier if earlier and earlier.is_dir() else texts
            corpus = read(*paths, texts=there, progress=progress, options=options)
            return _validated(corpus, settings, baseline, tree)[0]

        before = tree.attempt(look)
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
    return _validated(
        corpus,
        settings,
        baseline,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        check_cards=check_cards,
    )[0]


def _validated(
    corpus: Corpus,
    settings: Settings | None,
    baseline: Path | str | None,
    tree: RevisionTree | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    check_cards: bool = True,
    passages: bool = False,
) -> tuple[Report, Rulings]:
    """Validate a corpus, possibly of a revision; return the report with the settings and baselines."""
    report, effective, answers = _weigh(
        corpus,
        settings,
        tree,
        unsuppressed=unsuppressed,
        required_fields=required_fields,
        check_cards=check_cards,
        passages=passages,
    )
    read = []
    for tolerated, governs in _baselines(effective, baseline, tree):
        kept, ignored = tolerated.tolerate(
            report.findings, governs, effective.paths, _without_text(corpus, answers), unsuppressed
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
    report, effective, answers = _weigh(corpus, settings)
    named = [file for file, _ in _named_baselines(effective, baseline)]
    if len(named) != 1:
        what = "several baselines are" if named else "no baseline is"
        raise InputError(f"{what} named in the settings; say which with --baseline FILE")
    number = write_baseline(
        named[0], report.findings, effective.paths, _without_text(corpus, answers)
    )
    return named[0].path, number


def _weigh(
    corpus: Corpus,
    settings: Settings | None,
    tree: RevisionTree | None = None,
    *,
    unsuppressed: Collection[str] = (),
    required_fields: Sequence[str] = (),
    check_cards: bool = True,
    passages: bool = False,
) -> tuple[Report, EffectiveSettings, Answers]:
    """Run all rules and apply the settings; return the report, the settings, and what rules
    returned.
    """
    from onrecord.validation.rule_runs import run_rules

    laid = tree.laid if tree else None
    effective = effective_settings(corpus.paths, corpus.files, settings, corpus.boundary, laid)
    effective = replace(effective, unsuppressed=frozenset(unsuppressed))
    required = (*required_fields, *effective.required)
    off = effective.off(file.name for file in corpus.files)
    rules = [rule for code, rule in RULES.items() if code not in off]
    answers = run_rules(corpus, rules, required, check_cards=check_cards)
    found = [
        *corpus.findings,
        *_of_requests(corpus, answers.links),
        *_unreadable_texts(corpus, answers.unreadable_texts),
        *_findings(corpus, answers.violations, passages=passages),
    ]
    without_text = _without_text(corpus, answers) if effective.ignores else set()
    kept, ignored = effective.apply(found, today(), without_text)
    made = {code: info for code, info in _check_infos().items() if code not in off}
    return (
        _sorted(Report((), _checked(corpus, answers.spans), made), kept, ignored),
        effective,
        answers,
    )


def _unreadable_texts(corpus: Corpus, problems: Sequence[TextProblem]) -> Iterator[Finding]:
    """Yield a finding for each text that an article needs and that cannot be read."""
    rows = [one.article for one in problems]
    located = corpus.locate(("article", row, ("id",)) for row in rows)
    ids = corpus.record_ids("article", rows) if rows else []
    for (_, facts), record, (place, excerpt) in zip(problems, ids, located, strict=True):
        yield UnreadableText.finding(place, facts, record=record, path="text", excerpt=excerpt)


def _of_requests(corpus: Corpus, links: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Yield what is wrong with the splits that files corpus.yaml request."""
    ids = corpus.table("article", ["id"])["id"].to_pylist() if links else []
    named = [(ids[row["owner"]], ids[row["other"]], row["reason"]) for row in links]
    for request in corpus.requests:
        yield from request.findings
        yield from request.divided(named)


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


def _without_text(corpus: Corpus, answers: Answers) -> set[str]:
    """Return the ids of articles whose texts are not available."""
    import numpy as np
    import pyarrow as pa

    ids = corpus.table("article", ["id"])["id"]
    without = np.ones(len(ids), bool)
    for rows in answers.with_text:
        without[rows] = False
    return set(ids.filter(pa.array(without)).to_pylist())


def _sorted(report: Report, findings: list[Finding], ignored: list[Ignored]) -> Report:
    """Return a report with these findings, sorted by location."""
    return replace(
        report,
        findings=tuple(sorted(findings, key=lambda one: one.sort_key)),
        ignored=tuple(sorted(ignored, key=lambda one: one.finding.sort_key)),
    )


def _listed(
    corpus: Corpus, violations: Sequence[Violation]
) -> tuple[list[Violation], dict[int, int]]:
    """Return the violations to list: the first of each rule in each file.

    They are followed by one violation for all others of a rule in a file; the mapping has its index
    and their number.
    """
    limit = corpus.options.findings
    listed: list[Violation] = []
    omitted: dict[int, int] = {}
    by_rule: dict[type[Rule], list[dict[str, Any]]] = {}
    for rule, row in violations:
        by_rule.setdefault(rule, []).append(row)
    for rule, rows in by_rule.items():
        if not limit or len(rows) <= limit:
            listed += ((rule, row) for row in rows)
            continue
        rows.sort(key=lambda row: (row["record_type"], row["locator"], row["path"]))
        numbers: Counter[File] = Counter()
        first: dict[File, int] = {}
        for row in rows:
            file = corpus.file_of(row["record_type"], row["locator"])
            numbers[file] += 1
            if numbers[file] <= limit + 1:
                first[file] = len(listed)
                listed.append((rule, row))
        omitted |= {
            first[file]: number - limit for file, number in numbers.items() if number > limit
        }
    return listed, omitted


def _findings(
    corpus: Corpus, found: Sequence[Violation], *, passages: bool = False
) -> list[Finding]:
    violations, omitted = _listed(corpus, found)
    wanted: list[tuple[Kind, int, str]] = [
        (row.pop("record_type"), row.pop("locator"), row["path"]) for _, row in violations
    ]
    located = corpus.locate((kind, at, parse_path(path)) for kind, at, path in wanted)
    shown = _passages(corpus, violations, wanted) if passages else {}
    findings = []
    for (rule, row), (kind, at, path), record, (place, excerpt) in zip(
        violations, wanted, _ids(corpus, wanted), located, strict=True
    ):
        facts = {"record_type": kind, **row}
        finding = rule.finding(place, facts, record=record, path=path, excerpt=excerpt)
        passage = shown.get((kind, at, parse_path(path)))
        findings.append(replace(finding, passage=passage) if passage else finding)
    for index, number in omitted.items():
        findings[index] = rest(findings[index], number)
    return findings


def _passages(
    corpus: Corpus, violations: Sequence[Violation], wanted: Sequence[tuple[Kind, int, str]]
) -> dict[Where, Passage]:
    """Return the words of articles that the first violations of each rule are about."""
    from onrecord.validation.passages import passages

    numbers: Counter[str] = Counter()
    some: list[Where] = []
    for (rule, _), (kind, at, path) in zip(violations, wanted, strict=True):
        numbers[rule.code] += 1
        if numbers[rule.code] <= _PASSAGES:
            some.append((kind, at, parse_path(path)))
    return passages(corpus, some)


def _ids(corpus: Corpus, wanted: list[tuple[Kind, int, str]]) -> Iterator[str | None]:
    """Yield the ids of records, given their tables and rows."""
    rows: dict[Kind, list[int]] = {}
    for kind, at, _ in wanted:
        rows.setdefault(kind, []).append(at)
    found = {kind: iter(corpus.record_ids(kind, some)) for kind, some in rows.items()}
    return (next(found[kind]) for kind, _, _ in wanted)


# Findings of each rule that have passages.
_PASSAGES = 200


def _checked(corpus: Corpus, spans: Mapping[str, int]) -> Checked:
    """Return the counts of what was validated; those of spans are 0 if no rule needs them."""
    number = {f"{each}s": corpus.records(each).num_rows for each in RECORD_TYPES}
    verified = spans.get("verified", 0)
    read_files = tuple(file.name for file in corpus.files if not file.unread)
    return Checked(
        files=len(read_files),
        articles=number["articles"],
        quotes=number["quotes"],
        claims=number["claims"],
        spans=spans.get("number", 0),
        verified=verified,
        unverified=spans.get("located", 0) - verified,
        read=read_files,
        ignored=corpus.ignored,
    )
