"""Compare wordings regardless of white space or typography by folding them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

from onrecord.language.occurrences import occurrences

# How two wordings can be the same: character for character; but for the length and kind of runs of
# spaces and line breaks; but for quotation marks, apostrophes, dashes, kinds of spaces, ligatures
# and other forms of the same characters.
Tier = Literal["exact", "white-space", "typography"]

_BREAKS = frozenset(" \t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›「」『』〝〞〟＂＇｀ʼʹ′″‵‶❛❜❝❞")
_DASHES = frozenset("-‐‑‒–—―−⁃⸺⸻﹘﹣－")
# Invisible characters for line breaks and writing direction.
_UNSEEN = frozenset("\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
# Characters that mean a single one when doubled, as on a typewriter: spaces, ``, '' and --.
_DOUBLED = {" ", "-", "'", "`"}


@dataclass(frozen=True, slots=True)
class Folded:
    """Hold a folded text with the original position of each character.

    Attributes:
        text: The folded text.
        starts: For each of its characters, the offset in the original text at which its source begins.
        ends: Likewise, the offset at which its source ends.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def places(self, words: str, limit: int) -> list[tuple[int, int]]:
        """Return the start and end of folded words in the original text, up to a limit of places.

        A place begins and ends with whole characters. It includes the combining marks that follow,
        except in the tier ``exact``.
        """
        whole = (
            (self.starts[at], self.ends[at + len(words) - 1])
            for at in occurrences(self.text, words)
            if self._is_whole(at, at + len(words))
        )
        return list(islice(whole, limit))

    def _is_whole(self, start: int, end: int) -> bool:
        if start and self.starts[start] == self.starts[start - 1]:
            return False
        if end == len(self.text):
            return True
        if isinstance(self.starts, range):
            return True
        marked = unicodedata.category(self.text[end])[0] == "M"
        return self.starts[end] != self.starts[end - 1] and not marked


def fold(text: str, tier: Tier) -> Folded:
    """Fold a text so that texts that are the same in a tier become equal."""
    if tier == "exact":
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    of: Callable[[str], str] = _spaces if tier == "white-space" else _plain
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    raw = ""
    for at, character in enumerate(text):
        for folded in of(character):
            if characters and folded == characters[-1] and starts[-1] != at:
                same = folded == " " or (raw == character and raw in _DOUBLED)
                if same and ends[-1] == at:
                    ends[-1] = at + 1
                    continue
            characters.append(folded)
            starts.append(at)
            ends.append(at + 1)
        raw = character
    return Folded("".join(characters), starts, ends)


def tier_of(words: str, other: str) -> Tier | None:
    """Return the strictest tier in which two wordings are the same; None if they are not."""
    tiers: tuple[Tier, ...] = ("exact", "white-space", "typography")
    return next((one for one in tiers if fold(words, one).text == fold(other, one).text), None)


def _spaces(character: str) -> str:
    return " " if character in _BREAKS else character


@lru_cache(4096)
def _plain(character: str) -> str:
    """Return a character without typographic variation; numbers such as ½ and ² stay as they are."""
    if character in _UNSEEN or character in _ISOLATES:
        return ""
    if character in _QUOTES:
        return "'"
    if character in _DASHES:
        return "-"
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("No", "Nl"):
        return character
    return unicodedata.normalize("NFKD", character)
