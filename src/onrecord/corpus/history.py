"""Compare a corpus with its last publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.files.texts import LFS_ADVICE, is_lfs_pointer
from onrecord.readers import formats
from onrecord.readers.footer import open_table
from onrecord.readers.models.published import NewerError, check_publication
from onrecord.schema import RecordType
from onrecord.schema.arrow import BOOL, INT, TEXT, without_nulls

# The columns of a publication that identify a record.
_COLUMNS: dict[RecordType, tuple[str, ...]] = {
    "article": ("id", "text_sha256", "url"),
    "quote": (
        *("id", "article_id", "status"),
        *("content.list.element.exact", "content.list.element.sha256"),
    ),
    "claim": ("id", "article_id", "status", "language", "text"),
}

# The columns of records that are compared with them.
COLUMNS: dict[RecordType, list[str]] = {
    record_type: list(dict.fromkeys(name.partition(".")[0] for name in names))
    for record_type, names in _COLUMNS.items()
}

PUBLISHED = pa.schema(
    [
        *without_nulls(corpus=INT, record_type=TEXT, id=TEXT, article_id=TEXT),
        pa.field("status", TEXT),
        *without_nulls(there=BOOL),
        pa.field("same", INT),
    ]
)
UNREADABLE = without_nulls(corpus=INT, file=TEXT, problem=TEXT)


class Compared(NamedTuple):
    """Hold the differences between a corpus and its last publication.

    Attributes:
        published: The published records that the corpus has changed or no longer has. ``there``:
            whether the corpus still has a record with this id. ``same``: the row of the one record
            that has the same content under another id.
        unreadable: Files of the publication that cannot be read, with the reason.
    """

    published: pa.Table
    unreadable: pa.Table


def compare(tables: Mapping[RecordType, pa.Table], publication: Path, corpus: int = 0) -> Compared:
    """Compare records with those of a publication.

    Args:
        tables: The records, by type.
        publication: The folder of the published tables.
        corpus: The number of the corpus, if several are read at once.
    """
    changed, unreadable = [PUBLISHED.empty_table()], []
    try:
        check_publication(publication)
    except NewerError as error:
        row = {"corpus": corpus, "file": publication.as_posix(), "problem": error.problem}
        return Compared(changed[0], pa.Table.from_pylist([row], UNREADABLE))
    for record_type, paths in formats.tables_of(publication).items():
        parts = []
        for path in paths:
            try:
                parts.append(_columns(path, record_type))
            except (OSError, pa.ArrowException) as error:
                unreadable.append(_unreadable(corpus, path, error))
        if not parts:
            continue
        try:
            published = pa.concat_tables(parts, promote_options="permissive")
            rows = _changed(record_type, tables[record_type], published)
        except (KeyError, pa.ArrowException) as error:
            unreadable.append(_unreadable(corpus, paths[0], error))
        else:
            column = pa.repeat(pa.scalar(corpus, pa.int64()), rows.num_rows)
            changed.append(rows.add_column(0, PUBLISHED.field("corpus"), column).cast(PUBLISHED))
    return Compared(pa.concat_tables(changed), pa.Table.from_pylist(unreadable, UNREADABLE))


def _unreadable(corpus: int, path: Path, error: Exception) -> dict[str, object]:
    """Return the row for a file of a publication that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
    if path.is_file() and is_lfs_pointer(path):
        reason = LFS_ADVICE
    return {"corpus": corpus, "file": path.as_posix(), "problem": reason}


def _columns(path: Path, record_type: RecordType) -> pa.Table:
    """Read the columns that are compared from a file."""
    with open_table(path) as parquet:
        return parquet.read(columns=list(_COLUMNS[record_type]))


def _changed(record_type: RecordType, now: pa.Table, published: pa.Table) -> pa.Table:
    """Return the published records that the corpus has changed or no longer has."""
    ids = published["id"].cast(pa.string())
    article = "id" if record_type == "article" else "article_id"
    before, after = _contents(record_type, published), _contents(record_type, now)
    at = pc.index_in(ids, now["id"])
    there = pc.is_valid(at)
    # If the content of a record is unknown, it counts as unchanged.
    unchanged = pc.and_(there, pc.fill_null(pc.equal(before, after.take(at)), True))
    changed = published.filter(pc.invert(unchanged))
    before = before.filter(pc.invert(unchanged))
    others = np.ones(now.num_rows, bool)
    others[np.asarray(at.filter(unchanged))] = False
    others &= np.asarray(pc.is_in(after, before.drop_null().combine_chunks()))
    rows = pa.array(np.flatnonzero(others))
    status = changed["status"] if "status" in changed.column_names else pa.nulls(len(changed))
    having = _keys(record_type, now.take(rows), after.take(rows))
    return pa.table(
        {
            "record_type": pa.repeat(pa.scalar(record_type, pa.string()), len(changed)),
            "id": changed["id"].cast(pa.string()),
            "article_id": changed[article].cast(pa.string()),
            "status": status.cast(pa.string()),
            "there": there.filter(pc.invert(unchanged)),
            "same": _same(
                _keys(record_type, changed, before),
                dict(zip(rows.to_pylist(), having, strict=True)),
            ),
        }
    )


def _contents(record_type: RecordType, records: pa.Table) -> pa.ChunkedArray:
    """Return the content of each record as one string: text digest or URL of an article, words of a
    quote, language and text of a claim.
    """
    if record_type == "article":
        return pc.coalesce(*(records[name].cast(pa.string()) for name in ("text_sha256", "url")))
    if record_type == "claim":
        return pc.binary_join_element_wise(
            records["language"].cast(pa.string()), records["text"].cast(pa.string()), "\n"
        )
    return pa.chunked_array(map(_words, records["content"].chunks), pa.string())


def _words(content: pa.ListArray) -> pa.Array:
    parts = (pc.struct_field(content.values, name) for name in ("exact", "sha256"))
    stated = pc.coalesce(*(part.cast(pa.string()) for part in parts))
    return pc.binary_join(pa.ListArray.from_arrays(content.offsets, stated), "\n")


_Key = tuple[str | None, str | None]


def _keys(record_type: RecordType, records: pa.Table, contents: pa.ChunkedArray) -> list[_Key]:
    """Return a key for each record that does not depend on its id: its content and, except for
    articles, the id of its article.
    """
    said = contents.to_pylist()
    if record_type == "article":
        return [(None, one) for one in said]
    return list(zip(records["article_id"].to_pylist(), said, strict=True))


def _same(wanted: Sequence[_Key], there: Mapping[int, _Key]) -> pa.Array:
    """Return the row that has each key; null unless one record wants it and one row has it."""
    wanting, having = Counter(wanted), Counter(there.values())
    rows = {key: row for row, key in there.items() if having[key] == 1}
    found = [rows.get(key) if key[1] and wanting[key] == 1 else None for key in wanted]
    return pa.array(found, pa.int64())
