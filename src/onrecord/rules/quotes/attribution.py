"""Compare a quote with its speaker, its cue and its quotation marks."""

from onrecord.findings import Severity
from onrecord.language.mark_signs import ANY_SIGN
from onrecord.rules.base import Rule, in_sql
from onrecord.rules.spans.marks import MARKED


class SpeakerInOwnWords(Rule):
    """Report mentions of the speaker inside quoted words of the same speaker.

    Some annotation schemes mark, for example, the *I* of a speech. Elsewhere such a mention is
    another person whom the speaker talks about, and the quote is attributed to the wrong person."""

    severity = Severity.NOTE
    title = "the speaker's mention inside the quote"
    message = "{mention} is inside {content:plain}, the speaker's own words"
    hint = "mark the words of the article that say who speaks, or leave the mention out"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT m.record_type, m.locator, m.path, COALESCE(m.exact, m.words) AS mention,
            MIN(c.path) AS content
        FROM spans AS m
        JOIN spans AS c ON c.record_type = 'quote' AND c.locator = m.locator AND c.role = 'content'
        WHERE m.record_type = 'quote' AND m.role = 'speakers.mentions' AND c.quoted
            AND m.start_at >= c.start_at AND m.end_at <= c.end_at AND m.start_at < m.end_at
            AND COALESCE(c.fit, 'here') = 'here'
        GROUP BY m.record_type, m.locator, m.path, m.exact, m.words
    """
    passes = """
        quotes:
          - type: indirect
            content: [{exact: the mayor said, start: 31, end: 45, quoted: false}]
    """
    fails = (
        "quotes: [{speakers: [{mentions: [{exact: We, start: 1, end: 3}], reference: pronominal}]}]"
    )
    fixed = ""


class FreeIndirectWithCue(Rule):
    """Report quotes of type free_indirect with a cue.

    Free indirect speech is the speaker's voice without a cue. With one it is indirect speech, so
    that either the type or the cue is wrong."""

    severity = Severity.WARNING
    title = "free indirect speech with a cue"
    message = "the type is free_indirect, but {cue} is marked as its cue"
    hint = "write indirect, or delete the cue"
    scope = "article"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'type' AS path,
            COALESCE(c.exact, c.words) AS cue
        FROM quotes AS q
        JOIN spans AS c ON c.record_type = 'quote' AND c.role = 'cue' AND c.locator = q.locator
        WHERE q.type = 'free_indirect' AND c.position = 0
    """
    passes = "quotes: [{type: free_indirect, content: [{quoted: false}], cue: []}]"
    fails = "quotes: [{type: free_indirect, content: [{quoted: false}]}]"


class CueContradictsMedium(Rule):
    """Report quotes whose cue says that the words were written or thought although the medium is
    spoken, or that they were written although the medium is thought.

    The cue or the medium is wrong, and so is every distinction of speech, thought and writing that
    relies on it."""

    severity = Severity.WARNING
    title = "a cue that contradicts the medium"
    message = "the cue is {cue}, but the medium is {medium}"
    hint = "correct the medium, or leave it out where the article does not tell"
    scope = "article"
    empty_without = "quotes"
    query = """
        WITH cued AS (
            SELECT q.locator, q.type, q.medium, a.language, COALESCE(c.exact, c.words) AS cue
            FROM quotes AS q
            JOIN articles AS a ON a.locator = q.owner
            JOIN spans AS c ON c.record_type = 'quote' AND c.role = 'cue' AND c.locator = q.locator
            WHERE q.medium IN ('speech', 'press_conference', 'thought')
                AND ARRAY_LENGTH(q.cue) = 1 AND LENGTH(COALESCE(c.exact, c.words)) <= 24
        )
        SELECT 'quote' AS record_type, q.locator, 'medium' AS path, q.cue, q.medium
        FROM cued AS q
        JOIN (
            SELECT cue, language, CUE_MANNER(MIN(cue), language) AS manner
            FROM cued
            GROUP BY cue, language
        ) AS m ON m.cue = q.cue AND m.language = q.language
        WHERE m.manner = 'writing'
            OR m.manner = 'thought' AND q.type = 'direct' AND q.medium <> 'thought'
    """
    passes = """
        article: {text: "“We will rebuild the harbour,” the mayor thought."}
        quotes: [{medium: thought, cue: [{exact: thought, start: 41, end: 48}]}]
    """
    fails = """
        article: {text: "“We will rebuild the harbour,” the mayor wrote."}
        quotes: [{medium: speech, cue: [{exact: wrote, start: 41, end: 46}]}]
    """
    fixed = fails.replace("medium: speech", "medium: writing")


class RelayedBySpeaker(Rule):
    """Report quotes with a speaker who is named as the relay too, by Wikidata item or by name.

    A relay passes on what somebody else said. A news agency or a ministry that speaks itself is the
    speaker alone; otherwise the speaker was not recorded."""

    severity = Severity.WARNING
    title = "a relay that is the speaker"
    message = "{path:plain} is {relay}, who is a speaker of the quote"
    hint = "delete the relay, or name as speaker who said it first"
    scope = "article"
    empty_without = "sources"
    query = """
        SELECT 'quote' AS record_type, r.locator, r.path, MIN(COALESCE(r.name, r.wikidata)) AS relay
        FROM sources AS r
        JOIN sources AS s ON s.record_type = 'quote' AND s.role = 'speakers'
            AND s.locator = r.locator
        WHERE r.record_type = 'quote' AND r.role = 'relayed_by' AND (
            r.wikidata = s.wikidata
            OR r.name = s.name AND COALESCE(r.wikidata = s.wikidata, TRUE)
                AND COALESCE(r.kind = s.kind, TRUE)
        )
        GROUP BY r.locator, r.path
    """
    passes = "quotes: [{relayed_by: [{name: Harbour Press, kind: organization}]}]"
    fails = """
        quotes: [{speakers: [{name: Ada Muster}], relayed_by: [{name: Ada Muster, kind: person}]}]
    """
    fixed = "quotes: [{speakers: [{name: Ada Muster}], relayed_by: []}]"


# The words of a span and the text around them, as far as they are known.
_AROUND = """COALESCE(s.before, s.prefix) || COALESCE(s.words, s.exact)
                || COALESCE(s.after, s.suffix)"""
# That all of it is known of some spans, and there is no mark in it.
_MARKS = in_sql(ANY_SIGN)
_UNMARKED = f"""MIN(CASE WHEN {_AROUND} IS NULL THEN 0
                WHEN REGEXP_MATCHES({_AROUND}, {_MARKS}) THEN 0 ELSE 1 END) = 1"""


class MixedWithoutMarks(Rule):
    """Report quotes of type mixed without quotation marks in or near their words.

    A mixed quote has some of the speaker's own words in quotation marks. Without marks the words
    are probably the article's, and would be passed off as the speaker's."""

    severity = Severity.WARNING
    title = "a mixed quote without quotation marks"
    message = "the type is mixed, but there is no quotation mark in or around its words"
    hint = "write indirect, quoted false; or correct the offsets of the words"
    scope = "article"
    empty_without = "quotes"
    query = f"""
        SELECT 'quote' AS record_type, q.locator, 'type' AS path
        FROM quotes AS q
        JOIN spans AS s ON s.record_type = 'quote' AND s.role = 'content' AND s.locator = q.locator
        LEFT JOIN unclear_marks AS m ON m.locator = s.locator AND m.path = s.path
        WHERE q.type = 'mixed'
        GROUP BY q.locator
        HAVING MAX(CASE WHEN {MARKED} THEN 1 ELSE 0 END) = 0
            AND (MIN(CASE WHEN NOT {MARKED} THEN 0 END) = 0 OR {_UNMARKED})
    """
    passes = """
        quotes:
          - type: mixed
            content:
              - {exact: We will, start: 1, end: 8, quoted: false}
              - {exact: "rebuild the harbour,", start: 9, end: 29, quoted: true}
    """
    fails = """
        article: {text: "We will rebuild the harbour, the mayor said."}
        quotes:
          - type: mixed
            content:
              - {exact: We will, start: 0, end: 7, quoted: false}
              - {exact: "rebuild the harbour,", start: 8, end: 28, quoted: true}
            speakers: [{mentions: [{start: 29, end: 38}]}]
            cue: [{start: 39, end: 43}]
    """
    fixed = fails.replace("mixed", "indirect").replace("true", "false")


# What sentences end with.
_END = "[.!?…。！？\\n]"


class CueElsewhere(Rule):
    """Report cues that are two or more sentences away from the words of the quote and from the
    mention of its speaker.

    The cue probably belongs to another quote, or its offsets are wrong. Models learn to attribute
    quotes from exactly these words."""

    severity = Severity.WARNING
    title = "a cue far from its quote"
    message = "{cue} is {sentences} sentences away from the quote and its speaker"
    hint = "mark the words that attribute this quote, or none"
    scope = "article"
    empty_without = "spans"
    query = f"""
        SELECT d.record_type, d.locator, d.path, d.cue, d.sentences
        FROM (
            SELECT c.record_type, c.locator, c.path, COALESCE(c.exact, c.words) AS cue, LEAST(
                SENTENCES_BETWEEN(t.text, n.ahead, c.start_at),
                SENTENCES_BETWEEN(t.text, c.end_at, n.behind)
            ) AS sentences
            FROM (
                SELECT c.locator, c.path,
                    MAX(CASE WHEN s.end_at <= c.start_at THEN s.end_at END) AS ahead,
                    MIN(CASE WHEN c.end_at <= s.start_at THEN s.start_at END) AS behind
                FROM spans AS c
                JOIN spans AS s ON s.record_type = c.record_type AND s.locator = c.locator
                    AND s.role IN ('content', 'speakers.mentions')
                WHERE c.record_type = 'quote' AND c.role = 'cue' AND c.words IS NOT NULL
                    AND s.words IS NOT NULL
                GROUP BY c.locator, c.path
                HAVING MIN(CASE WHEN s.end_at <= c.start_at
                    THEN CASE WHEN REGEXP_MATCHES(RIGHT(c.before, c.start_at - s.end_at), '{_END}')
                        OR c.start_at - s.end_at > 64 THEN 1 ELSE 0 END
                    WHEN c.end_at <= s.start_at
                    THEN CASE WHEN REGEXP_MATCHES(LEFT(c.after, s.start_at - c.end_at), '{_END}')
                        OR s.start_at - c.end_at > 64 THEN 1 ELSE 0 END
                    ELSE 0 END) = 1
            ) AS n
            JOIN spans AS c ON c.record_type = 'quote' AND c.locator = n.locator
                AND c.path = n.path
            JOIN texts AS t ON t.owner = c.owner AND t.indexed
        ) AS d
        WHERE d.sentences >= 2
    """
    passes = """
        article: {text: "“We will rebuild the harbour.” It was late. The mayor said so."}
        quotes:
          - content: [{exact: We will rebuild the harbour.}]
            speakers: [{mentions: [{exact: The mayor, start: 44, end: 53}]}]
            cue: [{exact: said, start: 54, end: 58}]
    """
    fails = passes.replace("{exact: The mayor, start: 44, end: 53}", "")
