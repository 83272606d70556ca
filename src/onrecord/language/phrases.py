"""Look for many words and phrases at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from onrecord.language.tokens import MARKS

Extent = tuple[int, int]

_LETTER = rf"[\w{MARKS}’']"
_FIRST = re.compile(rf"(?<![\w{MARKS}’'-])\w{_LETTER}*")
# The most words that an ellipsis in a cue stands for, as characters.
_GAP = r"\b[^.!?:\n\ufffc]{0,80}?\b"


class Phrases:
    """Find words and phrases in a text, by their first words.

    Args:
        phrases: The phrases in small letters; other words may be where one has an ellipsis, and a
            straight apostrophe is for a curly one as well.
        conjunctions: What may follow a phrase with an ellipsis beside signs: where other words
            follow, its last word is another one (*gab … zu* in *gab ihm zu essen*).
    """

    def __init__(self, phrases: Iterable[str], conjunctions: Iterable[str] = ()) -> None:
        self._by_first: defaultdict[str, list[re.Pattern[str]]] = defaultdict(list)
        ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
        unspaced = [one for one in ordered if one[0] >= "\u2e80"]
        self._unspaced = re.compile("|".join(map(re.escape, unspaced))) if unspaced else None
        close = rf"(?=\s*(?:[^\w\s\ufffc]|\Z)|\s+(?:{'|'.join([*conjunctions, '$'])})\b)"
        for phrase in ordered:
            parts = [re.escape(part.strip()) for part in phrase.split("…")]
            pattern = _GAP.join(f"({part})" for part in parts).replace(r"\ ", r"\s+")
            first = _FIRST.match(phrase)
            if first and phrase[0] < "\u2e80":
                self._by_first[first[0]].append(
                    re.compile(rf"{pattern}(?!{_LETTER}){close if len(parts) > 1 else ''}")
                )

    def find(self, text: str) -> Iterator[tuple[Extent, ...]]:
        """Yield where a text in small letters has them: the extents of the parts of each."""
        text = text.replace("’", "'")
        if self._unspaced:
            yield from ((one.span(),) for one in self._unspaced.finditer(text))
        for word in _FIRST.finditer(text) if self._by_first else ():
            for pattern in self._by_first.get(word[0], ()):
                if one := pattern.match(text, word.start()):
                    yield tuple(one.span(at) for at in range(1, pattern.groups + 1))
                    break
