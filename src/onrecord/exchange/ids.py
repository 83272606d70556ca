"""Derive ids of imported records, so that the same source always gives the same ids."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from onrecord.readers.syntax.nodes import Json

# Digits of a digest in an identifier: 40 bits, enough within one article or site.
DIGITS = 10
LONGEST = 120

# What is an id already, and addresses whose site is plain to see.
_ID = re.compile(rf"[a-z0-9](?:[a-z0-9_-]{{0,{LONGEST - 2}}}[a-z0-9])?")
_SITE = re.compile(r"https?://((?:[a-z0-9-]{1,63}[.])+[a-z]{2,63})(?:/[!-Z\\^-~]*)?")
_OTHER = re.compile(r"[^a-z0-9_-]+")


def slug(text: str) -> str:
    """Convert a text to an id: lower-case letters a-z, digits and hyphens; empty if it has none.

    If the text is not an id already, a digest distinguishes it from similar texts.
    """
    if _ID.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = _OTHER.sub("-", plain)[:LONGEST].strip("-_")
    return found if found == text else f"{found}-{digest(text)}".strip("-")


def digest(value: Json) -> str:
    """Return the first digits of the SHA-256 of a value."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def of_page(url: str) -> str:
    """Return the id of the article at an address: its site, and a digest of the address."""
    plain = _SITE.fullmatch(url)
    host = plain[1] if plain else urlsplit(url).hostname or ""
    return f"{_site(host)}-{digest(url)}".strip("-")


@lru_cache(2**12)
def _site(host: str) -> str:
    plain = host.removeprefix("www.").encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain)[:LONGEST].strip("-_")
