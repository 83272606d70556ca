"""Define what readers yield, and functions that they share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from onrecord.files.opening import File, Text
from onrecord.findings import Fact, Finding, Located, Mark, Path, Problem
from onrecord.readers.syntax import json
from onrecord.readers.syntax.nodes import Json, Node, find, nearest, scalars
from onrecord.rules import reading
from onrecord.schema import CURRENT, VERSIONS, RecordType, SchemaVersion

if TYPE_CHECKING:
    import pyarrow as pa

    from onrecord.readers.bulk.blocks import Numbers

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Hold records of one type from one file, with their positions in it.

    Records of a table are already columns. ``size`` is the number of bytes of the file that were
    read for them, or 0 if unknown, for the progress bar. ``numbers`` counts from 0: entries of a
    document's list, lines of JSONL, rows of Parquet.
    """

    record_type: RecordType
    file: File
    rows: Sequence[Row] | pa.RecordBatch
    numbers: Sequence[int] | Numbers
    size: int = 0


def counted(numbers: Numbers, first: int) -> range | Numbers:
    """Add ``first`` to numbers; return a range if they are consecutive, to save memory."""
    begin, end = first + int(numbers[0]), first + int(numbers[-1])
    return range(begin, end + 1) if end - begin + 1 == len(numbers) else numbers + first


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """Name a record that exists but cannot be read, so that references to it are not dangling.

    If its id could not be read either, ``ARTICLE.*`` represents any record of that article.
    """

    record_type: RecordType
    id: str


Item = Rows | UnreadableRecord | Finding

# The kinds of things that have a location: records, a corpus as a whole, a count on a card.
Kind = RecordType | Literal["corpus", "card"]

# A request for a location: the record's type and number in the file, and the path inside it.
Wanted = tuple[Kind, int, Path]

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNCLEAN = re.compile("[\0\ud800-\udfff]")


def hygiene(root: Node) -> Iterator[Problem]:
    """Yield problems of values that JSON or UTF-8 cannot represent: NaN, lone surrogates, NUL."""
    if _is_clean(root):
        return
    for path, node in scalars(root):
        value = node.value
        if isinstance(value, float) and not math.isfinite(value):
            yield Problem(reading.NotFinite, node.start, {"found": str(value)}, path)
        elif isinstance(value, str):
            if found := _SURROGATE.search(value):
                escape = f"\\u{ord(found[0]):04x}"
                yield Problem(reading.LoneSurrogate, node.start, {"escape": escape}, path)
            if "\0" in value:
                yield Problem(reading.NulCharacter, node.start, {}, path)


def _is_clean(node: Node) -> bool:
    """Return whether `hygiene` would yield nothing; faster, since it builds no paths."""
    value = node.value
    if isinstance(value, str):
        return (value.isascii() and "\0" not in value) or not _UNCLEAN.search(value)
    if isinstance(value, dict):
        return all(_is_clean(one.key) and _is_clean(one.value) for one in value.values())
    if isinstance(value, list):
        return all(map(_is_clean, value))
    return not isinstance(value, float) or math.isfinite(value)


def identifier(value: Json) -> str | None:
    """Return the id in a value that may otherwise be invalid."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and not _SURROGATE.search(found) else None


def version_of(value: Json) -> SchemaVersion | None:
    """Return the schema version that a value names; the current one if it names none."""
    named = value.get("schema_version") if isinstance(value, dict) else None
    if isinstance(named, str):
        return VERSIONS.get(named)
    return CURRENT


def unsupported(root: Node, mark: Mark) -> Problem:
    """Return the problem that a value names an unsupported schema version."""
    node = find(root, ("schema_version",))
    facts = {"found": str(node.value) if node else "", "supported": ", ".join(VERSIONS)}
    return Problem(reading.UnsupportedVersion, node.start if node else mark, facts)


def older(file: File, version: SchemaVersion) -> dict[str, Fact]:
    """Return the facts of the finding that a file follows an older version of the schema."""
    return {"found": version.number, "current": CURRENT.number, "file": file.name}


def follows_older(text: Text, root: Node, version: SchemaVersion) -> Finding:
    """Return the finding that a document or line follows an older version of the schema."""
    path = ("schema_version",)
    mark = nearest(root, path).start
    problem = Problem(reading.OlderSchemaVersion, mark, older(text.file, version), path)
    return text.finding(problem, path="schema_version")


def located(root: Node, problem: Problem) -> Problem:
    """Return a problem of a value with its place in the tree."""
    node = nearest(root, problem.path)
    if problem.at_key:
        parent = nearest(root, problem.path[:-1]).value
        if isinstance(parent, dict) and problem.path[-1] in parent:
            node = parent[str(problem.path[-1])].key
    return replace(problem, mark=node.start)


def located_in(line: str, problem: Problem) -> Problem:
    """Return a problem of a value with its place in a line of JSON that could be parsed."""
    index, name = json.seek(line, problem.path)
    if problem.at_key and name is not None:
        index = name
    return replace(problem, mark=Mark(index, 0, index))


def model_of(version: SchemaVersion, record_type: RecordType) -> type[BaseModel]:
    """Return the model of a flat record."""
    return version.models[record_type]


def point_in(line: Text, path: Path) -> Located:
    """Return the place of the value at a path, as `point` does, in a line with a valid record."""
    if "schema_version" in line.text:
        at, name = json.seek(line.text, ("schema_version",))
        named = None if name is None else json.value_at(line.text, at)[0]
        path = VERSIONS.get(str(named), CURRENT).own_path(path)
    index, _ = json.seek(line.text, path)
    return line.point(Mark(index, 0, index))


def point(text: Text, root: Node, path: Path) -> Located:
    """Return the place of the value at a path of the current version, or of the nearest around it."""
    named = find(root, ("schema_version",))
    version = VERSIONS.get(str(named.value), CURRENT) if named else CURRENT
    return text.point(nearest(root, version.own_path(path)).start)
