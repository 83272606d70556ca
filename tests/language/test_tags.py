"""Language tags: which are valid, and which one was meant."""

from __future__ import annotations

import pytest

import onrecord
from onrecord.errors import InputError
from onrecord.exchange import import_records
from onrecord.exchange.table.reading import Table
from onrecord.language.tags import language_defect, valid_language
from onrecord.rules.examples import files
from tests.commands import run


@pytest.mark.parametrize(
    "tag",
    [
        *("en", "en-GB", "pt-BR", "zh-Hant-TW", "es-419", "de-CH-1901", "sl-rozaj-biske", "zh-yue"),
        *("und", "mul", "qaa", "en-a-bbb", "de-x-any", "en-XA", "br", "se", "tw", "en-gb"),
    ],
)
def test_valid_tags_are_valid(tag):
    assert language_defect(tag) is None
    assert valid_language(tag).lower() == tag.lower()


@pytest.mark.parametrize("tag", ["x-klingon", "i-klingon", "art-lojban", "sgn-BE-FR"])
def test_private_and_grandfathered_tags_are_valid(tag):
    assert language_defect(tag) is None


@pytest.mark.parametrize(
    ("tag", "valid"),
    [
        *[("jp", "ja"), ("cz", "cs"), ("en-UK", "en-GB"), ("dk", "da"), ("gr-GR", "el-GR")],
        *[
            ("ua", "uk"),
            ("eng", "en"),
            ("ger", "de"),
            ("iw", "he"),
            ("in", "id"),
            ("de-DD", "de-DE"),
        ],
        *[("ja-JA", "ja"), ("jp-JP", "ja-JP"), ("zh-CHS", "zh-Hans"), ("us", "en-US")],
        *[("xx", None), ("zz-ZZ", None), ("en-Latn-Latn", None), ("en-GB-Latn", None)],
        *[("English", "en"), ("GERMAN", "de"), ("klingon", None), ("", None)],
    ],
)
def test_tags_that_are_not_valid_are_reported_with_the_one_that_was_meant(tag, valid):
    assert language_defect(tag)
    assert valid_language(tag) == valid


@pytest.mark.parametrize(
    ("written", "tag"),
    [("EN", "en"), ("en_us", "en-US"), ("zh-hANS-cn", "zh-Hans-CN"), (" pt-BR ", "pt-BR")],
)
def test_other_spellings_of_a_tag_are_that_tag(written, tag):
    assert valid_language(written) == tag


def corpus(folder, text):
    for name, content in files({"harbour.yaml": text}).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.slow
def test_rule_reports_the_valid_tag_wherever_a_record_has_one(tmp_path):
    text = "quotes: [{language: jp, translated_from: en-UK}]\nclaims: [{language: cz}]"
    found = onrecord.validate(corpus(tmp_path, text)).findings
    tags = {(one.record, one.path): dict(one.suggestion.changes) for one in found}
    assert {one.code for one in found} == {"invalid-language"}
    assert tags == {
        ("harbour.q1", "language"): {"language": "ja"},
        ("harbour.q1", "translated_from"): {"translated_from": "en-GB"},
        ("harbour.c1", "language"): {"language": "cs"},
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "tag", "fixed"),
    [("EN", "en", True), ("En_gb", "en-GB", True), ("English", "en", False), ("JP", "ja", False)],
)
def test_fix_corrects_the_spelling_of_a_tag_and_nothing_else(
    written, tag, fixed, tmp_path, only_rules
):
    only_rules("invalid-language")
    folder = corpus(tmp_path, f"claims: [{{language: {written}}}]")
    (finding,) = onrecord.validate(folder).findings
    assert (finding.code, finding.path) == ("not-allowed", "language")
    assert f"did you mean {tag}?" in finding.hint
    run("validate", folder, "--fix")
    (claim,) = onrecord.read(folder).claims if fixed else (None,)
    assert (claim.language if fixed else tag) == tag
    assert (f"language: {written}" in (folder / "harbour.yaml").read_text()) is not fixed


MAPPING = """
record: claim
dataset: X
id: id
absent: [""]
fields: {text: text, language: lang, voice: {constant: source}, annotation.method: {constant: manual}}
"""


def imported(folder, tag, **options):
    (folder / "a.csv").write_text(f"id,text,lang\n1,The pier was built in 1901.,{tag}\n")
    (folder / "m.yaml").write_text(MAPPING)
    found = []
    importer = Table(mapping=folder / "m.yaml", **options)
    import_records(importer, [folder / "a.csv"], folder / "out", report=found.append)
    (claim,) = onrecord.read(folder / "out").claims
    return claim, [(one.code, one.facts.get("expected")) for one in found]


def test_importers_correct_the_spelling_of_a_tag_and_leave_out_those_that_are_not_valid(tmp_path):
    assert [imported(tmp_path, "EN")[0].language, imported_again(tmp_path, "en-gb")] == [
        "en",
        "en-GB",
    ]
    claim, found = imported_with(tmp_path / "jp", "jp")
    assert claim.language == "und"
    assert found == [("unknown-label", "a BCP 47 tag such as ja")]
    assert claim.annotation.origin.fields[0].value == "jp"


def imported_with(folder, tag, **options):
    folder.mkdir()
    return imported(folder, tag, **options)


def imported_again(folder, tag):
    return imported_with(folder / "again", tag)[0].language


def test_the_language_of_a_mapping_must_be_valid(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,The pier was built in 1901.\n")
    constant = MAPPING.replace("language: lang", "language: {constant: jp}")
    for mapping in (constant, MAPPING.replace("language: lang, ", "") + "language: jp\n"):
        (tmp_path / "m.yaml").write_text(mapping)
        found = []
        importer = Table(mapping=tmp_path / "m.yaml")
        import_records(importer, [tmp_path / "a.csv"], tmp_path / "out", report=found.append)
        assert [one.facts["expected"] for one in found] == ["a BCP 47 tag such as ja"]


@pytest.mark.parametrize(
    ("tag", "advice"), [("jp", "ja"), ("en-UK", "en-GB"), ("zz", "such as en")]
)
def test_the_language_of_an_import_must_be_valid(tag, advice, tmp_path):
    with pytest.raises(InputError, match=advice):
        imported(tmp_path, "", language=tag)
    claim, _ = imported_with(tmp_path / "good", "", language="PT-br")
    assert claim.language == "pt-BR"
