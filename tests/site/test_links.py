"""Links between pages, and from what searches find: each leads to a page, and to a place on it."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # which has the same site


@cache
def ids(path: Path) -> set[str]:
    return set(re.findall(r' id="([^"]*)"', path.read_text(encoding="utf-8")))


def links(site: Path):
    """Yield the links of a site: the folder or page that each is in, and its address."""
    for path in site.rglob("*.html"):
        for found in re.findall(r'(?:href|src)="([^"]*)"', path.read_text(encoding="utf-8")):
            yield path, unescape(found)
    for path in site.glob("search/r*.js"):
        shown = json.loads(path.read_text(encoding="utf-8").partition(",")[2].rpartition(")")[0])
        for where, _, records in shown:
            hrefs = [where[1]] if where else []
            for _, href, _, people, *_ in records:
                hrefs += [href, *(name[1] for name in people if name[1])]
            yield from ((site / "index.html", href) for href in hrefs)


def test_every_link_leads_to_a_page_and_a_place(site):
    checked = 0
    for page, address in links(site):
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} or "=" in parts.fragment:  # also searches
            continue
        target = page.parent / parts.path if parts.path else page
        assert target.is_file(), (page, address)
        assert not parts.fragment or parts.fragment in ids(target.resolve()), (page, address)
        checked += 1
    assert checked > 1000


def test_claims_have_a_page_if_several_articles_have_them(site):
    listed = (site / "lists" / "claims.html").read_text(encoding="utf-8")
    assert "../claims/2023-11-08-council.c2.html" in listed
    assert not (site / "claims" / "2023-09-14-bridge-closed.c1.html").exists()
    assert "../articles/2023-09-14-bridge-closed.html#claim-c1" in listed
    article = (site / "articles" / "2023-09-14-bridge-closed.html").read_text(encoding="utf-8")
    assert "About <bdi>Lantern Bridge</bdi>" in article
