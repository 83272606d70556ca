"""Validating: running every rule over a corpus, and what counts of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow.compute as pc

from onrecord import changes
from onrecord.baseline import read_baseline, write_baseline
from onrecord.corpus import Corpus, Watch, read, unwatched
from onrecord.engines.duckdb import DuckDB
from onrecord.findings import Checked, CheckInfo, Fact, Finding, Ignored, InputError, Report
from onrecord.readers import How
from onrecord.readers.how import HOW
from onrecord.readers.nodes import parse_path
from onrecord.readers.records import Kind
from onrecord.rules import RECORD_CHECKS, RULES, SHARED
from onrecord.rules.base import Rule
from onrecord.rules.examples import about
from onrecord.settings import InForce, Settings, in_force, today


def validate(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    settings: Settings | None = None,
    baseline: Path | str | None = None,
    changed_since: str | None = None,
    watch: Watch = unwatched,
    how: How = HOW,
) -> Report:
    """Validate record files, or folders of them.

    The settings that stand in files count, as they do for the command: ``validation`` in the
    ``corpus.yaml`` of a corpus, and ``[tool.onrecord]`` in the nearest ``pyproject.toml`` at or
    above the paths, else at or above the current folder. ``Settings()`` asks for none of them.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.
        settings: Settings to obey instead of those in files; their paths are relative to the
            current folder.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        changed_since: A revision of the git checkout that the paths are in. What was found in files
            that are still as they were when it and HEAD parted, is ignored, so that what remains
            is in files that changed, or follows from their change.
        watch: Passes on the parts that were read, to show how far reading has come.
        how: How to read, which changes nothing of what is found.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, there is no
            such baseline, or git cannot tell what has changed.
    """

    def look(
        paths: Sequence[Path], texts: Path | str | None, baseline: Path | str | None
    ) -> Report:
        return validate_corpus(read(*paths, texts=texts, watch=watch, how=how), settings, baseline)

    paths = [Path(one) for one in (path, *more)]
    report = look(paths, texts, baseline)
    if changed_since is None:
        return report
    beside = [Path(one) if one is not None else None for one in (texts, baseline)]
    with changes.checked_out(paths, beside, changed_since) as then:
        earlier = look(then.paths, *then.beside) if then.paths else None
        return then.compare(report, earlier)


def validate_corpus(
    corpus: Corpus, settings: Settings | None = None, baseline: Path | str | None = None
) -> Report:
    """Validate a corpus that has been read, as `validate` does.

    Raises:
        InputError: A file of settings cannot be read, or there is no such baseline.
    """
    report, force = _weigh(corpus, settings)
    for path, governs in _baselines(force, baseline):
        kept, ignored = read_baseline(path).tolerate(
            report.findings, governs, force.paths, _without_text(corpus)
        )
        report = _sorted(report, kept, [*report.ignored, *ignored])
    return report


def tolerate_all(
    corpus: Corpus, settings: Settings | None = None, baseline: Path | str | None = None
) -> tuple[Path, int]:
    """Write what is found in a corpus as a baseline; tell its file and how much is in it.

    Args:
        corpus: A corpus that has been read.
        settings: Settings to obey instead of those in files.
        baseline: The file to write; by default the one that the settings name.

    Raises:
        InputError: No file is named, or it cannot be written.
    """
    report, force = _weigh(corpus, settings)
    named = [path for path, _ in _baselines(force, baseline)]
    if len(named) != 1:
        what = "several baselines are" if named else "no baseline is"
        raise InputError(f"{what} named in the settings; say which with --baseline FILE")
    number = write_baseline(named[0], report.findings, force.paths, _without_text(corpus))
    return named[0], number


def _weigh(corpus: Corpus, settings: Settings | None) -> tuple[Report, InForce]:
    """What every rule finds, after the settings, and the settings."""
    force = in_force(corpus.paths, corpus.files, settings)
    corpus.demanded = tuple(dict.fromkeys((*corpus.demanded, *force.required)))
    engine = DuckDB(corpus.tables, SHARED)
    off = force.off(file.name for file in corpus.files)
    try:
        violations = [
            (rule, row)
            for code, rule in RULES.items()
            if code not in off
            for row in engine.rows(rule.query)
        ]
    finally:
        engine.close()
    found = [*corpus.findings, *_findings(corpus, violations)]
    without_text = _without_text(corpus) if force.ignores else set()
    kept, ignored = force.apply(found, today(), without_text)
    made = {code: info for code, info in _told().items() if code not in off}
    return _sorted(Report((), _checked(corpus), made), kept, ignored), force


@cache
def _told() -> dict[str, CheckInfo]:
    """What there is to know about all checks of records."""
    return {code: about(check) for code, check in RECORD_CHECKS.items()}


def _baselines(
    force: InForce, given: Path | str | None
) -> Iterator[tuple[Path, Callable[[str], bool]]]:
    """The baselines that hold, and for which files each does."""
    if given is not None:
        yield Path(given), lambda _: True
        return
    for source in force.sources:
        if source.settings.baseline is not None:
            yield source.path(source.settings.baseline), source.governs


def _without_text(corpus: Corpus) -> set[str]:
    """The ids of articles whose texts are not at hand."""
    articles = corpus.tables["articles"]
    at_hand = corpus.tables["texts"]["owner"].combine_chunks()
    without = articles.filter(pc.invert(pc.is_in(articles["locator"], at_hand)))
    return set(without["id"].to_pylist())


def _sorted(report: Report, findings: list[Finding], ignored: list[Ignored]) -> Report:
    """A report of findings in order of their places."""
    return replace(
        report,
        findings=tuple(sorted(findings, key=lambda one: one.sort_key)),
        ignored=tuple(sorted(ignored, key=lambda one: one.finding.sort_key)),
    )


def _findings(
    corpus: Corpus, violations: list[tuple[type[Rule], dict[str, Fact]]]
) -> list[Finding]:
    wanted: list[tuple[Kind, int, str]] = [
        (row.pop("record_type"), row.pop("locator"), row["path"])  # type: ignore[misc]
        for _, row in violations
    ]
    located = corpus.locate((kind, at, parse_path(path)) for kind, at, path in wanted)
    findings = []
    for (rule, row), (kind, at, path), (place, excerpt) in zip(
        violations, wanted, located, strict=True
    ):
        facts = {"record_type": kind, **row}
        record = corpus.record_id(kind, at)
        findings.append(rule.finding(place, facts, record=record, path=path, excerpt=excerpt))
    return findings


def _checked(corpus: Corpus) -> Checked:
    tables = corpus.tables
    checked = Checked(
        files=len(corpus.files),
        articles=tables["articles"].num_rows,
        quotes=tables["quotes"].num_rows,
        claims=tables["claims"].num_rows,
        spans=0,
        verified=0,
        unverified=0,
    )
    if "spans" not in tables.made:  # no rule that is on looks at them
        return checked
    spans, texts = tables["spans"], tables["texts"]
    located = spans.filter(pc.is_valid(spans["start_at"]))
    at_hand = texts.filter(texts["indexed"])["owner"]
    verified = pc.sum(pc.is_in(located["owner"], at_hand.combine_chunks())).as_py() or 0
    unverified = located.num_rows - verified
    return replace(checked, spans=spans.num_rows, verified=verified, unverified=unverified)
