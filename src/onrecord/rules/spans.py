"""Spans: the words, where they stand, and whether the two agree."""

from __future__ import annotations

from hashlib import sha256

from onrecord.rules.base import Rule


class SpanWordsDiffer(Rule):
    """The words of a span are not what the article has at its offsets. Who trains on the offsets
    learns other words than who reads the quote, and nobody can tell which were said."""

    title = "words that the text does not have there"
    message = "{path:plain} says {found}, but the text has {expected} there"
    hint = "run onrecord anchor --write to find the words again, or correct them"
    query = """
        SELECT s.record_type, s.locator, s.path || '.exact' AS path,
            s.exact AS found, s.words AS expected
        FROM spans AS s
        WHERE s.exact <> s.words
    """
    passes = ""
    fails = "quotes: [{content: [{exact: 'We shall rebuild the harbour'}]}]"


class SpanOutsideText(Rule):
    """A span ends beyond the end of the text. Its offsets belong to another text, or are counted
    in other units than Unicode code points."""

    title = "a span beyond the end of the text"
    message = "{path:plain} is {end}, but the text has {length} characters"
    hint = "count offsets in Unicode code points; run onrecord anchor --write to find the words"
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.end_at AS "end", COALESCE(t.length, a.text_length) AS length
        FROM spans AS s
        JOIN articles AS a ON a.locator = s.owner
        LEFT JOIN texts AS t ON t.owner = s.owner AND t.indexed
        WHERE s.end_at > COALESCE(t.length, a.text_length) AND s.start_at < s.end_at
    """
    passes = ""
    fails = "quotes: [{content: [{end: 290}]}]"


class SpanEmpty(Rule):
    """A span that ends where it begins, or before, holds no words at all."""

    title = "an empty or reversed span"
    message = "{path:plain} is {end}, but the span begins at {start}"
    hint = "end is the offset just past the last character, so greater than start"
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.start_at AS "start", s.end_at AS "end"
        FROM spans AS s
        WHERE s.start_at >= s.end_at
    """
    passes = ""
    fails = "quotes: [{content: [{end: 1}]}]"


class SpanHalfLocated(Rule):
    """A span has a start and no end, or an end and no start, so that nobody can tell where its
    words stand."""

    title = "a start without an end, or the reverse"
    message = "{path:plain} has {there:plain} but no {lacking:plain}"
    hint = "give both offsets or neither; onrecord anchor --write fills them in"
    query = """
        SELECT s.record_type, s.locator, s.path,
            CASE WHEN s.end_at IS NULL THEN 'a start' ELSE 'an end' END AS there,
            CASE WHEN s.end_at IS NULL THEN 'end' ELSE 'start' END AS lacking
        FROM spans AS s
        WHERE (s.start_at IS NULL) <> (s.end_at IS NULL)
    """
    passes = "quotes: [{content: [{start: null, end: null}]}]"
    fails = "quotes: [{content: [{end: null}]}]"


class SpansOutOfOrder(Rule):
    """The spans of one quote, cue or claim overlap or do not follow the text. Put together they
    give words in an order in which nobody said them."""

    title = "spans out of order, or overlapping"
    message = "{path:plain} begins at {start}, before the span ahead of it ends at {before}"
    hint = "list the spans in text order, so that none overlaps another"
    query = """
        SELECT s.record_type, s.locator, s.path || '.start' AS path,
            s.start_at AS "start", p.end_at AS "before"
        FROM spans AS s
        JOIN spans AS p
            ON p.record_type = s.record_type AND p.locator = s.locator
            AND p.role = s.role AND p.position = s.position - 1
        WHERE s.start_at < p.end_at AND p.start_at < p.end_at AND s.start_at < s.end_at
    """
    passes = """
        quotes:
          - content:
              - {exact: We will rebuild, start: 1, end: 16, verbatim: true}
              - {exact: "the harbour,", start: 17, end: 29, verbatim: true}
    """
    fails = """
        quotes:
          - content:
              - {exact: "the harbour,", start: 17, end: 29, verbatim: true}
              - {exact: We will rebuild, start: 1, end: 16, verbatim: true}
    """


class SpanWithoutWords(Rule):
    """A span has neither its words nor a digest of them. Nothing shows that its offsets are right,
    and after the least change to the text the words are lost."""

    title = "neither words nor digest"
    message = "{path:plain} has neither exact nor sha256"
    hint = "write the words into exact, or their digest into sha256 where they are withheld"
    query = """
        SELECT s.record_type, s.locator, s.path
        FROM spans AS s
        WHERE s.exact IS NULL AND s.sha256 IS NULL
    """
    passes = ""
    fails = "quotes: [{content: [{exact: null}]}]"


class SpanDigestDiffers(Rule):
    """The digest of a span is not that of its words. Where words are withheld it is all that
    proves them, so that nobody can restore or check this span."""

    title = "a digest that does not match the words"
    message = "{path:plain} is {found}, but the words there have {expected}"
    hint = "check the offsets; onrecord dehydrate computes the digest of the words"
    query = """
        SELECT s.record_type, s.locator, s.path || '.sha256' AS path,
            s.sha256 AS found, SHA256(COALESCE(s.exact, s.words)) AS expected
        FROM spans AS s
        WHERE s.sha256 <> SHA256(COALESCE(s.exact, s.words))
    """
    passes = f"quotes: [{{cue: [{{exact: null, sha256: {sha256(b'said').hexdigest()}}}]}}]"
    fails = f"quotes: [{{cue: [{{exact: null, sha256: '{'0' * 64}'}}]}}]"


class SpanContextDiffers(Rule):
    """The prefix or suffix of a span is not what stands before or after it. It is there to find
    the words again when the text changes, and would now lead astray."""

    title = "a prefix or suffix that the text does not have there"
    message = "{path:plain} is {found}, but the text has {expected} there"
    hint = "delete prefix and suffix and run onrecord anchor --write, which fills them in"
    query = """
        SELECT s.record_type, s.locator, s.path || '.prefix' AS path,
            s.prefix AS found, RIGHT(s.before, LENGTH(s.prefix)) AS expected
        FROM spans AS s
        WHERE s.prefix <> RIGHT(s.before, LENGTH(s.prefix)) AND COALESCE(s.exact, s.words) = s.words
        UNION ALL
        SELECT s.record_type, s.locator, s.path || '.suffix' AS path,
            s.suffix AS found, LEFT(s.after, LENGTH(s.suffix)) AS expected
        FROM spans AS s
        WHERE s.suffix <> LEFT(s.after, LENGTH(s.suffix)) AND COALESCE(s.exact, s.words) = s.words
    """
    passes = "quotes: [{cue: [{prefix: 'the mayor ', suffix: .}]}]"
    fails = "quotes: [{cue: [{prefix: 'the mayors '}]}]"


class OffsetsWithoutDigest(Rule):
    """Offsets index one text exactly. Without its digest and length nobody can tell whether the
    text at hand is the one that is meant."""

    title = "offsets without a text digest to index"
    message = "{spans} spans have offsets, but the article has no {lacking:plain}"
    hint = "run onrecord anchor --write, which fills in text_sha256 and text_length"
    query = """
        SELECT 'article' AS record_type, a.locator, '' AS path, COUNT(*) AS spans,
            CASE WHEN a.text_sha256 IS NULL THEN 'text_sha256' ELSE 'text_length' END AS lacking
        FROM articles AS a
        JOIN spans AS s ON s.owner = a.locator
        WHERE (a.text_sha256 IS NULL OR a.text_length IS NULL) AND s.start_at IS NOT NULL
        GROUP BY a.locator, a.text_sha256
    """
    passes = ""
    fails = "article: {text_sha256: null}"


class VerbatimContradictsType(Rule):
    """All of a direct quote stands inside quotation marks, nothing of an indirect, reported or
    free indirect one, and some of a mixed one. Where verbatim says otherwise, words are passed
    off as the speaker's own that are not, or the reverse."""

    title = "verbatim at odds with the quote's type"
    message = "a quote of type {type} has {found:plain}, but needs {expected:plain}"
    hint = "correct verbatim of its spans, or the type"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'type' AS path, q.type,
            CASE WHEN v.verbatim = 0 THEN 'no verbatim span'
                WHEN v.verbatim = v.spans THEN 'verbatim spans only'
                ELSE 'spans of both kinds' END AS found,
            CASE q.type WHEN 'direct' THEN 'verbatim spans only'
                WHEN 'mixed' THEN 'some that are verbatim and some that are not'
                ELSE 'no verbatim span' END AS expected
        FROM quotes AS q
        JOIN (
            SELECT locator, COUNT(*) AS spans,
                SUM(CASE WHEN verbatim THEN 1 ELSE 0 END) AS verbatim
            FROM spans
            WHERE record_type = 'quote' AND role = 'content'
            GROUP BY locator
        ) AS v ON v.locator = q.locator
        WHERE CASE q.type WHEN 'direct' THEN v.verbatim < v.spans
            WHEN 'mixed' THEN v.verbatim = 0 OR v.verbatim = v.spans
            ELSE v.verbatim > 0 END
    """
    passes = ""
    fails = "quotes: [{content: [{verbatim: false}]}]"
