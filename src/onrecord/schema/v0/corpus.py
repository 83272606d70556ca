"""What a corpus says of itself."""

from __future__ import annotations

from pydantic import Field

from onrecord.schema.fields import License, Line, Paragraphs, Record


class CorpusInfo(Record):
    """The file corpus.yaml: what a published corpus says of itself."""

    title: Line = Field(description="Name of the corpus (DataCite: title).")
    version: Line = Field(description="Version of the corpus, such as 1.2.0 (DataCite: version).")
    description: Paragraphs = Field(
        description="What it holds and how it was made (DataCite: description)."
    )
    license: License = Field(
        description="SPDX licence identifier of the annotations; each article's text has its own."
    )
    citation: Paragraphs = Field(description="How to cite it, as text or BibTeX.")
