"""Find quotes that are recorded twice, that overlap, or that are nested in one of the same speaker."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared

# Who annotated a quote, q, of a text that several people annotated, each for themselves: the quotes
# of one are not compared with those of another.
_ANNOTATORS = """CASE WHEN q.annotation.origin IS NOT NULL
            THEN ARRAY_TO_STRING(q.annotation.annotators, ', ') END"""
# Places of further words of a speaker, as imports keep them.
_PLACES = "'^[0-9]+-[0-9]+(;[0-9]+-[0-9]+)*$'"
# Quotes that are not withdrawn, with their offsets (or words, if these are unknown) and source.
_SAID = f"""
    SELECT q.locator, q.owner, q.article_id, q.id, q.within, q.type, {_ANNOTATORS} AS annotators,
        LIST_TRANSFORM(q.content, lambda s: s.start) AS starts,
        LIST_TRANSFORM(q.content, lambda s: s."end") AS ends,
        LIST_TRANSFORM(q.content, lambda s:
            CASE WHEN s.start IS NULL
                THEN COALESCE(s.exact, s.sha256) || COALESCE(q.annotation.origin.id, '') END
        ) AS words,
        LIST_SORT(LIST_TRANSFORM(q.speakers, lambda s: COALESCE(
            s.wikidata, s.name,
            NULLIF(ARRAY_TO_STRING(
                LIST_TRANSFORM(s.mentions, lambda m: COALESCE(m.exact, m.sha256, '')), ' '
            ), ''),
            s.role, ''
        ))) AS who,
        LIST_TRANSFORM(q.annotation.origin.fields, lambda f:
            CASE WHEN REGEXP_MATCHES(f.value, {_PLACES}) THEN f.name || ' ' || f.value END
        ) AS places
    FROM quotes AS q
    WHERE q.status = 'active'
"""
# That another one of the same type begins at the same offsets, which takes a tenth of the time of
# comparing everything.
_LIKELY_TWICE = """q.locator IN (
        SELECT b.locator
        FROM (
            SELECT p.locator, COUNT(*) OVER (
                PARTITION BY p.owner, p.article_id, p.type,
                    LIST_TRANSFORM(p.content, lambda s: s.start)
            ) AS number
            FROM quotes AS p
            WHERE p.status = 'active'
        ) AS b
        WHERE b.number > 1
    )"""
# That neither of two quotes, a and b, is nested in the other.
_APART = "COALESCE(a.within, '') <> b.id AND COALESCE(b.within, '') <> a.id"
# That two quotes, a and b, are the same.
_SAME = """a.type = b.type AND a.who = b.who AND a.places IS NOT DISTINCT FROM b.places
            AND a.starts = b.starts AND a.ends = b.ends"""


class LocatedWords(Shared):
    """Locate the words of active quotes."""

    scope = "article"
    empty_without = "spans"
    query = f"""
        SELECT s.locator, s.owner, CASE WHEN s.owner IS NULL THEN s.article_id END AS article_id,
            s.position, s.start_at, s.end_at, {_ANNOTATORS} AS annotators
        FROM spans AS s
        JOIN quotes AS q ON q.locator = s.locator
        WHERE s.record_type = 'quote' AND s.role = 'content' AND s.start_at < s.end_at
            AND q.status = 'active'
    """


class DuplicateQuote(Rule):
    """Report quotes with the same words, place, type and speaker as another one. Quotes without a
    known place are compared by their words alone, unless they are different items of another
    dataset. Imported quotes are different if different people annotated them, or if their speakers
    have further words in different places.

    Every count of quotes counts the quote twice, and the two may end up in both the training and
    the test data."""

    title = "a quote that is recorded twice"
    message = "the quote has the words, the type and the speaker of {other}"
    hint = "delete one of the two, and let claims rest on the other"
    scope = "article"
    empty_without = "quotes"
    rows_needed = 2
    query = f"""
        SELECT 'quote' AS record_type, a.locator, 'content' AS path, b.id AS other
        FROM (
            SELECT q.*, MIN(q.locator) OVER (
                PARTITION BY q.owner, q.article_id, q.annotators, q.type, q.who, q.places,
                    q.starts, q.ends, q.words
            ) AS first
            FROM ({_SAID} AND {_LIKELY_TWICE}) AS q
        ) AS a
        JOIN quotes AS b ON b.locator = a.first
        WHERE a.locator > a.first AND {_APART}
    """
    passes = """
        article: {text: "“Yes,” said Ada. “Yes,” said Ada."}
        quotes:
          - content: [{exact: "Yes,", start: 1, end: 5}]
            speakers: [{name: Ada, mentions: [{exact: Ada, start: 12, end: 15}]}]
            cue: [{exact: said, start: 7, end: 11}]
          - id: q2
            type: direct
            content: [{exact: "Yes,", start: 18, end: 22, quoted: true}]
            attribution: attributed
            speakers: [{name: Ada}]
    """
    fails = """
        quotes:
          - {}
          - id: q2
            type: direct
            content: [{exact: "We will rebuild the harbour,", start: 1, end: 29, quoted: true}]
            attribution: attributed
            speakers: [{mentions: [{exact: the mayor, start: 31, end: 40}]}]
    """
    fixed = ""


class SpanInSeveralQuotes(Rule):
    """Report words in the same place that are in two quotes with different speakers or types,
    neither of which is nested in the other. Imported quotes that different people annotated are not
    compared.

    The words are counted twice, for two speakers. In most data with such spans it was an error: the
    span was meant for one of the quotes."""

    severity = Severity.WARNING
    title = "the same words in two quotes"
    message = "{path:plain} has the same place in the text as words of {other}"
    hint = "keep one of the two; where one speaker quotes the other, name the outer quote in within"
    scope = "article"
    empty_without = "quotes"
    rows_needed = 2
    query = f"""
        SELECT 'quote' AS record_type, a.locator, 'content[' || p.position || ']' AS path,
            b.id AS other
        FROM (
            SELECT f.locator, f.first, MIN(f.position) AS position
            FROM (
                SELECT s.locator, s.position, MIN(s.locator) OVER (
                    PARTITION BY s.owner, s.article_id, s.annotators, s.start_at, s.end_at
                ) AS first
                FROM located_words AS s
            ) AS f
            WHERE f.locator > f.first
            GROUP BY f.locator, f.first
        ) AS p
        JOIN ({_SAID}) AS a ON a.locator = p.locator
        JOIN ({_SAID}) AS b ON b.locator = p.first
        WHERE CASE WHEN p.locator > p.first  -- so that the pairs are found before they are looked at
            THEN {_APART} AND NOT ({_SAME}) END
    """
    passes = """
        quotes:
          - {}
          - id: q2
            within: q1
            type: direct
            content: [{exact: "We will rebuild the harbour,", start: 1, end: 29, quoted: true}]
            attribution: anonymous
    """
    fails = passes.replace("within: q1", "")


class QuotesOverlap(Rule):
    """Report pairs of quotes that share at least four fifths of the longer one's characters, and of
    which neither is nested in the other. Imported quotes that different people annotated are not
    compared.

    Usually one quote was recorded twice, by two people or programs that chose different edges, and
    it is counted twice."""

    severity = Severity.WARNING
    title = "two quotes of nearly the same words"
    message = "the quote has {common} of {length} characters in common with {other}"
    hint = "keep one of the two; where one holds the other, name the outer quote in within"
    scope = "article"
    empty_without = "quotes"
    rows_needed = 2
    query = f"""
        WITH behind AS (
            SELECT l.locator, l.start_at, l.end_at, LAG(l.locator) OVER text AS ahead,
                LAG(l.start_at) OVER text AS ahead_start, LAG(l.end_at) OVER text AS ahead_end
            FROM located_words AS l
            WINDOW text AS (
                PARTITION BY l.owner, l.article_id, l.annotators
                ORDER BY l.start_at, l.end_at, l.locator
            )
        ),
        pairs AS (
            SELECT GREATEST(locator, ahead) AS one, LEAST(locator, ahead) AS other
            FROM behind
            WHERE locator <> ahead AND start_at < ahead_end
            GROUP BY GREATEST(locator, ahead), LEAST(locator, ahead)
            HAVING MAX(CASE WHEN start_at = ahead_start AND end_at = ahead_end
                THEN 1 ELSE 0 END) = 0
        ),
        lengths AS (
            SELECT locator, SUM(end_at - start_at) AS length FROM located_words GROUP BY locator
        ),
        shared AS (
            SELECT p.one, p.other,
                SUM(LEAST(s.end_at, t.end_at) - GREATEST(s.start_at, t.start_at)) AS common
            FROM pairs AS p
            JOIN located_words AS s ON s.locator = p.one
            JOIN located_words AS t ON t.locator = p.other
                AND t.start_at < s.end_at AND s.start_at < t.end_at
            GROUP BY p.one, p.other
        )
        SELECT 'quote' AS record_type, a.locator, 'content' AS path, b.id AS other,
            CAST(c.common AS BIGINT) AS common,
            CAST(GREATEST(m.length, n.length) AS BIGINT) AS length
        FROM shared AS c
        JOIN lengths AS m ON m.locator = c.one
        JOIN lengths AS n ON n.locator = c.other
        JOIN quotes AS a ON a.locator = c.one
        JOIN quotes AS b ON b.locator = c.other
        WHERE c.common * 5 >= GREATEST(m.length, n.length) * 4 AND {_APART}
    """
    passes = """
        quotes:
          - {}
          - id: q2
            type: direct
            content: [{exact: "rebuild the harbour,", start: 9, end: 29, quoted: true}]
            attribution: unattributed
    """
    fails = passes.replace(
        'rebuild the harbour,", start: 9', 'will rebuild the harbour,", start: 4'
    )


class NestedInOwnQuote(Rule):
    """Report nested quotes that have the speaker of the outer direct quote and no cue of their own.

    Usually the speaker of the outer quote was copied to the inner one, so that words of somebody
    else are attributed to this speaker."""

    severity = Severity.WARNING
    title = "a nested quote with the speaker of the outer quote"
    message = "the speaker is that of {parent}, in which this quote is nested"
    hint = "correct the speaker; where they do quote themselves, mark the words that say so as cue"
    scope = "article"
    empty_without = "quotes"
    rows_needed = 2
    query = """
        WITH speakers AS (
            SELECT s.locator, s.path, s.wikidata, s.name, m.start_at, m.end_at
            FROM sources AS s
            LEFT JOIN spans AS m ON m.record_type = 'quote' AND m.locator = s.locator
                AND m.path = s.path || '.mentions[0]'
            WHERE s.record_type = 'quote' AND s.role = 'speakers'
        ),
        inner_quotes AS (
            SELECT q.locator, MIN(s.path) AS path, MIN(q.within) AS parent,
                p.locator AS outer_locator
            FROM quotes AS q
            JOIN quotes AS p ON p.id = q.within AND p.article_id = q.article_id
            JOIN speakers AS s ON s.locator = q.locator
            JOIN speakers AS o ON o.locator = p.locator
            WHERE q.id <> p.id AND p.type = 'direct' AND CASE
                WHEN s.wikidata IS NOT NULL AND o.wikidata IS NOT NULL
                    THEN s.wikidata = o.wikidata
                WHEN s.name IS NOT NULL AND o.name IS NOT NULL THEN s.name = o.name
                ELSE s.start_at = o.start_at AND s.end_at = o.end_at END
            GROUP BY q.locator, p.locator
        ),
        cues AS (
            SELECT locator, start_at FROM spans WHERE record_type = 'quote' AND role = 'cue'
        ),
        with_own_cue AS (
            SELECT i.locator, i.outer_locator
            FROM inner_quotes AS i
            JOIN cues AS c ON c.locator = i.locator
            LEFT JOIN cues AS o ON o.locator = i.outer_locator AND o.start_at = c.start_at
            WHERE o.locator IS NULL
        )
        SELECT 'quote' AS record_type, i.locator, i.path, i.parent
        FROM inner_quotes AS i
        LEFT JOIN with_own_cue AS w
            ON w.locator = i.locator AND w.outer_locator = i.outer_locator
        WHERE w.locator IS NULL
    """
    passes = """
        article: {text: "“I told them: ‘We will rebuild the harbour,’” the mayor said."}
        quotes:
          - content:
              - {exact: "I told them: ‘We will rebuild the harbour,’", start: 1, end: 44, quoted: true}
            speakers: [{mentions: [{exact: the mayor, start: 46, end: 55}]}]
            cue: [{exact: said, start: 56, end: 60}]
          - id: q2
            within: q1
            type: direct
            content: [{exact: "We will rebuild the harbour,", start: 15, end: 43, quoted: true}]
            attribution: attributed
            speakers: [{mentions: [{exact: the mayor, start: 46, end: 55}]}]
            cue: [{exact: told, start: 3, end: 7}]
    """
    fails = """
        quotes:
          - {}
          - id: q2
            within: q1
            type: direct
            content: [{exact: "rebuild", start: 9, end: 16, quoted: true}]
            attribution: attributed
            speakers: [{mentions: [{exact: the mayor, start: 31, end: 40}]}]
    """
    fixed = fails.replace(
        "attributed\n            speakers: [{mentions: [{exact: the mayor, start: 31, end: 40}]}]",
        "unattributed",
    )
