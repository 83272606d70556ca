"""Upgrade files to the current version of the schema: documents in place, tables row by row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.corpus.derived import derive
from onrecord.corpus.derived import schema as published_schema
from onrecord.editing.document import DocumentEditor, EditError, edited_text, open_document
from onrecord.editing.splices import write_row
from onrecord.files.atomic import replacing
from onrecord.files.containment import Boundary
from onrecord.files.opening import File, KeptOpen, opened, packed
from onrecord.findings import Finding, Severity
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.bulk.parquet import ParquetReader, table_version
from onrecord.readers.discovery import survey
from onrecord.readers.footer import open_table
from onrecord.readers.formats import open_reader
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.models.records import Rows, model_of, version_of
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax.nodes import to_value
from onrecord.schema import CURRENT, RecordType, SchemaVersion
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.edits import edited

# The comment from which editors know which schema a document has.
_EDITORS_SCHEMA = r"(yaml-language-server:\s*\$schema=\S*?\b){}(?=/document\.schema\.json)"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Describe how to upgrade a file, or what prevents it.

    Attributes:
        file: The file.
        rewrite: Writes the upgraded file to a stream; None if there is nothing to change.
        findings: Errors in the file, because of which it is not upgraded.
    """

    file: File
    rewrite: Callable[[BinaryIO], object] | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Return whether there is anything to write."""
        return self.rewrite is not None

    def write(self) -> None:
        """Replace the file, whole or not at all.

        Raises:
            InputError: The file cannot be written.
        """
        if self.rewrite:
            with replacing(self.file.path, self.file.boundary) as stream:
                self.rewrite(stream)


def upgrade(
    path: Path | str, *more: Path | str, options: ReadOptions = READ_OPTIONS
) -> tuple[Upgrade, ...]:
    """Compute how to upgrade record files, or folders of them, without writing anything.

    Documents keep their comments and layout. A file with errors is not upgraded.

    Args:
        path: A file or folder.
        *more: Further ones.
        options: How to read.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    paths = [Path(one) for one in (path, *more)]
    boundary = Boundary.around(paths, allow_outside=options.allow_outside)
    return tuple(map(upgrade_of, survey(paths, boundary=boundary).files))


def upgrade_of(file: File) -> Upgrade:
    """Plan the upgrade of a file; nothing is written.

    Raises:
        InputError: The file cannot be read.
    """
    reader = open_reader(file)
    errors = tuple(
        item
        for item in reader.read(file)
        if isinstance(item, Finding) and item.severity is Severity.ERROR
    )
    if errors:
        return Upgrade(file, findings=errors)
    match reader:
        case DocumentReader():
            return _document(file)
        case JsonLinesReader(record_type):
            changes = any(new != line for line, new in _lines(file, record_type))
            return Upgrade(file, partial(_write_lines, file, record_type) if changes else None)
        case ParquetReader(record_type):
            return _parquet(file, record_type, reader)
    return Upgrade(file)


def _document(file: File) -> Upgrade:
    editor = open_document(file, any_version=True)
    if not isinstance(editor, DocumentEditor):
        return Upgrade(file, findings=editor)
    if editor.version is CURRENT:
        return Upgrade(file)
    text, root = editor.source.text, editor.root
    for before, version in editor.version.steps:
        model = before.models["document"]
        edits = version.upgrade_edits(model, to_value(root))  # type: ignore[arg-type]  # a mapping
        try:
            text = edited_text(text, root, edits, editor.parse)
        except EditError:
            raise EditError(
                f"{file.name}: this layout cannot be upgraded in place; write it without anchors, tags "
                "and explicit keys, and try again"
            ) from None
        root = editor.parse(text)[0]
    comment = _EDITORS_SCHEMA.format(re.escape(editor.version.number))
    data = re.sub(comment, rf"\g<1>{CURRENT.number}", text).encode()
    return Upgrade(file, lambda stream: stream.write(data))


def _lines(file: File, record_type: RecordType) -> Iterator[tuple[bytes, bytes]]:
    """Yield the lines of a table without errors, before and after the upgrade."""
    with opened(file) as stream:
        for line in stream:
            value = json.loads(line.removeprefix(b"\xef\xbb\xbf")) if line.strip() else None
            version = version_of(value)
            if value is None or version is None or version is CURRENT:
                yield line, line
            else:
                yield line, write_row(line, _upgraded(version, record_type, value))


def _upgraded(
    version: SchemaVersion, record_type: RecordType, value: dict[str, Any]
) -> dict[str, Any]:
    """Return a valid row of a version as one of the current version, with its other columns."""
    for before, later in version.steps:
        value = edited(value, later.upgrade_edits(model_of(before, record_type), value))
    return value


def _write_lines(file: File, record_type: RecordType, stream: BinaryIO) -> None:
    with packed(file.path, stream) as out:
        out.writelines(new for _, new in _lines(file, record_type))


def _parquet(file: File, record_type: RecordType, reader: ParquetReader) -> Upgrade:
    with open_table(file.path) as table:
        if table_version(table) is CURRENT:
            return Upgrade(file)
        names = table.schema_arrow.names
    records = arrow_schema(CURRENT.models[record_type])
    published = published_schema(record_type)
    # A published table keeps its derived columns. The last one is no column of records in any version.
    is_published = published.names[-1] in names

    def write(stream: BinaryIO) -> None:
        schema = published if is_published else records
        with pq.ParquetWriter(KeptOpen(stream), schema, compression="zstd") as writer:
            for item in reader.read(file):
                if isinstance(item, Rows):
                    batch = item.rows
                    if not isinstance(batch, pa.RecordBatch):
                        batch = pa.RecordBatch.from_pylist(batch, records)
                    derived = derive(record_type, batch) if is_published else []
                    columns = [*map(batch.column, records.names), *derived]
                    writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))

    return Upgrade(file, write)
