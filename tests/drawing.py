"""Draw values of models, and say how many examples a property is tried on."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from pydantic import BaseModel

from onrecord.schema.shape import ListOf, Shape, Struct, members


def is_nightly() -> bool:
    """Return whether the nightly profile is in use, the only one whose examples differ each time."""
    return not settings().derandomize


def examples(number: int) -> int:
    """Return a number of examples, or in the nightly profile that of the profile."""
    return settings().max_examples if is_nightly() else number


def nightly(*cases: Any) -> tuple[Any, ...]:
    """Return parameters of a test that are tried in the nightly profile only: others are alike."""
    return cases if is_nightly() else ()


def values_of(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw values that a model accepts, as they are read from JSON, whatever checks say of them."""
    fields = {member.name: member for member in members(model)}
    return st.fixed_dictionaries(
        {name: _shaped(member.shape) for name, member in fields.items() if member.required},
        optional={
            name: st.none() | _shaped(member.shape)
            for name, member in fields.items()
            if not member.required
        },
    )


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")


def _shaped(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, ListOf):
        return st.lists(_shaped(shape.item), min_size=1, max_size=2)
    if isinstance(shape, Struct):
        return st.deferred(lambda: values_of(shape.model))
    if shape.choices:
        return st.sampled_from(shape.choices)
    if shape.type is str:
        if shape.pattern:
            return st.from_regex(shape.pattern, fullmatch=True).filter(
                lambda text: len(text) <= 64 and "\0" not in text
            )
        return st.text(
            st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5
        )
    if shape.type is bool:
        return st.booleans()
    return st.integers(0, 9) if shape.type is int else st.floats(0, 1)
