"""Recognise the folders of publications."""

from __future__ import annotations

from pathlib import Path

from onrecord.readers.folders import Folder
from onrecord.readers.models import card


def is_publication(folder: Folder) -> bool:
    """Return whether the tables in a folder were published, even if a merge lost the manifest."""
    path = folder.path.absolute()
    named = card.DIGEST.fullmatch(path.name) and path.parent.name == card.DATA
    return card.MANIFEST in folder.names or bool(named)


def is_current(publication: Path) -> bool:
    """Return whether the card names this publication, or there is no card.

    While a publication replaces another one, or after that was interrupted, both exist.
    """
    path = publication.parents[1] / card.CARD
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
    except OSError:
        return True
    return text is None or is_named(publication.name, text)


def is_named(digest: str, card_: str) -> bool:
    """Return whether the text of a card names the publication with a digest."""
    return f"/{digest}/" in card_
