"""Compare the files of a revision with those of the checkout: names, renames, new findings."""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from onrecord.errors import InputError
from onrecord.files.containment import ANYWHERE
from onrecord.files.opening import File, absolute, within
from onrecord.findings import Compared, Finding, Ignored, Report, Severity
from onrecord.readers import discovery
from onrecord.readers.discovery import NoRecordsError
from onrecord.validation.settings_files import Laid

Found = TypeVar("Found")


@dataclass(frozen=True)
class RevisionTree:
    """Map the files of a git revision, written to a folder, to those of the checkout.

    Attributes:
        revision: The revision that the user named.
        commit: The commit of the files; None if the user named a tree.
        top: The folder of the checkout.
        root: A temporary folder that represents the root of the file system.
        validated: The validated paths in the checkout.
        needed: Other paths that the validation needs: a folder of texts, a baseline.
    """

    revision: str
    commit: str | None
    top: Path
    root: Path
    validated: tuple[Path, ...]
    needed: tuple[Path, ...] = ()

    @property
    def tree(self) -> Path:
        """Return the folder that contains the files of the revision."""
        return mirrored(self.root, self.top)

    def counterpart(self, path: Path) -> Path:
        """Return the path in the revision that corresponds to a path in the checkout.

        Paths outside the checkout belong to no revision and are returned unchanged.
        """
        found = inside(self.top, path)
        return path if found is None else self.tree / found

    def earlier(self, path: Path) -> Path:
        """Return the path that a file of the checkout, perhaps renamed, has in the revision."""
        return self._old_names.get(absolute(path)) or self.counterpart(path)

    @property
    def laid(self) -> Laid:
        """Return where the files of the revision are, for finding settings."""
        return Laid(self.tree, self.top)

    @cached_property
    def files(self) -> list[File]:
        """Return the record files of the revision, including those that were moved since."""
        paths = [self.counterpart(path) for path in self.validated]
        found = {file.path: file for file in _find(paths)}
        moved = {path: File(path, path.as_posix()) for path in self._renamed}
        return list((found | moved).values())

    def folders(self) -> set[tuple[Path, Path]]:
        """Return a file in each validated folder, with its path in the revision."""
        pairs = ((file.path, self.earlier(file.path)) for file in self._files)
        return set({now.parent: (now, then) for now, then in pairs}.values())

    def place(self, path: Path) -> Path:
        """Return the path of a file that settings of the revision, or the user, name."""
        found = absolute(path)
        if within(found, self.tree):
            return found
        if within(found, self.root):
            found = Path(self.top.anchor, found.relative_to(self.root))
        return self.counterpart(found)

    def attempt(self, look: Callable[[Sequence[Path]], Found]) -> list[Found]:
        """Validate the same paths in the revision, as far as they exist and can be read.

        Renamed files are validated separately, since the revision has them elsewhere.

        Args:
            look: The function to call with paths of the revision.
        """
        paths = [self.counterpart(path) for path in self.validated]
        moved = [path for path in self._renamed if not any(within(path, one) for one in paths)]
        return [found for some in (paths, moved) if (found := self._tolerant(look, some))]

    def _tolerant(
        self, look: Callable[[Sequence[Path]], Found], paths: Sequence[Path]
    ) -> Found | None:
        """Call a function with paths, leaving out the files that cannot be read."""
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
        """Return a report without the findings in unchanged files that the revision also has.

        Args:
            report: The findings of the checkout.
            earlier: The findings of the revision.
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
        """Return whether a file differs from that of the revision, or is new."""
        if (path := inside(self.top, Path(file))) is None or absolute(file) in self._old_names:
            return False
        if path not in self._differs:
            self._differs[path] = not _same(self.top / path, self.tree / path)
        return self._differs[path]

    @cached_property
    def _differs(self) -> dict[Path, bool]:
        return {}

    @cached_property
    def _files(self) -> list[File]:
        """Return the record files of the checkout."""
        return _find(self.validated)

    @cached_property
    def _laid(self) -> list[Path]:
        """Return all files of the revision, including links."""
        return [Path(parent, name) for parent, _, names in os.walk(self.tree) for name in names]

    @cached_property
    def _renamed(self) -> dict[Path, str]:
        """Return the files of the revision that were renamed unchanged, with their new names."""
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
        found = inside(self.top, path)
        return found is None or os.path.lexists(self.tree / found)

    @cached_property
    def _old_names(self) -> dict[Path, Path]:
        return {absolute(name): path for path, name in self._renamed.items()}

    @cached_property
    def _names(self) -> list[tuple[Path, Path]]:
        """Return validated paths of the revision, innermost first, with their present names."""
        pairs = [(self.tree, Path(os.path.relpath(self.top)))]
        pairs += ((self.counterpart(path), path) for path in (*self.validated, *self.needed))
        return sorted(pairs, key=lambda pair: -len(pair[0].parts))

    def name_now(self, path: Path | str) -> str:
        """Return the name in the checkout of a file of the revision."""
        file = absolute(path)
        if file in self._renamed:
            return self._renamed[file]
        for then, now in self._names:
            if within(file, then):
                return (now / file.relative_to(then)).as_posix()
        return str(path)

    def as_now(self, finding: Finding) -> Finding:
        """Return a finding of the revision with the file names of the checkout."""
        place = replace(finding.place, file=self.name_now(finding.place.file))
        facts = {
            name: self._text_as_now(fact) if isinstance(fact, str) else fact
            for name, fact in finding.facts.items()
        }
        return replace(finding, place=place, facts=facts)

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


def mirrored(root: Path, top: Path) -> Path:
    """Return the path below ``root`` that corresponds to a path of the file system."""
    return root / top.relative_to(top.anchor)


def _find(paths: Sequence[Path]) -> list[File]:
    """Return the record files at paths, leaving out paths that do not exist or cannot be read."""
    found: dict[Path, File] = {}
    for path in paths:
        with suppress(InputError):
            files = discovery.find([path], about=True, boundary=ANYWHERE)
            found.update((file.path.absolute(), file) for file in files)
    return list(found.values())


def inside(top: Path, path: Path) -> Path | None:
    """Return a path relative to the top of the checkout; None if it is outside.

    A link counts by its own location, not by its target, unless only the target is in the checkout.
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
