"""Define the strings, numbers and lists that records of 0.9 consist of.

Every constraint is one that JSON Schema states too: patterns are anchored and use only what
ECMA-262, Python, Rust and RE2 read alike. What JSON Schema cannot express is a rule.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from onrecord.schema.fields import Many, NullIs, OneOrMore, Record, Role, integral, matching

__all__ = ["Many", "OneOrMore", "Record"]

LINE = r"^[^\r\n]+$"
Line = Annotated[str, matching(LINE, "text on one line, not empty")]
Paragraphs = Annotated[str, Field(min_length=1)]
Words = Annotated[str, Field(min_length=1)]
Context = Annotated[str, Field(max_length=64)]

Offset = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(integral)]
Confidence = Annotated[float, Field(ge=0, le=1)]

Sha256 = Annotated[str, matching(r"^[0-9a-f]{64}$", "64 digits 0-9 and a-f")]
Qid = Annotated[str, matching(r"^Q[1-9][0-9]*$", "a Wikidata item such as Q42")]
Url = Annotated[
    str,
    matching(r"^https?://[^ \t\r\n]+$", "a web address that begins with https:// or http://"),
    Role("url"),
]
Domain = Annotated[
    str, matching(r"^[^ \t\r\n/:@.]+([.][^ \t\r\n/:@.]+)+$", "a domain such as example.org")
]
Language = Annotated[
    str, matching(r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "a BCP 47 language tag such as en or pt-BR")
]
License = Annotated[
    str,
    matching(
        r"^[A-Za-z0-9][A-Za-z0-9.+-]*$",
        "an SPDX licence identifier such as CC-BY-4.0, LicenseRef-NAME, or NOASSERTION",
    ),
]

_SLUG = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?"
_YEAR = r"[0-9]{4}"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_HOUR = r"([01][0-9]|2[0-3])"
_ZONE = rf"(Z|[+-]{_HOUR}:[0-5][0-9])"
_TIME = rf"{_HOUR}:[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,9}})?)?{_ZONE}"
_DATE = rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME})?)?)?"

_NAME = matching(
    rf"^{_SLUG}$",
    "an identifier of lower-case letters a-z, digits, hyphens and underscores",
    max_length=200,
)
_REFERENCE = matching(
    rf"^{_SLUG}([.]{_SLUG})?$",
    "an identifier such as q1, or ARTICLE.q1 for one of another article",
    max_length=401,
)
Slug = Annotated[str, _NAME]
QualifiedId = Annotated[
    str,
    matching(
        rf"^{_SLUG}[.]{_SLUG}$",
        "an identifier such as ARTICLE.q1: the article's id, a full stop, the local id",
        max_length=401,
    ),
]
ArticleRef = Annotated[str, _NAME, Role("link", "article")]
QuoteRef = Annotated[str, _REFERENCE, Role("link", "quote")]
ClaimRef = Annotated[str, _REFERENCE, Role("link", "claim")]

_PARTIAL_DATE = "YYYY, YYYY-MM, YYYY-MM-DD, or an instant such as 2024-12-10T08:30:00Z"
PartialDate = Annotated[str, matching(rf"^{_DATE}$", f"a date: {_PARTIAL_DATE}"), Role("date")]
Period = Annotated[
    str,
    matching(
        rf"^({_DATE}(/({_DATE}|[.][.]))?|[.][.]/{_DATE})$",
        f"a date ({_PARTIAL_DATE}), or an interval of two with a slash such as 2014/2022-02 "
        "or 2022-02/..",
    ),
    Role("date"),
]

Status = Annotated[Literal["active", "corrected", "withdrawn"], BeforeValidator(NullIs("active"))]
