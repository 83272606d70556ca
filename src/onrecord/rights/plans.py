"""Hold what is to be done to files, and carry it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from onrecord.anchoring.article_text import read_text
from onrecord.editing.edits import Edit, Put, Rename
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.atomic import replacing
from onrecord.files.opening import Text
from onrecord.files.problems import Path
from onrecord.findings import Finding
from onrecord.readers import File, open_reader
from onrecord.readers.models.records import point
from onrecord.readers.syntax.nodes import Node
from onrecord.rights.records import (
    ANCHOR,
    KEEP,
    Facts,
    Refusal,
)

# The most refusals that are told of one file.
MAX_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Write:
    """Hold a file to write.

    Attributes:
        file: Which, and what it must be in.
        content: Gives the bytes, piece by piece.
        new: Whether it must not take the place of a file that says something else.
    """

    file: File
    content: Callable[[], Iterable[bytes]]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold what is to be done to withhold or restore the words of a file.

    Attributes:
        file: The file.
        writes: What to write, in this order: a text is safe before it is taken out elsewhere.
        removals: The files to remove after that.
        messages: What comes of it, in words for people.
        findings: What is wrong in the file; then nothing is to be done.
        refusals: What stands in the way; then nothing is to be done.
    """

    file: File
    writes: tuple[Write, ...] = ()
    removals: tuple[File, ...] = ()
    messages: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def carry_out(plan: Plan) -> None:
    """Do what a plan says, each file whole or not at all; killed at any moment, nothing is lost.

    Raises:
        InputError: Something cannot be written. What is done already stays done, and the rest
            can be done later.
    """
    for write in plan.writes:
        path = write.file.path
        try:
            write.file.check()
            path.parent.mkdir(parents=True, exist_ok=True)
            there = path.read_bytes() if write.new and path.exists() else None
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        if there is None:
            with replacing(path, write.file.boundary) as stream:
                stream.writelines(write.content())
        elif there != b"".join(write.content()):
            raise InputError(f"{path} holds another text; it is left as it was")
    for file in plan.removals:
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{file.path}: {error.strerror}") from None


def findings_in(file: File) -> tuple[Finding, ...]:
    """Return what is wrong in a file."""
    return tuple(item for item in open_reader(file).read(file) if isinstance(item, Finding))


def folder_of(file: File, texts_out: FilePath | None) -> File | None:
    """Return the folder that is to keep texts, and what these must be in."""
    return file.at(texts_out, texts_out) if texts_out else None


def kept_file(folder: File | None, article: Facts) -> File | None:
    """Return the file that keeps the text of an article, if there is a folder for it."""
    return folder.at(folder.path / f"{article.id}.txt") if folder else None


def kept_text(out: File | None, article: Facts) -> str | None:
    """Return the text in the file that is to keep it."""
    return read_text(out, article.sha256) if out and out.exists() else None


def is_of(article: Facts, text: str | None) -> bool:
    """Return whether a text is the one of an article."""
    return text is not None and texts.sha256(text) == article.sha256


def not_kept(path: Path, out: File | None, kept: str | None, text: str) -> Iterator[Refusal]:
    """Yield why a text that has to go would be lost."""
    if text.startswith("\ufeff"):
        message = "its text begins with a byte order mark, which files lose"
        yield Refusal(path, message, f"delete it with text_sha256 and text_length, and {ANCHOR}")
    elif out is None:
        yield Refusal(path, "its text has to go, and would be lost", KEEP)
    elif kept not in (None, text):
        yield Refusal(path, f"its text has to go, but {out.name} holds another one", KEEP)


def placed_refusal(refusal: Refusal, source: Text, root: Node) -> Refusal:
    """Return a refusal with its place in a file."""
    place, excerpt = point(source, root, refusal.path)
    return replace(refusal, place=place, excerpt=excerpt)


def count_edits(edits: Iterable[Edit], name: str) -> int:
    """Return how many members of a name there are after some edits that were not there before."""
    return sum(
        (isinstance(edit, Rename) and edit.to == name)
        or (isinstance(edit, Put) and edit.name == name and edit.value is not None)
        for edit in edits
    )


def words_of_spans(number: int) -> str:
    """Say of how many spans the words are withheld or restored."""
    return "the words of 1 span are" if number == 1 else f"the words of {number} spans are"
