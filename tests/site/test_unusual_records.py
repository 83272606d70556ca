"""Show what few records have: missing texts, no date, claims without quotes, many roles."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onrecord.site.build import build_site
from onrecord.site.notebook import html
from onrecord.site.wording import date

pytestmark = pytest.mark.slow
RIGHTS = {"license": "CC0-1.0", "redistribute": "full"}
MADE = {"annotators": ["A"], "method": "manual"}
ROLES = [f"mayor of {name}" for name in "ABCDEFGHIJKLMNO"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of an undated article, an old one, and a new one whose text is missing."""
    folder = tmp_path_factory.mktemp("unusual")
    corpus = folder / "corpus"
    corpus.mkdir()
    ada = {"name": "Ada", "kind": "person", "reference": "named"}
    evidence = [{"url": "https://example.org/a", "stance": "supports", "title": "Report",
                 "archived_url": "https://archive.example.org/a"}]  # fmt: skip
    records: dict[str, list[dict[str, Any]]] = {
        "articles": [
            {"id": "undated", "title": "U", "text": "Yes."},
            {"id": "old", "title": "O", "text": "Yes.", "published": "2001"},
            {"id": "new", "title": "N", "text_length": 900, "text_sha256": "a" * 64, "published": "2020-05-01"},
        ],
        "quotes": [
            {"id": f"old.q{at}", "article_id": "old", "type": "reported", "attribution": "attributed",
             "content": [{"exact": "Yes", "start": 0, "end": 3, "quoted": False}],
             "speakers": [{**ada, "role": role, "name": f"Ada {role[-1]}" if at else "Ada", "wikidata": "Q7"}]}
            for at, role in enumerate(ROLES)
        ],
        "claims": [
            {"id": "new.c1", "article_id": "new", "language": "en", "text": "It is.", "voice": "source",
             "claimant": {**ada, "role": "baker"}, "said": "../2019", "appearances": [{"url": "https://example.org/c"}],
             "assessments": [{"reviewer": "R", "original_rating": "yes", "rating": "true", "evidence": evidence}]},
        ],
    }  # fmt: skip
    for name, some in records.items():
        own = {"schema_version": "1.0", "record_type": name.removesuffix("s")}
        own |= {"language": "en", "rights": RIGHTS} if name == "articles" else {"annotation": MADE}
        lines = [json.dumps({**own, **record}) for record in some]
        (corpus / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build_site(corpus, folder / "site")
    return folder / "site"


def test_undated_articles_are_not_the_latest_ones(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="articles/(\w+)\.html"', text) == ["new", "old", "undated"]


def test_the_text_of_an_article_may_be_missing(site):
    text = (site / "articles" / "new.html").read_text(encoding="utf-8")
    assert "was not available when this page was made" in text
    assert "900 characters not available" in text
    assert "archived copy</a>)" in text


def test_a_claim_without_quotes_is_on_the_page_of_who_makes_it(site):
    (path,) = (
        site / "speakers"
    ).iterdir()  # those without the item have the name of one who has it
    text = path.read_text(encoding="utf-8")
    assert (
        '<strong>claimed</strong> <span class="as">as <bdi lang="en" dir="ltr">baker</bdi>' in text
    )
    assert date("../2019") == "until 2019" in text
    assert date("2019/..") == "from 2019"


def test_many_names_and_roles_are_folded_up(site):
    (path,) = (site / "speakers").iterdir()
    text = path.read_text(encoding="utf-8")
    assert "<summary>2 more names</summary>" in text
    assert "<summary>4 more roles</summary>" in text
    assert all(f">{role}</bdi></dt>" in text for role in [*ROLES, "baker"])


def test_a_notebook_shows_nothing_of_other_values():
    assert html(1) is None
