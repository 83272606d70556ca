"""Find the text and the annotator of a file of annotations by the names of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from onrecord.errors import InputError
from onrecord.files.opening import absolute

TEXT, ANNOTATOR = "{text}", "{annotator}"


class Pair(NamedTuple):
    """Name a file of annotations, its text, and its annotator if the path names one."""

    annotations: Path
    text: Path | None
    annotator: str | None = None

    @property
    def name(self) -> Path:
        """Return the path that identifies the article: without the annotator's folder."""
        path = absolute(self.text or self.annotations)
        return Path(*(part for part in path.parts if part != self.annotator))


class Names:
    """Match names of annotation files with patterns of ``{text}`` and possibly ``{annotator}``."""

    def __init__(self, forms: Sequence[str]) -> None:
        """Parse patterns such as ``{text}_{annotator}``.

        Raises:
            InputError: A pattern cannot be parsed.
        """
        self.forms = forms
        for form in forms:
            rest = form.replace(TEXT, "", 1).replace(ANNOTATOR, "", 1)
            ends = form.find(TEXT), form.find(ANNOTATOR)
            touching = f"{TEXT}{ANNOTATOR}" in form or f"{ANNOTATOR}{TEXT}" in form
            if ends[0] < 0 or touching or set("{}") & set(rest):
                raise InputError(
                    f'--names: "{form}" is not a form of names: {TEXT} is expected once, and '
                    f"{ANNOTATOR} at most once, with something between them, as in "
                    f"{TEXT}_{ANNOTATOR} or {ANNOTATOR}/{TEXT}"
                )

    def readings(self, path: Path) -> Iterator[tuple[str, str | None]]:
        """Yield the text names and annotators that a file's name may contain.

        If a name can be read in several ways, the one with the longest text name comes first.
        """
        parts = absolute(path).with_suffix("").parts
        for form in self.forms:
            name = "/".join(parts[-1 - form.count("/") :])
            before, first, rest = _cut(form)
            between, second, after = _cut(rest)
            middle = name[len(before) : len(name) - len(after if second else between)]
            if f"{before}{middle}{after if second else between}" != name:
                continue
            if not second:
                found: list[tuple[str, str | None]] = [(middle, None)]
            else:
                found = []
                at = middle.find(between)
                while at >= 0:
                    one, other = middle[:at], middle[at + len(between) :]
                    found.append((one, other) if first == TEXT else (other, one))
                    at = middle.find(between, at + 1)
                found.sort(key=lambda pair: len(pair[0]), reverse=True)
            for text, annotator in found:
                if text and annotator != "" and "/" not in text + (annotator or ""):
                    yield text, annotator


def _cut(form: str) -> tuple[str, str, str]:
    """Split a pattern into the part before its first variable, that variable, and the rest."""
    found = [(form.find(name), name) for name in (TEXT, ANNOTATOR) if name in form]
    if not found:
        return form, "", ""
    at, name = min(found)
    return form[:at], name, form[at + len(name) :]


class Texts:
    """Find the text that a file of annotations belongs to."""

    def __init__(self, paths: Iterable[Path], *, beside: bool) -> None:
        self._beside = beside
        self._by_name: dict[str, list[Path]] = {}
        for path in paths:
            self._by_name.setdefault(path.stem, []).append(path)

    def pair(self, annotations: Path, names: Names) -> Pair:
        """Return a file of annotations with its text.

        A text beside the annotations is preferred; of others, the one in the most similar folder.

        Raises:
            InputError: Two texts match equally well.
        """
        for text, annotator in names.readings(annotations):
            if self._beside and (found := beside(annotations.with_name(f"{text}.ann"), ".txt")):
                return Pair(annotations, found, annotator)
            if texts := self._by_name.get(text):
                return Pair(annotations, _nearest(annotations, texts), annotator)
        return Pair(annotations, None)


def beside(path: Path, ending: str) -> Path | None:
    """Return the file of the same name with another ending."""
    found = (path.with_suffix(one) for one in (ending, ending.upper()))
    return next((one for one in found if one.is_file()), None)


def _nearest(annotations: Path, texts: Sequence[Path]) -> Path:
    """Return the text whose folder shares most with the annotations', at both ends of the path."""
    ranked = sorted(texts, key=lambda text: _common(annotations, text), reverse=True)
    if len(texts) > 1 and _common(annotations, ranked[0]) == _common(annotations, ranked[1]):
        raise InputError(
            f"{annotations} may be of {ranked[0]} or of {ranked[1]}: name the folder of its text "
            "with --source-texts, or import the folders one by one"
        )
    return ranked[0]


def _common(one: Path, other: Path) -> int:
    """Return how many folders two paths share at the beginning and at the end."""
    here, there = absolute(one).parent.parts, absolute(other).parent.parts
    return _alike(here, there) + _alike(here[::-1], there[::-1])


def _alike(here: Sequence[str], there: Sequence[str]) -> int:
    pairs = enumerate(zip(here, there, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(here), len(there)))


def check_apart(pairs: Iterable[Pair]) -> None:
    """Check that several files of annotations for one text can be distinguished.

    Raises:
        InputError: Two files have the same text and no different annotators.
    """
    known: dict[tuple[Path, str | None], Path] = {}
    for pair in pairs:
        if pair.text is None:
            continue
        other = known.setdefault((absolute(pair.text), pair.annotator), pair.annotations)
        if other != pair.annotations:
            whose = f"by {pair.annotator}" if pair.annotator else "and neither says by whom"
            raise InputError(
                f"{other} and {pair.annotations} are both of {pair.text}, {whose}; tell them "
                f"apart with --names, such as {ANNOTATOR}/{TEXT} for a folder an annotator"
            )
