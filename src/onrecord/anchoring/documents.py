"""Anchor the spans of documents, given the paths of files."""

from __future__ import annotations

from pathlib import Path

from onrecord.anchoring.anchor import anchor as anchor_file
from onrecord.anchoring.result import Anchoring
from onrecord.files.containment import Boundary
from onrecord.files.texts import TextFolder
from onrecord.readers.discovery import survey
from onrecord.readers.options import READ_OPTIONS, ReadOptions


def anchor(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    text_changed: bool = False,
    options: ReadOptions = READ_OPTIONS,
) -> tuple[Anchoring, ...]:
    """Find the words of spans in the texts of articles, without writing anything.

    Each document has a result, which lists its spans and can be written. Words that are in several
    places are not anchored, and for words that are not in the text, the most similar passage is
    given.

    Args:
        path: A document, which need not be complete, or a folder of documents.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id. A text in a document, or beside it,
            needs none.
        text_changed: Whether the texts were edited since. All spans of a document are found again in
            the new text, or none is changed.
        options: How to read.

    Raises:
        InputError: A path is missing or is no document, a text is not available, or it is not the
            one that the offsets refer to and ``text_changed`` is false.
    """
    outside = options.allow_outside
    folder = None if texts is None else TextFolder(Path(texts), allow_outside=outside)
    paths = [Path(one) for one in (path, *more)]
    boundary = Boundary.around(paths, allow_outside=outside)
    found = survey(paths, boundary=boundary, text_format=options.text_format)
    return tuple(anchor_file(file, folder, text_changed=text_changed) for file in found.files)
