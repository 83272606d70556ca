"""Find the tables of records at paths of this machine and at addresses of Spark's file systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import SparkSession

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import File, packing
from onrecord.findings import Finding, IgnoredFile
from onrecord.readers import keys, naming
from onrecord.readers.discovery import NoRecordsError, survey
from onrecord.readers.folders import Folder
from onrecord.readers.listing import Listing, listing, not_unpacked
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.corpus import read_corpus
from onrecord.readers.models.published import LARGEST, check_manifest
from onrecord.readers.publications import is_named
from onrecord.readers.syntax.values import ValidatedFile
from onrecord.schema import RecordType
from onrecord.schema.settings import CorpusFile
from onrecord.spark.addresses import RemotePath, local

# A file corpus.yaml that was read.
Corpus = ValidatedFile[CorpusFile]
# What Spark unpacks without native libraries.
UNPACKED = (".bz2", ".gz")


@dataclass(frozen=True, slots=True)
class TableFile:
    """Name a table of records that Spark reads.

    Attributes:
        record_type: The type of its records.
        name: Its name as findings show it.
        address: Where Spark reads it.
        is_frame: Whether it is a data frame, and no file.
    """

    record_type: RecordType
    name: str
    address: str = ""
    is_frame: bool = False

    @property
    def is_parquet(self) -> bool:
        """Return whether records are rows of columns, otherwise lines of JSON."""
        return self.is_frame or naming.format_ending(Path(self.address)) == ".parquet"


@dataclass
class Files:
    """Hold the tables and findings at some paths.

    Attributes:
        tables: The tables, in the order of their names.
        corpora: The files corpus.yaml, which this machine reads.
        findings: Why some files cannot be read, and what is wrong in corpus.yaml.
        ignored: Files that are ignored.
    """

    tables: list[TableFile] = field(default_factory=list)
    corpora: list[Corpus] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ignored: list[IgnoredFile] = field(default_factory=list)

    def add(self, more: Files) -> None:
        """Add what was found at another path."""
        self.tables += more.tables
        self.corpora += more.corpora
        self.findings += more.findings
        self.ignored += more.ignored


def find(spark: SparkSession, paths: Sequence[str], *, allow_outside: bool = False) -> Files:
    """Find the tables at paths of this machine and at addresses.

    Addresses of files of this machine are paths, so that links in folders do not lead out of them.

    Raises:
        InputError: There are none, or a file is something that Spark does not read.
    """
    found = Files()
    if here := [path for one in paths if (path := local(one))]:
        found.add(_local(here, allow_outside=allow_outside))
    for address in (one for one in paths if local(one) is None):
        found.add(_at(spark, address))
    found.tables = sorted(
        {one.address: one for one in found.tables}.values(), key=lambda one: one.name
    )
    for one in found.tables:
        if packing(path := Path(one.name)) and not one.name.endswith(UNPACKED):
            raise InputError(
                f"{one.name}: Spark does not unpack {path.suffix}; pack it as {' or '.join(UNPACKED)}"
            )
    return found


def _local(paths: Sequence[Path], *, allow_outside: bool) -> Files:
    boundary = Boundary.around(paths, allow_outside=allow_outside)
    survey_ = survey(paths, about=True, boundary=boundary)
    found = Files(ignored=survey_.ignored)
    documents: list[File] = []
    for file in survey_.files:
        if file.unread:
            found.findings.append(file.unread)
        elif file.path.name == CORPUS:
            found.add(_described(file))
        elif table := naming.table_name(file.path):
            file.check()
            address = f"file://{file.path.absolute().as_posix()}"
            found.tables.append(TableFile(table.record_type, file.name, address))
        else:
            documents.append(file)
    if documents:
        more = f" and {len(documents) - 1:,} more" if len(documents) > 1 else ""
        raise _no_table(f"{documents[0].name}{more}")
    return found


def _no_table(name: str) -> InputError:
    return InputError(f"{name}: Spark reads tables, not documents; do without --engine spark")


def _described(file: File) -> Files:
    """Read a file corpus.yaml."""
    corpus = read_corpus(file)
    return Files(corpora=[corpus], findings=[*corpus.findings])


def _at(spark: SparkSession, address: str) -> Files:
    """Find the tables at an address: a table, or a folder of them or of publications."""
    found, published = Files(), Files()
    for folder, files in _folders(RemotePath(spark, address)):
        here = listing(folder)
        for path in here.about:
            found.add(_described_at(spark, files[path.name]))
        found.ignored += _documents(spark, here, files)
        if not here.published:
            found.add(_tables(here, files))
        elif here.tables and _is_current(spark, files[here.tables[0].name]):
            published.add(_tables(here, files))
    if not found.tables:
        found.add(published)
    if not found.tables and not found.findings:
        raise NoRecordsError(f"{address} holds no table of records")
    return found


def _tables(here: Listing, files: Mapping[str, str]) -> Files:
    """Return the tables of a folder, what is wrong with their names, and what is ignored."""
    found = Files()
    for path in here.tables:
        table, address = naming.table_name(path), files[path.name]
        if wrong := not_unpacked(path):
            found.findings.append(wrong.finding(address))
        elif table:
            found.tables.append(TableFile(table.record_type, address, address))
    for wrong in here.unread:
        near = next(iter(files.values())).rpartition("/")[0]
        found.findings.append(wrong.finding(f"{near}/{wrong.path.name}"))
    whys = [
        (here.foreign, "it is not one of the tables of a publication"),
        (filter(naming.has_record_ending, here.others), "its name is not that of a record file"),
    ]
    found.ignored = [IgnoredFile(files[path.name], why) for paths, why in whys for path in paths]
    return found


def _documents(
    spark: SparkSession, here: Listing, files: Mapping[str, str]
) -> Iterator[IgnoredFile]:
    """Yield the files of a folder that have the ending of a document and are none.

    Raises:
        InputError: One is a document.
    """
    for path in here.documents:
        file = RemotePath(spark, files[path.name])
        is_json = naming.format_ending(path) == ".json"
        look = keys.look(file.read(keys.HEAD), json=is_json)
        if look is keys.Look.RECORDS or naming.is_document_place(path):
            raise _no_table(file.address)
        yield IgnoredFile(file.address, "it has not two of the top-level keys of a document")


def _folders(root: RemotePath) -> Iterator[tuple[Folder, dict[str, str]]]:
    """Yield the folders to read at an address, each with the addresses of its files by name."""
    found: dict[Path, dict[str, str]] = {}
    for file in root.files():
        path = Path(file.name)
        found.setdefault(path.parent, {})[path.name] = file.address
    sites = {folder for folder, files in found.items() if naming.SITE in files}
    for inside, files in sorted(found.items()):
        hidden = any(part.startswith(".") for part in inside.parts)
        if not hidden and sites.isdisjoint((inside, *inside.parents)):
            folder = Path(next(iter(files.values())).rpartition("/")[0])
            yield Folder(folder, sorted(files)), files


def _is_current(spark: SparkSession, table: str) -> bool:
    """Return whether a table is one of a publication that its card names, or there is no card.

    Raises:
        NewerError: A newer version of the package published it.
    """
    tables = table.rpartition("/")[0]
    home, _, digest = tables.rpartition(f"/{naming.DATA}/")
    card = RemotePath(spark, f"{home or tables}/{naming.CARD}")
    if home and card.is_file():
        text = card.read(MAX_BYTES).decode(errors="replace")
        if not is_named(digest, text):
            return False
    manifest = RemotePath(spark, f"{tables}/{naming.MANIFEST}")
    if manifest.is_file():
        check_manifest(manifest.read(LARGEST), manifest)
    return True


def _described_at(spark: SparkSession, address: str) -> Files:
    """Read a file corpus.yaml at an address."""
    with TemporaryDirectory(dir=scratch.folder()) as folder:
        copy = Path(folder, CORPUS)
        copy.write_bytes(RemotePath(spark, address).read(MAX_BYTES + 1))
        return _described(File(copy, address))
