"""Add reading and writing to the model of documents, which the schema defines.

The schema is below the readers and needs only Pydantic, so that its models read no files. This is
the model that the package exports as ``onrecord.Document``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from onrecord.errors import need
from onrecord.schema import current


class Document(current.Document):
    """Hold an article with its quotes and claims, as annotators write it: one file per article.

    It can be read from YAML and JSON, and written. A document of an earlier version of the schema is
    upgraded when it is read.
    """

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """Read a document from YAML, by the rules of YAML 1.2: dates without quotation marks are text.

        Args:
            text: The YAML itself; `load` reads a file.

        Raises:
            InvalidDocumentError: It is not valid.
        """
        need("validate")
        from onrecord.editing.loading import from_yaml

        return cls._of(from_yaml(text))

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a document from a file in YAML or JSON, as its ending says.

        If the article's text is in a file of its own beside the document, it is not added.

        Raises:
            InvalidDocumentError: It is not valid.
            InputError: The file cannot be read, or has another ending.
        """
        need("validate")
        from onrecord.editing.loading import from_file

        return cls._of(from_file(Path(path)))

    @classmethod
    def _of(cls, document: current.Document) -> Self:
        return cls.model_validate(document.model_dump(exclude_unset=True))

    def to_yaml(self) -> str:
        """Return the document as YAML, without absent values; `from_yaml` returns the same again."""
        need("validate")
        from onrecord.editing.writing import as_yaml

        return as_yaml(self)

    def save(self, path: Path | str) -> None:
        """Write the document to a file in YAML or JSON, as its ending says, whole or not at all.

        An existing file is replaced, with its comments and layout. The functions `anchor`, `fix` and
        `upgrade` keep these.

        Raises:
            InputError: The file cannot be written, or has another ending.
        """
        need("validate")
        from onrecord.editing.writing import to_file

        to_file(self, Path(path))
