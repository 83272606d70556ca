"""What has changed since a revision of a git checkout, and what that broke elsewhere.

The revision's own files are laid out in a temporary folder, by way of an index of its own: neither
the checkout nor its index is touched. What stands there is validated too, and what was found there
already, in files that are still the same, is nothing that the change did.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from onrecord import readers
from onrecord.findings import Compared, Fact, Finding, Ignored, InputError, Report, Severity
from onrecord.readers import NoRecordsError
from onrecord.readers.files import absolute, within

# What a git hook is told of the index that it is run for; here the checkout itself counts.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True)
class Then:
    """The files of a revision, laid out in a folder.

    Attributes:
        revision: The revision, as it was asked for.
        commit: The commit whose files these are; None where a tree was asked for.
        top: The folder of the checkout.
        tree: The folder that the files of the revision are in.
        validated: What is validated in the checkout.
        needed: What the validation needs besides: a folder of texts, a baseline.
        paths: What is to be validated of the revision, as far as it was there.
        beside: What the revision had in place of the folder of texts and the baseline; what is no
            part of it is as it is now.
    """

    revision: str
    commit: str | None
    top: Path
    tree: Path
    validated: tuple[Path, ...]
    needed: tuple[Path, ...]
    paths: tuple[Path, ...]
    beside: tuple[Path | None, ...]

    def compare(self, report: Report, earlier: Report | None) -> Report:
        """A report without what was found in the revision too, in files that are as they were.

        Args:
            report: What is found now.
            earlier: What is found in the revision; None if there is nothing to validate in it.
        """
        old = Counter(
            (self._as_now(finding).fingerprint, finding.severity)
            for finding in (earlier.findings if earlier else ())
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
        changed = sum(self._changed(file.name) for file in readers.find(self.validated, about=True))
        changed += sum(
            not (self.top / file.path.relative_to(self.tree)).exists()
            for file in (readers.find(self.paths, about=True) if self.paths else ())
        )
        return replace(
            report,
            findings=tuple(kept),
            ignored=tuple(sorted(ignored, key=lambda one: one.finding.sort_key)),
            compared=Compared(
                self.revision, self.commit, changed, len(report.findings) - len(kept)
            ),
        )

    def _changed(self, file: str) -> bool:
        """Whether a file differs from the revision's, or is not in it."""
        if (path := _inside(self.top, Path(file))) is None:
            return False
        if path not in self._differs:
            now, then = self.top / path, self.tree / path
            same = then.is_file() and now.is_file() and filecmp.cmp(now, then, shallow=False)
            self._differs[path] = not same
        return self._differs[path]

    @cached_property
    def _differs(self) -> dict[Path, bool]:
        return {}

    @cached_property
    def _names(self) -> list[tuple[Path, Path]]:
        """What was validated in the revision, and how that is called now; the innermost first."""
        pairs = [(self.tree, Path(os.path.relpath(self.top)))]
        named = ((_inside(self.top, path), path) for path in (*self.validated, *self.needed))
        pairs += ((self.tree / inside, path) for inside, path in named if inside is not None)
        return sorted(pairs, key=lambda pair: -len(pair[0].parts))

    def _as_now(self, finding: Finding) -> Finding:
        """A finding of the revision, with files called as they are in the checkout."""
        file = absolute(finding.place.file)
        for then, now in self._names:
            if within(file, then):
                name = (now / file.relative_to(then)).as_posix()
                place = replace(finding.place, file=name)
                return replace(finding, place=place, facts=self._facts_as_now(finding.facts))
        return finding

    def _facts_as_now(self, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return {
            name: self._text_as_now(fact) if isinstance(fact, str) else fact
            for name, fact in facts.items()
        }

    def _text_as_now(self, text: str) -> str:
        for then, now in self._names if str(self.tree) in text else ():
            prefix = "" if now == Path() else f"{now.as_posix()}/"
            text = text.replace(f"{then.as_posix()}/", prefix)
        return text


@contextmanager
def checked_out(
    paths: Sequence[Path], beside: Sequence[Path | None], revision: str
) -> Iterator[Then]:
    """Lay out the files of a revision for as long as they are needed.

    Where the revision is a commit, they are those of the merge base with HEAD: what others have
    done since is no change that was made here. A tree, such as ``REV^{tree}``, is taken as it is.

    Args:
        paths: What is validated in the checkout.
        beside: Folders and files that the validation needs besides.
        revision: A commit or a tree, as git names them.

    Raises:
        InputError: The paths are in no git checkout, or git does not know the revision, or not
            where it and HEAD parted.
    """
    first = paths[0] if paths[0].is_dir() else paths[0].parent
    top = Path(_git(first, "rev-parse", "--show-toplevel"))
    for path in paths:
        if _inside(top, path) is None:
            raise InputError(f"{path} is not in the git checkout {top}, as {paths[0]} is")
    commit, tree = _find(top, revision)
    with tempfile.TemporaryDirectory(prefix="onrecord-") as temporary:
        folder = Path(os.path.realpath(temporary))
        laid = folder / "tree"
        (laid / ".git").mkdir(parents=True)  # links may lead as far as in the checkout
        index = {"GIT_INDEX_FILE": str(folder / "index")}
        plain = ("-c", "core.sparseCheckout=false", "-c", "core.splitIndex=false")
        _git(top, *plain, "read-tree", tree, **index)
        _git(top, *plain, "checkout-index", "--all", "--quiet", f"--prefix={laid}/", **index)
        yield Then(
            revision,
            commit,
            top,
            laid,
            validated=tuple(paths),
            needed=tuple(one for one in beside if one is not None),
            paths=tuple(found for path in paths if (found := _there(laid, top, path))),
            beside=tuple(one and (_then(laid, top, one) or one) for one in beside),
        )


def _there(tree: Path, top: Path, path: Path) -> Path | None:
    """What a path is in a revision, if there are records."""
    if (found := _then(tree, top, path)) is None:
        return None
    try:
        readers.find([found])
    except NoRecordsError:
        return None
    return found


def _then(tree: Path, top: Path, path: Path) -> Path | None:
    """What a path is in a revision, if it is there."""
    inside = _inside(top, path)
    return tree / inside if inside is not None and (tree / inside).exists() else None


def _inside(top: Path, path: Path) -> Path | None:
    """A path relative to the folder of the checkout, if it is in it."""
    real = Path(os.path.realpath(path))
    return real.relative_to(top) if real.is_relative_to(top) else None


def _find(top: Path, revision: str) -> tuple[str | None, str]:
    """The commit that HEAD and a revision parted at, and its tree; or the tree alone."""
    shallow = _git(top, "rev-parse", "--is-shallow-repository") == "true"
    named = _asked(top, "rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    tree = named and _asked(top, "rev-parse", "--verify", "--quiet", f"{named}^{{tree}}")
    if not tree:
        advice = "; this clone is shallow: fetch it first" if shallow else ""
        raise InputError(f"git knows no revision {revision}{advice}")
    commit = _asked(top, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}")
    if not commit:
        return None, tree
    base = _asked(top, "merge-base", "HEAD", commit)
    if not base:
        why = (
            f"this clone is shallow, and where HEAD and {revision} parted is not in it; "
            "run git fetch --unshallow"
            if shallow
            else f"HEAD and {revision} have no history in common"
        )
        raise InputError(f"{why}, or compare with its files themselves: {revision}^{{tree}}")
    base = base.split("\n")[0]
    return base, _git(top, "rev-parse", "--verify", f"{base}^{{tree}}")


def _asked(folder: Path, *arguments: str) -> str | None:
    """What git answers; None where it says by its exit status that there is nothing."""
    done = _run(folder, arguments, {})
    return os.fsdecode(done.stdout).strip("\n") if done.returncode == 0 else None


def _git(folder: Path, *arguments: str, **environment: str) -> str:
    """What git answers.

    Raises:
        InputError: Git failed, or is not there.
    """
    done = _run(folder, arguments, environment)
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().split("\n")[0]
        raise InputError(f"git cannot tell what has changed: {said}")
    return os.fsdecode(done.stdout).removesuffix("\n")


def _run(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    try:
        return subprocess.run(  # noqa: S603  # without a shell, and revisions cannot be options
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the git of whoever asks
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**kept, "GIT_OPTIONAL_LOCKS": "0", **environment},
        )
    except FileNotFoundError:
        raise InputError("git is not installed, which tells what has changed") from None
