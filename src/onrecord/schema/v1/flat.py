"""Define what a record has if it is a line or row of a table of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import ArticleRef, QualifiedId, Record


class FlatRecord(Record):
    """A record that names its type and the version of the schema."""

    record_type: str = Field(description="Type of the record.")
    schema_version: Literal["1.0"] = Field(
        default="1.0", description="Version of the schema that the record follows."
    )


class OfArticle(FlatRecord):
    """A flat record that belongs to an article."""

    id: QualifiedId = Field(
        description="Identifier in the corpus: the article's id, a full stop, and the local id."
    )
    article_id: ArticleRef = Field(
        description="Identifier of the article that the record belongs to."
    )
