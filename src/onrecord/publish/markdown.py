"""Write Markdown in which untrusted text is shown literally and has no effect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_INLINE = re.compile(r"[\\`*_\[\]|~$#&<>]")
# What begins a list or a rule, or underlines a heading.
_BLOCK = re.compile(r"^([-+=]+|[0-9]+(?=[.)]))", re.MULTILINE)
# Controls, and what turns the direction of the text after it, that a reader would not see.
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def text(words: str) -> str:
    """Return words as one or more paragraphs, separated at blank lines."""
    lines = "\n".join(each.strip() for each in seen(words).split("\n"))
    return _BLOCK.sub(_guarded, _INLINE.sub(_escaped, lines)).strip()


def line(words: str) -> str:
    """Return words for use inside a line, such as a heading or a cell of a table."""
    return _INLINE.sub(_escaped, " ".join(seen(words).split()))


def block(words: str, language: str = "text") -> str:
    """Return words as a block of code."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{seen(words).rstrip()}\n{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> str:
    """Return a Markdown table; cells are Markdown, the last ``numbers`` columns are right-aligned."""
    rule = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, rule, *rows])


def seen(words: str) -> str:
    """Return words with LF for all line ends, and escapes for invisible characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", words)


def _escaped(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def _guarded(match: re.Match[str]) -> str:
    sign = match[0]
    return f"{sign}\\" if sign[0].isdigit() else f"\\{sign}"
