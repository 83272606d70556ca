"""Define sources (who speaks, claims, relays or is addressed) and other entities."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Line, Many, Qid, Record
from onrecord.schema.v1.span import Span


class Entity(Record):
    """A person, organization, place, event or thing that a record is about."""

    name: Line = Field(description="The name in its usual full form, on one line.")
    wikidata: Qid | None = Field(
        default=None,
        description="The Wikidata item (Q and a number). Absent unless it is certain.",
    )


class Source(Record):
    """A person, organization, group or document that speaks, claims, relays or is addressed."""

    name: Line | None = Field(
        default=None,
        description="The name in its usual full form, on one line. Absent where the article "
        "does not name the source.",
    )
    kind: Literal["person", "organization", "group", "document"] | None = Field(
        default=None,
        description="Kind of the source: a person, an organization (an institution that acts as "
        "one), a group (people who are not organized as one, such as residents), or a document. "
        "Absent where it is not known.",
    )
    wikidata: Qid | None = Field(
        default=None,
        description="The Wikidata item (Q and a number). Absent unless it is certain.",
    )
    role: Line | None = Field(
        default=None,
        description="Office, title or function as the article gives it, and so at that time.",
    )
    mentions: Many[Span] = Field(
        default=(),
        description="Where the article names the source, as spans. The first is the mention from "
        "which this record knows the source; the others are its further pieces or mentions.",
    )
    reference: Literal["named", "nominal", "pronominal", "implicit"] | None = Field(
        default=None,
        description="How the first mention refers to the source: by name, by a noun phrase (the "
        "president), by a pronoun (he), or without any words (implicit).",
    )
