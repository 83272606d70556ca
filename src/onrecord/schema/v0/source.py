"""Whoever speaks, claims or is addressed, and what is named."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Line, Qid, Record
from onrecord.schema.v0.span import Span


class Entity(Record):
    """A person, organization, place, event or thing that a record is about."""

    name: Line = Field(description="The name in its usual full form, on one line.")
    wikidata: Qid | None = Field(
        default=None,
        description="The Wikidata item (Q and a number). Absent unless it is certain.",
    )


class Source(Record):
    """Whoever speaks, claims, relays or is addressed."""

    name: Line | None = Field(
        default=None,
        description="The name in its usual full form, on one line. Absent where the article "
        "names nobody.",
    )
    kind: Literal["person", "organization", "group", "document", "unnamed"] | None = Field(
        default=None,
        description="What the source is: a person, an organization, a group of people, a "
        "document, or a source that the article leaves unnamed. Absent where it is not known.",
    )
    wikidata: Qid | None = Field(
        default=None,
        description="The Wikidata item (Q and a number). Absent unless it is certain.",
    )
    role: Line | None = Field(
        default=None,
        description="Office, title or function as the article gives it, so at that time.",
    )
    mention: Span | None = Field(
        default=None, description="Where the article names the source for this record."
    )
    reference: Literal["named", "nominal", "pronominal", "implicit"] | None = Field(
        default=None,
        description="How the mention refers to the source: by name, by a noun phrase (the "
        "president), by a pronoun (he), or not in words at all.",
    )
