"""Draw the parts of a text: the article's own statements, and quotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import strategies as st

from onrecord.schema import current
from onrecord.testing.sources import Party, Setting, draw_annotation, draw_appearances, draw_party
from onrecord.testing.times import draw_said
from onrecord.testing.words import LANGUAGES, choices_of, maybe_line, phrases, suffixes


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold a statement of the article itself, in one or more pieces."""

    pieces: list[str]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Hold a quote before it is written: its words in order, and values that are not in the text.

    The attribution (mentions and cues) is written before the span with the number
    ``attribution_at``, or at the end. A nested quotation is in the last span, before its last
    words.
    """

    facts: dict[str, Any]
    id_suffix: str
    content: list[tuple[str, bool]]
    marks: str
    parties: list[tuple[str, Party]]
    cues: list[str]
    attribution_at: int
    nested: Quotation | None
    last_words: str


# For each type of quote, which of its spans are inside quotation marks.
_QUOTED: dict[str, list[tuple[bool, ...]]] = {
    "direct": [(True,), (True, True), (True, True, True)],
    "indirect": [(False,), (False, False)],
    "mixed": [(False, True), (True, False), (False, True, False), (True, False, True)],
    "reported": [(False,)],
    "free_indirect": [(False,), (False, False)],
}
UNREPLACED: st.SearchStrategy[Literal["active", "withdrawn"]] = st.sampled_from(
    ["active", "withdrawn"]
)
_MARKS = ["“”‘’", "«»„“", "「」『』", "\"\"''", "„“‚‘"]
_INCHES = '"”'  # after a digit


@st.composite
def quotations(
    draw: st.DrawFn,
    setting: Setting,
    types: Sequence[str] = tuple(_QUOTED),
    depth: int = 0,
    outer: Sequence[Party] = (),
) -> Quotation:
    """Draw a quotation, including the ones nested in it."""
    type_ = draw(st.sampled_from(types))
    quoted = draw(st.sampled_from(_QUOTED[type_]))
    nestable = ["direct"] if quoted[-1] else ["direct", "indirect", "mixed", "reported"]
    nests = depth < 2 and draw(st.booleans())
    attribution = draw(choices_of(current.Quote, "attribution"))
    speakers: list[Party] = []
    some: list[dict[str, Any]] = []
    if attribution == "attributed":
        number = draw(st.integers(1, len(setting.sources)))
        some = draw(st.permutations(setting.sources))[:number]
        speakers = [draw_party(draw, [source]) for source in some]
    elif attribution == "anonymous" and draw(st.booleans()):
        speakers = [draw_party(draw, [_UNNAMED])]
    others = draw(st.sampled_from([(), ("addressees",), ("relayed_by",), ("relayed_by",) * 2]))
    parties = [("speakers", speaker) for speaker in speakers]
    # Nobody relays or addresses their own words.
    silent = [source for source in setting.sources if source not in some]
    parties += [(role, draw_party(draw, [*silent, _UNNAMED])) for role in others]
    # People who quote themselves are named as their own source.
    names = {speaker.known.get("name") for speaker in speakers}
    quotes_itself = names & {speaker.known.get("name") for speaker in outer}
    cues = st.lists(phrases, min_size=int(bool(quotes_itself)), max_size=2)
    content = [(draw(phrases), flag) for flag in quoted]
    last_words = draw(phrases) if nests else ""
    ends = [words[-1] for words, _ in content] + [*last_words[-1:]]
    inches = _INCHES if any(map(str.isdecimal, ends)) else ""
    marks = [pair for four in _MARKS if (pair := four[2 * (depth % 2) :][:2])[1] not in inches]
    languages = [language for language in LANGUAGES if language != setting.language]
    return Quotation(
        facts={
            "type": type_,
            "attribution": attribution,
            "medium": draw(choices_of(current.Quote, "medium")),
            "venue": draw(maybe_line),
            "said": draw_said(draw, setting.times),
            "appearances": draw_appearances(draw, setting.times),
            "language": draw(st.sampled_from([None, *languages[::2]])),
            "translated_from": draw(st.sampled_from([None, *languages[1::2]])),
            # Nothing is nested in what is not valid.
            "status": "active" if nests else draw(UNREPLACED),
            "annotation": draw_annotation(draw, setting.times) if draw(st.booleans()) else None,
        },
        id_suffix=draw(suffixes),
        content=content,
        marks=draw(st.sampled_from(marks)),
        parties=parties,
        cues=[] if type_ == "free_indirect" else draw(cues),
        attribution_at=draw(st.integers(0, len(quoted))),
        nested=draw(quotations(setting, nestable, depth + 1, speakers)) if nests else None,
        last_words=last_words,
    )


_UNNAMED = {"kind": "person"}
statements = st.lists(phrases, min_size=1, max_size=3).map(Statement)
