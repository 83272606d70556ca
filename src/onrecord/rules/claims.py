"""Claims: that they stand alone and stand once, and agree with their quotes, verdicts and others."""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared
from onrecord.rules.dates import after

# SQL for what addresses of the same page have in common: not the scheme, www, case, a slash at the
# end or a fragment.
_PAGE = "LOWER(REGEXP_REPLACE(REGEXP_REPLACE({}, '^https?://(www[.])?', ''), '/?(#.*)?$', ''))"

# The quotes that claims rest on, one a row.
_RESTS_ON = """
    SELECT l.locator, l.target, q.within
    FROM links AS l
    LEFT JOIN quotes AS q ON q.id = l.target
    WHERE l.record_type = 'claim' AND l.role = 'quote_ids'
"""


class WordedClaims(Shared):
    """What of the text of each claim counts."""

    query = "SELECT locator, WORDING(text) AS words FROM claims"


# Of words, p.words, what their wording begins with: the letters that it leaves as they are or
# small, but for the last one, with which a mark behind it may compose.
_LETTERS = r"[A-Za-zÀ-ÖØ-Þà-öø-ÿА-яёіїєґ\x{620}-\x{64A}ぁ-ゖァ-ヺ一-鿿 ]+"
_BEGINNING = f"""REGEXP_REPLACE(
                        REPLACE(LOWER(REGEXP_EXTRACT(p.words, '^{_LETTERS}')), ' ', ''), '.$', ''
                    )"""


class PronounAsSubject(Rule):
    """The claim begins with a pronoun, or with *this*, and does not say who or what that is. It is
    to be understood without the article (Choi et al. 2021): alone it can neither be checked nor
    compared with others. *I* is clear where the claimant has a name, and *we* where that is an
    organization or a group. Known for claims in English, German, French, Spanish, Italian,
    Portuguese, Russian, Ukrainian and Turkish."""

    severity = Severity.WARNING
    title = "a claim whose subject is a pronoun"
    message = "the claim begins with {word}, which cannot be understood without the article"
    hint = "say who or what is meant"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'text' AS path, c.word
        FROM (
            SELECT locator, language, COALESCE(claimant.name, claimant.wikidata) AS claimant,
                claimant.kind AS kind, PRONOUN_AS_SUBJECT(text, language) AS word
            FROM claims
        ) AS c
        WHERE c.word IS NOT NULL AND NOT (
            c.claimant IS NOT NULL
            AND COALESCE(
                CASE FIRST_PERSON(c.word, c.language) WHEN 'one' THEN TRUE
                    WHEN 'several' THEN c.kind IN ('organization', 'group') END,
                FALSE
            )
        )
    """
    passes = """
        quotes: [{speaker: {name: Ada Muster}}]
        claims: [{text: I was born in the harbour of Exampleton., claimant: {name: Ada Muster}}]
    """
    fails = "claims: [{text: It will be rebuilt by the town.}]"


class RelativeDate(Rule):
    """The claim tells a time by the day on which it was made: *yesterday*, *last week*. Whoever reads
    it alone cannot know which day is meant, and evidence is looked for at the wrong time. Known
    for claims in English, German, French, Spanish, Italian, Portuguese, Russian, Ukrainian and
    Turkish; claims that name a year are not reported, nor those of which `said` or `period` tells
    the time."""

    severity = Severity.WARNING
    title = "a claim with a relative date"
    message = "the claim says {words}, and not when that is"
    hint = "write the date itself, or when it was said"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'text' AS path, c.words
        FROM (
            SELECT locator,
                CASE WHEN said IS NULL AND period IS NULL THEN RELATIVE_DATE(text, language) END
                    AS words
            FROM claims
        ) AS c
        WHERE c.words IS NOT NULL
    """
    passes = "claims: [{text: The harbour was closed yesterday., said: '2024-05-01'}]"
    fails = "claims: [{text: The mayor promised last week that the harbour would be rebuilt.}]"


class CopiedWords(Rule):
    """The claim has the very words of the article or of the quote that it rests on, not the
    annotator's. Words that were said on an occasion seldom can be understood alone; and where
    rights withhold them, the claim still gives them away."""

    severity = Severity.WARNING
    title = "a claim in the source's words"
    message = "the claim is, word for word, what {source:plain} says"
    hint = "say in your own words what is claimed, so that it can be understood alone"
    query = f"""
        WITH rests AS ({_RESTS_ON}),
        pieces AS (
            SELECT s.locator, 'the article' AS source, COALESCE(s.exact, s.words) AS words, s.sha256
            FROM spans AS s
            WHERE s.record_type = 'claim' AND s.role = 'content'
            UNION ALL
            SELECT r.locator, r.target AS source, COALESCE(s.exact, s.words) AS words, s.sha256
            FROM rests AS r
            JOIN spans AS s ON s.record_id = r.target
            WHERE s.record_type = 'quote' AND s.role = 'content'
        ),
        sized AS (
            SELECT p.locator, p.source, c.text, p.pieces, p.known, p.size
            FROM (
                SELECT locator, source, COUNT(*) AS pieces, COUNT(words) AS known,
                    SUM(LENGTH(words)) AS size
                FROM pieces
                GROUP BY locator, source
            ) AS p
            JOIN claims AS c ON c.locator = p.locator
        ),
        alike AS (
            SELECT a.locator, a.source, w.words AS text
            FROM sized AS a
            JOIN worded_claims AS w ON w.locator = a.locator
            WHERE a.known = a.pieces AND a.size BETWEEN LENGTH(a.text) * 0.7 - 5
                AND LENGTH(a.text) * 1.3 + 5
        ),
        copied AS (
            SELECT a.locator, a.source
            FROM (
                SELECT a.locator, a.source, a.text,
                    CASE WHEN STRPOS(a.text, {_BEGINNING}) > 0 THEN WORDING(p.words) END AS words
                FROM alike AS a
                JOIN pieces AS p ON p.locator = a.locator AND p.source = a.source
                WHERE LENGTH(a.text) > 0
            ) AS a
            GROUP BY a.locator, a.source
            HAVING SUM(LENGTH(a.words)) = MIN(LENGTH(a.text))
                AND SUM(CASE WHEN STRPOS(a.text, a.words) > 0 THEN 0 ELSE 1 END) = 0
            UNION ALL
            SELECT s.locator, s.source
            FROM sized AS s
            JOIN pieces AS p ON p.locator = s.locator AND p.source = s.source
            WHERE s.known = 0 AND s.pieces = 1
                AND p.sha256 IN (SHA256(s.text), SHA256(RTRIM(s.text, '.')))
        )
        SELECT 'claim' AS record_type, locator, 'text' AS path, MIN(source) AS source
        FROM copied
        GROUP BY locator
    """
    passes = "claims: [{text: The mayor will rebuild the harbour.}]"
    fails = "claims: [{text: WE will rebuild the harbour!}]"


# Of claims, c, in which language they are, and what keeps apart those in the same words: whose they
# are, where they speak of the claimant or of the day on which they were made.
_LANGUAGE = "SPLIT_PART(c.language, '-', 1)"
_CLAIMANT = "LOWER(COALESCE(c.claimant.name, c.claimant.wikidata, c.claimant.role))"
_POINTS = """(
    PRONOUN_AS_SUBJECT(c.text, c.language) IS NOT NULL
    OR RELATIVE_DATE(c.text, c.language) IS NOT NULL
)"""


class DuplicateClaim(Rule):
    """Two claims say the same in the same words, case, punctuation and spaces aside, and nothing says
    that they are the same. Whoever counts claims counts this one twice, and a model is tested on
    what it was trained on. Those of other claimants count, too, unless both rest on quotes of one
    article, the words point to the claimant or the day (*I*, *yesterday*), or the periods differ.
    Claims of articles that have the very same text are not compared: there the article stands twice;
    nor are those of two splits, of which claim-in-two-splits tells."""

    severity = Severity.WARNING
    title = "a claim that stands twice"
    message = "{other} is the same claim in the same words{whose:plain}"
    hint = "delete one of the two, or relate this one to the other as same_as"
    query = f"""
        WITH worded AS (
            SELECT c.locator, c.owner, c.text, c.language, c.period,
                ARRAY_LENGTH(c.quote_ids) AS quotes,
                MIN(c.locator) OVER (
                    PARTITION BY w.words, {_LANGUAGE}, c.voice, {_CLAIMANT}
                ) AS own,
                MIN(c.locator) OVER (PARTITION BY w.words, {_LANGUAGE}, c.voice) AS anybodys
            FROM claims AS c
            JOIN worded_claims AS w ON w.locator = c.locator
            WHERE c.status <> 'withdrawn' AND LENGTH(w.words) > 0
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


class ClaimantNotSpeaker(Rule):
    """The claim is said to be of somebody who spoke in none of the quotes that it rests on, nor
    relayed one. Either the quotes or the claimant are wrong, and somebody is held to what another
    one said. Sources are told apart by their Wikidata items where both have one, and persons by
    names that cannot be of the same one."""

    severity = Severity.WARNING
    title = "a claimant who said none of it"
    message = "the claimant is {claimant}, but {quote} is what {speaker} said"
    hint = "correct the claimant, or the quotes that the claim rests on"
    query = f"""
        WITH rests AS ({_RESTS_ON}),
        voices AS (
            SELECT r.locator, r.target AS quote, s.name, s.wikidata, s.kind
            FROM rests AS r
            LEFT JOIN sources AS s ON s.record_id = r.target
                AND s.record_type = 'quote' AND s.role = 'speaker'
            UNION ALL
            SELECT r.locator, r.target AS quote, s.name, s.wikidata, s.kind
            FROM rests AS r
            JOIN sources AS s ON s.record_id = r.target
            WHERE s.record_type = 'quote' AND s.role = 'relayed_by'
            UNION ALL
            SELECT r.locator, r.target AS quote, s.name, s.wikidata, s.kind
            FROM rests AS r
            JOIN sources AS s ON s.record_id = r.within
            WHERE s.record_type = 'quote' AND s.role = 'speaker'
        )
        SELECT 'claim' AS record_type, c.locator, 'claimant' AS path,
            MIN(COALESCE(c.name, c.wikidata)) AS claimant, MIN(v.quote) AS quote,
            MIN(COALESCE(v.name, v.wikidata)) AS speaker
        FROM sources AS c
        JOIN voices AS v ON v.locator = c.locator
        JOIN claims AS l ON l.locator = c.locator
        WHERE c.record_type = 'claim' AND c.role = 'claimant'
        GROUP BY c.locator
        HAVING SUM(
            CASE WHEN c.wikidata = v.wikidata OR c.name = v.name OR c.kind <> v.kind
                OR IS_PRONOUN(v.name, l.language) OR ROLE_OF(v.name, l.language) IS NOT NULL THEN 1
            WHEN c.wikidata <> v.wikidata THEN 0
            WHEN c.kind = 'person' AND v.kind = 'person' AND c.name <> v.name
            THEN CASE WHEN MAY_NAME_THE_SAME(c.name, v.name) THEN 1 ELSE 0 END
            ELSE 1 END
        ) = 0
    """
    passes = """
        quotes: [{speaker: {name: Ada Muster}}]
        claims: [{claimant: {name: Dr. A. Muster}}]
    """
    fails = """
        quotes: [{speaker: {name: Ada Muster}}]
        claims: [{claimant: {name: Bo Beispiel}}]
    """


class OpinionCheckable(Rule):
    """The claim is an opinion, says what ought to be or what will be, and yet is said to be one
    that evidence could show true or false when it was annotated. Whoever selects claims to check
    gets ones that cannot be checked. A prediction is left alone where its period is given:
    checkable-too-early tells where that had not begun."""

    severity = Severity.WARNING
    title = "an opinion, a norm or a prediction that is checkable"
    message = "kind is {kind:plain}, but checkable is true"
    hint = "write checkable: false, or the kind of what can be checked; the period of a prediction"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'checkable' AS path, c.kind
        FROM claims AS c
        WHERE c.checkable AND (
            c.kind IN ('opinion', 'norm') OR c.kind = 'prediction' AND c.period IS NULL
        )
    """
    passes = "claims: [{kind: prediction, checkable: true, period: '2024'}]"
    fails = "claims: [{kind: prediction, checkable: true}]"


class CheckableTooEarly(Rule):
    """The claim is said to be checkable, but the time that it is about had not begun when it was
    annotated, and checkable tells whether evidence could decide it then."""

    severity = Severity.WARNING
    title = "checkable before its time has come"
    message = "checkable is true, but {period} had not begun when it was annotated, {annotated}"
    hint = "write checkable: false, or correct period or the date of the annotation"
    query = f"""
        SELECT 'claim' AS record_type, c.locator, 'checkable' AS path, c.period,
            d.value AS annotated
        FROM claims AS c
        JOIN dates AS d ON d.locator = c.locator
        WHERE d.record_type = 'claim' AND d.role = 'annotation.on' AND c.checkable
            AND STRPOS(c.period, '..') <> 1
            AND {after("SPLIT_PART(c.period, '/', 1)", "d.value")}
    """
    passes = """
        annotation: {"on": '2025-01'}
        claims: [{checkable: true, period: 2024-06/2026}]
    """
    fails = """
        annotation: {"on": '2024-05'}
        claims: [{checkable: true, period: 2024-06/2026}]
    """


class RelatedToItself(Rule):
    """The claim is related to itself. The id of another claim was meant."""

    title = "a claim that is related to itself"
    message = "{path:plain} is {claim}, the claim itself"
    hint = "write the id of the claim that is meant, or delete the relation"
    query = """
        SELECT 'claim' AS record_type, r.locator, r.path || '.claim_id' AS path, r.target AS claim
        FROM relations AS r
        WHERE r.target = r.record_id
    """
    passes = ""
    fails = "claims: [{relations: [{type: supports, claim_id: c1}]}]"


class SameAndContradicting(Rule):
    """The claim contradicts another one and is the same as it, through however many other claims
    that are the same. Whoever trains on the relations gets both answers for one pair."""

    title = "the same claim, and contradicting it"
    message = "{claim} contradicts {other}, but same_as says that they are the same claim"
    hint = "delete one of the relations"
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
    """Two claims update each other. What updates is the later one, so one of the two relations is
    wrong, and which claim holds in the end cannot be told."""

    title = "claims that update each other"
    message = "{claim} updates {other}, and {other} updates it"
    hint = "delete the relation of the earlier claim"
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


class VerdictsDisagree(Rule):
    """There are opposite verdicts on the same claim: by two reviewers of one record, or of any reviewer
    on records of the same claim. Claims are the same that same_as makes so, or that are in the same
    words and of the same period, whoever the claimants are, unless the words point to the
    claimant or the day (*I*, *yesterday*). Reviewers may well disagree; but often the claims are not
    the same, or a verdict was carried over the wrong way, and as labels the two cancel out. It is
    told once for all the claims."""

    severity = Severity.WARNING
    title = "opposite verdicts on one claim"
    message = "{reviewer} finds it {rating:plain}, but {other_reviewer} finds {other} otherwise"
    hint = "check that the claims are the same, and that both ratings say what the reviewers do"
    query = f"""
        WITH rated AS (
            SELECT a.locator, a.path, a.record_id, a.reviewer, a.rating,
                a.record_id || ' ' || a.reviewer AS source,
                a.rating IN ('true', 'mostly_true') AS holds
            FROM assessments AS a
            JOIN claims AS c ON c.locator = a.locator
            WHERE a.rating IN ('true', 'mostly_true', 'false', 'mostly_false')
                AND c.status <> 'withdrawn'
        ),
        worded AS (
            SELECT c.locator, COALESCE(s.component, c.id) AS component, w.words,
                {_LANGUAGE} AS language, c.period, c.text, c.language AS tag,
                {_CLAIMANT} AS claimant, COUNT(*) OVER (PARTITION BY w.words, {_LANGUAGE}) AS times
            FROM claims AS c
            JOIN worded_claims AS w ON w.locator = c.locator
            LEFT JOIN components AS s ON s.id = c.id
            WHERE c.status <> 'withdrawn'
        ),
        keyed AS (
            SELECT c.locator, c.component, c.words, c.language, c.period, c.times,
                CASE WHEN c.times > 1 AND (
                    PRONOUN_AS_SUBJECT(c.text, c.tag) IS NOT NULL
                    OR RELATIVE_DATE(c.text, c.tag) IS NOT NULL
                ) THEN c.claimant END AS claimant
            FROM worded AS c
        ),
        alike AS (
            SELECT k.locator, k.component,
                CASE WHEN k.times > 1 AND LENGTH(k.words) > 0 THEN MIN(k.component) OVER (
                    PARTITION BY k.words, k.language, k.period, k.claimant
                ) ELSE k.component END AS likeness
            FROM keyed AS k
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
    fails = """
        claims:
          - assessments:
              - {reviewer: Harbour Desk, rating: 'true', original_rating: Correct}
              - {reviewer: Fact Desk, rating: 'false', original_rating: Wrong}
    """


class CircularEvidence(Rule):
    """What is given as evidence is the page on which the claim itself was made, or the verdict
    itself. A claim cannot bear itself out, and a model that reads such evidence learns the answer
    from the question (Schlichtkrull et al. 2023 leave it out)."""

    severity = Severity.WARNING
    title = "evidence that is the claim's own source, or the verdict"
    message = "the evidence {url} is {what:plain}"
    hint = "name what the claim was checked against; for the claim's own page, stance: context"
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
    fails = """
        article: {url: https://example.org/harbour}
        claims:
          - assessments:
              - reviewer: Harbour Desk
                original_rating: Not yet
                evidence: [{url: http://www.example.org/harbour/#top, stance: supports}]
    """


class RatingBeyondScale(Rule):
    """The reviewer's verdict is a number beyond the scale that it names itself, so that there is no
    telling what was meant."""

    severity = Severity.WARNING
    title = "a verdict beyond its own scale"
    message = "the verdict {rating} is beyond its own scale"
    hint = "compare it with the reviewer's page"
    query = """
        SELECT 'claim' AS record_type, a.locator, a.path || '.original_rating' AS path,
            a.original_rating AS rating
        FROM assessments AS a
        WHERE REGEXP_MATCHES(a.original_rating, '[0-9]') AND BEYOND_SCALE(a.original_rating)
    """
    passes = "claims: [{assessments: [{reviewer: Harbour Desk, original_rating: 4.5/5 stars}]}]"
    fails = "claims: [{assessments: [{reviewer: Harbour Desk, original_rating: 7 of 5}]}]"


# Verdicts that plainly say true or false, and whether their ratings say the opposite; and reviewers
# of whom there is but one rating though their words say both.
_LABELLED = """
    SELECT a.locator, a.path, a.reviewer, a.rating, a.original_rating, a.label,
        (a.label AND a.rating IN ('false', 'mostly_false'))
            OR (NOT a.label AND a.rating IN ('true', 'mostly_true')) AS opposed
    FROM (
        SELECT v.locator, v.path, v.reviewer, v.rating, v.original_rating, w.label
        FROM assessments AS v
        LEFT JOIN (
            SELECT original_rating, PLAIN_VERDICT(MIN(original_rating)) AS label
            FROM assessments
            WHERE LENGTH(original_rating) < 40
            GROUP BY original_rating
        ) AS w ON w.original_rating = v.original_rating
        WHERE v.rating IS NOT NULL
    ) AS a
"""
_STUCK = """
    SELECT l.reviewer
    FROM labelled AS l
    GROUP BY l.reviewer
    HAVING MIN(l.rating) = MAX(l.rating)
        AND SUM(CASE WHEN l.opposed THEN 1 ELSE 0 END) >= 2
        AND SUM(CASE WHEN l.label AND l.rating IN ('true', 'mostly_true') THEN 1
            WHEN NOT l.label AND l.rating IN ('false', 'mostly_false') THEN 1 ELSE 0 END) > 0
"""


class RatingOpposesLabel(Rule):
    """The rating is the opposite of what the reviewer's own words plainly say. One of the two was
    carried over the wrong way, and whoever trains on ratings learns the opposite. Where all
    ratings of a reviewer are the same, constant-rating tells it once."""

    severity = Severity.WARNING
    title = "a rating that is the opposite of the verdict"
    message = "rating is {rating:plain}, but the reviewer says {label}"
    hint = "compare both with the reviewer's page, and correct the rating"
    query = f"""
        WITH labelled AS ({_LABELLED}), stuck AS ({_STUCK})
        SELECT 'claim' AS record_type, l.locator, l.path || '.rating' AS path, l.rating,
            l.original_rating AS label
        FROM labelled AS l
        WHERE l.opposed AND NOT EXISTS (SELECT 1 FROM stuck AS s WHERE s.reviewer = l.reviewer)
    """
    passes = """
        claims: [{assessments: [{reviewer: Harbour Desk, rating: mixed, original_rating: 'True'}]}]
    """
    fails = """
        claims: [{assessments: [{reviewer: Harbour Desk, rating: 'false', original_rating: 'True'}]}]
    """


class ConstantRating(Rule):
    """All ratings of a reviewer are the same, though the reviewer's own words say now true, now
    false. The rating was filled in by a form and means nothing, as happens in markup that
    publishers give of their reviews. It is told once for the reviewer."""

    severity = Severity.WARNING
    title = "a reviewer with one rating for all"
    message = "{reviewer} is given as rating all {rated} claims {rating:plain}, {opposed} of them "
    message += "against the reviewer's own words, such as {label}"
    hint = "leave this reviewer's ratings out, or derive them from original_rating"
    query = f"""
        WITH labelled AS ({_LABELLED}), stuck AS ({_STUCK}),
        placed AS (
            SELECT l.locator, l.path, l.reviewer, l.rating, l.original_rating,
                ROW_NUMBER() OVER (PARTITION BY l.reviewer ORDER BY l.locator, l.path) AS place,
                COUNT(*) OVER (PARTITION BY l.reviewer) AS opposed
            FROM labelled AS l
            JOIN stuck AS s ON s.reviewer = l.reviewer
            WHERE l.opposed
        ),
        counted AS (SELECT reviewer, COUNT(*) AS rated FROM labelled GROUP BY reviewer)
        SELECT 'claim' AS record_type, p.locator, p.path || '.rating' AS path, p.reviewer,
            p.rating, p.original_rating AS label, p.opposed, c.rated
        FROM placed AS p
        JOIN counted AS c ON c.reviewer = p.reviewer
        WHERE p.place = 1
    """
    passes = """
        claims:
          - assessments:
              - {reviewer: Harbour Desk, rating: 'false', original_rating: 'False'}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: Pants on Fire}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: Out of context}
    """
    fails = """
        claims:
          - assessments:
              - {reviewer: Harbour Desk, rating: 'false', original_rating: 'False'}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: 'True'}
              - {reviewer: Harbour Desk, rating: 'false', original_rating: Correct}
    """
