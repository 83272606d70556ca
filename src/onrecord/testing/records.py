"""Draw the records of documents, and the relations between their claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from onrecord.schema import v0
from onrecord.testing.quotations import quotations, statements
from onrecord.testing.sources import (
    Setting,
    draw_annotation,
    draw_appearances,
    entities,
    identified,
    settings,
)
from onrecord.testing.times import Times, draw_date, draw_period
from onrecord.testing.words import (
    OPEN_LICENSES,
    any_text,
    choices_of,
    digest,
    domains,
    languages,
    lines,
    maybe_line,
    paragraphs,
    slugs,
    some_lines,
    some_urls,
    suffixes,
    urls,
)
from onrecord.testing.writing import Placed, Writer


@st.composite
def unrelated_documents(
    draw: st.DrawFn, needs: Literal["quote", "claim"] | None = None
) -> v0.Document:
    """Draw documents whose claims have no relations yet, with at least one record of the needed
    type.
    """
    setting = draw(settings)
    some = [quotations(setting), quotations(setting)]
    passages = draw(st.lists(st.one_of(any_text, statements, *some), min_size=1, max_size=3))
    if needs == "quote":
        passages.append(draw(some[0]))
    elif needs == "claim":
        passages.append(draw(statements))
    writer = Writer(passages)
    quotes = tuple(_quote(placed, writer) for placed in writer.quotes)
    grounds = list(_grounds(writer, quotes))
    wordings = st.lists(lines, min_size=int(needs == "claim"), max_size=2)
    annotation = draw_annotation(draw, setting.times)
    article = _article(draw, setting, writer.text)
    return v0.Document(
        schema_version="0.9",
        annotation=annotation,
        article=article,
        quotes=quotes,
        claims=tuple(
            # No other claim and no quote has the same words.
            _claim(draw, setting, f"c{number}", f"{article.id}.c{number}: {line}", grounds)
            for number, line in enumerate(draw(wordings) if grounds else [], start=1)
        ),
    )


def _article(draw: st.DrawFn, setting: Setting, text: str) -> v0.DocumentArticle:
    times = setting.times
    id_, domain = draw(slugs), draw(domains)
    url = f"https://{domain}/{id_}"
    corrections = [
        v0.Correction(date=draw_date(draw, times.corrected), note=note)
        for note in draw(st.lists(paragraphs, max_size=2, unique=True))
    ]
    return v0.DocumentArticle(
        id=id_,
        title=draw(maybe_line),
        url=draw(st.sampled_from([None, url])),
        archived_url=draw(st.sampled_from([None, f"https://web.archive.org/web/2024/{url}"])),
        publisher=v0.Publisher(**draw(identified), domain=domain) if draw(st.booleans()) else None,
        authors=draw(some_lines),
        published=draw_date(draw, times.published),
        retrieved=draw_date(draw, times.retrieved),
        language=setting.language,
        text=text,
        text_sha256=digest(text),
        text_length=len(text),
        rights=draw(_rights),
        subjects=draw(entities),
        corrections=tuple(sorted(corrections, key=lambda correction: correction.date or "")),
    )


_LICENSES = {
    "full": OPEN_LICENSES,
    "quotes": (*OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
    "none": (*OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
}
_rights = choices_of(v0.Rights, "redistribute").flatmap(
    lambda redistribute: st.builds(
        v0.Rights,
        license=st.sampled_from(_LICENSES[redistribute]),
        redistribute=st.just(redistribute),
        holder=maybe_line,
        notice=maybe_line,
    )
)


def _quote(placed: Placed, writer: Writer) -> v0.DocumentQuote:
    fields = placed.quotation.facts | {
        role: v0.Source(
            **party.known,
            mention=writer.span(placed.mentions[role]) if role in placed.mentions else None,
        )
        for role, party in placed.quotation.parties.items()
    }
    return v0.DocumentQuote(
        id=placed.id,
        within=placed.within,
        content=tuple(writer.content_span(*located) for located in placed.content),
        cue=tuple(map(writer.span, placed.cues)),
        **fields,
    )


def _grounds(writer: Writer, quotes: Sequence[v0.DocumentQuote]) -> Iterator[dict[str, Any]]:
    """Yield what a claim may be based on: a statement of the article, or quotes of one speaker."""
    for extents in writer.statements:
        yield {"voice": "article", "content": tuple(map(writer.span, extents))}
    said: dict[str, list[str]] = {}
    for quote in quotes:
        if quote.speaker and quote.status != "withdrawn":
            ids = said.setdefault(quote.speaker.name, []) if quote.speaker.name else []
            ids.append(quote.id)
            yield {"voice": "source", "claimant": quote.speaker, "quote_ids": tuple(ids)}


def _claim(
    draw: st.DrawFn, setting: Setting, id_: str, text: str, grounds: Sequence[dict[str, Any]]
) -> v0.DocumentClaim:
    checkable = draw(st.none() | st.booleans())
    unlike = draw(st.sampled_from(_OPPOSITES))
    assessments = [
        v0.Assessment(
            reviewer=draw(lines),
            url=draw(st.sampled_from([url, None])),
            published=draw_date(draw, setting.times.assessed),
            rating=draw(choices_of(v0.Assessment, "rating", *unlike)),
            original_rating=draw(lines),
            justification=draw(st.none() | paragraphs),
            evidence=tuple(_evidence(draw, setting.times)),
        )
        for url in (draw(some_urls) if checkable else [])
    ]
    return v0.DocumentClaim(
        id=id_ + draw(suffixes),
        text=text,
        language=draw(languages),
        said=draw_date(draw, setting.times.said),
        venue=draw(maybe_line),
        appearances=draw_appearances(draw, setting.times),
        kind=draw(choices_of(v0.Claim, "kind", *["opinion", "norm"] if checkable else [])),
        checkable=checkable,
        period=draw_period(draw, setting.times),
        about=draw(entities),
        assessments=tuple(sorted(assessments, key=lambda verdict: verdict.published or "")),
        status=draw(choices_of(v0.Claim, "status")),
        annotation=draw_annotation(draw, setting.times) if draw(st.booleans()) else None,
        **draw(st.sampled_from(grounds)),
    )


# The reviewers of a claim agree: none of them gives ratings of one of the two sides.
_OPPOSITES = [("true", "mostly_true"), ("false", "mostly_false")]


def _evidence(draw: st.DrawFn, times: Times) -> Iterator[v0.Evidence]:
    for url in draw(some_urls):
        yield v0.Evidence(
            url=url.replace("://", "://data."),
            archived_url=draw(st.none() | urls),
            title=draw(maybe_line),
            published=draw_date(draw, times.published),
            stance=draw(choices_of(v0.Evidence, "stance")),
            question=draw(st.none() | paragraphs),
            answer=draw(st.none() | paragraphs),
        )


@st.composite
def with_relations(draw: st.DrawFn, corpus: Sequence[v0.Document]) -> tuple[v0.Document, ...]:
    """Add relations between the claims of documents that do not contradict each other.

    A claim names only earlier claims in some order, and relates to at most one of them more
    strongly than by support, so that no two claims are both the same and contradicting, not even
    indirectly. Claims that are the same as another one have no assessments, so that their
    assessments do not disagree.
    """
    everywhere = [(document, claim) for document in corpus for claim in document.claims]
    standing: list[str] = []
    related: dict[str, v0.DocumentClaim] = {}
    for document, claim in draw(st.permutations(everywhere)):
        prefix = f"{document.article.id}."
        same = ["same_as"] if claim.assessments else []
        types = (draw(choices_of(v0.Relation, "type", *same)), "supports")
        some = st.lists(st.sampled_from(standing), max_size=len(types), unique=True)
        others = draw(some) if standing else []
        relations = tuple(
            v0.Relation(type=type_, claim_id=other.removeprefix(prefix))
            for type_, other in zip(types, others, strict=False)
        )
        related[prefix + claim.id] = claim.model_copy(update={"relations": relations})
        if claim.status != "withdrawn":
            standing.append(prefix + claim.id)
    return tuple(
        document.model_copy(
            update={
                "claims": tuple(
                    related[f"{document.article.id}.{claim.id}"] for claim in document.claims
                )
            }
        )
        for document in corpus
    )
