"""Define the manifest of a publication: what it consists of, and how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow.parquet as pq
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from onrecord.errors import InputError, system_errors
from onrecord.findings import path_text
from onrecord.readers import formats, naming
from onrecord.readers.models import published
from onrecord.readers.syntax import json as json_reader
from onrecord.readers.syntax.nodes import UnreadableError
from onrecord.schema import CURRENT
from onrecord.version import __version__

NAME = formats.MANIFEST
# Represents, in the text of the card whose digest the manifest has, the name of the folder, which
# is the digest of the manifest.
PLACEHOLDER = "DIGEST-OF-TABLES"
# The number of hexadecimal digits of it.
DIGITS = len(PLACEHOLDER)

_STRICT = ConfigDict(strict=True, extra="forbid")
Number = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# For each table of records, the numbers of records by the values of a column.
Counts = Mapping[str, Mapping[str, Mapping[str, Number]]]


class ManifestError(InputError):
    """Signal that a file is not a manifest, or a damaged one.

    Attributes:
        problems: What is wrong, with lines or paths.
    """

    def __init__(self, name: object, problems: tuple[str, ...]) -> None:
        super().__init__(f"{name} is not the manifest of a publication: {problems[0]}")
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Describe a file of a publication.

    Attributes:
        table: The table that it is a part of, such as ``quotes``; None for files of other kinds.
        split: The split of the records in it.
        rows: The number of rows.
        bytes: Its size.
        sha256: Its digest.
    """

    __pydantic_config__ = _STRICT
    table: str | None = None
    split: str | None = None
    rows: Number | None = None
    bytes: Number
    sha256: Sha256

    @classmethod
    def of(cls, path: Path) -> Self:
        """Describe an existing file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        part = naming.part_of(path.name)
        return cls(
            table=part and part.table,
            split=part and part.split,
            rows=pq.read_metadata(path).num_rows if path.suffix == ".parquet" else None,
            bytes=path.stat().st_size,
            sha256=digest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Hold the digest of the card, with `PLACEHOLDER` in place of the name of the folder."""

    __pydantic_config__ = _STRICT
    sha256: Sha256

    @classmethod
    def of(cls, text: str) -> Self:
        """Describe a card whose text has the placeholder."""
        return cls(sha256=hashlib.sha256(text.encode()).hexdigest())

    def is_of(self, data: bytes, digest: str) -> bool:
        """Return whether this is the card of a publication, as a file that names its folder."""
        placeholder = PLACEHOLDER.encode()
        text = data.replace(digest.encode(), placeholder)
        return placeholder not in data and hashlib.sha256(text).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Hold the number of rows of a table, and its digest (see `onrecord.publishing.logical`)."""

    __pydantic_config__ = _STRICT
    rows: Number
    logical_sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """Describe a finding that settings or a baseline suppress.

    Attributes:
        code: The check.
        file: The file, relative to the folder of the corpus.
        record: The id of the record, if it has one.
        path: The path inside the record.
        reason: The reason that was given.
    """

    __pydantic_config__ = _STRICT
    code: str
    file: str
    record: str | None = None
    path: str | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """State how the articles were divided into splits.

    Attributes:
        seed: The seed; None if lists decide.
        shares: The share of each split; None if lists decide.
        groups: The number of groups of articles that must be together.
        articles: The number of articles in each split.
    """

    __pydantic_config__ = _STRICT
    seed: Number | None = None
    shares: Mapping[str, float] | None = None
    groups: Number
    articles: Mapping[str, Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """State the files of a publication, and how it was made.

    Attributes:
        manifest_version: The version of this format.
        schema_version: The version of the records.
        corpus_version: The version of the corpus; None if it has no corpus.yaml.
        package_version: The version of the package that published them.
        card: The card.
        files: The files beside the manifest by their names in it, in alphabetical order.
        tables: The tables by name; their rows are those of their files, in this order.
        counts: Numbers of records.
        rules: The codes of the checks that were run.
        settings: The settings that applied, each with the ``file`` that it is from.
        suppressed: The findings that they suppress.
        splits: How the articles were divided; None if they were not.
    """

    __pydantic_config__ = _STRICT
    manifest_version: Literal[1] = published.MANIFEST_VERSION
    schema_version: str = CURRENT.number
    corpus_version: str | None
    package_version: str = __version__
    card: Card
    files: Mapping[str, File]
    tables: Mapping[str, Table]
    counts: Counts
    rules: tuple[str, ...]
    settings: tuple[Mapping[str, Any], ...]
    suppressed: tuple[Suppressed, ...]
    splits: Splits | None = None

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest in a folder.

        Raises:
            InputError: It is missing or damaged, or a newer version wrote it.
        """
        path = folder / NAME
        with system_errors(path):
            data = path.read_bytes()
        return parse(data, path)

    @property
    def digest(self) -> str:
        """Return the first digits of the SHA-256 of the manifest, which the folder is named after."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:DIGITS]

    @property
    def text(self) -> str:
        """Return the manifest as JSON text."""
        content = {
            name: value if name == "corpus_version" else _present(value)
            for name, value in asdict(self).items()
            if name != "splits" or value is not None
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def parse(data: bytes, name: object) -> Manifest:
    """Parse a manifest, which may be hostile.

    Args:
        data: The content of the file.
        name: Its name in messages.

    Raises:
        NewerError: A newer version of the package wrote it.
        ManifestError: It is damaged, or is none.
    """
    try:
        text = data.decode()
        root, problems = json_reader.parse(text)
    except UnicodeDecodeError as error:
        raise ManifestError(name, (f"byte {error.start} is not UTF-8",)) from None
    except UnreadableError as error:
        problems = [error.problem]
    if problems:
        found = (f"line {one.mark.line + 1}: {one.finding().message}" for one in problems)
        raise ManifestError(name, tuple(found))
    published.check_versions(root, name)
    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        found = (f"{path_text(one['loc'])}: {one['msg']}" for one in error.errors())
        raise ManifestError(name, tuple(found)) from None


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def files_in(folder: Path, known: Mapping[str, File] | None = None) -> dict[str, File]:
    """Describe all files in a folder and its subfolders except the manifest, by their names.

    Args:
        folder: The folder.
        known: Files that are described already, and have not changed since.
    """
    found = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    names = sorted(found.keys() - {NAME})
    known = known or {}
    return {name: known.get(name) or File.of(found[name]) for name in names}


def _present(value: Any) -> Any:
    """Return a value without the members of objects that are None."""
    if isinstance(value, dict):
        return {name: _present(one) for name, one in value.items() if one is not None}
    return [_present(one) for one in value] if isinstance(value, list | tuple) else value
