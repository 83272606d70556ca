"""Normalise words so that differently printed versions are equal, and fingerprint them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.language.utf8 import pieces, utf8


def wording(words: str) -> str:
    """Normalise words so that two printings of the same words are equal.

    Letters, digits, marks and symbols (including %) are kept, in Unicode's compatibility form
    (NFKC) and case-folded. Punctuation and spaces are removed, except in numbers: 3.5 is not 35,
    nor is -5 a 5.
    """
    if words.isascii():
        plain = words.encode().translate(_ascii_signs()).decode()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
        plain = folded.translate(_SIGNS)
    if _DIGIT.search(plain):
        plain = _BETWEEN_DIGITS.sub(lambda found: _IN_NUMBERS.get(found[0], " "), plain)
        if _DASH in plain:
            plain = _BEFORE_NUMBER.sub("-", plain)
    return plain.replace(_OTHER, "").replace(_STOP, "").replace(_COMMA, "").replace(_DASH, "")


def fingerprint(words: str) -> str | None:
    """Return a short hash of the `wording` of words, to find the same words in other articles.

    Returns:
        The first 16 hexadecimal digits of the SHA-256 of their `wording`; None if that is empty.
    """
    counts = wording(words)
    return hashlib.sha256(counts.encode()).hexdigest()[:16] if counts else None


def wordings(words: pa.Array) -> pa.Array:
    """Return the `wording` of each string of a column; null for null."""
    return pa.concat_arrays([pa.array([], pa.string()), *_wordings(words)])


def fingerprints(words: pa.Array) -> pa.Array:
    """Return the `fingerprint` of each string of a column; null for null."""
    return pa.concat_arrays([pa.array([], pa.string()), *map(_fingerprints, _wordings(words))])


def _fingerprints(wordings: pa.Array) -> pa.Array:
    data, offsets = utf8(wordings)
    some = data.data
    found = [
        hashlib.sha256(some[start:end]).hexdigest()[:16] if start < end else None
        for start, end in pairwise(offsets.tolist())
    ]
    return pa.array(found, pa.string())


def word_list(words: str) -> list[str]:
    """Return the `wording` of each word, without words that consist of punctuation.

    In scripts that put no white space between words, each character counts as a word.
    """
    spaced = words if words.isascii() else re.sub(_UNSPACED, r" \g<0> ", words)
    return [plain for word in spaced.split() if (plain := wording(word))]


def is_distinctive(words: str) -> bool:
    """Return whether words are so many that two people hardly say them by chance: at least five.

    Chinese, Japanese, Thai, Lao, Burmese and Khmer have no white space between words: two
    characters count as a word.
    """
    if words.isascii():
        return len(words.split()) >= _FEW
    spaced, unspaced = re.subn(_UNSPACED, " ", words)
    return unspaced // 2 + len(spaced.split()) >= _FEW


# Scripts that put no white space between words; ten of their characters are taken for five words. It is
# compiled only when it is needed, since Python takes a millisecond for so many characters.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
_FEW = 5


# Characters that are removed except in numbers, where they have a meaning.
_STOP, _COMMA, _DASH, _OTHER = "\1\2\3\4"
_IN_NUMBERS = {_STOP: ".", _COMMA: ","}
_DIGIT = re.compile("[0-9]")
_BETWEEN_DIGITS = re.compile("(?<=[0-9])[\1-\4]+(?=[0-9])")
_BEFORE_NUMBER = re.compile("(?<![^\4])\3(?=[0-9])")


class _Signs(dict[int, str]):
    """Map each character to what it becomes in a `wording`, computed when it first occurs."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        if category == "Nd":
            sign = str(unicodedata.decimal(character))
        elif character == "%" or (category[0] in "LMNS" and category != "Sk"):
            sign = character
        else:
            sign = _OTHER
        self[point] = sign
        return sign


_SIGNS = _Signs({ord("."): _STOP, ord(","): _COMMA})
_SIGNS.update(dict.fromkeys(map(ord, "-\N{HYPHEN}\N{EN DASH}\N{MINUS SIGN}"), _DASH))


# Bytes of strings that are processed at once: they fit in a processor cache.
_TOGETHER = 300_000
# The sign of a character whose neighbours matter or which becomes several characters; and of one
# that is not computed yet.
_INVOLVED, _UNKNOWN = 5, 0
# Parts of Korean syllables, which are put together.
JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_ZERO, _NINE = ord("0"), ord("9")

Points = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


def _wordings(words: pa.Array) -> Iterator[pa.Array]:
    """Yield the wordings of a column in batches.

    Most words consist of characters that map to one character each, regardless of context: these
    are computed together, the others one by one.
    """
    # The most common character that becomes several.
    words = pc.replace_substring(words, "ß", "ss")
    data, offsets = utf8(pc.fill_null(words, ""))
    for low, high in pieces(offsets, _TOGETHER):
        some = words.slice(low, high - low)
        together = str(data[offsets[low] : offsets[high]].data, "utf-8")
        lengths = pc.fill_null(pc.utf8_length(some), 0).to_numpy().astype(np.int64)
        bounds = np.append(0, np.cumsum(lengths))
        signs = _signs(np.frombuffer(together.encode("utf-32-le"), "<u4"))
        involved = np.unique(
            np.searchsorted(bounds, np.flatnonzero(signs == _INVOLVED), side="right") - 1
        )
        points, lengths = _counting(signs, bounds)
        plain = _strings(points, lengths)
        mask = np.zeros(len(some), np.bool_)
        mask[involved] = True
        others = [wording(one) for one in some.take(pa.array(involved)).to_pylist()]
        completed = pc.replace_with_mask(plain, pa.array(mask), pa.array(others, pa.string()))
        yield pc.if_else(some.is_valid(), completed, pa.scalar(None, pa.string()))


def _signs(points: Points) -> Points:
    """Return the code point that each character becomes, or ``_INVOLVED`` if context decides."""
    known = _known_signs()
    signs = known[points]
    if not signs.all():
        for point in np.unique(points[signs == _UNKNOWN]).tolist():
            known[point] = _sign(chr(point))
        signs = known[points]
    return signs


@cache
def _known_signs() -> Points:
    return np.zeros(0x110000, np.uint32)


def _sign(character: str) -> int:
    """Return the code point that a character becomes, or ``_INVOLVED`` if context decides."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    if len(folded) > 1 or any(
        unicodedata.category(one)[0] == "M" or JAMO.match(one) for one in character + folded
    ):
        return _INVOLVED
    return ord(_SIGNS[ord(folded)])


def _counting(signs: Points, bounds: Places) -> tuple[Points, Places]:
    """Return the characters that remain in the wording, and their number between bounds."""
    counts = signs > _INVOLVED
    digits = np.flatnonzero((signs >= _ZERO) & (signs <= _NINE))
    # Between digits of the same string that are not adjacent, only characters that are removed
    # elsewhere.
    number = np.searchsorted(bounds, digits, side="right")
    before = np.cumsum(counts)[digits]
    gap = (np.diff(before) == 1) & (np.diff(digits) > 1) & (np.diff(number) == 0)
    start = digits[:-1][gap] + 1
    alone = digits[1:][gap] == start + 1
    signs = signs.copy()
    between = np.full(len(start), ord(" "), np.uint32)
    for sign, in_number in _IN_NUMBERS.items():
        between[alone & (signs[start] == ord(sign))] = ord(in_number)
    # A dash before a number, after nothing that remains.
    first, stated = np.zeros((2, len(signs) + 1), np.bool_)
    first[bounds] = True
    stated[digits[1:][gap]] = True
    ahead = digits[~(first | stated)[digits]] - 1
    ahead = ahead[signs[ahead] == ord(_DASH)]
    minus = ahead[first[ahead] | (signs[np.maximum(ahead - 1, 0)] == ord(_OTHER))]
    for places, values in ((start, between), (minus, ord("-"))):
        signs[places] = values
        counts[places] = True
    return signs[counts], np.diff(np.append(0, np.cumsum(counts))[bounds])


def _strings(points: Points, lengths: Places) -> pa.Array:
    """Build a string array from code points and the length of each string."""
    sizes = sum((points > last).astype(np.int32) for last in (0x7F, 0x7FF, 0xFFFF)) + 1
    ends = np.append(0, np.cumsum(sizes))[np.append(0, np.cumsum(lengths))]
    data = points.tobytes().decode("utf-32-le").encode()
    buffers = [None, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)


@cache
def _ascii_signs() -> bytes:
    """Return a table of bytes that maps each ASCII character to what it becomes."""
    signs = (_SIGNS[ord(chr(point).casefold())] for point in range(0x80))
    return "".join(signs).encode().ljust(256)
