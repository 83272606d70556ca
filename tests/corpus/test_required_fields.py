"""What a corpus demands of its records beyond the schema."""

from __future__ import annotations

import pytest

import onrecord
from onrecord.corpus.required_fields import requirable
from onrecord.schema import CURRENT
from onrecord.validation.validate import validate_corpus


def found(sound, *fields: str) -> list[tuple[str, str | None, str]]:
    findings = validate_corpus(onrecord.read(sound), required_fields=fields).findings
    assert {one.code for one in findings} <= {"demanded-field-missing"}
    return [(str(one.facts["field"]), one.record, one.path) for one in findings]


def test_what_can_be_demanded_follows_from_the_models():
    names = requirable()
    annotation = {"annotators", "reviewed_by", "on", "tool", "confidence", "origin"}
    annotation |= {"guideline", "note"}
    assert {name for name in names if "." not in name} == annotation
    assert {"article.url", "article.authors", "quote.medium", "claim.kind"} <= names
    # What is always there is not demanded once more.
    assert not names & {"article.id", "quote.type", "quote.content", "claim.status", "method"}
    for name in names - annotation:
        record_type, field = name.split(".")
        assert field in CURRENT.models[record_type].model_fields


@pytest.mark.slow
def test_nothing_is_demanded_unless_it_is_asked_for(sound):
    assert found(sound) == []


@pytest.mark.slow
def test_what_every_record_has_is_not_missing(sound):
    assert found(sound, "annotators", "article.published", "claim.quote_ids") == []


@pytest.mark.slow
def test_every_record_that_lacks_a_field_is_told(sound):
    # The annotation that all records of a document have is one place, at its beginning.
    assert found(sound, "tool", "article.url", "claim.about", "tool") == [
        ("tool", "harbour.q1", "annotation.tool"),
        ("article.url", "harbour", "url"),
        ("claim.about", "harbour.c1", "about"),
    ]


def test_what_can_never_be_demanded_is_refused(sound):
    with pytest.raises(KeyError):
        found(sound, "quote.mood")
