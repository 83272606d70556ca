"""The corpus as a whole: its splits, what it demands, and what it has been published as."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Columns, Edit, Filler, Rule
from onrecord.rules.examples import CORPUS, TEXT
from onrecord.rules.text import REPORT

# An article that repeats the quote of the sound document in a text of its own.
_BRIDGE = """
    article: {id: bridge, text: "The mayor insists: “We will rebuild the harbour.”"}
    quotes:
      - content: [{exact: We will rebuild the harbour, start: 20, end: 47, verbatim: true}]
        speaker: {mention: {exact: The mayor, start: 0, end: 9}}
        cue: [{exact: insists, start: 10, end: 17}]
    claims: [{text: The mayor insisted in May 2024 that the harbour would be rebuilt.}]
"""
# One that repeats its claim alone.
_PIER = """
    article: {id: pier, text: "“It will be as good as new,” the mayor said."}
    quotes:
      - content: [{exact: "It will be as good as new,", start: 1, end: 27, verbatim: true}]
        speaker: {mention: {exact: the mayor, start: 29, end: 38}}
        cue: [{exact: said, start: 39, end: 43}]
    claims: [{text: In May 2024 the mayor promised that the harbour would be rebuilt.}]
"""

# One that repeats no more than three words of the quote.
_QUAY = """
    article: {id: quay, text: "“We will rebuild,” the mayor said."}
    quotes:
      - content: [{exact: "We will rebuild,", start: 1, end: 17, verbatim: true}]
        speaker: {mention: {exact: the mayor, start: 19, end: 28}}
        cue: [{exact: said, start: 29, end: 33}]
    claims: [{text: In May 2024 the mayor promised that the quay would be rebuilt.}]
"""

# An article as a line of a table, and a quote of it.
_ARTICLE = b"""\
{"record_type": "article", "schema_version": "0.9", "id": "harbour", "language": "en", \
"rights": {"license": "NOASSERTION", "redistribute": "quotes"}}
"""


def _quote(local: str, words: str) -> bytes:
    return f"""\
{{"record_type": "quote", "schema_version": "0.9", "id": "harbour.{local}", \
"article_id": "harbour", "type": "direct", "content": [{{"exact": "{words}", "verbatim": true}}], \
"attribution": "unattributed", "annotation": {{"method": "manual", "annotators": ["a reader"]}}}}
""".encode()


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
    """The sound document in a corpus of which something has been published."""
    tables = "data/0123456789abcdef"
    digests = [sha256(TEXT.encode()).hexdigest(), *["0" * 64] * (len(articles) - 1)]
    urls = [None] * len(articles)
    return {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS,
        "README.md": f"| quotes | `{tables}/quotes.parquet` | {records} |\n".encode(),
        f"{tables}/manifest.json": b"{}",
        f"{tables}/articles.parquet": Columns(
            {"id": [*articles], "text_sha256": digests, "url": urls}
        ),
        f"{tables}/quotes.parquet": Columns(quotes),
        f"{tables}/claims.parquet": Columns(claims),
    }


def _and(records: Mapping[str, list[object]], **values: object) -> dict[str, list[object]]:
    """The columns of records with one more, like the first but for some values."""
    return {name: [*column, values.get(name, column[0])] for name, column in records.items()}


def _repeated(record_type: str, contents: str) -> str:
    """The query for what stands in a split and in one that is used before it.

    Training comes first, then validation, then testing. What repeats with the whole text of its
    article is told there.

    Args:
        record_type: Which records.
        contents: A query for ``locator`` and ``content``, null where nothing is to be compared.
    """
    order = "ORDER BY r.nth, r.locator"
    return f"""
        WITH contents AS ({contents}),
        records AS (
            SELECT i.locator, i.id, i.split, c.content,
                CASE i.split WHEN 'train' THEN 1 WHEN 'validation' THEN 2 ELSE 3 END AS nth,
                COALESCE(t.sha256, a.text_sha256, a.id) AS text
            FROM contents AS c
            JOIN ids AS i ON i.record_type = '{record_type}' AND i.locator = c.locator
            LEFT JOIN articles AS a ON a.locator = i.owner
            LEFT JOIN texts AS t ON t.owner = i.owner
            WHERE i.split IS NOT NULL AND c.content IS NOT NULL
        )
        SELECT '{record_type}' AS record_type, f.locator, '' AS path, f.split,
            f.other, f.other_split
        FROM (
            SELECT r.locator, r.split, r.text,
                FIRST_VALUE(r.id) OVER (PARTITION BY r.content {order}) AS other,
                FIRST_VALUE(r.split) OVER (PARTITION BY r.content {order}) AS other_split,
                FIRST_VALUE(r.text) OVER (PARTITION BY r.content {order}) AS other_text
            FROM records AS r
        ) AS f
        WHERE f.split <> f.other_split
            AND ('{record_type}' = 'article' OR COALESCE(f.text <> f.other_text, TRUE))
    """


class TextInTwoSplits(Rule):
    """The same text is in two splits of the data: what a model is tested on, it has been trained
    on. Whoever evaluates with it measures what the model remembers, not what it can do. A split is
    the folder that a file stands in: train, validation (or dev) and test."""

    title = "one text in two splits"
    message = "this text is in {split}, and as {other} in {other_split}"
    hint = "delete one of the two, or move both into one split"
    query = _repeated(
        "article",
        """
            SELECT a.locator, COALESCE(t.sha256, a.text_sha256) AS content
            FROM articles AS a
            LEFT JOIN texts AS t ON t.owner = a.locator
        """,
    )
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {
        "train/harbour.yaml": "",
        "test/bridge.yaml": f"article: {{id: bridge, text: '{TEXT}'}}",
    }


class NearTextInTwoSplits(Rule):
    """Nearly the same text is in two splits of the data: most likely one article, before and after
    a correction or as two papers print it. What a model is tested on, it has been trained on."""

    severity = Severity.WARNING
    title = "nearly one text in two splits"
    message = "this text is in {split}, and {likeness} per cent of it as {other} in {other_split}"
    hint = "delete one of the two, or move both into one split"
    query = """
        SELECT 'article' AS record_type, j.owner AS locator, '' AS path, x.split, y.id AS other,
            y.split AS other_split, CAST(FLOOR(100 * j.likeness) AS INTEGER) AS likeness
        FROM nearly_same_texts AS j
        JOIN ids AS x ON x.record_type = 'article' AND x.locator = j.owner
        JOIN ids AS y ON y.record_type = 'article' AND y.locator = j.other
        WHERE x.split <> y.split
    """
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {
        "train/bridge.yaml": f"{{article: {{id: bridge, text: {REPORT!r}}}, claims: null, quotes: null}}",
        "test/harbour.yaml": f"article: {{text: {REPORT.replace('March', 'April')!r}}}",
    }


class QuoteInTwoSplits(Rule):
    """Two articles quote the same words, and stand in two splits of the data. A model that has seen
    who said them in training is tested on what it knows already. Words are the same whatever
    their case, punctuation and spacing; quotes of fewer than five words are left alone, since many
    people say such."""

    severity = Severity.WARNING
    title = "one quote in two splits"
    message = "these words are in {split}, and as {other} in {other_split}"
    hint = "move the articles that share quotes into one split"
    query = _repeated(
        "quote",
        """
            SELECT w.locator, FINGERPRINT(w.words) AS content
            FROM (
                SELECT s.locator, COUNT(*) AS spans, COUNT(COALESCE(s.exact, s.words)) AS told,
                    STRING_AGG(COALESCE(s.exact, s.words), ' ' ORDER BY s.position) AS words
                FROM spans AS s
                JOIN ids AS i ON i.record_type = 'quote' AND i.locator = s.locator
                WHERE s.record_type = 'quote' AND s.role = 'content' AND i.split IS NOT NULL
                GROUP BY s.locator
            ) AS w
            WHERE w.spans = w.told AND IS_DISTINCTIVE(w.words)
        """,
    )
    passes = {"train/harbour.yaml": "", "train/bridge.yaml": _BRIDGE, "test/quay.yaml": _QUAY}
    fails = {"train/harbour.yaml": "", "test/bridge.yaml": _BRIDGE}


class ClaimInTwoSplits(Rule):
    """The same claim is in two splits of the data, drawn from two articles. A model that has seen it
    in training, and the verdict on it, is tested on what it knows already. Texts are the same
    whatever their case, punctuation and spacing."""

    severity = Severity.WARNING
    title = "one claim in two splits"
    message = "this claim is in {split}, and as {other} in {other_split}"
    hint = "move the articles that share claims into one split"
    query = _repeated(
        "claim",
        """
            SELECT c.locator, CASE WHEN i.split IS NOT NULL THEN FINGERPRINT(c.text) END AS content
            FROM claims AS c
            JOIN ids AS i ON i.record_type = 'claim' AND i.locator = c.locator
        """,
    )
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {"train/harbour.yaml": "", "test/pier.yaml": _PIER}


class ArticleInTwoSplits(Rule):
    """Quotes or claims of one article are in two splits of the data. They share their text, and most
    often their speakers, so that a model has read in training what it is tested on."""

    severity = Severity.WARNING
    title = "one article in two splits"
    message = "the article {article} has records in {split}, and {other} in {other_split}"
    hint = "move all records of an article into one split"
    query = """
        WITH records AS (
            SELECT i.record_type, i.locator, i.id, i.article_id, i.owner, i.split,
                CASE i.split WHEN 'train' THEN 1 WHEN 'validation' THEN 2 ELSE 3 END AS nth
            FROM ids AS i
            WHERE i.split IS NOT NULL AND i.owner IS NOT NULL
        )
        SELECT f.record_type, f.locator, '' AS path, f.article_id AS article, f.split,
            f.other, f.other_split
        FROM (
            SELECT r.record_type, r.locator, r.article_id, r.split,
                FIRST_VALUE(r.id) OVER (
                    PARTITION BY r.owner ORDER BY r.nth, r.record_type, r.locator
                ) AS other,
                FIRST_VALUE(r.split) OVER (
                    PARTITION BY r.owner ORDER BY r.nth, r.record_type, r.locator
                ) AS other_split,
                ROW_NUMBER() OVER (
                    PARTITION BY r.owner, r.split ORDER BY r.record_type, r.locator
                ) AS among
            FROM records AS r
        ) AS f
        WHERE f.split <> f.other_split AND f.among = 1
    """
    passes = {
        "articles.jsonl": _ARTICLE,
        "train/quotes.jsonl": _quote("q1", "We will rebuild it.") + _quote("q2", "Next year."),
    }
    fails = {
        "articles.jsonl": _ARTICLE,
        "train/quotes.jsonl": _quote("q1", "We will rebuild it."),
        "test/quotes.jsonl": _quote("q2", "Next year."),
    }


class CardCountDiffers(Rule):
    """The card of a publication, or its manifest, says another number than the Parquet files that
    it names hold. People cite the card, and choose a dataset by it, without counting. Rows of
    files, splits, sizes, languages of articles, types of quotes and kinds of claims are counted."""

    title = "a count on the card that is not the data's"
    message = "{what:plain}: {stated:plain} here, but {found:plain} in the data"
    hint = "run onrecord publish, which counts, or correct the number"
    query = """
        SELECT 'card' AS record_type, c.locator, '' AS path, c.what, c.stated, c.found
        FROM counts AS c
        WHERE c.stated <> c.found
    """
    passes = _published()
    fails = _published(records="2")


class PublishedUnreadable(Rule):
    """A file of the last publication is missing or damaged, so that nothing can tell whether
    identifiers have changed since, or records vanished."""

    severity = Severity.WARNING
    title = "a publication that cannot be compared with"
    message = "{file:plain} cannot be read: {problem:plain}"
    hint = "restore the file; onrecord publish makes the publication anew, without comparing"
    query = """
        SELECT 'corpus' AS record_type, u.corpus AS locator, '' AS path, u.file, u.problem
        FROM unreadable AS u
    """
    passes = _published()
    fails = _published() | {"data/0123456789abcdef/claims.parquet": b"PAR1 and no more"}


class IdChanged(Rule):
    """The record says what it said when it was published, but under another identifier. Whoever
    cites it, or has annotated, corrected or joined it by the old one, has lost it, or finds another
    record in its place. An identifier stays with what it was given to; new records get new ones,
    and those of deleted records are not given again."""

    title = "an identifier that changed"
    message = "this was published as {was}, and is now {id}"
    hint = "give it back the id that it was published with, and new records ids of their own"
    query = """
        SELECT p.record_type, p.same AS locator, 'id' AS path, p.id AS was, i.id
        FROM published AS p
        JOIN ids AS i ON i.record_type = p.record_type AND i.locator = p.same
    """
    passes = _published(claims=_CLAIMS | {"text": ["The mayor promised a harbour."]})
    fails = _published(quotes=_QUOTES | {"id": ["harbour.q2"]})

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """The id that it was published with, as documents write it."""
        return {path: str(facts["was"]).rpartition(".")[2]}


class RecordVanished(Rule):
    """The record has been published and is not here any more, nor was it withdrawn. Who has it from
    an earlier version cannot tell whether it was wrong, was merged into another, or got lost. A
    record that was published as withdrawn has been told to everybody, and may go."""

    title = "a published record that vanished"
    message = "the {what:plain} {id} has been published, and is not here any more"
    hint = "bring it back, with status: withdrawn if it is not to stand; once published, it may go"
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
    """An article has been published and is not here any more, nor are the quotes and claims in it,
    which were not withdrawn. Who has them from an earlier version cannot tell whether they were
    wrong or got lost. An article goes when all of its records have been published as withdrawn."""

    title = "a published article that vanished"
    message = "the article {id}, published with {records} quotes and claims, is not here any more"
    hint = "bring it back, with its records withdrawn if they are not to stand"
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


def _without(condition: str) -> str:
    """The query for quotes and claims whose annotation is of some kind, the first of an article."""
    return f"""
        SELECT r.record_type, r.locator, 'annotation' AS path, r.method, r.records
        FROM (
            SELECT a.record_type, a.locator, a.annotation.method AS method,
                COUNT(*) OVER (PARTITION BY a.article_id, a.annotation.method) AS records,
                ROW_NUMBER() OVER (
                    PARTITION BY a.article_id, a.annotation.method
                    ORDER BY a.record_type DESC, a.locator
                ) AS among
            FROM (
                SELECT 'quote' AS record_type, q.locator, q.article_id, q.annotation
                FROM quotes AS q
                UNION ALL
                SELECT 'claim' AS record_type, c.locator, c.article_id, c.annotation
                FROM claims AS c
            ) AS a
            WHERE {condition}
        ) AS r
        WHERE r.among = 1
    """


class AnnotatorsMissing(Rule):
    """The record was made by people, but nobody is named, not even by a pseudonym. Agreement between
    annotators cannot be measured, nor can anyone be asked. Of a record from another dataset,
    its origin tells as much as is known. An article's records are told once."""

    severity = Severity.WARNING
    title = "made by people who are not named"
    message = "method is {method:plain}, but there are no annotators; so it is of {records} records"
    hint = "add annotators to the annotation, names or pseudonyms"
    query = _without(
        "a.annotation.method IN ('manual', 'assisted')"
        " AND ARRAY_LENGTH(a.annotation.annotators) = 0 AND a.annotation.origin IS NULL"
    )
    passes = """
        annotation: {annotators: null, origin: {dataset: A corpus of quotes}}
    """
    fails = "annotation: {annotators: null}"


class ToolMissing(Rule):
    """The record was made by a tool alone, but which tool is not said. Nobody can tell its errors
    from those of others, nor make the record again. An article's records are told once."""

    severity = Severity.WARNING
    title = "made by a tool that is not named"
    message = "method is {method:plain}, but there is no tool; so it is of {records} records"
    hint = "add tool to the annotation, with its version"
    query = _without("a.annotation.method = 'automatic' AND a.annotation.tool IS NULL")
    passes = "annotation: {annotators: null, method: automatic, tool: a finder of quotes 1.0}"
    fails = "annotation: {annotators: null, method: automatic}"


class DemandedFieldMissing(Rule):
    """The corpus demands this field of each of its records, beyond what the schema does, and this
    record lacks it. Whoever relies on what the corpus promises finds a gap."""

    title = "a field that the corpus demands is missing"
    message = "this {record_type:plain} lacks {field:plain}, which the corpus demands"
    hint = "add {field:plain}, or take it from what corpus.yaml demands"
    query = """
        SELECT l.record_type, l.locator, l.path, l.field
        FROM lacking AS l
    """
    passes = {
        "harbour.yaml": "quotes: [{medium: speech}]",
        "corpus.yaml": CORPUS + b"validation: {require: [quote.medium]}\n",
    }
    fails = {
        "harbour.yaml": "",
        "corpus.yaml": CORPUS + b"validation: {require: [quote.medium]}\n",
    }
