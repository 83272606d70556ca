"""Fact checks marked up as ClaimReview become claims, or findings at their places."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.exchange import import_records
from onrecord.exchange.claimreview.reading import ClaimReview
from tests import ROOT
from tests.commands import run
from tests.drawing import examples
from tests.values import paths_in

EXAMPLES = ROOT / "docs" / "examples" / "claimreview"
VALID = (EXAMPLES / "a.json").read_text(encoding="utf-8")

PAGE = "https://example.org/checks/cranes"
REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://example.org/checks/cranes",
    "datePublished": "2024-05-04",
    "claimReviewed": "The harbour has forty cranes.",
    "author": {"@type": "Organization", "name": "Harbour Fact Desk", "url": "https://example.org"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Ada Weaver"},
        "datePublished": "2024-05-01",
        "appearance": [{"@type": "CreativeWork", "url": "https://example.com/speech"}],
    },
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": "1",
        "bestRating": "5",
        "worstRating": "1",
        "alternateName": "Falsch",
    },
}


class Imported:
    """What came of an import."""

    def __init__(self, folder, content, name="feed.json", **options):
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / name
        data = content if isinstance(content, bytes | str) else json.dumps(content)
        source.write_bytes(data if isinstance(data, bytes) else data.encode())
        self.findings = []
        self.summary = import_records(
            ClaimReview(**options), [source], folder / "out", report=self.findings.append
        )
        self.codes = [finding.code for finding in self.findings]
        self.articles = self._rows(folder / "out" / "articles.jsonl")
        self.claims = self._rows(folder / "out" / "claims.jsonl")
        assert self.summary.items == self.summary.claims + self.summary.refused
        assert self.summary.claims == len(self.claims)
        if self.claims:
            report = onrecord.validate(folder / "out")
            assert [str(one) for one in report.errors] == []

    @staticmethod
    def _rows(path):
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    @property
    def claim(self):
        (claim,) = self.claims
        return claim

    @property
    def article(self):
        (article,) = self.articles
        return article

    @property
    def fields(self):
        origin = self.claim["annotation"]["origin"]
        return {one["name"]: one["value"] for one in origin.get("fields", [])}


def changed(path, value):
    """The sound review with one value replaced, or taken away."""
    review = deepcopy(REVIEW)
    *steps, last = path.split("/")
    inside = review
    for step in steps:
        inside = inside[int(step) if step.isdigit() else step]
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    return review


@pytest.fixture
def imported(tmp_path):
    return lambda content, **options: Imported(tmp_path, content, **options)


@pytest.mark.slow
def test_review_becomes_a_claim_with_its_assessment(imported):
    found = imported(REVIEW)
    assert found.findings == []
    assert found.claim["text"] == "The harbour has forty cranes."
    assert found.claim["claimant"] == {"name": "Ada Weaver", "kind": "person"}
    assert found.claim["said"] == "2024-05-01"
    assert found.claim["appearances"] == [{"url": "https://example.com/speech"}]
    assert found.claim["assessments"] == [
        {
            "reviewer": "Harbour Fact Desk",
            "url": "https://example.org/checks/cranes",
            "published": "2024-05-04",
            "rating": "false",
            "original_rating": "Falsch",
        }
    ]
    assert found.article["url"] == "https://example.org/checks/cranes"
    assert found.article["published"] == "2024-05-04"
    assert found.article["publisher"] == {"name": "Harbour Fact Desk", "domain": "example.org"}
    assert found.article["rights"] == {"license": "NOASSERTION", "redistribute": "none"}
    assert "text" not in found.article
    assert "kind" not in found.claim
    assert "checkable" not in found.claim


def other(number):
    return changed("claimReviewed", f"The harbour has {number} cranes.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "count"),
    [
        (REVIEW, 1),
        ([REVIEW, other(2)], 2),
        ([[REVIEW], [[other(2)]]], 2),
        ({"@context": "https://schema.org", "@graph": [REVIEW, other(2)]}, 2),
        ({"@graph": [{"@type": "NewsArticle", "headline": "x"}, REVIEW]}, 1),
        ({"@graph": [{"@type": "WebPage", "mainEntity": REVIEW}]}, 1),
        ({"@type": "NewsArticle", "review": [REVIEW]}, 1),
        (
            {
                "@type": "DataFeed",
                "dataFeedElement": [
                    {"@type": "DataFeedItem", "item": REVIEW},
                    {"@type": "DataFeedItem", "item": [other(2), other(3)]},
                ],
            },
            3,
        ),
        ([{"@graph": [[REVIEW]]}, {"@type": "DataFeed", "dataFeedElement": [other(2)]}], 2),
        ({**REVIEW, "@type": ["Review", "ClaimReview"]}, 1),
        ({**REVIEW, "@type": "schema:ClaimReview"}, 1),
        ({**REVIEW, "@type": "http://schema.org/ClaimReview"}, 1),
        ({**REVIEW, "@type": ["https://schema.org/ClaimReview"]}, 1),
        ({f"schema:{k}" if k[0] != "@" else k: v for k, v in REVIEW.items()}, 1),
        ({f"http://schema.org/{k}" if k[0] != "@" else k: [v] for k, v in REVIEW.items()}, 1),
        ([], 0),
        ({}, 0),
        ({"@type": "NewsArticle", "headline": "The harbour"}, 0),
    ],
)
def test_reviews_are_found_wherever_they_stand(imported, content, count):
    found = imported(content)
    assert len(found.claims) == count
    assert found.summary.refused == 0
    assert found.codes == ([] if count else ["not-carried-over"])


@pytest.mark.slow
def test_json_lines_are_read_line_by_line(tmp_path):
    lines = [json.dumps(REVIEW), "", json.dumps(other(2)), '{"@type": "ClaimReview",', "[1]"]
    for name in ("a.jsonl", "b.json"):
        found = Imported(tmp_path / name, "\n".join(lines) + "\n", name)
        assert len(found.claims) == 2
        assert found.summary.refused == 2
        assert [one.place.line for one in found.findings] == [4, 5]


def test_references_inside_one_graph_are_resolved(imported):
    review = deepcopy(REVIEW)
    parts = {"_:author": "author", "#claim": "itemReviewed", "urn:rating": "reviewRating"}
    graph = [review]
    for name, prop in parts.items():
        graph.append({**review[prop], "@id": name})
        review[prop] = {"@id": name}
    found = imported({"@graph": graph})
    assert found.findings == []
    assert found.claim["claimant"]["name"] == "Ada Weaver"
    assert found.claim["assessments"][0]["reviewer"] == "Harbour Fact Desk"
    assert found.claim["assessments"][0]["rating"] == "false"


def test_a_finding_in_a_referenced_node_stands_at_that_node(imported):
    review = {**REVIEW, "author": {"@id": "#desk"}}
    desk = {"@id": "#desk", "@type": "Organization", "name": "Desk", "url": "in an ad"}
    text = json.dumps({"@graph": [review, desk]}, indent=1)
    found = imported(text)
    (finding,) = found.findings
    assert finding.code == "not-an-address"
    assert '"in an ad"' in text.splitlines()[finding.place.line - 1]
    assert finding.path == "author.url"


@pytest.mark.slow
@pytest.mark.parametrize("absent", ["nan", "None", "N/A", "Metadata", "unknown", "", "  ", None])
def test_without_what_is_claimed_the_item_is_refused(imported, absent):
    found = imported([changed("claimReviewed", absent), other(2)])
    assert len(found.claims) == 1
    assert found.codes == ["missing-field"]


@pytest.mark.parametrize(
    ("path", "absent"),
    [
        *(("itemReviewed/author/name", one) for one in ["nan", "None", "Metadata", "unknown", ""]),
        ("itemReviewed/datePublished", "N/A"),
        ("itemReviewed/appearance/0/url", "None"),
        ("itemReviewed/author/sameAs", "n/a"),
        ("url", "nan"),
        ("url", " "),
        ("datePublished", "NaN"),
        ("author/url", "N/A"),
        ("reviewRating/alternateName", "unknown"),
        ("reviewRating/ratingValue", "nan"),
    ],
)
def test_sentinels_become_absence_and_a_warning(imported, path, absent):
    found = imported(changed(path, absent))
    assert found.codes == ["no-value"]
    assert len(found.claims) == 1
    words = json.dumps(found.claims + found.articles)
    assert not absent.strip() or f'"{absent}"' not in words


@pytest.mark.parametrize("author", [None, {}, {"@type": "Person"}, {"name": "None"}, "N/A"])
def test_a_verdict_of_nobody_is_refused(imported, author):
    found = imported(changed("author", author))
    assert found.claims == []
    assert "missing-field" in found.codes


@pytest.mark.parametrize(
    ("author", "reviewer"),
    [
        ("Harbour Fact Desk", "Harbour Fact Desk"),
        ({"url": "https://example.org/desk"}, "https://example.org/desk"),
        ("https://example.org/desk", "https://example.org/desk"),
        ([{"@type": "Person", "name": "A reader"}], "A reader"),
        ([{"name": ""}, {"name": "A reader"}], "A reader"),
    ],
)
def test_reviewer_is_the_author_by_name_else_by_address(imported, author, reviewer):
    found = imported(changed("author", author))
    assert found.claim["assessments"][0]["reviewer"] == reviewer


@pytest.mark.slow
def test_several_authors_are_all_kept(imported):
    people = [{"@type": "Person", "name": name} for name in ("A reader", "Another reader")]
    found = imported(changed("author", people))
    assert found.claim["assessments"][0]["reviewer"] == "A reader"
    assert found.article["authors"] == ["A reader", "Another reader"]
    assert found.fields["author[1].name"] == "Another reader"
    assert found.codes == ["not-carried-over"]


@pytest.mark.parametrize(
    ("author", "claimant"),
    [
        ("Ada Weaver", {"name": "Ada Weaver"}),
        ({"@type": "Person", "name": "Ada Weaver"}, {"name": "Ada Weaver", "kind": "person"}),
        ({"@type": "Thing", "name": "Ada Weaver"}, {"name": "Ada Weaver"}),
        ({"@type": "NGO", "name": "A union"}, {"name": "A union", "kind": "organization"}),
        (
            {"@type": ["NewsMediaOrganization"], "name": "A paper"},
            {"name": "A paper", "kind": "organization"},
        ),
        (
            {
                "@type": "Person",
                "name": "Ada Weaver",
                "jobTitle": "mayor",
                "sameAs": ["https://example.com/a", "https://www.wikidata.org/wiki/Q42"],
            },
            {"name": "Ada Weaver", "kind": "person", "wikidata": "Q42", "role": "mayor"},
        ),
        ({"@type": "Person", "name": "nan"}, {"kind": "person"}),
        ({"@type": "Thing", "name": "nan"}, None),
    ],
)
def test_claimant_is_as_the_source_tells(imported, author, claimant):
    found = imported(changed("itemReviewed/author", author))
    assert found.claim.get("claimant") == claimant


def test_two_wikidata_items_are_not_certain(imported):
    links = ["http://www.wikidata.org/entity/Q1", "http://www.wikidata.org/entity/Q2"]
    found = imported(changed("itemReviewed/author/sameAs", links))
    assert "wikidata" not in found.claim["claimant"]
    assert json.loads(found.fields["itemReviewed.author.sameAs"]) == links


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("pt-BR", "pt-BR"), ("EN", "en"), (["de", "en"], "de"), ("und", "und")],
)
def test_language_is_that_of_claim_and_article(imported, tag, language):
    found = imported({**REVIEW, "inLanguage": tag})
    assert found.findings == []
    assert found.claim["language"] == found.article["language"] == language


@pytest.mark.parametrize("name", ["English", "en_US", "german ", "x"])
def test_what_is_no_language_tag_is_left_out_and_kept(imported, name):
    found = imported({**REVIEW, "inLanguage": name})
    assert "unknown-label" in found.codes
    assert found.claim["language"] == "und"
    assert found.fields["inLanguage"] == name
    assert imported is not None


@pytest.mark.slow
def test_language_option_holds_where_the_review_is_silent(tmp_path):
    assert Imported(tmp_path / "a", REVIEW, language="de").claim["language"] == "de"
    said = Imported(tmp_path / "b", {**REVIEW, "inLanguage": "fr"}, language="de")
    assert said.claim["language"] == "fr"


@pytest.mark.parametrize(
    ("item", "appearances"),
    [
        ({"appearance": "https://example.com/a"}, [{"url": "https://example.com/a"}]),
        (
            {"firstAppearance": "https://example.com/a"},
            [{"url": "https://example.com/a", "first": True}],
        ),
        (
            {
                "firstAppearance": {"url": "https://example.com/a"},
                "appearance": ["https://example.com/a", {"url": "https://example.com/b"}],
            },
            [{"url": "https://example.com/a", "first": True}, {"url": "https://example.com/b"}],
        ),
        (
            {"appearance": [{"@id": "https://example.com/a", "datePublished": "2024"}]},
            [{"url": "https://example.com/a", "published": "2024"}],
        ),
        (
            {
                "appearance": {
                    "url": "https://example.com/a",
                    "archivedAt": "https://archive.example/a",
                }
            },
            [{"url": "https://example.com/a", "archived_url": "https://archive.example/a"}],
        ),
        (
            {"@type": "CreativeWork", "url": "https://example.com/a"},
            [{"url": "https://example.com/a"}],
        ),
        ({"@type": "Claim", "url": "https://example.com/a"}, []),
    ],
)
def test_appearances_are_pages_each_once(imported, item, appearances):
    found = imported({**REVIEW, "itemReviewed": item})
    assert found.findings == []
    assert found.claim.get("appearances", []) == appearances


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-05-04 20:05", "2024-05-04"),
        ("2024-05-04T20:05:00.000Z", "2024-05-04T20:05:00.000Z"),
        ("2024-05-04 20:05:00 +0200", "2024-05-04T20:05:00+02:00"),
        ("2024-05-04t20:05:00z", "2024-05-04T20:05:00Z"),
        ("2024-05-04 20:05 CEST", "2024-05-04"),
        ("2024-05-04Z", "2024-05-04"),
        ("2024/05/04", "2024-05-04"),
        ("2024/5/4 8:05 PM", "2024-05-04"),
        ("2024.05.04", "2024-05-04"),
        ("May 4, 2024", "2024-05-04"),
        ("4 May 2024", "2024-05-04"),
        ("Sat, 04 May 2024 20:05:00 GMT", "2024-05-04T20:05:00Z"),
        ("\u0662\u0660\u0662\u0664-\u0660\u0665-\u0660\u0664", "2024-05-04"),
        ("\u06f1\u06f4\u06f0\u06f3-\u06f0\u06f2-\u06f1\u06f5", None),
        ("04/05/2024", None),
        ("04.05.2024", None),
        ("1714852800", None),
        (1714852800000, None),
        ("2024-05-04 25:05", None),
        ("2024-02-30 10:00", None),
        ("2024-05/04", None),
    ],
)
def test_dates_that_can_be_read_in_one_way_are_read(date, expected, imported):
    found = imported({**REVIEW, "datePublished": date})
    assert found.article.get("published") == expected
    assert found.codes == ([] if expected else ["not-a-date"])
    kept = found.fields.get("datePublished")
    assert kept == (
        str(date)
        if ":" in str(date) and len(expected or "") < 11
        else None
        if expected
        else str(date)
    )


def test_several_reviewed_items_are_read_together(imported):
    item = [
        {"@type": "CreativeWork", "name": "A leaflet"},
        {"@type": "Claim", "author": "Ada Weaver", "appearance": "https://example.com/a"},
    ]
    found = imported({**REVIEW, "itemReviewed": item})
    assert found.claim["claimant"] == {"name": "Ada Weaver"}
    assert found.claim["appearances"] == [{"url": "https://example.com/a"}]
    assert found.fields["itemReviewed[0].name"] == "A leaflet"


RATINGS: list[tuple[dict[str, Any], str | None, list[str]]] = [
    ({"ratingValue": 1}, "false", []),
    ({"ratingValue": 2}, "mostly_false", []),
    ({"ratingValue": 3}, "mixed", []),
    ({"ratingValue": 4}, "mostly_true", []),
    ({"ratingValue": 5}, "true", []),
    ({"ratingValue": "5", "bestRating": "5", "worstRating": "1"}, "true", []),
    ({"ratingValue": 5, "bestRating": 10, "worstRating": 0}, "mixed", []),
    ({"ratingValue": 0, "bestRating": 1, "worstRating": 0}, "false", []),
    ({"ratingValue": 1, "bestRating": 1, "worstRating": 0}, "true", []),
    ({"ratingValue": 3, "bestRating": 4, "worstRating": 1}, "mostly_true", []),
    ({"ratingValue": 0}, None, ["rating-off-scale"]),
    ({"ratingValue": -1}, None, ["rating-off-scale"]),
    ({"ratingValue": 6}, None, ["rating-off-scale"]),
    ({"ratingValue": "9", "bestRating": "5"}, None, ["rating-off-scale"]),
    ({"ratingValue": 3, "bestRating": 1, "worstRating": 5}, "mixed", []),
    ({"ratingValue": "5", "bestRating": "1", "worstRating": "5"}, "false", []),
    ({"ratingValue": 0, "bestRating": -2, "worstRating": 2}, "mixed", []),
    ({"ratingValue": 6, "bestRating": 1, "worstRating": 5}, None, ["rating-off-scale"]),
    ({"ratingValue": 0, "bestRating": 0}, None, ["rating-off-scale"]),
    ({"ratingValue": 5, "worstRating": 6}, None, ["rating-off-scale"]),
    *(
        (
            {"ratingValue": n, "bestRating": n, "worstRating": n, "alternateName": "FALSE"},
            "false",
            [],
        )
        for n in (-1, 0, "1", 7, "-1.0")
    ),
    (
        {"ratingValue": 3, "bestRating": 1, "worstRating": 1, "alternateName": "False"},
        None,
        ["rating-off-scale"],
    ),
    ({"ratingValue": "1,5", "bestRating": "2,0", "worstRating": "0"}, "mostly_true", []),
    ({"ratingValue": "4,6"}, "true", []),
    ({"ratingValue": "1,500", "bestRating": 2000}, None, ["rating-off-scale"]),
    ({"ratingValue": "100%"}, "true", []),
    ({"ratingValue": "0 %", "bestRating": "100%", "worstRating": "0%"}, "false", []),
    ({"ratingValue": "50%", "bestRating": 100, "worstRating": 0}, "mixed", []),
    ({"ratingValue": "80%", "bestRating": 5, "worstRating": 1}, None, ["rating-off-scale"]),
    ({"ratingValue": "4/5"}, "mostly_true", []),
    ({"ratingValue": "4 out of 5", "bestRating": "5"}, "mostly_true", []),
    ({"ratingValue": "4 of 4"}, "true", []),
    ({"ratingValue": "4/5", "bestRating": 10}, None, ["rating-off-scale"]),
    ({"ratingValue": "\u0664"}, "mostly_true", []),
    ({"ratingValue": "\u0664\u066b\u0666"}, "true", []),
    ({"ratingValue": "1_0", "bestRating": 10}, None, ["rating-off-scale"]),
    ({"ratingValue": 0, "alternateName": "False"}, "false", []),
    ({"ratingValue": "-1", "alternateName": "Misleading"}, "misleading", []),
    ({"ratingValue": 1, "bestRating": 1, "worstRating": 1}, None, ["rating-off-scale"]),
    ({"ratingValue": -1, "bestRating": -1, "worstRating": -1}, None, ["rating-off-scale"]),
    ({"ratingValue": "Falsch"}, None, ["rating-off-scale"]),
    ({"ratingValue": 1e308, "bestRating": 1e309}, None, ["rating-off-scale"]),
    ({"ratingValue": 3, "bestRating": "nan"}, "mixed", ["no-value"]),
    ({"alternateName": "Mostly False"}, "mostly_false", []),
    ({"alternateName": "Pants on Fire!"}, "false", []),
    ({"alternateName": "half-true"}, "mixed", []),
    ({"alternateName": "Misleading."}, "misleading", []),
    ({"alternateName": "Unproven"}, "unverifiable", []),
    ({"alternateName": "Falsch"}, "false", []),
    ({"alternateName": "Four cranes"}, None, []),
    ({"alternateName": "True", "ratingValue": 1}, None, ["ratings-disagree"]),
    ({"alternateName": "False", "ratingValue": 5}, None, ["ratings-disagree"]),
    ({"alternateName": "False", "ratingValue": 3}, None, ["ratings-disagree"]),
    (
        {"alternateName": "False", "ratingValue": 2, "bestRating": 6, "worstRating": 1},
        "false",
        [],
    ),
    ({"alternateName": "Misleading", "ratingValue": 2}, "misleading", []),
    ({"alternateName": "False", "ratingValue": 9}, None, ["rating-off-scale"]),
]


def test_rating_is_its_place_on_its_own_scale(imported):
    reviews = [
        {
            **REVIEW,
            "url": f"{PAGE}/{number}",
            "claimReviewed": f"The harbour has {number} cranes.",
            "reviewRating": {"@type": "Rating", **rating},
        }
        for number, (rating, *_) in enumerate(RATINGS)
    ]
    found = imported("[\n" + ",\n".join(map(json.dumps, reviews)) + "\n]")
    claims = {claim["text"]: claim for claim in found.claims}
    for number, (rating, expected, codes) in enumerate(RATINGS):
        claim = claims[f"The harbour has {number} cranes."]
        (assessment,) = claim["assessments"]
        assert assessment.get("rating") == expected, rating
        assert [one.code for one in found.findings if one.place.line == number + 2] == codes, rating
        assert assessment["original_rating"] == rating.get("alternateName", _written(rating))
        fields = {one["name"] for one in claim["annotation"]["origin"].get("fields", [])}
        for name in ("ratingValue", "bestRating", "worstRating"):
            if name in rating and rating[name] != "nan":
                assert f"reviewRating.{name}" in fields, rating


def _written(rating):
    value = rating.get("ratingValue")
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("name", ["Falsch", "Vrai", "Неправда", "خطأ", "嘘", "FALSO  😀", "ﬁ"])
def test_verdicts_of_any_language_are_kept_untouched(imported, name):
    found = imported(changed("reviewRating/alternateName", name))
    assert found.claim["assessments"][0]["original_rating"] == name
    assert found.claim["annotation"]["origin"]["label"] == name


@pytest.mark.parametrize(
    ("rating", "original"),
    [
        ({"name": "Nein", "ratingExplanation": "Weil"}, "Nein"),
        ({"ratingExplanation": "Weil es so ist"}, "Weil es so ist"),
        ({"ratingValue": 2}, "2"),
        ({"ratingValue": "2"}, "2"),
        ({"ratingValue": 2.5}, "2.5"),
        ("Nein", "Nein"),
    ],
)
def test_verdict_is_a_name_else_an_explanation_else_the_number(imported, rating, original):
    found = imported({**REVIEW, "reviewRating": rating})
    assert found.claim["assessments"][0]["original_rating"] == original


@pytest.mark.parametrize("rating", [None, {}, {"@type": "Rating", "bestRating": 5}])
def test_without_a_verdict_there_is_no_assessment_and_a_warning(imported, rating):
    found = imported(changed("reviewRating", rating))
    assert "assessments" not in found.claim
    assert found.codes == ["not-carried-over"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["in an ad", "https:www.example.org", "https://example.org/a b", "www.example.org"]
)
@pytest.mark.parametrize("path", ["url", "itemReviewed/appearance/0/url", "author/url"])
def test_what_is_no_address_is_left_out_and_kept(imported, path, url):
    found = imported(changed(path, url))
    assert found.codes == ["not-an-address"]
    assert url in found.fields.values()
    if path == "url":
        assert "url" not in found.article
        assert "url" not in found.claim["assessments"][0]
        assert found.article["id"].startswith("review-")


def test_review_without_address_is_still_a_claim(imported):
    found = imported(changed("url", None))
    assert found.findings == []
    assert "url" not in found.article
    assert found.claim["annotation"]["origin"]["id"] == found.claim["id"].partition(".")[2]


@pytest.mark.slow
def test_one_page_may_review_many_claims(imported):
    found = imported([other(number) for number in range(3)])
    assert found.findings == []
    assert len(found.articles) == 1
    assert len({claim["id"] for claim in found.claims}) == 3


@pytest.mark.slow
def test_a_review_that_stands_twice_is_imported_once(imported):
    found = imported([REVIEW, other(2), deepcopy(REVIEW)])
    assert len(found.claims) == 2
    assert found.codes == ["duplicate-item"]
    assert found.findings[0].place.column > 1


@pytest.mark.slow
def test_the_same_item_has_the_same_id_each_time(tmp_path):
    first = Imported(tmp_path / "a", [REVIEW])
    second = Imported(tmp_path / "b", {"@graph": [other(2), REVIEW]})
    assert first.claim["id"] in [claim["id"] for claim in second.claims]


@pytest.mark.slow
def test_a_claim_is_not_made_after_its_review(imported):
    found = imported(changed("itemReviewed/datePublished", "2024-05-07"))
    assert found.codes == ["said-after-review"]
    assert "said" not in found.claim
    assert found.fields["itemReviewed.datePublished"] == "2024-05-07"


@pytest.mark.slow
def test_dates_of_one_page_agree_whichever_comes_first(imported):
    late = {**other(2), "datePublished": "2024-06-30"}
    late["itemReviewed"] = {**REVIEW["itemReviewed"], "datePublished": "2024-06-01"}
    found = imported([REVIEW, late])
    assert found.codes == ["not-carried-over", "said-after-review"]
    assert len(found.claims) == 2


@pytest.mark.parametrize(
    "date", ["4.5.2024", "2024-13-01", "2024-13", "2024-02-30", "May 2024", "2024-05-04T24:00:00Z"]
)
def test_what_is_no_date_is_left_out_and_kept(imported, date):
    found = imported(changed("datePublished", date))
    assert found.codes == ["not-a-date"]
    assert found.fields["datePublished"] == date


@pytest.mark.slow
def test_dataset_is_the_feed(imported):
    feed = {"@type": "DataFeed", "name": "Harbour feed", "dataFeedElement": [REVIEW]}
    found = imported([feed, other(2)])
    origins = [claim["annotation"]["origin"]["dataset"] for claim in found.claims]
    assert origins == ["Harbour feed", "ClaimReview"]


@pytest.mark.slow
def test_what_has_no_field_is_kept_and_texts_of_the_page_are_not(imported):
    found = imported(
        {
            **REVIEW,
            "reviewBody": "All the text of the page.",
            "image": "https://example.org/a.png",
            "sdPublisher": {"@type": "Organization", "name": "An archive"},
            "sdDatePublished": "2024-05-05",
            "sdLicense": "https://example.org/licence",
            "itemReviewed": {**REVIEW["itemReviewed"], "name": "A speech", "alternateName": "x"},
        }
    )
    assert found.findings == []
    assert "All the text" not in json.dumps(found.claims + found.articles)
    assert found.fields["sdDatePublished"] == "2024-05-05"
    assert found.fields["sdLicense"] == "https://example.org/licence"
    assert found.fields["itemReviewed.name"] == "A speech"
    assert found.fields["itemReviewed.alternateName"] == "x"
    assert "An archive" in found.fields["sdPublisher"]


@pytest.mark.slow
def test_text_is_not_normalised_and_space_at_an_edge_is_reported(imported):
    text = " cafe\N{COMBINING ACUTE ACCENT} \N{NO-BREAK SPACE}&amp; "
    found = imported(changed("claimReviewed", text))
    assert found.claim["text"] == text
    assert found.codes == ["space-at-edge"]


def test_of_several_values_the_first_is_taken_and_the_others_are_kept(imported):
    found = imported({**REVIEW, "claimReviewed": ["One.", "Two."], "url": ["in an ad", PAGE]})
    assert found.codes == ["not-carried-over", "not-an-address"]
    assert found.claim["text"] == "One."
    assert found.article["url"] == PAGE
    assert found.fields["claimReviewed[1]"] == "Two."
    assert found.fields["url[0]"] == "in an ad"


def test_a_node_that_is_not_in_the_file_is_told(imported):
    found = imported({**REVIEW, "itemReviewed": {"@id": "#claim"}})
    assert found.codes == ["not-carried-over"]


@pytest.mark.slow
def test_a_node_with_what_is_claimed_is_a_review_whatever_its_type(imported):
    found = imported({**REVIEW, "@type": "Review"})
    assert found.codes == ["unknown-label"]
    assert found.fields["@type"] == "Review"


@pytest.mark.slow
def test_what_stands_in_the_place_of_an_item_is_accounted_for(imported):
    elements = [
        "https://example.org/a",
        {"@type": "DataFeedItem", "item": REVIEW},
        {"@type": "DataFeedItem", "item": None},
        {"@type": "DataFeedItem", "item": 5},
        None,
    ]
    found = imported({"@type": "DataFeed", "dataFeedElement": elements})
    assert found.summary.items == 5
    assert found.summary.refused == 4
    assert found.codes == ["wrong-type", "missing-field", "wrong-type", "wrong-type"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "syntax-error"),
        (b"   ", "syntax-error"),
        (b"{", "syntax-error"),
        (VALID.encode()[:400], "syntax-error"),
        (VALID.encode("utf-16"), "not-utf8"),
        (b"\xff" + VALID.encode(), "not-utf8"),
        (b"[" * 100_000, "too-deep"),
        (VALID.replace('"@graph"', '"@graph": [], "@graph"').encode(), "duplicate-key"),
        (VALID.replace('"headline"', '"url": "x", "headline"').encode(), "duplicate-key"),
        (VALID.replace("forty cranes.", "\\ud83d").encode(), "lone-surrogate"),
        (VALID.replace("forty cranes.", "\\u0000").encode(), "nul-character"),
        (b"5", "wrong-type"),
        (b'"text"', "wrong-type"),
    ],
)
def test_what_cannot_be_read_is_a_finding_at_its_place(imported, data, code):
    found = imported(data)
    assert found.claims == []
    assert found.summary.refused == 1
    assert code in found.codes
    assert all(finding.place.line for finding in found.findings)


def test_a_byte_order_mark_is_reported_once(imported):
    found = imported(b"\xef\xbb\xbf" + json.dumps([REVIEW, other(2)]).encode())
    assert found.codes == ["leading-mark"]
    assert len(found.claims) == 2


@pytest.mark.slow
def test_a_name_that_stands_twice_refuses_its_review_alone(imported):
    text = json.dumps([REVIEW, other(2)]).replace('"url":', '"url": "x", "url":', 1)
    found = imported(text)
    assert found.codes == ["duplicate-key"]
    assert len(found.claims) == 1


@pytest.mark.slow
def test_findings_in_long_lines_stand_at_their_places(tmp_path):
    reviews = [other(number) for number in range(500)]
    reviews[400]["url"] = "in an ad"
    text = json.dumps({"@type": "DataFeed", "dataFeedElement": reviews})
    (finding,) = Imported(tmp_path, text).findings
    assert text[finding.place.column - 1 :].startswith('"in an ad"')
    assert finding.excerpt.text[finding.excerpt.caret :].startswith('"in an ad"')


@pytest.mark.slow
def test_a_large_feed_that_is_cut_off_is_told_at_its_place(tmp_path):
    text = json.dumps([other("many " * 1000)] * 3500)[:-20]
    found = Imported(tmp_path, text)
    assert found.codes == ["syntax-error"]
    assert found.findings[0].place.column > len(text) - 100


JUNK = st.sampled_from(
    [
        *(
            None,
            True,
            0,
            -1,
            1.5,
            10**400,
            float("nan"),
            float("inf"),
            "",
            "nan",
            "N/A",
            " x ",
            "\n",
        ),
        *("https://", "http://[", "https://example.org/a", "2024-02-30", "a\nb", "\ud83d", "\0"),
        *([], [None], [[]], {}, {"@id": "#x"}, {"@value": 5}, {"@type": 5}, ["a", {"name": "b"}]),
        *({"name": {"name": []}}, {"url": []}, [{"@value": "a"}, {"@value": "b"}], "x" * 300),
    ]
)


PLACES = list(paths_in(json.loads(VALID)))


@st.composite
def mutated(draw):
    """The sound example with some values replaced by junk, taken away, or renamed."""
    value = json.loads(VALID)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        *steps, last = path
        inside = value
        try:
            for step in steps:
                inside = inside[step]
            match draw(st.sampled_from(["replace", "delete", "list", "rename"])):
                case "replace":
                    inside[last] = deepcopy(draw(JUNK))
                case "delete":
                    del inside[last]
                case "list":
                    inside[last] = [deepcopy(draw(JUNK)), inside[last], draw(JUNK)]
                case "rename":
                    inside[draw(st.sampled_from(["@id", "@type", "url", "item"]))] = deepcopy(
                        inside[last]
                    )
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return json.dumps(value)


@pytest.mark.slow
@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck))
@given(mutated())
def test_whatever_is_wrong_is_accounted_for(tmp_path_factory, text):
    Imported(tmp_path_factory.mktemp("mutated"), text)


@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_broken_bytes_are_accounted_for(tmp_path_factory, data):
    content = bytearray(VALID.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    found = Imported(tmp_path_factory.mktemp("broken"), bytes(content[:cut]))
    assert found.claims or found.findings


@pytest.mark.slow
def test_defects_are_told_on_the_command_line(tmp_path):
    ran = run("import", "claimreview", EXAMPLES / "defects", "--out", tmp_path / "out")
    assert ran.returncode == 1
    assert ran.stderr == ""
    assert " that could not become records" in ran.stdout
    assert onrecord.validate(tmp_path / "out").findings == ()


def test_sound_example_has_no_finding(tmp_path):
    found = Imported(tmp_path, VALID)
    assert found.findings == []
    assert len(found.claims) == 1
