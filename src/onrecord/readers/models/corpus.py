"""The file corpus.yaml: what a corpus says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.files.opening import File, content, decode
from onrecord.files.problems import Mark
from onrecord.readers.models.records import Item, Located, Wanted
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax import yaml
from onrecord.readers.syntax.values import ValidatedFile, read_value
from onrecord.schema.settings import CorpusFile

NAME = "corpus.yaml"


class CorpusReader:
    """Reads what a corpus says of itself. There are no records in it, only findings.

    Its places are those of findings about the corpus as a whole.
    """

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:  # noqa: ARG002
        """What is wrong in the file."""
        yield from read_corpus(file).findings

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Where the file begins, for whatever is said of the corpus."""
        beginning = decode(file, content(file)).point(Mark(0, 0, 0))
        return (beginning for _ in wanted)


def read_corpus(file: File) -> ValidatedFile[CorpusFile]:
    """What stands in a file corpus.yaml.

    Raises:
        InputError: The file cannot be read.
    """
    return read_value(file, yaml.parse, CorpusFile)


def read_info(folder: Path) -> CorpusFile | None:
    """What the corpus in a folder says of itself; nothing if it has no such file.

    Raises:
        InputError: The file cannot be read.
    """
    path = folder / NAME
    return read_corpus(File(path, path.as_posix())).value if path.exists() else None
