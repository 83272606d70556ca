"""The search of the first page in a browser, compared with what Python finds in the records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from onrecord.language.search_terms import query, terms
from tests.web import obstacles, records_on

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

QUERIES = ("bridge", "BRÜCKE", "brucke mill", "Маррові", "السلام", "الحجر", "l’île", "veld council",
           "🌉 owned", "עברית", "nothing such", "m", "merrin bridge clos", "🌉 !")  # fmt: skip


def records(site: Path) -> list[dict]:
    """The quotes and claims of the site's own records, with what a filter knows of them."""
    found = []
    for path in site.glob("articles/*.html"):
        own = records_on(path)
        article = own["article"]
        quotes = {quote["id"]: quote for quote in own["quotes"]}
        for quote in own["quotes"]:
            words = [span.get("exact", "") for span in quote["content"]]
            found.append(
                {"kind": ["quote"], "type": [quote["type"]], "words": words,
                 "who": quote.get("speakers", []), "medium": [quote.get("medium", "not given")],
                 "language": [quote.get("language", article["language"])]}
            )  # fmt: skip
            found[-1]["date"] = article.get("published", "")[:10]
        for claim in own["claims"]:
            said = [quotes[one] for one in claim.get("quote_ids", []) if one in quotes]
            who = [claim["claimant"]] if claim.get("claimant") else [
                one for quote in said for one in quote.get("speakers", [])]  # fmt: skip
            ratings = [one.get("rating", "other") for one in claim.get("assessments", [])]
            found.append(
                {"kind": ["claim"], "words": [claim["text"]], "who": who,
                 "language": [claim["language"]], "verdict": ratings or ["no verdict"],
                 "checkable": [{True: "yes", False: "no"}.get(claim.get("checkable"), "not decided")]}
            )  # fmt: skip
            found[-1]["date"] = article.get("published", "")[:10]
    return found


def matching(found: list[dict], q: str = "", **chosen: list[str]) -> list[dict]:
    """The quotes and claims that a search finds."""

    if q.strip() and not query(q):
        return []

    def matches(one: dict) -> bool:
        names = [source.get(part, "") for source in one["who"] for part in ("name", "role")]
        own = set().union(*map(terms, [*one["words"], *names]))
        return all(
            any(each.startswith(term) for each in own) if begins else term in own
            for term, begins in query(q).items()
        ) and all(set(values) & set(one.get(name, ())) for name, values in chosen.items())

    return [one for one in found if matches(one)]


def counts(page) -> dict[str, int]:
    """How many records of each kind the page says that it found."""
    page.wait_for_function("() => document.getElementById('count').textContent")
    said = page.locator("#count").inner_text()
    parts = [] if said == "Nothing was found" else said.split(", ")
    return {kind.rstrip("s"): int(n.replace(",", "")) for n, kind in (one.split() for one in parts)}


def search(page, site: Path, **state) -> dict[str, int]:
    """Follow a link to a search, on the page if it is open already."""
    start = (site / "index.html").as_uri()
    link = f"{start}#{urlencode(state, doseq=True)}"
    if page.url.startswith(start):
        follow = "link => { document.getElementById('count').textContent = ''; location = link; }"
        page.evaluate(follow, link)
    else:
        page.goto(link)
    found = counts(page)
    found.pop("speaker", None)
    return found


def test_searches_and_filters_find_exactly_what_python_finds(site, page):
    own = records(site)

    def by_kind(some: list[dict]) -> dict[str, int]:
        return dict(Counter(one["kind"][0] for one in some))

    assert len(matching(own, "bridge")) > 5
    for words in QUERIES:
        assert search(page, site, q=words) == by_kind(matching(own, words)), words
    for chosen in ({"type": ["direct", "mixed"]}, {"language": ["ar", "uk"], "kind": ["quote"]},
                   {"checkable": ["yes"], "verdict": ["false", "no verdict"]},
                   {"medium": ["speech"], "type": ["indirect"]}, {"type": ["direct"], "checkable": ["yes"]}):  # fmt: skip
        assert search(page, site, q="bridge", **chosen) == by_kind(
            matching(own, "bridge", **chosen)
        )
        # A filter says how many records there would be with each value, whatever it has itself.
        for name in ("type", "language", "verdict", "checkable", "medium"):
            others = {key: values for key, values in chosen.items() if key != name}
            expected = Counter(
                v for one in matching(own, "bridge", **others) for v in one.get(name, ())
            )
            shown = page.locator(f"#values input[name={name}]").evaluate_all(
                "all => all.map(one => [one.value, +one.parentElement.lastChild.textContent])"
            )
            assert {value: number for value, number in shown if number} == dict(expected), name
    dated = [one for one in own if "2023-10-01" <= one["date"] <= "2024-03-05"]
    assert dated
    assert search(page, site, **{"from": "2023-10-01", "to": "2024-03-05"}) == by_kind(dated)
    assert {url.partition(":")[0] for url in page.asked} <= {"file", "about"}
    assert all("/out/" in url for url in page.asked if url != "about:blank")


def test_a_search_is_typed_filtered_shared_and_inert(site, page):
    start = (site / "index.html").as_uri()
    page.goto(start)
    assert page.locator("#found").is_hidden()
    assert page.locator("#overview figure").count() == 4
    page.get_by_role("searchbox", name="Search quotes, claims and speakers").focus()
    page.keyboard.type("lantern bridge")
    before = counts(page)
    assert page.locator("#count").get_attribute("role") == "status"
    assert page.locator("#results mark").first.inner_text().lower() in {"lantern", "bridge"}
    # By keyboard, from the box to a filter; the address is what somebody else can open.
    page.locator("#values input[name=kind][value=claim]").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.getElementById('count').textContent.includes('quote')")
    assert page.url == f"{start}#q=lantern+bridge&kind=claim"
    assert counts(page) == {"claim": before["claim"]}
    page.reload()
    assert counts(page) == {"claim": before["claim"]}
    assert page.locator("#values input:checked").count() == 1
    while page.locator("#more").is_visible():
        page.locator("#more").click()
        page.wait_for_function("() => document.activeElement.tagName === 'A'")
    assert page.locator("#results > li").count() == before["claim"]
    first = page.locator("#results a").first.get_attribute("href")
    page.locator("#q").press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}")
    page.go_back()
    assert counts(page) == {"claim": before["claim"]}
    page.get_by_role("button", name="Clear all").click()
    assert page.url == start
    assert page.locator("#overview").is_visible()
    # Records full of attacks are found, and are words alone.
    page.locator("#q").fill("<img onerror> owned")
    assert counts(page) == {"quote": 2, "claim": 1, "speaker": 1}
    assert page.locator("#results img, #results script").count() == 0
    assert "<img src=/x" in page.locator("#results").inner_text()
    assert page.evaluate("document.title") != "owned"
    assert "\u202e" not in page.content()


def test_the_index_is_accessible_and_fits_a_phone(site, page):
    for state in ("", "#q=bridge", "#q=nothing+such&type=direct"):
        page.goto("about:blank")
        page.goto((site / "index.html").as_uri() + state)
        if state:
            counts(page)
        for scheme in ("light", "dark"):
            assert obstacles(page, scheme) == [], (state, scheme)
        page.set_viewport_size({"width": 360, "height": 740})
        page.locator("#filters").evaluate("one => { one.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, state
        page.set_viewport_size({"width": 1280, "height": 900})
