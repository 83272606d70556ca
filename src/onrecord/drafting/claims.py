"""Match the claims of two annotations of an article, and find those that were split or merged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, permutations
from typing import NamedTuple

from onrecord.drafting.annotations import Item
from onrecord.drafting.extents import Extents, overlaps
from onrecord.drafting.quotes import Pairs, likeness, matched, weight
from onrecord.language.wording import word_list, wording

# The Dice coefficient of their words from which two claims with words of the text in common match.
SIMILAR = 0.3
# The share of a claim's words that another one must contain, for it to be a part of that claim.
CONTAINED = 0.6
# A Dice coefficient is a whole number of these parts, so that sums of them are exact.
_PARTS = 10**6


class ClaimGroup(NamedTuple):
    """Hold claims of A and B that match each other.

    One claim of each is a match; one of A and several of B are a split; several of A and one of B are a
    merge.
    """

    reference: tuple[Item, ...]
    candidate: tuple[Item, ...]

    @property
    def name(self) -> str:
        """Return match, split or merge; regrouped if there are several claims in both."""
        several = (("match", "split"), ("merge", "regrouped"))
        return several[len(self.reference) > 1][len(self.candidate) > 1]


def match_claims(
    reference: Sequence[Item],
    candidate: Sequence[Item],
    quotes: tuple[Mapping[str, Item], Mapping[str, Item]],
) -> list[ClaimGroup]:
    """Match claims by their wording, then by similarity.

    First, claims with the same wording (regardless of case, punctuation and white space) are matched one
    to one. Of the others, claims are matched that rest on the same words of the text, such that the sum
    of their similarities is the largest possible. The similarity is the Dice coefficient of their words
    (twice the number of common words, divided by the number of all words), and at least 0.3.

    A claim that is left over is a part of a claim of the other annotation, if both rest on the same words
    of the text, 60 % of its words are in that claim, and one of these is not in the claim that is matched
    with that claim. One claim with several parts was split, several parts of one claim were merged.

    Args:
        reference: The claims of A.
        candidate: The claims of B.
        quotes: The quotes of A and those of B, by their identifiers.
    """
    known = _Known(reference, candidate, quotes)
    pairs = matched(reference, candidate, known.weights)
    links = [*pairs, *_parts(reference, candidate, pairs, known)]
    return sorted(_groups(links), key=lambda group: group.reference[0].key)


def same_wording(one: Item, other: Item) -> bool:
    """Return whether two claims are the same but for case, punctuation and white space."""
    return _wording(one) == _wording(other)


def _wording(item: Item) -> str:
    text = str(item.row["text"])
    return wording(text) or text


class _Known:
    """Hold what is compared of a claim: its wording, its words, and the words of the text it rests on."""

    def __init__(
        self,
        reference: Sequence[Item],
        candidate: Sequence[Item],
        quotes: tuple[Mapping[str, Item], Mapping[str, Item]],
    ) -> None:
        self.wordings: dict[Item, str] = {}
        self.words: dict[Item, frozenset[tuple[str, int]]] = {}
        self.evidence: dict[Item, Extents] = {}
        for items, own in zip((reference, candidate), quotes, strict=True):
            for item in items:
                text = item.row["text"]
                counts = Counter(word_list(text))
                self.wordings[item] = _wording(item)
                # The second "the" of a claim is another word than the first.
                self.words[item] = frozenset(
                    (word, number) for word, times in counts.items() for number in range(times)
                )
                cited = (own[name].row["content"] for name in item.row["quote_ids"] if name in own)
                self.evidence[item] = Extents([*item.row["content"], *chain.from_iterable(cited)])

    def weights(self, first: Sequence[Item], second: Sequence[Item]) -> list[dict[int, int]]:
        """Return the weight of each pair that can be a match, by its indices."""
        shared = self.shared(first, second)
        same = defaultdict(list)
        for other, two in enumerate(second):
            same[self.wordings[two]].append(other)
        rows: list[dict[int, int]] = [{} for _ in first]
        for index, one in enumerate(first):
            for other in same.get(self.wordings[one], ()):
                parts = (1, _PARTS, (index, other) in shared, likeness(one, second[other]))
                rows[index][other] = weight(parts)
        for index, other in shared:
            one, two = first[index], second[other]
            similarity = self.similarity(one, two)
            if other not in rows[index] and similarity >= SIMILAR:
                rows[index][other] = weight((0, round(similarity * _PARTS), 1, likeness(one, two)))
        return rows

    def shared(self, first: Sequence[Item], second: Sequence[Item]) -> dict[tuple[int, int], int]:
        """Return the pairs that rest on the same words of the text, by their indices."""
        return overlaps(
            [self.evidence[one] for one in first], [self.evidence[one] for one in second]
        )

    def similarity(self, one: Item, other: Item) -> float:
        """Return the Dice coefficient of the words of two claims."""
        mine, theirs = self.words[one], self.words[other]
        total = len(mine) + len(theirs)
        return 2 * len(mine & theirs) / total if total else 0.0

    def is_part(self, part: Item, whole: Item, matched_part: Item | None) -> bool:
        """Return whether a claim is a part of another one, beside the one that is matched with that."""
        common = self.words[part] & self.words[whole]
        enough = len(common) >= CONTAINED * len(self.words[part])
        others = self.words[matched_part] if matched_part else frozenset()
        return enough and not common <= others


def _parts(
    reference: Sequence[Item], candidate: Sequence[Item], pairs: Pairs, known: _Known
) -> Iterator[tuple[Item, Item]]:
    """Yield each claim that is left over with the claim that it is a part of, that of A first."""
    same = {item for pair in pairs if len({*map(known.wordings.get, pair)}) == 1 for item in pair}
    partners = dict(pairs) | {other: one for one, other in pairs}
    wholes: defaultdict[Item, list[Item]] = defaultdict(list)
    for index, other in known.shared(reference, candidate):
        for part, whole in permutations((reference[index], candidate[other])):
            if (
                part not in partners
                and whole not in same
                and known.is_part(part, whole, partners.get(whole))
            ):
                wholes[part].append(whole)
    mine = set(reference)
    for part, found in wholes.items():
        best = min(found, key=lambda whole: (-known.similarity(part, whole), whole.key))
        yield (part, best) if part in mine else (best, part)


def _groups(links: Iterable[tuple[Item, Item]]) -> Iterator[ClaimGroup]:
    """Yield the claims that are linked with each other, directly or not."""
    neighbours: defaultdict[Item, set[Item]] = defaultdict(set)
    mine = set()
    for one, other in links:
        neighbours[one].add(other)
        neighbours[other].add(one)
        mine.add(one)
    seen: set[Item] = set()
    for root in [item for item in neighbours if item in mine]:
        if root in seen:
            continue
        waiting, members = [root], {root}
        while waiting:
            new = neighbours[waiting.pop()] - members
            members |= new
            waiting += new
        seen |= members
        ordered = sorted(members, key=lambda item: item.key)
        yield ClaimGroup(
            tuple(item for item in ordered if item in mine),
            tuple(item for item in ordered if item not in mine),
        )
