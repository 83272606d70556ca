"""Find the words around a quote that mark it as somebody's, and the words for who that is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from onrecord.language.caseless import Caseless, is_caseless
from onrecord.language.languages import Language, knowledge_of
from onrecord.language.noun_phrases import PARTICLES, NounPhrases
from onrecord.language.phrases import Phrases
from onrecord.language.tokens import Token

Extent = tuple[int, int]

# The words of a name: a first name and a surname.
_FULL_NAME = 2
# Endings that an apostrophe joins to a name, in English and Turkish.
_POSSESSIVE = re.compile(r"['’](?:s|[yn]?[ae]|n?[ıiuü]n|[dt][ae]n?)?\Z")


class Cue(NamedTuple):
    """Locate a cue in a piece of text; ``introduces``: it is right before the speaker; ``trails``:
    it is a cue only right after a quote.
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
        self._behind = frozenset(one.removeprefix("-") for one in cues.after_speaker)
        self._joined = {one[1:] for one in cues.after_speaker if one[0] == "-"}
        self._speech = Phrases(cues.verbs | self._behind, cues.conjunctions)
        self._before = Phrases(cues.before_speaker)
        self._after = Phrases(cues.after_quote)
        self.abbreviations = self.language.abbreviations | self._roles.titles
        self._caseless = Caseless(self.language)
        self._phrases = NounPhrases(self.language, self._caseless)

    def cues(self, text: str) -> list[Cue]:
        """Return the cues in a piece of text, in order."""
        small = self.language.lower(text)
        if len(small) != len(text):
            small = text
        found = [Cue(extents, True) for extents in self._before.find(small)]
        found += [Cue(extents, True, True) for extents in self._after.find(small)]
        found += [Cue(self._whole(small, one), False) for one in self._speech.find(small)]
        found.sort(key=lambda cue: (cue.extents[0][0], -cue.extents[-1][1]))
        kept: list[Cue] = []
        for cue in found:
            if not kept or cue.extents[0][0] >= kept[-1].extents[0][1]:
                kept.append(cue)
        return kept

    def _whole(self, text: str, extents: tuple[Extent, ...]) -> tuple[Extent, ...]:
        """Return the extents of a cue without what it joins to the word for the speaker."""
        start, end = extents[0]
        if text[start:end] in self._joined:
            start += text[start:end].rindex(" ") + 1
        return ((start, end), *extents[1:])

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
        after = _moved(self._phrases.after(behind, leads=cue.introduces and not follows), last)
        if cue.introduces:
            return after
        if joined := next(filter(text[:last].endswith, self._joined), ""):
            first = last - len(joined)
        if text[first:last].lower() in self._behind:
            after = None
        if cues.verb_last:
            return self.subject(text[:first]) or after
        tokens = self._phrases.tokens(text[:first])
        if tokens and tokens[-1].small in cues.conjunctions:
            return None  # who is said before that is not beside the cue
        if after and is_caseless(text[after[0] :]):
            return after
        return self._phrases.before(tokens, whole=follows) or after

    def subject(self, text: str) -> Extent | None:
        """Return the words for who speaks in what is before a verb at the end of a sentence."""
        if self.language.cues.particles:
            return self._caseless.subject(text)
        tokens = self._phrases.tokens(text.rstrip(" ,،"))
        return self._phrases.before(tokens, whole=False) or self._phrases.after(text, leads=False)

    def introduces(self, cue: str) -> bool:
        """Return whether a cue is right before the speaker: *according to*."""
        return any(one.introduces for one in self.cues(cue))

    def has_role(self, text: str) -> bool:
        """Return whether a piece of text begins with what somebody is."""
        return any(map(self._phrases.is_role, self._phrases.tokens(text)[:3]))

    def alone(self, text: str, full_name: Callable[[str], str]) -> Extent | None:
        """Return the words for a speaker that a piece of text consists of, such as a signature.

        Args:
            text: The piece of text; more may follow after a comma.
            full_name: Returns the longest form in which the text has a name.
        """
        tokens = self._phrases.tokens(text)
        end = self._phrases.end(tokens, 0) if tokens and tokens[0].is_word else None
        if end is None or (end < len(tokens) and tokens[end].word not in ",."):
            return None
        end = self._phrases.apposition(tokens, 0, end, leads=False)
        extent = tokens[0].start, tokens[end - 1].end
        mention = text[slice(*extent)]
        name = self.name_in(mention)
        known = name is not None and (full_name(name) != name)
        several = name is not None and " " in name and not self._roles.capitals
        return extent if known or several or any(map(self._phrases.is_role, tokens[:end])) else None

    def name_in(self, mention: str) -> str | None:
        """Return the name in a mention: what is capitalised, without roles and articles."""
        if is_caseless(mention):
            return self._caseless.name_in(mention)
        parts = mention.split(",")
        names = [self._name_in_part(part) for part in parts]
        is_apposition = len(parts) > 1 and names[1] == parts[1].strip() and " " in names[1]
        if is_apposition and any(map(self._phrases.is_role, self._phrases.tokens(parts[0]))):
            return names[1]  # the minister of Health, Bo Dahl
        return next(filter(None, names), None)

    def _name_in_part(self, part: str) -> str | None:
        """Return the name in a part of a mention without commas."""
        tokens = self._phrases.tokens(part)
        tokens = tokens[: self._link_after_name(tokens)]
        while self._roles.titles_last and len(tokens) > 1 and self._phrases.may_be_role(tokens[-1]):
            tokens.pop()
        after = max(
            (at + 1 for at, one in enumerate(tokens) if self._phrases.is_role_or_title(one)),
            default=0,
        )
        has_article = bool(tokens) and tokens[0].small in self._phrases.determiners
        at = max(after, int(has_article))
        if has_article and at == 1 and len(tokens) > 1 and tokens[1].word.isdigit():
            at += 2  # die 54 Jahre alte Anna Holm
        links = self._phrases.breaks | self._roles.links
        if after and at < len(tokens) and tokens[at].small in links:
            return None  # the mayor of a town
        while at < len(tokens) and not self._phrases.of_name(tokens, at):
            if tokens[at].small in links - PARTICLES:
                return None  # the miller of a town
            at += 1
        aged = any(one.word[0].isdigit() for one in tokens[has_article:at])
        is_full_name = len(tokens) - at == _FULL_NAME and aged
        if has_article and not after and self._roles.capitals and not is_full_name:
            at += 1  # the noun that the article belongs to
        some = tokens[at:]
        if not some or not all(
            self._phrases.of_name(tokens, one) for one in range(at, len(tokens))
        ):
            return None
        if len(some) == 1 and self._phrases.is_pronoun(some[0]):
            return None
        return _POSSESSIVE.sub("", part[some[0].start : some[-1].end])

    def _link_after_name(self, tokens: Sequence[Token]) -> int:
        """Return where a name ends that says where somebody belongs: *Ada Holm of the council*."""
        for at, token in enumerate(tokens):
            if at and token.small in self._roles.links - PARTICLES:
                before = tokens[at - 1]
                return len(tokens) if not before.is_capital or self._phrases.is_role(before) else at
        return len(tokens)

    def is_pronominal(self, mention: str) -> bool:
        """Return whether a mention is a pronoun."""
        tokens = self._phrases.tokens(mention)
        return len(tokens) == 1 and self._phrases.is_pronoun(tokens[0])

    def role_in(self, mention: str, name: str | None) -> str | None:
        """Return what a mention says that somebody is, without the article and the name."""
        for part in mention.split(","):
            before, _, after = part.partition(name) if name else (part, "", "")
            words = before or (after if self._roles.titles_last else "")
            tokens = self._phrases.tokens(words)
            if tokens and (
                tokens[0].small in self._phrases.determiners or self._phrases.is_pronoun(tokens[0])
            ):
                tokens = tokens[1:]
            if tokens and tokens[0].word[0].isdigit():  # the 45-year-old fisherman, or 45 year old
                tokens = tokens[3 if tokens[0].word.isdigit() else 1 :]
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
        tokens = self._phrases.tokens(text)
        first = 0
        for at, token in enumerate(tokens):
            joined = at > first and text[tokens[at - 1].end : token.start] in (" ", "\xa0")
            if not self._phrases.of_name(tokens, at) or self._phrases.is_role_or_title(token):
                first = at + 1
            elif not joined:
                first = at
            elif token.is_capital:
                start = max(first, at - most)
                while not tokens[start].is_capital:
                    start += 1
                name = _POSSESSIVE.sub("", text[tokens[start].start : token.end])
                forms[name.split()[-1].casefold()].add(name)
                if self._roles.titles_last:  # the family name is the first one
                    forms[name.split()[0].casefold()].add(name)
        for name in self._caseless.names(text):
            forms[name.split()[-1].casefold()].add(name)

        def full_name(name: str) -> str:
            small = name.casefold()
            some = {
                one
                for one in forms.get(small.split()[-1], ())
                if one.casefold().endswith(f" {small}")
                or (one.casefold() == small and one != one.upper())
                or (self._roles.titles_last and one.casefold().startswith(f"{small} "))
            }
            return max(sorted(some, key=str.isupper), key=len, default=name)

        return full_name


def _moved(extent: Extent | None, by: int) -> Extent | None:
    return extent and (extent[0] + by, extent[1] + by)
