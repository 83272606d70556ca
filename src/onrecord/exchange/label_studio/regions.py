"""Name the regions of records: an export names them, and an import finds their spans by the names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from onrecord.anchoring.spans import spans
from onrecord.exchange.base import Value
from onrecord.exchange.spans import SOURCES, is_located
from onrecord.findings import Path
from onrecord.schema import CURRENT

# The member of a task's data that contains its records.
RECORDS = "onrecord"
TYPES = ("direct", "indirect", "mixed", "reported", "free_indirect")
CLAIM = "claim"
# The fields that the other labels mean.
ROLES = {"cue": "cue", **{label: field for field, label in SOURCES.items()}}
LABELS = (*TYPES, CLAIM, *ROLES)
CONTINUED, WITHIN, RESTS_ON = "continued", "within", "rests on"
RELATIONS = (CONTINUED, *ROLES, WITHIN, RESTS_ON)


class Region(NamedTuple):
    """Name a span of a record, so that an import finds the record's field for the span again.

    Attributes:
        id: Its name.
        path: Its path in the record.
        role: content, or a label of `ROLES`.
        label: Its label.
        span: The span.
    """

    id: str
    path: Path
    role: str
    label: str
    span: Value


def regions_of(record: Value) -> Iterator[Region]:
    """Yield the regions of a flat quote or claim that may be invalid."""
    counts: Counter[str] = Counter()
    for path, field, span in spans(CURRENT.models[record["record_type"]], record):
        if not isinstance(span, dict) or not is_located(span):
            continue
        name = field.partition(".")[0]
        role = SOURCES.get(name, name)
        label = str(record.get("type", CLAIM)) if role == "content" else role
        counts[role] += 1
        yield Region(region_id(str(record["id"]), role, counts[role]), path, role, label, span)


def region_id(record_id: str, role: str, number: int) -> str:
    """Return the name of a region of a record."""
    return f"{record_id}-{role}-{number}"


def first_region(record_id: str) -> str:
    """Return the name of the region that relations of a record begin or end at."""
    return region_id(record_id, "content", 1)
