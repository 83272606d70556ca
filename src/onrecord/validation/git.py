"""Run git, only in this module, to read what a repository stores without executing its programs.

A contribution decides which files a checkout contains. They can imitate a bare repository whose
configuration names programs. So only the ``.git`` at the top of the checkout is used as git
directory, files are read from the object database, where no filters or hooks are run, and nothing
is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from onrecord.errors import InputError
from onrecord.files.containment import checkouts

# What the configuration of a repository could ask git to run, switched off.
_HARDENED = (
    *("-c", "safe.bareRepository=explicit"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.attributesFile={os.devnull}"),
    *("-c", "core.alternateRefsCommand=false"),
    *("-c", "core.sshCommand=false"),
    *("-c", "core.gitProxy="),
    *("-c", "credential.helper="),
    *("-c", "diff.external="),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "submodule.recurse=false"),
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow, no configuration overrides it
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Variables for the locations of git and its configuration; all others, such as the index of a
# running hook, must not apply here.
_KEPT = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH")

_CHUNK = 2**20


class Entry(NamedTuple):
    """Describe a file, a link or a submodule in a tree of git.

    Attributes:
        mode: Its type, as git writes it: 120000 is a link, 160000 a submodule.
        id: The object with its content.
        path: Its path, relative to the top.
    """

    mode: str
    id: str
    path: Path

    @property
    def is_link(self) -> bool:
        """Return whether it is a symbolic link; its content is the target."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """Return whether it is a submodule: a commit of another repository."""
        return self.mode == "160000"


@dataclass(frozen=True, slots=True)
class Repository:
    """Read a git checkout by the git directory that belongs to it, and run git there.

    Attributes:
        top: The folder of the checkout, without links in its path.
        folder: The git directory.
    """

    top: Path
    folder: Path

    @classmethod
    def of(cls, path: Path) -> Repository:
        """Return the repository whose checkout contains a path.

        Raises:
            InputError: No checkout contains it, or git uses another git directory than that of the checkout.
        """
        top = checkout_of(path)
        if top is None:
            raise InputError(f"git cannot compare the revisions: {path} is not a git repository")
        asked = _run(top, ("rev-parse", "--show-toplevel", "--absolute-git-dir"), {})
        if asked.returncode:
            raise _failed(asked.stderr)
        lines = [Path(os.path.realpath(line)) for line in os.fsdecode(asked.stdout).splitlines()]
        if len(lines) != 2 or lines[0] != top or not _belongs(top, lines[1]):
            raise InputError(f"the git directory of {top} is not {top / '.git'}")
        return cls(top, lines[1])

    def run(self, *arguments: str) -> str:
        """Run git and return its output.

        Raises:
            InputError: Git fails, or is not installed.
        """
        done = self._run(arguments)
        if done.returncode:
            raise _failed(done.stderr)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def ask(self, *arguments: str) -> str | None:
        """Run git and return its output; None if its exit status means that there is no result.

        Raises:
            InputError: Git is not installed.
        """
        done = self._run(arguments)
        return os.fsdecode(done.stdout).strip("\n") if done.returncode == 0 else None

    def object(self, name: str, kind: str = "object") -> str | None:
        """Return the id of the object with a name; None if none of this kind exists.

        Raises:
            InputError: Git is not installed.
        """
        try:
            os.fsencode(name)
        except UnicodeEncodeError:
            return None
        if not name or "\0" in name or "\n" in name or len(name) > _LONGEST:
            return None
        quiet = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        return self.ask(*quiet, f"{name}^{{{kind}}}" if kind != "object" else name)

    def entries(self, tree: str) -> Iterator[Entry]:
        """Yield all entries of a tree, recursively, except those with unsafe paths.

        Raises:
            InputError: Git fails.
        """
        listed = self._run(("ls-tree", "-r", "-z", "--full-tree", tree))
        if listed.returncode:
            raise _failed(listed.stderr)
        for line in listed.stdout.split(b"\0"):
            about, _, name = line.partition(b"\t")
            path = Path(os.fsdecode(name))
            if not name or path.is_absolute() or path.drive or ".." in path.parts:
                continue
            mode, _, id_ = about.decode().split(" ")
            yield Entry(mode, id_, path)

    def missing(self, tree: str) -> set[str]:
        """Return the ids of objects of a tree that a partial clone does not have."""
        listed = self.ask("rev-list", "--objects", "--missing=print", "--no-object-names", tree)
        return {line[1:] for line in (listed or "").split("\n") if line.startswith("?")}

    def blobs(self, ids: Sequence[str]) -> Iterator[Iterator[bytes]]:
        """Yield the content of each blob in pieces, in the order of the ids.

        Raises:
            InputError: Git fails.
        """
        with tempfile.TemporaryFile() as asked:
            asked.writelines(f"{one}\n".encode() for one in ids)
            asked.seek(0)
            with subprocess.Popen(  # noqa: S603  # without a shell
                _command(self.top, ("cat-file", "--batch")),
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._own),
            ) as git:
                stream: BinaryIO = git.stdout  # type: ignore[assignment]
                for one in ids:
                    head = stream.readline().split()
                    if len(head) != _HEAD:
                        raise _failed(f"the object {one} is missing or damaged".encode())
                    pieces = _pieces(stream, int(head[2]))
                    yield pieces
                    for _ in pieces:
                        pass
                    stream.read(1)

    @property
    def _own(self) -> Mapping[str, str]:
        return {"GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.top)}

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        return _run(self.top, arguments, self._own)


# Id, kind and size of an object.
_HEAD = 3
# No name of a revision is as long as this.
_LONGEST = 4096


def checkout_of(path: Path) -> Path | None:
    """Return the top of the git checkout that contains a path; None if there is none.

    It is the nearest folder that has a ``.git``. A link belongs to the checkout that contains it,
    otherwise to the one that contains its target.
    """
    starts = [path] if path.is_dir() and not path.is_symlink() else [path.absolute().parent, path]
    tops = (top for start in starts for top in checkouts(Path(os.path.realpath(start))))
    return next(tops, None)


def _belongs(top: Path, folder: Path) -> bool:
    """Return whether a git directory is that of a checkout, which may be a worktree or a submodule."""
    git = top / ".git"
    if git.is_dir():
        return folder == Path(os.path.realpath(git))
    try:
        back = Path(os.path.realpath(folder / (folder / "gitdir").read_text().strip()))
    except (OSError, ValueError):
        named = _run(top, ("config", "--file", str(folder / "config"), "core.worktree"), {})
        back = Path(os.path.realpath(folder / os.fsdecode(named.stdout).strip("\n"))) / ".git"
        return named.returncode == 0 and back == git
    return back == git


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size and (piece := stream.read(min(size, _CHUNK))):
        size -= len(piece)
        yield piece
    if size:
        raise _failed(b"an object is cut off")


def _failed(said: bytes) -> InputError:
    first = os.fsdecode(said).strip().split("\n")[0]
    return InputError(f"git cannot compare the revisions: {first}")


def _run(
    folder: Path, arguments: Sequence[str], more: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  # without a shell, and revisions cannot be options
        _command(folder, arguments),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_environment(more),
    )


def _command(folder: Path, arguments: Sequence[str]) -> list[str]:
    return [_program(), *_HARDENED, "-C", str(folder), *arguments]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    return {**kept, **_ENVIRONMENT, **more}


def _program() -> str:
    """Return the path of git, ignoring the current folder, which Windows would search first."""
    for folder in os.get_exec_path():
        if Path(folder).is_absolute() and (found := shutil.which(str(Path(folder) / "git"))):
            return found
    raise InputError("git is not installed, which tells what has changed")
