"""Withhold words in tables: all records of a corpus, with only the words that may be passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.owners import rows_with
from onrecord.files import texts
from onrecord.rights.allowed import may_stay
from onrecord.schema import RecordType
from onrecord.schema.arrow import columns_of, paths_of, views

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]

# What rights allow, from the most to the least. A record without its article has the last level:
# nothing is known that would allow anything.
_LEVELS = ("full", "quotes", "none")
_FULL, _QUOTES, _NONE = range(len(_LEVELS))
# Columns of articles that are filled when a text is withheld.
_ABOUT_TEXTS = ("text_sha256", "text_length")


class PassedOn:
    """Read the records of a corpus with only the words that may be passed on.

    Everything that writes tables reads from here and not from the corpus itself, so that withheld
    words are never written, whatever validation ignores.

    Args:
        corpus: The corpus. It is not changed.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._withholds: dict[RecordType, bool] = {}

    def number(self, record_type: RecordType) -> int:
        """Return the number of records of a type."""
        return self.corpus.records(record_type).num_rows

    def withholds(self, record_type: RecordType) -> bool:
        """Return whether any record of a type has words that may not be passed on."""
        if record_type not in self._withholds:
            levels = self._levels(record_type)
            self._withholds[record_type] = self._finds_words(record_type, levels)
        return self._withholds[record_type]

    def batches(
        self, record_type: RecordType, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield the records of a type in batches, in the order in which they were read.

        Args:
            record_type: The type.
            columns: The columns; all by default.
        """
        names = self.corpus.records(record_type).schema.names if columns is None else columns
        if not {*names} & {*_columns(record_type)} or not self.withholds(record_type):
            yield from self.corpus.records(record_type).batches(columns)
            return
        needed = [*names, "text"] if {*names} & {*_ABOUT_TEXTS} and "text" not in names else names
        for first, batch in self.corpus.parts(record_type, needed):
            rows = np.arange(first, first + batch.num_rows)
            yield self._allowed(record_type, rows, batch).select(names)

    def in_order(
        self, record_type: RecordType, order: Rows
    ) -> Iterator[tuple[Rows, pa.RecordBatch]]:
        """Yield the records of a type in another order, in batches, with their row numbers."""
        withholds = self.withholds(record_type)
        for rows, batch in self.corpus.records(record_type).in_order(order):
            yield rows, self._allowed(record_type, rows, batch) if withholds else batch

    def take(self, record_type: RecordType, rows: Rows) -> pa.RecordBatch:
        """Return the records of a type in some rows."""
        records = self.corpus.records(record_type)
        if not len(rows):
            return pa.RecordBatch.from_pylist([], records.schema)
        some = records.take(rows, records.schema.names).to_batches()
        return self._allowed(record_type, rows, pa.concat_batches(some))

    def some(self, record_type: RecordType, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a selection of the records of a type with only the words that may be passed on."""
        ids = self.corpus.table("article", ["id"])["id"].to_pylist()
        levels = dict(zip(ids, self._of_articles.tolist(), strict=True))
        owners = batch["id" if record_type == "article" else "article_id"].to_pylist()
        found = np.array([levels.get(owner, _NONE) for owner in owners], np.int8)
        return allowed(record_type, batch, found)

    def agrees(self, record_type: RecordType, assumed: Levels) -> bool:
        """Return whether `allowed`, if it assumed these levels for the records of a type, returned
        what this class yields; False also if that is not certain.
        """
        levels = self._levels(record_type)
        if (assumed > levels).any():
            return False
        return not self._finds_words(record_type, np.where(assumed == levels, _FULL, levels))

    def _allowed(
        self, record_type: RecordType, rows: Rows, batch: pa.RecordBatch
    ) -> pa.RecordBatch:
        return allowed(record_type, batch, self._levels(record_type)[rows])

    def _finds_words(self, record_type: RecordType, levels: Levels) -> bool:
        if not levels.any():
            return False
        where = columns_of(record_type, "spans") or ("id",)
        names = [*dict.fromkeys((*where, *_columns(record_type)))]
        return any(
            _exceeding(record_type, batch, levels[first : first + batch.num_rows])
            for first, batch in self.corpus.parts(record_type, names)
        )

    def _levels(self, record_type: RecordType) -> Levels:
        """Return the value of ``redistribute`` that applies to each record."""
        if record_type == "article":
            return self._of_articles
        owners = self.corpus.owners(record_type)
        return np.append(self._of_articles, np.int8(_NONE))[owners]  # -1 is the last

    @cached_property
    def _of_articles(self) -> Levels:
        """Return the ``redistribute`` of each article; the strictest of those with the same id."""
        found = [np.zeros(0, np.int8)]
        for _, batch in self.corpus.parts("article", ["rights"]):
            found.append(levels_of(batch))
        levels: Levels = np.concatenate(found)
        if levels.any() and len(self.corpus.repeated):
            same: dict[str, list[int]] = {}
            for row, one in rows_with(self.corpus, "article", "id", self.corpus.repeated):
                same.setdefault(one, []).append(row)
            for rows in same.values():
                levels[rows] = levels[rows].max()
        return levels


def allowed(record_type: RecordType, batch: pa.RecordBatch, levels: Levels) -> pa.RecordBatch:
    """Replace words that may not be passed on by digests.

    Args:
        record_type: The type of the records.
        batch: The records, or some of their columns, in the Arrow schema of their model. The digest
            and length of a text need the text itself.
        levels: The value of ``redistribute`` that applies to each record.
    """
    if not levels.any():
        return batch
    names = {*batch.schema.names}
    if record_type == "article" and "text" in names:
        batch = _without_texts(batch, levels)
    records = batch.to_struct_array()
    for path in paths_of(record_type, "spans"):
        if path[0].removesuffix("[]") in names:
            records = _replaced(records, path, _role(path), levels)
    return pa.RecordBatch.from_arrays(records.flatten(), schema=batch.schema)


def levels_of(articles: pa.RecordBatch) -> Levels:
    """Return the level of each article that its own rights state."""
    redistribute = pc.struct_field(articles["rights"], "redistribute")
    found = pc.fill_null(pc.index_in(redistribute, pa.array(_LEVELS)), _NONE)
    levels: Levels = found.to_numpy(zero_copy_only=False).astype(np.int8)
    return levels


def same_level(redistribute: str, number: int) -> Levels:
    """Return the level of ``redistribute`` for each of some records."""
    return np.full(number, _LEVELS.index(redistribute), np.int8)


def _columns(record_type: RecordType) -> tuple[str, ...]:
    """Return the columns that may contain withheld words, or that change if these are withheld."""
    spans = (path[0].removesuffix("[]") for path in paths_of(record_type, "spans"))
    of_texts = ("text", *_ABOUT_TEXTS) if record_type == "article" else ()
    return (*dict.fromkeys((*spans, *of_texts)),)


def _exceeding(record_type: RecordType, batch: pa.RecordBatch, levels: Levels) -> bool:
    """Return whether any records contain words that rights withhold."""
    rows = np.flatnonzero(levels)
    if not len(rows):
        return False
    some = batch if len(rows) == batch.num_rows else batch.take(pa.array(rows))
    if record_type == "article" and some["text"].null_count < len(some):
        return True
    for each in views(record_type, some, 0, "spans") if columns_of(record_type, "spans") else ():
        owners = rows[each["locator"].to_numpy()]
        around = each["prefix"].null_count + each["suffix"].null_count < 2 * len(each)
        if around or _withheld(each, each["role"][0].as_py(), levels[owners]).any():
            return True
    return False


def _withheld(spans: pa.RecordBatch, role: str, levels: Levels) -> Mask:
    """Return for which spans, all of one role, rights withhold the words."""
    words = spans["exact"].is_valid().to_numpy(zero_copy_only=False)
    quoted = np.zeros(len(spans), np.bool_)
    if "quoted" in spans.schema.names:
        quoted = pc.fill_null(spans["quoted"], False).to_numpy(zero_copy_only=False)
    stays = (levels == _FULL) | ((levels == _QUOTES) & quoted)
    asked = np.flatnonzero(words & (levels == _QUOTES) & ~quoted)
    if len(asked):
        coded = spans["exact"].take(pa.array(asked)).dictionary_encode()
        may = [may_stay("quotes", role, one, quoted=False) for one in coded.dictionary.to_pylist()]
        stays[asked] = np.array(may)[coded.indices.to_numpy()]
    withheld: Mask = words & ~stays
    return withheld


def _role(path: Sequence[str]) -> str:
    return ".".join(path).replace("[]", "")


def _without_texts(articles: pa.RecordBatch, levels: Levels) -> pa.RecordBatch:
    """Remove texts that may not be passed on; add their digests and lengths if these are absent."""
    texts = articles["text"]
    goes = pc.and_(pa.array(levels != _FULL), texts.is_valid())
    if "text_sha256" in articles.schema.names:
        new = pc.and_(goes, articles["text_sha256"].is_null())
        articles = _with(articles, "text_sha256", new, _digests(texts.filter(new)))
        if "text_length" in articles.schema.names:
            articles = _with(articles, "text_length", new, pc.utf8_length(texts.filter(new)))
    return _with(articles, "text", goes, pa.scalar(None, texts.type))


def _with(
    batch: pa.RecordBatch, name: str, mask: pa.Array, values: pa.Array | pa.Scalar
) -> pa.RecordBatch:
    """Replace some values of a column."""
    found = pc.replace_with_mask(batch[name], mask, values.cast(batch[name].type))
    at = batch.schema.get_field_index(name)
    return batch.set_column(at, batch.schema.field(at), found)


def _replaced(
    objects: pa.StructArray, path: Sequence[str], role: str, levels: Levels
) -> pa.StructArray:
    """Replace withheld words of the spans at a path of objects."""
    if not path:
        return _without_words(objects, role, levels)
    fields = objects.flatten()
    at = objects.type.get_field_index(path[0].removesuffix("[]"))
    values = fields[at]
    if path[0].endswith("[]"):
        owners = values.value_parent_indices().to_numpy()
        inner = _replaced(values.flatten(), path[1:], role, levels[owners])
        lengths = pc.fill_null(values.value_lengths(), 0).to_numpy()
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        fields[at] = pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), inner, values.type, mask=values.is_null()
        )
    else:
        fields[at] = _replaced(values, path[1:], role, levels)
    return pa.StructArray.from_arrays(fields, fields=[*objects.type], mask=objects.is_null())


def _without_words(spans: pa.StructArray, role: str, levels: Levels) -> pa.StructArray:
    """Replace withheld words by their digests, and remove the words around all spans."""
    batch = pa.RecordBatch.from_struct_array(spans)
    goes = pa.array(_withheld(batch, role, levels))
    around = pa.array(levels != _FULL)
    batch = _with(batch, "sha256", goes, _digests(batch["exact"].filter(goes)))
    for name, mask in (("exact", goes), ("prefix", around), ("suffix", around)):
        batch = _with(batch, name, mask, pa.scalar(None, pa.string()))
    found = [batch[field.name] for field in spans.type]
    return pa.StructArray.from_arrays(found, fields=[*spans.type], mask=spans.is_null())


def _digests(words: pa.Array) -> pa.Array:
    coded = words.dictionary_encode()
    found = pa.array([texts.sha256(one) for one in coded.dictionary.to_pylist()], pa.string())
    return found.take(coded.indices)
