"""Run rules over a corpus, and locate what they return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from onrecord.corpus.corpus import Corpus
from onrecord.files.limits import rest
from onrecord.files.opening import File
from onrecord.findings import Checked, Finding, Passage, parse_path
from onrecord.readers.models.records import Kind
from onrecord.readers.naming import DOCUMENT_ENDINGS
from onrecord.rules.base import Rule
from onrecord.rules.reading import UnreadableText
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.validation.rule_runs import Answers, TextProblem, Violation, run_rules
from onrecord.validation.withheld_facts import NAMES

if TYPE_CHECKING:
    from onrecord.validation.passages import Where

# What says which record a violation is in.
_RECORD = ("record_type", "locator")
# Findings of each rule that have passages.
_PASSAGES = 200


@dataclass(frozen=True)
class Looked:
    """Hold the findings and counts of a corpus, before settings apply.

    Attributes:
        findings: The findings, in no particular order.
        checked: What was validated.
        without_text: The ids of articles whose texts are not available.
        provable: As in `Answers`.
    """

    findings: Sequence[Finding]
    checked: Checked
    without_text: Collection[str]
    provable: Sequence[int] = ()


def look(
    corpus: Corpus,
    rules: Sequence[type[Rule]],
    required: Sequence[str],
    *,
    check_cards: bool = True,
    with_passages: bool = False,
    provable: bool = False,
) -> Looked:
    """Run rules over a corpus.

    Args:
        corpus: The corpus.
        rules: The rules.
        required: Fields that every record must have.
        check_cards: Whether to compare the counts that cards of publications state.
        with_passages: Whether findings have the words that they are about.
        provable: Whether to count spans that can be proved.

    Raises:
        OnrecordError: Memory or disk is full.
    """
    answers = run_rules(corpus, rules, required, check_cards=check_cards, provable=provable)
    found = [
        *corpus.findings,
        *of_requests(corpus, answers.links),
        *unreadable_texts(corpus, answers.unreadable_texts),
        *located(corpus, answers.violations, with_passages=with_passages),
    ]
    numbers = {each: corpus.records(each).num_rows for each in RECORD_TYPES}
    counts, without = checked(corpus, numbers, answers.spans), _WithoutText(corpus, answers)
    return Looked(found, counts, without, answers.provable)


def unreadable_texts(corpus: Corpus, problems: Sequence[TextProblem]) -> Iterator[Finding]:
    """Yield a finding for each text that an article needs and that cannot be read."""
    rows = [one.article for one in problems]
    places = corpus.locate(("article", row, ("id",)) for row in rows)
    ids = corpus.record_ids("article", rows) if rows else []
    for (_, facts), record, (place, excerpt) in zip(problems, ids, places, strict=True):
        yield UnreadableText.finding(place, facts, record=record, path="text", excerpt=excerpt)


def of_requests(corpus: Corpus, links: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Yield what is wrong with the splits that files corpus.yaml request."""
    ids = corpus.table("article", ["id"])["id"].to_pylist() if links else []
    named = [(ids[row["owner"]], ids[row["other"]], row["reason"]) for row in links]
    for request in corpus.requests:
        yield from request.findings
        yield from request.divided(named)


class _WithoutText(Collection[str]):
    """Hold the ids of articles whose texts are not available, which are read if one is looked for.

    Args:
        corpus: The corpus.
        answers: What is known about the texts of its articles.
    """

    def __init__(self, corpus: Corpus, answers: Answers) -> None:
        self._corpus = corpus
        self._without = np.ones(corpus.records("article").num_rows, np.bool_)
        for rows in answers.with_text:
            self._without[rows] = False

    def __len__(self) -> int:
        return len(self._ids)

    def __bool__(self) -> bool:
        return bool(self._without.any())

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __contains__(self, one: object) -> bool:
        return one in self._ids

    @cached_property
    def _ids(self) -> frozenset[str]:
        found = (
            batch["id"].filter(pa.array(self._without[first : first + len(batch)])).to_pylist()
            for first, batch in self._corpus.parts("article", ["id"])
        )
        return frozenset(chain.from_iterable(found))


def _once(corpus: Corpus, found: Sequence[Violation]) -> Sequence[Violation]:
    """Return the violations without repetitions: what is wrong with the annotation of a document is
    wrong with that of each of its records. The first record remains.
    """
    shared = []
    for rule, row in found:
        if row["path"].startswith("annotation"):
            file = corpus.file_of(row["record_type"], row["locator"])
            facts = sorted((name, repr(one)) for name, one in row.items() if name not in _RECORD)
            if file.path.suffix.lower() in DOCUMENT_ENDINGS:
                shared.append(((rule, file, *facts), row))
    numbers = Counter(key for key, _ in shared)
    several = [(key, row) for key, row in shared if numbers[key] > 1]
    several.sort(key=lambda one: (RECORD_TYPES.index(one[1]["record_type"]), one[1]["locator"]))
    places = corpus.locate(
        (row["record_type"], row["locator"], parse_path(row["path"])) for _, row in several
    )
    known, repeated = set(), set()
    for (key, row), (place, _) in zip(several, places, strict=True):
        if (key, place) in known:
            repeated.add(id(row))
        known.add((key, place))
    return [one for one in found if id(one[1]) not in repeated] if repeated else found


def _listed(
    corpus: Corpus, violations: Sequence[Violation]
) -> tuple[list[Violation], dict[int, int]]:
    """Return the violations to list: the first of each rule in each file.

    They are followed by one violation for all others of a rule in a file; the mapping has its index
    and their number.
    """
    limit = corpus.options.findings
    listed: list[Violation] = []
    omitted: dict[int, int] = {}
    by_rule: dict[type[Rule], list[dict[str, Any]]] = {}
    for rule, row in violations:
        by_rule.setdefault(rule, []).append(row)
    for rule, rows in by_rule.items():
        if not limit or len(rows) <= limit:
            listed += ((rule, row) for row in rows)
            continue
        rows.sort(key=lambda row: (row["record_type"], row["locator"], row["path"]))
        numbers: Counter[File] = Counter()
        first: dict[File, int] = {}
        for row in rows:
            file = corpus.file_of(row["record_type"], row["locator"])
            numbers[file] += 1
            if numbers[file] <= limit + 1:
                first[file] = len(listed)
                listed.append((rule, row))
        omitted |= {
            first[file]: number - limit for file, number in numbers.items() if number > limit
        }
    return listed, omitted


def located(
    corpus: Corpus, found: Sequence[Violation], *, with_passages: bool = False
) -> list[Finding]:
    """Return findings for what rules returned, with their locations."""
    violations, omitted = _listed(corpus, _once(corpus, found))
    wanted: list[tuple[Kind, int, str]] = [
        (row.pop("record_type"), row.pop("locator"), row["path"]) for _, row in violations
    ]
    places = corpus.locate((kind, at, parse_path(path)) for kind, at, path in wanted)
    shown = _passages(corpus, violations, wanted) if with_passages else {}
    findings = []
    for (rule, row), (kind, at, path), record, (place, excerpt) in zip(
        violations, wanted, _ids(corpus, wanted), places, strict=True
    ):
        withheld = row.pop(NAMES, ())
        facts = {"record_type": kind, **row}
        finding = rule.finding(
            place, facts, record=record, path=path, excerpt=excerpt, withheld=withheld
        )
        passage = shown.get((kind, at, parse_path(path)))
        findings.append(replace(finding, passage=passage) if passage else finding)
    for index, number in omitted.items():
        findings[index] = rest(findings[index], number)
    return findings


def _passages(
    corpus: Corpus, violations: Sequence[Violation], wanted: Sequence[tuple[Kind, int, str]]
) -> dict[Where, Passage]:
    """Return the words of articles that the first violations of each rule are about."""
    from onrecord.validation.passages import passages

    numbers: Counter[str] = Counter()
    some: list[Where] = []
    for (rule, _), (kind, at, path) in zip(violations, wanted, strict=True):
        numbers[rule.code] += 1
        if numbers[rule.code] <= _PASSAGES:
            some.append((kind, at, parse_path(path)))
    return passages(corpus, some)


def _ids(corpus: Corpus, wanted: list[tuple[Kind, int, str]]) -> Iterator[str | None]:
    """Yield the ids of records, given their tables and rows."""
    rows: dict[Kind, list[int]] = {}
    for kind, at, _ in wanted:
        rows.setdefault(kind, []).append(at)
    found = {kind: iter(corpus.record_ids(kind, some)) for kind, some in rows.items()}
    return (next(found[kind]) for kind, _, _ in wanted)


def checked(corpus: Corpus, numbers: Mapping[RecordType, int], spans: Mapping[str, int]) -> Checked:
    """Return the counts of what was validated, given those of records and of spans.

    Those of spans are 0 if no rule needs them.
    """
    verified = spans.get("verified", 0)
    read_files = tuple(file.name for file in corpus.files if not file.unread)
    return Checked(
        files=len(read_files),
        articles=numbers["article"],
        quotes=numbers["quote"],
        claims=numbers["claim"],
        spans=spans.get("number", 0),
        verified=verified,
        unverified=spans.get("located", 0) - verified,
        read=read_files,
        ignored=corpus.ignored,
    )
