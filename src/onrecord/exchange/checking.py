"""Check values of foreign files as records, and report what is wrong at its location there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from onrecord.exchange.base import ImportedArticle, Value
from onrecord.exchange.values import encode
from onrecord.findings import Finding, Problem
from onrecord.language.characters import first_defect
from onrecord.language.decoding import controls
from onrecord.readers.models.validate import validate
from onrecord.rules import reading
from onrecord.rules.text.characters import ControlCharacter
from onrecord.schema.strings import strings_in

# Takes a problem, and the id of the record that has it.
Report = Callable[[Problem, str | None], None]

# How many control characters of a text are reported with their places.
_MOST_CONTROLS = 20


def validated(
    model: type[BaseModel], value: Value, where: Any, note: Report, record: str | None
) -> BaseModel | None:
    """Validate a value; if it is invalid, report why at its location in the source; return None."""
    try:
        text = encode(value).encode()
    except UnicodeEncodeError as error:
        escape = f"\\u{ord(error.object[error.start]):04x}"
        note(Problem(reading.LoneSurrogate, where=where, facts={"escape": escape}), record)
        return None
    if b"\\u0000" in text and any("\0" in one for one in strings_in(value)):
        note(Problem(reading.NulCharacter, where=where), record)
        return None
    result = validate(model, text)
    if not isinstance(result, list):
        return result
    for problem in result:
        note(Problem(problem.check, where=where, facts=problem.facts), record)
    return None


def is_clean(
    value: Value, cut: Collection[str], where: Any, note: Report, record: str | None
) -> bool:
    """Return whether no string of a value has a control character; report those that have one.

    ``cut`` names the fields that are parts of the article's text, possibly between CR and LF.
    """
    for text in strings_in(value, cut):
        if found := first_defect(text, controls(text)):
            note(Problem(ControlCharacter, where=where, facts=found._asdict()), record)
            return False
    return True


def is_clean_text(imported: ImportedArticle, note: Report) -> bool:
    """Return whether the article's text has no control character; report those that it has."""
    text = (imported.article or {}).get("text")
    defects = controls(text) if isinstance(text, str) else []
    for number, defect in enumerate(defects[:_MOST_CONTROLS], start=1):
        last = number == _MOST_CONTROLS or imported.where_in_text is None
        where = (
            partial(imported.where_in_text, defect.start)
            if imported.where_in_text
            else imported.where
        )
        if found := first_defect(str(text), defects[number - 1 :] if last else [defect]):
            note(Problem(ControlCharacter, where=where, facts=found._asdict()), None)
        if last:
            break
    return not defects


@dataclass(frozen=True, slots=True)
class Notes:
    """Count problems by code, and report those that a filter selects.

    Attributes:
        counts: The numbers of problems by code.
        wanted: Returns whether findings with a code are reported.
        report: Takes each finding that is reported.
    """

    counts: Counter[str]
    wanted: Callable[[str], bool]
    report: Callable[[Finding], None]

    def __call__(self, problem: Problem, record: str | None) -> None:
        """Count a problem of a record."""
        self.all_of((problem.check.code,), lambda: [problem], record)

    def all_of(
        self, codes: Sequence[str], problems: Callable[[], Sequence[Problem]], record: str | None
    ) -> None:
        """Count problems with these codes; only those that are reported are looked at."""
        for index, code in enumerate(codes):
            self.counts[code] += 1
            if self.wanted(code):
                self.report(problems()[index].finding(record))
