"""Pages of which one would be too long: each has a part, and links to the others."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onrecord.site.build import build_site
from onrecord.site.divided import pager

RIGHTS = {"license": "CC0-1.0", "redistribute": "full"}
MADE = {"annotators": ["A"], "method": "manual"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A claim in 2,100 wordings and a statement with 1,002 reports, in two articles."""
    folder = tmp_path_factory.mktemp("divided")
    corpus = folder / "corpus"
    corpus.mkdir()
    records: dict[str, list[dict[str, Any]]] = {
        "articles": [{"record_type": "article", "id": one, "language": "en", "text": "Yes.",
                      "rights": RIGHTS} for one in ("a", "b")],
        "quotes": [{"record_type": "quote", "id": f"{'ab'[at % 2]}.q{at}", "article_id": "ab"[at % 2],
                    "type": "direct", "attribution": "unattributed", "annotation": MADE,
                    "content": [{"exact": "Yes" if at else "Yes.", "start": 0, "end": 3 + (not at), "quoted": True}],
                    "relations": [{"type": "same_statement", "quote_id": "a.q0"}] if at else []}
                   for at in range(1002)],
        "claims": [{"record_type": "claim", "id": f"a.c{at}", "article_id": "a", "voice": "article",
                    "text": f"It is {at}.", "language": "en", "annotation": MADE,
                    "assessments": [{"reviewer": "R", "original_rating": "yes", "rating": "true"}] if at == 1500 else [],
                    "relations": [{"type": "same_as", "claim_id": "a.c0"}] if 0 < at < 2100 else
                                 [{"type": "supports", "claim_id": "a.c7"}] if at else []}
                   for at in range(2101)],
    }  # fmt: skip
    for name, some in records.items():
        lines = [json.dumps({"schema_version": "1.0", **record}) for record in some]
        (corpus / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build_site(corpus, folder / "site")
    return folder / "site"


def pages(site, folder):
    """The pages of a folder in their order, and their paths."""
    found = sorted((site / folder).iterdir(), key=lambda path: (len(path.name), path.name))
    return {f"{folder}/{path.name}": path.read_text(encoding="utf-8") for path in found}


def linked(text):
    return re.findall(r'<li><a href="\.\./([^"]+)">\d+</a></li>', text)


@pytest.mark.slow
def test_each_page_of_a_claim_has_a_thousand_wordings_and_what_is_said_of_them(site):
    found = pages(site, "claims")
    assert [*found] == ["claims/a.c0.html", "claims/a.c0.2.html", "claims/a.c0.3.html"]
    shown = [re.findall(r"#claim-(c\d+)\">c", text) for text in found.values()]
    assert [len(some) for some in shown] == [1000, 1000, 100]
    assert len(set().union(*shown)) == 2100
    first, second, third = found.values()
    assert all("2,100 wordings" in text and ">It is 0.</h1>" in text for text in found.values())
    assert "Support" in first
    assert "Support" not in second + third
    assert "Verdicts" in second
    assert "No verdict is on record of these wordings" in first
    assert linked(first) == ["claims/a.c0.2.html", "claims/a.c0.3.html"]
    assert linked(third) == ["claims/a.c0.html", "claims/a.c0.2.html"]


@pytest.mark.slow
def test_each_page_of_a_statement_compares_wordings_with_the_first_one_of_all(site):
    found = pages(site, "statements")
    assert [*found] == ["statements/a.q0.html", "statements/a.q0.2.html"]
    first, second = found.values()
    assert (first.count('class="card"'), second.count('class="card"')) == (1000, 2)
    assert "1,002 reports" in second
    assert first.count("<del>") == 1000  # one of them in the legend
    assert second.count("<del>") == 3
    assert linked(first) == ["statements/a.q0.2.html"]
    assert linked(second) == ["statements/a.q0.html"]


def test_of_many_pages_those_near_it_and_some_others_are_linked_to():
    shown = re.sub("<[^>]+>", " ", pager("list", "lists/claims.html", 57, 240)).split()
    assert " ".join(shown) == (
        "1 … 24 … 48 … 55 56 57 58 59 … 72 … 96 … 120 … 144 … 168 … 192 … 216 … 240"
    )
    assert pager("list", "lists/claims.html", 1, 1) == ""
