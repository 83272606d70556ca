"""Compare the fields of a claim with each other and with its quotes."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared
from onrecord.rules.dates import after, begin_of


def _voices(rests: str, name: str) -> str:
    """Return a query for who speaks in the quotes that claims rest on: those who said or relayed
    them, and those who said the quotes that they are nested in.

    Args:
        rests: A table with ``locator`` of the claim, ``target`` (the quote's id), and columns with
            which sources are compared: one for the quote and one for the quote that holds it.
        name: The column of sources that they are compared with, and their prefix in ``rests``.
    """
    columns = "r.locator, r.target AS quote, s.name, s.wikidata, s.kind"
    return f"""
        SELECT {columns}
        FROM {rests} AS r
        LEFT JOIN sources AS s ON s.{name} = r.quote
            AND s.record_type = 'quote' AND s.role = 'speakers'
        UNION ALL
        SELECT {columns}
        FROM {rests} AS r
        JOIN sources AS s ON s.{name} = r.quote
        WHERE s.record_type = 'quote' AND s.role = 'relayed_by'
        UNION ALL
        SELECT {columns}
        FROM {rests} AS r
        JOIN sources AS s ON s.{name} = r.parent
        WHERE s.record_type = 'quote' AND s.role = 'speakers'
    """


# Whether a claimant, c, may be a source, v.
_MAY_BE = """CASE
                WHEN c.wikidata = v.wikidata OR c.name = v.name OR c.kind <> v.kind
                    OR IS_PRONOUN(v.name, c.language) OR ROLE_OF(v.name, c.language) IS NOT NULL
                THEN TRUE
                WHEN c.wikidata <> v.wikidata THEN FALSE
                WHEN c.kind = 'person' AND v.kind = 'person' AND c.name <> v.name
                THEN MAY_NAME_THE_SAME(c.name, v.name)
                ELSE TRUE END"""


class UnspokenClaims(Shared):
    """Select claims that rest on quotes of their own article, none of which the claimant said, each
    with one of these quotes and its speaker."""

    scope = "article"
    empty_without = "sources"
    query = f"""
        WITH rests AS (
            SELECT l.locator, l.target, q.locator AS quote, p.locator AS parent
            FROM links AS l
            LEFT JOIN quotes AS q ON q.id = l.target AND q.article_id = l.article_id
            LEFT JOIN quotes AS p ON p.id = q.within AND p.article_id = q.article_id
            WHERE l.record_type = 'claim' AND l.role = 'quote_ids'
        ),
        inner_rests AS (SELECT * FROM rests WHERE quote IS NOT NULL),
        voices AS ({_voices("inner_rests", "locator")}),
        claimants AS (
            SELECT s.locator, s.name, s.wikidata, s.kind, l.language
            FROM sources AS s
            JOIN claims AS l ON l.locator = s.locator
            WHERE s.record_type = 'claim' AND s.role = 'claimant'
                AND EXISTS (SELECT 1 FROM rests AS r WHERE r.locator = s.locator)
        )
        SELECT c.locator, c.name, c.wikidata, c.kind, c.language, MIN(v.quote) AS quote,
            MIN(COALESCE(v.name, v.wikidata)) AS speaker
        FROM claimants AS c
        LEFT JOIN voices AS v ON v.locator = c.locator
        GROUP BY c.locator, c.name, c.wikidata, c.kind, c.language
        HAVING SUM(CASE WHEN v.quote IS NOT NULL AND {_MAY_BE} THEN 1 ELSE 0 END) = 0
    """


class ClaimantNotSpeaker(Rule):
    """Report claims whose claimant neither spoke nor relayed any of the quotes that the claim rests
    on. Sources are compared by their Wikidata items where both have one, and persons by names that
    cannot belong to the same person.

    Either the quotes or the claimant are wrong, and somebody is held responsible for what another
    person said."""

    severity = Severity.WARNING
    title = "a claimant who said none of the quotes"
    message = "the claimant is {claimant}, but {quote} is what {speaker} said"
    hint = "correct the claimant, or the quotes that the claim rests on"
    scope = "corpus"
    empty_without = "unspoken_claims"
    query = f"""
        WITH rests AS (
            SELECT l.locator, l.target, l.target AS quote, q.within AS parent
            FROM unspoken_claims AS c
            JOIN outgoing_links AS l ON l.record_type = 'claim' AND l.role = 'quote_ids'
                AND l.locator = c.locator
            LEFT JOIN quotes AS q ON q.id = l.target
        ),
        voices AS ({_voices("rests", "record_id")})
        SELECT 'claim' AS record_type, c.locator, 'claimant' AS path,
            MIN(COALESCE(c.name, c.wikidata)) AS claimant, MIN(LEAST(c.quote, v.quote)) AS quote,
            MIN(LEAST(c.speaker, COALESCE(v.name, v.wikidata))) AS speaker
        FROM unspoken_claims AS c
        LEFT JOIN voices AS v ON v.locator = c.locator
        GROUP BY c.locator
        HAVING SUM(CASE WHEN v.quote IS NOT NULL AND {_MAY_BE} THEN 1 ELSE 0 END) = 0
    """
    passes = """
        quotes: [{speakers: [{name: Ada Muster}]}]
        claims: [{claimant: {name: Dr. A. Muster}}]
    """
    fails = passes.replace("Dr. A. Muster", "Bo Beispiel")
    fixed = fails.replace("Bo Beispiel", "Ada Muster")


class ArticleClaimInQuote(Rule):
    """Report claims in the article's voice whose words are inside a quote. Quotes of type reported
    are left out, since the article may presuppose what their phrases name.

    What is inside a quote is what the speaker claims. The article would be held responsible for the
    words of somebody whom it only quotes."""

    severity = Severity.WARNING
    title = "a claim of the article in words of a speaker"
    message = "the voice is article, but {path:plain} is inside the quote {quote}"
    hint = "write voice: source and name the quote in quote_ids, or correct the words"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, MIN(s.path) AS path, MIN(q.id) AS quote
        FROM claims AS c
        JOIN spans AS s ON s.record_type = 'claim' AND s.role = 'content' AND s.locator = c.locator
        JOIN spans AS w ON w.record_type = 'quote' AND w.role = 'content' AND w.owner = s.owner
        JOIN quotes AS q ON q.locator = w.locator
        WHERE c.voice = 'article' AND c.status = 'active' AND q.status = 'active'
            AND q.type <> 'reported' AND s.start_at < s.end_at
            AND s.start_at >= w.start_at AND s.end_at <= w.end_at
        GROUP BY c.locator
    """
    passes = """
        claims:
          - {voice: article, claimant: null, quote_ids: [],
             content: [{exact: the mayor said, start: 31, end: 45}]}
    """
    fails = passes.replace(
        "the mayor said, start: 31, end: 45", "rebuild the harbour, start: 9, end: 28"
    )
    fixed = "claims: [{voice: source}]"


class OpinionCheckable(Rule):
    """Report opinions, norms and predictions that are marked as checkable, which means that
    evidence could show them true or false when they were annotated. Predictions with a period are
    not reported: checkable-too-early compares that with the date of the annotation.

    People who select claims to check receive some that cannot be checked."""

    severity = Severity.WARNING
    title = "an opinion, a norm or a prediction that is marked as checkable"
    message = "kind is {kind:plain}, but checkable is true"
    hint = "write checkable: false, or the kind of what can be checked; the period of a prediction"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'checkable' AS path, c.kind
        FROM claims AS c
        WHERE c.checkable AND (
            c.kind IN ('opinion', 'norm') OR c.kind = 'prediction' AND c.period IS NULL
        )
    """
    passes = """
        annotation: {"on": '2025-01'}
        claims: [{kind: prediction, checkable: true, period: '2024'}]
    """
    fails = passes.replace(", period: '2024'", "")


class CheckableTooEarly(Rule):
    """Report claims that are marked as checkable although the period that they are about had not
    begun when they were annotated.

    `checkable` says whether evidence could decide the claim at the time of the annotation. No
    evidence can exist before the period begins, so that fact-checkers would receive a claim that
    they cannot check."""

    severity = Severity.WARNING
    title = "checkable before its time has come"
    message = "checkable is true, but {period} had not begun when it was annotated, {annotated}"
    hint = "write checkable: false, or correct period or the date of the annotation"
    scope = "article"
    empty_without = "claims"
    query = f"""
        SELECT 'claim' AS record_type, c.locator, 'checkable' AS path, c.period,
            d.value AS annotated
        FROM (
            SELECT locator, period, {begin_of("period")} AS begins FROM claims WHERE checkable
        ) AS c
        JOIN dates AS d ON d.locator = c.locator
        WHERE d.record_type = 'claim' AND d.role = 'annotation.on'
            AND {after("c.begins", "d.value")}
    """
    passes = """
        annotation: {"on": '2025-01'}
        claims: [{checkable: true, period: 2024-06/2026}]
    """
    fails = passes.replace("2025-01", "2024-05")
    fixed = fails.replace("checkable: true", "checkable: false")


class CheckableWithoutDate(Rule):
    """Report claims that are marked as checkable in records without a date of annotation. Imported
    records are left out, since their dataset may not give one.

    `checkable` says whether evidence could decide the claim at the time of the annotation. Without
    the date nobody knows which evidence there was."""

    severity = Severity.NOTE
    title = "checkable at an unknown time"
    message = "checkable is true, but annotation.on does not say when it was decided"
    hint = "write the date of the annotation into on"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'checkable' AS path
        FROM claims AS c
        WHERE c.checkable AND c.annotation."on" IS NULL AND c.annotation.origin IS NULL
    """
    passes = """
        annotation: {"on": '2025-01'}
        claims: [{kind: event, checkable: true}]
    """
    fails = "claims: [{kind: event, checkable: true}]"
