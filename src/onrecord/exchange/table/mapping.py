"""Define models of the mapping file: which column is which field of a record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Language, Line, Many, Record


class Fields(Record):
    """Hold the columns of fields; each is validated separately."""


class Mapping(Record):
    """Hold the contents of a mapping file."""

    record: Literal["quote", "claim"] = Field(description="What a row becomes.")
    dataset: Line = Field(description="Name of the dataset, for annotation.origin.")
    fields: Fields = Field(description="Which column or constant each field is.")
    id: Line | None = Field(default=None, description="The column that identifies a row.")
    label: Line | None = Field(default=None, description="The column of annotation.origin.label.")
    language: Language | None = Field(default=None, description="Language of texts and claims.")
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="As it is.")
    quoting: Literal["minimal", "none"] = Field(
        default="minimal", description="Quoted cells or not."
    )
    quote: str = Field(default='"', min_length=1, max_length=1, description="The quotation mark.")
    line_breaks: bool = Field(default=False, description="Whether cells go over several lines.")
    encoding: Literal["utf-8", "UTF-8"] = Field(default="utf-8", description="The encoding.")
    header: bool = Field(default=True, description="Whether the first row names the columns.")
    columns: Many[Line] = Field(default=(), description="The names of the columns, in order.")
    absent: Many[str] = Field(default=(), description="Cells that stand for no value.")
    unmapped: Literal["keep", "drop"] = Field(default="keep", description="What becomes of others.")


class Cell(Record):
    """Say where a field's value comes from: a column or a constant, and how it is converted."""

    column: Line | None = Field(default=None, description="A column of the table.")
    constant: str | None = Field(default=None, description="The same value in every row.")
    values: Fields | None = Field(default=None, description="What each label stands for.")
    date: Line | None = Field(default=None, description="How dates are written, as for strptime.")
