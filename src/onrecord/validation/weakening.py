"""Compare the settings of a change with those of a revision, and report what they no longer
enforce.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.files.opening import absolute
from onrecord.findings import Finding, Place, Severity, path_text
from onrecord.findings import Path as InnerPath
from onrecord.rules import SETTABLE_CHECKS
from onrecord.rules.settings import WeakenedSettings
from onrecord.validation.baseline import Baseline
from onrecord.validation.settings import EffectiveSettings, Ignore, Source

if TYPE_CHECKING:
    from onrecord.validation.revision_tree import RevisionTree

_LEVELS = {"off": 0} | {str(one): int(one) for one in Severity}


@dataclass(frozen=True, slots=True)
class Rulings:
    """Hold the settings and baselines of a checkout or a revision.

    Attributes:
        effective: The settings.
        baselines: The baselines that they, or the user, name.
    """

    effective: EffectiveSettings
    baselines: Sequence[Baseline] = ()


def weakened(now: Rulings, then: Rulings, tree: RevisionTree, day: dt.date) -> list[Finding]:
    """Return findings about settings and baselines that are less strict than those of a revision.

    The settings of the revision decide their severities.

    Args:
        now: The settings and baselines of the checkout.
        then: Those of the revision.
        tree: The files of the revision.
        day: The current day, for ignores that expire.
    """
    comparison = _Comparison(now, then, tree)
    found = (
        *comparison.ignores(day),
        *comparison.severities(),
        *comparison.demands(),
        *comparison.tolerated(),
    )
    weighed = (then.effective.weigh([one], tree.earlier(Path(one.place.file))) for one in found)
    return [one for some in weighed for one in some]


class _Comparison:
    def __init__(self, now: Rulings, then: Rulings, tree: RevisionTree) -> None:
        self._now, self._then, self._name_now, self._tree = now, then, tree.name_now, tree
        self._earlier = {self._key(one, then=True): one for one in then.effective.sources}

    def _key(self, source: Source, *, then: bool = False) -> tuple[Path | None, InnerPath]:
        """Return a key for settings, equal in both revisions: their file, by its current name."""
        if source.file is None:
            return None, source.at
        path = source.file.text.file.path
        return absolute(self._name_now(path) if then else path), source.at

    def ignores(self, day: dt.date) -> Iterator[Finding]:
        """Yield a finding for each ignore that is wider than all of the revision."""
        for source in self._now.effective.sources:
            earlier = self._earlier.get(self._key(source))
            known = earlier.settings.ignore if earlier else ()
            for number, one in enumerate(source.settings.ignore):
                if any(_covers(other, one) for other in known) or not self._now.effective.ignoring(
                    source, number, day
                ):
                    continue
                longer = any(_covers(_endless(other), _endless(one)) for other in known)
                what = f"ignores {_described(one)}{' for longer' if longer else ''}"
                what += f", until {one.until}" if one.until else ""
                yield source.finding(WeakenedSettings, ("ignore", number), what=what)

    def severities(self) -> Iterator[Finding]:
        """Yield a finding for each check that has a lower severity than in the revision."""
        codes = {
            code
            for one in (*self._now.effective.sources, *self._then.effective.sources)
            for code in one.settings.severity or ()
            if code in SETTABLE_CHECKS
        }
        pairs = {
            (self._now.effective.governing(str(now)), self._then.effective.governing(str(then)))
            for now, then in self._tree.folders()
        }
        seen = set()
        for is_now, was in sorted(pairs):
            for code in sorted(codes):
                default = str(SETTABLE_CHECKS[code].severity)
                level, by = self._now.effective.level(code, is_now)
                earlier, earlier_by = self._then.effective.level(code, was)
                lower, higher = level or default, earlier or default
                one = (code, lower, higher, id(by or earlier_by))
                if _LEVELS[lower] < _LEVELS[higher] and one not in seen:
                    seen.add(one)
                    what = f"lowers {code} from {higher} to {lower}"
                    yield self._finding(by or earlier_by, by, ("severity", code), what)

    def demands(self) -> Iterator[Finding]:
        """Yield a finding for each field that is no longer required."""
        for name in self._then.effective.required:
            if name not in self._now.effective.required:
                asking = next(
                    one for one in self._then.effective.sources if name in one.settings.require
                )
                yield self._finding(asking, None, ("require",), f"no longer requires {name}")

    def tolerated(self) -> Iterator[Finding]:
        """Yield a finding for each entry of a baseline that no baseline of the revision has."""
        left = Counter(
            (absolute(self._name_now(one.path)).parent, entry.fingerprint)
            for one in self._then.baselines
            for entry in one.entries
        )
        for one in self._now.baselines:
            for number, entry in enumerate(one.entries):
                known = (absolute(one.path).parent, entry.fingerprint)
                if left[known]:
                    left[known] -= 1
                    continue
                record = f" ({entry.record})" if entry.record else ""
                what = f"tolerates {entry.code} in {entry.file}{record}"
                place, excerpt = one.file.point(("findings", number))
                path = path_text(("findings", number))
                yield WeakenedSettings.finding(place, {"what": what}, path=path, excerpt=excerpt)

    def _finding(
        self, source: Source | None, by: Source | None, path: InnerPath, what: str
    ) -> Finding:
        """Return a finding located in the current settings, or at their file if they were removed."""
        if source is not None and by is None:
            key = self._key(source, then=True)
            now = next((one for one in self._now.effective.sources if self._key(one) == key), None)
            if now is None and source.file is not None:
                name = self._name_now(source.file.text.file.path)
                return WeakenedSettings.finding(Place(name), {"what": what})
            source = now or source
        return source.finding(WeakenedSettings, path, what=what)  # type: ignore[union-attr]


def _covers(one: Ignore, other: Ignore) -> bool:
    """Return whether one entry of ``ignore`` ignores everything that another one does, for as long."""
    return (
        one.code in (None, other.code)
        and one.path in (None, other.path)
        and one.record in (None, other.record)
        and (one.message or "") in (other.message or "")
        and (one.until is None or (other.until is not None and other.until <= one.until))
    )


def _endless(ignore: Ignore) -> Ignore:
    return ignore.model_copy(update={"until": None})


def _described(ignore: Ignore) -> str:
    parts = {"path": ignore.path, "record": ignore.record, "message": ignore.message}
    named = [
        ignore.code or "every check",
        *(f"{key} {value}" for key, value in parts.items() if value),
    ]
    return ", ".join(named)
