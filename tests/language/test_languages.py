"""What is known about languages is in one file for each, which is validated when it is read."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from itertools import chain
from pathlib import Path

import pytest

import onrecord.language
from onrecord.errors import InputError
from onrecord.language import mark_signs, tags
from onrecord.language.languages import knowledge_of, languages, read
from onrecord.language.verdicts import ratings

DATA = Path(onrecord.language.__file__).with_name("data")
RATINGS = [one.name for one in fields(knowledge_of("en").verdicts) if one.name != "out_of"]


def texts(value):
    """All regular expressions in a value of a language."""
    if is_dataclass(value):
        yield from chain.from_iterable(texts(getattr(value, one.name)) for one in fields(value))
    elif isinstance(value, tuple):
        for one in value:
            yield from [one] if isinstance(one, str) else texts(one)


def test_every_file_is_a_language():
    assert list(languages()) == sorted(file.stem for file in DATA.glob("*.toml"))
    assert set(DATA.iterdir()) == set(DATA.glob("*.toml"))
    for tag in languages():
        assert tag == "und" or tags.language_defect(tag) is None


@pytest.mark.parametrize("tag", languages())
def test_every_regular_expression_is_one(tag):
    for text in texts(languages()[tag]):
        re.compile(text)


@pytest.mark.parametrize("tag", languages())
def test_what_depends_on_other_words_has_them(tag):
    one = languages()[tag]
    subjects = {word for each in one.pronouns.subjects for word in each.words}
    assert one.pronouns.also_names <= one.pronouns.words
    assert not subjects or one.pronouns.first_singular | one.pronouns.first_plural
    assert all(re.compile(f"(?<!{text})") for each in one.dates.relative for text in each.not_after)


def test_a_word_for_a_verdict_has_one_meaning():
    for word, meaning in ratings().items():
        meanings = {
            rating
            for one in languages().values()
            for rating in RATINGS
            if word in getattr(one.verdicts, rating)
        }
        assert meanings == {meaning}


def test_marks_of_all_languages_are_known_in_any():
    for one in languages().values():
        for opening, closing in one.quotation_marks:
            assert closing in mark_signs.PAIRS[opening]
            assert mark_signs.MARKS.fullmatch(opening)
            assert mark_signs.MARKS.fullmatch(closing)


@pytest.mark.parametrize(
    ("tag", "known"), [("pt-BR", "pt"), ("de-Latn-CH", "de"), ("EN-gb", "en"), ("en-x-old", "en")]
)
def test_a_variety_is_the_language_where_it_has_no_file(tag, known):
    assert knowledge_of(tag) == knowledge_of(known)


def test_a_file_of_a_variety_has_what_differs():
    traditional, chinese = knowledge_of("zh-hant-TW"), knowledge_of("zh")
    assert traditional.name == "Chinese (traditional)"
    assert ("「", "」") in traditional.quotation_marks
    assert ("「", "」") not in chinese.quotation_marks
    assert traditional.pronouns == chinese.pronouns


@pytest.mark.parametrize(
    "tag", ["qaa", "", "../../secret", "x-private", "e", "xx" + "-a" * 100_000]
)
def test_nothing_is_known_of_a_language_without_a_file(tag):
    assert not knowledge_of(tag).pronouns.words
    assert not knowledge_of(tag).quotation_marks


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "name is missing"),
        ("name = 'X'\nquotes = []", "unknown key quotes"),
        ("name = 'X'\n[pronoun]\nwords = ['he']", "unknown key pronoun; did you mean pronouns?"),
        ("name = 'X'\n[pronouns]\nword = ['he']", "unknown key pronouns.word; did you mean words?"),
        ("name = 1", "name must be a text"),
        ("name = 'X'\npronouns = ['he']", "pronouns must be a table"),
        ("name = 'X'\n[pronouns]\nwords = 'he'", "pronouns.words must be a list of texts"),
        ("name = 'X'\n[pronouns]\nwords = ['']", "pronouns.words must be a list of texts"),
        (
            "name = 'X'\n[pronouns]\nwords = ['he', 'he']",
            "pronouns.words must be a list without repetitions",
        ),
        (
            "name = 'X'\n[pronouns]\nwords = ['He']",
            "'He' in pronouns.words must be in small letters and NFC",
        ),
        ("name = 'X'\n[pronouns]\nsubjects = 1", "pronouns.subjects must be a list of tables"),
        (
            "name = 'X'\n[[pronouns.subjects]]\nwords = ['he']\nafter = ['it']",
            "unknown key pronouns.subjects[0].after",
        ),
        ("name = 'X'\n[[dates.relative]]", "dates.relative[0].words is missing"),
        ("name = 'X'\n[roles]\nhead = 'middle'", "roles.head must be one of first, last, alone"),
        ("name = 'X'\n[roles]\ncapitals = 'yes'", "roles.capitals must be true or false"),
        ("name = 'X'\nsmall_letters = {I = 1}", "small_letters must be a table of texts"),
        ("name = 'X'\nquotation_marks = ['“”']", "quotation_marks must be a list of pairs"),
        ("name = 'X'\nquotation_marks = [['a', '”']]", "quotation_marks must be a list of pairs"),
        ("name = 'X'\nquotation_marks = [['[', ']']]", "quotation_marks must be a list of pairs"),
        ("name = X", "Invalid value"),
    ],
)
def test_a_file_that_is_not_valid_names_the_key(tmp_path, text, error):
    (tmp_path / "xx.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(f"language/data/xx.toml: {error}")):
        read(tmp_path / "xx.toml")


@pytest.mark.parametrize("statement", ["import onrecord.cli.main", "from onrecord import Document"])
def test_nothing_is_read_before_it_is_needed(statement):
    script = f"{statement}; import sys; print('onrecord.language.languages' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
