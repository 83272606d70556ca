"""Draw the relations between the records of a corpus, and replacements of corrected ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st

from onrecord.schema import current
from onrecord.testing.words import choices_of


class _Standing(NamedTuple):
    """Hold a record that others may refer to, and the article that it belongs to."""

    article: current.DocumentArticle
    record: Any

    def reference(self, article: current.DocumentArticle) -> str:
        """Return its id as a document of an article refers to it."""
        id_: str = self.record.id
        return id_ if article.id == self.article.id else f"{self.article.id}.{id_}"


_Relate = Callable[[st.DrawFn, _Standing, Sequence[_Standing]], tuple[Any, ...]]


@st.composite
def with_relations(
    draw: st.DrawFn, corpus: Sequence[current.Document]
) -> tuple[current.Document, ...]:
    """Add relations between the records of documents that do not contradict each other, and
    replace some records by others.

    A record refers only to earlier ones in some order.
    """
    quotes = _related(draw, corpus, "quotes", _relate_quote)
    claims = _related(draw, corpus, "claims", _relate_claim)
    return tuple(
        document.model_copy(
            update={
                "quotes": tuple(quotes[document.article.id, one.id] for one in document.quotes),
                "claims": tuple(claims[document.article.id, one.id] for one in document.claims),
            }
        )
        for document in corpus
    )


def _related(
    draw: st.DrawFn,
    corpus: Sequence[current.Document],
    name: Literal["quotes", "claims"],
    relate: _Relate,
) -> dict[tuple[str, str], Any]:
    """Draw relations and replacements; return the records of one type by article and id."""
    everywhere = [
        _Standing(document.article, record)
        for document in corpus
        for record in getattr(document, name)
    ]
    standing: list[_Standing] = []
    related = {}
    for article, record in draw(st.permutations(everywhere)):
        update: dict[str, Any] = {"relations": relate(draw, _Standing(article, record), standing)}
        better = [
            one.record.id
            for one in standing
            if one.article.id == article.id and one.record.status == "active"
        ]
        if record.status == "active" and draw(st.booleans()) and better:
            update |= {"status": "corrected", "replaced_by": draw(st.sampled_from(better))}
        related[article.id, record.id] = revised = record.model_copy(update=update)
        if revised.status != "withdrawn":
            standing.append(_Standing(article, revised))
    return related


def _relate_quote(
    draw: st.DrawFn, one: _Standing, standing: Sequence[_Standing]
) -> tuple[current.QuoteRelation, ...]:
    """Relate a quote to at most one other: the same speakers say the same, others answer."""
    possible = [
        current.QuoteRelation(type=type_, quote_id=other.reference(one.article))
        for other in standing
        for type_ in _types(one, other)
    ]
    return tuple(draw(st.lists(st.sampled_from(possible), max_size=1))) if possible else ()


def _types(
    one: _Standing, other: _Standing
) -> Sequence[Literal["same_statement", "translation_of", "paraphrases", "answers"]]:
    """Return the types of relations that two quotes may have."""
    speakers, others = (
        {speaker.name for speaker in each.record.speakers if speaker.name} for each in (one, other)
    )
    if not (speakers and others):
        return ()
    if speakers != others:
        return () if speakers & others else ("answers",)
    language, another = (each.record.language or each.article.language for each in (one, other))
    if language == another:
        return ("same_statement", "paraphrases")
    return ("same_statement", "paraphrases", "translation_of")


def _relate_claim(
    draw: st.DrawFn, one: _Standing, standing: Sequence[_Standing]
) -> tuple[current.Relation, ...]:
    """Relate a claim to others, but to at most one of them more strongly than by support.

    So no two claims are both the same and contradicting, not even indirectly. Claims that are the
    same as another one have no assessments, so that their assessments do not disagree.
    """
    same = ["same_as"] if one.record.assessments else []
    types = (draw(choices_of(current.Relation, "type", *same)), "supports")
    references = [other.reference(one.article) for other in standing]
    some = st.lists(st.sampled_from(references), max_size=len(types), unique=True)
    return tuple(
        current.Relation(type=type_, claim_id=reference)
        for type_, reference in zip(types, draw(some) if references else [], strict=False)
    )
