"""Read annotations, and pair the articles that have the same text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

from onrecord.corpus.corpus import Corpus
from onrecord.drafting.extents import Extents
from onrecord.drafting.values import Refer, canonical, refers
from onrecord.errors import InputError
from onrecord.files.texts import sha256
from onrecord.findings import Severity
from onrecord.reporters.base import counted
from onrecord.schema import CURRENT
from onrecord.schema.current import DocumentQuote, Quote
from onrecord.schema.shape import members

Kind = Literal["article", "quote", "claim"]

# Fields that say which record it is and where it comes from, not what was annotated.
_NOT_COMPARED = {"id", "annotation", "text_sha256", "text_length"}.union(
    Quote.model_fields.keys() - DocumentQuote.model_fields.keys()
)


@cache
def compared_fields(kind: Kind, *, references: bool) -> tuple[str, ...]:
    """Return the fields of a record that are compared: those with references to records, or the others."""
    return tuple(
        member.name
        for member in members(CURRENT.models[kind])
        if member.name not in _NOT_COMPARED
        and (kind, member.name) != ("article", "text")
        and refers(member) == references
    )


@dataclass(frozen=True, eq=False)
class Item:
    """Hold a record of an annotation.

    Attributes:
        kind: The type of the record.
        row: The record, as in the table.
        at: The number of its row.
    """

    kind: Kind
    row: Mapping[str, Any]
    at: int

    @property
    def id(self) -> str:
        """Return its identifier."""
        return str(self.row["id"])

    @cached_property
    def extents(self) -> Extents:
        """Return the extents of its content."""
        return Extents(self.row["content"])

    @cached_property
    def values(self) -> dict[str, str]:
        """Return its fields, except for references to other records, in canonical form."""
        return self._canonical(lambda _, name: name, references=False)

    def references(self, mapping: Mapping[tuple[str, str], str]) -> dict[str, str]:
        """Return its fields with references to other records, in canonical form.

        Args:
            mapping: What an identifier is replaced by, given the type of the record and its identifier.
        """
        return self._canonical(lambda kind, name: mapping.get((kind, name), name), references=True)

    def _canonical(self, refer: Refer, *, references: bool) -> dict[str, str]:
        names = compared_fields(self.kind, references=references)
        return canonical(CURRENT.models[self.kind], names, self.row, refer)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Return a sort key that depends on nothing but its content."""
        return self.extents.key, sorted(self.values.items())


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """Hold an article of an annotation, with its quotes and claims.

    Attributes:
        id: Its identifier.
        item: Its record; None if only quotes or claims of it were read.
    """

    id: str
    item: Item | None = None
    quotes: list[Item] = field(default_factory=list)
    claims: list[Item] = field(default_factory=list)

    @property
    def digest(self) -> str | None:
        """Return the digest of its text; None if it is not known."""
        if self.item is None:
            return None
        text: str | None = self.item.row["text"]
        return self.item.row["text_sha256"] if text is None else sha256(text)

    @property
    def redistribute(self) -> str:
        """Return which of its words may be passed on; none if that is not known."""
        return str(self.item.row["rights"]["redistribute"]) if self.item else "none"


Annotation = dict[str, AnnotatedArticle]


def by_article(corpus: Corpus) -> Annotation:
    """Return the articles of an annotation by their identifiers.

    Raises:
        InputError: A record could not be read, or two articles have the same identifier, so that
            figures would be wrong.
    """
    if errors := [one for one in corpus.findings if one.severity is Severity.ERROR]:
        raise InputError(
            f"{errors[0]} ({counted(len(errors), 'error')} in all; only complete annotations can be "
            "compared: onrecord validate lists what cannot be read)"
        )
    found: Annotation = {}
    for item in _items(corpus, "article"):
        if item.id in found:
            raise InputError(
                f"two articles have the id {item.id}, and it is not known whose the quotes and claims "
                "are; compare their files one by one"
            )
        found[item.id] = AnnotatedArticle(item.id, item)
    for kind in ("quote", "claim"):
        for item in _items(corpus, kind):
            name = str(item.row["article_id"])
            article = found.setdefault(name, AnnotatedArticle(name))
            (article.quotes if kind == "quote" else article.claims).append(item)
    return found


def _items(corpus: Corpus, kind: Kind) -> Iterator[Item]:
    first = 0
    for batch in corpus.records(kind).batches():
        for number, row in enumerate(batch.to_pylist()):
            yield Item(kind, row, first + number)
        first += batch.num_rows


def pair_articles(
    reference: Annotation, candidate: Annotation
) -> list[tuple[AnnotatedArticle | None, AnnotatedArticle | None]]:
    """Pair the articles with the same identifier, and of the others those with the same text.

    Articles with the same identifier whose texts have different digests are not a pair, since the
    offsets of one are not those of the other. An article without a counterpart is paired with None.
    """
    pairs = {
        name: name
        for name, article in reference.items()
        if name in candidate and len({article.digest, candidate[name].digest} - {None}) < 2
    }
    rest = {
        article.digest: name
        for name, article in sorted(candidate.items(), reverse=True)
        if name not in pairs and article.digest
    }
    for name, article in sorted(reference.items()):
        if name not in pairs and article.digest in rest:
            pairs[name] = rest.pop(article.digest)
    found = set(pairs.values())
    return [
        *((reference[one], candidate[other]) for one, other in sorted(pairs.items())),
        *((article, None) for name, article in sorted(reference.items()) if name not in pairs),
        *((None, article) for name, article in sorted(candidate.items()) if name not in found),
    ]
