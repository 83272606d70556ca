"""Find the articles that must be in one split: at least those that the checks of splits report."""

from onrecord.rules.base import Query, Shared
from onrecord.rules.corpus.splits import claims_where, quotes_where


class QuotesInArticles(Shared):
    """Select fingerprints of quotes whose articles are in the corpus, if they are long enough."""

    scope = "article"
    empty_without = "spans"
    query = f"SELECT q.owner, q.fingerprint FROM ({quotes_where('i.owner IS NOT NULL')}) AS q"


class ClaimsInArticles(Shared):
    """Select the fingerprints of claims whose articles are in the corpus."""

    scope = "article"
    empty_without = "claims"
    query = f"SELECT c.owner, c.fingerprint FROM ({claims_where('i.owner IS NOT NULL')}) AS c"


class LinkedArticles(Query):
    """Select pairs of articles that share a text, a quote or a claim, equal or nearly, or of which
    one has a record that refers to one of the other. ``reason`` says what they share.
    """

    scope = "corpus"
    query = """
        WITH shared AS (
            SELECT 'the text' AS reason, locator AS owner,
                COALESCE(sha256, text_sha256) AS fingerprint
            FROM text_digests
            UNION ALL
            SELECT 'a quote' AS reason, owner, fingerprint FROM quotes_in_articles
            UNION ALL
            SELECT 'a claim' AS reason, owner, fingerprint FROM claims_in_articles
        ), pairs AS (
            SELECT s.reason, s.owner, MIN(s.owner) OVER (PARTITION BY s.reason, s.fingerprint) AS other
            FROM shared AS s
            WHERE s.fingerprint IS NOT NULL
            UNION ALL
            SELECT
                CASE a.record_type WHEN 'article' THEN 'most of the text'
                    WHEN 'quote' THEN 'most of a quote' ELSE 'most of a claim' END AS reason,
                a.owner, a.other
            FROM alike AS a
            UNION ALL
            SELECT 'a reference' AS reason, k.owner, i.owner AS other
            FROM outgoing_links AS k
            JOIN ids AS i ON i.record_type = k.target_type AND i.id = k.target
            WHERE k.owner IS NOT NULL AND i.owner IS NOT NULL
        )
        SELECT MIN(p.reason) AS reason, p.owner, p.other
        FROM pairs AS p
        WHERE p.owner <> p.other
        GROUP BY p.owner, p.other
    """
