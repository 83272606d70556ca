"""Define what the models of every version are built of: the base of all records, strings and lists.

Every constraint is one that JSON Schema states too: patterns are anchored and use only what
ECMA-262, Python, Rust and RE2 read alike. What JSON Schema cannot express is a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from onrecord.display import InNotebooks

T = TypeVar("T")


class Record(InNotebooks, BaseModel):
    """Define what all records share: strict types, no unknown fields, and no change once made."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Role:
    """Mark a string that rules find by what it is, wherever a record holds one.

    ``name`` is ``date``, ``url`` or ``link``; ``target`` is the kind of record a link points to.
    """

    name: Literal["date", "url", "link"]
    target: Literal["article", "quote", "claim"] | None = None


@dataclass(frozen=True, slots=True)
class NullIs:
    """Read ``null`` as ``default``: in these records null and absent mean the same."""

    default: object

    def __call__(self, value: Any) -> Any:
        """Return the value, or the default for null."""
        return self.default if value is None else value


def integral(value: Any) -> Any:
    """Read 1.0 as 1: to JSON Schema (2020-12, section 6.1.1) they are the same integer."""
    return int(value) if type(value) is float and value.is_integer() else value


def in_order(value: Any) -> Any:
    """Reject a set, since its items have no order."""
    if isinstance(value, set | frozenset):
        raise ValueError("a list is needed, since the order counts")  # noqa: TRY004  # as Pydantic asks
    return value


# A list, and one that may be left out. JSON arrays and Python sequences are read, tuples are kept.
OneOrMore = Annotated[tuple[T, ...], Field(strict=False, min_length=1), BeforeValidator(in_order)]
Many = Annotated[
    tuple[T, ...], Field(strict=False), BeforeValidator(in_order), BeforeValidator(NullIs(()))
]

# What each pattern stands for, in words for people; error messages use it.
MEANING: dict[str, str] = {}


def matching(pattern: str, meaning: str, *, max_length: int | None = None) -> FieldInfo:
    """Return a constraint on a string, and register its meaning in words."""
    MEANING[pattern] = meaning
    info: FieldInfo = Field(pattern=pattern, max_length=max_length)
    return info


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

Status = Annotated[Literal["active", "corrected", "withdrawn"], BeforeValidator(NullIs("active"))]
