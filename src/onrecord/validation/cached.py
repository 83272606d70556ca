"""Return the report of an earlier validation if nothing that it depends on has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.findings import CheckInfo, Report
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Key, digests
from onrecord.validation.stored_reports import from_json, to_json
from onrecord.validation.weakening import Rulings

if TYPE_CHECKING:
    from onrecord.validation.incremental import Incremental


def cached_report(
    paths: Sequence[Path],
    key: Callable[[], Key | None],
    around: Callable[[], Any],
    look: Callable[[Incremental | None], tuple[Report, Rulings]],
    checks: Mapping[str, CheckInfo],
) -> Report:
    """Return a report from the cache; otherwise validate, and store the report.

    It is not stored if something changes meanwhile, or if it could not be restored exactly.

    Args:
        paths: What is validated.
        key: Returns a digest of everything that the report depends on, except for baselines; None
            if that is unknown.
        around: Returns what the findings in each document depend on; None if that is unknown.
        look: Validates, if possible with what is known about documents.
        checks: The descriptions of all checks.
    """
    cache = Cache.of(paths)
    before = key() if cache else None
    if cache is None or before is None:
        return look(None)[0]
    if entry := cache.load(before.digest):
        named = [Path(path) for path, _ in entry["baselines"]]
        if _digests(named) == entry["baselines"]:
            return from_json(entry["report"], checks)
    from onrecord.validation.incremental import Incremental

    facts = around()
    known = Incremental(cache, facts, before.files) if facts else None
    report, rulings = look(known)
    baselines = _digests([one.path for one in rulings.baselines])
    read = baselines is not None and all(digest for _, digest in baselines)
    if key() != before:
        return report
    if known:
        known.keep()
    if not read:
        return report
    try:
        stored = json.loads(json.dumps(to_json(report)))
    except (TypeError, ValueError):  # a fact is no value of JSON
        return report
    if from_json(stored, checks) == report:
        cache.store(before.digest, {"baselines": baselines, "report": stored})
    return report


def _digests(paths: Sequence[Path]) -> list[list[str | None]] | None:
    try:
        return digests(paths)
    except OSError:
        return None
