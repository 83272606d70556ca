"""The made-up corpus of the documentation: valid, complete, and marked as made up in every record."""

from __future__ import annotations

import re
import shutil
import typing
import unicodedata
from collections import Counter
from functools import cache

import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.files.opening import File
from onrecord.files.texts import TextFolder
from onrecord.publishing import publish
from onrecord.rights.files import hydrate_file
from onrecord.rights.plans import carry_out
from onrecord.schema.current import Claim, Quote, Relation, Source
from onrecord.schema.v1.assessment import Assessment, Evidence
from onrecord.schema.v1.quote import QuoteRelation
from tests import ROOT

GAZETTE = ROOT / "docs" / "examples" / "gazette"
TEXTS = GAZETTE / "texts"
WITHHELD = "2023-11-08-herald"


@cache
def corpus():
    return onrecord.read(GAZETTE)


def quote(name):
    return next(one for one in corpus().quotes if one.id == name)


def values(model, field):
    """The values that a field of a model allows."""

    def inside(annotation):
        if typing.get_origin(annotation) is typing.Literal:
            return set(typing.get_args(annotation))
        return set().union(*map(inside, typing.get_args(annotation)))

    return inside(model.model_fields[field].annotation)


def sources():
    for one in corpus().quotes:
        yield from (*one.speakers, *one.addressees, *one.relayed_by)


def periods():
    for one in (*corpus().quotes, *corpus().claims):
        yield from filter(None, (one.said, getattr(one, "period", None)))


def assessments():
    return [verdict for claim in corpus().claims for verdict in claim.assessments]


@pytest.mark.slow
@pytest.mark.parametrize("texts", [None, TEXTS])
def test_nothing_is_wrong_with_it(texts):
    report = onrecord.validate(GAZETTE, texts=texts)
    assert [str(finding) for finding in report.findings] == []
    assert report.checked.verified > 200
    assert bool(report.checked.unverified) == (texts is None)


@pytest.mark.slow
def test_every_record_is_marked_as_made_up():
    for article in corpus().articles:
        assert article.publisher.name.endswith("(made up)")
    for record in (*corpus().quotes, *corpus().claims):
        assert record.annotation.note.startswith("Made-up example"), record.id
        assert all(name.endswith("(made up)") for name in record.annotation.annotators)
    assert all(one.reviewer.endswith("(made up)") for one in assessments())


def test_all_addresses_are_reserved_for_examples_and_no_real_thing_is_meant():
    for path in GAZETTE.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"(?:https?://|domain: )([\w.-]+)", text)
        assert all(re.search(r"(^|\.)example\.(org|com|net)$", host) for host in hosts)
        assert "wikidata" not in text


def test_a_dozen_short_articles_in_five_languages():
    articles = corpus().articles
    assert len(articles) == 12
    assert {one.language for one in articles} == {"en", "de", "fr", "uk", "ar"}
    for one in articles:
        text = one.text or (TEXTS / f"{one.id}.txt").read_text(encoding="utf-8")
        assert 60 <= len(text.split()) <= 150, one.id


@pytest.mark.parametrize("field", ["type", "attribution"])
def test_quotes_have_every(field):
    assert {getattr(one, field) for one in corpus().quotes} == values(Quote, field)


@pytest.mark.parametrize("field", ["voice", "kind"])
def test_claims_have_every(field):
    assert {getattr(one, field) for one in corpus().claims} == values(Claim, field)


def test_records_of_every_status_occur():
    records = (*corpus().quotes, *corpus().claims)
    assert {one.status for one in records} == {"active", "corrected", "withdrawn"}
    for one in records:
        assert (one.status == "corrected") == (one.replaced_by is not None)


def test_every_medium_but_other_occurs():
    found = {one.medium for one in corpus().quotes} - {None}
    assert found == values(Quote, "medium") - {"other"}


def test_every_relation_occurs():
    for records, model in ((corpus().quotes, QuoteRelation), (corpus().claims, Relation)):
        found = {relation.type for record in records for relation in record.relations}
        assert found == values(model, "type")


def test_every_kind_of_source_and_reference_occurs():
    for field in ("kind", "reference"):
        assert {getattr(one, field) for one in sources()} >= values(Source, field)


def test_every_rating_and_stance_occurs():
    given = Counter(one.rating for one in assessments())
    assert set(given) == values(Assessment, "rating") | {None}
    found = {each.stance for one in assessments() for each in one.evidence}
    assert found == values(Evidence, "stance")
    assert any(len(one.assessments) > 1 for one in corpus().claims)


def test_one_statement_is_in_three_outlets_and_two_languages():
    related = [
        (one.id, relation.quote_id)
        for one in corpus().quotes
        for relation in one.relations
        if relation.type == "same_statement"
    ]
    same = {"2023-11-08-council.q1"}
    for _ in related:
        same |= {name for pair in related if same & set(pair) for name in pair}
    articles = [one for one in corpus().articles if any(name.startswith(one.id) for name in same)]
    assert len({one.publisher.name for one in articles}) == 3
    assert {one.language for one in articles} == {"en", "de"}
    german = quote("2023-11-09-bote.q1")
    assert german.translated_from == "en"
    assert [one.name for one in german.relayed_by] == [
        "Town of Marrowick",
        "Example Wire (made up)",
    ]


def test_quotes_are_nested_interrupted_joint_and_answered():
    quotes = corpus().quotes
    assert any(one.within for one in quotes)
    assert any(one.type == "direct" and len(one.content) > 1 for one in quotes)
    assert any(len(one.speakers) > 1 for one in quotes)
    assert any(one.addressees for one in quotes)
    assert any(one.language for one in quotes)
    assert any(len(one.mentions) > 1 for one in sources())


def test_claims_agree_and_contradict_across_articles():
    across = {
        relation.type
        for claim in corpus().claims
        for relation in claim.relations
        if not relation.claim_id.startswith(f"{claim.article_id}.")
    }
    assert across == {"same_as", "contradicts", "updates", "qualifies"}


def test_periods_are_approximate_uncertain_and_open():
    found = "".join(periods())
    for sign in ("~", "?", "%"):
        assert sign in found
    assert any(one.startswith("../") for one in periods())
    assert any(one.endswith("/..") for one in periods())


def test_roles_change_over_time():
    roles: dict[str, list[str]] = {}
    for one in corpus().quotes:
        for speaker in one.speakers:
            if speaker.name and speaker.role:
                roles.setdefault(speaker.name, []).append(speaker.role)
    assert {"council member", "Bürgermeister", "Mayor"} <= set(roles["Tomas Veld"])
    assert {"Mayor", "chair of the bridge foundation"} <= set(roles["Ada Merrin"])
    assert {"engineer", "Stadtingenieurin"} <= set(roles["Ines Corvo"])


def test_coverage_corrections_guideline_and_origin_occur():
    articles = corpus().articles
    for field in ("quotes", "claims"):
        assert {getattr(one.coverage, field) for one in articles} == {"all", "some"}
    assert any(one.corrections for one in articles)
    annotations = [one.annotation for one in (*corpus().quotes, *corpus().claims)]
    assert {one.method for one in annotations} == {"manual", "assisted", "automatic"}
    assert any(one.guideline for one in annotations)
    assert any(one.origin for one in annotations)


def test_texts_have_scare_quotes_and_characters_that_are_hard_to_count():
    texts = {one.id: one.text for one in corpus().articles if one.text}
    assert "“temporary”" in texts["2023-09-20-ferry"]
    together = "".join(texts.values())
    assert max(together) > "\uffff"
    assert any(unicodedata.combining(one) for one in unicodedata.normalize("NFC", together))


def test_one_article_is_withheld_and_can_be_restored(tmp_path):
    (article,) = (one for one in corpus().articles if one.id == WITHHELD)
    assert article.text is None
    assert article.rights.redistribute == "quotes"
    assert {one.rights.license for one in corpus().articles if one.text} == {"CC-BY-4.0"}
    path = tmp_path / f"{WITHHELD}.yaml"
    shutil.copy(next(GAZETTE.rglob(path.name)), path)
    carry_out(hydrate_file(File(path, str(path)), TextFolder(TEXTS)))
    assert onrecord.read(tmp_path).articles[0].text == (TEXTS / f"{WITHHELD}.txt").read_text(
        "utf-8"
    )


@pytest.mark.slow
def test_a_copy_is_published(tmp_path):
    from datasets import load_dataset

    folder = tmp_path / "gazette"
    shutil.copytree(GAZETTE, folder)
    publish(folder, tmp_path / "out")
    for table in ("articles", "quotes", "claims"):
        expected = len(getattr(corpus(), table))
        (path,) = (tmp_path / "out" / "data").glob(f"*/{table}-train-*.parquet")
        assert pq.read_table(path).num_rows == expected
        loaded = load_dataset(
            str(tmp_path / "out"), table, split="train", cache_dir=str(tmp_path / "cache")
        )
        assert loaded.num_rows == expected


def test_every_article_is_listed_in_the_documentation():
    page = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for path in GAZETTE.rglob("*.yaml"):
        assert (
            path.name == "corpus.yaml" or f"({path.relative_to(ROOT / 'docs').as_posix()})" in page
        )
