"""Find and read the files of settings that apply to a validation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.opening import File, absolute, content
from onrecord.findings import Finding
from onrecord.findings import Path as InnerPath
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.corpus import read_corpus
from onrecord.readers.syntax import nodes, toml
from onrecord.readers.syntax.values import ValidatedFile, read_value
from onrecord.schema.settings import CorpusFile, Settings
from onrecord.validation.cache import PROJECT
from onrecord.validation.settings import EffectiveSettings, Source, name_of

_TABLE = ("tool", "onrecord")
_MEMBER = ("validation",)
_HEADER = re.compile(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*[\"']?onrecord\b", re.MULTILINE)


class Laid(NamedTuple):
    """Say in which folder the files of another revision are, and for which checkout.

    Attributes:
        tree: The folder that contains them.
        top: The folder of the checkout. Folders above it are the same for all revisions.
    """

    tree: Path
    top: Path

    def above(self, path: Path) -> tuple[Path, ...]:
        """Return a path and the folders above it, as if the files were in the checkout."""
        inside = path.relative_to(self.tree)
        return (path, *(self.tree / one for one in inside.parents), *self.top.parents)


def effective_settings(
    paths: Sequence[Path],
    files: Sequence[File],
    given: Settings | None = None,
    boundary: Boundary = ANYWHERE,
    laid: Laid | None = None,
) -> EffectiveSettings:
    """Find and read the settings that apply to a validation.

    These are the nearest ``pyproject.toml`` with a table ``[tool.onrecord]``, at or above the
    common folder of the paths, otherwise at or above the current folder; every ``corpus.yaml``
    among the files; and the nearest one at or above each path.

    Args:
        paths: The validated paths.
        files: The files that were found there.
        given: Settings to apply instead of those in files.
        boundary: The folders that must contain the validated files. A file above them must be in its
            own folder, or the git checkout that contains it.
        laid: Where the paths are, if they are files of a revision.

    Raises:
        InputError: A file that may contain settings cannot be read.
    """
    roots = tuple(absolute(path) for path in paths)
    if given is not None:
        return EffectiveSettings((Source(given, Path.cwd()),), (), roots)
    sources: list[Source] = []
    findings: list[Finding] = []
    unapplied: dict[str, str] = {}
    if project := _project(roots, boundary, laid):
        findings += project.findings
        unapplied |= _unapplied(project, _TABLE)
        if project.value:
            folder = absolute(project.text.file.path).parent
            sources.append(Source(project.value, folder, file=project, at=_TABLE))
    named = {absolute(file.path): file for file in files if file.path.name == CORPUS}
    above = {
        found: _above(found, boundary)
        for path in roots
        if (found := next(_at_or_above(path, CORPUS, laid), None)) and found not in named
    }
    corpora = named | above
    for path in sorted(corpora, key=lambda path: len(path.parts)):
        corpus = read_corpus(corpora[path])
        unapplied |= unapplied_of(corpus)
        findings += corpus.findings if path in above else ()
        sources += source_of(corpus, path.parent)
    return EffectiveSettings(tuple(sources), tuple(findings), roots, unapplied=unapplied)


def source_of(corpus: ValidatedFile[CorpusFile], folder: Path) -> Iterator[Source]:
    """Yield the settings in a corpus.yaml, if there are any.

    Args:
        corpus: The content of the file.
        folder: The folder, absolute, to whose files they apply.
    """
    if corpus.value and corpus.value.validation:
        yield Source(corpus.value.validation, folder, False, corpus, _MEMBER)


def unapplied_of(corpus: ValidatedFile[CorpusFile]) -> dict[str, str]:
    """Describe the settings in an invalid corpus.yaml, by the name of the file."""
    return _unapplied(corpus, _MEMBER)


def _unapplied(file: ValidatedFile[Any], at: InnerPath) -> dict[str, str]:
    """Describe the settings in an invalid file that are not applied, by the name of the file."""
    if file.value is not None or not file.findings:
        return {}
    table = nodes.find(file.root, at)
    if table is None:
        if not re.search(rf"\b{at[-1]}\b", file.text.text):
            return {}
        return {file.text.file.name: f"what {at[-1]} sets"}
    names = ", ".join(map(str, table.value)) if isinstance(table.value, dict) else ""
    what = " and ".join(names.rsplit(", ", 1)) or "what it sets"
    return {file.text.file.name: f"what {at[-1]} sets ({what})" if names else what}


def _project(
    paths: Sequence[Path], boundary: Boundary, laid: Laid | None
) -> ValidatedFile[Settings] | None:
    """Return the nearest pyproject.toml with a table `[tool.onrecord]`."""
    here = Path.cwd()
    if laid and here.is_relative_to(laid.top):
        here = laid.tree / here.relative_to(laid.top)
    try:
        common = Path(os.path.commonpath(paths))
    except ValueError:  # there are none, or they are on several drives
        common = next(iter(paths), here)
    for start in (common, here):
        for path in _at_or_above(start, PROJECT, laid):
            file = _above(path, boundary)
            if _may_be_ours(content(file)):
                validated = read_value(file, toml.parse, Settings, _TABLE)
                if _is_ours(validated):
                    return validated
    return None


@lru_cache(maxsize=4)
def _may_be_ours(data: bytes) -> bool:
    """Return whether a pyproject.toml may have our table, so that it must be parsed with locations."""
    if b"onrecord" not in data:
        return False
    try:
        tools = toml.load(data.decode()).get("tool", {})
    except (UnicodeDecodeError, nodes.UnreadableError):
        return True
    return not isinstance(tools, dict) or "onrecord" in tools


def _is_ours(validated: ValidatedFile[Settings]) -> bool:
    """Return whether a pyproject.toml has our table, or might have it but cannot be read."""
    found = nodes.find(validated.root, _TABLE) is not None
    return found or bool(validated.findings and _HEADER.search(validated.text.text))


def _at_or_above(path: Path, name: str, laid: Laid | None = None) -> Iterator[Path]:
    """Yield the files with a name in a folder and its parents, the nearest first."""
    inside = laid and path.is_relative_to(laid.tree)
    above = laid.above(path) if laid and inside else (path, *path.parents)
    return (folder / name for folder in above if (folder / name).is_file())


def _above(path: Path, boundary: Boundary) -> File:
    """Return a file of settings above the validated paths, with a boundary of its own."""
    return File(path, name_of(path), boundary=boundary.including(Boundary.of(path.parent)))
