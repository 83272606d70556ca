"""Words are found again in a text that was edited, and nowhere else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onrecord.anchoring.reanchor import Wanted, reanchor, same_sense
from onrecord.files.texts import sha256
from onrecord.language.folding import fold, tier_of
from onrecord.language.languages import in_all
from onrecord.language.negation import negations, numbers
from tests.drawing import examples

# Words, the same words in another text, and the tier in which they are the same.
SAME = [
    ("We will rebuild", "We will rebuild", "exact"),
    ("We will rebuild", "We  will\nrebuild", "white-space"),
    ("мы вернёмся", "мы\n\tвернёмся", "white-space"),
    ("“We won't”", "«We won’t»", "typography"),
    ("so – they say", "so -- they say", "typography"),
    ("wait…", "wait...", "typography"),
    ("5–7 % mehr", "5-7\u00a0% mehr", "typography"),
    ("der ﬁnale Fluß", "der finale Fluß", "typography"),
    ("caf\u00e9", "cafe\u0301", "typography"),
    ("평화", "\u1111\u1167\u11bc\u1112\u116a", "typography"),
    ("「平和」です", "『平和』です", "typography"),
    ("السلام عليكم", "السلام\u00a0عليكم", "typography"),
    ("שלום עליכם", "שלום\u200f עליכם", "typography"),
    ("Ｎｏ１", "No1", "typography"),
    ("a wide space", "a\u2003wide space", "typography"),
]
DIFFERENT = [
    ("5 percent", "6 percent"),
    ("3½", "31/2"),
    ("m²", "m2"),
    ("we will", "we will not"),
    ("We will", "we will"),
    ("to day", "today"),
    ("cafe", "café"),
    ("peace", "peaces"),
]


@pytest.mark.parametrize(("words", "other", "tier"), SAME)
def test_wordings_that_are_the_same(words: str, other: str, tier: str) -> None:
    assert tier_of(words, other) == tier_of(other, words) == tier
    assert same_sense(words, other)
    text = f"Before it: {other}, and after."
    (reanchored,) = reanchor([Wanted(words, prefix="Before it: ", suffix=", and")], text)
    assert reanchored.place
    assert text[reanchored.place.start : reanchored.place.end] == other
    assert reanchored.place.tier == tier


@pytest.mark.parametrize(("words", "other"), DIFFERENT)
def test_wordings_that_are_not_the_same(words: str, other: str) -> None:
    assert tier_of(words, other) is None
    text = f"Before it: {other}, and after."
    wanted = Wanted(words, start=11, end=11 + len(words), prefix="Before it: ", suffix=", and")
    (reanchored,) = reanchor([wanted], text)
    place = reanchored.place
    assert place is None or text[place.start : place.end] == words


def test_a_place_does_not_begin_or_end_inside_a_character() -> None:
    assert fold("a\ufb01b", "typography").places("f", 9) == []
    assert fold("a\ufb01b", "typography").places("fi", 9) == [(1, 2)]
    assert fold("cafe\u0301", "typography").places("cafe", 9) == []
    assert fold("a \n b", "white-space").places(" ", 9) == [(1, 4)]
    assert fold("aaa", "exact").places("aa", 1) == [(0, 2)]


NEGATED = [
    ("We will go", "We won’t go"),
    ("We will go", "We will never go"),
    ("Wir gehen", "Wir gehen nicht"),
    ("ein Haus", "kein Haus"),
    ("nous allons", "nous n’allons pas"),
    ("мы пойдём", "мы не пойдём"),
    ("ми підемо", "ми не підемо"),
    ("سنذهب", "لن نذهب"),
    ("我们去", "我们不去"),
    ("行きます", "行きません"),
    ("यह सच है", "यह सच नहीं है"),
    ("เราไป", "เราไม่ไป"),
    ("gidiyoruz", "gitmek yok"),
    ("vamos", "no vamos"),
    ("הלכנו", "לא הלכנו"),
]


@pytest.mark.parametrize(("words", "other"), NEGATED)
def test_negations_are_seen(words: str, other: str) -> None:
    assert not negations(words)
    assert negations(other)
    assert not same_sense(words, other)


def test_every_word_of_the_languages_negates() -> None:
    for word in in_all("negation.words"):
        said = f"so {word}x y" if word.endswith(("'", "-")) else f"so {word} y"
        said = "so don't y" if word == "n't" else said
        assert word.casefold() in negations(said), word
    for part in in_all("negation.parts"):
        assert negations(f"x{part}x")


def test_numbers_of_all_scripts_are_seen() -> None:
    assert numbers("3,5 % of ٣٥ and 1½ m²") == ("3", "5", "35", "1", "½", "²")
    assert same_sense("٣ of them", "3 of them")


# Equal words in several places


def spans_in(text: str, *marked: str, context: int = 0) -> list[Wanted]:
    """Where the words between brackets stand in a text, which is given without them."""
    found = []
    for one in marked:
        at = one.index("[")
        words = one[at + 1 : one.index("]")]
        start = text.index(one.replace("[", "").replace("]", "")) + at
        end = start + len(words)
        prefix, suffix = text[max(0, start - context) : start], text[end : end + context]
        found.append(Wanted(words, None, start, end, prefix, suffix))
    return found


OLD = "He said no. She said yes. They said nothing, and it was said again."


def test_context_tells_places_apart() -> None:
    wanted = spans_in(OLD, "She [said]", "was [said] again", context=8)
    new = f"Corrected. She never said so. {OLD}".replace("yes", "perhaps")
    places = [reanchored.place for reanchored in reanchor(wanted, new, len(OLD))]
    assert all(places)
    assert [new[: one.start][-4:] for one in places if one] == ["She ", "was "]


def test_distance_tells_places_apart_where_there_is_no_context() -> None:
    wanted = spans_in(OLD, "She [said]", "[They] said", "They [said]")
    new = OLD.replace("He said no. ", "")
    for one, reanchored in zip(wanted, reanchor(wanted, new, len(OLD)), strict=True):
        assert reanchored.place
        assert reanchored.place.start == one.start - 12
    # From words that are found, where the ends of the text tell nothing.
    wanted = spans_in(OLD, "She [said]", "They said nothing, and it [was]")
    new = "So: " + OLD.replace("again", "over and over")
    assert reanchor(wanted[:1], new, len(OLD))[0].place is None
    wanted += spans_in(OLD, "said no. [She] said")
    wanted = [Wanted("She said yes. They said nothing", None, 12, 43), *wanted]
    found = reanchor(wanted, new, len(OLD))
    assert found[1].place
    assert found[1].place.start == (wanted[1].start or 0) + 4


def test_there_is_no_guess() -> None:
    (wanted,) = spans_in(OLD, "She [said]", context=8)
    # Its own sentence is gone: the others are not its place.
    (reanchored,) = reanchor([wanted], OLD.replace("She said yes. ", ""), len(OLD))
    assert reanchored.place is None
    assert len(reanchored.places) == 3
    # One place is left, short and with another context.
    (reanchored,) = reanchor([wanted], "It was said.", len(OLD))
    assert reanchored.place is None
    assert len(reanchored.places) == 1


def test_two_spans_are_not_found_in_one_place() -> None:
    old = "We will rebuild the harbour. We will rebuild the harbour."
    wanted = [Wanted(old[:27], None, 0, 27), Wanted(old[:27], None, 29, 56)]
    found = reanchor(wanted, "We will rebuild the harbour.", len(old))
    assert [reanchored.place for reanchored in found] == [None, None]


def test_withheld_words_are_found_by_digest_and_length() -> None:
    wanted = [
        Wanted(None, sha256("said"), 16, 20),
        Wanted(None, sha256("nothing, and it was"), 36, 55),
        Wanted(None, sha256("gone"), 0, 4),
    ]
    assert OLD[16:20] == "said"
    found = reanchor(wanted, f"So: {OLD}", len(OLD))
    assert [reanchored.place and reanchored.place[:2] for reanchored in found] == [
        (20, 24),
        (40, 59),
        None,
    ]
    (reanchored,) = reanchor(wanted[:1], f"So: {OLD} Again.", len(OLD))
    assert reanchored.place is None
    assert len(reanchored.places) == 4


# All texts

_PIECES = [
    "We ",
    "will ",
    "not ",
    "go. ",
    "He said ",
    "“мир” ",
    "和平。",
    "السلام ",
    "5 ",
    "e\u0301 ",
    "it's – ",
]
_TEXTS = st.lists(st.sampled_from(_PIECES), min_size=3, max_size=30).map("".join)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, list[Wanted]]:
    text = draw(_TEXTS)
    context = draw(st.sampled_from([0, 4, 32]))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 30)))
        assume(not text[end : end + 1] or unicodedata.category(text[end])[0] != "M")
        sides = text[max(0, start - context) : start], text[end : end + context]
        words: str | None = text[start:end]
        digest = None
        if draw(st.integers(0, 4)) == 0:
            words, digest = None, sha256(text[start:end])
        found.append(Wanted(words, digest, start, end, *sides))
    return text, found


@pytest.mark.slow
@given(_cases(), st.data())
@settings(max_examples=examples(15))
def test_an_edit_elsewhere_moves_spans_exactly(
    case: tuple[str, list[Wanted]], data: st.DataObject
) -> None:
    text, wanted = case
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 8)))
    assume(all((one.end or 0) <= start or (one.start or 0) >= end for one in wanted))
    new = text[:start] + data.draw(st.sampled_from(["", *_PIECES])) + text[end:]
    for one, reanchored in zip(wanted, reanchor(wanted, new, len(text)), strict=True):
        moved = len(new) - len(text) if (one.start or 0) >= end else 0
        expected = ((one.start or 0) + moved, (one.end or 0) + moved)
        assert expected in [place[:2] for place in reanchored.places]
        if reanchored.place:
            assert reanchored.place[:2] == expected
            assert reanchored.place.tier == "exact"
        if len(reanchored.places) == 1 and one.words:
            assert reanchored.place


_STYLES = str.maketrans({"“": "«", "”": "»", "'": "’", "–": "—", " ": "\u00a0"})


@pytest.mark.slow
@given(_cases(), st.data())
@settings(max_examples=examples(15))
def test_other_typography_is_found_and_in_no_wrong_place(
    case: tuple[str, list[Wanted]], data: st.DataObject
) -> None:
    text, wanted = case
    changed = data.draw(st.sets(st.integers(0, len(text) - 1)))
    new = "".join(
        character.translate(_STYLES) if at in changed else character
        for at, character in enumerate(text)
    )
    for one, reanchored in zip(wanted, reanchor(wanted, new, len(text)), strict=True):
        here = new[one.start : one.end]
        if one.words is None:
            continue
        assert (one.start, one.end) in [place[:2] for place in reanchored.places]
        if reanchored.place:
            assert reanchored.place[:2] == (one.start, one.end)
            assert reanchored.place.tier == ("exact" if here == one.words else "typography")
        if len(reanchored.places) == 1:
            assert reanchored.place


@pytest.mark.slow
@given(_cases(), st.data())
@settings(max_examples=examples(20))
def test_other_numbers_or_a_negation_are_never_passed_over(
    case: tuple[str, list[Wanted]], data: st.DataObject
) -> None:
    text, wanted = case
    one = data.draw(st.sampled_from(wanted))
    at = data.draw(st.integers((one.start or 0) + 1, one.end or 0))
    assume(at < (one.end or 0))
    new = text[:at] + data.draw(st.sampled_from([" not ", "5", "не", "不", "½"])) + text[at:]
    for span, reanchored in zip(wanted, reanchor(wanted, new, len(text)), strict=True):
        for place in (reanchored.place, *reanchored.places):
            if place and span.words is not None:
                assert same_sense(span.words, new[place.start : place.end])
                assert tier_of(span.words, new[place.start : place.end])
    (reanchored,) = reanchor([one], new, len(text))
    # Where it stood it is not any more.
    grown = (one.start, (one.end or 0) + len(new) - len(text))
    assert reanchored.place is None or reanchored.place[:2] != grown


def test_words_are_found_again_among_more_than_a_thousand_places() -> None:
    text = " ".join(f"{number} said" for number in range(1500))
    start = text.index("1400 said") + 5
    wanted = Wanted("said", None, start, start + 4, "1400 ", "")
    (found,) = reanchor([wanted], f"Now {text}", len(text))
    assert found.place
    assert found.place.start == start + 4
