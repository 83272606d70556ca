"""Records are written as schema.org JSON-LD, and the reviews in it come back."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from onrecord.cli.main import main
from onrecord.exchange import export_records, import_records
from onrecord.exchange.claimreview.reading import ClaimReview
from onrecord.exchange.schema_org import SCALE, SchemaOrg
from onrecord.schema.flat import flatten
from onrecord.testing import corpora
from tests import ROOT
from tests.drawing import examples

BRIDGE = ROOT / "docs" / "examples" / "bridge.yaml"

# Properties of the types that are used, as https://schema.org/TYPE lists them.
THING = {"@type", "@id", "name", "alternateName", "sameAs", "url"}
WORK = THING | {
    *("about", "archivedAt", "author", "citation", "copyrightHolder", "copyrightNotice"),
    *("correction", "creativeWorkStatus", "dateCreated", "datePublished", "headline"),
    *("inLanguage", "isBasedOn", "isPartOf", "license", "publisher", "temporalCoverage", "text"),
    *("translationOfWork",),
}
PROPERTIES = {
    "NewsArticle": WORK | {"articleBody"},
    "Quotation": WORK | {"spokenByCharacter"},
    "Claim": WORK | {"appearance", "claimInterpreter", "firstAppearance"},
    "ClaimReview": WORK | {"claimReviewed", "itemReviewed", "reviewBody", "reviewRating"},
    "WebPage": WORK,
    "CreativeWork": WORK,
    "CorrectionComment": WORK,
    "Rating": THING | {"bestRating", "ratingValue", "worstRating"},
    "Person": THING | {"jobTitle"},
    "Organization": THING,
    "Thing": THING,
}


def export(folder, *documents):
    """The graph that documents become."""
    source = folder / "source"
    source.mkdir(parents=True)
    for document in documents:
        path = source / f"{document.article.id}.json"
        path.write_text(document.model_dump_json(), encoding="utf-8")
    return export_of(folder, source)


def export_of(folder, source):
    exported = export_records(SchemaOrg(), [source], folder / "graph.jsonld")
    assert not exported.report.errors
    assert exported.omissions == ()
    return json.loads((folder / "graph.jsonld").read_text(encoding="utf-8"))


def imported(folder):
    """The claims that the graph gives back, by the reviews that they come from."""
    findings = []
    graph, out = folder / "graph.jsonld", folder / "back"
    import_records(ClaimReview(), [graph], out, report=findings.append)
    if not (out / "claims.jsonl").exists():
        return {}, findings
    lines = (out / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    claims = [json.loads(line) for line in lines]
    return {claim["annotation"]["origin"]["id"]: claim for claim in claims}, findings


def nodes(value):
    """All nodes of a graph, however deep."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def check(document):
    assert document["@context"] == "https://schema.org"
    graph = document["@graph"]
    names = [node["@id"] for node in graph]
    assert len(names) == len(set(names))
    assert all(name.startswith("urn:onrecord:") for name in names)
    for node in nodes(graph):
        if set(node) == {"@id"}:
            continue
        assert set(node) <= PROPERTIES[node["@type"]], node
        assert None not in node.values()
        assert [] not in node.values()
        assert len(node) > 1
    return graph


def dangling(graph):
    names = {node["@id"] for node in graph}
    return {node["@id"] for node in nodes(graph) if set(node) == {"@id"}} - names


@pytest.mark.slow
@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck))
@given(corpora("dehydrated"))
def test_graph_is_valid_and_whole_and_its_reviews_come_back(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("graph")
    graph = check(export(folder, *corpus))
    assert dangling(graph) == set()
    rows = [flatten(document) for document in corpus]
    wanted = {"NewsArticle": "article", "Quotation": "quote", "Claim": "claim"}
    for type_, record_type in wanted.items():
        found = [node["@id"] for node in graph if node["@type"] == type_]
        records = [row["id"] for flat in rows for row in flat[record_type]]
        assert sorted(found) == sorted(f"urn:onrecord:{record_type}:{one}" for one in records)
    back, findings = imported(folder)
    articles = {article["id"]: article for flat in rows for article in flat["article"]}
    expected = {
        f"urn:onrecord:review:{claim['id']}:{number}": (claim, assessment)
        for flat in rows
        for claim in flat["claim"]
        for number, assessment in enumerate(claim["assessments"], start=1)
    }
    assert {one.code for one in findings} <= ({"not-carried-over"} if not expected else set())
    assert set(back) == set(expected)
    for name, (claim, assessment) in expected.items():
        found = essence(back[name], *back[name]["assessments"])
        assert found == exported(claim, assessment, articles[claim["article_id"]])


def essence(claim, assessment):
    """What a review of a claim says, as far as schema.org has it."""
    return {
        "text": claim["text"],
        "language": claim["language"],
        "claimant": (claim.get("claimant") or {}).get("name"),
        "said": claim.get("said"),
        "appearances": [
            (one["url"], bool(one.get("first")), one.get("archived_url"), one.get("published"))
            for one in claim.get("appearances", ())
        ],
        "about": [(one["name"], one.get("wikidata")) for one in claim.get("about", ())],
        **{
            name: assessment.get(name)
            for name in ("reviewer", "url", "published", "rating", "original_rating")
        },
    }


def exported(claim, assessment, article):
    """What a review of a claim says once it is exported: the article is a page with the claim."""
    known = essence(claim, assessment)
    page = (article["url"], False, article["archived_url"], article["published"])
    first = [one for one in known["appearances"] if one[1]]
    further = [one for one in known["appearances"] if not one[1]]
    said = re.fullmatch(r"[^/?~%]+", claim.get("said") or "")
    return known | {
        "appearances": [*first, *([page] if article["url"] else []), *further],
        "said": said and said[0],
    }


def reviewed(folder, ratings):
    """The graph of the sound example with an assessment for each of some ratings and their words."""
    source = folder / "source.yaml"
    verdicts = "".join(
        f"      - {{reviewer: Desk {number}, rating: {rating!r}, original_rating: {original!r}}}\n"
        for number, (rating, original) in enumerate(ratings)
    )
    text = BRIDGE.read_text(encoding="utf-8")
    source.write_text(f"{text}    assessments:\n{verdicts}", encoding="utf-8")
    return export_of(folder, source)["@graph"]


@pytest.mark.slow
def test_every_rating_comes_back_whatever_the_reviewer_calls_it(tmp_path):
    ratings = [*SCALE, "misleading", "outdated", "unverifiable"]
    given = [*product(ratings, ["Falsch", "True", "Pants on fire"])]
    reviewed(tmp_path, given)
    back, findings = imported(tmp_path)
    assert findings == []
    came = [assessment for claim in back.values() for assessment in claim["assessments"]]
    assert sorted((one["rating"], one["original_rating"]) for one in came) == sorted(given)


@pytest.mark.slow
def test_numbers_go_from_one_to_five(tmp_path):
    graph = reviewed(tmp_path, [(rating, "x") for rating in SCALE])
    ratings = [node["reviewRating"] for node in graph if "reviewRating" in node]
    found = [
        [rating[name] for name in ("worstRating", "ratingValue", "bestRating")]
        for rating in ratings
    ]
    assert found == [[1, value, 5] for value in SCALE.values()]


@pytest.mark.slow
def test_quotations_are_joined_to_articles_and_claims_to_quotations(tmp_path):
    graph = {node["@id"]: node for node in check(export_of(tmp_path, BRIDGE))}
    quote = graph["urn:onrecord:quote:bridge.q2"]
    assert quote["text"] == "We will rebuild the bridge 🌉, […] and the quay."
    assert quote["isPartOf"] == [{"@id": "urn:onrecord:article:bridge"}]
    speaker = {"@type": "Person", "name": "Ada Example", "jobTitle": "mayor"}
    assert quote["spokenByCharacter"] == [speaker]
    claim = graph["urn:onrecord:claim:bridge.c1"]
    assert claim["isBasedOn"] == [{"@id": "urn:onrecord:quote:bridge.q2"}]
    assert claim["author"] == speaker
    assert "author" not in graph["urn:onrecord:claim:bridge.c2"]
    article = graph["urn:onrecord:article:bridge"]
    assert article["license"] == {"@type": "CreativeWork", "name": "CC-BY-4.0"}


@pytest.mark.slow
def test_what_rights_withhold_is_not_there(tmp_path):
    (path,) = (ROOT / "dataset" / "articles").rglob("*.yaml")
    graph = check(export_of(tmp_path, path))
    assert not any("articleBody" in node for node in graph)
    quotations = [node for node in graph if node["@type"] == "Quotation"]
    assert any("text" in node for node in quotations)
    assert any("text" not in node for node in quotations)


@pytest.mark.slow
def test_nothing_is_written_while_there_are_errors(tmp_path, capsys):
    broken = ROOT / "docs" / "examples" / "broken.yaml"
    out = tmp_path / "graph.jsonld"
    with pytest.raises(SystemExit, match="1"):
        main(["export", "schema-org", str(broken), "--out", str(out)])
    assert not out.exists()
    assert "nothing is written while there are errors" in capsys.readouterr().out


@pytest.mark.slow
def test_dataset_of_the_repository_is_exported(tmp_path, capsys):
    out = tmp_path / "x.jsonld"
    with pytest.raises(SystemExit, match="0"):
        main(["export", "schema-org", str(ROOT / "dataset"), "--out", str(out)])
    assert capsys.readouterr().out.startswith(f"wrote {out}: 1 file from 1 article, ")
    assert dangling(check(json.loads(out.read_text(encoding="utf-8")))) == set()
