"""What has changed since a revision of a git checkout, and what that broke elsewhere.

The revision's own files are laid out in a temporary folder, as they are stored: neither the
checkout nor its index is touched, and no filter is run. What stands there is validated too, and what
was found there already, in files that are still the same, is nothing that the change did.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from onrecord import readers
from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import ANYWHERE
from onrecord.files.opening import absolute, within
from onrecord.findings import Compared, Fact, Finding, Ignored, Report, Severity
from onrecord.readers import NoRecordsError
from onrecord.validation.git import Entry, Repository
from onrecord.validation.settings import Laid

Found = TypeVar("Found")


@dataclass(frozen=True)
class RevisionTree:
    """The files of a revision, laid out in a folder.

    Attributes:
        revision: The revision, as it was asked for.
        commit: The commit whose files these are; None where a tree was asked for.
        top: The folder of the checkout.
        root: A temporary folder that stands for the root of the file system.
        validated: What is validated in the checkout.
        needed: What the validation needs besides: a folder of texts, a baseline.
    """

    revision: str
    commit: str | None
    top: Path
    root: Path
    validated: tuple[Path, ...]
    needed: tuple[Path, ...] = ()

    @property
    def tree(self) -> Path:
        """The folder that the files of the revision are in."""
        return _mirrored(self.root, self.top)

    def counterpart(self, path: Path) -> Path:
        """Return where the revision has, or would have, what a path names now.

        What is outside of the checkout belongs to no revision and stays as it is.
        """
        inside = _inside(self.top, path)
        return path if inside is None else self.tree / inside

    def earlier(self, path: Path) -> Path:
        """Return where the revision has what a path names now, under another name if need be."""
        return self._old_names.get(absolute(path)) or self.counterpart(path)

    @property
    def laid(self) -> Laid:
        """Where the files of the revision are."""
        return Laid(self.tree, self.top)

    @cached_property
    def files(self) -> list[readers.File]:
        """The record files of the revision, with those that are elsewhere now."""
        paths = [self.counterpart(path) for path in self.validated]
        found = {file.path: file for file in _find(paths)}
        moved = {path: readers.File(path, path.as_posix()) for path in self._renamed}
        return list((found | moved).values())

    def folders(self) -> set[tuple[Path, Path]]:
        """Return a file of each folder that is validated, and where that was then."""
        pairs = ((file.path, self.earlier(file.path)) for file in self._files)
        return set({now.parent: (now, then) for now, then in pairs}.values())

    def place(self, path: Path) -> Path:
        """Return where a file is that settings of the revision, or the user, name."""
        found = absolute(path)
        if within(found, self.tree):
            return found
        if within(found, self.root):
            found = Path(self.top.anchor, found.relative_to(self.root))
        return self.counterpart(found)

    def attempt(self, look: Callable[[Sequence[Path]], Found]) -> list[Found]:
        """Look at what was validated, as far as the revision has it and it can be read.

        Files that were only renamed are looked at apart, where the revision has them elsewhere.

        Args:
            look: What is done with paths of the revision.
        """
        paths = [self.counterpart(path) for path in self.validated]
        moved = [path for path in self._renamed if not any(within(path, one) for one in paths)]
        return [found for some in (paths, moved) if (found := self._tolerant(look, some))]

    def _tolerant(
        self, look: Callable[[Sequence[Path]], Found], paths: Sequence[Path]
    ) -> Found | None:
        """Look at paths without the files among them that cannot be read."""
        while there := [path for path in paths if path.exists()]:
            try:
                return look(there)
            except NoRecordsError as error:
                empty = [path for path in there if str(path) in str(error)]
                paths = [path for path in there if path not in empty]
                if not empty:
                    return None
            except InputError as error:
                # Every message about a file begins with its name.
                broken = [path for path in self._laid if str(path) in str(error)]
                if not broken:
                    return None
                worst = max(broken, key=lambda path: len(str(path)))
                worst.unlink()
                self._laid.remove(worst)
        return None

    def compare(self, report: Report, earlier: Sequence[Report]) -> Report:
        """Return a report without what was found in the revision too, in files that are as they were.

        Args:
            report: What is found now.
            earlier: What is found in the revision.
        """
        old = Counter(
            (self.as_now(finding).fingerprint, finding.severity)
            for one in earlier
            for finding in one.findings
        )
        kept, ignored = [], list(report.ignored)
        for finding in report.findings:
            known = (
                (finding.fingerprint, severity)
                for severity in Severity
                if severity >= finding.severity
            )
            same = next((one for one in known if old[one]), None)
            if same and not self._changed(finding.place.file):
                old[same] -= 1
                ignored.append(Ignored(finding, f"it is not new since {self.revision}"))
            else:
                kept.append(finding)
        return replace(
            report,
            findings=tuple(kept),
            ignored=tuple(sorted(ignored, key=lambda one: one.finding.sort_key)),
            compared=Compared(
                self.revision, self.commit, self._number_changed, len(report.findings) - len(kept)
            ),
        )

    @property
    def _number_changed(self) -> int:
        changed = sum(self._changed(file.name) for file in self._files)
        paths = [path for one in self.validated if (path := self.counterpart(one)).exists()]
        return changed + sum(
            not os.path.lexists(self.top / file.path.relative_to(self.tree))
            for file in _find(paths)
            if file.path not in self._renamed
        )

    def _changed(self, file: str) -> bool:
        """Whether a file differs from the revision's, or is not in it."""
        if (path := _inside(self.top, Path(file))) is None or absolute(file) in self._old_names:
            return False
        if path not in self._differs:
            self._differs[path] = not _same(self.top / path, self.tree / path)
        return self._differs[path]

    @cached_property
    def _differs(self) -> dict[Path, bool]:
        return {}

    @cached_property
    def _files(self) -> list[readers.File]:
        """The record files of the checkout."""
        return _find(self.validated)

    @cached_property
    def _laid(self) -> list[Path]:
        """All files of the revision, links among them."""
        return [Path(parent, name) for parent, _, names in os.walk(self.tree) for name in names]

    @cached_property
    def _renamed(self) -> dict[Path, str]:
        """The files of the revision that are only called otherwise now, with their new names."""
        new = [one for one in self._files if not self._was_there(one.path)]
        gone = (
            [
                path
                for path in self._laid
                if path.is_file() and not os.path.lexists(self.top / path.relative_to(self.tree))
            ]
            if new
            else []
        )
        sizes = {path.stat().st_size for path in gone}
        by_content: dict[str, list[Path]] = {}
        for path in sorted(gone):
            by_content.setdefault(_digest(path), []).append(path)
        found: dict[Path, str] = {}
        for file in new:
            if not file.path.is_file() or file.path.stat().st_size not in sizes:
                continue
            alike = by_content.get(_digest(file.path), [])
            if alike:
                same_name = [path for path in alike if path.name == file.path.name]
                old = (same_name or alike)[0]
                alike.remove(old)
                found[old] = file.name
        return found

    def _was_there(self, path: Path) -> bool:
        inside = _inside(self.top, path)
        return inside is None or os.path.lexists(self.tree / inside)

    @cached_property
    def _old_names(self) -> dict[Path, Path]:
        return {absolute(name): path for path, name in self._renamed.items()}

    @cached_property
    def _names(self) -> list[tuple[Path, Path]]:
        """What was validated in the revision, and how that is called now; the innermost first."""
        pairs = [(self.tree, Path(os.path.relpath(self.top)))]
        pairs += ((self.counterpart(path), path) for path in (*self.validated, *self.needed))
        return sorted(pairs, key=lambda pair: -len(pair[0].parts))

    def name_now(self, path: Path | str) -> str:
        """Return how a file of the revision is called in the checkout."""
        file = absolute(path)
        if file in self._renamed:
            return self._renamed[file]
        for then, now in self._names:
            if within(file, then):
                return (now / file.relative_to(then)).as_posix()
        return str(path)

    def as_now(self, finding: Finding) -> Finding:
        """Return a finding of the revision, with files called as they are in the checkout."""
        place = replace(finding.place, file=self.name_now(finding.place.file))
        return replace(finding, place=place, facts=self._facts_as_now(finding.facts))

    def _facts_as_now(self, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return {
            name: self._text_as_now(fact) if isinstance(fact, str) else fact
            for name, fact in facts.items()
        }

    def _text_as_now(self, text: str) -> str:
        if str(self.tree) not in text:
            return text
        for path, name in self._renamed.items():
            text = re.sub(
                rf"{re.escape(path.as_posix())}(?![\w.-])", name.replace("\\", r"\\"), text
            )
        for then, now in self._names:
            prefix = "" if now == Path() else f"{now.as_posix()}/"
            text = text.replace(f"{then.as_posix()}/", prefix)
        return text


@contextmanager
def checked_out(
    paths: Sequence[Path], beside: Sequence[Path | None], revision: str
) -> Iterator[RevisionTree]:
    """Lay out the files of a revision for as long as they are needed.

    Where the revision is a commit, they are those of the merge base with HEAD: what others have
    done since is no change that was made here. A tree, such as ``REV^{tree}``, is taken as it is.

    Args:
        paths: What is validated in the checkout.
        beside: Folders and files that the validation needs besides.
        revision: A commit or a tree, as git names them.

    Raises:
        InputError: The paths are in no git checkout, or git does not know the revision, or not
            where it and HEAD parted, or lacks files of it.
    """
    repository = Repository.of(paths[0])
    for path in paths:
        if _inside(repository.top, path) is None:
            raise InputError(
                f"{path} is not in the git checkout {repository.top}, as {paths[0]} is"
            )
    commit, tree = _parted(repository, revision)
    with tempfile.TemporaryDirectory(dir=scratch.folder()) as temporary:
        root = Path(os.path.realpath(temporary))
        laid = _mirrored(root, repository.top)
        (laid / ".git").mkdir(parents=True)  # links may lead as far as in the checkout
        missing = _lay_out(repository, tree, laid)
        needed = tuple(one for one in beside if one is not None)
        then = RevisionTree(revision, commit, repository.top, root, tuple(paths), needed)
        looked_at = [then.counterpart(path) for path in (*paths, *needed)]
        if lacking := [one for one in missing if any(within(one, path) for path in looked_at)]:
            raise InputError(
                f"this clone lacks {len(lacking)} of the files of {revision}, first "
                f"{lacking[0].relative_to(laid)}; fetch without --filter: git fetch --refetch"
            )
        yield then


def _mirrored(root: Path, top: Path) -> Path:
    """Return the folder below a root that has the place of one below that of the file system."""
    return root / top.relative_to(top.anchor)


def _find(paths: Sequence[Path]) -> list[readers.File]:
    """Return the record files at paths, as far as they can be found."""
    found: dict[Path, readers.File] = {}
    for path in paths:
        with suppress(InputError):
            files = readers.find([path], about=True, boundary=ANYWHERE)
            found.update((file.path.absolute(), file) for file in files)
    return list(found.values())


def _inside(top: Path, path: Path) -> Path | None:
    """Return a path relative to the folder of the checkout, if it is in it.

    A link is where it stands, and not where it leads, unless it is one of a folder in the checkout.
    """
    real = Path(os.path.realpath(path))
    if not (path.is_dir() and real.is_relative_to(top)):
        whole = path.absolute()
        if whole.name == "..":
            whole = absolute(whole)
        real = Path(os.path.realpath(whole.parent)) / whole.name
    return real.relative_to(top) if real.is_relative_to(top) else None


def _same(now: Path, then: Path) -> bool:
    if now.is_symlink() and then.is_symlink() and os.readlink(now) == os.readlink(then):  # noqa: PTH115
        return True
    return now.is_file() and then.is_file() and filecmp.cmp(now, then, shallow=False)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# The files of a revision


def _parted(repository: Repository, revision: str) -> tuple[str | None, str]:
    """Return the commit that HEAD and a revision parted at, and its tree; or the tree alone."""
    shallow = repository.ask("rev-parse", "--is-shallow-repository") == "true"
    named = repository.object(revision)
    tree = named and repository.object(named, "tree")
    if not (named and tree):
        advice = "; this clone is shallow: fetch it first" if shallow else ""
        raise InputError(f"git knows no revision {revision}{advice}")
    commit = repository.object(named, "commit")
    if not commit:
        return None, tree
    base = repository.ask("merge-base", "HEAD", commit)
    if not base:
        why = (
            f"this clone is shallow, and where HEAD and {revision} parted is not in it; "
            "run git fetch --unshallow"
            if shallow
            else f"HEAD and {revision} have no history in common"
        )
        raise InputError(f"{why}, or compare with its files themselves: {revision}^{{tree}}")
    base = base.split("\n")[0]
    return base, repository.run("rev-parse", "--verify", f"{base}^{{tree}}")


# What a file system says of a name that it cannot have, or has already in another case.
_UNNAMEABLE = {
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EPERM),
}


@contextmanager
def _nameable() -> Iterator[None]:
    """Leave out what the file system has no name for, as it is not in the checkout either.

    Raises:
        InputError: It cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _UNNAMEABLE:
            raise InputError(f"could not lay out the revision: {error.strerror or error}") from None


def _lay_out(repository: Repository, tree: str, laid: Path) -> list[Path]:
    """Write the files of a tree into a folder; return those whose content is missing.

    Files are written first, so that none is written through a link.
    """
    entries = sorted(repository.entries(tree), key=lambda one: (one.is_submodule, one.is_link))
    lacking = repository.missing(tree)
    missing = [laid / entry.path for entry in entries if entry.id in lacking]
    stored = [one for one in entries if not one.is_submodule and one.id not in lacking]
    links = []
    for entry, pieces in zip(stored, repository.blobs([one.id for one in stored]), strict=True):
        path = laid / entry.path
        with _nameable():
            path.parent.mkdir(parents=True, exist_ok=True)
            if entry.is_link and _is_real(path.parent):
                path.symlink_to(os.fsdecode(b"".join(pieces)))
                links.append(path)
            elif not entry.is_link:
                with path.open("xb") as out:
                    out.writelines(pieces)
    for entry in entries:
        if entry.is_submodule:
            missing += _lay_out_submodule(repository, entry, laid)
    converts = os.linesep == "\r\n" or repository.ask("config", "core.autocrlf") == "true"
    for entry in stored:
        path, now = laid / entry.path, repository.top / entry.path
        if path.is_file() and not path.is_symlink() and _is_as_stored(now, path, converts):
            shutil.copyfile(now, path)
    for path in links:
        _redirect(path, laid, repository.top)
    return missing


def _is_real(folder: Path) -> bool:
    """Whether a folder is there, and is not reached through a link."""
    return folder.is_dir() and os.path.realpath(folder) == str(folder)


def _lay_out_submodule(outer: Repository, entry: Entry, laid: Path) -> list[Path]:
    """Write the files that a submodule had, as far as its clone has that commit."""
    top = outer.top / entry.path
    if not _is_real(top) or not os.path.lexists(top / ".git"):
        return []
    try:
        inner = Repository.of(top)
        tree = inner.object(entry.id, "tree")
    except InputError:
        return []
    folder = laid / entry.path
    with _nameable():
        folder.mkdir(parents=True, exist_ok=True)
    return _lay_out(inner, tree, folder) if tree and _is_real(folder) else []


# What git stores in place of a file that it keeps elsewhere: the digest and the size of it.
_POINTER_BYTES = 1024
_LFS = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*"
    rb"oid (?P<name>sha256):(?P<digest>[0-9a-f]{64})\nsize (?P<size>[0-9]+)\n?"
)
_ANNEX = re.compile(
    rb"/annex/objects/(?P<name>SHA256|SHA512)E?-s(?P<size>[0-9]+)--"
    rb"(?P<digest>[0-9a-f]{64,128})(?:\.[^\n/]*)?\n?(?:\n[^\n]*)*"
)


def _is_as_stored(now: Path, laid: Path, converts: bool) -> bool:
    """Whether a file of the checkout is what git makes of a stored one, without being the same.

    Git LFS and git-annex store digests in place of large files. Where git writes the ends of lines
    as CRLF, the files that it stores have LF.
    """
    if now.is_symlink() or not now.is_file():
        return False
    size, size_now = laid.stat().st_size, now.stat().st_size
    if size <= _POINTER_BYTES:
        data = laid.read_bytes()
        if pointer := _LFS.fullmatch(data) or _ANNEX.fullmatch(data):
            if size_now != int(pointer["size"]):
                return False
            with now.open("rb") as stream:
                digest = hashlib.file_digest(stream, pointer["name"].decode().lower())
            return digest.hexdigest() == pointer["digest"].decode()
    if not converts or size_now <= size:
        return False
    data = laid.read_bytes()
    return (
        b"\r" not in data and b"\0" not in data and now.read_bytes().replace(b"\r\n", b"\n") == data
    )


def _redirect(link: Path, laid: Path, top: Path) -> None:
    """Let a link that leads out of the revision lead to where it would in the checkout.

    git-annex keeps what links lead to below ``.git``, DVC in a cache that can be anywhere.
    """
    is_inside = Path(os.path.realpath(link)).is_relative_to(laid)
    if is_inside and link.exists():
        return
    there = Path(os.path.realpath(top / link.relative_to(laid).parent / os.readlink(link)))  # noqa: PTH115
    if is_inside and not there.exists():
        return
    link.unlink()
    with _nameable():
        if there.is_file():
            _share(there, link)
        elif there.is_dir():
            link.symlink_to(there)


def _share(file: Path, other: Path) -> None:
    """Let a file be at another path too, without a copy where the file system can do that."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)
