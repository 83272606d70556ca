"""Choose the folder of texts: the option, or else the environment, or else what corpus.yaml says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from onrecord.cli.parser import option
from onrecord.errors import InputError, need

VARIABLE = "ONRECORD_TEXTS"
_CORPUS = "corpus.yaml"


# The argument that names the corpus, or a function that returns the corpus for the arguments.
Of = str | Callable[[Mapping[str, Any]], Path]


def texts_option(help_text: str, *, of: Of = "paths", written: bool = False) -> Any:
    """Declare the option for the folder of texts, which other sources replace if it is not given.

    Args:
        help_text: What the texts are for.
        of: The argument that names the corpus, or a function that returns the corpus.
        written: Whether the command writes texts, so that the folder may be missing.
    """
    return option(
        f"{help_text} (default: {VARIABLE}, or texts in {_CORPUS})",
        metavar="DIR",
        type=Path,
        find=partial(_chosen, of=of, written=written),
    )


def _chosen(given: Mapping[str, Any], *, of: Of, written: bool) -> Path | None:
    """Return the folder of texts for the arguments of a command; None if nothing names one.

    Raises:
        InputError: corpus.yaml names a folder outside, or several corpora name different ones.
    """
    folder: Path | None = given["texts"]
    if folder is not None or given.get("engine") == "spark":  # which reads no texts in files
        return folder
    if named := os.environ.get(VARIABLE):
        return Path(named)
    corpora = given[of] if isinstance(of, str) else of(given)
    paths = corpora if isinstance(corpora, list) else [corpora]
    found = set(
        _settings(map(Path, filter(None, paths)), outside=given.get("allow_outside", False))
    )
    if len(found) > 1:
        folders = ", ".join(sorted(map(str, found)))
        raise InputError(f"the corpora name several folders of texts ({folders}); give --texts DIR")
    # Not everyone who has a corpus has its texts.
    return next((one for one in found if written or one.is_dir()), None)


def _settings(paths: Iterable[Path], *, outside: bool) -> Iterator[Path]:
    """Yield the folders that the corpus.yaml at or above each path names."""
    nearest = {path: None for one in paths if (path := _nearest(one))}
    for path in nearest:
        need("validate")
        from onrecord.files.containment import ANYWHERE, Boundary
        from onrecord.files.opening import File
        from onrecord.readers.models.corpus import texts_folder

        boundary = ANYWHERE if outside else Boundary.of(path.parent)
        if folder := texts_folder(File(path, str(path), boundary=boundary)):
            boundary.check(folder)
            yield folder


def _nearest(path: Path) -> Path | None:
    """Return the corpus.yaml at or above a path."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute keeps ".."
    if not whole.exists():
        return None
    return next(
        (one / _CORPUS for one in (whole, *whole.parents) if (one / _CORPUS).is_file()), None
    )
