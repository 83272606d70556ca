"""Define the strings, numbers and lists that records of 1.0 consist of.

What is the same as in 0.9 is imported from there. Every constraint is one that JSON Schema states too:
patterns are anchored and use only what ECMA-262, Python, Rust and RE2 read alike. What JSON Schema
cannot express is a rule.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from onrecord.schema.fields import Many, NullIs, OneOrMore, Record, Role, matching
from onrecord.schema.v0.types import (
    LINE,
    ArticleRef,
    ClaimRef,
    Confidence,
    Context,
    Domain,
    Language,
    License,
    Line,
    Offset,
    Paragraphs,
    Qid,
    QualifiedId,
    QuoteRef,
    Sha256,
    Slug,
    Url,
    Words,
)

__all__ = [
    "LINE",
    "ArticleRef",
    "ClaimRef",
    "Confidence",
    "Context",
    "Domain",
    "Language",
    "License",
    "Line",
    "Many",
    "Offset",
    "OneOrMore",
    "Paragraphs",
    "PartialDate",
    "Period",
    "Qid",
    "QualifiedId",
    "QuoteRef",
    "Record",
    "Sha256",
    "Slug",
    "Status",
    "Url",
    "Words",
]

_DAY = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_HOUR = r"([01][0-9]|2[0-3])"
_INSTANT = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    rf"T{_HOUR}:[0-5][0-9]:[0-5][0-9]([.][0-9]{{1,9}})?(Z|[+-]{_HOUR}:[0-5][0-9])"
)
_DATE = "YYYY, YYYY-MM, YYYY-MM-DD, or an instant such as 2024-12-10T08:30:00Z"
# A date whose precision is qualified: uncertain, approximate, or both (ISO 8601-2, level 1).
_QUALIFIED = rf"({_DAY}[?~%]?|{_INSTANT})"

PartialDate = Annotated[str, matching(rf"^({_DAY}|{_INSTANT})$", f"a date: {_DATE}"), Role("date")]
Period = Annotated[
    str,
    matching(
        rf"^({_QUALIFIED}(/({_QUALIFIED}|[.][.]))?|[.][.]/{_QUALIFIED})$",
        f"a date ({_DATE}), or an interval of two with a slash such as 2014/2022-02 or 2022-02/..; "
        "a date may end in ~ (approximate), ? (uncertain) or % (both)",
    ),
    Role("date"),
]

Status = Annotated[Literal["active", "corrected", "withdrawn"], BeforeValidator(NullIs("active"))]
