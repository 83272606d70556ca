"""Compare claims with each other: find duplicates, and relations that contradict each other."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared


class ActiveClaims(Shared):
    """Select what is compared of claims that are not withdrawn or replaced: a digest of their words (null if
    there are none), their main language, and whether the words refer to the claimant or the day."""

    scope = "article"
    empty_without = "claims"
    query = """
        SELECT c.locator, c.id, c.owner, i.split, c.voice, c.period,
            SPLIT_PART(c.language, '-', 1) AS language,
            LOWER(COALESCE(c.claimant.name, c.claimant.wikidata, c.claimant.role)) AS claimant,
            ARRAY_LENGTH(c.quote_ids) > 0 AS quoted,
            CASE WHEN LENGTH(w.words) > 0 THEN MD5(w.words) END AS digest,
            w.subject IS NOT NULL OR w.day IS NOT NULL AS indexical
        FROM claims AS c
        JOIN worded_claims AS w ON w.locator = c.locator
        JOIN ids AS i ON i.record_type = 'claim' AND i.locator = c.locator
        WHERE c.status = 'active'
    """


class DuplicateClaim(Rule):
    """Report claims in the same words as another claim, ignoring case, punctuation and spaces,
    without a `same_as` relation. Claims of different claimants count too, unless both rest on
    quotes of one article, the words refer to the claimant or the day (*I*, *yesterday*), or the
    periods differ. Claims of articles with identical texts are not compared, because the article
    itself is recorded twice; nor are claims in different splits, which claim-in-two-splits reports.

    The claim is counted twice, and a model may be tested on what it was trained on."""

    severity = Severity.WARNING
    title = "a claim that is recorded twice"
    message = "{other} is the same claim in the same words{whose:plain}"
    hint = "delete one of the two, or relate this one to the other as same_as"
    scope = "corpus"
    empty_without = "active_claims"
    rows_needed = 2
    query = """
        WITH worded AS (
            SELECT c.locator, c.owner, c.period, c.quoted, c.indexical,
                MIN(c.locator) OVER (
                    PARTITION BY c.digest, c.language, c.voice, c.claimant
                ) AS own,
                MIN(c.locator) OVER (PARTITION BY c.digest, c.language, c.voice) AS anybodys
            FROM active_claims AS c
            WHERE c.digest IS NOT NULL
        ),
        paired AS (
            SELECT c.locator, c.own AS other, '' AS whose
            FROM worded AS c
            WHERE c.locator > c.own
            UNION ALL
            SELECT c.locator, c.anybodys AS other, ', by another claimant' AS whose
            FROM worded AS c
            JOIN active_claims AS a ON a.locator = c.anybodys
            WHERE c.locator = c.own AND c.locator > c.anybodys
                AND NOT (c.owner = a.owner AND c.quoted AND a.quoted)
                AND COALESCE(c.period = a.period, TRUE) AND NOT c.indexical
        ),
        parted AS (
            SELECT c.locator, c.id, c.owner, c.split, a.text_sha256,
                COALESCE(s.component, c.id) AS component
            FROM active_claims AS c
            LEFT JOIN text_digests AS a ON a.locator = c.owner
            LEFT JOIN components AS s ON s.id = c.id
        )
        SELECT 'claim' AS record_type, d.locator, 'text' AS path, o.id AS other, w.whose
        FROM paired AS w
        JOIN parted AS d ON d.locator = w.locator
        JOIN parted AS o ON o.locator = w.other
        WHERE d.id <> o.id AND d.component <> o.component
            AND (d.owner = o.owner OR COALESCE(d.text_sha256 <> o.text_sha256, TRUE))
            AND COALESCE(d.split = o.split, TRUE)
    """
    passes = """
        claims:
          - {}
          - {id: c2, text: In May 2024 the mayor promised that the harbour would be rebuilt,
             language: en, voice: source, claimant: {kind: person, role: mayor}, quote_ids: [q1],
             relations: [{type: same_as, claim_id: c1}]}
    """
    fails = passes.replace("relations: [{type: same_as, claim_id: c1}]", "").replace(
        "harbour", "HARBOUR"
    )


class SameAndContradicting(Rule):
    """Report claims that contradict another claim although `same_as` relations, directly or through
    other claims, say that both are the same.

    One of the relations is wrong. Models that are trained on relations see both answers for the
    same pair."""

    title = "a claim that contradicts the same claim"
    message = "{claim} contradicts {other}, but same_as says that they are the same claim"
    hint = "delete one of the relations"
    scope = "corpus"
    empty_without = "exclusive_relations"
    query = """
        SELECT 'claim' AS record_type, r.locator, r.path, r.record_id AS claim, r.target AS other
        FROM exclusive_relations AS r
        JOIN components AS a ON a.id = r.record_id
        JOIN components AS b ON b.id = r.target
        WHERE r.kind = 'contradicts' AND a.component = b.component
    """
    passes = """
        claims:
          - {relations: [{type: contradicts, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """
    fails = passes.replace("[q1]", "[q1], relations: [{type: same_as, claim_id: c1}]")


class UpdatesEachOther(Rule):
    """Report pairs of claims that update each other.

    The later claim updates the earlier one, so that one of the two relations is wrong and nobody
    can know which claim is current."""

    title = "claims that update each other"
    message = "{claim} updates {other}, and {other} updates it"
    hint = "delete the relation of the earlier claim"
    scope = "corpus"
    empty_without = "exclusive_relations"
    query = """
        SELECT 'claim' AS record_type, r.locator, MIN(r.path) AS path,
            MIN(r.record_id) AS claim, r.target AS other
        FROM exclusive_relations AS r
        JOIN exclusive_relations AS b ON b.record_id = r.target AND b.target = r.record_id
        WHERE r.kind = 'updates' AND b.kind = 'updates' AND r.record_id < r.target
        GROUP BY r.locator, r.target
    """
    passes = """
        claims:
          - {relations: [{type: updates, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """
    fails = passes.replace("[q1]", "[q1], relations: [{type: updates, claim_id: c1}]")
