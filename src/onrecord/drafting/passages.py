"""Find the passages of a text that are inside quotation marks: what may be its quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onrecord.language.marks import Quoted, is_of_word, marks
from onrecord.language.saying import Saying

Extent = tuple[int, int]

# The most code points between two pieces of a quote that is interrupted by its cue.
_INTERRUPTION = 150
# The most code points before or after a passage in which its cue is looked for.
_LONGEST = 400
# Signs at the end of sentences, commas, and what is between a quote and its cue.
ENDS = ".!?…。！？؟।۔"
COMMAS = ",，،、"
APART = f"{COMMAS}–—"
_STOP = re.compile(f"[{ENDS}]")
# What ends a piece that continues after its cue.
_COMMA = re.compile(rf"[{APART}-]\s*\Z")
# The last word before a full stop.
_LAST_WORD = re.compile(r"\w+\Z")
_END = re.compile(r"[.!?…؟۔](?=[\s\ufffc])|[。！？।]|\n")
_INCISE = re.compile(
    r"[,，]\s*(?:[—–]\s*)?(?P<inside>[^,.!?—–\n«»]{3,80})[,，.](?:\s*[—–]\s*|\s*)"
    r"(?=(?P<more>[^,.!?—–\n«»]{3,80}[,，.]\s*)?)"
)
_MASK = "\ufffc"


@dataclass(frozen=True, slots=True)
class Passage:
    """Locate words inside quotation marks; several pieces if the marks close and open again within.

    Attributes:
        pieces: Their extents, in code points, without the marks and white space beside them.
        hides: The extents with the marks.
        outer: The number of the passage that contains it, if one does.
    """

    pieces: tuple[Extent, ...]
    hides: tuple[Extent, ...]
    outer: int | None = None

    @property
    def before(self) -> int:
        """Return the offset of the first mark."""
        return self.hides[0][0]

    @property
    def after(self) -> int:
        """Return the offset just after the last mark."""
        return self.hides[-1][1]

    def words(self, text: str) -> str:
        """Return its words, the pieces separated by a space."""
        return " ".join(text[start:end] for start, end in self.pieces)


def passages(text: str, saying: Saying) -> list[Passage]:
    """Return the passages of a text, in the order in which they begin.

    Speech of several paragraphs, each of which begins with a mark, is one passage, and so is one
    that its cue interrupts. A passage inside another names that.

    Args:
        text: The text.
        saying: What is known of cues in its language.
    """
    regions = [
        one for one in marks(text).regions if any(map(is_of_word, text[one.start : one.end]))
    ]
    outermost: list[list[Quoted]] = []
    inner: list[tuple[Quoted, int]] = []
    last = -1
    for region in regions:
        if region.end <= last:
            inner.append((region, len(outermost) - 1))
            continue
        last = region.end
        if outermost and _continue(text, outermost[-1][-1], region, saying):
            outermost[-1].append(region)
        else:
            outermost.append([region])
    found = [_passage(text, pieces, saying) for pieces in outermost]
    nested = [(_passage(text, [region], None), outer) for region, outer in inner]
    ordered = sorted(
        [*found, *(one for one, _ in nested)], key=lambda one: (one.before, -one.after)
    )
    numbers = {one: number for number, one in enumerate(ordered)}
    outer_of = {one: numbers[found[outer]] for one, outer in nested}
    return [replace(one, outer=outer_of.get(one)) for one in ordered]


def _passage(text: str, regions: Sequence[Quoted], saying: Saying | None) -> Passage:
    pieces: list[Extent] = []
    hides: list[Extent] = []
    for region in regions:
        cut = (
            _incise(text, region, saying) if saying and saying.language.cues.inside_marks else None
        )
        if cut:
            first, second = (
                _stripped(text, region.start, cut[0]),
                _stripped(text, cut[1], region.end),
            )
            pieces += (first, second) if second[0] < second[1] else (first,)
            hides += ((region.before, first[1]), (second[0], region.after))
        else:
            pieces.append(_stripped(text, region.start, region.end))
            hides.append((region.before, region.after))
    return Passage(tuple(pieces), tuple(hides))


def _stripped(text: str, start: int, end: int) -> Extent:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def _incise(text: str, region: Quoted, saying: Saying) -> Extent | None:
    """Return the extent of a cue with its speaker that interrupts a quote without marks.

    The comma before it belongs to the quote.
    """
    words = text[region.start : region.end]
    for found in _INCISE.finditer(words):
        cues = saying.cues(found["inside"])
        if cues and cues[0].extents[0][0] == 0:
            more = found["more"] or ""
            apposition = len(more) if saying.has_role(more) else 0
            return region.start + found.start() + 1, region.start + found.end() + apposition
    return None


def _continue(text: str, first: Quoted, second: Quoted, saying: Saying) -> bool:
    """Return whether two regions are pieces of one quote."""
    between = text[first.after : second.before]
    if first.after == first.end:  # no mark closes it: the next paragraph repeats the one that opens
        return not between.strip()
    if (
        len(between) > _INTERRUPTION
        or "\n" in between
        or any(_ends(between, one.start(), saying) for one in _STOP.finditer(between))
    ):
        return False
    open_ended = _COMMA.search(text[first.start : first.end]) or between.lstrip()[:1] in APART
    goes_on = between.rstrip()[-1:] in APART or text[second.start : second.start + 1].islower()
    return bool(open_ended and goes_on and saying.cues(between))


def _ends(text: str, at: int, saying: Saying) -> bool:
    """Return whether a mark ends a sentence: no full stop of an initial, ordinal or abbreviation."""
    last = _LAST_WORD.search(text, max(0, at - 20), at)
    if text[at] != "." or not last:
        return True
    word = last[0]
    if len(word) == 1 or (word.isdigit() and len(word) == 2):
        return False
    return saying.language.lower(word) not in saying.abbreviations


class Surroundings:
    """Find the sentences around passages, in which their cues and speakers are.

    Attributes:
        full_name: Returns the longest form of a name in the text.

    Args:
        text: The text.
        found: Its passages.
        saying: What is known of its language.
    """

    def __init__(self, text: str, found: Sequence[Passage], saying: Saying) -> None:
        self.text = text
        self.saying = saying
        self.full_name = saying.full_names(text)
        masked = list(text)
        for passage in found:
            if passage.outer is None:
                self._mask(masked, passage)
        self._masked = "".join(masked)
        self._ends = [
            one.end()
            for one in _END.finditer(self._masked)
            if _ends(self._masked, one.start(), saying)
        ]

    def _mask(self, masked: list[str], passage: Passage) -> None:
        """Hide the words of a passage; what closes it ends a sentence if its words do."""
        text = self.text
        for start, end in passage.hides:
            masked[start:end] = _MASK * (end - start)
        after = text[passage.after : passage.after + 2].lstrip(" ")
        follows = not after or after[0] == "\n" or (after[0].isalpha() and not after[0].islower())
        if text[passage.pieces[-1][1] - 1] in ".۔।" and follows:
            masked[passage.after - 1] = "."

    def after(self, passage: Passage) -> Extent:
        """Return the rest of the sentence after a passage."""
        if self._masked[passage.after - 1] == ".":
            return passage.after, passage.after
        at = bisect_right(self._ends, passage.after)
        end = self._ends[at] if at < len(self._ends) else len(self.text)
        return passage.after, min(end, passage.after + _LONGEST)

    def before(self, passage: Passage) -> Extent:
        """Return the sentence before a passage; one that a colon ends may be in another paragraph."""
        end = passage.before
        lead = self.text[:end].rstrip()
        if lead.endswith((":", "：")) and "\n" in self.text[len(lead) : end]:
            end = len(lead)
        at = bisect_right(self._ends, end)
        return max(self._ends[at - 1] if at else 0, end - _LONGEST), end

    def adjoins(self, passage: Passage) -> bool:
        """Return whether nothing but white space is between a passage and one after it in its paragraph."""
        return self._masked[passage.after :].lstrip(" \xa0").startswith(_MASK)

    def between(self, passage: Passage) -> list[Extent]:
        """Return what is between the pieces of a passage."""
        return [(one[1], other[0]) for one, other in pairwise(passage.hides)]

    def begins_sentence(self, passage: Passage) -> bool:
        """Return whether nothing but white space is before a passage in its sentence."""
        start, end = self.before(passage)
        return not any(map(is_of_word, self._masked[start:end].replace(_MASK, " ")))

    def words(self, extent: Extent) -> str:
        """Return the text of an extent, with the words of passages replaced by placeholders."""
        return self._masked[slice(*extent)]
