"""Define what a corpus says about itself."""

from __future__ import annotations

from pydantic import Field

from onrecord.schema.v1.types import License, Line, Paragraphs, Record


class CorpusInfo(Record):
    """The file corpus.yaml: title, version, licence and citation of a published corpus."""

    title: Line = Field(description="Name of the corpus (DataCite: title).")
    version: Line = Field(description="Version of the corpus, such as 1.2.0 (DataCite: version).")
    description: Paragraphs = Field(
        description="What it contains and how it was made (DataCite: description)."
    )
    license: License = Field(
        description="SPDX licence identifier of the annotations; each article's text has its own."
    )
    citation: Paragraphs = Field(description="How to cite it, as text or BibTeX.")
