"""The documentation as a site: complete, every link leads somewhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from onrecord.findings import Checked, Report
from onrecord.reporters import sarif
from onrecord.rules import CHECKS
from onrecord.rules.examples import about
from tests import ROOT
from tests.web import served
from tools import documentation, picture

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

DOCS = sorted((ROOT / "docs").rglob("*.md"))


class Page(HTMLParser):
    """The anchors of a page, what it links to, what it loads, and how many elements of some kinds it has."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loads = set(), [], []
        self.counts = {}
        self.inside = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.anchors.add(given.get("id"))
        self.inside |= tag == "article"
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "link" and "stylesheet" in given.get("rel", ""):
            self.loads.append(given["href"])
        self.loads += filter(None, (given.get("src"), given.get("srcset")))
        if self.inside:
            self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_endtag(self, tag):
        self.inside &= tag != "article"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "docs").rglob("*")}
    out = tmp_path_factory.mktemp("documentation") / "site"
    documentation.build(out)
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "docs").rglob("*")} == before
    return out


@pytest.fixture(scope="module")
def pages(built):
    return {path: Page(path) for path in built.rglob("*.html") if path.name != "404.html"}


def test_every_link_and_anchor_leads_somewhere(built, pages):
    for path, page in pages.items():
        for target in (*page.links, *page.loads):
            url = urlsplit(target)
            if url.scheme:
                assert target not in page.loads, (path, target)
                continue
            found = Path(os.path.normpath(path.parent / unquote(url.path))) if url.path else path
            found = found / "index.html" if found.is_dir() else found
            assert found.is_file(), (path, target)
            assert found.is_relative_to(built)
            if url.fragment and found in pages:
                assert unquote(url.fragment) in pages[found].anchors, (path, target)


def test_sarif_leads_to_a_page_of_every_check(built, pages):
    base = "https://docs.example.org/onrecord/"
    report = Report(
        (), Checked(0, 0, 0, 0, 0, 0, 0), {code: about(check) for code, check in CHECKS.items()}
    )
    written = io.StringIO()
    sarif.write(report, written, documentation=base)
    (run,) = json.loads(written.getvalue())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) == len(CHECKS)
    for rule in rules:
        page, _, anchor = rule["helpUri"].removeprefix(base).partition("#")
        assert anchor == rule["id"]
        assert anchor in pages[built / page].anchors


def test_every_page_is_in_the_navigation(pages, built):
    linked = {
        os.path.normpath(built / urlsplit(link).path)
        for link in pages[built / "index.html"].links
        if not urlsplit(link).scheme
    }
    for source in (ROOT / "docs").glob("[!R]*.md"):
        assert str(built / source.with_suffix(".html").name) in linked, source


def test_pages_have_what_code_hosts_show(pages, built):
    """Lists, tables and code blocks: dialects of Markdown differ in what they are."""
    commonmark = MarkdownIt("commonmark").enable("table")
    for source in DOCS:
        if source.name == "example.md":
            continue
        name = source.relative_to(ROOT / "docs").as_posix()
        page = re.sub(r"README\.md$", "index.md", name).removesuffix(".md") + ".html"
        shown = commonmark.render(source.read_text(encoding="utf-8"))
        for tag in ("li", "tr", "pre", "h2", "h3", "blockquote"):
            expected = len(re.findall(f"<{tag}[ >]", shown))
            assert pages[built / page].counts.get(tag, 0) == expected, (name, tag)
        # Escaped bars in the code of a table are read in two ways.
        html = (built / page).read_text(encoding="utf-8")
        assert not re.search(r"<td[^>]*>(?:(?!</td>).)*<code>[^<]*\\\|", html, re.DOTALL), name


def test_the_picture_shows_the_page_as_it_is(tmp_path):
    noted = picture.DIGEST.read_text(encoding="utf-8").strip()
    assert picture.digest(picture.build(tmp_path)) == noted, "run make picture"
    for scheme in ("light", "dark"):
        taken = picture.PICTURES / f"article-{scheme}.png"
        assert taken.read_bytes().startswith(b"\x89PNG")
        assert taken.stat().st_size < 300_000


@pytest.mark.parametrize("link", ["missing.md", "#missing", "other.md#missing"])
def test_a_link_that_leads_nowhere_is_an_error(tmp_path, monkeypatch, link):
    def gather(out):
        out.mkdir(parents=True)
        (out / "README.md").write_text(f"# Start\n\n[a link]({link})\n", encoding="utf-8")
        (out / "other.md").write_text("# Other\n", encoding="utf-8")

    monkeypatch.setattr(documentation, "gather", gather)
    monkeypatch.setattr(documentation, "navigation", list)
    with pytest.raises(subprocess.CalledProcessError):
        documentation.build(tmp_path / "site")


def test_search_finds_a_check_and_pages_fit_a_phone(built, page):
    with served(built) as address:
        page.goto(f"{address}index.html")
        page.get_by_role("button", name="Search").first.click()
        page.get_by_role("combobox", name="Search").fill("span-words-differ")
        page.get_by_role("option", name="span-words-differ").first.click()
        page.wait_for_url("**/rules/spans.html*#span-words-differ")
        # Chromium says why it does not move the focus from the heading to the field of the search.
        page.said[:] = [one for one in page.said if "Autofocus" not in one]
        page.set_viewport_size({"width": 360, "height": 740})
        for name in ("index", "ci", "rules/spans", "commands", "api", "tables"):
            page.goto(f"{address}{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert all(url.startswith((address, f"blob:{address}")) for url in page.asked)
