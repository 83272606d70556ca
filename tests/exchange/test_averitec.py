"""AVeriTeC: claims as made up here, in every state of repair."""

from __future__ import annotations

import copy
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord import publishing
from onrecord.errors import InputError
from onrecord.exchange import import_records
from onrecord.exchange.averitec import RATINGS, Averitec
from tests import ROOT
from tests.drawing import examples
from tests.values import kept, paths_in

EXAMPLES = ROOT / "docs" / "examples" / "averitec"
VALID = json.loads((EXAMPLES / "a.json").read_text(encoding="utf-8"))
WAYBACK = "https://web.archive.org/web/20200826101500/"


def imported(folder, *claims, data=None, **options):
    """What claims become: the corpus, None if there is nothing in it, and the findings."""
    source = folder / "a.json"
    text = json.dumps(claims, indent=1) if data is None else data
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    return of_file(source, folder / "out", **options)


def of_file(source, out, **options):
    found = []
    summary = import_records(
        Averitec(**options), [source], out, report=found.append, replace_existing=True
    )
    assert summary.items == summary.claims + summary.refused
    assert bool(summary.refused) <= any(str(one.severity) == "error" for one in found)
    assert all(one.place.file == source.as_posix() and one.place.line for one in found)
    if not summary.articles:
        return None, found
    assert onrecord.validate(out).errors == ()
    return onrecord.read(out), found


def claim(**changes):
    value = copy.deepcopy(VALID[0]) | changes
    return {name: one for name, one in value.items() if one is not ...}


# What every import keeps of the file of an item.
def one(folder, **changes):
    corpus, found = imported(folder, claim(**changes))
    (record,) = corpus.claims
    return record, [(finding.code, finding.path) for finding in found]


def several(folder, changes):
    """The records of several items that differ in some fields, and what is found in each."""
    items = [
        claim(claim=f"There are {number} cranes.", **one) for number, one in enumerate(changes)
    ]
    corpus, found = imported(folder, *items)
    records = {record.text: record for record in corpus.claims}
    for number in range(len(items)):
        path = f"[{number}]"
        told = [(each.code, each.path) for each in found if each.path.startswith(path)]
        yield (
            records[f"There are {number} cranes."],
            [(code, path.removeprefix(f"[{number}].")) for code, path in told],
        )


@pytest.mark.slow
def test_every_field_is_a_field_of_the_record_or_kept(tmp_path):
    corpus, found = imported(tmp_path, *VALID)
    assert found == []
    first, second = sorted(corpus.claims, key=lambda record: record.annotation.origin.id)
    assert first.text == VALID[0]["claim"]
    assert first.said == "2020-08-25"
    assert first.claimant.name == "Ada Weaver"
    assert first.venue == "Example Radio"
    assert first.kind == "quantity"
    assert first.voice == "source"
    (appearance,) = first.appearances
    assert appearance.url == "https://example.org/a"
    assert appearance.archived_url == WAYBACK + "https://example.org/a"
    (verdict,) = first.assessments
    assert (verdict.reviewer, verdict.url) == ("AVeriTeC", None)
    assert (verdict.rating, verdict.original_rating) == ("false", "Refuted")
    assert verdict.justification == VALID[0]["justification"]
    page, nothing = verdict.evidence
    assert page.url == "https://example.org/harbour-office"
    assert page.archived_url.endswith("/20200902090000/https://example.org/harbour-office")
    assert nothing.question == "Does the number include moorings that are planned?"
    assert nothing.answer == "No answer could be found."
    assert nothing.url is None
    assert kept(first) == {
        "questions[0].answers[0].answer_type": "Extractive",
        "questions[0].answers[0].source_medium": "Web text",
        "questions[1].answers[0].answer_type": "Unanswerable",
        "fact_checking_article": VALID[0]["fact_checking_article"],
        "required_reannotation": "false",
        "location_ISO_code": "XX",
        "claim_types": '["Numerical Claim"]',
        "fact_checking_strategies": '["Written Evidence", "Numerical Comparison"]',
    }
    origin = first.annotation.origin
    assert (origin.dataset, origin.id, origin.label) == ("AVeriTeC", "a.json#0", "Refuted")
    assert second.kind is None
    assert second.claimant is None
    yes, wide, who = second.assessments[0].evidence
    assert yes.question == wide.question != who.question
    assert who.answer is None
    assert kept(second)["questions[0].answers[0].boolean_explanation"]
    article = next(one for one in corpus.articles if one.id == first.article_id)
    assert article.url == "https://example.com/checks/moorings"
    assert article.archived_url == VALID[0]["fact_checking_article"]
    assert (article.rights.license, article.rights.redistribute) == ("NOASSERTION", "none")


@pytest.mark.slow
@pytest.mark.parametrize(("label", "rating"), RATINGS.items())
def test_labels_are_ratings_and_are_kept_as_written(label, rating, tmp_path):
    record, found = one(tmp_path, label=label)
    assert found == []
    assert record.assessments[0].rating == rating
    assert record.assessments[0].original_rating == record.annotation.origin.label == label


@pytest.mark.slow
def test_a_label_that_is_not_known_is_told_and_gives_no_rating(tmp_path):
    record, found = one(tmp_path, label="Refutted")
    assert found == [("unknown-label", "[0].label")]
    assert record.assessments[0].rating is None
    assert record.assessments[0].original_rating == "Refutted"


@pytest.mark.slow
def test_without_a_label_there_is_no_verdict_and_nothing_is_lost(tmp_path):
    record, found = one(tmp_path, label=...)
    assert found == []
    assert record.assessments == ()
    assert kept(record)["justification"] == VALID[0]["justification"]
    assert json.loads(kept(record)["questions"]) == VALID[0]["questions"]


@pytest.mark.parametrize("name", ["speaker", "reporting_source", "claim_date", "label"])
def test_words_for_no_value_are_absent_and_told(name, tmp_path):
    words = ["nan", "None", "N/A", "Metadata", "unknown", "", " NaN "]
    fields = {"speaker": "claimant", "reporting_source": "venue", "claim_date": "said"}
    came = several(tmp_path, [{name: word} for word in words])
    for word, (record, found) in zip(words, came, strict=True):
        assert found == [("no-value", name)], word
        assert getattr(record, fields.get(name, "assessments")) in (None, ()), word


def test_an_answer_without_a_page_has_no_url_and_its_medium_is_kept(tmp_path):
    answer = {"answer": "None", "source_url": "Metadata", "source_medium": "Metadata"}
    record, found = one(tmp_path, questions=[{"question": "How many?", "answers": [answer]}])
    (evidence,) = record.assessments[0].evidence
    assert evidence.url is evidence.answer is None
    assert evidence.question == "How many?"
    assert kept(record)["questions[0].answers[0].source_medium"] == "Metadata"
    assert kept(record)["questions[0].answers[0].answer"] == "None"
    assert [code for code, _ in found] == ["no-value", "no-value"]


def test_dates_are_day_first_and_what_is_none_is_told(tmp_path):
    dates = {
        "25-8-2020": "2020-08-25",
        "25-08-2020": "2020-08-25",
        "1-1-0999": "0999-01-01",
        "29-2-2020": "2020-02-29",
        **dict.fromkeys(("29-2-2019", "31-2-2020", "8-25-2020", "2020-8-25")),
        **dict.fromkeys(("25.8.2020", "25/8/2020", "8-2020", "25-8-20", "0-0-0000")),
        **dict.fromkeys(("٢٥-٨-٢٠٢٠", "yesterday", "25-8-2020 10:00")),
    }
    came = several(tmp_path, [{"claim_date": written} for written in dates])
    for (written, day), (record, found) in zip(dates.items(), came, strict=True):
        assert record.said == day, written
        assert found == ([] if day else [("not-a-date", "claim_date")]), written
        assert kept(record).get("claim_date") == (None if day else written)


@pytest.mark.parametrize(
    ("url", "cached", "appearance"),
    [
        ("https://example.org/a", ..., ("https://example.org/a", None)),
        (WAYBACK + "https://example.org/a", ..., ("https://example.org/a", WAYBACK)),
        (..., WAYBACK + "http://example.org/a?b=/c", ("http://example.org/a?b=/c", WAYBACK)),
        (..., "https://archive.example.org/xyz", None),
        (..., ..., None),
        (None, None, None),
    ],
)
def test_pages_and_their_copies_are_told_apart(url, cached, appearance, tmp_path):
    changes = {"original_claim_url": url, "cached_original_claim_url": cached}
    record, found = one(tmp_path, **changes)
    assert found == []
    if appearance is None:
        assert record.appearances == ()
        assert kept(record).get("cached_original_claim_url", ...) == (cached or ...)
    else:
        (page,) = record.appearances
        address, prefix = appearance
        assert page.url == address
        assert page.archived_url == (prefix and prefix + address)


@pytest.mark.parametrize("text", ["in an ad", "www.example.org", "https://", "example.org/a b"])
@pytest.mark.parametrize("name", ["original_claim_url", "fact_checking_article"])
def test_addresses_that_are_none_are_told_and_kept(text, name, tmp_path):
    record, found = one(tmp_path, cached_original_claim_url=..., **{name: text})
    assert found == [("not-an-address", f"[0].{name}")]
    assert kept(record)[name] == text


def test_claims_of_one_article_share_it_and_claims_without_one_do_not(tmp_path):
    without = [claim(claim=word, fact_checking_article=None) for word in ("One.", "Two.")]
    corpus, found = imported(tmp_path, claim(), claim(claim="Three."), *without)
    assert found == []
    shared = Counter(record.article_id for record in corpus.claims)
    assert sorted(shared.values()) == [1, 1, 2]
    assert len(corpus.articles) == 3


def test_the_same_item_twice_is_one_record_and_a_finding(tmp_path):
    corpus, found = imported(tmp_path, claim(), claim())
    assert [(one.code, one.place.line) for one in found] == [("duplicate-item", 45)]
    assert len(corpus.claims) == 1


@pytest.mark.slow
def test_ids_are_the_same_each_time(tmp_path):
    first, _ = imported(tmp_path, *VALID)
    second, _ = imported(tmp_path, *reversed(VALID))
    assert {one.id for one in first.claims} == {one.id for one in second.claims}


def test_a_claim_has_the_id_that_the_dataset_gives_it(tmp_path):
    record, _ = one(tmp_path, claim_id=417)
    assert record.annotation.origin.id == "417"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"claim": ...}, "missing-field"),
        ({"claim": "nan"}, "missing-field"),
        ({"claim": ["a"]}, "wrong-type"),
        ({"speaker": ["A mayor", "A clerk"]}, "wrong-type"),
        ({"questions": "None"}, "wrong-type"),
        ({"questions": [{"question": "Q?", "answers": {"answer": "A"}}]}, "wrong-type"),
        ({"questions": ["Q?"]}, "wrong-type"),
        ({"claim_types": "Causal Claim"}, "wrong-type"),
        ({"label": 1.5}, "wrong-type"),
        ({"claim": "a\0b"}, "nul-character"),
        ({"claim": "\ud800"}, "lone-surrogate"),
    ],
)
def test_an_item_that_cannot_be_a_record_is_refused_at_its_place(changes, code, tmp_path):
    corpus, found = imported(tmp_path, claim(**changes), VALID[1])
    assert [one.code for one in found] == [code]
    assert len(corpus.claims) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "syntax-error"),
        (b"{}", "wrong-type"),
        (b"[1]", "wrong-type"),
        (b"null", "wrong-type"),
        (b'[{"claim": "A."}', "syntax-error"),
        (b'[{"claim": "A.", "claim": "B."}]', "duplicate-key"),
        (b'[{"claim": NaN}]', "missing-field"),
        (b'[{"claim": ' + b"9" * 9000 + b"}]", "syntax-error"),
        (b'[{"claim": "A\xe9"}]', "not-utf8"),
        ('[{"claim": "A."}]'.encode("utf-16"), "not-utf8"),
        (b'[{"claim": "A.", "more": ' + b"[" * 70 + b"]" * 70 + b"}]", None),
        (b'[{"claim": "A.", "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "too-deep"),
    ],
)
def test_files_that_are_broken_are_told(data, code, tmp_path):
    corpus, found = imported(tmp_path, data=data)
    assert [one.code for one in found] == ([code] if code else [])
    assert (corpus is None) is bool(code)


@pytest.mark.slow
def test_a_byte_order_mark_is_told_and_the_claims_are_read(tmp_path):
    corpus, found = imported(tmp_path, data=b"\xef\xbb\xbf" + json.dumps(VALID).encode())
    assert [one.code for one in found] == ["leading-mark"]
    assert len(corpus.claims) == 2


def test_careless_claims_give_what_a_careful_reader_would_list(tmp_path):
    corpus, found = of_file(EXAMPLES / "defects" / "careless.json", tmp_path / "out")
    assert sorted((one.place.line, one.code) for one in found) == [
        (4, "unknown-label"),
        (5, "not-a-date"),
        (6, "no-value"),
        (7, "not-an-address"),
        (12, "no-value"),
        (12, "space-at-edge"),
        (20, "not-a-date"),
        (21, "wrong-type"),
        (24, "missing-field"),
    ]
    assert len(corpus.claims) == 1


def test_the_license_and_the_language_may_be_told(tmp_path):
    corpus, _ = imported(tmp_path, VALID[1], license="CC-BY-4.0", language="fr")
    assert corpus.articles[0].rights.license == "CC-BY-4.0"
    assert corpus.claims[0].language == "fr"


@pytest.mark.slow
def test_documents_are_written_and_published(tmp_path):
    import_records(Averitec(), [EXAMPLES / "a.json"], tmp_path / "out", form="yaml")
    published = publishing.publish(tmp_path / "out", tmp_path / "published")
    assert published.report.findings == ()
    assert published.manifest is not None


WRONG = st.sampled_from(
    [
        *(None, "", "nan", " x ", "a\nb", "\0", "\ud800", "https://[", "31-2-2020", "x" * 300),
        *(-1, 10**400, 1.5, float("nan"), True, [], {}, [[]], [None, 3, "a"], {"a": {"b": [1]}}),
    ]
)


PATHS = list(paths_in(VALID))


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.one_of(st.just(...), WRONG)), max_size=4))
def test_whatever_stands_anywhere_is_imported_or_told(tmp_path_factory, changes):
    value = copy.deepcopy(VALID)
    for path, wrong in changes:
        inside = value
        try:
            for step in path[:-1]:
                inside = inside[step]
            if wrong is ...:
                del inside[path[-1]]
            else:
                inside[path[-1]] = wrong
        except (KeyError, IndexError, TypeError):
            continue
    imported(tmp_path_factory.mktemp("a"), *value)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.data())
def test_files_with_damaged_bytes_are_imported_or_told(tmp_path_factory, data):
    content = bytearray((EXAMPLES / "a.json").read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    for _ in range(data.draw(st.integers(0, 3))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    imported(tmp_path_factory.mktemp("a"), data=bytes(content))


def test_a_file_that_is_not_there_is_no_finding(tmp_path):
    with pytest.raises(InputError):
        import_records(Averitec(), [tmp_path / "none.json"], tmp_path / "out")
