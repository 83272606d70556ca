"""Describe the columns of the table of statements, and make them from joined records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.spans import Cut

# The number of code points of the article before and after a quote that its context has.
CONTEXT = 500


@dataclass(frozen=True, slots=True)
class Joined:
    """Hold some quotes, with the articles and claims that belong to them.

    Attributes:
        quotes: The quotes, in the order of the table.
        articles: The article of each quote, without its text; a row of nulls where there is none.
        texts: The texts of all articles near the quotes.
        rows: The row of each quote's article in these.
        claims: The claims that rest on any of them.
        pairs: The row of the quote and of the claim for each claim that rests on a quote, in order.
    """

    quotes: pa.RecordBatch
    articles: pa.Table
    texts: pa.Array
    rows: pa.Array
    claims: pa.Table
    pairs: np.ndarray[tuple[int, int], np.dtype[np.int64]]

    @classmethod
    def alone(cls, quotes: pa.RecordBatch) -> Joined:
        """Return quotes with nothing joined to them."""
        none = pa.table({})
        return cls(quotes, none, pa.nulls(0), pa.nulls(0), none, np.empty((0, 2), np.int64))


@dataclass(frozen=True, slots=True)
class Column:
    """Define a column of the table of statements.

    Attributes:
        name: Its name.
        type: Its Arrow type.
        description: Its meaning, in Markdown.
        join: Computes it.
        source: The table and column that it repeats, if it does.
    """

    name: str
    type: pa.DataType
    description: str
    join: Callable[[Joined], pa.Array]
    source: tuple[str, str] | None = None


def _of_quote(name: str, description: str, column: str | None = None) -> Column:
    """Describe a column that repeats one of the quote."""
    column = column or name
    kind = pa.date32() if column.endswith(("_from", "_to")) else pa.string()
    return Column(name, kind, description, lambda joined: joined.quotes[column], ("quotes", column))


def _of_article(name: str, description: str, column: str | None = None) -> Column:
    """Describe a column that repeats one of the quote's article, or a field of one."""
    path = (column or name).split(".")
    kind = pa.date32() if path[-1].endswith(("_from", "_to")) else pa.string()

    def join(joined: Joined) -> pa.Array:
        found = one_array(joined.articles[path[0]])
        return found if len(path) == 1 else pc.struct_field(found, path[1])

    return Column(name, kind, description, join, ("articles", ".".join(path)))


def _extent(column: str, end: str) -> Callable[[Joined], pa.Array]:
    """Return a function for the first or last offset of a list of spans; null unless all have one."""

    def join(joined: Joined) -> pa.Array:
        spans = joined.quotes[column]
        offsets = pc.struct_field(spans.values, end)
        unknown = np.asarray(offsets.is_null())
        values = pc.fill_null(offsets, 0).to_numpy().astype(np.int64)
        borders = spans.offsets.to_numpy()
        owners = np.repeat(np.arange(len(spans)), np.diff(borders))
        inside = slice(borders[0], borders[-1])
        start = end == "start"
        found = np.full(len(spans), np.iinfo(np.int64).max if start else -1)
        (np.minimum if start else np.maximum).at(found, owners, values[inside])
        missing = np.diff(borders) == 0
        np.logical_or.at(missing, owners, unknown[inside])
        return pa.array(np.where(missing, 0, found), pa.int32(), mask=missing)

    return join


def _cue(joined: Joined) -> pa.Array:
    spans = joined.quotes["cue"]
    exact = pc.struct_field(spans.values, "exact")
    words = pc.binary_join(pa.ListArray.from_arrays(spans.offsets, exact), " ")
    return pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)


_SPEAKER = pa.struct(
    [
        *((name, pa.string()) for name in ("name", "kind", "wikidata", "role", "reference")),
        *(("mention", pa.string()), ("start", pa.int32()), ("end", pa.int32())),
    ]
)


def _speakers(joined: Joined) -> pa.Array:
    speakers = joined.quotes["speakers"]
    own = [pc.struct_field(speakers.values, _SPEAKER.field(at).name) for at in range(5)]
    mentions = pc.struct_field(speakers.values, "mentions")
    starts, some = mentions.offsets.to_numpy(), np.diff(mentions.offsets.to_numpy()) > 0
    first = mentions.values.take(pa.array(np.where(some, starts[:-1], 0), mask=~some))
    spans = [pc.struct_field(first, name) for name in ("exact", "start", "end")]
    made = pa.StructArray.from_arrays([*own, *spans], fields=[*_SPEAKER])
    return pa.ListArray.from_arrays(speakers.offsets, made)


def _language(joined: Joined) -> pa.Array:
    return pc.coalesce(joined.quotes["language"], one_array(joined.articles["language"]))


def _context_start(joined: Joined) -> pa.Array:
    starts = _extent("content", "start")(joined)
    there = pc.fill_null(joined.texts.is_valid().take(joined.rows), False)
    begin = pc.max_element_wise(pc.subtract(starts, CONTEXT), 0, skip_nulls=False)
    return pc.if_else(there, begin, pa.scalar(None, begin.type)).cast(pa.int32())


def _context(joined: Joined) -> pa.Array:
    if joined.texts.null_count == len(joined.texts):
        return pa.nulls(len(joined.quotes), pa.string())
    ends = pc.add(_extent("content", "end")(joined), CONTEXT)
    lengths = pc.utf8_length(joined.texts).take(joined.rows)
    ends = pc.min_element_wise(ends, lengths, skip_nulls=False)
    begins = _context_start(joined)
    extents = [pc.fill_null(one, -1).to_numpy().astype(np.int64) for one in (begins, ends)]
    at = pc.fill_null(joined.rows, -1).to_numpy().astype(np.int64)
    words = one_array(Cut(pa.chunked_array([joined.texts]), at, *extents).words())
    # Offsets that are not in the text have no words, but a context.
    known = pc.and_(begins.is_valid(), ends.is_valid())
    without = pc.and_(known, words.is_null())
    return pc.if_else(without, "", words) if without.true_count else words


VERDICT = pa.struct(
    (name, pa.string()) for name in ("rating", "original_rating", "reviewer", "url", "published")
)
_CLAIM = pa.struct(
    [
        *(("id", pa.string()), ("text", pa.string()), ("language", pa.string())),
        *(("kind", pa.string()), ("checkable", pa.bool_()), ("status", pa.string())),
        ("verdicts", pa.list_(VERDICT)),
    ]
)


def _claims(joined: Joined) -> pa.Array:
    quotes, claims = joined.pairs[:, 0], joined.claims.take(pa.array(joined.pairs[:, 1]))
    offsets = np.searchsorted(quotes, np.arange(len(joined.quotes) + 1))
    assessments = one_array(claims["assessments"])
    fields = [pc.struct_field(assessments.values, field.name) for field in VERDICT]
    verdicts = pa.StructArray.from_arrays(fields, fields=[*VERDICT])
    own = [one_array(claims[_CLAIM.field(at).name]) for at in range(6)]
    made = pa.StructArray.from_arrays(
        [*own, pa.ListArray.from_arrays(assessments.offsets, verdicts)], fields=[*_CLAIM]
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), made)


_INDEX = "in Unicode code points of the article's text"

# The table, in the order of its columns. The card, the Croissant file and the guides describe it
# from here.
COLUMNS: tuple[Column, ...] = (
    _of_quote("id", "Identifier of the quote, as in the table of quotes."),
    _of_quote("article_id", "Identifier of the article, as in the table of articles."),
    _of_quote(
        "quote", "The words of the quote, its spans joined by a space. Null where one is withheld."
    ),
    _of_quote(
        "type", "How it is quoted: `direct`, `indirect`, `mixed`, `reported`, `free_indirect`."
    ),
    _of_quote("attribution", "Whether the article says who speaks."),
    _of_quote(
        "speaker", "The names of the speakers, joined by a semicolon and a space. Null without any."
    ),
    Column(
        "speakers",
        pa.list_(_SPEAKER),
        "The speakers: name, kind, Wikidata item, role, how the article refers to them, and their "
        f"first mention with its offsets {_INDEX}.",
        _speakers,
        ("quotes", "speakers"),
    ),
    Column(
        "cue",
        pa.string(),
        "The words of the cue, joined by a space. Null where one is withheld.",
        _cue,
    ),
    Column("cue_start", pa.int32(), f"Where the cue begins, {_INDEX}.", _extent("cue", "start")),
    Column(
        "cue_end", pa.int32(), f"Where the cue ends, {_INDEX}, exclusive.", _extent("cue", "end")
    ),
    Column("start", pa.int32(), f"Where the quote begins, {_INDEX}.", _extent("content", "start")),
    Column("end", pa.int32(), f"Where it ends, {_INDEX}, exclusive.", _extent("content", "end")),
    Column(
        "context",
        pa.string(),
        f"The quote with the {CONTEXT} code points of the article before and after it, or fewer at "
        "the beginning and end of the text. Null unless the whole text is published.",
        _context,
    ),
    Column(
        "context_start",
        pa.int32(),
        "Where the context begins in the article's text; offsets minus this one index the context.",
        _context_start,
    ),
    Column("language", pa.string(), "Language of the words (BCP 47).", _language),
    _of_quote("medium", "How it was said."),
    _of_quote("said", "When it was said (ISO 8601, which may be partial)."),
    _of_quote("status", "`active`, `corrected` or `withdrawn`. Use the active ones."),
    Column(
        "claims",
        pa.list_(_CLAIM),
        "The claims that rest on the quote: id, text, language, kind, whether they can be checked, "
        "status, and the published verdicts.",
        _claims,
        ("claims", "id"),
    ),
    _of_article("title", "The article's headline."),
    _of_article("url", "Where the article was published."),
    _of_article("publisher", "Name of its publisher.", "publisher.name"),
    _of_article("published", "When it was published (ISO 8601, which may be partial)."),
    _of_article("published_from", "The first day that `published` covers."),
    _of_article("license", "Licence of the article's text (SPDX).", "rights.license"),
    _of_article(
        "redistribute",
        "What of the text may be published: all (`full`), words in quotation marks (`quotes`), "
        "nothing (`none`).",
        "rights.redistribute",
    ),
)

# The columns that it is made from.


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, which is not copied if it is one."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
