"""Find the articles that must be in one split, and how similar their texts are, on Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema

from onrecord.corpus.alike import ALIKE, Sketches, alike
from onrecord.corpus.partitions import Places
from onrecord.corpus.tables import LOOKALIKES
from onrecord.language.likeness import SKETCH, likeness
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.spark.executors import SKETCHES
from onrecord.spark.rows import created
from onrecord.spark.sql import Queries
from onrecord.validation.rule_runs import OF_CORPUS


@dataclass(frozen=True, slots=True)
class Links:
    """Hold the articles, and which of them must be in one split.

    Attributes:
        articles: The columns ``id`` and ``published`` of all articles, in their order.
        pairs: The ids of two articles that must be in one split, and what they share.
    """

    articles: pa.Table
    pairs: Sequence[tuple[str, str, str]]


def links_in(spark: SparkSession, tables: Mapping[str, DataFrame]) -> Links:
    """Return the articles, and which of them must be in one split."""
    ids = tables["ids"].filter(F.col("record_type") == "article").select("locator", "id")
    with Queries(spark, tables, OF_CORPUS) as queries:
        linked = queries.rows(LinkedArticles)
        for end, name in (("owner", "one"), ("other", "two")):
            linked = linked.join(ids.withColumnsRenamed({"locator": end, "id": name}), end)
        found = linked.select("one", "two", "reason").toArrow()
    articles = tables["articles"].select("locator", "id", "published").toArrow()
    pairs = [*zip(*(found[name].to_pylist() for name in found.column_names), strict=True)]
    return Links(articles.sort_by("locator"), pairs)


def alike_in(
    spark: SparkSession, tables: Mapping[str, DataFrame], words: pa.Table, records: DataFrame
) -> pa.Table:
    """Return pairs of articles with nearly equal texts, quotes or claims.

    Args:
        spark: The session.
        tables: The summaries.
        words: The sketches of quotes and claims.
        records: The records.
    """
    texts = tables["sketches"].toArrow()
    kinds = pa.repeat(pa.scalar("article", pa.string()), len(texts))
    columns = [kinds, texts["owner"], texts["owner"], texts["sketch"]]
    found = []
    for each in (pa.table(columns, names=SKETCHES.names), words):
        for record_type in RECORD_TYPES:
            # In the order of one machine, on which it depends which of several equal ones is compared.
            own = each.filter(pc.equal(each["record_type"], record_type)).sort_by("locator")
            if not len(own):
                continue
            hashes = own["sketch"].combine_chunks().flatten().to_numpy().reshape(-1, SKETCH)
            made = Sketches(own["owner"].to_numpy(), own["locator"].to_numpy(), hashes)
            like = partial(_each_likeness, spark, records, record_type)
            found.append(alike(record_type, made, like))
    return pa.concat_tables([ALIKE.empty_table(), *found])


def _each_likeness(
    spark: SparkSession, records: DataFrame, record_type: RecordType, pairs: Places
) -> list[float]:
    """Return the likeness of pairs of strings, given the rows of their records."""
    rows = likeness_of(spark, records, record_type, np.unique(pairs, axis=0)).collect()
    found = {(row["owner"], row["other"]): float(row["likeness"]) for row in rows}
    return [found[one, other] for one, other in pairs.tolist()]


def likeness_of(
    spark: SparkSession, records: DataFrame, record_type: RecordType, pairs: Places
) -> DataFrame:
    """Return pairs of records with the likeness of their strings, with the columns of `LOOKALIKES`."""
    both = created(spark, pa.table({"owner": pairs[:, 0], "other": pairs[:, 1]}))
    text = F.col("record").cast("string")
    if record_type == "quote":
        content = F.from_json(F.get_json_object(text, "$.content"), "array<struct<exact: string>>")
        text = F.array_join(content["exact"], " ")
    else:
        text = F.get_json_object(text, "$.text")
    wanted = np.unique(pairs)
    own = records.filter(F.col("record_type") == record_type).select("row", text.alias("text"))
    some = own.join(F.broadcast(created(spark, pa.table({"row": wanted}))), "row", "left_semi")
    texts = both.join(some.withColumnsRenamed({"row": "owner", "text": "one"}), "owner").join(
        some.withColumnsRenamed({"row": "other", "text": "two"}), "other"
    )

    def compare(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ones, twos = (batch[name].to_pylist() for name in ("one", "two"))
            found = [likeness(one, two) for one, two in zip(ones, twos, strict=True)]
            columns = [batch["owner"], batch["other"], pa.array(found, pa.float64())]
            yield pa.RecordBatch.from_arrays(columns, schema=LOOKALIKES)

    return texts.mapInArrow(compare, from_arrow_schema(LOOKALIKES))
