"""Return the report of an earlier validation if nothing that it depends on has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from onrecord.findings import CheckInfo, Report
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import digests
from onrecord.validation.stored_reports import from_json, to_json
from onrecord.validation.weakening import Rulings


def cached_report(
    paths: Sequence[Path],
    key: Callable[[], str | None],
    look: Callable[[], tuple[Report, Rulings]],
    checks: Mapping[str, CheckInfo],
) -> Report:
    """Return a report from the cache; otherwise validate, and store the report.

    It is not stored if something changes meanwhile, or if it could not be restored exactly.

    Args:
        paths: What is validated.
        key: Returns a digest of everything that the report depends on, except for baselines; None
            if that is unknown.
        look: Validates.
        checks: The descriptions of all checks.
    """
    cache = Cache.of(paths)
    before = key() if cache else None
    if cache is None or before is None:
        return look()[0]
    if entry := cache.load(before):
        named = [Path(path) for path, _ in entry["baselines"]]
        if _digests(named) == entry["baselines"]:
            return from_json(entry["report"], checks)
    report, rulings = look()
    baselines = _digests([one.path for one in rulings.baselines])
    read = baselines is not None and all(digest for _, digest in baselines)
    if not read or key() != before:
        return report
    try:
        stored = json.loads(json.dumps(to_json(report)))
    except (TypeError, ValueError):  # a fact is no value of JSON
        return report
    if from_json(stored, checks) == report:
        cache.store(before, {"baselines": baselines, "report": stored})
    return report


def _digests(paths: Sequence[Path]) -> list[list[str | None]] | None:
    try:
        return digests(paths)
    except OSError:
        return None
