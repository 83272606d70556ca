"""What stands for a name and is none is told from names that look alike, in each language."""

from __future__ import annotations

import pytest

from onrecord.language import cues, names


@pytest.mark.parametrize(
    "name", ["None", "N/A", "null", "NaN", "-", "???", "(unknown)", "不明", "—"]
)
def test_what_stands_for_nothing_is_no_name(name):
    assert names.is_no_name(name)


@pytest.mark.parametrize("name", ["Null", "Nan", "Na", "O", "Li", "何", "X", "Anonymous"])
def test_short_and_odd_names_are_names(name):
    assert not names.is_no_name(name)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *[("he", "en"), ("He", "en-GB"), ("Sie", "de"), ("on", "fr"), ("él", "es"), ("Он", "ru")],
        *[("Hon", "sv"), ("hun", "da"), ("Hun", "no"), ("hän", "fi"), ("zij", "nl"), ("lei", "it")],
        *[
            ("Elas", "pt"),
            ("oni", "pl"),
            ("ona", "cs"),
            ("Oni", "sk"),
            ("dânsa", "ro"),
            ("ők", "hu"),
        ],
        *[("αυτή", "el"), ("mereka", "id"), ("тя", "bg"), ("nosaltres", "ca")],
        *[("היא", "he"), ("उन्होंने", "hi"), ("그녀", "ko"), ("ایشان", "fa")],
        *[("она", "sr"), ("oni", "sr"), ("nó", "vi")],
        *[("вона", "uk"), ("هو", "ar"), ("她", "zh-Hant"), ("彼女", "ja"), ("onlar", "tr")],
    ],
)
def test_pronouns_are_known(name, language):
    assert names.is_pronoun(name, language)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *[("WHO", "en"), ("US", "en"), ("You", "en"), ("Du", "de"), ("Ella", "es"), ("Ben", "tr")],
        *[("Lui", "it"), ("Han", "sv"), ("Me", "fi"), ("Ze", "nl"), ("On", "cs"), ("Ki", "hu")],
        *[("he", "de"), ("He Lan", "en"), ("he", "hu"), ("何", "zh")],
    ],
)
def test_what_may_be_a_name_is_no_pronoun(name, language):
    assert not names.is_pronoun(name, language)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *[("the president", "en"), ("a White House spokesman", "en"), ("Mayor of London", "en")],
        *[("Regierungssprecher", "de"), ("Sprecherin des Ministeriums", "de")],
        *[("l'ambassadeur", "fr"), ("porte-parole de la police", "fr"), ("la ministra", "es")],
        *[
            ("la sindaca", "it"),
            ("l'assessore", "it"),
            ("o prefeito", "pt"),
            ("de woordvoerster", "nl"),
        ],
        *[("politiewoordvoerder", "nl"), ("rzecznik policji", "pl"), ("starostka", "cs")],
        *[
            ("Hovorkyňa", "sk"),
            ("purtătorul de cuvânt", "ro"),
            ("a szóvivő", "hu"),
            ("кметът", "bg"),
        ],
        *[("borgmästaren", "sv"), ("polisens talesperson", "sv"), ("borgmesteren", "da")],
        *[("ordføreren", "no"), ("kaupunginjohtaja", "fi"), ("ο δήμαρχος", "el"), ("мерка", "uk")],
        *[("juru bicara", "id"), ("wali kota", "id"), ("la portaveu", "ca")],
        *[("ראש העיר", "he"), ("मेयर", "hi"), ("विदेश मंत्री", "hi"), ("시장", "ko"), ("شهردار", "fa")],
        *[("رئيس البلدية", "ar"), ("负责人", "zh"), ("副知事", "ja")],
        *[("градоначелница", "sr"), ("portparol", "sr"), ("Thị trưởng", "vi")],
        *[("представитель полиции", "ru"), ("Речниця", "uk"), ("المتحدث باسم الشرطة", "ar")],
        *[
            ("外交部发言人", "zh"),
            ("報道官", "ja"),
            ("Dışişleri Bakanı", "tr"),
            ("bir yetkili", "tr"),
        ],
    ],
)
def test_roles_are_told(name, language):
    assert names.role_of(name, language) == "person"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *[("Will Said", "en"), ("O'Brien", "en"), ("John Bishop", "en"), ("Judge", "en")],
        *[("The Diplomat", "en"), ("The President's Office", "en"), ("Richter", "de")],
        *[("Präsident von Weizsäcker", "de"), ("Ministerin von der Leyen", "de")],
        *[("le président de Gaulle", "fr"), ("d'Estaing", "fr"), ("el presidente de la Rúa", "es")],
        *[("президент Ткач", "ru"), ("الرئيس منصور", "ar"), ("安倍首相", "ja"), ("Başkan", "tr")],
        *[
            ("Giudice", "it"),
            ("il presidente Rossi", "it"),
            ("Juiz", "pt"),
            ("Kiss Anna polgármester", "hu"),
        ],
        *[
            ("de Rechter", "nl"),
            ("Burgemeester", "nl"),
            ("burmistrz Zych", "pl"),
            ("Starosta", "pl"),
        ],
        *[("Soudce", "cs"), ("Sudca", "sk"), ("Bíró", "hu"), ("Tuomari", "fi"), ("General", "sv")],
        *[("דוד כהן", "he"), ("मेयर राजेश कुमार", "hi"), ("김민수 시장", "ko"), ("田中市長", "ja")],
        *[("Судија", "sr"), ("ông An", "vi"), ("Anh", "vi"), ("thị trưởng An", "vi")],
        *[("شهردار علی احمدی", "fa"), ("市长王伟", "zh"), ("رئيس البلدية أحمد علي", "ar")],
        *[("Hakim", "id"), ("Guru", "id"), ("ο δήμαρχος Λιβάς", "el"), ("Лікар", "uk")],
        *[("president", "et"), (" ", "en")],
    ],
)
def test_names_with_and_like_titles_are_no_roles(name, language):
    assert names.role_of(name, language) is None


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("la polizia", "it"),
        ("regeringen", "da"),
        ("policie", "cs"),
        ("a kormány", "hu"),
        ("the police", "en"),
        ("Polizei", "de"),
        ("警方", "zh"),
        ("Polis", "tr"),
    ],
)
def test_bodies_are_told_from_persons(name, language):
    assert names.role_of(name, language) == "body"


@pytest.mark.parametrize(
    ("cue", "language", "manner"),
    [
        *[("Wrote", "en", "writing"), ("dachte", "de", "thought"), ("写道：", "zh", "writing")],
        *[("said", "en", None), ("wrote", "de", None), ("said to himself", "en", None)],
    ],
)
def test_cues_tell_how_it_was_said_where_that_is_beyond_doubt(cue, language, manner):
    assert cues.cue_manner(cue, language) == manner


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("https:www.example.org", "an address"),
        ("https://example.org/a", "an address"),
        ("http//example.org", "an address"),
        ("http:/example.org", "an address"),
        ("WWW.example.org", "an address"),
        ("ada@example.org", "an e-mail address"),
        ("mailto:ada@example.org", "an e-mail address"),
        ("['Ada Example', 'Bo Example']", "a list or an object as programs write them"),
        ('["Ada Example"]', "a list or an object as programs write them"),
        ('{"name": "Ada Example"}', "a list or an object as programs write them"),
        ("('Ada', 'Bo')", "a list or an object as programs write them"),
        ("[]", "a list or an object as programs write them"),
        ("1234", "a number"),
        ("12.5", "a number"),
        ("Booking.com", None),
        ("example.org", None),
        ("Ada Example (Mayor)", None),
        ("(Ada) Example", None),
        ("50 Cent", None),
        ("AC/DC", None),
        ("Yahoo!", None),
        ("Http Example", None),
        ("Ada @ Work", None),
        ("3M", None),
    ],
)
def test_what_only_programs_write_is_no_name(name, what):
    assert names.name_defect(name) == what
