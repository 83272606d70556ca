"""Describe edits of a value (set, remove, rename, reorder) and compute the value after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from onrecord.findings import Path

Scalar = str | int | float | None
# What an edit can write.
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Put:
    """Set a member of the mapping at ``path`` to a value.

    A new member is inserted after the one named ``after``, or at the end.
    """

    path: Path
    name: str
    value: Value
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a member from the mapping at ``path``."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Replace a member of the mapping at ``path`` by another one, named ``to``."""

    path: Path
    name: str
    to: str
    value: Value


@dataclass(frozen=True, slots=True)
class Wrap:
    """Rename a member of the mapping at ``path`` to ``to``, and make its value the only item of a list.

    null stays null.
    """

    path: Path
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class SetItem:
    """Set an item of the list at ``path`` to a value."""

    path: Path
    index: int
    value: Value


@dataclass(frozen=True, slots=True)
class Reorder:
    """Reorder the items of the list at ``path``, each with the comment lines before it.

    ``order`` has their present indices. The same set of edits must not change anything else inside
    the list.
    """

    path: Path
    order: tuple[int, ...]


MemberEdit = Put | Remove | Rename | Wrap
ItemEdit = SetItem | Reorder
Edit = MemberEdit | ItemEdit


def edited(value: Any, edits: Iterable[Edit]) -> Any:
    """Return a copy of a value after some edits, one after the other.

    Raises:
        ValueError: An edit refers to a value that does not exist.
    """
    root = _copy(value)
    for edit in edits:
        if isinstance(edit, ItemEdit):
            items = _at(root, edit.path, list)
            items[:] = _revised_items(items, edit)
            continue
        mapping = _at(root, edit.path, dict)
        entries = revised([Entry(name, inner) for name, inner in mapping.items()], [edit])
        mapping.clear()
        mapping.update((entry.name, entry.value) for entry in entries)
    return root


def dropped(path: Path, name: str, mapping: Mapping[str, Any]) -> Edit:
    """Return an edit that empties a member: it becomes null if the mapping has nulls, or goes."""
    nulls = any(value is None for value in mapping.values())
    return Put(path, name, None) if nulls else Remove(path, name)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list | tuple) else value


_Kind = TypeVar("_Kind", dict[str, Any], list[Any])


def _at(root: Any, path: Path, kind: type[_Kind]) -> _Kind:
    try:
        for step in path:
            root = root[step]
    except (LookupError, TypeError):
        root = None
    if isinstance(root, kind):
        return root
    raise ValueError(f"there is no {'mapping' if kind is dict else 'list'} at {path}")


def _revised_items(items: list[Any], edit: ItemEdit) -> list[Any]:
    """Return the items of a list after an edit."""
    if isinstance(edit, Reorder):
        if sorted(edit.order) != list(range(len(items))):
            raise ValueError(f"{edit.order} is no order of {len(items)} items")
        return [items[index] for index in edit.order]
    if not 0 <= edit.index < len(items):
        raise ValueError(f"there is no item {edit.index}")
    return [*items[: edit.index], edit.value, *items[edit.index + 1 :]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold a member of a mapping, with what edits have changed of it.

    Attributes:
        name: Its name.
        value: Its value.
        origin: The index of the member in the text; None for a new one.
        renamed: Whether its name differs from that in the text.
        changed: Whether its value differs from that in the text.
        wrapped: Whether its value is the only item of a list, and is not in the text.
    """

    name: str
    value: Any
    origin: int | None = None
    renamed: bool = False
    changed: bool = False
    wrapped: bool = False


def revised(entries: list[Entry], edits: Iterable[MemberEdit]) -> list[Entry]:
    """Return the members of a mapping after some edits."""
    for edit in edits:
        names = [entry.name for entry in entries]
        at = names.index(edit.name) if edit.name in names else None
        match edit:
            case Put(_, name, value, after) if at is None:
                new = names.index(after) + 1 if after in names else len(names)
                entries.insert(new, Entry(name, value))
                continue
        if at is None:
            raise ValueError(f"there is no {edit.name}")
        match edit:
            case Put(_, _, value):
                entries[at] = replace(entries[at], value=value, changed=True)
            case Remove():
                del entries[at]
            case Rename(_, _, to, value):
                if to in names:
                    raise ValueError(f"{to} is there already")
                entries[at] = replace(entries[at], name=to, value=value, renamed=True, changed=True)
            case Wrap(_, name, to):
                if to != name and to in names:
                    raise ValueError(f"{to} is there already")
                value = entries[at].value
                wrapped = None if value is None else [value]
                entries[at] = replace(
                    entries[at], name=to, value=wrapped, renamed=to != name, wrapped=True
                )
    return entries
