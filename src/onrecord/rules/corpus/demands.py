"""Find what the corpus demands of its records and they do not have."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule
from onrecord.rules.examples import with_corpus


def _without(condition: str) -> str:
    """Return a query for quotes and claims whose annotation meets a condition, the first of each
    article.
    """
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
    """Report records that were made by people without naming any, not even by pseudonyms. Records
    that come from another dataset are not reported, and an article's records are reported once.

    Agreement between annotators cannot be measured, and nobody can be asked about a doubtful
    record."""

    severity = Severity.WARNING
    title = "made by people who are not named"
    message = "method is {method:plain}, but there are no annotators (records: {records})"
    hint = "add annotators to the annotation, names or pseudonyms"
    scope = "article"
    empty_without = "quotes claims"
    query = _without(
        "a.annotation.method IN ('manual', 'assisted')"
        " AND ARRAY_LENGTH(a.annotation.annotators) = 0 AND a.annotation.origin IS NULL"
    )
    passes = "annotation: {annotators: null, origin: {dataset: A corpus of quotes}}"
    fails = "annotation: {annotators: null}"
    fixed = "annotation: {annotators: [a reader]}"


class ToolMissing(Rule):
    """Report records that were made by a tool alone without naming it. An article's records are
    reported once.

    Nobody can separate the errors of one tool from those of others, or make the record again."""

    severity = Severity.WARNING
    title = "made by a tool that is not named"
    message = "method is {method:plain}, but there is no tool (records: {records})"
    hint = "add tool to the annotation, with its version"
    scope = "article"
    empty_without = "quotes claims"
    query = _without("a.annotation.method = 'automatic' AND a.annotation.tool IS NULL")
    passes = "annotation: {annotators: null, method: automatic, tool: a finder of quotes 1.0}"
    fails = "annotation: {annotators: null, method: automatic}"


class DemandedFieldMissing(Rule):
    """Report records without a field that `validation.require` in corpus.yaml requires, in addition
    to those that the schema requires.

    The corpus promises this field, and users who rely on it find a gap."""

    title = "a required field that is missing"
    message = "this {record_type:plain} lacks {field:plain}, which the corpus demands"
    hint = "add {field:plain}, or take it from what corpus.yaml demands"
    scope = "article"
    empty_without = "lacking"
    query = """
        SELECT l.record_type, l.locator, l.path, l.field
        FROM lacking AS l
    """
    passes = with_corpus("validation: {require: [quote.medium]}", "quotes: [{medium: speech}]")
    fails = with_corpus("validation: {require: [quote.medium]}")
