"""Find the noun phrases for who speaks: names, roles and pronouns, and the words between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from onrecord.language.caseless import Caseless, is_caseless
from onrecord.language.languages import Language
from onrecord.language.tokens import Token, tokens_of

Extent = tuple[int, int]

_ADJECTIVES = 3
# The words of a name: a first name and a surname.
_FULL_NAME = 2
_APPOSITION = 10
# Small words inside names.
PARTICLES = frozenset(
    [
        *("von", "van", "de", "del", "della", "di", "da", "dos"),
        *("du", "al", "el", "bin", "ibn", "ben", "zu", "ter", "ten"),
    ]
)
# Those that follow another one; not von der, which is a preposition as well.
_FOLLOWING = {"van": ("der", "den", "de"), "de": ("la", "las", "los")}


class NounPhrases:
    """Find noun phrases with the data of a language.

    Args:
        language: What is known about it.
        caseless: What finds them in a script without capitals.
    """

    def __init__(self, language: Language, caseless: Caseless) -> None:
        self._language = language
        self._caseless = caseless
        self._roles = language.roles
        self._nouns = self._roles.persons | self._roles.bodies | self._roles.trades
        self._surnames = self._roles.surnames | self._roles.trades
        self._longest = max((one.count(" ") + 1 for one in self._nouns), default=1)
        self.breaks = language.cues.prepositions | language.cues.conjunctions

    def tokens(self, text: str) -> list[Token]:
        """Return the words and marks of a text; a role of several words is one of them."""
        tokens = tokens_of(text, self._language)
        at = 0
        while self._longest > 1 and at < len(tokens):
            for end in range(at + self._longest, at + 1, -1):
                small = " ".join(one.small for one in tokens[at:end])
                if small in self._nouns:
                    start, stop = tokens[at].start, tokens[min(end, len(tokens)) - 1].end
                    tokens[at:end] = [Token(text[start:stop], small, start, stop)]
                    break
            at += 1
        if self._surnames.isdisjoint(one.small for one in tokens):
            return tokens
        named = [self._is_surname(tokens, at) for at in range(len(tokens))]
        return [replace(one, named=is_name) for one, is_name in zip(tokens, named, strict=True)]

    def _is_surname(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a word is a surname, and not the noun that it may be: *James Baker*."""
        one = tokens[at]
        if one.small not in self._surnames or not one.is_capital:
            return False
        before = tokens[at - 1] if at else None
        if self._article_before(tokens, at, at + 1) is not None:
            return False
        after = [self.of_name(tokens, next_) for next_ in range(at + 1, min(at + 3, len(tokens)))]
        is_second = before is not None and (
            before.small in self._roles.titles
            or (self.of_name(tokens, at - 1) and not self.may_be_role(before))
        )
        if one.small in self._roles.trades:
            return is_second or after.count(True) < _FULL_NAME
        return is_second and not any(after[:1])

    @cached_property
    def determiners(self) -> frozenset[str]:
        return self._roles.articles or frozenset()

    def is_role(self, token: Token) -> bool:
        is_noun = token.small in self._nouns or token.small.endswith(tuple(self._roles.endings))
        return is_noun and not token.named

    def is_role_or_title(self, token: Token) -> bool:
        return self.is_role(token) or token.small in self._roles.titles

    def is_pronoun(self, token: Token) -> bool:
        return token.small in self._language.pronouns.words and token.small not in self.breaks

    def of_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a token is part of a run of capitalised words."""
        one = tokens[at]
        if one.is_capital:
            return one.small not in self.breaks and one.small not in self._language.cues.between
        if at and one.small in _FOLLOWING.get(tokens[at - 1].small, ()):
            return self.of_name(tokens, at - 1)
        follows = tokens[at + 1 : at + 3]
        if len(follows) > 1 and follows[0].small in _FOLLOWING.get(one.small, ()):
            follows = follows[1:]
        return at > 0 and one.small in PARTICLES and bool(follows) and follows[0].is_capital

    def before(self, tokens: list[Token], *, whole: bool) -> Extent | None:
        """Return the noun phrase at the end of a piece of text, before phrases with prepositions.

        Args:
            tokens: The words.
            whole: Whether the phrase is all there is between a quote and its cue.
        """
        while tokens and tokens[-1].small in self._language.cues.between:
            tokens.pop()
        self._drop_remark(tokens)
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
            prepositions = self._language.cues.prepositions
            near = range(end - 1, max(-1, end - 6), -1)
            at = next((at for at in near if tokens[at].small in prepositions), 0)
            if at and all(one.is_word for one in tokens[at:end]):
                return self.before(tokens[:at], whole=whole)
            if whole and 1 < end <= _ADJECTIVES and all(map(self._is_inner, tokens[:end])):
                return tokens[0].start, tokens[end - 1].end  # one baker
            return self._caseless.phrase(tokens, end)
        named = not self.is_pronoun(tokens[start])
        if whole and named and all(map(self._is_inner, tokens[:start])) and start <= _ADJECTIVES:
            start = 0
        return tokens[start].start, tokens[max(end, start + 1) - 1].end

    def _drop_remark(self, tokens: list[Token]) -> None:
        """Drop what is in brackets behind a name: *Ada Holm (Greens) said*."""
        if tokens and tokens[-1].word == ")":
            near = range(len(tokens) - 2, max(-1, len(tokens) - 2 - _APPOSITION), -1)
            at = next((at for at in near if tokens[at].word == "("), None)
            if at and tokens[at - 1].is_word:
                del tokens[at:]

    def _head(self, tokens: Sequence[Token], end: int) -> int:
        """Return where a phrase ends that something between commas follows; a comma is at the end."""
        return next((at for at in range(end - 1, 0, -1) if tokens[at].word == ","), end)

    def _is_apposition(self, head: Sequence[Token], inner: Sequence[Token]) -> bool:
        """Return whether words after a comma say who somebody is, as a relative clause does not."""
        if not inner or not inner[0].is_word or inner[0].small in self.breaks:
            return False
        if inner[0].small in self.determiners or any(map(self.may_be_role, inner)):
            return True
        if any(one.small in self._roles.links for one in inner):
            return True
        return self._is_name_of_role(head, inner)

    def _is_name_of_role(self, head: Sequence[Token], inner: Sequence[Token]) -> bool:
        """Return whether words are the name of somebody, and those before them what that is."""
        named = all(self.of_name(inner, at) for at in range(len(inner)))
        return named and any(map(self.may_be_role, head[-4:]))

    def _start(self, tokens: Sequence[Token], end: int) -> int | None:
        """Return where the noun phrase begins that ends at a token; None if there is none."""
        if not end or not tokens[end - 1].is_word:
            return None
        if self.is_pronoun(tokens[end - 1]):
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
        while at and self.of_name(tokens, at - 1):
            at -= 1
        named = at < end
        # The first word of a sentence has a capital whatever it is.
        while (
            at and (at == 1 or not tokens[at - 1].is_capital) and self.may_be_role(tokens[at - 1])
        ):
            at -= 1
        if self._roles.titles_last and not named:
            while at and self.of_name(tokens, at - 1):
                at -= 1
        return at, named

    def may_be_role(self, token: Token) -> bool:
        return token.is_word and (self.is_role(token) or token.small in self._roles.modifiers)

    def _article_before(self, tokens: Sequence[Token], at: int, end: int) -> int | None:
        """Return where the article is that belongs to words before a token."""
        most = _ADJECTIVES if at < end else _ADJECTIVES + 2
        for one in range(at - 1, max(-1, at - 1 - most), -1):
            token = tokens[one]
            if not token.is_word or token.small in self.breaks:
                return None
            if token.small in self.determiners or (one < end - 1 and self.is_pronoun(token)):
                return one
            if at < end and not self.determiners and self.is_role(token):
                return one  # the spokesman of something, in a language without articles
        return None

    def _after_preposition(self, tokens: Sequence[Token], at: int) -> bool:
        return at > 0 and tokens[at - 1].small in self._language.cues.prepositions

    def after(self, text: str, *, leads: bool) -> Extent | None:
        """Return the noun phrase at the beginning of a piece of text, after adverbs and the like.

        Args:
            text: The text.
            leads: Whether a sentence follows the phrase: *according to the mayor, the plan …*.
        """
        tokens = self.tokens(text)
        at = self._skipped(tokens)
        if at >= len(tokens) or not tokens[at].is_word:
            return None
        end = self.end(tokens, at)
        if end is None:
            return self._caseless.phrase(tokens[at:], None)
        end = self.apposition(tokens, at, end, leads=leads)
        return tokens[at].start, tokens[end - 1].end

    def _skipped(self, tokens: Sequence[Token]) -> int:
        """Return the index of the first token after words that are no part of the speaker."""
        at = 0
        while at < len(tokens):
            euphonic = (
                at and tokens[at].small == "t" and tokens[at - 1].word == "-"
            )  # ajoute-t-elle
            if (
                euphonic
                or tokens[at].word == "-"
                or tokens[at].small in self._language.cues.between
            ):
                at += 1
            elif end := self._day_end(tokens, at):
                at = end
            elif tokens[at].small in self._language.cues.prepositions:
                at += 1
                first = at
                if at < len(tokens) and tokens[at].small in self._language.cues.between:
                    continue  # on Monday
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
                    and not self.is_role(tokens[at])
                ):
                    at += 1
            else:
                break
        return at

    def _day_end(self, tokens: Sequence[Token], at: int) -> int | None:
        """Return where an article and the name of a day end that are at a token: *el lunes*."""
        if not (tokens[at].small in self.determiners or self.is_pronoun(tokens[at])):
            return None
        end = at + 1
        while end < len(tokens) and tokens[end].small in self._language.cues.between:
            end += 1
        if end == at + 1 or end == len(tokens):
            return None
        follows = tokens[end]
        is_phrase = follows.is_capital or follows.small in self.determiners or self.is_role(follows)
        return end if is_phrase or tokens[at + 1].is_capital else None

    def _begins_phrase(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a noun phrase for somebody begins behind words that a preposition leads."""
        before, one = tokens[at - 1].small, tokens[at]
        if before in self.determiners | self._roles.modifiers | self.breaks:
            return False
        is_article = one.small in self.determiners and at + 1 < len(tokens)
        if is_article and tokens[at + 1].is_capital and not self._roles.capitals:
            return True
        return self.is_role(tokens[at + 1] if is_article else one)

    def end(self, tokens: Sequence[Token], at: int) -> int | None:
        """Return where the noun phrase ends that begins with a token; None if there is none."""
        if is_caseless(tokens[at].word) and not self.is_pronoun(tokens[at]):
            return None
        is_article = tokens[at].small in self.determiners
        follows = (
            at + 1 < len(tokens)
            and tokens[at + 1].is_word
            and tokens[at + 1].small not in self.breaks
        )
        if self.is_pronoun(tokens[at]) and not (is_article and follows):
            return at + 1
        end = at + is_article
        if is_article:
            end = self._adjectives_end(tokens, end)
        else:
            while (
                end < len(tokens) and not tokens[end].is_capital and self.may_be_role(tokens[end])
            ):
                end += 1
            end = self._nouns_end(tokens, at, end)
        end = self._name_end(tokens, end)
        if end == at and not self.determiners and self._is_inner(tokens[at]):
            end += 1  # a noun, in a language without articles
        if end == at + is_article:
            return None
        if end + 1 < len(tokens) and tokens[end].small in self._roles.links:
            more = tokens[end + 1]
            if more.is_capital or more.small in self.determiners:
                return self.end(tokens, end + 1) or end
        return end

    def _adjectives_end(self, tokens: Sequence[Token], at: int) -> int:
        """Return where words end behind an article that is before a token: *der 54 Jahre alte Jan Holm*."""
        end = at + 2 if at < len(tokens) and tokens[at].word.isdigit() else at
        while end < len(tokens) and self._is_inner(tokens[end]) and end - at < _ADJECTIVES + 2:
            end += 1
        return min(end, len(tokens))

    def _nouns_end(self, tokens: Sequence[Token], at: int, end: int) -> int:
        """Return where a name begins behind nouns of which the first is at a token.

        In a language without articles, what belongs to a noun follows it: *ředitel školy Jan Lípa*. Where
        the last noun is the head, what belongs to it is before it: *harbour master Jan Holm*.
        """
        name = end
        while name < len(tokens) and name - end < _ADJECTIVES and self._is_inner(tokens[name]):
            name += 1
        if name == end or name == len(tokens) or not self.of_name(tokens, name):
            return end
        if not self.determiners:
            return name
        is_full = name + 1 < len(tokens) and self.of_name(tokens, name + 1)
        is_compound = self._roles.head == "last" and (
            end == at or not self.is_role(tokens[end - 1])
        )
        return name if is_compound and (is_full or self.is_role(tokens[name - 1])) else end

    def _name_end(self, tokens: Sequence[Token], end: int) -> int:
        """Return where a name ends that may be at a token, and the role behind it."""
        while end < len(tokens) and self.of_name(tokens, end):
            end += 1
        while self._roles.titles_last and end < len(tokens) and self.may_be_role(tokens[end]):
            end += 1
        return end

    def _is_inner(self, token: Token) -> bool:
        """Return whether a word in small letters may be between an article and a name."""
        if not token.is_word or token.is_capital:
            return False
        return token.small not in self.breaks and token.small not in self._language.cues.between

    def apposition(self, tokens: Sequence[Token], start: int, end: int, *, leads: bool) -> int:
        """Return where a phrase ends with the apposition after it, if there is one."""
        if end + 1 >= len(tokens) or tokens[end].word != ",":
            return end
        stop = next(
            (at for at in range(end + 1, len(tokens)) if not tokens[at].is_word), len(tokens)
        )
        inside = tokens[end + 1 : stop]
        says_who = any(map(self.may_be_role, inside)) or (
            len(inside) >= _FULL_NAME and self._is_name_of_role(tokens[start:end], inside)
        )
        if leads and (stop == len(tokens) or not says_who):
            return end  # the subject of the sentence
        if not self._is_apposition(tokens[start:end], inside):
            return end
        inner = self.end(tokens, end + 1)
        return inner if inner is not None and inner - end <= _APPOSITION else end
