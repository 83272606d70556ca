"""Write Markdown in which untrusted text is shown literally and has no effect."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_INLINE = re.compile(r"[\\`*_\[\]|~$#&<>]")
# Characters that begin a list or a rule, or underline a heading.
_BLOCK = re.compile(r"^([-+=]+|[0-9]+(?=[.)]))", re.MULTILINE)
# Control characters and characters that change the writing direction, which are invisible.
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def text(words: str) -> Markup:
    """Return words as one or more paragraphs, separated at blank lines."""
    lines = "\n".join(each.strip() for each in seen(words).split("\n"))
    return Markup(_BLOCK.sub(_guarded, _INLINE.sub(_escaped, lines)).strip())


def line(words: str) -> Markup:
    """Return words for use inside a line, such as a heading or a cell of a table."""
    return Markup(_INLINE.sub(_escaped, " ".join(seen(words).split())))


def code(words: str) -> Markup:
    """Return words as code inside a line, or a cell of a table, if they can be that."""
    can_be = words.isprintable() and not {"`", "|"}.intersection(words)
    return Markup(f"`{words}`") if can_be else line(words)


def block(words: str, language: str = "text") -> Markup:
    """Return words as a block of code."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{seen(words).rstrip()}\n{fence}")


def table(heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Markup:
    """Return a table with at least one row; columns of numbers are aligned to the right."""
    rule = ["---:" if isinstance(cell, int) else "---" for cell in rows[0]]
    lines = (" | ".join(map(_cell, cells)) for cells in (heads, rule, *rows))
    return Markup("\n".join(f"| {cells} |" for cells in lines))


def seen(words: str) -> str:
    """Return words with LF for all line ends, and escapes for invisible characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", words)


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, Markup) else line(value)


def _escaped(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def _guarded(match: re.Match[str]) -> str:
    sign = match[0]
    return f"{sign}\\" if sign[0].isdigit() else f"\\{sign}"
