"""Prepare the records of imported articles that are valid by their form, without models.

Most records are valid. Their fields are put in the order of the models, and written as lines of JSON
as models write them; what a model might refuse, or write in another way, is left to the models.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from onrecord.exchange.base import ImportedArticle, Slot, SourceItem, Value
from onrecord.exchange.values import encode
from onrecord.readers.models.validate import validate
from onrecord.schema import CURRENT
from onrecord.schema.current import (
    Annotation,
    ContentSpan,
    DocumentArticle,
    DocumentClaim,
    DocumentQuote,
    Span,
)
from onrecord.schema.shape import ListOf, Member, Struct, members

ENTRIES: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}

# Control characters as they are in lines of JSON, and what resembles them. Line feeds, tabs and form
# feeds are allowed; a CR is only before a line feed.
_ESCAPES = (b"\\r", b"\\b", b"\\u")
_C1 = re.compile(b"\xc2[\x80-\x9f]")
# Local ids, which are shorter than those of flat records.
_LONGEST = 100
_LOCAL_ID = re.compile(f"[a-z0-9](?:[a-z0-9_-]{{0,{_LONGEST - 2}}}[a-z0-9])?")
# How the flat records of each type begin.
_ABOUT = {
    one: {"record_type": one, "schema_version": CURRENT.number}
    for one in ("article", "quote", "claim")
}


class PreparedEntry(NamedTuple):
    """Hold a quote or claim as a line of JSON that a model would write, if it is valid.

    Attributes:
        kind: The type of the record.
        id: Its id.
        line: Its line of JSON.
        spans: How many spans it has.
        key: Identifies the item among all items of all articles.
        codes: The codes of the problems of the item, all of them warnings.
    """

    kind: Literal["quote", "claim"]
    id: str
    line: str
    spans: int
    key: str | None = None
    codes: tuple[str, ...] = ()


class Prepared(NamedTuple):
    """Hold an article whose records may be valid: its id, its line of JSON, the records of its
    items, and the codes of its own warnings.
    """

    id: str
    article: str
    entries: Sequence[PreparedEntry]
    codes: tuple[str, ...] = ()


class _UndecidedError(Exception):
    """Signal that a value is not certainly valid."""


# Matches a text that is certainly valid as the id of a record in its article.
is_local_id = _LOCAL_ID.fullmatch


def has_controls(data: bytes) -> bool:
    """Return whether there may be control characters in lines of JSON."""
    if b"\\" in data and any(one in data for one in _ESCAPES):
        return True
    return b"\x7f" in data or (b"\xc2" in data and _C1.search(data) is not None)


def prepared(imported: ImportedArticle) -> Prepared | None:
    """Return the records of an article in the order of their fields; None if models must decide."""
    article = imported.article
    problems = [*imported.problems, *(one for item in imported.items for one in item.problems)]
    if article is None or not imported.items or any(problem.is_error for problem in problems):
        return None
    # By its text, words are withheld.
    if article.get("text") is not None or article.get("text_sha256") is not None:
        return None
    try:
        own = _object(DocumentArticle)(article, _Spans())
        redistribute = own["rights"]["redistribute"]
        if not _is_annotation(tuple(imported.annotation.items())):
            return None
        entries = [_entry(item, own["id"], redistribute) for item in imported.items]
    except (_UndecidedError, KeyError, TypeError, OverflowError):
        return None
    codes = tuple(one.check.code for one in imported.problems)
    return Prepared(own["id"], encode({**_ABOUT["article"], **own}), entries, codes)


def _entry(item: SourceItem, article_id: str, redistribute: str) -> PreparedEntry:
    """Return the record of an item.

    Raises:
        _UndecidedError: Models must decide.
    """
    spans = _Spans(redistribute)
    entry = _object(ENTRIES[item.kind])(item.value, spans)
    local = entry["id"]
    if "annotation" not in entry or not is_local_id(local):
        raise _UndecidedError
    entry["id"] = name = f"{article_id}.{local}"
    line = encode({**_ABOUT[item.kind], **entry, "article_id": article_id})
    codes = tuple(one.check.code for one in item.problems)
    return PreparedEntry(item.kind, name, line, spans.number, item.key, codes)


@cache
def _is_annotation(items: tuple[tuple[str, Any], ...]) -> bool:
    """Return whether the fields of an annotation that items share are certainly valid."""
    try:
        data = encode(dict(items)).encode()
    except UnicodeEncodeError:
        return False
    return isinstance(validate(Annotation, data), Annotation) and not has_controls(data)


@dataclass(slots=True)
class _Spans:
    """Count the spans of a record, and check that their words may certainly be passed on.

    Attributes:
        redistribute: What may be passed on of the article.
        number: The number of spans.
    """

    redistribute: str = "none"
    number: int = 0

    def add(self, model: type[BaseModel], span: Value) -> None:
        self.number += 1
        quoted = model is ContentSpan and span.get("quoted") is True
        may_stay = self.redistribute == "full" or (quoted and self.redistribute == "quotes")
        if "exact" in span and not may_stay:
            raise _UndecidedError


# A function that puts a value in order, or the type that a scalar has.
Ordered = Callable[[Any, _Spans], Any]


@cache
def _object(model: type[BaseModel]) -> Ordered:
    """Return a function that puts the fields of an object in order, and leaves out absent ones.

    It is the form in which a model writes a value that is valid: without defaults. What a model would
    write in another way, or what refers to other records, is undecided.
    """
    fields = {
        one.name: (place, model.model_fields[one.name].get_default(), _member(one))
        for place, one in enumerate(members(model))
    }
    is_span = issubclass(model, Span)

    def order(value: Any, spans: _Spans) -> Value:
        if type(value) is not dict:
            raise _UndecidedError
        found = {}
        last, sorted_ = -1, True
        for name, one in value.items():
            # A field that there is not is a KeyError, and undecided too.
            place, default, inner = fields[name]
            if one is not None and one != [] and one != default:  # noqa: PLR1714  # three times as fast
                found[name] = one if type(one) is inner else _in_order(one, inner, spans)
                sorted_ = sorted_ and place > last
                last = place
        if not sorted_:
            found = dict(sorted(found.items(), key=lambda member: fields[member[0]][0]))
        if is_span:
            spans.add(model, found)
        return found

    return order


def _in_order(value: Any, inner: Ordered | type, spans: _Spans) -> Any:
    if isinstance(inner, type):
        if type(value) is not inner and not (inner is str and type(value) is Slot):
            raise _UndecidedError
        return value
    return inner(value, spans)


def _member(member: Member) -> Ordered | type:
    """Return how values of a field are accepted: by a function that orders them, or by type."""
    inner = member.inner
    if member.role and member.role.target in ("quote", "claim"):
        return _undecided
    one: Ordered | type = _undecided
    if isinstance(inner, Struct):
        one = _object(inner.model)
    elif inner.type in (str, int, bool):
        one = inner.type
    elif inner.type is float:
        one = _number
    if not isinstance(member.shape, ListOf):
        return one

    def order(values: Any, spans: _Spans) -> list[Any]:
        if type(values) not in (list, tuple):
            raise _UndecidedError
        return [_in_order(value, one, spans) for value in values]

    return order


def _undecided(_: Any, __: _Spans) -> Any:
    raise _UndecidedError


def _number(value: Any, _: _Spans) -> float | Slot:
    if type(value) is Slot:
        return value
    if type(value) not in (int, float):
        raise _UndecidedError
    return float(value)
