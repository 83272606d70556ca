"""Validating: running every rule over a corpus, and reporting."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc

from onrecord.corpus import Corpus, read
from onrecord.engines.duckdb import DuckDB
from onrecord.findings import Checked, Fact, Finding, Report
from onrecord.readers.nodes import parse_path
from onrecord.readers.records import Kind
from onrecord.rules import RECORD_CHECKS, RULES
from onrecord.rules.base import Rule


def validate(path: Path | str, *more: Path | str, texts: Path | str | None = None) -> Report:
    """Validate record files, or folders of them.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    return validate_corpus(read(path, *more, texts=texts))


def validate_corpus(corpus: Corpus) -> Report:
    """Validate a corpus that has been read."""
    engine = DuckDB(corpus.tables)
    try:
        violations = [(rule, row) for rule in RULES.values() for row in engine.rows(rule.query)]
    finally:
        engine.close()
    findings = [*corpus.findings, *_findings(corpus, violations)]
    return Report(
        findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        checked=_checked(corpus),
        checks=tuple(RECORD_CHECKS),
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
    spans, texts = tables["spans"], tables["texts"]
    located = spans.filter(pc.is_valid(spans["start_at"]))
    at_hand = texts.filter(texts["indexed"])["owner"]
    verified = pc.sum(pc.is_in(located["owner"], at_hand.combine_chunks())).as_py() or 0
    return Checked(
        files=len(corpus.files),
        articles=tables["articles"].num_rows,
        quotes=tables["quotes"].num_rows,
        claims=tables["claims"].num_rows,
        spans=spans.num_rows,
        verified=verified,
        unverified=located.num_rows - verified,
    )
