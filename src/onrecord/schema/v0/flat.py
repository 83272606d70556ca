"""What a record carries when it stands alone, as a line or row of a table."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import ArticleRef, QualifiedId, Record


class FlatRecord(Record):
    """A record that says itself what it is and by which version of the schema."""

    record_type: str = Field(description="Which kind of record this is.")
    schema_version: Literal["0.9"] = Field(
        description="Version of the schema that the record follows."
    )


class OfArticle(FlatRecord):
    """A flat record that belongs to an article."""

    id: QualifiedId = Field(
        description="Identifier in the corpus: the article's id, a full stop, the local id."
    )
    article_id: ArticleRef = Field(description="Identifier of the article it stands in.")
