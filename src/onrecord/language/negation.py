"""Find negations and numbers, which must not change unnoticed between two wordings.

The table covers the languages that it names. All of them are searched for in every text, since
quotes change language: a word that negates only in another language makes a comparison stricter,
nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

# Whole words, by language. Words that an apostrophe joins to another one end in it, or begin with
# it: ``n'`` in French, ``n't`` in English.
WORDS: dict[str, str] = {
    "ar": "لا ليس ليست ليسوا لست لسنا لم لن ما غير دون بدون بلا كلا أبدا",
    "be": "не няма ні без ніколі нельга",
    "bg": "не няма нито никога без нищо никой",
    "bn": "না নয় নেই নি",
    "ca": "no mai cap sense ni res",
    "cs": "ne není nikdy nikdo nic bez ani žádný",
    "da": "ikke ingen aldrig intet uden ej",
    "de": "nicht nichts nie niemals niemand kein keine keinen keinem keiner keines ohne weder noch nein",
    "el": "δεν δε μη μην όχι ποτέ χωρίς κανείς τίποτα ούτε",
    "en": "not no never none nobody nothing nowhere neither nor without cannot n't "
    "cant dont wont isnt arent wasnt werent doesnt didnt hasnt havent hadnt wouldnt couldnt shouldnt",
    "es": "no nunca jamás ni nada nadie ningún ninguna ninguno sin tampoco",
    "et": "ei mitte pole ära ilma",
    "fa": "نه نیست نیستند نمی هیچ بدون",
    "fi": "ei en et emme ette eivät älä ilman",
    "fr": "ne n' pas jamais rien aucun aucune non ni sans personne nul nulle",
    "he": "לא אין אינו אינה אינם אל בלי ללא אף",
    "hi": "नहीं न मत ना बिना",
    "hu": "nem ne soha nincs sem se nélkül",
    "id": "tidak bukan jangan tak tanpa belum",
    "it": "non no mai nessuno nessuna nessun niente nulla né senza",
    "lt": "ne nėra niekada be",
    "lv": "ne nav nekad bez",
    "nl": "niet geen nooit niets niemand zonder noch nee",
    "no": "ikke ingen aldri uten",
    "pl": "nie nigdy nikt nic bez ani żaden żadna żadne",
    "pt": "não nunca jamais nem nada ninguém nenhum nenhuma sem",
    "ro": "nu n- niciodată nimic nimeni fără nici",
    "ru": "не ни нет никогда никто ничего ничто нельзя без",
    "sk": "nie nikdy nikto nič bez ani",
    "sl": "ne ni nikoli nihče nič brez",
    "sr": "не није ни никад без ne nije nikad bez",
    "sv": "inte ingen inga inget aldrig utan ej",
    "sw": "si hapana bila",
    "tr": "değil yok hayır asla hiç",
    "uk": "не ні ані немає нема ніколи ніхто нічого без",
    "ur": "نہیں نہ مت بغیر",
    "vi": "không chẳng chưa đừng",
}
# Where no space stands between words: parts of words, and single characters.
PARTS: dict[str, str] = {
    "ja": "ない なか なく ぬ ません なし 不 無 非 未",
    "ko": "않 못 안 없 아니",
    "th": "ไม่ มิ ไร้",
    "zh": "不 没 沒 无 無 未 非 别 別 莫 勿 否",
}

_APOSTROPHES = re.compile("[’‘ʼ`´＇]")
# Points of Hebrew and Arabic, which most texts leave out.
_POINTS = re.compile("[\u0591-\u05c7\u0640\u064b-\u065f\u0670]")
_WORDS = frozenset(word.casefold() for words in WORDS.values() for word in words.split())
_ELIDED = frozenset(word for word in _WORDS if word.endswith(("'", "-")))
_PART = re.compile("|".join(part for parts in PARTS.values() for part in parts.split()))


def negations(text: str) -> tuple[str, ...]:
    """Return the negating words of a text in order, folded for comparison."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    folded = _POINTS.sub("", _APOSTROPHES.sub("'", folded))
    found = [(start, one) for start, word in _words(folded) for one in _negation(word)]
    found += [(match.start(), match[0]) for match in _PART.finditer(folded)]
    return tuple(word for _, word in sorted(found))


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text with their offsets; apostrophes and hyphens are part of words."""
    at = 0
    for is_word, characters in groupby(text, key=_in_word):
        word = "".join(characters)
        if is_word:
            yield at, word
        at += len(word)


def _in_word(character: str) -> bool:
    return character in "'-" or unicodedata.category(character)[0] in "LM"


def _negation(word: str) -> Iterator[str]:
    """Yield the negating parts of a word that may have apostrophes and hyphens."""
    if word.endswith("n't"):
        yield "n't"
        return
    parts = re.findall(r"[^'-]+['-]?", word)
    for part in parts:
        if part in _ELIDED and part is not parts[-1]:
            yield part
        elif part.rstrip("'-") in _WORDS:
            yield part.rstrip("'-")


_NUMBER = re.compile(r"\d+")


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of a text in order: runs of digits of any script, written as 0-9.

    Characters that are numbers themselves, such as ½ and ², are included.
    """
    found: list[tuple[int, str]] = []
    for match in _NUMBER.finditer(text):
        digits = "".join(str(unicodedata.digit(digit)) for digit in match[0])
        found.append((match.start(), digits))
    found += (
        (at, character)
        for at, character in enumerate(text)
        if unicodedata.category(character) in ("No", "Nl")
    )
    return tuple(number for _, number in sorted(found))
