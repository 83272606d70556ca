"""The pages of a site in a browser: right words, quick to hand by keyboard and phone, and inert."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import ROOT
from tests.site.conftest import HOSTILE
from tests.web import obstacles, records_on, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

GAZETTE = ROOT / "docs" / "examples" / "gazette"


def kinds(site: Path) -> list[Path]:
    """One page of each kind, those with most on them."""
    found = [
        max(folder.glob("*.html"), key=lambda path: path.stat().st_size)
        for folder in (site / "speakers", site / "claims", site / "statements")
    ]
    names = ("2023-09-14-bridge-closed", "2023-11-08-herald", "2024-05-21-jarida")
    articles = [site / "articles" / f"{name}.html" for name in names]
    (con,) = site.glob("articles/con-*.html")
    hostile = next(
        path for path in (site / "speakers").glob("*.html") if "W" * 200 in path.read_text("utf-8")
    )
    lists = (site / "lists" / f"{name}.html" for name in ("articles", "speakers", "claims"))
    return [site / "index.html", *articles, con, *found, hostile, *lists]


def text_of(page: Any) -> str:
    """The words of the article, without what is added to them."""
    return page.evaluate(
        """() => { const copy = document.getElementById("text").cloneNode(true);
        for (const one of copy.querySelectorAll(".aside, .hidden")) one.remove();
        return [...copy.querySelectorAll("p")].map(one => one.textContent).join("\\n\\n"); }"""
    )


def marked(page: Any, kind: str, of: str) -> str:
    """The words of a mark."""
    return page.evaluate(
        """([kind, of]) => [...document.querySelectorAll(`#text .mark.${kind}[data-of="${of}"]`)].map(
        mark => { const copy = mark.cloneNode(true);
          for (const one of copy.querySelectorAll(".aside, .hidden")) one.remove();
          return copy.textContent; }).join("|")""",
        [kind, of],
    )


def test_every_kind_of_page_is_accessible_and_fits_a_phone(site, page):
    for path in kinds(site):
        page.goto(path.as_uri())
        for scheme in ("light", "dark"):
            assert obstacles(page, scheme) == [], (path.name, scheme)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
        page.set_viewport_size({"width": 1280, "height": 900})
    assert {url.partition(":")[0] for url in page.asked} == {"file"}
    assert all("/out/" in url for url in page.asked)


def test_paper_is_light_whatever_the_screen_is(site, page):
    page.goto((site / "articles" / "2023-11-08-herald.html").as_uri())
    colours = """() => [document.body, ...document.querySelectorAll("#text .mark, .card")].map(one => {
        const style = getComputedStyle(one); return [style.color, style.backgroundColor]; })"""
    page.emulate_media(media="print", color_scheme="light")
    light = page.evaluate(colours)
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(200)  # colours change gradually
    assert page.evaluate(colours) == light


def test_marks_are_at_their_words(site, page):
    for name in ("2023/2023-11-08-council", "2024/2024-05-21-jarida", "2023/2023-09-20-ferry"):
        document = yaml.safe_load(
            (GAZETTE / "articles" / f"{name}.yaml").read_text(encoding="utf-8")
        )
        text = (GAZETTE / "articles" / f"{name}.txt").read_text(encoding="utf-8")
        page.goto((site / "articles" / f"{name.partition('/')[2]}.html").as_uri())
        assert text_of(page).strip() == text.strip()
        for quote in document["quotes"]:
            of = f"quote-{quote['id']}"
            exact = [span["exact"] for span in quote["content"]]
            assert marked(page, "quote", of).replace("|", "") == "".join(exact)
            assert marked(page, "cue", of) == "|".join(s["exact"] for s in quote.get("cue", ()))
            mentions = [s["exact"] for one in quote["speakers"] for s in one.get("mentions", ())] if (
                "speakers" in quote) else []  # fmt: skip
            assert sorted(marked(page, "speaker", of).replace("|", "")) == sorted("".join(mentions))
    page.goto((site / "articles" / "2024-05-21-jarida.html").as_uri())
    assert page.locator("#text").get_attribute("dir") == "rtl"
    assert page.locator("#text").get_attribute("lang") == "ar"
    page.goto((site / "articles" / "2023-11-08-council.html").as_uri())
    inner = page.locator('#text .quote[data-of="quote-q3"] .quote[data-of="quote-q4"]')
    assert "lane-1" in inner.first.get_attribute("class")
    heard = page.locator("#text").inner_text()
    assert "Quote q3, direct, Tomas Veld:" in heard
    assert "(end of quote)" in heard


def test_no_line_ends_between_a_label_and_its_words(site, page):
    """Labels whose words begin on the next line, at several widths."""
    apart = """() => [...document.querySelectorAll("#text .ref > [aria-hidden]")].filter(label => {
        const nodes = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
        nodes.currentNode = label.closest(".ref").lastChild.firstChild;
        let words;
        do words = nodes.nextNode(); while (words?.parentElement.closest(".hidden, .ref"));
        if (!words) return false;
        const first = document.createRange();
        first.setStart(words, 0); first.setEnd(words, 1);
        return first.getBoundingClientRect().top > label.getBoundingClientRect().bottom;
      }).map(label => label.textContent)"""
    for name in ("2023-11-08-herald", "2024-03-05-visnyk", "2024-05-21-jarida", "con"):
        (path,) = (site / "articles").glob(f"{name}*.html")
        page.goto(path.as_uri())
        for width in (320, 360, 390, 430, 700, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(apart) == [], (name, width)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_findings_are_at_their_words_and_gaps_have_the_length_of_theirs(site, page):
    page.goto((site / "articles" / "2023-09-14-bridge-closed.html").as_uri())
    assert marked(page, "finding", "finding-0") == "told"
    assert 'says "tald"' in page.locator("#finding-0").inner_text()
    assert "9681" in page.locator(".loose").inner_text()
    assert marked(page, "quote", "quote-q5") == ""
    page.goto((site / "articles" / "2023-11-08-herald.html").as_uri())
    assert marked(page, "cue", "quote-q1") == "promised"
    gaps = page.locator("#text .gap .hidden").all_inner_texts()
    assert "[38 characters withheld]" in [gap.strip() for gap in gaps]
    drawn = page.locator("#text .gap [aria-hidden]").all_inner_texts()
    numbers = [int(re.sub(r"\D", "", gap)) for gap in gaps]
    assert [len(one) for one in drawn] == numbers


def test_a_quote_shows_its_record_to_mouse_keyboard_and_finger(site, page):
    page.goto((site / "articles" / "2023-09-14-bridge-closed.html").as_uri())
    record = page.locator("#record")
    assert record.is_hidden()
    page.locator("#text .mark.quote [aria-hidden]").last.hover()
    record.wait_for(state="visible")
    page.mouse.move(5, 5)
    record.wait_for(state="hidden")
    # By keyboard: the link before the quote shows it, Enter goes into it, Escape comes back.
    page.locator("#at-claim-c2").focus()
    page.keyboard.press("Tab")
    record.wait_for(state="visible")
    assert "Ada Merrin" in record.inner_text()
    lit = page.locator("#text .on")
    assert {"speaker", "quote", "claim"} <= {
        name for one in lit.all() for name in one.get_attribute("class").split()
    }
    assert page.locator("#claim-c3.on").count() == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "record"
    page.keyboard.press("Escape")
    record.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "at-quote-q1"
    assert page.locator(".on").count() == 0
    # On a phone, the record is below, and the quote remains in view.
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#text .mark.quote.reported [aria-hidden]").first.click()
    record.wait_for(state="visible")
    page.wait_for_timeout(500)
    box, words = (
        record.bounding_box(),
        page.locator("#text .mark.quote.reported").first.bounding_box(),
    )
    assert box["width"] == 360
    assert words["y"] + words["height"] <= box["y"]
    page.get_by_role("button", name="Close").click()
    assert record.is_hidden()


def test_records_as_json_are_on_the_page(site, page):
    """Folded up until their link is followed; whatever strings contain."""
    (con,) = site.glob("articles/con-*.html")
    page.goto(con.as_uri())
    shown = page.locator("#json")
    assert shown.is_hidden()
    page.get_by_role("link", name="Records (JSON)").click()
    assert shown.is_visible()
    found = json.loads(shown.text_content())
    assert found == records_on(con)
    assert [quote["id"] for quote in found["quotes"]] == ["con.q1", "con.q2"]
    assert found["quotes"][0]["content"][0]["exact"] == "".join(HOSTILE)


def test_hostile_records_are_inert_from_a_folder_and_from_a_server(site, page):
    (con,) = site.glob("articles/con-*.html")
    pages = [con, site / "index.html", *site.glob("lists/*.html"), *site.glob("claims/con*.html"),
             *(path for path in site.glob("speakers/*.html") if "owned" in path.read_text("utf-8"))]  # fmt: skip
    assert len(pages) >= 8
    with served(site) as base:
        for path in pages:
            for url in (path.as_uri(), base + path.relative_to(site).as_posix()):
                page.goto(url)
                assert page.evaluate("document.title") != "owned"
                assert page.locator("img, iframe, script:not([src])").count() == 0
                assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
                links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
                assert {link.partition(":")[0] for link in links} <= {"file", "http", "https"}
                handlers = "all => all.flatMap(one => [...one.attributes].map(each => each.name))"
                names = set(page.eval_on_selector_all("*", handlers))
                assert not [name for name in names if name.startswith("on")]
    page.goto(con.as_uri())
    page.locator("#text .mark.quote [aria-hidden]").first.click()
    assert page.evaluate("document.title") != "owned"
    assert "\u202e" not in page.content()
    assert marked(page, "cue", "quote-q2") == "e\u0301"
    assert marked(page, "quote", "quote-q2").replace("|", "").endswith("עברית")
    outside = page.locator("a[href^='https:']")
    rels = outside.evaluate_all("all => all.map(one => one.rel)")
    assert all("noopener" in rel for rel in rels)
