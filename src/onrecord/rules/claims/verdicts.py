"""Compare verdicts with each other, with their evidence and with their ratings."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared

# SQL for what addresses of the same page have in common: not the scheme, www, case, a slash at the
# end or a fragment.
_PAGE = "LOWER(REGEXP_REPLACE(REGEXP_REPLACE({}, '^https?://(www[.])?', ''), '/?(#.*)?$', ''))"


class DecidedVerdicts(Shared):
    """Select the verdicts on active claims that find them more or less true, or false."""

    scope = "article"
    empty_without = "assessments"
    query = """
        SELECT a.locator, a.path, a.record_id, a.reviewer, a.rating
        FROM assessments AS a
        JOIN claims AS c ON c.locator = a.locator
        WHERE a.rating IN ('true', 'mostly_true', 'false', 'mostly_false')
            AND c.status = 'active'
    """


class VerdictsDisagree(Rule):
    """Report opposite verdicts on the same claim, by two reviewers of one record or by any
    reviewers of different records. Claims are the same if `same_as` says so, or if they have the
    same words and period, even from different claimants, unless the words refer to the claimant or
    the day (*I*, *yesterday*). Each group of claims is reported once.

    Reviewers may disagree. But often the claims are not really the same, or a verdict was converted
    incorrectly, and as labels the two cancel each other out."""

    severity = Severity.WARNING
    title = "opposite verdicts on one claim"
    message = "{reviewer} finds it {rating:plain}, but {other_reviewer} finds {other} otherwise"
    hint = "check that the claims are the same, and that both ratings say what the reviewers do"
    scope = "corpus"
    empty_without = "decided_verdicts"
    query = """
        WITH rated AS (
            SELECT locator, path, record_id, reviewer, rating,
                record_id || ' ' || reviewer AS source,
                rating IN ('true', 'mostly_true') AS holds
            FROM decided_verdicts
        ),
        alike AS (
            SELECT k.locator, k.component,
                CASE WHEN k.digest IS NULL THEN k.component ELSE MIN(k.component) OVER (
                    PARTITION BY k.digest, k.language, k.period, k.claimant
                ) END AS likeness
            FROM (
                SELECT c.locator, c.digest, c.language, c.period,
                    CASE WHEN c.indexical THEN c.claimant END AS claimant,
                    COALESCE(s.component, c.id) AS component
                FROM active_claims AS c
                LEFT JOIN components AS s ON s.id = c.id
            ) AS k
        ),
        same AS (
            SELECT l.locator, MIN(l.likeness) OVER (PARTITION BY l.component) AS claim
            FROM alike AS l
        ),
        known AS (
            SELECT r.locator, r.path, r.record_id, r.reviewer, r.rating, r.source, r.holds, s.claim
            FROM rated AS r
            JOIN same AS s ON s.locator = r.locator
        ),
        held AS (
            SELECT claim, MIN(source) AS one, ARG_MIN(record_id, source) AS claim_of_one,
                ARG_MIN(reviewer, source) AS reviewer_of_one,
                MAX(source) AS another, ARG_MAX(record_id, source) AS claim_of_another,
                ARG_MAX(reviewer, source) AS reviewer_of_another
            FROM known
            WHERE holds
            GROUP BY claim
        ),
        opposed AS (
            SELECT r.locator, r.path, r.reviewer, r.rating,
                CASE WHEN r.source <> h.one THEN h.reviewer_of_one ELSE h.reviewer_of_another END
                    AS other_reviewer,
                CASE WHEN r.source <> h.one THEN h.claim_of_one ELSE h.claim_of_another END
                    AS other,
                ROW_NUMBER() OVER (PARTITION BY r.claim ORDER BY r.locator, r.path) AS place
            FROM known AS r
            JOIN held AS h ON h.claim = r.claim
            WHERE NOT r.holds AND (r.source <> h.one OR r.source <> h.another)
        )
        SELECT 'claim' AS record_type, o.locator, o.path || '.rating' AS path, o.reviewer,
            o.rating, o.other_reviewer, o.other
        FROM opposed AS o
        WHERE o.place = 1
    """
    passes = """
        claims:
          - assessments:
              - {reviewer: Harbour Desk, rating: 'true', original_rating: Correct}
              - {reviewer: Fact Desk, rating: mostly_true, original_rating: Mostly true}
    """
    fails = passes.replace(
        "mostly_true, original_rating: Mostly true", "'false', original_rating: Wrong"
    )


class CircularEvidence(Rule):
    """Report evidence that is the page on which the claim was made, or the verdict itself.

    A claim cannot prove itself. A model that reads such evidence learns the answer from the
    question (Schlichtkrull et al. 2023 exclude it)."""

    severity = Severity.WARNING
    title = "evidence that is the claim's own source, or the verdict"
    message = "the evidence {url} is {what:plain}"
    hint = "name what the claim was checked against; for the claim's own page, stance: context"
    scope = "article"
    empty_without = "evidence"
    query = f"""
        WITH own AS (
            SELECT c.locator, '' AS verdict, a.url, 'the article that the claim was made in' AS what
            FROM claims AS c
            JOIN articles AS a ON a.locator = c.owner
            UNION ALL
            SELECT u.locator, '' AS verdict, u.url, 'a page that the claim was made on' AS what
            FROM urls AS u
            WHERE u.record_type = 'claim' AND u.role = 'appearances.url'
            UNION ALL
            SELECT v.locator, v.path AS verdict, v.url, 'the verdict itself' AS what
            FROM assessments AS v
        )
        SELECT 'claim' AS record_type, e.locator, e.path || '.url' AS path, e.url,
            MIN(o.what) AS what
        FROM evidence AS e
        JOIN own AS o ON o.locator = e.locator
        WHERE e.question IS NULL AND (
                o.verdict = SPLIT_PART(e.path, '.', 1)
                OR (o.verdict = '' AND COALESCE(e.stance, 'supports') = 'supports')
            )
            AND {_PAGE.format("e.url")} = {_PAGE.format("o.url")}
        GROUP BY e.locator, e.path, e.url
    """
    passes = """
        article: {url: https://example.org/harbour}
        claims:
          - assessments:
              - reviewer: Harbour Desk
                original_rating: Not yet
                evidence: [{url: https://example.org/harbour, stance: context}]
    """
    fails = passes.replace(
        "https://example.org/harbour, stance: context",
        "http://www.example.org/harbour/#top, stance: supports",
    )


class RatingBeyondScale(Rule):
    """Report verdicts that give a number outside the scale that they name.

    Nobody can know what the reviewer meant, so that the verdict cannot be used as a label."""

    severity = Severity.WARNING
    title = "a verdict outside its own scale"
    message = "the verdict {rating} is beyond its own scale"
    hint = "compare it with the reviewer's page"
    scope = "article"
    empty_without = "assessments"
    query = """
        SELECT 'claim' AS record_type, a.locator, a.path || '.original_rating' AS path,
            a.original_rating AS rating
        FROM assessments AS a
        WHERE REGEXP_MATCHES(a.original_rating, '[0-9]') AND BEYOND_SCALE(a.original_rating)
    """
    passes = "claims: [{assessments: [{reviewer: Harbour Desk, original_rating: 4.5/5 stars}]}]"
    fails = "claims: [{assessments: [{reviewer: Harbour Desk, original_rating: 7 of 5}]}]"
    fixed = fails.replace("7", "4")


class LabelledRatings(Shared):
    """Select the verdicts with a rating, and whether the reviewer's own words plainly say the
    opposite of it, or the same; null if they do not plainly say true or false."""

    scope = "article"
    empty_without = "assessments"
    query = """
        SELECT v.locator, v.path, v.article_id, v.reviewer, v.rating, v.original_rating,
            CASE WHEN w.label THEN v.rating IN ('false', 'mostly_false')
                WHEN NOT w.label THEN v.rating IN ('true', 'mostly_true') END AS opposed,
            CASE WHEN w.label THEN v.rating IN ('true', 'mostly_true')
                WHEN NOT w.label THEN v.rating IN ('false', 'mostly_false') END AS agrees
        FROM assessments AS v
        LEFT JOIN (
            SELECT original_rating, PLAIN_VERDICT(MIN(original_rating)) AS label
            FROM assessments
            WHERE LENGTH(original_rating) < 40
            GROUP BY original_rating
        ) AS w ON w.original_rating = v.original_rating
        WHERE v.rating IS NOT NULL
    """


class OpposedRatings(Shared):
    """Select the ratings that say the opposite of the reviewer's own words."""

    scope = "article"
    empty_without = "labelled_ratings"
    query = """
        SELECT locator, path, reviewer, rating, original_rating
        FROM labelled_ratings
        WHERE opposed
    """


class RatingsOfReviewers(Shared):
    """Select the ratings of each reviewer in an article: the first claim that has one, the first
    and the last rating in order, how many there are, and how many of them the reviewer's own words
    oppose or agree with."""

    scope = "article"
    empty_without = "labelled_ratings"
    query = """
        SELECT MIN(locator) AS locator, reviewer, MIN(rating) AS first_rating,
            MAX(rating) AS last_rating, COUNT(*) AS rated,
            COUNT(CASE WHEN opposed THEN 1 END) AS opposed,
            COUNT(CASE WHEN agrees THEN 1 END) AS agreeing
        FROM labelled_ratings
        GROUP BY article_id, reviewer
    """


# Reviewers of whom there is but one rating though their words say both.
_STUCK = """
    SELECT r.reviewer, CAST(SUM(r.rated) AS BIGINT) AS rated,
        CAST(SUM(r.opposed) AS BIGINT) AS opposed
    FROM ratings_of_reviewers AS r
    GROUP BY r.reviewer
    HAVING MIN(r.first_rating) = MAX(r.last_rating)
        AND SUM(r.opposed) >= 2 AND SUM(r.agreeing) > 0
"""


class RatingOpposesLabel(Rule):
    """Report ratings that say the opposite of the reviewer's own words. If all ratings of a
    reviewer are the same, constant-rating reports that once instead.

    The rating was probably converted incorrectly, and models that are trained on ratings learn the
    opposite of what the reviewer found."""

    severity = Severity.WARNING
    title = "a rating that is the opposite of the verdict"
    message = "rating is {rating:plain}, but the reviewer says {label}"
    hint = "compare both with the reviewer's page, and correct the rating"
    scope = "corpus"
    empty_without = "opposed_ratings"
    query = f"""
        WITH stuck AS ({_STUCK})
        SELECT 'claim' AS record_type, o.locator, o.path || '.rating' AS path, o.rating,
            o.original_rating AS label
        FROM opposed_ratings AS o
        WHERE NOT EXISTS (SELECT 1 FROM stuck AS s WHERE s.reviewer = o.reviewer)
    """
    passes = """
        claims: [{assessments: [{reviewer: Harbour Desk, rating: mixed, original_rating: 'True'}]}]
    """
    fails = passes.replace("mixed", "'false'")
    fixed = fails.replace("rating: 'false'", "rating: 'true'")


class ConstantRating(Rule):
    """Report reviewers whose ratings are all the same although their own words say sometimes true
    and sometimes false. Each reviewer is reported once.

    The rating was filled in by a form and means nothing, as often happens in the ClaimReview markup
    of publishers. Models that are trained on it learn wrong labels."""

    severity = Severity.WARNING
    title = "a reviewer with the same rating for every claim"
    message = "{reviewer} is given as rating all {rated} claims {rating:plain}, {opposed} of them "
    message += "against the reviewer's own words, such as {label}"
    hint = "leave this reviewer's ratings out, or derive them from original_rating"
    scope = "corpus"
    empty_without = "opposed_ratings"
    query = f"""
        WITH stuck AS ({_STUCK}),
        placed AS (
            SELECT o.locator, o.path, o.reviewer, o.rating, o.original_rating, s.rated, s.opposed,
                ROW_NUMBER() OVER (PARTITION BY o.reviewer ORDER BY o.locator, o.path) AS place
            FROM opposed_ratings AS o
            JOIN stuck AS s ON s.reviewer = o.reviewer
        )
        SELECT 'claim' AS record_type, p.locator, p.path || '.rating' AS path, p.reviewer,
            p.rating, p.original_rating AS label, p.opposed, p.rated
        FROM placed AS p
        WHERE p.place = 1
    """
    passes = """
        claims:
          - assessments:
              - {reviewer: Harbour Desk, rating: 'false', original_rating: 'False'}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: Pants on Fire}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: Out of context}
    """
    fails = passes.replace("Pants on Fire", "'True'").replace("Out of context", "Correct")
    fixed = fails.replace(
        "rating: 'false', original_rating: 'True'", "rating: 'true', original_rating: 'True'"
    ).replace(
        "rating: 'false', original_rating: Correct", "rating: 'true', original_rating: Correct"
    )
