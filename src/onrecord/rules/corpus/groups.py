"""Find the articles that must be in one split: at least those that the checks of splits report."""

from __future__ import annotations

from onrecord.rules.base import Query
from onrecord.rules.corpus.splits import TEXTS, claims_where, quotes_where


class LinkedArticles(Query):
    """Pairs of articles that share a text, a quote or a claim, equal or nearly, or of which one has
    a record that refers to one of the other. ``reason`` says what they share.
    """

    scope = "corpus"
    empty_without = "articles"
    query = f"""
        WITH shared AS (
            SELECT 'the text' AS reason, x.locator AS owner, x.content FROM ({TEXTS}) AS x
            UNION ALL
            SELECT 'a quote' AS reason, i.owner, q.content
            FROM ({quotes_where("i.owner IS NOT NULL")}) AS q
            JOIN ids AS i ON i.record_type = 'quote' AND i.locator = q.locator
            UNION ALL
            SELECT 'a claim' AS reason, i.owner, c.content
            FROM ({claims_where("i.owner IS NOT NULL")}) AS c
            JOIN ids AS i ON i.record_type = 'claim' AND i.locator = c.locator
        ), pairs AS (
            SELECT s.reason, s.owner, MIN(s.owner) OVER (PARTITION BY s.reason, s.content) AS other
            FROM shared AS s
            WHERE s.content IS NOT NULL AND s.owner IS NOT NULL
            UNION ALL
            SELECT
                CASE a.record_type WHEN 'article' THEN 'most of the text'
                    WHEN 'quote' THEN 'most of a quote' ELSE 'most of a claim' END AS reason,
                a.owner, a.other
            FROM alike AS a
            UNION ALL
            SELECT 'a reference' AS reason, k.owner, i.owner AS other
            FROM links AS k
            JOIN ids AS i ON i.record_type = k.target_type AND i.id = k.target
            WHERE k.owner IS NOT NULL AND i.owner IS NOT NULL
        )
        SELECT MIN(p.reason) AS reason, p.owner, p.other
        FROM pairs AS p
        WHERE p.owner <> p.other
        GROUP BY p.owner, p.other
    """
