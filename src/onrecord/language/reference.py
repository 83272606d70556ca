"""Find words that refer to something outside a sentence: pronouns as subjects, relative dates.

Known for English, German, French, Spanish, Italian, Portuguese, Russian, Ukrainian and Turkish;
there are no results for other languages. Ambiguous words are read in the way that needs no context:
expletives (*it is known that*, *il y a*), names and titles (*She Said*), and words in quotation
marks are ignored.
"""

from __future__ import annotations

import re
from functools import cache

from onrecord.language.marks import quoted


def pronoun_as_subject(text: str, language: str) -> str | None:
    """Return the pronoun or demonstrative that begins a sentence and refers to another one.

    Args:
        text: A sentence.
        language: A BCP 47 tag.
    """
    pattern = _subjects(_primary(language))
    found = pattern.match(text) if pattern else None
    return found[0] if found else None


def first_person(word: str, language: str) -> str | None:
    """Return whether a pronoun means the speaker: ``one`` for *I*, ``several`` for *we*.

    Args:
        word: A pronoun that `pronoun_as_subject` returned.
        language: A BCP 47 tag.
    """
    plain = re.split("['’]", word.lower())[0]
    one, several = _FIRST.get(_primary(language), ("", ""))
    return "one" if plain in one.split() else "several" if plain in several.split() else None


def relative_date(text: str, language: str) -> str | None:
    """Return the first words that give a date relative to the day of speaking, such as *yesterday*.

    Sentences that name a year give no result: the year may make the date absolute.

    Args:
        text: A sentence.
        language: A BCP 47 tag.
    """
    pattern = _relative_dates(_primary(language))
    if pattern is None or _YEAR.search(text):
        return None
    found = [one for one in pattern.finditer(text) if not _is_name(text, one)]
    inside = quoted(text) if found else []
    for one in found:
        if not any(region.start <= one.start() < region.end for region in inside):
            return one[0]
    return None


def _primary(language: str) -> str:
    return language.partition("-")[0]


def _is_name(text: str, words: re.Match[str]) -> bool:
    """Return whether words look like a name: capitalised, but not at the beginning of the sentence."""
    if not words[0][0].isupper():
        return False
    return words.start() > 0 or bool(_CAPITALISED.match(text, words.end()))


_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")
# Two words of a title in English, the language in which all words of titles are capitalised.
_CAPITALISED = re.compile(r" [A-Z][a-z]+ [A-Z]")


def _before(words: str) -> str:
    return rf"(?=\s+(?:{words})\b)"


def _not_before(words: str) -> str:
    return rf"(?!\s+(?:{words})\b)"


# A word in lower case follows: where it is capitalised, both are likely to be a name.
_LOWER = r"(?=\s+[0-9a-zß-öø-ÿœğışа-яёіїєґ])"
_SUBORDINATE = (
    r"(?!.*\b(?:that|to|for|if|how|wh\w+|while|as|like|since|before|after|until|\w+ing)\b)"
)

# For each language, pronouns that begin a sentence, and what must follow or must not.
_PRONOUNS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("he she they we i", _not_before("who|whom|whose|that|the") + _LOWER),
        ("it", _before("has|had|will|would|can|could|did|does|wants|wanted") + _SUBORDINATE
         + _not_before(r"\w+ (?:been )?(?:rain|snow|\w+ed (?:announced|reported|said))\w*")),
        ("this these", _not_before("much|many|far|side|way") + _LOWER),
        ("that", _before("is|was|means|meant|will|would") + _not_before(r".* is")),
    ],
    "de": [
        ("er wir ich sie dies", _LOWER),
        ("das", _before("ist|war|wird|hat|hatte|kann|soll|bedeutet|heißt|führt|zeigt")),
        ("dieser diese dieses", r"(?=\s+\w)"),
    ],
    "fr": [
        ("ils elle elles je nous cela ceci ça cet cette ces", _not_before("qui|que") + _LOWER),
        ("il", _before("a|avait|aura|veut|voulait")
         + _not_before(r"\w+ (?:été|fallu|plu|neigé|suffi|existé|fait|manqué)")),
    ],
    "es": [
        ("él ella ellos ellas yo nosotros nosotras esto eso", _not_before("que") + _LOWER),
        ("este esta estos estas ese esa esos esas", _not_before("de|del|que") + _LOWER),
    ],
    "it": [
        ("lui lei loro egli essi esse noi ciò", _not_before("che") + _LOWER),
        ("questo questa questi queste", _LOWER),
    ],
    "pt": [
        ("ele ela eles elas eu nós isto isso", _not_before("que") + _LOWER),
        ("este esta estes estas esse essa esses essas", _not_before("que") + _LOWER),
    ],
    "ru": [("он она они мы я этот эта эти", _LOWER)],
    "uk": [("він вона вони ми я цей ця ці", _LOWER)],
    "tr": [
        ("onlar biz bunlar şunlar", _LOWER),
        ("o bu şu", _not_before("kadar|zaman|hâlde|halde|yüzden|nedenle|sırada|arada") + _LOWER),
    ],
}  # fmt: skip

# Those of them that stand for the speaker, alone and with others.
_FIRST = {
    "en": ("i", "we"),
    "de": ("ich", "wir"),
    "fr": ("je", "nous"),
    "es": ("yo", "nosotros nosotras"),
    "it": ("io", "noi"),
    "pt": ("eu", "nós"),
    "ru": ("я", "мы"),
    "uk": ("я", "ми"),
    "tr": ("ben", "biz"),
}

# Times that are told by a demonstrative: they are dates, no subjects.
_TIMES = {
    "en": "day days week weekend month year morning afternoon evening night time spring summer "
    "autumn fall winter",
    "de": "Woche Jahr Monat Tage Sommer Winter Herbst Frühling",
    "fr": "année semaine nuit automne été hiver jours",
    "es": "año mes semana noche mañana tarde lunes martes miércoles jueves viernes sábado domingo "
    "verano invierno otoño primavera",
    "it": "mese settimana mattina notte sera estate inverno autunno primavera",
    "pt": "ano mês semana noite manhã tarde verão inverno",
    "ru": "год неделя лето зима",
    "uk": "рік тиждень літо зима",
    "tr": "yıl sene hafta ay sabah akşam gece yaz kış",
}


@cache
def _subjects(language: str) -> re.Pattern[str] | None:
    """Compile a pattern of pronouns at the beginning of a text, capitalised or in lower case."""
    if language not in _PRONOUNS:
        return None
    no_time = _not_before("|".join(_TIMES[language].split()))
    contracted = "(?:['’](?:s|re|ve|ll|d|m))?" if language == "en" else ""
    choices = (
        rf"(?:{'|'.join(form for word in words.split() for form in (word, word.capitalize()))})"
        rf"{contracted}(?![\w'’-]){no_time}{behind}"
        for words, behind in _PRONOUNS[language]
    )
    return re.compile("|".join(choices))


# A number of days, weeks or years that a speaker counts back from the day of speaking.
_FEW = r"[0-9]{1,3}"
_DATES: dict[str, list[str]] = {
    "en": [
        "yesterday",
        r"(?<!of )(?<!than )(?<!until )(?<!to )(?<!is )(?<!are )(?<!better )"
        r"(?:today|tomorrow)(?!['’]s)",
        "tonight",
        r"(?<!the )(?<!its )(?<!his )(?<!her )(?<!their )(?<!our )(?<!my )(?<!every )(?<!each )"
        r"(?<!['’]s )(?<!s['’] )(?<!very )(?:last|next) (?:night|week|weekend|month|year|spring"
        r"|summer|autumn|fall|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
        r"(?! (?:of|before|in)\b)(?!-)",
        r"this (?:week|weekend|month|year|morning|afternoon|evening)(?!-)",
        rf"(?:{_FEW}|a|two|three|four|five|six|seven|eight|nine|ten|a few|several) "
        r"(?:day|week|month|year)s? ago",
    ],
    "de": [
        "gestern|vorgestern|übermorgen",
        r"(?<!bis )(?<!noch )(?<!von )(?<!im )(?<!der )(?<!die )(?<!das )(?<!den )heute",
        r"(?<!am )(?<!nächsten )(?<!heute )(?<!gestern )morgen",
        r"(?:im|in der|am|seit|Ende|Anfang|Mitte) (?:letzte[nrms]?|vergangene[nrms]?"
        r"|nächste[nrms]?|kommende[nrms]?|diese[nrms]?) (?:Woche|Monats?|Jahre?s?|Sommers?"
        r"|Winters?|Herbste?s?|Frühlings?|Nacht|Montag|Dienstag|Mittwoch|Donnerstag|Freitag"
        r"|Samstag|Sonntag)(?! (?:de[rs]|von|vor|im|seine[rs]|ihre[rs])\b)",
        r"(?<!die )(?<!der )(?<!das )(?:(?:letzte|vergangene|nächste|kommende|diese) Woche"
        r"|(?:letztes|vergangenes|nächstes|kommendes|dieses) Jahr)(?! (?:de[rs]|von|vor)\b)",
        rf"vor (?:{_FEW}|einem|einer|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|wenigen"
        r"|einigen) (?:Tag|Woche|Monat|Jahr)(?:en|n)?",
    ],
    "fr": [
        "(?<!d['’])(?:hier|avant-hier)",
        r"(?<!jusqu['’])(?<!d['’])aujourd['’]hui",
        "(?<!de )(?<!d['’])(?:demain|après-demain)",
        r"ce (?:soir|matin|mois-ci)|cette (?:semaine|année|nuit)",
        r"(?:la semaine|le mois|l['’]année|l['’]an|l['’]été|l['’]hiver|(?:lun|mar|mercre|jeu"
        r"|vendre|same)di) (?:dernière?|passée?|prochaine?)(?! (?:de|du|d['’]))",
        rf"(?<!^)il y a (?:{_FEW}|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quelques) "
        r"(?:jours?|semaines?|mois|ans?|années?)",
    ],
    "es": [
        "anteayer|ayer",
        r"(?<!hasta )(?<!de )(?<!el )hoy(?! en día)",
        r"(?<!la )(?<!una )(?<!cada )(?<!de )(?<!esta )mañana",
        r"esta (?:noche|mañana|tarde|semana)|este (?:año|mes)",
        r"(?:la semana|el año|el mes|el (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)) "
        r"(?:pasad[oa]|próxim[oa]|que viene)(?! de)",
        rf"hace (?:{_FEW}|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|unos|unas|pocos"
        r"|pocas) (?:días?|semanas?|mes(?:es)?|años?)",
    ],
    "it": [
        r"(?:l['’]altro )?ieri",
        r"(?<!fino a )(?<!ad )(?<!di )oggi(?! giorno)",
        "(?<!di )domani|stasera|stamattina|stanotte",
        r"questa (?:settimana|mattina|notte|sera)|quest['’]anno|questo mese",
        r"(?:la settimana|l['’]anno|il mese|lunedì|martedì|mercoledì|giovedì|venerdì|sabato"
        r"|domenica) (?:scors[oa]|prossim[oa]|passat[oa])(?! d)",
        rf"(?:{_FEW}|un|una|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|pochi|poche) "
        r"(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi]) fa",
    ],
    "pt": [
        "anteontem|ontem",
        r"(?<!até )(?<!de )hoje(?! em dia)",
        "(?<!de )amanhã",
        r"n?esta (?:semana|noite|manhã|tarde)|n?este (?:ano|mês)",
        r"(?:na semana|no ano|no mês|na (?:segunda|terça|quarta|quinta|sexta)(?:-feira)?) "
        r"(?:passad[oa]|próxim[oa]|que vem)(?! d)",
        rf"há (?:{_FEW}|um|uma|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|alguns|poucos) "
        r"(?:dias?|semanas?|mês|meses|anos?)(?! que)",
    ],
    "ru": [
        "позавчера|вчера|послезавтра|(?<!россия )сегодня|завтра",
        "на (?:прошлой|следующей|этой) неделе",
        r"в (?:прошлом|следующем|этом) (?:году|месяце)",
        rf"(?:(?:{_FEW}|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|несколько) "
        r"(?:дня|дней|недели|недель|месяца|месяцев|года|лет)|год|месяц|неделю) назад",
    ],
    "uk": [
        "позавчора|вчора|післязавтра|сьогодні|завтра|торік|цьогоріч",
        r"(?:минулого|наступного|цього) (?:року|місяця|тижня)",
        rf"(?:(?:{_FEW}|два|дві|три|чотири|п['’]ять|шість|сім|вісім|десять|кілька) "
        r"(?:дні|днів|тижні|тижнів|місяці|місяців|роки|років)|рік|місяць|тиждень) тому",
    ],
    "tr": [
        "dün|bugün|yarın",
        r"(?:geçen|gelecek|önümüzdeki) (?:yıl|hafta|ay|sene|yaz|kış)",
        r"(?<!o )bu (?:yıl|hafta|ay|sene|sabah|akşam|gece)",
    ],
}


@cache
def _relative_dates(language: str) -> re.Pattern[str] | None:
    """Compile one pattern of all relative dates; it checks the words before only after a match."""
    if language not in _DATES:
        return None
    choices = []
    for date in _DATES[language]:
        behind, words = _BEHIND.fullmatch(date).groups()  # type: ignore[union-attr]  # fits all
        choices.append(f"(?={words}){behind}(?:{words})")
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(choices)})(?![\w-])", re.IGNORECASE)


_BEHIND = re.compile(r"((?:\(\?<![^)]*\))*)(.*)")
