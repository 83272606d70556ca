"""Define the interfaces of importers and exporters.

An importer reads one file of its format and yields its articles, each with the items that belong to
it, the records that they become, and problems. It decides nothing about identity, validity or
output; ``onrecord.exchange.importing`` does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar

from onrecord.files.lists import in_lists
from onrecord.files.opening import File, Text
from onrecord.findings import Fact, Located, Place, Problem, Where
from onrecord.language.offsets import Units
from onrecord.rules import importing, reading
from onrecord.rules.base import Check

# The tag of a language that is not known (BCP 47, section 4.1).
UNDETERMINED = "und"

Value = dict[str, Any]
T = TypeVar("T")

# Bytes of a file, and items, that are read at once.
_SIZE = 2**20
_MOST = 2**10


def in_text(text: Text, problem: Problem) -> Problem:
    """Return a problem of a text with its location in the file."""
    check = problem.check
    check = importing.LeadingMark if check is reading.ByteOrderMark else check
    return Problem(check, where=lambda: text.point(problem.mark), facts=problem.facts)


def problem_at(where: Where, check: type[Check], /, *path: str, **facts: Fact) -> Problem:
    """Return a problem of a foreign file, given a function that finds its location there."""
    return Problem(check, where=where, facts=facts, path=path)


@dataclass(slots=True)
class SourceItem:
    """Hold one item of a foreign file, and the quote or claim that it becomes.

    Attributes:
        where: Finds its location in the file.
        kind: The type of the record.
        value: The quote or claim in the form of a document; None if it cannot become one.
        problems: Its problems; an error prevents it from becoming a record.
        exported: Whether it was exported by onrecord, so that it keeps its origin.
        key: Identifies it among all items of all articles.
    """

    where: Where
    kind: Literal["quote", "claim"]
    value: Value | None = None
    problems: list[Problem] = field(default_factory=list)
    exported: bool = False
    key: str | None = None

    def report(self, check: type[Check], /, *path: str, **facts: Fact) -> None:
        """Add a problem of the whole item."""
        self.problems.append(problem_at(self.where, check, *path, **facts))

    @property
    def refused(self) -> bool:
        """Return whether it cannot become a record."""
        return self.value is None or any(problem.is_error for problem in self.problems)


@dataclass(slots=True)
class ImportedArticle:
    """Hold an article, and the items of a foreign file that belong to it.

    Attributes:
        article: The article in the form of a document; None if it cannot become one, and then no
            item is imported.
        annotation: The annotation that the items share.
        items: The items. Claims and quotes of one article must have different ids.
        problems: Problems of the file or the article; an error prevents all items from becoming
            records.
        where: Finds the location of problems of the article.
        size: The bytes of the file that were read since the previous article, for progress.
        where_in_text: Finds the location of an offset in the text, which has a file of its own.
    """

    where: Where
    article: Value | None = None
    annotation: Value = field(default_factory=dict)
    items: list[SourceItem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    size: int = 0
    where_in_text: Callable[[int], Located] | None = None


def nowhere() -> Located:
    """Return the location of what is in no file."""
    return Place(""), None


class Slot(str):
    """Mark a place for a value in an example record, by a text that occurs nowhere else."""

    __slots__ = ()


class MappedItems(NamedTuple):
    """Hold items of one shape by their values, for which no records are written yet.

    Attributes:
        shape: All that determines how their records are written, besides ids and values.
        numbers: The places of the items in their batch.
        article_ids: The ids of their articles.
        local_ids: The ids of their records in the articles.
        columns: The values that are in their records, one after another: a list for each place that
            values have in records of the shape. All in one list are either texts or numbers.
        keys: What identifies each among all items of all articles.
        codes: The codes of the problems of each, all of them warnings, in order.
    """

    shape: Hashable
    numbers: Sequence[int]
    article_ids: Sequence[str]
    local_ids: Sequence[str]
    columns: Sequence[Sequence[str | float]]
    keys: Sequence[str | None]
    codes: Sequence[tuple[str, ...]]


class ItemMapper(ABC):
    """Map items of one file to values, each by itself; it can be sent to another process."""

    @abstractmethod
    def map(self, batch: Sequence[Any]) -> Iterator[MappedItems]:
        """Yield the items of a batch whose values are as most are, by their shapes; for any other,
        `RawItems.read` decides. There is nothing to map where the data is None.
        """

    @abstractmethod
    def example(
        self, shape: Any, ids: tuple[Slot, Slot], values: Iterator[Slot]
    ) -> ImportedArticle:
        """Return what `RawItems.read` returns for an item of a shape, with slots for its values.

        Args:
            shape: The shape of the item.
            ids: The slots of the ids of the article, and of the record in it.
            values: The slots of the values, in the order of the columns of the mapped items.
        """


@dataclass(frozen=True, slots=True)
class RawItems:
    """Hold some items as they are in their file, each with the article that it belongs to.

    Attributes:
        read: Returns the article of the item at a place.
        sizes: The bytes of the file that were read for each, for progress.
        data: What the mapper of the file maps of each; None if it cannot.
    """

    read: Callable[[int], ImportedArticle]
    sizes: Sequence[int]
    data: Sequence[Any]

    def __len__(self) -> int:
        return len(self.data)

    def part(self, start: int, stop: int) -> RawItems:
        """Return the items between two places."""
        return RawItems(
            lambda place: self.read(start + place), self.sizes[start:stop], self.data[start:stop]
        )


def gathered(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield items, as many at a time as are worth it by their sizes in bytes."""
    return in_lists(items, _MOST, size, _SIZE)


def option(
    text: str, default: Any = None, *, metavar: str | None = None, required: bool = False
) -> Any:
    """Define a field of an importer or exporter that users may set; its text is the help."""
    metadata = {"help": text, "metavar": metavar, "required": required}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Importer(ABC):
    """Read files of one format. Its fields are the options of users; its docstring documents the
    format's source, what maps to what, and what is lost.

    Attributes:
        name: The format's name in commands.
        item: The word for one of its items.
        suffixes: The endings of its files in a folder.
        form: The default form in which its records are written.
        rights: The default rights in its texts.
        tag: The language of its texts and claims, if the format has only one (BCP 47).
    """

    name: ClassVar[str]
    item: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    form: ClassVar[Literal["yaml", "jsonl"]]
    rights: ClassVar[Mapping[str, str]] = {"license": "NOASSERTION", "redistribute": "none"}
    tag: ClassVar[str] = UNDETERMINED

    license: str | None = option("licence of the articles' texts (SPDX)", metavar="SPDX")
    redistribute: Literal["full", "quotes", "none"] | None = option(
        "what may be passed on of the articles' texts"
    )
    language: str | None = option("language of texts and claims (BCP 47)", metavar="TAG")

    @abstractmethod
    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the articles of a file, with their items and all problems of the file.

        Raises:
            InputError: The file cannot be read at all.
        """

    def files(self, files: list[File]) -> list[File]:
        """Return the files that are read separately; the others are read as parts of these."""
        return files

    def stated_rights(self) -> Value:
        """Return what the options say about the rights in an article's text."""
        stated = {"license": self.license, "redistribute": self.redistribute}
        return {name: value for name, value in stated.items() if value}

    def rights_of_text(self) -> Value:
        """Return the rights in an article's text."""
        return {**self.rights, **self.stated_rights()}

    def language_of(self, found: str | None = None) -> str:
        """Return the language of a text: the found one, else the option or the format's own."""
        return found or self.language or self.tag


class ItemReader(ABC):
    """Read one file of independent items, which can be mapped in several processes."""

    @abstractmethod
    def items(self) -> Iterator[RawItems]:
        """Yield the items of the file, some at a time.

        Raises:
            InputError: The file cannot be read at all.
        """

    @abstractmethod
    def mapper(self) -> ItemMapper | None:
        """Return the mapper of its items, after the first with data was read; None without any."""


@dataclass(frozen=True, kw_only=True)
class BulkImporter(Importer):
    """Import files with very many independent items, which are mapped in batches."""

    @abstractmethod
    def reader(self, file: File) -> ItemReader:
        """Return the reader of a file."""

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the items of a file one by one."""
        for items in self.reader(file).items():
            for place, size in enumerate(items.sizes):
                imported = items.read(place)
                imported.size = size
                yield imported


@dataclass(frozen=True, kw_only=True)
class TextImporter(Importer):
    """Import a format whose annotations are offsets into a text."""

    offsets: Units = option("units in which the source counts offsets", "code-points")


@dataclass(frozen=True, slots=True)
class ArticleRecords:
    """Hold an article with its quotes and claims, as flat records without absent fields.

    Words that rights withhold are left out.
    """

    article: Value
    quotes: list[Value]
    claims: list[Value]

    @property
    def text(self) -> str | None:
        """Return the article's text; None if it is withheld or unknown."""
        return self.article.get("text")


@dataclass(frozen=True, slots=True)
class Omission:
    """Say what of an article could not be written in a foreign format, and why."""

    article_id: str
    message: str


# What an article adds to a file, by the file's name in the folder; or what is left out of it.
Output = tuple[str, str] | Omission


class Shared(NamedTuple):
    """Describe a file to which all articles add something: the text before, between and after.

    Attributes:
        before: The text before what they add.
        between: The text between what two of them add.
        after: The text after it.
        empty: The text after it if there is nothing.
    """

    before: str = ""
    between: str = ""
    after: str = ""
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class Exporter(ABC):
    """Write records in one format. Its fields are the options of users; its docstring documents the
    format's source, what maps to what, and what is lost.

    Attributes:
        name: The format's name in commands.
        single: The name of its file, if everything is written to one; then ``--out`` may be a file.
    """

    name: ClassVar[str]
    single: ClassVar[str | None] = None

    def shared(self) -> Mapping[str, Shared]:
        """Return the files to which all articles add something, by their names in the folder."""
        return {}

    @abstractmethod
    def write(self, bundle: ArticleRecords) -> Iterator[Output]:
        """Yield text for shared files and for files of the article's own, and what is left out."""
