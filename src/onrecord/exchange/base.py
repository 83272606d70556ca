"""What the formats share: what an importer and an exporter are, and what they return.

An importer reads one file of its format and yields the articles in it, each with the items of the
file that belong to it, what each item becomes, and what is wrong in it. It decides nothing about
identity, validity or output; ``onrecord.exchange.importing`` does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from onrecord.findings import Fact, Finding, Severity
from onrecord.language.offsets import Units
from onrecord.readers import File
from onrecord.readers.models.records import Located
from onrecord.rules.base import Check

# The tag of a language that is not known (BCP 47, section 4.1).
UNDETERMINED = "und"

Where = Callable[[], Located]
Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is wrong in a foreign file, before it has become a finding.

    Attributes:
        where: Finds the place, when it is asked for: most places are never shown.
        path: The path inside the item, in the words of its format.
    """

    check: type[Check]
    where: Where
    facts: Mapping[str, Fact] = field(default_factory=dict)
    path: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it keeps the item from becoming a record."""
        return self.check.severity is Severity.ERROR

    def finding(self, record: str | None = None) -> Finding:
        """Return the finding that this is, with its place."""
        place, excerpt = self.where()
        return self.check.finding(place, self.facts, record=record, path=self.path, excerpt=excerpt)


@dataclass(slots=True)
class SourceItem:
    """One item of a foreign file, and the record that it becomes.

    Attributes:
        where: Finds its place in the file.
        kind: Which record it becomes.
        value: The quote or claim as a document has it, None if it cannot be one.
        remarks: What is wrong in it; an error keeps it from becoming a record.
        exported: Whether it was exported from a record, whose origin it has.
        key: What identifies it among all items, whichever article it is in.
    """

    where: Where
    kind: Literal["quote", "claim"]
    value: Value | None = None
    remarks: list[Remark] = field(default_factory=list)
    exported: bool = False
    key: str | None = None

    @property
    def refused(self) -> bool:
        """Whether it cannot become a record."""
        return self.value is None or any(remark.is_error for remark in self.remarks)


@dataclass(slots=True)
class ImportedArticle:
    """An article, and the items of a foreign file that belong to it.

    Attributes:
        article: The article as a document has it, None if it cannot be one; then no item is
            imported.
        annotation: The annotation that the items share.
        items: The items. Claims and quotes of one article must have different ids.
        remarks: What is wrong in the file or the article; an error keeps all items from becoming
            records.
        where: Finds the place of what is wrong in the article.
        size: The bytes of the file that were read since the article before, for progress.
        where_in_text: Finds the place of an offset in the text, which has a file of its own.
    """

    where: Where
    article: Value | None = None
    annotation: Value = field(default_factory=dict)
    items: list[SourceItem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    size: int = 0
    where_in_text: Callable[[int], Located] | None = None


def option(
    text: str, default: Any = None, *, metavar: str | None = None, required: bool = False
) -> Any:
    """Return a field of an importer or exporter that the user may set, or must; its text is the help."""
    metadata = {"help": text, "metavar": metavar, "required": required}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Importer(ABC):
    """Reads files of one format. Its fields are what a user may set; the class docstring tells the
    format's source, what maps to what, and what is lost.

    Attributes:
        name: The format's name in commands.
        item: What one of its items is called.
        suffixes: How the names of its files end, in a folder.
        form: How its records are written unless somebody says otherwise.
        rights: What is known of the rights in its texts, unless somebody says otherwise.
        tag: The language of its texts and claims, where the format has but one (BCP 47).
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
        """Yield the articles of a file, with their items and whatever is wrong in the file.

        Raises:
            InputError: The file cannot be read at all.
        """

    def files(self, files: list[File]) -> list[File]:
        """Return those files, among the ones of this format, that are read by themselves."""
        return files

    def rights_of_text(self) -> Value:
        """Return what may be done with an article's text."""
        said = {"license": self.license, "redistribute": self.redistribute}
        return {**self.rights, **{name: value for name, value in said.items() if value}}

    def language_of(self, found: str | None = None) -> str:
        """Return the language of a text: what was found, else what the user or the format says."""
        return found or self.language or self.tag


@dataclass(frozen=True, kw_only=True)
class TextImporter(Importer):
    """Reads a format whose annotations are offsets into a text."""

    offsets: Units = option("units in which the source counts offsets", "code-points")


@dataclass(frozen=True, slots=True)
class ArticleRecords:
    """An article with its quotes and claims, as flat records without absent fields, in text order.

    What rights withhold is not there.
    """

    article: Value
    quotes: list[Value]
    claims: list[Value]

    @property
    def text(self) -> str | None:
        """The article's text, unless it is withheld or not known."""
        text: str | None = self.article.get("text")
        return text


@dataclass(frozen=True, slots=True)
class Omission:
    """Something of an article that could not be written, and why."""

    article_id: str
    message: str


# A file to write, by its name in the folder, and its text piece by piece; or what is left out.
Output = tuple[str, Iterable[str]] | Omission


@dataclass(frozen=True, kw_only=True)
class Exporter(ABC):
    """Writes records in one format. Its fields are what a user may set; the class docstring tells
    the format's source, what maps to what, and what is lost.

    Attributes:
        name: The format's name in commands.
        single: The name of its file, where all goes into one; then ``--out`` may be a file.
    """

    name: ClassVar[str]
    single: ClassVar[str | None] = None

    @abstractmethod
    def write(self, bundles: Iterable[ArticleRecords]) -> Iterator[Output]:
        """Return the files that the articles become, in turn, and what of them is left out.

        A file's pieces are taken before the next output is asked for.
        """
