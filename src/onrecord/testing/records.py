"""Draw the records of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from onrecord.schema import current
from onrecord.testing import sources, words
from onrecord.testing.quotations import UNREPLACED, quotations, statements
from onrecord.testing.times import Times, draw_date, draw_period, draw_said
from onrecord.testing.writing import Placed, Writer


@st.composite
def unrelated_documents(
    draw: st.DrawFn, needs: Literal["quote", "claim"] | None = None
) -> current.Document:
    """Draw documents without relations or replacements, with a record of the needed type."""
    setting = draw(sources.settings)
    some = [quotations(setting), quotations(setting)]
    passages = draw(st.lists(st.one_of(words.any_text, statements, *some), min_size=1, max_size=3))
    if needs == "quote":
        passages.append(draw(some[0]))
    elif needs == "claim":
        passages.append(draw(statements))
    writer = Writer(passages)
    quotes = tuple(_quote(placed, writer) for placed in writer.quotes)
    grounds = list(_grounds(writer, quotes))
    wordings = st.lists(words.lines, min_size=int(needs == "claim"), max_size=2)
    annotation = sources.draw_annotation(draw, setting.times)
    article = _article(draw, setting, writer.text)
    return current.Document(
        annotation=annotation,
        article=article,
        quotes=quotes,
        claims=tuple(
            # No other claim and no quote has the same words.
            _claim(draw, setting, f"c{number}", f"{article.id}.c{number}: {line}", grounds)
            for number, line in enumerate(draw(wordings) if grounds else [], start=1)
        ),
    )


def _article(draw: st.DrawFn, setting: sources.Setting, text: str) -> current.DocumentArticle:
    times = setting.times
    id_, domain = draw(words.slugs), draw(words.domains)
    url = f"https://{domain}/{id_}"
    rights = draw(_rights)
    # Without its text the article is found by its address.
    addresses = [None, url] if rights.redistribute == "full" else [url]
    corrections = [
        current.Correction(date=draw_date(draw, times.corrected), note=note)
        for note in draw(st.lists(words.paragraphs, max_size=2, unique=True))
    ]
    return current.DocumentArticle(
        id=id_,
        title=draw(words.maybe_line),
        url=draw(st.sampled_from(addresses)),
        archived_url=draw(st.sampled_from([None, f"https://web.archive.org/web/2024/{url}"])),
        publisher=current.Publisher(**draw(sources.identified), domain=domain)
        if draw(st.booleans())
        else None,
        authors=draw(words.some_lines),
        published=draw_date(draw, times.published),
        retrieved=draw_date(draw, times.retrieved),
        language=setting.language,
        text=text,
        text_sha256=words.digest(text),
        text_length=len(text),
        rights=rights,
        coverage=draw(st.none() | _coverages),
        subjects=draw(sources.entities),
        corrections=tuple(sorted(corrections, key=lambda correction: correction.date or "")),
    )


_coverages = st.builds(
    current.Coverage,
    quotes=words.choices_of(current.Coverage, "quotes"),
    claims=words.choices_of(current.Coverage, "claims"),
)
_LICENSES = {
    "full": words.OPEN_LICENSES,
    "quotes": (*words.OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
    "none": (*words.OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
}
_rights = words.choices_of(current.Rights, "redistribute").flatmap(
    lambda redistribute: st.builds(
        current.Rights,
        license=st.sampled_from(_LICENSES[redistribute]),
        redistribute=st.just(redistribute),
        holder=words.maybe_line,
        notice=words.maybe_line,
    )
)


def _quote(placed: Placed, writer: Writer) -> current.DocumentQuote:
    fields = dict(placed.quotation.facts)
    for number, (role, party) in enumerate(placed.quotation.parties):
        mentions = tuple(map(writer.span, placed.mentions[number]))
        source = current.Source(**party.known, mentions=mentions)
        fields[role] = (*fields.get(role, ()), source)
    return current.DocumentQuote(
        id=placed.id,
        within=placed.within,
        content=tuple(writer.content_span(*located) for located in placed.content),
        cue=tuple(map(writer.span, placed.cues)),
        **fields,
    )


def _grounds(writer: Writer, quotes: Sequence[current.DocumentQuote]) -> Iterator[dict[str, Any]]:
    """Yield possible grounds of a claim: a statement of the article, or quotes of one speaker."""
    for extents in writer.statements:
        yield {"voice": "article", "content": tuple(map(writer.span, extents))}
    said: dict[str, list[str]] = {}
    for quote in quotes:
        for speaker in quote.speakers if quote.status != "withdrawn" else ():
            ids = said.setdefault(speaker.name, []) if speaker.name else []
            ids.append(quote.id)
            yield {"voice": "source", "claimant": speaker, "quote_ids": tuple(ids)}


def _claim(
    draw: st.DrawFn,
    setting: sources.Setting,
    id_: str,
    text: str,
    grounds: Sequence[dict[str, Any]],
) -> current.DocumentClaim:
    annotation = sources.draw_annotation(draw, setting.times) if draw(st.booleans()) else None
    dated = annotation is not None and annotation.on is not None
    checkable = draw(st.sampled_from([None, False, True] if dated else [None, False]))
    period = draw_period(draw, setting.times)
    # An opinion is not checkable, and a prediction only with a period.
    unfit = ["opinion", "norm", *([] if period else ["prediction"])] if checkable else []
    unlike = draw(st.sampled_from(_OPPOSITES))
    assessments = [
        current.Assessment(
            reviewer=draw(words.lines),
            url=draw(st.sampled_from([url, None])),
            published=draw_date(draw, setting.times.assessed),
            rating=draw(words.choices_of(current.Assessment, "rating", *unlike)),
            original_rating=draw(words.lines),
            justification=draw(st.none() | words.paragraphs),
            evidence=tuple(_evidence(draw, setting.times)),
        )
        for url in (draw(words.some_urls) if checkable else [])
    ]
    return current.DocumentClaim(
        id=id_ + draw(words.suffixes),
        text=text,
        language=draw(words.languages),
        said=draw_said(draw, setting.times),
        venue=draw(words.maybe_line),
        appearances=sources.draw_appearances(draw, setting.times),
        kind=draw(words.choices_of(current.Claim, "kind", *unfit)),
        checkable=checkable,
        period=period,
        about=draw(sources.entities),
        assessments=tuple(sorted(assessments, key=lambda verdict: verdict.published or "")),
        status=draw(UNREPLACED),
        annotation=annotation,
        **draw(st.sampled_from(grounds)),
    )


# The reviewers of a claim agree: none of them gives ratings of one of the two sides.
_OPPOSITES = [("true", "mostly_true"), ("false", "mostly_false")]


def _evidence(draw: st.DrawFn, times: Times) -> Iterator[current.Evidence]:
    for url in draw(words.some_urls):
        yield current.Evidence(
            url=url.replace("://", "://data."),
            archived_url=draw(st.none() | words.urls),
            title=draw(words.maybe_line),
            published=draw_date(draw, times.published),
            stance=draw(words.choices_of(current.Evidence, "stance")),
            question=draw(st.none() | words.paragraphs),
            answer=draw(st.none() | words.paragraphs),
        )
