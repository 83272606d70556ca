"""Read corpus.yaml, the description of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.files.containment import Boundary
from onrecord.files.opening import File, content, decode
from onrecord.findings import Located, Mark
from onrecord.readers import naming
from onrecord.readers.models.records import Item, Wanted
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax import yaml
from onrecord.readers.syntax.nodes import find, to_value
from onrecord.readers.syntax.values import ValidatedFile, read_value
from onrecord.schema.settings import CorpusFile
from onrecord.text_formats import PLAIN

NAME = naming.CORPUS


class CorpusReader:
    """Read the findings about a corpus.yaml; it has no records.

    Findings about the corpus as a whole are located at its beginning.
    """

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:  # noqa: ARG002
        """Yield findings about the file."""
        yield from read_corpus(file).findings

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the beginning of the file for each request."""
        beginning = decode(file, content(file)).point(Mark(0, 0, 0))
        return (beginning for _ in wanted)


def read_corpus(file: File) -> ValidatedFile[CorpusFile]:
    """Read and validate a file corpus.yaml.

    Raises:
        InputError: The file cannot be read.
    """
    return read_value(file, yaml.parse, CorpusFile)


def text_format(file: File) -> str:
    """Return the name of the text format that a corpus.yaml requests.

    The name may be unknown; it is empty if the file cannot be read as YAML.

    Raises:
        InputError: The file cannot be read.
    """
    if b"text_format" not in content(file):
        return PLAIN
    root = read_corpus(file).root
    if root.value is None:
        return ""
    node = find(root, ("text_format",))
    return PLAIN if node is None or node.value is None else str(to_value(node))


def texts_folder(file: File) -> Path | None:
    """Return the folder of texts that a corpus.yaml names, whether it is there or not.

    Raises:
        InputError: The file cannot be read.
    """
    if b"texts" not in content(file):
        return None
    root = read_corpus(file).root
    node = None if root.value is None else find(root, ("texts",))
    named = None if node is None or node.value is None else to_value(node)
    return file.path.parent / named if isinstance(named, str) and "\0" not in named else None


def read_info(folder: Path, boundary: Boundary) -> CorpusFile | None:
    """Return the description of the corpus in a folder; None if there is no corpus.yaml.

    Raises:
        InputError: The file cannot be read, is a pipe or a device, or leads out of the boundary.
    """
    path = folder / NAME
    file = File(path, path.as_posix(), boundary=boundary)
    return read_corpus(file).value if path.exists() else None
