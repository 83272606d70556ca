"""Each rule finds what it names: valid corpora, broken in just that way, have just that finding."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import onrecord
from onrecord import testing
from onrecord.rules import RULES
from onrecord.rules.examples import document as document_of_examples
from tests.drawing import is_nightly
from tests.rules.mutations import load

pytestmark = pytest.mark.slow

MUTATIONS = load()


def test_every_rule_has_a_mutation():
    assert set(MUTATIONS) == set(RULES)


@pytest.mark.parametrize("code", sorted(MUTATIONS))
def test_a_broken_corpus_has_just_the_finding_of_its_rule(code, tmp_path_factory):
    drawn = tried = 0

    @settings(
        max_examples=10 if is_nightly() else 1,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(st.data())
    def check(data):
        nonlocal drawn, tried
        drawn += 1
        corpus = [
            document.model_dump(mode="json", exclude_none=True)
            for document in data.draw(testing.corpora(max_size=2))
        ]
        assume(drawn > 1)  # the first is the least of all, in which there is little to break
        corpus.append(document_of_examples(""))
        for document in corpus:
            document["article"]["rights"] = {"license": "CC-BY-4.0", "redistribute": "full"}
        record, path, arrange = MUTATIONS[code](data.draw, corpus)
        folder = tmp_path_factory.mktemp("corpus")
        for number, document in enumerate(corpus):
            (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
        arrange(folder)
        findings = onrecord.validate(folder).findings
        assert [(one.code, one.record, one.path) for one in findings] == [(code, record, path)]
        tried += 1

    check()
    assert tried
