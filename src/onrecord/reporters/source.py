"""Show a line of a source file, and mark the character that a finding is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from onrecord.display import COMMAND
from onrecord.findings import Excerpt


def fitted(excerpt: Excerpt, room: int) -> tuple[str, int]:
    """Shorten a line to ``room`` terminal cells; return it, and the cells before the caret."""
    text = visible(excerpt)
    width: Callable[[str], int] = len
    width_of_all: Callable[[str], int] = len
    if not text.isascii():  # most lines are, and need no tables of Unicode
        from wcwidth import wcswidth as width_of_all
        from wcwidth import wcwidth as width

    begin, end, caret = 0, len(text), min(excerpt.caret, len(text))
    cells = [width(character) for character in text]
    total, room = sum(cells), max(room - 2, 20)
    while total > room:
        if caret - begin > end - caret:
            total -= cells[begin]
            begin += 1
        else:
            end -= 1
            total -= cells[end]
    start = "…" if begin else ""
    # The caret is under the first cell of its character; for a combining mark that is its base.
    upto = start + (text + " ")[begin : caret + 1]
    before = width_of_all(upto) - max(width(upto[-1]), 1)
    return f"{start}{text[begin:end]}{'…' if end < len(text) else ''}", before


def marked(excerpt: Excerpt, around: int = 80) -> tuple[str, str, str]:
    """Split an excerpt at the marked character and its combining marks: before, marked, after."""
    text = visible(excerpt)
    begin = min(excerpt.caret, len(text))
    while 0 < begin < len(text) and unicodedata.combining(text[begin]):
        begin -= 1
    end = begin + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    first, last = max(0, begin - around), end + around
    before = f"{'…' if first else ''}{text[first:begin]}"
    return before, text[begin:end], f"{text[end:last]}{'…' if last < len(text) else ''}"


def visible(excerpt: Excerpt) -> str:
    """Return the text of an excerpt with each character replaced by one visible character."""
    return "".join(map(_visible, COMMAND.sub("\ufffd#", excerpt.text)))


def _visible(character: str) -> str:
    """Replace a character that is not printable by a visible one, so that the caret stays correct."""
    if character.isprintable():
        return character
    if character == "\t":
        return "⇥"
    if character < " ":
        return chr(0x2400 + ord(character))
    return "␣" if unicodedata.category(character) == "Zs" else "\ufffd"
