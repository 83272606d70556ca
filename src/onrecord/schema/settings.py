"""Define the settings of a validation, and the file corpus.yaml that can contain them.

They belong to the package and not to the records, so they have no schema version.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from onrecord.schema.current import CorpusInfo
from onrecord.schema.fields import MEANING, Line, Many, Record
from onrecord.text_formats import TextFormatName

Level = Literal["error", "warning", "note", "off"]

_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
MEANING[_DAY] = "a day such as 2026-12-31"


class Ignore(Record):
    """Findings that count for nothing, and why. A finding has to fit all that is given here."""

    code: Line | None = Field(None, description="The check that makes them.")
    path: Line | None = Field(
        None,
        description="The files they are in, as a glob relative to the file that holds the "
        "settings: * is any name, ** any folders.",
    )
    record: Line | None = Field(None, description="The identifier of the record they are in.")
    message: Line | None = Field(None, description="A part of what they say.")
    reason: Line = Field(description="Why they are ignored, for later readers.")
    until: Annotated[str, Field(pattern=_DAY)] | None = Field(
        None, description="The last day (YYYY-MM-DD, in UTC) on which they are ignored."
    )


class Settings(Record):
    """Settings of the validation of a corpus."""

    severity: dict[str, Level] | None = Field(
        None,
        description="How much findings weigh, by the codes of checks: error, warning, note or off.",
    )
    require: Many[Line] = Field((), description="Fields that every record must have.")
    ignore: Many[Ignore] = Field((), description="Findings that count for nothing, and why.")
    baseline: Line | None = Field(
        None,
        description="A file of findings that are tolerated until they are fixed, as onrecord "
        "validate --write-baseline writes it; relative to the file that holds the settings.",
    )


Share = Annotated[float, Field(ge=0, le=1)]


class Shares(Record):
    """The shares of the articles that the splits of a publication receive. They add up to 1."""

    train: Share = Field(0, description="Share of the articles to train on, such as 0.8.")
    validation: Share = Field(0, description="Share to choose between models with, such as 0.1.")
    test: Share = Field(0, description="Share to evaluate on, such as 0.1.")


class SplitLists(Record):
    """The articles of each split of a publication, by their ids or their files."""

    train: Many[Line] = Field((), description="Ids of articles, or their files in the corpus.")
    validation: Many[Line] = Field((), description="Ids of articles, or their files in the corpus.")
    test: Many[Line] = Field((), description="Ids of articles, or their files in the corpus.")


class CorpusFile(CorpusInfo):
    """The file corpus.yaml: a description of a corpus, and settings of its validation."""

    text_format: TextFormatName | None = Field(
        None,
        description="How the texts of articles are stored in files: plain (the file is the text; the "
        "default), or dated (a header date YYYY-MM-DD before the text, as crawled news has it).",
    )
    texts: Line | None = Field(
        None,
        description="The folder with the texts that are not part of the corpus, relative to this file, "
        "for commands without --texts; it may be missing.",
    )
    splits: Shares | None = Field(
        None,
        description="Splits that a publication divides the articles into, such as {train: 0.8, "
        "validation: 0.1, test: 0.1}. Articles that share texts, quotes, claims or relations are in "
        "one split.",
    )
    split_lists: SplitLists | None = Field(
        None, description="The articles of each split, instead of shares."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(
        None, description="A number that decides which articles are in which split; 0 by default."
    )
    validation: Settings | None = Field(
        None, description="Settings of the validation; [tool.onrecord] of pyproject.toml is alike."
    )


# The models of files that belong to the package, by the names of their JSON Schemas.
FILES: Mapping[str, type[BaseModel]] = MappingProxyType({"corpus": CorpusFile})
