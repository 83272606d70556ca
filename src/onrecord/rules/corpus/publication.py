"""Compare the corpus with what it has been published as, and with the counts on its card."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Columns, Edit, Filler, Rule
from onrecord.rules.examples import CORPUS, TEXT

_QUOTES: dict[str, list[object]] = {
    "id": ["harbour.q1"],
    "article_id": ["harbour"],
    "status": ["active"],
    "content": [[{"exact": "We will rebuild the harbour,", "sha256": None}]],
}
_CLAIMS: dict[str, list[object]] = {
    "id": ["harbour.c1"],
    "article_id": ["harbour"],
    "status": ["active"],
    "language": ["en"],
    "text": ["In May 2024 the mayor promised that the harbour would be rebuilt."],
}


def _published(
    quotes: Mapping[str, list[object]] = _QUOTES,
    claims: Mapping[str, list[object]] = _CLAIMS,
    articles: tuple[str, ...] = ("harbour",),
    records: str = "1",
) -> dict[str, str | Edit | Filler | Columns | bytes]:
    """Return the files of an example: the valid document, and a publication of an earlier version
    of it.
    """
    tables = "data/0123456789abcdef"
    digests = [sha256(TEXT.encode()).hexdigest(), *["0" * 64] * (len(articles) - 1)]
    urls = [None] * len(articles)
    return {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS,
        "README.md": f"| quotes | `{tables}/quotes-train-0000.parquet` | {records} |\n".encode(),
        f"{tables}/manifest.json": b"{}",
        f"{tables}/articles-train-0000.parquet": Columns(
            {"id": [*articles], "text_sha256": digests, "url": urls}
        ),
        f"{tables}/quotes-train-0000.parquet": Columns(quotes),
        f"{tables}/claims-train-0000.parquet": Columns(claims),
    }


def _and(records: Mapping[str, list[object]], **values: object) -> dict[str, list[object]]:
    """Return the columns of records with another row, like the first except for some values."""
    return {name: [*column, values.get(name, column[0])] for name, column in records.items()}


class CardCountDiffers(Rule):
    """Report counts on the card or in the manifest of a publication that differ from the Parquet
    files: rows of files, splits, sizes, languages of articles, types of quotes and kinds of claims.

    People choose and cite a dataset by its card, without counting."""

    title = "a count on the card that differs from the data"
    message = "{what:plain}: {stated:plain} here, but {found:plain} in the data"
    hint = "run onrecord publish, which counts, or correct the number"
    scope = "corpus"
    empty_without = "counts"
    query = """
        SELECT 'card' AS record_type, c.locator, '' AS path, c.what, c.stated, c.found
        FROM counts AS c
        WHERE c.stated <> c.found
    """
    passes = _published()
    fails = _published(records="2")


class PublishedUnreadable(Rule):
    """Report publications with a missing or damaged file.

    Without it nothing shows whether identifiers have changed since the publication, or whether
    records are missing."""

    severity = Severity.WARNING
    title = "a publication that cannot be compared"
    message = "{file:plain} cannot be read: {problem:plain}"
    hint = "restore the file; onrecord publish makes the publication anew, without comparing"
    scope = "corpus"
    empty_without = "unreadable"
    query = """
        SELECT 'corpus' AS record_type, u.corpus AS locator, '' AS path, u.file, u.problem
        FROM unreadable AS u
    """
    passes = _published()
    fails = _published() | {"data/0123456789abcdef/claims-train-0000.parquet": b"PAR1 and no more"}


class IdChanged(Rule):
    """Report records that were published under another identifier and otherwise still say the same.

    Citations, annotations and joins that use the old identifier lose the record, or find another
    one instead. A record keeps its identifier; new records receive new ones, and identifiers of
    deleted records are not used again."""

    title = "an identifier that changed"
    message = "this was published as {was}, and is now {id}"
    hint = "give it back the id that it was published with, and new records ids of their own"
    scope = "corpus"
    empty_without = "published"
    query = """
        SELECT p.record_type, p.same AS locator, 'id' AS path, p.id AS was, i.id
        FROM published AS p
        JOIN ids AS i ON i.record_type = p.record_type AND i.locator = p.same
    """
    passes = _published(claims=_CLAIMS | {"text": ["The mayor promised a harbour."]})
    fails = _published(quotes=_QUOTES | {"id": ["harbour.q2"]})
    fixed = _published(quotes=_QUOTES | {"id": ["harbour.q2"]}) | {
        "harbour.yaml": "{quotes: [{id: q2}], claims: [{quote_ids: [q2]}]}"
    }

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the id that the record was published with, as a local id."""
        return {path: str(facts["was"]).rpartition(".")[2]}


class RecordVanished(Rule):
    """Report records that have been published and are now missing without having been withdrawn. A
    record may be removed once it has been published as withdrawn.

    Users who have the record from an earlier version cannot know whether it was wrong, was merged
    into another, or got lost."""

    title = "a published record that is missing"
    message = "the {what:plain} {id} has been published, and is not here any more"
    hint = "restore it, with status: withdrawn if it should not be used; once that is published, remove it"
    scope = "corpus"
    empty_without = "published"
    query = """
        SELECT CASE WHEN a.locator IS NULL THEN 'corpus' ELSE 'article' END AS record_type,
            COALESCE(a.locator, p.corpus) AS locator, '' AS path, p.record_type AS what, p.id
        FROM published AS p
        LEFT JOIN (
            SELECT id, MIN(locator) AS locator FROM ids WHERE record_type = 'article' GROUP BY id
        ) AS a ON a.id = p.article_id
        WHERE p.record_type <> 'article' AND p.status <> 'withdrawn'
            AND NOT p.there AND p.same IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM published AS g
                WHERE g.record_type = 'article' AND g.id = p.article_id AND NOT g.there
            )
            AND NOT EXISTS (
                SELECT 1 FROM known AS k WHERE k.record_type = p.record_type AND k.id = p.id
            )
            AND NOT EXISTS (
                SELECT 1 FROM known AS k
                WHERE k.record_type = p.record_type AND k.id = p.article_id || '.*'
            )
    """
    passes = _published(claims=_and(_CLAIMS, id="harbour.c2", text="It rains.", status="withdrawn"))
    fails = _published(claims=_and(_CLAIMS, id="harbour.c2", text="It rains."))


class ArticleVanished(Rule):
    """Report articles that have been published and are now missing together with quotes or claims
    that were not withdrawn. An article may be removed once all of its records have been published
    as withdrawn.

    Users who have the records from an earlier version cannot know whether they were wrong or got
    lost."""

    title = "a published article that is missing"
    message = "the article {id}, published with {records} quotes and claims, is not here any more"
    hint = "restore it, with its records withdrawn if they should not be used"
    scope = "corpus"
    empty_without = "published"
    query = """
        SELECT 'corpus' AS record_type, a.corpus AS locator, '' AS path, a.id,
            COUNT(*) AS records
        FROM published AS a
        JOIN published AS p ON p.record_type <> 'article' AND p.article_id = a.id
            AND p.corpus = a.corpus
        WHERE a.record_type = 'article' AND NOT a.there AND a.same IS NULL
            AND NOT p.there AND p.same IS NULL AND p.status <> 'withdrawn'
            AND NOT EXISTS (
                SELECT 1 FROM known AS k WHERE k.record_type = 'article' AND k.id = a.id
            )
        GROUP BY a.corpus, a.id
    """
    passes = _published(
        articles=("harbour", "bridge"),
        claims=_and(
            _CLAIMS,
            id="bridge.c1",
            article_id="bridge",
            text="The bridge is closed.",
            status="withdrawn",
        ),
    )
    fails = _published(
        articles=("harbour", "bridge"),
        claims=_and(_CLAIMS, id="bridge.c1", article_id="bridge", text="The bridge is closed."),
    )
