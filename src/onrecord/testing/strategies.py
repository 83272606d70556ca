"""Draw records and whole corpora: the strategies of the package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any, Literal

from hypothesis import strategies as st

from onrecord.schema import current
from onrecord.schema.flat import flatten
from onrecord.testing.records import unrelated_documents
from onrecord.testing.relations import with_relations
from onrecord.testing.words import OPEN_LICENSES, digest, lines, paragraphs, urls

Form = Literal["hydrated", "dehydrated"]


def articles(form: Form = "hydrated") -> st.SearchStrategy[current.Article]:
    """Draw articles as flat records (``form`` as in `corpora`)."""
    return documents(form).map(
        lambda document: current.Article.model_validate(*flatten(document)["article"])
    )


def quotes(form: Form = "hydrated") -> st.SearchStrategy[current.Quote]:
    """Draw quotes as flat records (``form`` as in `corpora`), without the quotes that they refer to."""
    return _related("quote", form).map(current.Quote.model_validate)


def claims(form: Form = "hydrated") -> st.SearchStrategy[current.Claim]:
    """Draw claims as flat records (``form`` as in `corpora`), without those they refer to."""
    return _related("claim", form).map(current.Claim.model_validate)


def _related(kind: Literal["quote", "claim"], form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Draw records of one type, as values of flat records."""
    return (
        unrelated_documents(needs=kind)
        .flatmap(lambda document: with_relations([document]))
        .map(lambda corpus: flatten(in_form(corpus[0], form))[kind])
        .flatmap(st.sampled_from)
    )


def documents(form: Form = "hydrated") -> st.SearchStrategy[current.Document]:
    """Draw articles with their quotes and claims: corpora of one document (``form`` as in `corpora`)."""
    return corpora(form, max_size=1).map(lambda corpus: corpus[0])


def corpora(
    form: Form = "hydrated", *, min_size: int = 1, max_size: int = 3
) -> st.SearchStrategy[tuple[current.Document, ...]]:
    """Draw whole corpora that conform to every rule inside each document and across them.

    They contain quotes of all types, including discontinuous and nested ones; claims of sources and
    of articles, with assessments; relations to records of the same document and of others; corrected
    records with their replacements; dates of every precision; and all values of rights.

    Args:
        form: ``hydrated`` has all words and every article's text, as during annotation; the rules
            about rights do not hold yet. ``dehydrated`` has only what the rights of each article
            allow to be passed on, and digests in place of all other words.
        min_size: The smallest number of documents.
        max_size: The largest number of documents.
    """
    separate = st.lists(
        unrelated_documents(),
        min_size=min_size,
        max_size=max_size,
        unique_by=(lambda document: document.article.id, lambda document: document.article.text),
    )
    return (
        separate.filter(_differ)
        .flatmap(with_relations)
        .map(lambda corpus: tuple(in_form(document, form) for document in corpus))
    )


def corpus_infos() -> st.SearchStrategy[current.CorpusInfo]:
    """Draw contents of ``corpus.yaml``."""
    return st.builds(
        current.CorpusInfo,
        title=lines,
        version=st.builds("{}.{}.{}".format, *[st.integers(0, 99)] * 3),
        description=paragraphs,
        license=st.sampled_from(OPEN_LICENSES),
        citation=paragraphs,
        url=st.none() | urls,
        creators=st.lists(_creators(), max_size=2).map(tuple),
        date_published=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat),
        collection=st.none() | paragraphs,
        limitations=st.none() | paragraphs,
    )


def _creators() -> st.SearchStrategy[current.Creator]:
    return st.builds(
        current.Creator,
        name=lines,
        kind=st.sampled_from(("person", "organization")),
        url=st.none() | urls,
    )


def _differ(corpus: Sequence[current.Document]) -> bool:
    """Return whether no two texts are nearly the same, which short texts rarely are."""
    texts = [(document.article.text or "").casefold().split() for document in corpus]
    lines = [" ".join(words) for words in texts]
    shingles = [{line[at : at + 8] for at in range(len(line) - 7)} for line in lines]
    return all(
        4 * len(one & other) < 3 * len(one | other) or len(one) < 64
        for one, other in combinations(shingles, 2)
    )


def in_form(document: current.Document, form: Form) -> current.Document:
    """Return a document with all words, or without those that its rights withhold."""
    return document if form == "hydrated" else _dehydrated(document)


def _dehydrated(document: current.Document) -> current.Document:
    """Return a document in which words that its rights withhold are replaced by digests."""
    mode = document.article.rights.redistribute
    if mode == "full":
        return document

    def withheld(node: Any, name: str = "") -> Any:
        if isinstance(node, list):
            return [withheld(item, name) for item in node]
        if not isinstance(node, dict):
            return node
        if "exact" not in node:
            return {key: withheld(value, key) for key, value in node.items()}
        words = node["exact"]
        brief = len(words.split()) <= 2 and len(words.encode()) <= 40
        free = node.get("quoted") or (brief and name in ("cue", "mentions"))
        stated = {"exact": words} if mode == "quotes" and free else {"sha256": digest(words)}
        return stated | {key: node[key] for key in ("start", "end", "quoted") if key in node}

    fields = withheld(document.model_dump(mode="json", exclude_none=True))
    del fields["article"]["text"]
    return current.Document.model_validate(fields)
