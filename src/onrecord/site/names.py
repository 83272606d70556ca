"""Name the files of pages, so that every system accepts the names and no two pages share one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Any

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?")
# The names of devices on Windows, with any ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
# Names of files have at most 255 bytes with their endings.
_LONGEST = 120
# Names that are kept, since the same ones are on many pages.
# Digits of the names of the pages of speakers, of which there are as many as they can count.
_DIGITS = 3
_KEPT, _KEPT_SPEAKERS = 4096, 2**16


@lru_cache(_KEPT)
def page_name(name: str) -> str:
    """Return the name of a page without its ending: an id as it is, if every system accepts it."""
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name) and not _DEVICES.fullmatch(name):
        return name
    return _digested(name)


@lru_cache(_KEPT)
def _digested(name: str) -> str:
    """Return the words of a name that every system accepts, and a digest of the whole name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{words or 'page'}-{digest}"


@lru_cache(_KEPT)
def local(record_id: str) -> str:
    """Return the part of a record's id that its article's page uses as an anchor."""
    return page_name(record_id.partition(".")[2] or record_id)


def article_page(article_id: str) -> str:
    """Return the path of an article's page in the site."""
    return f"articles/{page_name(article_id)}.html"


def claim_page(claim_id: str) -> str:
    """Return the path of the page of a claim."""
    return f"claims/{page_name(claim_id)}.html"


def statement_page(quote_id: str) -> str:
    """Return the path of the page of a statement, given the quote that represents it."""
    return f"statements/{page_name(quote_id)}.html"


def speaker_page(source: Any, qids: dict[str, str]) -> str | None:
    """Return the place of a source on the page that it shares with others; None if it has no name.

    There are many sources, most of them with a few entries. Which page a source is on depends on its
    name alone, so that links remain the same as a corpus grows.

    Args:
        source: The source, as in a record.
        qids: The Wikidata items of names that always have the same one.
    """
    name = source.get("name")
    qid = source.get("wikidata") or (qids.get(name) if name else None)
    return _speaker_page(name, qid) if name or qid else None


@lru_cache(_KEPT_SPEAKERS)
def _speaker_page(name: str, qid: str | None) -> str:
    place = page_name(qid.lower()) if qid else _digested(name)
    page = hashlib.sha256(place.encode()).hexdigest()[:_DIGITS]
    return f"speakers/{page}.html#{place}"
