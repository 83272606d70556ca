"""Find where values and lines of a text end."""

from __future__ import annotations

import re

from onrecord.readers.syntax.nodes import Node

# A line break.
BREAK = re.compile(r"\r\n?|\n")
_SOMETHING = re.compile(r"\S")
_BLOCK_SCALAR = re.compile(
    r"(?:[!&]\S*\s+)*(?P<header>[|>][+-]?[0-9]?[+-]?)(?P<comment>[ \t]+#[^\r\n]*)?"
)


def last_leaf(node: Node) -> Node:
    """Return the last leaf of block collections: the node itself, or the last one inside it."""
    while not node.flow and node.value:
        if isinstance(node.value, dict):
            node = next(reversed(node.value.values())).value
        elif isinstance(node.value, list):
            node = node.value[-1]
    return node


def end_of(text: str, node: Node) -> int:
    """Return the index just after a value; trailing blank lines do not belong to it."""
    last = last_leaf(node)
    if header := block_scalar(text, last):
        if "+" in header["header"] and ends_in_break(text, last.end):
            return break_before(text, last.end)
        return stripped(text, last.end, "\r\n")
    if last.end == last.start.index:
        return stripped(text, last.end, " \t\r\n")
    return last.end


def block_scalar(text: str, node: Node) -> re.Match[str] | None:
    """Match the header of a block scalar; None for other nodes.

    Such a scalar takes in the indented lines below it.
    """
    if isinstance(node.value, str) and node.end > node.start.index:
        return _BLOCK_SCALAR.match(text, node.start.index)
    return None


def end_of_line(text: str, at: int) -> int:
    """Return the index of the next line break, or the end of the text."""
    found = BREAK.search(text, at)
    return found.start() if found else len(text)


def break_before(text: str, start: int) -> int:
    """Return the index of the line break before the start of a line."""
    return start - (2 if text[max(0, start - 2) : start] == "\r\n" else min(start, 1))


def ends_in_break(text: str, end: int) -> bool:
    """Return whether the part of a text before ``end`` ends in a line break."""
    return text[max(0, end - 1) : end] in ("\r", "\n")


def next_visible(text: str, at: int) -> int:
    """Return the index of the next character from ``at`` that is not white space."""
    found = _SOMETHING.search(text, at)
    return found.start() if found else len(text)


def stripped(text: str, end: int, characters: str) -> int:
    """Return ``end`` moved left over all of the given characters."""
    while end and text[end - 1] in characters:
        end -= 1
    return end
