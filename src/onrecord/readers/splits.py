"""Derive the split of data (train, validation, test) from the names of folders and files."""

from __future__ import annotations

import re
from collections.abc import Sequence

# The names of folders that hold a part of the data, as the package datasets infers its splits.
# https://huggingface.co/docs/hub/datasets-file-names-and-splits
SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
# The names under which an imported record keeps its split, in ``annotation.origin.fields``: the
# second where the source has a field of the first.
SPLIT_NAMES = ("split", "import.split")


def split_of_folders(folders: Sequence[str]) -> str | None:
    """Return the split that the innermost of some nested folders is named after, if any is."""
    return next(
        (SPLITS[name] for name in map(str.lower, reversed(folders)) if name in SPLITS), None
    )


def split_of_name(name: str) -> str | None:
    """Return the split that a file's name contains, such as ``train-00000-of-00001.tsv``.

    As in the package datasets, the word is delimited by ``-``, ``.``, ``_``, a space or a digit. A
    name that contains the words of several splits gives None.
    """
    words = re.split(r"[-._ 0-9]+", name.lower())
    found = {SPLITS[word] for word in words if word in SPLITS}
    return found.pop() if len(found) == 1 else None
