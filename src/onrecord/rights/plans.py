"""Describe changes of files as plans, and carry them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from onrecord.anchoring.article_text import read_text
from onrecord.errors import InputError, system_errors
from onrecord.files import texts
from onrecord.files.atomic import replacing
from onrecord.files.opening import File
from onrecord.findings import Finding, Path, Problem
from onrecord.readers.formats import open_reader
from onrecord.rights.records import ANCHOR, KEEP, Facts, refusal
from onrecord.schema.edits import Edit, Put, Rename

# The most refusals that are shown for one file.
MAX_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Write:
    """Describe a file to write, and its content.

    Attributes:
        file: The file with its boundary.
        content: Yields the bytes in pieces.
        new: Whether it must not replace a file with other content.
    """

    file: File
    content: Callable[[], Iterable[bytes]]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """List the changes that withhold or restore the words of a file.

    Attributes:
        file: The file.
        writes: The files to write, in this order: a text is written before it is removed elsewhere.
        removals: The files to remove after that.
        messages: The effects, as text for users.
        findings: The findings of the file; if there are any, nothing is changed.
        refusals: What prevents the changes; if there are any, nothing is changed.
    """

    file: File
    writes: tuple[Write, ...] = ()
    removals: tuple[File, ...] = ()
    messages: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Finding, ...] = ()


def carry_out(plan: Plan) -> None:
    """Carry out a plan. Each file is written completely or not at all, and no word is lost even if
    the process is killed.

    Raises:
        InputError: Something cannot be written. Changes so far remain, and the rest can be
            carried out later.
    """
    for write in plan.writes:
        path = write.file.path
        with system_errors(path):
            write.file.check()
            path.parent.mkdir(parents=True, exist_ok=True)
            there = path.read_bytes() if write.new and path.exists() else None
        if there is None:
            with replacing(path, write.file.boundary) as stream:
                stream.writelines(write.content())
        elif there != b"".join(write.content()):
            raise InputError(f"{path} holds another text; it is left as it was")
    for file in plan.removals:
        with system_errors(file.path):
            file.path.unlink(missing_ok=True)


def findings_in(file: File) -> tuple[Finding, ...]:
    """Return the findings of a file."""
    return tuple(item for item in open_reader(file).read(file) if isinstance(item, Finding))


def folder_of(file: File, texts_out: FilePath | None) -> File | None:
    """Return the folder for texts with its boundary; None if no folder is given."""
    return file.at(texts_out, texts_out) if texts_out else None


def kept_file(folder: File | None, article: Facts) -> File | None:
    """Return the file for the text of an article; None if no folder is given."""
    return folder.at(folder.path / f"{article.id}.txt") if folder else None


def kept_text(out: File | None, article: Facts) -> str | None:
    """Return the text in that file."""
    return read_text(out, article.sha256) if out and out.exists() else None


def is_of(article: Facts, text: str | None) -> bool:
    """Return whether a text is that of an article."""
    return text is not None and texts.sha256(text) == article.sha256


def not_kept(path: Path, out: File | None, kept: str | None, text: str) -> Iterator[Problem]:
    """Yield refusals if a text that is to be removed would be lost."""
    if text.startswith("\ufeff"):
        message = "its text begins with a byte order mark, which files lose"
        yield refusal(path, message, f"delete it with text_sha256 and text_length, and {ANCHOR}")
    elif out is None:
        yield refusal(path, "its text has to go, and would be lost", KEEP)
    elif kept not in (None, text):
        yield refusal(path, f"its text has to go, but {out.name} holds another one", KEEP)


def count_edits(edits: Iterable[Edit], name: str) -> int:
    """Count the edits that add members with a name."""
    return sum(
        (isinstance(edit, Rename) and edit.to == name)
        or (isinstance(edit, Put) and edit.name == name and edit.value is not None)
        for edit in edits
    )


def words_of_spans(number: int) -> str:
    """Format the number of spans whose words are withheld or restored."""
    return "the words of 1 span are" if number == 1 else f"the words of {number} spans are"
