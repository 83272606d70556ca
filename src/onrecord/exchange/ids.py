"""Identifiers of imported records: the same source gives the same ones each time."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from urllib.parse import urlsplit

from onrecord.readers.syntax.nodes import Json

# Digits of a digest that is in an identifier: 40 bits, told apart within one article or site.
DIGITS = 10
LONGEST = 120

_OTHER = re.compile(r"[^a-z0-9_-]+")


def slug(text: str) -> str:
    """Return a text as an identifier: lower-case letters a-z, digits and hyphens; empty if it has none.

    A text that is no identifier already is told apart from similar ones by a digest.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = _OTHER.sub("-", plain)[:LONGEST].strip("-_")
    return found if found == text else f"{found}-{digest(text)}".strip("-")


def digest(value: Json) -> str:
    """Return the first digits of the SHA-256 of a value."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def of_page(url: str) -> str:
    """Return the identifier of the article at an address: its site, and a digest of the address."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    site = _OTHER.sub("-", host.encode("ascii", "ignore").decode())[:LONGEST].strip("-_")
    return f"{site}-{digest(url)}".strip("-")
