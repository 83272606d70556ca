"""Compare the quotation marks of the text with spans and what they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.language.mark_signs import COUNTED, LIKE_MARKS, ONE_SIGN, OPENING
from onrecord.language.marked import within_marks
from onrecord.rules.base import Rule, Shared, in_sql
from onrecord.rules.spans.edges import shortened

# Marks beside words or near them, with only punctuation and spaces between;
# signs that may be marks of another kind are among those.
_NEAR = f"[{LIKE_MARKS}{ONE_SIGN[1:]}"
_BEFORE = in_sql(_NEAR + r"[\p{Z}\p{P}]*\z")
_AFTER = in_sql(r"^[\p{Z}\p{P}]*" + _NEAR)
BESIDE = f"""
    (REGEXP_MATCHES(RIGHT(s.before, 6), {_BEFORE})
        OR REGEXP_MATCHES(LEFT(s.after, 6), {_AFTER})
        OR REGEXP_MATCHES(LEFT(s.words, 1) || RIGHT(s.words, 1), {in_sql(ONE_SIGN)}))
"""
# The span is marked as quoted, and its words are at its offsets.
_JUDGED = "s.quoted AND s.words IS NOT NULL AND COALESCE(s.fit, 'here') = 'here'"


class UnclearMarks(Shared):
    """Select the quoted spans of quotes that have no quotation mark beside them, and whether they
    are inside marks nevertheless: null where the text leaves that open."""

    scope = "article"
    empty_without = "spans"
    query = f"""
        SELECT s.locator, s.path, s.words, IS_MARKED(t.text, s.start_at, s.end_at) AS marked
        FROM spans AS s
        JOIN texts AS t ON t.owner = s.owner AND t.indexed
        WHERE s.record_type = 'quote' AND s.role = 'content' AND {_JUDGED} AND NOT {BESIDE}
    """


# Whether a span of a quote, s, is inside marks; m is its row of ``unclear_marks``.
MARKED = f"CASE WHEN {_JUDGED} THEN m.path IS NULL OR m.marked END"


class VerbatimContradictsType(Rule):
    """Report quotes whose spans do not fit their type: a direct quote is all inside quotation
    marks, a mixed one partly, and an indirect, reported or free indirect one not at all.

    Words are presented as the speaker's own that are not, or the reverse."""

    title = "quoted spans that contradict the type of the quote"
    message = "a quote of type {type} has {found:plain}, but needs {expected:plain}"
    hint = "correct quoted of its spans, or the type"
    scope = "article"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'type' AS path, q.type,
            CASE WHEN v.quoted = 0 THEN 'no quoted span'
                WHEN v.quoted = v.spans THEN 'quoted spans only'
                ELSE 'spans of both kinds' END AS found,
            CASE q.type WHEN 'direct' THEN 'quoted spans only'
                WHEN 'mixed' THEN 'some that are quoted and some that are not'
                ELSE 'no quoted span' END AS expected
        FROM quotes AS q
        JOIN (
            SELECT locator, COUNT(*) AS spans,
                SUM(CASE WHEN quoted THEN 1 ELSE 0 END) AS quoted
            FROM spans
            WHERE record_type = 'quote' AND role = 'content'
            GROUP BY locator
        ) AS v ON v.locator = q.locator
        WHERE CASE q.type WHEN 'direct' THEN v.quoted < v.spans
            WHEN 'mixed' THEN v.quoted = 0 OR v.quoted = v.spans
            ELSE v.quoted > 0 END
    """
    fails = "quotes: [{content: [{quoted: false}]}]"


class MarksInSpan(Rule):
    """Report spans of a quote that include its quotation marks. Records that were imported are not
    reported, because their source may define spans differently.

    The marks are the article's and not the speaker's. The same words then differ from quote to
    quote by the marks of each newspaper."""

    severity = Severity.WARNING
    title = "quotation marks that are part of a span"
    message = "{path:plain} begins and ends with its quotation marks {marks:plain}"
    hint = "leave the marks out of the words and of the offsets"
    scope = "article"
    empty_without = "spans"
    query = f"""
        SELECT m.record_type, m.locator, m.path, m.marks, m.found, m.exact, m.sha256, m.prefix,
            m.suffix, m."start", m."end"
        FROM (
            SELECT s.record_type, s.locator, s.path, COALESCE(s.exact, s.words) AS found,
                s.exact, s.sha256, s.prefix, s.suffix, s.start_at AS "start", s.end_at AS "end",
                CASE WHEN s.quoted AND REGEXP_MATCHES(
                    LEFT(COALESCE(s.exact, s.words), 2), {in_sql("^" + OPENING)}
                ) THEN MARKS_AROUND(
                    COALESCE(s.exact, s.words), COALESCE(s.before, s.prefix, ''),
                    COALESCE(s.after, s.suffix, ''), s.before IS NOT NULL
                ) END AS marks
            FROM spans AS s
            JOIN quotes AS q ON q.locator = s.locator
            WHERE s.record_type = 'quote' AND COALESCE(s.fit, 'here') = 'here'
                AND q.annotation.origin IS NULL
        ) AS m
        WHERE m.marks IS NOT NULL
    """
    fails = "quotes: [{content: [{exact: '“We will rebuild the harbour,”', start: 0, end: 30}]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return shortened(path, facts, *within_marks(str(facts["found"])))


class MarksMissing(Rule):
    """Report quoted spans without quotation marks around them in the text. Speech after a dash or a
    colon is not reported, nor are texts whose marks do not pair; mixed quotes without any marks are
    reported by mixed-without-marks.

    The article gives these words as its own, so that they may not be the speaker's at all."""

    severity = Severity.WARNING
    title = "quoted words without quotation marks"
    message = "{path:plain} is true, but the text has no quotation marks around {words}"
    hint = "set quoted to false and type to fit, or check the offsets"
    scope = "article"
    empty_without = "unclear_marks"
    query = f"""
        SELECT 'quote' AS record_type, u.locator, u.path || '.quoted' AS path, u.words
        FROM unclear_marks AS u
        JOIN quotes AS q ON q.locator = u.locator
        JOIN spans AS s ON s.locator = u.locator AND s.record_type = 'quote' AND s.role = 'content'
        LEFT JOIN unclear_marks AS m ON m.locator = s.locator AND m.path = s.path
        WHERE NOT u.marked
        GROUP BY u.locator, u.path, u.words
        HAVING MIN(q.type) <> 'mixed' OR MAX(CASE WHEN {MARKED} THEN 1 ELSE 0 END) = 1
    """
    fails = """
        article: {text: "“Never,” said one. We will rebuild the harbour, the mayor said."}
        quotes:
          - content: [{start: 19, end: 47}]
            speakers: [{mentions: [{start: 48, end: 57}]}]
            cue: [{start: 58, end: 62}]
    """
    fixed = fails.replace("content: [{", "type: indirect\n            content: [{quoted: false, ")


class MarksUnheeded(Rule):
    """Report spans that are not marked as quoted although the text has quotation marks around
    exactly these words.

    The article gives these words as the speaker's own, and analyses of what was said word for word
    would miss them."""

    severity = Severity.WARNING
    title = "words in quotation marks that are not quoted"
    message = "{path:plain} is false, but the text has quotation marks {marks:plain} around {words}"
    hint = "set quoted to true and type to fit; leave it where the marks mean something else"
    scope = "article"
    empty_without = "spans"
    query = f"""
        SELECT m.record_type, m.locator, m.path, m.marks, m.words
        FROM (
            SELECT s.record_type, s.locator, s.path || '.quoted' AS path, s.words,
                CASE WHEN NOT s.quoted AND REGEXP_MATCHES(
                    RIGHT(s.before, 2), {in_sql(OPENING)}
                )
                    THEN MARKS_BESIDE(s.before, s.words, s.after) END AS marks
            FROM spans AS s
            JOIN quotes AS q ON q.locator = s.locator
            WHERE s.record_type = 'quote' AND s.role = 'content'
                AND q.type IN ('indirect', 'mixed') AND q.within IS NULL
                AND COALESCE(s.fit, 'here') = 'here'
        ) AS m
        WHERE m.marks IS NOT NULL
    """
    fails = "quotes: [{type: indirect, content: [{quoted: false}]}]"


class MarksUnbalanced(Rule):
    """Report spans with a quotation mark whose pair is not in the span. The pair may be in another
    span of the same quote.

    The span begins or ends in the middle of a quotation, or includes the words between two
    quotations, which the speaker did not say."""

    severity = Severity.WARNING
    title = "a quotation mark without its pair"
    message = "{path:plain} has the quotation mark {mark:plain} without its pair: {words}"
    hint = "move the edge, or make a span of each part between marks"
    scope = "article"
    empty_without = "spans"
    query = f"""
        WITH alone AS (
            SELECT m.record_type, m.locator, m.role, m.path, m.mark, m.words
            FROM (
                SELECT s.record_type, s.locator, s.role, s.path,
                    COALESCE(s.exact, s.words) AS words,
                    CASE WHEN REGEXP_MATCHES(COALESCE(s.exact, s.words), {in_sql(COUNTED)})
                        THEN MARK_ALONE(COALESCE(s.exact, s.words)) END AS mark
                FROM spans AS s
                WHERE COALESCE(s.fit, 'here') = 'here'
            ) AS m
            WHERE m.mark IS NOT NULL
        ),
        together AS (
            SELECT s.record_type, s.locator, s.role,
                STRING_AGG(COALESCE(s.exact, s.words), ' ' ORDER BY s.position) AS words,
                STRING_AGG(COALESCE(s.exact, s.words), CHR(10) ORDER BY s.position) AS lines
            FROM spans AS s
            JOIN (SELECT DISTINCT record_type, locator, role FROM alone) AS a
                ON a.record_type = s.record_type AND a.locator = s.locator AND a.role = s.role
            GROUP BY s.record_type, s.locator, s.role
        )
        SELECT a.record_type, a.locator, a.path, a.mark, a.words
        FROM alone AS a
        JOIN together AS t
            ON t.record_type = a.record_type AND t.locator = a.locator AND t.role = a.role
        WHERE MARK_ALONE(t.words) IS NOT NULL AND MARK_ALONE(t.lines) IS NOT NULL
    """
    passes = """
        quotes:
          - content:
              - {exact: "“We will", start: 0, end: 8, quoted: true}
              - {exact: "rebuild the harbour,”", start: 9, end: 30, quoted: true}
    """
    fails = "quotes: [{content: [{exact: '“We will rebuild the harbour,', start: 0}]}]"
    fixed = ""


class MarksUncovered(Rule):
    """Report words inside quotation marks that are in no quote, in articles of which
    `coverage.quotes` says that all quotes are recorded. One or two words are left out, which are
    often a name, a title or scare quotes.

    A quote was probably forgotten. Who measures how many quotes a program finds would count a right
    answer as wrong."""

    severity = Severity.WARNING
    title = "words in quotation marks that no quote covers"
    message = "coverage.quotes is all, but no quote has {words} in line {line}{others:plain}"
    hint = "add the quotes, or write some; ignore it where the marks mean something else"
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, m.locator, 'coverage.quotes' AS path,
            m.found.words, m.found.line, m.found.others
        FROM (
            SELECT a.locator, FIRST_UNCOVERED(t.text, COALESCE(s.extents, '')) AS found
            FROM articles AS a
            JOIN texts AS t ON t.owner = a.locator AND t.indexed
            LEFT JOIN (
                SELECT owner, STRING_AGG(
                    CAST(start_at AS VARCHAR) || '-' || CAST(end_at AS VARCHAR), ' '
                    ORDER BY start_at
                ) AS extents
                FROM spans
                WHERE record_type = 'quote' AND role = 'content' AND start_at < end_at
                GROUP BY owner
            ) AS s ON s.owner = a.locator
            WHERE a.coverage.quotes = 'all'
        ) AS m
        WHERE m.found.words IS NOT NULL
    """
    passes = """
        article:
          text: "“We will rebuild the harbour,” the mayor said of “the Pier”."
          coverage: {quotes: all}
    """
    fails = passes.replace(" of “the Pier”.", ". “Nobody will pay for it.”")
    fixed = fails.replace("all}", "some}")
