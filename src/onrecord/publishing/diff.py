"""Compare two corpora record by record: publications, folders of records, or revisions of one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from onrecord.corpus import reading
from onrecord.corpus.corpus import Corpus
from onrecord.errors import InputError
from onrecord.findings import Severity
from onrecord.publishing import splits
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.validation.changed_since import checked_out
from onrecord.validation.git import Repository

# What identifies a record if its id changed: these fields and no others.
_SAME: Mapping[RecordType, tuple[str, ...]] = {
    "article": ("text_sha256", "url"),
    "quote": ("article_id", "type", "content"),
    "claim": ("article_id", "text"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Describe a field that differs: its path, and its value before and after as text.

    Numbers, truth values and lists are written as JSON; None if the field is absent.
    """

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """Describe a record that differs between two corpora, or that only one of them has.

    Attributes:
        record_type: Its type.
        id: Its id in the new corpus; that in the old one if the new one does not have it.
        words: What it says, in short: its words, wording or title; empty if unknown or withheld.
        fields: The fields that differ.
        old_id: Its id in the old corpus, if that differs.
        old_split: Its split in the old corpus, and so on.
        reason: Why it has another split, if that is known.
    """

    record_type: RecordType
    id: str
    words: str = ""
    fields: tuple[FieldChange, ...] = ()
    old_id: str | None = None
    old_split: str | None = None
    new_split: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """List the differences between two corpora, each kind in the order of types and ids.

    Attributes:
        added: Records that only the new corpus has.
        removed: Records that only the old one has.
        withdrawn: Records whose status became withdrawn.
        renamed: Records whose id changed although they say the same.
        changed: Records of which fields differ, field by field.
        moved: Records that are in another split.
        unread: For either corpus, the number of errors because of which it could not be read
            completely. What they hide looks added or removed.
    """

    added: tuple[RecordChange, ...] = ()
    removed: tuple[RecordChange, ...] = ()
    withdrawn: tuple[RecordChange, ...] = ()
    renamed: tuple[RecordChange, ...] = ()
    changed: tuple[RecordChange, ...] = ()
    moved: tuple[RecordChange, ...] = ()
    unread: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        groups = (self.added, self.removed, self.withdrawn, self.renamed, self.changed, self.moved)
        return any(groups)


def diff(old: Path | str, new: Path | str, *, options: ReadOptions = READ_OPTIONS) -> Difference:
    """Compare two corpora.

    Words that rights withhold are compared by their digests and are in no result.

    Args:
        old: A publication, a folder of records, a record file, or a revision of git in which ``new``
            is compared with what it is now.
        new: A publication, a folder of records or a record file.
        options: How to read; options do not change the result.

    Raises:
        InputError: A path is missing or unreadable, or git does not have the revision.
    """
    new = Path(new)
    if Path(old).exists():
        return _compared(_read(Path(old), options), _read(new, options))
    repository = Repository.of(new)
    commit = repository.object(str(old))
    files = commit and repository.object(commit, "tree")
    if files is None:
        raise InputError(f"{old} is neither a file or folder nor a revision that git knows")
    with checked_out([new], (), files) as tree:
        return _compared(_read(tree.counterpart(new), options), _read(new, options))


def _read(path: Path, options: ReadOptions) -> _Side:
    return _Side(reading.read(path, options=options))


@dataclass(frozen=True)
class _Side:
    """Read one of two corpora, with only the words that may be passed on."""

    corpus: Corpus
    records: PassedOn = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", PassedOn(self.corpus))

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return the group of each article, of a publication that has splits."""
        folders = {file.path.parent for file in self.corpus.files}
        found = (splits.read(folder) for folder in sorted(folders))
        return {id_: group for one in found for id_, (group, _) in one.items()}

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """Return the articles of each group."""
        found: dict[str, list[str]] = {}
        for id_, group in self.groups.items():
            found.setdefault(group, []).append(id_)
        return found

    @property
    def unread(self) -> int:
        """Return the number of errors in reading."""
        return sum(one.severity is Severity.ERROR for one in self.corpus.findings)

    def digests(self, record_type: RecordType) -> dict[str, tuple[bytes, int]]:
        """Return a digest of each record and its row, by id; of records with the same id, the first."""
        found: dict[str, tuple[bytes, int]] = {}
        row = 0
        for batch in self.records.batches(record_type):
            for record in batch.to_pylist():
                found.setdefault(record["id"], (_digest(record), row))
                row += 1
        return found

    def rows(self, record_type: RecordType, rows: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Yield the records in some rows, in the order of the rows."""
        wanted = np.array(sorted(rows), np.int64)
        first = 0
        for batch in self.records.batches(record_type) if len(wanted) else ():
            inside = wanted[(wanted >= first) & (wanted < first + batch.num_rows)]
            yield from batch.take(pa.array(inside - first)).to_pylist()
            first += batch.num_rows


def _sorted(ids: Iterable[str]) -> list[str]:
    """Sort ids, numbers in them as numbers."""
    return sorted(ids, key=lambda id_: [part.zfill(20) for part in re.split(r"(\d+)", id_)])


def _digest(value: Any) -> bytes:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=16).digest()


def _compared(old: _Side, new: _Side) -> Difference:
    groups: dict[str, list[RecordChange]] = {
        name: [] for name in ("added", "removed", "withdrawn", "renamed", "changed", "moved")
    }
    for record_type in RECORD_TYPES:
        olds, news = old.digests(record_type), new.digests(record_type)
        gone = _records(old, record_type, olds, _sorted(olds.keys() - news.keys()))
        come = _records(new, record_type, news, _sorted(news.keys() - olds.keys()))
        by_words = {_identity(record_type, record): id_ for id_, record in gone.items()}
        for id_, record in come.items():
            before = by_words.pop(_identity(record_type, record), None)
            if before is None:
                groups["added"].append(RecordChange(record_type, id_, _words(record)))
            else:
                fields = tuple(_fields(gone.pop(before), record, skip=("id",)))
                groups["renamed"].append(
                    RecordChange(record_type, id_, _words(record), fields, old_id=before)
                )
        groups["removed"] += [
            RecordChange(record_type, id_, _words(record)) for id_, record in gone.items()
        ]
        both = _sorted(olds.keys() & news.keys())
        differing = [id_ for id_ in both if olds[id_][0] != news[id_][0]]
        befores = _records(old, record_type, olds, differing)
        for id_, record in _records(new, record_type, news, differing).items():
            fields = tuple(_fields(befores[id_], record))
            change = RecordChange(record_type, id_, _words(record), fields)
            is_withdrawn = any(one.path == "status" and one.new == "withdrawn" for one in fields)
            groups["withdrawn" if is_withdrawn else "changed"].append(change)
        groups["moved"] += _moved(old, new, record_type, olds, news)
    unread = (old.unread, new.unread)
    return Difference(**{name: tuple(found) for name, found in groups.items()}, unread=unread)


def _records(
    side: _Side, record_type: RecordType, rows: Mapping[str, tuple[bytes, int]], ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return records by id."""
    wanted = [rows[id_][1] for id_ in ids]
    found = {record["id"]: record for record in side.rows(record_type, wanted)}
    return {id_: found[id_] for id_ in ids}


def _identity(record_type: RecordType, record: Mapping[str, Any]) -> bytes:
    """Return a digest of what a record says, whatever its id."""
    known = [record[name] for name in _SAME[record_type]]
    return _digest(known if any(one is not None for one in known) else record["id"])


def _moved(
    old: _Side,
    new: _Side,
    record_type: RecordType,
    olds: Mapping[str, tuple[bytes, int]],
    news: Mapping[str, tuple[bytes, int]],
) -> Iterator[RecordChange]:
    """Yield the records whose split differs."""
    befores, afters = (side.corpus.splits(record_type).to_pylist() for side in (old, new))
    if not any(befores) or not any(afters):
        return  # one of the two is not divided
    for id_ in _sorted(olds.keys() & news.keys()):
        before, after = befores[olds[id_][1]], afters[news[id_][1]]
        if before != after:
            reason = _merged(old, new, id_.partition(".")[0])
            yield RecordChange(record_type, id_, old_split=before, new_split=after, reason=reason)


def _merged(old: _Side, new: _Side, article: str) -> str | None:
    """Return the groups that became the group of an article, as text; None if it is no other."""
    if article not in new.groups or article not in old.groups:
        return None
    group = new.groups[article]
    before = {old.groups[one] for one in new.members[group] if one in old.groups}
    return f"the groups of {' and '.join(_sorted(before))} are one now" if len(before) > 1 else None


def _words(record: Mapping[str, Any]) -> str:
    """Return what a record says, in short."""
    if record["record_type"] == "quote":
        words = [span["exact"] for span in record["content"]]
        return "" if None in words else " … ".join(words)
    return record["text"] if record["record_type"] == "claim" else record["title"] or ""


def _fields(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str = "", skip: Sequence[str] = ()
) -> Iterator[FieldChange]:
    """Yield the fields of two objects that differ; lists of the same length item by item, of others
    the items that only one of them has.
    """
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if name not in skip and before != after:
            yield from _values(f"{path}.{name}" if path else name, before, after)


def _values(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _fields(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                yield from _values(f"{path}[{index}]", before, after)
    else:
        if (
            isinstance(old, list)
            and isinstance(new, list)
            and {*map(_digest, old)} != {*map(_digest, new)}
        ):
            old, new = _without(old, new), _without(new, old)
        yield FieldChange(path, _written(old), _written(new))


def _without(some: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the items of a list that another one does not have."""
    known = {*map(_digest, others)}
    return [one for one in some if _digest(one) not in known]


def _written(value: Any) -> str | None:
    """Write a value as text; None if it is absent."""
    short = _short(value)
    if short is None or isinstance(short, str):
        return short
    return json.dumps(short, ensure_ascii=False)


def _short(value: Any) -> Any:
    """Return a value without absent members; a span as its words or digest."""
    if isinstance(value, list):
        return [_short(one) for one in value] or None
    if not isinstance(value, dict):
        return value
    if "exact" in value and "start" in value:
        place = "" if value["start"] is None else f" [{value['start']}:{value['end']}]"
        return f"{value['exact'] or value['sha256'] or ''}{place}"
    return {name: _short(one) for name, one in value.items() if one not in (None, [])}
