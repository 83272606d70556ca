"""Dates: whether they exist, and whether their order is possible."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule


def after(later: str, earlier: str) -> str:
    """Return a SQL condition that one partial date is certainly after another.

    Both are compared at the precision of the less precise one, such as a day and a month by their
    months. Two instants are compared exactly. Between an instant and a day, one day is tolerated,
    since a day has no time zone.
    """
    return f"""CASE
        WHEN LENGTH({later}) > 10 AND LENGTH({earlier}) > 10
        THEN TRY_CAST({later} AS TIMESTAMPTZ) > TRY_CAST({earlier} AS TIMESTAMPTZ)
        WHEN LENGTH({later}) >= 10 AND LENGTH({earlier}) >= 10
            AND LENGTH({later}) <> LENGTH({earlier})
        THEN TRY_CAST(SUBSTRING({later}, 1, 10) AS DATE)
            > TRY_CAST(SUBSTRING({earlier}, 1, 10) AS DATE) + INTERVAL '1' DAY
        ELSE SUBSTRING({later}, 1, LEAST(LENGTH({earlier}), 10))
            > SUBSTRING({earlier}, 1, LEAST(LENGTH({later}), 10))
        END"""


def begin_of(period: str) -> str:
    """Return a SQL expression of the date that a period begins with; null if it is open or vague."""
    return _certain(f"SPLIT_PART({period}, '/', 1)")


def end_of(period: str) -> str:
    """Return a SQL expression of the date that a period ends with; null if it is open or vague."""
    return _certain(f"COALESCE(NULLIF(SPLIT_PART({period}, '/', 2), ''), {period})")


def _certain(date: str) -> str:
    """Return a SQL expression of a date; null for ``..``, and if it ends in ``~``, ``?`` or ``%``."""
    return f"""CASE WHEN SUBSTRING({date}, LENGTH({date}), 1) NOT IN ('.', '~', '?', '%')
            THEN {date} END"""


class DateDoesNotExist(Rule):
    """Report dates with a day that the calendar does not have, such as 30 February.

    Programs that read the date stop with an error or use another day."""

    title = "a date that does not exist"
    message = "{path:plain} is {date}, a day that does not exist"
    hint = "correct the day, or give the month alone"
    scope = "article"
    empty_without = "dates"
    query = """
        SELECT d.record_type, d.locator, d.path, d.day AS date
        FROM (
            SELECT record_type, locator, path, SUBSTRING(SPLIT_PART(value, '/', 1), 1, 10) AS day
            FROM dates
            UNION ALL
            SELECT record_type, locator, path, SUBSTRING(SPLIT_PART(value, '/', 2), 1, 10) AS day
            FROM dates
            WHERE STRPOS(value, '/') > 0
        ) AS d
        WHERE CASE WHEN SUBSTRING(d.day, 9, 2) > '28' THEN TRY_CAST(d.day AS DATE) IS NULL END
    """
    passes = "claims: [{period: 2024-02-29/2024-04}]"
    fails = "claims: [{period: 2023-02-29/2024-04}]"
    fixed = "claims: [{period: 2023-02-28/2024-04}]"


class PeriodReversed(Rule):
    """Report periods that end before they begin.

    Such a period contains no time, so that filters by date never find the claim."""

    title = "a period that ends before it begins"
    message = "the period {period} ends before it begins"
    hint = "write the earlier date first"
    scope = "article"
    empty_without = "dates"
    query = f"""
        SELECT d.record_type, d.locator, d.path, d.value AS period
        FROM (
            SELECT record_type, locator, path, value, {begin_of("value")} AS begins,
                {end_of("value")} AS ends
            FROM dates
            WHERE STRPOS(value, '/') > 0
        ) AS d
        WHERE {after("d.begins", "d.ends")}
    """
    passes = "claims: [{period: 2024-05/2024}]"
    fails = "claims: [{period: 2024-05/2024-04-30}]"
    fixed = "claims: [{period: 2024-04-30/2024-05}]"


class SaidAfterPublished(Rule):
    """Report quotes and claims that were said after the article that reports them was published.

    One of the two dates is wrong, and timelines of statements put them in the wrong order."""

    title = "said after it was published"
    message = "said is {said}, but the article was published {published}"
    hint = "correct said of the {record_type:plain}, or published of the article"
    scope = "article"
    empty_without = "dates"
    query = f"""
        SELECT d.record_type, d.locator, d.path, d.value AS said, a.published
        FROM (
            SELECT record_type, locator, owner, path, value, {begin_of("value")} AS begins
            FROM dates
            WHERE role = 'said'
        ) AS d
        JOIN articles AS a ON a.locator = d.owner
        WHERE {after("d.begins", "a.published")}
    """
    passes = "quotes: [{said: '2024-05-02'}]"
    fails = "{article: {published: '2024-05-02'}, quotes: [{said: '2024-05-03'}]}"


class RetrievedBeforePublished(Rule):
    """Report articles whose text was retrieved before it was published.

    One of the two dates is wrong, and users cannot know which version of the article was
    annotated."""

    title = "retrieved before it was published"
    message = "retrieved is {retrieved}, but the article was published {published}"
    hint = "correct retrieved or published"
    scope = "article"
    empty_without = "articles"
    query = f"""
        SELECT 'article' AS record_type, a.locator, 'retrieved' AS path, a.retrieved, a.published
        FROM articles AS a
        WHERE {after("a.published", "a.retrieved")}
    """
    passes = "article: {retrieved: '2024-05'}"
    fails = "article: {retrieved: '2024-05-01T23:59:59Z', published: '2024-05-04'}"
    fixed = fails.replace("05-01T", "05-04T")


class VerdictBeforeClaim(Rule):
    """Report verdicts that were published before the claim was made.

    One of the two dates is wrong, or the verdict is about another claim, whose label this claim
    then has."""

    title = "a verdict from before the claim"
    message = "{reviewer} published the verdict {published}, but the claim was made {said}"
    hint = "correct published of the verdict, or said of the claim, or delete the verdict"
    scope = "article"
    empty_without = "assessments"
    query = f"""
        SELECT 'claim' AS record_type, a.locator, a.path || '.published' AS path,
            a.reviewer, a.published, c.said
        FROM assessments AS a
        JOIN claims AS c ON c.locator = a.locator
        WHERE {after(begin_of("c.said"), "a.published")}
    """
    passes = """
        claims:
          - said: '2024-05-01'
            assessments:
              - {reviewer: Harbour Desk, original_rating: Open, published: '2024-04-30T23:30:00-02:00'}
    """
    fails = passes.replace("2024-04-30T23:30:00-02:00", "2024-04-30")
    fixed = fails.replace("04-30", "05-02")


class VerdictBeforeArticle(Rule):
    """Report verdicts that were published before the article that the claim is taken from, where
    nothing says that the claim was made earlier.

    Either the verdict is about an earlier claim or a date is wrong. The claim would have a label
    that was given to something else."""

    severity = Severity.WARNING
    title = "a verdict from before the article"
    message = "{reviewer} published the verdict {verdict}, but the article appeared {published}"
    hint = "give said, or a page on which the claim was made before; or correct the dates"
    scope = "article"
    empty_without = "assessments"
    query = f"""
        SELECT 'claim' AS record_type, v.locator, v.path || '.published' AS path,
            v.reviewer, v.published AS verdict, a.published
        FROM assessments AS v
        JOIN claims AS c ON c.locator = v.locator
        JOIN articles AS a ON a.locator = c.owner
        WHERE c.said IS NULL AND ARRAY_LENGTH(c.appearances) = 0
            AND {after("a.published", "v.published")}
    """
    passes = """
        claims:
          - said: 2023-11
            assessments: [{reviewer: Harbour Desk, original_rating: Open, published: '2023-11-20'}]
    """
    fails = """
        article: {published: '2024-05-02'}
        claims:
          - assessments: [{reviewer: Harbour Desk, original_rating: Open, published: '2023-11-20'}]
    """


class EvidenceAfterVerdict(Rule):
    """Report evidence that was published after the verdict that it supports.

    One of the two dates is wrong, or the reviewer did not have this evidence and reached the
    verdict by other means."""

    title = "evidence from after the verdict"
    message = "the evidence was published {published}, but the verdict {verdict}"
    hint = "correct the dates, or delete evidence that the reviewer did not have"
    scope = "article"
    empty_without = "evidence"
    query = f"""
        SELECT 'claim' AS record_type, e.locator, e.path || '.published' AS path,
            e.published, v.published AS verdict
        FROM evidence AS e
        JOIN assessments AS v ON v.locator = e.locator AND v.path = SPLIT_PART(e.path, '.', 1)
        WHERE {after("e.published", "v.published")}
    """
    passes = """
        claims:
          - assessments:
              - reviewer: Harbour Desk
                original_rating: Open
                published: 2024-05
                evidence: [{url: https://example.org/budget, published: '2024-05-31'}]
    """
    fails = passes.replace("2024-05-31", "2024-06-01")


class EventAfterPublished(Rule):
    """Report claims about an event whose period begins after the article was published.

    What had not happened yet could only be predicted. Either the claim is a prediction or the
    period is wrong, and fact-checkers would search for evidence that cannot exist."""

    severity = Severity.WARNING
    title = "an event from after the article"
    message = "the event is of {period}, but the article was published {published}"
    hint = "write kind: prediction, or correct period"
    scope = "article"
    empty_without = "claims"
    query = f"""
        SELECT 'claim' AS record_type, c.locator, 'period' AS path, c.period, a.published
        FROM (
            SELECT locator, owner, period, {begin_of("period")} AS begins
            FROM claims
            WHERE kind = 'event'
        ) AS c
        JOIN articles AS a ON a.locator = c.owner
        WHERE {after("c.begins", "a.published")}
    """
    passes = "claims: [{kind: event, period: 2024-05/2024-06}]"
    fails = """
        article: {published: '2024-05-02'}
        claims: [{kind: event, period: 2024-06}]
    """
    fixed = fails.replace("kind: event", "kind: prediction")


class EvidenceAfterClaim(Rule):
    """Report evidence with a date in its address that is after the claim was made. The claim was
    made at the date in `said`, otherwise when it first appeared, otherwise when the article was
    published. Dates of copies in web archives do not count.

    The page probably did not exist when the claim was made. A model that reads it learns what
    nobody could know at that time, often from another check of the same claim (Schlichtkrull et al.
    2023)."""

    severity = Severity.WARNING
    title = "evidence from after the claim"
    message = "the evidence {url} is of {date}, but the claim was made {made}"
    hint = "leave out what was published after the claim, or correct when the claim was made"
    scope = "article"
    empty_without = "evidence"
    query = f"""
        WITH made AS (
            SELECT c.locator, COALESCE({end_of("c.said")}, p.published, a.published) AS made
            FROM claims AS c
            LEFT JOIN articles AS a ON a.locator = c.owner
            LEFT JOIN (
                SELECT locator, MIN(value) AS published
                FROM dates
                WHERE record_type = 'claim' AND role = 'appearances.published'
                GROUP BY locator
            ) AS p ON p.locator = c.locator
        ),
        dated AS (
            SELECT e.locator, e.path, e.url, m.made, ADDRESS_DATE(e.url) AS day
            FROM evidence AS e
            JOIN made AS m ON m.locator = e.locator
            WHERE m.made IS NOT NULL AND REGEXP_MATCHES(e.url, '/.*(19|20)[0-9][0-9]')
        )
        SELECT 'claim' AS record_type, d.locator, d.path || '.url' AS path, d.url, d.day AS date,
            d.made
        FROM dated AS d
        WHERE {after("d.day", "d.made")}
    """
    passes = """
        claims:
          - said: '2024-05-01'
            assessments:
              - reviewer: Harbour Desk
                original_rating: Open
                evidence: [{url: 'https://example.org/2024/04/budget?seen=2024-05-06'}]
    """
    fails = passes.replace("04/budget?seen=2024-05-06", "05/06/budget")
    fixed = fails.replace("2024/05/06/budget", "2024/04/budget")
