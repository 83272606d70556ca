"""Check out the files of a git revision to validate them and compare the findings.

The files are written to a temporary folder as git stores them: neither the checkout nor its index
changes, and no filters are run. Findings that the revision also has, in unchanged files, are not
new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.opening import within
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.validation.git import Entry, Repository
from onrecord.validation.revision_tree import RevisionTree, inside, mirrored


@contextmanager
def checked_out(
    paths: Sequence[Path], beside: Sequence[Path | None], revision: str
) -> Iterator[RevisionTree]:
    """Write the files of a revision to a temporary folder, which is removed afterwards.

    For a commit, they are those of its merge base with HEAD, so that later changes by others do not
    count. A tree, such as ``REV^{tree}``, is used as it is.

    Args:
        paths: The validated paths in the checkout.
        beside: Other folders and files that the validation needs.
        revision: A commit or a tree, as git names them.

    Raises:
        InputError: The paths are not in a git checkout, or git does not have the revision, its
            merge base, or some of its files.
    """
    repository = Repository.of(paths[0])
    for path in paths:
        if inside(repository.top, path) is None:
            raise InputError(
                f"{path} is not in the git checkout {repository.top}, as {paths[0]} is"
            )
    commit, tree = _merge_base(repository, revision)
    with tempfile.TemporaryDirectory(dir=scratch.folder()) as temporary:
        root = Path(os.path.realpath(temporary))
        laid = mirrored(root, repository.top)
        (laid / ".git").mkdir(parents=True)  # links may lead as far as in the checkout
        for folder in repository.top.parents:  # a corpus.yaml above it is the same at all times
            if (folder / CORPUS).is_file():
                shutil.copy(folder / CORPUS, mirrored(root, folder))
                break
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


def _merge_base(repository: Repository, revision: str) -> tuple[str | None, str]:
    """Return the merge base of HEAD and a revision, and its tree; None and the tree for a tree."""
    shallow = repository.ask("rev-parse", "--is-shallow-repository") == "true"
    named = repository.object(revision)
    tree = named and repository.object(named, "tree")
    if not (named and tree):
        advice = "; this clone is shallow: fetch it first" if shallow else ""
        name = revision.removesuffix("^{tree}")
        raise InputError(f"git knows no revision {name}{advice}")
    commit = repository.object(named, "commit")
    if not commit:
        return None, tree
    base = repository.ask("merge-base", "HEAD", commit)
    if not base:
        why = (
            f"this clone is shallow, and does not have the commit at which HEAD and {revision} diverged; "
            "run git fetch --unshallow"
            if shallow
            else f"HEAD and {revision} have no history in common"
        )
        raise InputError(f"{why}, or compare with its files themselves: {revision}^{{tree}}")
    base = base.split("\n")[0]
    return base, repository.run("rev-parse", "--verify", f"{base}^{{tree}}")


# Errors of a file system for names that it does not allow, or has already in another case.
_UNNAMEABLE = {
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EPERM),
}


@contextmanager
def _nameable() -> Iterator[None]:
    """Ignore files whose names the file system does not allow; they are not in the checkout either.

    Raises:
        InputError: A file cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _UNNAMEABLE:
            raise InputError(f"could not lay out the revision: {error.strerror or error}") from None


def _lay_out(repository: Repository, tree: str, laid: Path) -> list[Path]:
    """Write the files of a tree into a folder; return those whose content is missing.

    Links are written last, so that no file is written through a link.
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
    """Return whether a folder exists and its path contains no link."""
    return folder.is_dir() and os.path.realpath(folder) == str(folder)


def _lay_out_submodule(outer: Repository, entry: Entry, laid: Path) -> list[Path]:
    """Write the files of a submodule's commit, if its clone has that commit."""
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
    """Return whether git would store a file of the checkout as this file, although they differ.

    Git LFS and git-annex store digests in place of large files. If git checks files out with CRLF,
    the stored ones have LF.
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
    """Have a link that leads out of the revision lead to the same file as in the checkout.

    Targets of git-annex are below ``.git``, those of DVC in a cache that can be anywhere.
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
    """Make a file available at another path, as a hard link if the file system supports it."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)
