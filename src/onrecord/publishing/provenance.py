"""Say how a corpus was validated before it was published: checks, settings, and what they suppress.

Files are named relative to the folder of the corpus, those outside it by their names alone, so that
the same corpus gives the same text wherever it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onrecord.findings import Report
from onrecord.publishing.manifest import Suppressed
from onrecord.rules import RULES
from onrecord.rules.corpus import publication
from onrecord.validation.settings import EffectiveSettings

# Checks whose findings depend on an earlier publication, and so not on the records alone.
_OF_HISTORY = frozenset(
    code for code, rule in RULES.items() if rule.__module__ == publication.__name__
)


def rules(report: Report) -> tuple[str, ...]:
    """Return the codes of the checks of records that were run."""
    return tuple(sorted(report.checks.keys() - _OF_HISTORY))


def settings(effective: EffectiveSettings, folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the settings that applied to a corpus, each with the file that it is from.

    Args:
        effective: The settings.
        folder: The folder of the corpus.
    """
    return tuple(
        {
            "file": _name(source.file.text.file.path, folder),
            **source.settings.model_dump(mode="json", exclude_defaults=True),
        }
        for source in effective.sources
        if source.file
    )


def suppressed(report: Report, folder: Path) -> tuple[Suppressed, ...]:
    """Return the findings that settings or a baseline suppress, without their words.

    Args:
        report: The report of the validation.
        folder: The folder of the corpus.
    """
    found = [
        Suppressed(
            code=one.finding.code,
            file=_name(one.finding.place.file, folder),
            record=one.finding.record,
            path=one.finding.path or None,
            reason=one.reason,
        )
        for one in report.ignored
        if one.finding.code not in _OF_HISTORY
    ]
    return tuple(
        sorted(found, key=lambda one: (one.file, one.record or "", one.path or "", one.code))
    )


def _name(file: Path | str, folder: Path) -> str:
    relative = Path(os.path.relpath(file, folder))
    return relative.name if relative.parts[0] == os.pardir else relative.as_posix()
