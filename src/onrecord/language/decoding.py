"""Find text that was decoded with the wrong encoding, and lost letters.

ftfy decides what is mojibake and what it should have been (https://ftfy.readthedocs.io).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from onrecord.language.characters import Defect
from onrecord.language.languages import in_all

_REPLACEMENT = "\ufffd"
# Lines, long ones in parts that end with a word.
_LINE = re.compile(r"[^\n]{1,2000}(?=\s|$)|[^\n]{1,2000}")
# Correct text that ftfy sometimes changes: an accented capital at the end of a word in
# capitals before punctuation (AMANHÃ–), and one before a space.
_DOUBTFUL = re.compile("(?<=[A-ZÀ-ÖØ-Þ])[ÂÃ][–—…“”‘’«»‹›®™©ªº°\xa0](?![a-zß-ÿ])|[ÂÃ](?= |$)")
# Letters that begin a sequence of UTF-8, left over beside other scripts: its rest is lost.
_LEFT_OVER = re.compile(r"[ÂÃÐÑØÙÎÏ](?=[\u0370-\u1fff])|(?<=[\u0370-\u1fff])[ÂÃÐÑØÙÎÏ]")
# A pattern of everything that ftfy treats as mojibake: adjacent characters beyond ASCII, a control,
# a capital letter before a space, or œ before no letter; and how many characters of context ftfy
# needs.
_SUSPECT = re.compile(
    "[^\x00-\x7f](?:[^\x00-\x7f]+|(?<=[\x80-\x9f])|(?<=[ÂÃØÙ]) |(?<=[Œœ])[^A-Za-z])"
)
_BESIDE = 3
# Code points of a long word that are shown before and after the defect.
_PART = 16

# Encodings that UTF-8 is read in by mistake.
_ENCODINGS = (
    *("latin-1", "sloppy-windows-1252", "sloppy-windows-1250", "sloppy-windows-1251"),
    *("sloppy-windows-1253", "sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2"),
    *("macroman", "cp437"),
)
# A letter that begins a sequence of UTF-8 as Western encodings read it, and what may be its rest.
_SEQUENCE = re.compile(
    "[\xc2-\xdf][^\x00-\x7f]|[\xe0-\xef][^\x00-\x7f]{2}|[\xf0-\xf4][^\x00-\x7f]{3}"
)
# How often a text may have been misread, and how many characters beside a change may belong
# to it.
_MOST_OFTEN = 5
_SHARED = 4

Extent = tuple[int, int]


def misdecoded(text: str) -> list[Defect]:
    """Find words whose UTF-8 was read as Latin-1, Windows-1252 or the like, once or more often.

    Each defect covers a whole word.
    """
    import ftfy
    from ftfy.badness import is_bad

    found: list[Defect] = []
    sure = False
    for line in _LINE.finditer(text):
        old = line[0]
        if old.isascii() or not any(map(is_bad, suspect(old))):
            continue
        new = ftfy.fix_encoding(old)
        # Words that ftfy leaves unchanged may be mojibake if other words of the line are.
        whole = not _misread(new)
        for (start, end), (first, last) in _changes(old, new):
            sure = sure or not _DOUBTFUL.match(old, start)
            before, after = _in_word(old, start, end)
            word = new[first - before : last + after]
            is_lost = _REPLACEMENT in word or _LEFT_OVER.search(word)
            is_whole = not (is_lost or is_bad(word) or _misread(word))
            is_proven = is_whole and _is_restored(old, new, (start, end), (first, last))
            at = line.start()
            fix = word if is_proven else None
            found.append(Defect(at + start - before, at + end + after, fix, is_proven and whole))
    return found if sure else []


def _misread(text: str) -> bool:
    """Return whether a text still contains UTF-8 bytes that were read in another encoding."""
    return any(
        decoded is not None
        for found in _SEQUENCE.finditer(text)
        for decoded in _decodings(found[0])
    )


def _is_restored(old: str, new: str, changed: Extent, into: Extent) -> bool:
    """Return whether decoding some characters again gives exactly some others.

    Equal characters beside them may be part of the sequence: ``Â«`` becomes ``«``.
    """
    (start, end), (first, last) = changed, into
    for before in range(_SHARED):
        for after in range(_SHARED):
            if (
                before > min(start, first)
                or old[start - before : start] != new[first - before : first]
            ):
                break
            if old[end : end + after] != new[last : last + after]:
                break
            if _becomes(old[start - before : end + after], new[first - before : last + after]):
                return True
    return False


@lru_cache(maxsize=4096)
def _becomes(found: str, wanted: str) -> bool:
    """Return whether decoding a text once or more often, without loss, gives another text."""
    texts = {found}
    for _ in range(_MOST_OFTEN):
        texts = {decoded for text in texts for decoded in _decodings(text) if decoded is not None}
        if any(text.replace("\xa0", " ") == wanted.replace("\xa0", " ") for text in texts):
            return True
    return False


def _decodings(text: str) -> Iterator[str | None]:
    """Yield for each encoding the text that its bytes are in UTF-8; None if they are not UTF-8 or give
    the same text.
    """
    import ftfy.bad_codecs  # noqa: F401  # encodings that keep bytes to which none is assigned

    for encoding in _ENCODINGS:
        try:
            decoded = text.encode(encoding).decode()
        except UnicodeError:
            yield None
        else:
            yield None if decoded == text else decoded


def suspect(line: str) -> Iterator[str]:
    """Yield the parts of a line that ftfy may find bad: ftfy is slow on whole lines."""
    for found in _SUSPECT.finditer(line):
        yield line[max(0, found.start() - _BESIDE) : found.end() + _BESIDE]


def _changes(old: str, new: str) -> Iterator[tuple[Extent, Extent]]:
    """Yield the extents in which two texts differ, in each of them, merged by word."""
    changes: list[tuple[int, int, int, int]] = []
    from rapidfuzz.distance import Levenshtein

    for edit in Levenshtein.opcodes(old, new):
        if edit.tag == "equal":
            continue
        start, end, first, last = edit.src_start, edit.src_end, edit.dest_start, edit.dest_end
        if changes and not re.search(r"\s", old[changes[-1][1] : start]):
            begun = changes.pop()
            changes.append((begun[0], end, begun[2], last))
        else:
            changes.append((start, end, first, last))
    return (((start, end), (first, last)) for start, end, first, last in changes)


def _in_word(text: str, start: int, end: int) -> Extent:
    """Return the number of characters of the same word before and after an extent."""
    before = re.search(rf"\S{{0,{_PART}}}\Z", text[max(0, start - _PART) : start])
    after = re.match(rf"\S{{0,{_PART}}}", text[end : end + _PART])
    return len(before[0]) if before else 0, len(after[0]) if after else 0


_LETTER = r"[^\W\d_]"
_QUESTION = re.compile(rf"({_LETTER}+)\?{{1,3}}({_LETTER})")
# Signs of an address, a formula or code in a word, and of a question in Spanish.
_NO_WORD = re.compile(r"[\d/=&@#_<>\[\]{}|\\*^$+¿~%]|[.:](?=\w)")
_QUESTIONS_ALONE = re.compile(r"(?<!\S)\?{3,}(?:[ ,.]+\?{3,})+(?!\S)")
# An accented capital, or ß, is C3 and a control in Latin-1; where the control is dropped, Ã is left.
_CAPITAL = re.compile(r"(?<![A-ZÀ-ÖØ-Þ])Ã(?=[a-z])")
# The apostrophe is E2 and two controls, of which â is left: only English has these words.
_CONTRACTION = re.compile(
    r"\b(?:(?:is|was|are|were|do|does|did|has|have|had|wo|ca|would|could|should|must)nâ(?=t\b)"
    r"|(?:it|he|she|that|there|what|who|let|here)â(?=s\b)"
    r"|(?:i|we|they|you)â(?=(?:re|ve|ll|d|m)\b))",
    re.IGNORECASE,
)
# Words of Cyrillic, Arabic or Greek, of whose letters little is left.
_REMAINS = re.compile(r"(?:[ÐÑ][\xa0-\xbf]?){4,}|(?:[ØÙ][\xa0-\xbf]?){4,}|(?:[ÎÏ][\xa0-\xbf]?){4,}")


def lost(text: str) -> list[Defect]:
    """Find words with lost letters: now U+FFFD or question marks, or half of a UTF-8 sequence.

    The second byte of an accented capital is a control character in Latin-1, so programs that drop
    control characters lose it: ``Ãtats-Unis``. Each defect covers a whole word. Other mojibake is
    left to ``misdecoded``.
    """
    places = sorted(_lost(text))
    if not places:
        return []
    words: list[Defect] = []
    for start, end, fix in places:
        before, after = _in_word(text, start, end)
        word = Defect(start - before, end + after)
        if fix is not None:
            whole = text[word.start : start] + fix + text[end : word.end]
            word = word._replace(fix=whole)
        if words and word.start < words[-1].end:
            words[-1] = Defect(words[-1].start, word.end)
        else:
            words.append(word)
    return list(_outside(words, misdecoded(text)))


def _lost(text: str) -> Iterator[tuple[int, int, str | None]]:
    for found in re.finditer(f"{_REPLACEMENT}+", text):
        yield (*found.span(), None)
    for found in _QUESTION.finditer(text):
        if _is_inside_word(text, found):
            yield found.end(1), found.start(2), None
    for found in _QUESTIONS_ALONE.finditer(text):
        yield (*found.span(), None)
    for found in _CAPITAL.finditer(text):
        inside = text[found.start() - 1 : found.start()].islower()
        yield (*found.span(), "ß" if inside else None)
    for found in _CONTRACTION.finditer(text):
        yield found.end() - 1, found.end(), "’"
    for found in _REMAINS.finditer(text):
        if len(re.findall(r"[\xa0-\xbf]", found[0])) > 1:
            yield (*found.span(), None)


def _is_inside_word(text: str, found: re.Match[str]) -> bool:
    before, after = found.groups()
    if not after.islower() or before.lower() == before.upper():
        return False
    # After words of questions, one may end though a small letter follows it at once.
    if before.lower() in in_all("questions"):
        return False
    left, right = _in_word(text, found.start(), found.end())
    return not _NO_WORD.search(text[found.start() - left : found.end() + right])


# C0 but for tab, line feed and form feed, which ends a page; DEL; C1. CR LF ends a line.
_CONTROL = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def controls(text: str) -> list[Defect]:
    """Find control characters that have no meaning in a text (Unicode Standard, 23.1).

    Those that are mojibake are left to ``misdecoded``.
    """
    found = [Defect(*one.span()) for one in _CONTROL.finditer(text)]
    return list(_outside(found, misdecoded(text))) if found else []


def _outside(defects: Iterable[Defect], others: Iterable[Defect]) -> Iterator[Defect]:
    """Yield the defects that overlap none of the others."""
    taken = [other[:2] for other in others]
    for defect in defects:
        if not any(start < defect.end and defect.start < end for start, end in taken):
            yield defect
