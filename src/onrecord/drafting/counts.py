"""Count what agrees in two annotations, for all figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from onrecord.drafting.annotations import Item, Kind
from onrecord.drafting.claims import ClaimGroup, same_wording
from onrecord.drafting.differences import source_fields, sources
from onrecord.drafting.extents import matched_spans
from onrecord.drafting.figures import Kappa, Score, kappa
from onrecord.drafting.quotes import Pairs
from onrecord.drafting.sources import match_sources
from onrecord.drafting.values import span_key
from onrecord.schema import CURRENT
from onrecord.schema.current import Source
from onrecord.schema.shape import Scalar, members

# What an identifier means, given the type of the record and the identifier, in A and in B.
Mappings = tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]


class Measure(NamedTuple):
    """Hold precision, recall and F1 of one kind of records or fields.

    Attributes:
        of: What is counted: ``quotes``, ``claims``, or a field of matched records such as
            ``quotes.speakers``.
        among: Which of them: ``all``, ``same type``, or a type of quotes.
        matching: When two of them match: ``exact``, ``overlap``, ``same``,
            ``same wording``, ``one to one``, or ``with splits and merges``.
        score: The figures.
    """

    of: str
    among: str
    matching: str
    score: Score


class Choice(NamedTuple):
    """Hold Cohen's kappa of a field of matched records, such as ``quotes.type``."""

    field: str
    kappa: Kappa


class Counts:
    """Count what agrees in all articles."""

    def __init__(self) -> None:
        self._scores: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 4)
        self._choices: defaultdict[str, list[tuple[Any, Any]]] = defaultdict(list)

    def measures(self) -> Iterator[Measure]:
        """Yield precision, recall and F1 of everything that at least one annotation has."""
        for key, counts in self._scores.items():
            if any(counts) or key[:2] in (("quotes", "all"), ("claims", "all")):
                yield Measure(*key, Score(*counts))

    def choices(self) -> Iterator[Choice]:
        """Yield kappa for each choice that matched records make."""
        for field, pairs in self._choices.items():
            if pairs:
                yield Choice(field, kappa(pairs))

    def add_quotes(
        self, reference: Sequence[Item], candidate: Sequence[Item], pairs: Pairs
    ) -> None:
        """Count the quotes of an article."""
        exact = [pair for pair in pairs if pair[0].extents == pair[1].extents]
        for matching, found in (("exact", exact), ("overlap", pairs)):
            same = [_type(one) for one, other in found if _type(one) == _type(other)]
            sizes = len(reference), len(candidate)
            self._add(("quotes", "all", matching), len(found), *sizes)
            self._add(("quotes", "same type", matching), len(same), *sizes)
            for name in _types():
                number = [sum(_type(one) == name for one in own) for own in (reference, candidate)]
                self._add(("quotes", name, matching), same.count(name), *number)
        self._add_choices("quote", pairs)
        for one, other in pairs:
            mine, theirs = (
                {span_key(span): span["quoted"] for span in item.row["content"]}
                for item in (one, other)
            )
            common = [(quoted, theirs[key]) for key, quoted in mine.items() if key in theirs]
            self._choices["quotes.content.quoted"] += common
            self._add_sources(one, other)
            self._add_spans("quotes.cue", one.row["cue"], other.row["cue"])
            mentions = (
                [span for source in item.row["speakers"] for span in source["mentions"]]
                for item in (one, other)
            )
            self._add_spans("quotes.speakers.mentions", *mentions)

    def add_claims(
        self,
        reference: Sequence[Item],
        candidate: Sequence[Item],
        groups: Sequence[ClaimGroup],
        mappings: Mappings,
    ) -> None:
        """Count the claims of an article."""
        sizes = len(reference), len(candidate)
        pairs = [
            (group.reference[0], group.candidate[0]) for group in groups if group.name == "match"
        ]
        worded = [pair for pair in pairs if same_wording(*pair)]
        self._add(("claims", "all", "same wording"), len(worded), *sizes)
        self._add(("claims", "all", "one to one"), len(pairs), *sizes)
        found = sum(len(group.reference) for group in groups)
        confirmed = sum(len(group.candidate) for group in groups)
        self._add(("claims", "all", "with splits and merges"), (found, confirmed), *sizes)
        self._add_choices("claim", pairs)
        for one, other in pairs:
            self._add_sources(one, other)
            mine, theirs = (
                {mapping.get(("quote", name), name) for name in item.row["quote_ids"]}
                for item, mapping in zip((one, other), mappings, strict=True)
            )
            self._add(
                ("claims.quote_ids", "all", "same"), len(mine & theirs), len(mine), len(theirs)
            )
            self._add_spans("claims.content", one.row["content"], other.row["content"])

    def _add(
        self,
        key: tuple[str, str, str],
        matched: int | tuple[int, int],
        reference: int,
        candidate: int,
    ) -> None:
        found, confirmed = (matched, matched) if isinstance(matched, int) else matched
        counts = self._scores[key]
        for index, number in enumerate((found, confirmed, reference, candidate)):
            counts[index] += number

    def _add_spans(
        self, of: str, reference: Sequence[dict[str, Any]], candidate: Sequence[dict[str, Any]]
    ) -> None:
        exact, overlap, *sizes = matched_spans(reference, candidate)
        self._add((of, "all", "exact"), exact, *sizes)
        self._add((of, "all", "overlap"), overlap, *sizes)

    def _add_sources(self, one: Item, other: Item) -> None:
        for name in source_fields(one.kind):
            mine, theirs = ([source for _, source in sources(item, name)] for item in (one, other))
            found = match_sources(mine, theirs)
            field = f"{one.kind}s.{name}"
            self._add((field, "all", "same"), len(found), len(mine), len(theirs))
            for inner in choices(Source):
                self._choices[f"{field}.{inner}"] += [
                    (mine[index][inner], theirs[at][inner]) for index, at in found
                ]

    def _add_choices(self, kind: Kind, pairs: Pairs) -> None:
        for name in choices(CURRENT.models[kind]):
            self._choices[f"{kind}s.{name}"] += [
                (one.row[name], other.row[name]) for one, other in pairs
            ]


@cache
def choices(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of a model that are a choice between several values."""
    return tuple(
        member.name
        for member in members(model)
        if isinstance(member.shape, Scalar)
        and (len(member.shape.choices) > 1 or member.shape.type is bool)
    )


@cache
def _types() -> tuple[str, ...]:
    """Return all types of quotes."""
    shapes = (member.shape for member in members(CURRENT.models["quote"]) if member.name == "type")
    return next(shape.choices for shape in shapes if isinstance(shape, Scalar))


def _type(item: Item) -> str:
    return str(item.row["type"])
