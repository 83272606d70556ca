"""Plan how to withhold and restore words in files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path as FilePath

from onrecord.editing.document import open_document, unreadable_text
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import File, packing
from onrecord.findings import Place
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.formats import open_reader
from onrecord.readers.models.document import DocumentReader
from onrecord.rights.document_files import dehydrated_document, hydrated_document
from onrecord.rights.plans import Plan
from onrecord.rights.records import refusal
from onrecord.rights.table_files import dehydrated_table, hydrated_table
from onrecord.schema import RecordType


def dehydrate_file(file: File, texts_out: FilePath | None = None) -> Plan:
    """Plan how to withhold words in a document or table that rights do not allow to be passed on.

    The text in a document or table, or in ``ID.txt`` beside a document, is moved to ``texts_out``.
    The rights of quotes and claims in tables are those in ``articles.jsonl`` beside them. Nothing
    is written until the plan is carried out. For several files, make all plans before carrying out
    any.

    Raises:
        InputError: The file cannot be read, or is of a kind that is not changed.
    """

    def table(record_type: RecordType) -> Plan:
        try:
            return dehydrated_table(file, record_type, texts_out)
        except texts.UnreadableTextError as error:
            what = f"{error.file} cannot be read: {error.problem}"
            refused = refusal((), what, error.advice)
            return Plan(file, refusals=(refused.finding(located=(Place(file.name), None)),))

    return _planned(file, partial(dehydrated_document, file, texts_out), table)


def hydrate_file(file: File, folder: texts.TextFolder) -> Plan:
    """Plan how to restore the words withheld in a document, or in a table, from a folder of texts.

    The text of a document is written to ``ID.txt`` beside it, that of a table into the table.
    Records of a table whose article's text is not available are not changed.

    Raises:
        InputError: The file cannot be read, or is of a kind that is not changed.
    """
    document = partial(hydrated_document, file, folder)
    return _planned(file, document, lambda record_type: hydrated_table(file, record_type, folder))


def _planned(file: File, document: Callable[[], Plan], table: Callable[[RecordType], Plan]) -> Plan:
    """Return the plan for a document or a table; raise the error that other files are not changed.

    If the text of a document cannot be read, the plan has the finding that says so.
    """
    if file.unread:
        return Plan(file, findings=(file.unread,))
    match open_reader(file):
        case DocumentReader():
            try:
                return document()
            except texts.UnreadableTextError as error:
                draft = open_document(file)
                found = draft if isinstance(draft, tuple) else (unreadable_text(draft, error),)
                return Plan(file, findings=found)
        case JsonLinesReader(record_type) if not packing(file.path):
            return table(record_type)
    if packing(file.path):
        raise InputError(f"{file.name} is packed; unpack it, and pack what comes of it again")
    raise InputError(f"{file.name} is a publication; change the records that it is made from")
