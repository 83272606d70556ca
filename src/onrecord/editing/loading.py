"""Read documents from YAML and JSON as values."""

from __future__ import annotations

import json
from pathlib import Path

from onrecord.errors import InputError, InvalidDocumentError
from onrecord.files.opening import File, Text, content, decode
from onrecord.findings import Problem, path_text
from onrecord.readers.formats import DOCUMENTS
from onrecord.readers.models.document import DocumentReader, Parse
from onrecord.readers.models.records import hygiene, located, unsupported, version_of
from onrecord.readers.models.validate import validate
from onrecord.readers.syntax import yaml
from onrecord.readers.syntax.nodes import UnreadableError, to_value
from onrecord.schema.current import Document


def from_yaml(text: str) -> Document:
    """Return the document that a YAML text contains.

    Raises:
        InvalidDocumentError: It is not valid.
    """
    data = text.encode(errors="surrogatepass")
    return _document(decode(File(Path("<text>"), "<text>"), data), yaml.parse)


def from_file(path: Path) -> Document:
    """Return the document in a file.

    Raises:
        InvalidDocumentError: It is not valid.
        InputError: The file cannot be read, or has another ending than documents have.
    """
    reader, file = reader_for(path), File(path, path.as_posix())
    return _document(decode(file, content(file)), reader.parse)


def reader_for(path: Path) -> DocumentReader:
    """Return the reader for a document, by the ending of its name.

    Raises:
        InputError: Documents have other endings.
    """
    reader = DOCUMENTS.get(path.suffix.lower())
    if not isinstance(reader, DocumentReader):
        raise InputError(f"{path} is no document; those are {', '.join(DOCUMENTS)}")
    return reader


def _document(text: Text, parse: Parse) -> Document:
    found = _read(text, parse)
    if isinstance(found, list):
        problems = sorted(found, key=lambda problem: problem.mark)
        raise InvalidDocumentError(
            [text.finding(one, path=path_text(one.path)) for one in problems]
        )
    return found


def _read(text: Text, parse: Parse) -> Document | list[Problem]:
    """Return the document that a text contains, as one of the current version, or the problems."""
    if not text.readable:
        return list(text.problems)
    try:
        root, problems = parse(text.text)
    except UnreadableError as error:
        return [*text.problems, error.problem]
    value = to_value(root)
    version = version_of(value)
    if version is None:
        return [unsupported(root, root.start)]
    wrong = [one for one in (*text.problems, *problems, *hygiene(root)) if one.is_error]
    found = validate(version.models["document"], json.dumps(value))
    if isinstance(found, list):
        wrong += [located(root, problem) for problem in found]
        return wrong
    document = version.to_current("document", found)
    assert isinstance(document, Document)  # noqa: S101  # as its name says
    return wrong or document
