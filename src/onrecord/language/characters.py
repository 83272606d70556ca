"""Find characters that do not belong in a text.

Each function returns the defects of one kind, in order; most texts have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

# Code points that are shown before and after a defect.
AROUND = 24


class Defect(NamedTuple):
    """Locate characters that do not belong where they are, with what belongs there.

    Attributes:
        start: Offset at which they begin, in code points; likewise ``end``, exclusive.
        fix: The text that belongs there; None if it is unknown.
        certain: Whether the fix is certain, so that it can be applied automatically.
    """

    start: int
    end: int
    fix: str | None = None
    certain: bool = True


class FirstDefect(NamedTuple):
    """Describe the first defect of a text, for the message of a finding.

    Attributes:
        at: Its offset in the text, in code points.
        line: Its line in the text, from 1.
        found: The characters.
        expected: The text that belongs there, if it is known.
        name: Code point and name if it is one character; otherwise empty.
        around: The characters with a few words around them.
        defects: The number of defects.
        others: The same as text: empty, or `` and 12 more``.
        fixed: The whole text with all defects fixed, if all fixes are certain.
    """

    at: int
    line: int
    found: str
    expected: str | None
    name: str
    around: str
    defects: int
    others: str
    fixed: str | None


def first_defect(text: str, defects: Sequence[Defect]) -> FirstDefect | None:
    """Return the first defect of a text with its context, or None if there are no defects."""
    if not defects:
        return None
    first = defects[0]
    found = text[first.start : first.end]
    begin, end = max(0, first.start - AROUND), first.end + AROUND
    before, after = text[begin : first.start], text[first.end : end]
    if begin:
        before = before[before.find(" ") + 1 :]
    if end < len(text):
        after = after[: after.rfind(" ")] if " " in after else after
    return FirstDefect(
        at=first.start,
        line=text.count("\n", 0, first.start) + 1,
        found=found,
        expected=first.fix,
        name=character_name(found) if len(found) == 1 else "",
        around=before + found + after,
        defects=len(defects),
        others=f" and {len(defects) - 1} more" if len(defects) > 1 else "",
        fixed=fixed_text(text, defects),
    )


def fixed_text(text: str, defects: Sequence[Defect]) -> str | None:
    """Fix all defects of a text; return None if one cannot be fixed with certainty."""
    parts, at = [], 0
    for start, end, fix, certain in defects:
        if fix is None or not certain:
            return None
        parts += [text[at:start], fix]
        at = end
    return "".join([*parts, text[at:]]) if at else None


def character_name(character: str) -> str:
    """Format a character by code point and name: ``U+200B ZERO WIDTH SPACE``."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


_PARAGRAPH = re.compile("[^\n\r\x1c-\x1e\x85\u2029]+")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDINGS, _OVERRIDES = "\u202a\u202b", "\u202d\u202e"
_ISOLATES, _END_ISOLATE, _END_OTHER = "\u2066\u2067\u2068", "\u2069", "\u202c"


def overrides(text: str) -> list[Defect]:
    """Find characters that override the writing direction, and unpaired embeddings and isolates.

    Embeddings and isolates that are closed in their paragraph are allowed, and so are directional
    marks (Unicode Standard Annex 9, 3.3).
    """
    return sorted(
        Defect(at, at + 1)
        for paragraph in _PARAGRAPH.finditer(text)
        for at in _unpaired(text, *paragraph.span())
    )


def _unpaired(text: str, start: int, end: int) -> Iterator[int]:
    open_: list[int] = []
    for found in _DIRECTION.finditer(text, start, end):
        at, character = found.start(), found[0]
        if character == _END_OTHER:
            if open_ and text[open_[-1]] not in _ISOLATES:
                open_.pop()
            else:
                yield at
        elif character == _END_ISOLATE:
            isolates = [one for one in open_ if text[one] in _ISOLATES]
            if not isolates:
                yield at
                continue
            while (last := open_.pop()) != isolates[-1]:
                if text[last] in _EMBEDDINGS:
                    yield last
        else:
            open_.append(at)
            if character in _OVERRIDES:
                yield at
    yield from (at for at in open_ if text[at] not in _OVERRIDES)


# What shows nothing: soft hyphen, Hangul fillers, Mongolian vowel separator, zero-width space and
# joiners, marks of direction, word joiner and invisible operators, deprecated and interlinear
# controls, byte order mark, tags. Variation selectors choose the look of what they follow.
_INVISIBLE = re.compile(
    "[\u00ad\u115f\u1160\u3164\uffa0\u180e\u200b-\u200f\u061c\u2060-\u2064\u206a-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)
_IN_PARAGRAPHS = "\u200b\ufeff"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_SPACE, _NON_JOINER, _JOINER = "\u200b", "\u200c", "\u200d"
_FIRST_TAG, _BLACK_FLAG = "\U000e0020", "\U0001f3f4"
# Scripts whose letters join or form clusters: Arabic, Syriac, Thaana, NKo, Mandaic, the scripts of
# India, Sri Lanka, Tibet and Burma, Khmer, Mongolian, Indonesian and Philippine scripts, Phags-pa,
# Meetei Mayek, Arabic presentation forms, and the historic ones of the supplementary plane.
_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1a00-\u1aaf\u1b00-\u1c4f\ua840-\ua87f"
    "\ua8e0-\ua8ff\ua980-\ua9ff\uaa60-\uaa7f\uaae0-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010ac0-\U00010aff\U00010d00-\U00010d3f\U00010f00-\U00010faf\U00011000-\U00011fff"
    "\U0001e900-\U0001e95f]"
)
# Scripts without spaces between words, in which a zero-width space allows a line break.
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\ua980-\ua9ff\uaa60-\uaa7f]"
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def invisible(text: str, line: bool) -> list[Defect]:
    """Find invisible characters that have no effect except on searching and comparing.

    Characters that a script or an emoji needs are allowed: joiners and non-joiners in Persian, in
    the scripts of India and between pictures, directional marks beside right-to-left words, the
    zero-width space of Thai, Khmer, Burmese and Tibetan, the tags of a flag.

    Args:
        text: The text.
        line: Whether it is a name, a title or another string of one line. In longer texts, only
            the byte order mark and the zero-width space are reported; other marks are left to
            typesetting.
    """
    return [
        Defect(*found.span(), "")
        for found in _INVISIBLE.finditer(text)
        if (line or found[0] in _IN_PARAGRAPHS) and not _is_needed(text, found.start())
    ]


def _is_needed(text: str, at: int) -> bool:
    character, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if character == _SPACE:
        return bool(_SPACELESS.match(before) or _SPACELESS.match(after))
    if character == _NON_JOINER:
        return bool(_JOINING.match(before) and _JOINING.match(after))
    if character == _JOINER:
        return bool(
            _JOINING.match(before)
            or _JOINING.match(after)
            or (_is_picture(before) and _is_picture(after))
        )
    if character in _DIRECTION_MARKS:
        return any(
            unicodedata.bidirectional(one) in _RIGHT_TO_LEFT
            for one in text
            if one > "\u058f" and one not in _DIRECTION_MARKS
        )
    if character >= _FIRST_TAG:
        return text[:at].rstrip("".join(map(chr, range(0xE0020, 0xE0080)))).endswith(_BLACK_FLAG)
    # Fillers replace a missing letter of a Hangul syllable.
    return character in "\u115f\u1160" and ("\u1100" <= (before or after) <= "\u11ff")


def _is_picture(character: str) -> bool:
    """Return whether a character is an emoji or may follow one: a selector, a skin tone, a keycap."""
    return bool(character) and (
        unicodedata.category(character) in ("So", "Sk", "Sm") or character in "\ufe0f\u20e3"
    )


# Han characters that NFC replaces by others, which look different in names.
_COMPATIBLE = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")


def not_composed(text: str) -> list[Defect]:
    """Find characters, with their combining marks, that Unicode normal form NFC writes differently."""
    if unicodedata.is_normalized("NFC", text):
        return []
    found = []
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and _joins_up(text[at]):
            continue
        cluster = text[start:at]
        composed = unicodedata.normalize("NFC", cluster)
        if composed != cluster:
            found.append(Defect(start, at, composed, not _COMPATIBLE.search(cluster)))
        start = at
    return found


def _joins_up(character: str) -> bool:
    return character > "\u02ff" and (
        unicodedata.combining(character) > 0 or character in _second_parts()
    )


@cache
def _second_parts() -> frozenset[str]:
    """Return the characters that compose with the one before although they are not combining marks."""
    vowels = map(chr, range(0x1161, 0x1176))
    finals = map(chr, range(0x11A8, 0x11C3))
    parts = (unicodedata.decomposition(chr(point)).split() for point in range(0x110000))
    seconds = (chr(int(pair[1], 16)) for pair in parts if len(pair) == 2 and "<" not in pair[0])
    return frozenset((*vowels, *finals, *seconds))
