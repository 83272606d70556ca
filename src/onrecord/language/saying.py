"""Find the words around a quote that mark it as somebody's, and the words for who that is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from onrecord.language.caseless import Caseless, is_caseless, within
from onrecord.language.languages import Language, knowledge_of
from onrecord.language.phrases import Phrases
from onrecord.language.tokens import Token, tokens_of

Extent = tuple[int, int]

_ADJECTIVES = 3
_APPOSITION = 10
# Small words inside names.
_PARTICLES = frozenset(
    [
        *("von", "van", "de", "del", "della", "di", "da", "dos"),
        *("du", "al", "el", "bin", "ibn", "ben", "zu", "ter", "ten"),
    ]
)
# Those that follow another one; not von der, which is a preposition as well.
_FOLLOWING = {"van": ("der", "den", "de"), "de": ("la", "las", "los")}
# Endings that an apostrophe joins to a name, in English and Turkish.
_POSSESSIVE = re.compile(r"['’](?:s|[yn]?[ae]|n?[ıiuü]n|[dt][ae]n?)?\Z")


class Cue(NamedTuple):
    """A cue: its extents in a piece of text, whether it is right before the speaker, and whether it
    is one only right after a quote.
    """

    extents: tuple[Extent, ...]
    introduces: bool
    trails: bool = False


class Saying:
    """Find cues and speakers with the data of a language.

    Args:
        language: The BCP 47 tag.
    """

    def __init__(self, language: str) -> None:
        self.language: Language = knowledge_of(language)
        cues = self.language.cues
        self._roles = self.language.roles
        roles = " ".join(self._roles.persons | self._roles.bodies)
        self._role_words = frozenset(roles.split())
        self._speech = Phrases(cues.speech | cues.after_speaker, cues.conjunctions)
        self._before = Phrases(cues.before_speaker)
        self._after = Phrases(cues.after_quote)
        self.abbreviations = self.language.abbreviations | self._roles.titles
        self._breaks = cues.prepositions | cues.conjunctions
        self._caseless = Caseless(self.language)

    def cues(self, text: str) -> list[Cue]:
        """Return the cues in a piece of text, in order."""
        small = self.language.lower(text)
        if len(small) != len(text):
            small = text
        found = [Cue(extents, True) for extents in self._before.find(small)]
        found += [Cue(extents, True, True) for extents in self._after.find(small)]
        found += [Cue(extents, False) for extents in self._speech.find(small)]
        found.sort(key=lambda cue: (cue.extents[0][0], -cue.extents[-1][1]))
        kept: list[Cue] = []
        for cue in found:
            if not kept or cue.extents[0][0] >= kept[-1].extents[0][1]:
                kept.append(cue)
        return kept

    def mention(self, text: str, cue: Cue, *, follows: bool) -> Extent | None:
        """Return the words for the speaker beside a cue.

        Args:
            text: The piece of text that the cue is in, without the words of quotes.
            cue: The cue.
            follows: Whether the text follows the quote.
        """
        cues = self.language.cues
        first, last = cue.extents[0][0], cue.extents[0][1]
        behind = text[last : cue.extents[1][0]] if len(cue.extents) > 1 else text[last:]
        after = _moved(self._phrase_after(behind, leads=cue.introduces and not follows), last)
        if cue.introduces:
            return after
        if text[slice(*cue.extents[0])].lower() in cues.after_speaker:
            after = None
        if cues.verb_last:
            return self.subject(text[:first]) or after
        tokens = self._tokens(text[:first])
        if tokens and tokens[-1].small in cues.conjunctions:
            return None  # who is said before that is not beside the cue
        if after and is_caseless(text[after[0] :]):
            return after
        return self._phrase_before(tokens, whole=follows) or after

    def subject(self, text: str) -> Extent | None:
        """Return the words for who speaks in what is before a verb at the end of a sentence."""
        if self.language.cues.particles:
            return self._caseless.subject(text)
        tokens = self._tokens(text.rstrip(" ,،"))
        return self._phrase_before(tokens, whole=False) or self._phrase_after(text, leads=False)

    def _tokens(self, text: str) -> list[Token]:
        return tokens_of(text, self.language)

    @cached_property
    def _determiners(self) -> frozenset[str]:
        return self._roles.articles or frozenset()

    def _is_role(self, token: Token) -> bool:
        roles = self._roles
        return token.small in self._role_words or token.small.endswith(tuple(roles.endings))

    def _is_role_or_title(self, token: Token) -> bool:
        return self._is_role(token) or token.small in self._roles.titles

    def _is_pronoun(self, token: Token) -> bool:
        return token.small in self.language.pronouns.words and token.small not in self._breaks

    def _of_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a token is part of a run of capitalised words."""
        one = tokens[at]
        if one.is_capital:
            return one.small not in self._breaks and one.small not in self.language.cues.between
        if at and one.small in _FOLLOWING.get(tokens[at - 1].small, ()):
            return self._of_name(tokens, at - 1)
        follows = tokens[at + 1 : at + 3]
        if len(follows) > 1 and follows[0].small in _FOLLOWING.get(one.small, ()):
            follows = follows[1:]
        return at > 0 and one.small in _PARTICLES and bool(follows) and follows[0].is_capital

    def _phrase_before(self, tokens: list[Token], *, whole: bool) -> Extent | None:
        """Return the noun phrase at the end of a piece of text, before phrases with prepositions.

        Args:
            tokens: The words.
            whole: Whether the phrase is all there is between a quote and its cue.
        """
        while tokens and tokens[-1].small in self.language.cues.between:
            tokens.pop()
        if whole:
            while tokens and not tokens[0].is_word:
                tokens.pop(0)
        end = len(tokens)
        head = end
        if end and tokens[-1].word == ",":
            end -= 1
            head = self._head(tokens, end)
            end = end if self._is_apposition(tokens[:head], tokens[head + 1 : end]) else head
        start = self._start(tokens, min(head, end))
        if start is None:
            at = next(
                (
                    at
                    for at in range(end - 1, max(-1, end - 6), -1)
                    if tokens[at].small in self.language.cues.prepositions
                ),
                0,
            )
            if at and all(one.is_word for one in tokens[at:end]):
                return self._phrase_before(tokens[:at], whole=whole)
            if whole and 1 < end <= _ADJECTIVES and all(map(self._is_inner, tokens[:end])):
                return tokens[0].start, tokens[end - 1].end  # one baker
            return self._without_capitals(tokens, end)
        named = not self._is_pronoun(tokens[start])
        if whole and named and all(map(self._is_inner, tokens[:start])) and start <= _ADJECTIVES:
            start = 0
        return tokens[start].start, tokens[max(end, start + 1) - 1].end

    def _head(self, tokens: Sequence[Token], end: int) -> int:
        """Return where a phrase ends that something between commas follows; a comma is at the end."""
        return next((at for at in range(end - 1, 0, -1) if tokens[at].word == ","), end)

    def _is_apposition(self, head: Sequence[Token], inner: Sequence[Token]) -> bool:
        """Return whether words after a comma say who somebody is, as a relative clause does not."""
        if not inner or not inner[0].is_word or inner[0].small in self._breaks:
            return False
        if inner[0].small in self._determiners or any(map(self._may_be_role, inner)):
            return True
        if any(one.small in self._roles.links for one in inner):
            return True
        named = all(self._of_name(inner, at) for at in range(len(inner)))
        return named and any(map(self._may_be_role, head[-4:]))

    def _start(self, tokens: Sequence[Token], end: int) -> int | None:
        """Return where the noun phrase begins that ends at a token; None if there is none."""
        if not end or not tokens[end - 1].is_word:
            return None
        if self._is_pronoun(tokens[end - 1]):
            return end - 1 if not self._after_preposition(tokens, end - 1) else None
        at, named = self._names_before(tokens, end)
        start = self._article_before(tokens, at, end)
        if start is None:
            if at == end:
                return None
            start = at
        if (
            start
            and tokens[start].small in self._roles.links
            and named
            and tokens[start - 1].is_capital
        ):
            return self._start(tokens, start)
        if start and tokens[start - 1].small in self._roles.links:
            outer = self._start(tokens, start - 1)
            if outer is not None:
                return outer
        return None if self._after_preposition(tokens, start) else start

    def _names_before(self, tokens: Sequence[Token], end: int) -> tuple[int, bool]:
        """Return where names and roles begin that end at a token, and whether they end with a name."""
        at = end
        while at and self._of_name(tokens, at - 1):
            at -= 1
        named = at < end
        while at and not tokens[at - 1].is_capital and self._may_be_role(tokens[at - 1]):
            at -= 1
        if self._roles.titles_last and not named:
            while at and self._of_name(tokens, at - 1):
                at -= 1
        return at, named

    def _may_be_role(self, token: Token) -> bool:
        return token.is_word and (self._is_role(token) or token.small in self._roles.modifiers)

    def _article_before(self, tokens: Sequence[Token], at: int, end: int) -> int | None:
        """Return where the article is that belongs to words before a token."""
        most = _ADJECTIVES if at < end else _ADJECTIVES + 2
        for one in range(at - 1, max(-1, at - 1 - most), -1):
            token = tokens[one]
            if not token.is_word or token.small in self._breaks:
                return None
            if token.small in self._determiners or (one < end - 1 and self._is_pronoun(token)):
                return one
            if at < end and not self._determiners and self._is_role(token):
                return one  # the spokesman of something, in a language without articles
        return None

    def _after_preposition(self, tokens: Sequence[Token], at: int) -> bool:
        return at > 0 and tokens[at - 1].small in self.language.cues.prepositions

    def _phrase_after(self, text: str, *, leads: bool) -> Extent | None:
        """Return the noun phrase at the beginning of a piece of text, after adverbs and the like.

        Args:
            text: The text.
            leads: Whether a sentence follows the phrase: *according to the mayor, the plan …*.
        """
        tokens = self._tokens(text)
        at = self._skipped(tokens)
        if at >= len(tokens) or not tokens[at].is_word:
            return None
        end = self._end(tokens, at)
        if end is None:
            return self._without_capitals(tokens[at:], None)
        end = self._apposition(tokens, at, end, leads=leads)
        return tokens[at].start, tokens[end - 1].end

    def _skipped(self, tokens: Sequence[Token]) -> int:
        """Return the number of the token after words that are not the speaker."""
        at = 0
        while at < len(tokens):
            euphonic = (
                at and tokens[at].small == "t" and tokens[at - 1].word == "-"
            )  # ajoute-t-elle
            if euphonic or tokens[at].word == "-" or tokens[at].small in self.language.cues.between:
                at += 1
            elif self._is_day(tokens, at):
                at += 2
            elif tokens[at].small in self.language.cues.prepositions:
                at += 1
                first = at
                while (
                    at < len(tokens)
                    and tokens[at].is_word
                    and not tokens[at].is_capital
                    and not tokens[at].word.isdigit()
                    and not (at > first and self._begins_phrase(tokens, at))
                ):
                    at += 1
                while (
                    at < len(tokens)
                    and (tokens[at].is_capital or tokens[at].word.isdigit())
                    and not self._is_role(tokens[at])
                ):
                    at += 1
            else:
                break
        return at

    def _is_day(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether an article and the name of a day are at a token: *την Τρίτη*."""
        is_article = tokens[at].small in self._determiners and at + 1 < len(tokens)
        return (
            is_article
            and tokens[at + 1].small in self.language.cues.between
            and (tokens[at + 1].is_capital)
        )

    def _begins_phrase(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a noun phrase for somebody begins behind words that a preposition leads."""
        before, one = tokens[at - 1].small, tokens[at]
        if before in self._determiners | self._roles.modifiers | self._breaks:
            return False
        is_article = one.small in self._determiners and at + 1 < len(tokens)
        if is_article and tokens[at + 1].is_capital and not self._roles.capitals:
            return True
        return self._is_role(tokens[at + 1] if is_article else one)

    def _end(self, tokens: Sequence[Token], at: int) -> int | None:
        """Return where the noun phrase ends that begins with a token; None if there is none."""
        if is_caseless(tokens[at].word) and not self._is_pronoun(tokens[at]):
            return None
        is_article = tokens[at].small in self._determiners
        follows = (
            at + 1 < len(tokens)
            and tokens[at + 1].is_word
            and tokens[at + 1].small not in self._breaks
        )
        if self._is_pronoun(tokens[at]) and not (is_article and follows):
            return at + 1
        end = at + is_article
        if is_article:
            while end < len(tokens) and self._is_inner(tokens[end]) and end - at < 6:
                end += 1
        else:
            while (
                end < len(tokens) and not tokens[end].is_capital and self._may_be_role(tokens[end])
            ):
                end += 1
            end = self._complement_end(tokens, end)
        end = self._name_end(tokens, end)
        if end == at and not self._determiners and self._is_inner(tokens[at]):
            end += 1  # a noun, in a language without articles
        if end == at + is_article:
            return None
        if end + 1 < len(tokens) and tokens[end].small in self._roles.links:
            more = tokens[end + 1]
            if more.is_capital or more.small in self._determiners:
                return self._end(tokens, end + 1) or end
        return end

    def _complement_end(self, tokens: Sequence[Token], end: int) -> int:
        """Return where a name begins behind a noun and what belongs to it, in a language without
        articles: *ředitel školy Jan Lípa*.
        """
        at = end
        while at < len(tokens) and at - end < _ADJECTIVES and self._is_inner(tokens[at]):
            at += 1
        is_name = not self._determiners and at < len(tokens) and self._of_name(tokens, at)
        return at if is_name else end

    def _name_end(self, tokens: Sequence[Token], end: int) -> int:
        """Return where a name ends that may be at a token, and the role behind it."""
        while end < len(tokens) and self._of_name(tokens, end):
            end += 1
        while self._roles.titles_last and end < len(tokens) and self._may_be_role(tokens[end]):
            end += 1
        return end

    def _is_inner(self, token: Token) -> bool:
        """Return whether a word in small letters may be between an article and a name."""
        if not token.is_word or token.is_capital:
            return False
        return token.small not in self._breaks and token.small not in self.language.cues.between

    def _apposition(self, tokens: Sequence[Token], start: int, end: int, *, leads: bool) -> int:
        """Return where a phrase ends with the apposition after it, if there is one."""
        if end + 1 >= len(tokens) or tokens[end].word != ",":
            return end
        stop = next(
            (at for at in range(end + 1, len(tokens)) if not tokens[at].is_word), len(tokens)
        )
        inside = tokens[end + 1 : stop]
        if leads and (stop == len(tokens) or not any(map(self._may_be_role, inside))):
            return end  # the subject of the sentence
        if not self._is_apposition(tokens[start:end], inside):
            return end
        inner = self._end(tokens, end + 1)
        return inner if inner is not None and inner - end <= _APPOSITION else end

    def _without_capitals(self, tokens: Sequence[Token], end: int | None) -> Extent | None:
        """Return a phrase in a script without capitals: the words up to punctuation."""
        some = list(tokens if end is None else reversed(tokens[:end]))
        taken: list[Token] = []
        for at, token in enumerate(some):
            if taken and end is None and token.word in ",،" and self._has_role(some[at + 1 :]):
                continue
            if not token.is_word or token.small in self._breaks or token.word[0].isdigit():
                break
            if token.word[0].isupper() or token.word[0].islower():
                return None
            taken.append(token)
        if not taken:
            return None
        start, stop = min(one.start for one in taken), max(one.end for one in taken)
        if len(taken) == 1:
            first, last = self._caseless.trimmed(taken[0].word)
            start, stop = start + first, start + last
        return (start, stop) if within((start, stop)) else None

    def _has_role(self, tokens: Sequence[Token]) -> bool:
        """Return whether words in a script without capitals begin with a role."""
        return self._caseless.begins_with_role(" ".join(one.word for one in tokens))

    def introduces(self, cue: str) -> bool:
        """Return whether a cue is right before the speaker: *according to*."""
        return any(one.introduces for one in self.cues(cue))

    def has_role(self, text: str) -> bool:
        """Return whether a piece of text begins with what somebody is."""
        return any(map(self._is_role, self._tokens(text)[:3]))

    def alone(self, text: str, full_name: Callable[[str], str]) -> Extent | None:
        """Return the words for a speaker that a piece of text consists of, such as a signature.

        Args:
            text: The piece of text; more may follow after a comma.
            full_name: Returns the longest form in which the text has a name.
        """
        tokens = self._tokens(text)
        end = self._end(tokens, 0) if tokens and tokens[0].is_word else None
        if end is None or (end < len(tokens) and tokens[end].word not in ",."):
            return None
        end = self._apposition(tokens, 0, end, leads=False)
        extent = tokens[0].start, tokens[end - 1].end
        mention = text[slice(*extent)]
        name = self.name_in(mention)
        known = name is not None and (full_name(name) != name)
        several = name is not None and " " in name and not self._roles.capitals
        return extent if known or several or any(map(self._is_role, tokens[:end])) else None

    def name_in(self, mention: str) -> str | None:
        """Return the name in a mention: what is capitalised, without roles and articles."""
        if is_caseless(mention):
            return self._caseless.name_in(mention)
        for part in mention.split(","):
            tokens = self._tokens(part)
            tokens = tokens[: self._link_after_name(tokens)]
            while self._roles.titles_last and len(tokens) > 1 and self._may_be_role(tokens[-1]):
                tokens.pop()
            after = max(
                (at + 1 for at, one in enumerate(tokens) if self._is_role_or_title(one)), default=0
            )
            has_article = bool(tokens) and tokens[0].small in self._determiners
            at = max(after, int(has_article))
            if after and at < len(tokens) and tokens[at].small in self._breaks | self._roles.links:
                continue  # the mayor of a town
            while at < len(tokens) and not self._of_name(tokens, at):
                at += 1
            if has_article and not after and self._roles.capitals:
                at += 1  # the noun that the article belongs to
            some = tokens[at:]
            if not some or not all(self._of_name(tokens, one) for one in range(at, len(tokens))):
                continue
            if len(some) > 1 or not self._is_pronoun(some[0]):
                return _POSSESSIVE.sub("", part[some[0].start : some[-1].end])
        return None

    def _link_after_name(self, tokens: Sequence[Token]) -> int:
        """Return where a name ends that says where somebody belongs: *Ada Holm of the council*."""
        for at, token in enumerate(tokens):
            if at and token.small in self._roles.links - _PARTICLES:
                before = tokens[at - 1]
                return len(tokens) if not before.is_capital or self._is_role(before) else at
        return len(tokens)

    def is_pronominal(self, mention: str) -> bool:
        """Return whether a mention is a pronoun."""
        tokens = self._tokens(mention)
        return len(tokens) == 1 and self._is_pronoun(tokens[0])

    def role_in(self, mention: str, name: str | None) -> str | None:
        """Return what a mention says that somebody is, without the article and the name."""
        for part in mention.split(","):
            before, _, after = part.partition(name) if name else (part, "", "")
            words = before or (after if self._roles.titles_last else "")
            tokens = self._tokens(words)
            if tokens and (tokens[0].small in self._determiners or self._is_pronoun(tokens[0])):
                tokens = tokens[1:]
            while name and name in part and tokens and tokens[-1].small in self._roles.titles:
                tokens.pop()
            if tokens and tokens[0].is_word:
                return words[tokens[0].start : tokens[-1].end]
        return None

    def full_names(self, text: str) -> Callable[[str], str]:
        """Return a function that returns the longest form in which a text has a name."""
        # Where all nouns have capitals, what is further before a name may be one.
        most = 1 if self._roles.capitals else 3
        forms: defaultdict[str, set[str]] = defaultdict(set)
        tokens = self._tokens(text)
        first = 0
        for at, token in enumerate(tokens):
            joined = at > first and text[tokens[at - 1].end : token.start] in (" ", "\xa0")
            if not self._of_name(tokens, at) or self._is_role_or_title(token):
                first = at + 1
            elif not joined:
                first = at
            elif token.is_capital:
                start = max(first, at - most)
                while not tokens[start].is_capital:
                    start += 1
                name = _POSSESSIVE.sub("", text[tokens[start].start : token.end])
                forms[name.split()[-1]].add(name)

        def full_name(name: str) -> str:
            some = (
                one
                for one in forms.get(name.rsplit(maxsplit=1)[-1], ())
                if one.endswith(f" {name}")
            )
            return max(sorted(some), key=len, default=name)

        return full_name


def _moved(extent: Extent | None, by: int) -> Extent | None:
    return extent and (extent[0] + by, extent[1] + by)
