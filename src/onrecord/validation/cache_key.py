"""Digest everything that a validation depends on: equal digests mean equal reports.

Contents are digested, and not again where the file system says that nothing was written since (see
`Contents`). What is digested is more than a validation reads, so that it need not be
known what that is: all files below the paths, and above them those that have settings or say what a
folder is. Baselines, which can be anywhere, are checked apart.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.errors import InputError
from onrecord.files import texts as article_texts
from onrecord.files.containment import Boundary, checkouts, hub_blobs
from onrecord.files.opening import File, absolute
from onrecord.readers import naming
from onrecord.validation.cache import FOLDER, PROJECT, Cache
from onrecord.validation.clock import today
from onrecord.version import __version__

if TYPE_CHECKING:
    from onrecord.readers.options import ReadOptions
    from onrecord.schema.settings import Settings

# Files above the paths that a validation may read.
_ABOVE = (PROJECT, naming.CORPUS, naming.CARD, naming.MANIFEST)
# Of larger files that a validation does not read, the size and the time of the last change count.
_SMALL = 2**20
_READ = (".txt", ".md")
# What the digest of stored digests begins with; another number for another form of them.
_FORM = "contents 1"
# So many new digests are worth storing; that of a large file counts as one for each so many bytes.
WORTH = 200
_BYTES = 100_000
# How many facts there are about a file that is read, with its path.
_OF_FILE = 4
# No clock of a file system counts in longer steps: nanoseconds.
TICK = 4 * 10**9
# About how many bytes a module has.
_SOURCE = 2**14
# How many threads and processes work, on how much at once, does not change what they find.
_IRRELEVANT = {"block", "threads", "memory", "workers", "partition", "engine", "summaries"}


@dataclass(frozen=True, slots=True)
class Key:
    """Hold digests of what a validation depends on.

    Attributes:
        digest: The digest of everything.
        files: The facts about each file at the paths, the first of which is its path, by that.
        names: The digest of everything except for the contents of files that may be documents.
        origin: The digest of the program, the options and the names of the paths.
    """

    digest: str
    files: Mapping[str, tuple[Any, ...]] = field(compare=False)
    names: str = field(compare=False)
    origin: str = field(compare=False)

    def content_of(self, path: str) -> str | None:
        """Return the digest of a file at the paths; None if it is a link or has several names."""
        found = self.files.get(path)
        return found[-1] if found and _is_plain(found) else None


class Contents:
    """Digest files, but not again if a file has the same times and number as before.

    Both times must be older than the first look at any file, by more than the tick of any clock;
    the time of the last change of a file's data or names, which no program can set, is one of them.
    """

    def __init__(self) -> None:
        self._oldest = time.time_ns() - TICK
        # The states and digests of files; lists, as in JSON.
        self._known: dict[str, list[Any]] = {}
        self._stored: tuple[Cache, str] | None = None
        self._seen: set[str] = set()
        self._new = 0

    def load(self, cache: Cache, paths: Iterable[Path]) -> None:
        """Use what earlier runs stored for some paths, where file systems have such times."""
        if sys.platform == "win32":
            return
        self._stored = cache, digest_of((_FORM, str(Path.cwd()), *map(str, paths)))
        found = cache.load(self._stored[1]) or {}
        self._known |= found

    def store(self) -> None:
        """Store the digests for later runs, if there are enough new ones."""
        if self._stored is not None and self._new >= WORTH:
            cache, entry = self._stored
            cache.store(
                entry, {path: self._known[path] for path in self._known.keys() & self._seen}
            )

    def of(self, path: Path | str, about: os.stat_result) -> str:
        """Return the digest of a file, given what the file system says about it."""
        state = [about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns]
        path = str(path)
        self._seen.add(path)
        known = self._known.get(path)
        if known and known[:-1] == state:
            digest: str = known[-1]
            return digest
        digest = _content(path, about.st_size)
        if max(about.st_mtime_ns, about.st_ctime_ns) < self._oldest:
            self._known[path] = [*state, digest]
            self._new += 1 + about.st_size // _BYTES
        return digest


class DocumentKeys:
    """Compute the cache keys of documents.

    Args:
        key: The digests of the current files.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        # The facts about texts by their paths, whose case some file systems ignore.
        self._texts: dict[str, list[Any]] = {}
        for path, fact in key.files.items():
            if path.lower().endswith(".txt"):
                self._texts.setdefault(path.lower(), []).append(fact[1:])

    def of(self, file: File) -> str | None:
        """Return what a document depends on, except for a text beside it; None if that is unknown."""
        found = self._key.content_of(file.name)
        name = file.name.rpartition("/")[2]
        return found and "\n".join((found, file.split or "", file.text_format, name))

    def beside(self, file: File, article: str) -> str | None:
        """Return the digest of the file that may contain the text of an article; None without one."""
        if not self._texts:
            return None
        found = self._texts.get(article_texts.beside(file.path, article).as_posix().lower())
        return repr(found) if found else None


class UnknownInputError(Exception):
    """Signal that something on which a validation depends cannot be digested."""


def key(
    paths: Sequence[Path],
    texts: Path | None,
    baseline: Path | None,
    settings: Settings | None,
    options: ReadOptions,
    *,
    passages: bool,
    contents: Contents | None = None,
) -> Key | None:
    """Return a digest of everything that a validation depends on, except for baselines.

    It is None if that cannot be digested: links to folders, and what cannot be read.
    """
    contents = contents or Contents()
    chosen = _chosen(options)
    given = settings.model_dump_json() if settings is not None else None
    named = [*map(str, paths), *(str(one) for one in (texts, baseline) if one is not None)]
    try:
        facts = [
            (_program(), today().isoformat(), str(Path.cwd()), chosen, passages, given),
            (named, texts is None, baseline is None),
            Boundary.around(paths, allow_outside=options.allow_outside).folders,
            *(fact for path in paths for fact in _above(path, contents)),
            *_above(Path.cwd() / "x", contents),
            *(_texts(texts, contents) if texts is not None else ()),
        ]
        found = [fact for path in paths for fact in _path(path, contents)]
    except (OSError, InputError, UnknownInputError, ValueError):
        return None
    names = [fact[0] if _may_be_document(fact) else fact for fact in found]
    files = {fact[0]: fact for fact in found}
    origin = digest_of((_program(), str(Path.cwd()), chosen, named))
    return Key(digest_of([facts, found]), files, digest_of([facts, names]), origin)


def digest_of(facts: Any) -> str:
    """Return a digest of values whose representations say all that they are."""
    return hashlib.sha256(repr(facts).encode("utf-8", "backslashreplace")).hexdigest()


def _may_be_document(fact: tuple[Any, ...]) -> bool:
    """Return whether a fact is about a file that is read and no link, and named as a document."""
    return _is_plain(fact) and fact[0].lower().endswith(naming.DOCUMENT_ENDINGS)


def _is_plain(fact: tuple[Any, ...]) -> bool:
    """Return whether a fact has the digest of a file that is no link and has only one name."""
    return len(fact) == _OF_FILE and fact[1] is None and fact[2] is None


def around(texts: Path | None, options: ReadOptions, contents: Contents) -> Any:
    """Return what findings in all documents depend on: the program, the options and all texts.

    It is None if a text cannot be read.
    """
    try:
        found = [*_texts(texts, contents)] if texts is not None else None
        return (_program(), _chosen(options), found)
    except (OSError, InputError, UnknownInputError, ValueError):
        return None


def _chosen(options: ReadOptions) -> list[tuple[str, Any]]:
    """Return the options that change findings."""
    return [
        (one.name, getattr(options, one.name))
        for one in fields(options)
        if one.name not in _IRRELEVANT
    ]


def digests(paths: Iterable[Path]) -> list[list[Any]]:
    """Return the digest of each of some files, None for those that do not exist, with its path.

    Raises:
        OSError: One cannot be read.
    """
    contents = Contents()
    return [
        [str(path), repr(_file(path, contents)) if os.path.lexists(path) else None]
        for path in paths
    ]


@cache
def _program() -> tuple[Any, ...]:
    """Return digests that identify the program: this package, Python and installed packages."""
    own = str(Path(__file__).parents[1])
    sources = []
    for parent, folders, names in os.walk(own):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        paths = [f"{parent}/{name}" for name in sorted(names)]
        sources += [(path[len(own) :], _content(path, _SOURCE)) for path in paths]
    installed = sorted(one.name for folder in sys.path for one in Path(folder).glob("*.dist-info"))
    return (__version__, sys.version, sys.platform, installed, sources)


def _path(path: Path, contents: Contents) -> Iterator[Any]:
    """Yield the facts about all files at a path to validate."""
    if path.is_dir():
        yield from _tree(path, contents, with_sites=False)
        return
    yield (str(path), *_file(path, contents))
    # The text of an article may be beside its document.
    for other in sorted(path.parent.iterdir()):
        if other.suffix.lower() == ".txt":
            yield (str(other), *_file(other, contents))


def _above(path: Path, contents: Contents) -> Iterator[Any]:
    """Yield facts about folders above a path: files with settings, and whether git knows them."""
    real = Path(os.path.realpath(path))
    for start in dict.fromkeys((absolute(path), path.absolute(), real)):
        for folder in start.parents:
            for name in _ABOVE:
                if os.path.lexists(folder / name):
                    yield (str(folder / name), os.path.realpath(folder / name))
                    yield _file(folder / name, contents)
        yield [(str(one), (one / ".git").is_dir()) for one in checkouts(start)]
        yield [str(one) for one in hub_blobs(start)]
    yield str(real)


def _texts(folder: Path, contents: Contents) -> Iterator[Any]:
    yield os.path.realpath(folder)
    yield Boundary.of(folder).folders
    yield from _tree(folder, contents, with_sites=True)


def _tree(root: Path, contents: Contents, *, with_sites: bool) -> Iterator[Any]:
    """Yield all files in a folder and its subfolders; of hidden ones, which are not read, the names.

    Only a publication is found in a hidden folder too. No records are read from sites, which are
    written where the corpus is.
    """

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(root, onerror=fail):
        if naming.SITE in names and not with_sites:
            folders.clear()
            continue
        hidden = sorted(
            (name, is_folder, os.path.islink(f"{parent}/{name}"))  # noqa: PTH114  # quicker
            for some, is_folder in ((folders, True), (names, False))
            for name in some
            if name.startswith(".") and name != FOLDER
        )
        yield (parent, hidden)
        data = os.path.basename(parent) == naming.DATA  # noqa: PTH119
        folders[:] = sorted(
            name for name in folders if name != FOLDER and (data or not name.startswith("."))
        )
        for name in folders:
            if os.path.islink(f"{parent}/{name}"):  # noqa: PTH114
                raise UnknownInputError
        for name in sorted(names):
            if data or not name.startswith("."):
                # As paths are written; of the current folder they do not begin with a dot.
                path = f"{parent}/{name}".removeprefix("./")
                yield (path, *_file(path, contents))


def _file(path: Path | str, contents: Contents) -> tuple[Any, ...]:
    """Return the digest of a file, and of a link where it leads to."""
    about = os.lstat(path)
    link = None
    if stat.S_ISLNK(about.st_mode):
        link = os.path.realpath(path)
        if not Path(path).exists():
            return ("nowhere", link)
        about = Path(path).stat()
    # A file that has several names is read once.
    same = (about.st_dev, about.st_ino) if about.st_nlink > 1 else None
    if not stat.S_ISREG(about.st_mode):
        return ("other", link, stat.S_IFMT(about.st_mode))
    if about.st_size > _SMALL and not _is_read(Path(path)):
        return (link, same, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
    return (link, same, contents.of(path, about))


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in _READ or path.name in _ABOVE or naming.has_record_ending(path)


def _content(path: Path | str, size: int) -> str:
    """Return the digest of a file's content, given about how large it is."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        found = hashlib.sha256()
        # The end has come when there is nothing more, whatever the size was a moment ago.
        while data := os.read(file, min(size, _SMALL) + 1):
            found.update(data)
        return found.hexdigest()
    finally:
        os.close(file)
