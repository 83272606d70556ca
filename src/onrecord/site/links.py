"""Find what connects records of several articles: the same claim, the same statement, relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.components import components
from onrecord.site.records import Articles

# The relations of quotes that report the same statement.
_SAME = frozenset({"same_statement", "translation_of"})


class Related(NamedTuple):
    """Describe the other end of a relation.

    Attributes:
        type: The type of the relation.
        outgoing: Whether the record itself has the relation, and not the other one.
        id: The id of the other record.
        text: The text of the other claim; None if there is no such record, or it is a quote.
        language: The language of this text.
    """

    type: str
    outgoing: bool
    id: str
    text: str | None
    language: str | None


class Links:
    """Find the connections between the records of a corpus.

    Attributes:
        claims: The id that represents the group of each claim that is the same as others.
        statements: Likewise, of each quote whose statement several articles report.
        qids: The Wikidata items of names that always have the same one.
    """

    def __init__(self, articles: Articles) -> None:
        self._relations: dict[str, list[tuple[str, bool, str]]] = {}
        self.claims = components(self._read(articles, "claim", frozenset({"same_as"})))
        same = components(self._read(articles, "quote", _SAME))
        self.statements = _of_several_articles(same)
        known = pa.array([*self._relations], pa.string())

        def related(batch: pa.RecordBatch) -> pa.Array:
            return pc.is_in(batch["id"], known)

        self._texts = {
            row["id"]: (row["text"], row["language"])
            for row in articles.columns("claim", "id", "text", "language", of=related)
        }
        self._quotes = {row["id"] for row in articles.columns("quote", "id", of=related)}
        self.qids = _qids(articles)

    def _read(
        self, articles: Articles, record_type: Any, same: frozenset[str]
    ) -> Iterable[tuple[str, str]]:
        """Collect the relations of a type of record; return the pairs that are the same."""
        pairs = []

        def relates(batch: pa.RecordBatch) -> pa.Array:
            return pc.greater(pc.list_value_length(batch["relations"]), 0)

        for row in articles.columns(record_type, "id", "relations", "status", of=relates):
            for relation in row["relations"]:
                own, other = row["id"], relation[f"{record_type}_id"]
                self._relations.setdefault(own, []).append((relation["type"], True, other))
                self._relations.setdefault(other, []).append((relation["type"], False, own))
                if relation["type"] in same and row["status"] != "withdrawn":
                    pairs.append((own, other))
        return pairs

    def of(self, record_id: str) -> list[Related]:
        """Return the records that a record is related to."""
        return [
            Related(kind, outgoing, other, *self._texts.get(other, (None, None)))
            for kind, outgoing, other in self._relations.get(record_id, ())
        ]

    def everything(self) -> tuple[object, ...]:
        """Return all connections, to compare them."""
        own = (self._relations, self.claims, self.statements, self._texts, self.qids)
        return (*(sorted(one.items()) for one in own), sorted(self._quotes))

    def has(self, record_id: str) -> bool:
        """Return whether a related record exists."""
        return record_id in self._texts or record_id in self._quotes


def _of_several_articles(groups: Mapping[str, str]) -> dict[str, str]:
    articles: dict[str, set[str]] = {}
    for record, group in groups.items():
        articles.setdefault(group, set()).add(record.partition(".")[0])
    return {record: group for record, group in groups.items() if len(articles[group]) > 1}


def _qids(articles: Articles) -> dict[str, str]:
    """Return the Wikidata items of names that always have the same one."""
    found: dict[str, set[str]] = {}
    batches = [
        *articles.passed_on.batches("quote", ["speakers", "addressees", "relayed_by"]),
        *articles.passed_on.batches("claim", ["claimant"]),
    ]
    for batch in batches:
        for column in batch.columns:
            sources = column if pa.types.is_struct(column.type) else column.flatten()
            names, items = (pc.struct_field(sources, name) for name in ("name", "wikidata"))
            both = pc.and_(names.is_valid(), items.is_valid())
            pairs = pa.table({"name": names.filter(both), "item": items.filter(both)})
            for pair in pairs.group_by(["name", "item"]).aggregate([]).to_pylist():
                found.setdefault(pair["name"], set()).add(pair["item"])
    return {name: found.pop() for name, found in found.items() if len(found) == 1}
