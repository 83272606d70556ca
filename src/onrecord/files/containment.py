"""Decide which files may be read or written on behalf of a corpus: only those in its own folder.

A contribution to a corpus can contain symbolic links, and settings that name files. They must not
lead out of the folder that is validated, or of the git checkout that contains it: otherwise a
report would show, and a fix would change, files that the contributor has no access to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from onrecord.errors import InputError

_GIT = ".git"
# What git-annex keeps in the git directory: the files that links in the checkout lead to.
_ANNEX = ("annex", "objects")


class OutsideError(InputError):
    """Signal that a path leads out of the folder that a command was given."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Decide whether a path, after all symbolic links are resolved, is inside some folders.

    Attributes:
        folders: The folders, with all links resolved. None allows every path.
    """

    folders: tuple[Path, ...] | None = None
    # Folders that are inside, as they were given: most files have one that was asked for before.
    _inside: set[tuple[str, str]] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def around(cls, paths: Iterable[Path], *, allow_outside: bool = False) -> Boundary:
        """Return the boundary of files and folders that a user named.

        It is the git checkout that contains a path, without its git directory. Where there is
        none, it is the folder itself, or the folder that contains a file. In the cache of the
        Hugging Face Hub, the files of a snapshot are links to its folder of blobs.

        Raises:
            OutsideError: A path is in a git checkout, but a link in it leads out of that.
        """
        if allow_outside:
            return ANYWHERE
        folders: dict[Path, None] = {}
        for path in paths:
            folder = Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute keeps "..", where links are
            if folder.exists() and not folder.is_dir():
                folder = folder.parent
            checkout = _checkout(folder)
            boundary = cls.of(folder) if checkout is None else cls((_real(checkout),))
            if checkout and not boundary.contains(folder):
                raise OutsideError(_outside(path, boundary))
            folders.update(dict.fromkeys(boundary.folders or ()))
        return cls(tuple(folders))

    @classmethod
    def of_output(cls, path: Path, *, allow_outside: bool = False) -> Boundary:
        """Return the boundary of a file or folder that a user named to be written.

        A link is followed if it leads to something in the same git checkout, if there is one.

        Raises:
            OutsideError: A link leads out of the git checkout that contains it.
            InputError: A link leads nowhere, or to what is neither a file nor a folder.
        """
        if path.is_symlink() and not path.exists():
            raise InputError(f"{path} is a link that leads nowhere; name what it should lead to")
        try:
            boundary = cls.around([path], allow_outside=allow_outside)
            is_inside = boundary.contains(path)
        except OutsideError:
            is_inside = False
        if not is_inside:
            raise OutsideError(
                f"{path} leads out of the git checkout that it is in, so nothing is written there; name "
                "what it leads to"
            )
        boundary.check_write(path)
        return boundary

    @classmethod
    def of(cls, folder: Path) -> Boundary:
        """Return the boundary of a folder that the caller knows to be no link of a contribution."""
        real = _real(folder)
        return cls((_checkout(real) or real, *hub_blobs(real)))

    def including(self, other: Boundary) -> Boundary:
        """Return the boundary that allows what either allows."""
        if self.folders is None or other.folders is None:
            return ANYWHERE
        return Boundary(tuple(dict.fromkeys((*self.folders, *other.folders))))

    def contains(self, path: Path) -> bool:
        """Return whether a path is inside, after following all links; it need not exist."""
        if self.folders is None:
            return True
        folder, name = os.path.split(path)
        if name in ("", os.curdir, os.pardir) or name.casefold() == _GIT or os.path.islink(path):  # noqa: PTH114  # quicker
            return self._has(path)
        # Of a file that is no link, only the folder counts.
        known = (os.getcwd(), folder)  # noqa: PTH109  # quicker
        if known not in self._inside:
            if not self._has(Path(folder)):
                return self._has(path)
            self._inside.add(known)
        return True

    def _has(self, path: Path) -> bool:
        """Return whether a path, after following links, is in a folder and not in git's own."""
        real = _real(path)
        return any(
            real.is_relative_to(folder) and not _is_private(real.relative_to(folder).parts)
            for folder in self.folders or ()
        )

    def check(self, path: Path) -> None:
        """Check that a path may be read: it is inside, and is a regular file or a folder.

        A path that does not exist passes, if it would be inside.

        Raises:
            OutsideError: It is outside.
            InputError: It is something else, such as a pipe or a device.
        """
        if self.folders is None:
            return
        if not self.contains(path):
            raise OutsideError(_outside(path, self))
        try:
            mode = path.stat().st_mode
        except OSError:
            return  # reading it reports why it cannot be read
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise InputError(f"{path} is not a regular file, so it is not read")

    def check_write(self, path: Path) -> None:
        """Check that a path may be written, as `check` does for reading.

        A link into a hidden folder is rejected too: git-annex, DVC and others keep files there that
        must not change.

        Raises:
            OutsideError: It is outside, or a link leads into a hidden folder.
            InputError: It is not a regular file.
        """
        self.check(path)
        if self.folders is None:
            return
        own = set(Path(os.path.abspath(path)).parts)  # noqa: PTH100  # as above
        if any(part.startswith(".") and part not in own for part in _real(path).parts):
            raise OutsideError(
                f"{path} is a link into a hidden folder, where files must not change; "
                "replace the link by a copy first (git annex unlock, dvc unprotect)"
            )


ANYWHERE = Boundary()


def _real(path: Path) -> Path:
    """Return a path with all links resolved, as far as it exists."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!a} cannot be the path of a file: {error}") from None


def _checkout(folder: Path) -> Path | None:
    """Return the git checkout that contains a folder; for a submodule, the outermost one.

    Git itself is not run, since a checkout may configure it to run programs.
    """
    inner = None
    for one in checkouts(folder):
        if (one / _GIT).is_dir() and not (one / _GIT).is_symlink():
            return one
        # A file or link: a submodule, which has its git directory in that of the outer checkout.
        inner = inner or one
    return inner


def checkouts(folder: Path) -> Iterator[Path]:
    """Yield the folders at and above a folder that have a ``.git``, the nearest first.

    No commit can bring a ``.git`` into a checkout.
    """
    return (one for one in (folder, *folder.parents) if os.path.lexists(one / _GIT))


def hub_blobs(folder: Path) -> list[Path]:
    """Return the folder of blobs, if a folder is in a snapshot of a cache of the Hub."""
    snapshots = (one.parent for one in (folder, *folder.parents) if one.parent.name == "snapshots")
    return [blobs for one in snapshots if (blobs := one.with_name("blobs")).is_dir()]


def _is_private(parts: tuple[str, ...]) -> bool:
    """Return whether a path inside a checkout is in a git directory, except for annexed files."""
    lower = [part.casefold() for part in parts]  # on some systems, .GIT is the same folder
    if _GIT not in lower:
        return False
    inside = lower[lower.index(_GIT) + 1 :]
    return _ANNEX not in pairwise(inside)


def _outside(path: Path, boundary: Boundary) -> str:
    folders = ", ".join(map(str, boundary.folders or ()))
    return f"{path} leads out of {folders}, so it is not read; --allow-outside allows it"
