"""Each rule finds what it names: valid corpora, broken in just that way, have just that finding."""

from __future__ import annotations

import json
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

import onrecord
from onrecord import testing
from onrecord.rules import RULES
from onrecord.rules.examples import document as document_of_examples
from tests.drawing import is_nightly
from tests.rules.mutations import Broken, load

# One process draws all corpora, and validates most of them at once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mutations")]

MUTATIONS = load()


def test_every_rule_has_a_mutation():
    assert set(MUTATIONS) == set(RULES)


def draw(code, use):
    """Draw corpora, break the rule in each, and give it and where it is broken to a function."""

    @settings(
        max_examples=10 if is_nightly() else 1,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(st.integers(0, 2**32), st.data())
    def check(number, data):
        assume(number)  # 0 is the first, with the least corpus, in which there is little to break
        corpus = [
            document.model_dump(mode="json", exclude_none=True)
            for document in data.draw(testing.corpora(max_size=2))
        ]
        # The corpora of two rules have no text in common.
        corpus.append(document_of_examples("", "" if is_nightly() else f" ({code})"))
        for document in corpus:
            document["article"]["rights"] = {"license": "CC-BY-4.0", "redistribute": "full"}
        use(corpus, MUTATIONS[code](data.draw, corpus))

    (check if is_nightly() else seed(crc32(code.encode()))(check))()


def write(folder, corpus, id_="harbour"):
    """Write the documents of a corpus, that of the examples under another id."""
    folder.mkdir(exist_ok=True)
    for number, document in enumerate(corpus):
        text = json.dumps(document).replace('"harbour"', f'"{id_}"')
        (folder / f"{number}.json").write_text(text.replace('"harbour.', f'"{id_}.'), "utf-8")


def found(folder):
    """Return the findings of a corpus, grouped by the first part of the path of the file."""
    findings = {}
    for one in onrecord.validate(folder).findings:
        top = Path(one.place.file).relative_to(folder).parts[0]
        findings.setdefault(top, []).append((one.code, one.record, one.path))
    return findings


def found_alone(folder, corpus, broken):
    write(folder, corpus)
    broken.arrange(folder)
    return [one for some in found(folder).values() for one in some]


@pytest.fixture(scope="module")
def broken_corpora(tmp_path_factory):
    """A broken corpus for each rule, and what is found in each if all are in one corpus.

    But for those that need more than their documents.
    """
    corpora, together = {}, tmp_path_factory.mktemp("together")
    for code in MUTATIONS:
        draw(code, lambda *drawn, code=code: corpora.update({code: drawn}))
        corpus, broken = corpora[code]
        if broken.arrange is Broken._field_defaults["arrange"]:
            write(together / code, corpus, code)
    return corpora, found(together)


@pytest.mark.parametrize("code", sorted(MUTATIONS))
def test_a_broken_corpus_has_just_the_finding_of_its_rule(code, tmp_path_factory, request):
    def check(corpus, broken):
        expected = [(code, broken.record, broken.path)]
        assert found_alone(tmp_path_factory.mktemp("corpus"), corpus, broken) == expected

    if is_nightly():
        draw(code, check)
        return
    corpora, together = request.getfixturevalue("broken_corpora")
    corpus, broken = corpora[code]
    record = broken.record and broken.record.replace("harbour", code, 1)
    if together.get(code) != [(code, record, broken.path)]:
        check(corpus, broken)  # it is broken together with that of another rule
