"""Define what the models of every version are built of: the base of all records, lists, and patterns.

Every constraint is one that JSON Schema states too; what JSON Schema cannot express is a rule.
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
