"""Import the claims of AVeriTeC, with the questions and answers by which they were checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import ClassVar

from onrecord.display import shorten
from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, Importer, SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import JsonText, read_document, refused
from onrecord.exchange.values import archived_page, kind, written
from onrecord.files.opening import File
from onrecord.findings import Problem, Where
from onrecord.rules import importing, reading

DATASET = "AVeriTeC"

RATINGS = {
    "Supported": "true",
    "Refuted": "false",
    "Not Enough Evidence": "unverifiable",
    "Conflicting Evidence/Cherrypicking": "mixed",
}
# Types of claims that correspond to a kind; the others say how to check, not what is claimed.
KINDS = {"Causal Claim": "causal", "Numerical Claim": "quantity"}

# What has a field of its own; all else is kept as it is.
OF_CLAIM = frozenset(
    {
        *(
            "claim",
            "claim_id",
            "claim_date",
            "speaker",
            "reporting_source",
            "fact_checking_article",
        ),
        *("original_claim_url", "cached_original_claim_url", "label", "justification", "questions"),
    }
)
OF_QUESTION = frozenset({"question", "answers"})
OF_ANSWER = frozenset({"answer", "source_url", "cached_source_url"})

_DATE = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_EXPECTED = "a date such as 25-8-2020 (day-month-year)"


@dataclass(frozen=True, kw_only=True)
class Averitec(Importer):
    """Import claims of AVeriTeC with their verdicts and evidence, one JSON list per file.

    Source: Schlichtkrull, Guo and Vlachos (2023), "AVeriTeC: A Dataset for Real-world Claim
    Verification with Evidence from the Web" (NeurIPS Datasets and Benchmarks). It is published under
    CC-BY-NC-4.0; the rights in the fact-checking articles, whose texts it does not have, are not
    known, so that they are `NOASSERTION` and `none`.

    What maps to what:

    - each item: a claim whose `voice` is `source`, with an `id` that is a digest of the item.
      `claim`: `text`. `speaker`: `claimant.name`. `claim_date` (day-month-year): `said`.
      `reporting_source`: `venue`.
    - `original_claim_url`, `cached_original_claim_url`: `appearances`, as `url` and `archived_url`.
      An address in the Wayback Machine is an `archived_url`, in whichever field it is, and the one inside
      it is the `url` if none is given. Another cached address without a `url` is kept.
    - `fact_checking_article`: the article, by its address, likewise; it is kept as well if it is
      one in the Wayback Machine, since several claims may name several copies. Without it the
      article is one of which only the `id` is known.
    - `label`, `justification`: one of `assessments`, by the reviewer `AVeriTeC`: they are by the
      annotators of the dataset, not by the fact-checking article, so that there is no `url`. The
      `rating` is `true` for Supported, `false` for Refuted, `unverifiable` for Not Enough Evidence
      and `mixed` for Conflicting Evidence/Cherrypicking; the label as written is the
      `original_rating` and `annotation.origin.label`. Without a label (the test set has none)
      there is no assessment, and its values are kept.
    - `questions`: `evidence`, one piece for each answer: `question`, `answer`, `source_url` as `url`
      and `cached_source_url` as `archived_url`. An answer without a page has neither; a question
      without answers is a piece of its own.
    - `claim_types`: `kind` if Causal Claim (`causal`) or Numerical Claim (`quantity`) is the only
      one; all are kept.
    - `claim_id`, or else the name of the file and the position in its list, from 0, such as
      `train.json#12`: `annotation.origin.id`.
    - all else (`location_ISO_code`, `fact_checking_strategies`, `answer_type`, `source_medium`,
      `boolean_explanation` and what is not known here): kept under `annotation.origin.fields`, by
      its path in the item.

    What is lost: nothing except placeholders for no value, which are reported.
    """

    name: ClassVar[str] = "averitec"
    item: ClassVar[str] = "claim"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    form: ClassVar = "jsonl"
    rights: ClassVar[Mapping[str, str]] = {"license": "NOASSERTION", "redistribute": "none"}
    tag: ClassVar[str] = "en"

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the claims of a file, each with its fact-checking article."""
        source = read_document(file)
        size = file.path.stat().st_size
        if not source.readable or not isinstance(source.value, list):
            yield refused(source, expected="a list", size=size)
            return
        yield ImportedArticle(_start(source), problems=source.problems)
        for index, found in enumerate(source.entries(source.value)):
            imported = (
                ImportedArticle(
                    found.where, items=[SourceItem(found.where, "claim", problems=[found])]
                )
                if isinstance(found, Problem)
                else self._imported(found, f"{shorten(file.path.name)}#{index}")
            )
            imported.size = size // len(source.value)
            yield imported

    def _imported(self, entry: Entry, position: str) -> ImportedArticle:
        article = self._article(entry)
        item = SourceItem(entry.where(), "claim", self._claim(entry, position), entry.problems)
        return ImportedArticle(entry.where(), article, {"method": "manual"}, [item])

    def _article(self, entry: Entry) -> Value:
        url, archived_url = _page(entry.url("fact_checking_article"), None)
        return {
            "id": ids.of_page(url) if url else f"averitec-{ids.digest(dict(entry.raw))}",
            "url": url,
            "archived_url": archived_url,
            "language": self.language_of(),
            "rights": self.rights_of_text(),
        }

    def _claim(self, entry: Entry, position: str) -> Value | None:
        claim_id = entry.string("claim_id")
        text = entry.string("claim", required=True)
        speaker = entry.person("speaker")
        label = entry.string("label")
        value = {
            "id": f"c-{ids.digest(dict(entry.raw))}",
            "text": text,
            "language": self.language_of(),
            "voice": "source",
            "claimant": {"name": speaker} if speaker else None,
            "said": entry.date("claim_date", _day, _EXPECTED),
            "venue": entry.string("reporting_source"),
            "appearances": _appearances(entry),
            "kind": _kind(entry),
            "assessments": _assessments(entry, label),
        }
        if archived_page(written(entry.raw.get("fact_checking_article"))):
            entry.keep("fact_checking_article")
        _keep_rest(entry, OF_CLAIM)
        origin = {
            "dataset": DATASET,
            "id": claim_id or position,
            "label": label,
            "fields": entry.fields(),
        }
        return {**value, "annotation": {"method": "manual", "origin": origin}} if text else None


def _start(source: JsonText) -> Where:
    return lambda: source.locate(())


def _appearances(entry: Entry) -> list[Value]:
    """Return the page on which the claim was made, if it is known; otherwise an empty list."""
    cached = entry.url("cached_original_claim_url")
    url, archived_url = _page(entry.url("original_claim_url"), cached)
    if url is None:
        if cached is not None:
            entry.keep("cached_original_claim_url")
        return []
    return [{"url": url, "archived_url": archived_url}]


def _assessments(entry: Entry, label: str | None) -> list[Value]:
    """Return the assessment by the dataset's annotators, if there is one; otherwise an empty list."""
    if label is not None and label not in RATINGS:
        expected = "one of " + ", ".join(RATINGS)
        entry.report(importing.UnknownLabel, "label", found=label, expected=expected)
    evidence = [piece for question in entry.entries("questions") for piece in _evidence(question)]
    justification = entry.text("justification")
    if label is None:
        entry.keep("justification")
        entry.keep("questions")
        return []
    return [
        {
            "reviewer": DATASET,
            "rating": RATINGS.get(label),
            "original_rating": label,
            "justification": justification,
            "evidence": evidence,
        }
    ]


def _evidence(question: Entry) -> Iterator[Value]:
    """Yield the answers to a question as evidence; a question without answers as one piece."""
    asked = question.text("question")
    _keep_rest(question, OF_QUESTION)
    pieces = [_piece(asked, answer) for answer in question.entries("answers")]
    yield from (piece for piece in pieces or [{"question": asked}] if any(piece.values()))


def _piece(asked: str | None, answer: Entry) -> Value:
    """Return one answer, with the page that it is taken from."""
    url, archived_url = _page(answer.url("source_url"), answer.url("cached_source_url"))
    # A placeholder may be the answer, so it is kept.
    words = answer.text("answer")
    _keep_rest(answer, OF_ANSWER if words else OF_ANSWER - {"answer"})
    return {"url": url, "archived_url": archived_url, "question": asked, "answer": words}


def _kind(entry: Entry) -> str | None:
    """Return the kind of the claim if it has exactly one type; otherwise None."""
    types = entry.raw.get("claim_types")
    if types is None:
        return None
    if not isinstance(types, list):
        entry.report(reading.WrongType, "claim_types", found=kind(types), expected="a list")
        return None
    return KINDS.get(types[0]) if len(types) == 1 and isinstance(types[0], str) else None


def _page(url: str | None, archived_url: str | None) -> tuple[str | None, str | None]:
    """Return the address of a page and the address of its archived copy, whichever field has them."""
    if url is None:
        return (archived_page(archived_url) if archived_url else None), archived_url
    if archived_url is None and (page := archived_page(url)):
        return page, url
    return url, archived_url


def _day(text: str) -> str | None:
    """Convert a date in the order day, month, year to that of the records."""
    if (found := _DATE.fullmatch(text)) is None:
        return None
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return None


def _keep_rest(entry: Entry, known: AbstractSet[str]) -> None:
    """Keep the values that have no field of their own, including placeholders."""
    for name in entry.raw:
        if name not in known:
            entry.keep_as_written(name)
