"""Rules about text: what their queries pass over, the functions would not have told either."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pytest
from ftfy.badness import is_bad
from hypothesis import given
from hypothesis import strategies as st

from onrecord.corpus.batch_source import BatchSource
from onrecord.engines.duckdb import DuckDB
from onrecord.language.addresses import plain_url
from onrecord.language.characters import first_defect, invisible, not_composed, overrides
from onrecord.language.decoding import controls, lost, misdecoded, suspect
from onrecord.language.markup import markup
from onrecord.rules.text.characters import (
    ControlCharacter,
    DirectionOverride,
    InvisibleCharacter,
    LettersLost,
    MarkupInText,
    Mojibake,
    NotNfc,
)

WORDS = [
    *("Guantánamo", "São Paulo", "l’été", "États-Unis", "“Hello”", "Straße – ja…", "Erdoğan"),
    *("Łódź", "Việt Nam", "Привет", "Київ", "Αθήνα", "مرحبا", "שלום", "हिन्दी", "日本語", "👍🏽 ok"),
]
ENCODINGS = ["latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "mac-roman"]
CHARACTERS = [chr(point) for point in range(1, 0x30000) if not 0xD800 <= point < 0xE000]


def passed_over(rule, strings):
    """The strings that the rule's query does not ask its function about."""
    (pattern,) = re.findall(r"REGEXP_MATCHES\(s\.value, '(.*?)'\) AND", rule.query)
    engine = DuckDB({"strings": BatchSource.of(pa.table({"value": strings}))})
    query = f"SELECT s.value FROM strings AS s WHERE NOT REGEXP_MATCHES(s.value, '{pattern}')"
    found = [row["value"] for row in engine.rows(query)]
    engine.close()
    return found


def misread(word, encoding):
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in word.encode())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_mojibake_is_passed_over(encoding):
    wrong = [misread(word, encoding) for word in WORDS]
    told = [one for one in wrong if misdecoded(f"in {one} today")]
    assert len(told) > 5
    assert set(passed_over(Mojibake, told)) == set()


@pytest.mark.parametrize("word", WORDS)
def test_mojibake_is_told_with_what_it_was(word):
    # Of ErdoÄŸan ftfy is not sure.
    for encoding in ("latin-1", "cp1252")[: 1 if word == "Erdoğan" else 2]:
        (first, *_) = misdecoded(misread(word, encoding))
        assert first.fix == word.split()[0]
    assert misdecoded(word) == lost(word) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "function"),
    [
        (NotNfc, not_composed),
        (ControlCharacter, controls),
        (DirectionOverride, overrides),
        (InvisibleCharacter, lambda text: invisible(text, line=True)),
    ],
)
def test_no_character_is_passed_over(rule, function):
    strings = [f"a{character}b" for character in CHARACTERS]
    assert [text for text in passed_over(rule, strings) if function(text)] == []


def test_what_lost_letters_and_markup_need_is_not_passed_over():
    damaged = ["M\ufffdnchen", "Guant?namo", "??? ???", "Ãtats", "it isnât", "ÐÑÐ¸Ð²ÐµÑ", "heâs"]
    assert all(map(lost, damaged[:5]))
    assert passed_over(LettersLost, [one for one in damaged if lost(one)]) == []
    tags = ["<p>", "</div>", "<!-- x -->", "<a href='x'>", "&amp;", "&#8217;", "&#x2019;", "<BR/>"]
    assert all(map(markup, tags))
    assert passed_over(MarkupInText, tags) == []


def test_composing_part_by_part_is_composing():
    text = "cafe\u0301 \u1112\u1161\u11ab\u212b \u0928\u093c o\u0323\u0300 x"
    parts, at = [], 0
    for start, end, fix, _ in not_composed(text):
        parts += [text[at:start], fix]
        at = end
    assert "".join([*parts, text[at:]]) == unicodedata.normalize("NFC", text) != text


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://www.Example.org/", "example.org"),
        ("http://example.org/a/?utm_source=x&id=1#top", "example.org/a?id=1"),
        ("https://example.org/?fbclid=x", "example.org"),
        ("https://example.org/#!/a", "example.org#!/a"),
        ("https://example.org/A?b=1&c=2", "example.org/A?b=1&c=2"),
        ("https://m.example.org/a", "m.example.org/a"),
    ],
)
def test_addresses_without_what_does_not_change_the_page(url, plain):
    assert plain_url(url) == plain


LIKELY = "".join(map(chr, range(0x80, 0x180))) + "aZ ;αΒаРС’“”€™…√≈‚─\uf8ff"


@given(st.text(st.sampled_from(LIKELY), max_size=6), st.sampled_from(["", "a b", "x "]))
def test_what_ftfy_judges_to_be_bad_is_suspect(middle, beside):
    line = beside + middle + beside
    assert not is_bad(line) or any(map(is_bad, suspect(line)))


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("encoding", ["sloppy-windows-1252", "latin-1"])
@pytest.mark.parametrize(
    "words",
    [
        "François",
        "Œuvre",
        "Ça va à Île-de-France",
        "“Guantánamo”",
        "«été»",
        "Łódź",
        "Привет",
        "日本",
        "🎉",
    ],
)
def test_mojibake_of_any_depth_is_corrected_in_full_or_not_at_all(words, encoding, times):
    wrong = words
    for _ in range(times):
        wrong = misread(wrong, encoding)
    for before, after in (("", ""), ("Arrivé: ", " est là."), ("“", "”"), ("FranÃ§ois et ", "")):
        text = before + wrong + after
        right = before.replace("Ã§", "ç") + words + after
        found = first_defect(text, misdecoded(text))
        if found is not None:
            assert found.expected is None or found.expected in right
            assert found.fixed in (None, right)


def test_a_correction_that_leaves_letters_out_is_not_suggested():
    for wrong in ("Ã…â€™uvre", "Fran\ufffdÃ§ois", "Arrivé: Ã‡a va ÃŽle", "â€\ufffdmayorâ€™s"):
        found = first_defect(wrong, misdecoded(wrong))
        assert found is None or found.fixed is None
