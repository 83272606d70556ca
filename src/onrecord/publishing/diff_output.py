"""Write the differences of two corpora as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from onrecord.display import escape_for_display, shorten
from onrecord.publishing import markdown
from onrecord.publishing.diff import Difference, FieldChange, RecordChange

# A change that so many records, and this share of the changed ones, have in common is written once.
_SEVERAL, _SHARE = 3, 3
# The groups of changes, and what they are called for people.
_GROUPS = MappingProxyType(
    {
        "added": "added",
        "changed": "changed",
        "withdrawn": "withdrawn",
        "removed": "removed without being withdrawn",
        "renamed": "renamed: the id changed, but the record says the same",
        "moved": "moved to another split",
    }
)


def as_text(difference: Difference) -> str:
    """Write differences for a terminal; everything in them is escaped."""
    lines = list(_unread(difference))
    common = _common(difference)
    for one, number in common.items():
        lines.append(f"the same in {number} records: {_field(one, shorten)}")
    for name, title in _GROUPS.items():
        changes: tuple[RecordChange, ...] = getattr(difference, name)
        if changes:
            lines += ["", f"{title} ({len(changes)})"]
        for change in _shown(changes, common):
            lines.append(escape_for_display(f"  {_head(change)}"))
            lines += [f"    {_field(one, shorten)}" for one in change.fields]
    return "\n".join(lines).strip("\n") + "\n" if lines else "no differences\n"


def as_markdown(difference: Difference) -> str:
    """Write differences as an entry of a changelog, or a comment on a pull request."""
    blocks: list[str] = [markdown.line(line) for line in _unread(difference)]
    common = _common(difference)
    if common:
        lines = ["### The same in several records", ""]
        lines += [f"- {number}: {_field(one, markdown.line)}" for one, number in common.items()]
        blocks.append("\n".join(lines))
    for name, title in _GROUPS.items():
        changes: tuple[RecordChange, ...] = getattr(difference, name)
        if not changes:
            continue
        lines = [f"### {title[0].upper()}{title[1:]} ({len(changes)})", ""]
        for change in _shown(changes, common):
            lines.append(f"- {markdown.code(change.id)}{_rest(change, markdown.line)}")
            lines += [f"  - {_field(one, markdown.line)}" for one in change.fields]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks or ["No differences."]) + "\n"


def as_json(difference: Difference) -> str:
    """Write differences as JSON: lists of changes by group."""
    content: dict[str, Any] = {
        name: [_filled(asdict(change)) for change in getattr(difference, name)] for name in _GROUPS
    }
    content["unread"] = dict(zip(("old", "new"), difference.unread, strict=True))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Difference], str]] = MappingProxyType(
    {"text": as_text, "markdown": as_markdown, "json": as_json}
)


def _common(difference: Difference) -> Mapping[FieldChange, int]:
    """Return the changes that several records have in common, which are written once."""
    counts = Counter(
        one for name in _GROUPS for change in getattr(difference, name) for one in change.fields
    )
    many = max(_SEVERAL, len(difference.changed) / _SHARE)
    return {one: number for one, number in counts.items() if number >= many}


def _shown(
    changes: Sequence[RecordChange], common: Mapping[FieldChange, int]
) -> list[RecordChange]:
    """Return changes without what they have in common with others."""
    rest = (
        replace(change, fields=tuple(one for one in change.fields if one not in common))
        for change in changes
    )
    return [
        one for one, change in zip(rest, changes, strict=True) if one.fields or not change.fields
    ]


def _unread(difference: Difference) -> Iterator[str]:
    for name, number in zip(("old", "new"), difference.unread, strict=True):
        if number:
            yield (
                f"errors in reading the {name} corpus: {number}; what could not be read looks added or "
                "removed (onrecord validate lists the errors)"
            )


def _head(change: RecordChange) -> str:
    return f"{change.record_type} {change.id}{_rest(change, shorten)}"


def _rest(change: RecordChange, escape: Callable[[str], str]) -> str:
    """Return what follows the id of a record in the line about its change."""
    rest = f", before {escape(change.old_id)}" if change.old_id else ""
    if change.old_split != change.new_split:
        rest += (
            f": {escape(change.old_split or 'no split')} → {escape(change.new_split or 'no split')}"
        )
    if change.reason:
        rest += f", because {escape(change.reason)}"
    return f"{rest}: {escape(change.words)}" if change.words else rest


def _field(change: FieldChange, escape: Callable[[str], str]) -> str:
    old, new = ("nothing" if value is None else escape(value) for value in (change.old, change.new))
    return f"{escape(change.path)}: {old} → {new}"


def _filled(value: Any) -> Any:
    """Return a value without absent members; a field change keeps both values."""
    if isinstance(value, dict):
        keep = ("old", "new")
        return {
            name: _filled(one)
            for name, one in value.items()
            if name in keep or one not in (None, (), [], "")
        }
    return [_filled(one) for one in value] if isinstance(value, list | tuple) else value
