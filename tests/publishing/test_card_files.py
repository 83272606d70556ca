"""The front matter of a card, and the citation, licences and changelog beside the tables."""

from __future__ import annotations

import importlib.resources
import json
import shutil
import warnings
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml
from datasets import load_dataset
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard, DatasetCardData
from hypothesis import given, settings

import onrecord
from onrecord.errors import OnrecordError
from onrecord.publishing import changelog, citation, licences
from onrecord.publishing.front_matter import splits_in
from onrecord.publishing.licences import Licence
from onrecord.readers.formats import publication
from onrecord.rules.examples import document
from onrecord.schema import current
from onrecord.testing import corpus_infos
from tests.drawing import examples

GAZETTE = "docs/examples/gazette"
INFO = {
    "title": "Words of the harbour",
    "version": "1.2",
    "description": "Made up.",
    "license": "CC-BY-4.0",
    "citation": "The harbour, 2024.",
}


@pytest.fixture(scope="module")
def gazette(tmp_path_factory):
    out = tmp_path_factory.mktemp("gazette")
    onrecord.publish(GAZETTE, out)
    return out


def write(folder: Path, overlay: str = "{}", name: str = "harbour", **info: object) -> Path:
    (folder / f"{name}.yaml").write_text(json.dumps(document(overlay)))
    (folder / "corpus.yaml").write_text(json.dumps(INFO | info))
    return folder


def tables(out: Path) -> Path:
    found = publication(out)
    assert found
    return found


# The front matter


@pytest.mark.slow
def test_the_front_matter_is_what_datasets_writes(gazette, tmp_path):
    data = DatasetCard.load(gazette / "README.md").data
    configs = MetadataConfigs.from_dataset_card_data(data)
    stated = DatasetInfosDict.from_dataset_card_data(data)
    assert list(stated) == [one["config_name"] for one in data["configs"]]
    assert configs.get_default_config_name() == data["configs"][0]["config_name"]
    computed = DatasetInfosDict()
    for name in stated:
        loaded = load_dataset(str(gazette), name, cache_dir=str(tmp_path))
        info = next(iter(loaded.values())).info
        # From the files alone, the card apart: how many rows and bytes there are.
        split = {one["split"]: f"{gazette}/{one['path']}" for one in configs[name]["data_files"]}
        plain = load_dataset("parquet", data_files=split, cache_dir=str(tmp_path / "plain"))
        alone = next(iter(plain.values())).info
        assert info.features == alone.features
        info.splits, info.dataset_size = alone.splits, alone.dataset_size
        info.download_size = sum(
            path.stat().st_size for path in tables(gazette).glob(f"{name}-*.parquet")
        )
        computed[name] = info
    written = DatasetCardData()
    computed.to_dataset_card_data(written)
    expected = {one["config_name"]: one for one in written["dataset_info"]}
    for one in data["dataset_info"]:
        # Casting changes the size in memory by the bits that say what is null.
        assert sizes(one) == pytest.approx(sizes(expected[one["config_name"]]), rel=0.01)
        assert one == expected[one["config_name"]]


def sizes(info):
    """Remove the sizes in memory from what is stated about a table, and return them."""
    return [info.pop("dataset_size"), *(split.pop("num_bytes") for split in info["splits"])]


@pytest.mark.slow
def test_the_hub_learns_what_the_records_say(gazette):
    matter = DatasetCard.load(gazette / "README.md").data.to_dict()
    assert matter["language"] == ["ar", "de", "en", "fr", "uk"]
    assert matter["multilinguality"] == ["multilingual"]
    assert matter["annotations_creators"] == ["found", "machine-generated", "other"]
    assert matter["source_datasets"] == [
        *("original", "extended|other-List of Example Quotes (made up)")
    ]
    assert matter["task_categories"] == ["token-classification", "text-classification"]
    assert "language_creators" not in matter


@pytest.mark.slow
def test_every_split_is_stated(gazette, tmp_path):
    for name in ("test-0000", "train-0000", "train-0001"):
        shutil.copy(
            tables(gazette) / "quotes-train-0000.parquet", tmp_path / f"quotes-{name}.parquet"
        )
    found = [(one.table, one.name, one.rows) for one in splits_in(tmp_path, Counter())]
    assert found == [("quotes", "train", 142), ("quotes", "test", 71)]


@pytest.mark.slow
def test_corpus_yaml_has_precedence(tmp_path):
    asked = {"task_categories": ["summarization"], "source_datasets": ["extended|squad"]}
    onrecord.publish(write(tmp_path, **asked))
    matter = DatasetCard.load(tmp_path / "README.md").data.to_dict()
    assert {name: matter[name] for name in asked} == asked


# The citation


def cff_schema():
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((vendored / "citation-file-format.json").read_text("utf-8"))


def check_cff(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jsonschema.Draft7Validator(cff_schema()).validate(yaml.load(text, yaml.BaseLoader))


@pytest.mark.slow
def test_the_citation_states_what_is_known_and_no_more():
    creators = [
        {
            "name": "Ada M. Merrin",
            "kind": "person",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
        {"name": "Harbour Institute", "kind": "organization", "url": "https://example.org"},
    ]
    full = current.CorpusInfo.model_validate(
        INFO
        | {"creators": creators, "date_published": "2024-02-29", "url": "https://example.org/c"}
    )
    text = citation.cff(full)
    check_cff(text)
    found = yaml.safe_load(text)
    assert [one["name"] for one in found["authors"]] == ["Ada M. Merrin", "Harbour Institute"]
    assert (found["license"], found["version"]) == ("CC-BY-4.0", "1.2")
    assert "author  = {{Ada M. Merrin} and {Harbour Institute}}" in citation.bibtex(full)
    assert "year    = {2024}" in citation.bibtex(full)
    plain = current.CorpusInfo.model_validate(INFO)
    assert yaml.safe_load(citation.cff(plain))["authors"] == [{"name": INFO["title"]}]
    assert not {"author", "year"} & {line.split()[0] for line in citation.bibtex(plain).split("\n")}


def test_bibtex_of_the_corpus_is_kept_and_tex_is_escaped():
    own = current.CorpusInfo.model_validate(INFO | {"citation": "@misc{x, title = {X}}"})
    assert citation.bibtex(own) == "@misc{x, title = {X}}"
    odd = current.CorpusInfo.model_validate(INFO | {"title": r"50% of {R&D}_\x"})
    assert r"{{50\% of \{R\&D\}\_\textbackslash{}x}}" in citation.bibtex(odd)


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(corpus_infos())
def test_every_citation_is_valid(info):
    check_cff(citation.cff(info))


def test_an_author_is_named_once():
    names = ("A. Reader", "A.  Reader", "B. Reader", "A. Reader")
    creators = [{"name": name, "kind": "person"} for name in names]
    written = citation.cff(current.CorpusInfo.model_validate(INFO | {"creators": creators}))
    check_cff(written)
    assert [one["name"] for one in yaml.safe_load(written)["authors"]] == ["A. Reader", "B. Reader"]


# The licences


@pytest.mark.parametrize(
    ("spdx", "exact", "url"),
    [
        (
            "cc-by-sa-4.0",
            "CC-BY-SA-4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
        ),
        ("isc", "ISC", "https://spdx.org/licenses/ISC.html"),
        ("LicenseRef-House", "LicenseRef-House", None),
        ("NOASSERTION", "NOASSERTION", None),
        ("Made-Up-1.0", "Made-Up-1.0", None),
    ],
)
def test_licences_are_written_as_spdx_has_them(spdx, exact, url):
    assert (Licence.of(spdx).spdx, Licence.of(spdx).url) == (exact, url)
    text = licences.of_annotations(current.CorpusInfo.model_validate(INFO | {"license": spdx}))
    assert f"SPDX-License-Identifier: {exact}\n" in text


@pytest.mark.slow
def test_notices_of_texts_are_kept_and_cannot_do_anything(tmp_path):
    notice = "Keep this.\n```\n# <script>alert(1)</script>"
    for name in ("b", "a"):
        rights = {"license": "CC-BY-4.0", "redistribute": "full", "holder": "# [x](y)"}
        overlay = {"article": {"id": name, "title": "<b>|", "rights": rights | {"notice": notice}}}
        write(tmp_path, json.dumps(overlay), name)
    onrecord.publish(tmp_path)
    text = (tables(tmp_path) / licences.TEXTS).read_text("utf-8")
    assert f"````text\n{notice}\n````" in text
    assert "Holder of the rights: \\# \\[x\\](y)" in text
    assert text.index("- `a`") < text.index("- `b`")
    assert "<b>" not in text.replace("<script>", "")


def test_many_articles_give_short_licences(tmp_path):
    overlay = "article: {text: null, rights: {redistribute: none}}"
    article = document(overlay)["article"] | {"record_type": "article", "schema_version": "1.0"}
    rows = [
        article
        | {"id": f"a{number}", "rights": article["rights"] | {"holder": f"{number % 210:03}"}}
        for number in range(420)
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    records = onrecord.rights.tables.PassedOn(onrecord.read(tmp_path))
    text = licences.of_texts(records)
    assert text.count("\n## ") == 201
    assert text.endswith("## Others\n\n20 further articles have other rights.\n")


# The changelog


@pytest.mark.slow
def test_the_changelog_is_published_and_its_newest_entry_is_quoted(tmp_path):
    log = "# Changes\r\n\r\n## 1.2\r\n\r\n- new <!-- \r\n\r\n```\r\n---\r\n\r\n## 1.1\r\n\r\n- old\r\n"
    (tmp_path / "CHANGELOG.md").write_bytes(log.encode())
    onrecord.publish(write(tmp_path))
    assert (tables(tmp_path) / changelog.NAME).read_bytes() == log.replace("\r", "").encode()
    card = (tmp_path / "README.md").read_text("utf-8")
    assert "## Changes\n\n> ### 1.2\n>\n> - new &lt;!--\n>\n> ```\n> ---\n\nAll versions" in card
    assert "old" not in card.split("## Changes")[1].split("##")[0]


@pytest.mark.slow
def test_a_changelog_without_entries_or_outside_the_corpus_is_not_quoted(tmp_path):
    assert changelog.newest("words\n") is None
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret").write_text("## secret\n")
    (corpus / "CHANGELOG.md").symlink_to(tmp_path / "secret")
    with pytest.raises(OnrecordError, match="leads out"):
        onrecord.publish(write(corpus))
    assert not (corpus / "README.md").exists()


def test_long_entries_are_cut():
    found = changelog.newest("## 1\n" + "x\n" * 500)
    assert found
    assert found.count("\n") < 50
    assert found.endswith("> …")
