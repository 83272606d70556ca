"""The language of a short text is detected, or is left open for a reason."""

from __future__ import annotations

import pytest

from onrecord.language.detection import detected_language
from onrecord.language.languages import languages

pytestmark = pytest.mark.slow  # loads a model

# Made-up reports of a sentence or two, in all languages that have a file.
REPORTS = {
    "ar": "قال رئيس البلدية إن الجسر سيفتح غدا. وأضاف أنه آمن.",
    "be": "Мэр сказаў, што мост адкрыюць заўтра.",
    "bg": "Кметът каза, че мостът ще бъде отворен утре.",
    "bn": "কেউ আসেনি।",
    "ca": "L’alcalde va dir que el pont obrirà demà.",
    "cs": "„Most je bezpečný,“ řekla Anna.",
    "da": "Borgmesteren sagde, at broen åbner i morgen.",
    "de": "„Mehl ist knapp“, sagte Bo Dahl.",
    "el": "Ναι",
    "en": "“Flour is scarce,” said Bo Dahl.",
    "es": "Nadie vino a la reunión.",
    "et": "Linnapea ütles, et sild avatakse homme.",
    "fa": "«پل امن است.»",
    "fi": "Kukaan ei tullut.",
    "fr": "Personne n’est venu.",
    "he": "שלום",
    "hi": "मेयर ने कहा कि पुल कल खुलेगा।",
    "hu": "Senki sem jött el.",
    "id": "Tidak ada yang datang.",
    "it": "Nessuno è venuto.",
    "ja": "橋は安全です。",
    "ko": "네",
    "lt": "Niekas neatėjo.",
    "lv": "Neviens neatnāca.",
    "nl": "Niemand kwam opdagen.",
    "no": "Ordføreren sa at broen åpner i morgen.",
    "pl": "Nikt nie przyszedł.",
    "pt": "Ninguém veio à reunião.",
    "ro": "Nimeni nu a venit.",
    "ru": "Никто не пришёл.",
    "sk": "Primátor povedal, že most bude otvorený zajtra.",
    "sl": "Nihče ni prišel.",
    "sr": "Градоначелник је рекао да ће мост бити отворен сутра.",
    "sv": "Borgmästaren sade att bron öppnar i morgon.",
    "sw": "Hakuna aliyekuja.",
    "th": "ไม่มีใครมา",
    "tr": "Belediye başkanı köprünün yarın açılacağını söyledi.",
    "uk": "«Міст безпечний», — сказала Ганна.",
    "ur": "کمپنی نے آج اپنے نتائج کا اعلان کیا۔",
    "vi": "Không ai đến.",
    "zh": "桥修好了。",
}


def test_a_sentence_in_each_language():
    assert REPORTS.keys() == languages().keys() - {"und", "zh-Hant"}
    found = {tag: detected_language(text) for tag, text in REPORTS.items()}
    assert found == {tag: tag for tag in REPORTS}
    assert detected_language("市長說大橋明天開放。") == "zh"
    assert detected_language("მერი") == "ka"


@pytest.mark.parametrize(
    "text",
    [
        *("", "123", "Marrowick", "— —", "Ok.", "2024 £5", "Владимир Путин", "محمد", "王", "😀"),
        "Ingen kom til møtet.",  # Danish, Bokmål or Nynorsk
        "Gradonačelnik je rekao da će most biti otvoren sutra.",  # Bosnian, Croatian or Serbian
        "„Most je siguran“, rekla je ministrica.",
        "“Jambatan itu selamat,” kata menteri.",  # Malay, near Indonesian
        "O alcalde dixo que a ponte abrirá mañá.",  # Galician, near Portuguese
        "„Мостот е безбеден“, рече таа.",  # Macedonian, near Serbian and Bulgarian
    ],
)
def test_what_may_be_in_several_languages_is_not_certain(text):
    assert detected_language(text) is None
