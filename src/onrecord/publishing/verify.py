"""Verify a publication: that every byte of it is as it was published.

Nothing outside the folder is needed, and nothing in it is trusted. Files are found by listing the
folder, never by a path that the manifest or the card states, and only those with the right digest
are parsed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from onrecord.errors import InputError
from onrecord.files.containment import hub_blobs
from onrecord.files.texts import LFS_ADVICE, is_lfs_pointer
from onrecord.publishing import manifest, swap
from onrecord.publishing.contents import Mismatch, check_contents
from onrecord.publishing.manifest import Manifest, ManifestError
from onrecord.readers.models.card import DIGEST
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.published import NewerError

# What version control, or a download from the Hub, puts beside a publication.
_OF_OTHERS = frozenset(
    {".git", ".gitattributes", ".gitignore", ".hg", ".svn", ".cache", ".huggingface"}
)
# The largest card and manifest that are read.
_LARGEST = 64 * 2**20
_REMOVE = "move it elsewhere: it is not part of the publication"
_EDITED = (
    "it was edited: all of it is generated; edit corpus.yaml and the records instead and publish "
    "again, or get it again from where the publication came from"
)
_LINE_ENDS = (
    "its line ends were changed, probably by git; write '* -text' into .gitattributes and check it "
    "out again"
)


@dataclass(frozen=True, slots=True)
class Verification:
    """Report the result of verifying a publication.

    Attributes:
        folder: The folder of the publication.
        sha256: The SHA-256 of its manifest, by which the publication can be cited; None if it has
            no manifest.
        manifest: The manifest; None if it cannot be read.
        mismatches: Everything that is not as it was published, in the order of the files.
        beside: The other files and folders of a corpus that is published into its own folder, which
            are not verified; hidden ones are left out.
    """

    folder: Path
    sha256: str | None
    manifest: Manifest | None
    mismatches: tuple[Mismatch, ...]
    beside: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether everything is as it was published."""
        return not self.mismatches


def verify(folder: Path | str) -> Verification:
    """Verify that a publication is complete and unchanged, without access to the network.

    Args:
        folder: The folder of the publication, which contains the card.

    Raises:
        InputError: There is no publication, it cannot be read, or a newer version of onrecord wrote
            it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise InputError(f"{folder} {what}; name the folder of a publication")
    if not (os.path.lexists(folder / swap.DATA) or _has_card(folder)):
        raise InputError(
            f"{folder} is no publication: it has neither a card of onrecord publish nor a folder "
            f"{swap.DATA}; name the folder that onrecord publish wrote"
        )
    try:
        return _Verifier(folder).run()
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror or error}") from None


def _has_card(folder: Path) -> bool:
    """Return whether the README of a folder is the card of a publication."""
    card = folder / swap.CARD
    if card.is_symlink() or not card.is_file():
        return False
    with card.open("rb") as file:
        return swap.MARKER.encode() in file.read(_LARGEST)


_Kind = Literal["a file", "a folder", "a symbolic link", "a device or pipe"]


@dataclass
class _Verifier:
    """Verify one publication.

    Attributes:
        folder: Its folder.
        entries: What the folder contains, by names relative to it.
        found: The mismatches so far.
    """

    folder: Path
    entries: dict[str, _Kind] = field(default_factory=dict)
    found: list[Mismatch] = field(default_factory=list)

    def run(self) -> Verification:
        self.entries = dict(_list(self.folder))
        card = self._read(swap.CARD)
        digest = self._digest(card)
        sha256 = stated = None
        if digest is not None:
            sha256, stated = self._manifest(digest)
        if digest is None or stated is None:
            self._find_others({swap.CARD}, inside=False)
        else:
            prefix = f"{swap.DATA}/{digest}/"
            if card is not None:
                self._check_card(card, digest, stated)
            self._check_files(prefix, stated)
            named = {swap.CARD, prefix + manifest.NAME, *(prefix + name for name in stated.files)}
            self._find_others(named, inside=True)
            noted = {one.file for one in self.found}
            files = {name: self.folder / f"{prefix}{name}" for name in stated.files}
            intact = {name: at for name, at in files.items() if prefix + name not in noted}
            self.found += check_contents(stated, intact, prefix)
        ordered = sorted(dict.fromkeys(self.found), key=lambda one: one.file)
        return Verification(self.folder, sha256, stated, tuple(ordered), self._beside())

    def _beside(self) -> tuple[str, ...]:
        """Return the names of other files in the folder of a corpus, which are not verified."""
        if self.entries.get(CORPUS) != "a file":
            return ()
        published = (swap.CARD, swap.DATA)
        return tuple(
            name
            for name in sorted(self.entries)
            if not name.startswith(".") and PurePosixPath(name).parts[0] not in published
        )

    def _note(self, file: str, expected: str, found: str, *advice: str) -> None:
        self.found.append(Mismatch(file, expected, found, *advice))

    def _is_file(self, name: str) -> bool:
        """Return whether there is a regular file with a name; note what else there is."""
        kind = self.entries.get(name)
        if kind != "a file":
            self._note(name, "a file", kind or "nothing")
        return kind == "a file"

    def _read(self, name: str) -> bytes | None:
        """Read the card or the manifest; return None if that is not possible, and note why."""
        if not self._is_file(name):
            return None
        with (self.folder / name).open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            self._note(name, f"at most {_LARGEST} bytes", "more")
            return None
        return data

    def _digest(self, card: bytes | None) -> str | None:
        """Return the name of the folder of tables: the one that the card names, or the only one."""
        folders = sorted(
            path.name
            for name, kind in self.entries.items()
            if kind == "a folder"
            and (path := PurePosixPath(name)).parent == PurePosixPath(swap.DATA)
            and DIGEST.fullmatch(path.name)
        )
        if card is not None:
            named = swap.named(card.decode("utf-8", "replace"))
            if len(named) == 1 and named[0] in folders:
                return named[0]
            expected = f"the name of one folder in {swap.DATA}"
            self._note(swap.CARD, expected, ", ".join(named) or "none", _EDITED)
        return folders[0] if len(folders) == 1 else None

    def _manifest(self, digest: str) -> tuple[str | None, Manifest | None]:
        """Read the manifest; return its SHA-256 and its content, as far as possible."""
        name = f"{swap.DATA}/{digest}/{manifest.NAME}"
        data = self._read(name)
        if data is None:
            return None, None
        sha256 = hashlib.sha256(data).hexdigest()
        is_named = sha256.startswith(digest)
        try:
            stated = manifest.parse(data, (self.folder / name).as_posix())
        except ManifestError as error:
            for problem in error.problems:
                self._note(name, "the manifest of a publication", problem)
            stated = None
        except NewerError as error:
            if is_named:
                raise
            self._note(name, "the manifest of a publication", error.problem)
            stated = None
        if not is_named:
            self._note(name, f"a SHA-256 that begins with {digest}, as its folder says", sha256)
        return sha256, stated

    def _check_card(self, card: bytes, digest: str, stated: Manifest) -> None:
        if any(one.file == swap.CARD for one in self.found):
            return
        if not stated.card.is_of(card, digest):
            by_git = stated.card.is_of(card.replace(b"\r\n", b"\n"), digest)
            advice = _LINE_ENDS if by_git else _EDITED
            self._note(swap.CARD, "the card that was published", "another text", advice)

    def _check_files(self, prefix: str, stated: Manifest) -> None:
        for name, file in stated.files.items():
            if not self._is_file(prefix + name):
                continue
            path = self.folder / f"{prefix}{name}"
            size = path.stat().st_size
            expected, found = f"{file.bytes} bytes", f"{size} bytes"
            if size == file.bytes:
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                expected, found = f"the SHA-256 {file.sha256}", digest
                if digest == file.sha256:
                    continue
            self._note(prefix + name, expected, found, *_advice(path, file))

    def _find_others(self, files: set[str], *, inside: bool) -> None:
        """Note what is not part of the publication.

        Args:
            files: The names of its files.
            inside: Whether these are all of them, in the folder with the data too.
        """
        folders = {swap.DATA, *(str(one) for name in files for one in PurePosixPath(name).parents)}
        allowed = {*files, *folders, *_OF_OTHERS}
        is_corpus = self.entries.get(CORPUS) == "a file"
        for name, kind in self.entries.items():
            if name in folders and kind != "a folder":
                self._note(name, "a folder", kind)
            elif name in allowed or (not inside if "/" in name else is_corpus):
                continue
            elif str(PurePosixPath(name).parent) in folders:  # not inside another one
                self._note(name, "nothing", kind, _REMOVE)


def _advice(path: Path, file: manifest.File) -> tuple[str, ...]:
    """Return what to do about a changed file, if its content says why it was changed."""
    if is_lfs_pointer(path):
        return (LFS_ADVICE,)
    if path.stat().st_size <= _LARGEST:
        data = path.read_bytes().replace(b"\r\n", b"\n")
        if hashlib.sha256(data).hexdigest() == file.sha256:
            return (_LINE_ENDS,)
    return ()


def _list(folder: Path) -> Iterator[tuple[str, _Kind]]:
    """Yield the names and kinds of all at the top of a folder and in its data; follow no link.

    In a cache of the Hub, files are links to its folder of blobs.
    """
    blobs = hub_blobs(Path(os.path.realpath(folder)))
    waiting = [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder / above) as entries:
            for entry in entries:
                name = f"{above}{entry.name}"
                kind = _kind(entry, blobs)
                yield name, kind
                if kind == "a folder" and (above or name == swap.DATA):
                    waiting.append(f"{name}/")


def _kind(entry: os.DirEntry[str], blobs: list[Path]) -> _Kind:
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))
        is_blob = target.parent in blobs and target.is_file()
        return "a file" if is_blob else "a symbolic link"
    if entry.is_dir(follow_symlinks=False):
        return "a folder"
    return "a file" if entry.is_file(follow_symlinks=False) else "a device or pipe"
