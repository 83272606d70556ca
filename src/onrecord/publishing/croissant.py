"""Write croissant.json, which describes a publication for tools of machine learning.

The format is Croissant 1.1 (http://mlcommons.org/croissant/1.1) with the fields of its vocabulary for
responsible AI (http://mlcommons.org/croissant/RAI/1.0). Everything is from corpus.yaml, the records
and the files; what they do not say is absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import to_json

from onrecord.corpus.derived import COLUMNS
from onrecord.publishing import licences, statement_columns, statements
from onrecord.publishing.making import Making
from onrecord.publishing.manifest import File
from onrecord.publishing.record_sets import SPLIT, Json, Meaning, Table, record_sets
from onrecord.rights.tables import PassedOn
from onrecord.schema import CURRENT, RECORD_TYPES, current

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing

NAME = "croissant.json"
_PARQUET = ".parquet"
_PARQUET_FORMAT = "application/x-parquet"

# The context that the standard recommends (appendix 1), with the terms that mlcroissant expects
# beside these, and its spelling of the address of schema.org.
CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
} | {
    term: f"cr:{term}"
    for term in (
        *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty"),
        *("excludes", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
        *("includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path"),
        *("readLines", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
        *("sdVersion", "separator", "source", "subField", "transform", "unArchive", "value"),
    )
}

# https://semver.org
_SEMVER = re.compile(
    r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)"
    r"(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?)?)?"
)
_USAGE = {
    "@type": "CreativeWork",
    "name": "Rights in the texts of the articles",
    "url": licences.TEXTS,
}
_SPLITS = {
    "article_id": Meaning("Identifier of the article.", table="articles"),
    "group": Meaning("Identifier of the oldest article of its group.", table="articles"),
    "split": Meaning("Name of the split.", table=SPLIT),
}
_UNTITLED = "A corpus of quotes and claims"


def write(publishing: Publishing) -> None:
    """Write croissant.json beside the tables that it describes."""
    source = publishing.source
    described = describe(publishing.tables, publishing.table_files, source.records, source.info)
    text = _NOT_ASCII.sub(
        lambda found: json.dumps(found[0])[1:-1], to_json(described, indent=2).decode()
    )
    (publishing.tables / NAME).write_text(f"{text}\n", "ascii", newline="\n")


# What ``json.dumps`` escapes, which takes several times as long to indent as Pydantic does.
_NOT_ASCII = re.compile(r"[^\x00-\x7e]+")


def is_same(one: Path, other: Path) -> bool:
    """Return whether two files croissant.json say the same, apart from the bytes of the tables.

    These depend on the version of the Parquet writer.
    """
    return _without_bytes(one) == _without_bytes(other)


def _without_bytes(path: Path) -> object:
    def without(node: Json) -> Json:
        return {name: node[name] for name in node.keys() - {"contentSize", "sha256"}}

    try:
        return json.loads(path.read_text("utf-8"), object_hook=without)
    except (ValueError, RecursionError):
        return None


def describe(
    folder: Path, files: Mapping[str, File], records: PassedOn, info: current.CorpusInfo | None
) -> Json:
    """Return the content of croissant.json.

    Args:
        folder: The folder of the tables.
        files: The files of the tables by their names in it.
        records: The records that are published.
        info: The description in corpus.yaml, if there is one.
    """
    tables = _tables(folder, files)
    splits = [*dict.fromkeys(file.split for file in files.values() if file.split)]
    requested = [] if splits == ["train"] else splits
    found = Making.of(records)
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        **_general(info, found),
        **({"usageInfo": _USAGE} if (folder / licences.TEXTS).exists() else {}),
        **_responsible(info, found),
        "distribution": [*_file_objects(files), *_file_sets(tables, files)],
        "recordSet": record_sets(tables, requested),
    }
    return {name: value for name, value in described.items() if value}


def _table_of(name: str, file: File) -> str:
    """Return the name of the table that a file is a part of, or is."""
    return file.table or name.removesuffix(_PARQUET)


def _tables(folder: Path, files: Mapping[str, File]) -> list[Table]:
    """Return the tables that files are parts of."""
    first: dict[str, str] = {}
    for name, file in files.items():
        first.setdefault(_table_of(name, file), name)
    return [_table(table, pq.read_schema(folder / name)) for table, name in first.items()]


def _table(name: str, schema: pa.Schema) -> Table:
    for each in RECORD_TYPES:
        if name == f"{each}s":
            model = CURRENT.models[each]
            derived = {column.name: Meaning(column.description) for column in COLUMNS[each]}
            description = (model.__doc__ or "").split("\n\n")[0]
            return Table(name, description, schema, Meaning.of(model) | derived)
    if name == statements.NAME:
        description = "A quote with its article, speakers, context and claims."
        return Table(
            name,
            description,
            schema,
            {each.name: _joined(each) for each in statement_columns.COLUMNS},
        )
    if name == "splits":
        return Table(name, "The splits that articles and their records are in.", schema, _SPLITS)
    return Table(name, "", schema, {})


def _joined(column: statement_columns.Column) -> Meaning:
    """Return the meaning of a column of statements: that of the field it is from, in its own words."""
    if not column.source:
        return Meaning(column.description)
    table, path = column.source
    *above, name = path.split(".")
    fields = Meaning.of(CURRENT.models[table.removesuffix("s")])
    for step in above:
        fields = fields[step].fields
    found = fields.get(name, Meaning(""))
    key = table if path == "id" else found.table
    return replace(found, description=column.description, table=key)


def _file_objects(files: Mapping[str, File]) -> list[Json]:
    return [
        {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _PARQUET_FORMAT,
            "sha256": file.sha256,
        }
        for name, file in files.items()
    ]


def _file_sets(tables: Iterable[Table], files: Mapping[str, File]) -> list[Json]:
    """Describe the files of each table as a set, by patterns that further files will fit too."""
    patterns: dict[str, dict[str, None]] = {}
    for name, file in files.items():
        pattern = re.sub(r"-[0-9]+\.parquet$", "-*.parquet", name)
        patterns.setdefault(_table_of(name, file), {})[pattern] = None
    return [
        {
            "@type": "cr:FileSet",
            "@id": table.files,
            "name": table.files,
            "encodingFormat": _PARQUET_FORMAT,
            "includes": [*patterns[table.name]],
        }
        for table in tables
    ]


def _general(info: current.CorpusInfo | None, found: Making) -> Json:
    """Describe the corpus as a whole with the terms of schema.org."""
    version = _version(info)
    dates = found.annotated or found.retrieved or found.published
    name = info.title if info else _UNTITLED
    return {
        "name": name,
        "description": info.description if info else f"{_UNTITLED} in news articles.",
        "license": _license(info.license if info else "NOASSERTION"),
        "version": version,
        "citeAs": info.citation if info else f"{name}, version {version}.",
        "url": info and info.url,
        "creator": [_creator(each) for each in info.creators] if info else [],
        # Records that are published bear dates up to the day of their publication.
        "datePublished": (info and info.date_published) or max(dates, default=None),
        "dateModified": max(found.annotated, default=None),
        "inLanguage": sorted(found.languages),
        "keywords": ["quotations", "claims", *(info.task_categories if info else ())],
        "isBasedOn": [
            {"@type": "CreativeWork", "name": each}
            for each in dict.fromkeys(
                (*(info.source_datasets if info else ()), *sorted(found.origins))
            )
            if each != "original"  # what the Hub calls a corpus that is not based on another
        ],
    }


def _license(spdx: str) -> str | Json:
    """Return the address of a licence on the SPDX list, or else its name."""
    if spdx.upper() in {"NOASSERTION", "NONE"} or spdx.startswith("LicenseRef-"):
        return {"@type": "CreativeWork", "name": spdx}
    return f"https://spdx.org/licenses/{spdx}"


def _version(info: current.CorpusInfo | None) -> str:
    """Return the version of a corpus as Semantic Versioning has it; another is build metadata."""
    stated = info.version if info else ""
    if _SEMVER.fullmatch(stated):
        return stated
    return f"0.0.0+{re.sub(r'[^0-9A-Za-z]+', '-', stated).strip('-') or 'unversioned'}"


def _creator(creator: current.Creator) -> Json:
    described = {
        "@type": creator.kind.capitalize(),
        "name": creator.name,
        "url": creator.url,
        "sameAs": creator.orcid,
        "affiliation": creator.affiliation
        and {"@type": "Organization", "name": creator.affiliation},
    }
    return {name: value for name, value in described.items() if value}


def _responsible(info: current.CorpusInfo | None, found: Making) -> Json:
    """Describe the making of the corpus with the terms for responsible AI."""
    people, machines = (
        sorted({tool for method, tool in found.tools if method in methods})
        for methods in (("manual",), ("assisted", "automatic"))
    )
    return {
        "rai:dataCollection": info and info.collection,
        "rai:dataCollectionTimeframe": _ends(found.retrieved),
        "rai:dataCollectionMissingData": found.withheld
        and f"The texts of {found.withheld} of {found.articles} articles are withheld, as their "
        "rights require. Withheld words are null; their offsets and digests remain.",
        "rai:dataAnnotationProtocol": "; ".join(
            f"{name}, version {version}" if version else name
            for name, version in sorted(found.guidelines, key=str)
        ),
        "rai:dataAnnotationPlatform": people,
        "rai:machineAnnotationTools": machines,
        "rai:dataLimitations": info and info.limitations,
        "rai:personalSensitiveInformation": found.people
        and "Names and roles of people, as articles give them, with what they said or claimed.",
    }


def _ends(dates: Collection[str]) -> list[str]:
    """Return the first and the last of some dates."""
    return [*dict.fromkeys((min(dates), max(dates)))] if dates else []
