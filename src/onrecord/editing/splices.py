"""Replace pieces of a text, and write values in the common subset of JSON and YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from onrecord.schema.edits import Value


class Splice(NamedTuple):
    """Replace the text from ``start`` to ``end`` by ``new``."""

    start: int
    end: int
    new: str


class OverlapError(Exception):
    """Signal that two edits affect the same piece of the text."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Apply splices to a text.

    Raises:
        OverlapError: Two of them affect the same piece of the text.
    """
    parts, at, last = [], 0, None
    for splice in sorted(splices, key=lambda splice: splice.start):
        if splice == last and splice.start < splice.end:
            continue  # mappings inside each other that end in the same scalar
        if splice.start < at:
            raise OverlapError
        last = splice
        parts += [text[at : splice.start], splice.new]
        at = splice.end
    return "".join([*parts, text[at:]])


# Characters that are allowed in double-quoted strings but should be escaped: some programs treat
# them as line ends, they reorder text, are no characters, or YAML rejects them.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


# A line of JSON whose names and values are separated by spaces.
_SPACED = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s')


def write_row(line: bytes, row: Any) -> bytes:
    """Write a changed row of a table in the style of its line: spaces, and the line end."""
    separators = (", ", ": ") if _SPACED.match(line) else (",", ":")
    written = json.dumps(row, ensure_ascii=False, separators=separators)
    return written.encode() + line[len(line.rstrip(b"\r\n")) :]


def write_value(value: Value) -> str:
    """Write a value in the common subset of JSON and YAML."""
    return escaped(json.dumps(value, ensure_ascii=False))


def escaped(written: str) -> str:
    """Return JSON with escapes in place of the characters in its strings that should be escaped."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
