"""A line of a source file as a terminal can show it, and the cell that is meant."""

from __future__ import annotations

import unicodedata

from onrecord.findings import Excerpt
from onrecord.reporters.base import COMMAND


def fitted(excerpt: Excerpt, room: int) -> tuple[str, int]:
    """A line as it can be shown, cut to the room there is, and the cells before the caret."""
    from wcwidth import wcswidth, wcwidth

    text = "".join(map(_visible, COMMAND.sub("\ufffd#", excerpt.text)))
    begin, end, caret = 0, len(text), min(excerpt.caret, len(text))
    cells = [wcwidth(character) for character in text]
    total, room = sum(cells), max(room - 2, 20)
    while total > room:
        if caret - begin > end - caret:
            total -= cells[begin]
            begin += 1
        else:
            end -= 1
            total -= cells[end]
    start = "…" if begin else ""
    # The caret stands under the first cell of its character; that of a combining mark is its base.
    upto = start + (text + " ")[begin : caret + 1]
    before = wcswidth(upto) - max(wcwidth(upto[-1]), 1)
    return f"{start}{text[begin:end]}{'…' if end < len(text) else ''}", before


def _visible(character: str) -> str:
    """One visible character for each: what is not printable would move the caret, or worse."""
    if character.isprintable():
        return character
    if character == "\t":
        return "⇥"
    if character < " ":
        return chr(0x2400 + ord(character))
    return "␣" if unicodedata.category(character) == "Zs" else "\ufffd"
