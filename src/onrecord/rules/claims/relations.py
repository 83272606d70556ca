"""Compare claims with each other: find duplicates, and relations that contradict each other."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule

# Of claims, c, in which language they are, and what keeps apart those in the same words: whose they
# are, where they speak of the claimant or of the day on which they were made.
LANGUAGE = "SPLIT_PART(c.language, '-', 1)"
CLAIMANT = "LOWER(COALESCE(c.claimant.name, c.claimant.wikidata, c.claimant.role))"
_POINTS = """(
    PRONOUN_AS_SUBJECT(c.text, c.language) IS NOT NULL
    OR RELATIVE_DATE(c.text, c.language) IS NOT NULL
)"""


class DuplicateClaim(Rule):
    """Claims in the same words as another claim, ignoring case, punctuation and spaces, without a
    `same_as` relation. Claims of different claimants count too, unless both rest on quotes of one
    article, the words refer to the claimant or the day (*I*, *yesterday*), or the periods differ.
    Claims of articles with identical texts are not compared, because the article itself is recorded
    twice; nor are claims in different splits, which claim-in-two-splits reports.

    The claim is counted twice, and a model may be tested on what it was trained on."""

    severity = Severity.WARNING
    title = "a claim that is recorded twice"
    message = "{other} is the same claim in the same words{whose:plain}"
    hint = "delete one of the two, or relate this one to the other as same_as"
    scope = "corpus"
    empty_without = "claims"
    rows_needed = 2
    query = f"""
        WITH worded AS (
            SELECT c.locator, c.owner, c.text, c.language, c.period,
                ARRAY_LENGTH(c.quote_ids) AS quotes,
                MIN(c.locator) OVER (
                    PARTITION BY w.words, {LANGUAGE}, c.voice, {CLAIMANT}
                ) AS own,
                MIN(c.locator) OVER (PARTITION BY w.words, {LANGUAGE}, c.voice) AS anybodys
            FROM claims AS c
            JOIN worded_claims AS w ON w.locator = c.locator
            WHERE c.status = 'active' AND LENGTH(w.words) > 0
        ),
        paired AS (
            SELECT c.locator, c.own AS other, '' AS whose
            FROM worded AS c
            WHERE c.locator > c.own
            UNION ALL
            SELECT c.locator, c.anybodys AS other, ', by another claimant' AS whose
            FROM worded AS c
            JOIN claims AS a ON a.locator = c.anybodys
            WHERE c.locator = c.own AND c.locator > c.anybodys
                AND NOT (c.owner = a.owner AND c.quotes > 0 AND ARRAY_LENGTH(a.quote_ids) > 0)
                AND COALESCE(c.period = a.period, TRUE) AND NOT {_POINTS}
        ),
        parted AS (
            SELECT c.locator, c.id, c.owner, a.text_sha256, i.split,
                COALESCE(s.component, c.id) AS component
            FROM claims AS c
            JOIN ids AS i ON i.record_type = 'claim' AND i.locator = c.locator
            LEFT JOIN articles AS a ON a.locator = c.owner
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
    fails = """
        claims:
          - {}
          - {id: c2, text: In May 2024 the mayor promised that the HARBOUR would be rebuilt,
             language: en, voice: source, claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """


class SameAndContradicting(Rule):
    """Claims that contradict another claim although `same_as` relations, directly or through other
    claims, say that both are the same.

    One of the relations is wrong. Models that are trained on relations see both answers for the
    same pair."""

    title = "a claim that contradicts the same claim"
    message = "{claim} contradicts {other}, but same_as says that they are the same claim"
    hint = "delete one of the relations"
    scope = "corpus"
    empty_without = "relations"
    query = """
        SELECT 'claim' AS record_type, r.locator, r.path, r.record_id AS claim, r.target AS other
        FROM relations AS r
        JOIN components AS a ON a.id = r.record_id
        JOIN components AS b ON b.id = r.target
        WHERE r.kind = 'contradicts' AND a.component = b.component AND r.target <> r.record_id
    """
    passes = """
        claims:
          - {relations: [{type: contradicts, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """
    fails = """
        claims:
          - {relations: [{type: contradicts, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1],
             relations: [{type: same_as, claim_id: c1}]}
    """


class UpdatesEachOther(Rule):
    """Pairs of claims that update each other.

    The later claim updates the earlier one, so that one of the two relations is wrong and nobody
    can know which claim is current."""

    title = "claims that update each other"
    message = "{claim} updates {other}, and {other} updates it"
    hint = "delete the relation of the earlier claim"
    scope = "corpus"
    empty_without = "relations"
    query = """
        SELECT 'claim' AS record_type, r.locator, MIN(r.path) AS path,
            MIN(r.record_id) AS claim, r.target AS other
        FROM relations AS r
        JOIN relations AS b ON b.record_id = r.target AND b.target = r.record_id
        WHERE r.kind = 'updates' AND b.kind = 'updates' AND r.record_id < r.target
        GROUP BY r.locator, r.target
    """
    passes = """
        claims:
          - {relations: [{type: updates, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """
    fails = """
        claims:
          - {relations: [{type: updates, claim_id: c2}]}
          - {id: c2, text: The harbour will never be rebuilt., language: en, voice: source,
             claimant: {kind: person, role: mayor}, quote_ids: [q1],
             relations: [{type: updates, claim_id: c1}]}
    """
