"""Fix the findings of a validation that can be fixed in only one way.

Safe suggestions of rules are applied in place: documents keep their comments and layout, tables
change line by line. On request, the fields that anchoring can derive are filled in as well. Every
fix is tried before a file is written; one that would cause a new finding is not applied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onrecord.findings import Finding
from onrecord.fixing.result import FixResult
from onrecord.fixing.session import Check, FixSession
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.validation.validate import validate_corpus


def fix(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    check: Check = validate_corpus,
    options: ReadOptions = READ_OPTIONS,
    wanted: Callable[[Finding], bool] = lambda _: True,
    fill: bool = False,
) -> FixResult:
    """Compute how to fix record files, or folders of them, without writing anything.

    Only findings are fixed, and only in two cases: a rule has a safe suggestion, or spans are out
    of order and all their offsets are correct. A document, or a line of a table, whose fixes would
    cause a new finding is not changed. Parquet is never changed.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id.
        check: Validates a corpus; only its findings are fixed.
        options: How to read.
        wanted: Returns whether a finding is to be fixed.
        fill: Whether to also fill in what `onrecord.anchoring.anchor.missing` returns.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    paths = tuple(Path(one) for one in (path, *more))
    return FixSession(paths, texts, check, options, wanted, fill=fill).run()
