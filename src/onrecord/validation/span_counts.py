"""Count the spans that a validation has looked at."""

from __future__ import annotations

from onrecord.rules.base import Query


class Spans(Query):
    """Count the spans, those with offsets, and those of the latter whose text is known."""

    scope = "article"
    query = """
        SELECT COUNT(*) AS number, COUNT(s.start_at) AS located,
            COUNT(CASE WHEN t.owner IS NOT NULL THEN s.start_at END) AS verified
        FROM spans AS s
        LEFT JOIN texts AS t ON t.owner = s.owner AND t.indexed
    """


class SpansOfArticles(Query):
    """Count the spans as `Spans` does, by the articles that they belong to."""

    scope = "article"
    query = f"{Spans.query} GROUP BY s.owner".replace("SELECT", "SELECT s.owner,", 1)


class ProvableSpans(Query):
    """Count by article all spans, those with their words at their offsets, and those that have words
    and offsets.
    """

    scope = "article"
    query = """
        SELECT COALESCE(owner, -1) AS owner, COUNT(*) AS number,
            COUNT(CASE WHEN fit = 'here' THEN 1 END) AS here,
            COUNT(CASE WHEN start_at IS NOT NULL AND end_at IS NOT NULL
                AND COALESCE(exact, sha256) IS NOT NULL THEN 1 END) AS provable
        FROM spans
        GROUP BY owner
    """
