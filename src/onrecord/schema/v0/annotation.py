"""Who made a record, and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Confidence, Line, Many, Paragraphs, Record
from onrecord.schema.v0.dates import PartialDate


class OriginField(Record):
    """What an imported record says there, in a field that has no counterpart here."""

    name: Line = Field(description="Name of the field there.")
    value: Paragraphs = Field(description="Its value, as it is written there.")


class Origin(Record):
    """Where an imported record comes from."""

    dataset: Line = Field(description="Name of the dataset that the record was imported from.")
    id: Line | None = Field(default=None, description="The record's identifier there.")
    label: Line | None = Field(
        default=None, description="The type, class or verdict that it has there, as written there."
    )
    fields: Many[OriginField] = Field(
        default=(), description="What else it says there and has no field here."
    )


class Annotation(Record):
    """Who made a record, and how (W3C PROV: agent, activity, derivation)."""

    annotators: Many[Line] = Field(
        default=(), description="Names or pseudonyms of those who made the record."
    )
    method: Literal["manual", "assisted", "automatic"] = Field(
        description="Made by people, by people with a tool's proposals, or by a tool alone.",
    )
    tool: Line | None = Field(default=None, description="Name and version of the tool.")
    confidence: Confidence | None = Field(
        default=None, description="How sure the annotators or the tool are, from 0 to 1."
    )
    reviewed_by: Many[Line] = Field(
        default=(), description="Names or pseudonyms of those who checked the record."
    )
    on: PartialDate | None = Field(
        default=None, description="When the record was made (ISO 8601 date, may be partial)."
    )
    origin: Origin | None = Field(
        default=None, description="Where the record was imported from, if it was."
    )
