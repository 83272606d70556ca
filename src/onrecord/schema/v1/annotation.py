"""Define the provenance of a record: its makers, method, guideline and origin."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Confidence, Line, Many, Paragraphs, Record
from onrecord.schema.v1.dates import PartialDate


class OriginField(Record):
    """A field of the dataset that a record was imported from, without a counterpart here."""

    name: Line = Field(description="Name of the field in that dataset.")
    value: Paragraphs = Field(description="Its value, as written in that dataset.")


class Origin(Record):
    """Where an imported record comes from."""

    dataset: Line = Field(description="Name of the dataset that the record was imported from.")
    id: Line | None = Field(default=None, description="Identifier of the record in that dataset.")
    label: Line | None = Field(
        default=None, description="Type, class or verdict in that dataset, as written there."
    )
    fields: Many[OriginField] = Field(
        default=(), description="What else that dataset says and has no field here."
    )


class Guideline(Record):
    """The annotation guideline that a record follows."""

    name: Line = Field(description="Name of the guideline.")
    version: Line | None = Field(default=None, description="Version of the guideline, such as 1.0.")


class Annotation(Record):
    """Provenance of a record (W3C PROV: agent, activity, derivation)."""

    annotators: Many[Line] = Field(
        default=(), description="Names or pseudonyms of the people who made the record."
    )
    method: Literal["manual", "assisted", "automatic"] = Field(
        description="Made by people, by people with a tool's proposals, or by a tool alone.",
    )
    tool: Line | None = Field(default=None, description="Name and version of the tool.")
    guideline: Guideline | None = Field(
        default=None, description="Guideline by which the record was made."
    )
    confidence: Confidence | None = Field(
        default=None, description="How certain the annotators or the tool are, from 0 to 1."
    )
    reviewed_by: Many[Line] = Field(
        default=(), description="Names or pseudonyms of the people who checked the record."
    )
    on: PartialDate | None = Field(
        default=None,
        description="When the record was made: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    note: Paragraphs | None = Field(
        default=None,
        description="A remark of the annotators, such as the reason for a difficult decision.",
    )
    origin: Origin | None = Field(
        default=None, description="Where the record was imported from, if it was."
    )
