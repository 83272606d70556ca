"""Find the top-level keys of a file, even if it cannot be parsed.

This decides whether a file is a record file. It may be cut off, indented, in another encoding, or
broken further down, so its keys are found by patterns and without parsing it.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Iterator
from functools import lru_cache

from onrecord.files.opening import wide_encoding
from onrecord.schema.current import Document

# Bytes at the beginning of a file that are searched for keys.
HEAD = 256 * 1024

# The keys of a flat record that say what it is. A document has the second one, too.
FLAT = frozenset(("record_type", "schema_version"))
_KEYS = frozenset(Document.model_fields) | FLAT
# How many keys of records make a file a record file.
ENOUGH = 2
# How similar a key must be to one of a record to be taken for a spelling of it.
_SIMILAR = 0.8

# The line that names the schema of a document for editors.
_SCHEMA_LINE = re.compile(
    r"^\s*#\s*yaml-language-server:\s*\$schema=\S*document\.schema\.json", re.MULTILINE
)
# Tokens of JSON, and of YAML that is written like it. Strings may be cut off.
_TOKEN = re.compile(
    r"""
    "(?P<double>(?:[^"\\]|\\.)*+)(?:"|\\?\Z)
    | '(?P<single>[^']*+)(?:'|\Z)
    | (?P<mark>[{}\[\],])
    | \#[^\n]*
    | (?P<plain>[^\s{}\[\],:"'\#][^{}\[\],:\n]*)
    """,
    re.VERBOSE | re.DOTALL,
)
# A line of YAML that holds a key.
_KEY_LINE = re.compile(
    r"""(?P<indent>[ \t]*)(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'"""
    r"""|(?P<plain>[^\s:\#\[{&*!|>%@`"'][^:\n]*?))[ \t]*:(?=\s|$)"""
)
_SKIPPED_LINE = re.compile(r"\s*(#.*|%.*|---|\.\.\.)?\s*")
# What begins a file that is a list.
_LIST = re.compile(r"\s*(\[|-(\s|$))")


class Look(enum.Enum):
    """Classify a file by the keys at its beginning."""

    RECORDS = "at least two of its top-level keys are those of records"
    OTHER = "something else: a list, or a file with other keys"
    UNCLEAR = "nothing that tells: it has no keys, or none but a key of records"


def look(data: bytes, *, json: bool) -> Look:
    """Inspect the beginning of a document, given as bytes."""
    text = _decoded(data)
    if not json and _SCHEMA_LINE.search(text):
        return Look.RECORDS
    known, others = set(), False
    for key in _keys(text, json=json):
        if key is None:
            return Look.OTHER
        if key in _KEYS:
            known.add(key)
            if len(known) >= ENOUGH:
                return Look.RECORDS
        others = others or not _is_spelling(key)
    return Look.OTHER if others else Look.UNCLEAR


def is_flat(data: bytes) -> bool:
    """Return whether the first line of a table is a flat record, given the beginning of it."""
    return frozenset(_flow_keys(_decoded(data).lstrip())) >= FLAT


@lru_cache(maxsize=256)
def _is_spelling(key: str) -> bool:
    """Return whether a key is one of a record's, or a misspelling of one."""
    plain = re.sub(r"[\s-]+", "_", key.strip().lower())
    return bool(difflib.get_close_matches(plain, _KEYS, 1, _SIMILAR))


def _decoded(data: bytes) -> str:
    """Decode the text of a file in any encoding of Unicode."""
    return data.decode(wide_encoding(data) or "utf-8", errors="replace").removeprefix("\ufeff")


def _keys(text: str, *, json: bool) -> Iterator[str | None]:
    """Yield the top-level keys of a text; None if it is a list."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    skipped = 0
    for line in lines:
        if not _SKIPPED_LINE.fullmatch(line):
            break
        skipped += 1
    content = [line.removeprefix("--- ") for line in lines[skipped:]]
    if not content:
        return
    if _LIST.match(content[0]):
        yield None
    elif json or content[0].lstrip().startswith("{"):
        yield from _flow_keys("\n".join(content).lstrip())
    else:
        yield from _block_keys(content)


def _block_keys(lines: list[str]) -> Iterator[str]:
    """Yield the keys in lines of YAML that are indented no further than the first of them."""
    top = len(lines[0]) - len(lines[0].lstrip())
    for line in lines:
        found = _KEY_LINE.match(line)
        if found and len(found["indent"]) <= top:
            yield next(found[name] for name in ("double", "single", "plain") if found[name])


def _flow_keys(text: str) -> Iterator[str]:
    """Yield the keys of the object at the beginning of a text."""
    depth, expected = 0, False
    for token in _TOKEN.finditer(text) if text.startswith("{") else ():
        mark = token["mark"]
        if mark in ("{", "["):
            depth += 1
            expected = depth == 1
        elif mark in ("}", "]"):
            depth -= 1
            if not depth:
                return
        elif mark:
            expected = depth == 1
        elif expected and (name := token.lastgroup):
            expected = False
            yield token[name].strip()
