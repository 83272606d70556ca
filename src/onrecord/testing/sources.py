"""Draw sources, what is known about them, and the makers of records."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from onrecord.language.names import name_defect
from onrecord.schema import current
from onrecord.testing import words
from onrecord.testing.times import Times, draw_date, times


def _qid(name: str) -> str:
    """Return a Wikidata item for each name, the same in all documents."""
    return f"Q{zlib.crc32(name.encode()) + 1}"


identified = st.builds(
    lambda name, certain: {"name": name, "wikidata": _qid(name) if certain else None},
    words.lines,
    st.booleans(),
)
entities = st.lists(
    identified.map(lambda known: current.Entity(**known)),
    max_size=2,
    unique_by=lambda entity: entity.name,
).map(tuple)


class Setting(NamedTuple):
    """Hold what the records of a document share: its sources, its language and its times."""

    sources: list[dict[str, Any]]
    language: str
    times: Times


settings = st.builds(
    Setting,
    st.lists(
        st.builds(
            lambda known, kind: known | {"kind": kind},
            # A number is nobody's name.
            identified.filter(lambda known: name_defect(known["name"]) is None),
            words.choices_of(current.Source, "kind"),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda source: source["name"],
    ),
    words.languages,
    times,
)


class Party(NamedTuple):
    """Hold a source with what is known about it, and the words in the text that mention it, if any.

    The first of them is the mention that its ``reference`` describes.
    """

    known: dict[str, Any]
    mentions: Sequence[str]


def draw_party(draw: st.DrawFn, sources: Sequence[dict[str, Any]]) -> Party:
    """Draw one of the sources, and what is known about it."""
    source = draw(st.sampled_from(sources))
    mention = draw(words.maybe_phrase)
    if mention is None:
        references = [None, "implicit"]
    elif "name" in source and draw(st.booleans()):
        mention = source["name"]
        references = [None, "named"]
    else:
        references = [None, "nominal", "pronominal"]
    known = {"reference": draw(st.sampled_from(references)), "role": draw(words.maybe_line)}
    return Party(source | known, [mention, *draw(_further)] if mention is not None else ())


_further = st.lists(words.phrases, max_size=1)


def draw_annotation(draw: st.DrawFn, times: Times) -> current.Annotation:
    """Draw who made a record, and how."""
    method = draw(words.choices_of(current.Annotation, "method"))
    maker, *checkers = draw(st.lists(words.lines, min_size=1, max_size=3, unique=True))
    return current.Annotation(
        method=method,
        annotators=() if method == "automatic" else (maker,),
        tool=None if method == "manual" else draw(words.lines),
        confidence=draw(st.none() | st.floats(0, 1)),
        reviewed_by=tuple(checkers),
        on=draw_date(draw, times.annotated),
        note=draw(st.none() | words.paragraphs),
        guideline=draw(st.none() | _guidelines),
        origin=draw(_maybe_origin),
    )


_guidelines = st.builds(current.Guideline, name=words.lines, version=words.maybe_line)
_origin_fields = st.lists(
    st.builds(current.OriginField, name=words.lines, value=words.paragraphs),
    max_size=2,
    unique_by=lambda field: field.name,
).map(tuple)
_maybe_origin = st.none() | st.builds(
    current.Origin,
    dataset=words.lines,
    id=words.lines,
    label=words.maybe_line,
    fields=_origin_fields,
)


def draw_appearances(draw: st.DrawFn, times: Times) -> tuple[current.Appearance, ...]:
    """Draw other places where words were published."""
    return tuple(
        current.Appearance(
            url=url,
            archived_url=draw(st.none() | words.urls),
            published=draw_date(draw, times.said),
            first=None if number else draw(st.none() | st.booleans()),
        )
        for number, url in enumerate(draw(words.some_urls))
    )
