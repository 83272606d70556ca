"""Putting a publication in place of the earlier one: all or nothing, killed at any moment.

What is published is what the card names. A publication is built in a hidden folder beside the
earlier one, flushed to disk, and renamed to the folder that its card will name; then one rename
puts the new card in place of the earlier. Up to there the earlier publication is whole, from
there on the new one is. Only then is anything of the earlier removed.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onrecord import readers
from onrecord.errors import OnrecordError
from onrecord.files import scratch
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.publish import manifest, parquet
from onrecord.schema import RECORD_TYPES

CARD = readers.CARD
DATA = readers.DATA
# What is built, and what is removed, is in a folder whose name begins so.
TEMPORARY = ".publish-"
# In such a folder: where the tables and their manifest are.
TABLES = "tables"

# Tells a card that may be overwritten from a file that somebody wrote by hand.
MARKER = (
    "<!-- Written by onrecord publish. Edit corpus.yaml and the records, and publish again. -->"
)


class PublishError(OnrecordError):
    """Publishing failed; what the card in place names is whole.

    The message is one line for people.
    """


def swap_in(out: Path, build: Callable[[Path], str | None], boundary: Boundary = ANYWHERE) -> None:
    """Build a publication and put it in place of the earlier one.

    Args:
        out: The folder to publish into; it is made if it is not there.
        build: Writes the card and the folder of tables into the folder it is given, and returns
            the name that the card has for the latter; None to leave all as it is.
        boundary: What all that is written or removed must be in.

    Raises:
        PublishError: It cannot be written.
        InputError: A link leads out of the boundary.
    """
    data = out / DATA
    state = "is left as it was"
    try:
        with _alone(data), _stage(data) as stage:
            digest = build(stage)
            if digest is None:
                return
            boundary.check(data / digest)
            _put(stage, data / digest, out / CARD)
            state = "is published, but what was there before is not all removed"
            _sync(out)
            for path in leftovers(data, digest):
                if path != stage:
                    path.rename(stage / path.name)
    except OSError as error:
        raise PublishError(f"{out} {state}: {_reason(error)}") from error


def refuse(out: Path, boundary: Boundary = ANYWHERE) -> None:
    """Make sure that a folder is one to publish into, before work begins.

    Raises:
        PublishError: It is none.
        InputError: A link in it leads out of the boundary, or its card is a pipe or a device.
    """
    card = out / CARD
    try:
        if out.exists() and not out.is_dir():
            raise PublishError(f"{out} is not a folder, so nothing can be published there")
        boundary.check(card)
        boundary.check(out / DATA)
        if os.path.lexists(card) and not _is_ours(card.read_text("utf-8", errors="replace")):
            raise PublishError(
                f"{card} was not written by onrecord publish and would be lost; "
                "move it away, or publish elsewhere"
            )
    except OSError as error:
        raise PublishError(f"{out} is left as it was: {_reason(error)}") from error


def leftovers(data: Path, digest: str | None) -> list[Path]:
    """What publishing left in a folder of data, beside the publication of this digest."""
    return [
        path
        for path in sorted(data.glob("*"))
        if path.name.startswith(TEMPORARY)
        or (
            readers.DIGEST.fullmatch(path.name)
            and path.name != digest
            and path.is_dir()
            and ((path / manifest.NAME).is_file() or all(map(_is_generated, path.iterdir())))
        )
    ]


def _is_ours(card: str) -> bool:
    """Return whether publishing wrote a card; after a merge in git, each side of it."""
    sides = {"ours": "", "theirs": ""}
    side = None
    for line in card.splitlines(keepends=True):
        sign = line[:7]
        if sign == "<<<<<<<":
            side = "ours"
        elif sign == "|||||||" and side:
            side = "base"
        elif sign == "=======" and side:
            side = "theirs"
        elif sign == ">>>>>>>":
            side = None
        else:
            for one in [side] if side else sides:
                if one in sides:
                    sides[one] += line
    return all(MARKER in text for text in sides.values())


def _is_generated(path: Path) -> bool:
    """Return whether a file is one that publishing writes, or a version of it that git kept."""
    name = path.name.partition("~")[0]
    return name in {manifest.NAME, *map(parquet.file_name, RECORD_TYPES)} and path.is_file()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """A folder of data, there and locked; afterwards gone if it was made for nothing."""
    made = [folder for folder in (data, *data.parents) if not folder.exists()]
    try:
        data.mkdir(parents=True, exist_ok=True)
        with _locked(data):
            yield
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keeps two publications out of each other's way, where the system has locks for folders."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishError(f"{folder.parent}: another publication is under way") from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _stage(data: Path) -> Iterator[Path]:
    """A hidden folder to build in, which is gone afterwards with all that is in it."""
    stage = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=data))
    with scratch.listed(stage):
        try:
            yield stage
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        shutil.rmtree(stage)


def _put(stage: Path, target: Path, card: Path) -> None:
    """Put the tables and then the card in place, or neither."""
    tables = stage / TABLES
    for path in (*tables.iterdir(), tables, stage / CARD):
        _sync(path)
    new = not target.exists()
    if new:
        tables.rename(target)
    else:
        _mend(target, tables)
    try:
        _sync(target.parent)
        (stage / CARD).replace(card)
    except BaseException:
        if new:
            target.rename(tables)
        raise


def _mend(target: Path, tables: Path) -> None:
    """Make sure that tables which are there already are whole."""
    for path in tables.iterdir():
        there = target / path.name
        if not (there.is_file() and filecmp.cmp(path, there, shallow=False)):
            path.replace(there)
    for path in target.iterdir():
        if "~" in path.name and _is_generated(path):
            path.unlink()
    _sync(target)


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk and not only on its way there."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    """What went wrong, and where if that is a place which people know."""
    reason = error.strerror or str(error)
    path = str(error.filename or "")
    return f"{path}: {reason}" if path and TEMPORARY not in path else reason
