"""Read the counts that a publication's card and manifest state, and count again."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.files.globs import glob
from onrecord.files.opening import File, content, decode
from onrecord.findings import Located, Mark
from onrecord.findings import Path as InnerPath
from onrecord.readers import naming
from onrecord.readers.models.records import Item, Wanted
from onrecord.readers.naming import part_of, table_name
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax import json, yaml
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find, to_value
from onrecord.schema import RecordType

if TYPE_CHECKING:
    import pyarrow as pa

CARD = naming.CARD
MANIFEST = naming.MANIFEST
DATA = naming.DATA
DIGEST = re.compile("[0-9a-f]{16}")
NAMES = (CARD, MANIFEST)

# The counts on a card besides records: the head of the table, the record type and the column.
COUNTED: Mapping[str, tuple[RecordType, str]] = MappingProxyType(
    {
        "language of the article": ("article", "language"),
        "type of quote": ("quote", "type"),
        "kind of claim": ("claim", "kind"),
    }
)
NOT_GIVEN = "not given"

_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B")


def size(rows: int) -> str:
    """Return the Hugging Face hub's size category for a number of rows."""
    return _SIZES[min(max(len(str(rows)) - 3, 0), len(_SIZES) - 1)]


class Count(NamedTuple):
    """Compare a count that a card or manifest states with the actual one.

    Attributes:
        file: The card or manifest.
        line: The line that states it, from 0.
        what: What is counted.
        stated: The stated number without commas, or the hub's size category.
        found: The actual number in the Parquet files.
    """

    file: File
    line: int
    what: str
    stated: str
    found: str


def table_schema() -> pa.Schema:
    """Return the schema of the table of counts that rules query."""
    from onrecord.schema.arrow import INT, TEXT, without_nulls

    return without_nulls(locator=INT, what=TEXT, stated=TEXT, found=TEXT)


def table(counts: Sequence[Count]) -> pa.Table:
    """Convert counts to the table that rules query."""
    import pyarrow as pa

    rows = [
        {"locator": number, "what": one.what, "stated": one.stated, "found": one.found}
        for number, one in enumerate(counts)
    ]
    return pa.Table.from_pylist(rows, table_schema())


class CardReader:
    """Locate the lines of a card or manifest, which contain counts but no records."""

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:  # noqa: ARG002
        """Yield nothing: rules compare the counts once all tables are read."""
        return iter(())

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the beginnings of lines, given their numbers."""
        text = decode(file, content(file))
        starts = [0, *(found.end() for found in re.finditer("\n", text.text))]
        return (text.point(Mark(starts[line], line, 0)) for _, line, _ in wanted)


def counts(file: File) -> list[Count]:
    """Return the counts that a card and its manifest state about existing Parquet files."""
    text = decode(file, content(file)).text
    folder = _Folder(file.path.parent)
    rows = list(_rows(text))
    named = [(line, name, stated) for line, name, stated in _files(rows) if folder.rows_of(name)]
    found = [
        Count(file, line, f"records of {name}", stated, folder.rows_of(name) or "")
        for line, name, stated in named
    ]
    found += _values(file, rows, [one for _, name, _ in named for one in folder.paths(name)])
    for tables in dict.fromkeys(Path(name).parent.as_posix() for _, name, _ in named):
        found += _of_manifest(folder, tables, file.at(folder.path / tables / MANIFEST))
    return [*_of_front_matter(file, text, folder, [name for _, name, _ in named]), *found]


class _Folder:
    """Count the rows of Parquet files in the folder of a card; each is opened once.

    Args:
        path: Its path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._boundary = Boundary.of(path)
        self._rows = cache(self._count)
        self._below = cache(self._list)

    def rows_of(self, name: str) -> str | None:
        """Return the number of rows of the Parquet files with a name, or whose names match a
        pattern; None if there is none or one cannot be read.

        In the cache of the Hub, the files of a folder are links to blobs elsewhere in the cache.
        """
        rows = [self._rows(path) for path in self.paths(name)]
        return None if not rows or None in rows else str(sum(one or 0 for one in rows))

    def _count(self, path: Path) -> int | None:
        import pyarrow as pa

        from onrecord.readers.footer import open_table

        try:
            self._boundary.check(path)
            with open_table(path) as parquet:
                return int(parquet.metadata.num_rows)
        except (OSError, InputError, pa.ArrowException):
            return None

    def paths(self, name: str) -> list[Path]:
        """Return the files that have a name, or whose names match a pattern."""
        if ".." in Path(name).parts:
            return []
        found = self.matching(name) if "*" in name else [name]
        return [self.path / one for one in found]

    def matching(self, pattern: str) -> list[str]:
        """Return the files whose names match a pattern."""
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts or "\0" in pattern:
            return []  # it is about files elsewhere
        certain = re.split(r"[*?[]", pattern, maxsplit=1)[0]
        fits = glob(pattern, sets=True)
        return [name for name in self._below(certain.rpartition("/")[0]) if fits.matches(name)]

    def _list(self, folder: str) -> list[str]:
        return [
            Path(parent, name).relative_to(self.path).as_posix()
            for parent, _, names in os.walk(self.path / folder)
            for name in names
        ]


class _Row(NamedTuple):
    """Hold a row of a Markdown table: the number of its line, from 0, and its cells."""

    line: int
    cells: list[str]


_NUMBER = re.compile(r"[0-9][0-9,]*")
_FILE = re.compile(r"`([^`]+\.parquet)`")


def _rows(text: str) -> Iterator[_Row]:
    fenced = False
    for number, line in enumerate(text.split("\n")):
        stripped = line.strip()
        fenced ^= stripped.startswith("```")
        if stripped.startswith("|") and not fenced:
            yield _Row(number, [cell.strip() for cell in stripped.strip("|").split("|")])


def _files(rows: Iterable[_Row]) -> Iterator[tuple[int, str, str]]:
    """Yield the rows that state the number of records in a file: line, file name, number."""
    for line, cells in rows:
        named = next((found[1] for cell in cells if (found := _FILE.fullmatch(cell))), None)
        if named and _NUMBER.fullmatch(cells[-1]):
            yield line, named, cells[-1].replace(",", "")


def _values(file: File, rows: Sequence[_Row], paths: Sequence[Path]) -> Iterator[Count]:
    """Yield the counts of values (languages, types and so on) that the tables of a card state."""
    for at, (line, cells) in enumerate(rows):
        if cells[0] not in COUNTED:
            continue
        record_type, column = COUNTED[cells[0]]
        tables = [path for path in paths if _holds(path, record_type)]
        there = _value_counts(tables, column) if tables else None
        if there is None:
            continue
        stated = {}
        for below, row in enumerate(rows[at + 1 :], 1):
            if row.line != line + below:
                break
            if _NUMBER.fullmatch(row.cells[-1]):
                stated[row.cells[0].strip("`")] = row
        for value in {**stated, **there}:
            row = stated.get(value, _Row(line, ["0"]))
            number = row.cells[-1].replace(",", "")
            what = f"{record_type}s whose {column} is {value}"
            yield Count(file, row.line, what, number, str(there[value]))


def _holds(path: Path, record_type: RecordType) -> bool:
    table = table_name(path)
    return table is not None and table.record_type == record_type


def _value_counts(paths: Iterable[Path], column: str) -> Counter[str] | None:
    import pyarrow as pa

    from onrecord.readers.footer import open_table

    found: Counter[str] = Counter()
    try:
        for path in paths:
            with open_table(path) as parquet:
                values = parquet.read(columns=[column])[column].value_counts().to_pylist()
            for one in values:
                found[NOT_GIVEN if one["values"] is None else one["values"]] += one["counts"]
    except (OSError, KeyError, pa.ArrowException):
        return None
    return found


def _of_manifest(folder: _Folder, tables: str, file: File) -> Iterator[Count]:
    root = _tree(json.parse, decode(file, content(file)).text) if file.exists() else None
    files = find(root, ("files",)) if root else None
    for name in files.value if files and isinstance(files.value, dict) else ():
        stated = find(files, (name, "rows")) if files else None
        there = folder.rows_of(f"{tables}/{name}")
        if stated and type(stated.value) is int and there:
            yield Count(file, stated.start.line, f"rows of {name}", str(stated.value), there)


def _of_front_matter(file: File, text: str, folder: _Folder, names: list[str]) -> Iterator[Count]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---" or "---" not in lines[1:]:
        return
    root = _tree(yaml.parse, "\n".join(["", *lines[1 : lines.index("---", 1)]]))
    if not root:
        return
    matter = to_value(root)
    splits = dict(_splits(matter, folder))
    for path, config, split in _infos(matter):
        stated = find(root, path)
        found = [folder.rows_of(name) for name in splits.get((config, split), ())]
        if stated and type(stated.value) is int and found and None not in found:
            rows = sum(int(one or 0) for one in found)
            what = f"records of {config}, split {split}"
            yield Count(file, stated.start.line, what, str(stated.value), str(rows))
    patterns = {name for name in names if "*" in name}
    single = {*names, *(name for split in splits.values() for name in split)} - patterns
    single |= {name for pattern in patterns for name in folder.matching(pattern)}
    tables = Counter[str]()
    for one in single:
        if (number := folder.rows_of(one)) is not None:
            part = part_of(Path(one).name)
            tables[part.table if part else one] += int(number)
    sizes = list(tables.values())
    for index in range(len(_list(matter, "size_categories"))):
        stated = find(root, ("size_categories", index))
        if stated and stated.value in _SIZES and sizes:
            # The card decides whether one of several tables is meant, or all.
            right = {size(one) for one in (*sizes, sum(sizes))}
            shown = str(stated.value) if stated.value in right else size(max(sizes))
            yield Count(file, stated.start.line, "size_categories", str(stated.value), shown)


def _tree(parse: Callable[[str], tuple[Node, object]], text: str) -> Node | None:
    try:
        return parse(text)[0]
    except UnreadableError:
        return None


def _list(value: Json, name: str) -> list[Json]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _splits(matter: Json, folder: _Folder) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield the files of each configuration and split that the front matter names."""
    for config in _list(matter, "configs"):
        for data in _list(config, "data_files"):
            if isinstance(config, dict) and isinstance(data, dict):
                patterns = [one for one in _list(data, "path") if isinstance(one, str)]
                key = (str(config.get("config_name", "default")), str(data.get("split", "train")))
                yield key, sorted({name for one in patterns for name in folder.matching(one)})


def _infos(matter: Json) -> Iterator[tuple[InnerPath, str, str]]:
    """Yield the number of examples that the front matter states for each configuration and split."""
    infos = _list(matter, "dataset_info")
    single = isinstance(matter, dict) and isinstance(matter.get("dataset_info"), dict)
    for index, info in enumerate(infos):
        base: InnerPath = ("dataset_info",) if single else ("dataset_info", index)
        config = str(info.get("config_name", "default")) if isinstance(info, dict) else "default"
        for number, split in enumerate(_list(info, "splits")):
            if isinstance(split, dict):
                yield (*base, "splits", number, "num_examples"), config, str(split.get("name"))
