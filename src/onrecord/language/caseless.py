"""Find who speaks in scripts without capitals, where a name is found by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from onrecord.language.edges import SPACELESS, script
from onrecord.language.languages import Language
from onrecord.language.tokens import MARKS, Token, tokens_of

Extent = tuple[int, int]

# The most code points of a phrase, and the most words of a name.
_LONGEST, _MOST = 60, 4
_END_OF_WORD = rf"(?![\w{MARKS}])"
# The last run of letters in a text without spaces, without hiragana, of which particles consist.
_RUN = re.compile(r"(?:[^\W\d_ぁ-ん]|[・々])+\Z")


def is_caseless(word: str) -> bool:
    """Return whether a word begins with a letter that is neither a capital nor a small one."""
    return word[:1].isalpha() and not word[0].isupper() and not word[0].islower()


class Caseless:
    """Find speakers and their names with the data of a language.

    Args:
        language: What is known about it.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._verbs = language.cues.verbs
        cues, roles = language.cues, language.roles
        self._ends = cues.prepositions | cues.conjunctions
        self._breaks = self._ends | cues.between
        self._roles = roles
        self._known = _longest_first(roles.persons | roles.bodies | roles.titles)
        self._families = _longest_first(roles.families)
        particles = _longest_first(cues.particles)
        self._spaceless = bool(particles) and script(particles[0][-1]) in SPACELESS
        end = "" if self._spaceless else _END_OF_WORD
        self._pronouns = _longest_first(language.pronouns.words)
        alone = [one for one in self._pronouns if one.endswith(tuple(particles))]
        choices = [one[1:] for one in particles if one[0] == "-"]
        choices += [rf"(?<!\S){one}" for one in (*alone, *particles) if one[0] != "-"]
        self._particle = re.compile(f"(?:{'|'.join(choices)}){end}") if particles else None
        cut = _longest_first(self._breaks | self._verbs | cues.before_speaker)
        self._cut = re.compile("|".join(map(re.escape, cut))) if cut else None

    def subject(self, text: str) -> Extent | None:
        """Return the words for who speaks in what is before the verb: those that a particle follows,
        otherwise the last ones.
        """
        for one in self._particle.finditer(text) if self._particle else ():
            start, end = self._phrase(text[: one.start()].rstrip(), text[: one.end()])
            if start < end:
                return start, end
        start, end = self._phrase(text.rstrip(), text.rstrip())
        return (start, end) if start < end else None

    def _phrase(self, text: str, marked: str) -> Extent:
        """Return the words for a speaker that end with a text, or with a particle behind it.

        The extent is empty if there are none.
        """
        end = len(text)
        for whole in (marked, text):
            word = next((one for one in self._pronouns if whole.endswith(one)), "")
            before = whole[: -len(word)]
            if word and (self._spaceless or not before or not before[-1].isalnum()):
                return len(before), len(whole)
        start = self._run(text) if self._spaceless else self._words(text)
        is_known = not self._families or any(map(text[start:].endswith, self._known))
        return (start, end) if is_known else (end, end)

    def _run(self, text: str) -> int:
        """Return where words without spaces between them begin that end with a text."""
        title = next((one for one in self._roles.titles if text.endswith(one)), "")
        run = _RUN.search(text[: len(text) - len(title)])
        return run.start() if run else len(text)

    def _words(self, text: str) -> int:
        """Return where words begin that end with a text and may all be those for a speaker."""
        start = len(text)
        for token in reversed(tokens_of(text, self._language)):
            is_next = not text[token.end : start].strip() and token.is_word
            if not is_next or token.small in self._breaks or token.word[0].isdigit():
                break
            if self._families and not self._is_of_speaker(token.word):
                break
            start = token.start
        return start

    def _is_of_speaker(self, word: str) -> bool:
        """Return whether a word is a role or a name, where names begin with a family name."""
        return any(map(word.endswith, self._known)) or word in self._families or self._is_full(word)

    def trimmed(self, words: str) -> Extent:
        """Return the part of a word that is before adverbs, where no spaces are between words."""
        some = (
            list(self._cut.finditer(words)) if self._cut and script(words[0]) in SPACELESS else []
        )
        start = next((one.end() for one in some if one.start() == 0), 0)
        is_pronoun = self._language.pronouns.words.__contains__
        ends = (
            one.start()
            for one in some
            if one.start() > start + 1 or is_pronoun(words[start : one.start()])
        )
        return start, next(ends, len(words))

    def phrase(self, tokens: Sequence[Token], end: int | None) -> Extent | None:
        """Return a phrase in a script without capitals: the words up to punctuation."""
        some = list(tokens if end is None else reversed(tokens[:end]))
        taken: list[Token] = []
        for at, token in enumerate(some):
            after = " ".join(one.word for one in some[at + 1 :])
            if taken and end is None and token.word in ",،" and self.begins_with_role(after):
                continue
            if not token.is_word or token.small in self._ends or token.word[0].isdigit():
                break
            if token.word[0].isupper() or token.word[0].islower():
                return None
            taken.append(token)
        if not taken:
            return None
        start, stop = min(one.start for one in taken), max(one.end for one in taken)
        if len(taken) == 1:
            first, last = self.trimmed(taken[0].word)
            start, stop = start + first, start + last
        return (start, stop) if within((start, stop)) else None

    def begins_with_role(self, words: str) -> bool:
        """Return whether words begin with what somebody is."""
        return any(_begins(words, one) for one in self._known)

    def name_in(self, mention: str) -> str | None:
        """Return the name in words for a speaker: beside a role, or after a family name."""
        if self._families:
            return self._family_name(mention.strip())
        first, _, apposition = mention.replace("،", ",").partition(",")
        if self.begins_with_role(apposition.strip()) and not self.begins_with_role(first):
            return first.strip()
        words = first.split()
        role = ""
        while found := next((one for one in self._known if _begins(" ".join(words), one)), None):
            role, words = found, words[len(found.split()) :]
        articles = tuple(self._roles.articles)
        while role and words and words[0].startswith(articles):
            words = words[1:]
        # After another noun, what it is for may follow, and what kind it is.
        is_title = (
            (self._roles.head == "last" and bool(role))
            or " " in role
            or role in self._roles.titles
            or role.startswith(articles)
        )
        is_name = 0 < len(words) <= _MOST and words[0] not in self._breaks | self._roles.links
        return " ".join(words) if is_title and is_name else None

    def names(self, text: str) -> Iterator[str]:
        """Yield possible names of several words in a text: those behind a role."""
        choices = "|".join(map(re.escape, self._known))
        if self._families or not is_caseless(choices):
            return
        for role in re.finditer(rf"(?<!\w)(?:{choices})\s+(?=\w)", text):
            words: list[str] = []
            end = role.end()
            for token in tokens_of(text[end : end + _LONGEST], self._language)[:_MOST]:
                if not token.is_word or token.small in self._verbs:
                    break
                words.append(token.word)
                name = self.name_in(f"{role[0]}{' '.join(words)}")
                if name and " " in name:
                    yield name

    def _family_name(self, mention: str) -> str | None:
        """Return the name in words for a speaker, where names begin with a family name."""
        if mention in self._pronouns or mention in self._known:
            return None
        title = next((one for one in self._roles.titles if mention.endswith(one)), "")
        role = title or next((one for one in self._known if mention.endswith(one)), "")
        name = mention.removesuffix(role if title or self._roles.titles_last else "").strip()
        places = (name.rfind(one) + len(one) for one in self._known if one in name)
        name = name[max(places, default=0) :].strip()
        if role and name != mention:
            return name if title or name in self._families or self._is_full(name) else None
        return name if self._is_full(name) else None

    def _is_full(self, name: str) -> bool:
        """Return whether a word is a name that begins with a family name."""
        family = next(filter(name.startswith, self._families), name)
        return len(family) < len(name) <= len(family) + _GIVEN


# The most characters of a given name behind a family name.
_GIVEN = 3


def within(extent: Extent) -> bool:
    """Return whether a phrase is no longer than one for a speaker is."""
    return 0 < extent[1] - extent[0] <= _LONGEST


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda one: (-len(one), one))


def _begins(text: str, words: str) -> bool:
    """Return whether a text begins with words, and not inside a longer one."""
    return text.startswith(words) and not text[len(words) : len(words) + 1].strip()
