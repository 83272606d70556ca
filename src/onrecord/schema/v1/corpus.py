"""Define what a corpus says about itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from onrecord.schema.fields import License, Line, Many, Paragraphs, Record, Url, matching

# A day that the calendar has, since readers of a publication parse it.
_LEAP = r"([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)"
_DAY = (
    r"([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    rf"|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
Day = Annotated[str, matching(rf"^{_DAY}$", "a day of the calendar, YYYY-MM-DD")]
Orcid = Annotated[
    str,
    matching(
        r"^https://orcid[.]org/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$",
        "an ORCID iD such as https://orcid.org/0000-0002-1825-0097",
    ),
]


class Creator(Record):
    """A person or organization that made a corpus (DataCite: creator)."""

    name: Line = Field(description="The name in its usual full form, on one line.")
    kind: Literal["person", "organization"] = Field(
        description="A person or an organization (DataCite: nameType)."
    )
    url: Url | None = Field(default=None, description="Home page (schema.org url).")
    orcid: Orcid | None = Field(default=None, description="ORCID iD of a person, as a web address.")
    affiliation: Line | None = Field(
        default=None,
        description="Organization that the person works for (DataCite: affiliation).",
    )


class CorpusInfo(Record):
    """The file corpus.yaml: what is said about a corpus as a whole."""

    title: Line = Field(description="Name of the corpus (DataCite: title).")
    version: Line = Field(description="Version of the corpus, such as 1.2.0 (DataCite: version).")
    description: Paragraphs = Field(
        description="What it contains and how it was made (DataCite: description)."
    )
    license: License = Field(
        description="SPDX licence identifier of the annotations; each article's text has its own."
    )
    citation: Paragraphs = Field(description="How to cite it, as text or BibTeX.")
    url: Url | None = Field(
        default=None, description="Page about the corpus, or its address (schema.org url)."
    )
    creators: Many[Creator] = Field(
        default=(), description="Who made the corpus, in order (DataCite: creator)."
    )
    date_published: Day | None = Field(
        default=None,
        description="Day on which this version was published, YYYY-MM-DD (schema.org datePublished).",
    )
    collection: Paragraphs | None = Field(
        default=None,
        description="How the articles were chosen and collected (Croissant RAI: dataCollection).",
    )
    limitations: Paragraphs | None = Field(
        default=None,
        description="Known limits, and what the corpus should not be used for (Croissant RAI: "
        "dataLimitations).",
    )
    task_categories: Many[Line] = Field(
        default=(),
        description="Tasks that the corpus serves, such as token-classification (Hugging Face Hub: "
        "task_categories).",
    )
    source_datasets: Many[Line] = Field(
        default=(),
        description="Datasets that it was made from, or original (Hugging Face Hub: "
        "source_datasets).",
    )
