"""Find what is in two splits of the corpus."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared
from onrecord.rules.examples import ARTICLE_LINE, TEXT, quote_line
from onrecord.rules.text.copies import REPORT

# An article that repeats the quote of the valid document in a text of its own.
_BRIDGE = """
    article: {id: bridge, text: "The mayor insists: “We will rebuild the harbour.”"}
    quotes:
      - content: [{exact: We will rebuild the harbour, start: 20, end: 47, quoted: true}]
        speakers: [{mentions: [{exact: The mayor, start: 0, end: 9}]}]
        cue: [{exact: insists, start: 10, end: 17}]
    claims: [{text: The mayor insisted in May 2024 that the harbour would be rebuilt.}]
"""
# One that repeats its claim alone.
_PIER = """
    article: {id: pier, text: "“It will be as good as new,” the mayor said."}
    quotes:
      - content: [{exact: "It will be as good as new,", start: 1, end: 27, quoted: true}]
        speakers: [{mentions: [{exact: the mayor, start: 29, end: 38}]}]
        cue: [{exact: said, start: 39, end: 43}]
    claims: [{text: In May 2024 the mayor promised that the harbour would be rebuilt.}]
"""
# One that repeats no more than three words of the quote.
_QUAY = """
    article: {id: quay, text: "“We will rebuild,” the mayor said."}
    quotes:
      - content: [{exact: "We will rebuild,", start: 1, end: 17, quoted: true}]
        speakers: [{mentions: [{exact: the mayor, start: 19, end: 28}]}]
        cue: [{exact: said, start: 29, end: 33}]
    claims: [{text: In May 2024 the mayor promised that the quay would be rebuilt.}]
"""


def quotes_where(condition: str) -> str:
    """Return a query for fingerprints of quotes, with a condition on ``i``, their row of ``ids``."""
    return f"""
        SELECT w.locator, w.id, w.owner, w.split, FINGERPRINT(w.words) AS fingerprint
        FROM (
            SELECT i.locator, i.id, i.owner, i.split, COUNT(*) AS spans,
                COUNT(COALESCE(s.exact, s.words)) AS told,
                STRING_AGG(COALESCE(s.exact, s.words), ' ' ORDER BY s.position) AS words
            FROM spans AS s
            JOIN ids AS i ON i.record_type = 'quote' AND i.locator = s.locator
            WHERE s.record_type = 'quote' AND s.role = 'content' AND {condition}
            GROUP BY i.locator, i.id, i.owner, i.split
        ) AS w
        WHERE w.spans = w.told AND IS_DISTINCTIVE(w.words)
    """


def claims_where(condition: str) -> str:
    """Return a query for fingerprints of claims, with a condition on ``i``, their row of ``ids``."""
    return f"""
        SELECT i.locator, i.id, i.owner, i.split, FINGERPRINT(c.text) AS fingerprint
        FROM claims AS c
        JOIN ids AS i ON i.record_type = 'claim' AND i.locator = c.locator
        WHERE {condition}
    """


class QuotesInSplits(Shared):
    """Select fingerprints of quotes in splits of the data, if they are long enough to compare."""

    scope = "article"
    empty_without = "spans"
    query = quotes_where("i.split IS NOT NULL")


class ClaimsInSplits(Shared):
    """Select the fingerprints of claims in splits of the data."""

    scope = "article"
    empty_without = "claims"
    query = claims_where("i.split IS NOT NULL")


def _repeated(record_type: str, records: str) -> str:
    """Return a query for content that occurs in a split and in one that is used earlier.

    The order is train, validation, test. Content that repeats together with the whole text of its
    article is reported for the article only.

    Args:
        record_type: The type of the records.
        records: A table of records in splits with ``locator``, ``id``, ``owner``, ``split`` and
            ``fingerprint``; null if nothing is to be compared.
    """
    order = "ORDER BY r.nth, r.locator"
    return f"""
        WITH records AS (
            SELECT c.locator, c.id, c.split, c.fingerprint,
                CASE c.split WHEN 'train' THEN 1 WHEN 'validation' THEN 2 ELSE 3 END AS nth,
                COALESCE(t.sha256, t.text_sha256, t.id) AS text
            FROM {records} AS c
            LEFT JOIN text_digests AS t ON t.locator = c.owner
            WHERE c.fingerprint IS NOT NULL
        )
        SELECT '{record_type}' AS record_type, f.locator, '' AS path, f.split,
            f.other, f.other_split
        FROM (
            SELECT r.locator, r.split, r.text,
                FIRST_VALUE(r.id) OVER (PARTITION BY r.fingerprint {order}) AS other,
                FIRST_VALUE(r.split) OVER (PARTITION BY r.fingerprint {order}) AS other_split,
                FIRST_VALUE(r.text) OVER (PARTITION BY r.fingerprint {order}) AS other_text
            FROM records AS r
        ) AS f
        WHERE f.split <> f.other_split
            AND ('{record_type}' = 'article' OR COALESCE(f.text <> f.other_text, TRUE))
    """


# The digests of texts in splits of the data.
_TEXTS = """(
                SELECT locator, id, locator AS owner, split,
                    COALESCE(sha256, text_sha256) AS fingerprint
                FROM text_digests
                WHERE split IS NOT NULL
            )"""


class TextInTwoSplits(Rule):
    """Report articles with the same text in different splits of the data. The split of a file is
    the folder that it is in: train, validation (or dev) and test.

    A model is tested on what it was trained on: the evaluation measures what the model remembers,
    not what it can do."""

    title = "the same text in two splits"
    message = "this text is in {split}, and as {other} in {other_split}"
    hint = "delete one of the two, or move both into one split"
    scope = "corpus"
    empty_without = "text_digests"
    rows_needed = 2
    query = _repeated("article", _TEXTS)
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {
        "train/harbour.yaml": "",
        "test/bridge.yaml": f"article: {{id: bridge, text: '{TEXT}'}}",
    }
    fixed = {"train/harbour.yaml": ""}


class NearTextInTwoSplits(Rule):
    """Report articles in different splits of the data with nearly the same text: usually one
    article before and after a correction, or as two newspapers print it.

    A model is tested on what it was trained on, and its results look better than they are."""

    severity = Severity.WARNING
    title = "nearly the same text in two splits"
    message = "this text is in {split}, and {likeness} per cent of it as {other} in {other_split}"
    hint = "delete one of the two, or move both into one split"
    scope = "corpus"
    empty_without = "nearly_same_texts"
    query = """
        SELECT 'article' AS record_type, a.locator, '' AS path, a.split, o.id AS other,
            o.split AS other_split, CAST(FLOOR(100 * j.likeness) AS INTEGER) AS likeness
        FROM nearly_same_texts AS j
        JOIN text_digests AS a ON a.locator = j.owner
        JOIN text_digests AS o ON o.locator = j.other
        WHERE a.split <> o.split
    """
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {
        "train/bridge.yaml": f"{{article: {{id: bridge, text: {REPORT!r}}}, claims: null, quotes: null}}",
        "test/harbour.yaml": f"article: {{text: {REPORT.replace('March', 'April')!r}}}",
    }
    fixed = {
        "train/bridge.yaml": fails["train/bridge.yaml"],
        "train/harbour.yaml": fails["test/harbour.yaml"],
    }


class QuoteInTwoSplits(Rule):
    """Report quotes of the same words in articles of different splits. Case, punctuation and
    spacing are ignored; quotes of fewer than five words are not compared, because many people say
    the same few words.

    A model that learned during training who said the words is tested on what it already knows."""

    severity = Severity.WARNING
    title = "one quote in two splits"
    message = "these words are in {split}, and as {other} in {other_split}"
    hint = "move the articles that share quotes into one split"
    scope = "corpus"
    empty_without = "quotes_in_splits"
    query = _repeated("quote", "quotes_in_splits")
    passes = {"train/harbour.yaml": "", "train/bridge.yaml": _BRIDGE, "test/quay.yaml": _QUAY}
    fails = {"train/harbour.yaml": "", "test/bridge.yaml": _BRIDGE}
    fixed = {"train/harbour.yaml": "", "train/bridge.yaml": _BRIDGE}


class ClaimInTwoSplits(Rule):
    """Report claims of different articles with the same text in different splits of the data. Case,
    punctuation and spacing are ignored.

    A model that has seen the claim and its verdict during training is tested on what it already
    knows."""

    severity = Severity.WARNING
    title = "one claim in two splits"
    message = "this claim is in {split}, and as {other} in {other_split}"
    hint = "move the articles that share claims into one split"
    scope = "corpus"
    empty_without = "claims_in_splits"
    rows_needed = 2
    query = _repeated("claim", "claims_in_splits")
    passes = {"train/harbour.yaml": "", "test/quay.yaml": _QUAY}
    fails = {"train/harbour.yaml": "", "test/pier.yaml": _PIER}


class ArticleInTwoSplits(Rule):
    """Report articles whose quotes or claims are in different splits of the data.

    The records share a text and often their speakers, so that a model has read during training what
    it is tested on."""

    severity = Severity.WARNING
    title = "one article in two splits"
    message = "the article {article} has records in {split}, and {other} in {other_split}"
    hint = "move all records of an article into one split"
    scope = "article"
    empty_without = "ids"
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
        "articles.jsonl": ARTICLE_LINE,
        "train/quotes.jsonl": quote_line("harbour.q1", "We will rebuild it.")
        + quote_line("harbour.q2", "Next year."),
    }
    fails = {
        "articles.jsonl": ARTICLE_LINE,
        "train/quotes.jsonl": quote_line("harbour.q1", "We will rebuild it."),
        "test/quotes.jsonl": quote_line("harbour.q2", "Next year."),
    }
