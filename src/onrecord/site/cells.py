"""Wrap styled text to the cells of a terminal, without cutting what readers see as one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from onrecord.display import escape_for_display

# Characters that are not printable by Python's definition, but shape the text or separate words:
# joiners, soft hyphens, marks of direction, tags of flags, spaces of all widths. Embeddings,
# overrides and isolates are not among them: they might turn around what follows the text.
_SHAPING = "".join(
    map(chr, (0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF))
)
_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_KEPT = _SHAPING + _TAGS + _SPACES
_UNBROKEN = frozenset("\u00a0\u2007\u202f")  # spaces at which no line ends
_HYPHENS = frozenset("-‐–—░\u200b")  # and what gaps are drawn with
_WIDE = frozenset("WF")  # letters between which lines may end
_VIRAMA = 9  # the combining class of signs that join letters to conjuncts
_RIGHT = frozenset({"R", "AL"})
_TAB = "    "
# Isolates: what they contain does not affect the order of what is around it.
_FROM_RIGHT, _AS_FIRST, _END = "\u2067", "\u2068", "\u2069"


class Run(NamedTuple):
    """Hold words that a terminal shows in one style.

    Attributes:
        text: The words, escaped; a line feed ends the line.
        style: The parameters of the control sequence that selects the style; empty for none.
        glued: Where no line may end, except inside: ``before`` or ``after`` it. A run without this
            is divided where lines may end.
    """

    text: str
    style: str = ""
    glued: Literal["", "before", "after"] = ""


def escaped(text: str) -> str:
    """Return text from a record so that terminals interpret none of it; its lines remain."""
    text = text.replace("\r\n", "\n")
    return escape_for_display(text.replace("\t", _TAB), keep=_KEPT + "\n")


def in_line(text: str) -> str:
    """Return text from a record in one line, isolated if it is written from right to left."""
    text = escape_for_display(" ".join(text.split()), keep=_KEPT)
    return f"{_AS_FIRST}{text}{_END}" if from_right(text) else text


def from_right(text: str) -> bool:
    """Return whether any character of a text is written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(one) in _RIGHT for one in text)


class _Atom(NamedTuple):
    """Hold a grapheme cluster with its style and its width in cells of a terminal."""

    text: str
    style: str
    cells: int


def wrapped(runs: Iterable[Run], width: int, indent: int = 0) -> Iterator[list[Run]]:
    """Yield lines no wider than a terminal; a word that is wider is cut between characters.

    Args:
        runs: The text.
        width: The cells of a line.
        indent: The cells that further lines of a paragraph are indented by.
    """
    line: list[_Atom] = []
    used = 0
    for word in _words(runs):
        ends = word[-1].text == "\n"
        atoms = word[:-1] if ends else word
        visible = sum(atom.cells for atom in _trimmed(atoms))
        if used + visible > width and len(_trimmed(line)) > 0:
            yield _merged(_trimmed(line))
            line, used = _indented(indent)
        for atom in atoms:
            if used + atom.cells > width and not atom.text.isspace() and line:
                yield _merged(line)
                line, used = _indented(indent)
            line.append(atom)
            used += atom.cells
        if ends:
            yield _merged(_trimmed(line))
            line, used = [], 0
    if line:
        yield _merged(_trimmed(line))


def painted(line: Sequence[Run], *, color: bool, right: bool = False) -> str:
    """Return a line with the control sequences of its styles.

    Args:
        line: The runs of the line.
        color: Whether to use styles.
        right: Whether it belongs to a text that is written from right to left. The direction of a
            line by itself would be that of its first letter, which may be a foreign one.
    """
    text = "".join(
        f"\033[{run.style}m{run.text}\033[0m" if color and run.style else run.text for run in line
    )
    return f"{_FROM_RIGHT}{text}{_END}" if right and text else text


def _indented(indent: int) -> tuple[list[_Atom], int]:
    return ([_Atom(" " * indent, "", indent)] if indent else []), indent


def _words(runs: Iterable[Run]) -> Iterator[list[_Atom]]:
    """Yield words, which are not divided between lines; a line feed is the last atom of one."""
    from wcwidth import iter_graphemes

    word: list[_Atom] = []
    glued = False  # whether a run before requires that no line ends here
    for run in runs:
        glued = glued or run.glued == "before"
        for cluster in iter_graphemes(run.text):
            atom = _Atom(cluster, run.style, _cells(cluster))
            if word and (word[-1].text == "\n" or (not glued and _may_part(word[-1], atom))):
                yield word
                word = []
            word.append(atom)
            glued = bool(run.glued)
        glued = run.glued == "after"
    if word:
        yield word


def _cells(cluster: str) -> int:
    """Return the cells of a cluster, in a terminal that needs most: some draw conjuncts letter by letter."""
    from wcwidth import wcswidth

    cells = max(wcswidth(cluster), 0)
    if any(unicodedata.combining(one) == _VIRAMA for one in cluster):
        letters = [one for one in cluster if unicodedata.category(one) in {"Lo", "Mc"}]
        return max(cells, len(letters))
    return cells


def _may_part(left: _Atom, right: _Atom) -> bool:
    """Return whether a line may end between two characters."""
    if left.text.isspace() or left.text in _HYPHENS:
        return left.text not in _UNBROKEN and not right.text.isspace()
    wide = any(unicodedata.east_asian_width(one.text[0]) in _WIDE for one in (left, right))
    if not wide or right.text.isspace():
        return False
    opens = unicodedata.category(left.text[0]) in {"Ps", "Pi"}
    closes = unicodedata.category(right.text[0]) in {"Pe", "Pf", "Po", "Lm"}
    return not opens and not closes


def _trimmed(atoms: list[_Atom]) -> list[_Atom]:
    """Return atoms without the spaces at the end."""
    end = len(atoms)
    while end and atoms[end - 1].text.isspace():
        end -= 1
    return atoms[:end]


def _merged(atoms: Iterable[_Atom]) -> list[Run]:
    """Return clusters as runs: neighbours of the same style become one."""
    runs: list[Run] = []
    for atom in atoms:
        if runs and runs[-1].style == atom.style:
            runs[-1] = Run(runs[-1].text + atom.text, atom.style)
        else:
            runs.append(Run(atom.text, atom.style))
    return runs
