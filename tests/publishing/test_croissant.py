"""Croissant: valid without a warning, and read by mlcroissant as the records are."""

from __future__ import annotations

import copy
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SDO

import onrecord
from onrecord.publishing import croissant, publish
from onrecord.publishing.manifest import Manifest, files_in
from onrecord.rights.tables import PassedOn
from onrecord.rules.examples import document
from onrecord.schema import current

ROOT = Path(__file__).parents[2]
GAZETTE = ROOT / "docs" / "examples" / "gazette"

# mlcroissant and rdflib call what Pandas and rdflib will remove; that is not about a file.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("croissant"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning"),
]

HOSTILE = '𝔘𝔫𝔦 "quoted" \\ </script> {"@id": "x"} @en 🥐 العربية\u200f'
INFO = {
    "title": HOSTILE,
    "version": "second edition, 2026",
    "description": f"{HOSTILE}\n\n@context: {HOSTILE}",
    "license": "LicenseRef-of-its-own",
    "citation": f"@misc{{x, title={{{HOSTILE}}}}}",
    "url": 'https://example.org/{"@id"}?a=<b>&c=\\',
    "creators": [
        {"name": HOSTILE, "kind": "person", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        {"name": HOSTILE, "kind": "organization", "url": "https://example.org/"},
        {"name": "A", "kind": "person", "affiliation": HOSTILE},
    ],
    "date_published": "2024-02-29",
    "collection": HOSTILE,
    "limitations": HOSTILE,
    "task_categories": ["text-classification", HOSTILE],
    "source_datasets": ["original", HOSTILE],
}


def corpus(folder: Path, info: dict[str, Any] | None, *, empty: bool = False) -> Path:
    """Write a corpus of one document with hostile words, or of none."""
    folder.mkdir()
    if info is not None:
        (folder / "corpus.yaml").write_text(json.dumps(info, ensure_ascii=False), "utf-8")
    if empty:
        (folder / "quotes.jsonl").touch()
        return folder
    content = document("")
    content["article"]["title"] = HOSTILE
    content["quotes"][0]["speakers"][0]["name"] = HOSTILE
    content["annotation"] |= {"tool": HOSTILE, "guideline": {"name": HOSTILE}}
    (folder / "harbour.json").write_text(json.dumps(content), "utf-8")
    return folder


def published(folder: Path, out: Path) -> Path:
    """Publish a corpus, and return its croissant.json."""
    publication = publish(folder, out)
    assert publication.manifest, publication.report.findings
    return out / "data" / publication.manifest.digest / croissant.NAME


@pytest.fixture(scope="module")
def gazette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(GAZETTE, tmp_path_factory.mktemp("gazette"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return published(corpus(folder / "c", INFO), folder / "c")


def warned(path: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the errors and warnings of mlcroissant about a file, in its report and its log."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(path)
    issues = dataset.metadata.ctx.issues
    return [*issues.errors, *issues.warnings, *(record.message for record in caplog.records)]


def test_a_publication_is_valid_without_warnings(tmp_path, gazette, hostile, caplog, capfd):
    said = {**INFO, "version": "1.2", "license": "CC-BY-4.0"}
    files = {
        "the gazette": gazette,
        "the curated corpus": published(ROOT / "dataset", tmp_path / "out"),
        "hostile": hostile,
        "not described": published(corpus(tmp_path / "n", None), tmp_path / "n"),
        "empty": published(corpus(tmp_path / "e", said, empty=True), tmp_path / "e"),
    }
    assert {name: warned(path, caplog) for name, path in files.items()} == {
        name: [] for name in files
    }
    assert capfd.readouterr() == ("", "")


def test_a_date_is_not_invented(tmp_path, caplog):
    path = published(corpus(tmp_path / "e", None, empty=True), tmp_path / "e")
    assert (
        not {"datePublished", "dateModified", "creator", "url"}
        & json.loads(path.read_text()).keys()
    )
    said = warned(path, caplog)
    assert said
    assert all('"https://schema.org/datePublished" is recommended' in each for each in said)


def test_the_command_of_mlcroissant_says_nothing(gazette):
    command = [Path(sys.executable).with_name("mlcroissant"), "validate", "--jsonld", gazette]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if line.startswith(("W", "E"))]
    assert (done.returncode, done.stdout, said) == (0, "", [])


Steps = tuple[str, ...]


def leaves(fields: Any, steps: Steps = ()) -> Iterator[tuple[Steps, pa.DataType, int]]:
    """The fields without fields: their path, their type, and the number of lists above them."""
    for field in fields:
        kind = field.type
        lists = pa.types.is_list(kind)
        inner = kind.value_type if lists else kind
        if pa.types.is_struct(inner):
            for path, below, number in leaves(inner, (*steps, field.name)):
                yield path, below, number + lists
        else:
            yield (*steps, field.name), kind, 0


def wanted(value: Any, steps: Steps) -> Any:
    """The values at a path, with the lists that they are in."""
    if isinstance(value, list) and steps:
        return [wanted(item, steps) for item in value]
    return wanted(value[steps[0]], steps[1:]) if steps and value is not None else value


def found(row: dict[str, Any], table: str, steps: Steps) -> Any:
    """The same as mlcroissant has it: the objects of a field are at its identifier."""
    name = "/".join((table, *steps))
    if len(steps) == 1:
        return plain(row[name])
    above = row["/".join((table, *steps[:-1]))]
    return plain([item[name] for item in above] if isinstance(above, list) else above[name])


def plain(value: Any) -> Any:
    """A value of mlcroissant as Arrow gives it, if it has the type that the file announces."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, pd.Timestamp):
        assert value == value.normalize()
        return value.date()
    assert isinstance(value, bytes | np.int32 | np.int64 | np.float64), type(value)
    return value.decode() if isinstance(value, bytes) else value.item()


def records(dataset: mlcroissant.Dataset, name: str, **filters: str) -> mlcroissant.Records:
    """The rows of a record set, of a copy, as mlcroissant 1.1.1 gives nothing the second time:

    https://github.com/mlcommons/croissant/issues/1049
    """
    wanted = {f"{name}/{field}": value for field, value in filters.items()}
    return copy.deepcopy(dataset).records(name, filters=wanted or None)


def assert_same_rows(path: Path, dataset: mlcroissant.Dataset) -> None:
    """Every record set of a table gives the rows of its Parquet files."""
    described = json.loads(path.read_text("utf-8"))
    tables = [each for each in described["recordSet"] if "data" not in each]
    files = {
        each["@id"]: each["includes"] for each in described["distribution"] if "includes" in each
    }
    for table in tables:
        name = table["@id"]
        parts = [
            file for pattern in files[f"{name}-files"] for file in sorted(path.parent.glob(pattern))
        ]
        parquet = pa.concat_tables(map(pq.read_table, parts))
        rows = list(records(dataset, name))
        assert len(rows) == parquet.num_rows
        for row, record in zip(rows, parquet.to_pylist(), strict=True):
            for steps, _, lists in leaves(parquet.schema):
                there, here = found(row, name, steps), wanted(record, steps)
                if lists > 1:  # which mlcroissant 1.1.1 does not read
                    here = [None] * len(here or ())
                assert there == here or (here is None and there == [None]), (name, steps)
        assert {key.split("/")[0] for row in rows for key in row} <= {name}


def test_mlcroissant_reads_hostile_words(hostile):
    assert_same_rows(hostile, mlcroissant.Dataset(hostile))


def test_mlcroissant_reads_no_rows(tmp_path):
    path = published(corpus(tmp_path / "c", INFO, empty=True), tmp_path / "c")
    assert_same_rows(path, mlcroissant.Dataset(path))


def test_enumerations_have_values_and_meanings(gazette):
    dataset = mlcroissant.Dataset(gazette)
    described = {each["@id"]: each for each in json.loads(gazette.read_text())["recordSet"]}
    names = {name for name, each in described.items() if each.get("dataType") == "sc:Enumeration"}
    assert {"Quote.type", "Quote.status", "Source.kind", "Rights.redistribute"} <= names
    for name in names:
        rows = list(dataset.records(name))
        model, field = name.split(".")
        shape = getattr(current, model).model_fields[field].annotation
        assert all(str(row[f"{name}/name"]) in str(shape) for row in rows)
    meanings = {
        row["Quote.type/name"]: row["Quote.type/description"]
        for row in dataset.records("Quote.type")
    }
    assert meanings["mixed"].startswith("indirect, with some of the words inside")
    assert [*meanings] == ["direct", "indirect", "mixed", "reported", "free_indirect"]


# The terms of http://mlcommons.org/croissant/1.1 and http://mlcommons.org/croissant/RAI/1.0.
CLASSES = {"FileObject", "FileSet", "RecordSet", "Field"}
TERMS = {
    *("arrayShape", "citeAs", "column", "data", "dataType", "extract", "field", "fileProperty"),
    *("fileSet", "includes", "isArray", "jsonPath", "key", "recordSet", "references", "source"),
    *("subField", "transform"),
}
RESPONSIBLE = {
    *("annotationsPerItem", "annotatorDemographics", "dataAnnotationAnalysis", "dataBiases"),
    *("dataAnnotationPlatform", "dataAnnotationProtocol", "dataCollection", "dataCollectionType"),
    *("dataCollectionMissingData", "dataCollectionRawData", "dataCollectionTimeframe"),
    *("dataImputationProtocol", "dataLimitations", "dataManipulationProtocol", "dataSocialImpact"),
    *("dataPreprocessingProtocol", "dataReleaseMaintenancePlan", "dataUseCases"),
    *("machineAnnotationTools", "personalSensitiveInformation"),
}


def test_every_term_is_in_a_published_vocabulary(gazette, hostile):
    cr = rdflib.Namespace("http://mlcommons.org/croissant/")
    rai = rdflib.Namespace("http://mlcommons.org/croissant/RAI/")
    known = {RDF.type, DCTERMS.conformsTo, *(cr[term] for term in TERMS)}
    known |= {rai[term] for term in RESPONSIBLE} | {SDO[term] for term in SDO.__annotations__}
    classes = {cr[term] for term in CLASSES} | known
    for path in (gazette, hostile):
        graph = rdflib.Graph().parse(path, format="json-ld", publicID="https://example.org/")
        assert not {*graph.predicates()} - known
        assert not {*graph.objects(None, RDF.type)} - classes


def test_what_is_said_about_the_corpus_is_in_the_terms_of_the_standard(hostile):
    said = json.loads(hostile.read_text("ascii"))
    assert said["name"] == INFO["title"]
    assert said["description"] == INFO["description"]
    assert said["citeAs"] == INFO["citation"]
    assert said["url"] == INFO["url"]
    assert said["version"] == "0.0.0+second-edition-2026"
    assert said["license"] == {"@type": "CreativeWork", "name": "LicenseRef-of-its-own"}
    assert said["datePublished"] == "2024-02-29"
    assert said["isBasedOn"] == [{"@type": "CreativeWork", "name": HOSTILE}]
    assert [each["@type"] for each in said["creator"]] == ["Person", "Organization", "Person"]
    assert said["creator"][2]["affiliation"]["name"] == HOSTILE
    assert said["rai:dataCollection"] == said["rai:dataLimitations"] == HOSTILE
    assert said["rai:dataAnnotationPlatform"] == [HOSTILE]
    assert said["rai:dataAnnotationProtocol"] == HOSTILE


def test_files_have_their_size_and_checksum(gazette):
    described = json.loads(gazette.read_text())
    manifest = Manifest.read(gazette.parent)
    files = {each["@id"]: each for each in described["distribution"] if "sha256" in each}
    tables = {name: file for name, file in manifest.files.items() if name.endswith(".parquet")}
    assert {name: (each["contentSize"], each["sha256"]) for name, each in files.items()} == {
        name: (f"{file.bytes} B", file.sha256) for name, file in tables.items()
    }


def test_mlcroissant_reads_every_table_and_its_splits(tmp_path, gazette):
    """Made from a publication without splits, whose articles are divided among three files."""
    names = ("test", "train", "validation")
    for table in ("articles", "claims", "quotes"):
        rows = pa.concat_tables(map(pq.read_table, sorted(gazette.parent.glob(f"{table}-*"))))
        column = "id" if table == "articles" else "article_id"
        for at, name in enumerate(names):
            inside = [len(each.as_py()) % 3 == at for each in rows[column]]
            pq.write_table(rows.filter(inside), tmp_path / f"{table}-{name}-0000.parquet")
    articles = pq.read_table(tmp_path / "articles-test-0000.parquet")["id"]
    assigned = pa.table(
        {"article_id": articles, "group": articles, "split": ["test"] * len(articles)}
    )
    pq.write_table(assigned, tmp_path / "splits.parquet")
    path = tmp_path / croissant.NAME
    passed_on = PassedOn(onrecord.read(GAZETTE))
    path.write_text(json.dumps(croissant.describe(tmp_path, files_in(tmp_path), passed_on, None)))

    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.warnings
    (splits,) = (each for each in dataset.metadata.record_sets if each.id == "split")
    assert splits.data_types == [rdflib.URIRef("http://mlcommons.org/croissant/Split")]
    assert [*dataset.records("split")] == [
        {"split/name": "test", "split/url": "cr:TestSplit"},
        {"split/name": "train", "split/url": "cr:TrainingSplit"},
        {"split/name": "validation", "split/url": "cr:ValidationSplit"},
    ]
    assert_same_rows(path, dataset)
    for table, name in zip(("articles", "quotes", "claims"), names, strict=True):
        rows = records(dataset, table, split=name)
        file = pq.read_table(tmp_path / f"{table}-{name}-0000.parquet")
        assert [row[f"{table}/id"].decode() for row in rows] == file["id"].to_pylist()
