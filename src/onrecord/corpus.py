"""A corpus: the records that were read, and the tables and views that rules see."""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord import demands, history, readers
from onrecord.articletexts import TEXTS, texts_of
from onrecord.components import components
from onrecord.findings import Excerpt, Finding, Place
from onrecord.language.likeness import lookalikes, sketches
from onrecord.readers import Broken, File, How, Rows, card
from onrecord.readers.blocks import Numbers
from onrecord.readers.corpus import NAME
from onrecord.readers.how import HOW
from onrecord.readers.nodes import Path as InnerPath
from onrecord.readers.records import Kind, Row
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType, v0
from onrecord.spans import beside_texts
from onrecord.tables import VIEWS, View, arrow_schema, views
from onrecord.texts import TextFolder

if TYPE_CHECKING:
    from datasets import Dataset

R = TypeVar("R", v0.Article, v0.Quote, v0.Claim)

# Rows that become columns at a time.
_BATCH = 4096
_LOOKALIKES = pa.schema([("owner", pa.int64()), ("other", pa.int64())])
_KNOWN = pa.schema([("record_type", pa.string()), ("id", pa.string())])
# What ``Corpus._published`` tells.
_PUBLISHED = ("published", "unreadable", "counts")
_COMPONENTS = pa.schema([("id", pa.string()), ("component", pa.string())])


class Records(Sequence[R], Generic[R]):
    """Records of one type: a sequence of typed records over an Arrow table.

    Attributes:
        arrow: The records as an Arrow table, its schema derived from the model.
    """

    def __init__(self, model: type[R], arrow: pa.Table) -> None:
        self._model: type[R] = model
        self.arrow = arrow

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Records[R]: ...
    def __getitem__(self, index: int | slice) -> R | Records[R]:
        if isinstance(index, slice):
            return Records(self._model, self.arrow.take(range(*index.indices(len(self)))))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._typed(self.arrow.slice(index % len(self), 1).to_pylist()[0])

    def __iter__(self) -> Iterator[R]:
        for batch in self.arrow.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                yield self._typed(row)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._model.__name__} records>"

    def _typed(self, row: dict[str, Any]) -> R:
        typed: R = self._model.model_validate(row)
        return typed


def _same_claims(claims: pa.Table, relations: pa.Table) -> pa.Table:
    """For each claim that is the same as another one, the id that stands for all such claims.

    What is withdrawn makes nothing the same.
    """
    withdrawn = claims["id"].filter(pc.equal(claims["status"], "withdrawn")).combine_chunks()
    holds = pc.equal(relations["kind"], "same_as")
    for end in ("record_id", "target"):
        holds = pc.and_not(holds, pc.is_in(relations[end], withdrawn))
    same = relations.filter(holds)
    found = components(zip(same["record_id"].to_pylist(), same["target"].to_pylist(), strict=True))
    return pa.table([list(found), list(found.values())], schema=_COMPONENTS)


def _written(articles: pa.Table, spans: pa.Table, texts: pa.Table) -> Iterator[pa.Table]:
    """Texts of articles, and words of spans that no text at hand has, as rows of strings."""

    def constant(value: str, rows: pa.Table) -> pa.Array:
        return pa.repeat(pa.scalar(value, pa.string()), rows.num_rows)

    ids = articles["id"].take(texts["owner"])
    columns = {
        "record_type": constant("article", texts),
        "locator": texts["owner"],
        "article_id": ids,
        "record_id": ids,
        "role": constant("text", texts),
        "path": constant("text", texts),
        "value": texts["text"],
        "owner": texts["owner"],
    }
    schema = pa.schema([*VIEWS["strings"], pa.field("owner", pa.int64())])
    yield pa.table(columns).cast(schema)
    alone = spans.filter(pc.and_(pc.is_valid(spans["exact"]), pc.is_null(spans["words"])))
    where = alone.select(VIEWS["strings"].names[:-1])
    exact = pc.binary_join_element_wise(alone["path"], "exact", ".")
    role = pc.binary_join_element_wise(alone["role"], "exact", ".")
    where = where.set_column(where.column_names.index("path"), "path", exact)
    where = where.set_column(where.column_names.index("role"), "role", role)
    yield (
        where.append_column("value", alone["exact"])
        .append_column("owner", alone["owner"])
        .cast(schema)
    )


def _lookalikes(texts: pa.Table) -> pa.Table:
    """The texts whose sketches are much alike to some ahead of them, and those.

    Of texts that are the same the first one is meant.
    """
    same = texts["sha256"].combine_chunks().dictionary_encode().indices
    first = np.zeros(len(same), np.bool_)
    first[np.unique(same, return_index=True)[1]] = True
    owners, found = [], []
    # Most often there are none that are the same, and no text is to be copied.
    for batch in (texts if first.all() else texts.filter(pa.array(first))).to_batches():
        numbers, some = sketches(batch["text"])
        owners.append(batch["owner"].to_numpy()[numbers])
        found.append(some)
    if not owners:
        return _LOOKALIKES.empty_table()
    pairs = lookalikes(np.concatenate(found))
    return pa.table([np.concatenate(owners)[pair] for pair in pairs], schema=_LOOKALIKES)


class Tables(Mapping[str, pa.Table]):
    """Tables by name, each made when it is first asked for.

    Attributes:
        made: Those that were asked for.
    """

    def __init__(self, makers: Mapping[str, Callable[[], pa.Table]]) -> None:
        self._makers = makers
        self.made: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self.made:
            self.made[name] = self._makers[name]()
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Rows of a table that come from one file."""

    first: int
    file: File
    numbers: Sequence[int] | Numbers


@dataclass
class Corpus:
    """Articles, quotes and claims that were read, and what was wrong in reading them.

    Attributes:
        findings: What could not be read, and why. The rest is in the tables.
        paths: What it was read from: files, and folders of them.
        cards: Cards of publications in the folders that were read: what they count is checked.
        demanded: What every record must have beyond the schema, of ``onrecord.demands.demandable``.
    """

    files: list[File]
    findings: list[Finding] = field(default_factory=list)
    texts: TextFolder | None = None
    paths: tuple[Path, ...] = ()
    cards: list[File] = field(default_factory=list)
    demanded: tuple[str, ...] = ()
    _publications: dict[int, Path] = field(default_factory=dict)
    _batches: dict[str, list[pa.RecordBatch]] = field(default_factory=dict)
    _pending: dict[RecordType, list[Row]] = field(default_factory=dict)
    _segments: dict[Kind, list[_Segment]] = field(default_factory=dict)
    _broken: list[Broken] = field(default_factory=list)
    _owned: dict[RecordType, pa.Array] = field(default_factory=dict)

    @property
    def articles(self) -> Records[v0.Article]:
        """The articles."""
        return Records(CURRENT.article, self.table("article"))

    @property
    def quotes(self) -> Records[v0.Quote]:
        """The quotes."""
        return Records(CURRENT.quote, self.table("quote"))

    @property
    def claims(self) -> Records[v0.Claim]:
        """The claims."""
        return Records(CURRENT.claim, self.table("claim"))

    def to_datasets(self) -> dict[str, Dataset]:
        """The records as Hugging Face datasets, by name of the table.

        Raises:
            MissingExtraError: The package ``datasets`` is not installed.
        """
        from onrecord.publish.hub import to_datasets

        return to_datasets(self)

    def table(self, record_type: RecordType) -> pa.Table:
        """The records of one type, in the order in which they were read."""
        self._flush(record_type)
        return pa.Table.from_batches(
            self._batches.get(record_type, []), arrow_schema(CURRENT.models[record_type])
        )

    @cached_property
    def tables(self) -> Tables:
        """All that rules see, by name; each table is made when it is first asked for.

        ``articles``, ``quotes`` and ``claims`` hold the records, with ``locator``, their row in the
        table, and ``owner``, the locator of the article that they belong to. The flat views
        ``spans``, ``sources``, ``entities`` (whoever and whatever else is named), ``relations``,
        ``assessments``, ``evidence``, ``links``, ``dates``, ``urls`` and ``strings`` hold what
        records of any type have of these; a span also has what ``onrecord.spans.beside_texts``
        tells of it where the text is at hand. ``strings`` are those in which people write freely,
        texts of articles and words of spans that no text at hand has among them. ``texts`` holds
        the texts at hand; ``indexed`` tells that it is the text which the article's spans index, as
        far as a digest can tell; ``lookalikes`` holds the pairs of articles whose texts may be
        nearly the same, the ``other`` one ahead of the ``owner``. ``components``
        holds the claims that are the same as others, through however many relations, with the id
        that all of them share. ``ids`` holds the ids of the records and, where the corpus has
        several, the ``split`` that each record's file stands in; ``known`` holds those of records
        that could not be read as well, ``ARTICLE.*`` where even the id could not.

        ``lacking`` holds the records that lack what is demanded of them. Of corpora whose folder
        was read, ``published`` holds the records of the last publication that are not there as they
        were, and ``unreadable`` the files of it that say nothing (``onrecord.history.Compared``);
        ``counts`` holds what a card says of how many there are, and how many there are
        (``onrecord.readers.card.Count``).
        """
        makers: dict[str, Callable[[], pa.Table]] = {
            **{f"{each}s": partial(self._located, each) for each in RECORD_TYPES},
            **{view: partial(self._view, view) for view in VIEWS},
            "texts": lambda: pa.Table.from_batches(self._texts(), TEXTS),
            "lookalikes": lambda: _lookalikes(self.tables["texts"]),
            "spans": self._spans,
            "strings": self._strings,
            "components": lambda: _same_claims(self.tables["claims"], self.tables["relations"]),
            "ids": lambda: pa.concat_tables(self._ids()),
            "known": lambda: pa.concat_tables(
                [self.tables["ids"].select(_KNOWN.names), self._unread()]
            ),
            "lacking": lambda: demands.lacking(self.demanded, self._records),
            **{name: partial(self._published.__getitem__, name) for name in _PUBLISHED},
        }
        return Tables(makers)

    @property
    def _records(self) -> dict[RecordType, pa.Table]:
        return {each: self.table(each) for each in RECORD_TYPES}

    def _located(self, record_type: RecordType) -> pa.Table:
        """Records with their rows, and those of their articles."""
        table = self.table(record_type)
        locators = pa.array(np.arange(table.num_rows))
        owners = self._owners(record_type)
        return table.append_column("locator", locators).append_column("owner", owners)

    def _view(self, view: View) -> pa.Table:
        """What the records of all types have of one kind."""
        found: list[pa.RecordBatch] = []
        for record_type in RECORD_TYPES:
            first = 0
            self._flush(record_type)
            for batch in self._batches.get(record_type, []):
                found += views(record_type, batch, first, view)
                first += batch.num_rows
        rows = pa.Table.from_batches(found, VIEWS[view])
        return rows.append_column("owner", self._owners_of(rows))

    def _owners_of(self, rows: pa.Table) -> pa.Array:
        """The owner of the record that each row of a view belongs to."""
        owners = np.full(rows.num_rows, -1, np.int64)
        locators = rows["locator"].to_numpy()
        for record_type in RECORD_TYPES:
            own = pc.equal(rows["record_type"], record_type).to_numpy()
            known = pc.fill_null(self._owners(record_type), -1).to_numpy()
            owners[own] = known[locators[own]]
        return pa.array(owners, mask=owners < 0)

    def _spans(self) -> pa.Table:
        texts = self.tables["texts"]
        return beside_texts(self._view("spans"), texts.filter(texts["indexed"]))

    def _strings(self) -> pa.Table:
        written = _written(*(self.tables[name] for name in ("articles", "spans", "texts")))
        return pa.concat_tables([self._view("strings"), *written])

    @cached_property
    def _published(self) -> dict[str, pa.Table]:
        """What is known of publications: what they held, and what their cards say."""
        compared = [
            history.compare(self._records, folder, number)
            for number, folder in self._publications.items()
        ]
        counts = [count for file in self.cards for count in card.counts(file)]
        self._segments["card"] = [
            _Segment(number, count.file, [count.line]) for number, count in enumerate(counts)
        ]
        published = [history.PUBLISHED.empty_table(), *(one.published for one in compared)]
        unreadable = [history.UNREADABLE.empty_table(), *(one.unreadable for one in compared)]
        return {
            "published": pa.concat_tables(published).combine_chunks(),
            "unreadable": pa.concat_tables(unreadable).combine_chunks(),
            "counts": card.table(counts),
        }

    def look_back(self, folders: Sequence[Path]) -> None:
        """Find what was published from the corpora in folders that have been read whole."""
        homes = dict.fromkeys(folders)
        for file in self.files:
            inside = any(file.path.is_relative_to(folder) for folder in folders)
            if file.path.name == NAME:
                segments = self._segments.setdefault("corpus", [])
                segments.append(_Segment(len(segments), file, [0]))
                tables = readers.publication(file.path.parent) if inside else None
                if inside:
                    homes[file.path.parent] = None
                if tables and not any(one.path.parent == tables for one in self.files):
                    self._publications[len(segments) - 1] = tables
        cards = [folder / readers.CARD for folder in homes]
        self.cards += [File(path, path.as_posix()) for path in cards if path.is_file()]

    def _texts(self) -> Iterator[pa.RecordBatch]:
        """The texts that are at hand, those of each batch of articles."""
        first = 0
        for batch in self.table("article").to_batches():
            yield texts_of(batch, first, self.texts)
            first += batch.num_rows

    def _unread(self) -> pa.Table:
        """The ids of records that are there but could not be read."""
        rows = [{"record_type": one.record_type, "id": one.id} for one in self._broken]
        return pa.Table.from_pylist(rows, _KNOWN)

    def _owners(self, record_type: RecordType) -> pa.Array:
        if record_type not in self._owned:
            self._owned[record_type] = self._find_owners(record_type)
        return self._owned[record_type]

    def _find_owners(self, record_type: RecordType) -> pa.Array:
        """The row of the article that each record belongs to: the one in its own document, else
        the first with its id.
        """
        ids = self.table("article").column("id").combine_chunks()
        if record_type == "article":
            return pa.array(np.arange(len(ids)))
        named = self.table(record_type).column("article_id")
        first = pc.index_in(named, ids).combine_chunks().cast(pa.int64())
        if pc.count_distinct(ids).as_py() == len(ids):
            return first
        owners = first.to_numpy(zero_copy_only=False).copy()
        in_file = {
            segment.file: segment.first
            for segment in self._segments.get("article", [])
            if len(segment.numbers) == 1
        }
        for segment in self._segments.get(record_type, []):
            if segment.file in in_file:
                extent = slice(segment.first, segment.first + len(segment.numbers))
                owners[extent] = in_file[segment.file]
        return pa.array(owners, pa.int64(), from_pandas=True)

    def _ids(self) -> Iterator[pa.Table]:
        for record_type in RECORD_TYPES:
            table = self.table(record_type)
            article = "id" if record_type == "article" else "article_id"
            columns = {
                "record_type": pa.repeat(pa.scalar(record_type, pa.string()), table.num_rows),
                "locator": pa.array(np.arange(table.num_rows)),
                "id": table["id"],
                "article_id": table[article],
                "owner": self._owners(record_type),
                "split": self._splits(record_type),
            }
            yield pa.table(columns)

    def _splits(self, record_type: RecordType) -> pa.Array:
        """The split of each record; null for all where there are no two."""
        segments = self._segments.get(record_type, [])
        several = len({file.split for file in self.files} - {None}) > 1
        splits = pa.array([each.file.split if several else None for each in segments], pa.string())
        lengths = [len(each.numbers) for each in segments]
        return splits.take(pa.array(np.repeat(np.arange(len(segments)), lengths)))

    def record_id(self, kind: Kind, locator: int) -> str | None:
        """The id of the record in a row of a table; none where it is no record."""
        if kind in ("corpus", "card"):
            return None
        return str(self.tables[f"{kind}s"]["id"][locator].as_py())

    def add(self, item: readers.Item) -> None:
        """Take in what a reader found."""
        if isinstance(item, Finding):
            self.findings.append(item)
        elif isinstance(item, Broken):
            self._broken.append(item)
        else:
            self._add_rows(item)

    def _add_rows(self, item: Rows) -> None:
        segments = self._segments.setdefault(item.record_type, [])
        first = segments[-1].first + len(segments[-1].numbers) if segments else 0
        segments.append(_Segment(first, item.file, item.numbers))
        if isinstance(item.rows, pa.RecordBatch):
            self._flush(item.record_type)
            self._batches.setdefault(item.record_type, []).append(item.rows)
            return
        pending = self._pending.setdefault(item.record_type, [])
        pending += item.rows
        if len(pending) >= _BATCH:
            self._flush(item.record_type)

    def _flush(self, record_type: RecordType) -> None:
        """Turn the rows that wait into columns, those of many small files at a time."""
        if rows := self._pending.pop(record_type, []):
            schema = arrow_schema(CURRENT.models[record_type])
            batch = pa.RecordBatch.from_pylist(rows, schema)
            self._batches.setdefault(record_type, []).append(batch)

    def locate(
        self, wanted: Iterable[tuple[Kind, int, InnerPath]]
    ) -> Iterator[tuple[Place, Excerpt | None]]:
        """Where values of records stand, given their tables, rows and paths, in that order.

        The rows of a corpus as a whole and of what its card counts are their numbers.
        """
        asked = list(wanted)
        by_file: dict[File, list[tuple[Kind, int, InnerPath, int]]] = {}
        for index, (kind, at, path) in enumerate(asked):
            segment = self._segment(kind, at)
            number = int(segment.numbers[at - segment.first])
            by_file.setdefault(segment.file, []).append((kind, number, path, index))
        found: dict[int, tuple[Place, Excerpt | None]] = {}
        for file, places in by_file.items():
            places.sort(key=lambda place: place[1])
            located = readers.open_reader(file).places(file, [place[:3] for place in places])
            found.update((place[3], where) for place, where in zip(places, located, strict=True))
        return (found[index] for index in range(len(asked)))

    def _segment(self, kind: Kind, at: int) -> _Segment:
        segments = self._segments[kind]
        return segments[bisect_right(segments, at, key=lambda segment: segment.first) - 1]


class Part(NamedTuple):
    """A part of the files that was read: how many records, and how many bytes of the files."""

    records: int
    size: int


# Passes on the parts of what is read; the number is that of all bytes.
Watch = Callable[[Iterator[Part], int], Iterable[Part]]


def unwatched(parts: Iterator[Part], _: int) -> Iterable[Part]:
    """Read without showing how far it has come."""
    return parts


def read(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    watch: Watch = unwatched,
    how: How = HOW,
) -> Corpus:
    """Read a corpus from record files, or folders of them.

    What cannot be read is in the corpus's ``findings``; whether what was read is sound, only
    ``onrecord.validate`` tells.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.
        watch: Passes on the parts that were read, to show how far reading has come.
        how: How to read, which changes nothing of what is read.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    folder = TextFolder(Path(texts)) if texts is not None else None
    paths = tuple(Path(one) for one in (path, *more))
    return read_files(readers.find(paths, about=True), paths, folder, watch, how)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Python's cyclic garbage collector, switched off for a while.

    What is read has no cycles, and would be looked through again and again: a quarter of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_files(
    files: Sequence[File],
    paths: Sequence[Path],
    texts: TextFolder | None = None,
    watch: Watch = unwatched,
    how: How = HOW,
) -> Corpus:
    """Read a corpus from files that were found at paths (the rest as in `read`)."""
    corpus = Corpus(list(files), texts=texts, paths=tuple(paths))
    corpus.look_back([one for one in paths if one.is_dir()])
    with _without_collector():
        for _ in watch(_read_into(corpus, how), sum(map(_size, files))):
            pass
    return corpus


def _read_into(corpus: Corpus, how: How) -> Iterator[Part]:
    """Read all files of a corpus, and tell of each part that was."""
    for file in corpus.files:
        remaining = _size(file)
        for item in readers.open_reader(file).read(file, how):
            corpus.add(item)
            if isinstance(item, Rows):
                remaining -= item.size
                yield Part(len(item.rows), item.size)
        yield Part(0, remaining)


def _size(file: File) -> int:
    """The bytes of a file; none of one that is not there any more, which reading it tells."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0
