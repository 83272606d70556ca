"""Pages that several speakers share: a link to a speaker shows that one alone, and never changes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onrecord.site.build import build_site

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def written(folder, number, name="Ann {}"):
    """Write the site of an article with so many quotes, each by a speaker of its own, or of one."""
    corpus = folder / f"corpus-{number}"
    corpus.mkdir()
    records: dict[str, list[dict[str, Any]]] = {
        "articles": [
            {"record_type": "article", "id": "a", "language": "en", "text": "Yes.",
             "rights": {"license": "CC0-1.0", "redistribute": "full"}}
        ],
        "quotes": [
            {"record_type": "quote", "id": f"a.q{at}", "article_id": "a", "type": "reported",
             "content": [{"exact": "Yes", "start": 0, "end": 3, "quoted": False}], "attribution": "attributed",
             "speakers": [{"name": name.format(at), "kind": "person", "reference": "named"}],
             "annotation": {"annotators": ["A"], "method": "manual"}}
            for at in range(number)
        ],
    }  # fmt: skip
    for name, some in records.items():
        lines = [json.dumps({"schema_version": "1.0", **record}) for record in some]
        (corpus / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build_site(corpus, folder / f"site-{number}")
    return folder / f"site-{number}"


def links(site):
    listed = (site / "lists" / "speakers.html").read_text(encoding="utf-8")
    return {
        name: place
        for place, name in re.findall(r'href="\.\./(speakers/[^"]+)"><bdi>([^<]+)', listed)
    }


def test_a_link_to_a_speaker_shows_that_one_alone(tmp_path, page):
    site = written(tmp_path, 250)
    places = links(site)
    assert len(places) == 250
    assert links(written(tmp_path, 20)).items() < places.items()
    files = [place.partition("#")[0] for place in places.values()]
    name, place = next(
        (name, place) for name, place in places.items() if files.count(place.partition("#")[0]) > 1
    )
    page.goto(f"{(site / place.partition('#')[0]).as_uri()}")
    assert page.locator("h1:visible").count() > 1
    page.goto(f"{(site / place.partition('#')[0]).as_uri()}#{place.partition('#')[2]}")
    assert page.locator("h1:visible").all_inner_texts() == [name]
    assert page.evaluate("scrollY") == 0


def test_a_page_of_somebody_of_whom_much_is_on_record_is_divided(tmp_path):
    site = written(tmp_path, 2100, name="Ann")
    (place,) = links(site).values()
    first, _, anchor = place.partition("#")
    paths = sorted((site / "speakers").iterdir(), key=lambda path: (len(path.name), path.name))
    stem = first.removesuffix(".html")
    assert [f"speakers/{path.name}" for path in paths] == [
        first, f"{stem}.{anchor}.2.html", f"{stem}.{anchor}.3.html",
    ]  # fmt: skip
    pages = [path.read_text(encoding="utf-8") for path in paths]
    shown = [re.findall(r"#quote-(q\d+)\"", page) for page in pages]
    assert [len(dict.fromkeys(some)) for some in shown] == [1000, 1000, 100]
    assert len(set().union(*shown)) == 2100
    for number, text in enumerate(pages, 1):
        assert "<bdi>Ann</bdi></h1>" in text
        assert f'<span aria-current="page">{number}</span>' in text
        linked = {*re.findall(r'href="\.\./(speakers/[^"#]+)[^"]*">\d</a>', text)}
        assert linked == {f"speakers/{path.name}" for path in paths} - {
            f"speakers/{paths[number - 1].name}"
        }
