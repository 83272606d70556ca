"""Propose the quotes of a text: its passages in quotation marks, with their cues and speakers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from onrecord.drafting.passages import APART, COMMAS, ENDS, Extent, Passage, Surroundings, passages
from onrecord.language.brief import is_brief
from onrecord.language.caseless import is_caseless
from onrecord.language.marks import is_of_word
from onrecord.language.saying import Cue, Saying

# Most code points between a passage and its cue; of one or two words, which are often a name.
_NEAR, _NEAR_BRIEF = 160, 60


# The line before a quote, as in an interview, and what may sign a quote.
_LABEL = re.compile(r"([^\n:：]{1,80})[:：]\s*")
_SIGNATURE = re.compile(r"[^\S\n]*\n?[^\S\n]*[—–-]{1,2}[^\S\n]*([^\n]{1,120})")
# A word with a capital that does not begin a sentence.
_NAME = re.compile(r"[^\s.!?\ufffc][^\S\n]+[^\W\d_a-zß-öø-ÿ]\w")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Propose a quote, with its cue and speaker.

    Attributes:
        passage: Its words.
        is_part: Whether it is part of a sentence of the article, so that the quote may be a mixed
            one, to which words around belong.
        cue: The extents of the cue, if there is one.
        mention: The words for the speaker beside it, if there are any.
        name: The name of the speaker, in the longest form that the text has.
        role: What the mention says that the speaker is.
        reference: How the mention refers to the speaker.
        why: Why the speaker is proposed, or is not, for the annotator.
        is_doubtful: Whether it is perhaps a title, a name, or in scare quotes.
    """

    passage: Passage
    is_part: bool
    cue: tuple[Extent, ...] = ()
    mention: Extent | None = None
    name: str | None = None
    role: str | None = None
    reference: Literal["named", "nominal", "pronominal", "implicit"] | None = None
    why: str = "no cue is near it"
    is_doubtful: bool = False


def propose(text: str, language: str) -> list[Proposal]:
    """Return a proposal for each passage of a text in quotation marks, in text order.

    Args:
        text: The text.
        language: Its language, a BCP 47 tag.
    """
    saying = Saying(language)
    found = passages(text, saying)
    around = Surroundings(text, found, saying)
    proposals: list[Proposal] = []
    speaking: Proposal | None = None
    for passage in found:
        one = _proposal(passage, around)
        if passage.outer is None:
            one = _resolved(one, speaking, around)
            speaking = one if one.name or one.mention or one.reference else speaking
        proposals.append(one)
    return proposals


def _proposal(passage: Passage, around: Surroundings) -> Proposal:
    """Return a passage with its cue and the words for its speaker."""
    text, saying = around.text, around.saying
    words = passage.words(text)
    full = _is_full(passage, around)
    is_part = not full
    if passage.outer is not None:
        return Proposal(passage, False, why="it is inside another quote")
    nearest = _NEAR_BRIEF if is_brief(words) else _NEAR
    for extent, follows in _frames(passage, around, full=full):
        start, _ = extent
        outside = around.words(extent)
        cues = [cue for cue in saying.cues(outside) if _distance(cue, extent, follows) <= nearest]
        cues = [cue for cue in cues if _fits(cue, outside, passage, around, follows=follows)]
        if not cues:
            continue
        cue = cues[0] if follows else cues[-1]
        if cue.trails and len(cues) > 1 and cues[1].extents[0][0] <= cue.extents[0][1] + 1:
            cue = cues[1]
        extents = tuple((start + one, start + other) for one, other in cue.extents)
        mention = saying.mention(outside, cue, follows=follows)
        if mention is None and follows and saying.language.cues.verb_last:
            start, _ = before = around.before(passage)
            mention = saying.subject(around.words(before))
        if mention is None:
            why = "the cue is in its sentence, and no words for the speaker are beside the cue"
            return Proposal(passage, is_part, extents, why=why)
        placed = (start + mention[0], start + mention[1])
        why = "the cue is in its sentence, and the speaker is beside the cue"
        return Proposal(passage, is_part, extents, placed, why=why)
    if full:
        for extent, why in _lines(passage, around):
            alone = saying.alone(around.words(extent), around.full_name)
            if alone:
                start, _ = extent
                placed = (start + alone[0], start + alone[1])
                return Proposal(passage, is_part, mention=placed, why=why)
    goes_on = text[passage.after :].lstrip(" \xa0")[:1].islower() and words[-1:] not in ENDS
    doubtful = (is_part or goes_on) and (not words[:1].islower() or is_brief(words))
    return Proposal(passage, is_part, is_doubtful=doubtful)


def _frames(passage: Passage, around: Surroundings, *, full: bool) -> list[tuple[Extent, bool]]:
    """Return the parts of the sentence in which the cue may be, the likeliest first, and for each
    whether it follows the words of the quote.
    """
    between = [(extent, True) for extent in around.between(passage)]
    before, after = (around.before(passage), False), (around.after(passage), True)
    lead = around.words(before[0]).rstrip()
    introduced = lead.endswith((":", "：", ","))
    if around.saying.language.cues.verb_last:
        end = len(lead.rstrip(":： ,،"))
        ends = [one.extents[-1][1] for one in around.saying.cues(lead)]
        introduced = introduced and end in ends
        full = True
    rest = [after, before] if full and not introduced else [before, after]
    if around.adjoins(passage):
        rest.remove(after)  # what follows is said of the next passage
    return [*between, *rest]


def _lines(passage: Passage, around: Surroundings) -> Iterator[tuple[Extent, str]]:
    """Yield where a name without a verb may be: what is before a colon, or after a dash."""
    text = around.text
    start = text.rfind("\n", 0, passage.before) + 1
    if label := _LABEL.fullmatch(text, start, passage.before):
        yield label.span(1), "a colon between it and the speaker is the cue"
    if signature := _SIGNATURE.match(text, passage.after):
        yield signature.span(1), "a dash between it and the speaker is the cue"


def _fits(cue: Cue, outside: str, passage: Passage, around: Surroundings, *, follows: bool) -> bool:
    """Return whether a cue may be that of a passage, which is not part of its speaker's name."""
    text, saying = around.text, around.saying
    if cue.trails:
        return follows and not any(map(is_of_word, outside[: cue.extents[0][0]]))
    if follows:
        words = passage.words(text)
        apart = words[-1:] in ENDS + COMMAS or outside.lstrip()[:1] in tuple(f"{APART}-")
        return (
            apart
            or not is_brief(words)
            or not words[0].isupper()
            or around.begins_sentence(passage)
            or saying.language.cues.verb_last
        )
    if not cue.introduces:
        return True
    mention = saying.mention(outside, cue, follows=False)
    return (
        mention is None
        or any(map(is_of_word, outside[mention[1] :]))
        or "," in outside[mention[1] :]
    )


def _distance(cue: Cue, extent: Extent, follows: bool) -> int:
    """Return the number of code points between a cue and the words of the quote."""
    if follows:
        return cue.extents[0][0]
    return extent[1] - extent[0] - cue.extents[-1][1]


def _is_full(passage: Passage, around: Surroundings) -> bool:
    """Return whether a passage is a sentence of its own, and no part of the article's."""
    text = around.text
    start, end = passage.pieces[0][0], passage.pieces[-1][1]
    if around.begins_sentence(passage):
        return True
    lead = text[: passage.before].rstrip()
    if lead.endswith((":", "：")):
        return True
    return not text[start].islower() and (
        text[end - 1] in ENDS and len(text[start:end].split()) > 2
    )


def _resolved(one: Proposal, before: Proposal | None, around: Surroundings) -> Proposal:
    """Return a proposal with the name and role of its speaker."""
    text, saying, full_name = around.text, around.saying, around.full_name
    if one.mention is None:
        has_verb = bool(one.cue) and not saying.introduces(text[slice(*one.cue[0])])
        follows = before and not text[before.passage.after : one.passage.before].strip(" \xa0")
        in_paragraph = (
            before
            and (before.cue or before.mention)
            and "\n" not in text[before.passage.after : one.passage.before]
        )
        begins = not (one.cue or one.is_doubtful) and around.begins_sentence(one.passage)
        if before and ((has_verb and in_paragraph) or (begins and (follows or in_paragraph))):
            why = "it continues the quote before it in the paragraph, whose speaker is proposed"
            known = replace(one, name=before.name, role=before.role, reference="implicit")
            return replace(known, why=why, is_doubtful=False)
        return one
    mention = text[slice(*one.mention)]
    if saying.is_pronominal(mention):
        name = before.name if before and _is_antecedent(before, one, around) else None
        why = f"{one.why}: a pronoun"
        if name:
            why += ", which is taken for the speaker of the quote before"
        return replace(one, name=name, reference="pronominal", why=why)
    name = saying.name_in(mention)
    role = saying.role_in(mention, name)
    if name is None and is_caseless(mention) and full_name(mention) != mention:
        name, role = mention, None  # a part of a name that the text has
    if name:
        return replace(one, name=full_name(name), role=role, reference="named")
    return replace(one, role=role, reference="nominal")


def _is_antecedent(before: Proposal, one: Proposal, around: Surroundings) -> bool:
    """Return whether nobody else is named between the speaker of a quote and a pronoun after it."""
    if before.mention is None or one.mention is None or one.mention[0] < before.mention[1]:
        return False
    between = around.words((before.mention[1], one.mention[0]))
    return "\n" not in between and not _NAME.search(between)
