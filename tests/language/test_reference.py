"""Which words point outside a sentence, in several languages, and which only look as if."""

from __future__ import annotations

import re

import pytest

from onrecord.language.languages import knowledge_of, languages
from onrecord.language.reference import pronoun_as_subject, relative_date, vague_quantity

POINTING = [
    ("en", "He said that the harbour was closed.", "He"),
    ("en", "they’re lying about the harbour.", "they’re"),
    ("en", "This war will last for years.", "This"),
    ("en", "It will destroy 5,000 jobs.", "It"),
    ("en", "I never voted for the harbour.", "I"),
    ("en", "That was a lie.", "That"),
    ("en-GB", "She lied.", "She"),
    ("de", "Sie hat gelogen.", "Sie"),
    ("de", "Dieser Krieg dauert an.", "Dieser"),
    ("de", "Das ist falsch.", "Das"),
    ("de", "Dies wurde beschlossen.", "Dies"),
    ("fr", "Il a volé cinq millions.", "Il"),
    ("fr", "Cette guerre durera.", "Cette"),
    ("es", "Él robó el dinero.", "Él"),
    ("es", "Esta guerra durará.", "Esta"),
    ("it", "Lui ha mentito.", "Lui"),
    ("pt", "Essa lei foi aprovada.", "Essa"),
    ("ru", "Эта война продлится.", "Эта"),
    ("uk", "Цей закон ухвалили.", "Цей"),
    ("tr", "O yalan söyledi.", "O"),
]
STANDING_ALONE = [
    ("en", "It is raining."),
    ("en", "It is known that the harbour is closed."),
    ("en", "It was the mayor who closed the harbour."),
    ("en", "It takes two hours to cross the harbour."),
    ("en", "It would be wrong to close the harbour."),
    ("en", "It had snowed in Exampleton."),
    ("en", "Theyyam is a dance."),
    ("en", "This year was hot."),
    ("en", "She Said is a film."),
    ("en", "He Example is a writer."),
    ("en", "IT is a sector."),
    ("en", "I, Robot is a book."),
    ("en", "I-95 is closed."),
    ("en", "THEY LIE."),
    ("en", "Those who smoke die earlier."),
    ("en", "That smoking kills is known."),
    ("en", "“He will go” is a song."),
    ("de", "Es gibt Leben."),
    ("de", "Das große Haus brennt."),
    ("de", "Dieses Jahr war heiß."),
    ("fr", "Il y a dix pays."),
    ("fr", "Il faut partir."),
    ("fr", "Il est interdit de fumer."),
    ("fr", "Il a plu."),
    ("es", "El presidente mintió."),
    ("es", "Está lloviendo."),
    ("it", "Io è una luna di Giove."),
    ("pt", "Este ano foi quente."),
    ("ru", "Это правда, что порт закрыт."),
    ("uk", "Це правда."),
    ("tr", "O kadar çok gemi geldi ki liman kapandı."),
    ("zh", "他说港口关闭了。"),
    ("ar", "هو رئيس البلدية."),
]


@pytest.mark.parametrize(("language", "text", "word"), POINTING)
def test_a_pronoun_as_subject_points_elsewhere(language, text, word):
    assert pronoun_as_subject(text, language) == word


@pytest.mark.parametrize(("language", "text"), STANDING_ALONE)
def test_expletives_names_and_other_words_do_not(language, text):
    assert pronoun_as_subject(text, language) is None


DATED = [
    ("en", "The mayor said yesterday that the harbour was closed.", "yesterday"),
    ("en", "Last week the bank raised its rate.", "Last week"),
    ("en", "Prices are higher today.", "today"),
    ("en", "The law passed two years ago.", "two years ago"),
    ("en", "This year was hot.", "This year"),
    ("de", "Die Bank hat in der letzten Woche den Zins erhöht.", "in der letzten Woche"),
    ("de", "Heute Abend tritt der Rat zusammen.", "Heute"),
    ("de", "Das Gesetz gilt seit diesem Jahr.", "seit diesem Jahr"),
    ("fr", "Le maire a démissionné hier.", "hier"),
    ("fr", "La loi a été votée il y a deux ans.", "il y a deux ans"),
    ("es", "El paro subió hace tres años.", "hace tres años"),
    ("it", "Il governo è caduto due anni fa.", "due anni fa"),
    ("pt", "O governo caiu há dois anos.", "há dois anos"),
    ("ru", "Порт закрыли в прошлом году.", "в прошлом году"),
    ("uk", "Порт закрили два роки тому.", "два роки тому"),
    ("tr", "Liman geçen yıl kapandı.", "geçen yıl"),
]
DATELESS = [
    ("en", "USA Today wrote of the harbour."),
    ("en", "It was the last year of the war."),
    ("en", "In his last year in office he closed the harbour."),
    ("en", "Dinosaurs died out 66 million years ago."),
    ("en", "The castle stands in today's Poland."),
    ("en", "On 3 May 2024, that is today, the harbour was closed."),
    ("en", "The mayor said “I will resign tomorrow”."),
    ("en", "Tomorrow Never Dies is a film."),
    ("de", "Der Morgen war kalt."),
    ("de", "Bis heute gibt es keinen Hafen."),
    ("fr", "Il y a sept jours dans une semaine."),
    ("es", "El puerto abre por la mañana."),
    ("es", "Hoy en día hay barcos."),
    ("ru", "Об этом писало агентство «Пример сегодня»."),
    ("zh", "昨天港口关闭了。"),
]


@pytest.mark.parametrize(("language", "text", "words"), DATED)
def test_a_relative_date_depends_on_the_day(language, text, words):
    assert relative_date(text, language) == words


@pytest.mark.parametrize(("language", "text"), DATELESS)
def test_other_times_names_and_quoted_words_do_not(language, text):
    assert relative_date(text, language) is None


VAGUE = [
    ("en", "So many people fled in 2022.", "So many"),
    ("en", "The mayor closed a number of schools.", "a number of"),
    ("de", "Unzählige Häuser brannten.", "Unzählige"),
    ("fr", "Le port a perdu beaucoup de navires.", "beaucoup de"),
    ("es", "El puerto perdió numerosos barcos.", "numerosos"),
    ("it", "Il porto ha perso un sacco di navi.", "un sacco di"),
    ("pt", "O porto perdeu inúmeros navios.", "inúmeros"),
    ("ru", "Порт потерял множество кораблей.", "множество"),
    ("uk", "Порт втратив безліч кораблів.", "безліч"),
]
NUMBERS = [
    *((year, False) for year in ("1999", "in 2024", "1066, 2000", "x1999x", "")),
    *(
        (number, True)
        for number in ("7", "30", "199", "19999", "1999.5", "2099,1", "2.1999", "2100")
    ),
]
EXACT = [
    ("en", "Nearly 800,000 people fled, which is a lot of people."),
    ("en", "The mayor said that many people fled."),
    ("en", "The slogan is “So many ships”."),
    ("de", "Viele Häuser brannten."),
    ("pl", "Tak wiele domów spłonęło."),
]


@pytest.mark.parametrize("language", languages())
def test_vague_quantities_are_found_in_any_case_and_as_whole_words(language):
    for words in knowledge_of(language).vague_quantities:
        if re.escape(words) == words.replace(" ", "\\ "):
            assert vague_quantity(f"{words.upper()}!", language) == words.upper()
            assert vague_quantity(f"\n{words}", language) == words
            assert vague_quantity(f"x{words} {words}x", language) is None


@pytest.mark.parametrize(("text", "is_number"), NUMBERS)
def test_a_quantity_is_not_vague_beside_a_number_that_is_no_year(text, is_number):
    assert (vague_quantity(f"so many {text}", "en") is None) == is_number


@pytest.mark.parametrize(("language", "text", "words"), VAGUE)
def test_a_vague_quantity_gives_no_number(language, text, words):
    assert vague_quantity(text, language) == words


@pytest.mark.parametrize(("language", "text"), EXACT)
def test_numbers_quoted_words_and_unknown_languages_are_not_vague(language, text):
    assert vague_quantity(text, language) is None
