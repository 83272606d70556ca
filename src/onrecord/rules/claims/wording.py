"""Find claims whose text cannot be understood alone, or is copied from the source."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared

# The quotes of the same article that claims rest on, one a row.
RESTS_ON = """
    SELECT l.locator, l.target, q.locator AS quote
    FROM links AS l
    JOIN quotes AS q ON q.id = l.target AND q.article_id = l.article_id
    WHERE l.record_type = 'claim' AND l.role = 'quote_ids'
"""


class WordedClaims(Shared):
    """Prepare the text of each claim for comparison, and find what it cannot be understood without:
    the pronoun that it begins with, and the words for a date relative to the day."""

    scope = "article"
    empty_without = "claims"
    query = """
        SELECT locator, WORDING(text) AS words, PRONOUN_AS_SUBJECT(text, language) AS subject,
            RELATIVE_DATE(text, language) AS day
        FROM claims
    """


# Of words, p.words, what their wording begins with: the letters that it leaves as they are or
# small, but for the last one, with which a mark behind it may compose.
_LETTERS = r"[A-Za-zÀ-ÖØ-Þà-öø-ÿА-яёіїєґ\x{620}-\x{64A}ぁ-ゖァ-ヺ一-鿿 ]+"
BEGINNING = f"""REGEXP_REPLACE(
                        REPLACE(LOWER(REGEXP_EXTRACT(p.words, '^{_LETTERS}')), ' ', ''), '.$', ''
                    )"""


class PronounAsSubject(Rule):
    """Report claims that begin with a pronoun, or with *this*, and do not say who or what is meant.
    *I* is accepted if the claimant has a name, and *we* if the claimant is an organization or a
    group. Works for claims in the languages that have `pronouns.subjects` in docs/languages.md.

    A claim should be understandable without its article (Choi et al. 2021). Otherwise it can
    neither be checked nor compared with others."""

    severity = Severity.WARNING
    title = "a claim whose subject is a pronoun"
    message = "the claim begins with {word}, which cannot be understood without the article"
    hint = "say who or what is meant"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'text' AS path, w.subject AS word
        FROM claims AS c
        JOIN worded_claims AS w ON w.locator = c.locator
        WHERE w.subject IS NOT NULL AND NOT (
            COALESCE(c.claimant.name, c.claimant.wikidata) IS NOT NULL
            AND COALESCE(
                CASE FIRST_PERSON(w.subject, c.language) WHEN 'one' THEN TRUE
                    WHEN 'several' THEN c.claimant.kind IN ('organization', 'group') END,
                FALSE
            )
        )
    """
    passes = """
        quotes: [{speakers: [{name: Ada Muster}]}]
        claims: [{text: I was born in the harbour of Exampleton., claimant: {name: Ada Muster}}]
    """
    fails = "claims: [{text: It will be rebuilt by the town.}]"
    fixed = "claims: [{text: The harbour will be rebuilt by the town.}]"


class RelativeDate(Rule):
    """Report claims that say when something happened relative to the day on which they were made:
    *yesterday*, *last week*. Claims that name a year, or have `said` or `period`, are not reported.
    Works for claims in the languages that have `dates.relative` in docs/languages.md.

    Readers of the claim alone cannot know which day is meant, and search for evidence at the wrong
    time."""

    severity = Severity.WARNING
    title = "a claim with a relative date"
    message = "the claim says {words}, and not when that is"
    hint = "write the date itself, or when it was said"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'text' AS path, w.day AS words
        FROM claims AS c
        JOIN worded_claims AS w ON w.locator = c.locator
        WHERE w.day IS NOT NULL AND c.said IS NULL AND c.period IS NULL
    """
    passes = "claims: [{text: The harbour was closed yesterday., said: '2024-05-01'}]"
    fails = "claims: [{text: The mayor promised last week that the harbour would be rebuilt.}]"
    fixed = fails.replace("}]", ", said: '2024-05-01'}]")


class VagueQuantity(Rule):
    """Report claims with words for a number that they do not give, such as *so many*, and without a
    number in digits. Works for claims in the languages that have `vague_quantities` in
    docs/languages.md.

    Without the article nobody knows how many are meant, so that the claim cannot be checked. If the
    source gives no number either, the claim is as exact as it can be."""

    severity = Severity.NOTE
    title = "a claim with a quantity that it does not give"
    message = "the claim says {words}, but no number"
    hint = "write the number, if the article gives one"
    scope = "article"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, 'text' AS path, c.words
        FROM (SELECT locator, VAGUE_QUANTITY(text, language) AS words FROM claims) AS c
        WHERE c.words IS NOT NULL
    """
    passes = "claims: [{text: The mayor promised that 800 houses at the harbour would be rebuilt.}]"
    fails = "claims: [{text: The mayor promised that so many houses would be rebuilt.}]"


class CopiedWords(Rule):
    """Report claims whose text is, word for word, that of the article or of a quote in it that they
    rest on.

    Words that were said on an occasion can seldom be understood without it, and annotators should
    say what is claimed in their own words. If rights withhold the words, the claim reveals them
    nevertheless."""

    severity = Severity.WARNING
    title = "a claim in the words of its source"
    message = "the claim is, word for word, what {source:plain} says"
    hint = "say in your own words what is claimed, so that it can be understood alone"
    scope = "article"
    empty_without = "claims"
    query = f"""
        WITH rests AS ({RESTS_ON}),
        pieces AS (
            SELECT s.locator, 'the article' AS source, COALESCE(s.exact, s.words) AS words, s.sha256
            FROM spans AS s
            WHERE s.record_type = 'claim' AND s.role = 'content'
            UNION ALL
            SELECT r.locator, r.target AS source, COALESCE(s.exact, s.words) AS words, s.sha256
            FROM rests AS r
            JOIN spans AS s ON s.locator = r.quote
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
                    CASE WHEN STRPOS(a.text, {BEGINNING}) > 0 THEN WORDING(p.words) END AS words
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
    fixed = ""
