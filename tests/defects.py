"""The corpora with defects of `tests/rules/defects`, which tests validate one by one or together."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests import ROOT

CORPORA = sorted(path for path in (ROOT / "tests/rules/defects").iterdir() if path.is_dir())


def together(folder: Path) -> Path:
    """Copy all of them to a folder, as one corpus whose texts are in its folder ``texts``."""
    for path in CORPORA:
        ignored = shutil.ignore_patterns("expected.yaml", "texts")
        shutil.copytree(path, folder / path.name, ignore=ignored)
        if (path / "texts").is_dir():
            shutil.copytree(path / "texts", folder / "texts", dirs_exist_ok=True)
    return folder
