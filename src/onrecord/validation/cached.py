"""Return the report of an earlier validation if nothing that it depends on has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from onrecord.findings import CheckInfo, Report
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Key, digests
from onrecord.validation.stored_reports import from_json, to_json

if TYPE_CHECKING:
    from onrecord.validation.weakening import Rulings


class Known(Protocol):
    """Store the results of a run about documents."""

    def keep(self) -> None:
        """Store the results, since no file has changed during the run."""


class Run(NamedTuple):
    """Hold the report of a validation, and what the cache can store of it.

    Attributes:
        report: The report.
        rulings: The settings and baselines that applied.
        documents: What is known about documents now, if that can be stored.
    """

    report: Report
    rulings: Rulings
    documents: Known | None


def cached_report(
    cache: Cache,
    key: Callable[[], Key | None],
    run: Callable[[Key | None], Run],
    checks: Mapping[str, CheckInfo],
) -> Report:
    """Return a report from the cache; otherwise validate, and store the report.

    It is not stored if something changes meanwhile, or if it could not be restored exactly.

    Args:
        cache: The cache.
        key: Returns a digest of everything that the report depends on, except for baselines; None
            if that is unknown.
        run: Validates, with what the cache knows about documents.
        checks: The descriptions of all checks.
    """
    before = key()
    if before is None:
        return run(None).report
    if entry := cache.load(before.digest):
        named = [Path(path) for path, _ in entry["baselines"]]
        if _digests(named) == entry["baselines"]:
            return from_json(entry["report"], checks)
    report, rulings, documents = run(before)
    baselines = _digests([one.path for one in rulings.baselines])
    read = baselines is not None and all(digest for _, digest in baselines)
    if key() != before:
        return report
    if documents:
        documents.keep()
    if not read:
        return report
    try:
        stored = json.loads(json.dumps(to_json(report)))
    except (TypeError, ValueError):  # a fact is no value of JSON
        return report
    if from_json(stored, checks) == report:
        cache.store(before.digest, {"baselines": baselines, "report": stored})
    return report


def run_with_cache(key: Callable[[], Key | None], run: Callable[[Key | None], Run]) -> Run:
    """Validate with what is known about documents, and store what is known then.

    The arguments are those of `cached_report`.
    """
    before = key()
    found = run(before)
    if found.documents and key() == before:
        found.documents.keep()
    return found


def _digests(paths: Sequence[Path]) -> list[list[str | None]] | None:
    try:
        return digests(paths)
    except OSError:
        return None
