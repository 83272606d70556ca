"""Replace a publication by a new one completely or not at all, even if killed at any moment.

The card decides which tables are published. A publication is built in a hidden folder beside the
old one, flushed to disk, and renamed to the folder that its card will name; then one rename
replaces the card. Until then the old publication is complete, and after that the new one is. Only
then are parts of the old one removed.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources import files
from pathlib import Path

from onrecord.errors import OnrecordError
from onrecord.files import scratch
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.publishing import manifest
from onrecord.readers import formats, naming

CARD = formats.CARD
DATA = formats.DATA
# The beginning of the names of folders in which publications are built or removed.
TEMPORARY = ".publish-"
# In such a folder: where the tables and their manifest are.
TABLES = "tables"

# Distinguishes a card that may be overwritten from a file that was written by hand.
MARKER = (
    "<!-- Written by onrecord publish. Edit corpus.yaml and the records, and publish again. -->"
)

# The README of a new corpus, which the card replaces unless it was edited.
UNPUBLISHED = files("onrecord.publishing") / "templates/unpublished.md"

# Returns the name and the content of the manifest of a publication, given its digest.
Published = Callable[[str], tuple[object, bytes] | None]

_NAMED = re.compile(rf"^[ -]+(?:path: )?{DATA}/([0-9a-f]{{{manifest.DIGITS}}})/", re.MULTILINE)


class PublishError(OnrecordError):
    """Signal that publishing failed; the tables that the current card names are complete.

    The message is one line for users.
    """


def swap_in(out: Path, build: Callable[[Path], str | None], boundary: Boundary = ANYWHERE) -> None:
    """Build a publication and replace the old one by it.

    Args:
        out: The folder to publish into; it is created if it does not exist.
        build: Writes the card and the folder of tables into the folder that it receives, and returns
            the name that the card has for the latter; None to change nothing.
        boundary: The folders that must contain all files that are written or removed.

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
    """Check that a folder can be published into, before work begins.

    Raises:
        PublishError: It cannot.
        InputError: A link in it leads out of the boundary, its card is a pipe or a device, or a newer
            version of the package published there.
    """
    card = out / CARD
    try:
        if out.exists() and not out.is_dir():
            raise PublishError(f"{out} is not a folder, so nothing can be published there")
        boundary.check(card)
        boundary.check(out / DATA)
        if not os.path.lexists(card):
            return
        check_card(
            card, card.read_text("utf-8", errors="replace"), partial(_manifest, out, boundary)
        )
    except OSError as error:
        raise PublishError(f"{out} is left as it was: {_reason(error)}") from error


def check_card(card: object, text: str, manifest_of: Published) -> None:
    """Check that a card may be replaced.

    Args:
        card: Its name in messages.
        text: Its text.
        manifest_of: Returns the name and the content of the manifest of the publication with a
            digest; None if there is none.

    Raises:
        PublishError: It was written or edited by hand.
        InputError: A newer version of the package published there.
    """
    if not _is_ours(text):
        raise PublishError(
            f"{card} was not written by onrecord publish and would be lost; "
            "move it away, or publish elsewhere"
        )
    if _is_edited(text, manifest_of):
        raise PublishError(
            f"{card} was edited after it was published, and the edit would be lost; write into "
            f"corpus.yaml what the card should say, delete {card}, and publish again"
        )


def named(card: str) -> list[str]:
    """Return the names of the folders of tables that the front matter of a card states."""
    return list(dict.fromkeys(_NAMED.findall(card)))


def leftovers(data: Path, digest: str | None) -> list[Path]:
    """Return the folders and files that earlier publications left, except one with this digest."""
    return [
        path
        for path in sorted(data.glob("*"))
        if path.name.startswith(TEMPORARY)
        or (
            formats.DIGEST.fullmatch(path.name)
            and path.name != digest
            and path.is_dir()
            and is_published(one.name for one in path.iterdir())
        )
    ]


def is_published(names: Iterable[str]) -> bool:
    """Return whether files with these names were published, if the folder has the name for that."""
    names = [*names]
    return manifest.NAME in names or all(map(_is_generated, names))


def _is_ours(card: str) -> bool:
    """Return whether a card was written by publishing, or is the README of a new corpus; after a
    merge in git, whether both sides were written by publishing.
    """
    if card == UNPUBLISHED.read_text("utf-8"):
        return True
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


def _is_edited(card: str, manifest_of: Published) -> bool:
    """Return whether a card surely differs from the published one, other than by a merge in git."""
    if len(digests := named(card)) != 1:
        return False
    (digest,) = digests
    if (found := manifest_of(digest)) is None:
        return False
    name, data = found
    data = data.replace(b"\r\n", b"\n")
    if not hashlib.sha256(data).hexdigest().startswith(digest):
        return False  # it is the manifest that was changed
    try:
        stated = manifest.parse(data, name)
    except manifest.ManifestError:
        return False
    return not stated.card.is_of(card.encode(), digest)


def _manifest(out: Path, boundary: Boundary, digest: str) -> tuple[object, bytes] | None:
    """Return the path and the bytes of a publication's manifest; None if it cannot be read."""
    path = out / DATA / digest / manifest.NAME
    boundary.check(path)
    try:
        return path, path.read_bytes()
    except OSError:
        return None


def _is_generated(full: str) -> bool:
    """Return whether publishing writes files with this name, or git kept a version of one under it."""
    name = Path(full.partition("~")[0])
    return bool(naming.table_name(name)) or naming.is_beside_tables(name.name)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Create and lock a folder; afterwards remove it if it is empty."""
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
    """Lock a folder against a second publication, if the system can lock folders."""
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
    """Create a hidden folder to build in; remove it afterwards with everything in it."""
    # From Python 3.12 on, mkdtemp returns an absolute path, whatever it is given.
    stage = data / Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=data)).name
    with scratch.listed(stage):
        try:
            yield stage
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        shutil.rmtree(stage)


def _put(stage: Path, target: Path, card: Path) -> None:
    """Move the tables and then the card into place, or neither."""
    tables = stage / TABLES
    for path in (*tables.rglob("*"), tables, stage / CARD):
        _sync(path)
    new = not target.exists()
    if new:
        tables.rename(target)
    else:
        _complete(target, tables)
    try:
        _sync(target.parent)
        (stage / CARD).replace(card)
    except BaseException:
        if new:
            target.rename(tables)
        raise


def _complete(target: Path, tables: Path) -> None:
    """Complete tables that exist under their digest, and delete what a merge in git left there."""
    for path in sorted(tables.rglob("*")):
        there = target / path.relative_to(tables)
        if path.is_dir():
            there.mkdir(exist_ok=True)
        elif not (there.is_file() and filecmp.cmp(path, there, shallow=False)):
            path.replace(there)
    for path in [*target.rglob("*")]:
        if "~" in path.name and path.is_file() and _is_generated(path.name):
            path.unlink()
        elif path.is_dir():
            _sync(path)
    _sync(target)


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    """Return the reason of an error, with its path unless that is in the folder to build in."""
    reason = error.strerror or str(error)
    path = str(error.filename or "")
    return f"{path}: {reason}" if path and TEMPORARY not in path else reason
