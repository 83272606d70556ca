"""Find what is wrong with the splits that corpus.yaml requests."""

from onrecord.rules.base import Check
from onrecord.rules.examples import with_corpus

# An article whose claim supports that of the valid document.
_BESIDE = """
    article: {id: bridge, text: "“The bridge comes first,” the mayor said."}
    quotes:
      - content: [{exact: "The bridge comes first,", start: 1, end: 24, quoted: true}]
        speakers: [{mentions: [{exact: the mayor, start: 26, end: 35}]}]
        cue: [{exact: said, start: 36, end: 40}]
    claims:
      - text: In May 2024 the mayor announced that a bridge would be built.
        relations: [{type: supports, claim_id: harbour.c1}]
"""
_ALONE = with_corpus("split_lists: {train: [harbour]}")


class SplitShares(Check):
    """Report shares of `splits` that do not add up to 1.

    It is unclear what the rest of the articles is for, or which of the shares is too large."""

    title = "shares that do not add up to 1"
    message = "the shares of splits add up to {total:plain} and not to 1"
    hint = "change one of them, such as 0.8 for train, 0.1 for validation and 0.1 for test"
    passes = with_corpus("splits: {train: 0.9, test: 0.1}")
    fails = with_corpus("splits: {train: 0.8, test: 0.1}")


class SplitsAndLists(Check):
    """Report settings with both `splits` and `split_lists`.

    Shares and lists contradict each other, and nobody knows which of them divides the corpus."""

    title = "splits by shares and by lists"
    message = "the corpus has splits and split_lists"
    hint = "delete one of them"
    passes = _ALONE
    fails = with_corpus("splits: {train: 1}\nsplit_lists: {train: [harbour]}")


class UnknownArticleListed(Check):
    """Report entries of `split_lists` that are neither the id of an article nor a file with some.

    The article was renamed or withdrawn, and the one that is meant may be in no split."""

    title = "a list of a split with an unknown article"
    message = "{name} is neither the id of an article nor a file of one"
    hint = "correct it or delete it; a file is given relative to corpus.yaml"
    passes = _ALONE
    fails = with_corpus("split_lists: {train: [harbour, bridge]}")


class ArticleListedTwice(Check):
    """Report articles that `split_lists` names twice, by id or file.

    In two splits, a model is tested on what it was trained on; in one, the list is wrong somewhere."""

    title = "an article twice in the lists of splits"
    message = "the article {article} is already in {other:plain}"
    hint = "delete one of the two"
    passes = _ALONE
    fails = with_corpus("split_lists: {train: [harbour], test: [harbour.yaml]}")


class ArticleNotListed(Check):
    """Report articles that no list of `split_lists` names.

    They would be in no split and would be missing from the publication."""

    title = "an article in no list of a split"
    message = "no list names {article}{more:plain}"
    hint = "add each to a split"
    passes = _ALONE
    fails = with_corpus("split_lists: {train: []}")


class ListedSplitsLeak(Check):
    """Report articles in the lists of different splits that share a text, a quote or a claim, equal
    or nearly, or of which one has a record that refers to one of the other. Each article is
    reported once.

    A model is tested on what it has read during training, so that its results look better than they
    are."""

    title = "lists of splits that divide what belongs together"
    message = "{article} and {other}, which is in {other_split:plain}, share {reason:plain}"
    hint = "move one to the split of the other"
    passes = with_corpus("split_lists: {train: [harbour, bridge]}") | {"bridge.yaml": _BESIDE}
    fails = with_corpus("split_lists: {train: [harbour], test: [bridge]}") | {
        "bridge.yaml": _BESIDE
    }
