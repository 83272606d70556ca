"""Find contradictions inside the record of a row, which no corpus could contain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from onrecord.exchange.base import Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.values import is_after
from onrecord.findings import Fact, path_text
from onrecord.findings import Path as Steps
from onrecord.rights.allowed import may_stay
from onrecord.rules.base import Check
from onrecord.rules.dates import PeriodReversed, RetrievedBeforePublished, SaidAfterPublished
from onrecord.rules.importing import CannotBeWithheld
from onrecord.rules.records import AttributedWithoutSpeaker, UnattributedWithSpeaker
from onrecord.rules.spans.marks import VerbatimContradictsType

# The paths of the dates that are compared.
DATES: tuple[Steps, ...] = (
    ("said",),
    ("period",),
    ("article", "published"),
    ("article", "retrieved"),
)
Violation = tuple[type[Check], Steps, dict[str, Fact]]


class Contradictions:
    """Report contradictions between the fields of one record.

    Args:
        kind: The type of the records.
        columns: The columns of their fields, for the locations.
    """

    def __init__(self, kind: str, columns: Mapping[Steps, str | None]) -> None:
        self._kind = kind
        self._columns = columns

    def report(self, entry: Entry, value: Value, article: Value) -> None:
        """Report the contradictions in the record of a row."""
        dates = (value.get("said"), value.get("period"))
        self._note(
            entry, _of_dates(self._kind, *dates, article.get("published"), article.get("retrieved"))
        )
        self.report_form(entry, value, article)

    def report_form(self, entry: Entry, value: Value, article: Value) -> None:
        """Report the contradictions that do not depend on dates."""
        if self._kind == "quote":
            self._note(entry, _quote_at_odds(value))
        self._note(entry, _not_allowed(value, article))

    def _note(self, entry: Entry, found: Iterator[Violation]) -> None:
        for check, path, facts in found:
            column = self._columns.get(path)
            entry.report(check, *([column] if column else []), path=path_text(path), **facts)


@lru_cache(2**14)
def dates_agree(*dates: str | None) -> bool:
    """Return whether the dates of a record, in the order of `DATES`, do not contradict each other."""
    return next(_of_dates("", *dates), None) is None


def _of_dates(
    kind: str,
    said: str | None,
    period: str | None,
    published: str | None,
    retrieved: str | None,
) -> Iterator[Violation]:
    """Yield what is wrong in the dates of a record."""
    if is_after(_ends(said)[0], published):
        facts: dict[str, Fact] = {"said": said, "published": published, "record_type": kind}
        yield SaidAfterPublished, ("said",), facts
    if is_after(published, retrieved):
        facts = {"retrieved": retrieved, "published": published}
        yield RetrievedBeforePublished, ("article", "retrieved"), facts
    for name, dates in (("said", said), ("period", period)):
        if is_after(*_ends(dates)):
            yield PeriodReversed, (name,), {"period": dates}


def _not_allowed(value: Value, article: Value) -> Iterator[Violation]:
    """Yield the words of a record that rights do not allow to be passed on."""
    redistribute = article["rights"].get("redistribute")
    for path, span in _spans(value):
        role = path_text(tuple(step for step in path if isinstance(step, str)))
        words, quoted = span["exact"], bool(span.get("quoted"))
        if redistribute and not may_stay(redistribute, role, words, quoted=quoted):
            facts = {"words": words, "redistribute": redistribute}
            yield CannotBeWithheld, (*path, "exact"), facts


def _quote_at_odds(value: Value) -> Iterator[Violation]:
    """Yield what in a quote contradicts its attribution or its type."""
    attribution, speakers = value["attribution"], value.get("speakers")
    if attribution == "attributed" and not speakers:
        yield AttributedWithoutSpeaker, ("attribution",), {}
    if attribution in ("unattributed", "unknown") and speakers:
        yield UnattributedWithSpeaker, ("attribution",), {"attribution": attribution}
    if (kind := value.get("type")) and (stated := _quoted(kind, value.get("content", ()))):
        yield VerbatimContradictsType, ("type",), {"type": kind, **stated}


def _quoted(kind: str, content: Sequence[Value]) -> dict[str, Fact] | None:
    """Return the facts if the type of a quote and ``quoted`` of its spans contradict each other."""
    found = {bool(span["quoted"]) for span in content}
    needed = {"direct": {True}, "mixed": {True, False}}.get(kind, {False})
    words = {
        frozenset({True}): "quoted spans only",
        frozenset({False}): "no quoted span",
        frozenset({True, False}): "spans of both kinds",
    }
    if not found or found == needed:
        return None
    return {"found": words[frozenset(found)], "expected": words[frozenset(needed)]}


def _ends(period: str | None) -> tuple[str | None, str | None]:
    """Return the dates with which a period begins and ends; None for one that is open or vague."""
    first, _, last = (period or "..").partition("/")
    begin, end = (None if date[-1] in ".~?%" else date for date in (first, last or first))
    return begin, end


def _spans(value: Value, path: Steps = ()) -> Iterator[tuple[Steps, Value]]:
    """Yield the spans in a record that have words, with their paths."""
    for name, inner in value.items():
        each = enumerate(inner) if isinstance(inner, list) else [(None, inner)]
        for index, one in each:
            at = (*path, name) if index is None else (*path, name, index)
            if isinstance(one, dict) and "exact" in one:
                yield at, one
            elif isinstance(one, dict) and name != "annotation":
                yield from _spans(one, at)
