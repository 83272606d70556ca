"""Take the picture of an article page in the README: ``python -m tools.picture``, in light and dark.

Pixels differ between machines. ``tests/test_documentation.py`` therefore compares the digest of all that
the picture shows: the page, its style, its script, and how it is photographed.
"""

from __future__ import annotations

import hashlib
import inspect
import shutil
import sys
import tempfile
from pathlib import Path

from onrecord.site.build import build_site

ROOT = Path(__file__).parents[1]
GAZETTE = ROOT / "docs" / "examples" / "gazette"
PICTURES = ROOT / "docs" / "pictures"
DIGEST = PICTURES / "article.sha256"
ARTICLE = "2023-09-14-bridge-closed"
QUOTE = '#text .mark.quote[data-of="quote-q1"]'


def build(folder: Path) -> Path:
    """Build the site of the gazette in a folder, and return the page of the article."""
    build_site(GAZETTE, folder / "site", texts=GAZETTE / "texts")
    return folder / "site" / "articles" / f"{ARTICLE}.html"


def digest(page: Path) -> str:
    """Return the digest of what the picture shows."""
    found = hashlib.sha256(inspect.getsource(take).encode())
    assets = (
        path for path in page.parents[1].rglob("*") if path.name in {"site.css", "article.js"}
    )
    for path in (page, *sorted(assets)):
        found.update(path.read_bytes())
    return found.hexdigest()


def take(page: Path, chromium: str, out: Path) -> None:
    """Photograph a page whose first quote has the focus, in both colour schemes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": 1200, "height": 720},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            opened = context.new_page()
            opened.goto(page.as_uri())
            opened.evaluate("scrollTo(0, document.querySelector('#text').offsetTop - 100)")
            opened.locator(f"{QUOTE} > .ref [aria-hidden]").last.hover()
            opened.wait_for_timeout(500)
            opened.screenshot(path=out / f"article-{scheme}.png")
        browser.close()


def main() -> None:
    """Take the pictures anew, and note what they show."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        sys.exit("make picture needs Chromium, which is not installed")
    with tempfile.TemporaryDirectory() as name:
        page = build(Path(name))
        take(page, chromium, PICTURES)
        DIGEST.write_text(f"{digest(page)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
